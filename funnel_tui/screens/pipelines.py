"""The editor of pipelines and their stages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.domain.pipeline_setup import PipelineSetup, StageSetup, moved
from funnel_tui.domain.status import Staging
from funnel_tui.language import tr, trc
from funnel_tui.screens import pipelines_asking as asking
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.pipelines_words import (
    PIPELINE_COLUMNS,
    STAGE_COLUMNS,
    PipelineRows,
    StageRows,
    about_pipeline,
    about_stage,
)
from funnel_tui.services.pipeline_setup import list_setup
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.named_keys import with_keys

SETUP = "setup"
NO_PIPELINES = tr("There is no pipeline yet. Press {setup_add} to make one from a list of stages.")
NOT_SAVED = tr("The new order was not saved.")
OF_STAGES = {"stage_place", "tasks"}
"""Actions that need the cursor on a stage."""


class PipelinesScreen(FunnelScreen[None]):
    """Pipelines above, the stages of the one under the cursor below. ``esc`` goes back."""

    HAS_PERIOD = False
    NOW_ONLY = tr("Pipelines and stages are set up as they are now. {time_machine} and now bring you back.")
    AUTO_FOCUS = "#stages"
    HINTS = (
        ("setup_add", trc("key", "new")),
        ("setup_edit", trc("key", "edit")),
        ("stage_up stage_down", trc("key", "move")),
        ("setup_retire", tr("retire")),
        ("stage_delete", trc("key", "delete")),
        ("setup_pane", tr("other list")),
        ("stage_tasks", trc("key", "tasks")),
        ("loss_task", tr("loss task")),
        ("undo", trc("key", "undo")),
    )
    ON_ROW = frozenset(
        {
            *("setup_edit", "stage_up", "stage_down", "setup_retire", "stage_delete", "stage_tasks"),
            *("choose", "loss_task"),
        }
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n",
            "add",
            trc("key", "new"),
            id="setup_add",
            tooltip=tr("A new stage or pipeline, by where the cursor is"),
        ),
        Binding("e", "edit", trc("key", "edit"), id="setup_edit", tooltip=tr("Change the stage or pipeline")),
        Binding(
            "K,shift+up",
            "stage_place(-1)",
            tr("move stage up"),
            id="stage_up",
            tooltip=tr("The stage a place up; enter saves the order"),
        ),
        Binding(
            "J,shift+down",
            "stage_place(1)",
            tr("move stage down"),
            id="stage_down",
            tooltip=tr("The stage a place down; enter saves the order"),
        ),
        Binding(
            "t",
            "tasks",
            trc("key", "tasks"),
            id="stage_tasks",
            tooltip=tr("The tasks that the stage creates"),
        ),
        Binding(
            "L", "loss_task", tr("loss task"), id="loss_task", tooltip=tr("The task that a loss creates")
        ),
        Binding(
            "r",
            "retire",
            tr("retire or restore"),
            id="setup_retire",
            tooltip=tr("Retire the stage or restore it; switch the pipeline off or on"),
        ),
        Binding(
            "D,delete",
            "delete",
            trc("key", "delete"),
            id="stage_delete",
            tooltip=tr("Delete a stage or a pipeline that was never used"),
        ),
        Binding("tab", "pane", tr("pipelines/stages"), id="setup_pane", tooltip=tr("To the other list")),
        Binding(
            "escape",
            "back",
            trc("key", "back"),
            id="back",
            tooltip=tr("Drop an order that is not saved, else go back"),
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._pipelines: list[PipelineSetup] = []
        self._order: list[int] | None = None
        self._filling = False

    def compose_middle(self) -> ComposeResult:
        """Both lists with their headings, and two lines about what the cursor is on."""
        yield Line(tr("Pipelines and stages"), id="title")
        yield Grid(by_cell=False, when_moved=self._other_pipeline, id="pipelines")
        yield Line(id="heading")
        yield Grid(by_cell=False, when_moved=self._explain, id="stages")
        yield Static(with_keys(NO_PIPELINES), id="empty", markup=False)
        yield Line(id="meaning")

    async def on_mount(self) -> None:
        """Read the set-up for the first frame."""
        await self.read_first(SETUP, list_setup)
        self.hold_frame(self.tell_hints)

    def reload(self) -> None:
        """Read the set-up."""
        self.read(SETUP, list_setup)

    def show_found(self, group: str, found: Any) -> None:  # noqa: ARG002
        """Show the set-up; the cursors stay on the pipeline and the stage they were on."""
        before, stage = self.pipeline, self.stage
        known = {one.id for one in before.stages} if before else set()
        now = {one.id: one.name for one in found}
        asking.follow_names(self.funnel, {one.name: now.get(one.id, one.name) for one in self._pipelines})
        self._pipelines = found
        self.set_class(not found, "-empty")
        grid = self.query_one("#pipelines", Grid)
        if before is None:
            scoped = self.funnel.scope.pipelines if self.funnel.scope else ()
            row = next((at for at, one in enumerate(found) if one.name in scoped), 0)
        else:
            row = next((at for at, one in enumerate(found) if one.id == before.id), grid.row)
        with self.prevent_moves():
            grid.show(PIPELINE_COLUMNS, PipelineRows(found))
            grid.put_cursor(row)
        here = self.pipeline
        if here is not None and self._order == [one.id for one in here.stages]:
            self._order = None  # it was saved
        if self._order is not None and (here is None or {one.id for one in here.stages} != known):
            self._order = None
            self.notify(
                tr("The stages were changed by somebody else; the new order was dropped."), markup=False
            )
        self._show_stages(None if stage is None else stage.id)
        if not found:
            grid.focus()

    @contextmanager
    def prevent_moves(self) -> Iterator[None]:
        """The list of pipelines is filled: its cursor goes back to where it was, which is no move."""
        self._filling = True
        yield
        self._filling = False

    # Where the cursors are

    @property
    def pipeline(self) -> PipelineSetup | None:
        """The pipeline under the cursor."""
        row = self.query_one("#pipelines", Grid).row
        return self._pipelines[row] if 0 <= row < len(self._pipelines) else None

    @property
    def stages(self) -> list[StageSetup]:
        """Its stages in the order they are shown in."""
        pipeline = self.pipeline
        if pipeline is None:
            return []
        if self._order is None:
            return list(pipeline.stages)
        by_id = {stage.id: stage for stage in pipeline.stages}
        return [by_id[number] for number in self._order if number in by_id]

    @property
    def stage(self) -> StageSetup | None:
        """The stage under the cursor."""
        stages, row = self.stages, self.query_one("#stages", Grid).row
        return stages[row] if 0 <= row < len(stages) else None

    @property
    def has_row(self) -> bool:
        """Whether there is a stage or a pipeline to act on."""
        return (self.stage if self.on_stages else self.pipeline) is not None

    def is_hinted(self, names: str) -> bool:
        """Without a pipeline there is no other list; tasks are created where the staging is automatic."""
        pipeline = self.pipeline
        if names == "setup_pane":
            return pipeline is not None
        if names in {"stage_tasks", "loss_task"} and pipeline is not None:
            return pipeline.staging is Staging.AUTOMATIC and super().is_hinted(names)
        return super().is_hinted(names)

    @property
    def on_stages(self) -> bool:
        """Whether the keys act on stages and not on pipelines."""
        return self.query_one("#stages", Grid).has_focus

    def _other_pipeline(self) -> None:
        if self._filling:
            return
        if self._order is not None:
            self._order = None
            self.notify(NOT_SAVED, markup=False)
        self._show_stages(None)

    def _show_stages(self, stage_id: int | None) -> None:
        """Show the stages of the pipeline; the cursor goes to the one with a number, else to the first."""
        pipeline, stages = self.pipeline, self.stages
        shifted = {
            stage.id for place, stage in enumerate(stages, 1) if self._order and stage.position != place
        }
        grid = self.query_one("#stages", Grid)
        grid.show(STAGE_COLUMNS, StageRows(stages, frozenset(shifted)))
        numbers = [stage.id for stage in stages]
        grid.put_cursor(numbers.index(stage_id) if stage_id in numbers else 0)
        if self._order is not None:
            heading = tr("Stages of {pipeline} · * moved, not saved: enter saves, esc puts them back")
        elif stages:
            heading = tr("Stages of {pipeline}")
        else:
            heading = tr("Stages of {pipeline}: none yet, {setup_add} adds one")
        self.query_one("#heading", Line).say(with_keys(heading, pipeline=pipeline.name) if pipeline else "")
        self._explain()

    def _explain(self) -> None:
        pipeline, stage = self.pipeline, self.stage
        if pipeline is None:
            words: tuple[str, ...] = ()
        elif self.on_stages and stage is not None:
            words = about_stage(stage, pipeline)
        else:
            words = about_pipeline(pipeline)
        self.query_one("#meaning", Line).say(*words)

    @on(events.DescendantFocus)
    def _pane_changed(self) -> None:
        self._explain()
        self.refresh_bindings()
        self.tell_hints()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys of stages work where the cursor is on a stage."""
        return self.on_stages if action in OF_STAGES else True

    # Keys

    def action_pane(self) -> None:
        """To the other list."""
        self.query_one("#pipelines" if self.on_stages else "#stages", Grid).focus()

    @on(Grid.Chosen)
    def _chosen(self, message: Grid.Chosen) -> None:
        if message.grid.id == "pipelines":
            self.action_pane()
        elif self._order is not None:
            self._save_order()
        else:
            self.action_edit()

    def action_back(self) -> None:
        """Put an order back that is not saved, else go back."""
        if self._order is None:
            self.dismiss(None)
            return
        stage = self.stage
        self._order = None
        self._show_stages(stage.id if stage else None)

    def on_unmount(self) -> None:
        """A digit opens another screen without asking; say what that dropped."""
        if self._order is not None and not self.app._exit:
            self.app.notify(NOT_SAVED, markup=False)

    def action_add(self) -> None:
        """A new stage, or a new pipeline."""
        pipeline = self.pipeline
        if pipeline is None or not self.on_stages:
            asking.new_pipeline(self.funnel)
        else:
            asking.new_stage(self.funnel, pipeline)

    def action_edit(self) -> None:
        """Change the stage, or the pipeline."""
        pipeline, stage = self.pipeline, self.stage
        if pipeline is None:
            return
        if not self.on_stages:
            asking.edit_pipeline(self.funnel, pipeline)
        elif stage is not None:
            asking.edit_stage(self.funnel, pipeline, stage)

    def action_stage_place(self, by: int) -> None:
        """Move the stage a place; the order is saved when it is confirmed."""
        pipeline, stage = self.pipeline, self.stage
        if pipeline is None or stage is None:
            return
        order = moved([one.id for one in self.stages], stage.id, by)
        self._order = None if order == [one.id for one in pipeline.stages] else order
        self._show_stages(stage.id)

    def _save_order(self) -> None:
        pipeline, order = self.pipeline, self._order
        if pipeline is not None and order is not None:
            asking.save_order(self.funnel, pipeline, order)

    def action_tasks(self) -> None:
        """The tasks that the stage creates."""
        pipeline, stage = self.pipeline, self.stage
        if pipeline is None or stage is None or not self._is_automatic(pipeline):
            return
        from funnel_tui.screens.stage_tasks import StageTasksScreen

        self.app.push_screen(StageTasksScreen(stage.id))

    def action_loss_task(self) -> None:
        """The task that a loss creates."""
        pipeline = self.pipeline
        if pipeline is None or not self._is_automatic(pipeline):
            return
        asking.loss_task(self.funnel, pipeline)

    def _is_automatic(self, pipeline: PipelineSetup) -> bool:
        if pipeline.staging is Staging.AUTOMATIC:
            return True
        words = with_keys(
            tr(
                "{name} creates no tasks: its staging is not automatic. Edit the pipeline "
                "({setup_pane}, {setup_edit})."
            ),
            name=pipeline.name,
        )
        self.notify(words, markup=False)
        return False

    def action_retire(self) -> None:
        """Retire the stage or restore it; switch the pipeline off or on."""
        pipeline, stage = self.pipeline, self.stage
        if pipeline is None:
            return
        if not self.on_stages:
            asking.switch(self.funnel, pipeline)
        elif stage is not None:
            asking.retire_or_restore(self.funnel, pipeline, stage)

    def action_delete(self) -> None:
        """Delete a stage or pipeline that no deal was ever in; any other is refused with the way out."""
        pipeline, stage = self.pipeline, self.stage
        if pipeline is None:
            return
        if not self.on_stages:
            asking.delete_pipeline(self.funnel, pipeline)
        elif stage is not None:
            asking.delete(self.funnel, pipeline, stage)
