"""The last changes as a report for the command line: who, when, what, and whether it is in effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import utc_text
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr, trc
from funnel_tui.services.history import GroupFact, list_groups
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
    for group, undone in _with_state(workspace, limit, only_undone):
        when = f"{datetime.fromtimestamp(group.at, zone):%Y-%m-%d %H:%M}" if in_words else utc_text(group.at)
        facts = {
            "change": group.id,
            "at": when,
            "by": group.actor,
            "summary": group.summary,
            "state": "undone" if undone else "",
            "action": group.action,
            "undone": undone,
        }
        columns = _COLUMNS if in_words else _FIELDS
        rows.append({column.name: facts[column.name] for column in columns})
    title = tr("What was undone") if only_undone else tr("Last changes")
    return Report(
        *("changes", workspace.clock(), Scope(), {"time_zone": settings.time_zone}, title),
        *(_COLUMNS if in_words else _FIELDS, rows, {"changes": len(rows)}, _TOTALS),
    )


def _with_state(workspace: Workspace, limit: int, only_undone: bool) -> Sequence[tuple[GroupFact, bool]]:
    """Changes with whether they are taken back: by the last link of group ← undo ← redo ← undo …"""
    found: list[tuple[GroupFact, bool]] = []
    taken_back: dict[int, bool] = {}
    before: int | None = None
    while len(found) < limit:
        page = list_groups(workspace, before_id=before, limit=_PAGE)
        for group in page:
            undone = taken_back.pop(group.id, False)
            if group.undoes_id is not None:
                # A link that is itself taken back leaves what it points to as it was.
                taken_back[group.undoes_id] = not undone
            elif undone or not only_undone:
                found.append((group, undone))
        if len(page) < _PAGE:
            break
        before = page[-1].id
    return found[:limit]
