"""One service call: one transaction, one change group.

Every row that is inserted, updated or deleted goes through here, so that the audit log is complete and undo
can replay it. Statements are SQLAlchemy Core on the SQLModel tables: an object per row would cost twice as
much.

On PostgreSQL each call holds one advisory lock, shared with the other calls; a call that changes what many
deals follow from (stages, rates, undo) asks for it alone with :meth:`Transaction.alone`. On SQLite there is
one writer at a time anyway.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from funnel_tui.db.reader import Reader, ServerReader
from funnel_tui.domain.status import ChangeOp
from funnel_tui.errors import InvalidInput, NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.models import Change, ChangeGroup
from funnel_tui.services.entity_words import entity_word

Values = Mapping[str, Any]

_LOCK = 0x46554E4C0001
_NOTHING: frozenset[str] = frozenset()


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model class."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


class Transaction:
    """The write side of a service call.

    :param session: an open session that holds the write lock.
    :param at: the instant of the call, in epoch seconds.
    :param actor: who calls.
    :param action: the name of the service.
    :param undoes: the change group that is undone by this one.
    """

    def __init__(
        self, session: Session, *, at: int, actor: str, action: str, undoes: int | None = None
    ) -> None:
        self.session = session
        self.at = at
        self.actor = actor
        self.action = action
        self.summary = ""
        self.group_id: int | None = None
        self.undoes = undoes
        self._changes: list[dict[str, Any]] = []
        self._written_summary = ""
        self._alone = False

    @cached_property
    def connection(self) -> Connection:
        """The connection of the transaction."""
        connection = self.session.connection()
        if connection.dialect.name == "postgresql":
            shared = "" if self._alone else "_shared"
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{shared}({_LOCK})")
        return connection

    @property
    def reader(self) -> Reader:
        """Reads inside the transaction, with the queries of the reading path. Never close it."""
        return ServerReader(self.connection)

    def alone(self) -> None:
        """Wait until no other call is writing and keep them waiting; to be asked for before anything else."""
        assert "connection" not in self.__dict__, "alone() comes first"
        self._alone = True

    def row(self, model: type[SQLModel], row_id: int) -> dict[str, Any] | None:
        """A row as it stands, locked until the end of the transaction; None when there is none."""
        found = self.connection.execute(_select_row(model), {"row_id": row_id}).first()
        return None if found is None else dict(found._mapping)

    def get(self, model: type[SQLModel], row_id: int) -> dict[str, Any]:
        """A row as it stands, locked until the end of the transaction.

        :raises NotFound: when there is none.
        """
        found = self.row(model, row_id)
        if found is None:
            raise NotFound(
                tr("There is no {what} with number {number}.").format(what=words(model), number=row_id),
                tr("It may have been undone."),
            )
        return found

    def require(self, model: type[SQLModel], row_id: int) -> None:
        """Ask for a row that is to be referred to, without locking it.

        :raises NotFound: when there is none.
        """
        key = table_of(model).c.id
        if self.connection.execute(select(key).where(key == row_id)).first() is None:
            raise NotFound(
                tr("There is no {what} with number {number}.").format(what=words(model), number=row_id),
                tr("It may have been undone."),
            )

    def insert(self, model: type[SQLModel], values: Values) -> int:
        """Insert a row and record it.

        :returns: its number.
        :raises InvalidInput: when another row has the same name or id.
        """
        table = table_of(model)
        row = {**_defaults(model), **values}
        try:
            key = self.connection.execute(insert(table), row).inserted_primary_key
        except IntegrityError as error:
            raise explain_conflict(error, model, row) from error
        assert key is not None
        row_id = int(key[0])
        self._record(table, row_id, ChangeOp.INSERT, None, {"id": row_id, **row})
        return row_id

    def update(
        self,
        model: type[SQLModel],
        before: Values,
        changes: Values,
        *,
        unrecorded: frozenset[str] = _NOTHING,
    ) -> int:
        """Update a row and record the columns that really change. Its version goes up by one.

        :param before: the row as :meth:`row` gave it.
        :param changes: new values by column.
        :param unrecorded: columns that follow from others and stay out of the audit log.
        :returns: the version after the update; 0 for tables without one.
        :raises InvalidInput: when another row has the same name or id.
        """
        version = int(before.get("version", 0))
        new = {name: value for name, value in changes.items() if before[name] != value and name != "version"}
        if not new:
            return version
        table = table_of(model)
        row_id = int(before["id"])
        told = {name: value for name, value in new.items() if name not in unrecorded}
        if version:
            version += 1
            new["version"] = version
        try:
            self.connection.execute(update(table).where(table.c.id == row_id).values(new))
        except IntegrityError as error:
            raise explain_conflict(error, model, new) from error
        if told:
            self._record(table, row_id, ChangeOp.UPDATE, {name: before[name] for name in told}, told)
        return version

    def delete(self, model: type[SQLModel], before: Values) -> None:
        """Delete a row and record what it was.

        :raises Refused: when another row still refers to it.
        """
        table = table_of(model)
        row_id = int(before["id"])
        try:
            self.connection.execute(delete(table).where(table.c.id == row_id))
        except IntegrityError as error:
            raise explain_conflict(error, model, before) from error
        self._record(table, row_id, ChangeOp.DELETE, dict(before), None)

    def put(self, model: type[SQLModel], before: Values | None, after: Values | None) -> None:
        """Write and record a row of a table whose key is not a number (settings, exchange rates).

        :param before: the whole row as it stands, None when there is none.
        :param after: the whole row as it shall be, None to delete it.
        """
        if before == after:
            return
        table = table_of(model)
        whole = after if after is not None else before
        assert whole is not None
        same = [column == whole[column.name] for column in table.primary_key]
        if after is None:
            self.connection.execute(delete(table).where(*same))
        elif before is None:
            self.connection.execute(insert(table), dict(after))
        else:
            self.connection.execute(update(table).where(*same).values(dict(after)))
        op = ChangeOp.INSERT if before is None else ChangeOp.DELETE if after is None else ChangeOp.UPDATE
        self._record(table, key_number(table, whole), op, before, after)

    def record_range(self, model: type[SQLModel], first: int, last: int) -> None:
        """Record that all rows of a range of numbers were inserted by this call (an import)."""
        if last >= first:
            self._record(table_of(model), first, ChangeOp.INSERT, None, None, last)

    def record(
        self, table: Table, row_id: int, op: ChangeOp, before: Values | None, after: Values | None
    ) -> None:
        """Record a change that was made by a statement of the caller's own."""
        self._record(table, row_id, op, before, after)

    def _record(
        self,
        table: Table,
        row_id: int,
        op: ChangeOp,
        before: Values | None,
        after: Values | None,
        last: int | None = None,
    ) -> None:
        self._changes.append(
            {
                "entity": table.name,
                "row_id": row_id,
                "row_last": last or row_id,
                "op": op,
                "before": None if before is None else to_json(before),
                "after": None if after is None else to_json(after),
            }
        )
        if len(self._changes) >= 1000:
            self.flush()

    def flush(self) -> int:
        """Write what was recorded so far.

        :returns: the number of the change group.
        """
        if self.group_id is None:
            values = {
                "at": self.at,
                "actor": self.actor,
                "action": self.action,
                "summary": self.summary,
                "undoes_id": self.undoes,
            }
            self._written_summary = self.summary
            key = self.connection.execute(insert(table_of(ChangeGroup)), values).inserted_primary_key
            assert key is not None
            self.group_id = int(key[0])
        if self._changes:
            for change in self._changes:
                change["group_id"] = self.group_id
            self.connection.execute(insert(table_of(Change)), self._changes)
            self._changes = []
        return self.group_id

    def finish(self) -> None:
        """Write the change group; called once, at the end. A call that changed nothing leaves none."""
        if not self._changes and self.group_id is None:
            return
        self.flush()
        if self.summary != self._written_summary:
            groups = table_of(ChangeGroup)
            self.connection.execute(
                update(groups).where(groups.c.id == self.group_id).values(summary=self.summary)
            )


def to_json(values: Values) -> str:
    """Column values as a JSON object; flags and words become what the database holds."""
    plain = {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def key_number(table: Table, row: Values) -> int:
    """The number in the audit log of a row whose key is no number: 56 bits of a hash of the key."""
    key = json.dumps([row[column.name] for column in table.primary_key], ensure_ascii=False)
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=7).digest())


def words(model: type[SQLModel]) -> str:
    """How people call the rows of a table: ``loss reason``."""
    return entity_word(table_of(model).name)


def explain_conflict(error: IntegrityError, model: type[SQLModel], row: Values) -> Exception:
    """What a broken constraint means to the user; an error that is nobody's fault is returned as it is."""
    text = str(error.orig).lower()
    if "unique" in text or "duplicate key" in text:
        for name in ("name", "external_id"):
            if row.get(name) is not None and (f".{name}" in text or f"_{name}" in text or f"({name}" in text):
                if table_of(model).name[0] in "aeiou":
                    taken = tr("There is already an {what} {name!r}.")
                else:
                    taken = tr("There is already a {what} {name!r}.")
                return InvalidInput(name, taken.format(what=words(model), name=str(row[name])))
        return Refused(
            tr("Another {what} with the same key was written just now.").format(what=words(model)),
            tr("Try again."),
        )
    if "foreign key" in text:
        return Refused(
            tr("The {what} refers to, or is referred to by, something else.").format(what=words(model)),
            tr("Try again."),
        )
    return error


@cache
def _select_row(model: type[SQLModel]) -> Any:
    table = table_of(model)
    return select(table).where(table.c.id == bindparam("row_id")).with_for_update()


@cache
def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    fields: Iterable[tuple[str, Any]] = model.model_fields.items()
    return {name: info.default for name, info in fields if name != "id" and not info.is_required()}


def insert_many(connection: Connection, model: type[SQLModel], rows: Sequence[Values]) -> None:
    """Insert complete rows (every column named) in one statement; the caller records them."""
    if rows:
        connection.execute(insert(table_of(model)), list(rows))
