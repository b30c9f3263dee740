"""The stream of the Interactions screen by keys: filters, period, pipeline, pages."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.domain.finding import fold
from funnel_tui.screens.interactions import InteractionsScreen
from funnel_tui.screens.interactions_activity import Panel
from funnel_tui.services.interaction_list import interaction_rows
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.activity_chart import RateChart
from tests.support.driving import SIZES, driving
from tests.ui.interactions import figures, in_quarter, opened

# The stream


@pytest.mark.parametrize("size", SIZES)
async def test_the_stream_shows_what_the_scope_holds(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        screen = await opened(driver)
        count = in_quarter(demo)
        assert f"{count:,} interactions · Q4 2026" in driver.text
        assert f"1/{count:,}" in driver.text
        assert len(screen.stream.visible_rows) >= 15
        for heading in ("Time", "Kind", "Outcome", "Deal or organisation"):
            assert heading in driver.text
        assert driver.lines[0].strip().startswith("funnel │ all pipelines │ everybody")


async def test_at_120_columns_the_chart_stands_beside_the_stream(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        screen = await opened(driver)
        await driver.settle()
        assert "Done per week by rep, Q4 2026" in driver.text
        assert "━ target" in driver.text
        assert "╌ Q3 2026" in driver.text
        assert screen.query_one(RateChart).size.height >= 15
        assert "together" in driver.text


async def test_at_80_columns_tab_turns_the_pages_and_esc_goes_back(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        assert "Done per week" not in driver.text
        for number, panel in enumerate(list(Panel)[1:], 2):
            await driver.press("tab")
            assert f"[{panel} {number}/8]" in driver.text
            assert len(figures(screen).visible_rows) >= 5
        await driver.press("tab")
        assert "[Stream 1/8]" in driver.text
        await driver.press("shift+tab")
        assert "[Open deals 8/8]" in driver.text
        await driver.press("escape")
        assert "[Stream 1/8]" in driver.text
        assert driver.app.screen.focused is screen.stream


async def test_the_stream_is_narrowed_as_one_types(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        assert screen._rows is not None
        fact = next(
            one for one in interaction_rows(demo, screen._rows.ids[:200]) if one.organisation and one.deal
        )
        assert fact.organisation is not None
        word = fact.organisation.split()[0]
        await driver.press("F")
        await driver.type(f"{word} {fact.kind.lower()}")
        await driver.pilot.pause(0.3)
        await driver.settle()
        assert screen._rows is not None
        found = interaction_rows(demo, screen._rows.ids)
        assert fact.id in {one.id for one in found}
        for one in found:
            told = fold(" ".join(filter(None, (one.deal, one.organisation, one.person, one.owner, one.kind,
                                               one.outcome, one.note))))  # fmt: skip
            assert fold(word) in told
            assert fold(fact.kind) in told
        await driver.press("enter", "escape")
        assert f"{in_quarter(demo):,} interactions" in driver.text


async def test_only_one_kind_then_one_outcome_then_all_again(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("a")
        assert isinstance(driver.app.screen, Chooser)
        await driver.type("kind call")
        await driver.press("enter")
        calls = in_quarter(demo, "AND k.name = 'Call'")
        assert f"{calls:,} interactions · Call · Q4 2026" in driver.text
        await driver.press("a")
        await driver.type("voicemail")
        await driver.press("enter")
        some = in_quarter(demo, "AND k.name = 'Call' AND i.outcome = 'voicemail'")
        assert 0 < some < calls
        assert f"{some:,} interactions · Call · voicemail · Q4 2026" in driver.text
        await driver.press("a")
        await driver.type("state planned")
        await driver.press("enter")
        assert "planned" in driver.lines[2]
        await driver.press("escape")
        assert f"{in_quarter(demo):,} interactions · Q4 2026" in driver.text


async def test_only_one_rep(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("a")
        await driver.type("rep anna berg")
        await driver.press("enter")
        assert "Anna Berg · Q4 2026" in driver.text
        assert screen._rows is not None
        owners = {fact.owner for fact in interaction_rows(demo, screen._rows.ids)}
        assert owners == {"Anna Berg"}


async def test_the_period_steps_and_the_compared_one_goes_with_it(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("comma")
        assert "interactions · Q3 2026" in driver.text
        await driver.press("full_stop")
        assert "interactions · Q4 2026" in driver.text


async def test_only_the_pipeline_of_the_scope(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("p")
        assert "New business" in driver.lines[0]
        some = in_quarter(
            demo,
            "AND i.deal_id IN (SELECT d.id FROM deal d JOIN pipeline p ON p.id = d.pipeline_id "
            "WHERE p.name = 'New business')",
        )
        assert f"{some:,} interactions" in driver.text


async def test_an_empty_stream_says_what_to_do(empty: Workspace) -> None:
    async with driving(empty) as driver:
        await driver.press("3")
        for words in ("No interaction in Q4 2026 yet.", "c logs a call", "I imports a file"):
            assert words in " ".join(driver.text.split())
        await driver.press("tab")
        assert "Nothing was logged." in driver.text
        await driver.press(*["tab"] * (list(Panel).index(Panel.FOLLOW) - 1))
        await driver.settle()
        assert "There is no pipeline yet" in driver.text


@pytest.mark.parametrize("size", SIZES)
async def test_it_opens_on_the_latest_that_took_place(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("3")
        screen = driver.app.screen
        assert isinstance(screen, InteractionsScreen)
        fact = screen.interaction
        assert fact is not None
        assert fact.at <= demo.clock()
        await driver.press("k")
        assert screen.interaction is not None
        assert screen.interaction.at > demo.clock()
