"""Opening a database that is not as it should be: one line that says what to do, and no harm done."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from funnel_tui.db import Database
from funnel_tui.db.target import APPLICATION_ID, SCHEMA_VERSION, Target
from funnel_tui.errors import DatabaseBusy, DatabaseProblem, UsageError
from funnel_tui.models import Tag
from funnel_tui.services.people import create_rep
from funnel_tui.services.workspace import Workspace
from tests.db.support import (
    damaged,
    filled,
    not_as_root,
    on_every_write_connection,
    one_line,
    opened,
    pragma,
    reps,
)
from tests.support import postgres


def test_a_missing_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "funnel.db"
    before = os.umask(0)
    try:
        filled(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert pragma(path, "user_version") == SCHEMA_VERSION
    assert pragma(path, "application_id") == APPLICATION_ID
    assert pragma(path, "journal_mode") == "wal"


def test_an_empty_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "funnel.db"
    path.touch()
    assert reps(opened(path)) == []


def test_an_open_database_keeps_its_settings(tmp_path: Path) -> None:
    database = opened(filled(tmp_path / "funnel.db"))
    with database.write() as session:
        connection = session.connection()
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "synchronous", "journal_mode", "busy_timeout")
        }
    assert found == {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal", "busy_timeout": 5000}


def directory(path: Path) -> None:
    path.mkdir()


def binary(path: Path) -> None:
    path.write_bytes(os.urandom(8192))


def table_of_values(path: Path) -> None:
    path.write_text("id,title\n1,Acme\n")


def another_programs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE deal (id INTEGER PRIMARY KEY, title TEXT)")
        connection.commit()


def newer(path: Path) -> None:
    filled(path)
    pragma(path, f"user_version={SCHEMA_VERSION + 1}")


def header_only(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00" + os.urandom(4080))


def cut_short(path: Path) -> None:
    filled(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:50])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (directory, "is a directory"),
        (binary, "is not a funnel database"),
        (table_of_values, "funnel import reads CSV files"),
        (another_programs, "is an SQLite file of another program"),
        (newer, "was written by a newer version of funnel"),
        (header_only, "is damaged"),
        (cut_short, "is damaged"),
    ],
)
def test_what_is_no_database_of_ours_is_left_alone(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / "funnel.db"
    make(path)
    before = None if path.is_dir() else path.read_bytes()
    with pytest.raises(DatabaseProblem) as caught:
        opened(path)
    text = one_line(caught.value)
    assert said in text
    assert str(path) in text
    assert caught.value.hint
    assert caught.value.exit_code == 1
    assert (None if path.is_dir() else path.read_bytes()) == before


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseProblem) as caught:
        opened(tmp_path / "file" / "funnel.db")
    assert "cannot be" in one_line(caught.value)


@pytest.mark.parametrize("text", ["", "  ", "mysql://host/x", "oracle://h"])
def test_an_address_of_another_kind(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Target.parse(text)
    one_line(caught.value)


def test_a_password_is_never_shown() -> None:
    for given, shown in (
        ("postgresql://ana:secret@host/sales", "postgresql://ana:…@host/sales"),
        ("postgres://ana@host/sales", "postgres://ana@host/sales"),
        ("postgresql+psycopg://ana:secret@host/sales", "postgresql+psycopg://ana:…@host/sales"),
        ("postgresql://ana:sec@ret@host:5432/sales", "postgresql://ana:…@host:5432/sales"),
        (
            "postgresql://host:5432/sales?password=secret&user=ana",
            "postgresql://host:5432/sales?password=…&user=ana",
        ),
    ):
        target = Target.parse(given)
        assert target.name == shown
        assert target.url == "postgresql+psycopg://" + given.partition("://")[2]
    assert Target.parse("postgres://ana@host/sales") == Target.parse("postgresql://ana@host/sales")


def test_an_older_file_is_copied_and_then_upgraded(tmp_path: Path) -> None:
    path = filled(tmp_path / "funnel.db")
    pragma(path, "user_version=0")
    assert reps(opened(path)) == ["Rep 0", "Rep 1", "Rep 2"]
    assert pragma(path, "user_version") == SCHEMA_VERSION
    backup = tmp_path / "funnel.db.v0.backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert pragma(backup, "user_version") == 0
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT count(*) FROM rep").fetchone() == (3,)


def test_a_damaged_older_file_is_not_upgraded(tmp_path: Path) -> None:
    path = damaged(filled(tmp_path / "funnel.db", tags=2000))
    pragma(path, "user_version=0")
    before = path.read_bytes()
    with pytest.raises(DatabaseProblem) as caught:
        opened(path)
    one_line(caught.value)
    assert path.read_bytes() == before


def test_a_damaged_file_is_told_when_it_is_read(tmp_path: Path) -> None:
    path = damaged(filled(tmp_path / "funnel.db", tags=2000))
    database = opened(path)
    with pytest.raises(DatabaseProblem, match="is damaged") as caught:
        read_all(database)
    one_line(caught.value)


def read_all(database: Database) -> None:
    with database.read() as reader:
        for table in ("tag", "change"):
            reader.rows(f"SELECT * FROM {table}")


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    path = filled(tmp_path / "funnel.db")
    database = opened(path)
    on_every_write_connection(database, "query_only=ON")
    with pytest.raises(DatabaseProblem, match="cannot be written") as caught:
        create_rep(Workspace(database), name="New")
    one_line(caught.value)
    assert len(reps(database)) == 3


def test_a_file_without_the_right_to_write() -> None:
    with tempfile.TemporaryDirectory() as folder, not_as_root(Path(folder)):
        path = filled(Path(folder) / "funnel.db")
        path.chmod(0o400)
        database = opened(path)
        assert len(reps(database)) == 3
        with pytest.raises(DatabaseProblem, match="cannot be written") as caught:
            create_rep(Workspace(database), name="New")
        assert f"{path} cannot be written: the file is read-only for you." in one_line(caught.value)
        assert database.why_read_only == caught.value.message
        path.chmod(0o600)
        assert database.why_read_only == ""
        assert len(reps(database)) == 3
        database.close()


def test_a_full_disk_writes_nothing(tmp_path: Path) -> None:
    path = filled(tmp_path / "funnel.db")
    database = opened(path)
    on_every_write_connection(database, f"max_page_count={pragma(path, 'page_count')}")
    workspace = Workspace(database, actor="ana")
    with pytest.raises(DatabaseProblem, match="is full") as caught:
        write_much(workspace)
    assert "Nothing was written" in one_line(caught.value)
    with database.read() as reader:
        assert reader.rows("SELECT count(*) FROM tag") == [(0,)]
        assert reader.rows("SELECT count(*) FROM change_group") == [(3,)]


def write_much(workspace: Workspace) -> None:
    with workspace.change("many") as call:
        for number in range(1000):
            call.insert(Tag, {"name": f"{number} {'x' * 500}"})


def test_a_full_disk_while_a_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "funnel_tui.db.engine._PRAGMAS", ("journal_mode=WAL", "foreign_keys=ON", "max_page_count=20")
    )
    path = tmp_path / "funnel.db"
    with pytest.raises(DatabaseProblem, match="is full"):
        opened(path)
    monkeypatch.undo()
    assert reps(opened(path)) == []


@pytest.mark.parametrize("free", [0, 10**9])
def test_an_error_of_the_disk_says_whether_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    """SQLite says no more than that there was an error."""
    path = filled(tmp_path / "funnel.db")
    asked = []

    def disk_usage(folder: Path) -> Any:
        asked.append(folder)
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)

    def fails(_database: Database) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(Database, "_look", fails)
    with pytest.raises(DatabaseProblem) as caught:
        opened(path)
    assert asked == [tmp_path]
    assert (f"The disk that holds {path} is full." in one_line(caught.value)) == (free == 0)
    assert ("funnel doctor" in one_line(caught.value)) == (free > 0)


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_file_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "funnel.db")
    monkeypatch.setattr(
        "funnel_tui.db.engine._PRAGMAS", ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=100")
    )
    database = opened(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(DatabaseBusy, match="in use by another program") as caught:
            create_rep(Workspace(database), name="New")
        assert "Nothing was written" in one_line(caught.value)
        assert len(reps(database)) == 3  # reading goes on
        holder.communicate(b"\n")
    create_rep(Workspace(database), name="New")
    assert len(reps(database)) == 4


def test_a_file_that_another_program_is_making(tmp_path: Path) -> None:
    path = tmp_path / "funnel.db"
    pragma(path, "journal_mode=WAL")  # the first thing that is written to a new file
    assert reps(opened(path)) == []
    assert not list(tmp_path.glob("*.backup"))


def test_many_open_a_new_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "funnel.db"
    with ThreadPoolExecutor(8) as pool:
        databases = list(pool.map(lambda _: opened(path), range(8)))
    assert all(reps(database) == [] for database in databases)
    assert not list(tmp_path.glob("*.backup"))


def test_changes_of_others_are_noticed(db_url: str) -> None:
    mine, other = opened(db_url), opened(db_url)
    before = mine.change_number()
    assert mine.change_number() == before
    create_rep(Workspace(other), name="New")
    assert mine.change_number() != before


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem) as caught:
        opened(f"postgresql://ana:secret@/sales?host={tmp_path}")
    assert "secret" not in one_line(caught.value)


def test_a_server_database_of_another_program(pg_cluster: postgres.Cluster, pg_url: str) -> None:
    with connected(pg_url) as connection:
        connection.execute("CREATE TABLE invoice (id int)")
    with pytest.raises(DatabaseProblem, match="tables of another program") as caught:
        opened(pg_url)
    one_line(caught.value)
    with connected(pg_url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert found == [("invoice",)]


def test_a_server_database_from_a_newer_version(pg_url: str) -> None:
    opened(pg_url).close()
    with connected(pg_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(DatabaseProblem, match="newer version of funnel") as caught:
        opened(pg_url)
    one_line(caught.value)


def test_many_open_a_new_server_database_at_once(pg_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: opened(pg_url), range(4)))
    assert all(reps(database) == [] for database in databases)


def connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)
