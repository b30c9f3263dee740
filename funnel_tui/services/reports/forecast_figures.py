"""What open deals may bring and what has been won: one read for the report and the screen (METRICS 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.money import round_half_up
from funnel_tui.domain.period import Period, PeriodKind, day_of, days_of, local_day
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.metrics.figures import Number, Total
from funnel_tui.metrics.forecast import (
    NONE,
    SLIPPED,
    Categories,
    OpenDeal,
    StageCheck,
    Sum,
    by_bucket,
    check_stages,
    counted_on,
    from_stock,
    probability,
)
from funnel_tui.metrics.funnel import close_ratios
from funnel_tui.metrics.outcomes import Distribution, Trial, distribution
from funnel_tui.queries.forecast import open_deals
from funnel_tui.queries.quotas import won_cells
from funnel_tui.queries.snapshot import closing_history
from funnel_tui.services.reports.looking import Looking
from funnel_tui.services.reports.quota_figures import QuotaFigures
from funnel_tui.services.reports.quota_period import in_periods, present_period
from funnel_tui.services.reports.unpriced import open_note, won_note


@dataclass(slots=True)
class Closed:
    """Won deals; the amount is in minor units of the base currency, at closing-day rates."""

    deals: int = 0
    amount: int = 0
    without_rate: int = 0

    def add(self, other: Closed) -> None:
        """Add more of them."""
        self.deals += other.deals
        self.amount += other.amount
        self.without_rate += other.without_rate


@dataclass(frozen=True, slots=True)
class Bucket:
    """One month, or *none* or *slipped*: what is open for it and what was won in it.

    :param opened: the open deals.
    """

    name: str
    opened: Sum
    closed: Closed


class ForecastFigures:
    """The forecast of a scope as it stood at as-of.

    :param looking: the scope; its own spans do not matter.
    :param period: what is forecast; None for everything from the present quarter on.
    :param only: which deals count; None for all. For filters of a screen.
    """

    def __init__(
        self,
        looking: Looking,
        period: Period | None,
        only: Callable[[OpenDeal, Mapping[int, StageFact]], bool] | None = None,
    ) -> None:
        self.looking = looking
        self.today = looking.prices.day
        self.stages = {stage.id: stage for one in looking.pipelines for stage in one.stages}
        reader = looking.reader
        found = [deal for selection in looking.selections for deal in open_deals(reader, selection)]
        if only is not None:
            found = [deal for deal in found if only(deal, self.stages)]
        self.quota_period = period or present_period(
            reader, looking.settings, local_day(looking.as_of, looking.zone), looking.as_of
        )
        self.horizon = period or self._ahead(found)
        self.start, self.end = days_of(self.horizon)
        self.is_present = self.start <= self.today < self.end
        self.deals = [deal for deal in found if self._belongs(deal, self.start, self.end, self.is_present)]
        self.months = [month.name for month in self.horizon.months()]
        self._closed = self._read_closed()
        self._range: Distribution | None = None

    def _ahead(self, found: Iterable[OpenDeal]) -> Period:
        """From the present quarter to the last month that a deal is expected in."""
        kind, fiscal = PeriodKind.QUARTER, self.looking.settings.fiscal_start
        quarter = Period.containing(day_of(self.today), kind, fiscal)
        last = max((deal.expected_close for deal in found if deal.expected_close is not None), default=0)
        month = Period.containing(max(day_of(last), quarter.last), PeriodKind.MONTH, fiscal)
        return Period.days(quarter.start, month.end - timedelta(days=1), fiscal)

    def _belongs(self, deal: OpenDeal, start: int, end: int, undated: bool) -> bool:
        if deal.expected_close is None:
            return undated
        return start <= counted_on(deal.expected_close, self.today) < end

    def _read_closed(self) -> dict[tuple[str, int], Closed]:
        """Won deals by month and by owner at closing."""
        start, end = self.horizon.bounds(self.looking.zone)
        months = self.horizon.months()
        whole = in_periods(self.looking, months)
        found: dict[tuple[str, int], Closed] = {}
        for selection in whole.selections:
            spans = tuple((at, max(low, start), min(high, end)) for at, low, high in selection.spans)
            won = won_cells(self.looking.reader, replace(selection, spans=spans))
            for span, owner, deals, with_amount, priced, amount in won:
                here = found.setdefault((months[span].name, owner), Closed())
                here.add(Closed(deals, amount, with_amount - priced))
        return found

    def buckets(self, owners: Callable[[int], bool] | None = None) -> list[Bucket]:
        """The months of the horizon in order; then slipped and none where they belong to it.

        :param owners: whether a rep's deals count; None for all.
        """
        deals = self.deals if owners is None else [deal for deal in self.deals if owners(deal.owner_id)]
        sums = by_bucket(deals, self.stages, self.today)
        names = [*self.months, SLIPPED, NONE] if self.is_present else self.months
        closed: dict[str, Closed] = {name: Closed() for name in names}
        for (month, owner), won in self._closed.items():
            if owners is None or owners(owner):
                closed[month].add(won)
        return [Bucket(name, sums.get(name, Sum()), closed[name]) for name in names]

    @property
    def owners(self) -> list[int]:
        """The reps that have anything in the forecast."""
        return sorted({deal.owner_id for deal in self.deals} | {owner for _, owner in self._closed})

    def by_owner(self) -> dict[int, Bucket]:
        """Everything open and won in the horizon, per rep; no rep without any."""
        found = {owner: Bucket("", Sum(), Closed()) for owner in self.owners}
        for deal in self.deals:
            found[deal.owner_id].opened.add(deal, self.stages)
        for (_, owner), won in self._closed.items():
            found[owner].closed.add(won)
        return found

    @property
    def closed(self) -> Closed:
        """All that was won in the horizon."""
        found = Closed()
        for won in self._closed.values():
            found.add(won)
        return found

    def whole(self) -> Sum:
        """All open deals of the forecast as one sum."""
        found = Sum()
        for deal in self.deals:
            found.add(deal, self.stages)
        return found

    def categories(self) -> Categories:
        """Closed, commit, best case, pipeline and omitted, over everything."""
        return Categories.of(Fraction(self.closed.amount), self.whole(), self.looking.prices)

    def range(self) -> Distribution:
        """What the whole forecast may bring: won already plus the open deals as independent trials."""
        if self._range is None:
            self._range = distribution(self._trials(self.deals), self.closed.amount)
        return self._range

    def probability_of_quota(self) -> Fraction | None:
        """The probability that the quota of the period is reached; no value without a quota.

        Only deals that are expected to close in the period count, with those that have slipped into it.
        """
        start, end = days_of(self.quota_period)
        figures = QuotaFigures(in_periods(self.looking, [self.quota_period]), self.quota_period)
        goal = _goal(figures)
        if goal is None:
            return None
        deals = [
            deal
            for deal in self.deals
            if self._belongs(deal, start, end, undated=False)
            and (goal.owners is None or deal.owner_id in goal.owners)
        ]
        won = round_half_up(Fraction(goal.won))
        if goal.unit is QuotaUnit.DEALS:
            chances = [(1, probability(deal, self.stages)) for deal in deals]
            return distribution(chances, won).reaches(goal.quota)
        if len(deals) == len(self.deals) and won == self.closed.amount:
            return self.range().reaches(goal.quota)
        return distribution(self._trials(deals), won).reaches(goal.quota)

    def money_goal(self) -> Number | None:
        """The quota that :meth:`probability_of_quota` is about, in minor units of the base currency.

        :returns: None without one, and for one in deals.
        """
        goal = _goal(QuotaFigures(in_periods(self.looking, [self.quota_period]), self.quota_period))
        return goal.quota if goal is not None and goal.unit is QuotaUnit.MONEY else None

    def _trials(self, deals: Iterable[OpenDeal]) -> list[Trial]:
        """Amounts in minor units of the base currency, each rounded half up, with their probabilities."""
        factors: dict[str, Fraction | None] = {}
        found = []
        for deal in deals:
            amount, currency = deal.amount, deal.currency
            if amount is None or currency is None:
                continue
            if currency != self.looking.currency:
                if currency not in factors:
                    factors[currency] = self.looking.prices.factor(currency)
                factor = factors[currency]
                if factor is None:
                    continue
                amount = round_half_up(amount * factor)
            found.append((amount, probability(deal, self.stages)))
        return found

    def from_stock(self) -> Fraction | None:
        """Σ over stages open amount × historical close ratio from the stage (METRICS 7)."""
        closing = self._closing()
        by_stage: dict[int, Sum] = {}
        for deal in self.deals:
            by_stage.setdefault(deal.stage_id, Sum()).add(deal, self.stages)
        prices = self.looking.prices
        return from_stock([(stage, one.total(prices).exact) for stage, one in by_stage.items()], closing)

    def stage_checks(self) -> list[StageCheck]:
        """Which hand-set probabilities of stages are off from history, with n (METRICS 7)."""
        closing = self._closing()
        return [one for line in self.looking.pipelines for one in check_stages(line.stages, closing)]

    def _closing(self) -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}
        for selection in self.looking.selections:
            history = closing_history(self.looking.reader, selection)
            found |= close_ratios(selection.pipeline, history)
        return found

    def unpriced_notes(self) -> list[str]:
        """Which deals are in no sum because there is no exchange rate, in sentences."""
        won = won_note(in_periods(self.looking, [self.horizon])) if self.closed.without_rate else []
        return won + open_note(self.looking, self.deals)

    def total(self) -> Total:
        """Σ amount of the open deals, with what has no amount or no rate."""
        return self.whole().total(self.looking.prices)


@dataclass(frozen=True, slots=True)
class _Goal:
    """A quota with what is won of it.

    :param owners: whose deals count for it; None for everybody's.
    """

    quota: Number
    won: Number
    unit: QuotaUnit
    owners: frozenset[int] | None = None


def _goal(figures: QuotaFigures) -> _Goal | None:
    """The quota of the scope: its own, else the sum of those of the reps, without the deals of the others."""
    reps = figures.rep_lines()
    for unit in (QuotaUnit.MONEY, QuotaUnit.DEALS):
        own = figures.own_line(unit)
        if own is not None and own.base.quota is not None and own.base.won is not None:
            return _Goal(own.base.quota, own.base.won, unit)
        known = [line for line in reps if line.unit is unit and line.base.is_known]
        if known:
            return _Goal(
                sum(line.base.quota or 0 for line in known),
                sum(line.base.won or 0 for line in known),
                unit,
                frozenset(line.holder.rep_id or 0 for line in known),
            )
    return None
