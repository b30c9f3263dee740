"""Filters at work: a condition as SQL, the past deals it holds for, and what names are looked up among."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.selection import Condition, Selection
from funnel_tui.queries.batches import batches
from funnel_tui.queries.filter_parts import All, AnyOf, Contrary, LookedUp, Part, Then, Wording
from funnel_tui.queries.parts import owner_filter, parameters, settled


def worded(reader: Reader, part: Part) -> Condition:
    """A condition as SQL with its parameters."""
    wording = Wording(reader)
    sql = part.sql(wording)
    return Condition(sql, wording.values)


def kept(reader: Reader, part: Part, deals: Sequence[DealFact], as_of: int) -> list[DealFact]:
    """Those of some deals, as they stood at as-of, that a condition holds for."""
    looked: dict[Part, frozenset[int]] = {}
    numbers = [deal.id for deal in deals]
    for one in _looked_up(part):
        if one not in looked:
            looked[one] = _asked(reader, one, numbers, as_of)
    then = Then(as_of, looked)
    return [deal for deal in deals if part.holds(deal, then)]


def _looked_up(part: Part) -> list[LookedUp]:
    if isinstance(part, LookedUp):
        return [part]
    if isinstance(part, Contrary):
        return _looked_up(part.part)
    if isinstance(part, All | AnyOf):
        return [found for one in part.parts for found in _looked_up(one)]
    return []


def _asked(reader: Reader, part: LookedUp, numbers: Sequence[int], as_of: int) -> frozenset[int]:
    wording = Wording(reader)
    asked = part.asked(wording)
    found: set[int] = set()
    for some in batches(numbers):
        rows = reader.rows(
            f"SELECT d.id FROM deal d WHERE d.id IN ({some}) AND {asked}", {**wording.values, "as_of": as_of}
        )
        found.update(number for (number,) in rows)
    return frozenset(found)


def matching_ids(
    reader: Reader, condition: Condition, past: Sequence[DealFact] | None, as_of: int
) -> frozenset[int]:
    """The numbers of all deals that a condition holds for at as-of, whatever their pipeline.

    :param past: those it holds for among the deals that changed since; None where none has.
    """
    settled = "" if past is None else "d.changed_at <= :as_of AND "
    rows = reader.rows(
        f"SELECT d.id FROM deal d WHERE {settled}{condition.sql}", {**condition.values, "as_of": as_of}
    )
    return frozenset(number for (number,) in rows) | {deal.id for deal in past or ()}


def matching_count(reader: Reader, selection: Selection) -> int:
    """How many deals of the pipeline a selection admits at as-of, whatever its period."""
    rows = reader.rows(
        "SELECT count(*) FROM deal d WHERE d.pipeline_id = :pipeline"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)}",
        parameters(selection),
    )
    then = [
        deal
        for deal in selection.past or ()
        if deal.pipeline_id == selection.pipeline.id and selection.admits(deal.owner_id)
    ]
    return int(rows[0][0]) + len(then)


def currencies_of_deals(reader: Reader) -> tuple[str, ...]:
    """The currencies that deals have or had."""
    rows = reader.once(
        "currencies of deals",
        lambda: reader.rows(
            "SELECT DISTINCT currency FROM deal WHERE currency IS NOT NULL ORDER BY currency"
        ),
    )
    return tuple(currency for (currency,) in rows)


def named_rows(reader: Reader, table: str) -> list[tuple[int, str]]:
    """Number and name of everything in a table that deals refer to.

    :param table: deal, person or stage, whose names are looked for as texts.
    """
    column = {"deal": "title", "person": "name", "stage": "name"}[table]
    found: list[Any] = reader.once(
        ("named", table), lambda: reader.rows(f"SELECT id, {column} FROM {table} ORDER BY id")
    )
    return found


def reps_by_team(reader: Reader) -> Mapping[int, frozenset[int]]:
    """The reps of each team with the teams inside it, by the number of the team."""
    parents = dict(reader.rows("SELECT id, parent_id FROM team"))
    found: dict[int, set[int]] = {team: set() for team in parents}
    for rep, own in reader.rows("SELECT id, team_id FROM rep WHERE team_id IS NOT NULL"):
        at, seen = own, set[int]()
        while at is not None and at not in seen:
            seen.add(at)
            found[at].add(rep)
            at = parents.get(at)
    return {team: frozenset(reps) for team, reps in found.items()}
