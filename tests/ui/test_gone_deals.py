"""Keys on a deal that somebody else took away a moment ago: a clear message, and the program goes on."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.problem import ProblemDialog
from funnel_tui.domain.moments import Moment
from funnel_tui.screens import steady
from funnel_tui.screens.deal import DealScreen
from funnel_tui.services import history
from funnel_tui.services.deals import create_deal
from funnel_tui.services.people import create_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.tasks import create_task
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.conftest import open_at

KEYS = ("e", "m", "w", "x", "t", "R", "P", "A")
WAYS = {"today": "", "needs": "tab", "deals": "1", "board": "1 b"}
"""The keys that lead to a list with the deal in it."""
GONE = "There is no deal with number"
DAY = 86_400

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


@pytest.fixture
def only(empty: Workspace) -> Workspace:
    """A database with one deal, and a late task on it."""
    pipeline = create_pipeline(empty, name="Sales", stages=["Lead", "Offer"])
    rep = create_rep(empty, name="anna")
    deal = create_deal(empty, title="Gone soon", pipeline_id=pipeline, owner_id=rep)
    create_task(empty, owner_id=rep, title="Ask", deal_id=deal, due=Moment(empty.clock() // DAY - 3))
    return empty


def take_away(workspace: Workspace) -> None:
    """Somebody else undoes the task and the deal."""
    path = workspace.database.target.path
    assert path is not None
    other = open_at(path)
    for _ in ("task", "deal"):
        history.undo(other, anybody=True)
    other.database.close()


@both_sizes
@pytest.mark.parametrize("way", WAYS)
async def test_a_deal_that_is_gone_is_told_so_whatever_key_is_pressed(
    only: Workspace, monkeypatch: pytest.MonkeyPatch, way: str, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(steady, "POLL_SECONDS", 3600)  # no screen hears of it by itself
    for key in KEYS if size == SIZES[0] else KEYS[:3]:
        async with driving(only, size=size) as driver:
            await driver.press(*WAYS[way].split())
            screen = driver.app.screen
            assert "Gone soon" in driver.text
            take_away(only)
            await driver.press(key)
            assert isinstance(driver.app.screen, ProblemDialog)
            about = "There is no task with number" if (way, key) == ("today", "e") else GONE
            assert about in driver.text
            assert "It may have been undone." in driver.text
            await driver.press("escape")
            assert driver.app.screen is screen
            assert "Gone soon" not in driver.text  # the list was read again
        for _ in ("deal", "task"):
            history.redo(only)


@both_sizes
@pytest.mark.parametrize("way", WAYS)
async def test_a_deal_that_is_gone_is_not_opened(
    only: Workspace, monkeypatch: pytest.MonkeyPatch, way: str, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(steady, "POLL_SECONDS", 3600)
    async with driving(only, size=size) as driver:
        await driver.press(*WAYS[way].split())
        screen = driver.app.screen
        take_away(only)
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealScreen)
        assert GONE in driver.text
        assert "Gone soon" not in driver.text
        await driver.press("tab", "enter", "greater_than_sign", "y", "Z", "escape", "escape")
        assert driver.app.screen is screen


async def test_a_deal_that_goes_while_it_is_looked_at_is_told_so(only: Workspace) -> None:
    async with driving(only) as driver:
        await driver.press("1", "enter")
        assert "Gone soon" in driver.text
        take_away(only)
        driver.app.data_changed()  # type: ignore[attr-defined]
        await driver.settle()
        assert isinstance(driver.app.screen, DealScreen)
        assert GONE in driver.text
        assert "Gone soon" not in driver.text
        await driver.press("escape")
        assert "No open deal here" in driver.text
