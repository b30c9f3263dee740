"""What a key does to a plan: one step up or down of the figure under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.money import Money, exponent, round_half_up
from funnel_tui.domain.planning import PlanWish
from funnel_tui.metrics.planning import share_of
from funnel_tui.services.reports.plan_figures import Plan

POINT = Fraction(1, 100)
"""A conversion goes by one point."""
PART = Fraction(1, 20)
"""An amount, and a number of prospects, go by a twentieth of what they are in the base."""


class Row(NamedTuple):
    """A figure of a plan that may be changed.

    :param kind: ``prospects``, ``step``, ``size``, ``cycle``, ``capacity`` or ``target``.
    :param step: the name of the step.
    """

    kind: str
    step: str = ""


def rows_of(plan: Plan) -> list[Row]:
    """The figures that may be changed, in order."""
    steps = [Row("step", step.name) for step in plan.steps]
    return [Row("prospects"), *steps, Row("size"), Row("cycle"), Row("capacity"), Row("target")]


def nudged(plan: Plan, row: Row, by: int) -> PlanWish:
    """The wish with a figure one step up (1) or down (−1); the very same where it cannot go on."""
    wish = plan.wish
    match row.kind:
        case "step":
            at = [step.name for step in plan.steps].index(row.step)
            share = share_of((plan.new.conversions[at] or Fraction(0)) + by * POINT)
            return wish.with_share(row.step, share)
        case "prospects":
            base = wish.prospects if wish.prospects is not None else int(plan.base.prospects or 0)
            step = max(1, round_half_up(Fraction(plan.facts.prospects) * PART))
            return wish.with_(prospects=max(0, base + by * step))
        case "size":
            if plan.new.size is None:
                return wish
            size = plan.new.size + by * _round_part(plan.base.size or plan.new.size, plan.facts.currency)
            return wish.with_(size=Money(round_half_up(size), plan.facts.currency)) if size > 0 else wish
        case "cycle":
            if plan.new.cycle is None or plan.new.cycle + by <= 0:
                return wish
            return wish.with_(cycle=plan.new.cycle + by)
        case "capacity":
            return wish.with_(capacity=max(1, round_half_up(Fraction(plan.capacity or 0)) + by))
        case _:
            return _nudged_target(plan, by)


def _nudged_target(plan: Plan, by: int) -> PlanWish:
    target = plan.target
    if isinstance(target, int):
        return plan.wish.with_(target=max(0, target + by))
    if target is None:
        return plan.wish
    part = _round_part(Fraction(target.minor), target.currency)
    return plan.wish.with_(
        target=Money(round_half_up(max(Fraction(0), target.minor + by * part)), target.currency)
    )


def _round_part(value: Fraction, currency: str) -> Fraction:
    """A twentieth of an amount, as a round number: 1, 2 or 5 times a power of ten of whole units."""
    unit = int(10 ** exponent(currency))
    rough = value * PART / unit
    power = Fraction(1)
    while power * 10 <= rough:
        power *= 10
    factor = next((one for one in (5, 2) if power * one <= rough), 1)
    return power * (factor * unit)


def reset(wish: PlanWish, row: Row) -> PlanWish:
    """The wish with a figure as it is in history, or as the quota says."""
    if row.kind == "step":
        return wish.with_share(row.step, None)
    changes = {row.kind: None} | ({"times": Fraction(1)} if row.kind == "prospects" else {})
    return wish.with_(**changes)


def fitting(wish: PlanWish, stages: Sequence[str]) -> PlanWish:
    """The wish without steps that the chain has not: another pipeline may be looked at.

    :param stages: the steps of history, for a wish without a chain of its own.
    """
    known = {name.casefold() for name in ([step for step, _ in wish.chain] or stages)}
    kept = tuple((name, share) for name, share in wish.conversions if name.casefold() in known)
    return wish.with_(conversions=kept)
