"""Finding rows by the names that people type."""

from __future__ import annotations

import subprocess
import sys

import pytest

from funnel_tui.errors import NotFound
from funnel_tui.queries.names import Named, names, resolve, team_reps
from funnel_tui.services.people import create_organisation, create_rep, create_team
from tests.services.world import World


def find(world: World, entity: str, name: str) -> Named:
    with world.workspace.read() as reader:
        return resolve(reader, entity, name)


def test_names_are_found_whatever_the_case(world: World) -> None:
    assert find(world, "rep", " ANA ") == (world.reps[0], "Ana")
    assert find(world, "rep", "BJØRN & søn") == (world.reps[1], "Bjørn & Søn")
    assert find(world, "pipeline", "sales") == (world.pipeline, "Sales")
    with world.workspace.read() as reader:
        assert [name for _, name in names(reader, "rep")] == ["Ana", "Bjørn & Søn"]


def test_the_exact_name_wins_among_equals(world: World) -> None:
    create_organisation(world.workspace, name="ACME")
    second = create_organisation(world.workspace, name="Acme")
    assert find(world, "organisation", "Acme") == (second, "Acme")
    assert find(world, "organisation", "acme")[1] in {"ACME", "Acme"}


def test_an_unknown_name_suggests_the_nearest(world: World) -> None:
    with pytest.raises(NotFound) as caught:
        find(world, "rep", "Anna")
    assert caught.value.message == "There is no rep 'Anna'."
    assert caught.value.hint == "Did you mean 'Ana'?"
    with pytest.raises(NotFound, match="'Ana', 'Bjørn & Søn'"):
        find(world, "rep", "zzz")
    with pytest.raises(NotFound, match="none at all yet"):
        find(world, "team", "North")
    with pytest.raises(NotFound) as shown:
        find(world, "rep", "a\x1b[31m\nb")
    assert "\x1b" not in str(shown.value)
    assert "\n" not in str(shown.value)


def test_a_team_includes_the_teams_inside_it(world: World) -> None:
    north = create_team(world.workspace, name="North")
    oslo = create_team(world.workspace, name="Oslo", parent_id=north)
    centre = create_team(world.workspace, name="Centre", parent_id=oslo)
    south = create_team(world.workspace, name="South")
    reps = [
        create_rep(world.workspace, name=name, team_id=team)
        for name, team in (("Dag", centre), ("Else", north), ("Fia", south))
    ]
    with world.workspace.read() as reader:
        assert team_reps(reader, north) == [(reps[0], "Dag"), (reps[1], "Else")]
        assert team_reps(reader, south) == [(reps[2], "Fia")]


def test_looking_up_names_needs_no_sql_library() -> None:
    script = (
        "import sys, funnel_tui.queries.names\n"
        "print([name for name in ('sqlalchemy', 'sqlmodel', 'textual', 'babel') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
