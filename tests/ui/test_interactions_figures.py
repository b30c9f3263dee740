"""The figures of the Interactions screen by keys, what is behind them, targets and kinds."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.explain import ExplainDialog
from funnel_tui.domain.shown import percent_text
from funnel_tui.screens.interaction import InteractionScreen
from funnel_tui.screens.interactions_activity import Panel
from funnel_tui.screens.interactions_behind import ActivityDealsScreen, InteractionsBehindScreen
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.interactions import figures, opened, rows_of, to_column, to_panel

# Figures


async def test_enter_on_a_figure_lists_the_interactions_behind_it(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        screen = await to_panel(driver, Panel.TALKS)
        await to_column(driver, screen, "conversations")
        figure = screen._figure
        assert figure is not None
        await driver.press("enter")
        behind = driver.app.screen
        assert isinstance(behind, InteractionsBehindScreen)
        assert f"{figure.text} interaction" in driver.text
        assert behind._rows is not None
        assert f"{len(behind._rows):,}" == figure.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, InteractionScreen)
        await driver.press("escape", "escape")
        assert driver.app.screen is screen


@pytest.mark.parametrize("panel", [Panel.RATE, Panel.STEPS])
async def test_the_number_of_interactions_is_that_of_the_list(demo: Workspace, panel: Panel) -> None:
    async with driving(demo) as driver:
        screen = await to_panel(driver, panel)
        await driver.press("j")
        figure = screen._figure
        assert figure is not None
        await driver.press("enter")
        behind = driver.app.screen
        assert isinstance(behind, InteractionsBehindScreen)
        assert behind._rows is not None
        assert f"{len(behind._rows):,}" == figure.text


@pytest.mark.parametrize("panel", [Panel.CONTACT, Panel.BEFORE, Panel.LOAD])
async def test_enter_on_a_figure_of_deals_lists_them(demo: Workspace, panel: Panel) -> None:
    async with driving(demo) as driver:
        screen = await to_panel(driver, panel)
        if panel is Panel.CONTACT:
            await driver.press("j")
        figure = screen._figure
        assert figure is not None
        await driver.press("enter")
        assert isinstance(driver.app.screen, ActivityDealsScreen)
        if panel is not Panel.BEFORE:
            assert driver.lines[2].strip().startswith(f"{figure.text.strip()} deal")
        await driver.press("escape")
        assert driver.app.screen is screen


@pytest.mark.parametrize("panel", [panel for panel in Panel if panel is not Panel.STREAM])
async def test_every_figure_of_every_panel_explains_itself(demo: Workspace, panel: Panel) -> None:
    async with driving(demo, size=(220, 50)) as driver:
        screen = await to_panel(driver, panel)
        grid, explained = figures(screen), 0
        table = screen._shown.table  # type: ignore[union-attr]
        for row in range(len(table)):
            for column in table.columns:
                grid.row, grid.key = row, column.key
                figure, found = table.figure(row, column.key), screen.explanation()
                assert figure is not None
                if found is None:
                    # Only names, and places with nothing in them, stand without an explanation.
                    is_name = column is table.columns[0]
                    assert is_name or not any(char.isdigit() for char in figure.text), figure
                    continue
                explained += 1
                assert found.value == figure.text.strip()
                assert found.definition
                assert found.as_of == "2026-11-21 13:00 Europe/Oslo (now)"
                assert found.has_deals is (figure.wanted is not None)
                assert found.command.startswith("funnel report ") or panel is Panel.BEFORE
                assert not found.formula or found.formula.endswith(f" = {found.value}")
        assert explained > 5


@pytest.mark.parametrize("size", SIZES)
async def test_a_share_is_explained_with_its_numbers(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        screen = await to_panel(driver, Panel.TALKS)
        line = screen._activity.view.rates[0]  # type: ignore[union-attr]
        await to_column(driver, screen, "share")
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, ExplainDialog)
        rate = line.rate
        share = percent_text(rate.conversation_share)
        assert f"{rate.conversations} / {rate.done} = {share}" in driver.text
        assert driver.line("n ").split()[1] == str(rate.done)
        assert "funnel report activity --period 2026-Q4" in driver.text
        assert "enter interactions" in driver.lines[-1]
        await driver.press("enter")
        assert isinstance(driver.app.screen, InteractionsBehindScreen)
        await driver.press("escape")
        assert driver.app.screen is screen


async def test_by_kind_and_by_month(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await to_panel(driver, Panel.RATE)
        assert "Done per week by rep" in driver.text
        await driver.press("b")
        assert "Done per week by kind" in driver.text
        await driver.press("w")
        assert "Done per month by kind" in driver.text
        await driver.press("w")
        assert "Done per day by kind" in driver.text


async def test_best_and_worst_step_are_told_by_signs(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        await to_panel(driver, Panel.STEPS)
        await driver.settle()
        assert "▲ best" in driver.text
        assert "▼ worst" in driver.text
        assert "Ratios of the" in driver.text


async def test_a_correlation_is_called_one(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await to_panel(driver, Panel.BEFORE)
        assert "A correlation, not a cause" in driver.text


# Targets and kinds


async def test_a_target_is_typed_over_the_one_under_the_cursor(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("t")
        assert "Targets for Nov 2026" in driver.text
        await driver.press("j", "1", "2", "3", "enter")
        found = rows_of(demo, "SELECT target, rep_id FROM activity_target ORDER BY id DESC LIMIT 1")
        assert found[0][0] == 123
        assert " 123" in driver.text
        await driver.press("enter")
        await driver.type("-4")
        await driver.press("enter")
        assert rows_of(demo, "SELECT target FROM activity_target ORDER BY id DESC LIMIT 1")[0][0] == 123
        await driver.press("escape", "-", "4", "enter")
        assert driver.line("Target ").split()[-1] == "-4"
        assert rows_of(demo, "SELECT target FROM activity_target ORDER BY id DESC LIMIT 1")[0][0] == 123
        await driver.press("escape", "delete")
        assert rows_of(demo, "SELECT target FROM activity_target ORDER BY id DESC LIMIT 1")[0][0] is None
        await driver.press("u", "full_stop")
        assert "Targets for Dec 2026" in driver.text


async def test_a_kind_is_added_renamed_moved_and_retired(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("K", "n")
        await driver.type("Demo")
        await driver.press("down", "right", "enter")
        assert "Demo" in driver.text
        assert [row[0] for row in rows_of(demo, "SELECT step FROM interaction_kind WHERE name = 'Demo'")] == [
            "calls"
        ]
        await driver.press("G", "R")
        assert "retired" in driver.line("8")
        await driver.press("R", "e")
        await driver.type("!")
        await driver.press("enter")
        assert "Demo!" in driver.text
        await driver.press("K")
        assert "Demo!" in driver.line("7")
        await driver.press("D")
        assert "Demo!" not in driver.line("7")
