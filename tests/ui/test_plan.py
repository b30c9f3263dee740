"""The Plan screen by keys: what-if, typed figures, a chain of one's own, and what cannot be said."""

from __future__ import annotations

from fractions import Fraction

from funnel_tui.domain.money import round_half_up
from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.shown import money_text, percent_text
from funnel_tui.screens.plan import PlanScreen
from funnel_tui.screens.plan_views import read_found
from funnel_tui.screens.scoping import default_scope
from funnel_tui.services.reports.plan_figures import solve
from funnel_tui.services.workspace import Workspace
from tests.support.driving import Driver
from tests.ui.planning import both_sizes, fill_in, on_plan, plan_of


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
        assert " +3.0 pts " in driver.line(step.name)
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
        assert plan.capacity == round_half_up(plan.facts.usual_capacity or Fraction(0)) - 1
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
        await driver.press("comma", "full_stop")
        assert plan_of(driver).new.wins == 201
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
