"""Lines over months with plotext. Import it late: plotext is not needed for the table.

Every line is marked with a sign of its own, so lines are told apart without colour; the numbers stand in the
table above.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar

from rich.text import Text

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.canvas import plain_lines, prepare
from funnel_tui.widgets.cells import cut
from funnel_tui.widgets.plotted import Plotted
from funnel_tui.widgets.stage_lines_shape import Lines

SIGNS = "123456789abcdefghijklmnopqrstuvwxyz"
TRACE = "braille"
NAME_CELLS = 14


def draw_lines(plot: Any, lines: Lines, width: int, height: int) -> list[str]:
    """Draw lines.

    :param plot: plotext itself, or the plot of a PlotextPlot widget.
    :param width: cells there are; ``height`` lines.
    :returns: plain lines.
    """
    prepare(plot, width, height)
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    scale = 100 if lines.percent else 1
    values = [float(value) for one in lines.series for value in one.values if value is not None]
    top = 100.0 if lines.percent else max(values, default=0.0) or 1.0
    plot.ylim(0, top)
    plot.xlim(1, max(2, len(lines.labels)))
    marked = []
    for sign, one in zip(SIGNS, lines.series, strict=False):
        points = [(at, float(v * scale)) for at, v in enumerate(one.values, 1) if v is not None]
        for run in _runs(points):
            if len(run) > 1:
                plot.plot([x for x, _ in run], [y for _, y in run], marker=TRACE)
        marked.append((sign, points))
    for sign, points in marked:  # on top of all lines
        if points:
            plot.scatter([x for x, _ in points], [y for _, y in points], marker=sign)
    every = max(1, -(-6 * len(lines.labels) // max(1, width - 8)))
    ticks = list(range(len(lines.labels), 0, -every))[::-1]
    plot.xticks(ticks, [lines.labels[at - 1] for at in ticks])
    steps = [top * part / 4 for part in range(5)] if height > 9 else [0.0, top / 2, top]
    plot.yticks(steps, [_step_text(step, percent=lines.percent) for step in steps])
    return plain_lines(plot, height)


def _runs(points: list[tuple[int, float]]) -> list[list[tuple[int, float]]]:
    """Points of neighbouring months: over a month without a value no line is drawn."""
    runs: list[list[tuple[int, float]]] = []
    for point in points:
        if runs and runs[-1][-1][0] == point[0] - 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _step_text(step: float, *, percent: bool) -> str:
    from funnel_tui.widgets.figures import short_number

    text = short_number(Fraction(step))
    return f"{text} %" if percent else text


class LineChart(Plotted[Lines]):
    """Lines over months in the room there is."""

    LEAST = (24, 6)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"chart--first", "chart--text", "chart--title"}

    def drawn(self, lines: Lines, width: int, height: int) -> Text:
        """The lines under their title and their signs."""
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(clean(lines.title), self.get_component_rich_style("chart--title"))
        sign = self.get_component_rich_style("chart--first")
        legend = Text(no_wrap=True, overflow="ellipsis")
        for mark, one in zip(SIGNS, lines.series, strict=False):
            legend.append(mark, sign).append(f" {cut(one.name, NAME_CELLS)}  ")
        plain = self.get_component_rich_style("chart--text")
        drawn = [Text(line, plain, no_wrap=True) for line in draw_lines(self.plt, lines, width, height - 2)]
        return Text("\n", no_wrap=True).join([text, legend, *drawn])
