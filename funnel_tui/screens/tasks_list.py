"""What the screen of my day reads, and the words around its lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.text import Text

from funnel_tui.dialogs.wishes import Named
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.domain.phrases import spell_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.tasks import TaskFact, TaskList
from funnel_tui.errors import NotFound
from funnel_tui.services.agenda import (
    Queue,
    my_tasks,
    next_up,
    queue_rows,
    rep_of_user,
    task_rows,
    whose_day,
)
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.deal_table import Reading
from funnel_tui.widgets.paged import PAGE, page_ids
from funnel_tui.widgets.task_table import BUCKET_WORDS, NeedLine


class DayView(Enum):
    """What the list shows."""

    TASKS = "My tasks"
    NEXT = "Deals that need me"


class DayFound(NamedTuple):
    """A day that was read.

    :param rep: whose; None for everybody.
    :param queue: the deals that need them; None while the tasks are shown.
    :param first: the first page of what is shown.
    """

    view: DayView
    rep: Named | None
    tasks: TaskList
    queue: Queue | None
    first: Sequence[TaskFact] | Sequence[NeedLine]
    reading: Reading


def read_day(workspace: Workspace, *, scope: Scope | None, view: DayView) -> DayFound:
    """Read a day: that of the rep who is looked at, else of the user, else of everybody."""
    settings = workspace.settings()
    zone = ZoneInfo(settings.time_zone)
    reading = Reading(local_day(workspace.clock(), zone), zone, settings.base_currency)
    rep = _rep(workspace, scope)
    tasks = my_tasks(workspace, rep[0] if rep else None)
    if view is DayView.TASKS:
        return DayFound(view, rep, tasks, None, task_rows(workspace, page_ids(tasks.ids, 0)), reading)
    queue = next_up(workspace, rep)
    return DayFound(view, rep, tasks, queue, need_lines(workspace, queue, 0), reading)


def _rep(workspace: Workspace, scope: Scope | None) -> Named | None:
    if scope is not None and scope.owner is not None:
        try:
            return whose_day(workspace, scope.owner)
        except NotFound:
            return None
    return rep_of_user(workspace)


def need_lines(workspace: Workspace, queue: Queue, page: int) -> list[NeedLine]:
    """A page of the deals that need somebody."""
    return [
        NeedLine(row.deal, str(row.need), row.why) for row in queue_rows(workspace, queue, page * PAGE, PAGE)
    ]


def title_words(found: DayFound) -> str:
    """Whose day it is, and how much there is to do."""
    who = found.rep[1] if found.rep else "Everybody"
    if found.queue is not None:
        count = len(found.queue.ids)
        return f"{who}: {count:,} deal{'' if count == 1 else 's'} need{'s' if count == 1 else ''} attention"
    parts = [f"{count:,} {BUCKET_WORDS[bucket]}" for bucket, count in found.tasks.counts.items() if count]
    return f"{who}: {' · '.join(parts) if parts else 'no open tasks'}"


def empty_words(found: DayFound) -> Text:
    """What to say instead of an empty list; empty when there is something to show."""
    if found.queue is not None and not len(found.queue.ids):
        return _said("No deal needs you.", "None has an overdue task, is stuck or idle. tab shows the tasks.")
    if found.queue is None and not len(found.tasks.ids):
        return _said(
            "Nothing is to be done.",
            "t on a deal adds a task, tab shows the deals that need you, f looks at another rep.",
        )
    return Text()


def snooze_answers(found: DayFound) -> list[Answer]:
    """The days that a task can be put off to, as day numbers."""
    today = found.reading.today
    monday = today + timedelta(days=7 - today.weekday())
    choices = (
        ("t", today + timedelta(days=1)),
        ("2", today + timedelta(days=2)),
        ("3", today + timedelta(days=3)),
        ("w", monday),
        ("f", today + timedelta(days=14)),
        ("m", today + timedelta(days=30)),
    )
    return [Answer(key, spell_day(day, today), str(day_number(day))) for key, day in choices]


def _said(what: str, hint: str) -> Text:
    return Text(what, "bold").append(f"\n\n{hint}", "not bold")
