"""People and demand of a deal by keys: in their own lists, and on the way to another stage."""

from __future__ import annotations

import pytest

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.money import Money
from funnel_tui.domain.status import DealStatus
from funnel_tui.screens.deal import DealScreen
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_people import link_person, set_role
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.demand import set_demand
from funnel_tui.services.people import create_person
from funnel_tui.services.pipelines import edit_stage
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_pane import DealPane
from tests.support.driving import SIZES, driving
from tests.ui.dialogs import seen, write
from tests.ui.parts import IDS, PUMP, at_deal, bare_deal, groups, record_demand, roles


@pytest.fixture
def deal(demo: Workspace) -> int:
    """A deal without people, tags, demand and amount."""
    return bare_deal(demo)


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
        await driver.press("enter", "d", "enter")
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
        assert "Together 1,500.00 NOK. The deal has no amount: it can be taken from here." in seen(driver)
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


async def test_winning_asks_for_what_the_stage_asks_for(demo: Workspace, deal: int) -> None:
    row = deal_detail(demo, deal).row
    edit_stage(demo, stage_id=row.stage_id, changes={"required_fields": "amount,source,expected_close"})
    edit_deal(demo, deal_id=deal, version=row.version, changes={"source": None})
    async with driving(demo) as driver:
        await at_deal(driver)
        count = groups(demo)
        await driver.press("w", "enter")
        assert seen(driver).count("asks for it.") == 2
        await driver.type("9k")
        await driver.press("tab", "tab")
        await driver.type("Trade fair")
        await driver.press("ctrl+s")
        detail = deal_detail(demo, deal)
        assert detail.row.status is DealStatus.WON
        assert (detail.row.amount, detail.source) == (Money(900_000, "NOK"), "Trade fair")
        assert groups(demo) == count + 1


async def test_the_keys_are_in_the_help_and_act_on_the_list_too(demo: Workspace, deal: int) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        await driver.press("1", "question_mark")
        await driver.type("asks for")
        assert "asked for" in driver.text
        await driver.press("escape", "P")
        assert "Add somebody to Acme [/b] deal" in seen(driver)
        await driver.press("escape", "A")
        assert "What Acme [/b] deal asks for" in seen(driver)


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
