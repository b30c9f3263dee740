"""Sentences of the Stages screen: what is missing against another period, what is stuck, what a figure is."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.explain import ExplainDialog
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.stage_views import Held
from funnel_tui.screens.scoping import default_scope
from funnel_tui.screens.stages_stuck import StuckScreen
from funnel_tui.services.reports.stages_benchmark import benchmark_view
from funnel_tui.services.reports.stages_days import days_view
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, on_stages

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def scope_of(demo: Workspace) -> Scope:
    """What the screen opens with."""
    return default_scope(demo).with_(pipelines=("New business",))


async def test_the_sentence_on_stuck_deals_says_which_the_key_lists(demo: Workspace) -> None:
    view = days_view(demo, scope_of(demo))
    every = sum(map(len, view.stuck.values()))
    row = next(at for at, one in enumerate(view.funnel.rows) if view.stuck.get(one["stage"]))
    own = len(view.stuck[view.funnel.rows[row]["stage"]])
    assert own < every
    async with on_stages(demo) as driver:
        await driver.press("s")
        told = driver.line(f"{every} stuck:")
        assert "* lists those of the row, for changes of many at once." in told
        await driver.press(*["down"] * row, "*")
        assert isinstance(driver.app.screen, StuckScreen)
        assert f"{own} stuck open deal" in driver.text
        await driver.press("escape", "G", "*")
        assert f"{every} stuck open deals" in driver.text


async def test_what_is_open_is_defined_without_words_of_the_shell(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        await driver.press("shift+tab")
        assert "Open deals in the stage now, or as of the instant looked at." in driver.text


@both_sizes
async def test_the_benchmark_says_what_is_missing_in_words(demo: Workspace, size: tuple[int, int]) -> None:
    view = benchmark_view(demo, scope_of(demo), Held.REACHED)
    short = view.shortfalls[0]
    async with on_stages(demo, size=size) as driver:
        await driver.press("B")
        assert driver.line("Q4 2026 against Q3 2026")
        words = f"{short.missing} deals fewer than in Q3 2026 in {short.stage}: find at least"
        assert words in driver.text
        await driver.press("m")
        assert driver.line("now against end of Q3 2026")
        await driver.press("C")
        assert driver.line("now against end of Q4 2025")
        await driver.press("C")  # nothing beside it: the period before is taken
        assert driver.line("now against end of Q3 2026")


@pytest.mark.parametrize("size", [(80, 19), (80, 24), (120, 40)])
async def test_no_sentence_of_the_benchmark_is_cut(demo: Workspace, size: tuple[int, int]) -> None:
    """All of them stand under the table; the foot of it counts those that have no room, and ? has them."""
    view = benchmark_view(demo, scope_of(demo), Held.REACHED)
    assert view.rest == "Q4 2026 has 40 more days to go; Q3 2026 is whole."
    words = [view.rest, *(one.words("Q3 2026") for one in view.shortfalls)]
    async with on_stages(demo, size=size) as driver:
        await driver.press("B")
        text = " ".join(driver.text.split())
        missing = [one for one in words if one not in text]
        assert (f"{len(missing)} more sentence" in text) is bool(missing)
        assert bool(missing) is (size[1] < 24), driver.text
        assert "enter deals" in driver.lines[-1]
        await driver.press("?")
        dialog = driver.app.screen
        assert isinstance(dialog, ExplainDialog)
        assert set(words) <= set(dialog._explanation.notes)


async def test_all_time_has_no_benchmark_and_says_so(demo: Workspace) -> None:
    async with on_stages(demo) as driver:
        scope = driver.app.scope
        assert scope is not None
        driver.app.set_scope(Scope(pipelines=scope.pipelines))
        await driver.settle()
        await driver.press("B")
        assert "There is no earlier period" in driver.text
        await driver.press("question_mark")
        assert not isinstance(driver.app.screen, ExplainDialog)
