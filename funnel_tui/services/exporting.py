"""Exports: everything of a kind as rows that an import reads back, or as a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from funnel_tui.db.reader import Reader
from funnel_tui.domain.period import Period
from funnel_tui.domain.tasks import TaskFact
from funnel_tui.errors import UsageError
from funnel_tui.exchange.interaction_words import own_id
from funnel_tui.exchange.sheets import FORMATS, Cells, Sheet, SheetColumn, write_sheet
from funnel_tui.exchange.values import nearest, visible
from funnel_tui.language import tr
from funnel_tui.queries import exporting as queries
from funnel_tui.queries.names import resolve
from funnel_tui.queries.tasks import task_facts
from funnel_tui.services.workspace import Workspace

KINDS = (
    *("deals", "history", "interactions", "tasks", "quotas", "forecast", "contacts", "rates", "changes"),
)
"""What can be exported."""

PERIODS = ("interactions", "quotas", "forecast", "changes")
"""What can be exported of a period only."""

OWNERS = ("deals", "history", "interactions", "tasks", "quotas", "forecast")
"""What can be exported of a rep only."""

CALENDAR = "ics"
"""The format of calendars; only of tasks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What is wanted.

    :param what: one of :data:`KINDS`.
    :param format: csv, json or xlsx; tasks also ics.
    :param owner: only what is this rep's, by name.
    :param kind: only interactions of this kind, by name.
    :param period: only interactions and changes in it, quotas that share a day with it, the forecast for it.
    :param done: tasks: done ones too.
    :param as_events: tasks as events of a calendar, not as to-dos.
    :param where: only deals that this filter holds for, as they stand now.
    """

    what: str
    format: str = "csv"
    owner: str | None = None
    kind: str | None = None
    period: Period | None = None
    done: bool = False
    as_events: bool = False
    where: str = ""


def write_export(workspace: Workspace, options: ExportOptions, stream: BinaryIO) -> int:
    """Write an export.

    :param stream: gets bytes.
    :returns: how many rows, or to-dos, were written.
    :raises UsageError: for what cannot be exported, or not so.
    :raises NotFound: for a rep or a kind that is not there.
    """
    check_options(options)
    zone = ZoneInfo(workspace.settings().time_zone)
    with workspace.read() as reader:
        owner = None if options.owner is None else resolve(reader, "rep", options.owner)[0]
        if options.what == "interactions":
            kind = None if options.kind is None else resolve(reader, "kind", options.kind)[0]
            bounds = None if options.period is None else options.period.bounds(zone)
            found = queries.interaction_rows(reader, owner_id=owner, kind_id=kind, bounds=bounds)
            sheet = Sheet("interactions", INTERACTION_COLUMNS, map(_interaction_row, found), zone)
            return write_sheet(sheet, options.format, stream)
        if options.what in ("quotas", "forecast"):
            return write_sheet(_planned(workspace, reader, options, owner, zone), options.format, stream)
        if options.what != "tasks":
            return write_sheet(_deal_sheet(workspace, reader, options, owner, zone), options.format, stream)
        tasks = _tasks(reader, owner, done=options.done)
        if options.format != CALENDAR:
            sheet = Sheet("tasks", TASK_COLUMNS, map(_task_row, tasks), zone)
            return write_sheet(sheet, options.format, stream)
        # Loaded only here: it brings the library for calendars.
        from funnel_tui.exchange.task_calendar import task_calendar

        count = 0
        for piece in task_calendar(tasks, workspace.clock(), as_events=options.as_events):
            stream.write(piece)
            count += piece.startswith((b"BEGIN:VTODO", b"BEGIN:VEVENT"))
        return count


def check_options(options: ExportOptions) -> None:
    """Refuse what makes no sense before anything is read or written.

    :raises UsageError: saying what there is.
    """
    if options.what not in KINDS:
        near = nearest(options.what, KINDS)
        hint = (
            tr("Did you mean {name}?").format(name=near)
            if near
            else tr("There are {names}.").format(names=", ".join(KINDS))
        )
        raise UsageError(tr("{what!r} cannot be exported.").format(what=visible(options.what)), hint)
    formats = (*FORMATS, CALENDAR) if options.what == "tasks" else FORMATS
    if options.format not in formats:
        known = tr("There are {names}.").format(names=", ".join(formats))
        raise UsageError(
            tr("{what} cannot be exported as {format}.").format(
                what=options.what.title(), format=options.format
            ),
            known,
        )
    only: dict[str, dict[str, object]] = {
        "interactions": {"--kind": options.kind},
        "tasks": {"--done": options.done},
        "deals": {"--where": options.where.strip()},
    }
    for what, given in only.items():
        odd = [name for name, value in given.items() if value and options.what != what]
        if odd:
            raise UsageError(
                tr("{option} is for {what}.").format(option=odd[0], what=what),
                tr("Leave it out for {what}.").format(what=options.what),
            )
    if options.period is not None and options.what not in PERIODS:
        raise UsageError(
            tr("--period is for {kinds}.").format(kinds=_listed(PERIODS)),
            tr("Leave it out for {what}.").format(what=options.what),
        )
    if options.owner is not None and options.what not in OWNERS:
        raise UsageError(
            tr("--owner is for {kinds}.").format(kinds=_listed(OWNERS)),
            tr("Leave it out for {what}.").format(what=options.what),
        )
    if options.as_events and options.format != CALENDAR:
        raise UsageError(tr("--events is for calendars."), tr("Say --format ics too."))


def _deal_sheet(
    workspace: Workspace, reader: Reader, options: ExportOptions, owner_id: int | None, zone: ZoneInfo
) -> Sheet:
    """Deals and what belongs to them, or the audit log."""
    from funnel_tui.services import exporting_deals as sheets

    if options.what == "deals":
        only = None
        if options.where.strip():
            from funnel_tui.services.filtering import deals_now

            only = deals_now(workspace, reader, options.where)
        return sheets.deal_sheet(reader, zone, owner_id=owner_id, only=only)
    if options.what == "history":
        return sheets.history_sheet(reader, zone, owner_id=owner_id)
    if options.what == "contacts":
        return sheets.contact_sheet(reader, zone)
    if options.what == "rates":
        return sheets.rate_sheet(reader, zone)
    bounds = None if options.period is None else options.period.bounds(zone)
    return sheets.change_sheet(reader, zone, bounds=bounds)


def _listed(names: Sequence[str]) -> str:
    return tr("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def _planned(
    workspace: Workspace, reader: Reader, options: ExportOptions, owner_id: int | None, zone: ZoneInfo
) -> Sheet:
    """Quotas, or the forecast deal by deal."""
    from funnel_tui.services.exporting_quotas import forecast_sheet, quota_sheet

    if options.what == "quotas":
        return quota_sheet(reader, zone, owner_id=owner_id, period=options.period)
    return forecast_sheet(workspace, reader, zone, owner=options.owner, period=options.period)


INTERACTION_COLUMNS = (
    *map(SheetColumn, ("id", "deal", "organisation", "person", "email", "owner", "kind")),
    *map(SheetColumn, ("direction", "outcome")),
    SheetColumn("at", Cells.INSTANT),
    SheetColumn("planned", Cells.FLAG),
    SheetColumn("duration_seconds", Cells.NUMBER),
    SheetColumn("note"),
)
"""Columns of exported interactions: the fields of the import, which reads them back."""

TASK_COLUMNS = (
    SheetColumn("number", Cells.NUMBER),
    *map(SheetColumn, ("kind", "title", "deal", "organisation", "owner")),
    SheetColumn("due_day", Cells.DAY),
    SheetColumn("due_at", Cells.INSTANT),
    SheetColumn("created", Cells.INSTANT),
    SheetColumn("done", Cells.INSTANT),
    SheetColumn("outcome"),
)
"""Columns of exported tasks."""


def _interaction_row(row: queries.Row) -> tuple[Any, ...]:
    """An interaction and its deal with the ids that an import knows them by."""
    number, ident, deal_number, deal_id, created, *names, at, planned, seconds, note = row
    deal = None if deal_number is None else deal_id or own_id(deal_number, created)
    return (ident or own_id(number, at), deal, *names, at, planned, seconds, note)


def _task_row(task: TaskFact) -> tuple[Any, ...]:
    names = (task.kind, task.title or None, task.deal, task.organisation, task.owner)
    return (task.id, *names, task.due_day, task.due_at, task.created_at, task.done_at, task.outcome)


def _tasks(reader: Reader, owner_id: int | None, *, done: bool) -> Iterator[TaskFact]:
    numbers = queries.task_numbers(reader, owner_id=owner_id, done=done)
    for first in range(0, len(numbers), queries.PAGE):
        yield from task_facts(reader, numbers[first : first + queries.PAGE])
