"""A figure against the same figure of another period (METRICS 1, Benchmark [P])."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from funnel_tui.metrics.figures import Number, ratio


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A figure now and in the period it is held against.

    :param less_is_better: as of days: what is missing is then what is too much.
    """

    now: Number
    then: Number
    less_is_better: bool = False

    @property
    def difference(self) -> Number:
        """now − then."""
        return self.now - self.then

    @property
    def relative(self) -> Fraction | None:
        """(now − then) / then; no value when then is 0."""
        return ratio(self.difference, self.then)

    @property
    def shortfall(self) -> Number:
        """How much is missing: max(0, then − now); where less is better, max(0, now − then)."""
        return max(0, self.difference if self.less_is_better else -self.difference)
