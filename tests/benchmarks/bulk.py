"""Moving a thousand deals at once, against the same moves one by one and against ``executemany`` by hand."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from funnel_tui.domain.bulk_edit import MoveTo
from funnel_tui.domain.facts import Ladder, VisitFact
from funnel_tui.metrics.projection import standing
from funnel_tui.services.bulk_edit import apply
from funnel_tui.services.deals import move_deal
from funnel_tui.services.workspace import Workspace
from tests.benchmarks.data import NOW, open_file
from tests.benchmarks.timing import Ratio

MOVED = 1_000
STAGES = (4, 5, 3)
"""Where the deals go, one after the other: each round moves all of them."""
ALONE_TARGET, HAND_TARGET = 0.5, 3.0

_READ_VISITS = (
    "SELECT deal_id, id, seq, pipeline_id, stage_id, entered_at, left_at, exit, owner_id, exit_owner_id"
    " FROM stage_visit WHERE deal_id IN ({}) ORDER BY deal_id, seq"
)
_CLOSE = "UPDATE stage_visit SET left_at = ?, exit = 'moved', exit_owner_id = ? WHERE id = ?"
_ENTER = (
    "INSERT INTO stage_visit (id, deal_id, seq, pipeline_id, stage_id, entered_at, moved_by, owner_id,"
    " amount_minor, currency, assumed) VALUES (?, ?, ?, ?, ?, ?, 'benchmark', ?, ?, ?, 0)"
)
_STAND = (
    "UPDATE deal SET version = version + 1, stage_id = ?, entered_at = ?, changed_at = ?, furthest = ?,"
    " visited_mask = ?, straight = ? WHERE id = ?"
)
_REACHED = (
    "INSERT INTO deal_stage (deal_id, stage_id, reached_at, reached_owner_id, visits, seconds, left_at,"
    " left_owner_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_RECORD = (
    "INSERT INTO change (group_id, entity, row_id, row_last, op, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def bulk(path: Path, folder: Path) -> Iterator[Ratio]:
    """The same moves of the same deals, each side on its own copy of the file; the best of the rounds."""
    copies = [folder / f"bulk-{side}.db" for side in ("ours", "alone", "hand")]
    for copy in copies:
        shutil.copyfile(path, copy)
    ours, alone = open_file(copies[0]), open_file(copies[1])
    with ours.read() as reader:
        rows = reader.rows(
            f"SELECT id FROM deal WHERE closed_at IS NULL AND pipeline_id = 1 AND stage_id <> {STAGES[0]}"
            " ORDER BY id"
        )
    deals = [int(row[0]) for row in rows[:MOVED]]
    assert len(deals) == MOVED
    best = [float("inf")] * 3
    with closing(_connection(copies[2])) as raw:
        for stage in STAGES:
            sides: Sequence[Callable[[], object]] = (
                lambda: apply(ours, MoveTo(stage), deals),  # noqa: B023
                lambda: _one_by_one(alone, deals, stage),  # noqa: B023
                lambda: by_hand(raw, deals, stage),  # noqa: B023
            )
            for place, side in enumerate(sides):
                start = time.perf_counter()
                side()
                best[place] = min(best[place], time.perf_counter() - start)
    for workspace in (ours, alone):
        workspace.database.close()
    _same(copies)
    mine, single, hand = (value * 1e3 for value in best)
    name = f"bulk move of {MOVED:,}"
    yield Ratio(name, mine, single, "ms", ALONE_TARGET, "the same moves one by one")
    yield Ratio(name, mine, hand, "ms", HAND_TARGET, "executemany by hand, sqlite3")


def _one_by_one(workspace: Workspace, deals: Sequence[int], stage: int) -> None:
    for deal in deals:
        move_deal(workspace, deal_id=deal, stage_id=stage)


def _connection(path: Path) -> sqlite3.Connection:
    """A connection with the guarantees of the program's: WAL, FULL, foreign keys."""
    raw = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def by_hand(raw: sqlite3.Connection, deals: Sequence[int], stage: int) -> None:
    """Three reads and six ``executemany`` in one transaction, with a record of every change."""
    raw.execute("BEGIN IMMEDIATE")
    listed = ", ".join(map(str, deals))
    stages = raw.execute("SELECT id, position, retired FROM stage WHERE pipeline_id = 1").fetchall()
    in_use = tuple(sorted(position for _, position, retired in stages if not retired))
    ladder = Ladder(1, {number: position for number, position, _ in stages}, in_use)
    owners = {
        number: rest
        for number, *rest in raw.execute(
            f"SELECT id, owner_id, amount_minor, currency FROM deal WHERE id IN ({listed})"
        )
    }
    visits: dict[int, list[Any]] = defaultdict(list)
    for deal, *visit in raw.execute(_READ_VISITS.format(listed)):
        visits[deal].append(visit)
    number = raw.execute("SELECT max(id) FROM stage_visit").fetchone()[0]
    left, entered, stands, reached, records = [], [], [], [], []
    for place, deal in enumerate(deals, 1):
        owner, amount, currency = owners[deal]
        facts = [VisitFact(*visit[2:]) for visit in visits[deal]]
        last_id, seq = visits[deal][-1][:2]
        facts[-1] = VisitFact(1, facts[-1].stage_id, facts[-1].entered_at, NOW, None, owner, owner)
        facts.append(VisitFact(1, stage, NOW, None, None, owner))
        found = standing(facts, ladder)
        left.append((NOW, owner, last_id))
        entered.append((number + place, deal, seq + 1, 1, stage, NOW, owner, amount, currency))
        stands.append((stage, NOW, NOW, found.furthest, found.visited_mask, found.straight, deal))
        reached += [
            (deal, one.stage_id, one.reached_at, one.reached_owner_id, one.visits, one.seconds, one.left_at,
             one.left_owner_id)
            for one in found.stages
        ]  # fmt: skip
        records += [
            ("stage_visit", last_id, "update", {"left_at": None}, {"left_at": NOW, "exit": "moved"}),
            ("stage_visit", number + place, "insert", None, dict(zip("abcdefghi", entered[-1], strict=True))),
            (
                "deal",
                deal,
                "update",
                {"stage_id": visits[deal][-1][3]},
                {"stage_id": stage, "changed_at": NOW},
            ),
        ]
    raw.executemany(_CLOSE, left)
    raw.executemany(_ENTER, entered)
    raw.executemany(_STAND, stands)
    raw.execute(f"DELETE FROM deal_stage WHERE deal_id IN ({listed})")
    raw.executemany(_REACHED, reached)
    group = raw.execute(
        "INSERT INTO change_group (at, actor, action, summary)"
        " VALUES (?, 'benchmark', 'move_deals', 'Moved')",
        (NOW,),
    ).lastrowid
    raw.executemany(
        _RECORD,
        (
            (group, entity, row, row, op, before and json.dumps(before), json.dumps(after))
            for entity, row, op, before, after in records
        ),
    )
    raw.execute("COMMIT")


def _same(paths: Sequence[Path]) -> None:
    """All copies must hold the same deals and histories afterwards."""
    found = []
    for path in paths:
        with closing(sqlite3.connect(path)) as raw:
            orders = {"deal": "id", "stage_visit": "id", "deal_stage": "deal_id, stage_id"}
            found.append(
                [
                    raw.execute(f"SELECT * FROM {name} ORDER BY {order}").fetchall()
                    for name, order in orders.items()
                ]
            )
    assert found[0] == found[1], "one by one left other rows than the bulk service"
    assert found[0] == found[2], "the moves by hand left other rows than the bulk service"
