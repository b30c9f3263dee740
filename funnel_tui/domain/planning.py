"""What somebody wants to know of a plan, as values: the goal, and what is changed about the funnel."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.shown import clean, decimal_text
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr

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


_SHARE = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?\s*%?", re.ASCII)
_DECIMAL = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?", re.ASCII)
_DEALS = re.compile(r"(\d{1,9})\s*(?:deals?|contracts?|wins?)", re.ASCII | re.IGNORECASE)
_STEPS = re.compile(r"[;\n]|,(?!\d)")
MOST_STEPS = 20


def parse_share(text: str) -> Fraction:
    """A percentage as people type it (``60``, ``12.5 %``, ``12,5``); more than 100 % is 100 %.

    :raises InvalidInput: for anything else.
    """
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(
            "conversion",
            tr("{text} is not a percentage.").format(text=_quoted(text)),
            tr("For example 60 or 12.5 %."),
        )
    return min(Fraction(1), Fraction(f"{found[1]}.{found[2] or 0}") / 100)


def parse_number(text: str, field: str) -> Fraction:
    """A number that is not negative, with a point or a comma before its decimals.

    :raises InvalidInput: for anything else.
    """
    found = _DECIMAL.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(
            field,
            tr("{text} is not a number of this kind.").format(text=_quoted(text)),
            tr("For example 30 or 1.5."),
        )
    return Fraction(f"{found[1]}.{found[2] or 0}")


def parse_whole(text: str, field: str, least: int = 0) -> int:
    """A whole number of at least so many.

    :raises InvalidInput: for anything else.
    """
    value = parse_number(text, field)
    if value.denominator != 1 or value < least:
        raise InvalidInput(
            field,
            tr("{text} is not a whole number of at least {least}.").format(text=_quoted(text), least=least),
        )
    return value.numerator


def parse_deals(text: str) -> int | None:
    """A target as a number of deals, such as ``25 deals``; None for what does not say so."""
    found = _DEALS.fullmatch(text.strip())
    return None if found is None else int(found[1])


def parse_step(text: str) -> tuple[str, Fraction]:
    """A step with its conversion, such as ``Proposal=60%``.

    :raises InvalidInput: for anything else.
    """
    name, sign, share = text.rpartition("=")
    if not sign or not name.strip():
        raise InvalidInput(
            "step",
            tr("{text} is not a step with a conversion.").format(text=_quoted(text)),
            tr("For example Proposal=60%."),
        )
    return name.strip(), parse_share(share)


def parse_chain(text: str) -> Shares:
    """Steps in order, such as ``Calls=3%, Meetings=67%``; an empty text has none.

    :raises InvalidInput: for anything else, for two steps of one name, and for too many.
    """
    steps = tuple(parse_step(part) for part in _STEPS.split(text) if part.strip())
    names = [name.casefold() for name, _ in steps]
    if len(set(names)) < len(names):
        raise InvalidInput(
            "chain", tr("Two steps have the same name."), tr("Give each step a name of its own.")
        )
    if len(steps) > MOST_STEPS:
        raise InvalidInput("chain", tr("A chain has at most {most} steps.").format(most=MOST_STEPS))
    return steps


def share_text(share: Fraction) -> str:
    """A conversion as one would type it: ``60``, ``12.5``; to six decimals of a percent."""
    return decimal_text(share * 100, 6).rstrip("0").rstrip(".")


def _quoted(text: str) -> str:
    return f"'{clean(text if len(text) <= 60 else text[:59] + '…')}'"
