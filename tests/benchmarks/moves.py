"""Moving a deal through the service against the same statements by hand through SQLAlchemy Core."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, delete, event, insert, select, update

from funnel_tui.domain.facts import Ladder, VisitFact
from funnel_tui.metrics.projection import standing
from funnel_tui.models import Change, ChangeGroup, Deal, DealStage, Pipeline, Stage, StageVisit
from funnel_tui.services.deals import move_deal
from funnel_tui.services.transaction import table_of
from tests.benchmarks.data import NOW, STAGES, open_file
from tests.benchmarks.timing import Ratio

TARGET = 2.0
MOVES = 400

_deal, _stage, _visit, _pipeline = (table_of(model) for model in (Deal, Stage, StageVisit, Pipeline))
_reached, _group, _change = (table_of(model) for model in (DealStage, ChangeGroup, Change))

_READ_DEAL = select(_deal).where(_deal.c.id == bindparam("deal"))
_READ_PIPELINE = select(_pipeline).where(_pipeline.c.id == bindparam("pipeline"))
_READ_STAGES = select(_stage).where(_stage.c.pipeline_id == bindparam("pipeline")).order_by(_stage.c.position)
_READ_VISITS = (
    select(
        _visit.c.id, _visit.c.seq, _visit.c.pipeline_id, _visit.c.stage_id, _visit.c.entered_at,
        _visit.c.left_at, _visit.c.exit, _visit.c.owner_id, _visit.c.exit_owner_id,
    )
    .where(_visit.c.deal_id == bindparam("deal"))
    .order_by(_visit.c.seq)
)  # fmt: skip
_CLOSE = update(_visit).where(_visit.c.id == bindparam("visit"))
_UPDATE = update(_deal).where(_deal.c.id == bindparam("number"))
_CLEAR = delete(_reached).where(_reached.c.deal_id == bindparam("deal"))

Target = tuple[int, int]
"""The number of a deal and of the stage it goes to."""


def moves(path: Path, folder: Path, count: int = MOVES) -> Iterator[Ratio]:
    """The same moves of the same deals, each side on its own copy of the file."""
    ours, theirs = folder / "moves-ours.db", folder / "moves-floor.db"
    for copy in (ours, theirs):
        shutil.copyfile(path, copy)
    workspace = open_file(ours)
    with workspace.read() as reader:
        rows = reader.rows("SELECT id, stage_id FROM deal WHERE closed_at IS NULL ORDER BY id")
    targets = [(deal, stage + 1 if stage % len(STAGES) else stage - 1) for deal, stage in rows[:count]]
    engine = _engine(theirs)
    times: tuple[list[float], list[float]] = ([], [])
    for place, target in enumerate(targets):
        mine = _timed(lambda: move_deal(workspace, deal_id=target[0], stage_id=target[1]))  # noqa: B023
        floor = _timed(lambda: by_hand(engine, target))  # noqa: B023
        if place >= count // 20:
            times[0].append(mine)
            times[1].append(floor)
    workspace.database.close()
    engine.dispose()
    _same(ours, theirs)
    name, unit = "SQLAlchemy Core by hand", "ms"
    yield Ratio("move a deal, median", median(times[0]) * 1e3, median(times[1]) * 1e3, unit, TARGET, name)
    yield Ratio("move a deal, best", min(times[0]) * 1e3, min(times[1]) * 1e3, unit, None, name)


def _timed(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _engine(path: Path) -> Engine:
    """An engine with the same guarantees as the program's: WAL, FULL, foreign keys, BEGIN IMMEDIATE."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def by_hand(engine: Engine, target: Target) -> None:
    """One move: the deal, its pipeline and its visits are read; seven statements write it and its record."""
    deal_id, stage_id = target
    with engine.begin() as connection:
        deal = connection.execute(_READ_DEAL, {"deal": deal_id}).one()._mapping
        pipeline = deal["pipeline_id"]
        connection.execute(_READ_PIPELINE, {"pipeline": pipeline}).one()
        stages = connection.execute(_READ_STAGES, {"pipeline": pipeline}).all()
        ladder = Ladder(
            pipeline,
            {stage.id: stage.position for stage in stages},
            tuple(stage.position for stage in stages if not stage.retired),
        )
        rows = connection.execute(_READ_VISITS, {"deal": deal_id}).all()
        visits = [VisitFact(*row[2:]) for row in rows]
        last, owner = rows[-1], deal["owner_id"]
        left = {"left_at": NOW, "exit": "moved", "exit_owner_id": owner, "loss_reason_id": None}
        connection.execute(_CLOSE, {"visit": last.id, **left, "loss_note": None})
        visits[-1] = VisitFact(pipeline, last.stage_id, last.entered_at, NOW, None, owner, owner)
        visits.append(VisitFact(pipeline, stage_id, NOW, None, None, owner))
        visit = {
            "deal_id": deal_id, "seq": last.seq + 1, "pipeline_id": pipeline, "stage_id": stage_id,
            "entered_at": NOW, "left_at": None, "exit": None, "moved_by": "benchmark", "owner_id": owner,
            "exit_owner_id": None, "amount_minor": deal["amount_minor"], "currency": deal["currency"],
            "loss_reason_id": None, "loss_note": None, "assumed": False,
        }  # fmt: skip
        visit_id = connection.execute(insert(_visit), visit).inserted_primary_key[0]  # type: ignore[index]
        stands = standing(visits, ladder)
        columns = {
            "version": deal["version"] + 1, "stage_id": stage_id, "entered_at": NOW, "changed_at": NOW,
            "furthest": stands.furthest, "visited_mask": stands.visited_mask, "straight": stands.straight,
        }  # fmt: skip
        connection.execute(_UPDATE, {"number": deal_id, **columns})
        connection.execute(_CLEAR, {"deal": deal_id})
        reached = [
            {
                "deal_id": deal_id, "stage_id": one.stage_id, "reached_at": one.reached_at,
                "reached_owner_id": one.reached_owner_id, "visits": one.visits, "seconds": one.seconds,
                "left_at": one.left_at, "left_owner_id": one.left_owner_id,
            }
            for one in stands.stages
        ]  # fmt: skip
        connection.execute(insert(_reached), reached)
        _record(connection, deal_id, last.id, visit_id, left, visit, columns)


def _record(
    connection: Connection, deal: int, left_id: int, visit_id: int, left: Any, visit: Any, columns: Any
) -> None:
    group = {"at": NOW, "actor": "benchmark", "action": "move_deal", "summary": "Moved", "undoes_id": None}
    number = connection.execute(insert(_group), group).inserted_primary_key[0]  # type: ignore[index]
    changes = [
        ("stage_visit", left_id, "update", dict.fromkeys(left), left),
        ("stage_visit", visit_id, "insert", None, {"id": visit_id, **visit}),
        ("deal", deal, "update", dict.fromkeys(columns), columns),
    ]
    connection.execute(
        insert(_change),
        [
            {
                "group_id": number, "entity": entity, "row_id": row, "row_last": row, "op": op,
                "before": before and json.dumps(before), "after": json.dumps(after),
            }
            for entity, row, op, before, after in changes
        ],
    )  # fmt: skip


def _same(ours: Path, theirs: Path) -> None:
    """Both files must hold the same deals and histories afterwards."""
    found = []
    for path in (ours, theirs):
        workspace = open_file(path)
        with workspace.read() as reader:
            found.append(
                [
                    reader.rows(f"SELECT * FROM {table} ORDER BY {order}")
                    for table, order in (
                        ("deal", "id"),
                        ("stage_visit", "id"),
                        ("deal_stage", "deal_id, stage_id"),
                    )
                ]
            )
        workspace.database.close()
    assert found[0] == found[1], "the moves by hand left other rows than the service"
