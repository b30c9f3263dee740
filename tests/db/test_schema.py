"""The stored schema: what the migrations make is what the models say, and it refuses what is no number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Column, Table, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from funnel_tui import models  # noqa: F401 - fills the metadata
from funnel_tui.models.base import Flag
from tests.db.support import opened

TABLES = sorted(SQLModel.metadata.tables)


def is_whole(column: Column[Any]) -> bool:
    return isinstance(column.type, BigInteger | Flag)


WHOLE = [
    (table, column.name)
    for table in TABLES
    for column in SQLModel.metadata.tables[table].columns
    if is_whole(column)
]


def test_the_migrations_make_what_the_models_say(db_url: str) -> None:
    with opened(db_url).engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "funnel.db"
    opened(path).close()
    return path


@pytest.fixture
def raw(empty_file: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection without foreign keys; what a test writes is rolled back."""
    with closing(sqlite3.connect(empty_file, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def row_with(table: Table, name: str, value: Any) -> tuple[str, list[Any]]:
    """An INSERT of a row that is fine but for one column."""
    values = {column.name: 1 if is_whole(column) else "open" for column in table.columns} | {name: value}
    marks = ", ".join("?" * len(values))
    return f"INSERT INTO {table.name} ({', '.join(values)}) VALUES ({marks})", list(values.values())


def test_money_and_time_are_among_the_whole_numbers() -> None:
    assert {
        ("deal", "amount_minor"),
        ("deal", "closed_at"),
        ("deal", "closed_base"),
        ("deal", "expected_close"),
        ("stage_visit", "entered_at"),
        ("stage_visit", "amount_minor"),
        ("exchange_rate", "rate_scaled"),
        ("quota_revision", "amount"),
        ("interaction", "at"),
        ("change_group", "at"),
    } <= set(WHOLE)


@pytest.mark.parametrize(("table", "column"), WHOLE, ids=[".".join(pair) for pair in WHOLE])
@pytest.mark.parametrize("value", ["2026-01-01", 1.5, b"1"], ids=["text", "fraction", "bytes"])
def test_no_text_and_no_fraction_in_a_number(
    raw: sqlite3.Connection, table: str, column: str, value: Any
) -> None:
    statement, values = row_with(SQLModel.metadata.tables[table], column, value)
    with pytest.raises(sqlite3.IntegrityError, match=r"cannot store|datatype mismatch"):
        raw.execute(statement, values)


def test_every_table_is_strict(raw: sqlite3.Connection) -> None:
    found = {
        row[1]: row[5]
        for row in raw.execute("PRAGMA table_list")
        if row[0] == "main" and not row[1].startswith(("sqlite_", "alembic"))
    }
    assert sorted(found) == TABLES
    assert set(found.values()) == {1}


def test_whole_numbers_are_64_bits_on_a_server(pg_url: str) -> None:
    with opened(pg_url).engine.connect() as connection:
        found = connection.execute(
            text("SELECT table_name, column_name, data_type FROM information_schema.columns")
        ).all()
    types = {(table, column): kind for table, column, kind in found}
    assert {types[pair] for pair in WHOLE} == {"bigint"}


BROKEN = [
    ("amount_minor = -1, currency = 'EUR'", "amount_minor"),
    ("amount_minor = 1000000000000001, currency = 'EUR'", "amount_minor"),
    ("amount_minor = 5, currency = NULL", "amount_has_currency"),
    ("amount_minor = NULL, currency = 'EUR'", "amount_has_currency"),
    ("probability_bp = 10001", "probability_bp"),
    ("status = 'maybe'", "status"),
    ("status = 'won'", "closed_when_not_open"),
    ("category = 'sure'", "category"),
]


@pytest.mark.parametrize(("change", "constraint"), BROKEN)
def test_a_deal_that_contradicts_itself(db_url: str, change: str, constraint: str) -> None:
    from tests.services.world import World

    world = World.make(db_url)
    world.deal()
    with pytest.raises(IntegrityError, match=constraint), world.workspace.database.write() as session:
        session.connection().execute(text(f"UPDATE deal SET {change}"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stage_visit SET left_at = entered_at - 1, exit = 'moved'",
        "UPDATE stage_visit SET left_at = entered_at",
        "UPDATE stage_visit SET exit = 'gone', left_at = entered_at",
        "UPDATE stage_visit SET assumed = 2",
        "UPDATE stage SET position = 0",
        "UPDATE stage SET probability_bp = 10001",
        "UPDATE stage SET position = 2",
        "UPDATE deal SET owner_id = 99",
        "DELETE FROM rep",
        "INSERT INTO stage_visit (deal_id, seq, pipeline_id, stage_id, entered_at, moved_by, owner_id, "
        "assumed) VALUES (1, 2, 1, 1, 0, '', 1, 0)",
        "INSERT INTO exchange_rate (base, quote, day, rate_scaled) VALUES ('EUR', 'USD', 1, 0)",
    ],
)
def test_rows_that_contradict_each_other(db_url: str, statement: str) -> None:
    from tests.services.world import World

    world = World.make(db_url)
    world.deal()
    with pytest.raises(IntegrityError), world.workspace.database.write() as session:
        session.connection().execute(text(statement))
