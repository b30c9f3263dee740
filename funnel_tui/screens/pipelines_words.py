"""Pipelines and stages as rows of a table, and what is said about the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnel_tui.dialogs.setup_form import bp_text
from funnel_tui.domain.pipeline_setup import REQUIRABLE_WORDS, PipelineSetup, StageSetup
from funnel_tui.domain.status import ForecastCategory, Staging
from funnel_tui.domain.tasks import TaskTemplate, task_text
from funnel_tui.widgets.figures import deals
from funnel_tui.widgets.grid import Cell, GridColumn

STAGING = {Staging.MANUAL: "by hand", Staging.AUTOMATIC: "automatic", Staging.NONE: "none"}
CATEGORY = {
    ForecastCategory.PIPELINE: "pipeline",
    ForecastCategory.BEST_CASE: "best case",
    ForecastCategory.COMMIT: "commit",
    ForecastCategory.OMITTED: "left out",
}

PIPELINE_COLUMNS = (
    GridColumn("name", "Pipeline", 30, least=18, right=False, stretch=True),
    GridColumn("state", "State", 8, right=False),
    GridColumn("staging", "Staging", 10, least=9, right=False, rank=1),
    GridColumn("stages", "Stages", 6, rank=1),
    GridColumn("open", "Open deals", 10, rank=1),
    GridColumn("deals", "All deals", 9, rank=2),
)
STAGE_COLUMNS = (
    GridColumn("position", "", 2),
    GridColumn("name", "Stage", 24, least=16, right=False, stretch=True),
    GridColumn("chance", "Win", 7, least=6),
    GridColumn("stuck", "Stuck after", 11, least=6, brief="Stuck", rank=1),
    GridColumn("category", "Forecast", 9, least=9, right=False, rank=3),
    GridColumn("needs", "Needed to leave it", 34, least=10, brief="Needed", right=False, rank=4),
    GridColumn("tasks", "Tasks", 5, rank=2),
    GridColumn("deals", "Deals now", 9, least=5, brief="Deals", rank=1),
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
            Cell("in use" if one.in_use else "off", look),
            Cell(STAGING[one.staging], "muted"),
            Cell(str(one.in_use_count), look),
            Cell(f"{one.open_deals:,}", look),
            Cell(f"{one.deals:,}", "muted"),
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
        return (
            Cell(str(row + 1), "muted"),
            Cell(f"{mark}{one.name}{' (retired)' if one.retired else ''}", look),
            Cell(f"{bp_text(one.probability_bp)} %", look),
            Cell("rule" if one.stuck_days is None else f"{one.stuck_days} d", "muted"),
            Cell(CATEGORY[one.category], "muted"),
            Cell(needs or "–", "muted" if needs else "dim"),
            Cell(str(len(one.tasks)) if one.tasks else "–", "muted" if one.tasks else "dim"),
            Cell(f"{one.deals:,}", look),
        )


def about_stage(stage: StageSetup, pipeline: PipelineSetup) -> tuple[str, str]:
    """What is required to leave a stage; then what is special about it, and the tasks it creates."""
    needs = ", ".join(REQUIRABLE_WORDS[name] for name in stage.required)
    first = f"{stage.name}: {'needs ' + needs if needs else 'nothing is needed'} to leave it"
    rest = []
    if stage.retired:
        rest.append("Retired, kept for its history.")
    elif not stage.visited:
        rest.append("No deal was ever in it.")
    if stage.position == pipeline.qualified_position:
        rest.append("Deals count as qualified from here on.")
    if pipeline.staging is Staging.AUTOMATIC:
        tasks = "; ".join(template_text(task) for task in stage.tasks)
        rest.append(f"Creates {tasks}." if tasks else "Creates no task.")
    elif stage.tasks:
        rest.append("Its tasks are not created: staging is not automatic.")
    return first, " ".join(rest)


def about_pipeline(pipeline: PipelineSetup) -> tuple[str, str]:
    """Which stage qualifies a deal, and what a loss creates, in two lines."""
    at = pipeline.qualified_position
    if at is None or at > len(pipeline.stages):
        first = f"{pipeline.name}: no stage counts as qualified"
    else:
        first = f"{pipeline.name}: qualified from {pipeline.stages[at - 1].name} on"
    if pipeline.record_demand:
        first += "; deals go forward only with what is asked for"
    if pipeline.staging is not Staging.AUTOMATIC:
        return first, ""
    task = pipeline.loss_task
    return first, f"A loss creates {template_text(task)}." if task else "A loss creates no task."


def template_text(task: TaskTemplate) -> str:
    """A task that is created, in words: ``call: ask for the budget (in 3 days)``."""
    when = "at once" if not task.due_days else f"in {task.due_days:,} day{'' if task.due_days == 1 else 's'}"
    return f"{task_text(task.kind, task.title)} ({when})"


def order_question(pipeline: PipelineSetup, order: Sequence[int]) -> tuple[str, str]:
    """The question before a new order is saved, and what it means."""
    names: Mapping[int, str] = {stage.id: stage.name for stage in pipeline.stages}
    ladder = " → ".join(names[stage_id] for stage_id in order)
    consequence = (
        f"{ladder}. What deals have reached follows from the order: it is worked out anew for"
        f" {deals(pipeline.deals)}, {pipeline.open_deals:,} of them open, and funnels of past periods"
        " may change. Undo (u) brings the old order back."
    )
    return f"Save the new order of the stages of {pipeline.name}?", consequence
