"""Replaying a change group backwards: what it inserted goes, what it changed or deleted comes back.

Rows are handled by statements over whole runs of the audit log, so that undoing an import of 100,000 deals
takes neither their number of statements nor their memory. The undo is recorded in the same log, complete
enough to be undone in turn.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from funnel_tui.domain.status import ChangeOp
from funnel_tui.models import Setting, Stage
from funnel_tui.models.pipelines import MAX_STAGES
from funnel_tui.services.activity_days import rebuild_days
from funnel_tui.services.derived import COLUMNS as DERIVED
from funnel_tui.services.derived import Progress, in_batches, rebuild_deals, rebuild_pipeline
from funnel_tui.services.interaction_writing import follow_changed
from funnel_tui.services.settings import reprice
from funnel_tui.services.transaction import Transaction, key_number, table_of

PAGE = 1000
"""Entries of the audit log held in memory at a time."""

SMALL = 100
"""Up to so many restored rows are recorded one by one, with their values; more as ranges of numbers."""

VOCABULARY = ("loss_reason", "source", "tag", "product", "interaction_kind")
"""Tables of words. A word that somebody else uses by now is kept when the call that made it is undone."""

LADDER = ("stage", "pipeline")
"""Tables that derived columns of deals refer to. Like words they go last, when no deal refers to them."""

MET = ("organisation", "person")
"""Tables of rows that an import meets on its way and notes at its end, behind the rows that refer to them.

They go last too then. Where nothing refers to them they go in their turn: the row that takes back the name or
the number of a merged one comes after it.
"""

_OWN_PLACE = {
    table_of(
        Stage
    ).c.position: f"CASE WHEN position > {MAX_STAGES} THEN position - {MAX_STAGES} ELSE position END"
}
"""The position of a stage, also while it stands aside."""

PRICED_BY = ("setting", "exchange_rate")
"""Tables that the value of closed deals follows from."""


class StillReferred(Exception):
    """A row that is to go is still referred to, or one that is to come back has lost its place.

    :param table: the table of the rows.
    :param where: which rows, as SQL on the columns of the table.
    """

    def __init__(self, table: str, where: str) -> None:
        super().__init__(table)
        self.table = table
        self.where = where


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the audit log."""

    id: int
    entity: str
    row_id: int
    row_last: int
    op: ChangeOp
    before: str | None
    after: str | None


class Replay:
    """Undoes one change group inside a transaction.

    :param call: the call that undoes; it must be alone on PostgreSQL.
    :param group_id: the group to undo; its rows are as it left them.
    """

    def __init__(self, call: Transaction, group_id: int) -> None:
        self._call = call
        self._connection = call.connection
        self._sqlite = call.connection.dialect.name == "sqlite"
        self._mark = "?" if self._sqlite else "%s"
        self._target = group_id
        self._group = call.flush()

    def run(self, progress: Progress | None = None) -> None:
        """Undo it and write again what follows from the histories of the deals it touched.

        :raises StillReferred: when the database does not allow it; the caller must then roll back.
        """
        pipelines = self._pipelines()
        self._park(pipelines)
        last: list[tuple[Table, list[Entry]]] = []
        for entries in self._runs():
            table = SQLModel.metadata.tables[entries[0].entity]
            if "id" not in table.c:
                self._keyed(table, entries)
            elif entries[0].op is ChangeOp.UPDATE:
                self._change_back(table, entries)
            elif entries[0].op is ChangeOp.DELETE:
                self._put_back(table, entries)
            elif table.name in (*VOCABULARY, *LADDER) or (
                table.name in MET and self._is_referred_to(table, entries)
            ):
                last.append((table, entries))
            else:
                self._take_out(table, entries)
        deals = self._deals()
        if any(table.name not in MET for table, _ in last):
            self._let_go(deals)
        for table, entries in last:
            self._take_out(table, entries)
        self._unpark(pipelines)
        self._follow(pipelines, deals, progress)

    def _runs(self) -> Iterator[list[Entry]]:
        """The entries of the group from the last to the first, in runs of one kind on one table."""
        low, high = self._connection.exec_driver_sql(
            f"SELECT min(id), max(id) FROM change WHERE group_id = {self._target}"  # noqa: S608
        ).one()
        # By windows of numbers: pages by LIMIT would sort all that is left for every page on PostgreSQL.
        while high is not None and high >= low:
            rows = self._connection.exec_driver_sql(
                "SELECT id, entity, row_id, row_last, op, before, after FROM change "  # noqa: S608
                f"WHERE group_id = {self._target} AND id > {high - PAGE} AND id <= {high} ORDER BY id DESC"
            ).all()
            high -= PAGE
            entries = [
                Entry(number, entity, row_id, row_last, ChangeOp(op), old, new)
                for number, entity, row_id, row_last, op, old, new in rows
            ]
            for _, run in groupby(entries, key=lambda entry: (entry.entity, entry.op)):
                yield list(run)

    def _is_referred_to(self, table: Table, entries: Sequence[Entry]) -> bool:
        """Whether a row refers to one of those that were inserted."""
        return any(
            self._connection.exec_driver_sql(
                f"SELECT 1 FROM {child} WHERE {where.replace('id', column, 1)} LIMIT 1"  # noqa: S608
            ).first()
            for child, column in referring(table.name)
            for where in _wheres(entries)
        )

    def _take_out(self, table: Table, entries: Sequence[Entry]) -> None:
        """Delete what was inserted."""
        for where in _wheres(entries):
            if table.name in VOCABULARY:
                for child, column in referring(table.name):
                    where += f" AND NOT EXISTS (SELECT 1 FROM {child} c WHERE c.{column} = {table.name}.id)"  # noqa: S608
            row = self._row_json(table)
            self._connection.exec_driver_sql(
                "INSERT INTO change (group_id, entity, row_id, row_last, op, before) "  # noqa: S608
                f"SELECT {self._group}, '{table.name}', id, id, 'delete', {row} "
                f"FROM {table.name} WHERE {where} ORDER BY id"
            )
            if table.name == "deal":
                derived = where.replace("id ", "deal_id ", 1)
                self._connection.exec_driver_sql(f"DELETE FROM deal_stage WHERE {derived}")  # noqa: S608
            self._guarded(table, where, f"DELETE FROM {table.name} WHERE {where}")  # noqa: S608

    def _put_back(self, table: Table, entries: Sequence[Entry]) -> None:
        """Insert what was deleted; its version goes up, so that nobody saves over it from before."""
        # All rows of a run were recorded by one call, and so with the same columns: those of its time.
        known = json.loads(entries[0].before or "{}")
        columns = [column.name for column in table.columns if column.name in known]
        source = "change c"
        if not self._sqlite:
            source += f" CROSS JOIN LATERAL json_populate_record(NULL::{table.name}, c.before::json) r"
        values = [self._restored(name) for name in columns]
        these = (
            f"c.group_id = {self._target} AND c.entity = '{table.name}' AND c.op = 'delete' "
            f"AND c.id BETWEEN {entries[-1].id} AND {entries[0].id}"
        )
        self._guarded(
            table,
            "1 = 0",
            f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(values)} "  # noqa: S608
            f"FROM {source} WHERE {these} ORDER BY c.id",
        )
        head = "INSERT INTO change (group_id, entity, row_id, row_last, op, after) "
        if len(entries) <= SMALL:
            self._connection.exec_driver_sql(
                f"{head} SELECT {self._group}, c.entity, c.row_id, c.row_id, 'insert', c.before "  # noqa: S608
                f"FROM change c WHERE {these} ORDER BY c.id"
            )
            return
        self._connection.exec_driver_sql(
            f"{head} SELECT {self._group}, '{table.name}', min(row_id), max(row_id), 'insert', NULL FROM ("  # noqa: S608
            "SELECT c.row_id AS row_id, c.row_id - row_number() OVER (ORDER BY c.row_id) AS island "
            f"FROM change c WHERE {these}) AS restored GROUP BY island ORDER BY min(row_id)"
        )

    def _change_back(self, table: Table, entries: Sequence[Entry]) -> None:
        """Give changed rows their former values; their version goes up."""
        was: dict[int, dict[str, Any]] = {}
        now: dict[int, dict[str, Any]] = {}
        for entry in entries:  # from the last to the first
            before, after = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
            was.setdefault(entry.row_id, {}).update(before)
            now[entry.row_id] = {**after, **now.get(entry.row_id, {})}
        kept = DERIVED if table.name == "deal" else ()
        version = ("version = version + 1",) if "version" in table.c else ()
        by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for row_id, values in was.items():
            names = tuple(name for name in values if name not in kept)
            by_columns.setdefault(names, []).append((*(values[name] for name in names), row_id))
        for names, rows in by_columns.items():
            sets = ", ".join((*(f"{name} = {self._mark}" for name in names), *version))
            if sets:
                statement = f"UPDATE {table.name} SET {sets} WHERE id = {self._mark}"  # noqa: S608
                self._guarded(table, "1 = 0", statement, rows)
        self._record(table, [(row_id, ChangeOp.UPDATE, now[row_id], was[row_id]) for row_id in was])

    def _keyed(self, table: Table, entries: Sequence[Entry]) -> None:
        """Undo changes to a table whose key is no number."""
        keys = [column.name for column in table.primary_key]
        same = " AND ".join(f"{name} = {self._mark}" for name in keys)
        recorded = []
        for entry in entries:
            before = json.loads(entry.before) if entry.before else None
            after = json.loads(entry.after) if entry.after else None
            whole = before or after or {}
            key = [whole[name] for name in keys]
            if before is None:
                statement, values = f"DELETE FROM {table.name} WHERE {same}", key  # noqa: S608
            elif after is None:
                marks = ", ".join([self._mark] * len(before))
                statement = f"INSERT INTO {table.name} ({', '.join(before)}) VALUES ({marks})"  # noqa: S608
                values = list(before.values())
            else:
                sets = ", ".join(f"{name} = {self._mark}" for name in before)
                statement = f"UPDATE {table.name} SET {sets} WHERE {same}"  # noqa: S608
                values = [*before.values(), *key]
            self._guarded(table, "1 = 0", statement, [tuple(values)])
            op = {ChangeOp.INSERT: ChangeOp.DELETE, ChangeOp.DELETE: ChangeOp.INSERT}.get(entry.op, entry.op)
            recorded.append((key_number(table, whole), op, after, before))
        self._record(table, recorded)

    def _record(
        self,
        table: Table,
        changes: Sequence[tuple[int, ChangeOp, dict[str, Any] | None, dict[str, Any] | None]],
    ) -> None:
        for row_id, op, before, after in changes:
            self._call.record(table, row_id, op, before, after)
        self._call.flush()

    def _guarded(
        self, table: Table, where: str, statement: str, rows: Sequence[tuple[Any, ...]] | None = None
    ) -> None:
        try:
            if rows is None:
                self._connection.exec_driver_sql(statement)
            else:
                self._connection.exec_driver_sql(statement, list(rows))
        except IntegrityError as error:
            raise StillReferred(table.name, where) from error

    def _row_json(self, table: Table) -> str:
        """SQL for a row as a JSON object."""
        build = "json_object" if self._sqlite else "json_build_object"
        parts = ", ".join(
            f"'{column.name}', {_OWN_PLACE.get(column, column.name)}" for column in table.columns
        )
        return f"{build}({parts}){'' if self._sqlite else '::text'}"

    def _restored(self, name: str) -> str:
        """SQL for a column out of a recorded row."""
        value = f"json_extract(c.before, '$.{name}')" if self._sqlite else f"r.{name}"
        return f"{value} + 1" if name == "version" else value

    def _pipelines(self) -> list[int]:
        """The pipelines whose stages were changed."""
        rows = self._connection.exec_driver_sql(
            "SELECT DISTINCT s.pipeline_id FROM change c "  # noqa: S608
            "JOIN stage s ON s.id BETWEEN c.row_id AND c.row_last "
            f"WHERE c.group_id = {self._target} AND c.entity = 'stage'"
        )
        found = {int(row[0]) for row in rows}
        gone = self._connection.exec_driver_sql(
            f"SELECT before FROM change WHERE group_id = {self._target} AND entity = 'stage' "  # noqa: S608
            "AND op = 'delete'"
        )
        found.update(int(json.loads(row[0])["pipeline_id"]) for row in gone)
        return sorted(found)

    def _park(self, pipelines: Sequence[int]) -> None:
        # Two stages never share a position, not even between two statements: all step aside first.
        for pipeline_id in pipelines:
            self._connection.exec_driver_sql(
                f"UPDATE stage SET position = position + {MAX_STAGES} "  # noqa: S608
                f"WHERE pipeline_id = {pipeline_id} AND position <= {MAX_STAGES}"
            )

    def _unpark(self, pipelines: Sequence[int]) -> None:
        for pipeline_id in pipelines:
            self._connection.exec_driver_sql(
                f"UPDATE stage SET position = position - {MAX_STAGES} "  # noqa: S608
                f"WHERE pipeline_id = {pipeline_id} AND position > {MAX_STAGES}"
            )

    def _let_go(self, deals: array[int]) -> None:
        """Point the derived columns of deals to what their present history says.

        They are worked out in full later, when the stages are in place; until then they must not refer to a
        stage or a reason that goes.
        """
        columns = ", ".join(
            f"{name} = (SELECT v.{name} FROM stage_visit v WHERE v.deal_id = deal.id "  # noqa: S608
            "ORDER BY v.seq DESC LIMIT 1)"
            for name in ("pipeline_id", "stage_id", "loss_reason_id")
        )
        for ids in in_batches(deals):
            these = ", ".join(map(str, ids))
            self._connection.exec_driver_sql(
                f"UPDATE deal SET {columns} WHERE id IN ({these}) "  # noqa: S608
                "AND EXISTS (SELECT 1 FROM stage_visit v WHERE v.deal_id = deal.id)"
            )

    def _follow(self, pipelines: Sequence[int], deals: array[int], progress: Progress | None) -> None:
        """Write again what follows from what came back."""
        priced = self._connection.exec_driver_sql(
            f"SELECT count(*) FROM change WHERE group_id = {self._target} "  # noqa: S608
            f"AND entity IN {PRICED_BY!r}"
        ).scalar()
        if priced:
            reprice(self._call)
        zone = self._connection.exec_driver_sql(
            f"SELECT count(*) FROM change WHERE group_id = {self._target} AND entity = 'setting' "  # noqa: S608
            f"AND row_id = {key_number(table_of(Setting), {'key': 'time_zone'})}"
        ).scalar()
        if zone:
            rebuild_days(self._connection)
        for pipeline_id in pipelines:
            rebuild_pipeline(self._connection, pipeline_id)
        done = 0
        for count, _ in rebuild_deals(self._connection, in_batches(deals)):
            done += count
            if progress is not None:
                progress(done, len(deals))
        follow_changed(self._connection, self._group)

    def _deals(self) -> array[int]:
        """The deals that are there and whose row or visits were touched."""
        gone = (
            "json_extract(c.before, '$.deal_id')" if self._sqlite else "(c.before::json->>'deal_id')::bigint"
        )
        mine = f"c.group_id = {self._group}"
        rows = self._connection.exec_driver_sql(
            "SELECT d.id FROM change c JOIN deal d ON d.id BETWEEN c.row_id AND c.row_last "  # noqa: S608
            f"WHERE {mine} AND c.entity = 'deal' AND c.op <> 'delete' "
            "UNION SELECT v.deal_id FROM change c JOIN stage_visit v ON v.id BETWEEN c.row_id AND c.row_last "
            f"WHERE {mine} AND c.entity = 'stage_visit' AND c.op <> 'delete' "
            f"UNION SELECT {gone} FROM change c "
            f"WHERE {mine} AND c.entity IN ('stage_visit', 'deal_past') AND c.op = 'delete' ORDER BY 1"
        )
        return array("q", (int(row[0]) for row in rows))


def referring(table: str) -> list[tuple[str, str]]:
    """The columns that refer to the rows of a table: (table, column)."""
    return [
        (child.name, column.name)
        for child in SQLModel.metadata.sorted_tables
        for column in child.columns
        for key in column.foreign_keys
        if key.column.table.name == table
    ]


def _wheres(entries: Sequence[Entry]) -> Iterator[str]:
    """Which rows were inserted, as SQL: one condition per range, and one for all single rows."""
    single = [str(entry.row_id) for entry in entries if entry.row_last == entry.row_id]
    for entry in entries:
        if entry.row_last > entry.row_id:
            yield f"id BETWEEN {entry.row_id} AND {entry.row_last}"
    if single:
        yield f"id IN ({', '.join(single)})"
