"""Charts in whatever room there is: as thick as fits, down to one line per bar.

On its own plotext spreads bars over the rows there are and rounds: some come out twice as thick as others,
and a label stands beside its neighbour. Here every bar has a whole number of rows, and the scale is set so
that a row of the canvas is exactly one step of it. What is drawn is the same :class:`Chart` as in the shell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.canvas import plain_lines, prepare
from funnel_tui.widgets.cells import padded
from funnel_tui.widgets.drawing import MARKS, Chart

LABEL_WIDTH = 18
LEAST_LABEL = 6


class BarRows(NamedTuple):
    """How many rows the bar of the first series, each further one and the gap after them have."""

    first: int
    further: int
    gap: int


def bar_rows(bars: int, series: int, height: int) -> BarRows | None:
    """The thickest bars that fit; further series go before any bar of the first does.

    :param bars: how many labels there are.
    :param height: rows there are.
    :returns: None when there is not even a row for each.
    """
    several = [BarRows(3, 2, 1), BarRows(2, 1, 1), BarRows(1, 1, 1), BarRows(1, 1, 0)] if series > 1 else []
    for rows in (*several, BarRows(3, 0, 1), BarRows(2, 0, 1), BarRows(1, 0, 1), BarRows(1, 0, 0)):
        if (step(rows, series) * bars) - rows.gap <= height:
            return rows
    return None


def step(rows: BarRows, series: int) -> int:
    """Rows from one label to the next."""
    return rows.first + rows.further * (series - 1) + rows.gap


def draw_bars(plot: Any, chart: Chart, width: int, rows: BarRows) -> list[str]:
    """Draw bars with their figures at their ends.

    :param plot: plotext itself, or the plot of a PlotextPlot widget.
    :param width: cells there are.
    :returns: one plain line per row; series differ by :data:`MARKS`.
    """
    count = len(chart.series) if rows.further else 1
    pitch = step(rows, count)
    height = pitch * len(chart.bars) - rows.gap
    label_width = max(cell_len(clean(bar.label)) for bar in chart.bars)
    label_width = min(label_width, LABEL_WIDTH, max(LEAST_LABEL, width // 3))
    canvas = max(2, width - label_width - 1)
    room = 2 + max(len(text) for bar in chart.bars for text in bar.texts[:count])
    longest = max((float(value or 0) for bar in chart.bars for value in bar.values[:count]), default=0) or 1
    scale = longest * canvas / max(1, canvas - room)
    prepare(plot, canvas, height, bare=True)
    plot.xlim(0, scale)
    plot.ylim(0, max(1, height - 1))
    for at, bar in enumerate(chart.bars):
        top = height - 1 - at * pitch
        for series in range(count):
            thick = rows.further if series else rows.first
            lines = range(top, top - thick, -1)
            top -= thick
            value = bar.values[series]
            _draw(plot, lines, float(value or 0), bar.texts[series], MARKS[series], scale / canvas)
    drawn = plain_lines(plot, height)
    names = {at * pitch: bar.label for at, bar in enumerate(chart.bars)}
    return [f"{padded(names.get(at, ''), label_width)} {line}" for at, line in enumerate(drawn)]


def _draw(plot: Any, lines: Sequence[int], value: float, text: str, mark: str, cell: float) -> None:
    """One bar: marks in each of its rows, and its figure behind the first."""
    if value > 0:
        for line in lines:
            plot.plot([0, max(value - cell, 0)], [line, line], marker=mark)
    plot.text(f" {text}", max(value, 0), lines[0], alignment="left")


def marks_of(line: str) -> list[tuple[int, int, int]]:
    """Where the bars are in a drawn line: series, first and last position + 1."""
    found = []
    for series, mark in enumerate(MARKS):
        start = line.find(mark)
        if start >= 0:
            found.append((series, start, line.rfind(mark) + 1))
    return found
