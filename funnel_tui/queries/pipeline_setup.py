"""Pipelines and stages with everything that is set up about them, and the deals in them now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.pipeline_setup import StageSetup
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.domain.tasks import TaskTemplate

_PIPELINES = """
SELECT p.id, p.version, p.name, p.staging, p.in_use, p.record_demand, p.qualified_position,
       (SELECT count(*) FROM deal d WHERE d.pipeline_id = p.id),
       (SELECT value FROM setting WHERE key = 'loss_task.' || p.id)
FROM pipeline p ORDER BY p.position, p.id
"""
# deal_stage and not stage_visit: it has an index by stage, and a stage that was only skipped has no visits.
_STAGES = """
SELECT s.pipeline_id, s.id, s.version, s.name, s.position, s.probability_bp, s.stuck_days, s.category,
       s.required_fields, s.retired,
       EXISTS (SELECT 1 FROM deal_stage v WHERE v.stage_id = s.id AND v.visits > 0)
FROM stage s ORDER BY s.pipeline_id, s.position
"""
_OPEN = "SELECT stage_id, count(*) FROM deal WHERE closed_at IS NULL GROUP BY pipeline_id, stage_id"
_TEMPLATES = """
SELECT stage_id, kind, title, due_days FROM stage_task_template
WHERE position > 0 ORDER BY stage_id, position, id
"""


@dataclass(frozen=True, slots=True)
class PipelineLine:
    """A pipeline as it is stored.

    :param row: id, version, name, staging, in_use, record_demand, qualified_position, number of deals.
    :param loss_task: the stored loss task, as text; None where nothing was ever set.
    """

    row: tuple[Any, ...]
    loss_task: str | None
    stages: tuple[StageSetup, ...]


def read_setup(reader: Reader) -> list[PipelineLine]:
    """All pipelines, also those not in use, with all their stages, also retired ones; four statements."""
    tasks: dict[int, list[TaskTemplate]] = defaultdict(list)
    for stage_id, kind, title, due_days in reader.rows(_TEMPLATES):
        tasks[stage_id].append(TaskTemplate(kind, title, due_days))
    open_deals: dict[int, int] = dict(reader.rows(_OPEN))
    stages: dict[int, list[StageSetup]] = defaultdict(list)
    for pipeline_id, number, version, name, position, chance, stuck, category, needed, *rest in reader.rows(
        _STAGES
    ):
        retired, visited = rest
        stages[pipeline_id].append(
            StageSetup(
                *(number, version, name, position, chance, stuck),
                category=ForecastCategory(category),
                required=tuple(filter(None, needed.split(","))),
                retired=bool(retired),
                tasks=tuple(tasks[number]),
                deals=open_deals.get(number, 0),
                visited=bool(visited),
            )
        )
    return [PipelineLine(row[:-1], row[-1], tuple(stages[row[0]])) for row in reader.rows(_PIPELINES)]
