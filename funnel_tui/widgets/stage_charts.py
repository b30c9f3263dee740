"""The two charts of the Stages screen: by number of deals and by amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Report
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr
from funnel_tui.widgets.drawing import Bar, Chart, number_of
from funnel_tui.widgets.figures import short_money, snapshot_words

_FIGURES = {
    "funnel": (
        ("reached", tr("Deals that reached each stage")),
        ("reached_amount", tr("What they are worth")),
    ),
    "active": (("deals", tr("Deals in each stage")), ("amount", tr("What they are worth"))),
}
_LOSSES = (
    (("passed", "lost_from"), tr("Deals that passed each stage and were lost from it")),
    (("passed_amount", "lost_from_amount"), tr("What they are worth")),
)


def stage_charts(report: Report) -> list[Chart]:
    """By number and by amount; with a compared period two bars per stage, of losses passed and lost."""
    if report.name == "losses":
        return [_pair(report, figures, title) for figures, title in _LOSSES]
    earlier = None if report.compared is None else {row["stage"]: row for row in report.compared.rows}
    return [_chart(report, figure, title, earlier) for figure, title in _FIGURES[report.name]]


def _pair(report: Report, figures: Sequence[str], title: str) -> Chart:
    """Two figures of each stage beside each other."""
    bars = []
    currency = ""
    for row in report.rows:
        values = [row[figure] for figure in figures]
        currency = next((value.currency for value in values if isinstance(value, Money)), currency)
        bars.append(Bar(row["stage"], tuple(map(number_of, values)), tuple(map(_text, values))))
    return Chart(f"{title}, {currency}" if currency else title, (tr("passed"), tr("lost from")), tuple(bars))


def _chart(report: Report, figure: str, title: str, earlier: Mapping[str, Any] | None) -> Chart:
    bars = []
    currency = ""
    for row in report.rows:
        values = [row[figure]]
        if earlier is not None:
            values.append(earlier.get(row["stage"], {}).get(figure))
        currency = next((value.currency for value in values if isinstance(value, Money)), currency)
        bars.append(Bar(row["stage"], tuple(map(number_of, values)), tuple(map(_text, values))))
    now = report.name == "active"  # a snapshot is of a moment, whatever the period
    series = [tr("now") if now else report.scope.period.label]
    if report.compared is not None:
        period = report.compared.scope.period
        series.append(snapshot_words(period) if now else period.label)
    return Chart(f"{title}, {currency}" if currency else title, tuple(series), tuple(bars))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return short_money(value) if isinstance(value, Money) else count_text(value)
