"""Groups held against each other: whose figure of a step stands out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.metrics.figures import middle_of

LEAST_GROUPS = 3
"""With fewer groups that have enough deals there is no middle to stand out from."""
LEAST_POINTS = Fraction(1, 10)
"""A share stands out from 10 percentage points off the median on."""
LEAST_PART = Fraction(1, 2)
"""A duration stands out from half the median off it on."""


class Measured(NamedTuple):
    """A figure of a group with its n; None where it has no value (METRICS M6)."""

    value: Fraction | None
    sample: int


@dataclass(frozen=True, slots=True)
class Outlier:
    """The group whose figure is furthest from the median.

    :param distance: value − median.
    """

    group: str
    median: Fraction
    distance: Fraction

    @property
    def is_above(self) -> bool:
        """Whether it is more than the median."""
        return self.distance > 0


def outlier(groups: Mapping[str, Measured], small_n: int, *, relative: bool = False) -> Outlier | None:
    """The group that stands out: furthest from the median of all with enough deals.

    :param groups: the figure of one step by group.
    :param small_n: groups with fewer deals are left out.
    :param relative: the distance is told as a part of the median (days), else in points (shares).
    :returns: None when nobody is as far off as :data:`LEAST_POINTS`, or :data:`LEAST_PART` of the median.
        Of two that are equally far off the first one.
    """
    own = _enough(groups, small_n)
    if len(own) < LEAST_GROUPS:
        return None
    ordered = _in_order(value for _, value in own)
    centre = middle_of(ordered)
    # Nobody is further off than the lowest or the highest.
    distance = max(centre - ordered[0], ordered[-1] - centre)
    if not distance or distance < (centre * LEAST_PART if relative else LEAST_POINTS):
        return None
    ends = (centre - distance, centre + distance)
    return next(Outlier(group, centre, value - centre) for group, value in own if value in ends)


def _enough(groups: Mapping[str, Measured], small_n: int) -> list[tuple[str, Fraction]]:
    """The groups with a value and enough deals."""
    return [
        (group, one.value) for group, one in groups.items() if one.value is not None and one.sample >= small_n
    ]


def _in_order(values: Iterable[Fraction]) -> list[Fraction]:
    """The values in order. Most of them differ as floats too, which are compared ten times as quickly."""
    return [value for _, value in sorted((value.numerator / value.denominator, value) for value in values)]
