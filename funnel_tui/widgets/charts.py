"""Charts inside the program. Import it late: plotext is not needed for the first frame."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.events import Mount
from textual_plotext import PlotextPlot

from funnel_tui.widgets.bars import bar_rows, draw_bars, marks_of
from funnel_tui.widgets.drawing import MARKS, Chart

LEAST_WIDTH, LEAST_HEIGHT = 24, 3


class BarChart(PlotextPlot):
    """Horizontal bars, one per label, with the figure as text at the end of each.

    Colours come from the theme, by component class; series differ by their mark too.

    :param chart: what to show first.
    """

    DEFAULT_CSS = """
    BarChart { height: 1fr; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--first", "chart--further", "chart--text", "chart--title",
    }  # fmt: skip

    def __init__(self, chart: Chart | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chart = chart
        self._drawn_key: tuple[object, ...] = ()
        self._drawn = Text()

    def on_mount(self, event: Mount) -> None:  # type: ignore[override]
        """The colours are the program's own: plotext gets no theme."""
        event.prevent_default()

    def draw(self, chart: Chart | None) -> None:
        """Show another chart, or none."""
        self._chart = chart
        self.refresh()

    def render(self) -> Text:
        """The chart in the room there is; drawn anew only when something about it is new."""
        key = (self._chart, self.size, self.app.theme)
        if key != self._drawn_key:
            self._drawn_key, self._drawn = key, self._draw()
        return self._drawn

    def _draw(self) -> Text:
        width, height = self.size
        chart = self._chart
        if chart is None or not chart.bars or width < LEAST_WIDTH or height < LEAST_HEIGHT:
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
