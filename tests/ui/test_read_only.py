"""A database that can only be looked at says so when the app opens."""

from __future__ import annotations

import pytest

from funnel_tui.app import FunnelApp
from funnel_tui.db import Database
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.services.workspace import Workspace
from tests.support.driving import on_stages

WHY = "/mnt/[b]sales.db cannot be written: its disk is mounted read-only."


@pytest.mark.parametrize("why", ["", WHY])
async def test_the_app_says_once_why_nothing_can_be_written(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(Database, "why_read_only", why)
    told: list[str] = []
    monkeypatch.setattr(FunnelApp, "notify", lambda _app, words, **_: told.append(words))
    async with on_stages(demo) as driver:
        assert [words for words in told if "written" in words] == (
            [f"{WHY} Everything can be looked at."] if why else []
        )
        assert isinstance(driver.app.screen, StagesScreen)  # and no dialog is in the way
