"""Files that were made and then not used: a refused import must not leave an empty database behind."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from funnel_tui.db.reader import connect_sqlite


def make_file(path: Path) -> tuple[Path, ...]:
    """Make an empty file for its owner alone, with the folders it needs.

    :returns: what was made: folders from the outermost on, the file last; nothing where the file was there.
    :raises OSError: where it cannot be made.
    """
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        os.close(os.open(path, os.O_RDWR))
        return ()
    return (*reversed(missing), path)


def take_back(made: tuple[Path, ...]) -> bool:
    """Remove a file that was just made, if no change was ever written to it and nobody else has it open.

    :param made: what :func:`make_file` made; all connections to it are closed.
    :returns: whether it was removed.
    """
    path = made[-1]
    try:
        with closing(connect_sqlite(path)) as connection:
            connection.execute("PRAGMA busy_timeout=0")
            # Leaving WAL needs the file for oneself: it fails while another program has it open.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            if connection.execute("SELECT EXISTS (SELECT 1 FROM change_group)").fetchone()[0]:
                connection.execute("ROLLBACK")
                connection.execute("PRAGMA journal_mode=WAL")
                return False
            path.unlink()
            connection.execute("ROLLBACK")
    except (sqlite3.Error, OSError):
        return False
    for folder in reversed(made[:-1]):
        with contextlib.suppress(OSError):
            folder.rmdir()
    return True
