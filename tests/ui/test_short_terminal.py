"""At 80×24 what matters most stays in sight: the row of the company, the key of the notes."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from funnel_tui.screens import stages_words
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving


async def test_the_company_is_in_sight_while_the_tutorial_is_shown(demo: Workspace) -> None:
    async with driving(demo, tutorial=True, tab="4") as driver:
        assert "Step 1 of 5" in driver.text
        driver.line("Total ")
        driver.line("Company ")
        # In other languages what they add up to takes a line more.
        driver.app.screen.query_one("#sums", Static).update("one\ntwo\nthree")
        await driver.settle()
        driver.line("Company ")


async def test_the_key_of_the_notes_is_in_sight(demo: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages_words, "LOWEST", "in a language of long words" + " and sentences" * 2)
    async with driving(demo, tab="2") as driver:
        line = driver.line("in a language of long words").rstrip()
        assert line.endswith("… · 2 notes: ?")
        assert len(line) <= 80
