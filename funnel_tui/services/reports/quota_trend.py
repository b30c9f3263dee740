"""The last periods of everybody: what was to be reached and what was won in each (METRICS 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.period import Period, PeriodKind, day_number
from funnel_tui.domain.quotas import Holder, QuotaFact, period_between, tiling
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.metrics.figures import Number, ratio
from funnel_tui.queries import quotas as queries
from funnel_tui.services.reports.looking import Looking
from funnel_tui.services.reports.quota_period import days_of, in_periods

PERIODS = 8
"""So many periods a trend has, the one that is looked at among them."""


class Point(NamedTuple):
    """One period of somebody's trend: minor units of the base currency.

    :param quota: None without one.
    """

    quota: Number | None
    won: Number

    @property
    def attainment(self) -> Fraction | None:
        """won / quota; no value without a quota."""
        return None if self.quota is None else ratio(self.won, self.quota)


class Trend:
    """Quotas and won of several periods, read at once.

    :param periods: the earliest first.
    """

    def __init__(self, looking: Looking, periods: Sequence[Period]) -> None:
        self.periods = tuple(periods)
        self._looking = looking
        self._won: dict[tuple[int, int], int] = {}
        for selection in in_periods(looking, periods).selections:
            won = self._won
            for span, owner, _, _, _, amount in queries.won_cells(looking.reader, selection):
                key = (owner, span)
                won[key] = won.get(key, 0) + amount
        self._quotas = self._read_quotas()

    def _read_quotas(self) -> dict[tuple[int | None, int | None, int], Number]:
        """Quotas in money by rep, team and place of the period, in the base currency."""
        places = {days_of(period): place for place, period in enumerate(self.periods)}
        start, end = days_of(self.periods[0])[0], days_of(self.periods[-1])[1]
        found: dict[tuple[int | None, int | None, int], Number] = {}
        others: dict[Holder, list[QuotaFact]] = {}
        money, base = QuotaUnit.MONEY.value, self._looking.currency
        for fact in queries.quotas_between(self._looking.reader, start, end, self._looking.as_of):
            _, rep, team, first, until, unit, amount, currency, *_ = fact
            if unit != money or amount is None:
                continue
            place = places.get((first, until))
            if place is None:
                others.setdefault(Holder(rep, team), []).append(fact)
            else:
                priced = amount if currency == base else self._priced(fact)
                if priced is not None:
                    found[rep, team, place] = priced
        for holder, facts in others.items():
            self._add_up(holder, facts, found)
        return found

    def _add_up(
        self,
        holder: Holder,
        facts: Sequence[QuotaFact],
        found: dict[tuple[int | None, int | None, int], Number],
    ) -> None:
        """Periods without a quota of their own have that of the shorter ones that fill them."""
        by_days = {(fact.start_day, fact.end_day): self._priced(fact) for fact in facts}
        for place, period in enumerate(self.periods):
            if (*holder, place) not in found:
                parts = [by_days[days] for days in tiling(period, list(by_days))]
                known = [part for part in parts if part is not None]
                if known and len(known) == len(parts):
                    found[*holder, place] = sum(known)

    def _priced(self, fact: QuotaFact) -> Number | None:
        currency = fact.currency or self._looking.currency
        return fact.amount if fact.amount is None else self._looking.prices.exact(fact.amount, currency)

    def of(self, holder: Holder, members: Sequence[int]) -> tuple[Point, ...]:
        """The trend of a rep, a team or the company.

        :param members: the reps whose deals count.
        """
        places, quotas, won = range(len(self.periods)), self._quotas, self._won
        rep, team = holder
        if len(members) == 1:
            only = members[0]
            return tuple(
                [Point(quotas.get((rep, team, place)), won.get((only, place), 0)) for place in places]
            )
        return tuple(
            Point(quotas.get((rep, team, place)), sum(won.get((one, place), 0) for one in members))
            for place in places
        )


@dataclass(frozen=True, slots=True)
class TotalPoint:
    """One period of all reps with a quota in it.

    :param reached: how many of them reached it; ``known`` is how many there were.
    """

    period: Period
    quota: Number | None
    won: Number
    reached: int
    known: int

    @property
    def attainment(self) -> Fraction | None:
        """Σ won / Σ quota."""
        return None if self.quota is None else ratio(self.won, self.quota)


def total_points(periods: Sequence[Period], trends: Iterable[Sequence[Point]]) -> tuple[TotalPoint, ...]:
    """Σ of everybody's trend, period by period; a rep without a quota in a period is not in its sum."""
    kept = list(trends)
    points = []
    for place, period in enumerate(periods):
        quota: Number = 0
        won: Number = 0
        reached = known = 0
        for trend in kept:
            goal, brought = trend[place]
            if goal:
                known += 1
                quota += goal
                won += brought
                reached += brought >= goal
        points.append(TotalPoint(period, quota if known else None, won, reached, known))
    return tuple(points)


def last_periods(looking: Looking, period: Period, count: int = PERIODS) -> list[Period]:
    """A period and those before it, the earliest first.

    Free ranges follow the quotas there are: before one comes the quota that ends where it begins.
    """
    ends: Mapping[int, int] = {}
    if period.kind is PeriodKind.RANGE:
        facts = queries.quotas_between(looking.reader, end_day=days_of(period)[0], as_of=looking.as_of)
        ends = {fact.end_day: fact.start_day for fact in sorted(facts, key=lambda fact: fact.start_day)}
    found = [period]
    while len(found) < count:
        at = day_number(found[-1].start)
        before = found[-1].shifted(-1)
        if at in ends:
            before = period_between(ends[at], at, period.fiscal_start)
        if before == found[-1]:
            break
        found.append(before)
    return found[::-1]
