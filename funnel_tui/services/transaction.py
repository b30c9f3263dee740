"""One service call: one transaction, one change group.

Every row that is inserted, updated or deleted goes through here, so that the audit log is complete and undo
can replay it. Statements are SQLAlchemy Core on the SQLModel tables: an object per row would cost twice as
much.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlmodel import Session, SQLModel

from funnel_tui.domain.status import ChangeOp
from funnel_tui.models import Change, ChangeGroup

Values = Mapping[str, Any]


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
        self._undoes = undoes
        self._changes: list[dict[str, Any]] = []
        self.group_id: int | None = None

    @property
    def connection(self) -> Connection:
        """The connection of the transaction."""
        return self.session.connection()

    def row(self, model: type[SQLModel], row_id: int) -> dict[str, Any] | None:
        """A row as it stands, locked until the end of the transaction; None when there is none."""
        table = table_of(model)
        found = self.connection.execute(select(table).where(table.c.id == row_id).with_for_update()).first()
        return None if found is None else dict(found._mapping)

    def insert(self, model: type[SQLModel], values: Values) -> int:
        """Insert a row and record it.

        :returns: its number.
        """
        table = table_of(model)
        row = {**_defaults(model), **values}
        key = self.connection.execute(insert(table).values(row)).inserted_primary_key
        assert key is not None
        row_id = int(key[0])
        self._record(table, row_id, ChangeOp.INSERT, None, {"id": row_id, **row})
        return row_id

    def update(self, model: type[SQLModel], before: Values, changes: Values) -> None:
        """Update a row and record the columns that really change.

        :param before: the row as :meth:`row` gave it.
        :param changes: new values by column.
        """
        new = {name: value for name, value in changes.items() if before[name] != value}
        if not new:
            return
        table = table_of(model)
        row_id = int(before["id"])
        self.connection.execute(update(table).where(table.c.id == row_id).values(new))
        self._record(table, row_id, ChangeOp.UPDATE, {name: before[name] for name in new}, new)

    def delete(self, model: type[SQLModel], before: Values) -> None:
        """Delete a row and record what it was."""
        table = table_of(model)
        row_id = int(before["id"])
        self.connection.execute(delete(table).where(table.c.id == row_id))
        self._record(table, row_id, ChangeOp.DELETE, dict(before), None)

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
            self._flush()

    def _flush(self) -> None:
        if self.group_id is None:
            values = {
                "at": self.at,
                "actor": self.actor,
                "action": self.action,
                "summary": self.summary,
                "undoes_id": self._undoes,
            }
            key = self.connection.execute(insert(table_of(ChangeGroup)).values(values)).inserted_primary_key
            assert key is not None
            self.group_id = int(key[0])
        if self._changes:
            rows = [{**change, "group_id": self.group_id} for change in self._changes]
            self.connection.execute(insert(table_of(Change)), rows)
            self._changes.clear()

    def finish(self) -> None:
        """Write the change group; called once, at the end. A call that changed nothing leaves none."""
        if not self._changes and self.group_id is None:
            return
        self._flush()
        if self.summary:
            groups = table_of(ChangeGroup)
            self.connection.execute(
                update(groups).where(groups.c.id == self.group_id).values(summary=self.summary)
            )


def to_json(values: Values) -> str:
    """Column values as a JSON object; flags and words become what the database holds."""
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))


def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    fields: Iterable[tuple[str, Any]] = model.model_fields.items()
    return {name: info.default for name, info in fields if name != "id" and not info.is_required()}


def insert_many(connection: Connection, model: type[SQLModel], rows: Sequence[Values]) -> None:
    """Insert complete rows (every column named) in one statement; the caller records them."""
    if rows:
        connection.execute(insert(table_of(model)), list(rows))
