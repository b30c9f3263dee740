"""An empty view names what narrows the scope, and the key that widens it."""

from __future__ import annotations

import pytest

from funnel_tui.domain.period import Period
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, on_stages


async def shown(driver: Driver) -> str:
    """What is on the screen, as one line."""
    await driver.settle()
    return " ".join(driver.text.split())


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_that_leaves_nothing_is_blamed_and_its_key_is_named(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with on_stages(demo, size=size) as driver:
        assert driver.app.scope is not None
        driver.app.set_scope(driver.app.scope.with_(where="amount > 99m"))
        for view in ("Closed deals", "Active deals", "Losses", "Reasons", "Compare"):
            text = await shown(driver)
            assert "Nothing here matches the filter: amount > 99m V takes the filter off." in text, view
            assert "No deal was" not in text
            await driver.press("shift+tab")
        await driver.press("4", "tab")
        assert "Nothing here matches the filter: amount > 99m V takes" in await shown(driver)
        assert "Nothing is won in this period" not in await shown(driver)
        await driver.press("2", "V")
        assert "Nothing here matches" not in await shown(driver)


async def test_a_rep_without_deals_is_named(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        assert driver.app.scope is not None
        early = driver.app.scope.with_(owner="Anna Berg", period=Period.month(2019, 3))
        driver.app.set_scope(early)
        text = await shown(driver)
        told = "Anna Berg: No deal was closed in Mar 2019. f looks at everybody or at somebody else."
        assert told in text
        driver.app.set_scope(early.with_(owner=None))
        text = await shown(driver)
        assert "No deal was closed in Mar 2019." in text
        assert "Anna Berg" not in text
