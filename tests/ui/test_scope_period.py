"""The period of the scope, typed in words and stepped."""

from __future__ import annotations

import pytest

from funnel_tui.domain.period import PeriodKind
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.text_field import TextField
from tests.support.driving import SIZES, driving, on_stages


@pytest.mark.parametrize("size", SIZES)
async def test_a_period_in_words_is_shown_by_its_days_and_kept_in_words(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with on_stages(demo, size=size) as driver:
        await driver.press("f")
        assert "2026-W12, this week, last month, last 7 days, ytd" in driver.text
        await driver.press("ctrl+u")
        await driver.type("forrige måned")
        assert "these days: 1 Oct – 31 Oct 2026" in driver.text
        await driver.press("enter")
        assert "Oct 2026 vs" in driver.lines[0]
        await driver.press("f")
        assert driver.app.screen.query_one("#period", TextField).value == "last month"
        await driver.press("ctrl+u")
        await driver.type("this week")
        await driver.press("enter")
        scope = driver.app.scope
        assert scope is not None
        assert f"{scope.period.label} vs" in driver.lines[0]
        week = scope.period
        assert week.kind is PeriodKind.WEEK
        await driver.press("comma")
        assert driver.app.scope is not None
        assert (driver.app.scope.period, driver.app.scope.period.words) == (week.previous(), "")
        await driver.press("full_stop", "full_stop")
        assert driver.app.scope.period == week.shifted(1)
        await driver.press("f", "ctrl+u")
        await driver.type("last 0 days")
        await driver.press("enter")
        assert "has no days" in driver.text


async def test_a_period_is_named_only_where_it_means_something(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("2")
        assert "Q4 2026" in driver.lines[0]
        for keys in (["1", "enter"], ["Z"], ["O"], ["O", "enter"], ["S"]):
            await driver.press(*keys)
            assert "Q4 2026" not in driver.lines[0], keys
            assert "NOK" in driver.lines[0]
            await driver.press("escape", "escape", "1")
