"""Rows of one table on their way into the database, in batches of plain tuples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from funnel_tui.services.transaction import Transaction, table_of


class RowStream:
    """Takes rows as tuples and writes them a batch at a time.

    Rows are numbered here, upwards from the highest number in the table. From the first row until the end of
    the transaction the table belongs to the stream: nothing else may insert into it.

    :param transaction: the service call that the rows belong to.
    :param model: the table.
    :param columns: the columns of the tuples, without ``id``; what is not named must have a database default
        or allow NULL.
    :param numbered: whether the table has an ``id``. Tables without one are derived and not recorded.
    """

    def __init__(
        self,
        transaction: Transaction,
        model: type[SQLModel],
        columns: Sequence[str],
        *,
        numbered: bool = True,
    ) -> None:
        self.model = model
        self.pending: list[tuple[Any, ...]] = []
        self._transaction = transaction
        self._numbered = numbered
        self._table = table_of(model).name
        self._columns = ("id", *columns) if numbered else tuple(columns)
        self._begin = 0
        self._first = 0
        self._next = 0

    @property
    def begun(self) -> bool:
        """Whether a row was numbered yet."""
        return self._next > 0

    def is_new(self, row_id: int) -> bool:
        """Whether a row was numbered by this stream."""
        return self.begun and row_id >= self._begin

    def begin(self) -> None:
        """Find the first free number. On PostgreSQL this waits until nobody else writes to the table."""
        if self.begun or not self._numbered:
            return
        connection = self._transaction.connection
        top = f"SELECT coalesce(max(id), 0) + 1 FROM {self._table}"  # noqa: S608 - our own table
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"LOCK TABLE {self._table} IN SHARE ROW EXCLUSIVE MODE")
            given = f"nextval(pg_get_serial_sequence('{self._table}', 'id'))"
            top = f"SELECT greatest(({top}), {given})"
        else:
            # sqlite_sequence knows the highest number ever given, also to a row that was undone.
            given = f"SELECT seq + 1 FROM sqlite_sequence WHERE name = '{self._table}'"  # noqa: S608
            top = f"SELECT max(({top}), coalesce(({given}), 1))"
        self._begin = self._first = self._next = int(connection.exec_driver_sql(top).scalar_one())

    def number(self) -> int:
        """The number of the next row. Every number taken must be written."""
        taken = self._next
        if not taken:
            self.begin()
            taken = self._next
        self._next = taken + 1
        return taken

    def add(self, *values: Any) -> int:
        """Take a row.

        :param values: in the order of the columns, as the database holds them: words as plain text, flags as
            0 or 1.
        :returns: its number.
        """
        row_id = self.number()
        self.pending.append((row_id, *values))
        return row_id

    def flush(self) -> None:
        """Write what was taken."""
        if not self.pending:
            return
        connection = self._transaction.connection
        names = ", ".join(self._columns)
        if connection.dialect.name == "postgresql":
            self._copy(f"COPY {self._table} ({names}) FROM STDIN")
        else:
            marks = ", ".join("?" * len(self._columns))
            statement = f"INSERT INTO {self._table} ({names}) VALUES ({marks})"  # noqa: S608
            connection.exec_driver_sql(statement, self.pending)
        self.pending.clear()

    def _copy(self, statement: str) -> None:
        import psycopg

        connection = self._transaction.connection
        driver: Any = connection.connection.driver_connection
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in self.pending:
                    copy.write_row(row)
        except psycopg.Error as error:
            # As SQLAlchemy would have raised it, so that the door to the data can explain it.
            raise DBAPIError.instance(
                statement, None, error, psycopg.Error, dialect=connection.dialect
            ) from error

    def record(self) -> None:
        """Record the rows numbered since the last call as one range in the audit log."""
        if self._numbered and self._next > self._first:
            self._transaction.record_range(self.model, self._first, self._next - 1)
            self._first = self._next

    def skip(self) -> None:
        """Leave the rows numbered since the last :meth:`record` to the caller, who records them himself."""
        self._first = self._next

    def finish(self) -> None:
        """Write and record what is left, and let the database number on from there."""
        self.flush()
        self.record()
        connection = self._transaction.connection
        if self.begun and connection.dialect.name == "postgresql":
            sequence = f"pg_get_serial_sequence('{self._table}', 'id')"
            connection.exec_driver_sql(
                f"SELECT setval({sequence}, greatest({self._next - 1}, nextval({sequence})))"
            )
