"""Targets: how many interactions of a kind a rep is to do in a month (METRICS 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from funnel_tui.domain.period import day_number, day_of

Key = tuple[int | None, int, int]
"""Rep (None for the default of all), kind, and the number of the first day of a month."""


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A target as it was set last.

    :param rep_id: None for the default of every rep who has no target of their own.
    :param month: the number of its first day, in days since 1970-01-01.
    :param target: how many; None when it was taken back.
    :param at: when it was set, in epoch seconds.
    """

    rep_id: int | None
    kind_id: int
    month: int
    target: int | None
    at: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of some months.

    :param facts: the latest of each key, also those that were taken back.
    """

    facts: Mapping[Key, TargetFact] = field(default_factory=dict)

    def of(self, rep_id: int, kind_id: int, month: int) -> int | None:
        """What a rep is to do: the target of their own, else the default of all, else None.

        :param month: the number of any day of it.
        """
        first = month_of(month)
        own = self.facts.get((rep_id, kind_id, first))
        if own is not None and own.target is not None:
            return own.target
        shared = self.facts.get((None, kind_id, first))
        return None if shared is None else shared.target


def month_of(day: int) -> int:
    """The number of the first day of the month that a day lies in."""
    return day_number(day_of(day).replace(day=1))
