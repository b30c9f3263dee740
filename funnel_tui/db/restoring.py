"""Putting a backup back.

It is written into the present file in one transaction of SQLite, not by renaming files: whoever had the old
file open would write on into a file without a name, and leave a log that does not belong to the new one. For
that moment the file has to be ours alone, because a program that has it open knows rows by numbers that mean
something else afterwards.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from funnel_tui.db import backup as copying
from funnel_tui.db.backup import BESIDE, copy_checked, settle, unfinished_file
from funnel_tui.db.problems import check_file
from funnel_tui.db.reader import connect_sqlite
from funnel_tui.db.target import APPLICATION_ID, SCHEMA_VERSION, Target
from funnel_tui.errors import DatabaseBusy, DatabaseProblem, UsageError
from funnel_tui.language import tr

_FIRST_LOCK_BYTE = 0x40000000
_LOCK_BYTES = 512
"""Where SQLite's locks on a database file lie: pending, reserved, and the range of the shared ones."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    :param kept: the former file, or None when there was none.
    :param upgraded_from: the version of an older backup, None for one of this version.
    """

    kept: Path | None
    upgraded_from: int | None


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
        raise DatabaseProblem(tr("There is no backup {backup}.").format(backup=backup), tr("Check the path."))
    if target.exists() and target.samefile(backup):
        raise UsageError(
            tr("{backup} is the database itself.").format(backup=backup),
            tr("Name the backup that is to be put back."),
        )
    there = check_file(target, str(target))
    with unfinished_file(target) as unfinished:
        version = copy_checked(backup, unfinished, quick=False)
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
    settle(path)


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
            tr("{target} is an SQLite file of another program.").format(target=target),
            tr("Give another --db; it was left as it is."),
        )


def _replace_content(source: Path, target: Path, kept: Path) -> None:
    """Write a backup into the present file in one transaction, once its content is safe under another name.

    Whatever ends the program meanwhile, the next one to open the file finds the one content or the other.
    """
    with closing(connect_sqlite(target)) as present:
        _take_alone(present, target)
        with unfinished_file(kept) as former:
            with closing(sqlite3.connect(former, isolation_level=None)) as copy:
                copying.transfer(present, copy, str(target))
            settle(former)
            former.replace(kept)
            settle(kept.parent)
        try:
            with closing(sqlite3.connect(source, isolation_level=None)) as reading:
                copying.transfer(reading, present, str(target))
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
        tr("{target} is open in another program.").format(target=target),
        tr("Close funnel everywhere it shows this database and try again. Nothing was changed."),
    )


def _replace_damaged(source: Path, target: Path, kept: Path) -> None:
    """Put a backup in the place of a file that SQLite cannot read; all that is left of it is kept."""
    with target.open("r+b") as present:
        _lock_as_sqlite(present.fileno(), target)
        # Not by its name: closing a second handle of the file would give up the lock.
        with _private(kept) as goal:
            shutil.copyfileobj(present, goal)
        for ending in BESIDE:
            piece = target.with_name(target.name + ending)
            if piece.exists():
                with piece.open("rb") as beside, _private(kept.with_name(kept.name + ending)) as goal:
                    shutil.copyfileobj(beside, goal)
        # A log of the damaged file must not be taken for one of the backup.
        for ending in BESIDE:
            target.with_name(target.name + ending).unlink(missing_ok=True)
        source.replace(target)
        settle(target.parent)


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
    settle(target.parent)


def _name_for_former(target: Path, now: int) -> Path:
    """A name beside the database that nothing has yet, such as ``funnel.db.before-20261122-003000``."""
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{target.name}.before-{stamp}"
    found, number = target.with_name(name), 1
    while found.exists():
        number += 1
        found = target.with_name(f"{name}-{number}")
    return found
