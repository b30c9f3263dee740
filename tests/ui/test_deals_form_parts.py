"""People and tags in the form of a deal: one change, drafts, two people at a time."""

from __future__ import annotations

import pytest

from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.deal_people import link_person
from funnel_tui.services.deal_tags import set_tags
from funnel_tui.services.people import create_organisation, create_person
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.dialogs import go, seen, write
from tests.ui.parts import IDS, SCOPE, at_deal, bare_deal, groups, roles


@pytest.fixture
def deal(demo: Workspace) -> int:
    """A deal without people, tags, demand and amount."""
    return bare_deal(demo)


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
        await driver.press("enter", "b")
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
