"""New, edit, status and merge of organisations and people, by keys; undo of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.dialogs.conflict import ConflictDialog
from funnel_tui.dialogs.merge import MergeDialog
from funnel_tui.dialogs.organisation_form import OrganisationForm
from funnel_tui.dialogs.person_form import PersonForm
from funnel_tui.screens.directory import DirectoryScreen
from funnel_tui.screens.directory_detail import DirectoryDetailScreen
from funnel_tui.screens.directory_duplicates import DuplicatesScreen
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.people import edit_organisation
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.conftest import NOW, open_at
from tests.ui.directory_world import World

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


@pytest.fixture
def world(empty: Workspace) -> World:
    """A small directory."""
    return World(empty)


@both_sizes
async def test_a_new_organisation_is_warned_of_and_the_cursor_goes_to_it(
    world: World, size: tuple[int, int]
) -> None:
    async with driving(world.workspace, size=size) as driver:
        await driver.press("O", "n")
        assert isinstance(driver.app.screen, OrganisationForm)
        await driver.type("Acme Ltd.")
        await driver.press("down")
        assert "Much like" in driver.text
        assert "Acme Ltd (same name)" in driver.text
        await driver.press("right", "enter")
        assert driver.last_told == "Created organisation Acme Ltd."
        screen = driver.app.screen
        assert isinstance(screen, DirectoryScreen)
        number, name, status, _ = world.organisations()[-1]
        assert (name, status) == ("Acme Ltd.", "customer")
        assert screen.number == number
        await driver.press("u")
        assert len(world.organisations()) == 3


async def test_what_is_wrong_is_said_under_the_field(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "n", "enter")
        assert "Name must not be empty." in driver.text
        await driver.type("x" * 201)
        await driver.press("enter")
        assert isinstance(driver.app.screen, OrganisationForm)
        assert "200" in driver.text
        await driver.press("escape", "tab", "n")
        await driver.type("Ola")
        await driver.press("down", "down")
        await driver.type("o" * 190 + "@" + "x" * 140)
        await driver.press("enter")
        assert isinstance(driver.app.screen, PersonForm)
        assert world.rows("SELECT count(*) FROM person") == [(2,)]


async def test_a_new_person_at_a_new_organisation_is_one_undo(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "tab", "n")
        await driver.type("Ola Dahl")
        await driver.press("down")
        await driver.type("Ny Verden AS")
        await driver.press("enter", "enter")
        assert driver.last_told == "Created person Ola Dahl"
        found = world.rows(
            "SELECT o.name FROM person p JOIN organisation o ON o.id = p.organisation_id"
            " WHERE p.name = 'Ola Dahl'"
        )
        assert found == [("Ny Verden AS",)]
        await driver.press("u")
        assert world.rows("SELECT count(*) FROM person") == [(2,)]
        assert len(world.organisations()) == 3


async def test_edit_changes_what_was_changed(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "G", "e", "end", "exclamation_mark", "enter")
        assert world.organisations()[-1][:2] == (world.zeta, "Zeta [bold]AS[/]!")
        assert driver.last_told == "Edited organisation Zeta [bold]AS[/]: name"
        await driver.press("e", "enter")
        assert driver.last_told == ""  # the key in the form took the notice away, and nothing was changed
        await driver.press("tab", "e", "down", "ctrl+u", "down", "down")
        await driver.type("123")
        await driver.press("enter")
        assert world.rows(f"SELECT organisation_id, phone FROM person WHERE id = {world.kari}") == [
            (None, "123")
        ]


async def test_two_who_change_the_same_are_asked(tmp_path: Path, world: World) -> None:
    other = open_at(tmp_path / "empty.db")
    async with driving(world.workspace) as driver:
        await driver.press("O", "G", "e", "end", "1", "down", "down")
        await driver.type("my note")
        edit_organisation(other, organisation_id=world.zeta, version=1, changes={"name": "Theirs"})
        await driver.press("ctrl+s")
        assert isinstance(driver.app.screen, ConflictDialog)
        assert "Theirs" in driver.text
        assert "Zeta [bold]AS[/]1" in driver.text
        await driver.press("t", "enter")
        assert isinstance(driver.app.screen, OrganisationForm)
        assert "my note" in driver.text
        await driver.press("enter")
        assert world.organisations()[-1] == (world.zeta, "Theirs", "prospect", "my note")
        # Different fields: both hold, without a question.
        await driver.press("e", "end", "2")
        edit_organisation(other, organisation_id=world.zeta, version=3, changes={"note": None})
        await driver.press("enter")
        assert isinstance(driver.app.screen, OrganisationForm)
        await driver.press("enter")
        assert world.organisations()[-1] == (world.zeta, "Theirs2", "prospect", None)
    other.database.close()


async def test_prospect_and_customer(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "P")
        assert driver.last_told == "ACME Limited is a customer now."
        assert "customer" in driver.line("ACME Limited")
        await driver.press("P")
        assert "prospect" in driver.line("ACME Limited")
        await driver.press("u")
        assert "customer" in driver.line("ACME Limited")
        await driver.press("G", "P")
        assert driver.last_told == "Zeta [bold]AS[/] is a customer because 1 of its deals is won."
        await driver.press("enter")
        assert driver.line("customer (a deal is won)")


@both_sizes
async def test_merge_from_the_list_of_duplicates_and_undo(world: World, size: tuple[int, int]) -> None:
    before = world.organisations()
    async with driving(world.workspace, size=size) as driver:
        await driver.press("O", "equals_sign")
        assert isinstance(driver.app.screen, DuplicatesScreen)
        assert driver.line("1 pair of organisations that may be the same")
        await driver.press("full_stop")
        assert isinstance(driver.app.screen, DirectoryDetailScreen)
        assert driver.line("ACME Limited")
        await driver.press("escape", "enter")
        assert isinstance(driver.app.screen, MergeDialog)
        assert driver.line("Merge “ACME Limited” into “Acme Ltd”")
        assert driver.line("Moves from “ACME Limited”: 1 deal, 1 person.")
        assert "“Kari Lie” is at both" in driver.text
        assert all(len(line) <= size[0] for line in driver.lines)
        await driver.press("right", "enter")
        assert world.organisations()[0] == (
            world.acme,
            "ACME Limited",
            "prospect",
            "met at the fair\n\npays late",
        )
        assert "No two organisations look like the same." in driver.text
        assert world.rows("SELECT count(*) FROM deal WHERE organisation_id = 1") == [(2,)]
        await driver.press("u")
        assert world.organisations() == before
        assert driver.line("1 pair of organisations")


async def test_merge_of_a_marked_one_the_other_way_round(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "space")
        assert "marked: ACME Limited" in driver.text
        assert driver.line("*").split()[1:3] == ["ACME", "Limited"]
        await driver.press("G", "m", "ctrl+x")
        assert driver.line("Merge “ACME Limited” into “Zeta [bold]AS[/]”")
        await driver.press("enter")
        assert [row[0] for row in world.organisations()] == [world.acme, world.zeta]
        screen = driver.app.screen
        assert isinstance(screen, DirectoryScreen)
        assert screen.number == world.zeta
        assert "marked" not in driver.text
        await driver.press("escape")
        assert not isinstance(driver.app.screen, DirectoryScreen)


async def test_merge_of_people_from_the_detail_shows_the_one_that_stays(world: World) -> None:
    world.part(world.first, world.kari, "uses")
    world.part(world.first, world.kari_too, "decides")
    async with driving(world.workspace) as driver:
        await driver.press("O", "tab", "enter", "m")
        assert isinstance(driver.app.screen, Chooser)
        await driver.press("enter", "ctrl+x")
        assert "Both have a part in “First order”; one part remains." in driver.text
        assert "uses" in driver.line("Role in deals") or "decides" in driver.line("Role in deals")
        await driver.press("enter")
        assert driver.last_told == "Merged person Kari Lie into Kari Lie. u undoes it."
        screen = driver.app.screen
        assert isinstance(screen, DirectoryDetailScreen)
        assert screen.number == world.kari_too
        assert driver.line("kari@acme.example · +47 400 00 001")
        assert world.rows("SELECT person_id, role FROM deal_person") == [(world.kari_too, "decides")]


async def test_nobody_like_it_and_leaving_the_preview_change_nothing(world: World) -> None:
    async with driving(world.workspace) as driver:
        await driver.press("O", "G", "m")
        assert driver.last_told.startswith("Nothing looks like Zeta [bold]AS[/].")
        await driver.press("g", "m", "enter", "escape", "escape")
        assert len(world.organisations()) == 3


async def test_a_merge_of_something_that_was_changed_shows_the_new_state(
    tmp_path: Path, world: World
) -> None:
    other = open_at(tmp_path / "empty.db")
    async with driving(world.workspace) as driver:
        await driver.press("O", "equals_sign", "enter")
        edit_organisation(other, organisation_id=world.limited, version=1, changes={"name": "Acme Lim"})
        await driver.press("enter")
        assert isinstance(driver.app.screen, MergeDialog)
        assert "Nothing was merged; look again." in driver.last_told
        assert driver.line("Merge “Acme Lim” into “Acme Ltd”")
        assert len(world.organisations()) == 3
    other.database.close()


@pytest.mark.pg
async def test_all_of_it_on_postgresql(pg_url: str) -> None:
    workspace = open_workspace(Target.parse(pg_url), actor="anna")
    workspace.clock = lambda: NOW
    world = World(workspace)
    world.calls(60)
    before = world.organisations()
    async with driving(workspace) as driver:
        await driver.press("O", "P")
        assert driver.last_told == "ACME Limited is a customer now."
        await driver.press("j", "enter", "tab", "tab", "G", "G")
        assert "[Interactions 60]" in driver.text
        await driver.press("e", "end", "exclamation_mark", "enter", "escape", "equals_sign", "enter", "enter")
        assert [row[1] for row in world.organisations()] == ["Acme Ltd!", "Zeta [bold]AS[/]"]
        await driver.press("u", "u", "u")
        assert world.organisations() == before
    workspace.database.close()
