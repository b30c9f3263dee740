"""Why a report is empty, in words: the filter, the rep or team, or the period.

The database is asked again only when there is nothing in a report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from funnel_tui.domain.period import PeriodKind
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import said
from funnel_tui.domain.scope import Scope

_COUNTED: Mapping[str, tuple[str, ...]] = {
    "metrics": ("deals_open", "won", "lost"),
    "funnel": ("reached",),
    "active": ("deals",),
    "losses": ("passed", "lost_from", "deals"),
    "reasons": ("deals",),
    "volume": ("won",),
    "stuck": ("deal",),
    "activity": ("done", "planned"),
    "followups": ("visits",),
    "steps": ("calls", "meetings", "proposals", "contracts", "paid"),
    "quotas": ("won", "pipeline"),
    "forecast": ("deals", "closed"),
    "probability": ("deal",),
    "change": ("deals",),
}
"""The figures of each report that say whether there is anything in it."""

_TIMELESS = {"active", "stuck", "followups", "forecast", "probability", "quotas", "change"}
"""Reports of what is open, or that may be of a period to come; ``change`` says itself what its period is."""
_OF_INTERACTIONS = {"activity", "steps", "followups"}


def is_empty(report: Report) -> bool:
    """Whether nothing is in a report: no deal, no interaction."""
    names = _COUNTED.get(report.name)
    if names is None:
        return False
    return not any(_is_some(row.get(name)) for row in report.rows for name in names)


def _is_some(value: Any) -> bool:
    return bool(getattr(value, "minor", value))


def telling_why(report: Report, today: date, made: Callable[[Scope], Report]) -> Report:
    """The report; an empty one with a note that says why there is nothing in it.

    :param today: the day of as-of for the team.
    :param made: makes the same report of another scope.
    """
    if not is_empty(report):
        return report
    note = _why(report, today, made)
    if not note:
        return report
    first = bool(report.scope.where.strip())  # which filter it is stands before what is said of it
    return replace(report, notes=(*report.notes[:first], note, *report.notes[first:]))


def _why(report: Report, today: date, made: Callable[[Scope], Report]) -> str | None:
    scope = report.scope
    period = scope.period
    in_time = period.kind is not PeriodKind.ALL and report.name not in _TIMELESS
    if in_time and period.start > today:
        return said("{period} has not begun yet.", period=period.label)
    if scope.where.strip() and not is_empty(made(scope.with_(where=""))):
        if report.name in _OF_INTERACTIONS:
            return said("Nothing in this report matches the filter; without it there is something.")
        return said("No deal in this report matches the filter; without it there are some.")
    who = scope.owner or scope.team
    if who and not is_empty(made(scope.with_(owner=None, team=None))):
        return said("Nothing in this report is of {who}; of others there is something.", who=who)
    if in_time:
        return said("There is nothing in {period}.", period=period.label)
    return None


def telling_nothing_to_hold(now: Report, then: Report) -> Report:
    """The report, with a note where nothing is in the one that it is held against."""
    if not is_empty(then) or now.scope.compare is None:
        return now
    note = said("There is nothing in {period} to hold this against.", period=now.scope.compare.label)
    return replace(now, notes=(*now.notes, note))
