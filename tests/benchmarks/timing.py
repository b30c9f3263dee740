"""Measuring two sides in turn and comparing the best time of each."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The outcome of one comparison.

    :param name: what was measured.
    :param ours: our figure; ``floor`` is what it is held against.
    :param unit: of both, such as ``ms``.
    :param target: the ratio should not be more than this; None where only the figure is wanted.
    :param floor_name: what the floor is, in words.
    :param at_least: the ratio should not be *less* than the target (rows per second).
    """

    name: str
    ours: float
    floor: float
    unit: str
    target: float | None
    floor_name: str
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """ours / floor."""
        return self.ours / self.floor if self.floor else float("inf")

    @property
    def reached(self) -> bool:
        """Whether the target is met; a comparison without one always is."""
        if self.target is None:
            return True
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


def best_of(rounds: int, *sides: Work, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """The shortest time of each side in seconds.

    The sides take turns, so that what else the machine does hits all of them alike; each runs once before
    anything is measured.

    :param clock: ``time.thread_time`` for work of this thread alone: steadier on a busy machine.
    """
    for side in sides:
        side()
    best = [float("inf")] * len(sides)
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for place, side in enumerate(sides):
                start = clock()
                side()
                best[place] = min(best[place], clock() - start)
    finally:
        gc.enable()
    return best


def table(ratios: list[Ratio]) -> str:
    """All comparisons as a table for people."""
    lines = [f"{'':46} {'ours':>10} {'floor':>10} {'ratio':>7} {'target':>7}      floor"]
    for one in ratios:
        sign = "" if one.target is None else "≥" if one.at_least else "≤"
        target = "–" if one.target is None else f"{sign}{one.target:g}"
        lines.append(
            f"{one.name:46} {_figure(one.ours, one.unit):>10} {_figure(one.floor, one.unit):>10}"
            f" {one.ratio:7.2f} {target:>7} {'ok ' if one.reached else 'NO '}  {one.floor_name}"
        )
    return "\n".join(lines)


def _figure(value: float, unit: str) -> str:
    return f"{value:,.2f} {unit}" if value < 100 else f"{value:,.0f} {unit}"
