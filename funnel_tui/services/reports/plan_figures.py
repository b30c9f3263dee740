"""A plan put together from what was read and what is wished; it reads nothing (METRICS 9)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from funnel_tui.domain.money import Money
from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.metrics import planning
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.planning import Case, Goal, Need, Step, Suggestion, WhatIf
from funnel_tui.services.reports.plan_facts import PlanFacts

MORE = Fraction(1, 10)
"""The lever is told by what ten points more of it bring."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    :param steps: of the chain: those of history, or the user's own.
    :param base: the funnel as it is; ``new`` with the what-if.
    :param goal: what is to be reached; ``from_quota`` when it is the quota of the scope.
    :param need: with ``base``; ``new_need`` with ``new``.
    :param capacity: prospects per rep in the period; ``usual`` when it comes from history.
    :param key: the place of the key level among the steps; ``lever`` that of the lever.
    :param lever_share: where the lever would be with ten points more; ``lever_gain`` the wins that brings.
    :param suggestions: the largest gain first.
    """

    facts: PlanFacts
    wish: PlanWish
    steps: tuple[Step, ...]
    base: Case
    new: Case
    goal: Goal
    from_quota: bool
    need: Need
    new_need: Need
    capacity: Number | None
    usual: bool
    key: int | None
    lever: int | None
    lever_share: Fraction | None
    lever_gain: Fraction | None
    suggestions: tuple[Suggestion, ...]

    @property
    def target(self) -> Money | int | None:
        """What is to be reached: an amount in the base currency, or a number of deals."""
        if self.goal.deals is not None:
            return self.goal.deals
        if self.goal.amount is None:
            return None
        return Money(round(self.goal.amount), self.facts.currency)


def solve(facts: PlanFacts, wish: PlanWish) -> Plan:
    """Make a plan.

    :raises InvalidInput: for a step that is not in the chain, and for an amount without an exchange rate.
    """
    steps = tuple(Step(name, planning.share_of(share)) for name, share in wish.chain) or facts.steps
    base = Case(facts.prospects, tuple(step.conversion for step in steps), facts.size, facts.cycle)
    changes = {place_of(steps, name): share for name, share in wish.conversions}
    size = None if wish.size is None else in_base(facts, wish.size, "size")
    what = WhatIf(wish.prospects, changes, size, wish.cycle, wish.times)
    new = planning.changed(base, what)
    goal, from_quota = _goal(facts, wish)
    capacity: Number | None = facts.usual_capacity if wish.capacity is None else wish.capacity
    key = planning.key_level(steps, facts.small_n)
    at = planning.lever(steps, key)
    share = None if at is None else planning.share_of((steps[at].conversion or Fraction(0)) + MORE)
    gain = None if at is None or share is None else planning.lever_gain(base, at, share)
    return Plan(
        facts=facts,
        wish=wish,
        steps=steps,
        base=base,
        new=new,
        goal=goal,
        from_quota=from_quota,
        need=planning.need(goal, base, capacity),
        new_need=planning.need(goal, new, capacity),
        capacity=capacity,
        usual=wish.capacity is None,
        key=key,
        lever=at,
        lever_share=share,
        lever_gain=gain,
        suggestions=tuple(planning.suggestions(facts.now, facts.then)),
    )


def _goal(facts: PlanFacts, wish: PlanWish) -> tuple[Goal, bool]:
    """What is to be reached, and whether that is the quota."""
    target = wish.target
    already = (facts.won_now, facts.expected)
    if isinstance(target, int):
        return Goal(None, target, *already), False
    if target is not None:
        return Goal(in_base(facts, target, "target"), None, *already), False
    if facts.quota is None:
        return Goal(None, None, *already), False
    if facts.quota_unit is QuotaUnit.DEALS:
        return Goal(None, int(facts.quota), *already), True
    return Goal(facts.quota, None, *already), True


def in_base(facts: PlanFacts, value: Money, field: str) -> Fraction:
    """An amount in minor units of the base currency.

    :raises InvalidInput: where there is no exchange rate.
    """
    found = facts.prices.exact(value.minor, value.currency)
    if found is None:
        raise InvalidInput(
            field,
            tr("There is no exchange rate from {currency} to {base}.").format(
                currency=value.currency, base=facts.currency
            ),
            tr("Give the amount in {currency}, or import rates (funnel import rates FILE).").format(
                currency=facts.currency
            ),
        )
    return Fraction(found)


def place_of(steps: tuple[Step, ...], name: str) -> int:
    """The place of a step by its name, whatever the case.

    :raises InvalidInput: when there is none; the nearest one is suggested.
    """
    wanted = name.strip().casefold()
    folded = [step.name.casefold() for step in steps]
    if wanted in folded:
        return folded.index(wanted)
    near = get_close_matches(wanted, folded, n=1)
    hint = (
        tr("There are {steps}.").format(steps=", ".join(step.name for step in steps))
        if steps
        else tr("There are no steps.")
    )
    if near:
        hint = tr("Did you mean {name!r}?").format(name=steps[folded.index(near[0])].name)
    raise InvalidInput("step", tr("The chain has no step {name!r}.").format(name=name.strip()), hint)


def rounded_up(value: Number | None) -> int | None:
    """The next whole number, for what is counted."""
    return None if value is None else -int(-value // 1)
