"""The stream of interactions: order, period, owner, pipeline, filters and words, on each database."""

from __future__ import annotations

from typing import Any

import pytest

from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import NotFound
from funnel_tui.services.interaction_list import (
    InteractionFilter,
    count_ahead,
    filter_choices,
    interaction_ids,
    interaction_rows,
    one_interaction,
    reps_in_use,
)
from funnel_tui.services.interactions import delete_interaction, log_interaction
from tests.services.interacting import Customers
from tests.services.world import DAY, World

ALL = Scope(period=Period.all_time())


@pytest.fixture
def customers(world: World) -> Customers:
    """On each database in turn."""
    return Customers.make(world)


@pytest.fixture
def logged(customers: Customers) -> dict[str, int]:
    """Four interactions, by a name of their own."""
    now, reps = customers.world.clock.now, customers.world.reps
    said: dict[str, dict[str, Any]] = {
        "call": {"kind": "call", "deal_id": customers.deal, "outcome": "voicemail", "at": now - 300},
        "mail": {"kind": "email", "person_id": customers.ole, "outcome": "sent", "note": "100% Über_preis"},
        "old": {"kind": "call", "organisation_id": customers.nordlys, "at": now - 400 * DAY},
        "plan": {"kind": "meeting", "deal_id": customers.deal, "planned": True, "at": now + DAY},
    }
    owners = {"mail": reps[1]}
    return {
        name: log_interaction(
            customers.world.workspace, owner_id=owners.get(name, reps[0]), **fields
        ).interaction_id
        for name, fields in said.items()
    }


def names(customers: Customers, logged: dict[str, int], scope: Scope = ALL, **wanted: Any) -> list[str]:
    """What a list holds, by the names of :func:`logged`."""
    by_number = {number: name for name, number in logged.items()}
    ids = interaction_ids(customers.world.workspace, scope, InteractionFilter(**wanted))
    return [by_number[number] for number in ids]


def test_the_latest_comes_first(customers: Customers, logged: dict[str, int]) -> None:
    assert names(customers, logged) == ["plan", "mail", "call", "old"]
    assert count_ahead(customers.world.workspace, ALL) == 1
    assert count_ahead(customers.world.workspace, ALL, InteractionFilter(planned=False)) == 0


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"kind": "Call"}, ["call", "old"]),
        ({"outcome": "voicemail"}, ["call"]),
        ({"planned": True}, ["plan"]),
        ({"planned": False}, ["mail", "call", "old"]),
        ({"text": "fleet"}, ["plan", "call"]),
        ({"text": "FJORDLINE call"}, ["call"]),
        ({"text": "ole"}, ["mail"]),
        ({"text": "voice"}, ["call"]),
        ({"text": "100%"}, ["mail"]),
        ({"text": "Über"}, ["mail"]),
        ({"text": "über"}, ["mail"]),
        ({"text": "ÜBER_PREIS"}, ["mail"]),
        ({"text": "100_"}, []),
        ({"text": "fleet nothing"}, []),
    ],
)
def test_filters(
    customers: Customers, logged: dict[str, int], wanted: dict[str, Any], left: list[str]
) -> None:
    assert names(customers, logged, **wanted) == left


def test_owner_period_and_pipeline(customers: Customers, logged: dict[str, int]) -> None:
    world = customers.world
    reps = dict(reps_in_use(world.workspace))
    assert names(customers, logged, Scope(period=Period.all_time(), owner=reps[world.reps[1]])) == ["mail"]
    assert names(customers, logged, rep=reps[world.reps[0]]) == ["plan", "call", "old"]
    pipeline = world.rows("SELECT name FROM pipeline WHERE id = :id", id=world.pipeline)[0][0]
    assert names(customers, logged, Scope(period=Period.all_time(), pipelines=(pipeline,))) == [
        "plan",
        "call",
    ]
    with pytest.raises(NotFound):
        names(customers, logged, Scope(period=Period.all_time(), owner="Nobody Atall"))


def test_rows_say_what_they_are_about_and_skip_what_is_gone(
    customers: Customers, logged: dict[str, int]
) -> None:
    workspace = customers.world.workspace
    call, mail = interaction_rows(workspace, [logged["call"], logged["mail"]])
    assert (call.deal, call.organisation, call.kind, call.planned) == (
        "Fleet",
        "Fjordline [/] AS",
        "Call",
        False,
    )
    assert (mail.deal, mail.organisation, mail.person) == (None, "Nordlys", "Ole")
    delete_interaction(workspace, interaction_id=logged["call"])
    assert [fact.id for fact in interaction_rows(workspace, [logged["call"], logged["mail"]])] == [mail.id]
    with pytest.raises(NotFound):
        one_interaction(workspace, logged["call"])
    assert interaction_rows(workspace, []) == []


def test_what_can_be_filtered_by(customers: Customers, logged: dict[str, int]) -> None:
    choices = filter_choices(customers.world.workspace)
    assert set(choices.outcomes) == {"voicemail", "sent"}
    assert {"Call", "Email", "Meeting"} <= set(choices.kinds)
    assert filter_choices(customers.world.workspace, "Email").outcomes == ("sent",)
