"""Dates and times as people and programs write them.

A file is taken to write the day and the month in one order throughout. Which one is learnt from all its
values; where they do not tell, the user is asked to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from funnel_tui.domain.said import placed, said
from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange.values import BadValue, nearest, visible
from funnel_tui.language import tr

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_SECOND = timedelta(seconds=1)

#: Dates outside are slips of the pen or placeholders such as 9999-12-31.
FIRST_YEAR, LAST_YEAR = 1900, 2200

_TIME = (
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?"
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})" + _TIME, re.ASCII)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4})" + _TIME, re.ASCII)
_DAY_NAME = re.compile(
    r"(?P<d>\d{1,2})\.?[ -]?(?P<mon>[A-Za-z]{3,9})\.?,?[ -]?(?P<y>\d{4})" + _TIME, re.ASCII
)
_NAME_DAY = re.compile(r"(?P<mon>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})" + _TIME, re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d\d(?!\d).*", re.ASCII)
_SERIAL = re.compile(r"[2-6]\d{4}(\.\d+)?", re.ASCII)

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_TIMED_CODES = ("%H", "%I", "%c", "%X")


def zone_of(name: str) -> ZoneInfo:
    """The time zone with an IANA name.

    :raises UsageError: for an unknown one, suggesting the nearest.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = nearest(name, available_timezones())
        hint = (
            tr("Did you mean {near}?").format(near=near)
            if near
            else tr("Zones have names such as Europe/Oslo.")
        )
        raise UsageError(tr("No time zone is called {name!r}.").format(name=visible(name)), hint) from error


class DateReader:
    """Reads the dates and times of one file.

    Understood are ISO dates and times, ``2026/03/31``, ``31.3.2026``, ``3/31/2026``, ``31/3/2026``,
    ``31 Mar 2026`` and ``Mar 31, 2026``, each with or without a time and an offset.

    :param zone: the time zone of values without an offset. An offset in the value goes before it. A local
        time that a clock change skips or repeats is taken at the offset before the change.
    :param date_format: a ``strptime`` format all values must have.
    :param values: gives all dates of the file, to learn the order of day and month from. It is called when
        the first value is met that can be told only so, hence never for a file of ISO dates.
    :raises UsageError: for a format that does not name a whole date.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        date_format: str | None = None,
        values: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self.zone = zone
        self.date_format = date_format
        self._values = values
        self._day_first: bool | None = None
        self._only_day_first = self._only_month_first = 0
        self._either = ""
        if date_format is not None:
            _check_format(date_format)

    def learn(self, text: str) -> None:
        """Take a value into account for the order of day and month."""
        match = _YEAR_LAST.fullmatch(text.strip())
        if match is None or match["s"] == ".":
            return
        first, second = int(match["a"]), int(match["b"])
        if first > 12 >= second:
            self._only_day_first += 1
        elif second > 12 >= first:
            self._only_month_first += 1
        elif first != second and not self._either:
            self._either = text.strip()

    def settle(self) -> None:
        """Decide the order of day and month from what was learnt.

        The order most of the telling values have wins; the others are then refused one by one.

        :raises FunnelError: when no value tells, or as many tell one thing as the other.
        """
        if self._only_day_first == self._only_month_first and (self._only_day_first or self._either):
            both = tr("some dates can only be d/m/yyyy and as many only m/d/yyyy.")
            none = tr("Dates such as {either} can be d/m/yyyy or m/d/yyyy, and no date tells which.").format(
                either=visible(self._either)
            )
            raise FunnelError(
                both if self._only_day_first else none,
                placed(
                    tr("Say --date-format %d/%m/%Y or --date-format %m/%d/%Y."),
                    tr("Choose at “Dates” how they are written."),
                ),
            )
        self._day_first = self._only_day_first >= self._only_month_first

    def instant(self, text: str) -> int:
        """The instant a value means: a bare date is 00:00 in the time zone.

        :param text: a date, with or without a time.
        :returns: epoch seconds, UTC; fractions of a second are dropped.
        :raises BadValue: for what is no date, or one outside 1900 to 2200.
        :raises FunnelError: when the order of day and month cannot be known.
        """
        moment, _ = self._read(text)
        return (moment - _EPOCH) // _SECOND

    def day(self, text: str) -> int:
        """The calendar day a value means, in the time zone.

        :returns: days since 1970-01-01.
        :raises BadValue: as :meth:`instant`.
        :raises FunnelError: as :meth:`instant`.
        """
        moment, _ = self._read(text)
        return moment.astimezone(self.zone).toordinal() - _EPOCH_DAY

    def is_bare(self, text: str) -> bool:
        """Whether a value that was read is a date without a time."""
        return self._read(text)[1]

    def _read(self, text: str) -> tuple[datetime, bool]:
        """The moment, with its time zone, and whether the value has no time."""
        text = text.strip()
        if self.date_format is not None:
            return self._formatted(text, self.date_format)
        if _ISO_DAY.fullmatch(text):
            year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
            return self._moment(text, None, year, month, day), True
        match = _YEAR_FIRST.fullmatch(text)
        if match:
            year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
        elif match := _YEAR_LAST.fullmatch(text):
            year, first, second = int(match["y"]), int(match["a"]), int(match["b"])
            day, month = (first, second) if match["s"] == "." or self._is_day_first() else (second, first)
        elif match := _DAY_NAME.fullmatch(text) or _NAME_DAY.fullmatch(text):
            year, month, day = int(match["y"]), _month(match["mon"]), int(match["d"])
        if match is None:
            raise BadValue(_about(text))
        return self._moment(text, match, year, month, day), match["hour"] is None

    def _is_day_first(self) -> bool:
        if self._day_first is None:
            for value in self._values() if self._values else ():
                self.learn(value)
            self.settle()
        return bool(self._day_first)

    def _moment(self, text: str, match: re.Match[str] | None, year: int, month: int, day: int) -> datetime:
        _check_year(text, year)
        try:
            if match is None or match["hour"] is None:
                return datetime(year, month, day, tzinfo=self.zone)
            hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
            if match["half"]:
                if not 1 <= hour <= 12:
                    raise ValueError(hour)
                hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
            zone = _offset(match["zone"]) if match["zone"] else self.zone
            return datetime(year, month, day, hour, minute, second, tzinfo=zone)
        except ValueError as error:
            raise BadValue(self._not_there(visible(text), match)) from error

    def _not_there(self, shown: str, match: re.Match[str] | None) -> str:
        """That there is no such date; with how it was understood where that explains it."""
        if match is None or match.re is not _YEAR_LAST or match["s"] == ".":
            return said("{date!r} is no date of the calendar", date=shown)
        return said(
            "{date!r} is no date of the calendar when read as {order}, as the file's other dates are",
            date=shown,
            order="d/m/yyyy" if self._day_first else "m/d/yyyy",
        )

    def _formatted(self, text: str, date_format: str) -> tuple[datetime, bool]:
        try:
            moment = datetime.strptime(text, date_format)  # noqa: DTZ007  the zone is put in below
        except ValueError as error:
            raise BadValue(
                placed(
                    said(
                        "{text!r} does not fit --date-format {date_format}",
                        text=visible(text),
                        date_format=visible(date_format),
                    ),
                    said("{text!r} is not written as chosen at “Dates”", text=visible(text)),
                )
            ) from error
        _check_year(text, moment.year)
        bare = not any(code in date_format for code in _TIMED_CODES)
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)), bare


def _check_year(text: str, year: int) -> None:
    """Refuse a year that is a slip of the finger."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadValue(
            said(
                "{text!r} is not between the years {first} and {last}",
                text=visible(text),
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        )


def _check_format(date_format: str) -> None:
    """Refuse a format that does not tell day, month and year: a date written with it must read the same."""
    sample = datetime(2017, 11, 23, tzinfo=UTC)
    try:
        parsed = datetime.strptime(sample.strftime(date_format), date_format)  # noqa: DTZ007
    except (ValueError, re.error):
        # strptime makes a pattern of the format, which a code named twice breaks.
        parsed = None
    if parsed is None or parsed.date() != sample.date():
        raise UsageError(
            tr("--date-format {date_format} does not name a day, a month and a year.").format(
                date_format=visible(date_format)
            ),
            tr("Write for example %d.%m.%Y or %m/%d/%Y %H:%M."),
        )


def _month(name: str) -> int:
    """The number of an English month, short or long; 0 for another word, which no calendar has."""
    word = name.lower()
    matches = [number for number, month in enumerate(_MONTHS, 1) if month == word or month[:3] == word]
    return 9 if word == "sept" else matches[0] if matches else 0


def _offset(text: str) -> timezone:
    """The zone of an offset: Z, UTC, +02, +0200, +02:00."""
    if text in ("Z", "UTC", "GMT"):
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _about(text: str) -> str:
    """Why a text is no date."""
    shown = visible(text)
    if _SHORT_YEAR.fullmatch(text):
        return placed(
            said("{shown!r} has a year of two digits; say --date-format, such as %m/%d/%y", shown=shown),
            said("{shown!r} has a year of two digits; choose at “Dates” how it is written", shown=shown),
        )
    if _SERIAL.fullmatch(text):
        return said(
            "{shown!r} is a spreadsheet's day number; have the spreadsheet write the column as dates",
            shown=shown,
        )
    return placed(
        said("{shown!r} is not a date; write 2026-03-31 or say --date-format", shown=shown),
        said(
            "{shown!r} is not a date; write 2026-03-31, or choose at “Dates” how it is written", shown=shown
        ),
    )
