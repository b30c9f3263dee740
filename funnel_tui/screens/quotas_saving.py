"""What the keys of the Quotas screen do beside looking: set, adjust, narrow, export."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, PeriodKind, local_day
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.screens import scoping

if TYPE_CHECKING:
    from funnel_tui.screens.quotas import QuotasScreen

SPANS = (PeriodKind.QUARTER, PeriodKind.YEAR, PeriodKind.MONTH)


def next_span(scope: Scope, now: int, settings: TeamSettings) -> Scope:
    """The year, then the month, then the quarter: the present one where the period holds today.

    :param now: epoch seconds.
    """
    today = local_day(now, ZoneInfo(settings.time_zone))
    kind = scope.period.kind
    after = SPANS[(SPANS.index(kind) + 1) % len(SPANS)] if kind in SPANS else PeriodKind.QUARTER
    period = scope.period
    day = today if period.start <= today <= period.last else period.last
    return scoping.with_period(scope, Period.containing(day, after, settings.fiscal_start))


def edit(screen: QuotasScreen) -> None:
    """Set quotas in the grid, beginning with the period that is looked at."""
    from funnel_tui.screens.quotas_grid import QuotaGridScreen

    scope = screen.funnel.scope
    period = scope.period if scope is not None else scoping.default_scope(screen.funnel.workspace).period
    if period.kind is PeriodKind.ALL:
        period = scoping.default_scope(screen.funnel.workspace).period
    screen.app.push_screen(QuotaGridScreen(period))
