"""Reading meetings out of calendars (``.ics``, RFC 5545): one event at a time, whatever the size of the file.

An event that repeats becomes its single occurrences, but only those from :data:`BACK_DAYS` before now to
:data:`AHEAD_DAYS` after it, and at most :data:`OCCURRENCES`: a weekly meeting without an end has no last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Component, Event

from funnel_tui.domain.durations import LONGEST_SECONDS
from funnel_tui.domain.said import Said, said
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.calendar_properties import (
    BadProperty,
    address_of,
    attendees_of,
    dates_of,
    first_of,
    moment_of,
    no_length,
    no_rule,
    text_of,
    values_of,
    whole_of,
)
from funnel_tui.exchange.dates import FIRST_YEAR, LAST_YEAR
from funnel_tui.exchange.mail import one_line, several_lines
from funnel_tui.exchange.refusals import Refusal, RefusalSink
from funnel_tui.exchange.table import readable
from funnel_tui.exchange.values import visible
from funnel_tui.language import tr

BACK_DAYS, AHEAD_DAYS = 366, 92
OCCURRENCES = 500

NEVER = 5
"""Events of one file that may repeat on days that never come; each costs seconds."""

EVENT_KEPT = 1 << 20
"""Bytes of an event that are looked at; longer ones are refused."""

SUMMARY_LIMIT, TEXT_LIMIT, ID_LIMIT = 300, 2000, 300
_PIECE = 1 << 16
_WANTED = ("VEVENT", "VTIMEZONE")
_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)
_INTERVAL = re.compile(r"INTERVAL=([^;]*)", re.IGNORECASE)
_ZONE_RULE = re.compile(rb"RRULE[^\n]*", re.IGNORECASE)
_UNTIL = re.compile(r";?UNTIL=[^;]*", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What the library raises on events that are none.
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError)


class _Never(ValueError):
    """A rule that no day fits. Finding that out takes seconds: it is tried up to the year 9999."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting, or one occurrence of it.

    :ivar line: the line of the file on which it begins.
    :ivar line: the line of the file on which it begins.
    :ivar uid: the id of the event.
    :ivar occurrence: the instant this occurrence of a repeated event was to begin by the rule; None for a
        single one.
    :ivar at: when it begins, in epoch seconds UTC.
    :ivar seconds: how long it takes, or None for a day.
    :ivar organiser: the address of who invited, folded, or "".
    :ivar attendees: addresses of who was invited and did not decline, folded.
    :ivar strange_zone: the name of a time zone nobody knows, or ""; the times are then the team's.
    """

    line: int
    uid: str
    occurrence: int | None
    at: int
    seconds: int | None
    summary: str
    text: str
    organiser: str
    attendees: tuple[str, ...]
    cancelled: bool
    strange_zone: str

    @property
    def key(self) -> str:
        """What tells it from every other one."""
        return self.uid if self.occurrence is None else f"{self.uid}/{self.occurrence}"


@dataclass(slots=True)
class Series:
    """An event of a calendar with its occurrences in the window.

    :ivar repeats: whether it has a rule; a single event is its own only occurrence.
    :ivar cut: there were more than :data:`OCCURRENCES`.
    """

    uid: str
    repeats: bool
    meetings: list[Meeting]
    cut: bool = False


def read_calendar(
    path: Path, name: str, zone: ZoneInfo, now: int, refusals: RefusalSink, tell: Callable[[int], None]
) -> Iterator[Series]:
    """The events of a calendar.

    :param path: the file.
    :param name: its name for messages.
    :param zone: the zone of times that name none.
    :param now: the middle of the window of occurrences, in epoch seconds.
    :param refusals: gets the events that cannot be read.
    :param tell: told how many bytes were read.
    :raises FunnelError: when it cannot be read, or is no calendar.
    """
    # An occurrence that was moved may stand before or after its event, so all are read before any is given.
    masters: dict[str, tuple[int, Component]] = {}
    singles: dict[str, list[Meeting]] = {}
    called_off, never = False, 0
    with readable(name), path.open("rb") as stream:
        for line, kind, raw in _components(stream, name, tell):
            if kind == "METHOD":
                called_off = raw == b"CANCEL"
                continue
            event = _parsed(line, kind, raw, refusals)
            if event is None:
                continue
            try:
                meeting = _meeting(line, event, zone, cancelled=called_off)
                if "RRULE" in event or "RDATE" in event:
                    masters[meeting.uid] = (line, event)
                singles.setdefault(meeting.uid, []).append(meeting)
            except _BROKEN as error:
                refusals.add(_refusal(line, "VEVENT", "", error))
    for uid, meetings in singles.items():
        if uid not in masters:
            yield Series(uid, False, _latest(meetings))
            continue
        line, event = masters[uid]
        moved = [each for each in meetings if each.occurrence is not None]
        whole = next((each for each in reversed(meetings) if each.occurrence is None), meetings[-1])
        try:
            yield _series(event, whole, moved, zone, now)
        except _BROKEN as error:
            refusals.add(_refusal(line, "RRULE", text_of(event, "RRULE")[:100], error))
            never += isinstance(error, _Never)
            if never == NEVER:
                raise FunnelError(
                    tr(
                        "{name}: {never} events repeat on days that never come; the last is on line {line}."
                    ).format(name=name, never=NEVER, line=line),
                    tr("Mend their rules (RRULE)."),
                ) from error


def _components(stream: BinaryIO, name: str, tell: Callable[[int], None]) -> Iterator[tuple[int, str, bytes]]:
    """The events and time zones of a file, each with the line it begins on, and its method."""
    kept: list[bytes] = []
    inside, begin, size, line, begun = "", 0, 0, 0, False
    fresh = True
    while piece := stream.readline(_PIECE):
        line += fresh
        whole, fresh = fresh, piece.endswith(b"\n")
        word = piece.strip().upper() if whole and len(piece) < 80 else b""
        if line == 1:
            word = word.removeprefix(b"\xef\xbb\xbf")
        begun = begun or word == b"BEGIN:VCALENDAR"
        if not inside:
            kind = word.removeprefix(b"BEGIN:").decode("ascii", "replace") if word[:6] == b"BEGIN:" else ""
            if begun and kind in _WANTED:
                inside, begin, kept, size = kind, line, [piece], 0
            elif word.startswith(b"METHOD:"):
                yield line, "METHOD", word[7:].strip()
            continue
        size += len(piece)
        if size < EVENT_KEPT:
            kept.append(piece)
        if word == b"END:" + inside.encode():
            yield begin, inside, b"".join(kept) if size < EVENT_KEPT else b""
            inside = ""
            tell(stream.tell())
    if not begun:
        raise FunnelError(
            tr("{name} holds no calendar.").format(name=name),
            tr("A calendar begins with the line BEGIN:VCALENDAR."),
        )
    if inside:
        raise FunnelError(
            tr("{name}, line {begin}: this {inside} has no END:{inside}; the file may be cut off.").format(
                name=name, begin=begin, inside=inside
            ),
            tr("Export it again."),
        )
    tell(stream.tell())


def _parsed(line: int, kind: str, raw: bytes, refusals: RefusalSink) -> Component | None:
    """An event; None for one that cannot be read, and for a time zone, which the library keeps."""
    if not raw:
        refusals.add(
            Refusal(
                line,
                kind,
                "",
                said("is larger than {most} MB; no meeting is", most=EVENT_KEPT >> 20),
            )
        )
        return None
    try:
        text = raw.decode("utf-8", "replace")
        if kind == "VTIMEZONE" and not all(map(_is_yearly, _ZONE_RULE.findall(raw.replace(b"\n ", b"")))):
            return None
        if kind == "VTIMEZONE":
            Calendar.from_ical(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-\r\n{text}END:VCALENDAR\r\n")
            return None
        return Event.from_ical(text)
    except _BROKEN as error:
        if kind == "VEVENT":
            refusals.add(_refusal(line, kind, "", error))
        return None


def _is_yearly(rule: bytes) -> bool:
    """Whether the rule of a time zone is one that the library can work out: clocks change once a year."""
    return b"FREQ=YEARLY" in rule.upper() and b"INTERVAL" not in rule.upper()


def _meeting(line: int, event: Component, zone: ZoneInfo, *, cancelled: bool) -> Meeting:
    """An event as a meeting.

    :raises ValueError: when it has no beginning or no id, ends before it begins, or has a date that is none.
    """
    uid = text_of(event, "UID").strip()
    if not uid or len(uid) > ID_LIMIT or not uid.isprintable():
        raise ValueError(said("has no UID that can be used"))
    if "DTSTART" not in event:
        raise ValueError(said("has no beginning (DTSTART)"))
    start = moment_of(event, "DTSTART")
    at = _instant(start, zone)
    seconds = _seconds(event, at, zone) if isinstance(start, datetime) else None
    again = moment_of(event, "RECURRENCE-ID") if "RECURRENCE-ID" in event else None
    summary = one_line(text_of(event, "SUMMARY"))[:SUMMARY_LIMIT]
    text = several_lines(text_of(event, "DESCRIPTION")).strip()[:TEXT_LIMIT]
    location = one_line(text_of(event, "LOCATION"))[:SUMMARY_LIMIT]
    naive = isinstance(start, datetime) and start.tzinfo is None
    return Meeting(
        line=line,
        uid=uid,
        occurrence=None if again is None else _instant(again, zone),
        at=at,
        seconds=seconds,
        summary=f"{summary} ({location})" if location and summary else summary or location,
        text=text,
        organiser=address_of(first_of(event, "ORGANIZER")),
        attendees=attendees_of(event),
        cancelled=cancelled or text_of(event, "STATUS").strip().upper() == "CANCELLED",
        strange_zone=one_line(str(first_of(event, "DTSTART").params.get("TZID", "")))[:100] if naive else "",
    )


def _seconds(event: Component, at: int, zone: ZoneInfo) -> int | None:
    """How long an event takes."""
    seconds = None
    if "DTEND" in event:
        seconds = _instant(moment_of(event, "DTEND"), zone) - at
    elif "DURATION" in event:
        length = getattr(whole_of(event, "DURATION", no_length), "dt", None)
        seconds = int(length.total_seconds()) if isinstance(length, timedelta) else None
    if seconds is not None and seconds < 0:
        raise ValueError(said("ends before it begins"))
    return None if seconds is None or seconds > LONGEST_SECONDS else seconds


def _instant(moment: date | datetime, zone: ZoneInfo) -> int:
    """An instant in epoch seconds; a day begins at midnight in the zone."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=zone)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(
            said(
                "is not between the years {first} and {last}",
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        )
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return int((aware - _EPOCH).total_seconds())


def _series(event: Component, whole: Meeting, moved: Sequence[Meeting], zone: ZoneInfo, now: int) -> Series:
    """The occurrences of an event that repeats."""
    begin, end = (_EPOCH + timedelta(seconds=now, days=days) for days in (-BACK_DAYS, AHEAD_DAYS))
    start = moment_of(event, "DTSTART")
    if not isinstance(start, datetime):
        start = datetime(start.year, start.month, start.day)  # noqa: DTZ001  the zone is put in below
    start = start if start.tzinfo else start.replace(tzinfo=zone)
    out = {_instant(each.dt, zone) for each in dates_of(event, "EXDATE")}
    instants = {
        _instant(each.dt, zone) for each in dates_of(event, "RDATE") if not isinstance(each.dt, tuple)
    }
    instants.add(whole.at)
    whole_of(event, "RRULE", no_rule)
    for rule in values_of(event, "RRULE"):
        instants.update(_by_rule(rule.to_ical().decode(), start, begin, end))
    first, last = (int((moment - _EPOCH).total_seconds()) for moment in (begin, end))
    changed = {each.occurrence for each in moved}
    wanted = sorted(at for at in instants - out - changed if first <= at <= last)
    kept = [replace(whole, at=at, occurrence=at) for at in wanted[-OCCURRENCES:]]
    return Series(whole.uid, True, [*kept, *_latest(moved)], len(wanted) > OCCURRENCES)


def _by_rule(rule: str, start: datetime, begin: datetime, end: datetime) -> Iterator[int]:
    """The instants that a rule gives in a window.

    The rule is worked out in local time: a meeting at ten is at ten in summer and in winter.
    """
    if _OFTEN.search(rule):
        raise ValueError(said("repeats more than once a day; no meeting does"))
    step = _INTERVAL.search(rule)
    if step is not None and not (step[1].isascii() and step[1].isdigit() and int(step[1]) > 0):
        raise ValueError(said("repeats without ever going on (INTERVAL)"))
    until = re.search(r"UNTIL=(\d{8})(?:T(\d{6})(Z?))?", rule, re.IGNORECASE)
    stop = end.astimezone(start.tzinfo).replace(tzinfo=None)
    if until is not None:
        told = datetime.strptime(until[1] + (until[2] or "235959"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        if until[3]:
            told = told.replace(tzinfo=UTC).astimezone(start.tzinfo).replace(tzinfo=None)
        stop = min(stop, told)
    naive = start.replace(tzinfo=None)
    if stop < naive:
        return
    count = 0
    made: Any
    try:
        made = rrulestr(f"{_UNTIL.sub('', rule).strip(';')};UNTIL={stop:%Y%m%dT%H%M%S}", dtstart=naive)
    except _BROKEN as error:
        raise ValueError(no_rule(visible(rule))) from error
    for count, moment in enumerate(made, 1):
        if count > 100_000:
            raise ValueError(said("repeats too often to be worked out"))
        aware = moment.replace(tzinfo=start.tzinfo)
        if aware >= begin:
            yield int((aware - _EPOCH).total_seconds())
    if not count:
        raise _Never(said("repeats on days that never come"))


def _latest(meetings: Sequence[Meeting]) -> list[Meeting]:
    """Of meetings with one key the last in the file."""
    return list({meeting.key: meeting for meeting in meetings}.values())


def _refusal(line: int, name: str, text: str, error: BaseException) -> Refusal:
    """That an event cannot be read, and why.

    :param name: the property it is because of, where the error knows no better; ``text`` is how it stands in
        the file.
    """
    if isinstance(error, BadProperty):
        name, text = error.name, error.text
    told = error.args[0] if error.args else ""
    if not isinstance(told, Said):  # of the library, for those who call it
        told = said("cannot be read ({name})", name=type(error).__name__)
    return Refusal(line, name, text, told)
