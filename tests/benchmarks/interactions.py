"""Seeded interactions for the deals of :mod:`tests.benchmarks.data`: eight a deal."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from operator import itemgetter
from pathlib import Path
from typing import Any

from funnel_tui.domain.interactions import CONVERSATIONS, KINDS
from tests.benchmarks.data import NOW, SEED, seeded_file

DAY = 86_400
PER_DEAL = 8
QUALIFIED = 3
"""The position of the qualified stage in both pipelines."""

_WEIGHTS = (52, 22, 12, 6, 3, 2, 3)
_OUTCOMES: dict[int, tuple[str | None, ...]] = {
    1: ("no answer", "no answer", "voicemail", "conversation", None),
    2: ("sent", "sent", "reply"),
    3: ("held", "held", "no show"),
}
_ROW = "INSERT INTO interaction (deal_id, owner_id, kind_id, direction, outcome, at, planned, version)"
_WORDS = ", ".join(f"'{word}'" for word in sorted(CONVERSATIONS))
_DAYS = f"""
INSERT INTO activity_day (day, owner_id, kind_id, done, planned, with_outcome, conversations, outbound)
SELECT at / {DAY}, owner_id, kind_id, sum(planned = 0), sum(planned),
       sum(planned = 0 AND outcome IS NOT NULL),
       sum(planned = 0 AND coalesce(outcome, '') IN ({_WORDS})),
       sum(planned = 0 AND direction = 'out')
FROM interaction GROUP BY 1, 2, 3
"""


def active_file(folder: Path, deals: int) -> Path:
    """A database of so many deals and eight times as many interactions; made once per folder."""
    source = seeded_file(folder, deals)
    path = source.with_name(f"active-{source.name}")
    if not path.exists():
        making = path.with_suffix(".making")
        making.write_bytes(source.read_bytes())
        fill_interactions(making)
        making.rename(path)
    return path


def fill_interactions(path: Path) -> None:
    """Write the interactions, their sums per day, targets, and which stage is the qualified one."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for position, (name, step) in enumerate(KINDS.items(), 1):
            connection.execute(
                "INSERT INTO interaction_kind (name, step, position, active, version) VALUES (?, ?, ?, 1, 1)"
                " ON CONFLICT DO NOTHING",
                (name, step.value, position),
            )
        connection.execute("UPDATE pipeline SET qualified_position = ?", (QUALIFIED,))
        found = connection.execute(
            "SELECT id, owner_id, created_at, coalesce(closed_at, ?) FROM deal", (NOW,)
        ).fetchall()
        connection.executemany(
            f"{_ROW} VALUES (?, ?, ?, ?, ?, ?, ?, 1)", sorted(_rows(found), key=itemgetter(5))
        )
        connection.execute(_DAYS)
        connection.executemany(
            "INSERT INTO activity_target (rep_id, kind_id, month, target, at, by) VALUES (?, ?, ?, ?, 0, '')",
            ((rep, 1, month, 80) for rep in range(1, 51) for month in _months()),
        )


def _months() -> list[int]:
    """The first days of the months of 2026."""
    return [20454, 20485, 20513, 20544, 20574, 20605, 20635, 20666, 20697, 20727, 20758, 20788]


def _rows(deals: list[tuple[int, int, int, int]]) -> Iterator[tuple[Any, ...]]:
    rng = random.Random(SEED)
    kinds = range(1, len(_WEIGHTS) + 1)
    for deal, owner, created, ended in deals:
        for kind in rng.choices(kinds, _WEIGHTS, k=PER_DEAL):
            planned = rng.random() < 0.02
            at = rng.randrange(NOW, NOW + 30 * DAY) if planned else rng.randint(created, max(created, ended))
            outcome = None if planned else rng.choice(_OUTCOMES.get(kind, (None,)))
            yield deal, owner, kind, "out" if rng.random() < 0.85 else "in", outcome, at, int(planned)
