"""Stuck and idle deals (METRICS 4). One rule serves list, filter and colour; boundaries are inclusive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.metrics.figures import median


def stuck_after(
    pipeline: PipelineFact, seconds: Mapping[int, Sequence[int]], factor: int
) -> dict[int, Fraction]:
    """From which age on an open visit is stuck, by stage, in seconds.

    The stage's own days; else ``factor`` times the stage's median days. A stage with neither has no entry.

    :param seconds: days-in-stage figures by stage, in seconds, for stages without days of their own.
    """
    found = {}
    for stage in pipeline.stages:
        if stage.stuck_days is not None:
            found[stage.id] = Fraction(stage.stuck_days * DAY_SECONDS)
            continue
        middle = median(seconds.get(stage.id, ()))
        if middle:
            found[stage.id] = factor * middle
    return found


def is_stuck(age: int, threshold: Fraction | None) -> bool:
    """Whether a visit that began ``age`` seconds ago has lasted at least as long as the threshold."""
    return threshold is not None and age >= threshold


def is_idle(age: int | None, idle_days: int) -> bool:
    """Whether the last done interaction is at least so many days ago.

    :param age: seconds since then; None when there never was one, which says nothing.
    """
    return age is not None and age >= idle_days * DAY_SECONDS
