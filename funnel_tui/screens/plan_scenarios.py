"""Scenarios side by side as a table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Report
from funnel_tui.domain.shown import NO_VALUE, percent_text
from funnel_tui.language import tr
from funnel_tui.screens.plan_rows import decimal
from funnel_tui.widgets.figures import short_money
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.quota_figures import Figure, FigureRows

_COLUMNS = (
    GridColumn("scenario", tr("Scenario"), 24, least=14, right=False, stretch=True),
    # Translators: at most 8 cells
    GridColumn("period", tr("Period"), 8, least=7, right=False, rank=7),
    # Translators: at most 9 cells
    GridColumn("target", tr("Target"), 9, least=7, rank=1),
    # Translators: "Prospects" at most 9 cells, "Prosp." at most 7
    GridColumn("prospects", tr("Prospects"), 9, least=7, brief=tr("Prosp."), rank=3),
    # Translators: at most 7 cells: all steps of the funnel together
    GridColumn("chain", tr("Chain"), 7, least=7, rank=2),
    # Translators: at most 7 cells
    GridColumn("wins", tr("Wins"), 7, least=7),
    # Translators: at most 8 cells
    GridColumn("money", tr("Money"), 8, least=6),
    # Translators: "Money/day" at most 9 cells, "/day" at most 7
    GridColumn("money_per_day", tr("Money/day"), 9, least=7, brief=tr("/day"), rank=4),
    # Translators: at most 7 cells: how many prospects are needed
    GridColumn("prospects_needed", tr("Needed"), 7, least=6, rank=5),
    # Translators: at most 5 cells: how many reps are needed
    GridColumn("reps_needed", tr("Reps"), 5, least=4, rank=6),
)


def scenario_rows(report: Report) -> FigureRows:
    """The rows: the plan that is shown, then each scenario."""
    return FigureRows(_COLUMNS, [partial(_row, row, at) for at, row in enumerate(report.rows)])


def _row(row: Mapping[str, Any], at: int) -> list[Figure]:
    look = "plain" if at else "strong"
    return [Figure(_text(column.key, row.get(column.key)), look) for column in _COLUMNS]


def _text(key: str, value: Any) -> str:
    if value is None:
        return NO_VALUE
    if isinstance(value, Money):
        return short_money(value)
    if isinstance(value, str):
        return value
    return percent_text(value) if key == "chain" else decimal(value)
