"""Bar charts of a report with plotext. Knows nothing of Textual: the shell and the app draw the same chart.

A chart says its numbers as text beside every bar, so that nothing has to be read off an axis.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.shown import clean, count_text, days_text, money_text, percent_text
from funnel_tui.formats import localised
from funnel_tui.language import tr
from funnel_tui.widgets.canvas import CODES

MARKS = ("█", "▒", "░")
"""What the first, second and third series are drawn with: they differ without colour too."""
COLOURS = ("cyan", "orange", "gray")
LABEL_SHARE = 3
"""The name beside a bar takes at most this fraction (1/3) of the width."""
SPLIT_SHARE = 2
"""The same of a name with several parts, such as a pipeline and its stage."""
BETWEEN = " · "
"""What stands between the parts of a label."""
MOST_BARS = 100
"""Labels in one chart of the shell; how many more there are is said under it."""
# Translators: the label of a bar that stands for everything.
EVERYTHING = tr("All")
"""The label of a row that is not split by anything."""
AXIS_LINES = 2
"""Lines under the bars: the axis and its numbers."""

# plotext counts a wide character as one cell. This one takes no cell in a terminal but counts as one there,
# so that a label is as long for plotext as it is on screen.
_FILLER = "\u200b"


@dataclass(frozen=True, slots=True)
class Bar:
    """One label with a value per series.

    :param label: such as the name of a stage.
    :param values: in the unit of the chart; None where there is no value.
    :param texts: the same as people read them.
    """

    label: str
    values: tuple[Fraction | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn.

    :param title: what the bars show.
    :param series: the names of the series, such as ``Reached`` and ``Advanced``.
    :param bars: from top to bottom.
    """

    title: str
    series: tuple[str, ...]
    bars: Sequence[Bar]

    @property
    def pitch(self) -> int:
        """The lines from one label to the next: one per series, and a gap where there are several."""
        return len(self.series) + (len(self.series) > 1)

    @property
    def lines(self) -> int:
        """The lines of all bars."""
        return max(1, len(self.bars) * self.pitch - (len(self.series) > 1))

    @property
    def height(self) -> int:
        """The lines it needs with its axis."""
        return self.lines + AXIS_LINES


# By report: the columns whose values stand side by side, one chart each.
_PAIRS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "metrics": (("won", "lost"), ("won_amount", "open_amount")),
    "funnel": (("reached", "advanced"), ("reached_amount", "advanced_amount")),
    "active": (("deals",), ("amount", "weighted")),
    "losses": (("passed", "lost_from"), ("passed_amount", "lost_from_amount"), ("deals",), ("amount",)),
    "stuck": (("days_in_stage", "threshold"),),
    "activity": (("done", "conversations", "target"),),
    "followups": (("mean", "median"),),
    "steps": (("calls", "meetings", "proposals"), ("contracts", "paid")),
    "quotas": (("won", "quota"), ("gap", "pipeline")),
    "forecast": (("amount", "weighted"), ("closed",)),
    "probability": (("model", "history", "stage"),),
}


def charts(report: Report) -> list[Chart]:
    """The charts of a report, with those of a compared period put beside the present one.

    :returns: none when the report has no rows or nothing that can be drawn.
    """
    columns = {column.name: column for column in report.columns}
    pairs = _PAIRS.get(report.name) or tuple(
        (column.name,) for column in report.columns if column.kind in {Kind.COUNT, Kind.MONEY, Kind.DAYS}
    )
    found = [tuple(columns[name] for name in pair if name in columns) for pair in pairs]
    drawn = [_chart(report, pair) for pair in found if pair and report.rows]
    if report.compared is not None and report.rows:
        drawn += [_against(report, report.compared, pair[0]) for pair in found if pair]
    return [chart for chart in drawn if any(value for bar in chart.bars for value in bar.values)]


def _chart(report: Report, pair: Sequence[Column]) -> Chart:
    title = pair[0].title
    for column in pair[1:]:
        title = tr("{one} and {other}").format(one=title, other=column.title.lower())
    bars = tuple(
        Bar(
            label or EVERYTHING,
            tuple(number_of(row.get(column.name)) for column in pair),
            tuple(_text(row.get(column.name), column.kind) for column in pair),
        )
        for label, row in _labelled(report)
    )
    return Chart(f"{title}{_unit(report, pair[0])}", tuple(column.title for column in pair), bars)


def _against(report: Report, then: Report, column: Column) -> Chart:
    """One column of both periods. A label that only one of them has gets no value for the other."""
    now_rows, then_rows = dict(_labelled(report)), dict(_labelled(then))
    bars = []
    for label in dict.fromkeys([*now_rows, *then_rows]):
        values = [rows.get(label, {}).get(column.name) for rows in (now_rows, then_rows)]
        bars.append(
            Bar(
                label or EVERYTHING,
                tuple(number_of(value) for value in values),
                tuple(_text(value, column.kind) for value in values),
            )
        )
    series = (report.scope.period.label, then.scope.period.label)
    title = tr("{column}, {now} and {then}").format(column=column.title, now=series[0], then=series[1])
    return Chart(f"{title}{_unit(report, column)}", series, tuple(bars))


def _labelled(report: Report) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Rows with their texts as a label; further texts such as the owner of a stuck deal are left out."""
    names = [column.name for column in report.columns if column.kind is Kind.TEXT]
    names = names[:1] if report.name in {"stuck", "quotas"} else names
    for row in report.rows:
        yield BETWEEN.join(clean(str(row[name])) for name in names if row.get(name) is not None), row


def _unit(report: Report, column: Column) -> str:
    if column.kind is Kind.DAYS:
        return " " + tr("(days)")
    if column.kind is not Kind.MONEY:
        return ""
    found = {row[column.name].currency for row in report.rows if isinstance(row.get(column.name), Money)}
    return f" ({', '.join(sorted(found))})" if found else ""


def number_of(value: Any) -> Fraction | None:
    """A figure as a number to draw: an amount in its major unit."""
    if value is None:
        return None
    return value.major if isinstance(value, Money) else Fraction(value)


def _text(value: Any, kind: Kind) -> str:
    if isinstance(value, Money):
        return money_text(value, decimals=False)
    if kind is Kind.RATIO:
        return percent_text(value)
    return days_text(value) if kind is Kind.DAYS else count_text(value)


def draw(
    plot: Any, chart: Chart, width: int, height: int, *, colours: Sequence[Any] | None = COLOURS
) -> None:
    """Draw a chart.

    :param plot: the module plotext.
    :param width: cells.
    :param height: lines; :attr:`Chart.height` gives each bar a line of its own.
    :param colours: one per series in the words of plotext; None draws without any colour.
    """
    plot.clear_figure()
    # Otherwise the size of the terminal is the largest, and clearing has just said so again.
    plot.limit_size(False, False)
    plot.theme("clear")
    plot.plotsize(width, height)
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    count = len(chart.series)
    rows = chart.lines
    split = any(BETWEEN in bar.label for bar in chart.bars)
    labels = _labels(chart, width // (SPLIT_SHARE if split else LABEL_SHARE))
    ticks, names = [], []
    for series in range(count):
        # Row 1 is the lowest line of the canvas; the first bar stands at the top.
        places = [rows - index * chart.pitch - series for index in range(len(chart.bars))]
        values = [float(bar.values[series] or 0) for bar in chart.bars]
        look = {} if colours is None else {"color": colours[series % len(colours)]}
        plot.bar(places, values, orientation="h", width=0, marker=MARKS[series % len(MARKS)], **look)
        ticks += places
        names += [lines[series] for lines in labels]
    # Half a row of room on both sides would blur the bars; with these limits a row is a line.
    plot.ylim(1, max(rows, 2))
    plot.yticks(ticks, names)
    top = max((value for bar in chart.bars for value in bar.values if value is not None), default=Fraction(0))
    room = width - max((len(name) for name in names), default=0)
    # plotext leaves a number out that comes too near the one before; the last is shifted by half its length.
    steps = _steps(float(top), max(1, room // (len(f"{float(top):,.0f}") * 3 // 2 + 4)))
    plot.xlim(0, steps[-1])
    plot.xticks(steps, [localised(f"{step:,.10g}") for step in steps])


def _steps(top: float, most: int) -> list[float]:
    """Round numbers from 0 to at least ``top`` for an axis."""
    step = 1.0
    while step * most < top:
        for factor in (2, 5, 10):
            if step * factor * most >= top:
                return _ladder(step * factor, top)
        step *= 10
    return _ladder(step, top)


def _ladder(step: float, top: float) -> list[float]:
    steps = [0.0]
    while steps[-1] < top or len(steps) < 2:
        steps.append(steps[-1] + step)
    return steps


def _labels(chart: Chart, room: int) -> list[list[str]]:
    """Per bar one label for each series: the name at the first, the number at each."""
    texts = max((len(text) for bar in chart.bars for text in bar.texts), default=0)
    names = [_cells(bar.label) for bar in chart.bars]
    widest = min(max((len(name) for name in names), default=0), max(8, room - texts))
    lines = []
    for name, bar in zip(names, chart.bars, strict=True):
        short = _short(name, widest)
        first = "".join(short) + " " * (widest - len(short))
        lines.append(
            [
                f"{first if series == 0 else ' ' * widest} {text:>{texts}} "
                for series, text in enumerate(bar.texts)
            ]
        )
    return lines


def _short(name: list[str], room: int) -> list[str]:
    """A name in so many cells. Of several parts the last, the stage, is what tells rows apart: it stays."""
    if len(name) <= room:
        return name
    front, between, last = "".join(name).rpartition(BETWEEN)
    left = room - len(between) - len(last)
    if between and left > 1:
        return [*_begin(front, left - 1), "…", *between, *last]
    return [*last] if len(last) <= room else [*_begin(last, room - 1), "…"]


def _begin(cells: str, count: int) -> str:
    """The first cells of a text; a wide character of which only half has room goes."""
    return cells[: count - 1] if cells[count : count + 1] == _FILLER else cells[:count]


def _cells(text: str) -> list[str]:
    """The text with one character per terminal cell; marks that combine with a letter are left out."""
    cells = []
    for char in unicodedata.normalize("NFC", text):
        if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
            continue
        cells.append(char)
        if unicodedata.east_asian_width(char) in "WF":
            cells.append(_FILLER)
    return cells


def render(report: Report, width: int, *, colour: bool) -> str:
    """All charts of a report as text.

    :param width: cells of a line.
    :param colour: write codes for colours.
    """
    import plotext

    blocks = [clean(report.title)]
    found = charts(report)
    for whole in found:
        chart = replace(whole, bars=whole.bars[:MOST_BARS])
        draw(plotext, chart, width, chart.height, colours=COLOURS if colour else None)
        built = plotext.build()
        plotext.clear_figure()
        text = (built if colour else CODES.sub("", built)).replace(_FILLER, "")
        lines = [line.rstrip() for line in text.splitlines()]
        if len(whole.bars) > MOST_BARS:
            lines.append(tr("+ {n} more: --format csv").format(n=count_text(len(whole.bars) - MOST_BARS)))
        blocks.append("\n".join([chart.title, legend(chart, colour=colour), *lines]))
    if not found:
        blocks.append(tr("Nothing to draw."))
    if report.notes:
        blocks.append("\n".join(clean(note) for note in report.notes))
    return "\n\n".join(blocks) + "\n"


def legend(chart: Chart, *, colour: bool) -> str:
    """Which sign stands for which series: ``█ Reached  ▒ Advanced``."""
    from plotext import colorize

    names = []
    for number, name in enumerate(chart.series):
        mark = MARKS[number % len(MARKS)]
        names.append(f"{colorize(mark, COLOURS[number % len(COLOURS)]) if colour else mark} {clean(name)}")
    return "  ".join(names)
