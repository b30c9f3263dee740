"""The one door to the data."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funnel_tui.db.fresh import make_file, take_back
from funnel_tui.db.frozen import can_be_frozen, closing_unchanged, connect_frozen, frozen_number, has_log
from funnel_tui.db.problems import check_file, explain, newer, why_read_only
from funnel_tui.db.reader import Reader, ServerReader, Shelf, SqliteReader, connect_sqlite
from funnel_tui.db.target import APPLICATION_ID, SCHEMA_VERSION, Target
from funnel_tui.errors import DatabaseProblem
from funnel_tui.language import tr

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


class Database:
    """An open database: short read transactions, and one write transaction at a time.

    Opening creates a missing file (see :meth:`close_unused`), reads one in a folder where nothing may be
    written as far as that is safe, upgrades an older one after a backup copy, and refuses a newer one.

    :param target: which database.
    :raises DatabaseProblem: when it cannot be used; the message says why and what to do.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self._engine: Engine | None = None
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writer = threading.RLock()
        self._watch: sqlite3.Connection | None = None
        self._watching = threading.Lock()
        self._made: tuple[Path, ...] = ()
        self._frozen = False
        self.shelf = Shelf()
        """What readers keep for later ones (:meth:`~funnel_tui.db.reader.Reader.kept`)."""
        if target.path is not None:
            self._open_file()
        else:
            self._open_server()

    @property
    def is_sqlite(self) -> bool:
        """Whether the data is in a file."""
        return self.target.path is not None

    @property
    def why_read_only(self) -> str:
        """Why nothing can be written, in a sentence; empty where nothing that can be seen is in the way."""
        path = self.target.path
        return "" if path is None else why_read_only(path, self.target.name)

    def _open_file(self) -> None:
        path = self.target.path
        assert path is not None
        name = self.target.name
        filled = check_file(path, name)
        if filled:
            connection, version, marker, filled = self._first_look(path)
            if marker != APPLICATION_ID and (marker or filled):
                connection.close()
                raise DatabaseProblem(
                    tr("{name} is an SQLite file of another program.").format(name=name),
                    tr("Give another --db; it was left as it is."),
                )
            if version > SCHEMA_VERSION:
                connection.close()
                raise newer(name, version)
            if version == SCHEMA_VERSION and filled and not self._frozen:
                self._idle.append(connection)
                return
            connection.close()
            if version == SCHEMA_VERSION and filled:
                return
        else:
            try:
                self._made = make_file(path)
            except OSError as error:
                raise DatabaseProblem(
                    tr("{name} cannot be created: {strerror}.").format(name=name, strerror=error.strerror),
                    tr("Check the path and its rights."),
                ) from error
        from funnel_tui.db.upgrade import upgrade_file

        with self._explained(writing=True):
            upgrade_file(self.target, self.engine, filled=filled)

    def _first_look(self, path: Path) -> tuple[sqlite3.Connection, int, int, bool]:
        """A connection, and the schema version, the marker of the program, and whether there are tables."""
        try:
            return self._look()
        except sqlite3.Error as error:
            if not can_be_frozen(path, error):
                raise explain(error, self.target.name, self.target.path) from error
        self._frozen = True
        with self._explained():
            return self._look()

    def _look(self) -> tuple[sqlite3.Connection, int, int, bool]:
        connection = self._new_reader_connection()
        try:
            connection.execute("BEGIN")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            marker = connection.execute("PRAGMA application_id").fetchone()[0]
            # Without tables another program is making it right now, or could not finish.
            filled = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            raise
        return connection, version, marker, filled

    def _open_server(self) -> None:
        from funnel_tui.db.upgrade import server_version, upgrade_server

        with self._explained():
            version = server_version(self.engine)
            if version > SCHEMA_VERSION:
                raise newer(self.target.name, version)
            if version < SCHEMA_VERSION:
                upgrade_server(self.engine)

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, made on first use."""
        with self._lock:
            if self._engine is None:
                try:
                    from funnel_tui.db.engine import make_engine

                    self._engine = make_engine(self.target)
                except ImportError as error:
                    raise DatabaseProblem(
                        tr("PostgreSQL support is not installed."), "pip install 'funnel-tui[postgres]'"
                    ) from error
            return self._engine

    def _new_reader_connection(self) -> sqlite3.Connection:
        assert self.target.path is not None
        connection = (connect_frozen if self._frozen else connect_sqlite)(self.target.path)
        try:
            for pragma in ("query_only=ON", "cache_size=-16384", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._idle.append(connection)

    def _is_frozen(self) -> bool:
        """Whether the file is read as one that nobody changes; no longer once somebody writes a log."""
        if self._frozen and self.target.path is not None and has_log(self.target.path):
            self._frozen = False
        return self._frozen

    @contextlib.contextmanager
    def read(self) -> Iterator[Reader]:
        """A read transaction; everything read in it is of the same moment. Keep it short.

        :raises DatabaseProblem: in the words of :func:`~funnel_tui.db.problems.explain`.
        """
        with self._explained():
            reader: Reader
            if self._is_frozen():
                assert self.target.path is not None
                end = closing_unchanged(self.target.path, self.target.name)
                reader = SqliteReader(self._new_reader_connection(), end, self.shelf)
            elif self.is_sqlite:
                with self._lock:
                    idle = self._idle.pop() if self._idle else None
                reader = SqliteReader(idle or self._new_reader_connection(), self._give_back, self.shelf)
            else:
                connection = self.engine.connect()
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                reader = ServerReader(connection, self.shelf)
            try:
                yield reader
            finally:
                reader.close()

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """The write transaction: committed when the block ends, rolled back when it raises.

        On SQLite it holds the write lock from the start (BEGIN IMMEDIATE).

        :raises DatabaseBusy: when another program holds the lock for too long; nothing was written.
        :raises DatabaseProblem: for a full disk, a read-only file, a lost server.
        """
        with self._writer, self._explained(writing=True):
            from sqlmodel import Session

            with Session(self.engine, expire_on_commit=False) as session:
                try:
                    session.connection()
                    yield session
                    session.commit()
                except BaseException:
                    with contextlib.suppress(Exception):
                        session.rollback()
                    raise

    @contextlib.contextmanager
    def _explained(self, *, writing: bool = False) -> Iterator[None]:
        target = self.target
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise explain(error, target.name, target.path, writing=writing) from error
        except Exception as error:
            cause = getattr(error, "orig", None)
            if cause is not None and type(error).__name__ in {
                "OperationalError",
                "DatabaseError",
                "DataError",
            }:
                raise explain(cause, target.name, target.path, writing=writing) from error
            raise

    def change_number(self) -> int:
        """A number that changes when any other connection has committed a write (SQLite).

        One connection is held for the purpose, outside any transaction; a poll costs microseconds.
        """
        if not self.is_sqlite:
            with self.read() as reader:
                return int(reader.rows("SELECT coalesce(max(id), 0) FROM change_group")[0][0])
        if self._is_frozen() and self.target.path is not None:
            try:
                return frozen_number(self.target.path)
            except OSError as error:
                raise explain(error, self.target.name, self.target.path) from error
        # The thread that watches may ask while another closes: SQLite would read memory that is gone.
        with self._watching:
            try:
                if self._watch is None:
                    self._watch = self._new_reader_connection()
                return int(self._watch.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error as error:
                raise explain(error, self.target.name, self.target.path) from error

    def close(self) -> None:
        """Give every connection back."""
        with self._lock:
            connections: list[Any] = [*self._idle]
            self._idle.clear()
        for connection in connections:
            connection.close()
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        if self._engine is not None:
            self._engine.dispose()

    def close_unused(self) -> None:
        """Close; a file that this opening made, and that no change was written to, is removed again."""
        self.close()
        if self._made:
            take_back(self._made)
            self._made = ()
