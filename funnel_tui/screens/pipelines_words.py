"""Pipelines and stages as rows of a table, and what is said about the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnel_tui.dialogs.setup_form import bp_text
from funnel_tui.domain.pipeline_setup import REQUIRABLE_WORDS, PipelineSetup, StageSetup
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.status import ForecastCategory, Staging
from funnel_tui.domain.tasks import TaskTemplate, task_text
from funnel_tui.language import tr, trc, trn
from funnel_tui.widgets.grid import Cell, GridColumn

STAGING = {
    # Translators: at most 10 cells: how deals go through the stages
    Staging.MANUAL: tr("by hand"),
    # Translators: at most 10 cells: how deals go through the stages
    Staging.AUTOMATIC: tr("automatic"),
    # Translators: at most 10 cells: how deals go through the stages
    Staging.NONE: tr("none"),
}
CATEGORY = {
    # Translators: at most 9 cells: where open deals stand in the forecast
    ForecastCategory.PIPELINE: tr("pipeline"),
    # Translators: at most 9 cells: where open deals stand in the forecast
    ForecastCategory.BEST_CASE: tr("best case"),
    # Translators: at most 9 cells: where open deals stand in the forecast
    ForecastCategory.COMMIT: tr("commit"),
    # Translators: at most 9 cells: where open deals stand in the forecast
    ForecastCategory.OMITTED: tr("left out"),
}

PIPELINE_COLUMNS = (
    GridColumn("name", tr("Pipeline"), 30, least=18, right=False, stretch=True),
    # Translators: at most 8 cells; what stands under it is "in use" or "off"
    GridColumn("state", tr("State"), 8, right=False),
    GridColumn("staging", tr("Staging"), 10, least=9, right=False, rank=1),
    # Translators: at most 6 cells
    GridColumn("stages", tr("Stages"), 6, rank=1),
    # Translators: at most 10 cells
    GridColumn("open", tr("Open deals"), 10, rank=1),
    # Translators: at most 9 cells
    GridColumn("deals", tr("All deals"), 9, rank=2),
)
STAGE_COLUMNS = (
    GridColumn("position", "", 2),
    GridColumn("name", tr("Stage"), 24, least=16, right=False, stretch=True),
    # Translators: at most 6 cells: the chance to win
    GridColumn("chance", trc("chance", "Win"), 7, least=6),
    # Translators: "Stuck after" at most 11 cells, "Stuck" at most 6: so many days without a move
    GridColumn("stuck", tr("Stuck after"), 11, least=6, brief=tr("Stuck"), rank=1),
    # Translators: at most 9 cells
    GridColumn("category", tr("Forecast"), 9, least=9, right=False, rank=3),
    GridColumn("needs", tr("Needed to leave it"), 34, least=10, brief=tr("Needed"), right=False, rank=4),
    # Translators: at most 5 cells
    GridColumn("tasks", tr("Tasks"), 5, rank=2),
    # Translators: "Deals now" at most 9 cells, "Deals" at most 5
    GridColumn("deals", tr("Deals now"), 9, least=5, brief=trc("at most 5 cells", "Deals"), rank=1),
)


class PipelineRows:
    """Pipelines as rows."""

    def __init__(self, pipelines: Sequence[PipelineSetup]) -> None:
        self._pipelines = pipelines

    def __len__(self) -> int:
        return len(self._pipelines)

    def cells(self, row: int) -> Sequence[Cell]:
        """Name, state, staging and counts; one that is off is told by its word."""
        one = self._pipelines[row]
        look = "plain" if one.in_use else "muted"
        return (
            Cell(one.name, look),
            # Translators: at most 8 cells
            Cell(tr("in use") if one.in_use else tr("off"), look),
            Cell(STAGING[one.staging], "muted"),
            Cell(str(one.in_use_count), look),
            Cell(count_text(one.open_deals), look),
            Cell(count_text(one.deals), "muted"),
        )


class StageRows:
    """Stages as rows.

    :param stages: in the order they are to be shown in.
    :param moved: the numbers of those that are not yet saved where they stand.
    """

    def __init__(self, stages: Sequence[StageSetup], moved: frozenset[int] = frozenset()) -> None:
        self._stages, self._moved = stages, moved

    def __len__(self) -> int:
        return len(self._stages)

    def cells(self, row: int) -> Sequence[Cell]:
        """What is set up about a stage; retired and moved ones are told by a word and a sign."""
        one = self._stages[row]
        look = "dim" if one.retired else "plain"
        mark = "* " if one.id in self._moved else ""
        needs = ", ".join(REQUIRABLE_WORDS[name] for name in one.required)
        name = tr("{stage} (retired)").format(stage=one.name) if one.retired else one.name
        return (
            Cell(str(row + 1), "muted"),
            Cell(f"{mark}{name}", look),
            Cell(f"{bp_text(one.probability_bp)} %", look),
            Cell(_stuck_words(one.stuck_days), "muted"),
            Cell(CATEGORY[one.category], "muted"),
            Cell(needs or "–", "muted" if needs else "dim"),
            Cell(str(len(one.tasks)) if one.tasks else "–", "muted" if one.tasks else "dim"),
            Cell(count_text(one.deals), look),
        )


def _stuck_words(days: int | None) -> str:
    """After how many days a deal is stuck, in at most six cells."""
    if days is None:
        # Translators: at most 6 cells: the rule of the settings counts
        return tr("rule")
    # Translators: a number of days
    return tr("{n} d").format(n=days)


def about_stage(stage: StageSetup, pipeline: PipelineSetup) -> tuple[str, str]:
    """What is required to leave a stage; then what is special about it, and the tasks it creates."""
    needs = ", ".join(REQUIRABLE_WORDS[name] for name in stage.required)
    first = (
        tr("{stage}: needs {fields} to leave it") if needs else tr("{stage}: nothing is needed to leave it")
    )
    first = first.format(stage=stage.name, fields=needs)
    rest = []
    if stage.retired:
        rest.append(tr("Retired, kept for its history."))
    elif not stage.visited:
        rest.append(tr("No deal was ever in it."))
    if stage.position == pipeline.qualified_position:
        rest.append(tr("Deals count as qualified from here on."))
    if pipeline.staging is Staging.AUTOMATIC:
        tasks = "; ".join(template_text(task) for task in stage.tasks)
        rest.append(tr("Creates {tasks}.").format(tasks=tasks) if tasks else tr("Creates no task."))
    elif stage.tasks:
        rest.append(tr("Its tasks are not created: staging is not automatic."))
    return first, " ".join(rest)


def about_pipeline(pipeline: PipelineSetup) -> tuple[str, str]:
    """Which stage qualifies a deal, and what a loss creates, in two lines."""
    at = pipeline.qualified_position
    stage = None if at is None or at > len(pipeline.stages) else pipeline.stages[at - 1].name
    if stage is None and pipeline.record_demand:
        first = tr("{pipeline}: no stage counts as qualified; deals go forward only with what is asked for")
    elif stage is None:
        first = tr("{pipeline}: no stage counts as qualified")
    elif pipeline.record_demand:
        first = tr("{pipeline}: qualified from {stage} on; deals go forward only with what is asked for")
    else:
        first = tr("{pipeline}: qualified from {stage} on")
    first = first.format(pipeline=pipeline.name, stage=stage)
    if pipeline.staging is not Staging.AUTOMATIC:
        return first, ""
    if pipeline.loss_task is None:
        return first, tr("A loss creates no task.")
    return first, tr("A loss creates {task}.").format(task=template_text(pipeline.loss_task))


def template_text(task: TaskTemplate) -> str:
    """A task that is created, in words: ``call: ask for the budget (in 3 days)``."""
    when = tr("at once")
    if task.due_days:
        when = trn("in {n:,} day", "in {n:,} days", task.due_days).format(n=task.due_days)
    return f"{task_text(task.kind, task.title)} ({when})"


def order_question(pipeline: PipelineSetup, order: Sequence[int]) -> tuple[str, str]:
    """The question before a new order is saved, and what it means."""
    names: Mapping[int, str] = {stage.id: stage.name for stage in pipeline.stages}
    ladder = " → ".join(names[stage_id] for stage_id in order)
    consequence = trn(
        "{order}. What deals have reached follows from the order: it is worked out anew for {n:,} deal, "
        "{open:,} of them open, and funnels of past periods may change. Undo (u) brings the old order back.",
        "{order}. What deals have reached follows from the order: it is worked out anew for {n:,} deals, "
        "{open:,} of them open, and funnels of past periods may change. Undo (u) brings the old order back.",
        pipeline.deals,
    ).format(order=ladder, n=pipeline.deals, open=pipeline.open_deals)
    return tr("Save the new order of the stages of {name}?").format(name=pipeline.name), consequence
