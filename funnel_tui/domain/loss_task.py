"""The task that a loss creates in an automatic pipeline [1C], as it is stored."""

from __future__ import annotations

import json

from funnel_tui.domain.tasks import TaskKind, TaskTemplate

LOSS_TASK = TaskTemplate(TaskKind.OTHER, "Note what can be learnt from the loss", 1)
"""What a loss creates where the pipeline has no loss task of its own."""


def loss_task_of(stored: str | None) -> TaskTemplate | None:
    """The loss task as it is stored: JSON, ``null`` for none; nothing stored means :data:`LOSS_TASK`."""
    if stored is None:
        return LOSS_TASK
    values = json.loads(stored)
    return None if values is None else TaskTemplate(**values)
