"""``?`` on the rows of a plan: the formula of the figure and of what comes of it, with the numbers put in."""

from __future__ import annotations

from funnel_tui.dialogs.explain import ExplainDialog
from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.shown import days_text, percent_text
from funnel_tui.screens.plan_rows import decimal
from funnel_tui.services.workspace import Workspace
from tests.support.driving import Driver
from tests.ui.planning import both_sizes, fill_in, on_plan, plan_of, screen_of


async def explained(driver: Driver) -> Explanation:
    """What is said of the row under the cursor; the dialog is closed again."""
    await driver.press("question_mark")
    dialog = driver.app.screen
    assert isinstance(dialog, ExplainDialog)
    await driver.press("escape")
    return dialog._explanation


def plain(words: str) -> str:
    """A formula with plain blanks."""
    return words.replace("\u00a0", " ")


async def to_row(driver: Driver, kind: str) -> None:
    """Put the cursor on the figure of a kind."""
    keys = [row.kind for row in screen_of(driver)._table.keys]  # type: ignore[union-attr]
    await driver.press("g", *["j"] * keys.index(kind))


async def words_of(driver: Driver, kind: str) -> str:
    """The formulas of the row of a kind."""
    await to_row(driver, kind)
    return plain((await explained(driver)).formula)


async def test_each_row_is_explained_by_itself_with_its_numbers(demo: Workspace) -> None:
    async with on_plan(demo) as driver:
        plan = plan_of(driver)
        facts, base, need = plan.facts, plan.base, plan.need
        words = await words_of(driver, "prospects")
        assert words.startswith(f"{facts.entered:,} × length of Q4 2026 / length of ")
        assert f"= {facts.entered:,} × 1 / 4 = {facts.prospects:,}\n" in words
        assert f"Wins = {facts.prospects:,} prospects × {percent_text(base.chain)} = " in words
        assert "needed" not in words

        words = await words_of(driver, "step")
        step = plan.steps[0]
        assert step.conversion is not None
        assert f"/ {step.n:,} = {percent_text(step.conversion)}\n" in words
        product = " × ".join(percent_text(one) for one in base.conversions)
        assert f"All steps = {product} = {percent_text(base.chain)}\n" in words
        assert (
            f"Prospects needed = ⌈{need.wins:,} / {percent_text(base.chain)}⌉ = {need.prospects:,}." in words
        )
        assert "Wins needed" not in words

        words = await words_of(driver, "size")
        assert words.startswith("Σ amount / deals won with an amount = ")
        assert f" NOK⌉ = {need.wins:,}." in words

        words = await words_of(driver, "cycle")
        assert facts.cycle is not None
        assert words.startswith(
            f"Σ days from creation / deals won = {days_text(facts.cycle * facts.won)} / {facts.won:,} = "
        )
        assert words.count("\n") == 1
        assert "Money per day = " in words

        words = await words_of(driver, "capacity")
        assert words.startswith(f"{facts.entered:,} prospects × 1 / 4 / {facts.reps:,} reps = ")
        assert f"⌉ = {need.reps:,}." in words

        words = await words_of(driver, "target")
        assert words.startswith("Wins needed = ⌈")
        assert f"− {facts.won_now:,} won − " in words
        assert f"⌉ = {need.prospects_left:,}, not below 0." in words
        assert "What if" not in words
        assert "what-if" not in words
        assert "Difference" not in words


@both_sizes
async def test_with_a_what_if_base_new_and_difference_are_told(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with on_plan(demo, size=size) as driver:
        await driver.press("j", "right", "right")
        plan = plan_of(driver)
        base, new = plan.base, plan.new
        assert base.chain is not None
        assert new.chain is not None
        found = await explained(driver)
        share, before = new.conversions[0], base.conversions[0]
        assert (
            found.value
            == f"{percent_text(share)} with the what-if, {percent_text(before)} without it: +2.0 pts"
        )
        assert found.sample == plan.steps[0].n
        lines = plain(found.formula).splitlines()
        at = next(at for at, line in enumerate(lines) if line.startswith("Wins = "))
        assert percent_text(base.chain) in lines[at]
        assert lines[at + 1].startswith("With the what-if: Wins = ")
        assert percent_text(new.chain) in lines[at + 1]
        assert lines[at + 2].startswith("Difference: +")
        moved = (new.chain - base.chain) * 100
        assert f"Difference: +{float(moved):.1f} pts" in lines
        await driver.press("question_mark")
        assert "with the what-if" in driver.text
        assert "Difference: +" in driver.text
        assert not [line for line in driver.lines if line.strip().startswith("%")]


async def test_so_many_times_the_prospects_are_told_as_a_product(demo: Workspace) -> None:
    async with on_plan(demo) as driver:
        await driver.press("m")
        await fill_in(driver, "2")
        plan = plan_of(driver)
        words = await words_of(driver, "prospects")
        assert (
            f"With the what-if: {decimal(plan.base.prospects)} × 2 = {decimal(plan.new.prospects)}" in words
        )
        size = await words_of(driver, "target")
        assert "Difference" not in size  # what is needed does not follow from the prospects there are


async def test_a_plan_of_own_steps_has_no_figures_of_history(demo: Workspace) -> None:
    async with on_plan(demo) as driver:
        await driver.press("w")
        await fill_in(driver, "Calls=5%, Contracts=50%")
        words = await words_of(driver, "step")
        assert words.startswith("All steps = 5.0 % × 50.0 % = 2.5 %\n")


async def test_without_any_deal_nothing_is_made_up(empty: Workspace) -> None:
    from funnel_tui.services.pipelines import create_pipeline

    create_pipeline(empty, name="Sales", stages=["Lead", "Offer"])
    async with on_plan(empty) as driver:
        for kind in ("prospects", "step", "size", "cycle", "capacity", "target"):
            await to_row(driver, kind)
            found = await explained(driver)
            assert "NOK / 0" not in found.formula
            assert kind == "prospects" or found.formula == ""
