"""The Plan screen by keys: what-if, the change of the pipeline, advice, scenarios."""

from __future__ import annotations

import json
import shlex
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from funnel_tui.cli import main
from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import money_text, percent_text
from funnel_tui.screens.behind import BehindScreen
from funnel_tui.screens.plan import PlanScreen
from funnel_tui.screens.plan_views import read_found
from funnel_tui.screens.scoping import default_scope
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.plan_figures import Plan, solve
from funnel_tui.services.scenario_changes import save_scenario
from funnel_tui.services.scenarios import read_scenarios
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.plan_chart import WaterfallChart
from funnel_tui.widgets.plan_drawing import MARKS, draw_waterfall, waterfall
from tests.support.driving import SIZES, Driver, driving

on_plan = partial(driving, tab="5")
both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def screen_of(driver: Driver) -> PlanScreen:
    """The screen."""
    screen = driver.app.screen
    assert isinstance(screen, PlanScreen)
    return screen


def plan_of(driver: Driver) -> Plan:
    """The plan that is shown."""
    plan = screen_of(driver).plan
    assert plan is not None
    return plan


def told(driver: Driver) -> str:
    """What was said in toasts."""
    return "\n".join(toast.message for toast in driver.app._notifications)


async def fill_in(driver: Driver, text: str) -> None:
    """Type over what stands in the field, and accept."""
    await driver.pilot.press("end", "ctrl+u")
    await driver.type(text)
    await driver.press("enter")


@both_sizes
async def test_the_tables_show_what_the_plan_says(demo: Workspace, size: tuple[int, int]) -> None:
    found = read_found(demo, scope=default_scope(demo).with_(pipelines=("New business",)), history=None)
    assert found.facts is not None
    plan = solve(found.facts, PlanWish(period=found.period))
    async with on_plan(demo, size=size) as driver:
        assert driver.line("Plan for Q4 2026 · from 1 Oct 2025 – 30 Sep 2026")
        assert "[Plan]" in driver.lines[1]
        for step in plan.steps:
            line = driver.line(step.name)
            assert percent_text(step.conversion) in line
            assert f"{step.n:,}" in line.split()
        assert str(plan.need.wins) in driver.line("Wins needed").split()
        assert str(plan.need.prospects) in driver.line("Prospects needed").split()
        assert str(plan.need.reps) in driver.line("Reps needed").split()
        assert plan.key is not None
        assert plan.lever is not None
        assert "▲ key level" in driver.line(plan.steps[plan.key].name)
        assert "◆ at " in driver.line(plan.steps[plan.lever].name)
        assert driver.lines[-1].endswith("? help")
        assert max(map(len, driver.lines)) <= size[0]
        if size[0] == 120:
            assert driver.line("Key level: ")
        assert "fewer than in Q3 2026 in " in driver.text


@both_sizes
async def test_one_key_per_step_up_and_down(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_plan(demo, size=size) as driver:
        base = plan_of(driver).base
        await driver.press("j", "right", "right", "plus")
        step = plan_of(driver).steps[0]
        assert step.conversion is not None
        assert plan_of(driver).new.conversions[0] == step.conversion + Fraction(3, 100)
        assert "+3.0" in driver.line(step.name)
        wins = plan_of(driver).new.wins
        assert wins is not None
        assert base.wins is not None
        assert wins > base.wins
        assert plan_of(driver).base == base
        difference = money_text(None)
        assert difference not in driver.line("Wins")
        await driver.press("left", "minus", "h")
        assert plan_of(driver).new == base
        for _ in range(30):
            await driver.pilot.press("l")
        await driver.settle()
        assert plan_of(driver).new.conversions[0] == 1
        assert "100.0 %" in driver.line(step.name)
        await driver.press("backspace")
        assert plan_of(driver).new == base


async def test_every_figure_goes_up_and_down_and_r_puts_all_back(demo: Workspace) -> None:
    async with on_plan(demo, size=(120, 40)) as driver:
        base = plan_of(driver).base
        await driver.press("right")
        assert (plan_of(driver).new.prospects or 0) > (base.prospects or 0)
        await driver.press(*["j"] * 6, "right")
        assert (plan_of(driver).new.size or 0) > (base.size or 0)
        await driver.press("j", "left")
        assert plan_of(driver).new.cycle == (base.cycle or 0) - 1
        await driver.press("j", "left", "j", "right")
        plan = plan_of(driver)
        assert plan.capacity == (plan.facts.usual_capacity or 0) - 1
        assert plan.goal.amount is not None
        assert plan.facts.quota is not None
        assert plan.goal.amount > plan.facts.quota
        assert not plan.from_quota
        await driver.press("r")
        assert plan_of(driver).new == base
        assert not plan_of(driver).from_quota
        await driver.press("backspace", "k", "backspace")
        assert plan_of(driver).from_quota
        assert plan_of(driver).usual


@both_sizes
async def test_a_figure_is_typed_and_nonsense_is_refused_under_the_field(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("j", "enter")
        assert driver.lines[0].strip() == plan_name(driver)
        await fill_in(driver, "sixty")
        assert "'sixty' is not a percentage." in driver.text
        await fill_in(driver, "250")
        assert plan_of(driver).new.conversions[0] == 1
        await driver.press("e")
        await fill_in(driver, "")
        assert plan_of(driver).new == plan_of(driver).base
        await driver.press("G", "enter")
        await fill_in(driver, "25 deals")
        assert plan_of(driver).need.wins == 25
        assert driver.line("Wins needed").split()[2] == "25"
        await driver.press("enter")
        await fill_in(driver, "500k")
        assert plan_of(driver).goal.amount == 500_000_00
        await driver.press("k", "e")
        await fill_in(driver, "0")
        assert "at least 1" in driver.text
        await fill_in(driver, "200")
        assert plan_of(driver).capacity == 200
        await driver.press("k", "e")
        await fill_in(driver, "0")
        assert "more than 0 days" in driver.text
        await driver.press("escape")
        assert plan_of(driver).new == plan_of(driver).base


def plan_name(driver: Driver) -> str:
    """The first step, whatever the pipeline."""
    for screen in driver.app.screen_stack:
        if isinstance(screen, PlanScreen) and screen.plan is not None:
            return screen.plan.steps[0].name
    raise AssertionError("no plan")


@both_sizes
async def test_a_chain_of_ones_own_and_times_k(demo: Workspace, size: tuple[int, int]) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("w")
        await fill_in(driver, "Calls=3%, Meetings=67%")
        assert driver.line("Calls").split()[1:3] == ["3.0", "%"]
        assert "▲ key level" in driver.line("Meetings")
        assert "◆ at 13.0 %" in driver.line("Calls")
        await driver.press("g", "e")
        await fill_in(driver, "1000")
        assert plan_of(driver).new.wins == Fraction(201, 10)
        await driver.press("j", "e")
        await fill_in(driver, "30")
        assert plan_of(driver).new.wins == 201
        assert "201" in driver.line("Wins").split()
        await driver.press("m")
        await fill_in(driver, "1.5")
        assert plan_of(driver).new.prospects == 1500
        assert "× 1.5" in driver.line("Prospects")
        await driver.press("w")
        await fill_in(driver, "Calls")
        assert "is not a step with a conversion" in driver.text
        await fill_in(driver, "")
        assert len(plan_of(driver).steps) == len(plan_of(driver).facts.steps)


@both_sizes
async def test_without_history_it_says_so_in_words_with_dashes(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("H")
        await fill_in(driver, "2019")
        assert "there is no chain" in driver.text
        for name in ("Wins", "Money", "Prospects needed", "Reps needed", "Plan per rep"):
            assert driver.line(name).split()[len(name.split())] == "–"
        await driver.press("right", "j", "right", "j", "left", "j", "j", "j", "j", "right", "j", "right")
        assert "there is no chain" in driver.text
        await driver.press("H")
        await fill_in(driver, "no period")
        assert "not understood" in driver.text
        await fill_in(driver, "")
        assert driver.line("Plan for Q4 2026 · from 1 Oct 2025 – 30 Sep 2026")


@both_sizes
async def test_a_new_database_says_how_to_fill_it(empty: Workspace, size: tuple[int, int]) -> None:
    async with on_plan(empty, size=size) as driver:
        for key in ("right", "e", "r", "tab", "b", "enter", "tab", "tab", "x", "y", "E", "s", "tab"):
            assert "There is no pipeline yet." in driver.text, key
            await driver.press(key)


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
        assert "Saved scenario Better leads" in told(driver)
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
        assert "Prospects needed = ⌈" in driver.text
        assert "funnel report plan" in driver.text
        await driver.press("escape", "tab", "j", "question_mark")
        assert "created, and open" in driver.text
        assert "= closing." in driver.text
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
        command = told(driver).rpartition(": ")[2].splitlines()[-1]
    monkeypatch.setenv("FUNNEL_NOW", "2026-11-21T12:00:00Z")
    monkeypatch.setenv("FUNNEL_DB", str(demo.database.target.path))
    capfdbinary.readouterr()
    assert main([*shlex.split(command)[1:], "--format", "json"]) == 0
    made = json.loads(capfdbinary.readouterr().out)
    assert plan.new.wins is not None
    assert made["totals"]["new"]["wins"] == pytest.approx(float(plan.new.wins), rel=1e-6)
    assert plan.new.per_day is not None
    assert made["totals"]["new"]["money_per_day"]["minor"] == pytest.approx(float(plan.new.per_day), abs=3000)


async def test_the_screen_is_laid_out_anew_when_the_terminal_changes_its_size(demo: Workspace) -> None:
    async with on_plan(demo, size=(120, 40)) as driver:
        assert driver.line("Key level: ")
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        assert max(map(len, driver.lines)) <= 80
        assert driver.line("Plan per rep")
        await driver.pilot.resize_terminal(60, 16)
        await driver.settle()
        assert max(map(len, driver.lines)) <= 60
        await driver.pilot.resize_terminal(120, 40)
        await driver.settle()
        assert driver.line("Key level: ")


async def test_another_pipeline_has_its_own_steps_and_the_what_if_is_gone(demo: Workspace) -> None:
    async with on_plan(demo) as driver:
        await driver.press("j", "j", "right")
        first = [step.name for step in plan_of(driver).steps]
        await driver.press("p")
        second = [step.name for step in plan_of(driver).steps]
        assert first != second
        assert all(name in second for name, _ in plan_of(driver).wish.conversions)
