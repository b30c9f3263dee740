"""What follows from the history of deals, in batches: compared for ``funnel doctor``, written again after a
change of stages, an undo, or ``funnel doctor --rebuild``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from funnel_tui.db.reader import Reader, ServerReader
from funnel_tui.domain.facts import Ladder, VisitFact
from funnel_tui.domain.status import VisitExit
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.standing import Pricing, derived_columns, read_pricing, stand

BATCH = 1000
"""Deals held in memory at a time."""

Progress = Callable[[int, int], None]
"""Told how many deals are done, and of how many."""

COLUMNS = (
    *("pipeline_id", "stage_id", "status", "entered_at", "furthest", "visited_mask", "straight", "closed_at"),
    *("closed_owner_id", "closed_base", "loss_reason_id", "changed_at"),
)
"""The derived columns of a deal."""

STAGE_COLUMNS = (
    *("deal_id", "stage_id", "reached_at", "reached_owner_id", "visits", "seconds", "left_at"),
    "left_owner_id",
)

_EXITS = {exit.value: exit for exit in VisitExit}

_ALL_IDS = "SELECT id FROM deal WHERE id > :after ORDER BY id LIMIT :size"
_PIPELINE_IDS = "SELECT id FROM deal WHERE pipeline_id = :pipeline AND id > :after ORDER BY id LIMIT :size"


@dataclass(frozen=True, slots=True)
class DealState:
    """A deal as it is stored beside what its history says.

    :param visits: (seq, visit) in order.
    :param stored: its derived columns as stored, in the order of :data:`COLUMNS`.
    :param stored_stages: its ``deal_stage`` rows as stored, in the order of :data:`STAGE_COLUMNS`.
    :param due: what the columns should be; None when the visits make no sense.
    :param due_stages: what the rows should be.
    """

    deal_id: int
    title: str
    amount_minor: int | None
    currency: str | None
    visits: Sequence[tuple[int, VisitFact]]
    stored: tuple[Any, ...]
    stored_stages: Sequence[tuple[Any, ...]]
    due: tuple[Any, ...] | None
    due_stages: Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the derived state follows from, besides the visits."""

    ladders: Mapping[int, Ladder]
    pricing: Pricing

    @classmethod
    def read(cls, reader: Reader) -> Rules:
        """Read the stages and rates."""
        ladders = {pipeline.id: pipeline.ladder for pipeline in read_pipelines(reader)}
        return cls(ladders, read_pricing(reader))


def deal_ids(reader: Reader, pipeline_id: int | None = None) -> Iterator[list[int]]:
    """The numbers of all deals, or of those in a pipeline, in batches."""
    sql = _ALL_IDS if pipeline_id is None else _PIPELINE_IDS
    after = 0
    while True:
        found = reader.rows(sql, {"after": after, "size": BATCH, "pipeline": pipeline_id})
        if not found:
            return
        ids = [int(row[0]) for row in found]
        yield ids
        after = ids[-1]


def in_batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Any numbers in batches."""
    source = iter(ids)
    while batch := list(islice(source, BATCH)):
        yield batch


def deal_states(reader: Reader, ids: Sequence[int], rules: Rules) -> Iterator[DealState]:
    """Compare some deals with their histories; deals that are gone are left out."""
    if not ids:
        return
    listed = ",".join(str(int(number)) for number in ids)
    visits = _gathered(
        reader.rows(
            "SELECT deal_id, seq, pipeline_id, stage_id, entered_at, left_at, exit, owner_id, exit_owner_id, "  # noqa: S608
            f"loss_reason_id FROM stage_visit WHERE deal_id IN ({listed}) ORDER BY deal_id, seq"
        )
    )
    stages = _gathered(
        reader.rows(
            f"SELECT {', '.join(STAGE_COLUMNS)} FROM deal_stage WHERE deal_id IN ({listed}) "  # noqa: S608
            "ORDER BY deal_id, stage_id"
        )
    )
    edited = dict(
        reader.rows(
            f"SELECT deal_id, max(until_at) FROM deal_past WHERE deal_id IN ({listed}) GROUP BY deal_id"  # noqa: S608
        )
    )
    for deal_id, title, amount, currency, *stored in reader.rows(
        f"SELECT id, title, amount_minor, currency, {', '.join(COLUMNS)} FROM deal "  # noqa: S608
        f"WHERE id IN ({listed}) ORDER BY id"
    ):
        history = [
            (seq, VisitFact(pipeline, stage, start, end, _EXITS.get(way_out), owner, last_owner, reason))
            for _, seq, pipeline, stage, start, end, way_out, owner, last_owner, reason in visits.get(
                deal_id, ()
            )
        ]
        due, due_stages = _due(deal_id, amount, currency, [fact for _, fact in history], edited, rules)
        yield DealState(
            *(deal_id, title, amount, currency, history, tuple(stored), stages.get(deal_id, [])),
            *(due, due_stages),
        )


def _due(
    deal_id: int,
    amount: int | None,
    currency: str | None,
    visits: list[VisitFact],
    edited: Mapping[int, int],
    rules: Rules,
) -> tuple[tuple[Any, ...] | None, list[tuple[Any, ...]]]:
    if not visits:
        return None, []
    last = visits[-1]
    ladder = rules.ladders.get(last.pipeline_id)
    if ladder is None or last.exit is VisitExit.MOVED:
        return None, []
    if any(
        visit.stage_id not in ladder.positions for visit in visits if visit.pipeline_id == last.pipeline_id
    ):
        return None, []
    stands = stand(visits, rules.ladders)
    columns = derived_columns(
        stands,
        {"amount_minor": amount, "currency": currency},
        rules.pricing,
        edited_at=edited.get(deal_id, 0),
    )
    rows = [
        (
            *(deal_id, item.stage_id, item.reached_at, item.reached_owner_id),
            *(item.visits, item.seconds, item.left_at, item.left_owner_id),
        )
        for item in stands.stages
    ]
    rows.sort(key=lambda row: row[1])
    return tuple(columns[name] for name in COLUMNS), rows


def _gathered(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(tuple(row))
    return found


def rebuild_deals(connection: Connection, batches: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Write what follows from the histories, where it differs.

    :param batches: numbers of deals; each batch is one step.
    :returns: after each batch, how many deals it held and how many of them were wrong.
    """
    reader = ServerReader(connection)
    rules = Rules.read(reader)
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    sets = ", ".join(f"{name} = {mark}" for name in COLUMNS)
    update = f"UPDATE deal SET {sets} WHERE id = {mark}"  # noqa: S608
    clear = f"DELETE FROM deal_stage WHERE deal_id = {mark}"  # noqa: S608
    marks = ", ".join([mark] * len(STAGE_COLUMNS))
    write = f"INSERT INTO deal_stage ({', '.join(STAGE_COLUMNS)}) VALUES ({marks})"  # noqa: S608
    for ids in batches:
        deals: list[tuple[Any, ...]] = []
        cleared: list[tuple[int]] = []
        stages: list[tuple[Any, ...]] = []
        wrong = set()
        for state in deal_states(reader, ids, rules):
            if state.due is None:
                continue
            if state.due != state.stored:
                deals.append((*(_plain(value) for value in state.due), state.deal_id))
                wrong.add(state.deal_id)
            if state.due_stages != state.stored_stages:
                cleared.append((state.deal_id,))
                stages.extend(state.due_stages)
                wrong.add(state.deal_id)
        for statement, rows in ((update, deals), (clear, cleared), (write, stages)):
            if rows:
                connection.exec_driver_sql(statement, list(rows))
        yield len(ids), len(wrong)


def rebuild_pipeline(connection: Connection, pipeline_id: int) -> None:
    """Write again what follows from the history of a pipeline's deals, after its stages changed."""
    for _ in rebuild_deals(connection, deal_ids(ServerReader(connection), pipeline_id)):
        pass


def _plain(value: Any) -> Any:
    """A value as the drivers take it."""
    return value.value if hasattr(value, "value") else value
