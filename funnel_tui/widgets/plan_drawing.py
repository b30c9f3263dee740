"""The change of a pipeline as a waterfall, with plotext. Knows nothing of Textual.

What adds and what takes away differ by their mark and not only by colour; every amount stands as text at the
end of its bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len

from funnel_tui.domain.shown import clean
from funnel_tui.widgets.canvas import plain_lines, prepare
from funnel_tui.widgets.cells import padded

MARKS = ("█", "▒")
"""What stands or comes, and what goes."""
LABEL_WIDTH = 11


class Fall(NamedTuple):
    """One bar of a waterfall.

    :param start: where it begins; ``end`` where it ends. It goes back where it takes away.
    :param text: the amount as people read it.
    """

    label: str
    start: int
    end: int
    text: str


class Waterfall(NamedTuple):
    """Bars that begin where the one before ended; the first and the last stand on nothing."""

    title: str
    bars: tuple[Fall, ...]

    @property
    def is_flat(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(bar.start or bar.end for bar in self.bars)


def waterfall(title: str, parts: Sequence[tuple[str, int, int, str]]) -> Waterfall:
    """Make the bars.

    :param parts: label, amount, what it does (0 for what stands on nothing, 1 adds, −1 takes), text.
    """
    bars, level = [], 0
    for label, amount, sign, text in parts:
        start = level if sign else 0
        level = start + (sign or 1) * amount
        bars.append(Fall(label, start, level, text))
    return Waterfall(title, tuple(bars))


def draw_waterfall(plot: Any, picture: Waterfall, width: int) -> list[str]:
    """Draw a waterfall, one line per bar.

    :param plot: plotext itself, or the plot of a PlotextPlot widget.
    :param width: cells there are.
    :returns: plain lines.
    """
    bars = picture.bars
    label = min(LABEL_WIDTH, max((cell_len(clean(bar.label)) for bar in bars), default=1))
    room = 2 + max((len(bar.text) for bar in bars), default=0)
    canvas = max(4, width - label - 1)
    low = min(0, *(min(bar.start, bar.end) for bar in bars))
    high = max(1, *(max(bar.start, bar.end) for bar in bars))
    span = (high - low) * canvas / max(1, canvas - room)
    cell = span / canvas
    prepare(plot, canvas, len(bars), bare=True)
    plot.xlim(low, low + span)
    plot.ylim(0, max(1, len(bars) - 1))
    for at, bar in enumerate(bars):
        line = len(bars) - 1 - at
        left, right = sorted((bar.start, bar.end))
        mark = MARKS[bar.end < bar.start]
        if right > left:
            plot.plot([left, max(right - cell, left)], [line, line], marker=mark)
        plot.text(f" {bar.text}", right, line, alignment="left")
    drawn = plain_lines(plot, len(bars))
    return [f"{padded(bar.label, label)} {text}" for bar, text in zip(bars, drawn, strict=False)]
