"""Saved views in the app: saved, picked from anywhere, renamed, removed, made the default of a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.dialogs.views import RenameViewDialog, SaveViewDialog, ViewsDialog
from funnel_tui.domain.scope import Scope
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.services import history
from funnel_tui.services.people import create_rep
from funnel_tui.services.view_changes import add_view
from funnel_tui.services.view_choice import view_items
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import open_at


async def look_at(driver: Driver, where: str) -> None:
    """Put a filter on."""
    assert driver.app.scope is not None
    driver.app.set_scope(driver.app.scope.with_(where=where))
    await driver.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_looked_at_is_saved_and_picked_from_another_screen(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size, tab="1") as driver:
        await look_at(driver, "amount > 50k")
        await driver.press("v")
        assert isinstance(driver.app.screen, ViewsDialog)
        assert "There is no saved view yet" in driver.text
        await driver.press("a")
        assert isinstance(driver.app.screen, SaveViewDialog)
        assert "where amount > 50k" in driver.text
        await driver.press("enter")
        assert "A view needs a name." in driver.text
        await driver.type("Big ones")
        await driver.press("enter")
        assert "Saved view Big ones." in "\n".join(driver.told)
        await driver.press("V", "2")
        assert driver.app.scope is not None
        assert driver.app.scope.where == ""
        await driver.press("v")
        assert "deals" in driver.line("Big ones")
        await driver.press("enter")
        assert driver.app.scope.where == "amount > 50k"
        assert isinstance(driver.app.screen, DealsScreen)
        await driver.press("u")
        await driver.press("v")
        assert "There is no saved view yet" in driver.text


async def test_a_view_is_renamed_removed_and_brought_back(demo: Workspace) -> None:
    add_view(demo, name="One", scope=Scope(where="stuck"), screen="deals")
    add_view(demo, name="Two", scope=Scope(), screen="stages")
    async with driving(demo) as driver:
        await driver.press("v", "e")
        assert isinstance(driver.app.screen, RenameViewDialog)
        await driver.press("end", "ctrl+u")
        await driver.type("two")
        await driver.press("enter")
        assert isinstance(driver.app.screen, RenameViewDialog)
        assert "There is already a view 'Two'." in driver.text
        await driver.press("end", "ctrl+u")
        await driver.type("First")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ViewsDialog)
        assert [one.name for one in view_items(demo)] == ["First", "Two"]
        await driver.press("x")
        assert [one.name for one in view_items(demo)] == ["Two"]
        assert isinstance(driver.app.screen, ViewsDialog)
        await driver.press("escape", "u")
        assert [one.name for one in view_items(demo)] == ["First", "Two"]


async def test_a_view_keeps_how_its_screen_is_set(demo: Workspace) -> None:
    async with driving(demo, tab="1") as driver:
        deals = driver.app.screen
        assert isinstance(deals, DealsScreen)
        deals.take_view_state({"status": "won", "sort": "amount", "descending": "yes"})
        await driver.settle()
        state = deals.view_state()
        await driver.press("v", "a")
        await driver.type("Won, largest first")
        await driver.press("enter")
    async with driving(demo, tab="1") as driver:
        deals = driver.app.screen
        assert isinstance(deals, DealsScreen)
        assert deals.view_state() != state
        await driver.press("2", "v", "enter")
        assert driver.app.screen is deals
        assert deals.view_state() == state == {"status": "won", "sort": "amount", "descending": "yes"}


@pytest.mark.parametrize("key", ["2", "3", "4"])
async def test_panel_and_grouping_come_back(demo: Workspace, key: str) -> None:
    other = {
        "2": {"view": "COMPARE", "by": "team", "measure": "DAYS", "won": "", "held": "OPEN"},
        "3": {"panel": "RATE", "by": "kind", "unit": "month"},
        "4": {
            **{"view": "forecast", "by": "team", "forecast_by": "rep", "cumulative": "yes"},
            **{"category": "commit", "currency": "NOK", "one_pipeline": "yes"},
        },
    }[key]
    async with driving(demo, tab=key) as driver:
        screen = driver.app.screen
        assert isinstance(screen, FunnelScreen)
        screen.take_view_state(other)
        await driver.settle()
        assert screen.view_state() == other
        await driver.press("v", "a")
        await driver.type("Mine")
        await driver.press("enter", "v", "d", "escape")
    async with driving(demo, tab=key) as driver:
        screen = driver.app.screen
        assert isinstance(screen, FunnelScreen)
        assert screen.view_state() == other
        with pytest.raises((KeyError, ValueError)):
            screen.take_view_state({"view": "GONE", "panel": "GONE"})


@pytest.mark.parametrize("size", SIZES)
async def test_a_plan_is_not_offered_to_be_saved_as_a_view(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, tab="5") as driver:
        await driver.press("v")
        assert isinstance(driver.app.screen, ViewsDialog)
        assert "save this one" not in driver.lines[-1]
        assert "rename" not in driver.lines[-1]
        assert "Plan keeps scenarios: s saves one there." in driver.text
        await driver.press("a")
        assert isinstance(driver.app.screen, ViewsDialog)
        await driver.press("escape", "2", "v")
        assert "save this one" in driver.lines[-1]
        await driver.press("a")
        assert isinstance(driver.app.screen, SaveViewDialog)


async def test_the_list_of_views_is_narrowed(demo: Workspace) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        add_view(demo, name=name, scope=Scope(), screen="deals")
    async with driving(demo) as driver:
        await driver.press("v", "slash")
        await driver.type("bet")
        assert "Alpha" not in driver.text
        await driver.press("enter")
        await driver.press("d")
        assert [one.name for one in view_items(demo) if one.is_default] == ["Beta"]


@pytest.mark.parametrize("size", SIZES)
async def test_a_screen_opens_with_its_default_view_once(demo: Workspace, size: tuple[int, int]) -> None:
    add_view(demo, name="Stuck ones", scope=Scope(where="stuck"), screen="deals", is_default=True)
    add_view(demo, name="Idle ones", scope=Scope(where="idle_days > 3"), screen="today", is_default=True)
    async with driving(demo, size=size) as driver:
        assert driver.app.scope is not None
        assert driver.app.scope.where == "idle_days > 3"
        await driver.press("1")
        assert driver.app.scope.where == "stuck"
        assert "View: Stuck ones" in "\n".join(driver.told)
        await driver.press("V", "2", "1")
        assert driver.app.scope.where == ""


async def test_views_of_other_reps_are_not_shown_and_own_defaults_go_first(
    demo: Workspace, demo_path: Path
) -> None:
    anna = create_rep(demo, name="anna")
    other = create_rep(demo, name="Somebody else")
    add_view(demo, name="Theirs", scope=Scope(where="stuck"), screen="deals", rep_id=other, is_default=True)
    add_view(demo, name="Team", scope=Scope(where="amount > 1"), screen="deals", is_default=True)
    add_view(demo, name="Mine", scope=Scope(where="amount > 2"), screen="deals", rep_id=anna, is_default=True)
    async with driving(demo, tab="1") as driver:
        assert driver.app.scope is not None
        assert driver.app.scope.where == "amount > 2"
        await driver.press("v")
        assert "Theirs" not in driver.text
        assert "Team" in driver.text
        await driver.press("a")
        assert "me (anna)" in driver.text
    workspace = open_at(demo_path)
    workspace.actor = "somebody else"
    assert {one.name for one in view_items(workspace)} == {"Theirs", "Team"}
    workspace.database.close()


def test_a_new_default_takes_the_place_of_the_old_one_and_undo_gives_it_back(demo: Workspace) -> None:
    add_view(demo, name="Old", scope=Scope(), screen="deals", is_default=True)
    add_view(demo, name="Other screen", scope=Scope(), screen="stages", is_default=True)
    add_view(demo, name="New", scope=Scope(), screen="deals", is_default=True)

    def defaults() -> list[str]:
        return [one.name for one in view_items(demo) if one.is_default]

    assert defaults() == ["New", "Other screen"]
    history.undo(demo)
    assert defaults() == ["Old", "Other screen"]
