"""Databases that are emptied between the examples of a property test, because making one is slow."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from funnel_tui.db import Database, Target
from funnel_tui.services.workspace import Workspace
from tests.reports.activity_small import add_kinds
from tests.reports.small import Small, small
from tests.support.histories import NOW

Fresh = Callable[[], Workspace]


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables and no rows."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    Database(Target.parse(str(path))).close()
    return path


@pytest.fixture
def fresh_file(empty_file: Path, tmp_path: Path) -> Iterator[Fresh]:
    """Gives an empty SQLite workspace each time it is called."""
    opened: list[Workspace] = []

    def fresh() -> Workspace:
        for workspace in opened:
            workspace.database.close()
        path = tmp_path / f"{len(opened)}.db"
        shutil.copy(empty_file, path)
        opened.append(Workspace(Database(Target.parse(str(path))), clock=lambda: NOW, actor="tester"))
        return opened[-1]

    yield fresh
    for workspace in opened:
        workspace.database.close()


@pytest.fixture
def fresh_server(pg_url: str) -> Iterator[Fresh]:
    """Gives the same PostgreSQL workspace each time it is called, emptied."""
    workspace = Workspace(Database(Target.parse(pg_url)), clock=lambda: NOW, actor="tester")

    def fresh() -> Workspace:
        with workspace.database.write() as session:
            connection = session.connection()
            tables = connection.exec_driver_sql(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
                " AND tablename <> 'alembic_version'"
            )
            names = ", ".join(f'"{row[0]}"' for row in tables)
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        workspace.database.shelf.clear()  # no program empties a database while it has it open
        return workspace

    yield fresh
    workspace.database.close()


@pytest.fixture
def team(db_url: str) -> Iterator[Small]:
    """On SQLite and PostgreSQL."""
    found = small(db_url)
    yield found
    found.workspace.database.close()


@pytest.fixture
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """On SQLite only, where the database makes no difference."""
    found = small(str(tmp_path_factory.mktemp("small") / "funnel.db"))
    yield found
    found.workspace.database.close()


@pytest.fixture
def busy(team: Small) -> Small:
    """The small team with kinds, on both databases."""
    add_kinds(team)
    return team


@pytest.fixture
def here_busy(here: Small) -> Small:
    """The same on SQLite."""
    add_kinds(here)
    return here


@pytest.fixture
def oslo(db_url: str) -> Iterator[Small]:
    """The small team in a time zone with summer time."""
    found = small(db_url, "Europe/Oslo")
    add_kinds(found)
    yield found
    found.workspace.database.close()
