"""Linking interactions to deals, and deals out of interactions [1C]."""

from __future__ import annotations

import pytest

from funnel_tui.errors import NotFound, Refused, StaleEdit
from funnel_tui.services.deals import move_deal
from funnel_tui.services.history import redo, undo
from funnel_tui.services.interaction_links import deal_from_interaction, link_to_deal
from funnel_tui.services.interactions import edit_interaction, log_interaction
from funnel_tui.services.merging import merge, preview_merge
from tests.services.interacting import Customers, counted_days, kept_days, touched
from tests.services.world import DAY, World


@pytest.fixture
def customers(world: World) -> Customers:
    """On each database in turn."""
    return Customers.make(world)


def log(customers: Customers, **fields: object) -> int:
    """Log a call."""
    said = {"kind": "call", "owner_id": customers.world.reps[1], **fields}
    return log_interaction(customers.world.workspace, **said).interaction_id  # type: ignore[arg-type]


def test_a_deal_comes_of_a_call(customers: Customers) -> None:
    world = customers.world
    first = world.clock.now
    number = log(customers, person_id=customers.ole, outcome="conversation")
    world.clock.forward(2)
    before, groups = world.snapshot(), world.groups()
    deal = deal_from_interaction(
        world.workspace, interaction_id=number, title="Nordlys pilot", pipeline_id=world.pipeline, version=1
    )
    row = world.deal_row(deal)
    assert (row["organisation_id"], row["owner_id"]) == (customers.nordlys, world.reps[1])
    # The deal begins now; the call that it came of was before, and stays attached.
    assert (row["created_at"], row["touched_at"]) == (world.clock.now, first)
    assert customers.row(number)["deal_id"] == deal
    assert customers.row(number)["at"] == first
    assert world.rows("SELECT person_id, role FROM deal_person WHERE deal_id = :d", d=deal) == [
        (customers.ole, None)
    ]
    assert world.groups() == groups + 1
    assert world.summary() == "Created Nordlys pilot out of an interaction with Nordlys"
    assert kept_days(world) == counted_days(world)
    assert world.errors() == []
    undo(world.workspace)
    assert world.snapshot() == before
    redo(world.workspace)
    assert customers.row(number)["deal_id"] == deal
    assert world.errors() == []


def test_a_call_of_before_the_deal_is_no_follow_up_in_a_stage(customers: Customers) -> None:
    world = customers.world
    number = log(customers, person_id=customers.ole)
    world.clock.forward(1)
    deal = deal_from_interaction(
        world.workspace, interaction_id=number, title="Pilot", pipeline_id=world.pipeline
    )
    world.clock.forward(1)
    move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1])
    inside = world.rows(
        "SELECT count(*) FROM stage_visit v JOIN interaction i ON i.deal_id = v.deal_id "
        "AND i.at > v.entered_at AND i.at <= v.left_at WHERE v.deal_id = :d",
        d=deal,
    )
    assert inside == [(0,)]
    # Its note can still be changed, and even its time, as long as it is no worse than it was.
    edit_interaction(world.workspace, interaction_id=number, version=2, changes={"note": "first call"})
    edit_interaction(
        world.workspace, interaction_id=number, version=3, changes={"at": customers.row(number)["at"] - 60}
    )
    touched(world)


def test_a_deal_takes_what_the_interaction_does_not_say(customers: Customers) -> None:
    world = customers.world
    person = log(customers, person_id=customers.kari)
    deal = deal_from_interaction(
        world.workspace,
        interaction_id=person,
        title="Theirs",
        pipeline_id=world.pipeline,
        owner_id=world.reps[0],
        stage_id=world.stages[1],
        amount_minor=500,
        currency="EUR",
        organisation_id=customers.fjordline,
    )
    row = world.deal_row(deal)
    assert (row["owner_id"], row["amount_minor"], row["stage_id"]) == (world.reps[0], 500, world.stages[1])


def test_a_deal_out_of_an_interaction_is_refused(customers: Customers) -> None:
    world = customers.world
    free, taken = log(customers, person_id=customers.ole), log(customers, deal_id=customers.deal)
    before = world.snapshot()

    def make(number: int, **fields: object) -> None:
        said = {"title": "X", "pipeline_id": world.pipeline, **fields}
        deal_from_interaction(world.workspace, interaction_id=number, **said)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="belongs to the deal Fleet already"):
        make(taken)
    with pytest.raises(Refused, match="with another organisation"):
        make(free, organisation_id=customers.fjordline)
    with pytest.raises(StaleEdit):
        make(free, version=2)
    with pytest.raises(NotFound):
        make(99)
    with pytest.raises(NotFound, match="no pipeline"):
        make(free, pipeline_id=9)
    assert world.snapshot() == before


def test_linking_later(customers: Customers) -> None:
    world = customers.world
    with_person = log(customers, person_id=customers.kari)
    world.clock.forward(1)
    newer = log(customers, organisation_id=customers.fjordline)
    deal = world.deal("Later", organisation_id=customers.fjordline)
    before = world.snapshot()
    numbers = [newer, with_person, newer]
    assert link_to_deal(world.workspace, interaction_ids=numbers, deal_id=deal) == 2
    assert world.summary() == "Linked 2 interactions to Later"
    assert world.deal_row(deal)["touched_at"] == world.clock.now
    groups = world.groups()
    assert link_to_deal(world.workspace, interaction_ids=numbers, deal_id=deal) == 0
    assert world.groups() == groups
    undo(world.workspace)
    assert world.snapshot() == before
    redo(world.workspace)
    # From one deal to another: both know what is left.
    assert link_to_deal(world.workspace, interaction_ids=[newer], deal_id=customers.deal) == 1
    assert world.summary() == "Linked an interaction to Fleet"
    assert world.deal_row(deal)["touched_at"] == world.clock.now - DAY
    touched(world)
    assert world.errors() == []


def test_linking_across_organisations_is_refused_as_a_whole(customers: Customers) -> None:
    world = customers.world
    ours, theirs = log(customers, person_id=customers.kari), log(customers, person_id=customers.ole)
    before = world.snapshot()
    with pytest.raises(Refused) as told:
        link_to_deal(world.workspace, interaction_ids=[ours, theirs], deal_id=customers.deal)
    assert str(told.value).startswith(
        f"Interaction {theirs} is with Nordlys, but the deal Fleet is with Fjordline [/] AS."
    )
    with pytest.raises(NotFound):
        link_to_deal(world.workspace, interaction_ids=[ours], deal_id=99)
    with pytest.raises(NotFound):
        link_to_deal(world.workspace, interaction_ids=[ours, 99], deal_id=customers.deal)
    assert world.snapshot() == before


def test_merging_customers_leaves_the_sums(customers: Customers) -> None:
    world = customers.world
    log(customers, person_id=customers.ole)
    log(customers, deal_id=customers.deal)
    days = kept_days(world)
    versions = preview_merge(world.workspace, "organisation", customers.fjordline, customers.nordlys).versions
    merge(world.workspace, "organisation", customers.fjordline, customers.nordlys, versions=versions)
    assert kept_days(world) == days == counted_days(world)
    undo(world.workspace)
    assert kept_days(world) == days
    assert world.errors() == []
