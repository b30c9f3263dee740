"""The interaction that a finished task becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from funnel_tui.domain.status import ActivityStep
from funnel_tui.domain.tasks import TaskFact, TaskKind
from funnel_tui.services.interaction_kinds import ensure_kind
from funnel_tui.services.interaction_writing import write_interaction
from funnel_tui.services.transaction import Transaction

KINDS: Mapping[str, tuple[str, ActivityStep]] = {
    TaskKind.CALL: ("Call", ActivityStep.CALLS),
    TaskKind.EMAIL: ("Email", ActivityStep.NONE),
    TaskKind.MEETING: ("Meeting", ActivityStep.MEETINGS),
}
"""The kind of interaction that a task of a kind becomes when it is done; other tasks become none."""


def add_done(
    call: Transaction,
    *,
    kind: str,
    owner_id: int,
    at: int,
    deal: Mapping[str, Any] | None,
    outcome: str | None = None,
    duration_seconds: int | None = None,
    note: str | None = None,
) -> int:
    """Write an outbound interaction that took place.

    :param kind: a key of :data:`KINDS`.
    :param owner_id: the rep.
    :param at: when it took place, in epoch seconds.
    :param deal: the row of the deal it was about, or None.
    :returns: its number.
    """
    values = {
        "deal_id": None if deal is None else deal["id"],
        "organisation_id": None if deal is None else deal["organisation_id"],
        "owner_id": owner_id,
        "kind_id": ensure_kind(call, *KINDS[kind]),
        "outcome": outcome,
        "at": at,
        "duration_seconds": duration_seconds,
        "note": note,
    }
    return write_interaction(call, values)


def task_kind_of(name: str, step: ActivityStep) -> str | None:
    """The kind of task that a kind of interaction finishes; None for one that is no kind of task.

    :param name: of the kind of interaction.
    :param step: what it counts for.
    """
    for kind, (shown, of) in KINDS.items():
        if name.casefold() == shown.casefold() or (step is of and of is not ActivityStep.NONE):
            return kind
    return None


def finished_by(tasks: Iterable[TaskFact], name: str, step: ActivityStep, today: int) -> list[TaskFact]:
    """Which of some open tasks an interaction may be the end of: of the same kind, due today or overdue.

    :param name: of the kind of interaction; ``step`` is what it counts for.
    :param today: days since 1970-01-01.
    """
    wanted = task_kind_of(name, step)
    return [
        task for task in tasks if task.kind == wanted and task.due_day is not None and task.due_day <= today
    ]
