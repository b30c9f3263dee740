"""Moving, winning, losing and reopening deals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from funnel_tui.errors import InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.services.deals import edit_deal, lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.pipelines import create_pipeline, edit_pipeline, edit_stage, retire_stage
from funnel_tui.services.settings import set_setting
from tests.services.world import DAY, START, World


def move(world: World, deal: int, stage: int, **options: Any) -> int:
    return move_deal(world.workspace, deal_id=deal, stage_id=world.stages[stage - 1], **options)


def test_forward_back_and_skipping(world: World) -> None:
    deal = world.deal()
    for stage, days in ((2, 1), (4, 2), (1, 3), (3, 4)):
        world.clock.forward(days)
        move(world, deal, stage)
    row = world.deal_row(deal)
    assert (row["furthest"], row["visited_mask"], row["straight"], row["version"]) == (4, 0b1111, 3, 5)
    assert row["stage_id"] == world.stages[2]
    assert [visit[0] for visit in world.visits(deal)] == [world.stages[at - 1] for at in (1, 2, 4, 1, 3)]
    assert [visit[2] for visit in world.visits(deal)] == [START + d * DAY for d in (1, 3, 6, 10)] + [None]
    kept = world.rows(
        "SELECT stage_id, visits, seconds FROM deal_stage WHERE deal_id = :deal ORDER BY stage_id", deal=deal
    )
    assert kept == [
        (world.stages[0], 2, 5 * DAY),
        (world.stages[1], 1, 2 * DAY),
        (world.stages[2], 1, 0),
        (world.stages[3], 1, 3 * DAY),
    ]
    assert world.summary() == "Moved Acme [/EU] from Lead to Proposal"
    assert world.errors() == []


def test_a_move_may_be_told_later(world: World) -> None:
    deal = world.deal()
    world.clock.forward(10)
    move(world, deal, 2, at=START + 3 * DAY)
    move(world, deal, 3, at=START + 3 * DAY)
    assert world.visits(deal)[-1][1] == START + 3 * DAY
    with pytest.raises(Refused, match=r"^3 Jan 23:59 is before the last event of .*, on 4 Jan 00:00"):
        move(world, deal, 4, at=START + 3 * DAY - 1)
    with pytest.raises(Refused, match="in the future"):
        move(world, deal, 4, at=START + 10 * DAY + 1)
    with pytest.raises(InvalidInput):
        move(world, deal, 4, at=10**15)
    assert world.errors() == []


def test_the_owner_and_amount_are_those_of_the_moment(world: World) -> None:
    deal = world.deal(amount_minor=100, currency="EUR")
    world.clock.forward(5)
    edit_deal(
        world.workspace, deal_id=deal, version=1, changes={"owner_id": world.reps[1], "amount_minor": 200}
    )
    world.clock.forward(5)
    move(world, deal, 2, at=START + 4 * DAY)
    move(world, deal, 3, at=START + 5 * DAY)
    rows = world.rows("SELECT owner_id, exit_owner_id, amount_minor FROM stage_visit ORDER BY seq")
    ana, bo = world.reps
    assert rows == [(ana, ana, 100), (ana, bo, 100), (bo, None, 200)]
    assert world.deal_row(deal)["changed_at"] == START + 5 * DAY
    assert world.errors() == []


def test_moves_that_make_no_sense_are_refused(world: World) -> None:
    other = create_pipeline(world.workspace, name="Partners", stages=["Talk", "Sign"])
    talk = world.rows("SELECT id FROM stage WHERE name = 'Talk'")[0][0]
    deal = world.deal()
    retire_stage(world.workspace, stage_id=world.stages[2])
    before = world.snapshot()
    for stage, options, error, said in (
        (world.stages[0], {}, Refused, "is in Lead already"),
        (world.stages[2], {}, Refused, "Proposal is retired"),
        (talk, {}, Refused, "Talk is a stage of Partners"),
        (talk, {"to_pipeline": world.pipeline}, NotFound, "no stage"),
        (99, {}, NotFound, "no stage with number 99"),
        (world.stages[1], {"version": 7}, StaleEdit, "after you opened it"),
    ):
        with pytest.raises(error, match=said):
            move_deal(world.workspace, deal_id=deal, stage_id=stage, **options)
    assert world.snapshot() == before
    move_deal(world.workspace, deal_id=deal, stage_id=talk, to_pipeline=other)
    row = world.deal_row(deal)
    assert (row["pipeline_id"], row["furthest"]) == (other, 1)
    assert world.reached(deal) == [talk]
    assert world.errors() == []


def test_a_closed_deal_does_not_move(world: World) -> None:
    deal = world.deal()
    win_deal(world.workspace, deal_id=deal)
    acts: list[Callable[[], object]] = [
        lambda: move(world, deal, 2),
        lambda: win_deal(world.workspace, deal_id=deal),
        lambda: lose_deal(world.workspace, deal_id=deal, reason="Price"),
    ]
    for act in acts:
        with pytest.raises(Refused, match=r"was won on \d Jan \d\d:\d\d\.") as caught:
            act()
        assert caught.value.hint == "Reopen it first."


def test_automatic_staging_goes_in_order(world: World) -> None:
    edit_pipeline(world.workspace, pipeline_id=world.pipeline, changes={"staging": "automatic"})
    deal = world.deal()
    with pytest.raises(Refused, match="after Lead comes Qualified"):
        move(world, deal, 3)
    retire_stage(world.workspace, stage_id=world.stages[1])
    move(world, deal, 3)
    with pytest.raises(Refused, match="after Proposal comes Negotiation"):
        move(world, deal, 1)
    assert world.errors() == []


def test_a_stage_may_ask_for_fields(world: World) -> None:
    edit_stage(
        world.workspace,
        stage_id=world.stages[1],
        changes={"required_fields": "amount,expected_close"},
    )
    deal = world.deal()
    move(world, deal, 2)
    with pytest.raises(Refused, match="cannot leave Qualified yet: amount, expected close are empty"):
        move(world, deal, 3)
    with pytest.raises(Refused, match="cannot be won yet: amount, expected close are empty"):
        win_deal(world.workspace, deal_id=deal)
    move(world, deal, 1)
    edit_deal(
        world.workspace,
        deal_id=deal,
        version=3,
        changes={"amount_minor": 0, "currency": "EUR", "expected_close": 20_500},
    )
    move(world, deal, 2)
    move(world, deal, 4)


def test_a_won_deal_has_passed_every_stage(world: World) -> None:
    deal = world.deal()
    world.clock.forward(3)
    move(world, deal, 3)
    won = world.clock.forward(4)
    assert win_deal(world.workspace, deal_id=deal, version=2) == 3
    row = world.deal_row(deal)
    assert (row["status"], row["furthest"], row["closed_at"]) == ("won", 5, won)
    assert (row["stage_id"], row["closed_owner_id"]) == (world.stages[2], world.reps[0])
    assert world.reached(deal) == world.stages
    assert world.errors() == []


def test_a_lost_deal_keeps_its_stage_and_reason(world: World) -> None:
    deal, other = world.deal(), world.deal("Other")
    move(world, deal, 2)
    lose_deal(world.workspace, deal_id=deal, reason=" Price ", note="too dear")
    lose_deal(world.workspace, deal_id=other, reason="PRICE")
    row = world.deal_row(deal)
    assert (row["status"], row["furthest"], row["stage_id"]) == ("lost", 2, world.stages[1])
    assert world.rows("SELECT name FROM loss_reason") == [("Price",)]
    assert row["loss_reason_id"] == world.deal_row(other)["loss_reason_id"] is not None
    assert world.rows("SELECT loss_note FROM stage_visit WHERE exit = 'lost' ORDER BY deal_id") == [
        ("too dear",),
        (None,),
    ]
    assert world.errors() == []


def test_a_loss_needs_a_reason(world: World) -> None:
    deal = world.deal()
    with pytest.raises(InvalidInput, match="Reason must not be empty"):
        lose_deal(world.workspace, deal_id=deal, reason=" ")
    assert world.deal_row(deal)["status"] == "open"


def test_reopening_undoes_the_loss(world: World) -> None:
    deal = world.deal()
    move(world, deal, 3)
    move(world, deal, 2)
    lose_deal(world.workspace, deal_id=deal, reason="Price")
    reopened = world.clock.forward(30)
    reopen_deal(world.workspace, deal_id=deal)
    row = world.deal_row(deal)
    assert (row["status"], row["stage_id"], row["furthest"]) == ("open", world.stages[1], 3)
    assert (row["closed_at"], row["loss_reason_id"], row["closed_base"]) == (None, None, None)
    assert row["entered_at"] == reopened
    seconds = world.rows("SELECT seconds FROM deal_stage WHERE stage_id = :stage", stage=world.stages[1])
    assert seconds == [(0,)]
    with pytest.raises(Refused, match="is open"):
        reopen_deal(world.workspace, deal_id=deal)
    win_deal(world.workspace, deal_id=deal)
    reopen_deal(world.workspace, deal_id=deal, stage_id=world.stages[3])
    assert world.deal_row(deal)["stage_id"] == world.stages[3]
    assert world.errors() == []


def test_reopening_needs_a_stage_in_use(world: World) -> None:
    deal = world.deal()
    lose_deal(world.workspace, deal_id=deal, reason="Price")
    retire_stage(world.workspace, stage_id=world.stages[0])
    with pytest.raises(Refused, match="Lead is retired"):
        reopen_deal(world.workspace, deal_id=deal)
    reopen_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])
    assert world.errors() == []


def test_a_clock_that_is_a_little_slow_is_forgiven(world: World) -> None:
    deal = world.deal()
    world.clock.now -= 60
    move(world, deal, 2)
    assert world.visits(deal)[-1][1] == START
    world.clock.now -= 3 * DAY
    with pytest.raises(Refused, match="in the future"):
        move(world, deal, 3)


@pytest.mark.parametrize(
    "act",
    [
        lambda world, deal: move(world, deal, 2),
        lambda world, deal: win_deal(world.workspace, deal_id=deal),
    ],
)
def test_the_statements_of_a_move_do_not_grow_with_its_history(
    file_world: World, act: Callable[[World, int], object]
) -> None:
    world = file_world
    counted: list[str] = []

    def count(*arguments: Any) -> None:
        counted.append(arguments[2])

    young, old = world.deal(), world.deal("Old")
    for stage in (2, 1) * 10:
        move(world, old, stage)
    event.listen(world.workspace.database.engine, "before_cursor_execute", count)
    act(world, young)
    first = len(counted)
    act(world, old)
    assert len(counted) == 2 * first
    assert first <= 13


def test_times_in_a_refusal_are_those_of_the_team(world: World) -> None:
    set_setting(world.workspace, name="time_zone", value="Europe/Oslo")
    deal = world.deal()
    world.clock.forward(400)
    at = START + 3 * DAY + 30
    move(world, deal, 2, at=at)
    with pytest.raises(
        Refused, match=r"^4 Jan 2026 01:00:29 is before the last event of .* 4 Jan 2026 01:00:30"
    ):
        move(world, deal, 3, at=at - 1)
    won = START + 4 * DAY
    win_deal(world.workspace, deal_id=deal, at=won)
    with pytest.raises(Refused, match=r"was won on 5 Jan 2026 01:00\. Reopen it first"):
        move(world, deal, 3, at=won + DAY)
