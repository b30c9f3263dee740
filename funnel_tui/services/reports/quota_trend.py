"""Quotas and won deals of several periods, read at once: the trend, and the figures of the last period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from funnel_tui.domain.period import Period, PeriodKind, day_number, days_of
from funnel_tui.domain.quotas import Holder, period_between, tiling
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.metrics.figures import Number, ratio
from funnel_tui.queries import quotas as queries
from funnel_tui.services.reports.looking import Looking
from funnel_tui.services.reports.quota_period import in_periods

PERIODS = 8
"""So many periods a trend has, the one that is looked at among them."""

Point = tuple[Number | None, int]
"""One period of somebody's trend: quota (None without one) and won, in minor units of the base currency. Bare
tuples: a thousand reps have eight thousand of them."""

Goals = dict[tuple[int, int], tuple[int, str | None]]
"""Quotas of one holder in one unit: amount and currency by their days."""

_UNITS = tuple(QuotaUnit)


def attainment(point: Point) -> Fraction | None:
    """won / quota of one period (METRICS 6); no value without a quota."""
    quota, won = point
    return None if quota is None else ratio(won, quota)


class Plans:
    """Everybody's quotas, and what was won, in some periods.

    Quotas in the base currency for exactly these periods are most of them; they are kept in lists, one per
    holder. The others are looked through only for who has some.

    :param periods: the earliest first; none shares a day with another.
    """

    def __init__(self, looking: Looking, periods: Sequence[Period]) -> None:
        self.looking = looking
        self.periods = tuple(periods)
        self.currency = looking.currency
        self._days = [days_of(period) for period in periods]
        self._blank = (None,) * len(periods)
        self._nothing = (0,) * len(periods)
        self._plain: dict[tuple[int | None, int | None], list[Number | None]] = {}
        self._others: dict[tuple[int | None, int | None, str], Goals] = {}
        self._sort_quotas()
        self._sums: list[tuple[int, int, int, int]] = []
        self._won = self._read_won()

    def _sort_quotas(self) -> None:
        start, end = self._days[0][0], self._days[-1][1]
        goals = queries.goals_between(self.looking.reader, start, end, self.looking.as_of)
        places = {days: place for place, days in enumerate(self._days)}
        plain, base, money = self._plain, self.currency, QuotaUnit.MONEY.value
        for rep, team, first, until, unit, amount, currency, _ in goals:
            if amount is None:
                continue
            place = places.get((first, until))
            if place is None or currency != base or unit != money:
                self._others.setdefault((rep, team, unit), {})[first, until] = (amount, currency)
                continue
            row = plain.get((rep, team))
            if row is None:
                row = plain[rep, team] = list(self._blank)
            row[place] = amount

    def _read_won(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for selection in in_periods(self.looking, self.periods).selections:
            sums = queries.won_sums(self.looking.reader, selection)
            self._sums += sums
            for span, owner, amount, _ in sums:
                row = found.get(owner)
                if row is None:
                    row = found[owner] = list(self._nothing)
                row[span] += amount
        return found

    def quota(self, holder: Holder, unit: QuotaUnit, place: int = -1) -> tuple[Number | None, str, int]:
        """A quota, its currency and from how many it was added up.

        A quarter without a quota of its own has that of its months, if they fill it; their sum is in the
        base currency when they are in several.

        :param place: of the period.
        """
        if unit is QuotaUnit.MONEY:
            plain = self._plain.get(holder)
            if plain is not None and plain[place] is not None:
                return plain[place], self.currency, 1
        held = self._others.get((*holder, unit.value))
        return (None, self.currency, 1) if held is None else self._other(held, place)

    def _other(self, held: Goals, place: int) -> tuple[Number | None, str, int]:
        """The same of quotas in another currency or unit, and of shorter ones."""
        whole = held.get(self._days[place])
        if whole is not None:
            return whole[0], whole[1] or self.currency, 1
        parts = [held[span] for span in tiling(self.periods[place], list(held))]
        if not parts:
            return None, self.currency, 1
        currencies = {currency or self.currency for _, currency in parts}
        if len(currencies) == 1:
            return sum(amount for amount, _ in parts), currencies.pop(), len(parts)
        priced = [self.in_base(amount, currency or self.currency) for amount, currency in parts]
        known = [value for value in priced if value is not None]
        return (sum(known) if len(known) == len(priced) else None), self.currency, len(parts)

    def in_base(self, quota: Number | None, currency: str) -> Number | None:
        """An amount in the base currency at the latest rate up to as-of; None without a rate."""
        if quota is None or currency == self.currency:
            return quota
        return self.looking.prices.exact(quota, currency)

    def units(self, holder: Holder) -> list[QuotaUnit]:
        """In which units a holder has a quota for the last period."""
        if not self._others:
            plain = self._plain.get(holder)
            return [] if plain is None or plain[-1] is None else [QuotaUnit.MONEY]
        return [unit for unit in _UNITS if self.quota(holder, unit)[0] is not None]

    def trend(self, holder: Holder, members: Sequence[int]) -> tuple[Point, ...]:
        """The quotas in money and what was won, period by period, in the base currency.

        :param members: the reps whose deals count.
        """
        goals: Sequence[Number | None] = self._plain.get(holder, self._blank)
        if (*holder, "money") in self._others:
            money, places = QuotaUnit.MONEY, range(len(self.periods))
            goals = [self.in_base(*self.quota(holder, money, place)[:2]) for place in places]
        return tuple(zip(goals, self._together(self._won, members), strict=True))

    def won_deals(self, members: Sequence[int]) -> Sequence[int]:
        """How many deals were won, period by period; put together only where somebody asks."""
        return self._together(self._won_deals, members)

    @cached_property
    def _won_deals(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for span, owner, _, deals in self._sums:
            found.setdefault(owner, list(self._nothing))[span] += deals
        return found

    def _together(self, rows: dict[int, list[int]], members: Sequence[int]) -> Sequence[int]:
        """The rows of some reps, added up period by period."""
        if len(members) == 1:
            return rows.get(members[0], self._nothing)
        kept = [rows[rep] for rep in members if rep in rows]
        return [sum(column) for column in zip(*kept, strict=True)] or self._nothing


@dataclass(frozen=True, slots=True)
class TotalPoint:
    """One period of all reps with a quota in it.

    :param reached: how many of them reached it; ``known`` is how many there were.
    """

    period: Period
    quota: Number | None
    won: int
    reached: int
    known: int

    @property
    def attainment(self) -> Fraction | None:
        """Σ won / Σ quota (METRICS 6)."""
        return attainment((self.quota, self.won))


def total_points(periods: Sequence[Period], trends: Iterable[Sequence[Point]]) -> tuple[TotalPoint, ...]:
    """Σ of everybody's trend, period by period; a rep without a quota in a period is not in its sum."""
    points = []
    for period, column in zip(periods, zip(*trends, strict=True), strict=False):
        known = [(quota, won) for quota, won in column if quota]
        goal = sum(quota for quota, _ in known) if known else None
        reached = sum(won >= quota for quota, won in known)
        points.append(TotalPoint(period, goal, sum(won for _, won in known), reached, len(known)))
    return tuple(points)


def last_periods(looking: Looking, period: Period) -> list[Period]:
    """A period and those before it, the earliest first.

    Free ranges follow the quotas there are: before one comes the quota that ends where it begins.
    """
    ends: dict[int, int] = {}
    if period.kind is PeriodKind.RANGE:
        goals = queries.goals_between(looking.reader, -queries.EVER, days_of(period)[0], looking.as_of)
        ends = {goal[3]: goal[2] for goal in sorted(goals, key=lambda goal: goal[2]) if goal[5] is not None}
    found = [period]
    while len(found) < PERIODS:
        at = day_number(found[-1].start)
        before = found[-1].shifted(-1)
        if at in ends:
            before = period_between(ends[at], at, period.fiscal_start)
        if before == found[-1]:
            break
        found.append(before)
    return found[::-1]
