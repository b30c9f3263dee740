"""Filters of deals in the app: the line in the scope, the condition composed from lists, what screens say."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.filter_condition import ConditionDialog
from funnel_tui.dialogs.scope import ScopeDialog
from funnel_tui.errors import DatabaseBusy
from funnel_tui.services import filtering
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.filter_field import FilterField
from funnel_tui.widgets.grid import Grid
from tests.support.driving import SIZES, Driver, driving


def listed(driver: Driver) -> int:
    """How many deals the list shows."""
    return len(driver.app.screen.query(Grid).first()._rows)


async def open_filter(driver: Driver) -> FilterField:
    """The line of the filter in the scope, with the focus."""
    await driver.press("f")
    assert isinstance(driver.app.screen, ScopeDialog)
    field = driver.app.screen.query_one("#where", FilterField)
    field.focus()
    await driver.settle()
    return field


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_narrows_every_screen_and_the_bar_says_so(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size, tab="1") as driver:
        everything = listed(driver)
        await open_filter(driver)
        await driver.type("amount > 100k")
        await driver.press("enter")
        assert not isinstance(driver.app.screen, ScopeDialog), driver.text
        assert driver.app.scope is not None
        assert driver.app.scope.where == "amount > 100k"
        shown = driver.lines[0]
        assert "where" in shown
        assert " of " in shown
        fewer = listed(driver)
        assert 0 < fewer < everything
        for tab in ("2", "3", "4", "0"):
            await driver.press(tab)
            assert "where" in driver.lines[0], driver.text


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_wrong_is_said_under_the_field_and_marked(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size, tab="1") as driver:
        field = await open_filter(driver)
        await driver.type("stuck and amout > 3")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ScopeDialog)
        assert "there is no field 'amout'. Did you mean amount?" in " ".join(driver.text.split())
        assert field.selected_text == "amout"
        marks = driver.line("^")
        typed = driver.line("Only where")
        assert marks.index("^") == typed.index("amout")
        await driver.type("amount")
        await driver.press("enter")
        assert driver.app.scope is not None
        assert driver.app.scope.where == "stuck and amount > 3"


async def test_a_name_that_is_not_there_is_said_under_the_field(demo: Workspace) -> None:
    async with driving(demo, tab="1") as driver:
        await open_filter(driver)
        await driver.type("source = nowhere")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ScopeDialog)
        assert "there is no source 'nowhere'" in " ".join(driver.text.split())


async def test_a_field_is_completed(demo: Workspace) -> None:
    async with driving(demo, tab="1") as driver:
        field = await open_filter(driver)
        await driver.type("stuck and org")
        await driver.press("right")
        assert field.value == "stuck and organisation"


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_that_matches_nothing_is_said_in_words_and_taken_off_by_a_key(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size, tab="1") as driver:
        await open_filter(driver)
        await driver.type("deal = nothing at all")
        await driver.press("enter")
        for tab in ("1", "2", "3", "4"):
            await driver.press(tab)
            assert "No deal matches the filter" in driver.text, (tab, driver.text)
        await driver.press("V")
        assert driver.app.scope is not None
        assert driver.app.scope.where == ""
        assert "No deal matches the filter" not in driver.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_condition_is_composed_from_lists(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, tab="1") as driver:
        field = await open_filter(driver)
        await driver.press("ctrl+o")
        assert isinstance(driver.app.screen, ConditionDialog)
        await driver.type("stage")
        await driver.press("down", "down")
        await driver.type("prop")
        assert "stage = Proposal" in driver.text
        await driver.press("enter")
        assert field.value == "stage = Proposal"
        await driver.press("ctrl+o")
        await driver.type("amount")
        await driver.press("down")
        await driver.type("betw")
        await driver.press("enter")
        assert "A value is missing." in driver.text
        await driver.type("10k")
        await driver.press("down")
        await driver.type("90k")
        await driver.press("down")
        await driver.type("or")
        assert "or amount between 10k and 90k" in driver.text
        await driver.press("enter")
        assert field.value == "stage = Proposal or amount between 10k and 90k"
        await driver.press("enter")
        assert driver.app.scope is not None
        assert driver.app.scope.where == "stage = Proposal or amount between 10k and 90k"


async def test_a_filter_that_fits_no_more_is_taken_off_and_told(demo: Workspace) -> None:
    async with driving(demo, tab="1") as driver:
        assert driver.app.scope is not None
        driver.app.set_scope(driver.app.scope.with_(where="tag = gone"))
        await driver.settle()
        assert driver.app.scope.where == ""
        told = "\n".join(driver.told)
        assert "does not fit any more" in told


async def test_a_database_in_use_is_told_where_a_condition_is_composed(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_workspace: Workspace) -> None:
        raise DatabaseBusy("The database is in use.", "Try again.")

    async with driving(demo) as driver:
        monkeypatch.setattr(filtering, "filter_choices", busy)
        await open_filter(driver)
        await driver.press("ctrl+o")
        assert isinstance(driver.app.screen, ScopeDialog)
        assert "The database is in use. Try again." in driver.text
        await driver.press("escape")
        assert not isinstance(driver.app.screen, ScopeDialog)
