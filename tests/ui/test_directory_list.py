"""The list of organisations and people, by keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.screens.directory import DirectoryScreen
from funnel_tui.screens.tasks import TasksScreen
from funnel_tui.services.people import create_organisation, create_person
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.conftest import open_at
from tests.ui.directory_world import World, names

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
ALL = ("Acme Ltd", "ACME Limited", "Zeta [bold]AS[/]")


@pytest.fixture
def world(empty: Workspace) -> World:
    """A small directory."""
    return World(empty)


@both_sizes
async def test_it_shows_organisations_and_people(world: World, size: tuple[int, int]) -> None:
    async with driving(world.workspace, size=size) as driver:
        await driver.press("O")
        assert isinstance(driver.app.screen, DirectoryScreen)
        assert driver.line("3 organisations by name").rstrip().endswith("1/3")
        words = driver.line("Zeta [bold]AS[/]").split()
        assert words[2:5] == ["customer", "–", "1"]
        assert driver.line("Acme Ltd").split()[2:4] == ["prospect", "1"]
        await driver.press("tab")
        assert driver.line("2 people by name").rstrip().endswith("1/2")
        assert "Acme Ltd" in driver.line("Kari Lie")
        assert all(len(line) <= size[0] for line in driver.lines)
        await driver.press("escape")
        assert isinstance(driver.app.screen, TasksScreen)


async def test_a_wide_terminal_has_more_columns(world: World) -> None:
    async with driving(world.workspace, size=(80, 24)) as driver:
        await driver.press("O")
        assert "Owners" not in driver.text
    async with driving(world.workspace, size=(120, 40)) as driver:
        await driver.press("O")
        assert "Owners" in driver.text
        assert driver.line("Acme Ltd").endswith("Anna")


async def test_sorting_and_turning_it_round(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O")
        assert names(driver, *ALL) == ["ACME Limited", "Acme Ltd", "Zeta [bold]AS[/]"]
        await driver.press("s", "n")
        assert names(driver, *ALL) == ["Zeta [bold]AS[/]", "Acme Ltd", "ACME Limited"]
        await driver.press("s", "a")
        assert names(driver, *ALL)[0] == "Acme Ltd"
        await driver.press("s", "w")
        assert names(driver, *ALL)[0] == "Zeta [bold]AS[/]"
        await driver.press("s", "escape")
        assert "by won deals" in driver.text


async def test_filter_as_one_types_and_what_it_says_when_nothing_is_left(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "F")
        await driver.type("acme")
        await driver.pilot.pause(0.2)
        await driver.settle()
        assert driver.line("2 organisations")
        await driver.type(" lt")
        await driver.press("enter")
        assert names(driver, *ALL) == ["Acme Ltd"]
        await driver.press("F", "x", "enter")
        assert "No organisation matches “acme ltx”." in driver.text
        await driver.press("escape")
        assert driver.line("3 organisations")
        await driver.press("F")
        await driver.type("zeta")
        await driver.press("escape")
        assert driver.line("3 organisations")
        assert isinstance(driver.app.screen, DirectoryScreen)


async def test_each_list_is_left_as_it_was(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "G", "tab", "G", "tab")
        assert driver.line("3 organisations").endswith("3/3")
        await driver.press("tab")
        assert driver.line("2 people").endswith("2/2")


async def test_the_cursor_stays_on_what_it_is_on_when_others_write(tmp_path: Path, world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "G")
        assert driver.line("3 organisations").endswith("3/3")
        other = open_at(tmp_path / "empty.db")
        create_organisation(other, name="Aaa")
        other.database.close()
        driver.app.data_changed()
        await driver.settle()
        assert driver.line("4 organisations").endswith("4/4")
        screen = driver.app.screen
        assert isinstance(screen, DirectoryScreen)
        assert screen.number == world.zeta


@both_sizes
async def test_without_anybody_it_says_what_to_do(empty: Workspace, size: tuple[int, int]) -> None:
    async with driving(empty, size=size) as driver:
        await driver.press("O")
        assert "There are no organisations yet." in driver.text
        await driver.press("enter", "e", "P", "m", "space")
        assert driver.last_told == "There is no organisation under the cursor."
        await driver.press("tab")
        assert "There are no people yet." in driver.text
        await driver.press("equals_sign")
        assert "No two people look like the same." in driver.text


async def test_a_long_list_is_read_page_by_page(empty: Workspace) -> None:
    for at in range(300):
        create_person(empty, name=f"Person {at:03}")
    async with driving(empty) as driver:
        await driver.press("O", "tab")
        screen = driver.app.screen
        assert isinstance(screen, DirectoryScreen)
        assert screen._rows is not None
        assert screen._rows.line(299) is None
        await driver.press("G")
        assert driver.line("Person 299")
        await driver.press("g")
        assert driver.line("Person 000")
