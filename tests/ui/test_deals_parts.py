"""People, tags and demand of a deal by keys: in the form, in their own lists, on the way to another stage."""

from __future__ import annotations

import pytest

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.money import Money
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus
from funnel_tui.screens.deal import DealScreen
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.deal_people import link_person, set_role, unlink_person
from funnel_tui.services.deal_tags import set_tags
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.demand import set_demand
from funnel_tui.services.people import create_organisation, create_person
from funnel_tui.services.pipelines import edit_pipeline
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_pane import DealPane
from tests.support.driving import SIZES, Driver, driving
from tests.ui.dialogs import go, seen, write

SCOPE = Scope(pipelines=("New business",))
PUMP = Demand("Pump", 3000, Money(50_000, "NOK"))
IDS = [f"{width}x{height}" for width, height in SIZES]


@pytest.fixture
def deal(demo: Workspace) -> int:
    """The first deal of the list, open in its first stage, without people, tags, demand and amount."""
    number = deal_ids(demo, SCOPE)[0]
    detail = deal_detail(demo, number)
    for contact in detail.contacts:
        unlink_person(demo, deal_id=number, person_id=contact.person_id)
    set_tags(demo, deal_id=number, tags=[])
    set_demand(demo, deal_id=number, lines=[])
    changes = {"amount_minor": None, "title": "Acme [/b] deal"}
    edit_deal(demo, deal_id=number, version=detail.row.version, changes=changes)
    return number


async def at_deal(driver: Driver) -> None:
    """Open the deal."""
    await driver.press("1", "enter")
    assert isinstance(driver.app.screen, DealScreen)


def roles(workspace: Workspace, deal: int) -> list[tuple[str, str | None]]:
    """Name and role of the people of a deal."""
    return [(one.name, one.role) for one in deal_detail(workspace, deal).contacts]


def groups(workspace: Workspace) -> int:
    """How many service calls left a change group."""
    with workspace.read() as reader:
        return int(reader.rows("SELECT count(*) FROM change_group")[0][0])


def record_demand(workspace: Workspace) -> None:
    """Let the pipeline ask for demand."""
    with workspace.read() as reader:
        number = reader.rows("SELECT id FROM pipeline WHERE name = 'New business'")[0][0]
    edit_pipeline(workspace, pipeline_id=number, changes={"record_demand": True})


@pytest.mark.parametrize("size", SIZES, ids=IDS)
async def test_people_are_added_changed_and_taken_off(
    demo: Workspace, deal: int, size: tuple[int, int]
) -> None:
    create_person(demo, name="Kari [b] Lie")
    async with driving(demo, size=size) as driver:
        await at_deal(driver)
        assert "nobody yet; P adds somebody" in driver.text
        count = groups(demo)
        await driver.press("P")
        await driver.type("kari [b]")
        await driver.press("enter", "tab", "d", "enter")
        assert roles(demo, deal) == [("Kari [b] Lie", "decides")]
        assert "Kari [b] Lie" in seen(driver)
        await driver.press("a")
        await driver.type("Quite Newperson")
        await driver.press("enter", "enter")
        assert roles(demo, deal) == [("Kari [b] Lie", "decides"), ("Quite Newperson", None)]
        assert groups(demo) == count + 2
        await driver.press("j", "enter", "b", "enter")
        assert roles(demo, deal) == [("Kari [b] Lie", "decides"), ("Quite Newperson", "blocks")]
        await driver.press("escape")
        assert isinstance(driver.app.screen, DealScreen)
        assert "Kari [b] Lie – decides" in driver.text
        assert "Quite Newperson – blocks" in driver.text
        await driver.press("P", "x")
        assert roles(demo, deal) == [("Quite Newperson", "blocks")]
        await driver.press("escape", "u", "u", "u")
        assert roles(demo, deal) == [("Kari [b] Lie", "decides")]
        with demo.read() as reader:
            assert reader.rows("SELECT count(*) FROM person WHERE name = 'Quite Newperson'") == [(0,)]
        await driver.press("ctrl+r", "ctrl+r")
        assert roles(demo, deal) == [("Kari [b] Lie", "decides"), ("Quite Newperson", "blocks")]


async def test_nobody_is_added_twice_and_nobody_is_refused(demo: Workspace, deal: int) -> None:
    kari = create_person(demo, name="Kari Liestad")
    link_person(demo, deal_id=deal, person_id=kari)
    async with driving(demo) as driver:
        await at_deal(driver)
        count = groups(demo)
        await driver.press("P", "a", "enter")
        assert "Who is it?" in seen(driver)
        await driver.type("kari liestad")
        await driver.press("enter", "enter")
        assert "is in this deal already" in seen(driver)
        await driver.press("escape", "escape")
        assert isinstance(driver.app.screen, DealScreen)
        assert groups(demo) == count


async def test_a_likely_duplicate_of_a_new_person_is_warned_of(demo: Workspace, deal: int) -> None:
    create_person(demo, name="Ingeborg Liestad")
    async with driving(demo) as driver:
        await at_deal(driver)
        await driver.press("P")
        await driver.type("Ingeborg Liestat")
        assert "similar name" in seen(driver)
        await driver.press("enter")
        assert "New, but much like Ingeborg Liestad (similar name)." in seen(driver)


async def test_a_role_that_somebody_else_changed_is_asked_about(demo: Workspace, deal: int) -> None:
    kari = create_person(demo, name="Kari Liestad")
    link_person(demo, deal_id=deal, person_id=kari, role="uses")
    async with driving(demo) as driver:
        await at_deal(driver)
        await driver.press("P", "enter", "d")
        set_role(demo, deal_id=deal, person_id=kari, role="blocks")
        await driver.press("enter")
        text = seen(driver)
        assert "yours decides" in text
        assert "theirs blocks" in text
        assert roles(demo, deal) == [("Kari Liestad", "blocks")]
        await driver.press("y")
        assert roles(demo, deal) == [("Kari Liestad", "decides")]


@pytest.mark.parametrize("size", SIZES, ids=IDS)
async def test_demand_is_written_line_by_line(demo: Workspace, deal: int, size: tuple[int, int]) -> None:
    def lines() -> list[Demand]:
        return list(deal_detail(demo, deal).demand)

    async with driving(demo, size=size) as driver:
        await at_deal(driver)
        await driver.press("A", "enter")
        assert "Product must not be empty" in seen(driver)
        await driver.type("Pump")
        await write(driver, "quantity", "0")
        await driver.press("enter")
        assert "no number above zero" in seen(driver) or "must lie between" in seen(driver)
        await driver.type("3")
        await driver.press("backspace", "backspace", "3")
        await write(driver, "price", "500")
        assert "= 500.00 NOK" in seen(driver)
        await driver.press("enter")
        assert lines() == [PUMP]
        assert "Together 1,500.00 NOK. The deal has no amount: t takes this one." in seen(driver)
        await driver.press("t")
        amount = deal_detail(demo, deal).row.amount
        assert amount == Money(150_000, "NOK")
        assert "The amount of the deal is 1,500.00 NOK." in seen(driver)
        await driver.press("a")
        await driver.type("Hose [/]")
        await driver.press("enter", "enter")
        assert lines() == [PUMP, Demand("Hose [/]", 1000, None)]
        await driver.press("t")
        assert deal_detail(demo, deal).row.amount == amount
        await driver.press("g", "x", "escape")
        assert lines() == [Demand("Hose [/]", 1000, None)]
        await driver.press("G")
        await driver.press("g")
        assert "1 × Hose [/]" in driver.text or size == (80, 24)
        await driver.press("u", "u", "u", "u")
        assert lines() == []
        assert deal_detail(demo, deal).row.amount is None


async def test_a_line_is_not_lost_when_somebody_else_wrote_another(demo: Workspace, deal: int) -> None:
    async with driving(demo) as driver:
        await at_deal(driver)
        await driver.press("A")
        await driver.type("Pump")
        set_demand(demo, deal_id=deal, lines=[Demand("Theirs", 1000, None)])
        await driver.press("enter", "enter")
        assert "theirs 1 × Theirs" in seen(driver)
        await driver.press("n")
        assert "Pump" in seen(driver)
        await driver.press("enter", "y")
        assert [line.product for line in deal_detail(demo, deal).demand] == ["Theirs", "Pump"]


async def test_a_known_product_brings_its_price(demo: Workspace, deal: int) -> None:
    with demo.change("create_product") as call:
        from funnel_tui.models import Product

        call.insert(Product, {"name": "Crane", "price_minor": 700_00, "currency": "EUR"})
    async with driving(demo) as driver:
        await at_deal(driver)
        await driver.press("A")
        await driver.type("cra")
        await driver.press("enter", "enter")
        assert list(deal_detail(demo, deal).demand) == [Demand("Crane", 1000, Money(70_000, "EUR"))]


@pytest.mark.parametrize("size", SIZES, ids=IDS)
async def test_a_new_deal_with_organisation_person_and_tags_is_one_change(
    demo: Workspace, size: tuple[int, int]
) -> None:
    set_tags(demo, deal_id=deal_ids(demo, SCOPE)[0], tags=["fleet"])
    async with driving(demo, size=size) as driver:
        await driver.press("1", "n")
        count = groups(demo)
        await driver.type("Brand new deal")
        await write(driver, "organisation", "Quite New Company")
        await write(driver, "person", "Quite Newperson")
        await driver.press("tab", "i")
        await write(driver, "tags", 'FLEET, freshly made, "a, b"')
        assert "New: freshly made, a, b" in seen(driver)
        await driver.press("enter")
        assert groups(demo) == count + 1
        with demo.read() as reader:
            number = reader.rows("SELECT max(id) FROM deal")[0][0]
            place = reader.rows(
                "SELECT o.name FROM person p JOIN organisation o ON o.id = p.organisation_id"
                " WHERE p.name = 'Quite Newperson'"
            )
        assert place == [("Quite New Company",)]
        assert roles(demo, number) == [("Quite Newperson", "influences")]
        assert deal_detail(demo, number).row.tags == ("a, b", "fleet", "freshly made")
        await driver.press("u")
        with demo.read() as reader:
            for table, name in (("organisation", "Quite New Company"), ("person", "Quite Newperson")):
                assert reader.rows(f"SELECT count(*) FROM {table} WHERE name = '{name}'") == [(0,)]
            assert reader.rows("SELECT count(*) FROM tag WHERE name = 'freshly made'") == [(0,)]


async def test_the_people_of_the_chosen_organisation_come_first(demo: Workspace) -> None:
    here = create_organisation(demo, name="Quite New Company")
    for at in range(12):
        create_person(demo, name=f"Solveig Elsewhere{at}")
    create_person(demo, name="Solveig Zz", organisation_id=here)
    async with driving(demo) as driver:
        await driver.press("1", "n")
        await write(driver, "organisation", "Quite New Comp")
        await driver.press("enter")
        await write(driver, "person", "sol")
        listed = [line for line in seen(driver).splitlines() if "Solveig" in line]
        assert "Solveig Zz" in listed[0]
        assert "Quite New Company" in listed[0]


async def test_a_person_brings_where_they_are(demo: Workspace) -> None:
    here = create_organisation(demo, name="Quite New Company")
    create_person(demo, name="Solveig Zz", organisation_id=here)
    async with driving(demo) as driver:
        await driver.press("1", "n")
        await driver.type("T")
        await write(driver, "person", "solveig zz")
        await driver.press("enter", "enter")
        with demo.read() as reader:
            number, place = reader.rows("SELECT id, organisation_id FROM deal ORDER BY id DESC LIMIT 1")[0]
        assert place == here
        assert roles(demo, number) == [("Solveig Zz", None)]


async def test_an_edit_changes_the_only_contact_and_the_tags(demo: Workspace, deal: int) -> None:
    kari, per = (create_person(demo, name=name) for name in ("Kari Liestad", "Per Liestad"))
    link_person(demo, deal_id=deal, person_id=kari, role="uses")
    async with driving(demo) as driver:
        await at_deal(driver)
        await driver.press("e")
        count = groups(demo)
        await go(driver, "role")
        await driver.press("d")
        await write(driver, "tags", "one, two")
        await driver.press("enter")
        assert roles(demo, deal) == [("Kari Liestad", "decides")]
        assert deal_detail(demo, deal).row.tags == ("one", "two")
        await driver.press("e")
        await write(driver, "person", "per liestad")
        await driver.press("enter", "enter")
        assert roles(demo, deal) == [("Per Liestad", "decides")]
        await driver.press("e")
        await go(driver, "person")
        await driver.press("backspace", "enter")
        assert roles(demo, deal) == []
        assert groups(demo) == count + 3
        link_person(demo, deal_id=deal, person_id=kari, role="uses")
        link_person(demo, deal_id=deal, person_id=per)
        await driver.settle()
        await driver.press("e")
        assert "Kari Liestad (uses), Per Liestad" in seen(driver)


async def test_tags_that_two_people_changed_are_shown_side_by_side(demo: Workspace, deal: int) -> None:
    async with driving(demo) as driver:
        await at_deal(driver)
        await driver.press("e")
        await write(driver, "tags", "mine")
        set_tags(demo, deal_id=deal, tags=["theirs"])
        await driver.press("enter")
        text = seen(driver)
        assert "Changed meanwhile" in text
        assert "theirs" in text
        assert deal_detail(demo, deal).row.tags == ("theirs",)
        await driver.press("m", "enter", "ctrl+s")
        assert deal_detail(demo, deal).row.tags == ("mine",)


async def test_the_draft_keeps_person_role_and_tags(demo: Workspace) -> None:
    create_person(demo, name="Kari Liestad")
    async with driving(demo) as driver:
        await driver.press("1", "n")
        await driver.type("Drafted")
        await write(driver, "person", "kari liestad")
        await driver.press("enter", "tab", "b")
        await write(driver, "tags", "one, two")
        await driver.press("escape", "n", "enter")
        text = seen(driver)
        assert "Kari Liestad" in text
        assert "blocks" in text
        assert "one, two" in text
        await driver.press("ctrl+s")
        with demo.read() as reader:
            number = reader.rows("SELECT max(id) FROM deal")[0][0]
        assert roles(demo, number) == [("Kari Liestad", "blocks")]
        assert deal_detail(demo, number).row.tags == ("one", "two")


@pytest.mark.parametrize("size", SIZES, ids=IDS)
async def test_moving_on_asks_for_demand_where_the_pipeline_does(
    demo: Workspace, deal: int, size: tuple[int, int]
) -> None:
    record_demand(demo)
    stage = deal_detail(demo, deal).row.stage_id
    async with driving(demo, size=size) as driver:
        await at_deal(driver)
        count = groups(demo)
        await driver.press("greater_than_sign")
        assert "asks for demand first" in driver.text
        await driver.press("m")
        assert "asks for demand first: fill in below (tab)." in seen(driver)
        await driver.press("enter")
        assert "asks for it." in seen(driver)
        await driver.type("0 x Pump")
        await driver.press("enter")
        assert "must lie between" in seen(driver)
        for _ in "0 x Pump":
            await driver.press("backspace")
        await driver.type("3 x Pump at 500; Hose")
        assert "= 3 × Pump at 500.00 NOK; 1 × Hose" in seen(driver)
        await driver.press("enter")
        assert groups(demo) == count + 1
        detail = deal_detail(demo, deal)
        assert detail.row.stage_id != stage
        assert list(detail.demand) == [PUMP, Demand("Hose", 1000, None)]
        await driver.press("u")
        detail = deal_detail(demo, deal)
        assert (detail.row.stage_id, detail.demand) == (stage, ())


async def test_winning_asks_for_demand_and_offers_its_total(demo: Workspace, deal: int) -> None:
    record_demand(demo)
    async with driving(demo) as driver:
        await at_deal(driver)
        await driver.press("w", "enter")
        assert "What did the customer ask for?" in seen(driver)
        await driver.type("Pump")
        await driver.press("enter")
        detail = deal_detail(demo, deal)
        assert detail.row.status is DealStatus.WON
        assert (detail.row.amount, list(detail.demand)) == (None, [Demand("Pump", 1000, None)])
        await driver.press("u")
        set_demand(demo, deal_id=deal, lines=[PUMP])
        await driver.press("w")
        assert "= 1,500.00 NOK · the total of what is asked for" in seen(driver)
        await driver.press("enter")
        assert deal_detail(demo, deal).row.amount == Money(150_000, "NOK")


async def test_the_keys_are_in_the_help_and_act_on_the_list_too(demo: Workspace, deal: int) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        await driver.press("1", "question_mark")
        await driver.type("asks for")
        assert "asked for" in driver.text
        await driver.press("escape", "P")
        assert "Add somebody to Acme [/b] deal" in seen(driver)
        await driver.press("escape", "A")
        assert "What Acme [/b] deal asks for" in seen(driver)


async def test_a_new_deal_begins_with_who_is_shown(demo: Workspace) -> None:
    here = create_organisation(demo, name="!First of all")
    create_person(demo, name="Solveig Zz", organisation_id=here)
    async with driving(demo) as driver:
        await driver.press("O", "enter")
        assert "!First of all" in driver.text
        await driver.press("n")
        await driver.type("From the organisation")
        await driver.press("enter")
        assert "From the organisation" in driver.text
        await driver.press("tab", "enter", "n")
        text = seen(driver)
        assert "Solveig Zz" in text
        assert "!First of all" in text
        await driver.type("From the person")
        await driver.press("enter")
        with demo.read() as reader:
            found = reader.rows(
                "SELECT d.title, d.organisation_id, count(x.id) FROM deal d"
                " LEFT JOIN deal_person x ON x.deal_id = d.id WHERE d.title LIKE 'From the %'"
                " GROUP BY d.title, d.organisation_id ORDER BY d.title"
            )
        assert found == [("From the organisation", here, 0), ("From the person", here, 1)]


async def test_the_pane_shows_what_they_come_to(demo: Workspace, deal: int) -> None:
    set_demand(demo, deal_id=deal, lines=[PUMP, PUMP])
    async with driving(demo, size=(120, 40)) as driver:
        await at_deal(driver)
        assert driver.app.screen.query_one(DealPane).display
        assert "3 × Pump at 500.00 NOK" in driver.text
        assert "together 3,000.00 NOK" in driver.text


async def test_demand_that_came_from_somebody_else_meanwhile_is_asked_about(
    demo: Workspace, deal: int
) -> None:
    record_demand(demo)
    stage = deal_detail(demo, deal).row.stage_id
    async with driving(demo) as driver:
        await at_deal(driver)
        await driver.press("m", "tab")
        await driver.type("3 x Pump at 500")
        set_demand(demo, deal_id=deal, lines=[Demand("Theirs", 1000, None)])
        await driver.press("enter")
        assert "asks for was changed after you opened it" in " ".join(seen(driver).split())
        detail = deal_detail(demo, deal)
        assert (detail.row.stage_id, [line.product for line in detail.demand]) == (stage, ["Theirs"])
        await driver.press("y")
        detail = deal_detail(demo, deal)
        assert detail.row.stage_id != stage
        assert list(detail.demand) == [PUMP]
