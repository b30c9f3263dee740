"""A plotext canvas, made ready and read as plain lines. Knows nothing of Textual, and loads no plotext."""

from __future__ import annotations

import re
from typing import Any

CODES = re.compile(r"\x1b\[[0-9;]*m")
"""The colours in what plotext draws."""


def prepare(plot: Any, width: int, height: int, *, bare: bool = False) -> None:
    """Make an empty canvas of a size.

    :param plot: plotext itself, or the plot of a PlotextPlot widget.
    :param width: cells there are; ``height`` lines.
    :param bare: without a frame and numbers at its edges.
    """
    plot.clear_figure()
    plot.theme("clear")
    if hasattr(plot, "limit_size"):
        plot.limit_size(False, False)
    plot.plotsize(width, height)
    if hasattr(plot, "_set_size"):
        plot._set_size(width, height)  # textual-plotext's plot keeps the size of the widget otherwise
    if bare:
        plot.frame(False)
        plot.xfrequency(0)
        plot.yfrequency(0)


def plain_lines(plot: Any, height: int) -> list[str]:
    """What was drawn, without colours.

    :param height: so many lines at most.
    """
    return CODES.sub("", plot.build()).split("\n")[:height]
