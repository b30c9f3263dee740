"""Tasks: create, edit, snooze, finish, take up again, delete. Each call is one change group.

A call, email or meeting that is finished becomes a done interaction, and so the deal is no longer idle
(METRICS 4); any other task becomes none: writing an offer is no contact. Figures of earlier days stay what
they were (METRICS M5): a task is open from ``created_at`` up to ``done_at``. So a task that is deleted stays
as a row that was closed without being done (outcome ``cancelled``), and one that is taken up again is a new
row; the old one was done when it was done. Whoever pressed the wrong key undoes instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.moments import Moment
from funnel_tui.domain.period import day_number, day_of, local_day
from funnel_tui.domain.phrases import name_day
from funnel_tui.domain.tasks import CANCELLED, TaskDraft, TaskFact, next_step, task_text
from funnel_tui.errors import NotFound, Refused, StaleEdit
from funnel_tui.language import tr
from funnel_tui.models import Deal, Rep, StageTaskTemplate, Task
from funnel_tui.models.inputs import checked, label_of
from funnel_tui.models.inputs_tasks import TaskCreate, TaskEnd, TaskUpdate
from funnel_tui.queries.settings import read_settings
from funnel_tui.queries.tasks import tasks_of_deal
from funnel_tui.services.done_interactions import KINDS, add_done
from funnel_tui.services.staging import Onward, move_on
from funnel_tui.services.telling import told
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.visits import DealHistory, past_instant
from funnel_tui.services.workspace import Workspace

_STAYS = Onward()


@dataclass(frozen=True, slots=True)
class Finished:
    """What followed from finishing a task.

    :param version: of the task, after it.
    :param interaction_id: the interaction it became, or None.
    :param onward: whether its deal moved on by itself, why not, and whether it is ready to be won.
    :param waiting: the open tasks that the deal has now, those due first coming first.
    :param suggestion: what usually comes next; None without a deal, and for one that is closed, ready to be
        won, or has open tasks.
    """

    version: int
    interaction_id: int | None
    onward: Onward
    waiting: Sequence[TaskFact] = ()
    suggestion: TaskDraft | None = None


def create_task(
    workspace: Workspace,
    *,
    owner_id: int,
    kind: str = "other",
    title: str = "",
    deal_id: int | None = None,
    due: Moment | None = None,
) -> int:
    """Create a task, on a deal or on its own.

    :param owner_id: the rep who is to do it.
    :param kind: call, email, meeting or other.
    :param title: what is to be done; may be empty where the kind says enough.
    :param due: the day, or the time, or None for some day.
    :returns: its number.
    :raises InvalidInput: for a value that is not acceptable.
    :raises NotFound: for an unknown rep or deal.
    """
    values = {"kind": kind, "title": title, "owner_id": owner_id, "deal_id": deal_id, **_due_columns(due)}
    given = checked(TaskCreate, values).model_dump()
    with workspace.change("create_task") as call:
        deal = None if deal_id is None else call.get(Deal, deal_id)
        call.require(Rep, owner_id)
        _settle_day(call, given)
        what = _about(task_text(given["kind"], given["title"]), deal)
        call.summary = tr("Added task {task}").format(task=what)
        return call.insert(Task, {**given, "created_at": call.at})


def edit_task(workspace: Workspace, *, task_id: int, version: int, changes: Mapping[str, Any]) -> int:
    """Change an open task.

    :param version: the version that the changes are based on.
    :param changes: kind, title, owner_id, due (a :class:`~funnel_tui.domain.moments.Moment`, or None for
        some day).
    :returns: the new version.
    :raises StaleEdit: when somebody else changed it since, with both versions.
    :raises Refused: when it is closed.
    """
    values = {name: value for name, value in changes.items() if name != "due"}
    if "due" in changes:
        values |= _due_columns(changes["due"])
    given = checked(TaskUpdate, values).model_dump(exclude_unset=True)
    with workspace.change("edit_task") as call:
        task, deal = _open_task(call, task_id, version, given)
        if "owner_id" in given:
            call.require(Rep, given["owner_id"])
        _settle_day(call, given)
        words = dict.fromkeys(_word(name) for name in given if given[name] != task[name])
        call.summary = tr("Edited task {task}: {fields}").format(
            task=_about(_text(task), deal), fields=", ".join(words)
        )
        return call.update(Task, task, given)


def snooze_task(workspace: Workspace, *, task_id: int, due: Moment, version: int | None = None) -> int:
    """Put an open task off.

    :param due: when it is due instead.
    :param version: the version that the caller saw, or None not to ask.
    :returns: the new version.
    :raises Refused: when it is closed.
    :raises StaleEdit: when somebody else changed it since ``version``.
    """
    given = checked(TaskUpdate, _due_columns(due)).model_dump(exclude_unset=True)
    with workspace.change("snooze_task") as call:
        task, deal = _open_task(call, task_id, version, given)
        _settle_day(call, given)
        call.summary = tr("Put off {task} to {day}").format(
            task=_about(_text(task), deal), day=name_day(day_of(given["due_day"]))
        )
        return call.update(Task, task, given)


def finish_task(
    workspace: Workspace,
    *,
    task_id: int,
    outcome: str | None = None,
    note: str | None = None,
    duration_seconds: int | None = None,
    at: int | None = None,
    version: int | None = None,
) -> Finished:
    """Finish a task. The last one of a stage moves its deal on in an automatic pipeline.

    :param outcome: how it ended; see :data:`~funnel_tui.domain.tasks.OUTCOMES`.
    :param note: kept with the interaction, like ``duration_seconds``.
    :param at: when the call, email or meeting took place, in epoch seconds; None for now. The task itself is
        done now.
    :param version: the version that the caller saw, or None not to ask.
    :raises InvalidInput: for an outcome that is not acceptable.
    :raises Refused: when it is closed already, or for an instant in the future.
    :raises StaleEdit: when somebody else changed it since ``version``.
    """
    end = checked(TaskEnd, {"outcome": outcome, "note": note, "duration_seconds": duration_seconds})
    with workspace.change("finish_task") as call:
        task, deal = _open_task(call, task_id, version, {"outcome": end.outcome})
        took_place = call.at if at is None else past_instant(call, at)
        done = {"done_at": max(call.at, task["created_at"]), "outcome": end.outcome}
        version = call.update(Task, task, done)
        interaction_id = None
        if task["kind"] in KINDS:
            interaction_id = add_done(
                call,
                kind=task["kind"],
                owner_id=task["owner_id"],
                at=took_place,
                deal=deal,
                outcome=end.outcome,
                duration_seconds=end.duration_seconds,
                note=end.note,
            )
        onward = _onward(call, task)
        ended = f"{_text(task)} ({end.outcome})" if end.outcome else _text(task)
        words = tr("Finished {task}, moved on to {stage}") if onward.stage else tr("Finished {task}")
        call.summary = words.format(task=_about(ended, deal), stage=onward.stage)
        if deal is None:
            return Finished(version, interaction_id, onward)
        return _what_next(call, task, deal, Finished(version, interaction_id, onward), end.outcome)


def close_task(call: Transaction, task_id: int, outcome: str | None, *, deal_id: int | None) -> Onward:
    """Close an open task inside another call, which writes what it became.

    :param outcome: how it ended.
    :param deal_id: the deal of what it became.
    :returns: whether its deal moved on by itself.
    :raises InvalidInput: for an outcome that a task cannot have.
    :raises Refused: when it is closed already, or is about another deal.
    """
    end = checked(TaskEnd, {"outcome": outcome})
    task, deal = _open_task(call, task_id, None, {"outcome": end.outcome})
    if task["deal_id"] != deal_id:
        if deal is None:
            words = tr("The task {task!r} is about no deal.")
        else:
            words = tr("The task {task!r} is about {deal}.")
        raise Refused(
            words.format(task=_text(task), deal=deal and deal["title"]), tr("Choose a task of the same deal.")
        )
    call.update(Task, task, {"done_at": max(call.at, task["created_at"]), "outcome": end.outcome})
    return _onward(call, task)


def reopen_task(
    workspace: Workspace, *, task_id: int, due: Moment | None = None, version: int | None = None
) -> int:
    """Take up a closed task again, as a new one. What it became stays: it took place.

    :param due: when it is due now; None for the day it had.
    :param version: the version that the caller saw, or None not to ask.
    :returns: the number of the new task.
    :raises Refused: when it is open.
    """
    given = {} if due is None else checked(TaskUpdate, _due_columns(due)).model_dump(exclude_unset=True)
    with workspace.change("reopen_task") as call:
        task, deal = _locked(call, task_id, version, {})
        if task["done_at"] is None:
            raise Refused(tr("The task {task!r} is open.").format(task=_text(task)))
        if given:
            _settle_day(call, given)
        call.summary = tr("Took up {task} again").format(task=_about(_text(task), deal))
        names = ("deal_id", "owner_id", "kind", "title", "due_day", "due_at", "template_id")
        return call.insert(Task, {**{name: task[name] for name in names}, **given, "created_at": call.at})


def delete_task(workspace: Workspace, *, task_id: int, version: int | None = None) -> None:
    """Delete an open task: it is gone from every list, and figures of earlier days still know it.

    :param version: the version that the caller saw, or None not to ask.
    :raises Refused: when it is closed.
    :raises StaleEdit: when somebody else changed it since ``version``.
    """
    with workspace.change("delete_task") as call:
        task, deal = _open_task(call, task_id, version, {})
        call.summary = tr("Deleted task {task}").format(task=_about(_text(task), deal))
        call.update(Task, task, {"done_at": max(call.at, task["created_at"]), "outcome": CANCELLED})


def left_open(call: Transaction, deal_id: int) -> int:
    """How many tasks of a deal are still to do."""
    return len(tasks_of_deal(call.reader, deal_id, only_open=True))


def _locked(
    call: Transaction, task_id: int, version: int | None, mine: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """A task and its deal, both locked. The deal first: so do calls that begin with it."""
    rows = call.reader.rows("SELECT deal_id FROM task WHERE id = :id", {"id": task_id})
    if not rows:
        raise NotFound(
            tr("There is no task with number {number}.").format(number=task_id),
            tr("It may have been undone."),
        )
    deal = None if rows[0][0] is None else call.get(Deal, rows[0][0])
    task = call.get(Task, task_id)
    if version is not None and version != task["version"]:
        raise StaleEdit(
            tr("The task {task!r} was changed after you opened it.").format(task=_text(task)),
            mine=dict(mine),
            theirs={name: task[name] for name in mine},
        )
    return task, deal


def _open_task(
    call: Transaction, task_id: int, version: int | None, mine: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    task, deal = _locked(call, task_id, version, mine)
    if task["done_at"] is not None:
        if task["outcome"] == CANCELLED:
            words = tr("The task {task!r} was deleted on {moment}.")
        else:
            words = tr("The task {task!r} was done on {moment}.")
        raise Refused(
            words.format(task=_text(task), moment=told(call, task["done_at"])),
            tr("Undo takes it up again."),
        )
    return task, deal


def _onward(call: Transaction, task: Mapping[str, Any]) -> Onward:
    """Move the deal on when this was the last task of its stage."""
    if task["template_id"] is None or task["deal_id"] is None:
        return _STAYS
    stage_id = call.get(StageTaskTemplate, task["template_id"])["stage_id"]
    return move_on(DealHistory.load(call, task["deal_id"], None, "finish a task"), stage_id)


def _what_next(
    call: Transaction,
    task: Mapping[str, Any],
    deal: Mapping[str, Any],
    finished: Finished,
    outcome: str | None,
) -> Finished:
    waiting = tasks_of_deal(call.reader, deal["id"], only_open=True)
    suggestion = None
    if not waiting and deal["closed_at"] is None and not finished.onward.ready_to_win:
        suggestion = next_step(
            *(task["kind"], task["title"], outcome, local_day(call.at, _zone(call))),
            deal_id=deal["id"],
            owner_id=task["owner_id"],
        )
    return Finished(finished.version, finished.interaction_id, finished.onward, tuple(waiting), suggestion)


def _due_columns(due: Moment | None) -> dict[str, int | None]:
    return {"due_day": None if due is None else due.day, "due_at": None if due is None else due.at}


def _settle_day(call: Transaction, given: dict[str, Any]) -> None:
    """The due day of a due time is that of the team's time zone, whoever typed it wherever."""
    if given.get("due_at") is not None:
        given["due_day"] = day_number(local_day(given["due_at"], _zone(call)))


def _zone(call: Transaction) -> ZoneInfo:
    return ZoneInfo(read_settings(call.reader).time_zone)


def _text(task: Mapping[str, Any]) -> str:
    return task_text(task["kind"], task["title"])


def _about(task: str, deal: Mapping[str, Any] | None) -> str:
    """A task with the deal it is about: ``call for Fjordline``."""
    return task if deal is None else tr("{task} for {deal}").format(task=task, deal=deal["title"])


def _word(name: str) -> str:
    return tr("due") if name in {"due_day", "due_at"} else label_of(name)
