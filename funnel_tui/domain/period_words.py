"""Periods in words: ``last month``, ``this quarter``, ``last 30 days``, ``ytd``.

What they stand for, counted from today in the team's time zone:

- ``today``, ``yesterday`` and ``tomorrow`` are one day.
- ``this``, ``last`` and ``next`` go with ``week``, ``month``, ``quarter`` and ``year``. Weeks begin on Monday
  (ISO 8601); quarters and years are fiscal ones. ``previous`` and ``current`` are understood too.
- ``last 30 days`` ends with today and ``next 30 days`` begins with it. ``last 12 months`` are the twelve
  whole months before this one, ``next 2 weeks`` the two whole weeks after this one; quarters and years
  likewise.
- ``ytd``, ``qtd``, ``mtd`` and ``wtd`` go from the first day of the year, quarter, month or week to today.

Each is also understood in Norwegian, Swedish, Danish and Dutch, whatever the language of the interface. The
period knows its English words, which stand for it wherever it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from funnel_tui.domain import calendar_words as calendar
from funnel_tui.domain.period import WORDS_HINT, Period, PeriodKind
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

LONGEST = 60
_THIS = (
    *("this", "current", "denne", "dette", "innevaerende", "indevaerende", "den har", "det har"),
    *("denna", "detta", "innevarande", "deze", "dit", "huidige", "huidig"),
)
_LAST = (
    *("last", "previous", "past", "siste", "sist", "forrige", "forra", "foregaende", "senaste", "sidste"),
    *("seneste", "vorige", "vorig", "laatste", "afgelopen"),
)
_NEXT = (*calendar.NEXT, "kommende", "kommande", "komende")
_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}

_COUNTED: Mapping[str, str] = {
    **{word: unit for word, unit in calendar.UNITS.items() if len(word) > 1},
    **dict.fromkeys(("dagene", "dagarna", "degn", "dognene"), "day"),
    **dict.fromkeys(("ukene", "veckorna", "ugerne"), "week"),
    **dict.fromkeys(("manedene", "manaderna", "manederne"), "month"),
    **dict.fromkeys(("quarter", "quarters", "kvartal", "kvartaler", "kvartalene", "kvartalerne"), "quarter"),
    **dict.fromkeys(("kvartalen", "kwartaal", "kwartalen"), "quarter"),
    **dict.fromkeys(("arene", "aren"), "year"),
}
_FIXED: Mapping[str, str] = {
    "i ar": "this year",
    "i fjor": "last year",
    "i fjol": "last year",
    **dict.fromkeys(("ytd", "year to date", "this year to date", "hittil i ar", "hittills i ar"), "ytd"),
    **dict.fromkeys(("hidtil i ar", "ar til dato", "tot nu toe dit jaar", "dit jaar tot nu toe"), "ytd"),
    **dict.fromkeys(("qtd", "quarter to date", "hittil dette kvartalet", "hittil i kvartalet"), "qtd"),
    **dict.fromkeys(("hittills i kvartalet", "hidtil i kvartalet", "tot nu toe dit kwartaal"), "qtd"),
    **dict.fromkeys(("mtd", "month to date", "hittil denne maneden", "hittills i manaden"), "mtd"),
    **dict.fromkeys(("hidtil i maneden", "hittil i maneden", "tot nu toe deze maand"), "mtd"),
    **dict.fromkeys(("wtd", "week to date", "hittil denne uka", "hittil denne uken"), "wtd"),
    **dict.fromkeys(("hittills i veckan", "hidtil i ugen", "tot nu toe deze week"), "wtd"),
}
_TO_DATE = {
    **{"ytd": PeriodKind.YEAR, "qtd": PeriodKind.QUARTER},
    **{"mtd": PeriodKind.MONTH, "wtd": PeriodKind.WEEK},
}


# Translators: periods as they are typed and shown. What stands here must be understood when it is typed: see
# the words above and in calendar_words.
SHOWN: Mapping[str, str] = {
    **{"today": tr("today"), "yesterday": tr("yesterday"), "tomorrow": tr("tomorrow")},
    **{"this week": tr("this week"), "last week": tr("last week"), "next week": tr("next week")},
    **{"this month": tr("this month"), "last month": tr("last month"), "next month": tr("next month")},
    "this quarter": tr("this quarter"),
    "last quarter": tr("last quarter"),
    "next quarter": tr("next quarter"),
    **{"this year": tr("this year"), "last year": tr("last year"), "next year": tr("next year")},
    **{"last {n} days": tr("last {n} days"), "next {n} days": tr("next {n} days")},
    **{"last {n} weeks": tr("last {n} weeks"), "next {n} weeks": tr("next {n} weeks")},
    **{"last {n} months": tr("last {n} months"), "next {n} months": tr("next {n} months")},
    **{"last {n} quarters": tr("last {n} quarters"), "next {n} quarters": tr("next {n} quarters")},
    **{"last {n} years": tr("last {n} years"), "next {n} years": tr("next {n} years")},
}
"""Words as a period keeps them, in the user's language; short ones such as ``ytd`` are the same in all."""


def shown_words(words: str) -> str:
    """The words of a period in the user's language; :func:`in_words` reads them back.

    :param words: as :attr:`Period.words` has them; anything else stays as it is.
    """
    number = re.search(r"\d+", words)
    if number is None:
        return SHOWN.get(words, words)
    return SHOWN.get(words.replace(number[0], "{n}", 1), words).format(n=number[0])


def _any(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WORDS = re.compile(
    r"(?:(?:the|de|den|det|dei|i) )??"
    rf"(?:(?P<this>{_any(_THIS)})|(?P<last>{_any(_LAST)})|(?P<next>{_any(_NEXT)}))"
    r"(?: (?P<n>\d+))? ?(?P<what>[a-z]+)",
    re.ASCII,
)


def in_words(text: str, today: date, fiscal_start: int = 1) -> Period | None:
    """The period that words stand for; None for anything else.

    :param text: as it was typed.
    :param today: in the team's time zone.
    :param fiscal_start: the month a year begins in, 1 to 12.
    :raises UsageError: for words that name a period which cannot be, such as ``last 0 days``.
    """
    if len(text) > LONGEST:
        return None
    folded = calendar.fold(text)
    folded = _FIXED.get(folded, folded)
    if folded in _TO_DATE:
        first = Period.containing(today, _TO_DATE[folded], fiscal_start).start
        return _known(Period.days(first, today, fiscal_start), folded)
    away = calendar.DAYS.get(folded)
    if away in _DAYS:
        day = today + timedelta(days=away)
        return _known(Period.days(day, day, fiscal_start), _DAYS[away])
    match = _WORDS.fullmatch(folded)
    if match is None:
        return None
    sign = 0 if match["this"] else 1 if match["next"] else -1
    if match["n"] is None:
        span = calendar.SPANS.get(match["what"])
        return None if span is None else _whole(text, sign, span, today, fiscal_start)
    unit = _COUNTED.get(match["what"])
    if unit is None or not sign:
        return None
    return _counted(text, sign, match["n"], unit, today, fiscal_start)


def _known(period: Period, words: str) -> Period:
    return Period(period.kind, period.start, period.end, period.fiscal_start, words)


def _whole(text: str, sign: int, span: str, today: date, fiscal_start: int) -> Period:
    """This, the last or the next week, month, quarter or year."""
    present = Period.containing(today, PeriodKind(span), fiscal_start)
    found = present.shifted(sign)
    if sign and found == present:
        raise _far(text)
    return _known(found, f"{('this', 'next', 'last')[sign]} {span}")


def _counted(text: str, sign: int, number: str, unit: str, today: date, fiscal_start: int) -> Period:
    """So many days up to today or from it on, or so many whole weeks, months, quarters or years."""
    if not int(number):
        raise UsageError(
            tr("Period {text!r} has no days.").format(text=text), tr("For example last 30 days.")
        )
    if len(number.lstrip("0")) > 6:
        raise _far(text)
    count = int(number)
    if unit != "day" and count == 1:
        return _whole(text, sign, unit, today, fiscal_start)
    words = f"{'next' if sign > 0 else 'last'} {count} {unit}{'s' if count > 1 else ''}"
    if unit == "day":
        try:
            other = today + timedelta(days=sign * (count - 1))
        except OverflowError:
            raise _far(text) from None
        if not 1901 <= other.year < 2200:
            raise _far(text)
        return _known(Period.days(min(today, other), max(today, other), fiscal_start), words)
    present = Period.containing(today, PeriodKind(unit), fiscal_start)
    near, far = present.shifted(sign), present.shifted(sign * count)
    if far == present:
        raise _far(text)
    first, last = sorted((near, far), key=lambda period: period.start)
    return _known(Period.days(first.start, last.last, fiscal_start), words)


def _far(text: str) -> UsageError:
    return UsageError(tr("Period {text!r} is outside the years 1901 to 2199.").format(text=text), WORDS_HINT)
