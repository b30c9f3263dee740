"""A report held against the same report of another period (METRICS 1, Benchmark)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from funnel_tui.domain.activity import Unit
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import PeriodKind
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said
from funnel_tui.domain.status import GroupBy
from funnel_tui.metrics.benchmark import Benchmark
from funnel_tui.metrics.buckets import buckets

# The figures of each report that a shortfall is told of, as far as they are columns of it.
_FIGURES = {
    "funnel": ("reached",),
    "active": ("deals", "amount"),
    "losses": ("passed", "lost_from", "deals", "amount"),
    "activity": ("done", "conversations"),
    "followups": ("visits", "mean"),
    "steps": ("calls", "meetings", "proposals", "contracts", "paid"),
    "metrics": ("deals_open", "average_won", "close_ratio", "won", "time_to_win_mean", "won_amount"),
}
_SUMS = {"amount", "won_amount"}
"""Amounts that are 0 where there are no deals; an average has no value there."""

_DONE = {"activity", "steps"}
"""Reports that have rows only where something was done or is to be done: a row that is missing counts 0."""
_UNITS = {GroupBy.WEEK: Unit.WEEK, GroupBy.MONTH: Unit.MONTH}

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
    is_complete: bool

    @classmethod
    def of(cls, report: Report) -> _Side:
        """Months stand for each other in their order: the first of one period for the first of the other."""
        headings = [column.name for column in report.columns if column.kind is Kind.TEXT]
        group = report.scope.by.value if report.scope.by is not None else None
        group = group if group in headings else None
        time = _time_column(report)
        places = {name: at for at, name in enumerate(_time_labels(report))}
        return cls(
            {
                tuple(places[row[name]] if name == time else row[name] for name in headings): row
                for row in report.rows
            },
            frozenset(row[group] for row in report.rows) if group else frozenset(),
            group,
            str(report.scope_words["currency"]),
            report.name in _DONE,
        )

    def figure(self, key: Key, column: Column, row: Mapping[str, Any]) -> Any:
        """A figure of a row.

        :param row: the row of either period, for the name of its group.
        """
        if key in self.rows:
            return self.rows[key].get(column.name)
        if self.is_complete:
            return 0 if column.kind is Kind.COUNT else None
        if self.group is None or self.group == GroupBy.MONTH or row[self.group] in self.groups:
            return None
        # The whole group is missing: it has no deals.
        if column.kind is Kind.COUNT:
            return 0
        return Money(0, self.currency) if column.name in _SUMS else None


def _time_column(report: Report) -> str:
    """The column that says which month or week a row is of."""
    return "period" if report.name in _DONE else GroupBy.MONTH.value


def _time_labels(report: Report) -> list[Any]:
    """What stands in that column, in time: all weeks or months of the period, also those without rows."""
    unit = _UNITS.get(report.scope.by) if report.scope.by else None
    if report.name not in _DONE or unit is None:
        return list(dict.fromkeys(row.get(GroupBy.MONTH.value) for row in report.rows))
    labels = [bucket.label for bucket in buckets(report.scope.period, unit)]
    if report.scope.period.kind is PeriodKind.ALL and report.rows:
        # All time begins with the first row; nobody was there in 1900.
        return labels[labels.index(report.rows[0]["period"]) :]
    return labels


def compared(now: Report, then: Report) -> Report:
    """The report with the one of the other period beside it.

    Rows are held against the row of the same stage, rep, reason …, months against each other in their order.
    A group that only one of the periods has counts 0 deals in the other.

    :returns: ``now`` with ``compared`` and ``benchmark`` set: for each row and figure now, then, difference,
        relative difference and shortfall = max(0, then − now), of days max(0, now − then).
    """
    names = _FIGURES.get(now.name, ())
    figures = [column for name in names for column in now.columns if column.name == name]
    headings = [column.name for column in now.columns if column.kind is Kind.TEXT]
    ours, theirs = _Side.of(now), _Side.of(then)
    keys = list(ours.rows)
    by_time = now.scope.by in _UNITS
    if not by_time or now.name in _DONE:
        keys += [key for key in theirs.rows if key not in ours.rows]
    labels = _time_labels(now) if by_time and now.name in _DONE else []
    rows = []
    for key in keys:
        row = ours.rows.get(key) or theirs.rows[key]
        if labels and key not in ours.rows:
            place = key[headings.index("period")]
            if place >= len(labels):
                continue
            row = {**row, "period": labels[place]}
        for column in figures:
            held = _held(column, ours.figure(key, column, row), theirs.figure(key, column, row))
            rows.append({name: row[name] for name in headings} | {"figure": column.name} | held)
    notes = [*now.notes]
    if any(column.kind is Kind.DAYS for column in figures):
        notes.append(
            said("Shortfall is max(0, then − now); of days, of which fewer are better, max(0, now − then).")
        )
    return replace(now, compared=then, benchmark=tuple(rows), notes=tuple(notes))


def _held(column: Column, now: Any, then: Any) -> dict[str, Any]:
    held = {"now": now, "then": then}
    if now is None or then is None:
        return held | {"difference": None, "relative": None, "shortfall": None}
    if isinstance(now, Money):
        pair = Benchmark(now.minor, then.minor)
        difference: Any = Money(int(pair.difference), now.currency)
        shortfall: Any = Money(int(pair.shortfall), now.currency)
    else:
        pair = Benchmark(now, then, less_is_better=column.kind is Kind.DAYS)
        difference, shortfall = pair.difference, pair.shortfall
    return held | {"difference": difference, "relative": pair.relative, "shortfall": shortfall}
