"""The screens that a digit opens."""

from __future__ import annotations

from enum import StrEnum


class Tab(StrEnum):
    """A screen as the line of tabs names it."""

    TODAY = "0 Today"
    DEALS = "1 Deals"
    STAGES = "2 Stages"


TABS = tuple(Tab)
