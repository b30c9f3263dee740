"""How the further views of the Stages screen are asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from funnel_tui.domain.status import GroupBy


class Measure(StrEnum):
    """Which figure of each step is compared: the name of its column in the report ``funnel``."""

    CONVERSION = "conversion"
    DAYS = "days_mean"


class Held(StrEnum):
    """What is held against an earlier period: the name of its column."""

    REACHED = "reached"
    """The deals that reached each stage in the period."""
    OPEN = "deals"
    """The deals open in each stage: now, and at the end of the earlier period."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the views are split and what they show.

    :param by: what is held against each other.
    :param measure: the figure that is compared.
    :param won: trends: what was won, else conversions.
    :param held: what the benchmark is of.
    """

    by: GroupBy = GroupBy.REP
    measure: Measure = Measure.CONVERSION
    won: bool = False
    held: Held = Held.REACHED

    def with_(self, **changes: Any) -> Asked:
        """The same with some changes."""
        return replace(self, **changes)
