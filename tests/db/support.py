"""Making databases in every state, for the tests of opening them."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import event

from funnel_tui.db import Database, Target
from funnel_tui.errors import FunnelError
from funnel_tui.models import Tag
from funnel_tui.services.people import create_rep
from funnel_tui.services.workspace import Workspace

NOBODY = 65_534


def opened(url: str | Path) -> Database:
    """Open a database."""
    return Database(Target.parse(str(url)))


def filled(path: Path, tags: int = 0) -> Path:
    """Make a file with three reps in it, and as many tags as asked for."""
    database = opened(path)
    workspace = Workspace(database, clock=lambda: 0, actor="ana")
    for number in range(3):
        create_rep(workspace, name=f"Rep {number}")
    with workspace.change("create_tags") as call:
        for number in range(tags):
            call.insert(Tag, {"name": f"Tag {number} {'x' * 100}"})
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def damaged(path: Path) -> Path:
    """Overwrite the second half, far from the schema."""
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = os.urandom(len(content) - half)
    path.write_bytes(content)
    return path


def reps(database: Database) -> list[str]:
    """The names of the reps."""
    with database.read() as reader:
        return [str(row[0]) for row in reader.rows("SELECT name FROM rep ORDER BY id")]


def pragma(path: Path, statement: str) -> Any:
    """Run a pragma on a file."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(f"PRAGMA {statement}").fetchone()
        connection.commit()
    return found and found[0]


def on_every_write_connection(database: Database, statement: str) -> None:
    """Run a pragma on each connection that is going to write."""
    event.listen(
        database.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {statement}").fetchall()
    )


def one_line(error: FunnelError) -> str:
    """The text of an error, which must be one line that says something."""
    text = str(error)
    assert text
    assert "\n" not in text
    assert "Traceback" not in text
    return text


@contextlib.contextmanager
def not_as_root(folder: Path) -> Iterator[None]:
    """Root may write to every file; act as nobody, who gets the folder."""
    if os.geteuid() != 0:
        yield
        return
    opened(folder / "first.db").close()  # nobody may not be able to read what is imported on the way
    os.chown(folder, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
