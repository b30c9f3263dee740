"""The editor of pipelines and stages, by keys: what it shows, order, retire, delete, switch."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.demo import build_demo
from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.dialogs.problem import ProblemDialog
from funnel_tui.domain.pipeline_setup import PipelineSetup, moved
from funnel_tui.screens.pipelines import PipelinesScreen
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.screens.tasks import TasksScreen
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.pipeline_setup import list_setup
from funnel_tui.services.pipelines import add_stage, create_pipeline, edit_stage, retire_stage
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.conftest import NOW, open_at

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def names(workspace: Workspace, at: int = 0) -> list[str]:
    """The stages of a pipeline in order."""
    return [stage.name for stage in list_setup(workspace)[at].stages]


def counted(workspace: Workspace) -> dict[str, int]:
    """Open deals by stage, counted another way."""
    with workspace.read() as reader:
        return dict(
            reader.rows(
                "SELECT s.name, (SELECT count(*) FROM deal d WHERE d.stage_id = s.id AND d.status = 'open')"
                " FROM stage s"
            )
        )


@both_sizes
async def test_it_shows_pipelines_and_the_stages_of_the_one_in_the_scope(
    demo: Workspace, size: tuple[int, int]
) -> None:
    first, second = list_setup(demo)
    async with driving(demo, size=size) as driver:
        await driver.press("S")
        assert isinstance(driver.app.screen, PipelinesScreen)
        for one in (first, second):
            words = driver.line(one.name).split()
            assert words[-1] == str(one.deals)
            assert words[-2] == str(one.open_deals)
            assert words[-3] == str(len(one.stages))
        assert driver.line(f"Stages of {first.name}")
        deals = counted(demo)
        for place, stage in enumerate(first.stages, 1):
            words = driver.line(f"{place}  {stage.name}").split()
            assert words[-1] == str(deals[stage.name])
            assert f"{stage.probability_bp // 100}" in words
        assert driver.lines[-1].endswith("? help")
        assert "n new" in driver.lines[-1]
        await driver.press("tab", "j")
        assert driver.line(f"Stages of {second.name}")
        for place, stage in enumerate(second.stages, 1):
            assert driver.line(f"{place}  {stage.name}")
        await driver.press("escape")
        assert isinstance(driver.app.screen, TasksScreen)


async def test_the_palette_has_it_and_s_twice_opens_it_once(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("colon")
        await driver.type("set up pipelines")
        await driver.press("enter")
        assert isinstance(driver.app.screen, PipelinesScreen)
        depth = len(driver.app.screen_stack)
        await driver.press("S")
        assert len(driver.app.screen_stack) == depth


@both_sizes
async def test_an_order_is_saved_when_it_is_confirmed_and_says_how_many_deals(
    demo: Workspace, size: tuple[int, int]
) -> None:
    before = list_setup(demo)[0]
    async with driving(demo, size=size) as driver:
        await driver.press("S", "J", "shift+down")
        assert "* Lead" in driver.line("3  * Lead")
        assert "moved, not saved" in driver.text
        assert names(demo) == [stage.name for stage in before.stages]
        await driver.press("enter")
        assert isinstance(driver.app.screen, ConfirmDialog)
        words = " ".join(driver.text.split())
        assert f"{before.deals} deals" in words
        assert f"{before.open_deals} of them open" in words
        await driver.press("n")
        assert names(demo)[0] == "Lead"
        await driver.press("enter", "y")
        assert names(demo)[:3] == ["Qualified", "Proposal", "Lead"]
        assert "moved, not saved" not in driver.text
        assert driver.app.screen.stage.name == "Lead"  # type: ignore[attr-defined]
        await driver.press("u")
        assert names(demo) == [stage.name for stage in before.stages]


async def test_esc_puts_an_order_back_and_only_then_leaves(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "G", "K", "escape")
        assert isinstance(driver.app.screen, PipelinesScreen)
        assert "not saved" not in driver.text
        await driver.press("K", "J")
        assert "not saved" not in driver.text
        await driver.press("escape")
        assert isinstance(driver.app.screen, TasksScreen)
        assert names(demo)[-1] == "Contract"


async def test_going_to_another_pipeline_drops_the_order_and_says_so(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "J", "tab", "j")
        assert driver.last_told == "The new order was not saved."
        assert names(demo)[0] == "Lead"


async def test_another_screen_drops_the_order_and_says_so(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "J", "2")
        assert isinstance(driver.app.screen, StagesScreen)
        assert driver.last_told == "The new order was not saved."
        await driver.press("S", "J", "q")
    assert names(demo)[0] == "Lead"


async def test_an_order_survives_an_edit_and_not_a_new_stage_of_somebody_else(
    demo: Workspace, demo_path: Path
) -> None:
    other = open_at(demo_path)
    first = list_setup(demo)[0]
    async with driving(demo) as driver:
        await driver.press("S", "J")
        edit_stage(other, stage_id=first.stages[3].id, changes={"name": "Haggling"})
        driver.app.data_changed()
        await driver.settle()
        assert "moved, not saved" in driver.text
        assert driver.line("4  Haggling")
        add_stage(other, pipeline_id=first.id, name="Late")
        driver.app.data_changed()
        await driver.settle()
        assert "moved, not saved" not in driver.text
        assert "dropped" in driver.last_told
        assert driver.line("6  Late")
    other.database.close()


async def test_retire_asks_names_the_deals_and_r_restores(demo: Workspace) -> None:
    deals = counted(demo)["Lead"]
    async with driving(demo) as driver:
        await driver.press("S", "r")
        assert isinstance(driver.app.screen, ConfirmDialog)
        assert f"{deals} deals in it stay" in driver.text
        await driver.press("n")
        assert not list_setup(demo)[0].stages[0].retired
        await driver.press("r", "y")
        assert list_setup(demo)[0].stages[0].retired
        assert driver.line("1  Lead (retired)")
        await driver.press("r")
        assert not list_setup(demo)[0].stages[0].retired
        await driver.press("u")
        assert list_setup(demo)[0].stages[0].retired


async def test_the_last_stage_in_use_is_not_retired(demo: Workspace) -> None:
    for stage in list_setup(demo)[0].stages[1:]:
        retire_stage(demo, stage_id=stage.id)
    async with driving(demo) as driver:
        await driver.press("S", "r", "y")
        assert isinstance(driver.app.screen, ProblemDialog)
        assert "the last stage in use" in driver.text
        await driver.press("escape")
        assert not list_setup(demo)[0].stages[0].retired


@both_sizes
async def test_a_stage_that_was_visited_is_not_deleted_and_the_way_out_is_named(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("S", "D")
        assert isinstance(driver.app.screen, ProblemDialog)
        assert "Lead cannot be deleted" in driver.text
        assert "Retire the stage instead" in driver.text
        await driver.press("escape")
        assert names(demo)[0] == "Lead"


async def test_a_stage_that_was_never_visited_is_deleted_and_comes_back(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "tab", "j", "tab", "j", "j")
        assert "No deal was ever in it" in driver.text
        await driver.press("D")
        assert isinstance(driver.app.screen, ConfirmDialog)
        await driver.press("y")
        assert names(demo, 1) == ["Notice", "Review", "Signature"]
        assert driver.line("3  Signature")
        await driver.press("u")
        assert names(demo, 1) == ["Notice", "Review", "Legal review", "Signature"]


async def test_a_pipeline_with_deals_is_not_deleted_and_the_way_out_is_named(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "tab", "D")
        assert isinstance(driver.app.screen, ProblemDialog)
        assert "cannot be deleted" in driver.text
        assert "Switch the pipeline off instead" in driver.text


async def test_a_pipeline_that_nothing_was_in_is_deleted_and_comes_back(demo: Workspace) -> None:
    create_pipeline(demo, name="Trial [/]", stages=["Only"])
    async with driving(demo) as driver:
        await driver.press("S", "tab", "j", "j", "D")
        assert isinstance(driver.app.screen, ConfirmDialog)
        assert "Delete pipeline Trial [/]?" in driver.text
        await driver.press("y")
        assert [one.name for one in list_setup(demo)] == ["New business", "Renewals"]
        await driver.press("u")
        assert [one.name for one in list_setup(demo)][-1] == "Trial [/]"


async def test_r_switches_a_pipeline_off_and_on(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "tab", "j", "r")
        assert not list_setup(demo)[1].in_use
        assert " off " in driver.line("Renewals")
        await driver.press("r")
        assert list_setup(demo)[1].in_use
        await driver.press("u", "u")
        assert list_setup(demo)[1].in_use


async def test_keys_of_stages_are_not_offered_on_pipelines(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("S")
        assert "K J move" in driver.lines[-1]
        await driver.press("tab")
        assert "K J move" not in driver.lines[-1]
        before = names(demo)
        await driver.press("J", "t")
        assert isinstance(driver.app.screen, PipelinesScreen)
        assert names(demo) == before
        assert "not saved" not in driver.text


async def test_many_stages_scroll_at_80_by_24(demo: Workspace) -> None:
    first = list_setup(demo)[0]
    for number in range(20):
        add_stage(demo, pipeline_id=first.id, name=f"Extra {number}")
    async with driving(demo) as driver:
        await driver.press("S", "G")
        assert "Extra 19" in driver.text
        await driver.press("g")
        assert driver.line("1  Lead")


def test_a_stage_at_either_end_stays() -> None:
    assert moved([1, 2, 3], 1, -1) == [1, 2, 3]
    assert moved([1, 2, 3], 3, 1) == [1, 2, 3]
    assert moved([1, 2, 3], 2, 1) == [1, 3, 2]


@pytest.mark.pg
async def test_all_of_it_on_postgresql(pg_url: str) -> None:
    workspace = open_workspace(Target.parse(pg_url), actor="anna")
    workspace.clock = lambda: NOW
    build_demo(workspace, deals=60, seed=7)
    before: PipelineSetup = list_setup(workspace)[0]
    async with driving(workspace) as driver:
        await driver.press("S", "J", "enter", "y")
        assert names(workspace)[:2] == ["Qualified", "Lead"]
        await driver.press("e", "ctrl+u")
        await driver.type("Ny kø")
        await driver.press("enter")
        assert "Ny kø" in names(workspace)
        await driver.press("D")
        assert isinstance(driver.app.screen, ProblemDialog)
        await driver.press("escape", "u", "u")
        assert names(workspace) == [stage.name for stage in before.stages]
    workspace.database.close()
