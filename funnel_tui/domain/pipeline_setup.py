"""Pipelines and their stages as they are set up: what the editor of pipelines shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from funnel_tui.domain.status import ForecastCategory, Staging
from funnel_tui.domain.tasks import TaskTemplate
from funnel_tui.language import tr

REQUIRABLE_WORDS = {
    "amount": tr("amount"),
    "expected_close": tr("expected close"),
    "organisation": tr("organisation"),
    "source": tr("source"),
    "probability": tr("probability"),
}
"""The fields of a deal that a stage may ask for before the deal leaves it, and how people call them."""


@dataclass(frozen=True, slots=True)
class StageSetup:
    """A stage as it is set up.

    :param version: to save an edit of it by.
    :param position: 1 for the first; a retired stage keeps its own.
    :param probability_bp: win probability in hundredths of a percent.
    :param stuck_days: its own threshold; None for the team's rule.
    :param required: what must be filled in before a deal leaves it.
    :param tasks: what it creates where staging is automatic, in order.
    :param deals: open deals in it now.
    :param visited: whether any deal was ever in it.
    """

    id: int
    version: int
    name: str
    position: int
    probability_bp: int
    stuck_days: int | None
    category: ForecastCategory
    required: tuple[str, ...]
    retired: bool
    tasks: tuple[TaskTemplate, ...]
    deals: int
    visited: bool


@dataclass(frozen=True, slots=True)
class PipelineSetup:
    """A pipeline as it is set up.

    :param record_demand: whether deals record what the customer first asked for.
    :param qualified_position: the stage from which a deal counts as qualified, or None.
    :param deals: all deals in it; ``open_deals`` those still worked on.
    :param loss_task: what a loss creates where staging is automatic; None for nothing.
    """

    id: int
    version: int
    name: str
    staging: Staging
    in_use: bool
    record_demand: bool
    qualified_position: int | None
    deals: int
    open_deals: int
    stages: tuple[StageSetup, ...]
    loss_task: TaskTemplate | None

    @property
    def in_use_count(self) -> int:
        """How many of its stages are not retired."""
        return sum(not stage.retired for stage in self.stages)


def moved(order: Sequence[int], stage_id: int, by: int) -> list[int]:
    """The order with one stage a place up (-1) or down (1); at either end it stays."""
    found = list(order)
    at = found.index(stage_id)
    to = max(0, min(at + by, len(found) - 1))
    found.insert(to, found.pop(at))
    return found
