"""``funnel views`` by the real command line, and reports with what it saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.scope import Scope
from funnel_tui.services.scenario_changes import save_scenario
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


def test_a_view_is_saved_used_changed_and_removed(world: World, funnel: Run) -> None:
    assert rows(funnel("views", "--json")) == []
    said = ("--pipeline", "SALES", "--owner", "ana", "--period", "2026-Q1", "--compare", "previous")
    added = funnel(
        "views", "add", "Mine [/]", *said, "--cohort", "created", "--value", "--rep", "ana", "--json"
    )
    (row,) = rows(funnel("views", "list", "--json"))
    assert row["view_id"] == json_of(added)["rows"][0]["view_id"]
    assert (row["view"], row["screen"], row["rep"]) == ("Mine [/]", "stages", "Ana")
    assert (row["pipelines"], row["owner"], row["cohort"]) == (["Sales"], "Ana", "created")
    assert (row["period"], row["compare"], row["value"]) == ("2026-Q1", "2025-Q4", True)
    scope = json_of(funnel("report", "funnel", "--view", "mine [/]", "--format", "json"))["scope"]
    assert (scope["period"]["name"], scope["owner"], scope["value"]) == ("2026-Q1", "Ana", True)

    refused(funnel("views", "add", "MINE [/]"), code=1, says=("already a view 'Mine [/]'", "--replace"))
    ok(funnel("views", "add", "Mine [/]", "--by", "rep", "--screen", "deals", "--replace"))
    (row,) = rows(funnel("views", "--json"))
    assert (row["screen"], row["by"], row["owner"], row["rep"]) == ("deals", "rep", None, None)
    table = ok(funnel("views"))
    assert "everybody" in table
    assert "all time · by rep" in table

    refused(funnel("views", "remove", "min [/]"), code=1, says=("Did you mean 'Mine [/]'?",))
    ok(funnel("views", "remove", "mine [/]"))
    assert rows(funnel("views", "--json")) == []
    ok(funnel("undo"))
    assert [row["view"] for row in rows(funnel("views", "--json"))] == ["Mine [/]"]
    ok(funnel("undo"))
    assert rows(funnel("views", "--json"))[0]["screen"] == "stages"
    ok(funnel("undo"))
    assert rows(funnel("views", "--json")) == []
    assert world.errors() == []


def test_each_call_is_one_change_group(world: World, funnel: Run) -> None:
    def groups() -> list[str]:
        return [row[0] for row in world.rows("SELECT summary FROM change_group ORDER BY id")]

    before = len(groups())
    ok(funnel("views", "add", "One"))
    ok(funnel("views", "add", "One", "--period", "2026", "--replace"))
    ok(funnel("views", "remove", "One"))
    assert groups()[before:] == ["Saved view One", "Changed view One", "Removed view One"]


def test_a_view_may_begin_with_another_one(world: World, funnel: Run) -> None:
    ok(funnel("views", "add", "Quarter", "--period", "2026-Q1", "--owner", "Ana"))
    ok(funnel("views", "add", "Quarter of all", "--view", "quarter", "--pipeline", "Sales"))
    found = {row["view"]: row for row in rows(funnel("views", "--json"))}
    assert found["Quarter of all"]["period"] == "2026-Q1"
    assert (found["Quarter of all"]["owner"], found["Quarter of all"]["pipelines"]) == ("Ana", ["Sales"])


def test_a_view_in_words_moves_on_with_time(world: World, db_url: str) -> None:
    assert world.errors() == []
    march = "2026-03-31T12:00:00Z"
    funnel = runner(db_url, FUNNEL_NOW=march)

    def seen(now: str, *words: str) -> tuple[str, str]:
        said = runner(db_url, FUNNEL_NOW=now)(
            "report", "funnel", "--view", "Monday", *words, "--format", "json"
        )
        scope = json_of(said)["scope"]
        return scope["period"]["name"], scope["compare"]["name"]

    ok(funnel("views", "add", "Monday", "--period", "forrige måned", "--compare", "previous"))
    (row,) = rows(funnel("views", "--json"))
    assert (row["period"], row["compare"]) == ("last month", "previous")
    assert "last month vs the period before" in ok(funnel("views"))
    assert seen(march) == ("2026-02", "2026-01")
    assert seen("2026-04-01T12:00:00Z") == ("2026-03", "2026-02")
    assert seen(march, "--as-of", "2026-01-15") == ("2025-12", "2025-11")
    assert seen(march, "--period", "this month", "--compare", "year-before") == ("2026-03", "2025-03")

    ok(funnel("views", "add", "Monday", "--period", "2026-Q1", "--compare", "last 30 days", "--replace"))
    assert seen(march) == ("2026-Q1", "2026-03-02..2026-03-31")
    # Where the team is the next day may have begun already.
    ok(funnel("settings", "time_zone", "Asia/Tokyo"))
    assert seen("2026-03-31T20:00:00Z") == ("2026-Q1", "2026-03-03..2026-04-01")


def test_a_scenario_is_listed_as_one(world: World, funnel: Run) -> None:
    save_scenario(world.workspace, name="Bold", scope=Scope(owner="Ana"), wish=PlanWish())
    ok(funnel("views", "add", "All of it"))
    lines = ok(funnel("views")).splitlines()
    told = {line.split("  ")[0]: line for line in lines}
    assert told["Bold"].rstrip().endswith("scenario of Ana: funnel report plan --scenario NAME")
    assert "all time" not in told["Bold"]
    assert told["All of it"].rstrip().endswith("all time")


def test_how_many_views_there_are_is_counted(world: World, funnel: Run) -> None:
    ok(funnel("views", "add", "A"))
    refused(funnel("report", "metrics", "--view", "zzz"), code=1, says=("There is 1 saved view;",))
    ok(funnel("views", "add", "B"))
    refused(funnel("report", "metrics", "--view", "zzz"), code=1, says=("There are 2 saved views;",))


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("",), 1, "must not be empty"),
        (("x" * 201,), 1, "200"),
        (("a\tb",), 1, "has a tab in it"),
        (("A", "--owner", "Anna"), 1, "Did you mean 'Ana'?"),
        (("A", "--pipeline", "Nowhere"), 1, "no pipeline 'Nowhere'"),
        (("A", "--team", "Nobody"), 1, "no team 'Nobody'"),
        (("A", "--rep", "Nobody"), 1, "no rep 'Nobody'"),
        (("A", "--owner", "Ana", "--team", "T"), 2, "exclude each other"),
        (("A", "--period", "never"), 2, "never"),
        (("A", "--compare", "previous"), 2, "needs a --period"),
        (("A", "--screen", "board"), 2, "board"),
        (("A", "--view", "B"), 1, "No saved view is called 'B'"),
    ],
)
def test_what_cannot_be_saved(
    world: World, funnel: Run, words: tuple[str, ...], code: int, says: str
) -> None:
    refused(funnel("views", "add", *words), code=code, says=(says,))
    assert world.rows("SELECT count(*) FROM saved_view") == [(0,)]
