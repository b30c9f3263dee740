"""Organisations, persons, reps and teams."""

from __future__ import annotations

import pytest

from funnel_tui.errors import InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.services.people import (
    create_organisation,
    create_person,
    create_rep,
    create_team,
    edit_organisation,
    edit_person,
    edit_rep,
    edit_team,
)
from tests.services.world import World


def test_organisations(world: World) -> None:
    acme = create_organisation(world.workspace, name=" Acme [/EU] ", status="customer", external_id="O1")
    create_organisation(world.workspace, name="Acme [/EU]")
    assert world.row("organisation", acme)["name"] == "Acme [/EU]"
    with pytest.raises(InvalidInput, match="already an organisation 'O1'"):
        create_organisation(world.workspace, name="Other", external_id="O1")
    assert edit_organisation(world.workspace, organisation_id=acme, version=1, changes={"note": "x"}) == 2
    with pytest.raises(StaleEdit) as caught:
        edit_organisation(world.workspace, organisation_id=acme, version=1, changes={"note": "y"})
    assert (caught.value.mine, caught.value.theirs) == ({"note": "y"}, {"note": "x"})
    assert world.summary() == "Edited organisation Acme [/EU]: note"


def test_persons(world: World) -> None:
    acme = create_organisation(world.workspace, name="Acme")
    kari = create_person(world.workspace, name="Kari Lie", organisation_id=acme, email=" k@example.com ")
    assert world.row("person", kari)["email"] == "k@example.com"
    edit_person(world.workspace, person_id=kari, version=1, changes={"organisation_id": None, "phone": "1"})
    row = world.row("person", kari)
    assert (row["organisation_id"], row["phone"], row["version"]) == (None, "1", 2)
    with pytest.raises(NotFound, match="no organisation with number 99"):
        create_person(world.workspace, name="X", organisation_id=99)


def test_reps_and_teams(world: World) -> None:
    north = create_team(world.workspace, name="North")
    oslo = create_team(world.workspace, name="Oslo", parent_id=north)
    rep = create_rep(world.workspace, name="Chi", team_id=oslo)
    for name in ("chi", "CHI "):
        with pytest.raises(InvalidInput, match="already a rep 'Chi'"):
            create_rep(world.workspace, name=name)
    edit_rep(world.workspace, rep_id=rep, version=1, changes={"team_id": north})
    assert world.row("rep", rep)["team_id"] == north
    assert world.summary() == "Edited rep Chi: team"
    edit_rep(world.workspace, rep_id=rep, version=2, changes={"team_id": None})
    assert world.row("rep", rep)["team_id"] is None
    edit_rep(world.workspace, rep_id=rep, version=3, changes={"active": False, "name": "CHI"})
    assert world.row("rep", rep)["active"] == 0
    with pytest.raises(NotFound, match="no team with number 99"):
        edit_rep(world.workspace, rep_id=rep, version=4, changes={"team_id": 99})


def test_a_team_does_not_lie_in_itself(world: World) -> None:
    north = create_team(world.workspace, name="North")
    oslo = create_team(world.workspace, name="Oslo", parent_id=north)
    for parent in (north, oslo):
        with pytest.raises(Refused, match="cannot lie in itself"):
            edit_team(world.workspace, team_id=north, version=1, changes={"parent_id": parent})
    edit_team(world.workspace, team_id=oslo, version=1, changes={"parent_id": None, "name": "OSLO"})
    assert world.row("team", oslo)["parent_id"] is None
