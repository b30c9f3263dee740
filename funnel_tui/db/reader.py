"""Reading: SQL text in, plain tuples out, in one short read transaction.

The same SQL runs on both databases; parameters are written ``:name``. What differs between the two is asked
of the reader (:meth:`Reader.numbers`, :meth:`Reader.using`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")

BUSY_MS = 5000
_NOTHING: Mapping[str, Any] = {}


class Reader(Protocol):
    """One read transaction. Everything read through it is of the same moment."""

    def rows(self, sql: str, parameters: Mapping[str, Any] = _NOTHING) -> list[tuple[Any, ...]]:
        """Run a SELECT.

        :param sql: the statement; values are named parameters, never part of the text.
        :returns: all rows.
        """
        ...

    def numbers(self, expression: str) -> str:
        """SQL that gathers an expression over a group into one list, read back by :meth:`listed`.

        :param expression: must not be NULL in any row.
        """
        ...

    def listed(self, value: Any) -> list[Any]:
        """The list that :meth:`numbers` gathered; empty when no row was there."""
        ...

    def lists(self, values: Sequence[Any]) -> list[list[Any]]:
        """Many such lists, one for each value; none of them is NULL."""
        ...

    def among(self, expression: str, name: str, numbers: Sequence[int]) -> tuple[str, Any]:
        """SQL that an expression is one of many numbers, and the value of its parameter.

        :param name: of the parameter.
        """
        ...

    def using(self, index: str) -> str:
        """SQL that tells SQLite which index to take; nothing on PostgreSQL, whose planner has statistics."""
        ...

    def once(self, name: Hashable, read: Callable[[], T]) -> T:
        """What was read under this name before in this transaction, else what ``read`` gives now.

        For what several reports of one screen need alike.
        """
        ...

    def kept(self, name: Hashable, stamp: Hashable, read: Callable[[], T]) -> T:
        """What an earlier transaction read under this name with the same stamp, else what ``read`` gives now.

        For what is costly and frozen. Nothing is kept of a transaction that may yet be rolled back.

        :param stamp: changes whenever what is read may have changed.
        """
        ...

    def close(self) -> None:
        """End the transaction and give the connection back."""
        ...


class Shelf:
    """What was read and is used again by later transactions: the last few things, each with its stamp.

    :param room: how many things are kept.
    """

    def __init__(self, room: int = 4) -> None:
        self._room = room
        self._things: dict[Hashable, tuple[Hashable, Any]] = {}
        self._lock = threading.Lock()

    def find(self, name: Hashable, stamp: Hashable, read: Callable[[], T]) -> T:
        """See :meth:`Reader.kept`. Two threads that miss at the same time both read; neither waits."""
        with self._lock:
            known = self._things.get(name)
        if known is not None and known[0] == stamp:
            thing: T = known[1]
            return thing
        thing = read()
        with self._lock:
            self._things.pop(name, None)
            self._things[name] = stamp, thing
            while len(self._things) > self._room:
                del self._things[next(iter(self._things))]
        return thing

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._things.clear()


def connect_sqlite(path: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """A connection to a SQLite file, without the driver's hidden transactions.

    :param mode: ``rw`` for a file that must exist, ``rwc`` to create it.
    """
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MS / 1000,
    )
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


class SqliteReader:
    """A read transaction on a SQLite file through the standard library."""

    def __init__(
        self, connection: sqlite3.Connection, give_back: Any = None, shelf: Shelf | None = None
    ) -> None:
        self._connection = connection
        self._give_back = give_back
        self._shelf = shelf
        self._known: dict[Hashable, Any] = {}
        connection.execute("BEGIN")

    def rows(self, sql: str, parameters: Mapping[str, Any] = _NOTHING) -> list[tuple[Any, ...]]:
        """See :meth:`Reader.rows`."""
        return self._connection.execute(sql, parameters).fetchall()

    def numbers(self, expression: str) -> str:
        """See :meth:`Reader.numbers`. JSON, because it was the quickest way to a median that was measured."""
        return f"json_group_array({expression})"

    def listed(self, value: Any) -> list[Any]:
        """See :meth:`Reader.listed`."""
        found: list[Any] = json.loads(value)
        return found

    def lists(self, values: Sequence[Any]) -> list[list[Any]]:
        """See :meth:`Reader.lists`. Each call of the parser costs more than a short list."""
        found: list[list[Any]] = json.loads(f"[{','.join(values)}]")
        return found

    def among(self, expression: str, name: str, numbers: Sequence[int]) -> tuple[str, Any]:
        """See :meth:`Reader.among`."""
        inside = f"SELECT value FROM json_each(:{name})"  # noqa: S608  (a name of ours)
        return f"{expression} IN ({inside})", json.dumps(list(numbers))

    def using(self, index: str) -> str:
        """See :meth:`Reader.using`."""
        return f"INDEXED BY {index}"

    def once(self, name: Hashable, read: Callable[[], T]) -> T:
        """See :meth:`Reader.once`."""
        return _once(self._known, name, read)

    def kept(self, name: Hashable, stamp: Hashable, read: Callable[[], T]) -> T:
        """See :meth:`Reader.kept`."""
        return read() if self._shelf is None else self._shelf.find(name, stamp, read)

    def close(self) -> None:
        """See :meth:`Reader.close`."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        if self._give_back is None:
            self._connection.close()
        else:
            self._give_back(self._connection)


class ServerReader:
    """A read transaction through SQLAlchemy, for PostgreSQL."""

    def __init__(self, connection: Connection, shelf: Shelf | None = None) -> None:
        self._connection = connection
        self._shelf = shelf
        self._known: dict[Hashable, Any] = {}

    def rows(self, sql: str, parameters: Mapping[str, Any] = _NOTHING) -> list[tuple[Any, ...]]:
        """See :meth:`Reader.rows`."""
        from sqlalchemy import text

        return [tuple(row) for row in self._connection.execute(text(sql), dict(parameters))]

    def numbers(self, expression: str) -> str:
        """See :meth:`Reader.numbers`."""
        return f"array_agg({expression})"

    def listed(self, value: Any) -> list[Any]:
        """See :meth:`Reader.listed`."""
        return list(value or ())

    def lists(self, values: Sequence[Any]) -> list[list[Any]]:
        """See :meth:`Reader.lists`."""
        return [list(value) for value in values]

    def among(self, expression: str, name: str, numbers: Sequence[int]) -> tuple[str, Any]:
        """See :meth:`Reader.among`."""
        return f"{expression} = ANY(CAST(:{name} AS bigint[]))", list(numbers)

    def using(self, index: str) -> str:  # noqa: ARG002
        """See :meth:`Reader.using`."""
        return ""

    def once(self, name: Hashable, read: Callable[[], T]) -> T:
        """See :meth:`Reader.once`."""
        return _once(self._known, name, read)

    def kept(self, name: Hashable, stamp: Hashable, read: Callable[[], T]) -> T:
        """See :meth:`Reader.kept`."""
        return read() if self._shelf is None else self._shelf.find(name, stamp, read)

    def close(self) -> None:
        """See :meth:`Reader.close`."""
        self._connection.rollback()
        self._connection.close()


def _once(known: dict[Hashable, Any], name: Hashable, read: Callable[[], T]) -> T:
    if name not in known:
        known[name] = read()
    found: T = known[name]
    return found
