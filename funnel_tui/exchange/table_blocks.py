"""The parts of a report as blocks of a table: what each cell says to people, and what is dimmed.

How wide the columns are, and which are left out, is up to :mod:`funnel_tui.exchange.aligned`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.shown import (
    NO_VALUE,
    clean,
    count_text,
    days_text,
    money_text,
    number_text,
    percent_text,
)
from funnel_tui.exchange.reasons import reasons_text
from funnel_tui.exchange.row_words import row_word
from funnel_tui.language import tr

LARGE = 10_000
"""From this many whole units on, a column of amounts is shown without decimals; CSV and JSON are exact."""


@dataclass(slots=True)
class Block:
    """Rows under one heading.

    :param texts: what each cell says, row by row.
    :param dimmed: which of them are ratios of too few deals (METRICS M6).
    """

    columns: list[Column]
    texts: list[list[str]]
    dimmed: list[list[bool]]


def is_single(report: Report) -> bool:
    """Whether the report is one row of many figures, which reads better downwards."""
    return len(report.rows) == 1 and all(not column.is_text for column in report.columns)


def upright(report: Report, currency: str | None) -> Block:
    """A report of one row: one line per figure; with a compared period its figures stand beside them."""
    parts = [report] if report.compared is None else [report, report.compared]
    blocks = [block_of(part.columns, part.rows, currency, part.small_n) for part in parts]
    heads = [tr("Value")] if len(parts) == 1 else [part.scope.period.label for part in parts]
    columns = [
        Column("figure", Kind.TEXT, tr("Figure")),
        *(Column(f"value_{index}", Kind.COUNT, head) for index, head in enumerate(heads)),
    ]
    texts, dimmed = [], []
    for index, column in enumerate(report.columns):
        texts.append([column.title, *(block.texts[0][index] if block.texts else "" for block in blocks)])
        dimmed.append([False, *(block.dimmed[0][index] if block.dimmed else False for block in blocks)])
    return Block(columns, texts, dimmed)


def block_of(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], currency: str | None, small_n: int
) -> Block:
    """Rows of a report, or its totals.

    :param currency: the currency that the table names once; None where each amount names its own.
    :param small_n: under this n a ratio is dimmed.
    """
    names = {column.name for column in columns}
    whole = {
        column.name
        for column in columns
        if column.kind is Kind.MONEY and _in_units(row.get(column.name) for row in rows)
    }
    texts, dimmed = [], []
    for row in rows:
        line, dims = [], []
        for column in columns:
            value = row.get(column.name)
            text = _shown(column, value, currency, decimals=column.name not in whole)
            n = row.get(column.sample) if column.sample else None
            if isinstance(n, int) and column.sample not in names and value is not None:
                text = f"{text} ({count_text(n)})"
            line.append(text)
            dims.append(isinstance(n, int) and value is not None and n < small_n)
        texts.append(line)
        dimmed.append(dims)
    return Block(list(columns), texts, dimmed)


def _shown(column: Column, value: Any, currency: str | None, *, decimals: bool) -> str:
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return tr("yes") if value else ""
    if column.kind is Kind.REASONS:
        return reasons_text(value) or NO_VALUE
    if isinstance(value, list | tuple):
        return " ".join(_shown(column, item, currency, decimals=decimals) for item in value)
    if isinstance(value, Money):
        return money_text(value, decimals=decimals, currency=currency is None)
    if column.kind is Kind.RATIO:
        return percent_text(value)
    if column.kind is Kind.SCORE:
        return number_text(value, 3)
    if column.kind is Kind.DAYS or isinstance(value, Fraction):
        return days_text(value)
    return count_text(value) if isinstance(value, int) else clean(row_word(column.name, str(value)))


def records(report: Report, columns: Sequence[Column], currency: str | None) -> Block:
    """Several cases side by side, one line per figure."""
    cases = [report.totals[column.name] or {} for column in columns]
    texts = []
    for name in cases[0]:
        values = [case.get(name) for case in cases]
        whole = _in_units(values)
        kind = Kind.RATIO if name == "chain" else Kind.COUNT
        figure = Column(name, kind, _FIGURES.get(name, name))
        shown = [_shown(figure, _whole(value), currency, decimals=not whole) for value in values]
        texts.append([figure.title, *shown])
    heads = [Column(column.name, Kind.COUNT, column.title) for column in columns]
    return Block(
        [Column("figure", Kind.TEXT, tr("Figure")), *heads],
        texts,
        [[False] * (len(heads) + 1) for _ in texts],
    )


_FIGURES = {
    "wins": tr("Wins"),
    "money": tr("Money"),
    "money_per_day": tr("Money per day"),
    "prospects": tr("Prospects"),
    "chain": tr("Chain"),
    "size": tr("Size"),
    "cycle_days": tr("Cycle days"),
    "prospects_needed": tr("Prospects needed"),
}
"""The figures of a case, as they are called in a table."""


def _whole(value: Any) -> Any:
    """A number of things without decimals where it has none."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def _in_units(values: Iterable[Any]) -> bool:
    """Whether amounts go without decimals: all are whole, or one is so large that cents say nothing."""
    amounts = [abs(value.major) for value in values if isinstance(value, Money)]
    return all(amount.denominator == 1 for amount in amounts) or max(amounts) >= LARGE


def benchmark(report: Report, currency: str | None) -> Block:
    """Now, then and the difference of each figure, every row in the unit of its figure."""
    figures = {column.name: column for column in report.columns}
    heads = [column for column in report.columns if column.kind is Kind.TEXT]
    columns = [*heads, Column("figure", Kind.TEXT, tr("Figure"))]
    columns += [Column(name, Kind.COUNT, title) for name, title in _HELD.items()]
    texts = []
    for row in report.benchmark:
        figure = figures[row["figure"]]
        line = [_shown(head, row.get(head.name), currency, decimals=True) for head in heads]
        line.append(figure.title)
        decimals = not _in_units([row["now"], row["then"]])
        for name in _HELD:
            column = _RELATIVE if name == "relative" else figure
            if figure.kind is Kind.RATIO and name in _APART and row[name] is not None:
                line.append(tr("{points} pts").format(points=number_text(Fraction(row[name]) * 100, 1)))
            else:
                line.append(_shown(column, row[name], currency, decimals=decimals))
        texts.append(line)
    return Block(columns, texts, [[False] * len(columns) for _ in texts])


_HELD = {
    "now": tr("Now"),
    "then": tr("Then"),
    "difference": tr("Difference"),
    "relative": tr("Relative"),
    "shortfall": tr("Shortfall"),
}
_APART = ("difference", "shortfall")
"""Of a ratio these are percentage points, not percentages."""
_RELATIVE = Column("relative", Kind.RATIO, tr("Relative"))


def common_currency(report: Report) -> str | None:
    """The currency of every amount of the report; None when there is none or several."""
    found: set[str] = set()
    for part in (report, report.compared):
        if part is not None:
            for row in (*part.rows, part.totals, *part.benchmark):
                found.update(value.currency for value in row.values() if isinstance(value, Money))
    return found.pop() if len(found) == 1 else None
