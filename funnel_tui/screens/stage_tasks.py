"""The tasks that a stage of an automatic pipeline creates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.dialogs.stage_form import TaskTemplateForm, TaskWish
from funnel_tui.domain.pipeline_setup import PipelineSetup, StageSetup, moved
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.tasks import TaskTemplate
from funnel_tui.language import tr, trc
from funnel_tui.screens import pipelines_saving as saving
from funnel_tui.screens.asking_forms import ask, write
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.services.pipeline_setup import list_setup
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.named_keys import with_keys

COLUMNS = (
    GridColumn("place", "", 2),
    GridColumn("kind", tr("Kind"), 9, least=7, right=False),
    GridColumn("title", tr("What to do"), 40, least=20, right=False, stretch=True),
    GridColumn("due", tr("Due after"), 10, least=8),
)
NO_TASKS = tr("This stage creates no tasks. Press {setup_add} to add one.")


class TaskRows:
    """Tasks that a stage creates, as rows."""

    def __init__(self, tasks: Sequence[TaskTemplate]) -> None:
        self._tasks = tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def cells(self, row: int) -> Sequence[Cell]:
        """Place, kind, title and when it is due."""
        task = self._tasks[row]
        return (
            Cell(str(row + 1), "muted"),
            Cell(task.kind, "muted"),
            Cell(task.title),
            # Translators: a number of days in a narrow column.
            Cell(tr("{days} d").format(days=count_text(task.due_days))),
        )


class StageTasksScreen(FunnelScreen[None]):
    """A list of tasks; every key saves at once. ``esc`` goes back.

    :param stage_id: the stage that creates them.
    """

    NOW_ONLY = tr("What a stage creates is set up as it is now. {time_machine} and now bring you back.")
    AUTO_FOCUS = "#tasks"
    HINTS = (
        ("setup_add", trc("key", "new")),
        ("setup_edit", trc("key", "edit")),
        ("stage_up stage_down", trc("key", "move")),
        ("stage_delete", trc("key", "delete")),
        ("undo", trc("key", "undo")),
        ("back", trc("key", "back")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "add", trc("key", "new"), id="setup_add", tooltip=tr("A task after the last one")),
        Binding("e", "edit", trc("key", "edit"), id="setup_edit", tooltip=tr("Change the task")),
        Binding("K,shift+up", "place(-1)", tr("up"), id="stage_up", tooltip=tr("The task a place up")),
        Binding("J,shift+down", "place(1)", tr("down"), id="stage_down", tooltip=tr("The task a place down")),
        Binding(
            "D,delete",
            "delete",
            trc("key", "delete"),
            id="stage_delete",
            tooltip=tr("Create this task no more"),
        ),
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the stages")),
    ]

    def __init__(self, stage_id: int) -> None:
        super().__init__()
        self._stage_id = stage_id
        self._stage: StageSetup | None = None

    def compose_middle(self) -> ComposeResult:
        """Title, what the list means, the list."""
        yield Line(id="title")
        yield Line(id="note")
        yield Grid(by_cell=False, id="tasks")
        yield Static(with_keys(NO_TASKS), id="empty", markup=False)

    async def on_mount(self) -> None:
        """Read the tasks for the first frame."""
        await self.read_first("tasks", list_setup)

    def reload(self) -> None:
        """Read the tasks."""
        self.read("tasks", list_setup)

    def show_found(self, group: str, found: list[PipelineSetup] | Any) -> None:  # noqa: ARG002
        """Show the tasks of the stage."""
        for pipeline in found:
            for stage in pipeline.stages:
                if stage.id == self._stage_id:
                    self._stage = stage
                    self._show(pipeline, stage)
                    return
        self.dismiss(None)  # the stage is gone

    def _show(self, pipeline: PipelineSetup, stage: StageSetup) -> None:
        self.query_one("#title", Line).say(
            tr("Tasks of stage {stage} of {pipeline}").format(stage=stage.name, pipeline=pipeline.name)
        )
        self.query_one("#note", Line).say(
            tr("The owner gets them when a deal enters; finishing the last moves it on.")
        )
        self.set_class(not stage.tasks, "-empty")
        self.query_one(Grid).show(COLUMNS, TaskRows(stage.tasks))

    @property
    def _row(self) -> int | None:
        row = self.query_one(Grid).row
        return row if self._stage is not None and 0 <= row < len(self._stage.tasks) else None

    def action_add(self) -> None:
        """A task after the last one."""
        self._ask(None)

    def action_edit(self) -> None:
        """Change the task."""
        if self._row is not None:
            self._ask(self._row)

    @on(Grid.Chosen)
    def _chosen(self) -> None:
        self.action_edit()

    def _ask(self, row: int | None) -> None:
        stage = self._stage
        if stage is None:
            return
        heading = tr("New task of stage {stage}") if row is None else tr("Task of stage {stage}")
        ask(
            self.funnel,
            lambda wish, wrong: TaskTemplateForm(
                heading.format(stage=stage.name),
                wish.template,
                since=tr("after the deal enters the stage; 0 for the same day"),
                wrong=wrong,
            ),
            TaskWish(None if row is None else stage.tasks[row]),
            saving.PutTask(stage, row),
        )

    def action_place(self, by: int) -> None:
        """The task a place up or down."""
        stage, row = self._stage, self._row
        if stage is None or row is None:
            return
        order = moved(range(len(stage.tasks)), row, by)
        if order != list(range(len(stage.tasks))):
            told = tr("Moved {task}.").format(task=stage.tasks[row].title)
            self._save([stage.tasks[at] for at in order], told)
            self.query_one(Grid).put_cursor(row + by)

    def action_delete(self) -> None:
        """Create the task no more; those that exist stay."""
        stage, row = self._stage, self._row
        if stage is not None and row is not None:
            rest = [task for at, task in enumerate(stage.tasks) if at != row]
            told = tr("{stage} no longer creates {task}.").format(
                stage=stage.name, task=stage.tasks[row].title
            )
            self._save(rest, told)

    def _save(self, tasks: Sequence[TaskTemplate], told: str) -> None:
        doing = partial(saving.set_tasks, stage_id=self._stage_id, tasks=tasks)
        write(self.funnel, tr("Saving"), doing, told)

    def action_back(self) -> None:
        """Back to the stages."""
        self.dismiss(None)
