"""Reports: a scope in, a table out. The command line and the screens share them.

Nothing here loads SQLAlchemy: on SQLite a report needs only the standard library.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from funnel_tui.db import Reader
from funnel_tui.domain.period import PeriodKind, local_day
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import said_n
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.reports import nothing
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from funnel_tui.queries.behind import DealLine
    from funnel_tui.services.reports.behind import DealsBehind, deal_lines, deals_behind

REPORTS = {
    "metrics": tr("Open deals, sizes, close ratio, time to win, velocity."),
    "funnel": tr("How many deals reached each stage, advanced, were lost or are open, and days per stage."),
    "active": tr("What is open in each stage: deals, amount, weighted, forecast from stock."),
    "losses": tr("Passed and lost per stage with potential; --by reason: why deals were lost."),
    "reasons": tr("Why deals were lost, by the stage they were lost from: deals and amount."),
    "volume": tr("Won by month: deals, amount, days from the first contact. --by rep: per rep."),
    "stuck": tr("Open deals that have been in their stage for too long."),
    "activity": tr(
        "Done and planned per rep and kind, conversations, target; opportunities per 1,000 calls."
    ),
    "followups": tr("Follow-ups per stage until a deal advanced, was lost, or so far."),
    "steps": tr("Calls, meetings, proposals, contracts, paid per rep, with each conversion."),
    "quotas": tr("Quota, won, gap and pipeline per rep; attainment, pace, projection. --by team: per team."),
    "forecast": tr("Open deals by month of expected close and category, weighted; what they may bring."),
    "probability": tr("Win probability of open deals: typed, stage, history, model; what pushes it."),
    "change": tr("How the open pipeline changed over the period: opening, new, won, lost, moved, closing."),
    "plan": tr(
        "Prospects and reps needed for a target, key level and lever, what-if. --period is the history."
    ),
}

_SNAPSHOTS = {"active", "followups"}
_WEEKLY = {"activity", "steps"}
"""They are about interactions: they go by week, and need no pipeline."""
_LISTS = {"stuck", "probability", "plan"}
"""Lists of deals have nothing to hold against each other; a plan does so itself."""


def run_report(workspace: Workspace, name: str, scope: Scope) -> Report:
    """Make a report.

    :param name: one of :data:`REPORTS`.
    :param scope: what it is about; with ``compare`` the report of that period is held against it.
    :raises UsageError: for a name or a combination that makes no sense.
    :raises NotFound: for a pipeline, rep or team that does not exist.
    """
    if name not in REPORTS:
        raise UsageError(
            tr("No report is called {name!r}.").format(name=name),
            tr("There are {names}.").format(names=", ".join(REPORTS)),
        )
    if name == "probability" and scope.as_of is None:
        from funnel_tui.services.reports.probability import prepare

        prepare(workspace)
    with workspace.read() as reader:
        return report_in(workspace, reader, name, scope)


def report_in(workspace: Workspace, reader: Reader, name: str, scope: Scope) -> Report:
    """Make a report in a read transaction that is already open; see :func:`run_report`."""
    return telling_instant(workspace, reader, _report(workspace, reader, name, scope))


def telling_instant(workspace: Workspace, reader: Reader, report: Report) -> Report:
    """The report, with a note where it is as of a future instant, or of one before the first deal."""
    if report.scope.as_of is None:
        return report
    from funnel_tui.services.reports import instants

    zone = ZoneInfo(read_settings(reader).time_zone)
    return instants.telling_instant(report, reader, workspace.clock(), zone)


def _report(workspace: Workspace, reader: Reader, name: str, scope: Scope) -> Report:
    if scope.by is GroupBy.REASON and name != "losses":
        raise UsageError(
            tr("The report {name} cannot be split by reason.").format(name=name), tr("Only losses can.")
        )
    if scope.by is GroupBy.WEEK and name not in _WEEKLY:
        raise UsageError(
            tr("The report {name} cannot be split by week.").format(name=name),
            tr("Only activity and steps can."),
        )
    make = _maker(name)
    needs_pipeline = name not in _WEEKLY

    def made(scope: Scope) -> Report:
        return make(look_up(workspace, reader, scope, needs_pipeline=needs_pipeline))

    seen = look_up(workspace, reader, scope, needs_pipeline=needs_pipeline)
    now = nothing.telling_why(make(seen), local_day(seen.as_of, seen.zone), made)
    if scope.compare is None or name in _LISTS:
        return now
    from funnel_tui.services.reports.comparing import compared

    def held_against(now: Report, then: Report) -> Report:
        return compared(nothing.telling_nothing_to_hold(now, then), then)

    other = scope.with_(period=scope.compare, compare=None)
    looking = look_up(workspace, reader, other, needs_pipeline=needs_pipeline)
    # What is open is a snapshot: it is held against the one at the end of the other period.
    end = min(scope.compare.bounds(looking.zone)[1] - 1, now.as_of)
    if name in _SNAPSHOTS:
        return held_against(now, make(look_up(workspace, reader, other.with_(as_of=end))))
    now = _telling_rest(now, looking.zone)
    if name == "metrics":
        from funnel_tui.services.reports.metrics import metrics_report

        then = metrics_report(looking, look_up(workspace, reader, other.with_(as_of=end)))
        return held_against(now, then)
    return held_against(now, make(looking))


def _maker(name: str) -> Callable[[Looking], Report]:
    """What makes a report: ``funnel_report`` in the module ``funnel``, and so on.

    Each is imported when it is asked for: whoever needs one of them, or only the scope looked up, need not
    wait for a dozen.
    """
    make: Callable[[Looking], Report] = getattr(import_module(f"{__name__}.{name}"), f"{name}_report")
    return make


def _telling_rest(report: Report, zone: ZoneInfo) -> Report:
    note = rest_words(report, zone)
    return replace(report, notes=(*report.notes, note)) if note else report


def rest_words(report: Report, zone: ZoneInfo) -> str:
    """That the period is not over yet: held against a whole one it must fall short. Empty where it is."""
    period = report.scope.period
    today = local_day(report.as_of, zone)
    endless = period.kind is PeriodKind.ALL
    if endless or not period.start <= today < period.last or report.scope.compare is None:
        return ""
    left = (period.last - today).days
    return said_n(
        "{period} has {left} more day to go; {other} is whole.",
        "{period} has {left} more days to go; {other} is whole.",
        left,
        period=period.label,
        left=left,
        other=report.scope.compare.label,
    )


def __getattr__(name: str) -> Any:
    """The deals behind a figure, imported when they are asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.behind"), name)


__all__ = [
    "REPORTS",
    "DealLine",
    "DealsBehind",
    "deal_lines",
    "deals_behind",
    "report_in",
    "rest_words",
    "run_report",
    "telling_instant",
]
