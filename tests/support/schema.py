"""New databases at once: the statements of the migrations are kept the first time, and only those run again.

Working out the statements costs a hundred times what running them costs, and most tests begin with a new
database. The tests of the schema and of opening (``tests/db``) and every process of its own do without this.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from funnel_tui.db import upgrade

_migrate = upgrade._migrate
_kept: dict[str, tuple[str, ...]] = {}
_IS_EMPTY = {
    "sqlite": "SELECT count(*) = 0 FROM sqlite_master",
    "postgresql": "SELECT to_regclass('alembic_version') IS NULL",
}


def migrate(connection: Connection) -> None:
    """What :func:`funnel_tui.db.upgrade._migrate` does, faster where the database is empty."""
    dialect = connection.dialect.name
    if not connection.exec_driver_sql(_IS_EMPTY[dialect]).scalar():
        _migrate(connection)
    elif dialect not in _kept:
        _kept[dialect] = _migrate_and_keep(connection)
    else:
        cursor = connection.connection.cursor()
        for statement in _kept[dialect]:
            cursor.execute(statement)
        cursor.close()


def _migrate_and_keep(connection: Connection) -> tuple[str, ...]:
    """Migrate.

    :returns: the statements that changed something, for SQLite one by one, for a server all in one.
    """
    statements: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            assert not values, "a statement with values is not kept"
            statements.append(statement)

    event.listen(connection, "before_cursor_execute", keep)
    try:
        _migrate(connection)
    finally:
        event.remove(connection, "before_cursor_execute", keep)
    return tuple(statements) if connection.dialect.name == "sqlite" else (";\n".join(statements),)
