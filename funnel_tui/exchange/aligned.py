"""A report as an aligned table for people, at the width of their terminal.

Nothing is left out silently: columns that do not fit are named under the table, a text that does not fit ends
with an ellipsis.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.exchange.table_blocks import (
    Block,
    benchmark,
    block_of,
    common_currency,
    is_single,
    records,
    upright,
)
from funnel_tui.exchange.text_cells import cell_width, cut, pad, wrapped
from funnel_tui.language import tr, trn

GAP = 2
NARROW_TEXT = 20
"""A text column is cut to this many cells before a column of figures is left out."""
NARROWEST_TEXT = 8
WIDEST_LAST = 40
"""Where lines are as long as they need to be, a text column at their end counts at most this many cells:
nothing has to stand in line after it, and one long text would only lengthen the rules."""

FIRST_TO_GO = (
    *("position", "days_mean", "oldest_days", "still_there", "lost_amount", "advanced_amount"),
    *("expected", "needed_per_day", "surplus", "coverage", "projection", "pace", "unit"),
    *("cumulative", "from_stock", "without_amount", "next_task", "days_median", "days_n", "reached_amount"),
)
"""Columns in the order they are left out where the terminal is narrow; after them goes the last one."""

DIM, NORMAL = "\x1b[2m", "\x1b[22m"


def to_table(report: Report, width: int | None, *, dim: bool = False) -> str:
    """The report as text.

    :param width: the cells of a line, or None for lines as long as they need to be: nothing is cut then.
    :param dim: write codes that dim a ratio of too few deals (METRICS M6).
    """
    return "\n".join(_lines(report, width, dim)) + "\n"


def _lines(report: Report, width: int | None, dim: bool) -> Iterator[str]:
    currency = common_currency(report)
    title = (
        report.title
        if currency is None
        else tr("{title} · amounts in {currency}").format(title=report.title, currency=currency)
    )
    yield from wrapped(title, width)
    yield ""
    if is_single(report):
        yield from _grid(upright(report, currency), width, dim)
    else:
        yield from _body(report, currency, width, dim)
        if report.compared is not None:
            yield ""
            yield from wrapped(report.compared.title, width)
            yield ""
            yield from _body(report.compared, currency, width, dim)
    if report.benchmark:
        yield ""
        yield from _grid(benchmark(report, currency), width, dim)
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
        yield from wrapped(note, width, hang="  ")


def _body(report: Report, currency: str | None, width: int | None, dim: bool) -> Iterator[str]:
    if not report.rows:
        yield tr("Nothing to show.")
    block = block_of(report.columns, report.rows, currency, report.small_n)
    names = {column.name for column in report.columns}
    summed = {column.name for column in report.total_columns}
    sums = bool(report.rows and summed) and summed <= names
    if sums:
        last = block_of(report.columns, [report.totals], currency, report.small_n)
        known = {column.name for column in report.total_columns}
        cells = [
            text if column.name in known else ""
            for column, text in zip(report.columns, last.texts[0], strict=True)
        ]
        block.texts.append(
            [tr("Total") if index == 0 and not text else text for index, text in enumerate(cells)]
        )
        block.dimmed.append(last.dimmed[0])
    if report.rows:
        yield from _grid(block, width, dim, total=sums)
    if report.total_columns and not sums:
        single = [column for column in report.total_columns if column.kind is not Kind.RECORD]
        totals = block_of(single, [report.totals], currency, report.small_n)
        words = [
            f"{column.title} {text}" for column, text in zip(totals.columns, totals.texts[0], strict=True)
        ]
        yield ""
        yield from wrapped(tr("Total: {figures}").format(figures=" · ".join(words)), width, hang="  ")
        cases = [column for column in report.total_columns if column.kind is Kind.RECORD]
        if cases:
            yield ""
            yield from _grid(records(report, cases, currency), width, dim)


def _grid(block: Block, width: int | None, dim: bool, *, total: bool = False) -> Iterator[str]:
    """The heading, a rule, the rows and, where asked for, a rule before the last one."""
    natural = [_natural_width(block, index) for index in range(len(block.columns))]
    shown, dropped = _choose(block.columns, natural, width)
    widths = _spread(block.columns, natural, shown, width)
    heads = [textwrap.wrap(block.columns[index].title, widths[index]) or [""] for index in shown]
    height = max(len(head) for head in heads)
    rule = "─" * (sum(widths.values()) + GAP * (len(shown) - 1))
    whole = width is None
    for level in range(height):
        words = [head[level - (height - len(head))] if level >= height - len(head) else "" for head in heads]
        yield _joined(block, shown, widths, words, [False] * len(shown), whole=whole)
    yield rule
    for number, (texts, dims) in enumerate(zip(block.texts, block.dimmed, strict=True)):
        if total and number == len(block.texts) - 1:
            yield rule
        words, faint = [texts[index] for index in shown], [dim and dims[index] for index in shown]
        yield _joined(block, shown, widths, words, faint, whole=whole)
    if dropped:
        names = ", ".join(block.columns[index].title.lower() for index in dropped)
        left_out = trn(
            "+ {n} column ({names}): --format csv", "+ {n} columns ({names}): --format csv", len(dropped)
        )
        yield from wrapped(left_out.format(n=len(dropped), names=names), width, hang="  ")


def _joined(
    block: Block,
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
        right = not block.columns[index].is_text
        text = pad(word if whole else cut(word, widths[index]), widths[index], right=right)
        cells.append(f"{DIM}{text}{NORMAL}" if dimmed else text)
    return (" " * GAP).join(cells).rstrip()


def _natural_width(block: Block, index: int) -> int:
    words = block.columns[index].title.split() or [""]
    return max(*(cell_width(word) for word in words), *(cell_width(texts[index]) for texts in block.texts), 1)


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
