"""Open deals as a forecast needs them, one by one, as they stood at as-of (METRICS 6, 7 and M5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.forecast import OpenDeal, counted_on
from funnel_tui.queries.parts import owner_filter, parameters, settled, union_rows

# With the bounds of _rows; a date that has passed counts today.
_EXPECTED = "d.expected_close >= :expected_from AND d.expected_close < :expected_until"


PipelineCell = tuple[int, str | None, int, int]
"""Open deals of one rep in one currency that are expected to close in a period: the rep, the currency (None
for deals without an amount), how many, and their sum in its minor units."""


def open_deals(reader: Reader, selection: Selection) -> list[OpenDeal]:
    """Every open deal of a selection, whatever its expected close."""
    parts = [
        f"SELECT d.id, {stage.id:d}, d.owner_id, d.amount_minor, d.currency, d.probability_bp,"
        f" d.expected_close, d.category FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE d.pipeline_id = :pipeline AND d.stage_id = {stage.id:d} AND d.closed_at IS NULL"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)}"
        for stage in selection.pipeline.stages
    ]
    found = list(map(OpenDeal._make, union_rows(reader, selection, parts)))
    return found + [_then(deal) for deal in open_then(selection)]


def _then(deal: DealFact) -> OpenDeal:
    return OpenDeal(
        *(deal.id, deal.stage_id, deal.owner_id, deal.amount, deal.currency),
        *(deal.probability_bp, deal.expected_close, deal.category),
    )


def open_then(selection: Selection) -> Iterable[DealFact]:
    """The deals of the selection that changed since as-of and were open then."""
    return (
        deal
        for deal in selection.past or ()
        if deal.status is DealStatus.OPEN
        and deal.pipeline_id == selection.pipeline.id
        and selection.admits(deal.owner_id)
    )


def pipeline_cells(
    reader: Reader, selection: Selection, start_day: int, end_day: int, today: int
) -> list[PipelineCell]:
    """Open deals expected to close on the days [start_day, end_day), by owner and currency (METRICS 6).

    Those whose date has passed count on ``today``: they belong to the present period.
    """
    part = (
        "SELECT d.owner_id, d.currency, count(*), CAST(coalesce(sum(d.amount_minor), 0) AS BIGINT)"
        f" FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE d.pipeline_id = :pipeline AND d.closed_at IS NULL AND {_EXPECTED}"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)} GROUP BY d.owner_id, d.currency"
    )
    found: list[PipelineCell] = _rows(reader, selection, part, start_day, end_day, today)
    for deal in open_then(selection):
        expected = deal.expected_close
        if expected is not None and start_day <= counted_on(expected, today) < end_day:
            found.append((deal.owner_id, deal.currency, 1, deal.amount or 0))
    return found


def pipeline_ids(
    reader: Reader, selection: Selection, start_day: int, end_day: int, today: int
) -> list[tuple[int, int]]:
    """(day it is expected, number) of the open deals that count on the days [start_day, end_day)."""
    part = (
        f"SELECT d.expected_close, d.id FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE d.pipeline_id = :pipeline AND d.closed_at IS NULL AND {_EXPECTED}"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)}"
    )
    rows = _rows(reader, selection, part, start_day, end_day, today)
    found = [(int(day), int(number)) for day, number in rows]
    for deal in open_then(selection):
        expected = deal.expected_close
        if expected is not None and start_day <= counted_on(expected, today) < end_day:
            found.append((expected, deal.id))
    return found


def _rows(
    reader: Reader, selection: Selection, part: str, start_day: int, end_day: int, today: int
) -> list[tuple[Any, ...]]:
    """All rows of a query on the deals that count on the days [start_day, end_day)."""
    if today >= end_day:
        return []  # The period is over: what is still open belongs to the present one.
    since = -(2**40) if today >= start_day else start_day
    bounds = {"expected_from": since, "expected_until": end_day}
    return reader.rows(part, {**parameters(selection), **bounds})
