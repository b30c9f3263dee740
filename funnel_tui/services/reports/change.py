"""Report ``change``: how the open pipeline changed over a period, row by row (METRICS 10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from funnel_tui.domain.money import round_half_up
from funnel_tui.domain.period import PeriodKind, day_number, day_of, local_day
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said
from funnel_tui.domain.status import DealStatus, GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr, trc
from funnel_tui.metrics.figures import Prices
from funnel_tui.metrics.pipeline_change import ChangeKind, Held, Rows, State, View, new_rows, steps
from funnel_tui.queries.change import stories
from funnel_tui.queries.filtering import matching_ids
from funnel_tui.queries.forecast import open_deals
from funnel_tui.queries.past import past_deals
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_rates_on
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row, amount
from funnel_tui.services.reports.columns import GROUPS
from funnel_tui.services.reports.looking import Looking

CHANGE = (
    Column(
        "kind",
        Kind.TEXT,
        trc("noun", "Change"),
        tr("opening + new + reopened + up − down − won − lost + in − out = closing."),
    ),
    Column("deals", Kind.COUNT, tr("Deals"), tr("How many deals.")),
    Column(
        "amount",
        Kind.MONEY,
        tr("Amount"),
        tr("Their amounts, or by how much they changed; all at the same rates."),
    ),
)
_BEFORE_ALL = -(2**40)


@dataclass(frozen=True, slots=True)
class PipelineChange:
    """How the open pipeline changed.

    :param rows: by group, as the scope is split; one group "" where it is not.
    :param prices: the rates that everything is priced at.
    :param unpriced: deals with an amount and no rate, anywhere in the rows.
    :param without_amount: deals without an amount, likewise.
    :param foreign: deals with an amount in another currency than the base.
    """

    rows: dict[str, Rows]
    prices: Prices
    unpriced: int
    without_amount: int
    foreign: int

    @property
    def is_empty(self) -> bool:
        """Whether no deal is in any row."""
        return not any(row.deals for rows in self.rows.values() for row in rows.values())


def change_report(looking: Looking) -> Report:
    """Opening, what came, changed and went, closing; the rows add up exactly.

    A deal that is expected to close after the period is not in it: it comes in, or goes out, when its date
    is changed. Overdue deals and those without a date belong to it.

    :raises UsageError: when split by something else than rep, team or pipeline.
    """
    if looking.scope.by not in {None, GroupBy.REP, GroupBy.TEAM, GroupBy.PIPELINE}:
        raise UsageError(
            tr("The report change cannot be split by {by}.").format(by=looking.scope.by),
            tr("Use --by rep, team or pipeline."),
        )
    found = read_change(looking)
    split = None if looking.scope.by is None else looking.scope.by.value
    rows: list[Row] = []
    for name in sorted(found.rows, key=str.casefold):
        for kind, row in found.rows[name].items():
            heading = {} if split is None else {split: name}
            worth = amount(Fraction(row.worth), looking)
            rows.append(heading | {"kind": kind.value, "deals": len(row.deals), "amount": worth})
    columns = [GROUPS[split], *CHANGE] if split is not None else list(CHANGE)
    return building.make(
        looking,
        "change",
        tr("Pipeline change{when} · {whose}").format(
            when=building.when(looking), whose=building.whose(looking)
        ),
        columns,
        rows,
        {},
        (),
        change_notes(looking, found),
    )


def read_change(looking: Looking) -> PipelineChange:
    """Follow every deal of the scope through the period, up to as-of."""
    after, upto, last_day = _between(looking)
    day = day_number(local_day(upto, looking.zone))
    prices = Prices(read_rates_on(looking.reader, looking.settings.base_currency, day), day)
    view = _view(looking, prices, last_day)
    chosen = _chosen(looking)
    rows: dict[str, Rows] = {} if looking.scope.by else {"": new_rows()}
    counted: dict[int, Held] = {}
    for kind, instant in ((ChangeKind.OPENING, after), (ChangeKind.CLOSING, upto)):
        for deal, group, held in _standing(looking, instant, view):
            if chosen is not None and deal not in chosen:
                continue
            rows.setdefault(group, new_rows())[kind].add(deal, view.worth(held))
            counted[deal] = held
    for story in stories(looking.reader, after, upto):
        if chosen is not None and story.deal_id not in chosen:
            continue
        for step in steps(story, after, upto, view):
            rows.setdefault(step.group, new_rows())[step.kind].add(step.deal_id, step.worth)
            counted.setdefault(step.deal_id, step.held)
    priced = [held for held in counted.values() if held.amount is not None]
    return PipelineChange(
        rows=rows,
        prices=prices,
        unpriced=sum(held.currency is not None and prices.factor(held.currency) is None for held in priced),
        without_amount=len(counted) - len(priced),
        foreign=sum(held.currency not in (None, looking.currency) for held in priced),
    )


def _chosen(looking: Looking) -> frozenset[int] | None:
    """The deals that the filter of the scope holds for at as-of; None for all.

    They are the same from opening to closing: otherwise the rows would not add up.
    """
    first = looking.selections[0] if looking.selections else None
    if first is None or first.where is None:
        return None
    return matching_ids(looking.reader, first.where, first.past, looking.as_of)


def _between(looking: Looking) -> tuple[int, int, int | None]:
    """The instant before the period, its last one up to as-of, and its last day; all time has no last day."""
    period = looking.scope.period
    if period.kind is PeriodKind.ALL:
        return _BEFORE_ALL, looking.as_of, None
    start, end = period.bounds(looking.zone)
    # A period that has not begun: what is open now is all that is known of its first day.
    after = min(start - 1, looking.as_of)
    return after, max(after, min(looking.as_of, end - 1)), day_number(period.last)


def _view(looking: Looking, prices: Prices, last_day: int | None) -> View:
    names = {pipeline.id: pipeline.name for pipeline in looking.pipelines}
    owners = looking.selections[0].owners if looking.selections else None
    by = looking.scope.by

    def admits(state: State) -> bool:
        held = state.held
        here = state.pipeline_id in names and (owners is None or held.owner_id in owners)
        late = last_day is not None and held.expected_close is not None and held.expected_close > last_day
        return here and not late

    def group(state: State) -> str:
        if by is GroupBy.PIPELINE:
            return names[state.pipeline_id]
        return looking.group_name(state.held.owner_id) if looking.is_split else ""

    def worth(held: Held) -> int:
        # Rounded deal by deal: rows of whole minor units must add up to the last one.
        if held.amount is None or held.currency is None:
            return 0
        return round_half_up(prices.exact(held.amount, held.currency) or Fraction(0))

    return View(admits, group, worth)


def _standing(looking: Looking, instant: int, view: View) -> Iterable[tuple[int, str, Held]]:
    """The deals in the pipeline at an instant: number, group, values."""
    reader, zone = looking.reader, looking.zone
    everything = read_pipelines(reader)
    ladders = {pipeline.id: pipeline.ladder for pipeline in everything}
    past = past_deals(reader, instant, ladders, looking.settings.base_currency, zone)
    for selection in looking.selections:
        then = replace(selection.everything, as_of=instant, past=past, split=None)
        for deal in open_deals(reader, then):
            held = Held(deal.owner_id, deal.amount, deal.currency, deal.expected_close)
            state = State(DealStatus.OPEN, selection.pipeline.id, held)
            if view.holds(state):
                yield deal.id, view.group(state), held


def _nothing(looking: Looking) -> str:
    """That all rows are empty; what narrows the scope is named: of other deals there may be some."""
    period, who = looking.scope.period.label, looking.scope.owner or looking.scope.team
    if looking.scope.where.strip():
        return said("No deal that matches the filter was open, came or went in {period}.", period=period)
    if who:
        return said("No deal of {who} was open, came or went in {period}.", who=who, period=period)
    return said("Nothing was open, came or went in {period}.", period=period)


def change_notes(looking: Looking, found: PipelineChange) -> list[str]:
    """What a reader must know of the rows."""
    notes = []
    period = looking.scope.period
    if period.kind is not PeriodKind.ALL and period.start > local_day(looking.as_of, looking.zone):
        notes.append(
            said("{period} has not begun yet: its opening is what is open now.", period=period.label)
        )
    elif period.kind is not PeriodKind.ALL and found.is_empty:
        notes.append(_nothing(looking))
    if looking.scope.where.strip():
        notes.append(said("The filter chooses deals as they stand at as-of, for all rows alike."))
    if period.kind is not PeriodKind.ALL:
        notes.append(
            said(
                "Deals expected to close after {day} are not in it; those without a date are.",
                day=period.last.isoformat(),
            )
        )
    if found.without_amount:
        notes.append(said("{n:,} without amount: in the counts, in no sum.", n=found.without_amount))
    if found.unpriced:
        notes.append(
            said(
                "{n:,} not priced in {currency}: no exchange rate (funnel import rates FILE).",
                n=found.unpriced,
                currency=looking.currency,
            )
        )
    if found.foreign:
        notes.append(
            said(
                "All amounts are at the rates of {day}, so that the rows add up; other reports price closed "
                "deals at the rate of the closing day.",
                day=day_of(found.prices.day).isoformat(),
            )
        )
    return notes
