"""The floor of the app: the least Textual program with a table and one chart."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header
from textual_plotext import PlotextPlot

STAGES = ("Lead", "Qualified", "Meeting", "Proposal", "Negotiation", "Contract")
READY = "Contract"
"""A text that is on the screen as soon as the table is."""
CHART = "Deals per stage"
"""The title of the chart."""


class FloorApp(App[None]):
    """A table with a row per stage, and bars."""

    TITLE = "Floor"
    CSS = "DataTable { height: 12; } PlotextPlot { height: 1fr; }"
    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """Header, table, chart, footer."""
        yield Header()
        yield DataTable(cursor_type="row")
        yield PlotextPlot()
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table and draw the bars."""
        table = self.query_one(DataTable)
        table.add_columns("Stage", "Reached", "Advanced", "Lost", "Open", "Conversion", "Decided", "Days")
        for place, stage in enumerate(STAGES):
            reached = 900 - 130 * place
            table.add_row(stage, str(reached), str(reached - 130), "100", "30", "85.6 %", "88.0 %", "9.8")
        table.focus()
        plot = self.query_one(PlotextPlot).plt
        plot.title(CHART)
        plot.bar(list(STAGES), [900 - 130 * place for place in range(len(STAGES))])


if __name__ == "__main__":
    FloorApp().run()
