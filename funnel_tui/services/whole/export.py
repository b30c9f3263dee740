"""Writing everything into a folder, which takes its name when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.db.target import SCHEMA_VERSION
from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange.whole import MANIFEST, Manifest, TableNote, file_name, is_export, write_table
from funnel_tui.language import tr
from funnel_tui.services.whole.tables import WholeTable, whole_tables
from funnel_tui.services.workspace import Workspace
from funnel_tui.unfinished import FORMER, clear_left, new_folder_beside

PAGE = 2000
"""Rows held in memory at a time."""

Progress = Callable[[int, int], None]
"""Told how many tables are written, and of how many."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    :param rows: over all tables.
    :param deals: how many deals are among them.
    """

    tables: int
    rows: int
    deals: int


def export_all(
    workspace: Workspace, folder: Path, *, replace: bool = False, progress: Progress | None = None
) -> Exported:
    """Write everything that the database holds, as it is at one moment.

    :param folder: is made. A folder that is there already must be empty, or an earlier export that
        ``replace`` allows to replace.
    :raises UsageError: for a folder that may not be written to.
    :raises FunnelError: when it cannot be written; nothing is left then.
    """
    # An export whose replacing was interrupted has its name back before it is looked at.
    clear_left(folder.parent)
    _check_folder(folder, replace=replace)
    tables, notes = whole_tables(), dict[str, TableNote]()
    with _unfinished(folder) as unfinished, workspace.read() as reader:
        for done, table in enumerate(tables):
            if progress is not None:
                progress(done, len(tables))
            with (unfinished / file_name(table.name)).open("xb") as stream:
                rows = write_table(table.columns, _rows(reader, table), stream)
            notes[table.name] = TableNote(rows, _last(reader, table, sqlite=workspace.database.is_sqlite))
        manifest = Manifest(SCHEMA_VERSION, workspace.clock(), notes)
        (unfinished / MANIFEST).write_text(manifest.text(), encoding="utf-8")
    return Exported(len(notes), sum(note.rows for note in notes.values()), notes["deal"].rows)


def _check_folder(folder: Path, *, replace: bool) -> None:
    if not folder.exists():
        if folder.parent.is_dir():
            return
        raise UsageError(
            tr("There is no folder {folder}.").format(folder=folder.parent), tr("Make it first.")
        )
    if not folder.is_dir():
        raise UsageError(
            tr("--output {folder} is no folder.").format(folder=folder),
            tr("Name a folder that is not there yet."),
        )
    if any(folder.iterdir()):
        if not is_export(folder):
            raise UsageError(
                tr("--output {folder} holds something else.").format(folder=folder),
                tr("Name a folder that is not there yet."),
            )
        if not replace:
            raise UsageError(
                tr("--output {folder} is an export already.").format(folder=folder),
                tr("--force replaces it."),
            )


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A folder beside the final one, for its owner alone, that takes its name at the end."""
    unfinished = None
    try:
        unfinished = new_folder_beside(folder)
        yield unfinished
        for path in unfinished.iterdir():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
        former = unfinished.with_name(f"{unfinished.name}{FORMER}")
        if folder.exists():
            folder.rename(former)
        unfinished.rename(folder)
        shutil.rmtree(former, ignore_errors=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FunnelError(
            tr("--output {folder} cannot be written: {reason}.").format(folder=folder, reason=reason)
        ) from error
    finally:
        if unfinished is not None:
            with suppress(OSError):
                shutil.rmtree(unfinished)


def _rows(reader: Reader, table: WholeTable) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, a page at a time in the order of their keys."""
    names = ", ".join(table.names)
    if not table.numbered:
        yield from _keyed_rows(reader, table, names)
        return
    sql = f"SELECT {names} FROM {table.name} WHERE id > :after ORDER BY id LIMIT {PAGE}"  # noqa: S608
    after = -(2**62)
    while page := reader.rows(sql, {"after": after}):
        yield from page
        after = page[-1][0]


def _keyed_rows(reader: Reader, table: WholeTable, names: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table whose key is no number."""
    from funnel_tui.services.transaction import table_of

    key = [column.name for column in table_of(table.model).primary_key]
    places = [table.names.index(name) for name in key]
    keys, marks = ", ".join(key), ", ".join(f":k{place}" for place in places)
    first = f"SELECT {names} FROM {table.name} ORDER BY {keys} LIMIT {PAGE}"  # noqa: S608
    then = f"SELECT {names} FROM {table.name} WHERE ({keys}) > ({marks}) ORDER BY {keys} LIMIT {PAGE}"  # noqa: S608
    page = reader.rows(first)
    while page:
        yield from page
        page = reader.rows(then, {f"k{place}": page[-1][place] for place in places})


def _last(reader: Reader, table: WholeTable, *, sqlite: bool) -> int | None:
    """The highest number ever given in a table; it is not given to another row, also after a coming back."""
    if not table.numbered:
        return None
    highest = int(reader.rows(f"SELECT coalesce(max(id), 0) FROM {table.name}")[0][0])  # noqa: S608
    if sqlite:
        given = reader.rows("SELECT seq FROM sqlite_sequence WHERE name = :name", {"name": table.name})
    else:
        sequence = reader.rows("SELECT pg_get_serial_sequence(:name, 'id')", {"name": table.name})[0][0]
        given = reader.rows(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608
    return max(highest, int(given[0][0]) if given else 0)
