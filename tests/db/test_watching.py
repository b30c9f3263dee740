"""Whether somebody else has written is asked by a thread of its own, also while the database is closed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from funnel_tui.db import Database, Target


def test_closing_while_somebody_asks_is_safe(tmp_path: Path) -> None:
    """SQLite reads memory that is gone when a connection is closed while it is in use: the process would die."""
    target = Target(path=tmp_path / "funnel.db")
    Database(target).close()
    for _ in range(20):
        database = Database(target)
        ended = threading.Event()

        def ask(database: Database = database, ended: threading.Event = ended) -> None:
            while not ended.is_set():
                assert database.change_number() > 0

        with ThreadPoolExecutor(2) as threads:
            asking = [threads.submit(ask) for _ in range(2)]
            for _ in range(50):
                database.close()
            ended.set()
            for one in asking:
                one.result()
        database.close()
