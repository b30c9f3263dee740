"""Cells of deals won month by month, with the time since the first contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import NO_GROUP, DealFact, WonCell
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus, GroupBy
from funnel_tui.queries.parts import (
    CLOSED_SUMS,
    group_column,
    owner_column,
    owner_filter,
    settled,
    spans_of,
    union_rows,
)


def won_cells(reader: Reader, selection: Selection) -> list[WonCell]:
    """Deals won in each span of the selection.

    :param selection: its spans are the months; split by rep, source or not at all.
    """
    owner = owner_column(selection, "d.closed_owner_id")
    group = group_column(selection, owner)
    spans, start, end = spans_of(selection)
    month = "m.k" if spans else str(int(selection.spans[0][0]))
    names = [column for column in (group, month) if "." in column]
    grouping = f" GROUP BY {', '.join(names)}" if names else ""
    first = (
        f"coalesce((SELECT min(i.at) FROM interaction i {reader.using('ix_interaction_deal')}"
        " WHERE i.deal_id = d.id AND i.planned = 0 AND i.at <= d.closed_at), d.created_at)"
    )
    rows = union_rows(
        reader,
        selection,
        [
            f"SELECT {group}, {month}, {CLOSED_SUMS}, {reader.numbers(f'd.closed_at - {first}')}"
            f" FROM {spans}deal d {reader.using('ix_deal_closed')}"
            f" WHERE d.pipeline_id = :pipeline AND d.status = 'won'"
            f" AND d.furthest = {selection.pipeline.length + 1}"
            f" AND d.closed_at >= {start} AND d.closed_at < {end}"
            f"{owner_filter(selection, owner)}{settled(selection)}{grouping}"
        ],
    )
    own = [row for row in rows if row[2]]
    lists = reader.lists([row[-1] for row in own])
    cells = [
        WonCell(group, month, deals, with_amount, priced, int(amount), seconds)
        for (group, month, deals, with_amount, priced, amount, _), seconds in zip(own, lists, strict=True)
    ]
    return cells + _past(reader, selection)


def has_deals(reader: Reader, pipeline_id: int) -> bool:
    """Whether a pipeline holds any deal, whatever its status."""
    return bool(
        reader.rows("SELECT 1 FROM deal WHERE pipeline_id = :pipeline LIMIT 1", {"pipeline": pipeline_id})
    )


def _past(reader: Reader, selection: Selection) -> list[WonCell]:
    """The same of the deals that have changed since as-of, one cell each."""
    if selection.past is None:
        return []
    won = []
    for deal in selection.past:
        month = selection.span_of(deal.closed_at)
        owner = deal.owner_id if selection.present_owner else deal.closed_owner_id
        if deal.pipeline_id != selection.pipeline.id or deal.status is not DealStatus.WON:
            continue
        if month is not None and selection.admits(owner):
            won.append((deal, month, owner))
    contacts = _first_contacts(reader, [deal for deal, _, _ in won])
    return [
        WonCell(
            *(_group(selection, deal, owner), month, 1),
            *(int(deal.amount is not None), int(deal.closed_base is not None), deal.closed_base or 0),
            ((deal.closed_at or 0) - contacts.get(deal.id, deal.created_at),),
        )
        for deal, month, owner in won
    ]


def _group(selection: Selection, deal: DealFact, owner: int | None) -> int:
    match selection.split:
        case GroupBy.REP:
            return owner or NO_GROUP
        case GroupBy.SOURCE:
            return deal.source_id or NO_GROUP
        case _:
            return NO_GROUP


def _first_contacts(reader: Reader, deals: Iterable[DealFact]) -> Mapping[int, int]:
    """The instant of the first done interaction of each deal up to its closing, by its number."""
    closed = {deal.id: deal.closed_at or 0 for deal in deals}
    numbers = ", ".join(str(int(number)) for number in closed) or "NULL"
    found: dict[int, int] = {}
    for deal, at in reader.rows(
        f"SELECT deal_id, at FROM interaction WHERE deal_id IN ({numbers}) AND planned = 0"
    ):
        if at <= closed[deal]:
            found[deal] = min(at, found.get(deal, at))
    return found
