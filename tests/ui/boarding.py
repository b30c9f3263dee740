"""What tests of the board share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from funnel_tui.domain.board import Board, CardOrder
from funnel_tui.domain.deal_list import DealFilter
from funnel_tui.screens.board import BoardScreen
from funnel_tui.screens.scoping import default_scope
from funnel_tui.services.board import board, cards
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.board import BoardView
from tests.support.driving import SIZES, Driver, driving

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


@asynccontextmanager
async def boarding(
    workspace: Workspace, size: tuple[int, int] = (80, 24), screen: BoardScreen | None = None
) -> AsyncIterator[Driver]:
    """The app with the board open."""
    async with driving(workspace, size=size) as driver:
        driver.app.push_screen(screen or BoardScreen())
        await driver.settle()
        yield driver


def view_of(driver: Driver) -> BoardView:
    """The cards."""
    return driver.app.screen.query_one(BoardView)


def made(workspace: Workspace, order: CardOrder = CardOrder.IN_STAGE) -> Board:
    """The board as the service gives it."""
    found = board(workspace, default_scope(workspace), DealFilter(), order)
    assert found is not None
    return found


def stage_of(workspace: Workspace, deal_id: int) -> str:
    """The stage a deal is in."""
    return cards(workspace, default_scope(workspace), [deal_id])[0].stage


def toasts(driver: Driver) -> str:
    """What was told."""
    return "\n".join(driver.told)
