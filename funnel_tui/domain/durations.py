"""How long something took: as people type it, and as it is shown."""

from __future__ import annotations

import re

from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.shown import clean
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr

EXAMPLES = tr("For example 15m, 1h30, 1:30 or 45; a number alone is minutes.")
LONGEST_SECONDS = 7 * DAY_SECONDS
"""A longer interaction is a slip of the pen, or in another unit."""

_MINUTE = "(?:m|min|minutes?|minutter|minuter|minuten)"
_HOURS = re.compile(
    rf"(\d{{1,3}}) ?(?:h|hours?|t|tim|timer?|timm(?:e|ar)|u|uur) ?(?:(\d{{1,2}}) ?{_MINUTE}?\.?)?", re.ASCII
)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)", re.ASCII)
_MINUTES = re.compile(rf"(\d{{1,5}}) ?{_MINUTE}?\.?", re.ASCII)
_SECONDS = re.compile(r"(\d{1,6}) ?(?:s|sec|seconds?|sek|sekunder|seconden)\.?", re.ASCII)


def read_duration(text: str) -> int | None:
    """How long something took: ``15m``, ``1h30``, ``1:30``, ``90 s``; a number alone is minutes.

    :returns: seconds; None when the text is empty.
    :raises InvalidInput: for a negative one, one longer than a week, and what is no duration.
    """
    typed = text.strip().casefold()
    if not typed:
        return None
    shown = clean(typed if len(typed) <= 30 else f"{typed[:29]}…")
    if typed[0] in "-−":
        raise InvalidInput("duration", tr("'{shown}' is less than nothing.").format(shown=shown), EXAMPLES)
    found: int | None = None
    if match := _HOURS.fullmatch(typed) or _CLOCK.fullmatch(typed):
        found = int(match[1]) * 3600 + int(match[2] or 0) * 60
    elif match := _MINUTES.fullmatch(typed):
        found = int(match[1]) * 60
    elif match := _SECONDS.fullmatch(typed):
        found = int(match[1])
    if found is None:
        raise InvalidInput("duration", tr("'{shown}' is not a duration.").format(shown=shown), EXAMPLES)
    if found > LONGEST_SECONDS:
        raise InvalidInput("duration", tr("'{shown}' is longer than a week.").format(shown=shown), EXAMPLES)
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
