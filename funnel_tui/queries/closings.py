"""Cells of deals won and lost in the period: ratios, sizes, time to win, reasons."""

from __future__ import annotations

from collections.abc import Iterable

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import ClosedCell, FunnelCell, LostCell
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, DealStatus
from funnel_tui.metrics.counting import closed_of, lost_of
from funnel_tui.queries.parts import (
    CLOSED_SUMS,
    group_column,
    ladder_steps,
    owner_column,
    owner_filter,
    settled,
    spans_of,
    union_rows,
)


def closed_cells(reader: Reader, selection: Selection) -> list[ClosedCell]:
    """Deals closed in the period, by status; won ones with their times to win."""
    owner = owner_column(selection, "d.closed_owner_id")
    group = group_column(selection, owner)
    grouping = f" GROUP BY {group}" if "." in group else ""
    spans, start, end = spans_of(selection)
    parts = []
    for status, furthest in ladder_steps(selection.pipeline):
        seconds = reader.numbers("d.closed_at - d.created_at") if status == "won" else "NULL"
        parts.append(
            f"SELECT {group}, '{status}', {CLOSED_SUMS}, {seconds}"
            f" FROM {spans}deal d {reader.using('ix_deal_closed')}"
            f" WHERE d.pipeline_id = :pipeline AND d.status = '{status}' AND d.furthest = {furthest}"
            f" AND d.closed_at >= {start} AND d.closed_at < {end}"
            f"{owner_filter(selection, owner)}{settled(selection)}{grouping}"
        )
    rows = union_rows(reader, selection, parts)
    cells = [
        ClosedCell(
            int(group), DealStatus(status), deals, with_amount, priced, int(amount),
            tuple(reader.listed(seconds)) if status == "won" else (),
        )
        for group, status, deals, with_amount, priced, amount, seconds in rows
        if deals
    ]  # fmt: skip
    return cells + closed_of(selection.past or (), selection)


def lost_from_cells(
    reader: Reader, selection: Selection, cohort: Cohort, cells: Iterable[FunnelCell]
) -> list[LostCell]:
    """Lost deals by the stage they were lost from (METRICS 3).

    Nearly all were lost from the furthest stage they had reached, which the funnel has counted already. Only
    those that had moved back before are looked for; each is taken away there and put where it stood.

    :param cohort: closed or created in the period.
    :param cells: the funnel of the cohort, mode *reached*.
    """
    stage_at = {stage.position: stage.id for stage in selection.pipeline.stages}
    found = [
        LostCell(
            *(cell.group, stage_at[cell.furthest], 0),
            *(cell.deals, cell.with_amount, cell.priced, cell.amount),
        )
        for cell in cells
        if cell.status is DealStatus.LOST
    ]
    past = [
        deal
        for deal in selection.past or ()
        if deal.status is DealStatus.LOST
        and deal.pipeline_id == selection.pipeline.id
        and deal.stage_id != stage_at[deal.furthest]
    ]
    furthest = [deal._replace(stage_id=stage_at[deal.furthest]) for deal in past]
    stood, counted = lost_of(past, selection, cohort), lost_of(furthest, selection, cohort)
    for position, cell in _moved_back(reader, selection, cohort):
        stood.append(cell)
        counted.append(cell._replace(stage_id=stage_at[position]))
    found += stood
    found += [
        LostCell(
            *(cell.group, cell.stage_id, 0),
            *(-cell.deals, -cell.with_amount, -cell.priced, -cell.amount),
        )
        for cell in counted
    ]
    return found


def _moved_back(reader: Reader, selection: Selection, cohort: Cohort) -> list[tuple[int, LostCell]]:
    """(furthest position, cell) of the deals that were lost from another stage than their furthest."""
    closed = cohort is Cohort.CLOSED
    owner = owner_column(selection, "d.closed_owner_id" if closed else "d.created_owner_id")
    group = group_column(selection, owner)
    instant = "d.closed_at" if closed else "d.created_at"
    names = [column for column in (group, "d.stage_id") if "." in column]
    index = "ix_deal_closed" if closed else "ix_deal_created"
    spans, start, end = spans_of(selection)
    parts = [
        f"SELECT {stage.position}, {group}, d.stage_id, {CLOSED_SUMS}"
        f" FROM {spans}deal d {reader.using(index)}"
        f" WHERE d.pipeline_id = :pipeline AND d.status = 'lost' AND d.furthest = {stage.position}"
        f" AND {instant} >= {start} AND {instant} < {end} AND d.stage_id <> {stage.id}"
        f"{owner_filter(selection, owner)}{settled(selection)} GROUP BY {', '.join(names)}"
        for stage in selection.pipeline.stages
    ]
    return [
        (position, LostCell(int(group), stage, 0, deals, with_amount, priced, int(amount)))
        for position, group, stage, deals, with_amount, priced, amount in union_rows(reader, selection, parts)
    ]


def reason_cells(reader: Reader, selection: Selection, cohort: Cohort) -> list[LostCell]:
    """Lost deals by the stage they were lost from and the reason (METRICS 3).

    :param cohort: closed or created in the period.
    """
    closed = cohort is Cohort.CLOSED
    owner = owner_column(selection, "d.closed_owner_id" if closed else "d.created_owner_id")
    group = group_column(selection, owner)
    instant = "d.closed_at" if closed else "d.created_at"
    names = [column for column in (group, "d.stage_id", "d.loss_reason_id") if "." in column]
    index = "ix_deal_closed" if closed else "ix_deal_created"
    spans, start, end = spans_of(selection)
    parts = [
        f"SELECT {group}, d.stage_id, d.loss_reason_id, {CLOSED_SUMS}"
        f" FROM {spans}deal d {reader.using(index)}"
        f" WHERE d.pipeline_id = :pipeline AND d.status = 'lost' AND d.furthest = {stage.position}"
        f" AND {instant} >= {start} AND {instant} < {end}"
        f"{owner_filter(selection, owner)}{settled(selection)} GROUP BY {', '.join(names)}"
        for stage in selection.pipeline.stages
    ]
    rows = union_rows(reader, selection, parts)
    cells = [
        LostCell(int(group), stage, reason or 0, deals, with_amount, priced, int(amount))
        for group, stage, reason, deals, with_amount, priced, amount in rows
        if deals
    ]
    return cells + lost_of(selection.past or (), selection, cohort, by_reason=True)
