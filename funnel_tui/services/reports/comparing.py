"""A report held against the same report of another period (METRICS 1, Benchmark)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Kind, Report
from funnel_tui.metrics.benchmark import Benchmark

# The figure of each report that a shortfall is told of.
_FIGURES = {
    "funnel": ("reached",),
    "active": ("deals", "amount"),
    "losses": ("passed", "lost_from"),
    "metrics": ("deals_open", "average_won", "close_ratio", "won", "time_to_win_mean", "won_amount"),
}


def compared(now: Report, then: Report) -> Report:
    """The report with the one of the other period beside it.

    :returns: ``now`` with ``compared`` and ``benchmark`` set: for each row and figure now, then, difference,
        relative difference and shortfall = max(0, then − now).
    """
    figures = _FIGURES.get(now.name, ())
    headings = [column.name for column in now.columns if column.kind is Kind.TEXT]
    before = {_heading(row, headings): row for row in then.rows}
    rows = [
        _held(row, before.get(_heading(row, headings), {}), headings, figure)
        for row in now.rows
        for figure in figures
    ]
    return replace(now, compared=then, benchmark=tuple(rows))


def _heading(row: Mapping[str, Any], headings: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in headings)


def _held(
    row: Mapping[str, Any], before: Mapping[str, Any], headings: Sequence[str], figure: str
) -> dict[str, Any]:
    now, then = row.get(figure), before.get(figure)
    held: dict[str, Any] = {name: row[name] for name in headings}
    held |= {"figure": figure, "now": now, "then": then}
    if now is None or then is None:
        return held | {"difference": None, "relative": None, "shortfall": None}
    if isinstance(now, Money):
        pair = Benchmark(now.minor, then.minor)
        difference: Any = Money(int(pair.difference), now.currency)
        shortfall: Any = Money(int(pair.shortfall), now.currency)
    else:
        pair = Benchmark(now, then)
        difference, shortfall = pair.difference, pair.shortfall
    return held | {"difference": difference, "relative": pair.relative, "shortfall": shortfall}
