"""Small exact figures that every metric is made of (METRICS M6, M7, M12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from funnel_tui.domain.money import Money, Rates, round_half_up
from funnel_tui.domain.period import DAY_SECONDS

Number = int | Fraction


def ratio(part: Number, whole: Number) -> Fraction | None:
    """part / whole, exact; no value when the whole is 0 (METRICS M6)."""
    return Fraction(part) / Fraction(whole) if whole else None


def mean(values: Sequence[Number]) -> Fraction | None:
    """The arithmetic mean, exact; no value without values."""
    return Fraction(sum(values)) / len(values) if values else None


def median(values: Sequence[Number]) -> Fraction | None:
    """The middle value, or the mean of the two middle ones; no value without values."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[half])
    return (Fraction(ordered[half - 1]) + Fraction(ordered[half])) / 2


def days(seconds: Number | None) -> Fraction | None:
    """Seconds as days (METRICS M9)."""
    return None if seconds is None else Fraction(seconds) / DAY_SECONDS


@dataclass(slots=True)
class Total:
    """A sum of amounts in the base currency, with what could not be summed.

    :param exact: minor units of the base currency, unrounded.
    :param priced: deals in the sum.
    :param without_amount: deals that have no amount (METRICS M8).
    :param without_rate: deals with an amount but no exchange rate (METRICS M7).
    """

    exact: Fraction = Fraction(0)
    priced: int = 0
    without_amount: int = 0
    without_rate: int = 0

    def add(self, other: Total) -> None:
        """Add another sum to this one."""
        self.exact += other.exact
        self.priced += other.priced
        self.without_amount += other.without_amount
        self.without_rate += other.without_rate

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

    @property
    def currency(self) -> str:
        """The base currency."""
        return self.rates.base

    def exact(self, minor: Number, currency: str) -> Fraction | None:
        """An amount in minor units of the base currency, unrounded; None without a rate."""
        factor = self.rates.exact(1, currency, self.day)
        return None if factor is None else Fraction(minor) * factor

    def total(
        self, amount: int, currency: str | None, *, deals: int, with_amount: int, priced: int | None = None
    ) -> Total:
        """The sum of a cell.

        :param currency: what ``amount`` is in; None is the base currency at closing-day rates.
        :param priced: for closed deals, how many had a rate on their closing day.
        """
        if currency is None:
            known = with_amount if priced is None else priced
            return Total(Fraction(amount), known, deals - with_amount, with_amount - known)
        value = self.exact(amount, currency)
        if value is None:
            return Total(Fraction(0), 0, deals - with_amount, with_amount)
        return Total(value, with_amount, deals - with_amount, 0)


def money_or_none(value: Fraction | None, currency: str) -> Money | None:
    """An exact number of minor units, rounded half up, as money."""
    return None if value is None else Money(round_half_up(value), currency)
