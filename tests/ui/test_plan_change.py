"""The other views of the Plan screen by keys: pipeline change, advice, scenarios, export."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from funnel_tui.cli import main
from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import money_text
from funnel_tui.screens.behind import BehindScreen
from funnel_tui.services.reports import run_report
from funnel_tui.services.scenario_changes import save_scenario
from funnel_tui.services.scenarios import read_scenarios
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.plan_chart import WaterfallChart
from funnel_tui.widgets.plan_drawing import MARKS, draw_waterfall, waterfall
from tests.ui.planning import both_sizes, fill_in, on_plan, plan_of, screen_of

# Pipeline change


@both_sizes
async def test_tab_shows_how_the_pipeline_changed(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("tab")
        assert "[Change]" in driver.lines[1]
        scope = driver.app.scope
        assert scope is not None
        report = run_report(demo, "change", scope.with_(compare=None))
        names = {"opening": "Opening", "amount_up": "+ Amount up", "lost": "− Lost", "closing": "Closing"}
        for row in report.rows:
            if row["kind"] in names:
                words = driver.line(names[row["kind"]]).split()
                assert f"{row['deals']:,}" in words
                assert money_text(row["amount"], decimals=False) in words
        drawn = str(driver.app.screen.query_one(WaterfallChart).render())
        assert drawn.count("\n") == 10
        assert MARKS[0] in drawn
        assert MARKS[1] in drawn
        assert "without amount" in driver.text
        await driver.press("comma")
        assert driver.line("Pipeline change in Q3 2026")


@both_sizes
async def test_enter_lists_the_deals_behind_a_row(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("tab", "j", "enter")
        assert isinstance(driver.app.screen, BehindScreen)
        report = run_report(demo, "change", (driver.app.scope or Scope()).with_(compare=None))
        count = report.rows[1]["deals"]
        assert driver.line(f"{count} deals · New · Pipeline change in Q4 2026")
        assert len(driver.app.screen.query_one(Grid)._rows) == count
        await driver.press("escape")
        assert "[Change]" in driver.lines[1]
        assert driver.app.screen.query_one("#changes", Grid).row == 1


@both_sizes
async def test_b_shows_the_change_per_rep_and_its_rows_add_up(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("tab", "b")
        assert "Rep" in driver.line("Rep")
        change = screen_of(driver)._change
        assert change is not None
        assert len(change.groups) > 3
        whole = run_report(demo, "change", change.scope.with_(by=None))
        opening = sum(len(rows[kind].deals) for rows in change.found.rows.values() for kind in list(rows)[:1])
        assert opening == whole.rows[0]["deals"]
        first, second = sorted(change.found.rows, key=str.casefold)[:2]
        assert str(driver.app.screen.query_one(WaterfallChart).render()).startswith(first)
        for _ in range(10):
            await driver.press("j")
        assert str(driver.app.screen.query_one(WaterfallChart).render()).startswith(second)
        await driver.press("b")
        assert screen_of(driver)._change is not None
        assert driver.line("Opening")


def test_a_waterfall_begins_where_the_bar_before_ended() -> None:
    parts = [
        ("Opening", 100, 0, "100"),
        ("New", 50, 1, "+50"),
        ("Lost", 120, -1, "−120"),
        ("Closing", 30, 0, "30"),
    ]
    made = waterfall("All", parts)
    assert [(bar.start, bar.end) for bar in made.bars] == [(0, 100), (100, 150), (150, 30), (0, 30)]
    assert not made.is_flat
    assert waterfall("All", [("Opening", 0, 0, "0"), ("Closing", 0, 0, "0")]).is_flat
    import plotext

    lines = draw_waterfall(plotext, made, 60)
    assert [line.split()[0] for line in lines] == ["Opening", "New", "Lost", "Closing"]
    assert [text in line for text, line in zip(("100", "+50", "−120", "30"), lines, strict=True)] == [
        True
    ] * 4
    widths = [line.count(MARKS[0]) + line.count(MARKS[1]) for line in lines]
    assert widths[2] > widths[0] > widths[1] > widths[3] > 0
    assert MARKS[1] in lines[2]
    assert max(map(len, lines)) <= 60


# Advice and scenarios


@both_sizes
async def test_advice_is_in_words(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("tab", "tab")
        assert "[Advice]" in driver.lines[1]
        assert driver.line("Key level: ")
        assert "With the funnel as it stands (" in driver.text
        assert "fewer than in Q3 2026 in " in driver.text
        assert "The target is the quota for Q4 2026." in driver.text
        before = plan_of(driver).wish
        await driver.press("right", "e", "r")
        assert plan_of(driver).wish == before


@both_sizes
async def test_scenarios_are_saved_compared_opened_removed_and_undone(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("j", "right", "right", "s")
        await fill_in(driver, "Better leads")
        assert "Saved scenario Better leads" in "\n".join(driver.told)
        assert driver.line("Plan for Q4 2026").endswith("Better leads")
        wish = plan_of(driver).wish
        await driver.press("r", "m")
        await fill_in(driver, "2")
        await driver.press("s")
        await fill_in(driver, "Twice as many")
        assert [one.name for one in read_scenarios(demo)] == ["Better leads", "Twice as many"]
        await driver.press("r", "o")
        assert "[Scenarios]" in driver.lines[1]
        twice = driver.line("Twice as many").split()
        shown = driver.line("(as shown)").split()
        assert twice != shown
        assert driver.line("Better leads")
        await driver.press("j", "enter")
        assert "[Plan]" in driver.lines[1]
        assert plan_of(driver).wish == wish
        await driver.press("o", "G", "x")
        assert [one.name for one in read_scenarios(demo)] == ["Better leads"]
        assert "Twice as many" not in "\n".join(driver.lines[3:])
        await driver.press("u")
        assert [one.name for one in read_scenarios(demo)] == ["Better leads", "Twice as many"]
        assert driver.line("Twice as many")


async def test_a_scenario_of_another_period_and_rep_is_looked_at(demo: Workspace) -> None:
    scope = Scope(pipelines=("New business",), owner="Anna Berg")
    from funnel_tui.domain.period import Period

    save_scenario(demo, name="Anna", scope=scope, wish=PlanWish(target=9, period=Period.parse("2027-Q1")))
    async with on_plan(demo) as driver:
        await driver.press("o", "j", "enter")
        assert driver.line("Plan for Q1 2027")
        assert "Anna Berg" in driver.lines[0]
        assert plan_of(driver).need.wins == 9


async def test_what_is_shown_is_exported_and_an_existing_file_is_kept(
    demo: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with on_plan(demo) as driver:
        await driver.press("E")
        await fill_in(driver, "plan.json")
        made = json.loads((tmp_path / "plan.json").read_text())
        assert made["report"] == "plan"
        assert made["totals"]["wins_needed"] == plan_of(driver).need.wins
        await driver.press("E", "enter")
        assert (tmp_path / "plan-2026-Q4.csv").read_text().startswith("step,conversion,n,key_level,lever")
        await driver.press("E", "enter")
        assert "plan-2026-Q4.csv" in driver.text
        await fill_in(driver, "plan.xlsx")
        assert (tmp_path / "plan.xlsx").stat().st_size > 1000
        await driver.press("tab", "E", "enter")
        assert (tmp_path / "change-2026-Q4.csv").read_text().startswith("kind,deals,amount")
        await driver.press("tab", "tab", "E", "enter")
        assert (tmp_path / "scenarios-2026-Q4.csv").read_text().startswith("scenario,period,target")


@both_sizes
async def test_every_figure_explains_itself(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_plan(demo, size=size) as driver:
        step = plan_of(driver).steps[0]
        await driver.press("j", "question_mark")
        assert "advanced / reached = " in driver.text
        assert f"{step.n:,}" in driver.text
        assert "All steps = " in driver.text
        await driver.press("G")
        assert "funnel report plan" in driver.text
        await driver.press("escape", "tab", "j", "question_mark")
        assert "created, and open" in driver.text
        assert "opening + new + reopened" in driver.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, BehindScreen)


async def test_y_copies_a_command_that_prints_the_same(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    async with on_plan(demo) as driver:
        await driver.press("j", "right", "j", "j", "j", "j", "j", "right", "j", "left", "m")
        await fill_in(driver, "2.5")
        plan = plan_of(driver)
        await driver.press("y")
        command = "\n".join(driver.told).rpartition(": ")[2].splitlines()[-1]
    monkeypatch.setenv("FUNNEL_NOW", "2026-11-21T12:00:00Z")
    monkeypatch.setenv("FUNNEL_DB", str(demo.database.target.path))
    capfdbinary.readouterr()
    assert main([*shlex.split(command)[1:], "--format", "json"]) == 0
    made = json.loads(capfdbinary.readouterr().out)
    assert plan.new.wins is not None
    assert made["totals"]["new"]["wins"] == pytest.approx(float(plan.new.wins), rel=1e-6)
    assert plan.new.per_day is not None
    assert made["totals"]["new"]["money_per_day"]["minor"] == pytest.approx(float(plan.new.per_day), abs=3000)
