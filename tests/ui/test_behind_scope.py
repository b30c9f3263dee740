"""The bar over a list behind a figure says what the figure is of, and so does a file of the list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from funnel_tui.screens.behind import OverFigure
from funnel_tui.screens.interactions_activity import Panel
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.interactions import rows_of, to_panel
from tests.ui.test_behind_export import WAYS, write_to

PANELS = [Panel.RATE, Panel.TALKS, Panel.CONTACT, Panel.LOAD]


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("panel", PANELS)
async def test_a_list_behind_a_figure_of_all_pipelines_says_so(
    demo: Workspace, panel: Panel, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        await to_panel(driver, panel)
        if panel is Panel.CONTACT:
            await driver.press("j")
        bar = driver.lines[0]
        count = rows_of(demo, "SELECT count(*) FROM deal")[0][0]
        assert "all pipelines" in bar
        assert f"{count:,} deals" in bar
        await driver.press("enter")
        assert isinstance(driver.app.screen, OverFigure)
        assert driver.lines[0] == bar


@pytest.mark.parametrize("way", ["stages", "quotas"])
async def test_a_list_has_the_bar_of_the_screen_below(demo: Workspace, way: str) -> None:
    async with driving(demo) as driver:
        tab, *keys = WAYS[way].split()
        await driver.press(tab)
        bar = driver.lines[0]
        await driver.press(*keys)
        assert isinstance(driver.app.screen, OverFigure)
        assert driver.lines[0] == bar


async def test_a_list_stays_what_it_is_when_something_else_is_looked_at(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press(*WAYS["interactions"].split())
        bar, scope = driver.lines[0], driver.app.scope
        assert scope is not None
        driver.app.set_scope(scope.with_(period=scope.period.previous()))
        await driver.settle()
        assert driver.lines[0] == bar
        await driver.press("escape")
        assert scope.period.previous().label in driver.lines[0]


async def test_a_file_of_a_list_says_what_it_is_of(demo: Workspace, tmp_path: Path) -> None:
    async with driving(demo) as driver:
        await to_panel(driver, Panel.CONTACT)
        await driver.press("j", "enter")
        await write_to(driver, tmp_path / "deals.json")
        made = json.loads((tmp_path / "deals.json").read_text(encoding="utf-8"))
        assert made["scope"]["pipelines"] == []
