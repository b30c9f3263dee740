"""Everything about an organisation or a person, by keys."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.turns import TurnsDialog
from funnel_tui.screens.deal import DealScreen
from funnel_tui.screens.directory import DirectoryScreen
from funnel_tui.screens.directory_detail import DirectoryDetailScreen
from funnel_tui.services.history import undo
from funnel_tui.services.people import create_organisation
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.directory_world import World

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


@pytest.fixture
def world(empty: Workspace) -> World:
    """A small directory."""
    return World(empty)


@both_sizes
async def test_facts_deals_people_and_interactions(world: World, size: tuple[int, int]) -> None:
    world.calls(3)
    async with driving(world.workspace, size=size) as driver:
        await driver.press("O", "j", "enter")
        assert isinstance(driver.app.screen, DirectoryDetailScreen)
        assert driver.line("Acme Ltd")
        assert driver.line("prospect · 1 open deal, 0 won · last contact 21 Nov 2026")
        assert driver.line("open deals worth 480,000 EUR · owned by Anna")
        assert driver.line("met at the fair")
        assert "[Deals 1]  People 1   Interactions 3   Changes 1" in driver.text
        assert "480,000 EUR" in driver.line("First order")
        await driver.press("tab")
        assert "kari@acme.example" in driver.line("Kari Lie")
        await driver.press("tab")
        assert "call number 1" in driver.line("21 Nov")
        await driver.press("tab")
        assert "Created organisation Acme Ltd" in driver.text
        await driver.press("tab")
        assert "[Deals 1]" in driver.text
        await driver.press("shift+tab", "escape")
        assert isinstance(driver.app.screen, DirectoryScreen)


async def test_enter_opens_the_deal_the_person_and_the_whole_note(world: World) -> None:
    world.calls(1)
    async with driving(world.workspace) as driver:
        await driver.press("O", "j", "enter", "enter")
        screen = driver.app.screen
        assert isinstance(screen, DealScreen)
        assert screen.deal_id == world.first
        await driver.press("escape", "tab", "tab", "enter")
        assert isinstance(driver.app.screen, TurnsDialog)
        assert driver.line("call number 1").split() == ["call", "number", "1"]
        assert driver.line("Deal").split()[1:] == ["First", "order"]
        await driver.press("escape", "tab", "enter")
        assert "name: – → Acme Ltd" in driver.text
        await driver.press("escape", "shift+tab", "shift+tab", "enter")
        assert driver.line("at Acme Ltd · ")
        assert driver.line("kari@acme.example · no telephone")


async def test_from_a_person_to_the_organisation(world: World) -> None:
    world.part(world.first, world.kari, "decides")
    async with driving(world.workspace, size=(120, 40)) as driver:
        await driver.press("O", "tab", "enter")
        assert "decides" in driver.line("First order")
        await driver.press("o")
        assert driver.line("prospect · 1 open deal")
        await driver.press("o")
        assert len(driver.app.screen_stack) == 4


async def test_interactions_are_read_page_by_page(world: World) -> None:
    world.calls(120)
    async with driving(world.workspace) as driver:
        await driver.press("O", "j", "enter", "tab", "tab")
        assert "[Interactions 50+]" in driver.text
        await driver.press("G")
        assert "[Interactions 100+]" in driver.text
        await driver.press("G", "G")
        assert "[Interactions 120]" in driver.text
        assert "call number 120" in driver.text
        await driver.press("g")
        assert "call number 1 " in driver.text


async def test_without_deals_people_and_interactions(world: World) -> None:
    create_organisation(world.workspace, name="Aaa")
    async with driving(world.workspace) as driver:
        await driver.press("O", "enter")
        assert "No deals yet." in driver.text
        await driver.press("enter", "tab")
        assert "Nobody is known here yet." in driver.text
        await driver.press("tab")
        assert "No interactions yet" in driver.text
        await driver.press("tab", "enter")
        assert isinstance(driver.app.screen, TurnsDialog)


async def test_a_person_can_be_added_there(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "j", "enter", "a")
        await driver.type("Ola Dahl")
        await driver.press("enter")
        assert driver.last_told == "Created person Ola Dahl"
        assert "People 2" in driver.text
        assert world.rows("SELECT organisation_id FROM person WHERE name = 'Ola Dahl'") == [(world.acme,)]


async def test_one_that_is_gone_says_so_and_comes_back(world: World) -> None:
    create_organisation(world.workspace, name="Aaa")
    async with driving(world.workspace) as driver:
        await driver.press("O", "enter")
        undo(world.workspace)
        driver.app.data_changed()
        await driver.settle()
        assert "This organisation is gone" in driver.text
        await driver.press("tab", "enter", "e")
        assert driver.last_told == "There is no organisation under the cursor."
        await driver.press("ctrl+r")
        assert driver.line("Aaa")
        assert "[Deals 0]" in driver.text
