"""The chart of done interactions over time with plotext. Knows nothing of Textual.

Each bucket is a stack of the series; the target is a line across it, the compared period a dashed one. Series
differ by their mark and not only by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from rich.cells import cell_len

from funnel_tui.domain.activity import Unit
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trn
from funnel_tui.widgets.canvas import plain_lines, prepare

MARKS = ("█", "▓", "▒", "░")
"""What the first three series and all others together are drawn with."""
TARGET, COMPARED = "━", "╌"
LEAST_PITCH = 2
"""A bucket needs so many columns; where there are too many buckets, the last ones up to now are shown."""
AXIS = 8
"""Columns of the numbers beside the chart."""
_CUT = {
    # Translators: how many of the days of a period are drawn, and from which to which.
    Unit.DAY: tr("{n} of {all} days: {first} – {last}"),
    Unit.WEEK: tr("{n} of {all} weeks: {first} – {last}"),
    Unit.MONTH: tr("{n} of {all} months: {first} – {last}"),
}


class Stack(NamedTuple):
    """One series of the chart.

    :param values: one per bucket.
    """

    name: str
    values: tuple[int, ...]


class RatePicture(NamedTuple):
    """What is drawn.

    :param unit: how long a bucket is.
    :param labels: one per bucket, as short as can be.
    :param months: the month of each day; empty for longer buckets, whose labels say enough.
    :param begun: how many buckets have begun by now; those after them lie in the future.
    :param stacks: the busiest first.
    :param targets: per bucket, None where nobody said.
    :param compared: done in the buckets of the compared period; empty for none.
    :param compared_name: how that is called.
    """

    unit: Unit
    labels: tuple[str, ...]
    months: tuple[str, ...]
    begun: int
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

    def drawn(self, width: int) -> range:
        """The buckets there is room for in so many cells: all, or the last of those that have begun."""
        count = len(self.labels)
        room = max(1, min(count, (width - AXIS) // LEAST_PITCH))
        end = max(room, min(count, self.begun or count))
        return range(end - room, end)

    def cut_words(self, width: int) -> str:
        """Which buckets are drawn in so many cells; empty for all."""
        drawn = self.drawn(width)
        if len(drawn) == len(self.labels):
            return ""
        first, last = (self._label(at, with_month=True) for at in (drawn[0], drawn[-1]))
        count, every = count_text(len(drawn)), count_text(len(self.labels))
        return _CUT[self.unit].format(n=count, all=every, first=first, last=last)

    def ticks(self, width: int) -> list[tuple[int, str]]:
        """The buckets that are named below the chart and their names, the month where it changes.

        Each name has room for itself and a blank.
        """
        drawn = self.drawn(width)
        widest = 1 + max(cell_len(self._label(at, with_month=True)) for at in drawn)
        every = max(1, -(-widest * len(drawn) // max(1, width - AXIS)))
        named, before = [], ""
        for at in drawn[::-1][::every][::-1]:
            month = self.months[at] if self.months else ""
            named.append((at, self._label(at, with_month=month != before)))
            before = month
        return named

    def _label(self, at: int, *, with_month: bool) -> str:
        return f"{self.labels[at]} {self.months[at]}" if with_month and self.months else self.labels[at]


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
    drawn = picture.drawn(width)
    shown, part = len(drawn), slice(drawn.start, drawn.stop)
    stacks = [stack.values[part] for stack in few(picture.stacks)]
    targets, compared = picture.targets[part], picture.compared[part]
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
    ticks = picture.ticks(width)
    plot.xticks([at - drawn.start + 1 for at, _ in ticks], [name for _, name in ticks])
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
