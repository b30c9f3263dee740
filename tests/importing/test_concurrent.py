"""An import and people at work at the same time."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from funnel_tui.db import Database, Target, engine
from funnel_tui.errors import FunnelError, Refused
from funnel_tui.services.deals import move_deal
from funnel_tui.services.doctor import check
from funnel_tui.services.workspace import Workspace
from tests.importing.support import DEALS_HEADER, STAGES, Folder, at

DEALS, MOVERS, IMPORTS = 40, 6, 4


class Mover:
    """Moves random deals until it is told to stop."""

    def __init__(self, url: str, stop: threading.Event) -> None:
        self.moves = 0
        self.errors: list[str] = []
        self._workspace = Workspace(Database(Target.parse(url)), clock=lambda: at("04-01"), actor="mover")
        self._stop = stop
        with self._workspace.read() as reader:
            self._deals = [number for (number,) in reader.rows("SELECT id FROM deal")]
            self._stages = [number for (number,) in reader.rows("SELECT id FROM stage")]

    def run(self, seed: int) -> None:
        """Work as one person would, only faster."""
        choose = random.Random(seed)
        while not self._stop.is_set():
            try:
                move_deal(
                    self._workspace,
                    deal_id=choose.choice(self._deals),
                    stage_id=choose.choice(self._stages),
                    at=at("04-01"),
                )
                self.moves += 1
            except Refused:
                pass  # It is there already.
            except FunnelError as error:
                self.errors.append(str(error))
        self._workspace.database.close()


def rows(turn: int) -> list[tuple[object, ...]]:
    """The known deals with another amount and owner, and as many new ones."""
    known = ((f"K{n}", f"k {n}", ("Anna", "Bo")[turn % 2], "", "", turn, "EUR", "", "") for n in range(DEALS))
    new = ((f"N{turn}-{n}", "n", "Bo", "Lead", "open", n, "EUR", "2026-01-01", "") for n in range(3000))
    return [*known, *new]


def test_deals_are_moved_while_imports_run(
    pg_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither waits for the other for ever (no deadlock), and nothing of either is lost."""
    # A machine that does much else may take longer for one import than a person waits for a lock.
    monkeypatch.setattr(engine, "BUSY_MS", 100_000)
    folder = Folder(tmp_path, Workspace(Database(Target.parse(pg_url)), clock=lambda: at("04-01")))
    start = [(f"K{n}", "k", "Anna", "Lead", "open", 1, "EUR", "2026-01-01", "") for n in range(DEALS)]
    folder.deals(*start)
    stop = threading.Event()
    movers = [Mover(pg_url, stop) for _ in range(MOVERS)]
    with ThreadPoolExecutor(MOVERS) as pool:
        running = [pool.submit(mover.run, seed) for seed, mover in enumerate(movers)]
        try:
            for turn in range(IMPORTS):
                path = folder.write(f"{turn}.csv", [DEALS_HEADER, *rows(turn)])
                folder.load("deals", path, read={"stages": STAGES})
                time.sleep(0.05)
        finally:
            stop.set()
        for each in running:
            each.result(timeout=60)
    assert [error for mover in movers for error in mover.errors] == []
    moves = sum(mover.moves for mover in movers)
    assert moves >= MOVERS
    assert folder.one("SELECT count(*) FROM deal") == DEALS + 3000 * IMPORTS
    assert folder.one("SELECT count(*) FROM stage_visit") == DEALS + 3000 * IMPORTS + moves
    assert {row[0] for row in folder.rows("SELECT amount_minor FROM deal WHERE title LIKE 'k %'")} == {
        (IMPORTS - 1) * 100
    }
    assert [each for each in check(folder.workspace) if each.is_error] == []
    folder.workspace.database.close()
