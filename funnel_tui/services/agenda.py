"""What a rep has to do: my tasks, and the deals that need me. Only reads.

Who *me* is: the rep that was asked for; else the rep whose name is the user's (``user`` in the settings file,
or the name of the login); else the only active rep there is; else nobody. :func:`whose_now` then takes
everybody, and for a rep without any work their team.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealRow, DealSort
from funnel_tui.domain.period import DAY_SECONDS, day_number, local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.tasks import (
    Bucket,
    TaskFact,
    TaskList,
    bucket_of,
    due_words,
    last_of_week,
)
from funnel_tui.language import tr, trn
from funnel_tui.queries.names import Named, resolve, team_reps
from funnel_tui.queries.tasks import (
    active_reps,
    has_deals,
    has_work,
    open_tasks,
    overdue_on_open_deals,
    task_facts,
    tasks_of_deal,
    team_of,
)
from funnel_tui.services.workspace import Workspace


class Need(StrEnum):
    """Why a deal needs somebody, the most urgent first."""

    OVERDUE = "overdue"
    """A task on it should have been done."""
    STUCK = "stuck"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Queue:
    """The deals that need somebody, in the order to take them up.

    :param ids: the numbers of the deals, each once, to be read in windows.
    :param needs: the most urgent reason of each, in the same order.
    :param tasks: the overdue task, by the number of the deal.
    :param today: the day in the team's time zone.
    """

    ids: array[int]
    needs: Sequence[Need]
    tasks: Mapping[int, int]
    today: date


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A deal that needs somebody.

    :param task: the overdue task, or None.
    :param why: all reasons in words: ``call: ask for the budget, 3 days late · 41 days in Proposal``.
    """

    deal: DealRow
    need: Need
    task: TaskFact | None
    why: str


class Whose(NamedTuple):
    """Whose day it is.

    :param name: for people.
    :param scope: the rep or the team; neither for everybody.
    :param reps: their numbers; None for everybody.
    :param why: why it is theirs, where nobody asked for them.
    :param note: the same, and where another can be chosen.
    """

    name: str = tr("Everybody")
    scope: Scope = Scope()
    reps: tuple[int, ...] | None = None
    why: str = ""
    note: str = ""


def whose_now(workspace: Workspace, owner: str | None = None, team: str | None = None) -> Whose:
    """Whose day is shown.

    :param owner: the rep that is looked at; ``team`` likewise. Without either it is the user's, if they have
        any work; else that of their team; else everybody's.
    :raises NotFound: for a name that no rep or team has; the nearest is suggested.
    """
    if owner is not None:
        return _of_rep(whose_day(workspace, owner))
    with workspace.read() as reader:
        if team is not None:
            found = resolve(reader, "team", team)
            return _of_team(found, team_reps(reader, found[0]))
    rep = rep_of_user(workspace)
    with workspace.read() as reader:
        if rep is None:
            if not active_reps(reader):
                return Whose()
            why = tr("No rep is called {user}: this is everybody's day.").format(user=workspace.actor)
            note = tr("No rep is called {user}: this is everybody's day; the scope says whose.").format(
                user=workspace.actor
            )
            return Whose(why=why, note=note)
        if has_work(reader, [rep[0]]):
            return _of_rep(rep)
        mine = team_of(reader, rep[0])
        reps = team_reps(reader, mine[0]) if mine else []
        if mine and has_work(reader, [number for number, _ in reps]):
            why = tr("{rep} owns nothing: this is the team's day.").format(rep=rep[1])
            note = tr("{rep} owns nothing: this is the team's day; the scope says whose.").format(rep=rep[1])
            return _of_team(mine, reps)._replace(why=why, note=note)
        why = tr("{rep} owns nothing: this is everybody's day.").format(rep=rep[1])
        note = tr("{rep} owns nothing: this is everybody's day; the scope says whose.").format(rep=rep[1])
        return Whose(why=why, note=note) if has_deals(reader) else _of_rep(rep)


def _of_rep(rep: Named) -> Whose:
    return Whose(rep[1], Scope(owner=rep[1]), (rep[0],))


def _of_team(team: Named, reps: Sequence[Named]) -> Whose:
    return Whose(
        tr("Team {team}").format(team=team[1]), Scope(team=team[1]), tuple(number for number, _ in reps)
    )


def any_deals(workspace: Workspace) -> bool:
    """Whether there is any deal at all."""
    with workspace.read() as reader:
        return has_deals(reader)


def rep_of_user(workspace: Workspace) -> Named | None:
    """The rep that the user is; None when that cannot be known."""
    with workspace.read() as reader:
        reps = active_reps(reader)
    wanted = workspace.actor.casefold()
    mine = [rep for rep in reps if rep[1].casefold() == wanted] or (reps if len(reps) == 1 else [])
    return mine[0] if mine else None


def whose_day(workspace: Workspace, name: str) -> Named:
    """The rep whose day was asked for: number and name.

    :raises NotFound: for a name that no rep has; the nearest is suggested.
    """
    with workspace.read() as reader:
        return resolve(reader, "rep", name)


def my_tasks(workspace: Workspace, reps: int | Collection[int] | None, *, week_start: int = 0) -> TaskList:
    """The open tasks of a rep: all numbers in order, and how many are overdue, due today and so on.

    :param reps: the number of a rep, or of several; None for everybody.
    :param week_start: 0 for Monday to 6 for Sunday; *this week* ends with the calendar week.
    """
    now = workspace.clock()
    today = local_day(now, ZoneInfo(workspace.settings().time_zone))
    number, last = day_number(today), day_number(last_of_week(today, week_start))
    with workspace.read() as reader:
        rows = open_tasks(reader, (reps,) if isinstance(reps, int) else reps)
    counts = dict.fromkeys(Bucket, 0)
    for _, due_day, due_at in rows:
        counts[bucket_of(due_day, due_at, now, number, last)] += 1
    return TaskList(array("q", [row[0] for row in rows]), now, today, counts)


def task_rows(workspace: Workspace, ids: Sequence[int]) -> list[TaskFact]:
    """What a list shows of a window of tasks, in the order asked for; those that are gone are left out."""
    with workspace.read() as reader:
        return task_facts(reader, ids)


def deal_tasks(workspace: Workspace, deal_id: int, *, only_open: bool = False) -> list[TaskFact]:
    """The tasks of a deal, those due first coming first; cancelled ones are left out."""
    with workspace.read() as reader:
        return tasks_of_deal(reader, deal_id, only_open=only_open)


def next_up(workspace: Workspace, rep: Named | Whose | None) -> Queue:
    """The deals that need a rep: first those with an overdue task of theirs, the most overdue first; then
    their own stuck deals, the longest in their stage first; then their idle ones, the longest idle first.

    :param rep: number and name, or whose day it is; None for everybody.
    """
    whose = rep if isinstance(rep, Whose) else _of_rep(rep) if rep else Whose()
    now = workspace.clock()
    today = local_day(now, ZoneInfo(workspace.settings().time_zone))
    with workspace.read() as reader:
        overdue = overdue_on_open_deals(reader, whose.reps, now, day_number(today))
    tasks: dict[int, int] = {}
    for deal, task in overdue:
        tasks.setdefault(deal, task)
    needs = dict.fromkeys(tasks, Need.OVERDUE)
    for deal in stuck_deals(workspace, whose.scope):
        needs.setdefault(deal, Need.STUCK)
    for deal in idle_deals(workspace, whose.scope):
        needs.setdefault(deal, Need.IDLE)
    return Queue(array("q", needs), tuple(needs.values()), tasks, today)


def queue_rows(
    workspace: Workspace, queue: Queue, start: int = 0, count: int | None = None
) -> list[QueueRow]:
    """A window of a queue; deals that are gone are left out.

    :param start: the first place.
    :param count: how many places; None for all.
    """
    from funnel_tui.services.deal_list import deal_rows

    end = len(queue.ids) if count is None else start + count
    ids = queue.ids[start:end]
    needs = dict(zip(ids, queue.needs[start:end], strict=True))
    facts = task_rows(workspace, [queue.tasks[deal] for deal in ids if deal in queue.tasks])
    tasks = {fact.deal_id: fact for fact in facts}
    return [
        QueueRow(deal, needs[deal.id], tasks.get(deal.id), why_words(deal, tasks.get(deal.id), queue.today))
        for deal in deal_rows(workspace, Scope(), ids)
    ]


def stuck_deals(workspace: Workspace, scope: Scope) -> array[int]:
    """The stuck deals of a rep or team (METRICS 4), the longest in their stage first."""
    return _deals(workspace, scope, DealFilter(stuck=True), DealSort.IN_STAGE)


def idle_deals(workspace: Workspace, scope: Scope) -> array[int]:
    """The idle deals of a rep or team (METRICS 4), the longest idle first."""
    return _deals(workspace, scope, DealFilter(idle=True), DealSort.IDLE)


def _deals(workspace: Workspace, scope: Scope, wanted: DealFilter, sort: DealSort) -> array[int]:
    # The tasks of a day are the first thing a user sees; they need not wait for what reads deals.
    from funnel_tui.services.deal_list import deal_ids

    return deal_ids(workspace, scope, wanted, DealOrder(sort, descending=True))


def why_words(deal: DealRow, task: TaskFact | None, today: date) -> str:
    """Why a deal needs somebody: the overdue task, how long it is stuck, how long idle."""
    reasons = []
    if task is not None:
        reasons.append(f"{task.text}, {due_words(task.due_day, today)}")
    if deal.stuck:
        reasons.append(tr("{days} in {stage}").format(days=_days(deal.in_stage), stage=deal.stage))
    if deal.idle and deal.idle_seconds is not None:
        reasons.append(tr("idle for {days}").format(days=_days(deal.idle_seconds)))
    return " · ".join(reasons)


def _days(seconds: int) -> str:
    days = seconds // DAY_SECONDS
    return trn("{n:,} day", "{n:,} days", days).format(n=days)
