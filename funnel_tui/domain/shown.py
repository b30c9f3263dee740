"""Values as people read them. Rounding happens here and nowhere earlier (METRICS M12)."""

from __future__ import annotations

import re
from fractions import Fraction

from funnel_tui.domain.money import Money, divided_half_up, exponent
from funnel_tui.domain.said import Said
from funnel_tui.formats import differ, localised

NO_VALUE = "–"
"""Shown where there is no value: never 0 %, never 100 % (METRICS M6)."""

# Control characters, halves of characters, and the marks that turn the direction of the text around them:
# a name must neither steer the terminal nor disorder the line it stands in.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """User text that is safe to write to a terminal: every unsafe character becomes ``�``."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub("\ufffd", text)


def decimal_text(value: Fraction, places: int) -> str:
    """An exact number with a fixed number of decimals, rounded half up, such as ``0.833333333``.

    For programs: the mark is a point everywhere. People get :func:`number_text`.
    """
    return _decimal(value, places, grouped=False)


def count_text(value: int | Fraction | None) -> str:
    """A number of deals, grouped: ``1,482``; a mean of such numbers has one decimal."""
    if isinstance(value, Fraction):
        return days_text(value)
    return NO_VALUE if value is None else _marked(f"{value:,}")


def percent_text(value: Fraction | None) -> str:
    """A ratio as a percentage with one decimal: ``83.3 %``."""
    return NO_VALUE if value is None else _marked(f"{_decimal(value, 1, times=100)} %")


def days_text(value: Fraction | int | None) -> str:
    """A duration in days with one decimal (METRICS M9): ``13.6``."""
    return NO_VALUE if value is None else _marked(_decimal(value, 1))


def money_text(value: Money | None, *, decimals: bool = True, currency: bool = False) -> str:
    """An amount, grouped: ``480,000.00``.

    :param decimals: False rounds to whole units, half up.
    :param currency: put the currency behind it.
    """
    if value is None:
        return NO_VALUE
    places = exponent(value.currency)
    text = _decimal(value.minor, places if decimals else 0, per=10**places)
    return _marked(f"{text} {value.currency}" if currency else text)


def number_text(value: Fraction, places: int) -> str:
    """A number for people with a fixed number of decimals, grouped: ``1,234.5``."""
    return _marked(_decimal(value, places))


def tenth_text(value: Fraction) -> str:
    """A number that is mostly whole: as a count, or with one decimal where it is not."""
    return count_text(value.numerator) if value.denominator == 1 else number_text(value, 1)


def _decimal(
    value: Fraction | int, places: int, *, times: int = 1, per: int = 1, grouped: bool = True
) -> str:
    """``value · times / per``, rounded half up; in whole numbers, because fractions cost more.

    :param grouped: whether a comma stands before every three digits.
    """
    unit = 10**places
    whole, rest = divmod(divided_half_up(abs(value.numerator) * times * unit, value.denominator * per), unit)
    sign = "-" if value.numerator < 0 and (whole or rest) else ""
    text = f"{whole:,}" if grouped else str(whole)
    return f"{sign}{text}.{rest:0{places}d}" if places else f"{sign}{text}"


def _marked(text: str) -> str:
    """With the marks of the user; JSON and CSV keep the English ones."""
    return Said(localised(text), text) if differ() else text
