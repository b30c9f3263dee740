"""Reading a file in a folder where nothing may be written.

SQLite puts a small file beside a database in WAL mode even to read it. Where it may not, the database can
only be read as one that nobody changes (``immutable``). That holds as long as there is no log beside it;
whether it held is looked at after every read transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from funnel_tui.db.reader import connect_sqlite
from funnel_tui.errors import DatabaseBusy
from funnel_tui.language import tr

_PRIMARY = 0xFF
"""The part of SQLite's extended error codes that says which kind of error it is."""


def can_be_frozen(path: Path, error: sqlite3.Error) -> bool:
    """Whether a file that could not be read can be read as one that nobody changes.

    :param error: what reading it in the usual way gave.
    """
    kind = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    return kind in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN} and not has_log(path)


def has_log(path: Path) -> bool:
    """Whether a log with content lies beside the file: it holds what the file does not."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except OSError:
        return False


def connect_frozen(path: Path) -> sqlite3.Connection:
    """A connection that reads and believes that nobody writes."""
    return connect_sqlite(path, mode="ro&immutable=1")


def frozen_number(path: Path) -> int:
    """A number that changes when somebody has written into the file."""
    found = path.stat()
    return hash((found.st_ino, found.st_size, found.st_mtime_ns, has_log(path)))


def closing_unchanged(path: Path, name: str) -> Callable[[sqlite3.Connection], None]:
    """What ends a read transaction: it closes the connection and looks whether the file is as it was.

    :param name: the database as shown to people.
    """
    before = frozen_number(path)

    def close(connection: sqlite3.Connection) -> None:
        """Close, and refuse what was read when the file has changed meanwhile.

        :raises DatabaseBusy: somebody has written into the file.
        """
        connection.close()
        if frozen_number(path) != before:
            raise DatabaseBusy(
                tr("{name} was changed while it was read.").format(name=name), tr("Try again.")
            )

    return close
