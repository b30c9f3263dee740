"""What a filter says of a deal, read plainly: every field as a value, every comparison in a line.

Values are whole numbers, ISO days and amounts in whole units of the base currency; what else may be typed is
tested where it is read.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.filter import (
    Both,
    Comparison,
    Either,
    Expression,
    Field,
    Kind,
    Not,
    Operator,
    Value,
    operators_of,
)
from funnel_tui.domain.money import Rates, exponent
from funnel_tui.domain.period import day_number, local_day
from tests.support.histories import CURRENCIES, DAY, FIRST_DAY, REASONS, REPS, SOURCES, TEAMS, Story, World

FIELDS = [
    name
    for name in Field
    if name not in {Field.ORGANISATION, Field.PERSON, Field.TAG, Field.PRODUCT, Field.STUCK}
]
"""Those that the random teams have; stuck follows from all deals and is tested by its report."""


@dataclass(frozen=True)
class Looked:
    """A deal as it stood at an instant."""

    world: World
    story: Story
    fact: DealFact
    as_of: int

    def value(self, name: Field) -> Any:
        """What a field of the deal holds; None where it is empty, a set of names for a team."""
        return self._words()[name] if name in self._words() else self._numbers()[name]

    def _words(self) -> dict[Field, Any]:
        fact = self.fact
        stage = self._stage()
        return {
            Field.DEAL: self.story.title,
            Field.OWNER: REPS[fact.owner_id - 1][1],
            Field.TEAM: self._teams(),
            Field.PIPELINE: self.world.pipelines[fact.pipeline_id - 1].name,
            Field.STAGE: stage.name,
            Field.STATUS: fact.status.value,
            Field.SOURCE: SOURCES.get(fact.source_id or 0),
            Field.LOSS_REASON: REASONS.get(fact.loss_reason_id or 0),
            Field.CURRENCY: fact.currency,
            Field.CATEGORY: stage.category.value if fact.closed_at is None else None,
        }

    def _numbers(self) -> dict[Field, Any]:
        fact, zone = self.fact, ZoneInfo(self.world.zone)
        is_open = fact.closed_at is None
        calls = [at for at in self.story.calls if at <= self.as_of]
        typed = self._stage().probability_bp if fact.probability_bp is None else fact.probability_bp
        return {
            Field.AMOUNT: self._worth(),
            Field.CREATED: day_number(local_day(fact.created_at, zone)),
            Field.CLOSED: None if fact.closed_at is None else day_number(local_day(fact.closed_at, zone)),
            Field.EXPECTED_CLOSE: None,
            Field.PROBABILITY: {"open": Fraction(typed, 100), "won": 100, "lost": None}[fact.status.value],
            Field.DAYS_IN_STAGE: ((fact.closed_at or self.as_of) - fact.entered_at) // DAY,
            Field.IDLE_DAYS: (self.as_of - max(calls)) // DAY if calls and is_open else None,
        }

    def _stage(self) -> StageFact:
        stages = (stage for line in self.world.pipelines for stage in line.stages)
        return next(stage for stage in stages if stage.id == self.fact.stage_id)

    def _teams(self) -> set[str] | None:
        own = REPS[self.fact.owner_id - 1][2]
        found = set()
        while own is not None:
            _, name, parent = TEAMS[own - 1]
            found.add(name)
            own = parent
        return found or None

    def _worth(self) -> Fraction | str | None:
        """Whole units of the base currency, rounded to its minor units; "no rate" without one."""
        fact = self.fact
        if fact.amount is None or fact.currency is None:
            return None
        rates = Rates.build("EUR", self.world.rates)
        at = self.as_of if fact.closed_at is None else fact.closed_at
        minor = rates.convert(
            fact.amount, fact.currency, day_number(local_day(at, ZoneInfo(self.world.zone)))
        )
        return "no rate" if minor is None else Fraction(minor, 10 ** exponent("EUR"))


def holds(expression: Expression, deal: Looked) -> bool:
    """Whether a filter holds for a deal."""
    match expression:
        case Both(parts):
            return all(holds(part, deal) for part in parts)
        case Either(parts):
            return any(holds(part, deal) for part in parts)
        case Not(part):
            return not holds(part, deal)
        case Comparison():
            return _compared(expression, deal)


def _compared(one: Comparison, deal: Looked) -> bool:
    value, operator = deal.value(one.field), one.operator
    if operator in {Operator.EMPTY, Operator.NOT_EMPTY}:
        return (value is None) is (operator is Operator.EMPTY)
    wanted = [_meant(one.field, value.text) for value in one.values]
    negative = operator in {
        *(Operator.DIFFERS, Operator.NOT_IN, Operator.CONTAINS_NOT),
        Operator.NOT_BETWEEN,
    }
    if value is None or value == "no rate":
        return negative
    values = value if isinstance(value, set) else {value}
    if one.field.kind is Kind.NAME:
        values = {str(name).casefold() for name in values}
    match operator:
        case Operator.EQUALS | Operator.DIFFERS | Operator.IN | Operator.NOT_IN:
            found = any(one in wanted for one in values)
        case Operator.CONTAINS | Operator.CONTAINS_NOT:
            found = any(wanted[0] in one for one in values)
        case Operator.BETWEEN | Operator.NOT_BETWEEN:
            found = wanted[0] <= value <= wanted[1]
        case Operator.LESS:
            found = value < wanted[0]
        case Operator.AT_MOST:
            found = value <= wanted[0]
        case Operator.MORE:
            found = value > wanted[0]
        case _:
            found = value >= wanted[0]
    return found is not negative


def _meant(name: Field, text: str) -> Any:
    match name.kind:
        case Kind.NAME:
            return text.casefold()
        case Kind.AMOUNT | Kind.PERCENT:
            return Fraction(text)
        case Kind.DAYS:
            return int(text)
        case Kind.INSTANT | Kind.DAY:
            return day_number(date.fromisoformat(text))
        case _:
            return text


def random_filter(rng: random.Random, world: World, deep: int = 3) -> Expression:
    """Any filter of which something may be known in a random team."""
    if deep and rng.random() < 0.55:
        parts = tuple(random_filter(rng, world, deep - 1) for _ in range(rng.randint(2, 3)))
        return rng.choice((Both(parts), Either(parts), Not(parts[0])))
    name = rng.choice(FIELDS)
    operator = rng.choice(operators_of(name))
    count = {Operator.EMPTY: 0, Operator.NOT_EMPTY: 0, Operator.BETWEEN: 2, Operator.NOT_BETWEEN: 2}
    count |= {Operator.IN: rng.randint(1, 3), Operator.NOT_IN: rng.randint(1, 3)}
    texts = [_random_value(rng, world, name) for _ in range(count.get(operator, 1))]
    if operator in {Operator.BETWEEN, Operator.NOT_BETWEEN}:
        texts.sort(key=lambda text: _meant(name, text))
    if operator in {Operator.CONTAINS, Operator.CONTAINS_NOT}:
        texts = [texts[0][: rng.randint(1, len(texts[0]))]]
    return Comparison(name, operator, tuple(map(Value, texts)))


def _random_value(rng: random.Random, world: World, name: Field) -> str:
    stages = [stage.name for line in world.pipelines for stage in line.stages]
    known = {
        Field.DEAL: [f"deal {rng.randint(1, 30)}"],
        Field.OWNER: [rep.upper() for _, rep, _ in REPS],
        Field.TEAM: [team for _, team, _ in TEAMS],
        Field.PIPELINE: [line.name for line in world.pipelines],
        Field.STAGE: stages,
        Field.STATUS: ["open", "won", "lost"],
        Field.SOURCE: list(SOURCES.values()),
        Field.LOSS_REASON: list(REASONS.values()),
        Field.CURRENCY: list(CURRENCIES),
        Field.CATEGORY: ["commit", "pipeline"],
        Field.AMOUNT: ["0", "500", "1", "450", str(rng.randrange(10_000)), "3.05"],
        Field.PROBABILITY: ["0", "10", "33.33", "60", "100"],
        Field.DAYS_IN_STAGE: ["0", "1", "7", "30", str(rng.randrange(200))],
        Field.IDLE_DAYS: ["0", "1", "7", "30", str(rng.randrange(200))],
    }
    return rng.choice(known.get(name, [(FIRST_DAY + timedelta(days=rng.randrange(-5, 190))).isoformat()]))
