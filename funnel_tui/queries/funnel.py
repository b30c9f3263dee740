"""Cells of the funnel: how far the deals of a cohort went, and how long they were in each stage.

Each query is a UNION of one short index range per stage, so that no rows have to be sorted for grouping.
"""

from __future__ import annotations

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DaysCell, FunnelCell
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, DealStatus, Mode
from funnel_tui.metrics.counting import days_of, funnel_of
from funnel_tui.queries.parts import (
    CLOSED_SUMS,
    COUNTS,
    OPEN_SUMS,
    group_column,
    ladder_steps,
    owner_column,
    owner_filter,
    settled,
    spans_of,
    union_rows,
)

_STATUS = {status.value: status for status in DealStatus}

_CODES = (DealStatus.LOST, DealStatus.WON, DealStatus.OPEN)
# Position and status in one number: rows that have to be sorted for grouping are sorted quicker by it.
_HOW_FAR = "d.furthest * 4 + CASE d.status WHEN 'lost' THEN 0 WHEN 'won' THEN 1 ELSE 2 END"


def funnel_cells(
    reader: Reader, selection: Selection, cohort: Cohort, mode: Mode, *, worth: bool = True
) -> list[FunnelCell]:
    """How far the deals of a cohort went.

    :param worth: whether amounts are wanted; without them every deal counts as one of 0.
    :returns: cells; together they count every deal of the cohort once (once per stage for *entered*).
    """
    if cohort is Cohort.CLOSED:
        parts = _closed_parts(reader, selection, mode, CLOSED_SUMS if worth else COUNTS)
    elif cohort is Cohort.CREATED:
        parts = _created_parts(reader, selection, mode, worth=worth)
    else:
        parts = _entered_parts(reader, selection, mode)
    rows = union_rows(reader, selection, parts)
    cells = [_cell(*row) for row in rows if row[7]]
    past = funnel_of(selection.past or (), selection, cohort, mode)
    if not worth:
        past = [
            cell._replace(currency=None, with_amount=cell.deals, priced=cell.deals, amount=0) for cell in past
        ]
    return cells + past


def _cell(
    group: int, entered: int, furthest: int, status: str | None, mask: int, straight: int,
    currency: str | None, deals: int, with_amount: int | None, priced: int | None, amount: int,
) -> FunnelCell:  # fmt: skip
    if status is None:
        furthest, code = divmod(furthest, 4)
        state = _CODES[code]
    else:
        state = _STATUS[status]
    if with_amount is None or priced is None:
        with_amount = priced = deals
    return FunnelCell(
        group, entered, furthest, state, mask, straight, currency, deals, with_amount, priced, int(amount)
    )


def _mode_columns(mode: Mode) -> tuple[str, str]:
    mask = "d.visited_mask" if mode is Mode.VISITED else "0"
    return mask, "d.straight" if mode is Mode.STRAIGHT else "0"


def _grouping(*columns: str) -> str:
    """GROUP BY the expressions that are columns; without any, one aggregate row is cheapest."""
    names = [column for column in columns if "." in column]
    return f" GROUP BY {', '.join(names)}" if names else ""


def _closed_parts(reader: Reader, selection: Selection, mode: Mode, sums: str) -> list[str]:
    owner = owner_column(selection, "d.closed_owner_id")
    group = group_column(selection, owner)
    mask, straight = _mode_columns(mode)
    spans, start, end = spans_of(selection)
    parts = []
    for status, furthest in ladder_steps(selection.pipeline):
        parts.append(
            f"SELECT {group}, 0, {furthest}, '{status}', {mask}, {straight}, NULL, {sums}"
            f" FROM {spans}deal d {reader.using('ix_deal_closed')}"
            f" WHERE d.pipeline_id = :pipeline AND d.status = '{status}' AND d.furthest = {furthest}"
            f" AND d.closed_at >= {start} AND d.closed_at < {end}"
            f"{owner_filter(selection, owner)}{settled(selection)}{_grouping(group, mask, straight)}"
        )
    return parts


def _created_parts(reader: Reader, selection: Selection, mode: Mode, *, worth: bool) -> list[str]:
    owner = owner_column(selection, "d.created_owner_id")
    group = group_column(selection, owner)
    mask, straight = _mode_columns(mode)
    spans, start, end = spans_of(selection)
    steps = [("open", stage.position) for stage in selection.pipeline.stages]
    parts = []
    for status, furthest in [*ladder_steps(selection.pipeline), *steps]:
        currency, sums = ("d.currency", OPEN_SUMS) if status == "open" else ("NULL", CLOSED_SUMS)
        if not worth:
            currency, sums = "NULL", COUNTS
        parts.append(
            f"SELECT {group}, 0, {furthest}, '{status}', {mask}, {straight}, {currency}, {sums}"
            f" FROM {spans}deal d {reader.using('ix_deal_created')}"
            f" WHERE d.pipeline_id = :pipeline AND d.status = '{status}' AND d.furthest = {furthest}"
            f" AND d.created_at >= {start} AND d.created_at < {end}"
            f"{owner_filter(selection, owner)}{settled(selection)}"
            f"{_grouping(group, mask, straight, currency)}"
        )
    return parts


def _entered_parts(reader: Reader, selection: Selection, mode: Mode) -> list[str]:
    owner = owner_column(selection, "x.reached_owner_id")
    group = group_column(selection, owner)
    mask, straight = _mode_columns(mode)
    currency = "CASE WHEN d.status = 'open' THEN d.currency END"
    spans, start, end = spans_of(selection)
    return [
        f"SELECT {group}, {stage.position}, {_HOW_FAR}, NULL, {mask}, {straight}, {currency},"
        f" count(*), count(d.amount_minor), count(d.closed_base),"
        f" coalesce(sum(CASE WHEN d.status = 'open' THEN d.amount_minor ELSE d.closed_base END), 0)"
        f" FROM {spans}deal_stage x {reader.using('ix_deal_stage_reached')} CROSS JOIN deal d"
        f" WHERE x.stage_id = {stage.id} AND x.reached_at >= {start} AND x.reached_at < {end}"
        f" AND d.id = x.deal_id AND d.pipeline_id = :pipeline"
        f"{owner_filter(selection, owner)}{settled(selection)}"
        f"{_grouping(group, _HOW_FAR, mask, straight, currency)}"
        for stage in selection.pipeline.stages
    ]


def days_cells(reader: Reader, selection: Selection, *, medians: bool = True) -> list[DaysCell]:
    """Days in stage of the deals whose final exit from it falls in the period (METRICS 4).

    :param medians: whether the days of each deal are wanted; for means alone, sums are read sooner.
    """
    owner = owner_column(selection, "x.left_owner_id")
    group = group_column(selection, owner)
    needs_deal = selection.where is not None or "d." in group + owner_filter(selection, owner)
    join, same = (" CROSS JOIN deal d", " AND d.id = x.deal_id") if needs_deal else ("", "")
    since = settled(selection) if needs_deal else _unchanged(reader, selection)
    spans, start, end = spans_of(selection)
    stages = [str(stage.id) for stage in selection.pipeline.stages]
    # The deals that changed are listed once for all stages; for the present, stage by stage there is less to
    # sort: a column that is the same in all rows is not cheap to group by.
    if selection.past is not None and not needs_deal:
        each = [("x.stage_id", ", ".join(stages))]
    else:
        each = [(stage, stage) for stage in stages]
    found = reader.numbers("x.seconds") if medians else "count(*), sum(x.seconds)"
    parts = [
        f"SELECT {group}, {stage}, {found}"
        f" FROM {spans}deal_stage x {reader.using('ix_deal_stage_left')}{join}"
        f" WHERE x.stage_id IN ({numbers}) AND x.left_at >= {start} AND x.left_at < {end}{same}"
        f"{owner_filter(selection, owner)}{since}{_grouping(stage, group)}"
        for stage, numbers in each
    ]
    rows = union_rows(reader, selection, parts)
    if medians:
        own = [row for row in rows if row[2]]
        lists = reader.lists([row[2] for row in own])
        cells = [DaysCell.of(row[0], row[1], found) for row, found in zip(own, lists, strict=True)]
    else:
        cells = [DaysCell(group, stage, deals, int(total)) for group, stage, deals, total in rows if deals]
    past = days_of(selection.past or (), selection)
    return [cell for cell in cells if cell.deals] + past


def _unchanged(reader: Reader, selection: Selection) -> str:
    """``AND`` the deal has not changed since as-of, for the ends of stays; spares a look at each one's deal.

    A deal that was made later ended its stays later too, so it need not be among those that changed.
    """
    if selection.past is None:
        return ""
    changed = (
        f"SELECT id FROM deal {reader.using('ix_deal_changed')}"
        " WHERE changed_at > :as_of AND created_at <= :as_of"
    )
    return f" AND x.left_at <= :as_of AND x.deal_id NOT IN ({changed})"
