"""Money: an integer number of minor units plus an ISO 4217 currency (METRICS M7).

Two currencies are never added. Sums in the base currency are made from exact rates, with one rounding
(half up) at the end.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

MAX_MINOR = 10**15
"""The largest amount of one deal, in minor units. Nine thousand such deals still add up in 64 bits."""

RATE_SCALE = 10**12
"""Rates are stored as whole numbers of 10^-12, so that they are exact in both databases."""

# ISO 4217 minor units other than two. Kept here because a report must not load a locale library to print a
# sum; tests compare it with Babel's table.
_EXPONENTS: Mapping[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    "CLF": 4,
    "UYW": 4,
}


def exponent(currency: str) -> int:
    """The number of decimals of a currency: 0 for JPY, 2 for EUR, 3 for BHD."""
    return _EXPONENTS.get(currency, 2)


def round_half_up(value: Fraction) -> int:
    """The nearest whole number; halves go away from zero (METRICS M12)."""
    nearest = divided_half_up(abs(value.numerator), value.denominator)
    return nearest if value.numerator >= 0 else -nearest


def divided_half_up(top: int, bottom: int) -> int:
    """top / bottom, neither of which is negative, as the nearest whole number; halves go up."""
    return (2 * top + bottom) // (2 * bottom)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount.

    :param minor: minor units, such as cents.
    :param currency: an ISO 4217 code.
    """

    minor: int
    currency: str

    @property
    def text(self) -> str:
        """The amount as a plain decimal string without grouping, such as ``480000.00``."""
        decimals = exponent(self.currency)
        sign = "-" if self.minor < 0 else ""
        if decimals == 0:
            return f"{sign}{abs(self.minor)}"
        whole, rest = divmod(abs(self.minor), 10**decimals)
        return f"{sign}{whole}.{rest:0{decimals}d}"

    @property
    def major(self) -> Fraction:
        """The amount in whole units of the currency, exact."""
        return Fraction(self.minor, 10 ** exponent(self.currency))


@dataclass(frozen=True, slots=True)
class Rates:
    """Exchange rates into one base currency, by day.

    :param base: the currency that sums are shown in.
    :param by_currency: for each other currency the days a rate is known for (ascending, days since
        1970-01-01) and, in the same order, what one unit of it was worth in the base currency.
    """

    base: str
    by_currency: Mapping[str, tuple[tuple[int, ...], tuple[Fraction, ...]]] = field(default_factory=dict)

    @classmethod
    def build(cls, base: str, rows: Iterable[tuple[str, str, int, int]]) -> Rates:
        """Make the table from stored rates.

        :param rows: (base currency, quote currency, day, rate × 10^12): one unit of the first is worth *rate*
            units of the second. Rates in either direction are used; a direct one wins on the same day.
        """
        found: dict[str, dict[int, Fraction]] = {}
        inverse: dict[str, dict[int, Fraction]] = {}
        for one, other, day, scaled in rows:
            rate = Fraction(scaled, RATE_SCALE)
            if other == base:
                found.setdefault(one, {})[day] = rate
            elif one == base:
                inverse.setdefault(other, {})[day] = 1 / rate
        table = {}
        for currency in found.keys() | inverse.keys():
            days = {**inverse.get(currency, {}), **found.get(currency, {})}
            ordered = sorted(days)
            table[currency] = (tuple(ordered), tuple(days[day] for day in ordered))
        return cls(base, table)

    def rate(self, currency: str, day: int) -> Fraction | None:
        """What one unit of ``currency`` was worth on ``day``: the latest rate up to that day, else None."""
        if currency == self.base:
            return Fraction(1)
        days, rates = self.by_currency.get(currency, ((), ()))
        at = bisect.bisect_right(days, day)
        return rates[at - 1] if at else None

    def exact(self, minor: int, currency: str, day: int) -> Fraction | None:
        """An amount in minor units of the base currency, unrounded; None without a rate."""
        rate = self.rate(currency, day)
        if rate is None:
            return None
        return minor * rate * Fraction(10 ** exponent(self.base), 10 ** exponent(currency))

    def convert(self, minor: int, currency: str, day: int) -> int | None:
        """An amount in minor units of the base currency, rounded half up; None without a rate."""
        value = self.exact(minor, currency, day)
        return None if value is None else round_half_up(value)
