"""The history of changes: who, when, what, before and after."""

from __future__ import annotations

import pytest

from funnel_tui.domain.status import ChangeOp
from funnel_tui.errors import NotFound
from funnel_tui.models import Tag
from funnel_tui.services.deals import create_deal, edit_deal, lose_deal, move_deal
from funnel_tui.services.history import list_groups, next_undo, redo, undo
from tests.services.world import World
from tests.support.log import logged


def test_the_history_of_a_deal(world: World) -> None:
    deal = world.deal()
    world.deal("Other")
    moved = world.clock.forward(1)
    move_deal(world.as_user("bo"), deal_id=deal, stage_id=world.stages[1])
    edit_deal(world.workspace, deal_id=deal, version=2, changes={"title": "New"})
    undo(world.workspace)
    found = logged(world.workspace, "deal", deal)
    assert [change.action for change in found] == ["undo", "edit_deal", "move_deal", "create_deal"]
    taken_back, edited, move, created = found
    assert (move.actor, move.at) == ("bo", moved)
    assert move.summary == "Moved Acme [/EU] from Lead to Qualified"
    assert (move.before, move.after) == ({"stage_id": world.stages[0]}, {"stage_id": world.stages[1]})
    assert created.op == ChangeOp.INSERT
    assert created.before is None
    assert created.after is not None
    assert created.after["title"] == "Acme [/EU]"
    assert taken_back.undoes == edited.group
    assert taken_back.after == {"title": "Acme [/EU]"}
    assert {group.id for group in list_groups(world.workspace) if group.undone} == {edited.group}


def test_pages_go_on_where_the_last_one_ended(world: World) -> None:
    deal = world.deal()
    for number in range(7):
        edit_deal(world.workspace, deal_id=deal, version=number + 1, changes={"title": f"T{number}"})
    whole = list_groups(world.workspace)
    assert len(whole) == world.groups()
    paged = []
    before = None
    while page := list_groups(world.workspace, before_id=before, limit=3):
        assert len(page) <= 3
        paged += page
        before = page[-1].id
    assert paged == whole


def test_a_call_is_one_group(world: World) -> None:
    deal = world.deal()
    lose_deal(world.workspace, deal_id=deal, reason="Price")
    last = list_groups(world.workspace, limit=1)[0]
    for entity in ("deal", "stage_visit", "loss_reason"):
        assert logged(world.workspace, entity)[0].group == last.id
    assert len(logged(world.workspace, "loss_reason")) == 1


def test_the_import_that_brought_a_row_is_found(world: World) -> None:
    with world.workspace.change("import_deals") as call:
        call.summary = "Imported"
        call.record_range(Tag, 10, 20)
        call.record_range(Tag, 30, 40)
    for row, count in ((10, 1), (15, 1), (20, 1), (25, 0), (30, 1), (41, 0)):
        found = logged(world.workspace, "tag", row)
        assert len(found) == count
        assert all(change.row_id <= row <= change.row_last for change in found)


def test_a_call_that_changes_nothing_leaves_no_group(world: World) -> None:
    groups = world.groups()
    with world.workspace.change("nothing") as call:
        call.summary = "Nothing"
    assert world.groups() == groups


def test_what_was_brought_back_is_not_undone_and_is_undone_next(world: World) -> None:
    deal = world.deal()
    move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])
    move = list_groups(world.workspace, limit=1)[0]
    other = create_deal(
        world.as_user("bo"), title="Other", pipeline_id=world.pipeline, owner_id=world.reps[0]
    )
    edit_deal(world.as_user("bo"), deal_id=other, version=1, changes={"note": "of somebody else"})
    for taken_back in (True, False, True, False):
        (undo if taken_back else redo)(world.workspace)
        state = {group.id: group.undone for group in list_groups(world.workspace)}
        assert state[move.id] is taken_back
        expected = "create_deal" if taken_back else "move_deal"
        assert next_undo(world.workspace).action == expected
        assert not next_undo(world.workspace).undone
    assert next_undo(world.as_user("bo")).action == "edit_deal"
    with pytest.raises(NotFound, match="nothing to undo"):
        next_undo(world.as_user("nobody"))
