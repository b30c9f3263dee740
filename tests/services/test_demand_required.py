"""Where a pipeline wants to know what the customer asks for: moving on and winning, alone and in bulk."""

from __future__ import annotations

import pytest

from funnel_tui.domain.bulk_edit import MoveTo, Why, Win
from funnel_tui.domain.deal_detail import Demand
from funnel_tui.errors import Refused
from funnel_tui.services import bulk_edit
from funnel_tui.services.deals import lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.demand import set_demand
from funnel_tui.services.history import redo, undo
from funnel_tui.services.pipelines import create_pipeline, edit_pipeline, edit_stage
from tests.services.world import World

LINE = Demand("Pump", 1000, None)


def switch(world: World, *, on: bool = True) -> None:
    """Make demand required, or not."""
    edit_pipeline(world.workspace, pipeline_id=world.pipeline, changes={"record_demand": on})


def test_a_deal_does_not_go_on_without_demand(world: World) -> None:
    deal = world.deal("Acme")
    switch(world)
    with pytest.raises(Refused, match="Acme cannot leave Lead yet: demand is empty"):
        move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])
    with pytest.raises(Refused, match="Acme cannot be won yet: demand is empty"):
        win_deal(world.workspace, deal_id=deal)
    assert len(world.visits(deal)) == 1
    set_demand(world.workspace, deal_id=deal, lines=[LINE])
    move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])
    set_demand(world.workspace, deal_id=deal, lines=[])
    with pytest.raises(Refused, match="cannot leave Qualified"):
        move_deal(world.workspace, deal_id=deal, stage_id=world.stages[3])
    set_demand(world.workspace, deal_id=deal, lines=[LINE])
    win_deal(world.workspace, deal_id=deal)
    assert world.deal_row(deal)["status"] == "won"


def test_the_demand_is_named_beside_the_fields_of_the_stage(world: World) -> None:
    deal = world.deal("Acme")
    switch(world)
    edit_stage(world.workspace, stage_id=world.stages[0], changes={"required_fields": "amount"})
    with pytest.raises(Refused, match="amount, demand are empty"):
        move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])


def test_what_is_not_asked(world: World) -> None:
    other = create_pipeline(world.workspace, name="Other", stages=["A", "B"])
    target = world.rows("SELECT min(id) FROM stage WHERE pipeline_id = :p", p=other)[0][0]
    later, lost, away, back = (world.deal(title, stage_id=world.stages[2]) for title in "abcd")
    won = world.deal("won")
    win_deal(world.workspace, deal_id=won)
    switch(world)
    new = world.deal("Begins later", stage_id=world.stages[1])
    assert world.deal_row(new)["stage_id"] == world.stages[1]
    move_deal(world.workspace, deal_id=back, stage_id=world.stages[0])
    move_deal(world.workspace, deal_id=away, stage_id=target, to_pipeline=other)
    lose_deal(world.workspace, deal_id=lost, reason="Price")
    reopen_deal(world.workspace, deal_id=won)
    switch(world, on=False)
    move_deal(world.workspace, deal_id=later, stage_id=world.stages[3])
    win_deal(world.workspace, deal_id=later)


def test_undo_and_redo_of_a_move_are_not_asked(world: World) -> None:
    deal = world.deal("Acme")
    move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])
    undo(world.workspace)
    edit_pipeline(world.as_user("bo"), pipeline_id=world.pipeline, changes={"record_demand": True})
    redo(world.workspace)
    assert world.deal_row(deal)["stage_id"] == world.stages[1]
    undo(world.workspace)
    assert world.deal_row(deal)["stage_id"] == world.stages[0]


def test_many_deals_are_judged_as_one_is(world: World) -> None:
    with_demand, without, other = (world.deal(title) for title in ("With", "Without", "Other"))
    set_demand(world.workspace, deal_id=with_demand, lines=[LINE, LINE])
    switch(world)
    ids = [with_demand, without, other]
    for wish, words in (
        (MoveTo(world.stages[1]), "cannot leave Lead yet: demand is empty"),
        (Win(), "cannot be won yet: demand is empty"),
    ):
        seen = bulk_edit.preview(world.workspace, wish, ids)
        assert [row.why for row in seen.rows] == [None, Why.REQUIRED, Why.REQUIRED]
        assert all(words in row.reason for row in seen.rows[1:])
        done = bulk_edit.apply(world.workspace, wish, ids, skip_refused=True)
        assert (done.changed, done.refused) == (1, 2)
    assert world.deal_row(with_demand)["status"] == "won"
    assert world.deal_row(without)["stage_id"] == world.stages[0]
    assert world.errors() == []
