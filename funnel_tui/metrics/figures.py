"""Small exact figures that every metric is made of (METRICS M6, M7, M12)."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from funnel_tui.domain.money import Money, Rates, round_half_up
from funnel_tui.domain.period import DAY_SECONDS

Number = int | Fraction
_NOTHING = Fraction(0)


def ratio(part: Number, whole: Number) -> Fraction | None:
    """part / whole, exact; no value when the whole is 0 (METRICS M6)."""
    return Fraction(part, whole) if whole else None


def mean(values: Sequence[Number]) -> Fraction | None:
    """The arithmetic mean, exact; no value without values."""
    return Fraction(sum(values), len(values)) if values else None


def sum_of(values: Sequence[Fraction]) -> Fraction | None:
    """The sum, exact; no value without values. Quicker than adding up, which reduces after every step."""
    if not values:
        return None
    whole = math.lcm(*(value.denominator for value in values))
    return Fraction(sum(value.numerator * (whole // value.denominator) for value in values), whole)


def median(values: Sequence[Number]) -> Fraction | None:
    """The middle value, or the mean of the two middle ones; no value without values."""
    return middle_of(sorted(values)) if values else None


def middle_of(ordered: Sequence[Number]) -> Fraction:
    """The median of values that are in order; there is at least one."""
    half = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[half])
    return Fraction(ordered[half - 1] + ordered[half], 2)


def median_of_parts(parts: Iterable[tuple[Fraction, Sequence[int]]]) -> Fraction | None:
    """The median of amounts in several currencies, exact, without converting each of them.

    :param parts: what one minor unit is worth, and amounts in such units.
    """
    by_factor: dict[Fraction, list[int]] = {}
    for factor, amounts in parts:
        by_factor.setdefault(factor, []).extend(amounts)
    ordered = [(factor, sorted(amounts)) for factor, amounts in by_factor.items() if amounts]
    count = sum(len(amounts) for _, amounts in ordered)
    if not count:
        return None
    upper = _in_order(ordered, count // 2)
    return upper if count % 2 else (_in_order(ordered, count // 2 - 1) + upper) / 2


def _in_order(parts: Sequence[tuple[Fraction, Sequence[int]]], place: int) -> Fraction:
    """The value that has ``place`` others before it when all are put in order.

    In each part the first value with more than ``place`` values up to it is found by halving; the smallest of
    these is the one.
    """

    def up_to(value: Fraction) -> int:
        return sum(bisect.bisect_right(amounts, value // factor) for factor, amounts in parts)

    candidates = []
    for factor, amounts in parts:

        def rank(amount: int, factor: Fraction = factor) -> int:
            return up_to(amount * factor)

        at = bisect.bisect_right(amounts, place, key=rank)
        if at < len(amounts):
            candidates.append(amounts[at] * factor)
    return min(candidates)


def days(seconds: Number | None) -> Fraction | None:
    """Seconds as days (METRICS M9)."""
    return None if seconds is None else Fraction(seconds, DAY_SECONDS)


@dataclass(slots=True)
class Total:
    """A sum of amounts in the base currency, with what could not be summed.

    :param whole: minor units of the base currency that were stored as such, at closing-day rates.
    :param converted: what else there is, converted at the rate of as-of and unrounded. Apart, because adding
        whole numbers is ten times as quick.
    :param priced: deals in the sum.
    :param without_amount: deals that have no amount (METRICS M8).
    :param without_rate: deals with an amount but no exchange rate (METRICS M7).
    """

    whole: int = 0
    converted: Fraction = _NOTHING
    priced: int = 0
    without_amount: int = 0
    without_rate: int = 0

    @property
    def exact(self) -> Fraction:
        """The sum in minor units of the base currency, unrounded."""
        return self.converted + self.whole if self.converted else Fraction(self.whole)

    def add(self, other: Total) -> None:
        """Add another sum to this one."""
        self.whole += other.whole
        if other.converted:
            self.converted += other.converted
        self.priced += other.priced
        self.without_amount += other.without_amount
        self.without_rate += other.without_rate

    def plus(self, other: Total) -> Total:
        """Both sums together."""
        return Total(
            self.whole + other.whole,
            self.converted + other.converted if other.converted else self.converted,
            self.priced + other.priced,
            self.without_amount + other.without_amount,
            self.without_rate + other.without_rate,
        )

    @classmethod
    def of(cls, totals: Iterable[Total]) -> Total:
        """The sum of several sums."""
        whole = cls()
        for total in totals:
            whole.add(total)
        return whole


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of open amounts: the latest rate up to as-of (METRICS M7).

    :param rates: exchange rates into the base currency.
    :param day: the day of as-of in the team's time zone, as a day number.
    """

    rates: Rates
    day: int
    _factors: dict[str, Fraction | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def currency(self) -> str:
        """The base currency."""
        return self.rates.base

    def exact(self, minor: Number, currency: str) -> Fraction | None:
        """An amount in minor units of the base currency, unrounded; None without a rate."""
        factor = self.factor(currency)
        return None if factor is None else minor * factor

    def factor(self, currency: str) -> Fraction | None:
        """What one minor unit of a currency is worth in minor units of the base currency, or None."""
        if currency not in self._factors:
            self._factors[currency] = self.rates.exact(1, currency, self.day)
        return self._factors[currency]

    def total(
        self, amount: int, currency: str | None, *, deals: int, with_amount: int, priced: int | None = None
    ) -> Total:
        """The sum of a cell.

        :param currency: what ``amount`` is in; None is the base currency at closing-day rates.
        :param priced: for closed deals, how many had a rate on their closing day.
        """
        if currency is None:
            known = with_amount if priced is None else priced
            return Total(amount, _NOTHING, known, deals - with_amount, with_amount - known)
        value = self.exact(amount, currency)
        if value is None:
            return Total(0, _NOTHING, 0, deals - with_amount, with_amount)
        return Total(0, value, with_amount, deals - with_amount, 0)


def money_or_none(value: Fraction | None, currency: str) -> Money | None:
    """An exact number of minor units, rounded half up, as money."""
    return None if value is None else Money(round_half_up(value), currency)
