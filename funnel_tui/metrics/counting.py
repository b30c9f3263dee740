"""Counting deals in memory: the same cells that the queries count in the database.

Used for deals whose present columns do not say how they stood at a past as-of, and by tests as the plain form
of every count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from funnel_tui.domain.cells import (
    NO_GROUP,
    AmountsCell,
    ClosedCell,
    DaysCell,
    DealFact,
    FunnelCell,
    LostCell,
    OpenCell,
)
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, DealStatus, GroupBy, Mode

_CHOSEN = ((0, None, None),)
"""The event of a deal that is known to be in the period."""


@dataclass(slots=True)
class _Sum:
    deals: int = 0
    with_amount: int = 0
    priced: int = 0
    amount: int = 0
    numbers: list[int] = field(default_factory=list)

    def add(self, deal: DealFact) -> None:
        self.deals += 1
        self.with_amount += deal.amount is not None
        if deal.status is DealStatus.OPEN:
            self.amount += deal.amount or 0
        else:
            self.priced += deal.closed_base is not None
            self.amount += deal.closed_base or 0


def _group(selection: Selection, deal: DealFact, owner: int | None, span: int) -> int:
    match selection.split:
        case GroupBy.REP:
            return owner or NO_GROUP
        case GroupBy.SOURCE:
            return deal.source_id or NO_GROUP
        case GroupBy.MONTH:
            return span
        case _:
            return NO_GROUP


def _owner(selection: Selection, deal: DealFact, at_event: int | None) -> int | None:
    return deal.owner_id if selection.present_owner else at_event


def _own(deals: Iterable[DealFact], selection: Selection) -> list[DealFact]:
    pipeline = selection.pipeline.id
    return [deal for deal in deals if deal.pipeline_id == pipeline]


def funnel_of(
    deals: Iterable[DealFact], selection: Selection, cohort: Cohort, mode: Mode
) -> list[FunnelCell]:
    """Funnel cells of deals; see :func:`funnel_tui.queries.funnel.funnel_cells`."""
    sums: dict[tuple[int, int, int, DealStatus, int, int, str | None], _Sum] = {}
    position = {stage.id: stage.position for stage in selection.pipeline.stages}
    # Of the deals of a past instant few were closed or created in the period.
    _, start, end = selection.whole[0]
    if cohort is Cohort.CLOSED:
        deals = [deal for deal in deals if deal.closed_at is not None and start <= deal.closed_at < end]
    elif cohort is Cohort.CREATED:
        deals = [deal for deal in deals if start <= deal.created_at < end]
    plain = _is_plain(selection) and cohort is not Cohort.ENTERED
    for deal in _own(deals, selection):
        for entered, instant, at_event in _CHOSEN if plain else _events(deal, cohort, position):
            group = NO_GROUP
            if not plain:
                span = selection.span_of(instant)
                owner = _owner(selection, deal, at_event)
                if span is None or not selection.admits(owner):
                    continue
                group = _group(selection, deal, owner, span)
            key = (
                group,
                entered,
                deal.furthest,
                deal.status,
                deal.visited_mask if mode is Mode.VISITED else 0,
                deal.straight if mode is Mode.STRAIGHT else 0,
                deal.currency if deal.status is DealStatus.OPEN else None,
            )
            if key not in sums:
                sums[key] = _Sum()
            sums[key].add(deal)
    return [FunnelCell(*key, s.deals, s.with_amount, s.priced, s.amount) for key, s in sums.items()]


def _is_plain(selection: Selection) -> bool:
    """Whether an instant in the period is all that is asked: no groups, whosever the deals are.

    It is what is asked most, and thousands of deals need not be looked at more closely than that.
    """
    return len(selection.spans) == 1 and selection.owners is None and selection.split is None


def _events(
    deal: DealFact, cohort: Cohort, position: dict[int, int]
) -> Sequence[tuple[int, int | None, int | None]]:
    """(position entered or 0, instant, owner then): what makes a deal part of a cohort."""
    if cohort is Cohort.CLOSED:
        return ((0, deal.closed_at, deal.closed_owner_id),)
    if cohort is Cohort.CREATED:
        return ((0, deal.created_at, deal.created_owner_id),)
    return [(position[one.stage_id], one.reached_at, one.reached_owner_id) for one in deal.stages]


def days_of(deals: Iterable[DealFact], selection: Selection) -> list[DaysCell]:
    """Days cells of deals; see :func:`funnel_tui.queries.funnel.days_cells`."""
    found: dict[tuple[int, int], list[int]] = {}
    _, start, end = selection.whole[0]
    plain = _is_plain(selection)
    for deal in _own(deals, selection):
        for stage in deal.stages:
            left = stage.left_at
            if left is None or left < start or left >= end:
                continue
            group = NO_GROUP
            if not plain:
                span = selection.span_of(left)
                owner = _owner(selection, deal, stage.left_owner_id)
                if span is None or not selection.admits(owner):
                    continue
                group = _group(selection, deal, owner, span)
            found.setdefault((group, stage.stage_id), []).append(stage.seconds)
    return [DaysCell.of(*key, seconds) for key, seconds in found.items()]


def closed_of(deals: Iterable[DealFact], selection: Selection) -> list[ClosedCell]:
    """Closed cells of deals; see :func:`funnel_tui.queries.closings.closed_cells`."""
    sums: dict[tuple[int, DealStatus], _Sum] = {}
    for deal in _own(deals, selection):
        span = selection.span_of(deal.closed_at)
        owner = _owner(selection, deal, deal.closed_owner_id)
        if span is None or deal.closed_at is None or not selection.admits(owner):
            continue
        total = sums.setdefault((_group(selection, deal, owner, span), deal.status), _Sum())
        total.add(deal)
        if deal.status is DealStatus.WON:
            total.numbers.append(deal.closed_at - deal.created_at)
    return [
        ClosedCell(*key, s.deals, s.with_amount, s.priced, s.amount, tuple(s.numbers))
        for key, s in sums.items()
    ]


def lost_of(
    deals: Iterable[DealFact], selection: Selection, cohort: Cohort, *, by_reason: bool = False
) -> list[LostCell]:
    """Lost cells of deals; see :func:`funnel_tui.queries.closings.lost_from_cells` and
    :func:`~funnel_tui.queries.closings.reason_cells`.
    """
    closed = cohort is Cohort.CLOSED
    sums: dict[tuple[int, int, int], _Sum] = {}
    for deal in _own(deals, selection):
        span = selection.span_of(deal.closed_at if closed else deal.created_at)
        owner = _owner(selection, deal, deal.closed_owner_id if closed else deal.created_owner_id)
        if deal.status is not DealStatus.LOST or span is None or not selection.admits(owner):
            continue
        reason = deal.loss_reason_id or 0 if by_reason else 0
        sums.setdefault((_group(selection, deal, owner, span), deal.stage_id, reason), _Sum()).add(deal)
    return [LostCell(*key, s.deals, s.with_amount, s.priced, s.amount) for key, s in sums.items()]


def open_of(deals: Iterable[DealFact], selection: Selection) -> list[OpenCell]:
    """Open cells of deals; see :func:`funnel_tui.queries.snapshot.open_cells`."""
    # Nearly all deals of a past instant were open: a plain loop, because it goes through thousands.
    sums: dict[tuple[int, int, str | None, int | None], list[int]] = {}
    by_rep, by_source = selection.split is GroupBy.REP, selection.split is GroupBy.SOURCE
    owners, pipeline = selection.owners, selection.pipeline.id
    own = [deal for deal in deals if deal.closed_at is None and deal.pipeline_id == pipeline]
    if owners is not None:
        own = [deal for deal in own if deal.owner_id in owners]
    for deal in own:
        amount, entered = deal.amount, deal.entered_at
        group = deal.owner_id if by_rep else deal.source_id or NO_GROUP if by_source else NO_GROUP
        key = (group, deal.stage_id, deal.currency, deal.probability_bp)
        total = sums.get(key)
        if total is None:
            total = sums[key] = [0, 0, 0, entered]
        total[0] += 1
        if amount is not None:
            total[1] += 1
            total[2] += amount
        if entered < total[3]:
            total[3] = entered
    return [OpenCell(*key, *total) for key, total in sums.items()]


def amounts_of(deals: Iterable[DealFact], selection: Selection) -> list[AmountsCell]:
    """Amount cells of deals; see :func:`funnel_tui.queries.snapshot.open_sizes`."""
    found: dict[tuple[int, str], list[int]] = {}
    plain, pipeline = _is_plain(selection), selection.pipeline.id
    for deal in deals:
        amount, currency = deal.amount, deal.currency
        if amount is None or currency is None or deal.closed_at is not None:
            continue
        if deal.pipeline_id == pipeline and (plain or selection.admits(deal.owner_id)):
            group = NO_GROUP if plain else _group(selection, deal, deal.owner_id, NO_GROUP)
            found.setdefault((group, currency), []).append(amount)
    return [AmountsCell(*key, tuple(amounts)) for key, amounts in found.items()]
