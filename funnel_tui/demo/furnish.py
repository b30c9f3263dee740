"""Everything of the demo that is there before the first deal: teams, stages, companies, rates, settings."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from funnel_tui.demo import words
from funnel_tui.demo.cast import (
    BASE_CURRENCY,
    KINDS,
    LOSS_REASONS,
    PROCESSES,
    REGION,
    SELLERS,
    SOURCES,
    TAGS,
    TEAMS,
    TIME_ZONE,
    Cast,
    Rung,
    values_of_step,
)
from funnel_tui.demo.story import EUR_IN_NOK, USD_IN_NOK
from funnel_tui.domain.facts import Ladder
from funnel_tui.domain.money import RATE_SCALE
from funnel_tui.domain.period import add_months, day_number
from funnel_tui.domain.status import ChangeOp
from funnel_tui.models import (
    ExchangeRate,
    InteractionKind,
    LossReason,
    Organisation,
    Person,
    Pipeline,
    Rep,
    Setting,
    Source,
    Stage,
    Tag,
    Team,
)
from funnel_tui.services.bulk import RowStream
from funnel_tui.services.transaction import Transaction, insert_many, key_number, table_of

MAX_ORGANISATIONS = 20_000
USD_RATES_AFTER_MONTHS = 5
"""Rates of USD begin this long after the first deal; deals closed before have no price."""

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "ß": "ss", " ": "."})

Rate = tuple[str, str, int, int]


def furnish(call: Transaction) -> Cast:
    """Write teams, reps, pipelines, stages, sources, tags, loss reasons and kinds of interaction."""
    teams = {REGION: call.insert(Team, {"name": REGION})}
    for name, parent in TEAMS:
        teams[name] = call.insert(Team, {"name": name, "parent_id": teams[parent] if parent else None})
    reps = tuple(
        call.insert(Rep, {"name": seller.name, "team_id": teams[seller.team], "email": _email(seller.name)})
        for seller in SELLERS
    )
    rungs, ladders = [], {}
    for place, process in enumerate(PROCESSES, 1):
        values = {"name": process.name, "position": place, "qualified_position": 2}
        pipeline_id = call.insert(Pipeline, values)
        used, positions = [], {}
        for position, step in enumerate(process.steps, 1):
            stage_id = call.insert(Stage, values_of_step(pipeline_id, position, step))
            positions[stage_id] = position
            if step.used:
                used.append(Rung(stage_id, pipeline_id, step))
        rungs.append(tuple(used))
        ladders[pipeline_id] = Ladder(pipeline_id, positions, tuple(positions.values()))
    return Cast(
        rungs=tuple(rungs),
        ladders=ladders,
        reps=reps,
        teams=teams,
        sources=tuple(call.insert(Source, {"name": name}) for name, _, _ in SOURCES),
        reasons=tuple(call.insert(LossReason, {"name": name}) for name, _, _ in LOSS_REASONS),
        tags=tuple(call.insert(Tag, {"name": name}) for name in TAGS),
        kinds=_kinds(call),
    )


def _kinds(call: Transaction) -> dict[str, int]:
    """The kinds of interaction by name; here they belong to the demo and go with it when it is undone."""
    rows = call.reader.rows("SELECT name, id FROM interaction_kind")
    found = {str(name): int(number) for name, number in rows}
    for position, (name, step) in enumerate(KINDS, 1):
        if name not in found:
            found[name] = call.insert(InteractionKind, {"name": name, "step": step, "position": position})
    return found


def settle(call: Transaction, rates: Sequence[Rate]) -> None:
    """Write the settings and the exchange rates."""
    found = call.reader.rows("SELECT key, value FROM setting")
    before = {key: {"key": key, "value": value} for key, value in found}
    for key, value in (("base_currency", BASE_CURRENCY), ("time_zone", TIME_ZONE)):
        call.put(Setting, before.get(key), {"key": key, "value": value})
    names = ("base", "quote", "day", "rate_scaled")
    rows = [dict(zip(names, rate, strict=True)) for rate in rates]
    # One statement for all; put() would take one each.
    insert_many(call.connection, ExchangeRate, rows)
    table = table_of(ExchangeRate)
    for row in rows:
        call.record(table, key_number(table, row), ChangeOp.INSERT, None, row)


def people(call: Transaction, rng: random.Random, cast: Cast, deals: int) -> Cast:
    """Write companies and two persons at each.

    :param deals: how many deals are to come; there is a company for every fourth.
    :returns: the cast with their numbers.
    """
    count = max(len(words.ODD_NAMES) + 20, min(deals // 4, MAX_ORGANISATIONS))
    names = tuple(company_name(place) for place in range(count))
    companies = RowStream(call, Organisation, ("name", "status", "version"))
    numbers = [companies.add(name, "prospect", 1) for name in names]
    companies.finish()
    persons = RowStream(call, Person, ("name", "organisation_id", "email", "phone", "version"))
    first_person = 0
    for place in range(2 * count):
        name = f"{rng.choice(words.FIRST_NAMES)} {rng.choice(words.LAST_NAMES)}"
        phone = f"+47 400 {place // 1000 % 100:02d} {place % 1000:03d}"
        number = persons.add(name, numbers[place // 2], _email(name), phone, 1)
        first_person = first_person or number
    persons.finish()
    return replace(cast, organisations=names, first_organisation=numbers[0], first_person=first_person)


def company_name(place: int) -> str:
    """The name of a company: first the odd ones, then plain ones that differ from each other."""
    if place < len(words.ODD_NAMES):
        return words.ODD_NAMES[place]
    stems = [(stem, form) for form, group in words.STEMS for stem in group]
    round_, column = divmod(place - len(words.ODD_NAMES), len(stems))
    # Neighbours in the list are to look different: the steps have no divisor in common with the lengths.
    stem, form = stems[column * 7 % len(stems)]
    trade = words.TRADES[(round_ + column * 5) % len(words.TRADES)]
    block = round_ // len(words.TRADES)
    region = words.PLACES[block % len(words.PLACES)]
    number = block // len(words.PLACES)
    return " ".join(filter(None, (stem, trade, region, str(number + 1) if number else "", form)))


def exchange_rates(rng: random.Random, first: date, last: date) -> list[Rate]:
    """EUR for every day, USD once a month and only from some months on, both in the base currency."""
    found: list[Rate] = []
    rate = EUR_IN_NOK
    for day in range(day_number(first), day_number(last) + 1):
        rate += rng.gauss(0.0, 0.02) + 0.01 * (EUR_IN_NOK - rate)
        found.append(("EUR", BASE_CURRENCY, day, _scaled(rate)))
    month = add_months(first, USD_RATES_AFTER_MONTHS)
    while month <= last:
        dollar = USD_IN_NOK + rng.gauss(0.0, 0.2)
        found.append(("USD", BASE_CURRENCY, day_number(month), _scaled(dollar)))
        month = add_months(month, 1)
    return found


def _scaled(rate: float) -> int:
    return round(rate * 10_000) * (RATE_SCALE // 10_000)


def _email(name: str) -> str:
    plain = name.lower().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return f"{letters}@example.com"
