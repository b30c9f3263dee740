"""Random sales teams with random histories of deals, for property tests.

A :class:`World` is plain data. :func:`write` puts it into a database, :func:`facts` gives its deals as facts
in memory, and :mod:`tests.support.oracle` says what the reports must show of it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import PipelineFact, StageFact, VisitFact
from funnel_tui.domain.money import RATE_SCALE, Rates
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.domain.status import VisitExit
from funnel_tui.metrics.projection import standing, visits_at
from funnel_tui.models import (
    ExchangeRate,
    Interaction,
    InteractionKind,
    LossReason,
    Pipeline,
    Rep,
    Setting,
    Source,
    Stage,
    Task,
    Team,
)
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.standing import read_pricing
from funnel_tui.services.workspace import Workspace

DAY = 86_400
FIRST_DAY = date(2025, 11, 20)
LAST_DAY = date(2026, 5, 10)
NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())
ZONES = ("UTC", "Europe/Oslo", "America/New_York")
TEAMS = ((1, "North", None), (2, "Oslo", 1), (3, "South", None))
"""Teams as (number, name, parent)."""
REPS = ((1, "Anna", 1), (2, "bjørn", 2), (3, "Chen", 3), (4, "Dora", None))
"""Reps as (number, name, team)."""
SOURCES = {1: "Fair", 2: "Web"}
REASONS = {1: "no need", 2: "price", 3: "Competitor"}
CURRENCIES = ("EUR", "USD", "JPY", "CHF")
"""EUR is the base; there is never a rate for CHF, and for the others only from some day on."""


@dataclass(frozen=True)
class Stay:
    """One visit to a stage; ``exit`` is moved, won or lost, or None while it lasts."""

    pipeline: int
    stage: int
    entered: int
    left: int | None = None
    exit: str | None = None
    reason: int | None = None


@dataclass(frozen=True)
class Values:
    """What is written about a deal, from an instant on."""

    owner: int
    amount: int | None
    currency: str | None
    probability: int | None
    source: int | None


@dataclass(frozen=True)
class Chore:
    """A task of a deal."""

    title: str
    created: int
    due_day: int | None
    done: int | None


@dataclass(frozen=True)
class Story:
    """A deal with everything that ever happened to it.

    :param values: (from when on, values); the first item is its creation.
    :param calls: done interactions.
    """

    title: str
    stays: tuple[Stay, ...]
    values: tuple[tuple[int, Values], ...]
    calls: tuple[int, ...] = ()
    tasks: tuple[Chore, ...] = ()

    @property
    def created(self) -> int:
        """When it was created."""
        return self.values[0][0]

    def values_at(self, instant: int) -> Values:
        """What was written about it at an instant; an edit at that very instant has happened."""
        return [values for since, values in self.values if since <= instant][-1]

    def instants(self) -> list[int]:
        """Every instant at which something happened to it."""
        ends = [stay.left for stay in self.stays if stay.left is not None]
        return [*(stay.entered for stay in self.stays), *ends, *(since for since, _ in self.values)]


@dataclass(frozen=True)
class World:
    """A team, its pipelines and its deals.

    :param rates: (base, quote, day number, rate × 10^12).
    """

    zone: str
    pipelines: tuple[PipelineFact, ...]
    rates: tuple[tuple[str, str, int, int], ...]
    stories: tuple[Story, ...]
    stuck_factor: int = 2
    small_n: int = 3
    extra: dict[str, str] = field(default_factory=dict)

    def with_stories(self, stories: tuple[Story, ...]) -> World:
        """The same team with other deals."""
        return replace(self, stories=stories)

    def instants(self) -> list[int]:
        """Every instant at which something happened."""
        return sorted({instant for story in self.stories for instant in story.instants()})


def _pipelines(rng: random.Random) -> tuple[PipelineFact, ...]:
    """Three pipelines that share names of stages; the last one is not in use."""
    number = 0
    found = []
    for index, name in enumerate(("Sales", "Renewals", "Old"), 1):
        length = rng.randint(1, 5)
        retired = [rng.random() < 0.25 for _ in range(length)]
        if all(retired):
            retired[rng.randrange(length)] = False
        stages = []
        for position in range(1, length + 1):
            number += 1
            stages.append(
                StageFact(
                    *(number, f"S{position}", position, rng.choice((0, 1000, 3333, 10_000))),
                    stuck_days=rng.choice((None, 0, 7, 30)),
                    retired=retired[position - 1],
                )
            )
        found.append(PipelineFact(index, name, tuple(stages), in_use=name != "Old"))
    return tuple(found)


def _rates(rng: random.Random) -> tuple[tuple[str, str, int, int], ...]:
    first = day_number(FIRST_DAY)
    found = {}
    for currency, level in (("USD", 0.9), ("JPY", 0.006)):
        for _ in range(rng.randint(0, 4)):
            day = first + rng.randint(-5, 150)
            worth = int(level * rng.uniform(0.8, 1.2) * RATE_SCALE)
            if rng.random() < 0.3:
                found["EUR", currency, day] = RATE_SCALE * RATE_SCALE // worth
            else:
                found[currency, "EUR", day] = worth
    return tuple((*key, rate) for key, rate in found.items())


def _instant(rng: random.Random, zone: ZoneInfo) -> int:
    """Some instant; often the very start of a day or month, where periods begin and end."""
    day = FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days))
    kind = rng.random()
    if kind < 0.15:
        day = day.replace(day=1)
    start = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
    return start if kind < 0.4 else start - 1 if kind < 0.5 else start + rng.randrange(DAY)


def _values(rng: random.Random, before: Values | None = None) -> Values:
    amount = rng.choice((None, 0, rng.randrange(1, 100), rng.randrange(10**6), 10**15, 50_000, 50_000))
    new = Values(
        owner=rng.randint(1, len(REPS)),
        amount=amount,
        currency=None if amount is None else rng.choices(CURRENCIES, (6, 3, 2, 1))[0],
        probability=rng.choice((None, None, 0, 6000, 10_000)),
        source=rng.choice((None, *SOURCES)),
    )
    if before is None or rng.random() < 0.3:
        return new
    name = rng.choice(("owner", "amount", "probability", "source"))
    if name == "amount":
        return replace(before, amount=new.amount, currency=new.currency)
    return replace(before, **{name: getattr(new, name)})


def _stays(rng: random.Random, world: World, zone: ZoneInfo) -> tuple[Stay, ...]:
    pipeline = rng.choices(world.pipelines, (6, 4, 1))[0]
    at = _instant(rng, zone)
    found: list[Stay] = []
    stage = pipeline.stages[0] if rng.random() < 0.7 else rng.choice(pipeline.stages)
    for _ in range(rng.randint(1, 8)):
        stay = Stay(pipeline.id, stage.id, at)
        found.append(stay)
        way_out = rng.choices(("moved", "won", "lost", None), (12, 3, 4, 2))[0]
        at = _later(rng, zone, at)
        if way_out is None:
            break
        reason = rng.randint(1, len(REASONS)) if way_out == "lost" else None
        found[-1] = replace(stay, left=at, exit=way_out, reason=reason)
        if way_out != "moved":
            if rng.random() < 0.6:
                break
            at = _later(rng, zone, at)
        if rng.random() < 0.07:
            pipeline = rng.choice(world.pipelines)
        others = [one for one in pipeline.stages if one.id != stage.id] or list(pipeline.stages)
        onward = [one for one in others if one.position == stage.position + 1]
        stage = onward[0] if onward and rng.random() < 0.5 else rng.choice(others)
    if found[-1].exit == "moved":
        found[-1] = replace(found[-1], left=None, exit=None, reason=None)
    return tuple(found)


def _later(rng: random.Random, zone: ZoneInfo, at: int) -> int:
    way = rng.random()
    if way < 0.15:
        return at
    if way < 0.3:
        return max(at, _instant(rng, zone))
    return at + rng.choice((1, DAY, 7 * DAY, 30 * DAY, rng.randrange(40 * DAY)))


def story(rng: random.Random, world: World, title: str) -> Story:
    """One deal: skips, returns, closings, reopenings, now and then another pipeline, and edits meanwhile."""
    zone = ZoneInfo(world.zone)
    stays = _stays(rng, world, zone)
    values = [(stays[0].entered, _values(rng))]
    instants = [stay.entered for stay in stays] + [stay.left for stay in stays if stay.left is not None]
    for at in sorted(
        rng.choice((rng.choice(instants), max(stays[0].entered, _instant(rng, zone))))
        for _ in range(rng.choice((0, 0, 1, 2, 3)))
    ):
        values.append((at, _values(rng, values[-1][1])))
    tasks = tuple(
        Chore(f"Task {number}", stays[0].entered, rng.choice((None, 20_500, 20_501)), done)
        for number, done in enumerate(rng.choices((None, _instant(rng, zone)), k=rng.choice((0, 0, 1, 3))))
    )
    calls = tuple(_instant(rng, zone) for _ in range(rng.choice((0, 0, 1, 2))))
    return Story(title, stays, tuple(values), calls, tasks)


def rich(examples: int) -> settings:
    """Settings for tests that take a whole team: few examples, each of them rich.

    Failing ones are not made smaller: an example is a row of seeds, and trying others would take minutes.
    """
    return settings(
        max_examples=examples,
        phases=[phase for phase in Phase if phase is not Phase.shrink],
        suppress_health_check=[*HealthCheck],
    )


@st.composite
def worlds(draw: st.DrawFn, *, deals: int = 30) -> World:
    """A team with up to so many deals."""
    rng = random.Random(draw(st.integers(0, 2**32 - 1), label="team"))
    world = World(rng.choice(ZONES), _pipelines(rng), _rates(rng), (), stuck_factor=rng.randint(1, 3))
    seeds = draw(st.lists(st.integers(0, 2**32 - 1), min_size=deals // 2, max_size=deals), label="deals")
    return world.with_stories(
        tuple(story(random.Random(seed), world, f"Deal {number}") for number, seed in enumerate(seeds, 1))
    )


# In memory


def visit_facts(story: Story) -> list[VisitFact]:
    """The visits of a deal; the owner is who owned it at each event."""
    return [
        VisitFact(
            *(stay.pipeline, stay.stage, stay.entered, stay.left),
            VisitExit(stay.exit) if stay.exit else None,
            story.values_at(stay.entered).owner,
            None if stay.left is None else story.values_at(stay.left).owner,
            stay.reason,
        )
        for stay in story.stays
    ]


def facts(world: World, as_of: int) -> list[DealFact]:
    """The deals as they stood at an instant, made with the projection under test."""
    rates = Rates.build("EUR", world.rates)
    zone = ZoneInfo(world.zone)
    ladders = {pipeline.id: pipeline.ladder for pipeline in world.pipelines}
    found = []
    for number, one in enumerate(world.stories, 1):
        if one.created > as_of:
            continue
        visits = visits_at(visit_facts(one), as_of)
        stands = standing(visits, ladders[visits[-1].pipeline_id])
        values = one.values_at(as_of)
        base = None
        if values.amount is not None and values.currency and stands.closed_at is not None:
            day = day_number(local_day(stands.closed_at, zone))
            base = rates.convert(values.amount, values.currency, day)
        found.append(
            DealFact(
                *(number, stands.pipeline_id, stands.stage_id, stands.status, stands.furthest),
                *(stands.visited_mask, stands.straight, stands.entered_at, one.created),
                *(one.values[0][1].owner, values.owner),
                closed_at=stands.closed_at,
                closed_owner_id=stands.closed_owner_id,
                closed_base=base,
                amount=values.amount,
                currency=values.currency,
                probability_bp=values.probability,
                source_id=values.source,
                loss_reason_id=stands.loss_reason_id,
                stages=tuple(stands.stages),
            )
        )
    return found


# In a database


def write(workspace: Workspace, world: World) -> list[int]:
    """Put a team and its deals into an empty database, with the numbers they have here.

    :returns: the numbers of the deals.
    """
    furnish(workspace, world)
    return add_stories(workspace, world, world.stories)


def furnish(workspace: Workspace, world: World) -> None:
    """Everything but the deals."""
    settings = {"time_zone": world.zone, "base_currency": "EUR", "small_n": world.small_n}
    settings |= {"stuck_factor": world.stuck_factor, **world.extra}
    with workspace.change("furnish") as call:
        for key, value in settings.items():
            call.put(Setting, None, {"key": key, "value": str(value)})
        for number, name, parent in TEAMS:
            assert call.insert(Team, {"name": name, "parent_id": parent}) == number
        for number, name, team in REPS:
            assert call.insert(Rep, {"name": name, "team_id": team}) == number
        for model, names in ((Source, SOURCES), (LossReason, REASONS)):
            for number, name in names.items():
                assert call.insert(model, {"name": name}) == number
        call.insert(InteractionKind, {"name": "call", "step": "calls"})
        for pipeline in world.pipelines:
            values = {"name": pipeline.name, "position": pipeline.id, "in_use": pipeline.in_use}
            assert call.insert(Pipeline, values) == pipeline.id
            for stage in pipeline.stages:
                row = {"pipeline_id": pipeline.id, "name": stage.name, "position": stage.position}
                row |= {"probability_bp": stage.probability_bp, "stuck_days": stage.stuck_days}
                assert call.insert(Stage, {**row, "retired": stage.retired}) == stage.id
        for base, quote, day, rate in world.rates:
            call.put(ExchangeRate, None, {"base": base, "quote": quote, "day": day, "rate_scaled": rate})


def add_stories(workspace: Workspace, world: World, stories: tuple[Story, ...]) -> list[int]:
    """Write deals in bulk.

    :returns: their numbers.
    """
    with workspace.read() as reader:
        ladders = {pipeline.id: pipeline.ladder for pipeline in read_pipelines(reader)}
        pricing = read_pricing(reader)
    numbers = []
    with workspace.change("import") as call, BulkWriter(call, ladders, pricing) as bulk:
        calls = bulk.stream(
            Interaction, ("deal_id", "owner_id", "kind_id", "direction", "at", "planned", "version")
        )
        tasks = bulk.stream(
            Task, ("deal_id", "owner_id", "kind", "title", "created_at", "due_day", "done_at", "version")
        )
        for one in stories:
            number = bulk.add(*rows_of(one))
            numbers.append(number)
            for at in one.calls:
                calls.add(number, 1, 1, "out", at, 0, 1)
            for chore in one.tasks:
                tasks.add(number, 1, "call", chore.title, chore.created, chore.due_day, chore.done, 1)
    return numbers


def rows_of(story: Story) -> tuple[dict[str, object], list[dict[str, object]], list[dict[str, object]]]:
    """A deal as the bulk writer takes it: its own columns, its visits, its former values."""
    last = story.values[-1][1]
    deal = {"title": story.title, "created_at": story.created, **_columns(last)}
    visits: list[dict[str, object]] = []
    for fact, stay in zip(visit_facts(story), story.stays, strict=True):
        then = story.values_at(stay.entered)
        visits.append(
            {
                **{"pipeline_id": stay.pipeline, "stage_id": stay.stage, "entered_at": stay.entered},
                **{"left_at": stay.left, "exit": stay.exit, "owner_id": fact.owner_id},
                **{"exit_owner_id": fact.exit_owner_id, "loss_reason_id": stay.reason},
                **{"amount_minor": then.amount, "currency": then.currency, "moved_by": "tester"},
            }
        )
    past: list[dict[str, object]] = [
        {"until_at": until, **_columns(before)}
        for (_, before), (until, _) in zip(story.values, story.values[1:], strict=False)
    ]
    return deal, visits, past


def _columns(values: Values) -> dict[str, object]:
    return {
        **{"owner_id": values.owner, "amount_minor": values.amount, "currency": values.currency},
        **{"probability_bp": values.probability, "source_id": values.source},
    }
