"""What the keys of the Quotas screen do beside looking: set, adjust, narrow, export."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, PeriodKind, local_day
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.language import tr
from funnel_tui.screens import scoping
from funnel_tui.screens.quotas_words import name_of
from funnel_tui.services.reports.forecast_behind import CATEGORY_WORDS

if TYPE_CHECKING:
    from funnel_tui.screens.quotas_keys import QuotasKeys
    from funnel_tui.services.reports.adjustment_rows import AdjustedLine, AdjustedView

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


def edit(screen: QuotasKeys) -> None:
    """Adjust the forecast of the row; in the other views set quotas, beginning with the period shown."""
    found = _adjusted_line(screen)
    if found is not None:
        from funnel_tui.screens.quotas_adjustments import adjust

        adjust(screen, *found)
        return
    from funnel_tui.screens.quotas_grid import QuotaGridScreen

    scope = screen.funnel.scope
    period = scope.period if scope is not None else scoping.default_scope(screen.funnel.workspace).period
    if period.kind is PeriodKind.ALL:
        period = scoping.default_scope(screen.funnel.workspace).period
    screen.app.push_screen(QuotaGridScreen(period))


def show_revisions(screen: QuotasKeys) -> None:
    """How the quota or the adjustment of the row came about; of all quotas on the row of the total."""
    from funnel_tui.screens.quotas_revisions import show_adjustment_revisions, show_quota_revisions
    from funnel_tui.services.reports.quota_screen import QuotaView

    found = _adjusted_line(screen)
    if found is not None:
        adjusted, line = found
        name = name_of(line.holder, line.name)
        show_adjustment_revisions(screen.funnel, line.holder, name, adjusted.period)
        return
    view = screen.figures
    if isinstance(view, QuotaView):
        rows = [row.line for row in (view.teams if screen.asked.by_team else view.rows)]
        own = view.own if screen.row > len(rows) else None
        quota = rows[screen.row] if screen.row < len(rows) else own
        holder = None if quota is None else quota.holder
        # Translators: "History of the quota of all".
        name = tr("all") if quota is None else name_of(quota.holder, quota.name)
        show_quota_revisions(screen.funnel, holder, name, view.period)


def _adjusted_line(screen: QuotasKeys) -> tuple[AdjustedView, AdjustedLine] | None:
    """The adjustments that are shown, and the one of the row under the cursor."""
    from funnel_tui.services.reports.adjustment_rows import AdjustedView

    view = screen.figures
    row = screen.row
    if not isinstance(view, AdjustedView) or not 0 <= row < len(view.lines):
        return None
    return view, view.lines[row]


def narrow(screen: QuotasKeys) -> None:
    """Ask what open deals the forecast is narrowed to."""
    from funnel_tui.dialogs.chooser import Chooser, Entry
    from funnel_tui.services.reports.forecast_screen import ForecastView

    view = screen.figures
    if not isinstance(view, ForecastView):
        return
    entries = [Entry(tr("everything"), about=tr("Take the filters away"), value="all")]
    for kind in ForecastCategory:
        words = CATEGORY_WORDS[kind.value]
        entries.append(
            Entry(words, about=tr("Only open deals of this category"), value=f"category:{kind.value}")
        )
    entries += [
        Entry(code, about=tr("Only open deals in this currency"), value=f"currency:{code}")
        for code in view.currencies
    ]

    def chosen(value: str | None) -> None:
        if value == "all":
            screen.action_widen()
        elif value is not None:
            field, _, wanted = value.partition(":")
            screen.ask_for(screen.asked.with_(**{field: wanted}))

    screen.app.push_screen(Chooser(tr("Forecast: only …"), entries), chosen)


def export(screen: QuotasKeys) -> None:
    """Ask for a file and write what is shown to it."""
    from funnel_tui.screens.exporting import export_report, file_name

    panel = screen.panel
    if panel is None or panel.report is None or panel.nothing:
        screen.notify(tr("There is nothing to export."), markup=False)
        return
    scope = screen.looked_at
    period = scope.period.name if scope is not None else ""
    export_report(screen.funnel, panel.title, file_name(screen.view_name.lower(), period), panel.report)
