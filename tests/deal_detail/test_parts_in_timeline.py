"""People, tags and demand lines in the timeline of a deal."""

from __future__ import annotations

from funnel_tui.domain.deal_detail import Demand, TimelineKind
from funnel_tui.domain.money import Money
from funnel_tui.services.deal_detail import deal_detail, deal_timeline
from funnel_tui.services.deal_entry import Part, add_deal
from funnel_tui.services.deal_people import link_person, set_role, unlink_person
from funnel_tui.services.deal_tags import set_tags
from funnel_tui.services.demand import set_demand
from funnel_tui.services.history import redo, undo
from funnel_tui.services.people import create_person
from tests.services.world import World


def edits(world: World, deal: int) -> list[str]:
    """The edits of a deal in words, newest first, read by twos."""
    page = deal_detail(world.workspace, deal, items=2).timeline
    found = list(page.items)
    while page.after is not None:
        page = deal_timeline(world.workspace, deal, after=page.after, items=2)
        found += page.items
    assert [item.key for item in found] == sorted((item.key for item in found), reverse=True)
    return [item.text for item in found if item.kind is TimelineKind.EDITED]


def test_what_belongs_to_a_deal_is_in_its_timeline(db_url: str) -> None:
    world = World.make(db_url)
    other = world.deal("Other")
    kari = create_person(world.workspace, name="Kari [b]")
    deal = add_deal(
        world.workspace,
        title="Acme",
        pipeline_id=world.pipeline,
        owner_id=world.reps[0],
        people=[Part(None, "First")],
        tags=["first"],
        demand=[Demand("First", 1000, None)],
    )
    assert edits(world, deal) == []  # they came with the deal
    world.clock.forward(1)
    link_person(world.workspace, deal_id=deal, person_id=kari, role="uses")
    set_role(world.workspace, deal_id=deal, person_id=kari, role="blocks")
    set_tags(world.workspace, deal_id=deal, tags=["fleet"])
    set_demand(world.workspace, deal_id=deal, lines=[Demand("Pump", 1500, Money(500, "EUR"))])
    unlink_person(world.workspace, deal_id=deal, person_id=kari)
    set_tags(world.workspace, deal_id=other, tags=["elsewhere"])
    expected = [
        "contact Kari [b] (blocks) → –",
        "product First → Pump, quantity of Pump 1 → 1.5, price of Pump – → 5.00 EUR",
        "tag – → fleet",
        "tag first → –",
        "role of Kari [b] uses → blocks",
        "contact – → Kari [b] (uses)",
    ]
    assert edits(world, deal) == expected
    assert edits(world, other) == ["tag – → elsewhere"]
    undo(world.workspace)
    undo(world.workspace)
    assert edits(world, deal) == expected[1:]
    world.clock.forward(1)
    redo(world.workspace)
    assert edits(world, deal) == expected
    world.clock.forward(1)
    set_demand(world.workspace, deal_id=deal, lines=[])
    assert edits(world, deal)[0] == "asked for 1.5 × Pump at 5.00 EUR → –"
    world.workspace.database.close()
