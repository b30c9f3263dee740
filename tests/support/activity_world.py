"""Random interactions and targets for the deals of a random team."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import insert, text

from funnel_tui.models import ActivityTarget, Interaction, InteractionKind
from funnel_tui.services.activity_days import rebuild_days
from funnel_tui.services.workspace import Workspace
from tests.support.histories import DAY, FIRST_DAY, NOW, REPS, World, worlds, write

KINDS = {1: ("call", "calls"), 2: ("Meeting", "meetings"), 3: ("Proposal", "proposals"),
         4: ("Payment", "paid"), 5: ("Note", "none"), 6: ("Cold call", "calls")}  # fmt: skip
OUTCOMES = (None, "", "no answer", "Conversation", "connected", "HELD", "rÉply", "voicemail")
TALKS = {"Conversation", "connected", "HELD"}


@dataclass(frozen=True)
class Event:
    """One interaction; ``deal`` is the number of a deal or None."""

    number: int
    deal: int | None
    owner: int
    kind: int
    direction: str
    outcome: str | None
    at: int
    planned: bool


@dataclass(frozen=True)
class Aim:
    """One revision of a target; without a rep it is for everybody."""

    rep: int | None
    kind: int
    month: date
    target: int | None
    at: int


@dataclass(frozen=True)
class Busy:
    """A team with what it did.

    :param qualified: the qualified position by pipeline, or None.
    """

    world: World
    events: tuple[Event, ...]
    aims: tuple[Aim, ...]
    qualified: dict[int, int | None]

    def before(self, at: int) -> Busy:
        """The same without what was done, planned or set for after an instant."""
        return replace(
            self,
            events=tuple(event for event in self.events if event.at <= at),
            aims=tuple(aim for aim in self.aims if aim.at <= at),
        )


def _event(rng: random.Random, world: World, number: int) -> Event:
    zone = ZoneInfo(world.zone)
    deal = rng.choice((None, *range(1, len(world.stories) + 1), *range(1, len(world.stories) + 1)))
    day = FIRST_DAY + timedelta(days=rng.randrange(200))
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
    at = rng.choice((midnight, midnight - 1, midnight + rng.randrange(DAY), NOW - 1, NOW, NOW + 3600))
    if deal is not None and rng.random() < 0.7:
        story = world.stories[deal - 1]
        stay = rng.choice(story.stays)
        last = NOW if stay.left is None else stay.left
        at = rng.choice((stay.entered, last, rng.randint(stay.entered, max(stay.entered, last))))
    return Event(
        number=number,
        deal=deal,
        owner=rng.randint(1, len(REPS)),
        kind=rng.choice((1, 1, 1, 2, 2, 3, 4, 5, 6)),
        direction=rng.choice(("out", "out", "out", "in")),
        outcome=rng.choice(OUTCOMES),
        at=at,
        planned=rng.random() < 0.15,
    )


def _aim(rng: random.Random) -> Aim:
    return Aim(
        rep=rng.choice((None, 1, 2, 3)),
        kind=rng.choice((1, 2, 6)),
        month=date(2026, rng.randint(1, 6), 1),
        target=rng.choice((None, 0, 10, 31, 100)),
        at=NOW - rng.randrange(150 * DAY),
    )


@st.composite
def busy(draw: st.DrawFn) -> Busy:
    """A team with deals, interactions and targets."""
    world = draw(worlds())
    world = world.with_stories(tuple(replace(story, calls=()) for story in world.stories))
    rng = random.Random(draw(st.integers(0, 2**32 - 1), label="interactions"))
    events = tuple(_event(rng, world, number) for number in range(1, rng.choice((2, 60, 250))))
    aims = tuple(sorted((_aim(rng) for _ in range(rng.choice((0, 6)))), key=lambda aim: aim.at))
    qualified = {one.id: rng.choice((None, 1, 2, 3)) for one in world.pipelines}
    return Busy(world, events, aims, qualified)


def write_busy(workspace: Workspace, team: Busy) -> None:
    """Put everything into an empty database."""
    write(workspace, team.world)
    write_activity(workspace, team)


def write_activity(workspace: Workspace, team: Busy) -> None:
    """The interactions, with their sums per day, and targets of a team whose deals are there."""
    with workspace.change("activity") as call:
        call.alone()
        for number, (name, step) in KINDS.items():
            if number > 1:
                assert (
                    call.insert(InteractionKind, {"name": name, "step": step, "position": number}) == number
                )
        for pipeline, position in team.qualified.items():
            statement = text("UPDATE pipeline SET qualified_position = :position WHERE id = :id")
            call.connection.execute(statement, {"position": position, "id": pipeline})
        if team.events:
            call.connection.execute(insert(Interaction), [_row(event) for event in team.events])
        if team.aims:
            call.connection.execute(insert(ActivityTarget), [_target(aim) for aim in team.aims])
        rebuild_days(call.connection)


def _row(event: Event) -> dict[str, Any]:
    return {
        **{"id": event.number, "deal_id": event.deal, "owner_id": event.owner, "kind_id": event.kind},
        **{"direction": event.direction, "outcome": event.outcome, "at": event.at},
        **{"planned": event.planned, "version": 1},
    }


def _target(aim: Aim) -> dict[str, Any]:
    month = (aim.month - date(1970, 1, 1)).days
    return {
        **{"rep_id": aim.rep, "kind_id": aim.kind, "month": month, "target": aim.target},
        **{"at": aim.at, "by": ""},
    }
