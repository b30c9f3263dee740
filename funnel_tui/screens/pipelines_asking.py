"""What the editor of pipelines asks before it saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.dialogs.pipeline_form import PipelineForm, PipelineWish
from funnel_tui.dialogs.stage_form import StageForm, StageWish, TaskTemplateForm, TaskWish
from funnel_tui.domain.pipeline_setup import PipelineSetup, StageSetup
from funnel_tui.domain.stage_templates import StageSet
from funnel_tui.language import tr, trn
from funnel_tui.screens import pipelines_saving as saving
from funnel_tui.screens.asking_forms import ask, write
from funnel_tui.screens.pipelines_words import order_question
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.screens.host import HostApp


def new_pipeline(app: HostApp) -> None:
    """Ask which stages a new pipeline starts from, then for its name."""
    from funnel_tui.dialogs.template_choice import TemplateChoice

    def chosen(stages: StageSet | None) -> None:
        if stages is None:
            return
        ask(
            app,
            lambda wish, wrong: PipelineForm(tr("New pipeline"), wish, note=stages.ladder, wrong=wrong),
            PipelineWish(),
            saving.NewPipeline(stages),
        )

    app.push_screen(TemplateChoice(), chosen)


def edit_pipeline(app: HostApp, pipeline: PipelineSetup) -> None:
    """Ask for everything about a pipeline but its stages."""
    names = [stage.name for stage in pipeline.stages]
    wish = PipelineWish(
        *(pipeline.name, pipeline.staging, pipeline.record_demand, pipeline.in_use),
        qualified_position=pipeline.qualified_position,
    )
    heading = tr("Pipeline {name}").format(name=pipeline.name)
    ask(
        app,
        lambda mine, wrong: PipelineForm(heading, mine, stages=names, wrong=wrong),
        wish,
        saving.EditPipeline(pipeline),
        then=lambda mine: follow_names(app, {pipeline.name: mine.name}),
    )


def follow_names(app: HostApp, renamed: Mapping[str, str]) -> None:
    """The scope names pipelines; it follows those that are called something else now.

    :param renamed: new names by old ones.
    """
    scope = app.scope
    if scope is not None and any(renamed.get(name, name) != name for name in scope.pipelines):
        app.scope = scope.with_(pipelines=tuple(renamed.get(name, name) for name in scope.pipelines))


def new_stage(app: HostApp, pipeline: PipelineSetup) -> None:
    """Ask for a new stage."""
    heading, last = tr("New stage of {name}").format(name=pipeline.name), len(pipeline.stages) + 1
    ask(
        app,
        lambda wish, wrong: StageForm(heading, wish, last_position=last, wrong=wrong),
        StageWish(position=last),
        saving.NewStage(pipeline),
    )


def edit_stage(app: HostApp, pipeline: PipelineSetup, stage: StageSetup) -> None:
    """Ask for everything about a stage but its place."""
    wish = StageWish(stage.name, stage.probability_bp, stage.stuck_days, stage.category, stage.required)
    heading = trn(
        "Stage {stage} of {pipeline} · {n:,} deal in it now",
        "Stage {stage} of {pipeline} · {n:,} deals in it now",
        stage.deals,
    ).format(stage=stage.name, pipeline=pipeline.name, n=stage.deals)
    ask(app, lambda mine, wrong: StageForm(heading, mine, wrong=wrong), wish, saving.EditStage(stage))


def loss_task(app: HostApp, pipeline: PipelineSetup) -> None:
    """Ask for the task that a loss creates."""
    heading = tr("Loss task of {name}").format(name=pipeline.name)
    # Translators: stands behind the days until the task is due
    since = tr("after the loss, whatever the stage")
    ask(
        app,
        lambda wish, wrong: TaskTemplateForm(heading, wish.template, since=since, optional=True, wrong=wrong),
        TaskWish(pipeline.loss_task),
        saving.SetLossTask(pipeline),
    )


def save_order(app: HostApp, pipeline: PipelineSetup, order: Sequence[int]) -> None:
    """Ask whether a new order of the stages is to be saved, and save it."""

    def answered(yes: bool | None) -> None:
        if yes:
            words = trn("Working out {n:,} deal anew", "Working out {n:,} deals anew", pipeline.deals)
            doing = partial(saving.reorder, pipeline_id=pipeline.id, order=order)
            told = tr("Reordered the stages of {pipeline}.").format(pipeline=pipeline.name)
            write(app, words.format(n=pipeline.deals), doing, told)

    question, consequence = order_question(pipeline, order)
    app.push_screen(ConfirmDialog(question, consequence, yes=tr("save the order")), answered)


def switch(app: HostApp, pipeline: PipelineSetup) -> None:
    """Take a pipeline out of use, or put it to use again."""
    told = tr("{pipeline} is off.") if pipeline.in_use else tr("{pipeline} is in use again.")
    doing = partial(saving.switch, pipeline=pipeline)
    write(app, tr("Saving"), doing, told.format(pipeline=pipeline.name))


def retire_or_restore(app: HostApp, pipeline: PipelineSetup, stage: StageSetup) -> None:
    """Restore a retired stage; ask before one in use is retired."""
    doing = partial(saving.retire_or_restore, stage=stage)
    if stage.retired:
        write(app, tr("Saving"), doing, tr("Restored stage {name}.").format(name=stage.name))
        return

    def answered(yes: bool | None) -> None:
        if yes:
            write(app, tr("Saving"), doing, tr("Retired stage {name}.").format(name=stage.name))

    consequence = with_keys(
        tr("Nothing can be moved into it; its history and its place are kept. {setup_retire} restores it.")
    )
    if stage.deals:
        stay = trn(
            "{n:,} deal in it stay until they are moved.",
            "{n:,} deals in it stay until they are moved.",
            stage.deals,
        ).format(n=stage.deals)
        consequence = f"{stay} {consequence}"
    question = tr("Retire stage {stage} of {pipeline}?").format(stage=stage.name, pipeline=pipeline.name)
    app.push_screen(ConfirmDialog(question, consequence, yes=tr("retire it")), answered)


def delete(app: HostApp, pipeline: PipelineSetup, stage: StageSetup) -> None:
    """Ask before a stage is deleted; one that was visited is refused by the service, with the way out."""
    doing = partial(saving.delete, stage=stage)
    told = tr("Deleted stage {name}.").format(name=stage.name)
    if stage.visited:
        write(app, tr("Deleting"), doing, told)
        return

    def answered(yes: bool | None) -> None:
        if yes:
            write(app, tr("Deleting"), doing, told)

    consequence = tr("No deal was ever in it. The stages after it move up. Undo (u) brings it back.")
    question = tr("Delete stage {stage} of {pipeline}?").format(stage=stage.name, pipeline=pipeline.name)
    app.push_screen(ConfirmDialog(question, consequence, yes=tr("delete it")), answered)


def delete_pipeline(app: HostApp, pipeline: PipelineSetup) -> None:
    """Ask before a pipeline is deleted; one with deals is refused by the service, with the way out."""
    doing = partial(saving.delete_pipeline, pipeline=pipeline)
    told = tr("Deleted pipeline {name}.").format(name=pipeline.name)
    if pipeline.deals or any(stage.visited for stage in pipeline.stages):
        write(app, tr("Deleting"), doing, told)
        return

    def answered(yes: bool | None) -> None:
        if yes:
            write(app, tr("Deleting"), doing, told)

    consequence = tr("No deal was ever in it. Its stages go with it. Undo (u) brings all back.")
    app.push_screen(
        ConfirmDialog(
            tr("Delete pipeline {name}?").format(name=pipeline.name), consequence, yes=tr("delete it")
        ),
        answered,
    )
