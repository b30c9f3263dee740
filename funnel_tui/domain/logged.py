"""What a form or a command says besides an interaction itself, and what came of logging it."""

from __future__ import annotations

from dataclasses import dataclass

from funnel_tui.domain.moments import Moment
from funnel_tui.domain.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class NextTask:
    """The task that is to follow an interaction, on the same deal.

    :param due: the day or the time, or None for some day.
    :param owner_id: who is to do it; None for the rep of the interaction.
    """

    kind: str = TaskKind.CALL
    title: str = ""
    due: Moment | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """What came of an interaction that was logged or finished.

    :param version: of the interaction.
    :param task_id: the task that follows, or None.
    :param deal_id: what it is attached to now, with ``organisation_id`` and ``person_id``.
    :param moved_to: the stage its deal moved on to, because a task of the stage was finished with it.
    :param ready_to_win: whether the deal has done the tasks of its last stage with it.
    :param summary: what was done in words, as the history of changes has it.
    :param notices: what the user should know although nothing was refused, one sentence each.
    """

    interaction_id: int
    version: int = 1
    task_id: int | None = None
    deal_id: int | None = None
    organisation_id: int | None = None
    person_id: int | None = None
    moved_to: str | None = None
    ready_to_win: bool = False
    notices: tuple[str, ...] = ()
    summary: str = ""
