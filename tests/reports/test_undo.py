"""Undo of the last group restores every figure, whatever the group did (METRICS M3)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.errors import FunnelError
from funnel_tui.services.deals import create_deal, edit_deal, lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.history import redo, undo
from funnel_tui.services.people import edit_rep
from funnel_tui.services.pipelines import add_stage, delete_stage, reorder_stages, restore_stage, retire_stage
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from tests.reports.conftest import Fresh
from tests.reports.scopes import all_figures
from tests.support.histories import NOW, REPS, World, add_stories, rich, story, worlds, write

Action = Callable[[Workspace, random.Random, World], Any]


def some_deal(workspace: Workspace, rng: random.Random) -> tuple[int, int, int]:
    """Number, version and pipeline of a deal."""
    with workspace.read() as reader:
        rows = reader.rows("SELECT id, version, pipeline_id FROM deal ORDER BY id")
    number, version, pipeline = rng.choice(rows)
    return number, version, pipeline


def some_stage(rng: random.Random, world: World, pipeline: int | None = None) -> int:
    chosen = rng.choice(world.pipelines) if pipeline is None else world.pipelines[pipeline - 1]
    return rng.choice(chosen.stages).id


def past(rng: random.Random) -> int:
    """An instant at which something may be said to have happened."""
    return NOW - rng.choice((0, 0, rng.randrange(40 * 86_400)))


def act_create(workspace: Workspace, rng: random.Random, world: World) -> None:
    pipeline = rng.choice(world.pipelines[:2])
    create_deal(
        workspace, title="New", pipeline_id=pipeline.id, owner_id=rng.randint(1, len(REPS)),
        stage_id=some_stage(rng, world, pipeline.id), amount_minor=rng.choice((None, 777)), currency="USD",
        source="Web", at=past(rng),
    )  # fmt: skip


def act_edit(workspace: Workspace, rng: random.Random, world: World) -> None:
    deal, version, _ = some_deal(workspace, rng)
    changes = rng.choice(
        (
            {"owner_id": rng.randint(1, len(REPS))},
            {"amount_minor": None},
            {"amount_minor": rng.randrange(10**6), "currency": "USD"},
            {"probability_bp": 4200, "source": "Fair"},
        )
    )
    edit_deal(workspace, deal_id=deal, version=version, changes=changes)


def act_move(workspace: Workspace, rng: random.Random, world: World) -> None:
    deal, _, pipeline = some_deal(workspace, rng)
    target = rng.choice((pipeline, rng.randint(1, 2)))
    move_deal(
        workspace, deal_id=deal, stage_id=some_stage(rng, world, target), to_pipeline=target, at=past(rng)
    )


def act_win(workspace: Workspace, rng: random.Random, world: World) -> None:
    win_deal(workspace, deal_id=some_deal(workspace, rng)[0], at=past(rng))


def act_lose(workspace: Workspace, rng: random.Random, world: World) -> None:
    reason = rng.choice(("price", "something new"))
    lose_deal(workspace, deal_id=some_deal(workspace, rng)[0], reason=reason, at=past(rng))


def act_reopen(workspace: Workspace, rng: random.Random, world: World) -> None:
    deal, _, pipeline = some_deal(workspace, rng)
    reopen_deal(workspace, deal_id=deal, stage_id=some_stage(rng, world, pipeline), at=past(rng))


def act_import(workspace: Workspace, rng: random.Random, world: World) -> None:
    add_stories(workspace, world, tuple(story(rng, world, f"Imported {number}") for number in range(5)))


def act_ladder(workspace: Workspace, rng: random.Random, world: World) -> None:
    pipeline = rng.choice(world.pipelines)
    stage = some_stage(rng, world, pipeline.id)
    order = [one.id for one in reversed(pipeline.stages)]
    rng.choice(
        (
            lambda: retire_stage(workspace, stage_id=stage),
            lambda: restore_stage(workspace, stage_id=stage),
            lambda: reorder_stages(workspace, pipeline_id=pipeline.id, stage_ids=order),
            lambda: delete_stage(workspace, stage_id=stage),
            lambda: add_stage(workspace, pipeline_id=pipeline.id, name="Between", position=1),
        )
    )()


def act_settings(workspace: Workspace, rng: random.Random, world: World) -> None:
    name, value = rng.choice((("base_currency", "USD"), ("time_zone", "Asia/Tokyo"), ("stuck_factor", "9")))
    set_setting(workspace, name=name, value=value)


def act_team(workspace: Workspace, rng: random.Random, world: World) -> None:
    rep_id, team_id = rng.randint(1, len(REPS)), rng.choice((None, 1, 3))
    with workspace.read() as reader:
        version = int(reader.rows("SELECT version FROM rep WHERE id = :id", {"id": rep_id})[0][0])
    edit_rep(workspace, rep_id=rep_id, version=version, changes={"team_id": team_id})


ACTIONS: tuple[Action, ...] = (
    *(act_create, act_edit, act_move, act_win, act_lose, act_reopen, act_import, act_ladder, act_settings),
    act_team,
)


def check_undo(workspace: Workspace, world: World, seed: int, *, tries: int, figures: int) -> int:
    """Do something, look, take it back, look again; now and then redo and undo once more.

    :returns: how many calls did anything.
    """
    write(workspace, world)
    rng = random.Random(seed)
    before = all_figures(workspace, seed, world, figures)
    done = 0
    for number in range(tries):
        action = ACTIONS[number % len(ACTIONS)]
        with workspace.read() as reader:
            groups = reader.rows("SELECT max(id) FROM change_group")
        try:
            action(workspace, rng, world)
        except FunnelError:
            continue
        with workspace.read() as reader:
            if reader.rows("SELECT max(id) FROM change_group") == groups:
                continue
        done += 1
        after = all_figures(workspace, seed, world, figures)
        undo(workspace)
        assert all_figures(workspace, seed, world, figures) == before, action.__name__
        if number % 3 == 0:
            redo(workspace)
            assert all_figures(workspace, seed, world, figures) == after, action.__name__
            undo(workspace)
            assert all_figures(workspace, seed, world, figures) == before, action.__name__
    return done


@rich(4)
@given(world=worlds(), seed=st.integers(0, 2**32 - 1))
def test_undo_restores_every_figure(fresh_file: Fresh, world: World, seed: int) -> None:
    assert check_undo(fresh_file(), world, seed, tries=30, figures=14) > 5


@pytest.mark.pg
@rich(1)
@given(world=worlds(), seed=st.integers(0, 2**32 - 1))
def test_undo_restores_every_figure_on_a_server(fresh_server: Fresh, world: World, seed: int) -> None:
    assert check_undo(fresh_server(), world, seed, tries=20, figures=8) > 3
