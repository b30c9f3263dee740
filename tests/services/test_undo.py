"""Undo and redo of every service, alone and in chains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from funnel_tui.errors import NotFound, Refused
from funnel_tui.models import Deal, Organisation
from funnel_tui.services import deals, people, pipelines, settings
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.derived import Rules
from funnel_tui.services.history import redo, undo
from tests.services.world import DAY, START, World

Act = Callable[[World, dict[str, int]], object]


def prepare(world: World) -> dict[str, int]:
    """Something to act on: deals in every situation, an organisation, teams, an unused stage."""
    made = {
        "open": world.deal("Open", amount_minor=500, currency="EUR", source="Fair"),
        "won": world.deal("Won", amount_minor=700, currency="EUR"),
        "organisation": people.create_organisation(world.workspace, name="Acme"),
        "person": people.create_person(world.workspace, name="Kari"),
        "team": people.create_team(world.workspace, name="North"),
        "unused": pipelines.add_stage(world.workspace, pipeline_id=world.pipeline, name="Legal", position=3),
    }
    world.clock.forward(5)
    deals.win_deal(world.workspace, deal_id=made["won"])
    deals.move_deal(world.workspace, deal_id=made["open"], stage_id=world.stages[2])
    deals.move_deal(world.workspace, deal_id=made["open"], stage_id=world.stages[1])
    world.clock.forward(5)
    return made


ACTS: dict[str, Act] = {
    "create_deal": lambda w, m: w.deal("New", source="Web", stage_id=w.stages[2]),
    "edit_deal": lambda w, m: deals.edit_deal(
        w.workspace,
        deal_id=m["open"],
        version=3,
        changes={"amount_minor": 9, "owner_id": w.reps[1], "title": "T", "source": "Web"},
    ),
    "edit_won_deal": lambda w, m: deals.edit_deal(
        w.workspace, deal_id=m["won"], version=2, changes={"amount_minor": None}
    ),
    "move_deal": lambda w, m: deals.move_deal(w.workspace, deal_id=m["open"], stage_id=w.stages[3]),
    "move_back": lambda w, m: deals.move_deal(w.workspace, deal_id=m["open"], stage_id=w.stages[0]),
    "win_deal": lambda w, m: deals.win_deal(w.workspace, deal_id=m["open"]),
    "lose_deal": lambda w, m: deals.lose_deal(w.workspace, deal_id=m["open"], reason="Price", note="x"),
    "reopen_deal": lambda w, m: deals.reopen_deal(w.workspace, deal_id=m["won"], stage_id=w.stages[3]),
    "create_organisation": lambda w, m: people.create_organisation(w.workspace, name="Beta"),
    "edit_organisation": lambda w, m: people.edit_organisation(
        w.workspace, organisation_id=m["organisation"], version=1, changes={"status": "customer", "note": "x"}
    ),
    "create_person": lambda w, m: people.create_person(w.workspace, name="Per"),
    "edit_person": lambda w, m: people.edit_person(
        w.workspace, person_id=m["person"], version=1, changes={"organisation_id": m["organisation"]}
    ),
    "create_rep": lambda w, m: people.create_rep(w.workspace, name="Chi"),
    "edit_rep": lambda w, m: people.edit_rep(
        w.workspace, rep_id=w.reps[0], version=1, changes={"team_id": m["team"]}
    ),
    "create_team": lambda w, m: people.create_team(w.workspace, name="Oslo", parent_id=m["team"]),
    "create_pipeline": lambda w, m: pipelines.create_pipeline(w.workspace, name="P", stages=["A", "B"]),
    "edit_pipeline": lambda w, m: pipelines.edit_pipeline(
        w.workspace, pipeline_id=w.pipeline, changes={"name": "X", "in_use": False, "qualified_position": 2}
    ),
    "add_stage": lambda w, m: pipelines.add_stage(
        w.workspace, pipeline_id=w.pipeline, name="Demo", position=2
    ),
    "edit_stage": lambda w, m: pipelines.edit_stage(
        w.workspace, stage_id=w.stages[0], changes={"name": "X", "stuck_days": 3}
    ),
    "reorder_stages": lambda w, m: pipelines.reorder_stages(
        w.workspace, pipeline_id=w.pipeline, stage_ids=[m["unused"], *w.stages[::-1]]
    ),
    "retire_stage": lambda w, m: pipelines.retire_stage(w.workspace, stage_id=w.stages[1]),
    "delete_stage": lambda w, m: pipelines.delete_stage(w.workspace, stage_id=m["unused"]),
    "set_setting": lambda w, m: settings.set_setting(w.workspace, name="base_currency", value="SEK"),
}


@pytest.mark.parametrize("name", ACTS)
def test_undo_and_redo_of_every_service(world: World, name: str) -> None:
    made = prepare(world)
    before = world.snapshot()
    ACTS[name](world, made)
    after, summary = world.snapshot(), world.summary()
    assert after != before
    world.clock.forward(1)
    for _ in range(2):
        assert undo(world.workspace).summary == summary
        assert world.summary() == f"Undid: {summary}"
        assert world.snapshot() == before
        assert world.errors() == []
        assert redo(world.workspace).summary == summary
        assert world.summary() == f"Redid: {summary}"
        assert world.snapshot() == after
        assert world.errors() == []
    with pytest.raises(NotFound, match="nothing to redo"):
        redo(world.workspace)


def test_a_long_chain_goes_back_and_forth(world: World) -> None:
    empty = [world.snapshot()]
    deal = world.deal("Chain", amount_minor=100, currency="EUR")
    steps: list[Callable[[], Any]] = [
        lambda: deals.move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1]),
        lambda: deals.edit_deal(
            world.workspace, deal_id=deal, version=2, changes={"owner_id": world.reps[1]}
        ),
        lambda: deals.lose_deal(world.workspace, deal_id=deal, reason="Price"),
        lambda: deals.reopen_deal(world.workspace, deal_id=deal),
        lambda: pipelines.add_stage(world.workspace, pipeline_id=world.pipeline, name="Demo", position=1),
        lambda: deals.move_deal(world.workspace, deal_id=deal, stage_id=world.stages[3]),
        lambda: deals.win_deal(world.workspace, deal_id=deal),
    ]
    states = [*empty, world.snapshot()]
    for step in steps:
        world.clock.forward(1)
        step()
        states.append(world.snapshot())
    for state in states[-2::-1]:
        undo(world.workspace)
        assert world.snapshot() == state
    for state in states[1:]:
        redo(world.workspace)
        assert world.snapshot() == state
    assert world.errors() == []
    undo(world.workspace)
    undo(world.workspace)
    assert world.snapshot() == states[-3]
    world.clock.forward(1)
    deals.lose_deal(world.workspace, deal_id=deal, reason="Other")
    with pytest.raises(NotFound, match="nothing to redo"):
        redo(world.workspace)


def test_an_undone_move_leaves_no_trace_but_in_the_audit_log(world: World) -> None:
    deal = world.deal(stage_id=world.stages[3], amount_minor=30_000_00, currency="EUR")
    before = world.snapshot()
    deals.lose_deal(world.workspace, deal_id=deal, reason="Price")
    undo(world.workspace)
    assert world.snapshot() == before
    assert world.rows("SELECT action, undoes_id IS NOT NULL FROM change_group ORDER BY id DESC LIMIT 2") in (
        [("undo", 1), ("lose_deal", 0)],
        [("undo", True), ("lose_deal", False)],
    )


def test_a_version_never_goes_back(world: World) -> None:
    deal = world.deal()
    deals.edit_deal(world.workspace, deal_id=deal, version=1, changes={"title": "B"})
    undo(world.workspace)
    assert world.deal_row(deal)["version"] == 3
    undo(world.workspace)
    redo(world.workspace)
    assert world.deal_row(deal)["version"] == 4


def test_undo_takes_the_callers_own_last_change(world: World) -> None:
    bo = world.as_user("bo")
    mine = world.deal("Mine")
    deals.create_deal(bo, title="Bo's", pipeline_id=world.pipeline, owner_id=world.reps[1])
    assert undo(world.workspace).summary == "Created Mine in Lead"
    with pytest.raises(NotFound, match="nothing to redo"):
        redo(bo)
    assert redo(world.workspace).summary == "Created Mine in Lead"
    assert world.deal_row(mine)["title"] == "Mine"
    assert undo(world.workspace, anybody=True).summary == "Created Mine in Lead"
    assert undo(world.workspace, anybody=True).summary == "Created Bo's in Lead"
    assert redo(bo, anybody=True).summary == "Created Bo's in Lead"
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(world.as_user("nobody"))


def test_a_later_change_to_the_same_rows_is_in_the_way(world: World) -> None:
    deal = world.deal()
    moved = group(world, lambda: deals.move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1]))
    deals.edit_deal(world.as_user("bo"), deal_id=deal, version=2, changes={"title": "B"})
    before = world.snapshot()
    with pytest.raises(Refused) as caught:
        undo(world.workspace, group_id=moved)
    assert caught.value.message == (
        "“Moved Acme [/EU] from Lead to Qualified” cannot be undone: the same was changed later "
        "(“Edited Acme [/EU]: title”, bo, 1 Jan 00:00)."
    )
    assert world.snapshot() == before
    undo(world.as_user("bo"))
    undo(world.workspace, group_id=moved)
    assert world.deal_row(deal)["stage_id"] == world.stages[0]
    with pytest.raises(Refused, match="is undone already"):
        undo(world.workspace, group_id=moved)
    redo(world.workspace, group_id=moved)
    with pytest.raises(Refused, match="is not undone"):
        redo(world.workspace, group_id=moved)
    undo(world.workspace, group_id=moved)
    assert world.errors() == []


def test_a_redo_is_refused_when_the_rows_changed_since(world: World) -> None:
    deal = world.deal()
    moved = group(world, lambda: deals.move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1]))
    undo(world.workspace)
    deals.move_deal(world.workspace, deal_id=deal, stage_id=world.stages[2])
    with pytest.raises(Refused, match="cannot be redone: the same was changed later"):
        redo(world.workspace, group_id=moved)
    assert world.errors() == []


def test_what_is_still_needed_does_not_go(world: World) -> None:
    made = group(world, lambda: people.create_rep(world.workspace, name="Chi"))
    chi = world.rows("SELECT max(id) FROM rep")[0][0]
    organisation = group(world, lambda: people.create_organisation(world.workspace, name="Acme"))
    acme = world.rows("SELECT max(id) FROM organisation")[0][0]
    stage = group(
        world, lambda: pipelines.add_stage(world.workspace, pipeline_id=world.pipeline, name="Demo")
    )
    demo = world.rows("SELECT max(id) FROM stage")[0][0]
    for title in ("One", "Two"):
        world.deal(title, owner_id=chi, organisation_id=acme, stage_id=demo)
    before = world.snapshot()
    for number, said in (
        (made, "“Created rep Chi” cannot be undone: deal 'One' and others still needs the rep."),
        (organisation, "cannot be undone: deal 'One' and others still needs the organisation."),
        (stage, "still needs the stage."),
    ):
        with pytest.raises(Refused) as caught:
            undo(world.workspace, group_id=number)
        assert said in caught.value.message
        assert world.snapshot() == before
    assert world.errors() == []


def test_a_word_that_others_use_by_now_stays(world: World) -> None:
    one, two = world.deal("One"), world.deal("Two")
    lost = group(world, lambda: deals.lose_deal(world.workspace, deal_id=one, reason="Price"))
    deals.lose_deal(world.workspace, deal_id=two, reason="Price")
    undo(world.workspace, group_id=lost)
    assert world.rows("SELECT name FROM loss_reason") == [("Price",)]
    assert world.deal_row(one)["status"] == "open"
    redo(world.workspace, group_id=lost)
    assert world.rows("SELECT count(*) FROM loss_reason") == [(1,)]
    assert world.errors() == []


def test_a_name_that_was_taken_since_is_in_the_way(world: World) -> None:
    made = group(world, lambda: people.create_team(world.workspace, name="North"))
    undo(world.workspace)
    people.create_team(world.workspace, name="South")
    people.create_team(world.workspace, name="North")
    with pytest.raises(Refused, match="cannot be redone"):
        redo(world.workspace, group_id=made)


def test_an_unknown_group(world: World) -> None:
    with pytest.raises(NotFound, match="no change with number 999"):
        undo(world.workspace, group_id=999)


def test_an_import_can_be_undone_and_redone(world: World) -> None:
    """Ranges of rows, rows changed by the same call, and organisations made on the way."""
    kept = world.deal("Kept")
    before = world.snapshot()
    with world.workspace.change("import_deals") as call:
        call.summary = "Imported 250 deals"
        organisation = call.insert(Organisation, {"name": "Imported"})
        call.update(Deal, call.get(Deal, kept), {"title": "Renamed", "organisation_id": organisation})
        rules = Rules.read(call.reader)
        with BulkWriter(call, rules.ladders, rules.pricing) as writer:
            for number in range(250):
                writer.add(
                    {
                        "title": f"D{number}",
                        "owner_id": world.reps[0],
                        "organisation_id": organisation,
                        "created_at": START - 9 * DAY,
                        "amount_minor": number,
                        "currency": "EUR",
                    },
                    history_of(world, number),
                    [{"until_at": START - DAY, "owner_id": world.reps[1]}] if number % 5 == 0 else (),
                )
    after = world.snapshot()
    assert world.rows("SELECT count(*) FROM deal") == [(251,)]
    done: list[tuple[int, int]] = []
    for _ in range(2):
        assert undo(world.workspace).summary == "Imported 250 deals"
        assert world.snapshot() == before
        assert world.errors() == []
        redo(world.workspace, progress=lambda *steps: done.append(steps))
        assert world.snapshot() == after
        assert world.errors() == []
    assert done[-1] == (251, 251)
    # Numbers go on from where they were.
    new = world.deal("New")
    assert new > world.rows("SELECT max(id) FROM deal WHERE id <> :new", new=new)[0][0]
    undo(world.workspace)
    deals.edit_deal(
        world.as_user("bo"),
        deal_id=kept + 7,
        version=world.deal_row(kept + 7)["version"],
        changes={"title": "Edited"},
    )
    with pytest.raises(Refused, match="changed later"):
        undo(world.workspace)


def history_of(world: World, number: int) -> list[dict[str, Any]]:
    """Two visits; some deals are won, some open."""
    owner = world.reps[number % 2]
    first = {
        "pipeline_id": world.pipeline,
        "stage_id": world.stages[0],
        "entered_at": START - 9 * DAY,
        "left_at": START - 5 * DAY,
        "exit": "moved",
        "owner_id": owner,
    }
    last: dict[str, Any] = {
        "pipeline_id": world.pipeline,
        "stage_id": world.stages[number % 3 + 1],
        "entered_at": START - 5 * DAY,
        "owner_id": owner,
        "assumed": True,
    }
    if number % 2:
        last |= {"left_at": START - 2 * DAY, "exit": "won"}
    return [first, last]


def group(world: World, act: Callable[[], object]) -> int:
    """Run a service and give the number of its change group."""
    act()
    return int(world.rows("SELECT max(id) FROM change_group")[0][0])
