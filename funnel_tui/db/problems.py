"""Errors of the drivers in words a user can act on."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from funnel_tui.db.target import SCHEMA_VERSION
from funnel_tui.errors import DatabaseBusy, DatabaseProblem
from funnel_tui.language import tr

_HEADER = b"SQLite format 3\x00"

_LEAST_BYTES = 64 * 1024
"""With less room SQLite cannot even make the index of the log (32 kB) that it wants for reading."""


def explain(
    error: BaseException, name: str, path: Path | None = None, *, writing: bool = False
) -> DatabaseProblem:
    """Say what a driver's error means.

    :param error: an error of sqlite3, psycopg or the operating system.
    :param name: the database as shown to people.
    :param path: its file, where it is one. SQLite says little about why it cannot use one, so we look.
    :param writing: whether it was to be written.
    """
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    low = text.lower()
    if "locked" in low or "busy" in low or "lock timeout" in low or "locknotavailable" in low:
        return DatabaseBusy(
            tr("{name} is in use by another program.").format(name=name),
            tr("Nothing was written. Try again in a moment."),
        )
    full = "disk is full" in low or "no space" in low or getattr(error, "errno", None) == errno.ENOSPC
    if full or ("disk i/o error" in low and path is not None and _is_full(path.parent)):
        return DatabaseProblem(
            tr("The disk that holds {name} is full.").format(name=name),
            tr("Nothing was written. Free some space and try again."),
        )
    locked_out = "readonly" in low or "read-only" in low or "permission denied" in low
    if writing and path is not None and (locked_out or "unable to open" in low):
        why = why_read_only(path, name)
        if why:
            return DatabaseProblem(why, tr("Check who owns the file and its folder, or use another --db."))
    if locked_out:
        return DatabaseProblem(
            tr("{name} cannot be written: {text}.").format(name=name, text=text),
            tr("Check who owns the file and its folder, or use another --db."),
        )
    if "unable to open database file" in low:
        return DatabaseProblem(
            tr("{name} cannot be opened: {text}.").format(name=name, text=text),
            tr("Check the rights on the file and on its folder."),
        )
    if "malformed" in low or "not a database" in low or "corrupt" in low:
        return DatabaseProblem(
            tr("{name} is damaged: {text}.").format(name=name, text=text),
            tr("Restore a backup (funnel restore FILE), or use another --db."),
        )
    if "integer overflow" in low or "out of range" in low:
        return DatabaseProblem(
            tr("A sum in {name} is too large to be stored.").format(name=name),
            tr("Look for an absurd amount."),
        )
    if isinstance(error, sqlite3.Error) or "sqlite3" in type(error).__module__:
        return DatabaseProblem(
            tr("{name} cannot be used: {text}.").format(name=name, text=text),
            tr("funnel doctor checks the file."),
        )
    return DatabaseProblem(
        tr("{name} cannot be reached: {text}.").format(name=name, text=text),
        tr("Check the address and that the server runs."),
    )


def newer(name: str, version: int) -> DatabaseProblem:
    """That a later version of the program wrote a database.

    :param name: the database as shown to people.
    :param version: its schema.
    """
    return DatabaseProblem(
        tr(
            "{name} was written by a newer version of funnel (schema {version}; this one knows "
            "{schema_version})."
        ).format(name=name, version=version, schema_version=SCHEMA_VERSION),
        tr("Upgrade with: pip install --upgrade funnel-tui. Nothing was changed."),
    )


def _is_full(folder: Path) -> bool:
    """Whether the disk that holds a folder has no room left."""
    import shutil

    try:
        return shutil.disk_usage(folder).free < _LEAST_BYTES
    except OSError:
        return False


def why_read_only(path: Path, name: str) -> str:
    """Why a database file can be read and not be written.

    :param path: the file.
    :param name: the database as shown to people.
    :returns: a sentence; empty where nothing stands in the way that can be seen.
    """
    if not path.exists():
        return ""
    file_is_free = _may_write(path)
    # Where the files beside it are there, nothing has to be made in its folder.
    beside = [path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm")]
    if file_is_free and (_may_write(path.parent) or all(map(_may_write, beside))):
        return ""
    if _is_mounted_read_only(path):
        return tr("{name} cannot be written: its disk is mounted read-only.").format(name=name)
    if not file_is_free:
        return tr("{name} cannot be written: the file is read-only for you.").format(name=name)
    words = tr("{name} cannot be written: its folder {folder} is read-only for you.")
    return words.format(name=name, folder=path.parent)


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _is_mounted_read_only(path: Path) -> bool:
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except (AttributeError, OSError):  # Windows tells it in another way
        return False


def check_file(path: Path, name: str) -> bool:
    """Look at a SQLite file before it is opened.

    :returns: True when the file holds something, False when it is missing or empty.
    :raises DatabaseProblem: for a directory, an unreadable file, or a file that is no database.
    """
    try:
        if path.is_dir():
            raise DatabaseProblem(
                tr("{name} is a directory.").format(name=name), tr("Give the path of a file.")
            )
        if not path.exists():
            return False
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except OSError as error:
        reason = error.strerror or str(error)
        raise DatabaseProblem(
            tr("{name} cannot be opened: {reason}.").format(name=name, reason=reason),
            tr("Check the path and its rights."),
        ) from error
    if not head:
        return False
    if head != _HEADER:
        raise DatabaseProblem(
            tr("{name} is not a funnel database.").format(name=name),
            tr("Give another --db; funnel import reads CSV files."),
        )
    return True
