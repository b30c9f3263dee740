"""Looking at the past: how far one step goes, and how an instant reads."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from funnel_tui.domain.calendar_names import MONTHS, WEEKDAYS
from funnel_tui.domain.said import listed


class Step(StrEnum):
    """How far one key goes."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def next(self) -> Step:
        """Day, week, month, and day again."""
        steps = list(Step)
        return steps[(steps.index(self) + 1) % len(steps)]


def instant_text(at: int, zone: ZoneInfo) -> str:
    """An instant with its year: ``Wed 1 Apr 2026 00:00``.

    :param at: epoch seconds.
    :param zone: the team's.
    """
    then = datetime.fromtimestamp(at, zone)
    return listed((WEEKDAYS[then.weekday()], str(then.day), MONTHS[then.month - 1], f"{then:%Y %H:%M}"), " ")
