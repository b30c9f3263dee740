"""The chart of done interactions over time with plotext. Knows nothing of Textual.

Each bucket is a stack of the series; the target is a line across it, the compared period a dashed one. Series
differ by their mark and not only by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trn
from funnel_tui.widgets.canvas import plain_lines, prepare

MARKS = ("█", "▓", "▒", "░")
"""What the first three series and all others together are drawn with."""
TARGET, COMPARED = "━", "╌"
LEAST_PITCH = 2
"""A bucket needs so many columns; where there are too many buckets, the last ones are shown."""


class Stack(NamedTuple):
    """One series of the chart.

    :param values: one per bucket.
    """

    name: str
    values: tuple[int, ...]


class RatePicture(NamedTuple):
    """What is drawn.

    :param labels: one per bucket, as short as can be.
    :param stacks: the busiest first.
    :param targets: per bucket, None where nobody said.
    :param compared: done in the buckets of the compared period; empty for none.
    :param compared_name: how that is called.
    """

    labels: tuple[str, ...]
    stacks: tuple[Stack, ...]
    targets: tuple[Fraction | None, ...]
    compared: tuple[int, ...] = ()
    compared_name: str = ""

    def legend(self) -> list[tuple[str, str]]:
        """Which sign stands for what."""
        told = [(MARKS[at], stack.name) for at, stack in enumerate(few(self.stacks))]
        if any(target is not None for target in self.targets):
            told.append((TARGET, tr("target")))
        if self.compared:
            told.append((COMPARED, self.compared_name))
        return told


def few(stacks: Sequence[Stack]) -> list[Stack]:
    """As many series as there are marks: those after the third together."""
    if len(stacks) <= len(MARKS):
        return list(stacks)
    kept = list(stacks[: len(MARKS) - 1])
    rest = stacks[len(MARKS) - 1 :]
    sums = tuple(sum(values) for values in zip(*(stack.values for stack in rest), strict=True))
    return [*kept, Stack(trn("{n} other", "{n} others", len(rest)).format(n=len(rest)), sums)]


def draw_rate(plot: Any, picture: RatePicture, width: int, height: int) -> list[str]:
    """Draw the chart.

    :param plot: plotext itself, or the plot of a PlotextPlot widget.
    :param width: cells there are; ``height`` lines.
    :returns: plain lines.
    """
    shown = max(1, min(len(picture.labels), (width - 8) // LEAST_PITCH))
    stacks = [stack.values[-shown:] for stack in few(picture.stacks)]
    targets, compared = picture.targets[-shown:], picture.compared[-shown:]
    heights = [sum(values) for values in zip(*stacks, strict=True)] if stacks else [0] * shown
    top = max([1, *heights, *compared, *(int(target) + 1 for target in targets if target is not None)])
    places = list(range(1, shown + 1))
    _prepare(plot, width, height, shown, top)
    for upper in range(len(stacks), 0, -1):
        sums = [sum(values) for values in zip(*stacks[:upper], strict=True)]
        if any(sums):
            plot.bar(places, sums, marker=MARKS[upper - 1], width=0.6)
    for place, value in zip(places, compared, strict=False):
        plot.plot([place - 0.3, place + 0.3], [value, value], marker=COMPARED)
    for place, target in zip(places, targets, strict=True):
        if target is not None:
            plot.plot([place - 0.5, place + 0.5], [float(target)] * 2, marker=TARGET)
    # Each label has room for itself and a blank.
    widest = max((len(label) for label in picture.labels[-shown:]), default=1) + 1
    every = max(1, -(-widest * shown // max(1, width - 8)))
    ticks = places[::-1][::every][::-1]
    plot.xticks(ticks, [picture.labels[-shown:][place - 1] for place in ticks])
    return plain_lines(plot, height)


def _prepare(plot: Any, width: int, height: int, count: int, top: int) -> None:
    prepare(plot, width, height)
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    plot.xlim(0.5, count + 0.5)
    step = max(1, -(-top // max(1, (height - 2) // 3)))
    steps = list(range(0, top + step, step))
    plot.ylim(0, steps[-1])
    plot.yticks(steps, [count_text(value) for value in steps])
