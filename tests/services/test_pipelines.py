"""Pipelines and stages."""

from __future__ import annotations

import pytest

from funnel_tui.errors import InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.models.pipelines import MAX_STAGES
from funnel_tui.services.deals import lose_deal, move_deal, win_deal
from funnel_tui.services.history import redo, undo
from funnel_tui.services.pipelines import (
    add_stage,
    create_pipeline,
    delete_pipeline,
    delete_stage,
    edit_pipeline,
    edit_stage,
    reorder_stages,
    restore_stage,
    retire_stage,
)
from funnel_tui.services.stage_templates import set_loss_task, set_stage_tasks
from tests.services.world import World


def ladder(world: World, pipeline: int | None = None) -> list[tuple[str, int]]:
    return world.rows(
        "SELECT name, position FROM stage WHERE pipeline_id = :p ORDER BY position",
        p=pipeline or world.pipeline,
    )


def busy(world: World) -> list[int]:
    """Deals in every situation: open in the middle, moved back, won, lost."""
    deals = [world.deal(f"D{number}") for number in range(4)]
    for deal, stages in zip(deals, ((2,), (3, 2), (2, 4), (3,)), strict=True):
        for stage in stages:
            move_deal(world.workspace, deal_id=deal, stage_id=world.stages[stage - 1])
    win_deal(world.workspace, deal_id=deals[2])
    lose_deal(world.workspace, deal_id=deals[3], reason="Price")
    return deals


def test_a_pipeline_with_its_stages(world: World) -> None:
    pipeline = create_pipeline(
        world.workspace,
        name="Partners",
        stages=["Talk", {"name": "Sign", "probability_bp": 5_000, "stuck_days": 30, "category": "commit"}],
        staging="automatic",
        record_demand=True,
    )
    assert ladder(world, pipeline) == [("Talk", 1), ("Sign", 2)]
    row = world.row("pipeline", pipeline)
    assert (row["staging"], row["record_demand"], row["in_use"], row["position"]) == ("automatic", 1, 1, 2)
    sign = world.rows("SELECT probability_bp, stuck_days, category FROM stage WHERE name = 'Sign'")
    assert sign == [(5_000, 30, "commit")]
    assert world.summary() == "Created pipeline Partners"


def test_names_are_taken_whatever_the_case(world: World) -> None:
    with pytest.raises(InvalidInput, match="already a pipeline 'Sales'"):
        create_pipeline(world.workspace, name=" SALES ")
    with pytest.raises(InvalidInput, match="Two stages are called 'a'"):
        create_pipeline(world.workspace, name="X", stages=["A", "a"])
    with pytest.raises(InvalidInput, match="already a stage 'Lead'"):
        add_stage(world.workspace, pipeline_id=world.pipeline, name="lead")
    with pytest.raises(InvalidInput, match="already a stage 'Lead'"):
        edit_stage(world.workspace, stage_id=world.stages[1], changes={"name": "LEAD"})
    edit_stage(world.workspace, stage_id=world.stages[0], changes={"name": "LEAD"})
    assert world.rows("SELECT count(*) FROM pipeline") == [(1,)]


def test_renaming_and_switching_off(world: World) -> None:
    edit_pipeline(
        world.workspace,
        pipeline_id=world.pipeline,
        version=1,
        changes={"name": "Enterprise", "in_use": False, "qualified_position": 2},
    )
    row = world.row("pipeline", world.pipeline)
    assert (row["name"], row["in_use"], row["qualified_position"], row["version"]) == ("Enterprise", 0, 2, 2)
    with pytest.raises(StaleEdit) as caught:
        edit_pipeline(world.workspace, pipeline_id=world.pipeline, version=1, changes={"name": "Mid-market"})
    assert caught.value.theirs == {"name": "Enterprise"}
    with pytest.raises(InvalidInput, match="no stage at position 5"):
        edit_pipeline(world.workspace, pipeline_id=world.pipeline, changes={"qualified_position": 5})
    with pytest.raises(InvalidInput):
        edit_pipeline(world.workspace, pipeline_id=world.pipeline, changes={"staging": "wild"})


def test_editing_a_stage(world: World) -> None:
    edit_stage(
        world.workspace,
        stage_id=world.stages[1],
        version=1,
        changes={"name": "Qualified lead", "probability_bp": 2_500, "stuck_days": None},
    )
    row = world.row("stage", world.stages[1])
    assert (row["name"], row["probability_bp"], row["position"]) == ("Qualified lead", 2_500, 2)
    assert world.summary() == "Edited stage Qualified: name, probability"
    with pytest.raises(StaleEdit):
        edit_stage(world.workspace, stage_id=world.stages[1], version=1, changes={"name": "X"})


def test_a_new_stage_moves_the_later_ones(world: World) -> None:
    deals = busy(world)
    edit_pipeline(world.workspace, pipeline_id=world.pipeline, changes={"qualified_position": 2})
    new = add_stage(world.workspace, pipeline_id=world.pipeline, name="Demo", position=2, stuck_days=5)
    assert ladder(world) == [("Lead", 1), ("Demo", 2), ("Qualified", 3), ("Proposal", 4), ("Negotiation", 5)]
    assert world.deal_row(deals[1])["furthest"] == 4
    assert world.deal_row(deals[2])["furthest"] == 6
    assert new in world.reached(deals[0])
    assert world.row("pipeline", world.pipeline)["qualified_position"] == 3
    add_stage(world.workspace, pipeline_id=world.pipeline, name="Order")
    assert ladder(world)[-1] == ("Order", 6)
    for position in (0, 8):
        with pytest.raises(InvalidInput, match="between 1 and 7"):
            add_stage(world.workspace, pipeline_id=world.pipeline, name="X", position=position)
    assert world.errors() == []


def test_reordering_works_everything_out_anew(world: World) -> None:
    deals = busy(world)
    first, second, third, fourth = world.stages
    reorder_stages(world.workspace, pipeline_id=world.pipeline, stage_ids=[third, first, fourth, second])
    assert [name for name, _ in ladder(world)] == ["Proposal", "Lead", "Negotiation", "Qualified"]
    assert [position for _, position in ladder(world)] == [1, 2, 3, 4]
    assert world.deal_row(deals[0])["furthest"] == 4
    assert world.deal_row(deals[3])["furthest"] == 2
    assert world.errors() == []
    for order in ([first, second, third], [first, first, third, fourth], [first, second, third, 99]):
        with pytest.raises(InvalidInput, match="every stage of Sales once"):
            reorder_stages(world.workspace, pipeline_id=world.pipeline, stage_ids=order)


def test_a_retired_stage_keeps_its_position(world: World) -> None:
    deals = busy(world)
    retire_stage(world.workspace, stage_id=world.stages[2])
    assert ladder(world) == [("Lead", 1), ("Qualified", 2), ("Proposal", 3), ("Negotiation", 4)]
    assert world.deal_row(deals[2])["straight"] == 4  # the stage it skipped is no longer asked for
    assert world.errors() == []
    with pytest.raises(Refused, match="retired already"):
        retire_stage(world.workspace, stage_id=world.stages[2])
    restore_stage(world.workspace, stage_id=world.stages[2])
    assert world.deal_row(deals[2])["straight"] == 2
    with pytest.raises(Refused, match="is in use"):
        restore_stage(world.workspace, stage_id=world.stages[2])
    for stage in world.stages[:3]:
        retire_stage(world.workspace, stage_id=stage)
    with pytest.raises(Refused, match="last stage in use"):
        retire_stage(world.workspace, stage_id=world.stages[3])
    assert world.errors() == []


def test_a_visited_stage_is_not_deleted(world: World) -> None:
    busy(world)
    with pytest.raises(Refused, match="Proposal cannot be deleted: 2 deals were in it") as caught:
        delete_stage(world.workspace, stage_id=world.stages[2])
    assert "Retire the stage" in caught.value.hint
    assert len(ladder(world)) == 4


def test_a_stage_nobody_was_in_can_go(world: World) -> None:
    deal = world.deal()
    move_deal(world.workspace, deal_id=deal, stage_id=world.stages[3])
    edit_pipeline(world.workspace, pipeline_id=world.pipeline, changes={"qualified_position": 2})
    delete_stage(world.workspace, stage_id=world.stages[1])
    assert ladder(world) == [("Lead", 1), ("Proposal", 2), ("Negotiation", 3)]
    assert world.deal_row(deal)["furthest"] == 3
    assert world.reached(deal) == [world.stages[0], world.stages[2], world.stages[3]]
    assert world.row("pipeline", world.pipeline)["qualified_position"] is None
    assert world.errors() == []
    alone = create_pipeline(world.workspace, name="One", stages=["Only"])
    only = world.rows("SELECT id FROM stage WHERE pipeline_id = :p", p=alone)[0][0]
    with pytest.raises(Refused, match="last stage in use"):
        delete_stage(world.workspace, stage_id=only)


def test_a_pipeline_with_deals_is_not_deleted(world: World) -> None:
    busy(world)
    with pytest.raises(Refused, match="cannot be deleted: 4 deals are or were in it") as caught:
        delete_pipeline(world.workspace, pipeline_id=world.pipeline)
    assert "Switch the pipeline off" in caught.value.hint
    assert len(ladder(world)) == 4


def test_a_pipeline_nobody_was_in_can_go_and_comes_back(world: World) -> None:
    busy(world)
    number = create_pipeline(world.workspace, name="Trial", stages=["One", "Two"], staging="automatic")
    stages = [
        row[0] for row in world.rows("SELECT id FROM stage WHERE pipeline_id = :p ORDER BY 1", p=number)
    ]
    call = {"kind": "call", "title": "Call", "due_days": 1}
    set_stage_tasks(world.workspace, stage_id=stages[0], templates=[call])
    set_loss_task(world.workspace, pipeline_id=number, template=call)
    queries = (
        "SELECT id, name, position, staging FROM pipeline ORDER BY id",
        "SELECT id, pipeline_id, name, position FROM stage ORDER BY id",
        "SELECT id, stage_id, title FROM stage_task_template ORDER BY id",
        "SELECT key, value FROM setting ORDER BY key",
    )
    before = [world.rows(query) for query in queries]
    groups = world.rows("SELECT count(*) FROM change_group")[0][0]
    delete_pipeline(world.workspace, pipeline_id=number)
    assert world.rows("SELECT count(*) FROM change_group")[0][0] == groups + 1
    assert ladder(world, number) == []
    assert world.rows("SELECT count(*) FROM stage_task_template") == [(0,)]
    assert world.rows("SELECT 1 FROM setting WHERE key = :k", k=f"loss_task.{number}") == []
    with pytest.raises(NotFound):
        delete_pipeline(world.workspace, pipeline_id=number)
    undo(world.workspace)
    assert [world.rows(query) for query in queries] == before
    redo(world.workspace)
    assert ladder(world, number) == []
    assert world.errors() == []


def test_a_pipeline_holds_so_many_stages(file_world: World) -> None:
    world = file_world
    names = [f"S{number}" for number in range(MAX_STAGES)]
    with pytest.raises(Refused, match=f"at most {MAX_STAGES}"):
        create_pipeline(world.workspace, name="Long", stages=[*names, "one more"])
    long = create_pipeline(world.workspace, name="Long", stages=names)
    with pytest.raises(Refused, match=f"at most {MAX_STAGES}"):
        add_stage(world.workspace, pipeline_id=long, name="one more")
    stages = [row[0] for row in world.rows("SELECT id FROM stage WHERE pipeline_id = :p ORDER BY id", p=long)]
    deal = world.deal(pipeline_id=long, stage_id=stages[-1])
    win_deal(world.workspace, deal_id=deal)
    assert world.deal_row(deal)["visited_mask"] == 1 << (MAX_STAGES - 1)
    reorder_stages(world.workspace, pipeline_id=long, stage_ids=stages[::-1])
    assert world.deal_row(deal)["visited_mask"] == 1
    assert world.errors() == []
