"""The numbers of the deals of a list with what they are sorted by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.deal_list import DealSort
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.stuck import is_stuck
from funnel_tui.queries.batches import batches as batches
from funnel_tui.queries.deal_rows import LAST_DONE, TASK_OPEN
from funnel_tui.queries.parts import owner_filter, settled

ABSENT = -(2**62)
"""Stands for a number that a deal does not have; an absent text is empty."""

WON_BP = 10_000

_PAST_CLOSE = """CASE WHEN EXISTS (SELECT 1 FROM deal_past p WHERE p.deal_id = d.id AND p.until_at > :as_of)
    THEN (SELECT p.expected_close FROM deal_past p WHERE p.deal_id = d.id AND p.until_at > :as_of
          ORDER BY p.until_at, p.id LIMIT 1)
    ELSE d.expected_close END"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deals a list is of; names are looked up.

    :param selections: the pipelines, with owners, as-of and the deals that changed since.
    :param status: None for all.
    :param stages: only deals in these; None for all.
    :param limits: with them only stuck deals: seconds by stage number.
    :param idle_days: with it only idle deals.
    """

    selections: Sequence[Selection]
    status: DealStatus | None = None
    stages: frozenset[int] | None = None
    limits: Mapping[int, Fraction] | None = None
    idle_days: int | None = None
    tag_id: int | None = None
    source_id: int | None = None

    @property
    def only_open(self) -> bool:
        """Whether a closed deal can be in the list."""
        return self.status is DealStatus.OPEN or self.limits is not None or self.idle_days is not None


@dataclass(frozen=True, slots=True)
class _Column:
    """Something to sort by.

    :param now: SQL on the present deal ``d``.
    :param then: what a deal that changed since as-of had; None where ``past`` says it.
    :param past: SQL that gives it for such a deal.
    :param only_open: whether closed deals have none.
    :param opened: SQL for a list of open deals alone, on columns of their index; "" where ``now`` will do.
    """

    now: str
    then: Callable[[DealFact], Any] | None = None
    past: str = "NULL"
    only_open: bool = False
    opened: str = ""


_IDLE = f":as_of - {LAST_DONE}"
_DUE = f"(SELECT min(u.due_day) FROM task u WHERE {TASK_OPEN})"

_SIMPLE: Mapping[DealSort, tuple[_Column, ...]] = {
    DealSort.DEAL: (_Column("d.title", past="d.title"),),
    DealSort.ORGANISATION: (_Column("d.organisation_id", past="d.organisation_id"),),
    DealSort.OWNER: (_Column("d.owner_id", lambda deal: deal.owner_id),),
    DealSort.AMOUNT: (
        _Column(
            "CASE WHEN d.closed_at IS NULL THEN d.amount_minor ELSE d.closed_base END",
            lambda deal: deal.amount if deal.closed_at is None else deal.closed_base,
            opened="d.amount_minor",
        ),
        _Column(
            "CASE WHEN d.closed_at IS NULL THEN d.currency END",
            lambda deal: deal.currency if deal.closed_at is None else None,
            opened="d.currency",
        ),
    ),
    DealSort.EXPECTED_CLOSE: (_Column("d.expected_close", past=_PAST_CLOSE),),
    DealSort.IDLE: (
        _Column(f"CASE WHEN d.closed_at IS NULL THEN {_IDLE} END", past=_IDLE, only_open=True, opened=_IDLE),
    ),
    DealSort.NEXT_TASK: (_Column(_DUE, past=_DUE),),
    DealSort.CREATED: (_Column("d.created_at", lambda deal: deal.created_at),),
    DealSort.CLOSED: (_Column("d.closed_at", lambda deal: deal.closed_at),),
}


def sorted_by(sort: DealSort, pipelines: Sequence[PipelineFact], as_of: int) -> tuple[_Column, ...]:
    """The columns that a sort needs: one, or minor units and currency for amounts.

    The currency is empty for an amount in the base currency.
    """
    if sort in _SIMPLE:
        return _SIMPLE[sort]
    if sort is DealSort.STAGE:
        return (_along(pipelines),)
    if sort is DealSort.PROBABILITY:
        return (_probability(pipelines),)
    return (
        _Column(
            "coalesce(d.closed_at, :as_of) - d.entered_at",
            lambda deal: (as_of if deal.closed_at is None else deal.closed_at) - deal.entered_at,
            opened=":as_of - d.entered_at",
        ),
    )


TEXTS = {DealSort.DEAL}
"""Sorts whose column is a text."""

NAMED = {DealSort.OWNER: "rep", DealSort.ORGANISATION: "organisation"}
"""Sorts whose column is the number of a row with a name, by its table."""

_FEW = 2000


def names_of(reader: Reader, sort: DealSort, numbers: Set[int]) -> dict[int, str]:
    """The names that a sort of :data:`NAMED` goes by; of more rows than asked for where that is quicker."""
    some = ", ".join(str(int(number)) for number in numbers) or "NULL"
    where = f" WHERE id IN ({some})" if len(numbers) < _FEW else ""
    return dict(reader.rows(f"SELECT id, name FROM {NAMED[sort]}{where}"))


def _along(pipelines: Sequence[PipelineFact]) -> _Column:
    order = {
        stage.id: rank
        for rank, stage in enumerate(stage for pipeline in pipelines for stage in pipeline.stages)
    }
    return _Column(_case("d.stage_id", order), lambda deal: order[deal.stage_id])


def _probability(pipelines: Sequence[PipelineFact]) -> _Column:
    stages = {stage.id: stage.probability_bp for pipeline in pipelines for stage in pipeline.stages}
    own = f"coalesce(d.probability_bp, {_case('d.stage_id', stages)})"

    def then(deal: DealFact) -> int | None:
        if deal.status is DealStatus.OPEN:
            return stages[deal.stage_id] if deal.probability_bp is None else deal.probability_bp
        return WON_BP if deal.status is DealStatus.WON else None

    return _Column(f"CASE d.status WHEN 'open' THEN {own} WHEN 'won' THEN {WON_BP} END", then, opened=own)


def _case(column: str, values: Mapping[int, int]) -> str:
    if not values:
        return "0"
    arms = " ".join(f"WHEN {number:d} THEN {value:d}" for number, value in values.items())
    return f"CASE {column} {arms} END"


def matching_deals(reader: Reader, wanted: Wanted, sort: DealSort) -> tuple[list[int], list[list[Any]]]:
    """The deals of a list, in no order, with what they are sorted by.

    :returns: their numbers, and one list per column of :func:`sorted_by` in the same order; absent numbers
        are :data:`ABSENT`, absent texts are empty.
    """
    first = wanted.selections[0]
    columns = sorted_by(sort, [selection.pipeline for selection in wanted.selections], first.as_of)
    blanks = ["''" if sort in TEXTS or number else str(ABSENT) for number in range(len(columns))]
    texts = [(wanted.only_open and column.opened) or column.now for column in columns]
    now = [f"coalesce({text}, {blank})" for text, blank in zip(texts, blanks, strict=True)]
    gathered = ", ".join(reader.numbers(value) for value in ("d.id", *now))
    index = reader.using("ix_deal_open") if wanted.only_open else ""
    rows = reader.rows(
        f"SELECT {gathered} FROM deal d {index} WHERE {_conditions(wanted)}", _parameters(wanted)
    )
    ids, *keys = (reader.listed(value) for value in rows[0])
    for deal, values in _past(reader, wanted, columns, blanks):
        ids.append(deal)
        for column, value in zip(keys, values, strict=True):
            column.append(value)
    return ids, keys


def _parameters(wanted: Wanted) -> dict[str, Any]:
    as_of, where = wanted.selections[0].as_of, wanted.selections[0].where
    # SQLite counts "at least n days ago" from as-of downwards; the boundary belongs to it (METRICS 4).
    found = {"as_of": as_of, "idle_before": as_of - DAY_SECONDS * (wanted.idle_days or 0)}
    return found if where is None else {**found, **where.values}


def _conditions(wanted: Wanted) -> str:
    first = wanted.selections[0]
    numbers = ", ".join(str(int(selection.pipeline.id)) for selection in wanted.selections)
    # The plus keeps SQLite from walking an index by pipeline and looking up every deal: most are wanted, and
    # the table is read five times as fast in its own order.
    parts = [f"{'' if wanted.only_open else '+'}d.pipeline_id IN ({numbers})"]
    if wanted.only_open:
        # As good as the status, and what the index of open deals is made for.
        parts.append("d.closed_at IS NULL")
    if wanted.status not in {None, DealStatus.OPEN}:
        parts.append(f"d.status = '{wanted.status}'")
    if wanted.stages is not None:
        parts.append(f"d.stage_id IN ({', '.join(str(int(stage)) for stage in sorted(wanted.stages))})")
    if wanted.limits is not None:
        stuck = [
            f"(d.stage_id = {stage:d} AND d.entered_at <= {first.as_of - ceil(limit):d})"
            for stage, limit in wanted.limits.items()
        ]
        parts.append(f"({' OR '.join(stuck)})" if stuck else "1 = 0")
    if wanted.source_id is not None:
        parts.append(f"d.source_id = {wanted.source_id:d}")
    tail = owner_filter(first, "d.owner_id") + settled(first)
    return f"{' AND '.join(parts)}{_looked_up(wanted)}{tail}"


def _looked_up(wanted: Wanted) -> str:
    """Conditions on what a deal's own columns do not say; they hold for present and for past deals."""
    found = ""
    if wanted.idle_days is not None:
        found += f" AND {LAST_DONE} <= :idle_before"
    if wanted.tag_id is not None:
        found += f" AND d.id IN (SELECT t.deal_id FROM deal_tag t WHERE t.tag_id = {wanted.tag_id:d})"
    return found


def _past(
    reader: Reader, wanted: Wanted, columns: Sequence[_Column], blanks: Sequence[str]
) -> Iterator[tuple[int, list[Any]]]:
    """The deals that changed after as-of and belong to the list as they stood then."""
    facts = {fact.id: fact for fact in wanted.selections[0].past or () if _belongs(fact, wanted)}
    asked = ", ".join(["d.id", *(column.past for column in columns)])
    for numbers in batches(list(facts)):
        rows = reader.rows(
            f"SELECT {asked} FROM deal d WHERE d.id IN ({numbers}){_looked_up(wanted)}", _parameters(wanted)
        )
        for deal, *read in rows:
            fact = facts[deal]
            values = [
                _then(column, fact, value, blank)
                for column, value, blank in zip(columns, read, blanks, strict=True)
            ]
            yield deal, values


def _then(column: _Column, fact: DealFact, read: Any, blank: str) -> Any:
    value = read if column.then is None else column.then(fact)
    if value is None or (column.only_open and fact.closed_at is not None):
        return "" if blank == "''" else ABSENT
    return value


def _belongs(fact: DealFact, wanted: Wanted) -> bool:
    first = wanted.selections[0]
    if fact.pipeline_id not in {selection.pipeline.id for selection in wanted.selections}:
        return False
    if wanted.only_open and fact.status is not DealStatus.OPEN:
        return False
    if wanted.limits is not None and not is_stuck(
        first.as_of - fact.entered_at, wanted.limits.get(fact.stage_id)
    ):
        return False
    return (
        first.admits(fact.owner_id)
        and wanted.status in {None, fact.status}
        and (wanted.stages is None or fact.stage_id in wanted.stages)
        and wanted.source_id in {None, fact.source_id}
    )
