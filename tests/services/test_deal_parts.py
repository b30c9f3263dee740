"""People with roles, tags and demand lines of a deal, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.money import MAX_MINOR, Money
from funnel_tui.domain.status import PersonRole
from funnel_tui.errors import FunnelError, InvalidInput, NotFound, StaleEdit
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_entry import Part, add_deal, change_deal
from funnel_tui.services.deal_people import link_person, set_role, unlink_person
from funnel_tui.services.deal_tags import change_tags, set_tags
from funnel_tui.services.demand import MAX_LINES, set_demand
from funnel_tui.services.history import redo, undo
from funnel_tui.services.people import create_organisation, create_person
from tests.services.world import World

PUMP = Demand("Pump [/b]", 2_000, Money(50_000, "EUR"))
HOSE = Demand("Hose", 500, None)


def contacts(world: World, deal: int) -> list[tuple[str, str | None]]:
    """Name and role of the people of a deal."""
    return [(one.name, one.role) for one in deal_detail(world.workspace, deal).contacts]


def tags(world: World, deal: int) -> tuple[str, ...]:
    """The tags of a deal."""
    return deal_detail(world.workspace, deal).row.tags


def demand(world: World, deal: int) -> list[Demand]:
    """The demand lines of a deal."""
    return list(deal_detail(world.workspace, deal).demand)


def test_people_join_change_their_role_and_leave(world: World) -> None:
    deal, kari = world.deal("Acme"), create_person(world.workspace, name="Kari [b]")
    version = world.deal_row(deal)["version"]
    link_person(world.workspace, deal_id=deal, person_id=kari, role="decides")
    assert contacts(world, deal) == [("Kari [b]", PersonRole.DECIDES)]
    assert world.summary() == "Added Kari [b] to Acme: decides"
    set_role(world.workspace, deal_id=deal, person_id=kari, role="blocks", seen="decides")
    assert contacts(world, deal) == [("Kari [b]", PersonRole.BLOCKS)]
    assert world.summary() == "Kari [b] in Acme: blocks, was decides"
    set_role(world.workspace, deal_id=deal, person_id=kari, role=None)
    assert contacts(world, deal) == [("Kari [b]", None)]
    unlink_person(world.workspace, deal_id=deal, person_id=kari, seen=None)
    assert contacts(world, deal) == []
    assert world.summary() == "Took Kari [b] off Acme"
    # Whoever edits the deal meanwhile is not refused.
    assert world.deal_row(deal)["version"] == version
    assert world.errors() == []


def test_what_is_not_possible_with_people_is_refused(world: World) -> None:
    deal, kari = world.deal("Acme"), create_person(world.workspace, name="Kari")
    link_person(world.workspace, deal_id=deal, person_id=kari)
    groups = world.groups()
    with pytest.raises(InvalidInput, match="Kari is in Acme already"):
        link_person(world.workspace, deal_id=deal, person_id=kari, role="uses")
    with pytest.raises(InvalidInput, match="Role must be one of"):
        set_role(world.workspace, deal_id=deal, person_id=kari, role="pays")
    with pytest.raises(NotFound, match="no person"):
        link_person(world.workspace, deal_id=deal, person_id=999)
    with pytest.raises(NotFound, match="no deal"):
        unlink_person(world.workspace, deal_id=999, person_id=kari)
    assert world.groups() == groups


def test_a_role_that_somebody_else_changed_is_not_written_over(world: World) -> None:
    deal, kari = world.deal("Acme"), create_person(world.workspace, name="Kari")
    link_person(world.workspace, deal_id=deal, person_id=kari, role="uses")
    set_role(world.as_user("bo"), deal_id=deal, person_id=kari, role="blocks")
    with pytest.raises(StaleEdit, match="changed after") as refused:
        set_role(world.workspace, deal_id=deal, person_id=kari, role="decides", seen="uses")
    assert (refused.value.mine, refused.value.theirs) == ({"role": "decides"}, {"role": "blocks"})
    with pytest.raises(StaleEdit):
        unlink_person(world.workspace, deal_id=deal, person_id=kari, seen="uses")
    assert contacts(world, deal) == [("Kari", PersonRole.BLOCKS)]
    undo(world.as_user("bo"))
    undo(world.workspace)
    with pytest.raises(StaleEdit, match="not in Acme any more"):
        set_role(world.workspace, deal_id=deal, person_id=kari, role="decides", seen="uses")


def test_tags_are_set_made_and_taken_off(world: World) -> None:
    deal, other = world.deal("Acme"), world.deal("Other")
    set_tags(world.workspace, deal_id=other, tags=["Fleet"])
    set_tags(world.workspace, deal_id=deal, tags=["fleet", " renewal ", "RENEWAL"])
    assert tags(world, deal) == ("Fleet", "renewal")
    assert world.summary() == "Tagged Acme: fleet, renewal"
    assert world.rows("SELECT count(*) FROM tag") == [(2,)]
    set_tags(world.workspace, deal_id=deal, tags=["renewal", "big"], seen=["Fleet", "renewal"])
    assert tags(world, deal) == ("big", "renewal")
    assert world.summary() == "Tagged Acme: big; took off Fleet"
    change_tags(world.workspace, deal_id=deal, add=["new"], remove=["BIG", "never had"])
    assert tags(world, deal) == ("new", "renewal")
    groups = world.groups()
    set_tags(world.workspace, deal_id=deal, tags=["Renewal", "NEW"])
    assert world.groups() == groups
    assert tags(world, other) == ("Fleet",)


def test_tags_that_somebody_else_changed_are_not_written_over(world: World) -> None:
    deal = world.deal("Acme")
    set_tags(world.as_user("bo"), deal_id=deal, tags=["theirs"])
    with pytest.raises(StaleEdit) as refused:
        set_tags(world.workspace, deal_id=deal, tags=["mine"], seen=[])
    assert (refused.value.mine, refused.value.theirs) == ({"tags": "mine"}, {"tags": "theirs"})
    assert tags(world, deal) == ("theirs",)


def test_demand_is_set_line_by_line_and_the_amount_stays(world: World) -> None:
    deal = world.deal("Acme", amount_minor=700, currency="NOK")
    set_demand(world.workspace, deal_id=deal, lines=[PUMP, HOSE])
    assert demand(world, deal) == [PUMP, HOSE]
    assert world.summary() == "Acme asks for 2 × Pump [/b] at 500.00 EUR; 0.5 × Hose"
    first = world.rows("SELECT min(id) FROM demand_line")
    set_demand(world.workspace, deal_id=deal, lines=[Demand("pump [/B]", 3_000, None)], seen=[PUMP, HOSE])
    assert demand(world, deal) == [Demand("Pump [/b]", 3_000, None)]
    assert world.rows("SELECT id FROM demand_line") == first
    assert world.rows("SELECT count(*) FROM product") == [(2,)]
    set_demand(world.workspace, deal_id=deal, lines=[])
    assert demand(world, deal) == []
    assert world.summary() == "Acme asks for nothing"
    row = world.deal_row(deal)
    assert (row["amount_minor"], row["currency"]) == (700, "NOK")


def test_demand_that_somebody_else_changed_is_not_written_over(world: World) -> None:
    deal = world.deal("Acme")
    set_demand(world.as_user("bo"), deal_id=deal, lines=[HOSE])
    with pytest.raises(StaleEdit) as refused:
        set_demand(world.workspace, deal_id=deal, lines=[PUMP], seen=[])
    assert refused.value.theirs == {"demand": "0.5 × Hose"}
    assert demand(world, deal) == [HOSE]


BAD = [
    (Demand("", 1000, None), "product"),
    (Demand(" \u200b ", 1000, None), "product"),
    (Demand("a\0b", 1000, None), "product"),
    (Demand("a\ud800", 1000, None), "product"),
    (Demand("x" * 201, 1000, None), "product"),
    (Demand("Pump", 0, None), "quantity"),
    (Demand("Pump", -1, None), "quantity"),
    (Demand("Pump", 10**12 + 1, None), "quantity"),
    (Demand("Pump", 1000, Money(-1, "EUR")), "price"),
    (Demand("Pump", 1000, Money(MAX_MINOR + 1, "EUR")), "price"),
    (Demand("Pump", 1000, Money(1, "XQX")), "price"),
]


@pytest.mark.parametrize(("line", "field"), BAD)
def test_bad_demand_is_refused_by_field(file_world: World, line: Demand, field: str) -> None:
    deal = file_world.deal("Acme")
    with pytest.raises(InvalidInput) as refused:
        set_demand(file_world.workspace, deal_id=deal, lines=[HOSE, line])
    assert refused.value.field == field
    assert demand(file_world, deal) == []


def test_a_deal_has_not_any_number_of_lines(file_world: World) -> None:
    deal = file_world.deal("Acme")
    set_demand(file_world.workspace, deal_id=deal, lines=[HOSE] * MAX_LINES)
    with pytest.raises(InvalidInput, match="200 demand lines"):
        set_demand(file_world.workspace, deal_id=deal, lines=[HOSE] * (MAX_LINES + 1))


@pytest.mark.parametrize("tag", ["", "\u200b", "a\0", "x" * 201, "a\nb"])
def test_bad_tags_are_refused(file_world: World, tag: str) -> None:
    deal = file_world.deal("Acme")
    with pytest.raises(InvalidInput):
        set_tags(file_world.workspace, deal_id=deal, tags=["good", tag])
    assert tags(file_world, deal) == ()


def test_every_one_of_these_calls_can_be_undone_and_redone(world: World) -> None:
    deal = world.deal("Acme")
    kari, per = (create_person(world.workspace, name=name) for name in ("Kari", "Per"))
    link_person(world.workspace, deal_id=deal, person_id=per, role="uses")
    set_tags(world.workspace, deal_id=deal, tags=["old"])
    set_demand(world.workspace, deal_id=deal, lines=[PUMP, HOSE])
    acts: tuple[Callable[[], object], ...] = (
        lambda: link_person(world.workspace, deal_id=deal, person_id=kari, role="decides"),
        lambda: set_role(world.workspace, deal_id=deal, person_id=per, role="blocks"),
        lambda: unlink_person(world.workspace, deal_id=deal, person_id=per),
        lambda: set_tags(world.workspace, deal_id=deal, tags=["new"]),
        lambda: set_demand(world.workspace, deal_id=deal, lines=[Demand("New", 1, None)]),
    )
    for act in acts:
        before, groups = world.snapshot(), world.groups()
        act()
        assert world.groups() == groups + 1
        after, summary = world.snapshot(), world.summary()
        assert after != before
        for _ in range(2):
            undo(world.workspace)
            assert world.summary() == f"Undid: {summary}"
            assert world.snapshot() == before
            redo(world.workspace)
            assert world.snapshot() == after
    assert world.errors() == []


def test_a_new_deal_with_all_that_belongs_to_it_is_one_change(world: World) -> None:
    before, groups = world.snapshot(), world.groups()
    deal = add_deal(
        world.workspace,
        title="Acme",
        pipeline_id=world.pipeline,
        owner_id=world.reps[0],
        new_organisation="Acme AS",
        people=[Part(None, "Kari", "decides")],
        tags=["fleet"],
        demand=[PUMP],
    )
    assert world.groups() == groups + 1
    assert world.summary() == "Created Acme in Lead"
    assert contacts(world, deal) == [("Kari", PersonRole.DECIDES)]
    place = world.rows("SELECT o.name FROM person p JOIN organisation o ON o.id = p.organisation_id")
    assert place == [("Acme AS",)]
    assert (tags(world, deal), demand(world, deal)) == (("fleet",), [PUMP])
    after = world.snapshot()
    undo(world.workspace)
    assert world.snapshot() == before
    redo(world.workspace)
    assert world.snapshot() == after


def test_a_refused_part_leaves_nothing_of_the_deal(world: World) -> None:
    kari = create_person(world.workspace, name="Kari")
    before = world.snapshot()
    wrong: list[dict[str, object]] = [
        {"people": [Part(kari), Part(kari)]},
        {"people": [Part(None, "Per", "pays")]},
        {"people": [Part(None, "")]},
        {"tags": ["\0"]},
        {"demand": [Demand("", 1, None)]},
    ]
    for part in wrong:
        with pytest.raises(FunnelError):
            add_deal(
                world.workspace,
                title="Acme",
                pipeline_id=world.pipeline,
                owner_id=world.reps[0],
                new_organisation="Acme AS",
                **part,  # type: ignore[arg-type]
            )
        assert world.snapshot() == before


def test_many_changes_of_a_deal_are_one_change(world: World) -> None:
    place = create_organisation(world.workspace, name="Acme AS")
    deal = world.deal("Acme", organisation_id=place)
    kari, per = (create_person(world.workspace, name=name) for name in ("Kari", "Per"))
    link_person(world.workspace, deal_id=deal, person_id=kari, role="uses")
    link_person(world.workspace, deal_id=deal, person_id=per)
    set_tags(world.workspace, deal_id=deal, tags=["old"])
    before, groups = world.snapshot(), world.groups()
    done = change_deal(
        world.workspace,
        deal_id=deal,
        changes={"amount_minor": 900, "currency": "EUR"},
        people=[Part(kari, role="decides"), Part(None, "New One")],
        leaving=[per],
        add_tags=["new"],
        remove_tags=["old"],
        demand=[HOSE],
    )
    assert world.groups() == groups + 1
    assert (world.deal_row(deal)["version"], world.summary()) == (done.version, done.summary)
    assert contacts(world, deal) == [("Kari", PersonRole.DECIDES), ("New One", None)]
    assert world.rows("SELECT organisation_id FROM person WHERE name = 'New One'") == [(place,)]
    assert (tags(world, deal), demand(world, deal)) == (("new",), [HOSE])
    for words in ("amount", "Took Per off", "decides, was uses", "Added New One", "Tagged", "0.5 × Hose"):
        assert words in world.summary()
    undo(world.workspace)
    assert world.snapshot() == before
    with pytest.raises(NotFound, match="not in the deal"):
        change_deal(world.workspace, deal_id=deal, changes={}, leaving=[999])
    with pytest.raises(StaleEdit):
        change_deal(world.workspace, deal_id=deal, changes={}, version=1, add_tags=["x"])
