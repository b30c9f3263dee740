"""What the Quotas screen says of what it looks at: in the form of the scope, in notes, in its foot."""

from __future__ import annotations

import pytest

from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.test_quotas_screen import screen_of, to_column, to_view


@pytest.mark.parametrize("size", SIZES)
async def test_the_form_of_the_scope_says_that_quotas_are_of_all_pipelines(
    demo: Workspace, size: tuple[int, int]
) -> None:
    all_of_them = "Quotas look at all pipelines, whichever stands here; on their screen p shows one."
    async with driving(demo, size=size, tab="4") as driver:
        assert "all pipelines" in driver.lines[0]
        await driver.press("f")
        assert all_of_them in " ".join(driver.text.split())
        assert "composes one" in " ".join(driver.text.split())  # the end of the form is in view
        await driver.press("escape", "p", "f")
        assert all_of_them not in " ".join(driver.text.split())
        assert "Quotas look at this pipeline; on their screen p shows all." in " ".join(driver.text.split())
        await driver.press("escape", "2", "f")
        assert "Quotas look at" not in driver.text


async def test_notes_of_a_figure_are_sentences(demo: Workspace) -> None:
    async with driving(demo, tab="4") as driver:
        explained = screen_of(driver).explanation()
        assert explained is not None
        assert "mismatch -450,000. Company: pace" in " ".join(explained.notes)
        await to_view(driver, "Accuracy")
        explained = screen_of(driver).explanation()
        assert explained is not None
        assert "). Forecast of a day" in " ".join(explained.notes)


async def test_deals_are_only_offered_where_there_are_some_behind_the_figure(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40), tab="4") as driver:
        await to_column(driver, "won")
        assert "enter deals" in driver.lines[-1]
        await to_view(driver, "Trend")
        await driver.press("G")
        assert screen_of(driver).figure.behind is None  # type: ignore[union-attr]
        assert "enter deals" not in driver.lines[-1]
        await driver.press("g")
        assert "enter deals" in driver.lines[-1]
