"""What people may type about tasks and about the tasks of a stage."""

from typing import Annotated

from pydantic import AfterValidator, StrictInt
from sqlmodel import Field

from funnel_tui.domain.tasks import CANCELLED, TaskKind
from funnel_tui.models.inputs import Day, Input, Instant, Label, Note, Number, Title

MAX_DUE_DAYS = 3_650


def _not_cancelled(value: str | None) -> str | None:
    if value is not None and value.casefold() == CANCELLED:
        raise ValueError(f"cannot be {value!r}; delete the task instead")
    return value


TaskTitle = Annotated[Label, AfterValidator(lambda title: title or "")]
"""May be empty: the kind says enough."""
Outcome = Annotated[Label, AfterValidator(_not_cancelled)]


class TaskCreate(Input):
    """A new task."""

    kind: TaskKind = TaskKind.OTHER
    title: TaskTitle = ""
    owner_id: Number
    deal_id: Number | None = None
    due_day: Day | None = None
    due_at: Instant | None = None


class TaskUpdate(Input):
    """Changes to a task; what is not given stays."""

    kind: TaskKind = TaskKind.OTHER
    title: TaskTitle = ""
    owner_id: Number = 1
    due_day: Day | None = None
    due_at: Instant | None = None


class TaskEnd(Input):
    """How a task ended."""

    outcome: Outcome = None
    note: Note = None
    duration_seconds: Annotated[StrictInt, Field(ge=0, le=604_800)] | None = None


class TemplateInput(Input):
    """A task that a stage creates."""

    kind: TaskKind = TaskKind.OTHER
    title: Title
    due_days: Annotated[StrictInt, Field(ge=0, le=MAX_DUE_DAYS)] = 0
