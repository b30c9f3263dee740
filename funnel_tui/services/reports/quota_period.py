"""Which period quotas and forecasts are about, and a scope looked up for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from funnel_tui.db import Reader
from funnel_tui.domain.period import Period, PeriodKind, day_number, days_of, local_day
from funnel_tui.domain.quotas import period_between
from funnel_tui.domain.said import said
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.queries.quotas import goals_between
from funnel_tui.services.reports.looking import Looking, look_up, period_words
from funnel_tui.services.workspace import Workspace


def present_period(reader: Reader, settings: TeamSettings, today: date, as_of: int) -> Period:
    """The period that quotas are reviewed for when none is asked for: the present quarter.

    Where no quota is set for the quarter, but for another period that today lies in, it is the one that most
    quotas are set for; the shortest of these if they are equally many.
    """
    quarter = Period.containing(today, PeriodKind.QUARTER, settings.fiscal_start)
    day = day_number(today)
    spans = Counter(
        (goal[2], goal[3]) for goal in goals_between(reader, day, day + 1, as_of) if goal[5] is not None
    )
    if not spans or days_of(quarter) in spans:
        return quarter
    best = max(spans, key=lambda span: (spans[span], span[0] - span[1]))
    return period_between(*best, settings.fiscal_start)


def settle_period(looking: Looking) -> tuple[Looking, str | None]:
    """The same scope with a period, and a sentence when it had none.

    :returns: with one span per pipeline, not split: the rows of quotas and forecasts are split by us.
    """
    scope, note = looking.scope, None
    if scope.period.kind is PeriodKind.ALL:
        period = present_period(
            looking.reader, looking.settings, local_day(looking.as_of, looking.zone), looking.as_of
        )
        scope = scope.with_(period=period)
        note = said(
            "No period was asked for: this is {period}, the present one (--period names another).",
            period=period.label,
        )
    found = in_periods(looking, [scope.period])
    words = {**looking.words, "period": period_words(scope.period)}
    return replace(found, scope=scope, words=words), note


def period_meant(workspace: Workspace, name: str, scope: Scope) -> Period:
    """The period that a report is about when none is asked for: what it says in its title.

    :param name: ``quotas``: the present period; or ``forecast``: from the present quarter on.
    :param scope: of all time.
    """
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope)
        if name == "quotas":
            return settle_period(looking)[0].scope.period
        from funnel_tui.services.reports.forecast_figures import ForecastFigures

        return ForecastFigures(looking, None).horizon


def in_periods(looking: Looking, periods: Sequence[Period]) -> Looking:
    """The same with these periods as the spans of every pipeline, numbered in order."""
    spans = tuple((number, *period.bounds(looking.zone)) for number, period in enumerate(periods))
    selections = tuple(replace(one, spans=spans, split=None) for one in looking.selections)
    return replace(looking, selections=selections)
