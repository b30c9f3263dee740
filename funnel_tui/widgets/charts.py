"""Charts inside the program. Import it late: plotext is not needed for the first frame."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text

from funnel_tui.widgets.bars import bar_rows, draw_bars, marks_of
from funnel_tui.widgets.drawing import MARKS, Chart
from funnel_tui.widgets.plotted import Plotted


class BarChart(Plotted[Chart]):
    """Horizontal bars, one per label, with the figure as text at the end of each.

    Series differ by their mark too.
    """

    LEAST = (24, 3)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--first", "chart--further", "chart--text", "chart--title",
    }  # fmt: skip

    def drawn(self, chart: Chart, width: int, height: int) -> Text:
        """The bars under their title; nothing where there is no room for one line each."""
        if not chart.bars:
            return Text("")
        bars, series_count, room = len(chart.bars), len(chart.series), height - 1
        airy = bar_rows(bars, series_count, room - 2)  # with a blank line above and below
        rows = airy or bar_rows(bars, series_count, room)
        if rows is None:
            return Text("")
        series = chart.series if rows.further else chart.series[:1]
        text = Text("\n" if airy else "", no_wrap=True, overflow="ellipsis")
        text.append(chart.title, self.get_component_rich_style("chart--title"))
        if len(series) > 1:
            for number, name in enumerate(series):
                text.append("   ").append(MARKS[number], self._style(number)).append(f" {name}")
        plain = self.get_component_rich_style("chart--text")
        for line in draw_bars(self.plt, chart, width, rows):
            drawn = Text(line, plain, no_wrap=True)
            for number, start, end in marks_of(line):
                drawn.stylize(self._style(number), start, end)
            text.append("\n").append_text(drawn)
        return text

    def _style(self, series: int) -> Style:
        return self.get_component_rich_style("chart--further" if series else "chart--first")
