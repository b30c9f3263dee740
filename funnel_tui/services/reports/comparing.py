"""A report held against the same report of another period (METRICS 1, Benchmark)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.status import GroupBy
from funnel_tui.metrics.benchmark import Benchmark

# The figures of each report that a shortfall is told of, as far as they are columns of it.
_FIGURES = {
    "funnel": ("reached",),
    "active": ("deals", "amount"),
    "losses": ("passed", "lost_from", "deals", "amount"),
    "metrics": ("deals_open", "average_won", "close_ratio", "won", "time_to_win_mean", "won_amount"),
}
_SUMS = {"amount", "won_amount"}
"""Amounts that are 0 where there are no deals; an average has no value there."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """The rows of one period by what they are about.

    :param groups: the reps, sources, reasons … that have rows.
    """

    rows: Mapping[Key, Mapping[str, Any]]
    groups: frozenset[Any]
    group: str | None
    currency: str

    @classmethod
    def of(cls, report: Report) -> _Side:
        """Months stand for each other in their order: the first of one period for the first of the other."""
        headings = [column.name for column in report.columns if column.kind is Kind.TEXT]
        group = report.scope.by.value if report.scope.by is not None else None
        month = GroupBy.MONTH.value
        places = {name: at for at, name in enumerate(dict.fromkeys(row.get(month) for row in report.rows))}
        return cls(
            {
                tuple(places[row[name]] if name == month else row[name] for name in headings): row
                for row in report.rows
            },
            frozenset(row[group] for row in report.rows) if group else frozenset(),
            group,
            str(report.scope_words["currency"]),
        )

    def figure(self, key: Key, column: Column, row: Mapping[str, Any]) -> Any:
        """A figure of a row.

        :param row: the row of either period, for the name of its group.
        """
        if key in self.rows:
            return self.rows[key].get(column.name)
        if self.group is None or self.group == GroupBy.MONTH or row[self.group] in self.groups:
            return None
        # The whole group is missing: it has no deals.
        if column.kind is Kind.COUNT:
            return 0
        return Money(0, self.currency) if column.name in _SUMS else None


def compared(now: Report, then: Report) -> Report:
    """The report with the one of the other period beside it.

    Rows are held against the row of the same stage, rep, reason …, months against each other in their order.
    A group that only one of the periods has counts 0 deals in the other.

    :returns: ``now`` with ``compared`` and ``benchmark`` set: for each row and figure now, then, difference,
        relative difference and shortfall = max(0, then − now).
    """
    names = _FIGURES.get(now.name, ())
    figures = [column for name in names for column in now.columns if column.name == name]
    headings = [column.name for column in now.columns if column.kind is Kind.TEXT]
    ours, theirs = _Side.of(now), _Side.of(then)
    keys = list(ours.rows)
    if now.scope.by is not GroupBy.MONTH:
        keys += [key for key in theirs.rows if key not in ours.rows]
    rows = []
    for key in keys:
        row = ours.rows.get(key) or theirs.rows[key]
        for column in figures:
            held = _held(ours.figure(key, column, row), theirs.figure(key, column, row))
            rows.append({name: row[name] for name in headings} | {"figure": column.name} | held)
    return replace(now, compared=then, benchmark=tuple(rows))


def _held(now: Any, then: Any) -> dict[str, Any]:
    held = {"now": now, "then": then}
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
