"""Figures of the Stages screen: explained, with the deals behind them, as charts and notes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text
from textual.containers import Horizontal

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.report import Report
from funnel_tui.domain.shown import clean
from funnel_tui.domain.status import GroupBy
from funnel_tui.language import tr, trn
from funnel_tui.widgets.lines import before_key
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.stage_figures import Spot
from funnel_tui.widgets.stage_grid import Window
from funnel_tui.widgets.stage_tables import Place

if TYPE_CHECKING:
    from funnel_tui.screens.base import FunnelScreen
    from funnel_tui.screens.stages_panels import Panel as Panel
    from funnel_tui.screens.stages_views import PanelFound as PanelFound

WHOLE = tr("whole funnel")


def explain_place(report: Report, place: Place) -> Explanation | None:
    """A figure of the funnels or of the losses explained."""
    from funnel_tui.services.reports.explaining import explain

    if place.column is None:
        return None
    shown = report.compared if place.before and report.compared is not None else report
    where = place.reason or place.stage or WHOLE
    if place.reason is not None:
        shown = _by_reason(shown)
    period = f" · {shown.scope.period.label}" if place.before else ""
    return explain(
        shown,
        place.column,
        place.row,
        where=f"{where}{period}",
        sample=place.sample,
        has_deals=True,
    )


def _by_reason(report: Report) -> Report:
    """The losses as they are told by reason: what the command must ask for."""
    from dataclasses import replace

    return replace(report, scope=report.scope.with_(by=GroupBy.REASON))


def open_behind(screen: FunnelScreen[None], report: Report, place: Place | None, spot: Spot | None) -> None:
    """List the deals behind a figure, or say that there are none to list."""
    if spot is not None and spot.behind is not None:
        _open(screen, spot.behind)
    elif place is not None and place.reason is not None:
        from funnel_tui.services.reports.stages_behind import reason_behind

        _open(
            screen,
            partial(reason_behind, scope=report.scope.with_(cohort=None), stage=None, reason=place.reason),
        )
    elif place is not None:
        from funnel_tui.screens.behind import BehindScreen

        shown = report.compared if place.before and report.compared else report
        screen.app.push_screen(BehindScreen(shown.scope, place.figure, place.stage, report.name))
    else:
        screen.notify(tr("Choose a figure to see its deals."), markup=False)


def _open(screen: FunnelScreen[None], behind: Any) -> None:
    from funnel_tui.screens.quotas_behind import FigureDealsScreen

    screen.app.push_screen(FigureDealsScreen(behind))


def panel_notes(panel: Panel, *, short: bool, width: int) -> tuple[str, ...]:
    """What a reader must know of a further view.

    :param short: one line; the rest is in the help, and the line says so.
    :param width: cells of a line.
    """
    first, *rest = panel.notes or ("",)
    if not short:
        return (first, " ".join(rest))
    if not rest:
        return (first,)
    more = with_keys(trn("{n} more note: {help}", "{n} more notes: {help}", len(rest)), n=len(rest))
    return (before_key(first, more, width),)


def fitting_words(panel: Panel, console: Console, width: int, room: int) -> str:
    """The sentences under a table, as many whole ones as there is room for; the last line counts the others.

    :param width: cells of a line; ``room`` is how many lines there are.
    """
    sentences = [Text(clean(words)) for words in panel.words]
    heights = [len(sentence.wrap(console, max(1, width))) for sentence in sentences]
    if sum(heights) <= room:
        return "\n".join(sentence.plain for sentence in sentences)
    fit, left = [], room - 1
    for sentence, height in zip(sentences, heights, strict=True):
        if height > left:
            break
        fit.append(sentence.plain)
        left -= height
    rest = len(sentences) - len(fit)
    more = with_keys(trn("{n} more sentence: press {help}", "{n} more sentences: press {help}", rest), n=rest)
    return "\n".join((*fit, more))


def window_words(window: Window, things: str) -> str:
    """Which columns are in view, where not all are."""
    if window.last - window.first + 1 >= window.total:
        return ""
    left = "‹ " if window.first > 1 else ""
    right = " ›" if window.last < window.total else ""
    words = tr("{things} {first}–{last} of {all}").format(
        things=things, first=window.first, last=window.last, all=window.total
    )
    return f"{left}{words}{right} · "


async def draw_charts(box: Horizontal, charts: Sequence[Any]) -> None:
    """Show bars and lines side by side; those that are there already are drawn anew."""
    from funnel_tui.widgets.charts import BarChart
    from funnel_tui.widgets.drawing import Chart
    from funnel_tui.widgets.stage_lines import LineChart

    kinds = [BarChart if isinstance(chart, Chart) else LineChart for chart in charts]
    if [type(child) for child in box.children] != kinds:
        await box.remove_children()
        await box.mount(*(kind(chart) for kind, chart in zip(kinds, charts, strict=True)))
        return
    for chart, child in zip(charts, box.children, strict=True):
        child.draw(chart)  # type: ignore[attr-defined]
