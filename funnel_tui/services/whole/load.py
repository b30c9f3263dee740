"""Bringing a whole export into an empty database: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from funnel_tui.db.target import SCHEMA_VERSION
from funnel_tui.errors import FunnelError, Refused
from funnel_tui.exchange.whole import Manifest, TableNote, file_name, read_manifest, read_table
from funnel_tui.language import tr
from funnel_tui.services.activity_days import rebuild_days
from funnel_tui.services.bulk import RowStream
from funnel_tui.services.derived import Rules, deal_ids, deal_states, rebuild_deals
from funnel_tui.services.doctor import check_deal
from funnel_tui.services.interaction_writing import touch_all
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.whole.tables import WholeTable, whole_tables
from funnel_tui.services.workspace import Workspace

BATCH = 5000
"""Rows held in memory before they are written."""

NOTHING = tr("Nothing was imported.")

Progress = Callable[[str, int, int], None]
"""Told now and then: what is being done, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was brought in.

    :param rows: over all tables.
    :param deals: how many deals are among them.
    """

    tables: int
    rows: int
    deals: int


class _DryRun(Exception):
    """Everything went well and is to be rolled back."""


def import_all(
    workspace: Workspace, folder: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Loaded:
    """Bring a whole export into an empty database, in one transaction.

    Rows keep their numbers, and the history of changes is the one that was exported: what could be undone
    there can be undone here. Nothing is recorded of the import itself.

    :param dry_run: do everything and keep nothing.
    :raises FunnelError: when the folder is no export, is not whole, or holds what cannot be read.
    :raises Refused: when the database is not empty, or the rows contradict each other.
    """
    manifest = read_manifest(folder)
    if manifest.schema != SCHEMA_VERSION:
        raise FunnelError(
            tr("{folder} is of schema {schema}, and this version of funnel reads {own}.").format(
                folder=folder, schema=manifest.schema, own=SCHEMA_VERSION
            ),
            tr(
                "Import it with the version that wrote it, into a database file; this one upgrades such "
                "a file."
            ),
        )
    tables = whole_tables()
    odd = [table.name for table in tables if table.name not in manifest.tables]
    if odd:
        raise FunnelError(tr("{folder} has no table {table}.").format(folder=folder, table=odd[0]), NOTHING)
    with suppress(_DryRun), workspace.change("import_all") as call:
        call.alone()
        loading = _Loading(call, folder, manifest, progress)
        for place, table in enumerate(tables):
            loading.load(table, place, len(tables))
        loading.derive()
        if dry_run:
            raise _DryRun
    rows = sum(manifest.tables[table.name].rows for table in tables)
    return Loaded(len(tables), rows, manifest.tables["deal"].rows)


class _Loading:
    """One import on its way."""

    def __init__(
        self, call: Transaction, folder: Path, manifest: Manifest, progress: Progress | None
    ) -> None:
        self._call = call
        self._folder = folder
        self._manifest = manifest
        self._progress = progress
        self._sqlite = call.connection.dialect.name == "sqlite"
        _require_empty(call.connection)
        if self._sqlite:
            # A team may lie in one that comes after it.
            call.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")

    def load(self, table: WholeTable, place: int, total: int) -> None:
        """Write the rows of a table."""
        note = self._manifest.tables[table.name]
        path = self._folder / file_name(table.name)
        names = table.names[1:] if table.numbered else table.names
        stream = RowStream(self._call, table.model, names, numbered=table.numbered)
        count = 0
        for row in read_table(path, table.columns):
            stream.pending.append(row)
            count += 1
            if len(stream.pending) >= BATCH:
                self._write(stream, path)
                self._tell(tr("reading tables"), place, total)
        self._write(stream, path)
        if count != note.rows:
            raise FunnelError(
                tr("{path} holds {count:,} rows, but {rows:,} were exported.").format(
                    path=path, count=count, rows=note.rows
                ),
                tr("The export is not whole. {nothing}").format(nothing=NOTHING),
            )
        if table.numbered:
            self._number_on(table, note)

    def derive(self) -> None:
        """Work out what follows from the rows, and refuse rows that contradict each other."""
        connection, reader = self._call.connection, self._call.reader
        if self._sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                name = self._folder / file_name(str(broken[0]))
                raise Refused(
                    tr("{name}: row {row} refers to a {table} that is not there.").format(
                        name=name, row=broken[1], table=broken[2]
                    ),
                    NOTHING,
                )
        total, done = self._manifest.tables["deal"].rows, 0
        for count, _ in rebuild_deals(connection, deal_ids(reader)):
            done += count
            self._tell(tr("working out stages"), done, total)
        rules = Rules.read(reader)
        for ids in deal_ids(reader):
            for state in deal_states(reader, ids, rules):
                for finding in check_deal(state):
                    raise Refused(f"{self._folder}: {finding.message}", NOTHING)
        touch_all(connection)
        rebuild_days(connection)

    def _write(self, stream: RowStream, path: Path) -> None:
        try:
            stream.flush()
        except (IntegrityError, DataError, OverflowError) as error:
            told = str(getattr(error, "orig", error)).splitlines()[0]
            raise Refused(
                tr("{path} holds a row that does not fit: {told}.").format(path=path, told=told), NOTHING
            ) from error

    def _number_on(self, table: WholeTable, note: TableNote) -> None:
        """Let new rows be numbered from where they were numbered before."""
        connection = self._call.connection
        highest = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table.name}").scalar_one()  # noqa: S608
        last = max(int(highest), note.last or 0)
        if last < 1:
            return
        if self._sqlite:
            connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
            connection.exec_driver_sql(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, last)
            )
        else:
            connection.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table.name, last)
            )

    def _tell(self, doing: str, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(doing, done, total)


def _require_empty(connection: Connection) -> None:
    for table in whole_tables():
        if connection.exec_driver_sql(f"SELECT 1 FROM {table.name} LIMIT 1").first() is not None:  # noqa: S608
            raise Refused(
                tr("The database holds data already; import all is for an empty one."),
                tr("Name a new file with --db."),
            )
