"""What the editor of pipelines saves: each function is one service call and says what it did.

The services load SQLAlchemy, which the first frame must not wait for; so they are imported when called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from funnel_tui.dialogs.pipeline_form import PipelineWish
from funnel_tui.dialogs.stage_form import StageWish, TaskWish
from funnel_tui.domain.pipeline_setup import PipelineSetup, StageSetup
from funnel_tui.domain.stage_templates import StageSet
from funnel_tui.domain.tasks import TaskTemplate
from funnel_tui.language import tr, trn
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class NewPipeline:
    """Creates a pipeline with the stages of a set."""

    stages: StageSet

    def __call__(self, workspace: Workspace, wish: PipelineWish, *, anyway: bool) -> str:  # noqa: ARG002
        """Call the service."""
        from funnel_tui.services.pipelines import create_pipeline

        create_pipeline(
            workspace,
            name=wish.name,
            staging=wish.staging,
            record_demand=wish.record_demand,
            stages=self.stages.values,
        )
        count = len(self.stages.stages)
        return trn(
            "Created pipeline {name} with {n} stages.", "Created pipeline {name} with {n} stages.", count
        ).format(name=wish.name, n=count)


@dataclass(frozen=True, slots=True)
class EditPipeline:
    """Saves what was changed about a pipeline."""

    pipeline: PipelineSetup

    def __call__(self, workspace: Workspace, wish: PipelineWish, *, anyway: bool) -> str:
        """Call the service."""
        from funnel_tui.services.pipelines import edit_pipeline

        old = self.pipeline
        names = ("name", "staging", "record_demand", "in_use", "qualified_position")
        changes = {name: getattr(wish, name) for name in names if getattr(wish, name) != getattr(old, name)}
        if not changes:
            return ""
        version = None if anyway else old.version
        edit_pipeline(workspace, pipeline_id=old.id, changes=changes, version=version)
        return tr("Saved pipeline {name}.").format(name=wish.name)


@dataclass(frozen=True, slots=True)
class NewStage:
    """Adds a stage to a pipeline."""

    pipeline: PipelineSetup

    def __call__(self, workspace: Workspace, wish: StageWish, *, anyway: bool) -> str:  # noqa: ARG002
        """Call the service."""
        from funnel_tui.services.pipelines import add_stage

        add_stage(
            workspace,
            pipeline_id=self.pipeline.id,
            name=wish.name,
            position=wish.position,
            probability_bp=wish.probability_bp,
            stuck_days=wish.stuck_days,
            category=wish.category,
            required_fields=wish.required,
        )
        return tr("Added stage {stage} to {pipeline}.").format(stage=wish.name, pipeline=self.pipeline.name)


@dataclass(frozen=True, slots=True)
class EditStage:
    """Saves what was changed about a stage."""

    stage: StageSetup

    def __call__(self, workspace: Workspace, wish: StageWish, *, anyway: bool) -> str:
        """Call the service."""
        from funnel_tui.services.pipelines import edit_stage

        old = self.stage
        names = ("name", "probability_bp", "stuck_days", "category")
        changes: dict[str, Any] = {
            name: getattr(wish, name) for name in names if getattr(wish, name) != getattr(old, name)
        }
        if wish.required != old.required:
            changes["required_fields"] = ",".join(wish.required)
        if not changes:
            return ""
        edit_stage(workspace, stage_id=old.id, changes=changes, version=None if anyway else old.version)
        return tr("Saved stage {name}.").format(name=wish.name)


@dataclass(frozen=True, slots=True)
class SetLossTask:
    """Sets the task that a loss creates."""

    pipeline: PipelineSetup

    def __call__(self, workspace: Workspace, wish: TaskWish, *, anyway: bool) -> str:  # noqa: ARG002
        """Call the service."""
        from funnel_tui.services.stage_templates import set_loss_task

        if wish.template == self.pipeline.loss_task:
            return ""
        set_loss_task(workspace, pipeline_id=self.pipeline.id, template=wish.template)
        return tr("Set the loss task of {name}.").format(name=self.pipeline.name)


@dataclass(frozen=True, slots=True)
class PutTask:
    """Puts a task among those that a stage creates.

    :param at: the place of the one it stands in for; None to add it at the end.
    """

    stage: StageSetup
    at: int | None

    def __call__(self, workspace: Workspace, wish: TaskWish, *, anyway: bool) -> str:  # noqa: ARG002
        """Call the service."""
        if wish.template is None:
            return ""
        tasks = list(self.stage.tasks)
        if self.at is None:
            tasks.append(wish.template)
        elif tasks[self.at] == wish.template:
            return ""
        else:
            tasks[self.at] = wish.template
        set_tasks(workspace, self.stage.id, tasks)
        return tr("Saved the tasks of {name}.").format(name=self.stage.name)


def set_tasks(workspace: Workspace, stage_id: int, tasks: Sequence[TaskTemplate]) -> None:
    """Set the tasks that a stage creates."""
    from funnel_tui.services.stage_templates import set_stage_tasks

    set_stage_tasks(workspace, stage_id=stage_id, templates=tasks)


def reorder(workspace: Workspace, pipeline_id: int, order: Sequence[int]) -> None:
    """Put the stages of a pipeline into another order."""
    from funnel_tui.services.pipelines import reorder_stages

    reorder_stages(workspace, pipeline_id=pipeline_id, stage_ids=order)


def retire_or_restore(workspace: Workspace, stage: StageSetup) -> None:
    """Take a stage out of use, or put a retired one to use again."""
    from funnel_tui.services.pipelines import restore_stage, retire_stage

    (restore_stage if stage.retired else retire_stage)(workspace, stage_id=stage.id)


def delete(workspace: Workspace, stage: StageSetup) -> None:
    """Delete a stage that no deal was ever in."""
    from funnel_tui.services.pipelines import delete_stage

    delete_stage(workspace, stage_id=stage.id)


def delete_pipeline(workspace: Workspace, pipeline: PipelineSetup) -> None:
    """Delete a pipeline that no deal was ever in."""
    from funnel_tui.services import pipelines

    pipelines.delete_pipeline(workspace, pipeline_id=pipeline.id)


def switch(workspace: Workspace, pipeline: PipelineSetup) -> None:
    """Take a pipeline out of use, or put it to use again."""
    from funnel_tui.services.pipelines import edit_pipeline

    changes = {"in_use": not pipeline.in_use}
    edit_pipeline(workspace, pipeline_id=pipeline.id, changes=changes, version=pipeline.version)
