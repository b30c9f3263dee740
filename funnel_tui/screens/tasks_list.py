"""What the screen of my day reads, and the words around its lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.text import Text

from funnel_tui.domain.period import day_number, local_day
from funnel_tui.domain.phrases import spell_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.tasks import TaskFact, TaskList
from funnel_tui.language import tr, trn
from funnel_tui.screens import scoping
from funnel_tui.services.agenda import (
    Queue,
    Whose,
    any_deals,
    my_tasks,
    next_up,
    queue_rows,
    task_rows,
    whose_now,
)
from funnel_tui.services.scope_view import ScopeView
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.deal_table import Reading
from funnel_tui.widgets.lines import nothing_here
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.paged import PAGE, page_ids
from funnel_tui.widgets.task_table import BUCKET_WORDS, NeedLine

DAY = "day"
"""The name under which a day is read, also ahead of the screen."""


class DayView(Enum):
    """What the list shows."""

    TASKS = tr("My tasks")
    NEXT = tr("Deals that need me")


class DayFound(NamedTuple):
    """A day that was read.

    :param queue: the deals that need them; None while the tasks are shown.
    :param first: the first page of what is shown.
    :param around: what there is to look at, where that was not known yet.
    :param waiting: how many deals need them, where there is no task; None where nothing is there at all.
    """

    view: DayView
    whose: Whose
    tasks: TaskList
    queue: Queue | None
    first: Sequence[TaskFact] | Sequence[NeedLine]
    reading: Reading
    around: ScopeView | None = None
    waiting: int | None = 0


def read_day(workspace: Workspace, *, scope: Scope | None, view: DayView, week_start: int = 0) -> DayFound:
    """Read a day: that of the rep or team that is looked at, else the user's.

    :param scope: None for the one the program opens with; it is read too then.
    :param week_start: 0 for Monday to 6 for Sunday.
    """
    around = scoping.read_view(workspace, None) if scope is None else None
    settings = around.settings if around else workspace.settings()
    zone = ZoneInfo(settings.time_zone)
    reading = Reading(local_day(workspace.clock(), zone), zone, settings.base_currency)
    whose = whose_now(workspace, scope.owner if scope else None, scope.team if scope else None)
    tasks = my_tasks(workspace, whose.reps, week_start=week_start)
    if view is DayView.NEXT:
        queue = next_up(workspace, whose)
        first = need_lines(workspace, queue, 0)
        waiting = len(queue.ids) if len(queue.ids) or any_deals(workspace) else None
        return DayFound(view, whose, tasks, queue, first, reading, around, waiting)
    shown = task_rows(workspace, page_ids(tasks.ids, 0))
    waiting = 0
    if not len(tasks.ids):
        waiting = len(next_up(workspace, whose).ids) if any_deals(workspace) else None
    return DayFound(view, whose, tasks, None, shown, reading, around, waiting)


def need_lines(workspace: Workspace, queue: Queue, page: int) -> list[NeedLine]:
    """A page of the deals that need somebody."""
    return [
        NeedLine(row.deal, str(row.need), row.why) for row in queue_rows(workspace, queue, page * PAGE, PAGE)
    ]


def title_words(found: DayFound) -> str:
    """Whose day it is, and how much there is to do."""
    who = found.whose.name
    if found.queue is not None:
        count = len(found.queue.ids)
        text = trn("{who}: {n} deal needs attention", "{who}: {n} deals need attention", count)
        return text.format(who=who, n=count_text(count))
    parts = [
        f"{count_text(count)} {BUCKET_WORDS[bucket]}" for bucket, count in found.tasks.counts.items() if count
    ]
    told = " · ".join(parts) if parts else tr("no open tasks")
    return f"{who}: {told}"


def empty_words(found: DayFound, *, has_pipeline: bool) -> Text:
    """What to say instead of an empty list; empty when there is something to show.

    :param has_pipeline: whether there is one that a deal can be made in.
    """
    if found.waiting is None and not len(found.tasks.ids):
        hint = tr(
            "{pipelines} sets up a pipeline, then {new_deal} makes the first deal. {import_file} imports a "
            "file of another program. funnel demo shows all this on invented deals."
        )
        if has_pipeline:
            hint = tr(
                "{new_deal} makes the first deal. {import_file} imports a file of another program. funnel "
                "demo shows all this on invented deals."
            )
        return nothing_here(tr("There are no deals yet."), with_keys(hint))
    if found.queue is not None and not len(found.queue.ids):
        return nothing_here(
            tr("No deal needs you."),
            with_keys(tr("None has an overdue task, is stuck or idle. {view} shows the tasks.")),
        )
    if found.queue is None and not len(found.tasks.ids):
        hint = with_keys(
            tr(
                "{view} shows the deals that need you, {task} on a deal adds a task, {scope} looks "
                "at another rep."
            )
        )
        if found.waiting:
            hint = with_keys(
                trn(
                    "{n} deal needs attention: {view} shows it, {task} on a deal adds a task, {scope} "
                    "looks at another rep.",
                    "{n} deals need attention: {view} shows them, {task} on a deal adds a task, {scope} "
                    "looks at another rep.",
                    found.waiting,
                ),
                n=count_text(found.waiting),
            )
        return nothing_here(tr("Nothing is to be done."), hint)
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
