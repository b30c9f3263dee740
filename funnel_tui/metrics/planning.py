"""Planning: what is needed to reach a plan, and what changes when a figure of the funnel does (METRICS 9).

Everything is exact; amounts are in minor units of one currency, times in days. What cannot be said is None,
never 0 (METRICS M6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil, prod

from funnel_tui.metrics.benchmark import Benchmark
from funnel_tui.metrics.figures import Number

WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the chain.

    :param conversion: which share goes on to the next step.
    :param n: how many deals that is the share of; None for a number that somebody typed.
    """

    name: str
    conversion: Fraction | None
    n: int | None = None


def chain(conversions: Iterable[Fraction | None]) -> Fraction | None:
    """The product of the conversions: which share of the prospects is won.

    :returns: None without steps, and where a step has no conversion; 0 where nobody passes a step, whatever
        is behind it.
    """
    every = list(conversions)
    known = [one for one in every if one is not None]
    if 0 in known:
        return Fraction(0)
    return prod(known, start=WHOLE) if known and len(known) == len(every) else None


def wins_needed(plan: Number | None, size: Fraction | None) -> int | None:
    """ceil(plan / average won size); none are needed for a plan of 0."""
    if plan is None:
        return None
    if plan <= 0:
        return 0
    return ceil(plan / size) if size is not None and size > 0 else None


def wins_left(wins: int | None, won: int, expected: Number) -> Fraction | None:
    """How many are still to be found with the funnel as it stands, not below 0.

    :param won: won already.
    :param expected: Σ open deals × close ratio from their stage.
    """
    return None if wins is None else max(Fraction(0), Fraction(wins) - won - expected)


def prospects_needed(wins: Number | None, share: Fraction | None) -> int | None:
    """ceil(wins needed / chain); no number is enough where the chain is 0."""
    if wins is None:
        return None
    if wins <= 0:
        return 0
    return ceil(wins / share) if share else None


def reps_needed(prospects: int | None, capacity: Number | None) -> int | None:
    """ceil(prospects needed / prospects that one rep handles)."""
    if prospects is None or capacity is None or capacity <= 0:
        return None
    return ceil(Fraction(prospects) / capacity)


def plan_per_rep(capacity: Number | None, share: Fraction | None, size: Fraction | None) -> Fraction | None:
    """capacity × chain × size: what one rep can be asked to win."""
    if capacity is None or share is None or size is None:
        return None
    return capacity * share * size


# What if


@dataclass(frozen=True, slots=True)
class Case:
    """A funnel with its figures: as it is, or as it might be.

    :param prospects: that enter the first step.
    :param conversions: of its steps, in order.
    :param size: of a won deal on average, in minor units.
    :param cycle: from creation to winning, in days.
    """

    prospects: Number | None
    conversions: tuple[Fraction | None, ...]
    size: Fraction | None = None
    cycle: Fraction | None = None

    @property
    def chain(self) -> Fraction | None:
        """The product of the conversions."""
        return chain(self.conversions)

    @property
    def wins(self) -> Fraction | None:
        """prospects × chain."""
        share = self.chain
        return None if self.prospects is None or share is None else self.prospects * share

    @property
    def money(self) -> Fraction | None:
        """wins × size."""
        wins = self.wins
        return None if wins is None or self.size is None else wins * self.size

    @property
    def per_day(self) -> Fraction | None:
        """money / cycle: the velocity with the prospects as volume; no value for a cycle of 0."""
        money = self.money
        return None if money is None or not self.cycle else money / self.cycle


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is changed about a case.

    :param conversions: by the place of the step, from 0.
    :param times: proportional expansion: so many times the prospects.
    """

    prospects: Number | None = None
    conversions: Mapping[int, Fraction] = field(default_factory=dict)
    size: Fraction | None = None
    cycle: Fraction | None = None
    times: Number = 1


def share_of(value: Fraction) -> Fraction:
    """A conversion in its limits: not below 0 and at most 100 %."""
    return max(Fraction(0), min(WHOLE, value))


def changed(base: Case, what: WhatIf) -> Case:
    """The case with the changes; a conversion is capped at 100 %."""
    prospects = base.prospects if what.prospects is None else what.prospects
    conversions = tuple(
        share_of(what.conversions[at]) if at in what.conversions else one
        for at, one in enumerate(base.conversions)
    )
    return Case(
        None if prospects is None else prospects * what.times,
        conversions,
        base.size if what.size is None else what.size,
        base.cycle if what.cycle is None else what.cycle,
    )


def difference(new: Number | None, base: Number | None) -> Number | None:
    """new − base; no value unless both have one."""
    return None if new is None or base is None else new - base


# Key level and lever


def key_level(steps: Sequence[Step], limit: int) -> int | None:
    """The place of the step with the highest conversion; of equal ones the later, which has more before it.

    :param limit: a step must be the share of at least so many deals; a typed one always is.
    """
    best: tuple[Fraction, int] | None = None
    for at, step in enumerate(steps):
        if step.conversion is None or (step.n is not None and step.n < limit):
            continue
        if best is None or step.conversion >= best[0]:
            best = step.conversion, at
    return None if best is None else best[1]


def lever(steps: Sequence[Step], key: int | None) -> int | None:
    """The place of the lowest-conversion step before the key level; of equal ones the first."""
    best: tuple[Fraction, int] | None = None
    for at, step in enumerate(steps[: key or 0]):
        if step.conversion is not None and (best is None or step.conversion < best[0]):
            best = step.conversion, at
    return None if best is None else best[1]


def lever_gain(case: Case, at: int, share: Fraction) -> Fraction | None:
    """How many more wins there are when a step rises to a share (capped at 100 %)."""
    raised = changed(case, WhatIf(conversions={at: share})).wins
    wins = case.wins
    return None if raised is None or wins is None else raised - wins


# Back to a benchmark


class Advice(StrEnum):
    """What can be brought back to a benchmark."""

    TIME = "time"
    """Days in the first stage."""
    VOLUME = "volume"
    """Open deals."""
    SIZE = "size"
    """Average size of a won deal."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What velocity depends on, now or in a period that is held against now.

    :param first_days: mean days in the first stage.
    :param volume: open deals.
    :param size: average size of a won deal.
    :param cycle: mean days from creation to winning.
    """

    first_days: Fraction | None = None
    volume: int | None = None
    size: Fraction | None = None
    cycle: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A figure that was better, and what it is worth to bring it back.

    :param figure: now and then.
    :param gain: relative gain in velocity, such as 1/10 for 10 % more money per day.
    """

    advice: Advice
    figure: Benchmark
    gain: Fraction


def suggestions(now: Standing, then: Standing) -> list[Suggestion]:
    """What is worse than it was, the largest gain in velocity first (METRICS 9, Suggestions).

    Velocity grows with volume and size in proportion; days saved in the first stage shorten the time to win
    by as many.
    """
    found = []
    if now.first_days is not None and then.first_days is not None and now.first_days > then.first_days:
        held = Benchmark(now.first_days, then.first_days)
        shorter = None if now.cycle is None else now.cycle - held.difference
        if now.cycle is not None and shorter is not None and shorter > 0:
            found.append(Suggestion(Advice.TIME, held, Fraction(now.cycle) / shorter - 1))
    for advice, one, other in (
        (Advice.VOLUME, now.volume, then.volume),
        (Advice.SIZE, now.size, then.size),
    ):
        if one and other is not None and other > one:
            found.append(Suggestion(advice, Benchmark(one, other), Fraction(other) / one - 1))
    order = list(Advice)
    return sorted(found, key=lambda one: (-one.gain, order.index(one.advice)))


# A whole plan


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached, and what there is already.

    :param amount: the plan in minor units; None where it is in deals, or where there is none.
    :param deals: the plan as a number of deals.
    :param won: deals won in the period so far.
    :param expected: Σ open deals × close ratio from their stage.
    """

    amount: Number | None = None
    deals: int | None = None
    won: int = 0
    expected: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Need:
    """What is needed to reach a goal with a case.

    :param wins: deals to win; ``prospects`` and ``reps`` that take part in it.
    :param wins_left: the same with the funnel as it stands; ``prospects_left`` likewise.
    :param per_rep: what one rep can be asked to win, in minor units.
    """

    wins: int | None
    prospects: int | None
    reps: int | None
    wins_left: Fraction | None
    prospects_left: int | None
    per_rep: Fraction | None


def need(goal: Goal, case: Case, capacity: Number | None) -> Need:
    """What a goal needs when the funnel works as in a case."""
    wins = goal.deals if goal.deals is not None else wins_needed(goal.amount, case.size)
    prospects = prospects_needed(wins, case.chain)
    left = wins_left(wins, goal.won, goal.expected)
    return Need(
        wins=wins,
        prospects=prospects,
        reps=reps_needed(prospects, capacity),
        wins_left=left,
        prospects_left=prospects_needed(left, case.chain),
        per_rep=plan_per_rep(capacity, case.chain, case.size),
    )
