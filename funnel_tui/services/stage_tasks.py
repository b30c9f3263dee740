"""The tasks that the stages of an automatic pipeline create and take back [1C].

Called by everything that makes a deal enter or leave a stage, in the same transaction, so that undo takes the
tasks back with the move. Imports write histories, not days of work, and create no tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from funnel_tui.domain.loss_task import loss_task_of
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.domain.tasks import CANCELLED, TaskTemplate
from funnel_tui.models import StageTaskTemplate, Task
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.transaction import Transaction, table_of

_template, _task = table_of(StageTaskTemplate), table_of(Task)

# Position 0 is a template that is no longer used, kept because tasks refer to it.
_TEMPLATES = (
    select(_template)
    .where(_template.c.stage_id == bindparam("stage"), _template.c.position > 0)
    .order_by(_template.c.position, _template.c.id)
)
_OPEN = (
    select(_task)
    .join(_template, _template.c.id == _task.c.template_id)
    .where(_task.c.deal_id == bindparam("deal"), _task.c.done_at.is_(None))
    .order_by(_task.c.due_day, _task.c.id)
    .with_for_update(of=_task)
)


def create_stage_tasks(call: Transaction, deal: Mapping[str, Any], stage_id: int, at: int) -> None:
    """Create the tasks of a stage for the owner of a deal that enters it.

    :param deal: the row of the deal.
    :param at: when it enters, in epoch seconds.
    """
    for row in call.connection.execute(_TEMPLATES, {"stage": stage_id}).all():
        template = TaskTemplate(row.kind, row.title, row.due_days)
        _create(call, deal, template, at, template_id=row.id)


def drop_stage_tasks(call: Transaction, deal: Mapping[str, Any], at: int) -> None:
    """Close what is open of the tasks of the stage that a deal leaves; they are cancelled, not done."""
    for task in open_stage_tasks(call, deal["id"]):
        call.update(Task, task, {"done_at": max(at, task["created_at"]), "outcome": CANCELLED})


def open_stage_tasks(call: Transaction, deal_id: int) -> list[dict[str, Any]]:
    """The tasks of its stage that a deal still waits for, locked; those due first come first."""
    return [dict(row._mapping) for row in call.connection.execute(_OPEN, {"deal": deal_id})]


def create_loss_task(call: Transaction, deal: Mapping[str, Any], pipeline_id: int, at: int) -> None:
    """Create the loss task of a pipeline for the owner of a deal that is lost."""
    template = read_loss_task(call, pipeline_id)
    if template is not None:
        _create(call, deal, template, at, template_id=None)


def loss_key(pipeline_id: int) -> str:
    """The name of the setting that holds the loss task of a pipeline."""
    return f"loss_task.{pipeline_id}"


def read_loss_task(call: Transaction, pipeline_id: int) -> TaskTemplate | None:
    """The loss task of a pipeline; None when a loss creates none."""
    rows = call.reader.rows("SELECT value FROM setting WHERE key = :key", {"key": loss_key(pipeline_id)})
    return loss_task_of(rows[0][0] if rows else None)


def _create(
    call: Transaction, deal: Mapping[str, Any], template: TaskTemplate, at: int, *, template_id: int | None
) -> None:
    zone = ZoneInfo(read_settings(call.reader).time_zone)
    call.insert(
        Task,
        {
            "deal_id": deal["id"],
            "owner_id": deal["owner_id"],
            "kind": template.kind,
            "title": template.title,
            "created_at": at,
            "due_day": day_number(local_day(at, zone)) + template.due_days,
            "template_id": template_id,
        },
    )
