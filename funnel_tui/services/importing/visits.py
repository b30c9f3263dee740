"""The visits of an imported deal: assumed ones from a deals file, real ones from a history.

**A deals file** says when a deal was created, where it is now and when it was closed, not how it went there.
Its visits are therefore *assumed* and made of nothing but that:

- An open deal has one visit, to its stage, since it was created. The stages before are reached, as for any
  skipped stage (METRICS 2).
- A closed deal has one visit, to the stage the file names, from creation to closing. Where the file names no
  stage it is the first one of the pipeline: the deal was certainly there, and nothing shows that it came any
  further. A won deal has reached every stage all the same; a lost one counts as lost from the first stage,
  which understates how far it came but invents no progress. (A profile may know better: Maven's deals begin
  with their engagement, so they are closed from "Engaging".)
- Without a date of creation, a closed deal is taken to be created when it was closed and an open one when it
  was imported: that is the first moment at which the deal is known to exist. An earlier guess would put it
  into months it may not belong to.
- What a later import of the same deal says differently is a move, a closing or a reopening after what is
  known already. A move or reopening happened at the instant of that import, a closing on the day of the file.

**A history** gives each visit; see :func:`replay`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from funnel_tui.domain.status import DealStatus, VisitExit

_OUTCOMES = (VisitExit.WON, VisitExit.LOST)
EXIT_OF = {DealStatus.WON: VisitExit.WON, DealStatus.LOST: VisitExit.LOST}


class Holding(NamedTuple):
    """Whose a deal was at some instant, and how much it was worth."""

    owner_id: int
    amount_minor: int | None
    currency: str | None


Held = Callable[[int], Holding]
"""Gives the owner and amount of a deal at an instant."""


class Stay(NamedTuple):
    """A row of ``stage_visit`` without its numbers."""

    pipeline_id: int
    stage_id: int
    entered_at: int
    left_at: int | None
    exit: VisitExit | None
    moved_by: str
    owner_id: int
    exit_owner_id: int | None
    amount_minor: int | None
    currency: str | None
    loss_reason_id: int | None
    loss_note: str | None
    assumed: bool

    def left(self, at: int, way_out: VisitExit, held: Held, reason_id: int | None = None) -> Stay:
        """The same stay, ended."""
        return self._replace(
            left_at=at, exit=way_out, exit_owner_id=held(at).owner_id, loss_reason_id=reason_id
        )

    def held_by(self, held: Held) -> Stay:
        """The same stay with the owner and amount the deal had then."""
        owner, amount, currency = held(self.entered_at)
        return self._replace(
            owner_id=owner,
            amount_minor=amount,
            currency=currency,
            exit_owner_id=None if self.left_at is None else held(self.left_at).owner_id,
        )


class Place(NamedTuple):
    """A stage of a pipeline."""

    pipeline_id: int
    stage_id: int


def stay_in(place: Place, at: int, held: Held, *, by: str = "", assumed: bool) -> Stay:
    """A stay that begins."""
    owner, amount, currency = held(at)
    return Stay(*place, at, None, None, by, owner, None, amount, currency, None, None, assumed)


class Said(NamedTuple):
    """What a row of a deals file says about where the deal stands.

    :param stage_id: None for a closed deal whose stage is not named.
    :param closes_from: the stage to take then, if the deal is not in the pipeline yet.
    :param loss_reason_id: for a lost deal.
    """

    pipeline_id: int
    stage_id: int | None
    closes_from: int
    status: DealStatus
    created: int | None
    closed: int | None
    loss_reason_id: int | None


def assume(said: Said, created: int, held: Held) -> list[Stay]:
    """The one visit of a deal that was not known before.

    :param created: when it came into being, known or taken (see the top of this module).
    """
    stage = said.closes_from if said.stage_id is None else said.stage_id
    stay = stay_in(Place(said.pipeline_id, stage), created, held, assumed=True)
    if said.closed is not None:
        stay = stay.left(said.closed, EXIT_OF[said.status], held, said.loss_reason_id)
    return [stay]


def revise(stays: Sequence[Stay], said: Said, now: int, held: Held) -> list[Stay]:
    """The assumed visits of a known deal after another import of it.

    :param stays: its visits so far, all of them assumed.
    :param now: the instant of the import.
    """
    new = list(stays) if said.created is None else _created(stays, said.created)
    last = new[-1]
    stage = said.stage_id
    if stage is None:
        stage = last.stage_id if last.pipeline_id == said.pipeline_id else said.closes_from
    place = Place(said.pipeline_id, stage)
    stayed = place == (last.pipeline_id, last.stage_id)
    if said.closed is None:
        if last.left_at is None and stayed:
            return new
        when = max(now, last.entered_at if last.left_at is None else last.left_at)
        if last.left_at is None:
            new[-1] = last.left(when, VisitExit.MOVED, held)
        return [*new, stay_in(place, when, held, assumed=True)]
    new = _before(new, said.closed)
    if last.left_at is None and not stayed:
        new[-1] = new[-1].left(said.closed, VisitExit.MOVED, held)
        new.append(stay_in(place, said.closed, held, assumed=True))
    reason = said.loss_reason_id if said.status is DealStatus.LOST else None
    ended = new[-1]._replace(pipeline_id=place.pipeline_id, stage_id=place.stage_id)
    new[-1] = ended.left(said.closed, EXIT_OF[said.status], held, reason)
    return new


def _created(stays: Sequence[Stay], created: int) -> list[Stay]:
    """The stays with another instant of creation; none begins or ends before it."""
    new = [
        stay._replace(
            entered_at=max(stay.entered_at, created),
            left_at=None if stay.left_at is None else max(stay.left_at, created),
        )
        for stay in stays
    ]
    new[0] = new[0]._replace(entered_at=created)
    return new


def _before(stays: Sequence[Stay], closed: int) -> list[Stay]:
    """The stays when the deal was closed earlier than some of them were taken to begin."""
    return [
        stay._replace(
            entered_at=min(stay.entered_at, closed),
            left_at=None if stay.left_at is None else min(stay.left_at, closed),
        )
        for stay in stays
    ]


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
    stays: Sequence[Stay], steps: Sequence[Step], first: Place, held: Held, created: int, tally: Tally
) -> list[Stay]:
    """Join a file's history with the visits that are there.

    Visits that are only assumed give way. Events that are there already change nothing, later ones are added
    at the end.

    :param stays: the visits that are there, at least one.
    :param steps: the file's events in order, at least one.
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
    stays: Sequence[Stay], steps: Sequence[Step], first: Place, held: Held, created: int, tally: Tally
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
