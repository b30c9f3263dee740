"""``funnel stages``, ``funnel reps``, ``funnel undo`` and ``funnel redo`` by the real command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from funnel_tui.services.deals import win_deal
from tests.cli.selling import Run, made_world, rows, runner
from tests.services.world import World
from tests.support.cli import json_of, ok, refused


@pytest.fixture
def world(db_url: str) -> Iterator[World]:
    """A team with five deals, on each database in turn."""
    made = made_world(db_url)
    yield made
    made.workspace.database.close()


@pytest.fixture
def funnel(db_url: str) -> Run:
    """The command on the database of :func:`world`."""
    return runner(db_url)


def names(funnel: Run) -> list[str]:
    """The stages in order; retired ones in brackets."""
    found = rows(funnel("stages", "--json"))
    return [f"({row['stage']})" if row["retired"] else row["stage"] for row in found]


def test_stages_are_listed_and_set_up(world: World, funnel: Run) -> None:
    assert names(funnel) == ["Lead", "Qualified", "Proposal", "Negotiation"]
    made = json_of(
        funnel(
            *("stages", "add", "sales", "Trial [/]", "--position", "3", "--probability", "42.5%"),
            *("--stuck-days", "20", "--category", "best_case", "--require", "amount,source", "--json"),
        )
    )
    row = rows(funnel("stages", "--pipeline", "SALES", "--json"))[2]
    assert row["stage_id"] == made["rows"][0]["stage_id"]
    assert (row["stage"], row["probability"], row["stuck_days"]) == ("Trial [/]", 0.425, 20)
    assert (row["category"], row["required_fields"], row["open_deals"]) == (
        "best_case",
        ["amount", "source"],
        0,
    )
    ok(funnel("stages", "edit", "sales", "3", "--name", "Pilot", "--stuck-days", "none", "--require", ""))
    row = rows(funnel("stages", "--json"))[2]
    assert (row["stage"], row["stuck_days"], row["required_fields"]) == ("Pilot", None, [])
    ok(funnel("stages", "retire", "sales", "pilot"))
    ok(funnel("stages", "reorder", "sales", "Proposal, Negotiation,Lead,Qualified"))
    assert names(funnel) == ["Proposal", "Negotiation", "(Pilot)", "Lead", "Qualified"]
    ok(funnel("stages", "restore", "sales", "Pilot"))
    refused(funnel("stages", "delete", "sales", "lead"), code=1, says=("5 deals were in it", "Retire"))
    ok(funnel("stages", "delete", "sales", "pilot"))
    assert names(funnel) == ["Proposal", "Negotiation", "Lead", "Qualified"]
    table = ok(funnel("stages"))
    assert all(word in table for word in ("Sales", "Stuck", "Probability", "Category"))
    assert world.errors() == []


def test_the_demand_switch_holds_deals_back_and_a_stage_qualifies_them(world: World, funnel: Run) -> None:
    ok(funnel("stages", "edit-pipeline", "sales", "--demand", "--qualified-from", "qualified"))
    with world.workspace.read() as reader:
        held = reader.rows("SELECT record_demand, qualified_position FROM pipeline WHERE name = 'Sales'")
    assert tuple(held[0]) == (1, 2)
    ok(funnel("deal", "add", "Pumps", "--owner", "Ana"))
    refused(funnel("deal", "move", "Pumps", "--to", "2"), code=1, says=("demand is empty",))
    ok(funnel("deal", "edit", "Pumps", "--demand", "2 x Pump"))
    ok(funnel("deal", "move", "Pumps", "--to", "2"))
    ok(funnel("stages", "edit-pipeline", "sales", "--no-demand", "--qualified-from", "none"))
    with world.workspace.read() as reader:
        held = reader.rows("SELECT record_demand, qualified_position FROM pipeline WHERE name = 'Sales'")
    assert tuple(held[0]) == (0, None)
    assert world.errors() == []


def test_pipelines_are_made_and_switched_off(world: World, funnel: Run) -> None:
    ok(funnel("stages", "add-pipeline", "Renewals", "--stages", "Notice,Signed", "--staging", "automatic"))
    assert {row["pipeline"] for row in rows(funnel("stages", "--json"))} == {"Sales", "Renewals"}
    ok(funnel("stages", "edit-pipeline", "renewals", "--name", "Old", "--not-in-use", "--staging", "manual"))
    (first, _) = rows(funnel("stages", "--pipeline", "old", "--json"))
    assert (first["staging"], first["pipeline_in_use"]) == ("manual", False)
    assert "pipeline not in use" in ok(funnel("stages"))
    ok(funnel("stages", "delete-pipeline", "old"))
    says = ("5 deals are or were in it", "Switch the pipeline off")
    refused(funnel("stages", "delete-pipeline", "sales"), code=1, says=says)
    assert {row["pipeline"] for row in rows(funnel("stages", "--json"))} == {"Sales"}
    ok(funnel("undo"))
    assert {row["pipeline"] for row in rows(funnel("stages", "--json"))} == {"Sales", "Old"}
    assert world.errors() == []


def test_a_new_database_is_set_up_from_the_shell(tmp_path: Path) -> None:
    funnel = runner(tmp_path / "new.db")
    ok(funnel("stages", "add-pipeline", "Sales", "--stages", "Lead,Proposal"))
    ok(funnel("reps", "add-team", "North"))
    ok(funnel("reps", "add", "Ana", "--team", "north", "--email", "ana@example.com"))
    number = ok(funnel("deal", "add", "First", "--amount", "5k")).strip()
    assert rows(funnel("deal", "list", "--team", "North", "--json"))[0]["deal_id"] == int(number)


def test_reps_are_listed_and_edited(world: World, funnel: Run) -> None:
    ok(funnel("reps", "add-team", "North"))
    ok(funnel("reps", "add", "Zoë [/]", "--team", "north"))
    ok(funnel("reps", "edit", "ana", "--email", "a@example.com", "--team", "North"))
    found = {row["rep"]: row for row in rows(funnel("reps", "--team", "north", "--json"))}
    assert set(found) == {"Ana", "Zoë [/]"}
    assert (found["Ana"]["email"], found["Ana"]["open_deals"], found["Ana"]["active"]) == (
        "a@example.com",
        5,
        True,
    )
    ok(funnel("reps", "edit", "Zoë [/]", "--not-active", "--team", ""))
    assert [row["rep"] for row in rows(funnel("reps", "--json"))] == ["Ana", "Bjørn & Søn"]
    assert len(rows(funnel("reps", "--all", "--json"))) == 3
    assert "1 not active; --all shows them." in ok(funnel("reps"))
    assert world.rows("SELECT count(*) FROM rep WHERE team_id IS NULL AND active = 0") == [(1,)]


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("stages", "add", "sales", "LEAD"), 1, ("There is already a stage 'Lead'",)),
        (("stages", "add", "nope", "x"), 1, ("There is no pipeline 'nope'",)),
        (("stages", "add", "sales", "x", "--position", "9"), 1, ("between 1 and 5",)),
        (("stages", "add", "sales", "x", "--require", "colour"), 1, ("colour",)),
        (("stages", "edit", "sales", "1"), 2, ("Nothing to change",)),
        (("stages", "edit", "sales", "1", "--stuck-days", "soon"), 1, ("'soon' is no number of days",)),
        (("stages", "edit", "sales", "1", "--stuck-days", "0"), 1, ("Stuck days",)),
        (("stages", "edit", "sales", "1", "--probability", "x"), 1, ("'x'",)),
        (("stages", "reorder", "sales", "Lead,Proposal"), 2, ("leaves out Qualified, Negotiation",)),
        (("stages", "reorder", "sales", "Lead,,Proposal"), 2, ("empty name",)),
        (("stages", "reorder", "sales", "Lead,lead,Qualified,Proposal,Negotiation"), 2, ("named twice",)),
        (("stages", "add-pipeline", "sales", "--stages", "A"), 1, ("There is already a pipeline 'Sales'",)),
        (("stages", "add-pipeline", "x", "--stages", "A,a"), 1, ("Two stages are called",)),
        (("stages", "--pipeline", "x"), 1, ("There is no pipeline 'x'",)),
        (("reps", "add", "ANA"), 1, ("There is already a rep 'Ana'",)),
        (("reps", "add", "x", "--team", "y"), 1, ("There is no team 'y'",)),
        (("reps", "edit", "ana"), 2, ("Nothing to change",)),
        (("reps", "edit", "nobody", "--name", "x"), 1, ("There is no rep 'nobody'",)),
        (("undo", "--list", "3"), 2, ("--list takes no number",)),
        (("undo", "999"), 1, ("There is no change with number 999",)),
        (("redo",), 1, ("There is nothing to redo",)),
    ],
)
def test_what_is_refused(tmp_path: Path, args: tuple[str, ...], code: int, says: tuple[str, ...]) -> None:
    world = made_world(str(tmp_path / "funnel.db"))
    before, groups = world.snapshot(), world.groups()
    said = refused(runner(tmp_path / "funnel.db")(*args), code=code, says=says)
    assert len(said.splitlines()) == 1
    assert (world.snapshot(), world.groups()) == (before, groups)
    world.workspace.database.close()


def test_undo_and_redo_say_what_they_did(world: World, funnel: Run) -> None:
    win_deal(world.as_user("bob"), deal_id=1)
    ok(funnel("deal", "move", "2", "3", "--to", "Proposal"))
    after = world.snapshot()
    ended = funnel("undo")
    assert (ok(ended), ended.stderr) == (
        "",
        f"funnel: Undid: Moved 2 deals to Proposal (change {last(world)}).\n",
    )
    listed = rows(funnel("undo", "--list", "--limit", "2", "--json"))
    assert [(row["summary"], row["by"], row["undone"]) for row in listed] == [
        *(("Moved 2 deals to Proposal", "ana", True), ("Won Acme renewal", "bob", False)),
    ]
    assert listed[0]["at"] == "2026-01-22T12:00:00Z"
    assert [row["summary"] for row in rows(funnel("redo", "--list", "--json"))] == [
        "Moved 2 deals to Proposal"
    ]
    ended = funnel("redo", "--json")
    assert json_of(ended)["rows"][0]["change"] == listed[0]["change"]
    assert world.snapshot() == after
    assert rows(funnel("redo", "--list", "--json")) == []
    table = ok(funnel("undo", "--list"))
    assert "Won Acme renewal" in table
    assert "undone" not in table
    ok(funnel("undo", str(listed[1]["change"])))
    assert world.deal_row(1)["status"] == "open"
    assert world.errors() == []


def last(world: World) -> int:
    """The number of the last change that is no undo."""
    return int(world.rows("SELECT max(id) FROM change_group WHERE undoes_id IS NULL")[0][0])


def test_undo_takes_back_only_what_the_user_did_unless_asked(world: World, funnel: Run) -> None:
    win_deal(world.as_user("bob"), deal_id=1)
    ok(funnel("undo", "--anybody"))
    assert world.deal_row(1)["status"] == "open"
