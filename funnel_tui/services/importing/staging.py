"""Events of a history, put aside on disk and given back deal by deal.

A file of events is in any order and may be larger than memory. The events wait in a private SQLite file that
vanishes with its connection; it is not the database, so nobody is kept waiting while the file is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from types import TracebackType
from typing import NamedTuple

from funnel_tui.db.problems import explain
from funnel_tui.exchange.records import EventRecord
from funnel_tui.language import tr

_TABLE = """
CREATE TABLE event (
    deal TEXT, at INTEGER, file INTEGER, ord INTEGER, line INTEGER,
    stage TEXT, status TEXT, who TEXT, reason TEXT
)
"""
_INSERT = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT deal, at, file, line, stage, status, who, reason FROM event ORDER BY deal, at, file, ord"


class Event(NamedTuple):
    """One event of a deal.

    :param file: the place of its file among the files.
    :param stage: the name of the stage entered; None for a win or loss.
    :param status: ``open``, or the outcome.
    """

    at: int
    file: int
    line: int
    stage: str | None
    status: str
    by: str | None
    reason: str | None


class EventStore:
    """Takes events in any order and gives them back by deal, instant and place in the files."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute("PRAGMA synchronous=OFF")
        self._store.execute("PRAGMA temp_store=FILE")
        self._store.execute(_TABLE)
        self._store.execute("BEGIN")

    def __enter__(self) -> EventStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()

    def add(self, file: int, events: Iterable[EventRecord]) -> None:
        """Put events of a file aside.

        :raises DatabaseProblem: when the disk is full.
        """
        rows = (
            (e.deal, e.at, file, e.order, e.line, e.stage, e.status.value, e.by, e.loss_reason)
            for e in events
        )
        try:
            self._store.executemany(_INSERT, rows)
        except sqlite3.Error as error:
            raise explain(error, tr("the folder for temporary files")) from error

    def deals(self) -> Iterator[tuple[str, list[Event]]]:
        """Each deal's id and its events in order."""
        try:
            for deal, rows in groupby(self._store.execute(_SELECT), key=itemgetter(0)):
                yield deal, [Event(*row[1:]) for row in rows]
        except sqlite3.Error as error:
            raise explain(error, tr("the folder for temporary files")) from error
