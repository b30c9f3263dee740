"""The forms of the editor of pipelines: what is saved, and what is wrong under the field."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.dialogs.pipeline_form import PipelineForm
from funnel_tui.dialogs.setup_form import bp_text, percent_bp, whole_number
from funnel_tui.dialogs.stage_form import StageForm, TaskTemplateForm
from funnel_tui.domain.status import ForecastCategory, Staging
from funnel_tui.domain.tasks import TaskTemplate
from funnel_tui.screens.pipelines import PipelinesScreen
from funnel_tui.screens.stage_tasks import StageTasksScreen
from funnel_tui.services.pipeline_setup import list_setup
from funnel_tui.services.pipelines import edit_pipeline, edit_stage
from funnel_tui.services.stage_templates import set_stage_tasks
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import open_at

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


async def fill(driver: Driver, field: str, text: str) -> None:
    """Put a text into a field in place of what is there."""
    driver.app.screen.query_one(f"#{field}", Input).focus()
    await driver.press("ctrl+u", "ctrl+k")
    await driver.type(text)


def under(driver: Driver, label: str) -> str:
    """The line under a field."""
    place = next(at for at, line in enumerate(driver.lines) if line.strip().startswith(label))
    return driver.lines[place + 1].strip()


@pytest.mark.parametrize(
    ("typed", "points"),
    [("40", 4000), (" 40 % ", 4000), ("12.5", 1250), ("12,5%", 1250), ("0.005", 1), ("0", 0), ("140", 14000)],
)
def test_percentages_are_read_as_people_type_them(typed: str, points: int) -> None:
    assert percent_bp(typed) == points


@pytest.mark.parametrize("typed", ["", "x", "-1", "1e3", "4 0", "١٢", "nan", "12.", "%"])
def test_what_is_no_percentage_is_refused(typed: str) -> None:
    assert percent_bp(typed) is None


@pytest.mark.parametrize("points", [0, 1, 1250, 4000, 10_000, 3333])
def test_a_percentage_comes_back_as_it_is_shown(points: int) -> None:
    assert percent_bp(bp_text(points)) == points


def test_whole_numbers() -> None:
    assert whole_number(" 14 ") == 14
    assert [whole_number(text) for text in ("", "1.5", "-1", "²", "9" * 30)] == [None] * 5


@both_sizes
async def test_a_stage_is_edited_and_every_field_is_saved(demo: Workspace, size: tuple[int, int]) -> None:
    before = list_setup(demo)[0].stages[0]
    async with driving(demo, size=size) as driver:
        await driver.press("S", "enter")
        assert isinstance(driver.app.screen, StageForm)
        assert "Stage Lead of New business" in driver.lines[0]
        for label in ("Name", "Win probability", "Stuck after days", "Forecast", "Needed to leave it"):
            assert driver.line(label)
        assert "[ ] probability" in driver.text
        await fill(driver, "name", "Lead [/EU]")
        await fill(driver, "probability_bp", "12,5")
        await fill(driver, "stuck_days", "")
        await driver.press("down", "right", "down", "space", "down", "down", "space", "enter")
        assert isinstance(driver.app.screen, PipelinesScreen)
        stage = list_setup(demo)[0].stages[0]
        assert (stage.name, stage.probability_bp, stage.stuck_days) == ("Lead [/EU]", 1250, None)
        assert stage.category is ForecastCategory.PIPELINE
        assert stage.required == ("amount", "organisation")
        words = driver.line("1  Lead [/EU]")
        assert "12.5 %" in words
        assert " rule " in words
        assert "needs amount, organisation" in driver.text
        await driver.press("u")
        after = list_setup(demo)[0].stages[0]
        assert (after.name, after.probability_bp, after.required) == ("Lead", before.probability_bp, ())


@both_sizes
async def test_what_is_wrong_stands_under_its_field_and_the_first_has_the_focus(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("S", "n")
        await fill(driver, "position", "7")
        await fill(driver, "probability_bp", "101")
        await fill(driver, "stuck_days", "0")
        await driver.press("enter")
        assert isinstance(driver.app.screen, StageForm)
        assert under(driver, "Name") == "A stage needs a name."
        assert under(driver, "Position") == "Type a position from 1 to 6."
        assert under(driver, "Win probability") == "Type a percentage from 0 to 100, such as 40 or 12.5."
        assert under(driver, "Stuck after").startswith("Type a number of days from 1 to 36,500")
        assert driver.app.focused is driver.app.screen.query_one("#name")
        await driver.type("N")
        assert under(driver, "Name") == ""
        await driver.press("escape")
        assert len(list_setup(demo)[0].stages) == 5


async def test_a_stage_is_added_where_it_is_wanted(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "n")
        await driver.type("Demo ø")
        await fill(driver, "position", "2")
        await fill(driver, "probability_bp", "15")
        await driver.press("enter")
        assert [stage.name for stage in list_setup(demo)[0].stages][:3] == ["Lead", "Demo ø", "Qualified"]
        assert driver.line("2  Demo ø")
        await driver.press("u")
        assert len(list_setup(demo)[0].stages) == 5


@pytest.mark.parametrize("name", ["QUALIFIED", "x" * 201])
async def test_what_the_service_refuses_comes_back_to_the_form_with_everything_typed(
    demo: Workspace, name: str
) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "e")
        await fill(driver, "probability_bp", "33")
        driver.app.screen.query_one("#name", Input).value = name
        await driver.press("enter")
        assert isinstance(driver.app.screen, StageForm)
        assert driver.app.screen.query_one("#name", Input).value == name
        assert driver.app.screen.query_one("#probability_bp", Input).value == "33"
        said = under(driver, "Name")
        assert "There is already a stage 'Qualified'." in said if len(name) < 20 else "200" in said
        assert driver.app.focused is driver.app.screen.query_one("#name")
        await fill(driver, "name", "Fine")
        await driver.press("enter")
        assert (list_setup(demo)[0].stages[0].name, list_setup(demo)[0].stages[0].probability_bp) == (
            "Fine",
            3300,
        )


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1b[31mb", "half \ud800 a character"])
async def test_characters_that_cannot_be_stored_are_refused_under_the_field(
    demo: Workspace, bad: str
) -> None:
    async with driving(demo) as driver:
        await driver.press("S", "e")
        driver.app.screen.query_one("#name", Input).value = bad
        await driver.press("enter")
        assert isinstance(driver.app.screen, StageForm)
        assert "character" in under(driver, "Name")
        assert "\x1b" not in driver.text
        assert list_setup(demo)[0].stages[0].name == "Lead"


async def test_nothing_changed_is_nothing_written(demo: Workspace) -> None:
    def groups() -> int:
        with demo.read() as reader:
            return int(reader.rows("SELECT count(*) FROM change_group")[0][0])

    async with driving(demo) as driver:
        before = groups()
        await driver.press("S", "e", "enter", "tab", "e", "enter")
        assert isinstance(driver.app.screen, PipelinesScreen)
        assert groups() == before


async def test_a_stale_edit_shows_both_and_asks_whose_to_keep(demo: Workspace, demo_path: Path) -> None:
    other = open_at(demo_path)
    stage = list_setup(demo)[0].stages[0]
    async with driving(demo) as driver:
        await driver.press("S", "e")
        await fill(driver, "name", "Mine")
        edit_stage(other, stage_id=stage.id, changes={"name": "Theirs", "stuck_days": 99})
        await driver.press("enter")
        assert isinstance(driver.app.screen, ConfirmDialog)
        assert "yours Mine, theirs Theirs" in driver.text
        await driver.press("n")
        assert isinstance(driver.app.screen, StageForm)
        assert driver.app.screen.query_one("#name", Input).value == "Mine"
        await driver.press("enter", "y")
        after = list_setup(demo)[0].stages[0]
        assert (after.name, after.stuck_days) == ("Mine", 99)
    other.database.close()


@both_sizes
async def test_a_pipeline_is_edited(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("S", "tab", "e")
        assert isinstance(driver.app.screen, PipelineForm)
        await fill(driver, "name", "Ny forretning")
        await driver.press("down", "right", "down", "right", "down", "space", "enter")
        made = list_setup(demo)[0]
        assert (made.name, made.staging) == ("Ny forretning", Staging.AUTOMATIC)
        assert (made.qualified_position, made.record_demand, made.in_use) == (3, True, True)
        assert "qualified from Proposal on" in driver.text
        await driver.press("e")
        await fill(driver, "name", "renewals")
        await driver.press("enter")
        assert "There is already a pipeline 'Renewals'." in under(driver, "Name")
        await driver.press("escape", "u")
        assert list_setup(demo)[0].name == "New business"


# Tasks of automatic pipelines


def automatic(demo: Workspace) -> None:
    """Make the first pipeline automatic, with two tasks in its first stage."""
    first = list_setup(demo)[0]
    edit_pipeline(demo, pipeline_id=first.id, changes={"staging": "automatic"})
    tasks = [TaskTemplate("call", "Ask for the budget", 3), TaskTemplate("email", "Send [/x]", 0)]
    set_stage_tasks(demo, stage_id=first.stages[0].id, templates=tasks)


async def test_tasks_need_automatic_staging_and_the_way_is_named(demo: Workspace) -> None:
    async with driving(demo) as driver:
        for key in ("t", "L"):
            await driver.press("S", key)
            assert isinstance(driver.app.screen, PipelinesScreen)
            note = driver.last_told
            assert "staging is not automatic" in note


@both_sizes
async def test_tasks_of_a_stage_are_added_edited_moved_and_deleted(
    demo: Workspace, size: tuple[int, int]
) -> None:
    automatic(demo)

    def titles() -> list[str]:
        return [task.title for task in list_setup(demo)[0].stages[0].tasks]

    async with driving(demo, size=size) as driver:
        await driver.press("S")
        assert "Creates call: Ask for the budget (in 3 days); email: Send [/x] (at once)" in driver.text
        await driver.press("t")
        assert isinstance(driver.app.screen, StageTasksScreen)
        await driver.press("n")
        assert isinstance(driver.app.screen, TaskTemplateForm)
        await fill(driver, "due_days", "soon")
        await driver.press("enter")
        assert under(driver, "What to do") == "Say what is to be done."
        assert under(driver, "Due after days") == "Type a number of days from 0 to 3,650."
        await fill(driver, "title", "Meet")
        await fill(driver, "due_days", "7")
        await driver.press("enter")
        assert titles() == ["Ask for the budget", "Send [/x]", "Meet"]
        await driver.press("G", "K")
        assert titles() == ["Ask for the budget", "Meet", "Send [/x]"]
        await driver.press("enter")
        await fill(driver, "title", "Meet them")
        await driver.press("enter")
        assert titles()[1] == "Meet them"
        await driver.press("D")
        assert titles() == ["Ask for the budget", "Send [/x]"]
        await driver.press("u")
        assert titles() == ["Ask for the budget", "Meet them", "Send [/x]"]
        assert driver.line("2   call")
        await driver.press("escape")
        assert isinstance(driver.app.screen, PipelinesScreen)


async def test_a_stage_without_tasks_says_what_to_do(demo: Workspace) -> None:
    automatic(demo)
    async with driving(demo) as driver:
        await driver.press("S", "j", "t")
        assert "This stage creates no tasks. Press n" in driver.text
        await driver.press("n")
        await fill(driver, "title", "First")
        await driver.press("enter")
        assert list_setup(demo)[0].stages[1].tasks == (TaskTemplate("call", "First", 1),)
        assert driver.line("1   call")


async def test_the_loss_task_is_set_and_taken_away(demo: Workspace) -> None:
    automatic(demo)
    async with driving(demo) as driver:
        await driver.press("S", "L")
        assert "[x] create a task" in driver.text
        await fill(driver, "title", "Why?")
        await driver.press("enter", "tab")
        assert list_setup(demo)[0].loss_task == TaskTemplate("other", "Why?", 1)
        assert "A loss creates other: Why? (in 1 day)." in driver.text
        await driver.press("L", "up", "up", "space", "enter")
        assert list_setup(demo)[0].loss_task is None
        await driver.press("u")
        assert list_setup(demo)[0].loss_task == TaskTemplate("other", "Why?", 1)
