"""Days as people type them: ``fri``, ``next fri``, ``+2w``, ``12 dec``, ``12.12.``, ``end of month``.

What a phrase means is fixed here, once for every form and command:

- A weekday is the next such day after today. Said on that very day it means the one in a week: today has a
  word of its own.
- ``next fri`` is the Friday of the next calendar week; ``next week`` is its Monday, ``next month`` its first.
- A day without a year is the next such day, today included. 29 February without a year is refused unless it
  comes within twelve months.
- ``+1m`` from the 31st is the last day of a shorter month.
- ``12.11.`` is always day and month. ``12/11`` goes by the locale, and is refused where that does not say.
- ``end of week`` is the last day of the calendar week.

Whoever asks shows the day that was understood (:func:`spell_day`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from funnel_tui.domain import calendar_words as words
from funnel_tui.domain.calendar_names import MONTHS, WEEKDAYS
from funnel_tui.domain.period import Period, PeriodKind, add_months
from funnel_tui.domain.shown import clean
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr

FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST = 60
_FAR = tr("{text} is not between the years {first} and {last}.")
EXAMPLES = tr("For example fri, next fri, +3d, +2w, 12 dec, 2026-12-12 or end of month.")

_WORD = r"[^\W\d_]+"
_STEP = re.compile(r"(?P<sign>[+-]) ?(?P<n>\d{1,6}) ?(?P<unit>[a-z]*)", re.ASCII)
_AHEAD = re.compile(r"(?:(?:in|om|over) )?(?P<n>\d{1,6}|[a-z]+) ?(?P<unit>[a-z]+)(?P<ago> [a-z]+)?", re.ASCII)
_AGO = frozenset(("ago", "siden", "sedan", "geleden"))
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_FIGURES = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d\d)?)?", re.ASCII)
_DAY_MONTH = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?:\.|(?:st|nd|rd|th|de)\b)?,?[ -]?(?:of )?(?P<month>{_WORD})\.?"
    r"(?:,?[ -](?P<year>[0-9]{4}|[0-9]{2}))?"
)
_MONTH_DAY = re.compile(
    rf"(?P<month>{_WORD})\.? ?(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th)?(?:,? (?P<year>[0-9]{{4}}|[0-9]{{2}}))?"
)
_NAMED = re.compile(rf"(?P<name>{_WORD})\.?,? (?P<rest>.*[0-9].*)")
_END = re.compile(
    rf"(?:the )?(?:{'|'.join(words.ENDS)})(?: of| av| af| van)?(?: the| this| de| het)?"
    rf"(?P<next> (?:{'|'.join(words.NEXT)}))? (?P<span>[a-z]+)"
)
_NEXT = re.compile(rf"(?:{'|'.join(words.NEXT)}) (?P<what>{_WORD})\.?")
_LEAD = re.compile(r"(?:on|the|den|d\.|pa|op|by) (?=.)")


@dataclass(frozen=True, slots=True)
class Reading:
    """How phrases are understood.

    :param today: the day in the time zone of whoever types.
    :param locale: such as ``nb_NO``; decides the order of ``12/11`` and which language goes first.
    :param week_start: 0 for Monday to 6 for Sunday.
    :param fiscal_start: the month that quarters and years are counted from, 1 to 12.
    :param past: weekdays and days without a year mean the last such day, not the next: for what was done.
    :param field: the field the text was typed into, for the error.
    """

    today: date
    locale: str | None = None
    week_start: int = 0
    fiscal_start: int = 1
    past: bool = False
    field: str = "date"


def parse_day(
    text: str,
    today: date,
    locale: str | None = None,
    week_start: int = 0,
    *,
    fiscal_start: int = 1,
    past: bool = False,
    field: str = "date",
) -> date:
    """The day a text means; see the top of this module for what each phrase stands for.

    English, Norwegian, Swedish, Danish and Dutch words are understood, and the names of days and months in
    the language of ``locale``. The parameters are those of :class:`Reading`.

    :raises InvalidInput: for anything else, for a day that does not exist, and for one that can be read in
        two ways; the message says what and gives examples.
    """
    return read_day(text, Reading(today, locale, week_start, fiscal_start, past, field))


def read_day(text: str, reading: Reading) -> date:
    """The day a text means, as :func:`parse_day`."""
    folded = words.fold(text) if len(text) <= LONGEST else ""
    found = None
    try:
        for reader in _READERS:
            found = reader(folded, reading)
            if found is not None:
                break
        else:
            bare = _LEAD.sub("", folded, count=1)
            if bare != folded:
                found = next((day for one in _READERS if (day := one(bare, reading)) is not None), None)
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise _NoSuchDay.far()
    except _NoSuchDay as problem:
        raise _refused(text, reading, problem) from None
    if found is None:
        raise _refused(text, reading, _NoSuchDay(tr("{text} is not a date.")))
    return found


def spell_day(day: date, today: date) -> str:
    """A day for people, short: ``today``, ``tomorrow``, ``yesterday``, ``Fri 27 Nov``, ``Fri 8 Jan 2027``."""
    near = {-1: tr("yesterday"), 0: tr("today"), 1: tr("tomorrow")}.get((day - today).days)
    return near or name_day(day, with_year=day.year != today.year)


def name_day(day: date, *, with_year: bool = True) -> str:
    """A day by its name, short: ``Fri 27 Nov 2026``."""
    name = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return f"{name} {day.year}" if with_year else name


def quoted(text: str) -> str:
    """What was typed, safe to print and not too long."""
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return f"'{clean(short)}'"


class _NoSuchDay(Exception):
    """The text is a date, but none that exists or only one.

    :param sentence: says why, with a place for the ``text`` and for each of the values.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    @classmethod
    def far(cls) -> _NoSuchDay:
        """The day lies too far away."""
        return cls(_FAR, first=FIRST_YEAR, last=LAST_YEAR)


def _refused(text: str, reading: Reading, why: _NoSuchDay) -> InvalidInput:
    if not text.strip():
        return InvalidInput(reading.field, tr("No date is given."), EXAMPLES)
    return InvalidInput(reading.field, why.sentence.format(text=quoted(text), **why.values), EXAMPLES)


def _in_days(text: str, reading: Reading) -> date | None:
    if text in words.DAYS:
        return reading.today + timedelta(days=words.DAYS[text])
    if text.startswith("the "):
        return _in_days(text[4:], reading)
    return None


def _step(text: str, reading: Reading) -> date | None:
    match = _STEP.fullmatch(text)
    if match:
        count, unit = int(match["sign"] + match["n"]), words.UNITS.get(match["unit"] or "d")
        return None if unit is None else _shifted(reading.today, count, unit)
    match = _AHEAD.fullmatch(text)
    if match is None:
        return None
    unit = words.UNITS.get(match["unit"])
    count = 1 if match["n"] in words.ONES else int(match["n"]) if match["n"].isdigit() else 0
    back = (match["ago"] or "").strip()
    if unit is None or not count or (back and back not in _AGO):
        # Nothing is 0 days from now; whoever means today says so.
        return None
    return _shifted(reading.today, -count if back else count, unit)


def _shifted(day: date, count: int, unit: str) -> date:
    try:
        if unit in {"day", "week"}:
            return day + timedelta(days=count * (7 if unit == "week" else 1))
    except OverflowError:
        raise _NoSuchDay.far() from None
    months = count * (12 if unit == "year" else 1)
    if not FIRST_YEAR <= day.year + months / 12 <= LAST_YEAR + 1:
        raise _NoSuchDay.far()
    first = add_months(day, months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def _by_weekday(text: str, reading: Reading) -> date | None:
    number = words.weekday(text.rstrip("."), reading.locale) if text else None
    if number is None:
        return None
    if reading.past:
        return reading.today - timedelta(days=(reading.today.weekday() - number - 1) % 7 + 1)
    return reading.today + timedelta(days=(number - reading.today.weekday() - 1) % 7 + 1)


def _next(text: str, reading: Reading) -> date | None:
    match = _NEXT.fullmatch(text)
    if match is None:
        return None
    number = 0 if words.SPANS.get(match["what"]) == "week" else words.weekday(match["what"], reading.locale)
    if number is not None:
        begins = _week(reading) + timedelta(days=7)
        return begins + timedelta(days=(number - reading.week_start) % 7)
    span = words.SPANS.get(match["what"])
    return None if span is None else _span(reading, span).shifted(1).start


def _end(text: str, reading: Reading) -> date | None:
    span, steps = words.SHORT_ENDS.get(text), 0
    if span is None:
        match = _END.fullmatch(text)
        span = words.SPANS.get(match["span"]) if match else None
        steps = 1 if match and match["next"] else 0
    if span is None:
        return None
    if span == "week":
        return _week(reading) + timedelta(days=6 + 7 * steps)
    return _span(reading, span).shifted(steps).last


def _week(reading: Reading) -> date:
    return week_of(reading.today, reading.week_start)


def week_of(day: date, week_start: int) -> date:
    """The first day of the calendar week a day lies in.

    :param week_start: 0 for Monday to 6 for Sunday.
    """
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def _span(reading: Reading, span: str) -> Period:
    return Period.containing(reading.today, PeriodKind(span), reading.fiscal_start)


def _figures(text: str, reading: Reading) -> date | None:
    match = _ISO.fullmatch(text)
    if match:
        return _calendar(int(match[1]), int(match[3]), int(match[4]))
    match = _FIGURES.fullmatch(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), match[4]
    day, month = (first, second) if _is_day_first(first, second, match[2], reading) else (second, first)
    if year is None:
        return _nearest(day, month, reading)
    return _calendar(_year(year), month, day)


def _year(digits: str) -> int:
    """``26`` is 2026."""
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _is_day_first(first: int, second: int, mark: str, reading: Reading) -> bool:
    if mark == ".":
        return True
    if first > 12 or second > 12:
        return second <= 12
    order = words.day_first(reading.locale)
    if order is None and first != second and first and second:
        one, other = f"{first} {MONTHS[second - 1]}", f"{second} {MONTHS[first - 1]}"
        raise _NoSuchDay(tr("{text} can be {one} or {other}; write one of these."), one=one, other=other)
    return order is not False


def _by_month(text: str, reading: Reading) -> date | None:
    match = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    month = words.month(match["month"], reading.locale) if match else None
    if match is None or month is None:
        return None
    day = int(match["day"])
    return _calendar(_year(match["year"]), month, day) if match["year"] else _nearest(day, month, reading)


def _with_weekday(text: str, reading: Reading) -> date | None:
    """``Fri 27 Nov 2026``: the weekday must be right."""
    match = _NAMED.fullmatch(text)
    number = words.weekday(match["name"], reading.locale) if match else None
    if match is None or number is None:
        return None
    rest = _LEAD.sub("", match["rest"], count=1)
    day = _figures(rest, reading) or _by_month(rest, reading)
    if day is not None and day.weekday() != number:
        raise _NoSuchDay(
            tr("{text} does not fit: {day} {month} {year} is a {weekday}."),
            day=day.day,
            month=MONTHS[day.month - 1],
            year=day.year,
            weekday=WEEKDAYS[day.weekday()],
        )
    return day


def _nearest(day: int, month: int, reading: Reading) -> date:
    """The day and month of this year, or of the next one when that is past."""
    year, today = reading.today.year, reading.today
    _calendar(2000, month, day)
    for candidate in (year, year - 1) if reading.past else (year, year + 1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found <= today if reading.past else found >= today:
            return found
    if reading.past:
        raise _NoSuchDay(tr("{text} does not exist in the last twelve months."))
    raise _NoSuchDay(tr("{text} does not exist in the next twelve months."))


def _calendar(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _NoSuchDay(tr("{text} is no day of the calendar.")) from None


_READERS: tuple[Callable[[str, Reading], date | None], ...] = (
    *(_in_days, _step, _figures, _end, _next, _by_weekday, _by_month, _with_weekday),
)
