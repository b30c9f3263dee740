"""The numbers of the interactions of a list, newest first, and what a row of it shows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import Any, NamedTuple

from funnel_tui.db.reader import Reader
from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.domain.selection import Condition
from funnel_tui.domain.status import Direction
from funnel_tui.queries.deal_list import batches

_FACT = """
SELECT i.id, i.version, i.at, k.name, i.kind_id, i.direction, i.outcome, i.planned, i.duration_seconds,
       r.name, i.owner_id, i.deal_id, d.title, o.id, o.name, i.person_id, p.name, i.note
FROM interaction i JOIN interaction_kind k ON k.id = i.kind_id JOIN rep r ON r.id = i.owner_id
     LEFT JOIN deal d ON d.id = i.deal_id
     LEFT JOIN organisation o ON o.id = coalesce(i.organisation_id, d.organisation_id)
     LEFT JOIN person p ON p.id = i.person_id
"""
LATEST = 20_000
"""Among so many of the latest interactions is looked for how they ended."""

# The rows of a list need no lookup of their names to be counted and put in order.
_FROM = "FROM interaction i"

_LOWER_A_TO_Z = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which interactions a list is of; names are looked up.

    :param start: the first instant in epoch seconds, ``end`` the first one after; None for no bound.
    :param owners: only of these reps; None for all.
    :param pipelines: only on deals of these pipelines; None for all, and those on no deal.
    :param outcome: as it is stored.
    :param planned: only planned ones, or only done ones; None for both.
    :param deal_id: only on this deal.
    :param where: only on deals that this holds for, at ``as_of``.
    """

    start: int | None = None
    end: int | None = None
    owners: frozenset[int] | None = None
    pipelines: frozenset[int] | None = None
    kind_id: int | None = None
    outcome: str | None = None
    planned: bool | None = None
    direction: Direction | None = None
    deal_id: int | None = None
    where: Condition | None = None
    as_of: int = 0


def matching(reader: Reader, wanted: Wanted) -> array[int]:
    """The numbers of the interactions of a list, the latest first."""
    where, parameters = _conditions(wanted)
    index = _index(reader, wanted)
    # PostgreSQL gathers in the order of the subquery too, but only promises it with an order of its own.
    gathered = reader.numbers("x.id")
    if gathered.startswith("array_agg"):
        gathered = "array_agg(x.id ORDER BY x.at DESC, x.id DESC)"
    rows = reader.rows(
        f"SELECT {gathered} FROM (SELECT i.id AS id, i.at AS at {_FROM} {index}{where} "
        "ORDER BY i.at DESC, i.id DESC) x",
        parameters,
    )
    return array("q", reader.listed(rows[0][0]))


def _index(reader: Reader, wanted: Wanted) -> str:
    """Along the time where the list is of everything; the planner knows better otherwise."""
    if wanted.owners is None and wanted.deal_id is None:
        return reader.using("ix_interaction_at")
    return ""


def _conditions(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    parameters: dict[str, Any] = {}
    if wanted.start is not None:
        parts.append("i.at >= :start")
        parameters["start"] = wanted.start
    if wanted.end is not None:
        parts.append("i.at < :end")
        parameters["end"] = wanted.end
    if wanted.owners is not None:
        parts.append(f"i.owner_id IN ({_numbers(wanted.owners)})")
    if wanted.pipelines is not None:
        inside = f"SELECT d.id FROM deal d WHERE d.pipeline_id IN ({_numbers(wanted.pipelines)})"
        parts.append(f"i.deal_id IN ({inside})")
    if wanted.kind_id is not None:
        parts.append("i.kind_id = :kind")
        parameters["kind"] = wanted.kind_id
    if wanted.outcome is not None:
        parts.append("i.outcome = :outcome")
        parameters["outcome"] = wanted.outcome
    if wanted.planned is not None:
        parts.append(f"i.planned = {int(wanted.planned)}")
    if wanted.direction is not None:
        parts.append("i.direction = :direction")
        parameters["direction"] = wanted.direction.value
    if wanted.deal_id is not None:
        parts.append("i.deal_id = :deal")
        parameters["deal"] = wanted.deal_id
    if wanted.where is not None:
        parts.append(f"i.deal_id IN (SELECT d.id FROM deal d WHERE {wanted.where.sql})")
        parameters |= {"as_of": wanted.as_of, **wanted.where.values}
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), parameters


def _numbers(ids: frozenset[int]) -> str:
    return ", ".join(str(int(number)) for number in sorted(ids)) or "NULL"


class Columns(NamedTuple):
    """What the interactions of a list are narrowed by: one value each, in the same order; 0 for none."""

    ids: list[int]
    deals: list[int]
    organisations: list[int]
    people: list[int]
    owners: list[int]
    kinds: list[int]
    outcomes: list[str]


def columns_of(reader: Reader, wanted: Wanted) -> Columns:
    """What the interactions of a list are narrowed by, in no order."""
    where, parameters = _conditions(wanted)
    names = ("i.id", "i.deal_id", "i.organisation_id", "i.person_id", "i.owner_id", "i.kind_id")
    gathered = ", ".join(
        [
            *(reader.numbers(f"coalesce({name}, 0)") for name in names),
            reader.numbers("coalesce(i.outcome, '')"),
        ]
    )
    rows = reader.rows(f"SELECT {gathered} {_FROM}{where}", parameters)
    return Columns(*(reader.listed(value) for value in rows[0]))


def with_note(reader: Reader, wanted: Wanted, word: str) -> list[int]:
    """The interactions of a list in whose note a word occurs, whatever its case.

    SQLite folds A to Z alone; a word with other letters is looked for as it was typed, in lower case, in
    capitals, and with a capital at its beginning.
    """
    where, parameters = _conditions(wanted)
    sure = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    spelt = dict.fromkeys(
        one.translate(_LOWER_A_TO_Z) for one in (sure.lower(), sure, sure.upper(), sure.capitalize())
    )
    found = " OR ".join(f"lower(i.note) LIKE :word{at} ESCAPE '!'" for at, _ in enumerate(spelt))
    rows = reader.rows(
        f"SELECT i.id {_FROM}{where}{' AND' if where else ' WHERE'} ({found})",
        {**parameters, **{f"word{at}": f"%{one}%" for at, one in enumerate(spelt)}},
    )
    return [number for (number,) in rows]


def outcomes_logged(reader: Reader, kind_id: int | None) -> list[str]:
    """How the latest interactions of a kind, or of any, ended; the most frequent first."""
    where = "" if kind_id is None else " AND kind_id = :kind"
    latest = f"SELECT outcome, kind_id FROM interaction ORDER BY at DESC LIMIT {LATEST}"
    rows = reader.rows(
        f"SELECT outcome FROM ({latest}) x WHERE outcome IS NOT NULL{where} "
        "GROUP BY outcome ORDER BY count(*) DESC, outcome LIMIT 40",
        {} if kind_id is None else {"kind": kind_id},
    )
    return [outcome for (outcome,) in rows]


def interaction_facts(reader: Reader, ids: Sequence[int]) -> list[InteractionFact]:
    """Some interactions in the order asked for; those that are gone are left out."""
    found: dict[int, InteractionFact] = {}
    for numbers in batches(ids):
        for row in reader.rows(f"{_FACT} WHERE i.id IN ({numbers})"):
            found[row[0]] = InteractionFact(*_typed(row))
    return [found[number] for number in ids if number in found]


def _typed(row: tuple[Any, ...]) -> list[Any]:
    values = list(row)
    values[5], values[7] = Direction(row[5]), bool(row[7])
    return values
