"""``funnel today``: what a rep or a team has to do, as one list. The screen shows the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.period import DAY_SECONDS, Period, day_of
from funnel_tui.domain.phrases import name_day
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said_n
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.tasks import Bucket, TaskFact, TaskList, due_words, task_word
from funnel_tui.language import tr, trn
from funnel_tui.metrics.figures import days
from funnel_tui.queries.tasks import active_reps
from funnel_tui.services.agenda import Whose, idle_deals, my_tasks, stuck_deals, task_rows
from funnel_tui.services.deal_list import deal_rows
from funnel_tui.services.target_report import target_lines
from funnel_tui.services.workspace import Workspace

SHOWN = (Bucket.OVERDUE, Bucket.TODAY, Bucket.WEEK)
"""Tasks that are part of the day; later ones are not."""

SECTIONS = (*(bucket.value for bucket in SHOWN), "stuck", "idle")
_SECTION_WORDS = dict(
    zip(SECTIONS, (tr("overdue"), tr("today"), tr("this week"), tr("stuck"), tr("idle")), strict=True)
)

_WORDS = (
    Column("section", Kind.TEXT, tr("Due")),
    Column("when", Kind.TEXT, tr("When")),
    Column("rep", Kind.TEXT, tr("Rep")),
    Column("what", Kind.TEXT, tr("To do")),
    Column("deal", Kind.TEXT, tr("Deal")),
    Column("amount", Kind.MONEY, tr("Amount")),
)
"""The columns for people; a rep's own day does not name the rep."""

_FIELDS = (
    Column("section", Kind.TEXT, tr("Due")),
    Column("rep", Kind.TEXT, tr("Rep")),
    Column("due", Kind.TEXT, tr("Due day")),
    Column("time", Kind.TEXT, tr("Time")),
    Column("days_late", Kind.COUNT, tr("Days late")),
    Column("kind", Kind.TEXT, tr("Kind")),
    Column("task", Kind.TEXT, tr("Task")),
    Column("deal", Kind.TEXT, tr("Deal")),
    Column("organisation", Kind.TEXT, tr("Organisation")),
    Column("stage", Kind.TEXT, tr("Stage")),
    Column("amount", Kind.MONEY, tr("Amount")),
    Column("days_in_stage", Kind.DAYS, tr("Days in stage")),
    Column("idle_days", Kind.DAYS, tr("Idle days")),
    Column("task_id", Kind.COUNT, tr("Task number")),
    Column("deal_id", Kind.COUNT, tr("Deal number")),
    Column("done", Kind.COUNT, tr("Done this month")),
    Column("target", Kind.COUNT, tr("Target of the month")),
)
"""The columns for programs: facts instead of words."""

_TOTALS = tuple(
    Column(name.replace(" ", "_"), Kind.COUNT, title)
    for name, title in zip(
        SECTIONS, (tr("Overdue"), tr("Due today"), tr("This week"), tr("Stuck"), tr("Idle")), strict=True
    )
)


def today_report(workspace: Workspace, whose: Whose, *, week_start: int = 0, in_words: bool = True) -> Report:
    """The day of a rep, a team or everybody: overdue tasks, those due today and this week, stuck deals and
    idle ones.

    A deal that is stuck and idle stands among the stuck ones only. A deal with a task stands in both places.
    Where there are targets, the last rows say what was done of them in the present month (METRICS 5).

    :param whose: as :func:`funnel_tui.services.agenda.whose_now` has it.
    :param week_start: 0 for Monday to 6 for Sunday.
    :param in_words: columns for people; else facts for programs.
    """
    settings = workspace.settings()
    zone = ZoneInfo(settings.time_zone)
    tasks = my_tasks(workspace, whose.reps, week_start=week_start)
    shown = {bucket: task_rows(workspace, tasks.part(bucket)) for bucket in SHOWN}
    stuck = stuck_deals(workspace, whose.scope)
    known = frozenset(stuck)
    idle = [deal for deal in idle_deals(workspace, whose.scope) if deal not in known]
    about = {task.deal_id for facts in shown.values() for task in facts if task.deal_id is not None}
    deals = {deal.id: deal for deal in deal_rows(workspace, Scope(), sorted({*about, *stuck, *idle}))}
    rows = [
        _task_row(task, bucket, deals.get(task.deal_id or 0), tasks, zone)
        for bucket, facts in shown.items()
        for task in facts
    ]
    rows += [_deal_row(deals[number], "stuck") for number in stuck if number in deals]
    rows += [_deal_row(deals[number], "idle") for number in idle if number in deals]
    counts = _counts(rows)
    if in_words:
        rows = [{**row, "section": _SECTION_WORDS[row["section"]]} for row in rows]
    rows += _targets(workspace, whose, tasks, in_words=in_words)
    columns: Sequence[Column] = _FIELDS
    if in_words:
        columns = [column for column in _WORDS if column.name != "rep" or whose.scope.owner is None]
    later = tasks.counts[Bucket.LATER] + tasks.counts[Bucket.UNDATED]
    return Report(
        name="today",
        as_of=tasks.now,
        scope=whose.scope,
        scope_words={
            "rep": whose.scope.owner,
            "team": whose.scope.team,
            "day": tasks.today.isoformat(),
            "time_zone": settings.time_zone,
        },
        title=f"{whose.name} · {name_day(tasks.today)}",
        columns=tuple(columns),
        rows=_chosen(columns, rows),
        totals=counts,
        total_columns=_TOTALS,
        notes=[_later_note(later)] if later else [],
    )


def _later_note(later: int) -> str:
    return said_n(
        "{n:,} open task later or without a day.",
        "{n:,} open tasks later or without a day.",
        later,
        n=later,
    )


def _task_row(
    task: TaskFact, bucket: Bucket, deal: DealRow | None, tasks: TaskList, zone: ZoneInfo
) -> Mapping[str, Any]:
    assert task.due_day is not None
    time = None if task.due_at is None else f"{datetime.fromtimestamp(task.due_at, zone):%H:%M}"
    return {
        **_about(deal),
        "section": bucket.value,
        "rep": task.owner,
        "when": " ".join(filter(None, (due_words(task.due_day, tasks.today), time))),
        "what": task.text,
        "due": day_of(task.due_day).isoformat(),
        "time": time,
        "days_late": max(0, (tasks.today - day_of(task.due_day)).days),
        "kind": task_word(task.kind),
        "task": task.title,
        "task_id": task.id,
    }


def _deal_row(deal: DealRow, section: str) -> Mapping[str, Any]:
    stuck = section == "stuck"
    seconds = deal.in_stage if stuck else deal.idle_seconds or 0
    count = seconds // DAY_SECONDS
    return {
        **_about(deal),
        "section": section,
        "when": trn("{n:,} day", "{n:,} days", count).format(n=count),
        "what": tr("stuck in {stage}").format(stage=deal.stage)
        if stuck
        else tr("idle in {stage}").format(stage=deal.stage),
    }


def _targets(
    workspace: Workspace, whose: Whose, tasks: TaskList, *, in_words: bool
) -> list[Mapping[str, Any]]:
    """What was done of the targets of the month, one kind a row; of several reps, the sums of those who have
    a target.
    """
    month = tasks.today.replace(day=1)
    with workspace.read() as reader:
        if whose.scope.owner is not None and whose.reps:
            reps = [(whose.reps[0], whose.scope.owner)]
        else:
            reps = [rep for rep in active_reps(reader) if whose.reps is None or rep[0] in whose.reps]
        lines = target_lines(reader, [month], reps, tasks.now)
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        if line.target is not None:
            done, target = sums.get(line.kind.name, (0, 0))
            sums[line.kind.name] = done + line.done, target + line.target
    return [
        {
            "section": Period.month(month.year, month.month).label if in_words else "month",
            "rep": whose.scope.owner,
            "when": tr("{done:,} of {target:,}").format(done=done, target=target),
            "what": kind_word(kind),
            "kind": kind_word(kind),
            "done": done,
            "target": target,
        }
        for kind, (done, target) in sums.items()
    ]


def _about(deal: DealRow | None) -> dict[str, Any]:
    if deal is None:
        return {}
    return {
        "rep": deal.owner,
        "deal": deal.title,
        "organisation": deal.organisation,
        "stage": deal.stage,
        "amount": deal.amount,
        "days_in_stage": days(deal.in_stage),
        "idle_days": days(deal.idle_seconds),
        "deal_id": deal.id,
    }


def _chosen(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [{column.name: row.get(column.name) for column in columns} for row in rows]


def _counts(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found = {section.replace(" ", "_"): 0 for section in SECTIONS}
    for row in rows:
        found[row["section"].replace(" ", "_")] += 1
    return found
