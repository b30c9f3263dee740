"""Notices leave room: none stands over a line of a form that must be read."""

from __future__ import annotations

import pytest
from textual.geometry import Region
from textual.widgets._toast import Toast

from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.lines import HintLine
from funnel_tui.widgets.text_field import TextField
from tests.support.driving import SIZES, Driver, driving

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
LONG = "A notice of many words that tells what was done just now and how it can be taken back again. " * 3


def toasts(driver: Driver) -> list[Region]:
    """Where notices are on the screen."""
    return [toast.region for toast in driver.app.screen.query(Toast) if toast.region]


async def test_what_people_typed_reaches_a_notice_cleaned(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("O", "n")
        driver.app.screen.query(TextField).first().insert_text_at_cursor("Acme \u202eLTR")
        await driver.press("enter")
        said = driver.last_told
        assert "Acme \ufffdLTR" in said
        assert "\u202e" not in said
        driver.app.notify("one\ntwo\x1b[2J", markup=False)
        await driver.settle()
        assert driver.last_told == "one\ntwo\ufffd[2J"


@both_sizes
async def test_a_notice_over_a_form_is_two_lines_above_the_hints(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size, notices=True) as driver:
        await driver.press("1")
        driver.app.notify("One notice", markup=False)
        driver.app.notify(LONG, markup=False)
        await driver.press("n")
        assert isinstance(driver.app.screen, DealForm)
        screen = driver.app.screen
        [last] = toasts(driver)
        assert last.height == 2
        assert last.bottom == screen.query_one(HintLine).region.y
        assert "One notice" not in driver.text
        assert "A notice of many words" in driver.lines[-3]


@both_sizes
async def test_a_key_in_a_form_takes_the_notices_away(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, notices=True) as driver:
        await driver.press("1", "greater_than_sign")
        assert isinstance(driver.app.screen, DealsScreen)
        assert toasts(driver)
        await driver.press("n")
        assert toasts(driver)
        await driver.press("a")
        assert not toasts(driver)
        assert not len(driver.app._notifications)
        assert driver.app.screen.query_one("#title").has_focus


async def test_a_refusal_is_read_though_something_was_told_before(demo: Workspace) -> None:
    async with driving(demo, notices=True) as driver:
        await driver.press("1", "n")
        driver.app.notify(LONG, markup=False)
        await driver.pilot.pause()
        assert toasts(driver)
        await driver.press("enter")
        assert not toasts(driver)
        assert "must not be empty" in driver.text


async def test_what_a_list_tells_stays_while_one_moves_in_it(demo: Workspace) -> None:
    async with driving(demo, notices=True) as driver:
        await driver.press("1", "greater_than_sign", "j", "j")
        assert toasts(driver)
