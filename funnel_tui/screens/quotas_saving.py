"""What the keys of the Quotas screen do beside looking: set, adjust, narrow, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, PeriodKind, local_day
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.errors import InvalidInput
from funnel_tui.screens import scoping
from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from funnel_tui.screens.quotas import QuotasScreen
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


def edit(screen: QuotasScreen) -> None:
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


def show_revisions(screen: QuotasScreen) -> None:
    """How the adjustment of the row came about."""
    from funnel_tui.screens.quotas_revisions import show_adjustment_revisions

    found = _adjusted_line(screen)
    if found is not None:
        view, line = found
        show_adjustment_revisions(screen.funnel, line.holder, line.name, view.period)


def _adjusted_line(screen: QuotasScreen) -> tuple[AdjustedView, AdjustedLine] | None:
    """The adjustments that are shown, and the one of the row under the cursor."""
    from funnel_tui.services.reports.adjustment_rows import AdjustedView

    view = screen.figures
    row = screen.row
    if not isinstance(view, AdjustedView) or not 0 <= row < len(view.lines):
        return None
    return view, view.lines[row]


def narrow(screen: QuotasScreen) -> None:
    """Ask what open deals the forecast is narrowed to."""
    from funnel_tui.dialogs.chooser import Chooser, Entry
    from funnel_tui.services.reports.forecast_screen import ForecastView

    view = screen.figures
    if not isinstance(view, ForecastView):
        return
    entries = [Entry("everything", about="Take the filters away", value="all")]
    for kind in ForecastCategory:
        words = kind.value.replace("_", " ")
        entries.append(Entry(words, about="Only open deals of this category", value=f"category:{kind.value}"))
    entries += [
        Entry(code, about="Only open deals in this currency", value=f"currency:{code}")
        for code in view.currencies
    ]

    def chosen(value: str | None) -> None:
        if value == "all":
            screen.action_widen()
        elif value is not None:
            field, _, wanted = value.partition(":")
            screen.ask_for(screen.asked.with_(**{field: wanted}))

    screen.app.push_screen(Chooser("Forecast: only …", entries), chosen)


def export(screen: QuotasScreen) -> None:
    """Ask for a file and write what is shown to it."""
    from funnel_tui.dialogs.report_export import ExportForm, ExportWish
    from funnel_tui.screens.writing import Change, Told, writing_of
    from funnel_tui.services.report_export import FORMATS, format_of, save_report

    panel = screen.panel
    if panel is None or panel.report is None or panel.nothing:
        screen.notify("There is nothing to export.", markup=False)
        return
    make = panel.report
    heading = f"Export: {panel.title}"
    scope = screen.looked_at
    period = scope.period.name if scope is not None else "all"

    def open_form(wish: ExportWish, wrong: dict[str, str]) -> None:
        screen.app.push_screen(ExportForm(heading, wish, FORMATS, wrong), answered)

    def answered(wish: ExportWish | None) -> None:
        if wish is None:
            return
        path = Path(wish.path).expanduser()
        format_ = format_of(path) or wish.format

        def doing(workspace: Workspace) -> Told:
            count = save_report(workspace, make, path, format_=format_, force=wish.force)
            rows = "1 row" if count == 1 else f"{count:,} rows"
            return Told(f"{rows} written to {path}.", written=False)

        def refused(error: InvalidInput) -> None:
            open_form(wish, {"path": str(error)})

        writing_of(screen.funnel).write(Change("Exporting", doing, invalid=refused))

    name = f"{screen.view_name.lower()}-{period.replace('..', '-')}.csv"
    open_form(ExportWish(name, FORMATS[0]), {})
