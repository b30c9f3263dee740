"""Undo pressed several times without a pause."""

from __future__ import annotations

import threading

import pytest

from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.services import history
from funnel_tui.services.deals import win_deal
from funnel_tui.services.workspace import Workspace
from tests.support.driving import on_stages


def open_deals(workspace: Workspace) -> list[int]:
    with workspace.read() as reader:
        return [
            row[0] for row in reader.rows("SELECT id FROM deal WHERE status = 'open' ORDER BY id LIMIT 4")
        ]


async def test_three_undos_at_once_take_back_three_changes(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_deals(demo)
    for number in before[:3]:
        win_deal(demo, deal_id=number)
    go_on, real = threading.Event(), history.undo

    def held(*args: object, **kwargs: object) -> object:
        go_on.wait(30)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(history, "undo", held)
    async with on_stages(demo) as driver:
        for _ in range(3):
            await driver.app.run_action("undo")  # none waits for the one before it
        go_on.set()
        await driver.settle()
        assert isinstance(driver.app.screen, StagesScreen), driver.text
    assert open_deals(demo) == before


async def test_two_undos_at_once_of_something_large_ask_once(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.app.run_action("undo")
        await driver.app.run_action("undo")
        await driver.settle()
        assert isinstance(driver.app.screen, ConfirmDialog)
        await driver.press("n")
        assert isinstance(driver.app.screen, StagesScreen)


async def test_redo_waits_for_the_undo_before_it(demo: Workspace) -> None:
    number = open_deals(demo)[0]
    win_deal(demo, deal_id=number)
    async with on_stages(demo) as driver:
        await driver.app.run_action("undo")
        await driver.app.run_action("redo")
        await driver.settle()
        assert isinstance(driver.app.screen, StagesScreen), driver.text
    assert number not in open_deals(demo)
