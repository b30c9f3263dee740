"""From a deal to its own history."""

from __future__ import annotations

from funnel_tui.screens.deal import DealScreen
from funnel_tui.screens.history import DealHistoryScreen
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving


async def test_the_history_of_a_deal_opens_from_it_and_esc_goes_back(demo: Workspace) -> None:
    async with driving(demo, size=(80, 24)) as driver:
        await driver.press("1", "enter")
        assert isinstance(driver.app.screen, DealScreen)
        await driver.press("Z")
        assert isinstance(driver.app.screen, DealHistoryScreen)
        await driver.press("escape")
        assert isinstance(driver.app.screen, DealScreen)
