"""Editing the tasks that the stages of an automatic pipeline create, and its loss task."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from funnel_tui.domain.tasks import TaskTemplate
from funnel_tui.errors import Refused
from funnel_tui.language import tr
from funnel_tui.models import Pipeline, Setting, Stage, StageTaskTemplate
from funnel_tui.models.inputs import checked
from funnel_tui.models.inputs_tasks import TemplateInput
from funnel_tui.services.stage_tasks import loss_key
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.workspace import Workspace

MAX_TEMPLATES = 20
"""Tasks that one stage can create."""

_template = table_of(StageTaskTemplate)


def set_stage_tasks(
    workspace: Workspace, *, stage_id: int, templates: Sequence[Mapping[str, Any] | TaskTemplate]
) -> None:
    """Say which tasks a stage creates when a deal enters it. Deals that are in it already keep theirs.

    :param templates: in order: kind, title and due_days (days from entering until it is due).
    :raises InvalidInput: for a value that is not acceptable, or a title that is missing.
    :raises Refused: for more tasks than a stage can create.
    """
    if len(templates) > MAX_TEMPLATES:
        raise Refused(
            tr("A stage can create at most {most} tasks.").format(most=MAX_TEMPLATES),
            tr("Put some of them into one."),
        )
    wanted = [_checked(template) for template in templates]
    with workspace.change("set_stage_tasks") as call:
        stage = call.get(Stage, stage_id)
        call.summary = tr("Set the tasks of {stage}: {tasks}").format(
            stage=stage["name"], tasks=", ".join(t.title for t in wanted) or tr("none")
        )
        query = (
            select(_template)
            .where(_template.c.stage_id == stage_id)
            .order_by(_template.c.position == 0, _template.c.position, _template.c.id)
            .with_for_update()
        )
        present = [dict(row._mapping) for row in call.connection.execute(query)]
        for position, template in enumerate(wanted, 1):
            values = {**template.model_dump(), "position": position}
            if position <= len(present):
                call.update(StageTaskTemplate, present[position - 1], values)
            else:
                call.insert(StageTaskTemplate, {**values, "stage_id": stage_id})
        for row in present[len(wanted) :]:
            _drop(call, row)


def set_loss_task(
    workspace: Workspace, *, pipeline_id: int, template: Mapping[str, Any] | TaskTemplate | None
) -> None:
    """Say which task a loss creates in an automatic pipeline, whatever the stage [1C].

    :param template: kind, title and due_days; None for no task.
    :raises InvalidInput: for a value that is not acceptable.
    """
    wanted = None if template is None else _checked(template)
    with workspace.change("set_loss_task") as call:
        pipeline = call.get(Pipeline, pipeline_id)
        words = tr("none") if wanted is None else wanted.title
        call.summary = tr("Set the loss task of {pipeline}: {task}").format(
            pipeline=pipeline["name"], task=words
        )
        key = loss_key(pipeline_id)
        rows = call.reader.rows("SELECT key, value FROM setting WHERE key = :key", {"key": key})
        value = json.dumps(None if wanted is None else wanted.model_dump(), ensure_ascii=False)
        before = {"key": rows[0][0], "value": rows[0][1]} if rows else None
        call.put(Setting, before, {"key": key, "value": value})


def _checked(template: Mapping[str, Any] | TaskTemplate) -> TemplateInput:
    if isinstance(template, TaskTemplate):
        template = {"kind": template.kind, "title": template.title, "due_days": template.due_days}
    return checked(TemplateInput, template)


def _drop(call: Transaction, row: dict[str, Any]) -> None:
    """Take a template out of use; it is kept, out of sight, where tasks refer to it."""
    used = call.reader.rows("SELECT 1 FROM task WHERE template_id = :id LIMIT 1", {"id": row["id"]})
    if used:
        call.update(StageTaskTemplate, row, {"position": 0})
    else:
        call.delete(StageTaskTemplate, row)
