"""Charts of quotas and forecasts with plotext. Knows nothing of Textual.

What belongs to different series differs by its mark and not only by colour, and every number that matters
stands as text in the table beside the chart, or at the end of its bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from rich.cells import cell_len

from funnel_tui.domain.shown import clean, count_text
from funnel_tui.language import tr
from funnel_tui.widgets.canvas import plain_lines, prepare
from funnel_tui.widgets.cells import padded
from funnel_tui.widgets.figures import short_number

MARKS = ("█", "▓", "▒", "░")
"""What the series of a stack are drawn with, from below."""
GOAL, PACE = "━", "│"
"""The line of the quota across stacks, and where a quota should be by now."""
LEAST_PITCH = 4
AXIS_WIDTH = 8
LABEL_WIDTH = 18
LEAST_STEP = Fraction(1)


class Stacks(NamedTuple):
    """Stacked bars over time with a line for what is to be reached.

    :param title: what it shows.
    :param labels: one per bar.
    :param names: one per series, from below; ``values`` one row per series, one value per bar.
    :param goals: per bar, None where there is none; ``goal_name`` is what that is.
    """

    title: str
    labels: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[Fraction, ...], ...]
    goals: tuple[Fraction | None, ...] = ()
    goal_name: str = tr("quota")

    def legend(self) -> list[tuple[str, str]]:
        """Which sign stands for what."""
        told = list(zip(MARKS, self.names, strict=False))
        if any(goal is not None for goal in self.goals):
            told.append((GOAL, self.goal_name))
        return told


class Attained(NamedTuple):
    """The bar of one quota.

    :param share: attainment; None where it has no value.
    :param text: the same as people read it.
    :param mark: where its own mark stands; None for that of all bars.
    """

    label: str
    share: Fraction | None
    text: str
    mark: Fraction | None = None


class Attainments(NamedTuple):
    """Bars of attainment with a mark where they should be by now.

    :param pace: the share of the period that has gone; None before it begins and once it is over.
    :param names: what a bar is and what its mark is.
    """

    title: str
    bars: tuple[Attained, ...]
    pace: Fraction | None = None
    names: tuple[str, str] = (tr("won of the quota"), tr("where it should be today"))

    def legend(self) -> list[tuple[str, str]]:
        """Which sign stands for what."""
        marked = self.pace is not None or any(bar.mark is not None for bar in self.bars)
        told = [(MARKS[0], self.names[0])]
        return [*told, (PACE, self.names[1])] if marked else told


Picture = Stacks | Attainments


def draw_picture(plot: Any, picture: Picture, width: int, height: int) -> list[str]:
    """Draw a chart.

    :param plot: plotext itself, or the plot of a PlotextPlot widget.
    :param width: cells there are; ``height`` lines.
    :returns: plain lines.
    """
    if isinstance(picture, Stacks):
        return _draw_stacks(plot, picture, width, height)
    return _draw_attainments(plot, picture, width, height)


def _draw_stacks(plot: Any, picture: Stacks, width: int, height: int) -> list[str]:
    """Series on top of each other, the last bars where not all have room."""
    shown = max(1, min(len(picture.labels), (width - AXIS_WIDTH) // LEAST_PITCH))
    values = [series[-shown:] for series in picture.values]
    goals = picture.goals[-shown:]
    whole = [sum(column, Fraction(0)) for column in zip(*values, strict=True)]
    top = max([LEAST_STEP, *whole, *(goal for goal in goals if goal is not None)])
    steps = _steps(top, max(2, (height - 2) // 3))
    prepare(plot, width, height)
    plot.xaxes(True, False)
    plot.yaxes(True, False)
    plot.xlim(0.5, shown + 0.5)
    plot.ylim(0, float(steps[-1]))
    plot.yticks([float(step) for step in steps], [short_number(step) for step in steps])
    places = list(range(1, shown + 1))
    for upper in range(len(values), 0, -1):
        sums = [float(sum(column, Fraction(0))) for column in zip(*values[:upper], strict=True)]
        if any(sums):
            plot.bar(places, sums, marker=MARKS[upper - 1], width=0.6)
    for place, goal in zip(places, goals, strict=False):
        if goal is not None:
            plot.plot([place - 0.5, place + 0.5], [float(goal)] * 2, marker=GOAL)
    labels = picture.labels[-shown:]
    widest = max(map(len, labels), default=1) + 1
    every = max(1, -(-widest * shown // max(1, width - AXIS_WIDTH)))
    ticks = places[::-1][::every][::-1]
    plot.xticks(ticks, [labels[place - 1] for place in ticks])
    return plain_lines(plot, height)


def _draw_attainments(plot: Any, picture: Attainments, width: int, height: int) -> list[str]:
    """One line per bar; those that have no room are counted in the last line."""
    room = height if len(picture.bars) <= height else height - 1
    bars = picture.bars[: max(1, room)]
    label = min(LABEL_WIDTH, max((cell_len(clean(bar.label)) for bar in bars), default=1))
    texts = 2 + max((len(bar.text) for bar in bars), default=0)
    canvas = max(4, width - label - 1)
    longest = max([Fraction(1), *(bar.share for bar in bars if bar.share is not None)])
    scale = float(longest) * canvas / max(1, canvas - texts)
    prepare(plot, canvas, len(bars), bare=True)
    plot.xlim(0, scale)
    plot.ylim(0, max(1, len(bars) - 1))
    cell = scale / canvas
    for at, bar in enumerate(bars):
        line = len(bars) - 1 - at
        share = float(bar.share or 0)
        if share > 0:
            plot.plot([0, max(share - cell, 0)], [line, line], marker=MARKS[0])
        after = share
        pace = picture.pace if bar.mark is None else bar.mark
        if pace is not None and bar.share is not None:
            plot.plot([float(pace)], [line], marker=PACE)
            after = max(share, float(pace) + cell)
        plot.text(f" {bar.text}", after, line, alignment="left")
    drawn = plain_lines(plot, len(bars))
    lines = [f"{padded(bar.label, label)} {line}" for bar, line in zip(bars, drawn, strict=False)]
    left = len(picture.bars) - len(bars)
    return [*lines, tr("+ {n} more in the table").format(n=count_text(left))] if left else lines


def _steps(top: Fraction, count: int) -> list[Fraction]:
    """Round numbers from 0 to at least ``top``, about so many."""
    rough = top / count
    power = Fraction(1)
    while power * 10 <= rough:
        power *= 10
    step = next((power * factor for factor in (1, 2, 5) if power * factor >= rough), power * 10)
    found: Sequence[Fraction] = [step * at for at in range(int(top / step) + 2)]
    return [one for at, one in enumerate(found) if at == 0 or found[at - 1] < top]
