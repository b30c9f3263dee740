"""How the open pipeline changed between two instants, from history (METRICS 10).

Each deal is followed from event to event; what happened to it at one instant is told by holding the state
before it against the state after it. So the rows add up exactly:

    opening + new + reopened + amount up − amount down − won − lost + moved in − moved out = closing
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from funnel_tui.domain.status import DealStatus, VisitExit


class ChangeKind(StrEnum):
    """A row of the report, in its order."""

    OPENING = "opening"
    """Open deals before the first instant."""
    NEW = "new"
    REOPENED = "reopened"
    AMOUNT_UP = "amount_up"
    AMOUNT_DOWN = "amount_down"
    WON = "won"
    LOST = "lost"
    MOVED_IN = "moved_in"
    """Came in from outside: by its expected close, its pipeline or its owner."""
    MOVED_OUT = "moved_out"
    CLOSING = "closing"
    """Open deals at the last instant."""

    @property
    def sign(self) -> int:
        """Whether it adds to the pipeline (1) or takes from it (−1)."""
        return -1 if self in _TAKING else 1


_TAKING = {ChangeKind.AMOUNT_DOWN, ChangeKind.WON, ChangeKind.LOST, ChangeKind.MOVED_OUT}


class Held(NamedTuple):
    """The values of a deal over some time.

    :param amount: minor units of ``currency``; both None without an amount.
    :param expected_close: day number, or None.
    """

    owner_id: int
    amount: int | None
    currency: str | None
    expected_close: int | None


class Stay(NamedTuple):
    """A stage visit, as far as it matters here; instants in epoch seconds."""

    pipeline_id: int
    entered_at: int
    left_at: int | None
    exit: VisitExit | None


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to a deal.

    :param stays: its stage visits, in order.
    :param edits: the instants of its edits, ascending; an edit at an instant holds from then on.
    :param held: the values before the first edit, between edits, and since the last one.
    """

    deal_id: int
    stays: Sequence[Stay]
    edits: Sequence[int]
    held: Sequence[Held]

    def at(self, instant: int) -> State | None:
        """How it stood at an instant; None when it was not there yet."""
        there = [stay for stay in self.stays if stay.entered_at <= instant]
        if not there:
            return None
        last = there[-1]
        status = DealStatus.OPEN
        if last.exit is not None and last.left_at is not None and last.left_at <= instant:
            status = _ENDED.get(last.exit, DealStatus.OPEN)
        return State(status, last.pipeline_id, self.held[bisect_right(self.edits, instant)])

    def instants(self, after: int, upto: int) -> list[int]:
        """The instants in (after, upto] at which something happened."""
        found = {stay.entered_at for stay in self.stays} | set(self.edits)
        found |= {stay.left_at for stay in self.stays if stay.left_at is not None}
        return sorted(instant for instant in found if after < instant <= upto)


_ENDED = {VisitExit.WON: DealStatus.WON, VisitExit.LOST: DealStatus.LOST}


class State(NamedTuple):
    """How a deal stood at an instant."""

    status: DealStatus
    pipeline_id: int
    held: Held


@dataclass(frozen=True, slots=True)
class Step:
    """Something that changed the pipeline.

    :param group: as the report is split.
    :param worth: what came, went, or was added or taken away; never less than 0.
    """

    kind: ChangeKind
    deal_id: int
    group: str
    held: Held
    worth: int


@dataclass(frozen=True, slots=True)
class View:
    """Which deals belong to the pipeline that is looked at, and what they are worth there.

    :param admits: whether an open deal in this state belongs to it.
    :param group: the group of a deal, as the report is split; a deal that changes it moves out and in.
    :param worth: of an amount, in whole units at fixed rates; 0 without an amount or a rate.
    """

    admits: Callable[[State], bool]
    group: Callable[[State], str]
    worth: Callable[[Held], int]

    def holds(self, state: State | None) -> bool:
        """Whether a deal is in the pipeline."""
        return state is not None and state.status is DealStatus.OPEN and self.admits(state)


def steps(story: Story, after: int, upto: int, view: View) -> Iterator[Step]:
    """What a deal did to the pipeline in (after, upto], in time."""
    before = story.at(after)
    for instant in story.instants(after, upto):
        now = story.at(instant)
        assert now is not None
        if before is not None and view.holds(before):
            yield from _leaving(story.deal_id, before, now, view)
        elif view.holds(now):
            kind = _coming(before)
            yield Step(kind, story.deal_id, view.group(now), now.held, view.worth(now.held))
        before = now


def _leaving(deal: int, before: State, now: State, view: View) -> Iterator[Step]:
    """What became of a deal that was in the pipeline: its amount changes first, then it goes, if it goes."""
    place, worth = view.group(before), view.worth(now.held)
    more = worth - view.worth(before.held)
    if more:
        kind = ChangeKind.AMOUNT_UP if more > 0 else ChangeKind.AMOUNT_DOWN
        yield Step(kind, deal, place, now.held, abs(more))
    if now.status is not DealStatus.OPEN:
        kind = ChangeKind.WON if now.status is DealStatus.WON else ChangeKind.LOST
        yield Step(kind, deal, place, now.held, worth)
    elif not view.admits(now):
        yield Step(ChangeKind.MOVED_OUT, deal, place, now.held, worth)
    elif view.group(now) != place:
        yield Step(ChangeKind.MOVED_OUT, deal, place, now.held, worth)
        yield Step(ChangeKind.MOVED_IN, deal, view.group(now), now.held, worth)


def _coming(before: State | None) -> ChangeKind:
    if before is None:
        return ChangeKind.NEW
    return ChangeKind.MOVED_IN if before.status is DealStatus.OPEN else ChangeKind.REOPENED


@dataclass(slots=True)
class ChangeRow:
    """A row of the report.

    :param deals: the numbers of the deals behind it; one that came twice is there twice.
    :param worth: the sum, never less than 0.
    """

    deals: list[int] = field(default_factory=list)
    worth: int = 0

    def add(self, deal: int, worth: int) -> None:
        """Take a deal into the row."""
        self.deals.append(deal)
        self.worth += worth


Rows = dict[ChangeKind, ChangeRow]


def new_rows() -> Rows:
    """All rows, empty, in their order."""
    return {kind: ChangeRow() for kind in ChangeKind}
