"""The further views of the Stages screen, and figures that explain themselves, by keys."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from textual.widgets import Input

from funnel_tui.dialogs.explain import ExplainDialog
from funnel_tui.dialogs.export import ExportForm
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import percent_text
from funnel_tui.domain.stage_views import Asked
from funnel_tui.domain.status import GroupBy
from funnel_tui.screens.behind import BehindScreen
from funnel_tui.screens.scoping import default_scope
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.screens.stages_stuck import StuckScreen
from funnel_tui.screens.stages_views import read_panel
from funnel_tui.screens.stages_words import BASIC, View
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.comparison import comparison
from funnel_tui.services.reports.stages_days import days_view
from funnel_tui.services.reports.stages_trends import step_trend, won_trend
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.charts import BarChart
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.stage_grid import StageGrid
from funnel_tui.widgets.stage_lines import LineChart
from tests.support.driving import SIZES, Driver, on_stages

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
KEYS = {View.REASONS: "x", View.COMPARE: "w", View.TRENDS: "t", View.DAYS: "s", View.BENCHMARK: "B"}


def scope_of(demo: Workspace) -> Scope:
    """What the screen opens with."""
    return default_scope(demo).with_(pipelines=("New business",))


def grid_of(driver: Driver) -> StageGrid:
    """The table the keys are for."""
    screen = driver.app.screen
    assert isinstance(screen, StagesScreen)
    return screen.grid


@both_sizes
@pytest.mark.parametrize("view", KEYS, ids=lambda view: view.name.lower())
async def test_a_key_opens_each_view_and_brings_back_the_funnel(
    demo: Workspace, size: tuple[int, int], view: View
) -> None:
    async with on_stages(demo, size=size) as driver:
        await driver.press(KEYS[view])
        assert f"[{view.value}" in driver.lines[1]
        assert max(map(len, driver.lines)) <= size[0]
        assert driver.lines[-1].endswith("? help")
        assert len(grid_of(driver)._rows) > 4
        await driver.press(KEYS[view])
        assert "[Closed deals" in driver.lines[1]
        assert driver.line("Funnel of deals closed in Q4 2026")


async def test_shift_tab_walks_through_all_views(demo: Workspace) -> None:
    async with on_stages(demo, size=(120, 40)) as driver:
        for view in [*list(View)[1:], View.CLOSED]:
            await driver.press("shift+tab")
            assert f"[{view.value}]" in driver.lines[1]


@both_sizes
async def test_reasons_stand_against_stages_in_number_and_amount(
    demo: Workspace, size: tuple[int, int]
) -> None:
    scope = scope_of(demo)
    due = run_report(demo, "reasons", scope.with_(compare=None))
    async with on_stages(demo, size=size) as driver:
        await driver.press("x")
        for row in due.rows:
            assert str(row["deals"]) in driver.line(row["reason"]).split()
        assert str(due.totals["deals"]) in driver.line("All reasons").split()
        assert "deals lost," in driver.lines[-3]  # both figures under the table
        assert len(driver.app.screen.query(BarChart)) == 2
        await driver.press("a")
        assert driver.line("All reasons").split()[2][-1] in "kM"
        await driver.press("l", "enter")
        assert isinstance(driver.app.screen, BehindScreen)
        count = len(driver.app.screen.query_one(Grid)._rows)
        stage = due.rows[0]["stage"]
        assert count in {row["deals"] for row in due.rows if row["stage"] == stage}


@both_sizes
async def test_reps_stand_side_by_side_and_the_stage_stays(demo: Workspace, size: tuple[int, int]) -> None:
    found = comparison(demo, scope_of(demo), GroupBy.REP)
    async with on_stages(demo, size=size) as driver:
        await driver.press("w")
        grid = grid_of(driver)
        assert driver.line("Stage").split()[1] == "All"
        whole = found.sums["Lead"]["conversion"]
        assert percent_text(whole) in driver.line("Lead")
        for _ in found.groups:
            await driver.press("l")
        last = found.groups[-1]
        assert last.split()[0] in driver.line("Stage")
        assert driver.line("Lead")  # the name of the row is still there
        assert f" {last} ·" in driver.lines[-3]
        count = len(found.groups) + 1
        assert grid.window.total == count
        if grid.window.first > 1:
            assert f"‹ columns {grid.window.first}–{count} of {count}" in driver.lines[-2]
        await driver.press(*"h" * (count + 1))
        assert grid.window.first == 1


async def test_the_outlier_of_a_step_is_marked_and_the_rule_told(demo: Workspace) -> None:
    found = comparison(demo, scope_of(demo).with_(period=scope_of(demo).period.year_before()), GroupBy.REP)
    marked = {stage: found.outlier(stage, "conversion") for stage in found.stages}  # type: ignore[arg-type]
    async with on_stages(demo, size=(220, 40)) as driver:
        await driver.press("w", "comma", "comma", "comma", "comma")
        assert "furthest from the step's median" in driver.text
        assert any(marked.values())
        for stage, one in marked.items():
            line = driver.line(stage)
            assert line.count("▲") + line.count("▼") == (one is not None)


async def test_b_compares_by_something_else_and_m_the_days(demo: Workspace) -> None:
    async with on_stages(demo, size=(120, 40)) as driver:
        await driver.press("w")
        for by in ("team", "source", "pipeline", "month", "rep"):
            await driver.press("b")
            assert driver.line(f"Conversions by {by} ·")
        await driver.press("m")
        assert driver.line("Mean days in stage by rep ·")
        assert "days" in driver.lines[-3]
        await driver.press("x", "w")
        assert driver.line("Mean days in stage by rep ·")  # it is as it was left


async def test_behind_a_figure_of_a_rep_are_the_deals_of_that_rep(demo: Workspace) -> None:
    found = comparison(demo, scope_of(demo), GroupBy.REP)
    async with on_stages(demo, size=(120, 40)) as driver:
        await driver.press("w", "l", "enter")
        assert isinstance(driver.app.screen, BehindScreen)
        rep = found.groups[0]
        count = len(driver.app.screen.query_one(Grid)._rows)
        assert count == found.rows[rep, found.stages[0]]["reached"]
        assert rep in driver.text
        await driver.press("escape")
        assert grid_of(driver).key == "group 0"


@both_sizes
async def test_trends_show_twelve_months_as_table_and_lines(demo: Workspace, size: tuple[int, int]) -> None:
    steps, won = step_trend(demo, scope_of(demo)), won_trend(demo, scope_of(demo))
    assert (len(steps.months), steps.months[0], steps.months[-1]) == (12, "2025-12", "2026-11")
    async with on_stages(demo, size=size) as driver:
        await driver.press("t")
        share = steps.rows["2026-09", "Lead"]["conversion"]
        assert percent_text(share) in driver.line("Sep 2026")
        assert driver.line("Nov 2026")
        assert len(driver.app.screen.query(LineChart)) == 1
        if size == SIZES[1]:
            drawn = str(driver.app.screen.query_one(LineChart).render())
            assert "Conversion of each step, %" in drawn
            assert "1 Lead  2 Qualified" in drawn
            assert "100 %" in drawn
        await driver.press("m")
        row = next(row for row in won.whole.rows if row["month"] == "2026-10")
        assert driver.line("Oct 2026").split()[2] == str(row["won"])
        assert won.reps[0].split()[0] in driver.line("Month")
        assert driver.line("Twelve months").split()[2] == str(won.whole.totals["won"])
        await driver.press("j", "enter")
        assert isinstance(driver.app.screen, BehindScreen)
        row = next(row for row in won.whole.rows if row["month"] == "2026-01")
        assert len(driver.app.screen.query_one(Grid)._rows) == row["won"]


@both_sizes
async def test_stuck_deals_of_a_stage_are_a_list_ready_for_many_at_once(
    demo: Workspace, size: tuple[int, int]
) -> None:
    view = days_view(demo, scope_of(demo))
    stage = max(view.stuck, key=lambda name: len(view.stuck[name]))
    at = [row["stage"] for row in view.funnel.rows].index(stage)
    async with on_stages(demo, size=size) as driver:
        await driver.press("s", *"j" * at)
        assert str(len(view.stuck[stage])) in driver.line(stage).split()
        await driver.press("asterisk")
        assert isinstance(driver.app.screen, StuckScreen)
        assert set(driver.app.screen.listed) == set(view.stuck[stage])
        await driver.press("asterisk")
        assert f"{len(view.stuck[stage])} marked" in driver.text
        await driver.press("escape")
        assert isinstance(driver.app.screen, StuckScreen)
        await driver.press("escape")
        assert isinstance(driver.app.screen, StagesScreen)
        assert "[Days" in driver.lines[1]
        assert grid_of(driver).row == at


async def test_a_period_without_deals_is_told_in_every_view(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.press("full_stop", "full_stop", "x")
        assert "No deal was lost in Q2 2027." in driver.text
        await driver.press("w")
        assert "There is nothing to compare in this period." in driver.text
        await driver.press("t")
        assert driver.line("Nov 2026")  # months up to now
        await driver.press("B")
        assert "There is nothing in Q1 2027 to hold this against." in driver.text
        await driver.press("s")
        assert driver.line("All stages")


async def test_a_new_database_has_no_views_to_show(empty: Workspace) -> None:
    async with on_stages(empty) as driver:
        for key in KEYS.values():
            await driver.press(key)
            assert "There are no deals yet." in driver.text
        await driver.press("m", "b", "asterisk", "E", "y", "question_mark", "escape", "enter")
        assert "There are no deals yet." in driver.text


# Explaining


@both_sizes
async def test_a_figure_explains_itself_with_its_numbers(demo: Workspace, size: tuple[int, int]) -> None:
    scope = scope_of(demo)
    row = run_report(demo, "funnel", scope.with_(compare=None)).rows[2]
    async with on_stages(demo, size=size) as driver:
        await driver.press("j", "j")
        while grid_of(driver).key != "conversion":
            await driver.press("l")
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, ExplainDialog)
        assert driver.lines[0].strip() == f"Conversion · {row['stage']}"
        share = percent_text(row["conversion"])
        formula = f"advanced / reached = {row['advanced']} / {row['reached']} = {share}"
        assert formula in driver.text
        assert driver.line("n ").split()[1] == str(row["reached"])
        assert "Funnel of deals closed in Q4 2026 · New business" in driver.text
        assert "2026-11-21 13:00 Europe/Oslo (now)" in driver.text
        assert "funnel report funnel --pipeline 'New business'" in driver.text
        await driver.press("y")
        assert driver.app.clipboard.startswith(
            "funnel report funnel --pipeline 'New business' --period 2026-Q4"
        )
        await driver.press("question_mark", "enter")
        assert isinstance(driver.app.screen, BehindScreen)
        assert len(driver.app.screen.query_one(Grid)._rows) == row["reached"]


@pytest.mark.parametrize("view", list(View), ids=lambda view: view.name.lower())
async def test_every_figure_of_every_view_explains_itself(demo: Workspace, view: View) -> None:
    async with on_stages(demo, size=(220, 50)) as driver:
        screen = driver.app.screen
        assert isinstance(screen, StagesScreen)
        while screen._view is not view:
            await driver.press("shift+tab")
        grid, explained = screen.grid, 0
        for row in range(len(grid._rows)):
            for column in grid._columns[1:]:
                grid.row, grid.key = row, column.key
                found = screen.explanation()
                if found is None:
                    continue
                explained += 1
                assert found.value
                assert found.definition
                assert found.command.startswith("funnel report ")
                assert found.as_of.endswith("(now)") or "end of" in found.name or "Q3" in found.name
                if found.formula:
                    assert found.formula.endswith(f"= {found.value}")
        assert explained > 20


async def test_few_deals_are_said_to_be_too_few(demo: Workspace) -> None:
    async with on_stages(demo, size=(220, 50)) as driver:
        await driver.press("w")
        screen = driver.app.screen
        assert isinstance(screen, StagesScreen)
        texts = [
            screen.explanation().sample_text  # type: ignore[union-attr]
            for grid in [screen.grid]
            for row in range(len(grid._rows))
            for column in grid._columns[1:]
            if not setattr(grid, "row", row) and not setattr(grid, "key", column.key)
            and grid._rows.cells(row)[grid._index[column.key]].text.startswith("~")  # type: ignore[index]
        ]  # fmt: skip
        assert texts
        assert all("too few to rely on" in text for text in texts)


# Export and copy


async def write_to(driver: Driver, path: Path) -> None:
    """Export what is shown."""
    await driver.press("E")
    assert isinstance(driver.app.screen, ExportForm)
    driver.app.screen.query_one("#file", Input).value = str(path)
    await driver.settle()
    await driver.press("enter")


async def test_every_view_is_written_to_a_file(demo: Workspace, tmp_path: Path) -> None:
    async with on_stages(demo) as driver:
        screen = driver.app.screen
        assert isinstance(screen, StagesScreen)
        for view in View:
            assert screen._view is view
            assert screen.report is not None
            report = run_report(demo, screen.report.name, screen.report.scope)
            path = tmp_path / f"{view.name}.csv"
            await write_to(driver, path)
            rows = list(csv.reader(path.open(encoding="utf-8")))
            both = len(report.rows) + (len(report.compared.rows) if report.compared else 0)
            assert len(rows) == both + 1
            await driver.press("shift+tab")


async def test_json_and_workbooks_hold_the_same_rows(demo: Workspace, tmp_path: Path) -> None:
    async with on_stages(demo) as driver:
        screen = driver.app.screen
        assert isinstance(screen, StagesScreen)
        report = screen.report
        assert report is not None
        assert report.compared is not None
        await write_to(driver, tmp_path / "out.json")
        await write_to(driver, tmp_path / "out.xlsx")
        rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]
        assert [row["reached"] for row in rows] == [row["reached"] for row in report.rows]
        sheet = zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<row ") == 1 + len(report.rows) + len(report.compared.rows)
        assert f"<v>{report.rows[0]['reached']}</v>" in sheet


async def test_a_file_that_is_there_is_not_replaced_unasked(demo: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine", encoding="utf-8")
    async with on_stages(demo) as driver:
        await write_to(driver, path)
        assert isinstance(driver.app.screen, ExportForm)
        assert "is there already" in driver.text
        assert path.read_text(encoding="utf-8") == "mine"
        await driver.press("down", "space", "enter")
        assert isinstance(driver.app.screen, StagesScreen)
        assert path.read_text(encoding="utf-8").startswith("period,stage,")
        await write_to(driver, Path("out.txt"))
        assert "End the name in one of .csv, .json, .xlsx" in driver.text
        await driver.press("escape")
        await write_to(driver, Path("/nowhere/at/all.csv"))
        assert isinstance(driver.app.screen, ExportForm)
        assert "cannot be written" in driver.text


async def test_y_copies_the_command_of_the_view(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        for keys, command in (
            ((), "funnel report funnel --pipeline 'New business' --period 2026-Q4 --compare 2026-Q3"),
            (("x",), "funnel report reasons --pipeline 'New business' --period 2026-Q4"),
            (("w",), "funnel report funnel --pipeline 'New business' --period 2026-Q4"),
            (("t", "m"), "funnel report volume --pipeline 'New business' --period 2025-12-01..2026-11-30"),
        ):
            await driver.press(*keys, "y")
            assert driver.app.clipboard == command
            assert command in "\n".join(driver.told)


async def test_days_are_written_as_shown_and_stuck_deals_have_their_own_command(
    demo: Workspace, tmp_path: Path
) -> None:
    view = days_view(demo, scope_of(demo))
    path = tmp_path / "days.csv"
    async with on_stages(demo, size=(220, 50)) as driver:
        await driver.press("s")
        await write_to(driver, path)
        rows = list(csv.DictReader(path.open(encoding="utf-8")))
        for row in rows:
            assert int(row["stuck"]) == len(view.stuck.get(row["stage"], ()))
            assert float(row["limit"] or 0) == pytest.approx(float(view.limits.get(row["stage"], 0)))
            assert "days_mean" in row
            assert "reached" not in row
        own = "--pipeline 'New business'"
        for key, command in (
            ("days_mean", f"funnel report funnel {own} --period 2026-Q4"),
            ("stuck", f"funnel report stuck {own}"),
            ("limit", f"funnel report stuck {own}"),
        ):
            grid_of(driver).key = key
            await driver.press("y")
            assert driver.app.clipboard == command
        grid_of(driver).key = "still_there"
        await driver.press("G", "enter")
        assert isinstance(driver.app.screen, BehindScreen)
        assert len(driver.app.screen.query_one(Grid)._rows) == sum(
            row["still_there"] for row in view.funnel.rows
        )


def test_views_are_read_when_they_are_opened(demo: Workspace) -> None:
    for view in View:
        if view not in BASIC:
            found = read_panel(demo, scope=None, view=view, asked=Asked())
            assert found.panel is not None
            assert found.panel.table is not None
