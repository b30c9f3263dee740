"""Draws the chart of a panel. Imports plotext, and so only when a table is on the screen."""

from __future__ import annotations

from textual.containers import Vertical

from funnel_tui.screens.interactions_activity import Shown
from funnel_tui.widgets.activity_chart import RateChart
from funnel_tui.widgets.charts import BarChart


async def draw(box: Vertical, panel: Shown, row: int) -> None:
    """Draw the chart of a panel into a box.

    :param row: where the cursor is in its table; bars of one rep follow it.
    """
    if panel.picture is not None:
        for bars in box.query(BarChart):
            await bars.remove()
        for chart in box.query(RateChart):
            chart.draw(panel.picture)
            return
        await box.mount(RateChart(panel.picture))
        return
    wanted = panel.bars[min(row, len(panel.bars) - 1)] if panel.bars else None
    for chart in box.query(RateChart):
        await chart.remove()
    for bars in box.query(BarChart):
        bars.draw(wanted)
        return
    await box.mount(BarChart(wanted))
