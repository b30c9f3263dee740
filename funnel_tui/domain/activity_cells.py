"""Interactions counted by what activity reports need to know of them, and what is asked for.

Cells add up like those of :mod:`funnel_tui.domain.cells`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.selection import Condition


@dataclass(frozen=True, slots=True)
class Span:
    """Days that follow each other, and the instants between which they lie.

    :param group: the place of the bucket, from 0.
    :param first: the number of the first day; ``after`` is that of the day after the last.
    :param start: epoch seconds at which the first day begins; ``end`` is the end of the last.
    """

    group: int
    first: int
    after: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ActivityScope:
    """What activity is asked for, with its names looked up.

    :param spans: the buckets of the period, in time, without gaps.
    :param as_of: nothing done after this instant counts.
    :param today: the number of the day of as-of; ``midnight`` is when it began.
    :param is_past: somebody asked for this as-of: what is planned for after it does not count either.
    :param owners: only interactions of these reps; None for all.
    :param pipelines: the pipelines whose deals are looked at.
    :param only_pipelines: whether interactions count only on deals of these pipelines. Where nobody chose
        a pipeline they count also without a deal.
    :param present_owner: an interaction on a deal counts for the deal's owner at as-of (METRICS M10).
    :param past: the deals that changed after as-of, as they stood then; None when there are none.
    :param where: only what happened on deals that this filter holds for at as-of; those in ``past`` are
        chosen already.
    """

    spans: tuple[Span, ...]
    as_of: int
    today: int
    midnight: int
    is_past: bool
    owners: frozenset[int] | None
    pipelines: tuple[int, ...]
    only_pipelines: bool = False
    present_owner: bool = False
    past: Sequence[DealFact] | None = None
    where: Condition | None = None

    @property
    def start(self) -> int:
        """When the period begins."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """When the period ends, or the instant after as-of where that comes first."""
        return min(self.spans[-1].end, self.as_of + 1)

    def admits(self, owner: int | None) -> bool:
        """Whether what belongs to this rep is asked for."""
        return self.owners is None or owner in self.owners


class ActivityCell(NamedTuple):
    """Interactions of a rep in a kind and a bucket; see :class:`~funnel_tui.domain.activity.Rate`.

    A named tuple, because a quarter has thousands: it is made in a fifth of the time of a frozen dataclass.
    """

    group: int
    owner_id: int
    kind_id: int
    done: int
    planned: int
    with_outcome: int
    conversations: int
    outbound: int


class StayCell(NamedTuple):
    """Stays of deals in a stage that ended alike, with equally many follow-ups.

    :param to_stage_id: where the deal went, or None where it went nowhere.
    :param exit: ``moved``, ``won``, ``lost``; None for a stay that lasts.
    :param follow_ups: done outbound interactions in each of these stays.
    :param kinds: in how many of them each kind occurred, in the order of the kinds asked for.
    """

    stage_id: int
    to_stage_id: int | None
    exit: str | None
    owner_id: int
    follow_ups: int
    stays: int
    kinds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QualifiedCell:
    """Deals that needed equally many interactions of a kind until they were qualified.

    :param kind_id: 0 for all kinds together.
    """

    kind_id: int
    interactions: int
    deals: int
