"""Times in what a service tells a person."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from funnel_tui.domain.moments import tell_instant
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.transaction import Transaction


def told(call: Transaction, at: int, *, beside: int | None = None) -> str:
    """An instant in the team's time zone: ``3 Nov 14:20``.

    :param at: epoch seconds.
    :param beside: another instant of the same sentence; where it is of the same minute, seconds are told.
    """
    zone = ZoneInfo(read_settings(call.reader).time_zone)
    seconds = beside is not None and at // 60 == beside // 60
    return tell_instant(at, call.at, zone, seconds=seconds)
