"""The words for days, weeks and months that people type, in the languages of our users.

Names of months and weekdays come from Babel, which is loaded when the first name is looked up and not before:
it costs start-up time. What Babel does not have (tomorrow, next, end of) is listed here. All words are kept
folded: small letters, no accents, ``ø`` as ``o``.

General parsers of dates were tried and not taken: dateparser 1.5 reads ``31 feb`` as 21 February 2031 and
``+1m`` as one minute; parsedatetime 2.6 knows English only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

LANGUAGES = ("en", "nb", "sv", "da", "nl")
"""Understood whatever the locale; the locale's own language goes first."""

_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l", "’": "'", "−": "-", "–": "-"})

DAYS: Mapping[str, int] = {
    **dict.fromkeys(("today", "i dag", "idag", "vandaag"), 0),
    **dict.fromkeys(("tomorrow", "i morgen", "imorgen", "i morgon", "imorgon", "morgen"), 1),
    **dict.fromkeys(("day after tomorrow", "i overmorgen", "overmorgen", "i overmorgon", "overmorgon"), 2),
    **dict.fromkeys(("yesterday", "i gar", "igar", "gisteren"), -1),
}
"""Days by their distance from today."""

NOW = ("now", "na", "nu")
NEXT = ("next", "neste", "nasta", "naeste", "volgende", "volgend")

UNITS: Mapping[str, str] = {
    **dict.fromkeys(("d", "day", "days", "dag", "dager", "dagar", "dage", "dagen", "dogn", "dygn"), "day"),
    **dict.fromkeys(("w", "wk", "week", "weeks", "uke", "uker", "vecka", "veckor", "uge", "uger"), "week"),
    **dict.fromkeys(("weken", "u", "v"), "week"),
    **dict.fromkeys(("m", "mo", "mnd", "month", "months", "maned", "maneder", "manad", "manader"), "month"),
    **dict.fromkeys(("maand", "maanden"), "month"),
    **dict.fromkeys(("y", "yr", "year", "years", "ar", "jaar", "jaren"), "year"),
}
"""What can be counted: ``3 days``."""

SHORT_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("h", "hour", "hours", "time", "timer", "timme", "timmar", "uur", "uren"), "hour"),
    **dict.fromkeys(
        ("min", "mins", "minute", "minutes", "minutt", "minutter", "minuter", "minuten"), "minute"
    ),
}

SPANS: Mapping[str, str] = {
    **dict.fromkeys(("week", "uka", "uken", "uke", "veckan", "vecka", "ugen", "uge"), "week"),
    **dict.fromkeys(("month", "maneden", "maned", "manaden", "manad", "maand"), "month"),
    **dict.fromkeys(("quarter", "kvartalet", "kvartal", "kwartaal"), "quarter"),
    **dict.fromkeys(("year", "aret", "ar", "jaar"), "year"),
}
"""What has an end and a next one."""

ENDS = ("end", "slutten", "slutet", "slutningen", "slutt", "slut", "einde", "eind")
SHORT_ENDS = {"eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"}
ONES = ("a", "an", "one", "en", "ei", "et", "ett", "een")


def fold(text: str) -> str:
    """Small letters without accents, and single spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(mark for mark in bare if not unicodedata.combining(mark))
    return " ".join(plain.translate(_PLAIN).split())


def weekday(word: str, locale: str | None = None) -> int | None:
    """The weekday with a name, whole or shortened.

    :param word: folded, without a point.
    :param locale: whose language goes first, such as ``nb_NO``.
    :returns: 0 for Monday to 6 for Sunday; None when no weekday is called so.
    """
    return _find(word, "days", locale)


def month(word: str, locale: str | None = None) -> int | None:
    """The month with a name, whole or shortened.

    :returns: 1 to 12; None when no month is called so.
    """
    return _find(word, "months", locale)


def day_first(locale: str | None) -> bool | None:
    """Whether a country writes 12/11 for 12 November; None when the locale does not say.

    A language without a country (``en``) does not say.
    """
    known = _locale(locale)
    if known is None or known.territory is None:
        return None
    pattern = known.datetime_skeletons["Md"].pattern
    return bool(pattern.index("d") < pattern.index("M"))


@cache
def _locale(name: str | None) -> Any:
    """What Babel knows of a locale; None when it knows nothing."""
    if not name:
        return None
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None


def _find(word: str, what: str, locale: str | None) -> int | None:
    for names in _vocabularies(what, locale):
        if word in names:
            return names[word]
    if len(word) < 3:
        return None
    for names in _vocabularies(what, locale):
        found = {number for name, number in names.items() if name.startswith(word)}
        if len(found) == 1:
            return found.pop()
    return None


def _vocabularies(what: str, locale: str | None) -> Iterator[Mapping[str, int]]:
    if _locale(locale) is not None:
        yield _names(what, locale or "")
    for language in LANGUAGES:
        yield _names(what, language)


@cache
def _names(what: str, locale: str) -> Mapping[str, int]:
    """Names of days or months by number; a short name that stands for two of them is left out."""
    found: dict[str, int] = {}
    twice = set()
    for context in getattr(_locale(locale), what).values():
        for width, names in context.items():
            if width == "narrow":
                continue
            for number, name in names.items():
                word = fold(name).strip(". ")
                if found.setdefault(word, number) != number:
                    twice.add(word)
    return {word: number for word, number in found.items() if word not in twice}
