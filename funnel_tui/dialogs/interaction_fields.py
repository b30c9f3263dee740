"""The fields of an interaction in forms: durations and times, as text and as values."""

from __future__ import annotations

import re

from funnel_tui.dialogs.deal_fields import moment_echo
from funnel_tui.dialogs.wishes import Reader
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.period import DAY_SECONDS, day_of
from funnel_tui.domain.shown import clean
from funnel_tui.errors import InvalidInput

DURATION_EXAMPLES = "For example 15m, 1h30, 1:30 or 45; a number alone is minutes."
LONGEST_SECONDS = 7 * DAY_SECONDS

_HOURS = re.compile(
    r"(\d{1,3}) ?(?:h|hours?|t|timer?|uur) ?(?:(\d{1,2}) ?(?:m|min|minutes?|minutter)?\.?)?", re.ASCII
)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)", re.ASCII)
_MINUTES = re.compile(r"(\d{1,5}) ?(?:m|min|minutes?|minutter|minuten)?\.?", re.ASCII)
_SECONDS = re.compile(r"(\d{1,6}) ?(?:s|sec|seconds?|sek)\.?", re.ASCII)


def read_duration(text: str, field: str = "duration") -> int | None:
    """How long something took: ``15m``, ``1h30``, ``1:30``, ``90 s``; a number alone is minutes.

    :returns: seconds; None when the text is empty.
    :raises InvalidInput: for a negative one, one longer than a week, and what is no duration.
    """
    typed = text.strip().casefold()
    if not typed:
        return None
    shown = clean(typed if len(typed) <= 30 else f"{typed[:29]}…")
    if typed[0] in "-−":
        raise InvalidInput(field, f"'{shown}' is less than nothing.", DURATION_EXAMPLES)
    found: int | None = None
    if match := _HOURS.fullmatch(typed) or _CLOCK.fullmatch(typed):
        found = int(match[1]) * 3600 + int(match[2] or 0) * 60
    elif match := _MINUTES.fullmatch(typed):
        found = int(match[1]) * 60
    elif match := _SECONDS.fullmatch(typed):
        found = int(match[1])
    if found is None:
        raise InvalidInput(field, f"'{shown}' is not a duration.", DURATION_EXAMPLES)
    if found > LONGEST_SECONDS:
        raise InvalidInput(field, f"'{shown}' is longer than a week.", DURATION_EXAMPLES)
    return found


def duration_text(seconds: int | None) -> str:
    """A duration as it stands in a field and in a list: ``15m``, ``1h30``, ``40s``; empty for none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    if rest:
        return f"{seconds}s"
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes}m"
    return f"{hours}h{minutes:02}" if minutes else f"{hours}h"


def time_echo(text: str, reader: Reader, *, planned: bool) -> str:
    """What is understood of when it takes place.

    :raises InvalidInput: when it makes no sense (yet), or what is done lies ahead.
    """
    moment = read_time(text, reader, planned=planned)
    if moment is None:
        return "" if planned else "empty: now"
    return moment_echo(moment, reader)


def read_time(text: str, reader: Reader, *, planned: bool) -> Moment | None:
    """When it took or takes place; None for now.

    :raises InvalidInput: for what is no time, for what is done and lies ahead, for what is planned and has no
        time.
    """
    moment = reader.moment(text, "at", past=not planned)
    if moment is None:
        if planned:
            raise InvalidInput("at", "When is it planned for?", "For example tomorrow 14:30 or fri 9am.")
        return None
    if not planned and day_of(moment.day) > reader.today:
        raise InvalidInput(
            "at", f"{reader.spell(moment)} has not come yet.", "Choose planned, or another time."
        )
    return moment
