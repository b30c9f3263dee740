"""The deals lost from a stage for a reason, and where deals came from."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from funnel_tui.db.reader import Reader
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.queries.parts import owner_column, owner_filter, parameters, settled


def reason_deals(
    reader: Reader, selection: Selection, stage_id: int | None, reason_id: int | None
) -> array[int]:
    """The deals lost in the period, the last one first.

    :param stage_id: only those that stood in this stage.
    :param reason_id: only those lost for this reason; 0 stands for none; None for all.
    """
    owner = owner_column(selection, "d.closed_owner_id")
    where = "" if stage_id is None else f" AND d.stage_id = {stage_id:d}"
    where += "" if reason_id is None else f" AND coalesce(d.loss_reason_id, 0) = {reason_id:d}"
    _, start, end = selection.whole[0]
    rows = reader.rows(
        "SELECT d.id, d.closed_at FROM deal d WHERE d.pipeline_id = :pipeline AND d.status = 'lost'"
        f" AND d.closed_at >= :start AND d.closed_at < :end{where}"
        f"{owner_filter(selection, owner)}{settled(selection)}",
        {**parameters(selection), "start": start, "end": end},
    )
    for deal in selection.past or ():
        whose = deal.owner_id if selection.present_owner else deal.closed_owner_id
        if (
            deal.status is DealStatus.LOST
            and deal.pipeline_id == selection.pipeline.id
            and selection.span_of(deal.closed_at) is not None
            and selection.admits(whose)
            and stage_id in (None, deal.stage_id)
            and reason_id in (None, deal.loss_reason_id or 0)
        ):
            rows.append((deal.id, deal.closed_at))
    rows.sort(key=lambda row: (-row[1], row[0]))
    return array("q", (row[0] for row in rows))


def sources_of(reader: Reader, ids: Sequence[int]) -> dict[int, int]:
    """The number of the source of some deals, by number; 0 stands for none."""
    if not ids:
        return {}
    numbers = ", ".join(str(int(number)) for number in ids)
    return dict(reader.rows(f"SELECT id, coalesce(source_id, 0) FROM deal WHERE id IN ({numbers})"))
