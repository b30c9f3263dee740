"""What open deals may bring: the distribution of their sum (METRICS 7, range).

Each open deal is won with its probability, independently of the others. The distribution of the sum is exact
while it has few enough values: whole-number weights, no rounding anywhere. Beyond that it is drawn by chance
with a fixed seed, so that the same deals give the same figures.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, compress
from math import gcd
from operator import gt

from funnel_tui.metrics.forecast import CERTAIN

EXACT_STEPS = 1 << 16
"""So much work goes into an exact distribution: enough for 15 deals whatever their amounts, and for hundreds
whose amounts are round."""

DRAWS = 2_000_000
"""Deals drawn in a simulation, all in all; it has as many runs as that allows, within limits."""

FEWEST_RUNS, MOST_RUNS = 1_000, 20_000

SINGLE = 2_000
"""So many deals are drawn one by one in each run: the largest."""

SEED = 20_260_401

Trial = tuple[int, int]
"""An amount in minor units and a probability in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How likely each sum is.

    :param sums: in ascending order, in minor units.
    :param weights: whole numbers; each divided by their sum is a probability.
    :param exact: False when it was drawn by chance; ``runs`` then says how often.
    """

    sums: tuple[int, ...]
    weights: tuple[int, ...]
    exact: bool = True
    runs: int = 0

    @property
    def mean(self) -> Fraction:
        """The expected sum. For an exact distribution it is the weighted forecast."""
        pairs = zip(self.sums, self.weights, strict=True)
        return Fraction(sum(value * weight for value, weight in pairs), sum(self.weights))

    def percentile(self, percent: int) -> int:
        """The smallest sum that is not exceeded with a probability of so many percent (METRICS 7)."""
        whole = sum(self.weights)
        for value, below in zip(self.sums, accumulate(self.weights), strict=True):
            if 100 * below >= percent * whole:
                return value
        return self.sums[-1]

    def reaches(self, goal: Fraction | int) -> Fraction:
        """The probability that the sum is at least so much (METRICS 7)."""
        met = sum(weight for value, weight in zip(self.sums, self.weights, strict=True) if value >= goal)
        return Fraction(met, sum(self.weights))


def distribution(trials: Iterable[Trial], start: int = 0, *, steps: int = EXACT_STEPS) -> Distribution:
    """The distribution of what is won.

    :param trials: the open deals; those that bring nothing, or surely nothing, do no harm.
    :param start: what is won already.
    :param steps: how much work may go into an exact distribution before it is drawn by chance.
    """
    certain = start
    open_trials: list[Trial] = []
    for amount, chance in trials:
        if chance >= CERTAIN:
            certain += amount
        elif amount and chance > 0:
            open_trials.append((amount, chance))
    return _exact(open_trials, certain, steps) or _simulated(open_trials, certain)


def _exact(trials: Sequence[Trial], start: int, steps: int) -> Distribution | None:
    """Deal by deal: P(sum) = P(sum) × (1 − p) + P(sum − amount) × p. None when it takes too long."""
    if len(trials) > steps:
        return None
    weights = {start: 1}
    for amount, chance in sorted(trials):
        steps -= len(weights)
        if steps < 0:
            return None
        common = gcd(chance, CERTAIN)
        win, miss = chance // common, (CERTAIN - chance) // common
        after = {value: weight * miss for value, weight in weights.items()}
        for value, weight in weights.items():
            won = value + amount
            after[won] = after.get(won, 0) + weight * win
        weights = after
    sums = tuple(sorted(weights))
    return Distribution(sums, tuple(weights[value] for value in sums))


def _simulated(trials: Sequence[Trial], start: int) -> Distribution:
    """Many runs by chance, always the same ones.

    Of very many deals the largest are drawn one by one. The others are so small beside them, and so many,
    that their sum is drawn at once, as a normal one of the same mean and variance.
    """
    ordered = sorted(trials, reverse=True)
    single, rest = ordered[:SINGLE], ordered[SINGLE:]
    runs = min(MOST_RUNS, max(FEWEST_RUNS, DRAWS // len(single)))
    generator = random.Random(SEED)
    draw = generator.random
    amounts = [amount for amount, _ in single]
    chances = [chance / CERTAIN for _, chance in single]
    count = range(len(single))
    small = _together(rest, generator)
    found: dict[int, int] = {}
    for _ in range(runs):
        value = start + small() + sum(compress(amounts, map(gt, chances, [draw() for _ in count])))
        found[value] = found.get(value, 0) + 1
    sums = tuple(sorted(found))
    return Distribution(sums, tuple(found[value] for value in sums), exact=False, runs=runs)


def _together(trials: Sequence[Trial], generator: random.Random) -> Callable[[], int]:
    """Draws the sum of many small deals."""
    if not trials:
        return lambda: 0
    most = sum(amount for amount, _ in trials)
    mean = sum(amount * chance for amount, chance in trials) / CERTAIN
    variance = sum(amount * amount * chance * (CERTAIN - chance) for amount, chance in trials) / CERTAIN**2
    spread = math.sqrt(variance)
    return lambda: min(most, max(0, round(generator.gauss(mean, spread))))
