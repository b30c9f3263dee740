"""The Stages screen, by keys."""

from __future__ import annotations

import dataclasses

import pytest

from funnel_tui.db import Reader
from funnel_tui.domain.period import Period
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.screens import stages_words
from funnel_tui.screens.behind import BehindScreen
from funnel_tui.screens.scoping import default_scope
from funnel_tui.screens.stages_words import BASIC, View
from funnel_tui.services.reports import deals_behind, report_in, run_report, screen
from funnel_tui.services.reports.screen import stages_view
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.charts import BarChart
from funnel_tui.widgets.grid import Grid
from tests.support.driving import SIZES, Driver, on_stages
from tests.ui.conftest import NOW

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def grid_of(driver: Driver) -> Grid:
    """The table on the screen."""
    return driver.app.screen.query_one(Grid)


def figures(line: str) -> list[str]:
    """A row of the table as words, ratios without the sign."""
    return [word for word in line.split() if word != "%"]


def left(driver: Driver, start: str) -> str:
    """A line of the table on the left, also where another stands beside it."""
    grid = grid_of(driver)
    for line in driver.lines[: grid.region.bottom]:
        if line.strip().startswith(start):
            return line[: grid.region.right]
    raise AssertionError(f"no line begins with {start!r}:\n{driver.text}")


@both_sizes
async def test_the_table_shows_what_the_report_says(demo: Workspace, size: tuple[int, int]) -> None:
    view = stages_view(demo, default_scope(demo))
    assert view is not None
    async with on_stages(demo, size=size) as driver:
        title = driver.line("Funnel of deals closed in Q4 2026")
        assert view.scope.pipelines[0] in title
        for row in view.closed.rows:
            lowest = row["stage"] == view.closed.totals["lowest_stage"]
            words = figures(left(driver, f"▼ {row['stage']}" if lowest else row["stage"]))
            for figure in ("reached", "advanced", "lost"):
                assert f"{row[figure]:,}" in words, (figure, words)
        assert f"{view.closed.totals['deals']:,}" in figures(left(driver, "Whole funnel"))
        assert driver.app.view is not None
        assert f"{driver.app.view.deals_total:,} deals" in driver.lines[0]
        assert "▼ Lowest: " + view.closed.totals["lowest_stage"] in driver.text
        assert driver.lines[-1].endswith("? help")


@both_sizes
async def test_two_charts_say_the_numbers_as_text(demo: Workspace, size: tuple[int, int]) -> None:
    view = stages_view(demo, default_scope(demo))
    assert view is not None
    async with on_stages(demo, size=size) as driver:
        first, second = driver.app.screen.query(BarChart)
        bars = [line for line in str(first.render()).splitlines() if line[:1].isalpha() and "█" in line]
        bars = bars[-len(view.closed.rows) :]
        for row, line in zip(view.closed.rows, bars, strict=True):
            assert line.startswith(row["stage"])
            assert line.rstrip().endswith(f" {row['reached']:,}")
        assert "NOK" in str(second.render())
        widths = [line.count("█") for line in bars]
        assert widths == sorted(widths, reverse=True)
        assert widths[0] > 10


async def test_tab_turns_to_the_active_deals_and_back(demo: Workspace) -> None:
    view = stages_view(demo, default_scope(demo))
    assert view is not None
    async with on_stages(demo) as driver:
        await driver.press("tab")
        assert "[Active deals" in driver.lines[1]
        assert driver.line("Active deals on 2026-11-21")
        for row in view.active.rows:
            assert f"{row['deals']:,}" in figures(driver.line(row["stage"]))
        await driver.press("tab")
        assert "[Closed deals" in driver.lines[1]


async def test_in_a_wide_terminal_both_funnels_stand_side_by_side(demo: Workspace) -> None:
    view = stages_view(demo, default_scope(demo))
    assert view is not None
    async with on_stages(demo, size=(120, 40)) as driver:
        title = driver.line("Funnel of deals closed in Q4 2026")
        assert "Active deals on 2026-11-21" in title
        first, second = driver.app.screen.query(Grid)
        assert (first.has_focus, second.has_focus) == (True, False)
        for row in view.active.rows:
            shown = [line[second.region.x :] for line in driver.lines if row["stage"] in line]
            assert any(f"{row['deals']:,}" in figures(line) for line in shown)
        before = driver.text
        await driver.press("tab")
        assert (first.has_focus, second.has_focus) == (False, True)
        assert "[Active deals]" in driver.lines[1]
        assert driver.lines[3] == before.splitlines()[3]  # both titles stay
        await driver.press("j")
        assert driver.lines[-3].startswith(f" {view.active.rows[1]['stage']} · Deals")
        await driver.press("tab")
        assert (first.has_focus, second.has_focus) == (True, False)
        assert "[Closed deals]" in driver.lines[1]


async def test_the_second_funnel_goes_when_the_terminal_becomes_narrow(demo: Workspace) -> None:
    async with on_stages(demo, size=(120, 40)) as driver:
        await driver.press("tab")
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        assert driver.line("Active deals on 2026-11-21")
        assert "Funnel of deals closed" not in driver.text
        await driver.pilot.resize_terminal(130, 40)
        await driver.settle()
        assert "Active deals on 2026-11-21" in driver.line("Funnel of deals closed")


@both_sizes
async def test_the_header_of_a_snapshot_names_no_period(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_stages(demo, size=size) as driver:
        assert "│ Q4 2026 vs Q3 2026 │" in driver.lines[0]
        await driver.press("tab")
        assert "│ everybody │ now vs end of Q3 2026 │ NOK" in driver.lines[0]
        while driver.app.screen.grid.key != "deals:before":  # type: ignore[attr-defined]
            await driver.press("l")
        assert driver.line("Lead, end of Q3 2026 · Deals ")
        assert ("Q4 2026" in driver.text) == (size == SIZES[1])  # there the other funnel is seen too
        charts = [chart._picture for chart in driver.app.screen.query(BarChart)]
        assert {chart.series for chart in charts if chart} == {("now", "end of Q3 2026")}
        await driver.press("comma")
        assert "│ now vs end of Q2 2026 │" in driver.lines[0]
        await driver.press("full_stop", "C", "C")
        assert driver.app.scope is not None
        assert driver.app.scope.compare is None
        assert "│ everybody │ now │ NOK" in driver.lines[0]
        before = driver.app.scope
        await driver.press("comma")
        assert driver.app.scope == before
        assert ", . period" not in driver.lines[-1]
        await driver.press("o")
        assert "│ everybody │ Q4 2026 │ NOK" in driver.lines[0]
        await driver.press("o")
        assert "│ Q4 2026 │" in driver.lines[0]


async def test_the_n_of_a_share_of_losses_is_all_losses(demo: Workspace) -> None:
    async with on_stages(demo, size=(120, 40)) as driver:
        await driver.press("o")
        while grid_of(driver).key != "share":
            await driver.press("l")
        view = stages_view(demo, default_scope(demo))
        assert view is not None
        every = sum(row["lost_from"] for row in view.losses.rows)
        few = [row for row in view.losses.rows if 0 < row["lost_from"] < view.losses.small_n]
        assert every >= view.losses.small_n
        assert few, "a stage from which few deals were lost"
        for row in few:
            assert "~" not in driver.line(row["stage"])
        assert f"(n {every:,})" in driver.text


@both_sizes
async def test_o_shows_losses_with_their_reasons(demo: Workspace, size: tuple[int, int]) -> None:
    view = stages_view(demo, default_scope(demo))
    assert view is not None
    async with on_stages(demo, size=size) as driver:
        await driver.press("o")
        assert "[Losses" in driver.lines[1]
        for row in view.losses.rows:
            assert f"{row['lost_from']:,}" in figures(driver.line(row["stage"]))
        assert driver.line("Reasons")
        assert driver.line("Price")
        await driver.press("o")
        assert "[Closed deals" in driver.lines[1]


async def test_comma_and_point_step_the_period_and_the_compared_one(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        assert "Q4 2026 vs Q3 2026" in driver.lines[0]
        await driver.press("comma")
        assert "Q3 2026 vs Q2 2026" in driver.lines[0]
        assert driver.line("Funnel of deals closed in Q3 2026")
        await driver.press("full_stop", "full_stop")
        assert "Q1 2027 vs Q4 2026" in driver.lines[0]


async def test_compare_goes_through_nothing_the_year_before_and_the_period_before(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        assert "before" in driver.line("Stage")
        await driver.press("C")
        assert "Q4 2026 vs Q4 2025" in driver.lines[0]
        await driver.press("C")
        assert "Q4 2026 │" in driver.lines[0]
        assert "before" not in driver.line("Stage")
        await driver.press("C")
        assert "Q4 2026 vs Q3 2026" in driver.lines[0]


async def test_the_title_says_cohort_and_mode(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.press("d")
        assert "deals created in Q4 2026" in driver.text
        await driver.press("d")
        assert "deals that first reached each stage in Q4 2026" in driver.text
        await driver.press("d", "r")
        assert "deals closed in Q4 2026, visited stages only" in driver.text


async def test_ratios_by_amount_are_those_of_the_report(demo: Workspace) -> None:
    async with on_stages(demo, size=(120, 40)) as driver:
        await driver.press("a")
        scope = driver.app.scope
        assert scope is not None
        assert scope.by_value
        report = run_report(demo, "funnel", scope.with_(compare=None))
        share = report.rows[0]["conversion"]
        assert f"{float(share * 100):.1f}" in driver.line(report.rows[0]["stage"])


async def test_an_empty_period_says_where_the_data_is_and_j_goes_there(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.press("full_stop", "full_stop")
        assert "No deal was closed in Q2 2027." in driver.text
        assert "Press J to go there" in driver.text
        assert not driver.app.screen.query_one("#both").display
        await driver.press("J")
        assert driver.line("Funnel of deals closed in Q4 2026")
        assert driver.app.screen.query_one("#both").display


async def test_under_a_filter_no_day_of_another_deal_is_named(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        scope = driver.app.scope
        assert scope is not None
        driver.app.set_scope(scope.with_(where="amount > 900m"))
        await driver.settle()
        assert "Nothing here matches the filter: amount > 900m" in driver.text
        assert "The last deal was closed" not in driver.text
        await driver.press("J")
        notices = driver.told
        assert "The last closing is looked for among the deals of everybody, without a filter." in notices
        driver.app.set_scope(scope.with_(owner="Anna Berg", period=Period.quarter(2030, 1)))
        await driver.settle()
        assert "No deal was closed in Q1 2030." in driver.text
        assert "The last deal was closed" not in driver.text


async def test_a_new_database_says_how_to_fill_it(empty: Workspace) -> None:
    async with on_stages(empty) as driver:
        assert "There are no deals yet." in driver.text
        assert "I imports a file" in driver.text
        await driver.press("tab", "o", "comma", "J", "f", "escape", "p", "C", "enter")
        assert "There are no deals yet." in driver.text


async def test_p_goes_to_the_next_pipeline(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        view = driver.app.view
        assert view is not None
        first, second = view.pipelines[:2]
        assert first in driver.lines[0]
        await driver.press("p")
        assert second in driver.lines[0]


@both_sizes
async def test_the_figure_under_the_cursor_is_explained(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_stages(demo, size=size) as driver:
        await driver.press("j")
        row = stages_view(demo, default_scope(demo)).closed.rows[1]  # type: ignore[union-attr]
        assert grid_of(driver).row == 1
        assert driver.lines[-3].startswith(f" {row['stage']} · ")
        assert driver.lines[-2].strip()
        before = driver.lines[-3]
        await driver.press("right")
        assert driver.lines[-3] != before


async def test_a_ratio_of_few_deals_is_marked_and_said_to_be_one(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.press("f")
        driver.app.screen.query_one("#period").focus()
        await driver.press("ctrl+u")
        await driver.type("2026-11-18..2026-11-20")
        await driver.press("enter")
        grid = grid_of(driver)
        await driver.press("G")
        while grid.key != "conversion":
            await driver.press("l")
        await driver.press("k", "k")
        report = driver.app.screen.report  # type: ignore[attr-defined]
        assert report.rows[grid.row]["reached"] < 5
        assert "~" in driver.lines[4 + grid.row]
        assert "too few to rely on" in driver.lines[-3]


@both_sizes
async def test_enter_lists_the_deals_behind_a_figure_and_esc_returns_to_it(
    demo: Workspace, size: tuple[int, int]
) -> None:
    view = stages_view(demo, default_scope(demo), "funnel")
    assert view is not None
    async with on_stages(demo, size=size) as driver:
        await driver.press("j", "l")
        grid = grid_of(driver)
        row, key = grid.row, grid.key
        await driver.press("enter")
        assert isinstance(driver.app.screen, BehindScreen)
        figure = key.partition(":")[0]
        report = view.closed.compared if ":before" in key else view.closed
        assert report is not None
        count = report.rows[row][figure]
        assert driver.line(f"{count} deal")
        assert len(grid_of(driver)._rows) == count
        await driver.press("escape")
        assert (grid_of(driver).row, grid_of(driver).key) == (row, key)


async def test_every_count_of_the_table_is_the_number_of_deals_behind_it(demo: Workspace) -> None:
    async with on_stages(demo, size=(220, 50)) as driver:
        checked = 0
        for key in ("", "tab", "o"):
            if key:
                await driver.press(key)
            report = driver.app.screen.report  # type: ignore[attr-defined]
            table = driver.app.screen._table  # type: ignore[attr-defined]
            for row in range(len(report.rows)):
                for column in driver.app.screen.grid.shown_columns[1:]:  # type: ignore[attr-defined]
                    place = table.rows.place(row, column.key)
                    if isinstance(place.value, int):
                        shown = report.compared if place.before else report
                        found = deals_behind(demo, shown.scope, place.figure, place.stage, report.name)
                        assert len(found.ids) == place.value, (report.name, row, column.key)
                        checked += 1
        assert checked > 50


async def test_behind_the_whole_funnel_are_the_deals_of_all_stages(demo: Workspace) -> None:
    async with on_stages(demo, size=(220, 50)) as driver:
        checked = 0
        for key in ("", "tab", "o"):
            if key:
                await driver.press(key)
            screen = driver.app.screen
            report, grid = screen.report, screen.grid  # type: ignore[attr-defined]
            for column in grid.shown_columns[1:]:
                place = screen._table.rows.place(len(report.rows), column.key)  # type: ignore[attr-defined]
                if place is None or place.value is None:
                    continue
                shown = report.compared if place.before else report
                found = deals_behind(demo, shown.scope, place.figure, None, report.name)
                if place.figure in {"passed", "passed_amount"}:
                    # A deal has passed several stages, and is listed once.
                    assert len(set(found.ids)) == len(found.ids) == report.rows[0]["passed"]
                elif isinstance(place.value, int):
                    assert len(found.ids) == place.value, (report.name, column.key)
                else:
                    assert found.ids, (report.name, column.key)
                checked += 1
        assert checked > 15


async def test_enter_and_the_explanation_list_the_deals_of_the_whole_funnel(demo: Workspace) -> None:
    async with on_stages(demo, size=(120, 40)) as driver:
        await driver.press("G", "enter")
        assert isinstance(driver.app.screen, BehindScreen)
        assert "All deals · deals closed in Q4 2026 · New business" in driver.text
        await driver.press("escape", "question_mark", "enter")
        assert isinstance(driver.app.screen, BehindScreen)
        await driver.press("escape", "o", "g")
        at = next(number for number, line in enumerate(driver.lines) if line.strip() == "Reasons")
        await driver.press(*"j" * (at - 4))
        await driver.press("enter")
        told = "\n".join(driver.told)
        assert "Choose a figure to see its deals" in told


async def test_the_screen_is_laid_out_anew_when_the_terminal_changes_its_size(demo: Workspace) -> None:
    async with on_stages(demo, size=(120, 40)) as driver:
        assert "From stock" in driver.line("Stage")
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        assert "Adv." in driver.line("Stage")
        assert max(map(len, driver.lines)) <= 80
        assert driver.line("Whole funnel")
        await driver.pilot.resize_terminal(50, 12)
        await driver.settle()
        assert driver.text.strip() == "Too small: 50 × 12; funnel needs 60 × 16."
        await driver.pilot.resize_terminal(20, 3)
        await driver.settle()
        assert driver.lines == ["Too small: 20 × 3;", "funnel needs 60 ×", "16."]
        await driver.pilot.resize_terminal(100, 30)
        await driver.settle()
        assert driver.line("Whole funnel")


async def test_all_stages_are_visible_at_80_by_24(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        for name in driver.app.view.pipelines:  # type: ignore[union-attr]
            assert name in driver.lines[0]
            for row in driver.app.screen.report.rows:  # type: ignore[attr-defined]
                assert any(row["stage"] in line for line in driver.lines[4:13])
            await driver.press("p")


def test_the_default_scope_is_the_present_quarter_in_the_team_s_time_zone(demo: Workspace) -> None:
    assert default_scope(demo) == Scope(period=Period.quarter(2026, 4), compare=Period.quarter(2026, 3))
    demo.clock = lambda: NOW + 41 * 86_400 - 13 * 3600  # 31 December 23:00 UTC is next year in Oslo
    assert dataclasses.replace(default_scope(demo), compare=None) == Scope(period=Period.quarter(2027, 1))


@pytest.mark.parametrize("shown", BASIC)
def test_every_report_of_the_screen_is_made_once(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch, shown: View
) -> None:
    made: list[tuple[str, bool]] = []

    def counted(workspace: Workspace, reader: Reader, name: str, scope: Scope) -> Report:
        made.append((name, scope.compare is not None))
        return report_in(workspace, reader, name, scope)

    monkeypatch.setattr(screen, "report_in", counted)
    scope = default_scope(demo).with_(compare=Period.quarter(2026, 2))
    found = stages_words.read_stages(demo, scope=scope, shown=shown)
    assert found.view is not None
    assert found.view.scope.compare == scope.compare
    assert sorted(made) == [
        ("active", shown is View.ACTIVE), ("funnel", shown is View.CLOSED), ("losses", False)
    ]  # fmt: skip
    assert (found.view.closed.compared is not None) == (shown is View.CLOSED)
    assert (found.view.active.compared is not None) == (shown is View.ACTIVE)
