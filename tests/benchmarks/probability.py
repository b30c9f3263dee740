"""The win probability: opening its view among many and among few closed deals, and learning.

Both files hold the same open deals. What is learned a little at a time is held against learning anew.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from funnel_tui.domain.scope import Scope
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deals import lose_deal, reopen_deal
from funnel_tui.services.learning import learn
from funnel_tui.services.reports.probability_screen import read_at_once
from funnel_tui.services.workspace import Workspace
from tests.benchmarks.data import open_file
from tests.benchmarks.timing import Ratio, best_of

SAME_TARGET = 1.5
FEW = 1_000
"""Closed deals in the small file."""
ONE_AT_A_TIME = 15
LEARNED = ("learned_team", "learned_value", "learned_tenth")
_BARE = """
SELECT d.pipeline_id, d.stage_id, d.status, d.closed_owner_id, d.source_id, count(*)
FROM deal d WHERE d.closed_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5
"""
"""What the same rows cost when they are only counted."""


def probability(path: Path, folder: Path, rounds: int) -> Iterator[Ratio]:
    """Opening the view and a deal, learning one more closed deal, learning everything.

    :param path: a seeded file; ``folder`` is where copies of it are made.
    """
    many, few = _copy(path, folder, None), _copy(path, folder, FEW)
    workspaces = {side: open_file(file) for side, file in (("many", many), ("few", few))}
    with closing(sqlite3.connect(many)) as raw:
        closed = raw.execute("SELECT count(*) FROM deal WHERE closed_at IS NOT NULL").fetchone()[0]
        everything = min(_timed(lambda: _anew(workspaces["many"])) for _ in range(3))
        bare = min(_timed(lambda: raw.execute(_BARE).fetchall()) for _ in range(3))
    learn(workspaces["few"])
    views = best_of(max(5, rounds // 3), *(_opening(workspaces[side]) for side in ("many", "few")))
    deals = best_of(rounds, *(_deals(workspaces[side]) for side in ("many", "few")))
    one = {side: _one_more(workspaces[side]) for side in ("many", "few")}
    _same(workspaces["many"])
    for workspace in workspaces.values():
        workspace.database.close()
    few_words = f"{FEW:,} closed deals"
    yield Ratio(
        f"view, {closed:,} closed", views[0] * 1e3, views[1] * 1e3, "ms", SAME_TARGET, f"view, {few_words}"
    )
    yield Ratio(f"20 deals, {closed:,} closed", deals[0] * 1e3, deals[1] * 1e3, "ms", SAME_TARGET, few_words)
    yield Ratio("learn one more", one["many"] * 1e3, one["few"] * 1e3, "ms", None, few_words)
    yield Ratio(
        f"learn {closed:,} anew", everything * 1e3, bare * 1e3, "ms", None, "bare count of the rows, sqlite3"
    )


def _copy(path: Path, folder: Path, closed: int | None) -> Path:
    """A copy of the file with so many closed deals, the last ones; None keeps all."""
    target = folder / f"probability-{closed or 'all'}-{path.name}"
    shutil.copy(path, target)
    if closed is not None:
        with closing(sqlite3.connect(target)) as raw:
            raw.execute("PRAGMA foreign_keys = OFF")
            gone = (
                "SELECT id FROM deal WHERE closed_at IS NOT NULL AND id NOT IN"
                " (SELECT id FROM deal WHERE closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT ?)"
            )
            for table in ("stage_visit", "deal_stage", "deal_tag", "demand_line", "task", "deal_past"):
                raw.execute(f"DELETE FROM {table} WHERE deal_id IN ({gone})", (closed,))
            raw.execute(f"DELETE FROM deal WHERE id IN ({gone})", (closed,))
            raw.commit()
            raw.execute("VACUUM")
            raw.execute("ANALYZE")
    return target


def _opening(workspace: Workspace) -> Callable[[], object]:
    """Read what the view shows, as the screen does."""

    def read() -> int:
        view = read_at_once(workspace, Scope())
        assert view is not None
        for chance in view.chances.deals[:20]:
            view.chances.reasons(chance.deal)
        return len(view.chances.deals)

    assert read() > 0
    return read


def _deals(workspace: Workspace) -> Callable[[], object]:
    """Open the twenty likeliest deals."""
    view = read_at_once(workspace, Scope())
    assert view is not None
    numbers = [chance.deal.deal_id for chance in view.chances.deals[:20]]

    def read() -> None:
        for number in numbers:
            assert deal_detail(workspace, number).chances is not None

    return read


def _one_more(workspace: Workspace) -> float:
    """The shortest time to learn one more closed deal, in seconds."""
    with workspace.read() as reader:
        rows = reader.rows(
            "SELECT id FROM deal WHERE closed_at IS NULL ORDER BY id LIMIT :n", {"n": ONE_AT_A_TIME}
        )
    best = float("inf")
    for (number,) in rows:
        lose_deal(workspace, deal_id=number, reason="price")
        best = min(best, _timed(lambda: learn(workspace)))
    for (number,) in rows:
        reopen_deal(workspace, deal_id=number)
    learn(workspace)
    return best


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _anew(workspace: Workspace) -> None:
    with workspace.change("forget") as call:
        call.connection.exec_driver_sql("DELETE FROM learned_up_to")
    learn(workspace)


def _same(workspace: Workspace) -> None:
    """Refuse to measure what does not lead to the same: a little at a time, and everything anew."""
    found = _learned(workspace)
    _anew(workspace)
    assert found == _learned(workspace)


def _learned(workspace: Workspace) -> list[list[tuple[object, ...]]]:
    with workspace.read() as reader:
        return [sorted(reader.rows(f"SELECT * FROM {table}")) for table in LEARNED]
