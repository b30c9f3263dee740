"""Conditions on deals: as SQL on a deal ``d``, and in memory for deals as they stood at a past instant.

Both forms of a condition say the same. What a condition is about has been looked up: names are numbers, days
are instants, amounts are minor units. Every condition is true or false, never NULL.

The organisation, title, people, tags and products of a deal have no history: those of now count at every
as-of, as everywhere in the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from math import ceil
from typing import Any, Protocol

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.money import round_half_up
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.figures import Prices
from funnel_tui.metrics.stuck import is_stuck
from funnel_tui.queries.deal_rows import LAST_DONE

Range = tuple[int | None, int | None]
"""From and to, both included; None where it has no end."""

_WON_BP = 10_000
_FEW = 40
_LARGEST = 2**62


class Wording:
    """Gathers the parameters of a condition.

    :param reader: says how lists of numbers are written on its database.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.values: dict[str, Any] = {}

    def put(self, value: int | str) -> str:
        """A parameter with this value."""
        return f":{self._name(value)}"

    def among(self, expression: str, numbers: frozenset[int]) -> str:
        """That an expression is one of some numbers of ours."""
        if len(numbers) <= _FEW:
            listed = ", ".join(str(int(number)) for number in sorted(numbers))
            return f"{expression} IN ({listed})" if listed else "1 = 0"
        name = self._name(0)
        sql, self.values[name] = self._reader.among(expression, name, sorted(numbers))
        return sql

    def inside(self, expression: str, ranges: Sequence[Range]) -> str:
        """That an expression lies in one of some ranges."""
        parts = []
        for low, high in ranges:
            ends = [f"{expression} >= {self.put(_bounded(low))}"] if low is not None else []
            ends += [f"{expression} <= {self.put(_bounded(high))}"] if high is not None else []
            parts.append(" AND ".join(ends) or f"{expression} IS NOT NULL")
        return f"({' OR '.join(f'({part})' for part in parts)})" if parts else "1 = 0"

    def _name(self, value: Any) -> str:
        name = f"w{len(self.values)}"
        self.values[name] = value
        return name


def _bounded(value: int) -> int:
    """A number that both databases can hold."""
    return max(-_LARGEST, min(value, _LARGEST))


def _lies_in(value: int | None, ranges: Sequence[Range]) -> bool:
    return value is not None and any(
        (low is None or value >= low) and (high is None or value <= high) for low, high in ranges
    )


@dataclass(slots=True)
class Then:
    """The instant that deals in memory are seen from.

    :param looked: for each part of a condition that a fact does not tell, the deals it holds for.
    """

    as_of: int
    looked: dict[Part, frozenset[int]]


class Part(Protocol):
    """A condition, or a part of one."""

    def sql(self, wording: Wording) -> str:
        """SQL on a deal ``d``; true or false."""
        ...

    def holds(self, deal: DealFact, then: Then) -> bool:
        """The same for a deal as it stood."""
        ...


@dataclass(frozen=True)
class All:
    """All of several; without any, every deal."""

    parts: tuple[Part, ...]

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        return f"({' AND '.join(part.sql(wording) for part in self.parts)})" if self.parts else "1 = 1"

    def holds(self, deal: DealFact, then: Then) -> bool:
        """See :class:`Part`."""
        return all(part.holds(deal, then) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    """At least one of several; without any, no deal."""

    parts: tuple[Part, ...]

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        return f"({' OR '.join(part.sql(wording) for part in self.parts)})" if self.parts else "1 = 0"

    def holds(self, deal: DealFact, then: Then) -> bool:
        """See :class:`Part`."""
        return any(part.holds(deal, then) for part in self.parts)


@dataclass(frozen=True)
class Contrary:
    """The contrary."""

    part: Part

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        return f"NOT ({self.part.sql(wording)})"

    def holds(self, deal: DealFact, then: Then) -> bool:
        """See :class:`Part`."""
        return not self.part.holds(deal, then)


@dataclass(frozen=True)
class Numbered:
    """A number of the deal, such as that of its owner, that is one of some.

    :param column: of the deal; its fact calls it the same.
    :param numbers: None for any: the deal has one.
    """

    column: str
    numbers: frozenset[int] | None

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        if self.numbers is None:
            return f"d.{self.column} IS NOT NULL"
        return f"({wording.among(f'd.{self.column}', self.numbers)}) IS TRUE"

    def holds(self, deal: DealFact, then: Then) -> bool:  # noqa: ARG002
        """See :class:`Part`."""
        value = getattr(deal, self.column)
        return value is not None if self.numbers is None else value in self.numbers


@dataclass(frozen=True)
class Worded:
    """A word of the deal that is one of some: its status or currency.

    :param words: None for any: the deal has one.
    """

    column: str
    words: frozenset[str] | None

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        if self.words is None:
            return f"d.{self.column} IS NOT NULL"
        listed = ", ".join(wording.put(word) for word in sorted(self.words)) or "NULL"
        return f"(d.{self.column} IN ({listed})) IS TRUE"

    def holds(self, deal: DealFact, then: Then) -> bool:  # noqa: ARG002
        """See :class:`Part`."""
        value = getattr(deal, self.column)
        return value is not None if self.words is None else value in self.words


@dataclass(frozen=True)
class Category:
    """The forecast category of an open deal: its own, else that of its stage.

    :param words: None for any.
    :param stages: the category of each stage.
    """

    words: frozenset[str] | None
    stages: tuple[tuple[int, str], ...]

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        if self.words is None:
            return "d.closed_at IS NULL"
        listed = ", ".join(wording.put(word) for word in sorted(self.words)) or "NULL"
        fitting = frozenset(stage for stage, word in self.stages if word in self.words)
        own = f"(d.category IN ({listed})) IS TRUE"
        of_stage = f"d.category IS NULL AND {wording.among('d.stage_id', fitting)}"
        return f"(d.closed_at IS NULL AND ({own} OR ({of_stage})))"

    def holds(self, deal: DealFact, then: Then) -> bool:  # noqa: ARG002
        """See :class:`Part`."""
        if deal.status is not DealStatus.OPEN:
            return False
        found = dict(self.stages)[deal.stage_id] if deal.category is None else deal.category
        return self.words is None or found in self.words


class Measure(Enum):
    """A number of a deal that lies between two others."""

    CREATED = "created_at"
    """Epoch seconds; so is the next."""
    CLOSED = "closed_at"
    EXPECTED = "expected_close"
    """A day number."""
    IN_STAGE = "in_stage"
    """Seconds since it entered its stage; of a closed deal, until it was closed."""
    PROBABILITY = "probability"
    """Hundredths of a percent: typed, else the stage's; won ones 100 %, lost ones have none."""
    AMOUNT = "amount"
    """Whether there is one; amounts are compared by :class:`Worth`."""


@dataclass(frozen=True)
class Measured:
    """A number of the deal that lies in one of some ranges; a deal without one lies in none.

    :param stages: the probability of each stage, where that is what is measured.
    """

    measure: Measure
    ranges: tuple[Range, ...]
    stages: tuple[tuple[int, int], ...] = ()

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        return f"({wording.inside(self._expression(), self.ranges)}) IS TRUE"

    def _expression(self) -> str:
        match self.measure:
            case Measure.IN_STAGE:
                return "(coalesce(d.closed_at, :as_of) - d.entered_at)"
            case Measure.AMOUNT:
                return "d.amount_minor"
            case Measure.PROBABILITY:
                arms = " ".join(f"WHEN {stage:d} THEN {bp:d}" for stage, bp in self.stages)
                of_stage = f"CASE d.stage_id {arms} END" if arms else "NULL"
                own = f"coalesce(d.probability_bp, {of_stage})"
                return f"(CASE d.status WHEN 'open' THEN {own} WHEN 'won' THEN {_WON_BP} END)"
            case plain:
                return f"d.{plain.value}"

    def holds(self, deal: DealFact, then: Then) -> bool:
        """See :class:`Part`."""
        return _lies_in(self._value(deal, then.as_of), self.ranges)

    def _value(self, deal: DealFact, as_of: int) -> int | None:
        match self.measure:
            case Measure.IN_STAGE:
                return (as_of if deal.closed_at is None else deal.closed_at) - deal.entered_at
            case Measure.PROBABILITY:
                if deal.status is not DealStatus.OPEN:
                    return _WON_BP if deal.status is DealStatus.WON else None
                typed = deal.probability_bp
                return dict(self.stages)[deal.stage_id] if typed is None else typed
            case plain:
                value: int | None = getattr(deal, plain.value)
                return value


@dataclass(frozen=True)
class Worth:
    """An amount that lies in one of some ranges.

    A deal in ``currency`` is compared as it is. Any other one is compared by its worth in the base currency,
    rounded as it is shown: an open deal at the rate of as-of, a closed one at that of its closing day.

    :param direct: ranges in minor units of ``currency``; ``base`` in those of the base currency. The latter
        is empty where there is no rate for what was asked for.
    :param currencies: those that deals have.
    """

    currency: str
    direct: tuple[Range, ...]
    base: tuple[Range, ...]
    currencies: tuple[str, ...]
    prices: Prices = field(compare=False, repr=False)

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        named = wording.put(self.currency)
        parts = [f"(d.currency = {named} AND {wording.inside('d.amount_minor', self.direct)})"]
        if self.base:
            parts.append(
                f"(d.closed_at IS NOT NULL AND d.currency <> {named}"
                f" AND {wording.inside('d.closed_base', self.base)})"
            )
            for other in self.currencies:
                factor = None if other == self.currency else self.prices.factor(other)
                if factor is not None:
                    ranges = [_unconverted(one, factor) for one in self.base]
                    inside = wording.inside("d.amount_minor", ranges)
                    parts.append(f"(d.closed_at IS NULL AND d.currency = {wording.put(other)} AND {inside})")
        return f"({' OR '.join(parts)}) IS TRUE"

    def holds(self, deal: DealFact, then: Then) -> bool:  # noqa: ARG002
        """See :class:`Part`."""
        if deal.amount is None or deal.currency is None:
            return False
        if deal.currency == self.currency:
            return _lies_in(deal.amount, self.direct)
        if deal.closed_at is not None:
            return _lies_in(deal.closed_base, self.base)
        exact = self.prices.exact(deal.amount, deal.currency)
        return exact is not None and _lies_in(round_half_up(exact), self.base)


def _unconverted(one: Range, factor: Fraction) -> Range:
    """The minor units whose worth, rounded half up, lies in a range of minor units of the base currency."""
    half, (low, high) = Fraction(1, 2), one
    return (
        None if low is None else ceil((low - half) / factor),
        None if high is None else ceil((high + half) / factor) - 1,
    )


@dataclass(frozen=True)
class Stuck:
    """An open deal that is in its stage for too long (METRICS 4).

    :param limits: seconds by stage.
    """

    limits: tuple[tuple[int, Fraction], ...]

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        arms = [
            f"(d.stage_id = {stage:d} AND d.entered_at <= :as_of - {wording.put(ceil(limit))})"
            for stage, limit in self.limits
        ]
        return f"(d.closed_at IS NULL AND ({' OR '.join(arms)}))" if arms else "1 = 0"

    def holds(self, deal: DealFact, then: Then) -> bool:
        """See :class:`Part`."""
        limit = dict(self.limits).get(deal.stage_id)
        return deal.status is DealStatus.OPEN and is_stuck(then.as_of - deal.entered_at, limit)


@dataclass(frozen=True)
class LookedUp:
    """What a fact does not tell; it is asked of the database for present and past deals alike.

    :param only_open: whether it holds for open deals alone.
    """

    only_open = False

    def asked(self, wording: Wording) -> str:
        """SQL on a deal ``d``, whatever its status."""
        raise NotImplementedError

    def sql(self, wording: Wording) -> str:
        """See :class:`Part`."""
        asked = self.asked(wording)
        return f"(d.closed_at IS NULL AND {asked})" if self.only_open else asked

    def holds(self, deal: DealFact, then: Then) -> bool:
        """See :class:`Part`."""
        if self.only_open and deal.status is not DealStatus.OPEN:
            return False
        return deal.id in then.looked[self]


@dataclass(frozen=True)
class Organisation(LookedUp):
    """The organisation of the deal is one of some; None for any."""

    numbers: frozenset[int] | None

    def asked(self, wording: Wording) -> str:
        """See :class:`LookedUp`."""
        return Numbered("organisation_id", self.numbers).sql(wording)


@dataclass(frozen=True)
class Labelled(LookedUp):
    """The deal has a row in another table: a tag, a product, a person.

    :param table: with a column ``deal_id``; ``column`` holds the number of what is asked for.
    :param numbers: None for any.
    """

    table: str
    column: str
    numbers: frozenset[int] | None

    def asked(self, wording: Wording) -> str:
        """See :class:`LookedUp`."""
        which = "" if self.numbers is None else f" WHERE {wording.among(f'l.{self.column}', self.numbers)}"
        return f"d.id IN (SELECT l.deal_id FROM {self.table} l{which})"


@dataclass(frozen=True)
class Idle(LookedUp):
    """The last done interaction of an open deal was so long ago, in seconds; without one it never was."""

    ranges: tuple[Range, ...]
    only_open = True

    def asked(self, wording: Wording) -> str:
        """See :class:`LookedUp`."""
        return f"({wording.inside(f'(:as_of - {LAST_DONE})', self.ranges)}) IS TRUE"
