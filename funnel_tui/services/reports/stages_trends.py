"""The last twelve months: each step's conversion, what was won and by whom, days from the first contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period, add_months, local_day
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy
from funnel_tui.services.reports.funnel import funnel_report
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.reports.volume import split_volume
from funnel_tui.services.workspace import Workspace

MONTHS = 12
FIRST_DAY = date(1901, 1, 1)
"""Before it there are no periods."""


@dataclass(frozen=True, slots=True)
class StepTrend:
    """The conversions of the deals created in each month.

    :param steps: the report with a row per month and stage.
    :param rows: the same by month and stage.
    """

    scope: Scope
    months: tuple[str, ...]
    stages: tuple[str, ...]
    steps: Report
    rows: Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class WonTrend:
    """What was won in each month.

    :param whole: the report with a row per month.
    :param split: the same report with the scope that has a row per month and rep, but without its rows.
    :param reps: those who won anything, the most first.
    :param worth: deals won and what they brought, in minor units of ``currency``, by number of the month and
        rep; nothing where nothing was won.
    """

    scope: Scope
    months: tuple[str, ...]
    reps: tuple[str, ...]
    whole: Report
    split: Report
    worth: Mapping[tuple[int, str], tuple[int, int]]
    currency: str

    def brought(self, rep: str, month: int | None = None) -> tuple[int, Money | None]:
        """Deals that a rep won in a month, or in all of them, and their sum; None where none was won."""
        months = range(len(self.months)) if month is None else (month,)
        own = [self.worth[at, rep] for at in months if (at, rep) in self.worth]
        if not own:
            return 0, None
        return sum(deals for deals, _ in own), Money(sum(minor for _, minor in own), self.currency)


def last_months(workspace: Workspace, scope: Scope) -> Period:
    """The twelve months up to the end of the period, or up to now where that is still to come."""
    settings = workspace.settings()
    as_of = workspace.clock() if scope.as_of is None else scope.as_of
    today = local_day(as_of, ZoneInfo(settings.time_zone))
    last = min(max(scope.period.last, FIRST_DAY), today)
    end = add_months(last, 1)
    return Period.days(add_months(last, 1 - MONTHS), end - timedelta(days=1), settings.fiscal_start)


def step_trend(workspace: Workspace, scope: Scope) -> StepTrend:
    """Read each step's conversion by the month the deals were created in (METRICS 2, default of trends)."""
    asked = scope.with_(
        period=last_months(workspace, scope), compare=None, by=GroupBy.MONTH, cohort=Cohort.CREATED
    )
    with workspace.read() as reader:
        steps = funnel_report(look_up(workspace, reader, asked), with_days=False, brief=True)
    rows = {(str(row["month"]), str(row["stage"])): row for row in steps.rows}
    stages = tuple(dict.fromkeys(stage for _, stage in rows))
    return StepTrend(asked, _names(asked.period), stages, steps, rows)


def won_trend(workspace: Workspace, scope: Scope) -> WonTrend:
    """Read what was won by month, altogether and by each rep."""
    asked = scope.with_(period=last_months(workspace, scope), compare=None, by=None, cohort=None)
    with workspace.read() as reader:
        whole, worth = split_volume(look_up(workspace, reader, asked.with_(by=GroupBy.REP)))
    sums: dict[str, int] = {}
    for (_, rep), (_, minor) in worth.items():
        sums[rep] = sums.get(rep, 0) + minor
    reps = tuple(sorted(sums, key=lambda rep: (-sums[rep], rep.casefold())))
    split = replace(whole, scope=asked.with_(by=GroupBy.REP))
    currency = str(whole.scope_words["currency"])
    return WonTrend(asked, _names(asked.period), reps, whole, split, worth, currency)


def _names(period: Period) -> tuple[str, ...]:
    return tuple(month.name for month in period.months())
