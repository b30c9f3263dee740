"""Opportunities: the deals created in a period (METRICS 5, contact rate)."""

from __future__ import annotations

from array import array

from funnel_tui.db.reader import Reader
from funnel_tui.domain.selection import Selection
from funnel_tui.queries.parts import (
    ladder_steps,
    owner_column,
    owner_filter,
    parameters,
    settled,
    union_rows,
)


def opportunity_count(reader: Reader, selection: Selection) -> int:
    """How many deals of the pipeline were created in the period, by the owner they were created for."""
    owner = owner_column(selection, "d.created_owner_id")
    steps = [("open", stage.position) for stage in selection.pipeline.stages]
    parts = [
        f"SELECT count(*) FROM deal d {reader.using('ix_deal_created')} WHERE d.pipeline_id = :pipeline"
        f" AND d.status = '{status}' AND d.furthest = {furthest}"
        f" AND d.created_at >= :start AND d.created_at < :end"
        f"{owner_filter(selection, owner)}{settled(selection)}"
        for status, furthest in [*ladder_steps(selection.pipeline), *steps]
    ]
    return sum(int(row[0]) for row in union_rows(reader, selection, parts)) + len(_past(selection))


def opportunities(reader: Reader, selection: Selection) -> array[int]:
    """The same deals, the latest first."""
    owner = owner_column(selection, "d.created_owner_id")
    rows = reader.rows(
        "SELECT d.id, d.created_at FROM deal d WHERE d.pipeline_id = :pipeline"
        " AND d.created_at >= :start AND d.created_at < :end"
        f"{owner_filter(selection, owner)}{settled(selection)}",
        parameters(selection),
    )
    rows += _past(selection)
    rows.sort(key=lambda row: (-row[1], row[0]))
    return array("q", (row[0] for row in rows))


def _past(selection: Selection) -> list[tuple[int, int]]:
    """Those among the deals that changed after as-of."""
    return [
        (deal.id, deal.created_at)
        for deal in selection.past or ()
        if deal.pipeline_id == selection.pipeline.id
        and selection.span_of(deal.created_at) is not None
        and selection.admits(deal.owner_id if selection.present_owner else deal.created_owner_id)
    ]
