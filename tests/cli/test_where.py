"""``--where`` by the real command line, with the place of what is wrong; views with a filter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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


def test_reports_lists_and_quotas_take_a_filter(world: World, funnel: Run) -> None:
    everything = rows(funnel("deal", "list", "--status", "all", "--format", "json"))
    one = everything[0]["deal"]
    where = f'deal = "{one}"'
    found = rows(funnel("deal", "list", "--status", "all", "--where", where, "--format", "json"))
    assert [row["deal"] for row in found] == [one]
    others = rows(funnel("deal", "list", "--status", "all", "--where", f"not {where}", "--format", "json"))
    assert len(others) == len(everything) - 1
    made = json_of(funnel("report", "active", "--where", where, "--format", "json"))
    assert made["scope"]["where"] == where
    assert made["notes"][0] == f"Only deals where {where}."
    assert sum(row["deals"] for row in made["rows"]) <= 1
    assert json_of(funnel("report", "active", "--format", "json"))["scope"]["where"] is None
    quotas = json_of(funnel("quotas", "--where", "amount > 1000m", "--format", "json"))
    assert quotas["scope"]["where"] == "amount > 1000m"
    assert quotas["totals"]["won"]["minor"] == 0


def test_an_export_of_deals_takes_a_filter(world: World, funnel: Run) -> None:
    everything = ok(funnel("export", "deals")).splitlines()
    won = ok(funnel("export", "deals", "--where", "status = won")).splitlines()
    rest = ok(funnel("export", "deals", "--where", "status != won")).splitlines()
    assert won[0] == rest[0] == everything[0]
    assert sorted(won[1:] + rest[1:]) == sorted(everything[1:])
    assert len(rest) > 1
    refused(funnel("export", "deals", "--where", "won"), code=2, says=("there is no field 'won'",))
    refused(funnel("export", "history", "--where", "stuck"), code=2, says=("--where is for deals",))


def test_what_is_wrong_is_marked_on_standard_error(world: World, funnel: Run) -> None:
    result = funnel("report", "funnel", "--where", "stuck and amout > 3")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "  stuck and amout > 3",
        "            ^^^^^",
        "funnel: column 11: there is no field 'amout'. Did you mean amount?",
    ]
    refused(funnel("deal", "list", "--where", "owner = \x1b[31m"), code=2, says=("there is no rep",))


def test_a_view_keeps_a_filter_that_can_be_used(world: World, funnel: Run) -> None:
    refused(
        funnel("views", "add", "Bad", "--where", "tag = gone"), code=2, says=("column 7: there is no tag",)
    )
    refused(funnel("views", "add", "Bad", "--where", "amount >"), code=2, says=("a value is needed",))
    ok(
        funnel(
            "views", "add", "Big", "--where", "amount > 1", "--by", "rep", "--screen", "deals", "--default"
        )
    )
    (row,) = rows(funnel("views", "--json"))
    assert (row["where"], row["is_default"], row["by"]) == ("amount > 1", True, "rep")
    assert "where amount > 1" in ok(funnel("views"))
    made = json_of(funnel("report", "metrics", "--view", "Big", "--format", "json"))
    assert (made["scope"]["where"], made["scope"]["by"]) == ("amount > 1", "rep")
    made = json_of(funnel("report", "metrics", "--view", "Big", "--where", "stuck", "--format", "json"))
    assert made["scope"]["where"] == "stuck"
    ok(funnel("views", "add", "Other", "--screen", "deals", "--default"))
    assert {row["view"]: row["is_default"] for row in rows(funnel("views", "--json"))} == {
        "Big": False,
        "Other": True,
    }
    ok(funnel("undo"))
    assert [row["view"] for row in rows(funnel("views", "--json")) if row["is_default"]] == ["Big"]
    assert world.errors() == []
