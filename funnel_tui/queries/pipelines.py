"""Pipelines and their stages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.domain.status import ForecastCategory

_SQL = """
SELECT p.id, p.name, p.in_use, s.id, s.name, s.position, s.probability_bp, s.stuck_days, s.retired, s.category
FROM pipeline p LEFT JOIN stage s ON s.pipeline_id = p.id
ORDER BY p.position, p.id, s.position
"""


def read_pipelines(reader: Reader) -> list[PipelineFact]:
    """All pipelines with all their stages, in order."""
    return list(_facts(tuple(reader.rows(_SQL))))


@lru_cache(maxsize=4)
def _facts(rows: tuple[tuple[Any, ...], ...]) -> tuple[PipelineFact, ...]:
    """What the rows say. Every view reads them, and they are the same ones nearly every time."""
    names: dict[int, tuple[str, bool]] = {}
    stages: dict[int, list[StageFact]] = {}
    for pipeline_id, pipeline, in_use, stage_id, *rest in rows:
        names[pipeline_id] = (pipeline, bool(in_use))
        found = stages.setdefault(pipeline_id, [])
        if stage_id is not None:
            name, position, probability, stuck, retired, category = rest
            found.append(
                StageFact(
                    *(stage_id, name, position, probability, stuck),
                    retired=bool(retired),
                    category=ForecastCategory(category),
                )
            )
    return tuple(
        PipelineFact(number, name, tuple(stages[number]), in_use) for number, (name, in_use) in names.items()
    )
