"""What somebody wants to know of a plan, as values: the goal, and what is changed about the funnel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period

Shares = tuple[tuple[str, Fraction], ...]
"""Conversions by the name of their step."""


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What a plan is made with; what is None comes from history.

    :param target: an amount, or a number of deals; None for the quota of the scope.
    :param period: the period to plan; None for the present quarter.
    :param capacity: prospects that one rep handles in the period.
    :param chain: the user's own steps in order; empty for those of history.
    :param conversions: what-if: other conversions, by the name of the step.
    :param prospects: what-if: how many; ``size`` of a won deal and ``cycle`` in days likewise.
    :param times: what-if: so many times the prospects.
    """

    target: Money | int | None = None
    period: Period | None = None
    capacity: int | None = None
    chain: Shares = ()
    conversions: Shares = ()
    prospects: int | None = None
    size: Money | None = None
    cycle: Fraction | None = None
    times: Fraction = Fraction(1)

    def with_(self, **changes: Any) -> PlanWish:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def with_share(self, step: str, share: Fraction | None) -> PlanWish:
        """The same with another conversion of a step; None for that of the base."""
        others = tuple((name, one) for name, one in self.conversions if name != step)
        return self.with_(conversions=others if share is None else (*others, (step, share)))

    @property
    def is_changed(self) -> bool:
        """Whether anything of the funnel is other than in the base."""
        what = (self.prospects, self.size, self.cycle)
        return bool(self.conversions) or any(one is not None for one in what) or self.times != 1

    def as_base(self) -> PlanWish:
        """The same without any what-if."""
        return self.with_(conversions=(), prospects=None, size=None, cycle=None, times=Fraction(1))


def wish_to_words(wish: PlanWish) -> dict[str, Any]:
    """A wish as plain JSON values; :func:`wish_from_words` reads it back. Defaults are left out."""
    target = wish.target
    words: dict[str, Any] = {
        "target": None if target is None else target if isinstance(target, int) else _money(target),
        "period": None if wish.period is None else wish.period.name,
        "capacity": wish.capacity,
        "chain": [[name, str(share)] for name, share in wish.chain],
        "conversions": [[name, str(share)] for name, share in wish.conversions],
        "prospects": wish.prospects,
        "size": None if wish.size is None else _money(wish.size),
        "cycle": None if wish.cycle is None else str(wish.cycle),
        "times": None if wish.times == 1 else str(wish.times),
    }
    return {name: value for name, value in words.items() if value is not None and value != []}


def wish_from_words(words: dict[str, Any], fiscal_start: int) -> PlanWish:
    """Read a wish back.

    :param fiscal_start: the month a year begins in.
    :raises ValueError: for what is no such thing; also TypeError, KeyError and UsageError.
    """
    target = words.get("target")
    return PlanWish(
        target=_read_money(target) if isinstance(target, dict) else None if target is None else int(target),
        period=Period.parse(words["period"], fiscal_start) if words.get("period") else None,
        capacity=_whole(words.get("capacity")),
        chain=_shares(words.get("chain", [])),
        conversions=_shares(words.get("conversions", [])),
        prospects=_whole(words.get("prospects")),
        size=_read_money(words["size"]) if words.get("size") else None,
        cycle=Fraction(words["cycle"]) if words.get("cycle") else None,
        times=Fraction(words.get("times", 1)),
    )


def _money(value: Money) -> dict[str, Any]:
    return {"minor": value.minor, "currency": value.currency}


def _read_money(words: dict[str, Any]) -> Money:
    return Money(int(words["minor"]), str(words["currency"]))


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _shares(pairs: list[Any]) -> Shares:
    return tuple((str(name), Fraction(share)) for name, share in pairs)
