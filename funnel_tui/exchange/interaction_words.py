"""What other programs call kinds, outcomes, directions, states and durations of interactions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from zlib import crc32

from funnel_tui.domain.durations import LONGEST_SECONDS
from funnel_tui.domain.interactions import CONVERSATIONS
from funnel_tui.domain.said import said
from funnel_tui.domain.status import Direction
from funnel_tui.exchange.values import BadValue, visible

KIND_WORDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("phone", "phone call", "telephone", "logged call", "outbound call", "inbound call"), "Call"
    ),
    **dict.fromkeys(("e-mail", "mail", "logged email", "incoming email", "outgoing email"), "Email"),
    **dict.fromkeys(("appointment", "event", "demo", "visit", "video call", "meetings"), "Meeting"),
    **dict.fromkeys(("calls",), "Call"),
    **dict.fromkeys(("emails",), "Email"),
    **dict.fromkeys(("quote", "offer"), "Proposal"),
    **dict.fromkeys(("notes", "comment"), "Note"),
}
"""Other words for the kinds every database begins with, folded."""

_OUTCOMES: Mapping[str, str] = {
    **dict.fromkeys(("no answer", "not answered", "unanswered", "did not answer"), "no answer"),
    **dict.fromkeys(("voicemail", "left voicemail", "left a voicemail", "voice mail"), "voicemail"),
    **dict.fromkeys(("connected", "conversation", "answered", "spoke", "reached"), "conversation"),
    **dict.fromkeys(("held", "completed", "took place"), "held"),
    **dict.fromkeys(("no show", "no-show", "noshow"), "no show"),
    **dict.fromkeys(("reply", "replied", "replied to"), "reply"),
}

_IN = ("in", "inbound", "incoming", "received", "from customer")
_OUT = ("out", "outbound", "outgoing", "sent", "internal", "to customer")

_PLANNED = (
    *("planned", "scheduled", "to do", "todo", "not started", "not done", "open", "waiting", "deferred"),
    *("in progress", "waiting on someone else", "pending", "upcoming", "due"),
)
_DONE = ("done", "completed", "complete", "held", "closed", "finished", "logged")
_YES = ("1", "true", "t", "yes", "y")
_NO = ("0", "false", "f", "no", "n")

OWN = re.compile(r"own:(?P<id>\d{1,18}):(?P<at>-?\d{1,12})", re.ASCII)
"""The id that an export gives an interaction that was logged here: its number and its instant."""

_UNITS = {"h": 3600, "m": 60, "s": 1}
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?", re.ASCII)
_PARTS = re.compile(r"(?:(\d+)\s*h[a-z]*)?\s*(?:(\d+)\s*m[a-z]*)?\s*(?:(\d+)\s*s[a-z]*)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,6})?", re.ASCII)
_MINUTE, _HOUR = 60, 3600


def own_id(number: int, at: int) -> str:
    """The id of an interaction or a deal that has none of another program, see :data:`OWN`."""
    return f"own:{number}:{at}"


def own_person_id(number: int, name: str) -> str:
    """The id of a person who has none of another program; a person has no instant, so the name is in it."""
    return own_id(number, crc32(name.casefold().encode()))


def fold(text: str) -> str:
    """A word as it is compared: without case and double spaces."""
    return " ".join(text.split()).casefold()


def known_outcome(text: str) -> str:
    """An outcome in our words where we have one for it; any other stays as it is."""
    return text if text in CONVERSATIONS else _OUTCOMES.get(fold(text), text)


def parse_direction(text: str) -> Direction:
    """Who started an interaction: in or out, inbound or outbound, received or sent.

    :raises BadValue: for another word.
    """
    word = fold(text)
    if word in _IN:
        return Direction.IN
    if word in _OUT:
        return Direction.OUT
    raise BadValue(said("{word!r} is no direction; there is in and out", word=visible(text.strip())))


def parse_state(text: str, *, yes: bool) -> bool | None:
    """Whether a state means that an interaction is planned; None for an empty one.

    :param text: a word such as ``Not Started`` or ``Completed``, or a yes or no.
    :param yes: what a yes means: True where the column asks "planned?", False where it asks "done?".
    :raises BadValue: for another word.
    """
    word = fold(text)
    if not word:
        return None
    if word in _PLANNED or word in (_YES if yes else _NO):
        return True
    if word in _DONE or word in (_NO if yes else _YES):
        return False
    raise BadValue(said("{word!r} is neither planned nor done", word=visible(text.strip())))


def duration_reader(header: str) -> Callable[[str], int]:
    """Reads how long an interaction took, in seconds.

    Understood are ``1:30`` and ``1:30:00`` (hours first), ``90 min``, ``1h 30m``, ``45 s`` and bare
    numbers, whose unit the header tells; without one they are minutes.

    :param header: the header of the column; empty for a constant.
    """
    unit = _unit_of(header.casefold())

    def read(text: str) -> int:
        text = text.strip()
        if text.startswith(("-", "−")):
            raise BadValue(said("{text!r} is negative; a duration is 0 or more", text=visible(text)))
        seconds = _seconds(text, unit)
        if seconds is None:
            raise BadValue(
                said("{text!r} is no duration, such as 15 (minutes), 0:15 or 900 s", text=visible(text))
            )
        if seconds > LONGEST_SECONDS:
            raise BadValue(said("{text!r} is longer than a week; is the unit right?", text=visible(text)))
        return int(seconds)

    return read


def _unit_of(header: str) -> float:
    """The seconds of one unit of a bare number."""
    if "milli" in header or "(ms)" in header:
        return 0.001
    if "second" in header or "(sec" in header or "(s)" in header:
        return 1
    return _HOUR if "hour" in header else _MINUTE


def _seconds(text: str, unit: float) -> float | None:
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = clock.groups(default="0")
        return int(hours) * _HOUR + int(minutes) * _MINUTE + int(seconds)
    if _NUMBER.fullmatch(text):
        return round(float(text.replace(",", ".")) * unit)
    parts = _PARTS.fullmatch(text.casefold())
    if text and parts and len(text) < 50:
        amounts = zip(parts.groups(default="0"), _UNITS.values(), strict=True)
        return sum(int(number) * size for number, size in amounts)
    return None


def parse_clock(text: str) -> int | None:
    """A time of day in seconds after midnight; None for an empty one.

    :raises BadValue: for what is none.
    """
    if not text.strip():
        return None
    clock = _CLOCK.fullmatch(text.strip())
    if clock is None or int(clock[1]) > 23:
        raise BadValue(said("{word!r} is no time of day, such as 15:30", word=visible(text.strip())))
    return int(clock[1]) * _HOUR + int(clock[2]) * _MINUTE + int(clock[3] or 0)
