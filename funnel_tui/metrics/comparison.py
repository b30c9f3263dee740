"""Groups held against each other: whose figure of a step stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from funnel_tui.metrics.figures import median

LEAST_GROUPS = 3
"""With fewer groups that have enough deals there is no middle to stand out from."""
LEAST_POINTS = Fraction(1, 10)
"""A share stands out from 10 percentage points off the median on."""
LEAST_PART = Fraction(1, 2)
"""A duration stands out from half the median off it on."""


@dataclass(frozen=True, slots=True)
class Measured:
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


def middle(groups: Mapping[str, Measured], small_n: int) -> Fraction | None:
    """The median of the groups with at least ``small_n`` deals; none with fewer than three of them."""
    values = [one.value for one in groups.values() if one.value is not None and one.sample >= small_n]
    return median(values) if len(values) >= LEAST_GROUPS else None


def outlier(groups: Mapping[str, Measured], small_n: int, *, relative: bool = False) -> Outlier | None:
    """The group that stands out: furthest from the median of all with enough deals.

    :param groups: the figure of one step by group.
    :param small_n: groups with fewer deals are left out.
    :param relative: the distance is told as a part of the median (days), else in points (shares).
    :returns: None when nobody is as far off as :data:`LEAST_POINTS`, or :data:`LEAST_PART` of the median.
        Of two that are equally far off the first one.
    """
    centre = middle(groups, small_n)
    if centre is None:
        return None
    least = centre * LEAST_PART if relative else LEAST_POINTS
    found: Outlier | None = None
    for group, one in groups.items():
        if one.value is None or one.sample < small_n:
            continue
        distance = one.value - centre
        if distance and abs(distance) >= least and (found is None or abs(distance) > abs(found.distance)):
            found = Outlier(group, centre, distance)
    return found
