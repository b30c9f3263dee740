"""What the tests of marking and of changing many deals look at."""

from __future__ import annotations

from typing import Any

import pytest

from funnel_tui.dialogs.bulk_preview import BulkPreviewDialog
from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def rows(workspace: Workspace, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """What a SELECT gives."""
    with workspace.read() as reader:
        return reader.rows(sql, parameters)


def everything(workspace: Workspace) -> list[tuple[Any, ...]]:
    """What of every deal a change of many can change."""
    return rows(
        workspace,
        "SELECT id, stage_id, status, owner_id, expected_close, probability_bp, source_id"
        " FROM deal ORDER BY id",
    )


def groups(workspace: Workspace) -> int:
    """How many changes were made."""
    return int(rows(workspace, "SELECT count(*) FROM change_group")[0][0])


def deals_screen(driver: Driver) -> DealsScreen:
    """The list, which must be on top."""
    screen = driver.app.screen
    assert isinstance(screen, DealsScreen)
    return screen


def signs(driver: Driver) -> list[str]:
    """The sign before each deal on the screen."""
    lines = driver.lines
    head = next(at for at, line in enumerate(lines) if " Deal " in line and "Organisation" in line)
    return [line[1:2] for line in lines[head + 1 : -1] if line.strip()]


def preview_of(driver: Driver) -> BulkPreviewDialog:
    """The preview, which must be on top and filled."""
    dialog = driver.app.screen
    assert isinstance(dialog, BulkPreviewDialog), driver.text
    assert dialog.found is not None
    return dialog


def deals_screen_below(driver: Driver) -> DealsScreen:
    """The list under a dialog."""
    return next(screen for screen in driver.app.screen_stack if isinstance(screen, DealsScreen))


async def pick(driver: Driver, action: str) -> None:
    """Choose what is done to the marked deals."""
    await driver.press("B")
    assert isinstance(driver.app.screen, Chooser)
    await driver.type(action)
    await driver.press("enter")
