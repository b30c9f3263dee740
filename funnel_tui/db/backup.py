"""Copies of a database file: taken while others write, and put back.

A backup is one file in one piece: nothing lies beside it, so it can be sent, burnt or copied. It is made in
one step of SQLite's backup API. A copy made page by page would begin again with every write of somebody else,
and a busy team would never get one.

A backup is put back into the present file in one transaction of SQLite, not by renaming files: whoever had
the old file open would write on into a file without a name, and leave a log that does not belong to the new
one. For that moment the file has to be ours alone, because a program that has it open knows rows by numbers
that mean something else afterwards.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from funnel_tui.db.frozen import can_be_frozen, connect_frozen, has_log
from funnel_tui.db.problems import check_file, explain
from funnel_tui.db.reader import BUSY_MS, connect_sqlite
from funnel_tui.db.target import APPLICATION_ID, SCHEMA_VERSION, Target
from funnel_tui.errors import DatabaseBusy, DatabaseProblem, UsageError

_LOG = "-wal"
_BESIDE = (_LOG, "-shm", "-journal")


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


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    :param kept: the former file, or None when there was none.
    :param upgraded_from: the version of an older backup, None for one of this version.
    """

    kept: Path | None
    upgraded_from: int | None


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
        raise DatabaseProblem(f"There is no database {source}.", "Check --db and FUNNEL_DB.")
    with _unfinished(copy) as unfinished:
        version = _copy_checked(source, unfinished, quick=True)
        size = unfinished.stat().st_size
        # Somebody may have made a file of that name meanwhile.
        _check_place(source, copy, replace=replace)
        unfinished.replace(copy)
        _settle(copy.parent)
    return Copied(copy, size, version)


def restore(backup: Path, target: Path, *, now: int | None = None) -> Restored:
    """Put a backup in the place of a database; the former file stays beside it under another name.

    The backup is checked first, all of it, and is never changed: an older one is upgraded in a copy.

    :param now: epoch seconds for the name of the former file; None for the clock.
    :raises DatabaseBusy: when another program has the database open; nothing was changed.
    :raises DatabaseProblem: when the backup is no good or something cannot be written; nothing was changed.
    :raises UsageError: when both are the same file.
    """
    target = target.resolve()
    if not check_file(backup, str(backup)):
        raise DatabaseProblem(f"There is no backup {backup}.", "Check the path.")
    if target.exists() and target.samefile(backup):
        raise UsageError(f"{backup} is the database itself.", "Name the backup that is to be put back.")
    there = check_file(target, str(target))
    with _unfinished(target) as unfinished:
        version = _copy_checked(backup, unfinished, quick=False)
        if version < SCHEMA_VERSION:
            _upgrade(unfinished)
        upgraded = version if version < SCHEMA_VERSION else None
        if not there:
            _name_first(unfinished, target)
            return Restored(None, upgraded)
        kept = _name_for_former(target, int(time.time()) if now is None else now)
        if _is_readable(target):
            _replace_content(unfinished, target, kept)
        else:
            _replace_damaged(unfinished, target, kept)
        return Restored(kept, upgraded)


def _check_place(source: Path, copy: Path, *, replace: bool) -> None:
    """Refuse to write a backup where it would do harm."""
    if not copy.exists():
        if copy.parent.is_dir():
            return
        raise UsageError(f"There is no folder {copy.parent}.", "Make it first.")
    if not copy.is_file():
        raise UsageError(f"{copy} is no file.", "Name a file.")
    if source.exists() and copy.samefile(source):
        raise UsageError(f"{copy} is the database itself.", "Name another file.")
    if not replace:
        raise UsageError(f"{copy} is there already.", "--force replaces it.")
    if has_log(copy):
        raise UsageError(f"{copy} is a database that is in use.", "Name another file.")


@contextmanager
def _unfinished(final: Path) -> Iterator[Path]:
    """A file beside the final one, for its owner alone; gone at the end unless it was renamed."""
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{final.name[:50]}-", suffix=".unfinished", dir=final.parent)
    except OSError as error:
        raise DatabaseProblem(
            f"{final} cannot be written: {error.strerror}.", "Check the path and its rights."
        ) from error
    os.close(handle)
    path = Path(name)
    try:
        yield path
    except (sqlite3.Error, OSError) as error:
        raise explain(error, str(final)) from error
    finally:
        for ending in ("", *_BESIDE):
            with suppress(OSError):
                path.with_name(path.name + ending).unlink()


def _copy_checked(source: Path, copy: Path, *, quick: bool) -> int:
    """Copy a database into an empty file and check the copy.

    :param quick: without comparing every index with its table, which takes ten times as long.
    :returns: the version of its schema.
    """
    try:
        with closing(_connect(source)) as reading:
            _check_marks(reading, source)
            with closing(sqlite3.connect(copy, isolation_level=None)) as writing:
                _transfer(reading, writing, str(source))
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
            f"{source} is damaged: {found}.", "Nothing was changed. Use an earlier backup; see funnel doctor."
        )
    _settle(copy)
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
        raise DatabaseProblem(f"{path} is empty: it is no database of funnel.")
    if marker != APPLICATION_ID:
        raise DatabaseProblem(f"{path} is an SQLite file of another program.", "Nothing was changed.")
    if version > SCHEMA_VERSION:
        raise DatabaseProblem(
            f"{path} was written by a newer version of funnel (schema {version}; this one knows "
            f"{SCHEMA_VERSION}).",
            "Upgrade with: pip install --upgrade funnel-tui. Nothing was changed.",
        )


def _transfer(source: sqlite3.Connection, target: sqlite3.Connection, name: str) -> None:
    """Copy everything in one step, and wait no longer than for any other lock."""
    end = time.monotonic() + BUSY_MS / 1000

    def told(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > end:
            raise DatabaseBusy(f"{name} is in use by another program.", "Try again in a moment.")

    source.backup(target, pages=-1, progress=told)


def _upgrade(path: Path) -> None:
    """Bring a copy of an older backup up to this version; the backup itself stays."""
    from funnel_tui.db.engine import make_engine
    from funnel_tui.db.upgrade import upgrade_file

    target = Target(path=path)
    engine = make_engine(target)
    try:
        upgrade_file(target, engine, filled=False)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    _settle(path)


def _is_readable(target: Path) -> bool:
    """Whether SQLite can read the present file at all.

    :raises DatabaseProblem: when it is another program's.
    """
    try:
        with closing(connect_sqlite(target)) as connection:
            _check_owner(connection, target)
            verdict: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            return verdict == "ok"
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False


def _check_owner(connection: sqlite3.Connection, target: Path) -> None:
    marker = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if marker != APPLICATION_ID and (marker or tables):
        raise DatabaseProblem(
            f"{target} is an SQLite file of another program.", "Give another --db; it was left as it is."
        )


def _replace_content(source: Path, target: Path, kept: Path) -> None:
    """Write a backup into the present file in one transaction, once its content is safe under another name.

    Whatever ends the program meanwhile, the next one to open the file finds the one content or the other.
    """
    with closing(connect_sqlite(target)) as present:
        _take_alone(present, target)
        with _unfinished(kept) as former:
            with closing(sqlite3.connect(former, isolation_level=None)) as copy:
                _transfer(present, copy, str(target))
            _settle(former)
            former.replace(kept)
            _settle(kept.parent)
        try:
            with closing(sqlite3.connect(source, isolation_level=None)) as reading:
                _transfer(reading, present, str(target))
        except BaseException:
            # SQLite has taken everything back: the former content is where it was.
            kept.unlink(missing_ok=True)
            raise


def _take_alone(connection: sqlite3.Connection, target: Path) -> None:
    """Keep everybody else out of a file until the connection is closed.

    :raises DatabaseBusy: when another program has it open.
    """
    try:
        connection.execute("PRAGMA busy_timeout=1000")
        # Leaving WAL needs the file for oneself: it fails while anybody has it open, even if only to look.
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise _in_use(target) from error
        raise
    if mode != "delete":
        raise _in_use(target)


def _in_use(target: Path) -> DatabaseBusy:
    return DatabaseBusy(
        f"{target} is open in another program.",
        "Close funnel everywhere it shows this database and try again. Nothing was changed.",
    )


def _replace_damaged(source: Path, target: Path, kept: Path) -> None:
    """Put a backup in the place of a file that SQLite cannot read; all that is left of it is kept."""
    with target.open("r+b") as present:
        _lock_as_sqlite(present.fileno(), target)
        # Not by its name: closing a second handle of the file would give up the lock.
        with _private(kept) as goal:
            shutil.copyfileobj(present, goal)
        for ending in _BESIDE:
            piece = target.with_name(target.name + ending)
            if piece.exists():
                with piece.open("rb") as beside, _private(kept.with_name(kept.name + ending)) as goal:
                    shutil.copyfileobj(beside, goal)
        # A log of the damaged file must not be taken for one of the backup.
        for ending in _BESIDE:
            target.with_name(target.name + ending).unlink(missing_ok=True)
        source.replace(target)
        _settle(target.parent)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file for its owner alone, on the disk at the end."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _lock_as_sqlite(handle: int, target: Path) -> None:
    """Lock the bytes that SQLite locks, as far as the system has such locks.

    :raises DatabaseBusy: when another program has the file open.
    """
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _FIRST_LOCK_BYTE)
    except OSError as error:
        raise _in_use(target) from error


_FIRST_LOCK_BYTE = 0x40000000
_LOCK_BYTES = 512
"""Where SQLite's locks on a database file lie: pending, reserved, and the range of the shared ones."""


def _name_first(unfinished: Path, target: Path) -> None:
    """Give a file its name where there is none; one that somebody made meanwhile is not replaced."""
    if target.exists() and target.stat().st_size == 0:
        unfinished.replace(target)
    else:
        try:
            os.link(unfinished, target)
        except FileExistsError:
            raise _in_use(target) from None
        except OSError:
            # A file system without links.
            unfinished.replace(target)
    _settle(target.parent)


def _name_for_former(target: Path, now: int) -> Path:
    """A name beside the database that nothing has yet, such as ``funnel.db.before-20261122-003000``."""
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{target.name}.before-{stamp}"
    found, number = target.with_name(name), 1
    while found.exists():
        number += 1
        found = target.with_name(f"{name}-{number}")
    return found


def _settle(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
