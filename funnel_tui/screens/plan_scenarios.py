"""Scenarios side by side as a table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Report
from funnel_tui.domain.shown import NO_VALUE, percent_text
from funnel_tui.screens.plan_rows import decimal
from funnel_tui.widgets.figures import short_money
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.quota_figures import Figure, FigureRows

_COLUMNS = (
    GridColumn("scenario", "Scenario", 24, least=14, right=False, stretch=True),
    GridColumn("period", "Period", 8, least=7, right=False, rank=7),
    GridColumn("target", "Target", 9, least=7, rank=1),
    GridColumn("prospects", "Prospects", 9, least=7, brief="Prosp.", rank=3),
    GridColumn("chain", "Chain", 7, least=7, rank=2),
    GridColumn("wins", "Wins", 6, least=5),
    GridColumn("money", "Money", 8, least=6),
    GridColumn("money_per_day", "Money/day", 9, least=7, brief="/day", rank=4),
    GridColumn("prospects_needed", "Needed", 7, least=6, rank=5),
    GridColumn("reps_needed", "Reps", 5, least=4, rank=6),
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
