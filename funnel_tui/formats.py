"""How numbers are written for the user: the marks of their locale, chosen once before anything is shown.

Texts are made with the English marks (``1,234.50``) and pass through :func:`localised` on their way to a
person. What programs read is never changed.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from typing import Any

ENGLISH = (",", ".")
"""The mark between thousands and the mark before decimals."""

_marks = ENGLISH

# Marks that would be taken for the blank between two columns, or that a terminal draws in no cell at all.
_NARROW = {"\u202f": "\u00a0", "\u2009": "\u00a0", "’": "'"}


def locale_of(environment: Mapping[str, str], category: str = "LC_TIME") -> str | None:
    """The locale of a category, from the variables of an environment.

    :param category: ``LC_TIME`` for days, ``LC_NUMERIC`` for numbers, ``LC_MONETARY`` for money.
    :returns: such as ``nb_NO``; None for ``C`` and where nothing is said.
    """
    for name in ("LC_ALL", category, "LANG"):
        value = environment.get(name, "").partition(".")[0].partition("@")[0]
        if value:
            return None if value in {"C", "POSIX"} else value
    return None


def choose(locale: str | None) -> None:
    """Take the marks of a locale for the rest of the process.

    :param locale: such as ``nb_NO``; None, or one that nobody knows, means the English marks.
    """
    global _marks
    _marks = ENGLISH if locale is None or locale.startswith("en") else _marks_of(locale)


def _marks_of(locale: str) -> tuple[str, str]:
    # Babel is loaded only where the marks are not the English ones: it costs start-up time.
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol, get_group_symbol

    try:
        known = Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return ENGLISH
    group = get_group_symbol(known)
    return _NARROW.get(group, group), get_decimal_symbol(known)


@cache
def first_week_day(locale: str | None) -> int:
    """The day that a week begins with where a locale is at home.

    :param locale: such as ``nb_NO``; None, or one that nobody knows, begins on Monday.
    :returns: 0 for Monday to 6 for Sunday.
    """
    if locale is None:
        return 0
    from babel import Locale, UnknownLocaleError

    try:
        return int(Locale.parse(locale).first_week_day)
    except (UnknownLocaleError, ValueError):
        return 0


def differ() -> bool:
    """Whether the marks are others than the English ones."""
    return _marks != ENGLISH


def localised(number: str) -> str:
    """A number with the marks of the user: ``1,234.50`` becomes ``1.234,50`` where that is the custom.

    :param number: written with the English marks, and without any other text that has such a mark in it.
    """
    if _marks == ENGLISH:
        return number
    group, decimal = _marks
    return number.translate({ord(","): group, ord("."): decimal})


class Template(str):
    """A text with names in braces; numbers that come in as ``{n:,}`` get the marks of the user."""

    def format(self, *args: object, **values: object) -> str:
        """See :meth:`str.format`."""
        return _FORMATTER.vformat(self, args, values)


class _Formatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        made = str(format(value, format_spec))
        return localised(made) if "," in format_spec and isinstance(value, int | float) else made


_FORMATTER = _Formatter()
