"""From the list to the board and back: the cursor stays on its deal."""

from __future__ import annotations

import pytest

from funnel_tui.screens.board import BoardScreen
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_the_board_opens_on_the_deal_and_gives_it_back(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("1", "j", "j")
        listing = driver.app.screen
        assert isinstance(listing, DealsScreen)
        start = listing.deal_id
        await driver.press("b")
        board = driver.app.screen
        assert isinstance(board, BoardScreen)
        assert board.deal_id == start
        await driver.press("j")
        walked = board.deal_id
        assert walked != start
        await driver.press("b")
        assert driver.app.screen is listing
        assert listing.deal_id == walked
