"""Figures in few cells, and values of a report's columns as text."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.report import Kind
from funnel_tui.domain.shown import (
    NO_VALUE,
    count_text,
    days_text,
    money_text,
    number_text,
    percent_text,
)
from funnel_tui.language import tr, trn

_UNITS = tuple(
    (unit, letter, unit - Fraction(unit, 2000)) for unit, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k"))
)
"""A unit, its letter, and from which number on it is used: what would be rounded up to it is one."""
_TENS, _HUNDREDS = Fraction(1999, 200), Fraction(1999, 20)
"""From here on a number has two and three digits before the point when it is rounded to three."""


def shown(value: Any, kind: Kind) -> str:
    """A value of a report's column as text; amounts in whole units.

    :param value: as its kind says; None gives a dash.
    """
    match kind:
        case Kind.COUNT:
            return count_text(value)
        case Kind.RATIO:
            return percent_text(value)
        case Kind.SCORE:
            return NO_VALUE if value is None else number_text(value, 3)
        case Kind.DAYS:
            return days_text(value)
        case Kind.MONEY:
            return money_text(value, decimals=False)
        case _:
            return NO_VALUE if value is None else str(value)


def short_money(amount: Money | None) -> str:
    """An amount in few cells, with three true digits: ``980``, ``14.1k``, ``480k``, ``1.42M``."""
    return NO_VALUE if amount is None else short_number(amount.major)


def short_number(value: Fraction) -> str:
    """A number in few cells, with three true digits."""
    size = abs(value)
    for at, (unit, letter, least) in enumerate(_UNITS):
        if size < least:
            continue
        digits = size / unit
        places = 0 if digits >= _HUNDREDS else 1 if digits >= _TENS else 2
        if places == 0 and at and round_half_up(digits) >= 1000:
            unit, letter, _ = _UNITS[at - 1]
            digits, places = size / unit, 2
        return f"{'-' if value < 0 else ''}{number_text(digits, places)}{letter}"
    return count_text(round_half_up(value))


def points(now: Fraction | None, before: Fraction | None) -> str:
    """How far a ratio moved, in percentage points: ``+2.1``, ``-4.0``; a dash without both."""
    if now is None or before is None:
        return NO_VALUE
    change = number_text((now - before) * 100, 1)
    return change if change.startswith("-") else f"+{change}"


def deals(count: int) -> str:
    """``1 deal``, ``1,482 deals``."""
    return trn("{n} deal", "{n} deals", count).format(n=count_text(count))


def snapshot_words(period: Period) -> str:
    """The moment of a snapshot that stands for a period: its end."""
    return tr("now") if period.kind is PeriodKind.ALL else tr("end of {period}").format(period=period.label)
