"""The SQLAlchemy engines: explicit transactions on SQLite, psycopg 3 on PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from funnel_tui.db.reader import BUSY_MS, connect_sqlite
from funnel_tui.db.target import Target

_PRAGMAS = (
    "journal_mode=WAL",
    # A power cut must lose nothing; 0.3 ms a commit is not felt by somebody who types.
    "synchronous=FULL",
    f"busy_timeout={BUSY_MS}",
    "foreign_keys=ON",
    "cache_size=-16384",
    "temp_store=MEMORY",
)


def make_engine(target: Target) -> Engine:
    """The engine that writes. Its transactions hold the write lock from their first statement on SQLite."""
    if target.path is None:
        return create_engine(
            target.url or "",
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "options": f"-c lock_timeout={BUSY_MS}"},
        )
    path = target.path
    # One connection is kept: opening it and setting it up again would cost as much as a small change.
    engine = create_engine(
        "sqlite://", creator=lambda: connect_sqlite(path), poolclass=QueuePool, pool_size=1
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # The driver would begin late and DEFERRED: a read that turns into a write then fails at once when
    # somebody else wrote in between. IMMEDIATE waits its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
