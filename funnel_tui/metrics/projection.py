"""From the visits of a deal to where it stands. The only place where this is decided.

Services write the outcome beside the history, imports and the demo write it in bulk, ``funnel doctor``
compares it, and reports on the past compute it anew from the visits up to as-of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnel_tui.domain.facts import Ladder, StageReached, Standing, VisitFact
from funnel_tui.domain.status import DealStatus, VisitExit

_STATUS = {None: DealStatus.OPEN, VisitExit.WON: DealStatus.WON, VisitExit.LOST: DealStatus.LOST}


def visits_at(visits: Sequence[VisitFact], as_of: int) -> list[VisitFact]:
    """The visits as they stood at an instant: later ones are gone, and what ended later is still open.

    An event at the instant itself has happened (METRICS M5).
    """
    seen = []
    for visit in visits:
        if visit.entered_at > as_of:
            continue
        if visit.left_at is not None and visit.left_at > as_of:
            visit = VisitFact(visit.pipeline_id, visit.stage_id, visit.entered_at, None, None, visit.owner_id)
        seen.append(visit)
    return seen


def standing(visits: Sequence[VisitFact], ladder: Ladder) -> Standing:
    """Where a deal stands after its visits (METRICS M1, M2 and 2).

    Only visits to the pipeline of the last one count; a deal that came from another pipeline starts anew.

    :param visits: at least one, in the order they happened.
    :param ladder: the positions of the stages of the last visit's pipeline.
    """
    last = visits[-1]
    positions, pipeline_id = ladder.positions, last.pipeline_id
    status = _STATUS[last.exit]
    mask = 0
    stays: dict[int, list[VisitFact]] = {}  # by position, in the order they were first entered
    for visit in visits:
        if visit.pipeline_id != pipeline_id:
            continue
        at = positions[visit.stage_id]
        if at in stays:
            stays[at].append(visit)
        else:
            stays[at] = [visit]
            mask |= 1 << (at - 1)
    furthest = max(stays)
    closed_at = last.left_at
    closed_owner_id = None if closed_at is None else last.exit_owner_id or last.owner_id
    last_event_at = last.entered_at if closed_at is None else closed_at
    loss_reason_id = last.loss_reason_id if status is DealStatus.LOST else None
    reached = ladder.length + 1 if status is DealStatus.WON else furthest
    stages = _stages(stays, last, ladder, furthest)
    # By position: a report on the past makes thousands, and names would take twice as long.
    return Standing(
        pipeline_id, last.stage_id, status, last.entered_at, reached, mask, _straight(stays, ladder),
        closed_at, closed_owner_id, loss_reason_id, last_event_at, stages,
    )  # fmt: skip


def _straight(stays: Mapping[int, Sequence[VisitFact]], ladder: Ladder) -> int:
    """The highest position up to which every stage in use was visited, each first after the one before."""
    required, found = ladder.required, 0
    for position in stays:
        if found < len(required) and position == required[found]:
            found += 1
    # A retired stage before the missing one asks for nothing.
    return required[found] - 1 if found < len(required) else ladder.length


def _stages(
    stays: Mapping[int, Sequence[VisitFact]], end: VisitFact, ladder: Ladder, furthest: int
) -> list[StageReached]:
    """One item per stage up to the furthest (all of them when won), from the first to the last.

    Going down, the earliest entry seen so far is when the stage at hand was reached (METRICS 2, entered).
    """
    reached_at: int | None = None
    owner = 0
    if end.exit is VisitExit.WON:
        assert end.left_at is not None
        furthest = ladder.length
        reached_at, owner = end.left_at, end.exit_owner_id or end.owner_id
    found: list[StageReached] = []
    stage_at = ladder.stage_at
    for position in range(furthest, 0, -1):
        stage_id = stage_at.get(position)
        if stage_id is None:
            continue
        here = stays.get(position)
        if here is None:  # skipped: it was reached when a later one first was
            assert reached_at is not None, "the furthest stage was entered"
            found.append(StageReached(stage_id, reached_at, owner, 0, 0, None, None))
            continue
        first, last = here[0], here[-1]
        if reached_at is None or first.entered_at <= reached_at:
            reached_at, owner = first.entered_at, first.owner_id
        left_at = last.left_at
        seconds = 0 if left_at is None else left_at - last.entered_at
        if first is not last:
            seconds += sum(stay.left_at - stay.entered_at for stay in here[:-1] if stay.left_at is not None)
        left_owner = None if left_at is None else last.exit_owner_id or last.owner_id
        found.append(StageReached(stage_id, reached_at, owner, len(here), seconds, left_at, left_owner))
    found.reverse()
    return found
