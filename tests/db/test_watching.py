"""Whether somebody else has written is asked by a thread of its own, also while the database is closed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from funnel_tui.db import Database, Target


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_closing_while_somebody_asks_is_safe(hurried: None, tmp_path: Path) -> None:
    """SQLite reads memory that is gone when a connection is closed in use: the process would die."""
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
