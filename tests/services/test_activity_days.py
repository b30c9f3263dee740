"""The sums of interactions per day: whatever is done, they are those of a count from the beginning."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from funnel_tui.db import Database, Target
from funnel_tui.demo import build_demo
from funnel_tui.domain.interactions import CONVERSATIONS, is_conversation
from funnel_tui.domain.period import day_number, day_of, start_of
from funnel_tui.errors import FunnelError
from funnel_tui.models import Interaction
from funnel_tui.services import doctor
from funnel_tui.services.activity_days import day_at, even_runs, recount_changed
from funnel_tui.services.bulk import RowStream
from funnel_tui.services.history import redo, undo
from funnel_tui.services.interaction_links import deal_from_interaction, link_to_deal
from funnel_tui.services.interaction_writing import follow_changed
from funnel_tui.services.interactions import (
    delete_interaction,
    edit_interaction,
    finish_planned,
    log_interaction,
)
from funnel_tui.services.settings import set_setting
from funnel_tui.services.tasks import create_task, finish_task
from funnel_tui.services.workspace import Workspace
from tests.services.interacting import Customers, counted_days, kept_days, touched
from tests.services.world import DAY, START, World

ZONES = ("UTC", "Europe/Oslo", "America/St_Johns", "Pacific/Auckland")
OUTCOMES = (None, "Conversation", "voicemail", "HELD", "converſation", "reply ", "no answer")
ACTIONS = (
    *("log", "log", "log", "plan", "edit", "edit", "delete", "finish", "task", "link", "deal", "zone"),
    *("undo", "undo", "redo"),
)
HALVES = (5 * 3600, DAY // 2, DAY)


class Player:
    """Carries out steps; what is refused is fine."""

    def __init__(self, world: World, customers: Customers) -> None:
        self.world, self.workspace, self.customers = world, world.workspace, customers

    def play(self, step: tuple[str, int, int, int]) -> None:
        """One step."""
        name, *numbers = step
        self.world.clock.now += HALVES[numbers[2] % 3]
        with contextlib.suppress(FunnelError):
            getattr(self, name)(*numbers)

    def pick(self, table: str, number: int) -> tuple[int, int]:
        """Number and version of a row."""
        rows = self.world.rows(f"SELECT id, version FROM {table} ORDER BY id")
        if not rows:
            raise FunnelError("nothing there")
        return rows[number % len(rows)][0], rows[number % len(rows)][1]

    def log(self, a: int, b: int, c: int) -> None:
        """Something that took place."""
        log_interaction(
            self.workspace,
            kind=("call", "email", "meeting")[a % 3],
            owner_id=self.world.reps[b % 2],
            deal_id=self.customers.deal if c else None,
            organisation_id=None if c else self.customers.fjordline,
            outcome=OUTCOMES[(a + b) % len(OUTCOMES)],
            direction="out" if b % 3 else "in",
            at=self.world.clock.now - c * 7 * 3600,
        )

    def plan(self, a: int, b: int, c: int) -> None:
        """Something to come."""
        log_interaction(
            self.workspace,
            kind="meeting",
            owner_id=self.world.reps[a % 2],
            person_id=self.customers.kari,
            at=self.world.clock.now + (b - 3) * DAY // 2,
            planned=True,
        )

    def edit(self, a: int, b: int, c: int) -> None:
        """Any field of anything."""
        changes = (
            {"at": self.world.clock.now - b * DAY},
            {"owner_id": self.world.reps[b % 2], "outcome": OUTCOMES[c]},
            {"kind": ("note", "call")[b % 2]},
            {"planned": bool(b % 2)},
            {"deal_id": self.customers.deal},
            {"direction": ("in", "out")[b % 2], "deal_id": None, "organisation_id": self.customers.fjordline},
        )[c % 6]
        number, version = self.pick("interaction", a)
        edit_interaction(self.workspace, interaction_id=number, version=version, changes=changes)

    def delete(self, a: int, b: int, c: int) -> None:
        """Any of them."""
        delete_interaction(self.workspace, interaction_id=self.pick("interaction", a)[0])

    def finish(self, a: int, b: int, c: int) -> None:
        """Any that is planned."""
        finish_planned(self.workspace, interaction_id=self.pick("interaction", a)[0], outcome="held")

    def task(self, a: int, b: int, c: int) -> None:
        """A task that becomes one."""
        task = create_task(self.workspace, owner_id=self.world.reps[a % 2], kind="call", deal_id=None)
        finish_task(self.workspace, task_id=task, outcome=OUTCOMES[b % 3])

    def link(self, a: int, b: int, c: int) -> None:
        """Two of them to a deal."""
        numbers = [self.pick("interaction", a)[0], self.pick("interaction", b)[0]]
        link_to_deal(self.workspace, interaction_ids=numbers, deal_id=self.pick("deal", c)[0])

    def deal(self, a: int, b: int, c: int) -> None:
        """A deal out of one."""
        number = self.pick("interaction", a)[0]
        deal_from_interaction(
            self.workspace, interaction_id=number, title="New", pipeline_id=self.world.pipeline
        )

    def zone(self, a: int, b: int, c: int) -> None:
        """Another time zone."""
        set_setting(self.workspace, name="time_zone", value=ZONES[a % len(ZONES)])

    def undo(self, a: int, b: int, c: int) -> None:
        """The last change."""
        undo(self.workspace)

    def redo(self, a: int, b: int, c: int) -> None:
        """The last undo."""
        redo(self.workspace)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def player(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """One database for all examples: what is tested holds whatever was before."""
    if request.param == "sqlite":
        world = World.make(str(tmp_path_factory.mktemp("days") / "funnel.db"))
        yield Player(world, Customers.make(world))
        world.workspace.database.close()
        return
    cluster = request.getfixturevalue("pg_cluster")
    name = cluster.take_database()
    world = World.make(cluster.url(name))
    yield Player(world, Customers.make(world))
    world.workspace.database.close()
    cluster.give_back(name)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9), st.integers(0, 9), st.integers(0, 5)),
        min_size=3,
        max_size=14,
    )
)
@example([("log", 0, 1, 1), ("zone", 2, 0, 0), ("undo", 0, 0, 0), ("edit", 0, 3, 0), ("delete", 0, 0, 0)])
@example([("plan", 0, 9, 1), ("finish", 0, 0, 0), ("undo", 0, 0, 0), ("redo", 0, 0, 0), ("deal", 0, 0, 0)])
def test_the_sums_are_those_of_a_recount(player: Player, steps: list[tuple[str, int, int, int]]) -> None:
    for step in steps:
        player.play(step)
        assert kept_days(player.world) == counted_days(player.world), step
    touched(player.world)
    assert player.world.errors() == []


words = st.one_of(
    st.sampled_from(sorted(CONVERSATIONS)).flatmap(
        lambda word: st.lists(st.booleans(), min_size=len(word), max_size=len(word)).map(
            lambda ups: "".join(mark.upper() if up else mark for mark, up in zip(word, ups, strict=True))
        )
    ),
    st.sampled_from(("CONVERSATİON", "converſation", "ANSWERED", "Answered ", "İ", "ﬅ", "replÿ", "K")),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(words, min_size=1, max_size=8))
def test_databases_count_conversations_as_python_does(player: Player, outcomes: list[str]) -> None:
    world = player.world
    with world.workspace.change("rows") as call:
        call.alone()
        stream = RowStream(
            call, Interaction, ("owner_id", "kind_id", "at", "planned", "outcome", "direction", "version")
        )
        call.reader.rows("SELECT 1")
        kind = call.reader.rows("SELECT min(id) FROM interaction_kind")[0][0] or _first_kind(player)
        for outcome in outcomes:
            stream.add(world.reps[0], kind, START - 900 * DAY, 0, outcome, "out", 1)
        stream.finish()
        follow_changed(call.connection, call.flush())
    kept = kept_days(world)
    day = START // DAY - 900
    found = [counts for key, counts in kept.items() if abs(key[0] - day) <= 1]
    assert [sum(counts[index] for counts in found) for index in (0, 2, 3)] == (
        [len(outcomes), len(outcomes), sum(map(is_conversation, outcomes))]
    )
    assert kept == counted_days(world)
    undo(world.workspace)
    assert kept_days(world) == counted_days(world)


def _first_kind(player: Player) -> int:
    player.log(0, 0, 0)
    return int(player.world.rows("SELECT min(id) FROM interaction_kind")[0][0])


@pytest.mark.parametrize("zone", [*ZONES, "Pacific/Apia", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo"])
def test_runs_of_days_are_the_days_of_the_calendar(zone: str) -> None:
    place = ZoneInfo(zone)
    first, after = 14_500, 18_500  # 2009 to 2020
    expected = {day: start_of(day_of(day), place) for day in range(first, after + 1)}
    found: dict[int, int] = {}
    last_end = expected[first]
    for day, start, end, length in even_runs(first, after, place):
        assert (start, (end - start) % length) == (last_end, 0)
        found.update((day + number, start + number * length) for number in range((end - start) // length))
        last_end = end
    assert last_end == expected[after]
    # A day that was left out of the calendar is in no run.
    gone = {day for day in range(first, after) if expected[day + 1] == expected[day]}
    assert found == {day: at for day, at in expected.items() if day not in gone and day != after}
    for at in (at for day, at in found.items() if day % 7 == 0 or (day + 1) in gone):
        assert day_at(at, place) == max(day for day, start in found.items() if start <= at)
        assert day_at(at - 1, place) < day_at(at, place)


def test_a_clock_put_back_over_midnight_keeps_days_apart() -> None:
    # In 2010 Newfoundland put its clocks back at 00:01: for an hour it was the day before again.
    zone = ZoneInfo("America/St_Johns")
    midnight = start_of(day_of(day_number(day_of(14_920))), zone)
    for day in range(14_910, 14_930):
        begin, end = (start_of(day_of(day) + timedelta(days=more), zone) for more in (0, 1))
        assert {day_at(at, zone) for at in range(begin, end, 1800)} == {day}
    assert day_at(midnight, zone) == 14_920


def test_a_new_time_zone_moves_days(world: World) -> None:
    customers = Customers.make(world)
    for hour in (0, 5, 12, 23):
        log_interaction(
            world.workspace,
            kind="call",
            owner_id=world.reps[0],
            deal_id=customers.deal,
            at=START + hour * 3600 + 1,
        )
    assert len(kept_days(world)) == 1
    set_setting(world.workspace, name="time_zone", value="America/New_York")
    assert [key[0] for key in sorted(kept_days(world))] == [START // DAY - 1, START // DAY]
    assert kept_days(world) == counted_days(world)
    undo(world.workspace)
    assert len(kept_days(world)) == 1
    redo(world.workspace)
    assert kept_days(world) == counted_days(world)
    assert world.errors() == []


def test_the_doctor_finds_and_mends_wrong_sums(world: World) -> None:
    customers = Customers.make(world)
    log_interaction(world.workspace, kind="call", owner_id=world.reps[0], deal_id=customers.deal)
    good = kept_days(world)
    with world.workspace.change("damage") as call:
        call.connection.exec_driver_sql("UPDATE activity_day SET done = 7")
        call.connection.exec_driver_sql("UPDATE deal SET touched_at = 1")
        call.connection.exec_driver_sql(
            "INSERT INTO activity_day (day, owner_id, kind_id, done, planned, with_outcome, conversations, "
            "outbound) VALUES (9, 1, 1, 1, 0, 0, 0, 0)"
        )
    messages = [finding.message for finding in world.errors()]
    assert messages == [
        "The sums of 1970-01-10 for rep 1 and kind 1 are not those of the interactions.",
        "The sums of 2026-01-02 for rep 1 and kind 1 are not those of the interactions.",
        "Deal 1 'Fleet': its last done interaction is another one.",
    ]
    doctor.rebuild(world.workspace)
    assert kept_days(world) == good
    assert world.errors() == []
    with world.workspace.change("damage") as call:
        call.connection.exec_driver_sql("DELETE FROM activity_day")
    assert len(world.errors()) == 1
    doctor.rebuild(world.workspace)
    assert kept_days(world) == good


def test_a_stream_of_many_rows_is_counted_and_undone(world: World) -> None:
    # Half an hour off, and its clocks changed twice within the time that is filled.
    set_setting(world.workspace, name="time_zone", value="America/St_Johns")
    customers = Customers.make(world)
    log_interaction(world.workspace, kind="call", owner_id=world.reps[0], deal_id=customers.deal)
    draw = random.Random(4)
    with world.workspace.change("import") as call:
        call.alone()
        columns = ("deal_id", "owner_id", "kind_id", "at", "planned", "outcome", "direction", "version")
        stream = RowStream(call, Interaction, columns)
        for _ in range(500):
            at = START - int(draw.random() * 400 * DAY)
            outcome = draw.choice(OUTCOMES)
            planned = int(draw.random() < 0.1)
            stream.add(
                customers.deal,
                draw.choice(world.reps),
                draw.randint(1, 7),
                at,
                planned,
                outcome,
                draw.choice(("in", "out")),
                1,
            )
        stream.finish()
        follow_changed(call.connection, call.flush())
    assert kept_days(world) == counted_days(world)
    touched(world)
    set_setting(world.workspace, name="time_zone", value="Europe/Oslo")
    assert kept_days(world) == counted_days(world)
    undo(world.workspace)
    assert kept_days(world) == counted_days(world)
    undo(world.workspace)
    assert len(kept_days(world)) == 1
    redo(world.workspace)
    assert kept_days(world) == counted_days(world)
    with world.workspace.change("again") as call:
        call.alone()
        recount_changed(call.connection, 1)
    assert kept_days(world) == counted_days(world)
    assert world.errors() == []


def test_the_demo_is_counted(tmp_path: Path) -> None:
    workspace = Workspace(Database(Target.parse(str(tmp_path / "demo.db"))), clock=lambda: 1_795_262_400)
    build_demo(workspace, deals=40)
    world = World(workspace, None)  # type: ignore[arg-type]
    assert kept_days(world) == counted_days(world)
    assert len(kept_days(world)) > 100
    touched(world)
    assert world.errors() == []
    undo(workspace)
    assert kept_days(world) == {}
    workspace.database.close()


def test_many_log_at_once(db_url: str) -> None:
    """Two counts of the same day at the same time each see what the other wrote."""
    world = World.make(db_url)
    customers = Customers.make(world)
    each, callers = 12, 8
    start = threading.Barrier(callers)

    def work(seed: int) -> None:
        # A program of its own: the calls of one program wait for each other anyway.
        database = Database(Target.parse(db_url))
        workspace = Workspace(database, clock=world.clock, actor=f"user{seed}")
        start.wait(timeout=30)
        for turn in range(each):
            logged = log_interaction(
                workspace,
                kind=("call", "email")[(seed + turn) % 2],
                owner_id=world.reps[turn % 2],
                deal_id=customers.deal if turn % 3 else None,
                organisation_id=customers.fjordline,
                outcome="reply",
                at=world.clock.now - turn * 3600,
            )
            if turn % 4 == 3:
                edit_interaction(
                    workspace,
                    interaction_id=logged.interaction_id,
                    version=1,
                    changes={"owner_id": world.reps[seed % 2], "at": world.clock.now - seed * 3600},
                )
            if turn % 6 == 5:
                delete_interaction(workspace, interaction_id=logged.interaction_id)
        database.close()

    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(work, range(callers)))
    assert world.rows("SELECT count(*) FROM interaction") == [(callers * (each - each // 6),)]
    assert world.rows("SELECT count(*) FROM interaction_kind") == [(7,)]
    assert kept_days(world) == counted_days(world)
    touched(world)
    assert world.errors() == []
    world.workspace.database.close()
