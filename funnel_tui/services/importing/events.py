"""Real visits from the events of a history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from funnel_tui.domain.status import VisitExit
from funnel_tui.services.importing.visits import Held, Place, Stay, stay_in

_OUTCOMES = (VisitExit.WON, VisitExit.LOST)


class Step(NamedTuple):
    """One event of a history: a stage entered, or the deal won or lost.

    :param stage_id: None for a win or loss.
    :param reason_id: of a loss.
    :param line: where it stands in the file.
    """

    at: int
    stage_id: int | None
    exit: VisitExit | None
    by: str
    reason_id: int | None
    line: int


Event = tuple[int, int | None, VisitExit | None]
"""An instant, and the stage entered or the outcome."""


@dataclass(slots=True)
class Tally:
    """What was passed over or taken for granted in histories.

    :ivar same_stage: events that put a deal into the stage it was in.
    :ivar same_outcome: wins and losses of deals that were won or lost already.
    :ivar other_outcome: wins of lost deals and losses of won ones, taken as reopened and closed again.
    :ivar no_stage: deals whose first event is a win or loss.
    """

    same_stage: int = 0
    same_outcome: int = 0
    other_outcome: int = 0
    no_stage: int = 0

    def add(self, other: Tally) -> None:
        """Take over what another one counted."""
        self.same_stage += other.same_stage
        self.same_outcome += other.same_outcome
        self.other_outcome += other.other_outcome
        self.no_stage += other.no_stage


class TooEarly(Exception):
    """An event lies before the last one of the history that is there, and is not part of it."""

    def __init__(self, step: Step, until: int) -> None:
        super().__init__(step, until)
        self.step = step
        self.until = until


def replay(
    stays: Sequence[Stay],
    steps: Sequence[Step],
    first: Place,
    held: Held,
    created: int | None,
    tally: Tally,
    took: list[int] | None = None,
) -> list[Stay]:
    """Carry a history on.

    - A stage event on an open deal ends its stay and begins another; in the same stage it is passed over.
    - A stage event on a closed deal reopens it. The gap belongs to no stage (METRICS 4).
    - A win or loss ends the stay. A second one with the same outcome is passed over. One with the other
      outcome means that the deal was reopened and closed again: it gets an assumed stay of no length in the
      stage it was closed from.
    - A history that begins with a win or loss has an assumed stay in the first stage, since the creation of
      the deal where that is known.

    :param stays: what is there already.
    :param steps: in order, none before the last of the stays.
    :param first: the first stage of the pipeline.
    :param created: when the deal was created, if that is known from elsewhere.
    :param took: gets the places of the events that were not passed over.
    """
    new = list(stays)
    for number, step in enumerate(steps):
        last = new[-1] if new else None
        open_now = last is not None and last.left_at is None
        if step.stage_id is not None:
            place = Place(first.pipeline_id, step.stage_id)
            if last is not None and open_now:
                if place == (last.pipeline_id, last.stage_id):
                    tally.same_stage += 1
                    continue
                new[-1] = last.left(step.at, VisitExit.MOVED, held)
            new.append(stay_in(place, step.at, held, by=step.by, assumed=False))
            if took is not None:
                took.append(number)
            continue
        assert step.exit is not None
        if last is None:
            tally.no_stage += 1
            begun = step.at if created is None else min(created, step.at)
            new.append(stay_in(first, begun, held, assumed=True))
        elif not open_now:
            if last.exit is step.exit:
                tally.same_outcome += 1
                continue
            tally.other_outcome += 1
            place = Place(last.pipeline_id, last.stage_id)
            new.append(stay_in(place, step.at, held, by=step.by, assumed=True))
        new[-1] = new[-1].left(step.at, step.exit, held, step.reason_id)
        if took is not None:
            took.append(number)
    return new


def merge(
    stays: Sequence[Stay], steps: Sequence[Step], first: Place, held: Held, created: int | None, tally: Tally
) -> list[Stay]:
    """Join a file's history with the visits that are there.

    Visits that are only assumed give way. Events that are there already change nothing, later ones are added
    at the end.

    :param stays: the visits that are there, at least one.
    :param steps: the file's events in order, at least one.
    :param created: when the deal was created, if that is known.
    :raises TooEarly: for an event before the last known one that is not part of the known history.
    """
    if all(stay.assumed for stay in stays):
        return replay((), steps, first, held, created, tally)
    took: list[int] = []
    alone = Tally()
    replay((), steps, first, held, created, alone, took)
    file = [_event(steps[number]) for number in took]
    known = _events(stays)
    if file[: len(known)] == known:
        # The file tells the story from its beginning: what follows the known part is new.
        tally.add(alone)
        return replay(stays, steps[took[len(known) - 1] + 1 :], first, held, None, Tally())
    if known[: len(file)] == file:
        tally.add(alone)
        return list(stays)
    return _merge_part(stays, steps, first, held, created, tally)


def _merge_part(
    stays: Sequence[Stay], steps: Sequence[Step], first: Place, held: Held, created: int | None, tally: Tally
) -> list[Stay]:
    """Join events with a history whose beginning they do not tell, or with moves made by hand.

    An event of the same instant and stage as a known one is that one.
    """
    known = Counter(_events(stays))
    until = _end(stays[-1])
    real = next(at for at, stay in enumerate(stays) if not stay.assumed)
    begun = stays[real].entered_at
    before: list[Step] = []
    after: list[Step] = []
    for step in steps:
        if known[_event(step)]:
            known[_event(step)] -= 1
        elif step.at >= until:
            after.append(step)
        elif real and step.at <= begun:
            before.append(step)
        elif _says_nothing_new(step, stays):
            tally.same_stage += step.exit is None
            tally.same_outcome += step.exit is not None
        else:
            raise TooEarly(step, until)
    kept = list(stays)
    if before:
        head = replay((), before, first, held, created, tally)
        if head[-1].left_at is None:
            head[-1] = head[-1].left(begun, VisitExit.MOVED, held)
        kept = [*head, *stays[real:]]
    return replay(kept, after, first, held, None, tally)


def _end(stay: Stay) -> int:
    """The instant of the last event of a stay."""
    return stay.entered_at if stay.left_at is None else stay.left_at


def _event(step: Step) -> Event:
    """What happened, whoever did it."""
    return step.at, step.stage_id, step.exit


def _events(stays: Iterable[Stay]) -> list[Event]:
    """The events that visits stand for; how an assumed one began is none."""
    events: list[Event] = []
    for stay in stays:
        if not stay.assumed:
            events.append((stay.entered_at, stay.stage_id, None))
        if stay.exit in _OUTCOMES and stay.left_at is not None:
            events.append((stay.left_at, None, stay.exit))
    return events


def _says_nothing_new(step: Step, stays: Sequence[Stay]) -> bool:
    """Whether an event repeats what was so at its instant."""
    at = max((place for place, stay in enumerate(stays) if stay.entered_at <= step.at), default=None)
    if at is None:
        return False
    stay = stays[at]
    gone = stay.left_at is not None and stay.left_at < step.at
    if step.exit is None:
        return not gone and stay.stage_id == step.stage_id
    return gone and stay.exit is step.exit


def with_hand(steps: list[Step], last: Stay) -> list[Step]:
    """The events, and after them the closing that somebody recorded by hand."""
    if last.left_at is None or last.exit is VisitExit.MOVED or any(step.at > last.left_at for step in steps):
        return steps
    closing = Step(last.left_at, None, last.exit, "", last.loss_reason_id, 0)
    return [*steps, closing]
