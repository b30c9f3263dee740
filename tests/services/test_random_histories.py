"""Random sequences of service calls: the doctor never finds anything, and undo leads back to the start."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from funnel_tui.errors import FunnelError, NotFound
from funnel_tui.services import deals, people, pipelines
from funnel_tui.services.history import redo, undo
from funnel_tui.services.settings import set_setting
from tests.services.world import DAY, World

Step = tuple[str, int, int, int]

ACTIONS = (
    *("create", "create", "edit", "move", "move", "move", "win", "lose", "reopen", "pipeline", "add_stage"),
    *("reorder", "retire", "restore", "delete_stage", "organisation", "rep", "setting"),
    *("undo", "undo", "redo", "undo_any"),
)


class Player:
    """Carries out steps; each number picks something among what there is at the time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def pick(self, table: str, number: int) -> dict[str, Any]:
        """A row of a table."""
        ids = [row[0] for row in self.world.rows(f"SELECT id FROM {table} ORDER BY id")]
        if not ids:
            raise NotFound("nothing there")
        return self.world.row(table, ids[number % len(ids)])

    def play(self, step: Step) -> None:
        """One service call; one that is refused is fine."""
        name, *numbers = step
        self.world.clock.forward(numbers[2] / 3)
        with contextlib.suppress(FunnelError):
            getattr(self, name)(*numbers)

    def create(self, a: int, b: int, c: int) -> None:
        """A deal somewhere, perhaps told late."""
        stage = self.pick("stage", a)
        deals.create_deal(
            self.world.workspace,
            title=f"D{a}",
            pipeline_id=stage["pipeline_id"],
            stage_id=stage["id"],
            owner_id=self.pick("rep", b)["id"],
            amount_minor=a * 100 if b % 2 else None,
            currency="EUR",
            source=("Fair", "Web", None)[c % 3],
            at=self.world.clock.now - c * DAY if c else None,
        )

    def edit(self, a: int, b: int, c: int) -> None:
        """Another owner or amount."""
        deal = self.pick("deal", a)
        changes: dict[str, Any] = {"owner_id": self.pick("rep", b)["id"]}
        if c % 2:
            changes |= {"amount_minor": b * 10, "currency": "EUR", "source": "Fair"}
        version = deal["version"] - (c == 5)
        deals.edit_deal(self.world.workspace, deal_id=deal["id"], version=version, changes=changes)

    def move(self, a: int, b: int, c: int) -> None:
        """Any deal to any stage."""
        stage = self.pick("stage", b)
        deals.move_deal(
            self.world.workspace,
            deal_id=self.pick("deal", a)["id"],
            stage_id=stage["id"],
            to_pipeline=stage["pipeline_id"] if c % 2 else None,
            at=self.world.clock.now - DAY if c == 4 else None,
        )

    def win(self, a: int, b: int, c: int) -> None:
        """Win any deal."""
        deals.win_deal(self.world.workspace, deal_id=self.pick("deal", a)["id"])

    def lose(self, a: int, b: int, c: int) -> None:
        """Lose any deal."""
        reason = ("Price", "No need", "Competitor")[b % 3]
        deals.lose_deal(self.world.workspace, deal_id=self.pick("deal", a)["id"], reason=reason)

    def reopen(self, a: int, b: int, c: int) -> None:
        """Reopen any deal, where it was or elsewhere."""
        stage = self.pick("stage", b)["id"] if c % 2 else None
        deals.reopen_deal(self.world.workspace, deal_id=self.pick("deal", a)["id"], stage_id=stage)

    def pipeline(self, a: int, b: int, c: int) -> None:
        """Another pipeline."""
        pipelines.create_pipeline(self.world.workspace, name=f"P{a % 3}", stages=["X", "Y", "Z"])

    def add_stage(self, a: int, b: int, c: int) -> None:
        """A stage anywhere."""
        pipelines.add_stage(
            self.world.workspace, pipeline_id=self.pick("pipeline", a)["id"], name=f"S{b}", position=c + 1
        )

    def reorder(self, a: int, b: int, c: int) -> None:
        """Stages in another order."""
        pipeline = self.pick("pipeline", a)["id"]
        order = [
            row[0]
            for row in self.world.rows(
                "SELECT id FROM stage WHERE pipeline_id = :p ORDER BY position", p=pipeline
            )
        ]
        turn = b % len(order)
        pipelines.reorder_stages(
            self.world.workspace,
            pipeline_id=pipeline,
            stage_ids=order[turn:] + order[:turn][:: 1 - 2 * (c % 2)],
        )

    def retire(self, a: int, b: int, c: int) -> None:
        """Retire any stage."""
        pipelines.retire_stage(self.world.workspace, stage_id=self.pick("stage", a)["id"])

    def restore(self, a: int, b: int, c: int) -> None:
        """Restore any stage."""
        pipelines.restore_stage(self.world.workspace, stage_id=self.pick("stage", a)["id"])

    def delete_stage(self, a: int, b: int, c: int) -> None:
        """Delete any stage nobody was in."""
        pipelines.delete_stage(self.world.workspace, stage_id=self.pick("stage", a)["id"])

    def organisation(self, a: int, b: int, c: int) -> None:
        """An organisation."""
        people.create_organisation(self.world.workspace, name=f"O{a}")

    def rep(self, a: int, b: int, c: int) -> None:
        """A rep, unless the name is taken."""
        people.create_rep(self.world.workspace, name=f"R{a}")

    def setting(self, a: int, b: int, c: int) -> None:
        """A time zone or another number."""
        if a % 2:
            zone = ("UTC", "Europe/Oslo", "America/New_York")[b % 3]
            set_setting(self.world.workspace, name="time_zone", value=zone)
        else:
            set_setting(self.world.workspace, name="idle_days", value=b + 1)

    def undo(self, a: int, b: int, c: int) -> None:
        """The last change."""
        undo(self.world.workspace)

    def redo(self, a: int, b: int, c: int) -> None:
        """The last undo."""
        redo(self.world.workspace)

    def undo_any(self, a: int, b: int, c: int) -> None:
        """A change somewhere in the past, when nothing later is in the way."""
        rows = self.world.rows(
            "SELECT id FROM change_group WHERE actor = :actor ORDER BY id DESC",
            actor=self.world.workspace.actor,
        )
        if rows:
            undo(self.world.workspace, group_id=rows[a % len(rows)][0])


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def shared_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One database for all examples: each leads back to the start, which is what is tested."""
    if request.param == "sqlite":
        world = World.make(str(tmp_path_factory.mktemp("random") / "funnel.db"))
        yield world
        world.workspace.database.close()
        return
    cluster = request.getfixturevalue("pg_cluster")
    name = cluster.take_database()
    world = World.make(cluster.url(name))
    yield world
    world.workspace.database.close()
    cluster.give_back(name)


steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9), st.integers(0, 9), st.integers(0, 5)),
    min_size=3,
    max_size=18,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
@example([("create", 0, 1, 0), ("lose", 0, 0, 1), ("undo", 0, 0, 0), ("redo", 0, 0, 0)])
@example([("create", 3, 1, 0), ("add_stage", 0, 1, 1), ("reorder", 0, 2, 1), ("win", 0, 0, 1)])
@example([("pipeline", 1, 0, 0), ("create", 5, 1, 0), ("move", 0, 1, 1), ("reopen", 0, 1, 1)])
def test_random_histories(shared_world: World, played: list[Step]) -> None:
    world = shared_world
    world.workspace.actor = f"player {world.groups()}"  # whose changes are all undone at the end
    before = world.snapshot()
    player = Player(world)
    for step in played:
        player.play(step)
        assert world.errors() == []
    while True:
        try:
            undo(world.workspace)
        except NotFound:
            break
        assert world.errors() == []
    assert world.snapshot() == before
