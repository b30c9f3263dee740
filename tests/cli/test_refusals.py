"""What a user can get wrong: one line on standard error, the right exit code, never a traceback."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said

Run = Callable[..., Said]


def refused(said: Said, code: int, *says: str) -> None:
    """One line that begins with the name of the program and holds every text; nothing on standard output."""
    assert said.code == code, said
    assert said.out == ""
    assert said.err.startswith("funnel: ")
    assert said.err.count("\n") == 1
    assert said.err.endswith("\n")
    assert "Traceback" not in said.err
    for text in says:
        assert text in said.err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("report", "funel"), "Did you mean funnel?"),
        (("report", "zzz"), "There are metrics, funnel, active, losses,"),
        (("report",), "NAME"),
        (("report", "funnel", "--period", "2026-Q5"), "Q1 to Q4"),
        (("report", "funnel", "--period", "soon"), "'soon'"),
        (("report", "funnel", "--period", "2026-13"), "01 to 12"),
        (("report", "funnel", "--period", "2026-03-02..2026-03-01"), "ends before it begins"),
        (("report", "funnel", "--period", ""), "Period ''"),
        (("report", "funnel", "--compare", "2026-Q9"), "Q1 to Q4"),
        (("report", "funnel", "--compare", "previous"), "--period"),
        (("report", "funnel", "--as-of", "yesterday"), "--as-of 'yesterday'"),
        (("report", "funnel", "--cohort", "best"), "--cohort"),
        (("report", "funnel", "--mode", "best"), "--mode"),
        (("report", "funnel", "--by", "colour"), "--by"),
        (("report", "funnel", "--by", "reason"), "losses"),
        (("report", "funnel", "--format", "xml"), "--format"),
        (("report", "funnel", "--owner", "Anna Berg", "--team", "North"), "--team"),
        (("report", "funnel", "--perod", "2026"), "--period"),
        (("report", "funnel", "extra"), "extra"),
        (("report", "funnel", "--period"), "--period"),
        (("repotr",), "Did you mean report?"),
        (("--frobnicate",), "--frobnicate"),
        (("db", "downgrade"), "downgrade"),
        (("demo", "--deals", "many"), "--deals"),
        (("demo", "--write", "x.db", "--deals", "0"), "1 to 1,000,000"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_requests_that_make_no_sense(
    funnel: Run,
    demo_db: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    args: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FUNNEL_DB", str(demo_db))
    refused(funnel(*args), 2, says)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--pipeline", "New busines"), "New business"),
        (("--owner", "Ana Berg"), "Anna Berg"),
        (("--team", "nowhere at all"), "nowhere at all"),
    ],
)
def test_unknown_names_suggest_the_nearest(
    funnel: Run, demo_db: Path, args: tuple[str, ...], says: str
) -> None:
    refused(funnel("report", "funnel", *args, "--db", demo_db), 1, says)


def test_other_databases(funnel: Run) -> None:
    refused(funnel("report", "funnel", "--db", "mysql://localhost/x"), 2, "mysql://")
    refused(funnel("report", "funnel", "--db", ""), 2, "empty")
    refused(funnel("--db", "x.db", "demo"), 2, "--write")


def test_a_missing_file_is_not_made_by_a_report(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "there" / "none.db"
    refused(funnel("report", "funnel", "--db", path), 1, str(path), "no database")
    refused(funnel("db", "upgrade", "--db", path), 1, str(path))
    assert os.listdir(tmp_path) == []


def test_files_that_are_no_database(funnel: Run, tmp_path: Path) -> None:
    empty, text, other = tmp_path / "empty.db", tmp_path / "deals.csv", tmp_path / "other.db"
    empty.touch()
    text.write_bytes(b"deal,stage\n1,Lead\n" + bytes(range(256)))
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE theirs (id INTEGER)")
    before = other.read_bytes()
    refused(funnel("report", "funnel", "--db", tmp_path), 1, "directory")
    refused(funnel("report", "funnel", "--db", empty), 1, "empty")
    refused(funnel("report", "funnel", "--db", text), 1, "not a funnel database")
    refused(funnel("report", "funnel", "--db", other), 1, "another program")
    assert empty.stat().st_size == 0
    assert other.read_bytes() == before


def test_a_damaged_database(funnel: Run, demo_db: Path, tmp_path: Path) -> None:
    whole = demo_db.read_bytes()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(whole[:100] + os.urandom(200) + whole[300:])
    refused(funnel("report", "funnel", "--db", damaged), 1, "damaged.db")
    cut = tmp_path / "cut.db"
    cut.write_bytes(whole[: len(whole) // 2 // 4096 * 4096 + 100])
    refused(funnel("report", "funnel", "--db", cut), 1, "cut.db")


def test_a_database_from_a_newer_version(funnel: Run, demo_db: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    newer.write_bytes(demo_db.read_bytes())
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 9999")
    refused(funnel("report", "funnel", "--db", newer), 1, "newer version", "9999")


def test_a_server_that_is_not_there(funnel: Run) -> None:
    said = funnel("report", "funnel", "--db", "postgresql://somebody:secret@127.0.0.1:1/nothing")
    refused(said, 1, "cannot be reached")
    assert "secret" not in said.err


def test_a_wrong_clock(funnel: Run, demo_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNEL_NOW", "noon")
    refused(funnel("report", "funnel", "--db", demo_db), 2, "FUNNEL_NOW")


def test_terminal_escapes_in_arguments_are_not_echoed(funnel: Run, demo_db: Path) -> None:
    said = funnel("report", "funnel", "--pipeline", "x\x1b[2J\ny", "--db", demo_db)
    refused(said, 1)
    assert all(char.isprintable() for char in said.err.rstrip("\n"))


def test_demo_write_refuses_a_file_that_is_there(funnel: Run, demo_db: Path) -> None:
    before = demo_db.read_bytes()
    refused(funnel("demo", "--write", demo_db), 1, str(demo_db), "there already")
    assert demo_db.read_bytes() == before


def test_demo_write_into_a_folder_that_cannot_be(funnel: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(funnel("demo", "--write", tmp_path / "file" / "x.db"), 1, "x.db cannot be created")
