"""Bringing a database up to the present schema: a backup first, then all migrations in one transaction."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect

from funnel_tui import migrations
from funnel_tui.db.reader import connect_sqlite
from funnel_tui.db.target import APPLICATION_ID, SCHEMA_VERSION, Target
from funnel_tui.errors import DatabaseProblem
from funnel_tui.language import tr

_ADVISORY_LOCK = APPLICATION_ID


def upgrade_file(target: Target, engine: Engine, *, filled: bool) -> Path | None:
    """Upgrade a SQLite file.

    :param filled: whether the file holds data of an older version; it is then copied first.
    :returns: the backup copy, or None when there was nothing to copy.
    """
    assert target.path is not None
    backup = back_up_before_upgrade(target.path) if filled else None
    with engine.begin() as connection:
        _migrate(connection)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
    return backup


def back_up_before_upgrade(path: Path) -> Path:
    """Copy an older file beside itself and check the copy.

    :raises DatabaseProblem: when the copy is not sound; the original is then left as it is.
    """
    with closing(connect_sqlite(path)) as source:
        version = source.execute("PRAGMA user_version").fetchone()[0]
        backup = path.with_name(f"{path.name}.v{version}.backup")
        backup.touch(mode=0o600)
        with closing(sqlite3.connect(backup)) as copy:
            source.backup(copy)
            verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    if verdict != "ok":
        raise DatabaseProblem(
            tr("The backup copy {backup} of the older file is not sound: {problem}.").format(
                backup=backup, problem=" ".join(verdict.split())
            ),
            tr("The file was left as it is."),
        )
    return backup


def server_version(engine: Engine) -> int:
    """The schema version of a PostgreSQL database; 0 when it is empty.

    :raises DatabaseProblem: when its tables are another program's.
    """
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" not in tables:
            if tables:
                raise DatabaseProblem(
                    tr("The PostgreSQL database holds tables of another program."),
                    tr("Give an empty database."),
                )
            return 0
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return int(found) if found else 0


def upgrade_server(engine: Engine) -> None:
    """Upgrade a PostgreSQL database; programs that start together wait for each other."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        _migrate(connection)


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
