"""Periods: half-open ranges of whole calendar days in the team's time zone (METRICS M4).

Weeks are those of ISO 8601: they begin on Monday whatever day a user's week starts with, as the weeks of the
activity report do, so that a week has one name and one set of figures for the whole team.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from funnel_tui.domain.calendar_names import day_text, month_name, month_text
from funnel_tui.domain.said import listed, said
from funnel_tui.errors import UsageError
from funnel_tui.language import tr

EPOCH = date(1970, 1, 1)
DAY_SECONDS = 86_400
_YEARS = range(1901, 2200)
"""The years that years, quarters, months and weeks may have."""
_RANGE_YEARS = range(1000, 3000)
"""The years that a free range may lie in; wide ones have a period before them too."""
HINT = tr("Use 2026, 2026-Q1, 2026-03, 2026-W12, 2026-01-01..2026-03-31 or all.")
# Translators: "all" is typed as it stands here.
WORDS_HINT = tr(
    "Use 2026, 2026-Q1, 2026-03, 2026-W12, 2026-01-01..2026-03-31, all, or words: this quarter, last month, "
    "last 30 days, ytd."
)
_NAME = re.compile(r"(\d{4})(?:-?[Ww](\d{1,2})|-(?:[Qq](\d{1,4})|(\d{1,2})))?")


def day_number(day: date) -> int:
    """A calendar day as days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The calendar day of a day number."""
    return EPOCH + timedelta(days=number)


def start_of(day: date, zone: ZoneInfo) -> int:
    """The instant at which a calendar day begins in a time zone, in epoch seconds UTC."""
    return int(datetime.combine(day, time.min, zone).timestamp())


def local_day(instant: int, zone: ZoneInfo) -> date:
    """The calendar day of an instant in a time zone."""
    return datetime.fromtimestamp(instant, zone).date()


def utc_text(instant: int) -> str:
    """An instant as ISO text, such as ``2026-04-01T00:00:00Z``."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str, zone: ZoneInfo, option: str = "--as-of") -> int:
    """Read an ISO instant or day. A value without an offset is in ``zone``.

    :returns: epoch seconds UTC.
    :raises UsageError: when the text is no ISO instant.
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            tr("{option} {text!r} is not an ISO date and time.").format(option=option, text=text),
            tr("For example 2026-04-01T00:00:00Z or 2026-04-01."),
        ) from None
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    if not 1900 <= value.year <= 2200:
        raise UsageError(
            tr("{option} {text!r} is outside the years 1900 to 2200.").format(option=option, text=text)
        )
    return int(value.timestamp())


class PeriodKind(StrEnum):
    """The shape of a period; it decides what the previous one is."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    RANGE = "range"
    ALL = "all"


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies ``months`` after the month of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open range of days [start, end).

    :param kind: year, quarter, month, week, free range, or all time.
    :param start: first day; for all time the year 1900 begins it.
    :param end: the day after the last one.
    :param fiscal_start: the month (1 to 12) a year begins in; a fiscal year has the name of the calendar
        year it ends in.
    :param words: the words that were typed for it, in English, such as ``last month``; empty when it was
        named by its days. What moves on with time keeps the words and not the days.
    """

    kind: PeriodKind
    start: date
    end: date
    fiscal_start: int = 1
    words: str = field(default="", compare=False)

    @classmethod
    def all_time(cls) -> Period:
        """Everything that can be stored."""
        return cls(PeriodKind.ALL, date(1900, 1, 1), date(2201, 1, 1))

    @classmethod
    def year(cls, year: int, fiscal_start: int = 1) -> Period:
        """The (fiscal) year named ``year``."""
        first = date(year if fiscal_start == 1 else year - 1, fiscal_start, 1)
        return cls(PeriodKind.YEAR, first, add_months(first, 12), fiscal_start)

    @classmethod
    def quarter(cls, year: int, quarter: int, fiscal_start: int = 1) -> Period:
        """Quarter 1 to 4 of the (fiscal) year named ``year``."""
        first = add_months(cls.year(year, fiscal_start).start, 3 * (quarter - 1))
        return cls(PeriodKind.QUARTER, first, add_months(first, 3), fiscal_start)

    @classmethod
    def month(cls, year: int, month: int, fiscal_start: int = 1) -> Period:
        """A calendar month."""
        first = date(year, month, 1)
        return cls(PeriodKind.MONTH, first, add_months(first, 1), fiscal_start)

    @classmethod
    def week(cls, year: int, week: int, fiscal_start: int = 1) -> Period:
        """Week 1 to 53 of a year as ISO 8601 counts them: Monday to Sunday.

        :raises ValueError: for a week that the year does not have.
        """
        first = date.fromisocalendar(year, week, 1)
        return cls(PeriodKind.WEEK, first, first + timedelta(days=7), fiscal_start)

    @classmethod
    def days(cls, first: date, last: date, fiscal_start: int = 1) -> Period:
        """A free range; both days belong to it."""
        return cls(PeriodKind.RANGE, first, last + timedelta(days=1), fiscal_start)

    @classmethod
    def containing(cls, day: date, kind: PeriodKind, fiscal_start: int = 1) -> Period:
        """The week, month, quarter or year that ``day`` lies in."""
        if kind is PeriodKind.WEEK:
            return cls.week(*day.isocalendar()[:2], fiscal_start)
        if kind is PeriodKind.MONTH:
            return cls.month(day.year, day.month, fiscal_start)
        year = day.year if fiscal_start == 1 or day.month < fiscal_start else day.year + 1
        if kind is PeriodKind.YEAR:
            return cls.year(year, fiscal_start)
        return cls.quarter(year, (day.month - fiscal_start) % 12 // 3 + 1, fiscal_start)

    @classmethod
    def parse(cls, text: str, fiscal_start: int = 1, today: date | None = None) -> Period:
        """Read a period.

        :param text: ``2026``, ``2026-Q1``, ``2026-03``, ``2026-W12``, ``2026-01-01..2026-03-31`` (both days
            in), ``2026-03-31`` or ``all``; with ``today`` also words, see
            :mod:`funnel_tui.domain.period_words`.
        :param today: the day that words are counted from, in the team's time zone; None where words make no
            sense.
        :raises UsageError: naming what is wrong with it.
        """
        word = text.strip()
        if word.lower() == "all":
            return cls.all_time()
        if ".." in word:
            first, last = (_parse_day(part, text) for part in word.split("..", 1))
            if last < first:
                raise UsageError(tr("Period {text!r} ends before it begins.").format(text=text), HINT)
            return cls.days(first, last, fiscal_start)
        match = _NAME.fullmatch(word)
        if match is not None:
            return _named(match, text, fiscal_start)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
            day = _parse_day(word, text)
            return cls.days(day, day, fiscal_start)
        if today is not None:
            from funnel_tui.domain.period_words import in_words

            found = in_words(text, today, fiscal_start)
            if found is not None:
                return found
        raise UsageError(
            tr("Period {text!r} is not understood.").format(text=text), HINT if today is None else WORDS_HINT
        )

    @property
    def last(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    def shifted(self, steps: int) -> Period:
        """The period ``steps`` further on (negative: back). All time stays what it is.

        A free range moves by its own number of days, so the one before it ends the day before it starts.
        Nothing moves beyond the years that :meth:`parse` reads; there it stays.
        """
        if self.kind is PeriodKind.ALL:
            return self
        try:
            moved = self._moved(steps)
        except (ValueError, OverflowError):
            return self
        if self.kind is PeriodKind.RANGE:
            inside = moved.start.year in _RANGE_YEARS and moved.last.year in _RANGE_YEARS
            return moved if inside else self
        return moved if int(moved.name[:4]) in _YEARS else self

    def _moved(self, steps: int) -> Period:
        if self.kind in {PeriodKind.RANGE, PeriodKind.WEEK}:
            width = (self.end - self.start) * steps
            return Period(self.kind, self.start + width, self.end + width, self.fiscal_start)
        months = {PeriodKind.YEAR: 12, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}[self.kind] * steps
        return Period(
            self.kind, add_months(self.start, months), add_months(self.end, months), self.fiscal_start
        )

    def previous(self) -> Period:
        """The period directly before this one: October for November (METRICS M4)."""
        return self.shifted(-1)

    def year_before(self) -> Period:
        """The same period one year earlier; for a free range, the range before it.

        Of a week it is the week of the same number. Where the year before has no week 53, it is its last one.
        """
        if self.kind is PeriodKind.WEEK:
            year, week, _ = self.start.isocalendar()
            if year - 1 not in _YEARS:
                return self
            return Period.week(year - 1, min(week, weeks_of(year - 1)), self.fiscal_start)
        steps = {PeriodKind.YEAR: 1, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}.get(self.kind, 1)
        return self.shifted(-steps)

    def bounds(self, zone: ZoneInfo) -> tuple[int, int]:
        """The half-open range of instants [start, end) in a time zone, in epoch seconds UTC."""
        return start_of(self.start, zone), start_of(self.end, zone)

    def months(self) -> list[Period]:
        """The calendar months that overlap the period, in order."""
        months = []
        first = self.start.replace(day=1)
        while first < self.end:
            months.append(Period.month(first.year, first.month, self.fiscal_start))
            first = add_months(first, 1)
        return months

    @property
    def name(self) -> str:
        """The text that :meth:`parse` reads back."""
        year = self.last.year if self.fiscal_start != 1 else self.start.year
        match self.kind:
            case PeriodKind.ALL:
                return "all"
            case PeriodKind.YEAR:
                return f"{year}"
            case PeriodKind.QUARTER:
                whole = Period.containing(self.start, PeriodKind.YEAR, self.fiscal_start)
                gone = (self.start.year - whole.start.year) * 12 + self.start.month - whole.start.month
                return f"{whole.name}-Q{gone // 3 + 1}"
            case PeriodKind.MONTH:
                return f"{self.start:%Y-%m}"
            case PeriodKind.WEEK:
                iso = self.start.isocalendar()
                return f"{iso.year:04d}-W{iso.week:02d}"
            case _:
                return f"{self.start}..{self.last}"

    @property
    def label(self) -> str:
        """The name for people: ``Q4 2026``, ``Nov 2026``, ``W47 2026``, ``2026``, ``all time``.

        A free range is ``1 Jan – 31 Mar 2026``. A fiscal year or quarter says so: ``FY 2026``,
        ``Q4 FY 2026``.
        """
        match self.kind:
            case PeriodKind.ALL:
                return said("all time")
            case PeriodKind.QUARTER:
                year, quarter = self.name.split("-Q")
                if self.fiscal_start != 1:
                    return said("Q{quarter} FY {year}", quarter=quarter, year=year)
                return said("Q{quarter} {year}", quarter=quarter, year=year)
            case PeriodKind.MONTH:
                return month_text(self.start)
            case PeriodKind.WEEK:
                iso = self.start.isocalendar()
                # Translators: a week by its number; keep it as short.
                return said("W{week} {year}", week=iso.week, year=iso.year)
            case PeriodKind.RANGE:
                return self.span
            case _:
                return self.name if self.fiscal_start == 1 else said("FY {year}", year=self.name)

    @property
    def span(self) -> str:
        """The first and the last day for people: ``1 Jan – 31 Mar 2026``; of one day, the day."""
        if self.start == self.last:
            return day_text(self.start)
        head = day_text(self.start)
        if self.start.year == self.last.year:
            head = listed((str(self.start.day), month_name(self.start)), " ")
        return listed((head, day_text(self.last)), " – ")

    @property
    def typed(self) -> str:
        """What stands for the period where it is kept: its words when it has any, else its name."""
        return self.words or self.name


def days_of(period: Period) -> tuple[int, int]:
    """The days [start, end) of a period as day numbers."""
    return day_number(period.start), day_number(period.end)


def weeks_of(year: int) -> int:
    """How many weeks a year has (ISO 8601): 52 or 53. 28 December always lies in the last one."""
    return date(year, 12, 28).isocalendar().week


def _named(match: re.Match[str], text: str, fiscal_start: int) -> Period:
    """A year, quarter, month or week by its name.

    :param text: as it was typed, for the error.
    """
    year, week, quarter, month = int(match[1]), match[2], match[3], match[4]
    if year not in _YEARS:
        raise UsageError(tr("Period {text!r} is outside the years 1901 to 2199.").format(text=text))
    if week is not None:
        last = weeks_of(year)
        if not 1 <= int(week) <= last:
            words = tr("Period {text!r}: {year} has weeks W01 to W{last}.")
            raise UsageError(words.format(text=text, year=year, last=last), HINT)
        return Period.week(year, int(week), fiscal_start)
    if quarter is not None:
        if not 1 <= int(quarter) <= 4:
            raise UsageError(tr("Period {text!r}: a year has quarters Q1 to Q4.").format(text=text), HINT)
        return Period.quarter(year, int(quarter), fiscal_start)
    if month is not None:
        if not 1 <= int(month) <= 12:
            raise UsageError(tr("Period {text!r}: a year has months 01 to 12.").format(text=text), HINT)
        return Period.month(year, int(month), fiscal_start)
    return Period.year(year, fiscal_start)


def _parse_day(part: str, whole: str) -> date:
    try:
        day = date.fromisoformat(part.strip())
    except ValueError:
        raise UsageError(
            tr("Period {text!r}: {part!r} is not a day such as 2026-03-31.").format(
                text=whole, part=part.strip()
            ),
            HINT,
        ) from None
    if day.year not in _RANGE_YEARS:
        raise UsageError(tr("Period {text!r} is outside the years 1000 to 2999.").format(text=whole))
    return day
