"""A report as an aligned table for people, at the width of their terminal.

Nothing is left out silently: columns that do not fit are named under the table, a text that does not fit ends
with an ellipsis.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from funnel_tui.language import tr, trn

GAP = 2
NARROW_TEXT = 20
"""A text column is cut to this many cells before a column of figures is left out."""
NARROWEST_TEXT = 8
WIDEST_LAST = 40
"""Where lines are as long as they need to be, a text column at their end counts at most this many cells:
nothing has to stand in line after it, and one long text would only lengthen the rules."""

LARGE = 10_000
"""From this many whole units on, a column of amounts is shown without decimals; CSV and JSON are exact."""

FIRST_TO_GO = (
    *("position", "days_mean", "oldest_days", "still_there", "lost_amount", "advanced_amount"),
    *("expected", "needed_per_day", "surplus", "coverage", "projection", "pace", "unit"),
    *("cumulative", "from_stock", "without_amount", "next_task", "days_median", "days_n", "reached_amount"),
)
"""Columns in the order they are left out where the terminal is narrow; after them goes the last one."""

DIM, NORMAL = "\x1b[2m", "\x1b[22m"

# Letters of the alphabets written one cell to a letter, and the signs we use: no table is needed for them.
_ONE_CELL = re.compile(r"[\x20-\x7e\xa1-\xac\xae-\u02ff\u2013\u2026\u00b7]*")

_BLIND = "\0"
"""A letter that is in no text which was cleaned."""


def cell_width(text: str) -> int:
    """The terminal cells a text takes: two for a wide character, none for a combining one."""
    if _ONE_CELL.fullmatch(text):
        return len(text)
    # Loaded only where needed; it is the table Textual measures with, so both agree.
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` cells; one that is longer ends with an ellipsis."""
    if cell_width(text) <= width:
        return text
    kept = ""
    used = 0
    for char in text:
        used += cell_width(char)
        if used > width - 1:
            break
        kept += char
    return f"{kept}…"


def pad(text: str, width: int, *, right: bool) -> str:
    """The text filled with spaces to ``width`` cells; ``right`` puts them before it."""
    fill = " " * (width - cell_width(text))
    return fill + text if right else text + fill


def wrap(text: str, width: int, hang: str = "") -> list[str]:
    """The text in lines of at most ``width`` cells.

    :param hang: what the lines after the first begin with.
    """
    # The module that wraps counts letters: a wide one is made two, of which one is taken out again.
    doubled = (
        text
        if _ONE_CELL.fullmatch(text)
        else "".join(char + _BLIND * (cell_width(char) - 1) for char in text)
    )
    return [line.replace(_BLIND, "") for line in textwrap.wrap(doubled, width, subsequent_indent=hang)]


@dataclass(slots=True)
class _Sheet:
    """Rows on their way to the page: what each cell says and whether it is dimmed."""

    columns: list[Column]
    texts: list[list[str]]
    dimmed: list[list[bool]]


def to_table(report: Report, width: int | None, *, dim: bool = False) -> str:
    """The report as text.

    :param width: the cells of a line, or None for lines as long as they need to be: nothing is cut then.
    :param dim: write codes that dim a ratio of too few deals (METRICS M6).
    """
    return "\n".join(_lines(report, width, dim)) + "\n"


def _lines(report: Report, width: int | None, dim: bool) -> Iterator[str]:
    currency = _common_currency(report)
    title = (
        report.title
        if currency is None
        else tr("{title} · amounts in {currency}").format(title=report.title, currency=currency)
    )
    yield from _wrapped(title, width)
    yield ""
    if _is_single(report):
        yield from _grid(_upright(report, currency), width, dim)
    else:
        yield from _body(report, currency, width, dim)
        if report.compared is not None:
            yield ""
            yield from _wrapped(report.compared.title, width)
            yield ""
            yield from _body(report.compared, currency, width, dim)
    if report.benchmark:
        yield ""
        yield from _grid(_benchmark(report, currency), width, dim)
    notes = [*report.notes]
    if report.compared is not None:
        notes += [
            f"{report.compared.scope.period.label}: {note}"
            for note in report.compared.notes
            if note not in report.notes
        ]
    if notes:
        yield ""
    for note in notes:
        yield from _wrapped(note, width, hang="  ")


def _body(report: Report, currency: str | None, width: int | None, dim: bool) -> Iterator[str]:
    if not report.rows:
        yield tr("Nothing to show.")
    sheet = _sheet(report.columns, report.rows, currency, report.small_n)
    names = {column.name for column in report.columns}
    summed = {column.name for column in report.total_columns}
    sums = bool(report.rows and summed) and summed <= names
    if sums:
        last = _sheet(report.columns, [report.totals], currency, report.small_n)
        known = {column.name for column in report.total_columns}
        cells = [
            text if column.name in known else ""
            for column, text in zip(report.columns, last.texts[0], strict=True)
        ]
        sheet.texts.append(
            [tr("Total") if index == 0 and not text else text for index, text in enumerate(cells)]
        )
        sheet.dimmed.append(last.dimmed[0])
    if report.rows:
        yield from _grid(sheet, width, dim, total=sums)
    if report.total_columns and not sums:
        single = [column for column in report.total_columns if column.kind is not Kind.RECORD]
        totals = _sheet(single, [report.totals], currency, report.small_n)
        words = [
            f"{column.title} {text}" for column, text in zip(totals.columns, totals.texts[0], strict=True)
        ]
        yield ""
        yield from _wrapped(tr("Total: {figures}").format(figures=" · ".join(words)), width, hang="  ")
        records = [column for column in report.total_columns if column.kind is Kind.RECORD]
        if records:
            yield ""
            yield from _grid(_records(report, records, currency), width, dim)


def _is_single(report: Report) -> bool:
    """Whether the report is one row of many figures, which reads better downwards."""
    return len(report.rows) == 1 and all(not column.is_text for column in report.columns)


def _upright(report: Report, currency: str | None) -> _Sheet:
    """One line per figure; with a compared period its figures stand beside them."""
    parts = [report] if report.compared is None else [report, report.compared]
    sheets = [_sheet(part.columns, part.rows, currency, part.small_n) for part in parts]
    heads = [tr("Value")] if len(parts) == 1 else [part.scope.period.label for part in parts]
    columns = [
        Column("figure", Kind.TEXT, tr("Figure")),
        *(Column(f"value_{index}", Kind.COUNT, head) for index, head in enumerate(heads)),
    ]
    texts, dimmed = [], []
    for index, column in enumerate(report.columns):
        texts.append([column.title, *(sheet.texts[0][index] if sheet.texts else "" for sheet in sheets)])
        dimmed.append([False, *(sheet.dimmed[0][index] if sheet.dimmed else False for sheet in sheets)])
    return _Sheet(columns, texts, dimmed)


def _sheet(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], currency: str | None, small_n: int
) -> _Sheet:
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
    return _Sheet(list(columns), texts, dimmed)


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


def _records(report: Report, columns: Sequence[Column], currency: str | None) -> _Sheet:
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
    return _Sheet(
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


def _grid(sheet: _Sheet, width: int | None, dim: bool, *, total: bool = False) -> Iterator[str]:
    """The heading, a rule, the rows and, where asked for, a rule before the last one."""
    natural = [_natural_width(sheet, index) for index in range(len(sheet.columns))]
    shown, dropped = _choose(sheet.columns, natural, width)
    widths = _spread(sheet.columns, natural, shown, width)
    heads = [textwrap.wrap(sheet.columns[index].title, widths[index]) or [""] for index in shown]
    height = max(len(head) for head in heads)
    rule = "─" * (sum(widths.values()) + GAP * (len(shown) - 1))
    whole = width is None
    for level in range(height):
        words = [head[level - (height - len(head))] if level >= height - len(head) else "" for head in heads]
        yield _joined(sheet, shown, widths, words, [False] * len(shown), whole=whole)
    yield rule
    for number, (texts, dims) in enumerate(zip(sheet.texts, sheet.dimmed, strict=True)):
        if total and number == len(sheet.texts) - 1:
            yield rule
        words, faint = [texts[index] for index in shown], [dim and dims[index] for index in shown]
        yield _joined(sheet, shown, widths, words, faint, whole=whole)
    if dropped:
        names = ", ".join(sheet.columns[index].title.lower() for index in dropped)
        left_out = trn(
            "+ {n} column ({names}): --format csv", "+ {n} columns ({names}): --format csv", len(dropped)
        )
        yield from _wrapped(left_out.format(n=len(dropped), names=names), width, hang="  ")


def _joined(
    sheet: _Sheet,
    shown: list[int],
    widths: Mapping[int, int],
    words: list[str],
    dims: list[bool],
    *,
    whole: bool,
) -> str:
    """A line of the table; ``whole`` leaves a text that is longer than its column, the last one, as it is."""
    cells = []
    for index, word, dimmed in zip(shown, words, dims, strict=True):
        right = not sheet.columns[index].is_text
        text = pad(word if whole else cut(word, widths[index]), widths[index], right=right)
        cells.append(f"{DIM}{text}{NORMAL}" if dimmed else text)
    return (" " * GAP).join(cells).rstrip()


def _natural_width(sheet: _Sheet, index: int) -> int:
    words = sheet.columns[index].title.split() or [""]
    return max(*(cell_width(word) for word in words), *(cell_width(texts[index]) for texts in sheet.texts), 1)


def _choose(
    columns: Sequence[Column], natural: Sequence[int], width: int | None
) -> tuple[list[int], list[int]]:
    """Which columns are shown and which are left out."""
    shown = list(range(len(columns)))
    while width is not None and len(shown) > 1:
        least = sum(
            min(natural[index], NARROW_TEXT) if columns[index].is_text else natural[index] for index in shown
        )
        if least + GAP * (len(shown) - 1) <= width:
            break
        shown.remove(_next_to_go(columns, shown))
    return shown, [index for index in range(len(columns)) if index not in shown]


def _next_to_go(columns: Sequence[Column], shown: list[int]) -> int:
    # The n of a ratio stays as long as the ratio does.
    samples = {columns[index].sample for index in shown}
    free = [index for index in shown[1:] if columns[index].name not in samples] or shown[1:]
    by_name = {columns[index].name: index for index in free}
    listed = [by_name[name] for name in FIRST_TO_GO if name in by_name]
    figures = [index for index in free if not columns[index].is_text]
    return (listed or figures[-1:] or free[-1:])[0]


def _spread(
    columns: Sequence[Column], natural: Sequence[int], shown: list[int], width: int | None
) -> dict[int, int]:
    """The width of each shown column; texts give way where the line is too long."""
    widths = {index: natural[index] for index in shown}
    if width is None:
        if columns[shown[-1]].is_text:
            widths[shown[-1]] = min(natural[shown[-1]], WIDEST_LAST)
        return widths
    excess = sum(widths.values()) + GAP * (len(shown) - 1) - width
    texts = [index for index in shown if columns[index].is_text]
    while excess > 0 and texts:
        widest = max(texts, key=lambda index: widths[index])
        if widths[widest] <= NARROWEST_TEXT:
            break
        widths[widest] -= 1
        excess -= 1
    return widths


def _benchmark(report: Report, currency: str | None) -> _Sheet:
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
    return _Sheet(columns, texts, [[False] * len(columns) for _ in texts])


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


def _common_currency(report: Report) -> str | None:
    """The currency of every amount of the report; None when there is none or several."""
    found: set[str] = set()
    for part in (report, report.compared):
        if part is not None:
            for row in (*part.rows, part.totals, *part.benchmark):
                found.update(value.currency for value in row.values() if isinstance(value, Money))
    return found.pop() if len(found) == 1 else None


def _wrapped(text: str, width: int | None, hang: str = "") -> list[str]:
    safe = clean(text)
    if width is None or cell_width(safe) <= width:
        return [safe]
    return wrap(safe, width, hang)
