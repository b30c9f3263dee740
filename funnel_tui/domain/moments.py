"""Moments as people type them: a day in words with or without a time, such as ``fri 14:30``.

A time alone is the next such time: today when it is still to come, else tomorrow (or, for what was done, the
last such time). A local time that a clock change skips or repeats is taken at the offset before the change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from funnel_tui.domain import calendar_words as words
from funnel_tui.domain.calendar_names import MONTHS
from funnel_tui.domain.period import DAY_SECONDS, day_number, day_of, local_day
from funnel_tui.domain.phrases import FIRST_YEAR, LAST_YEAR, LONGEST, Reading, quoted, read_day, spell_day
from funnel_tui.domain.said import listed
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr

EXAMPLES = tr("For example fri 14:30, tomorrow 9am, 12 dec 10:00, 14:30 or +2h; the time may be left out.")

_CLOCK = (
    r"(?:kl\.? ?|klokken |klockan |at |om |@ ?)?"
    r"(?:(?P<h1>\d{1,2}):(?P<m1>\d\d)(?::\d\d)?(?: ?(?P<half1>[ap])\.?m\.?)?"
    r"|(?P<h2>\d{1,2}) ?(?P<half2>[ap])\.?m\.?)"
)
_SPOKEN = r"(?:kl\.? ?|klokken |klockan |at |@ ?)(?P<h3>\d{1,2})(?:[.:](?P<m3>\d\d))?"
_LAST = re.compile(rf"(?P<rest>.*?)(?:^|,? ){_CLOCK}", re.ASCII)
_LAST_SPOKEN = re.compile(rf"(?P<rest>.*?)(?:^|,? ){_SPOKEN}", re.ASCII)
_FIRST = re.compile(rf"{_CLOCK},? (?P<rest>.+)", re.ASCII)
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d.*", re.ASCII)
_STEP = re.compile(r"(?:(?P<sign>[+-]) ?|(?:in|om|over) )(?P<n>\d{1,5}) ?(?P<unit>[a-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the instant on it if a time was said.

    :param day: days since 1970-01-01, in the time zone it was read in.
    :param at: epoch seconds UTC, or None for the whole day.
    """

    day: int
    at: int | None = None


def parse_moment(
    text: str,
    now: int,
    zone: ZoneInfo,
    locale: str | None = None,
    week_start: int = 0,
    *,
    fiscal_start: int = 1,
    past: bool = False,
    field: str = "date",
) -> Moment:
    """The day, and the time if one is said, that a text means.

    Understood is what :func:`~funnel_tui.domain.phrases.parse_day` understands, with ``14:30``, ``2:30pm``,
    ``9am`` or ``kl 14`` before or after it or alone; ``+2h``, ``in 30 minutes``, ``now``; and ISO instants.

    :param now: epoch seconds.
    :param zone: the time zone of the days and times.
    :param past: times, weekdays and days without a year mean the last such, not the next.
    :raises InvalidInput: as ``parse_day``, and for a time that does not exist.
    """
    reading = Reading(local_day(now, zone), locale, week_start, fiscal_start, past, field)
    folded = words.fold(text) if len(text) <= LONGEST else ""
    at = _instant(text, folded, now, zone, reading)
    if at is not None:
        return Moment(day_number(local_day(at, zone)), at)
    match = _LAST.fullmatch(folded) or _LAST_SPOKEN.fullmatch(folded) or _FIRST.fullmatch(folded)
    if match is None:
        return Moment(day_number(read_day(text, reading)))
    clock = _clock(match, text, field)
    rest = match["rest"].strip()
    day = read_day(rest, reading) if rest else _day_of(clock, now, zone, reading)
    return Moment(day_number(day), int(datetime.combine(day, clock, zone).timestamp()))


def spell_moment(moment: Moment, now: int, zone: ZoneInfo) -> str:
    """A moment for people: ``tomorrow 14:30``, ``Fri 27 Nov``."""
    today = local_day(now, zone)
    if moment.at is None:
        return spell_day(day_of(moment.day), today)
    then = datetime.fromtimestamp(moment.at, zone)
    return f"{spell_day(then.date(), today)} {then:%H:%M}"


def tell_instant(at: int, now: int, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """An instant in a sentence: ``3 Nov 14:20``, with the year when it is another one than now.

    :param at: epoch seconds; ``now`` likewise.
    :param zone: the team's.
    :param seconds: told too; for two instants of the same minute.
    """
    then = datetime.fromtimestamp(at, zone)
    time = then.strftime("%H:%M:%S" if seconds else "%H:%M")
    year = "" if then.year == datetime.fromtimestamp(now, zone).year else str(then.year)
    return listed(filter(None, (str(then.day), MONTHS[then.month - 1], year, time)), " ")


def _instant(text: str, folded: str, now: int, zone: ZoneInfo, reading: Reading) -> int | None:
    """What needs no day: now, a step in hours, an ISO instant."""
    if folded in words.NOW:
        return now
    step = _STEP.fullmatch(folded)
    unit = words.SHORT_UNITS.get(step["unit"]) if step else None
    if step and unit:
        seconds = int(step["n"]) * (3600 if unit == "hour" else 60)
        at = now - seconds if step["sign"] == "-" else now + seconds
        return _within(at, text, reading)
    if _WRITTEN.fullmatch(folded):
        try:
            written = datetime.fromisoformat(text.strip().upper())
        except ValueError:
            return None
        if not FIRST_YEAR <= written.year <= LAST_YEAR:
            return _within(2**60, text, reading)
        return int((written if written.tzinfo else written.replace(tzinfo=zone)).timestamp())
    return None


def _within(at: int, text: str, reading: Reading) -> int:
    """The instant, if it lies in the years that can be stored."""
    if not -25_567 <= at // DAY_SECONDS <= 84_370:
        raise InvalidInput(
            reading.field,
            tr("{text} is not between the years {first} and {last}.").format(
                text=quoted(text), first=FIRST_YEAR, last=LAST_YEAR
            ),
            EXAMPLES,
        )
    return at


def _clock(match: re.Match[str], text: str, field: str) -> time:
    found = {name: value for name, value in match.groupdict().items() if value}
    hour = int(found.get("h1") or found.get("h2") or found["h3"])
    minute = int(found.get("m1") or found.get("m3") or 0)
    half = found.get("half1") or found.get("half2")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half:
        hour = 24
    if hour > 23 or minute > 59:
        raise InvalidInput(
            field, tr("{text} has a time that no clock shows.").format(text=quoted(text)), EXAMPLES
        )
    return time(hour, minute)


def _day_of(clock: time, now: int, zone: ZoneInfo, reading: Reading) -> date:
    """The day of a time that was said alone."""
    today = reading.today
    at = int(datetime.combine(today, clock, zone).timestamp())
    if reading.past:
        return today if at <= now else today - timedelta(days=1)
    return today if at >= now else today + timedelta(days=1)
