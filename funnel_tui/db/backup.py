"""Copies of a database file, taken while others write.

A backup is one file in one piece: nothing lies beside it, so it can be sent, burnt or copied. It is made in
one step of SQLite's backup API. A copy made page by page would begin again with every write of somebody else,
and a busy team would never get one.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from funnel_tui.db.frozen import can_be_frozen, connect_frozen, has_log
from funnel_tui.db.problems import check_file, explain, newer
from funnel_tui.db.reader import BUSY_MS, connect_sqlite
from funnel_tui.db.target import APPLICATION_ID, SCHEMA_VERSION
from funnel_tui.errors import DatabaseBusy, DatabaseProblem, UsageError
from funnel_tui.language import tr
from funnel_tui.unfinished import new_file_beside

BESIDE = ("-wal", "-shm", "-journal")
"""Files that SQLite puts beside a database, by what is added to its name."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was made and checked.

    :param path: where it is.
    :param size: bytes.
    :param version: the version of its schema.
    """

    path: Path
    size: int
    version: int


def back_up(source: Path, copy: Path, *, replace: bool) -> Copied:
    """Copy a database while others use it, and check the copy.

    :param source: the file of the database.
    :param copy: where the copy goes. It takes its name when it is whole and sound.
    :param replace: whether a file that is there already is replaced.
    :raises UsageError: when there is one already and it is not to be replaced, or it is the database itself.
    :raises DatabaseProblem: when the database or the copy cannot be used, or the copy is not sound.
    """
    _check_place(source, copy, replace=replace)
    if not check_file(source, str(source)):
        raise DatabaseProblem(
            tr("There is no database {source}.").format(source=source), tr("Check --db and FUNNEL_DB.")
        )
    with unfinished_file(copy) as unfinished:
        version = copy_checked(source, unfinished, quick=True)
        size = unfinished.stat().st_size
        # Somebody may have made a file of that name meanwhile.
        _check_place(source, copy, replace=replace)
        unfinished.replace(copy)
        settle(copy.parent)
    return Copied(copy, size, version)


def _check_place(source: Path, copy: Path, *, replace: bool) -> None:
    """Refuse to write a backup where it would do harm."""
    if not copy.exists():
        if copy.parent.is_dir():
            return
        raise UsageError(tr("There is no folder {folder}.").format(folder=copy.parent), tr("Make it first."))
    if not copy.is_file():
        raise UsageError(tr("{copy} is no file.").format(copy=copy), tr("Name a file."))
    if source.exists() and copy.samefile(source):
        raise UsageError(tr("{copy} is the database itself.").format(copy=copy), tr("Name another file."))
    if not replace:
        raise UsageError(tr("{copy} is there already.").format(copy=copy), tr("--force replaces it."))
    if has_log(copy):
        raise UsageError(
            tr("{copy} is a database that is in use.").format(copy=copy), tr("Name another file.")
        )


@contextmanager
def unfinished_file(final: Path) -> Iterator[Path]:
    """A file beside the final one, for its owner alone; gone at the end unless it was renamed.

    What a kill left of earlier ones in that folder goes first: see :mod:`funnel_tui.unfinished`.
    """
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        handle, path = new_file_beside(final)
    except OSError as error:
        raise DatabaseProblem(
            tr("{final} cannot be written: {strerror}.").format(final=final, strerror=error.strerror),
            tr("Check the path and its rights."),
        ) from error
    os.close(handle)
    try:
        yield path
    except (sqlite3.Error, OSError) as error:
        raise explain(error, str(final), final) from error
    finally:
        for ending in ("", *BESIDE):
            with suppress(OSError):
                path.with_name(path.name + ending).unlink()


def copy_checked(source: Path, copy: Path, *, quick: bool) -> int:
    """Copy a database into an empty file and check the copy.

    :param quick: without comparing every index with its table, which takes ten times as long.
    :returns: the version of its schema.
    """
    try:
        with closing(_connect(source)) as reading:
            _check_marks(reading, source)
            with closing(sqlite3.connect(copy, isolation_level=None)) as writing:
                transfer(reading, writing, str(source))
    except sqlite3.Error as error:
        # A full disk is the copy's fault, all else the source's.
        full = getattr(error, "sqlite_errorname", "") in ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
        raise explain(error, str(copy.parent if full else source)) from error
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        # In one piece: without a log beside it, and readable where nothing may be written.
        connection.execute("PRAGMA journal_mode=DELETE")
        check = "quick_check" if quick else "integrity_check"
        verdicts = [row[0] for row in connection.execute(f"PRAGMA {check}(3)")]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if verdicts != ["ok"]:
        found = " ".join(str(verdicts[0]).split())
        raise DatabaseProblem(
            tr("{source} is damaged: {found}.").format(source=source, found=found),
            tr("Nothing was changed. Use an earlier backup; see funnel doctor."),
        )
    settle(copy)
    return version


def _connect(path: Path) -> sqlite3.Connection:
    """A connection for reading, also in a folder where nothing may be written."""
    connection = connect_sqlite(path)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        connection.close()
        if can_be_frozen(path, error):
            return connect_frozen(path)
        raise
    return connection


def _check_marks(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file of another program, of a newer version, or without tables.

    :raises DatabaseProblem: saying which.
    """
    marker = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not tables:
        raise DatabaseProblem(tr("{path} is empty: it is no database of funnel.").format(path=path))
    if marker != APPLICATION_ID:
        raise DatabaseProblem(
            tr("{path} is an SQLite file of another program.").format(path=path), tr("Nothing was changed.")
        )
    if version > SCHEMA_VERSION:
        raise newer(str(path), version)


def transfer(source: sqlite3.Connection, target: sqlite3.Connection, name: str) -> None:
    """Copy everything in one step, and wait no longer than for any other lock."""
    end = time.monotonic() + BUSY_MS / 1000

    def told(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > end:
            raise DatabaseBusy(
                tr("{name} is in use by another program.").format(name=name), tr("Try again in a moment.")
            )

    source.backup(target, pages=-1, progress=told)


def settle(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
