"""Forecast: weighted, by month, by category, from stock; accuracy of past ones (METRICS 7).

Sums are exact: whole minor units per currency are added up first and priced once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.period import day_of
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.metrics.figures import Prices, Total, ratio

NONE, SLIPPED = "none", "slipped"
"""The buckets of deals without an expected close, and of those whose date has passed (METRICS 7)."""

CERTAIN = 10_000
"""A probability of 100 %, in hundredths of a percent."""

_TELLING = 4
"""A difference counts from two standard deviations on; this is two squared."""


class OpenDeal(NamedTuple):
    """An open deal as a forecast needs it. A named tuple: there may be tens of thousands.

    :param probability_bp: typed by hand, in hundredths of a percent; None where the stage's own applies.
    :param category: chosen for this deal; None where the stage's own applies.
    """

    id: int
    stage_id: int
    owner_id: int
    amount: int | None
    currency: str | None
    probability_bp: int | None
    expected_close: int | None
    category: str | None


def probability(deal: OpenDeal, stages: Mapping[int, StageFact]) -> int:
    """The deal's own probability if typed, else its stage's, in hundredths of a percent (METRICS 7)."""
    return stages[deal.stage_id].probability_bp if deal.probability_bp is None else deal.probability_bp


def category(deal: OpenDeal, stages: Mapping[int, StageFact]) -> str:
    """The deal's own category, else its stage's; one deal has one (METRICS 7)."""
    return stages[deal.stage_id].category.value if deal.category is None else deal.category


def bucket(expected_close: int | None, today: int) -> str:
    """The month a deal is expected to close in, ``2026-03``; *none* without a date, *slipped* once it has
    passed (METRICS 7).

    :param expected_close: a day number; ``today`` too. A deal that is expected today has not slipped.
    """
    if expected_close is None:
        return NONE
    return SLIPPED if expected_close < today else f"{day_of(expected_close):%Y-%m}"


def counted_on(expected_close: int, today: int) -> int:
    """The day an open deal counts on: its expected close, or today once that has passed.

    A deal that has slipped belongs to the present period (METRICS 6 and 7).
    """
    return max(expected_close, today)


@dataclass(slots=True)
class Sum:
    """Open deals of one bucket, summed by currency.

    :ivar amounts: minor units by currency, unweighted; ``weighted`` the same times the probability in
        hundredths of a percent; ``by_category`` minor units by category and currency; ``in_category`` how
        many deals are of each.
    """

    deals: int = 0
    without_amount: int = 0
    amounts: dict[str, int] = field(default_factory=dict)
    with_amount: dict[str, int] = field(default_factory=dict)
    weighted: dict[str, int] = field(default_factory=dict)
    by_category: dict[tuple[str, str], int] = field(default_factory=dict)
    in_category: dict[str, int] = field(default_factory=dict)

    def add(self, deal: OpenDeal, stages: Mapping[int, StageFact]) -> None:
        """Count a deal."""
        self.deals += 1
        amount, currency = deal.amount, deal.currency
        name = category(deal, stages)
        self.in_category[name] = self.in_category.get(name, 0) + 1
        if amount is None or currency is None:
            self.without_amount += 1
            return
        kind = (name, currency)
        self.amounts[currency] = self.amounts.get(currency, 0) + amount
        self.with_amount[currency] = self.with_amount.get(currency, 0) + 1
        self.weighted[currency] = self.weighted.get(currency, 0) + amount * probability(deal, stages)
        self.by_category[kind] = self.by_category.get(kind, 0) + amount

    def total(self, prices: Prices) -> Total:
        """Σ amount at the latest rate up to as-of, with what could not be summed."""
        found = Total(without_amount=self.without_amount)
        for currency, amount in self.amounts.items():
            count = self.with_amount[currency]
            found.add(prices.total(amount, currency, deals=count, with_amount=count))
        return found

    def weighted_total(self, prices: Prices) -> Fraction:
        """Σ amount × probability of the open deals (METRICS 7)."""
        return _priced(self.weighted, prices) / CERTAIN

    def of_category(self, kind: ForecastCategory, prices: Prices) -> Fraction:
        """Σ amount of the deals of one category, not weighted (METRICS 7)."""
        amounts = {cur: amount for (name, cur), amount in self.by_category.items() if name == kind.value}
        return _priced(amounts, prices)


def _priced(amounts: Mapping[str, int], prices: Prices) -> Fraction:
    """Amounts by currency in the base currency; those without a rate are left out (METRICS M7)."""
    found = Fraction(0)
    for currency, amount in amounts.items():
        value = prices.exact(amount, currency)
        found += 0 if value is None else value
    return found


def by_bucket(deals: Iterable[OpenDeal], stages: Mapping[int, StageFact], today: int) -> dict[str, Sum]:
    """Open deals by month of expected close, with *none* and *slipped* (METRICS 7)."""
    found: dict[str, Sum] = {}
    names: dict[int | None, str] = {}
    for deal in deals:
        day = deal.expected_close
        name = names.get(day)
        if name is None:
            name = names[day] = bucket(day, today)
        here = found.get(name)
        if here is None:
            here = found[name] = Sum()
        here.add(deal, stages)
    return found


@dataclass(frozen=True, slots=True)
class Categories:
    """Amounts by category, not weighted (METRICS 7): closed, commit, best case, pipeline; omitted apart."""

    closed: Fraction
    commit: Fraction
    best_case: Fraction
    pipeline: Fraction
    omitted: Fraction = Fraction(0)

    @classmethod
    def of(cls, closed: Fraction, open_sums: Sum, prices: Prices) -> Categories:
        """Closed deals, and the open ones by their category."""
        kinds = ForecastCategory
        parts = (open_sums.of_category(kind, prices) for kind in (kinds.COMMIT, kinds.BEST_CASE))
        commit, best_case = parts
        pipeline = open_sums.of_category(kinds.PIPELINE, prices)
        return cls(closed, commit, best_case, pipeline, open_sums.of_category(kinds.OMITTED, prices))

    @property
    def cumulative(self) -> tuple[Fraction, Fraction, Fraction]:
        """Closed; closed + commit; closed + commit + best case (METRICS 7)."""
        return self.closed, self.closed + self.commit, self.closed + self.commit + self.best_case

    @property
    def open(self) -> Fraction:
        """Commit + best case + pipeline."""
        return self.commit + self.best_case + self.pipeline


def from_stock(
    stock: Iterable[tuple[int, Fraction]], closing: Mapping[int, tuple[int, int]]
) -> Fraction | None:
    """Σ over stages open amount × historical close ratio from that stage (METRICS 7, [1C]).

    :param stock: (stage number, open amount).
    :param closing: (won, won + lost) of the deals that reached each stage.
    :returns: no value when a stage with an amount has no history.
    """
    found = Fraction(0)
    for stage, amount in stock:
        share = ratio(*closing.get(stage, (0, 0)))
        if amount and share is None:
            return None
        found += amount * (share or 0)
    return found


@dataclass(frozen=True, slots=True)
class PastForecast:
    """A forecast as it stood on a past day, beside what was won (METRICS 7).

    :param day: the day it stood, a day number.
    :param forecast: won by then + weighted of what was open and expected in the period.
    :param won: what the period really brought.
    """

    day: int
    forecast: Fraction
    won: Fraction

    @property
    def accuracy(self) -> Fraction | None:
        """Forecast at a past day ÷ actually won; no value when nothing was won."""
        return ratio(self.forecast, self.won)


@dataclass(frozen=True, slots=True)
class StageCheck:
    """The probability somebody set for a stage beside what history says.

    :param set_bp: as set, in hundredths of a percent.
    :param won: of the closed deals that reached the stage; ``n`` is how many those were.
    """

    stage: StageFact
    set_bp: int
    won: int
    n: int

    @property
    def history(self) -> Fraction | None:
        """won / (won + lost) of the deals that reached the stage (METRICS 1)."""
        return ratio(self.won, self.n)

    @property
    def difference(self) -> Fraction | None:
        """History − set; positive when more is won than was thought."""
        return None if self.history is None else self.history - Fraction(self.set_bp, CERTAIN)

    def is_off(self, least: int) -> bool:
        """Whether history contradicts what was set: by more than two standard deviations.

        :param least: the number of deals under which nothing is said (setting ``small_n``).
        """
        history, difference = self.history, self.difference
        if history is None or difference is None or self.n < max(1, least):
            return False
        # A probability of 0 or 100 % would leave no room at all: one deal must be free to go the other way.
        told, one = Fraction(self.set_bp, CERTAIN), Fraction(1, self.n)
        spread = max(told * (1 - told), one * (1 - one))
        return difference * difference * self.n > _TELLING * spread


def check_stages(stages: Iterable[StageFact], closing: Mapping[int, tuple[int, int]]) -> list[StageCheck]:
    """Every stage in use with its set probability beside history, n included."""
    return [
        StageCheck(stage, stage.probability_bp, *closing.get(stage.id, (0, 0)))
        for stage in stages
        if not stage.retired
    ]
