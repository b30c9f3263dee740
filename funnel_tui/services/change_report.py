"""The last changes as a report for the command line: who, when, what, and whether it is in effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from funnel_tui.domain.change_history import HistoryGroup
from funnel_tui.domain.period import utc_text
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr, trc
from funnel_tui.services.history import list_groups
from funnel_tui.services.workspace import Workspace

_PAGE = 500

_COLUMNS = (
    Column("change", Kind.COUNT, trc("noun", "Change")),
    Column("at", Kind.TEXT, tr("When")),
    Column("by", Kind.TEXT, tr("Who")),
    Column("summary", Kind.TEXT, tr("What")),
    Column("state", Kind.TEXT, tr("State")),
)
_TOTALS = (Column("changes", Kind.COUNT, tr("Changes")),)
_FIELDS = (
    *_COLUMNS[:-1],
    Column("action", Kind.TEXT, tr("Action")),
    Column("undone", Kind.TEXT, tr("Undone")),
)


def changes_report(
    workspace: Workspace, limit: int, *, only_undone: bool = False, in_words: bool = True
) -> Report:
    """The last changes, newest first. An undo is not listed by itself: it shows on what it took back.

    :param limit: how many.
    :param only_undone: only changes that are taken back at present, which can be brought back.
    :param in_words: for people, with times in the zone of the team.
    """
    settings = workspace.settings()
    zone = ZoneInfo(settings.time_zone)
    rows = []
    for group in _latest(workspace, limit, only_undone):
        when = f"{datetime.fromtimestamp(group.at, zone):%Y-%m-%d %H:%M}" if in_words else utc_text(group.at)
        facts = {
            "change": group.id,
            "at": when,
            "by": group.actor,
            "summary": group.summary,
            "state": "undone" if group.undone else "",
            "action": group.action,
            "undone": group.undone,
        }
        columns = _COLUMNS if in_words else _FIELDS
        rows.append({column.name: facts[column.name] for column in columns})
    title = tr("What was undone") if only_undone else tr("Last changes")
    return Report(
        *("changes", workspace.clock(), Scope(), {"time_zone": settings.time_zone}, title),
        *(_COLUMNS if in_words else _FIELDS, rows, {"changes": len(rows)}, _TOTALS),
    )


def _latest(workspace: Workspace, limit: int, only_undone: bool) -> Sequence[HistoryGroup]:
    """The last changes, without the turns of undo and redo."""
    found: list[HistoryGroup] = []
    before: int | None = None
    while len(found) < limit:
        page = list_groups(workspace, before_id=before, limit=_PAGE)
        found += [one for one in page if one.undoes_id is None and (one.undone or not only_undone)]
        if len(page) < _PAGE:
            break
        before = page[-1].id
    return found[:limit]
