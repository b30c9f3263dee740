"""Small changes of the scope: what one key does to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, PeriodKind, local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, Mode
from funnel_tui.language import tr
from funnel_tui.services.scope_view import ScopeView, scope_view
from funnel_tui.services.workspace import Workspace

T = TypeVar("T")


def default_scope(workspace: Workspace) -> Scope:
    """What is looked at when the program opens: the present quarter, beside the one before."""
    settings = workspace.settings()
    today = local_day(workspace.clock(), ZoneInfo(settings.time_zone))
    quarter = Period.containing(today, PeriodKind.QUARTER, settings.fiscal_start)
    return Scope(period=quarter, compare=quarter.previous())


def read_view(workspace: Workspace, scope: Scope | None, before: ScopeView | None = None) -> ScopeView:
    """Read what there is to look at.

    :param scope: None for the one the program opens with.
    :param before: as it was read the last time.
    """
    return scope_view(workspace, scope or default_scope(workspace), before)


def where_words(scope: Scope) -> tuple[str, ...]:
    """Pipeline, and rep or team: what is looked at whatever the period."""
    return (*scope.pipelines, scope.owner or scope.team or tr("everybody"))


def stepped(scope: Scope, steps: int) -> Scope:
    """The period moved on (negative: back); a compared one goes with it and keeps its distance."""
    return with_period(scope, scope.period.shifted(steps), steps)


def with_period(scope: Scope, period: Period, steps: int = 0) -> Scope:
    """Another period; the compared one stays the previous, the year before, or moves ``steps`` along."""
    compare = scope.compare
    if compare is not None:
        if compare == scope.period.previous():
            compare = period.previous()
        elif compare == scope.period.year_before():
            compare = period.year_before()
        else:
            compare = compare.shifted(steps)
    return scope.with_(period=period, compare=compare)


def at_last_data(scope: Scope, last: date) -> Scope:
    """The period of the same kind that holds the last day with data."""
    kind = scope.period.kind
    if kind in {PeriodKind.ALL, PeriodKind.RANGE}:
        kind = PeriodKind.QUARTER
    return with_period(scope, Period.containing(last, kind, scope.period.fiscal_start))


def next_compare(scope: Scope) -> Scope:
    """None, then the previous period, then the same a year before, then none again."""
    period = scope.period
    choices: list[Period | None] = [None, period.previous()]
    if period.year_before() not in choices:
        choices.append(period.year_before())
    if period.kind is PeriodKind.ALL:
        choices = [None]
    return scope.with_(compare=_after(choices, scope.compare))


def next_cohort(scope: Scope) -> Scope:
    """Deals closed in the period, created in it, entering the stage in it."""
    return scope.with_(cohort=_after(list(Cohort), scope.cohort or Cohort.CLOSED))


def next_mode(scope: Scope) -> Scope:
    """Stages reached, visited, or passed straight."""
    return scope.with_(mode=_after(list(Mode), scope.mode))


def next_pipeline(scope: Scope, pipelines: Sequence[str]) -> Scope:
    """The next pipeline in use."""
    if not pipelines:
        return scope
    now = scope.pipelines[0] if scope.pipelines else pipelines[0]
    return scope.with_(pipelines=(_after(list(pipelines), now),))


def _after(choices: Sequence[T], now: T) -> T:
    at = choices.index(now) if now in choices else -1
    return choices[(at + 1) % len(choices)]
