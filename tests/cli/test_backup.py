"""``funnel backup`` and ``funnel restore``: whole copies or none, also where something goes wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from funnel_tui.db import backup as module
from funnel_tui.db.backup import back_up
from funnel_tui.db.reader import connect_sqlite
from funnel_tui.db.restoring import restore
from funnel_tui.db.target import APPLICATION_ID
from funnel_tui.errors import DatabaseBusy, DatabaseProblem, FunnelError
from tests.cli.conftest import Said
from tests.support.cli import program_environment

Funnel = Callable[..., Said]


@pytest.fixture
def team(tmp_path: Path, demo_db: Path) -> Path:
    """A database that a test may write to."""
    path = tmp_path / "team.db"
    path.write_bytes(demo_db.read_bytes())
    return path


def titles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT title FROM deal ORDER BY id")]


def rename_deals(path: Path, title: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE deal SET title = ?", [title])


def beside(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir()}


def test_a_backup_is_the_database_in_one_private_file(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    said = funnel("--db", team, "backup", copy)
    assert said.code == 0, said.err
    assert said.out == ""
    assert str(copy) in said.err
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert titles(copy) == titles(team)
    assert beside(team) >= {"team.db", "copy.db"}
    assert not [name for name in beside(team) if "unfinished" in name or name.startswith("copy.db-")]
    with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_backup_is_replaced_only_when_told(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("something else", encoding="utf-8")
    said = funnel("--db", team, "backup", copy)
    assert said.code == 2
    assert "--force" in said.err
    assert copy.read_text(encoding="utf-8") == "something else"
    assert funnel("--db", team, "backup", copy, "--force").code == 0
    assert titles(copy) == titles(team)


@pytest.mark.parametrize("force", [False, True])
def test_a_database_is_never_its_own_backup(funnel: Funnel, team: Path, tmp_path: Path, force: bool) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(team)
    said = funnel("--db", team, "backup", link, *(["--force"] if force else []))
    assert said.code == 2
    assert "is the database itself" in said.err
    assert titles(team)


def test_a_database_in_use_is_not_overwritten_by_a_backup(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(team.read_bytes())
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE deal SET title = 'theirs'")
        connection.commit()
        said = funnel("--db", team, "backup", other, "--force")
        assert said.code == 2
        assert "in use" in said.err
    assert set(titles(other)) == {"theirs"}


def test_a_backup_while_somebody_writes_is_of_one_moment(team: Path, tmp_path: Path) -> None:
    with closing(connect_sqlite(team)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    stop, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        with closing(connect_sqlite(team)) as connection:
            while not stop.is_set():
                written += 1
                connection.execute("UPDATE deal SET title = ?", [str(written)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(team, tmp_path / f"copy{number}.db", replace=False)
            assert len(set(titles(tmp_path / f"copy{number}.db"))) == 1 or number == 0
    finally:
        stop.set()
        writer.join()
    assert written > 5


def test_what_is_only_in_the_log_is_backed_up_too(team: Path, tmp_path: Path) -> None:
    with closing(connect_sqlite(team)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("UPDATE deal SET title = 'late'")
        assert team.with_name("team.db-wal").stat().st_size > 0
        back_up(team, tmp_path / "copy.db", replace=False)
    assert set(titles(tmp_path / "copy.db")) == {"late"}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.write_bytes(b""), "no backup"),
        (lambda path: path.write_bytes(b"hello, this is no database"), "not a funnel database"),
        (lambda path: path.write_bytes(path.read_bytes()[:60_000]), "damaged"),
        (lambda path: _damage(path), "damaged"),
        (lambda path: _mark(path, "application_id", 7), "another program"),
        (lambda path: _mark(path, "user_version", 99), "newer version"),
        (lambda path: path.unlink(), "no backup"),
    ],
)
def test_a_bad_backup_is_refused_and_changes_nothing(
    funnel: Funnel, team: Path, tmp_path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    rename_deals(team, "present")
    spoil(copy)
    before = team.read_bytes()
    said = funnel("--db", team, "restore", copy)
    assert said.code == 1
    assert says in said.err
    assert said.err.count("\n") == 1
    assert team.read_bytes() == before
    assert beside(team) <= {"team.db", "copy.db"}


def _damage(path: Path) -> None:
    """Overwrite the pages of an index in the middle of the file."""
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_deal_open'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(content)


def _mark(path: Path, pragma: str, value: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {pragma}={value}")


def test_restore_brings_back_what_was_and_keeps_what_is(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    then, bytes_then = titles(team), copy.read_bytes()
    rename_deals(team, "present")
    said = funnel("--db", team, "restore", copy)
    assert said.code == 0, said.err
    assert titles(team) == then
    assert copy.read_bytes() == bytes_then
    kept = team.with_name("team.db.before-20261121-120000")
    assert str(kept) in said.err
    assert set(titles(kept)) == {"present"}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(team.stat().st_mode) == stat.S_IMODE(team.stat().st_mode) & 0o644
    assert funnel("--db", team, "doctor").code == 0
    # A second time in the same second another name is found.
    assert funnel("--db", team, "restore", kept).code == 0
    assert set(titles(team)) == {"present"}
    assert team.with_name("team.db.before-20261121-120000-2").exists()


def test_restore_makes_a_database_where_there_is_none(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    new = tmp_path / "folder" / "new.db"
    said = funnel("--db", new, "restore", team)
    assert said.code == 0, said.err
    assert titles(new) == titles(team)
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert beside(new) == {"new.db"}


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_restore_is_refused_while_another_program_has_the_database_open(
    funnel: Funnel, team: Path, tmp_path: Path, mode: str
) -> None:
    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    rename_deals(team, "present")
    other = connect_sqlite(team)
    other.execute(f"PRAGMA journal_mode={mode}")
    other.execute("BEGIN" if mode == "WAL" else "BEGIN IMMEDIATE")
    other.execute("SELECT count(*) FROM deal").fetchone()
    if mode == "WAL":
        other.execute("ROLLBACK")
    with closing(other):
        said = funnel("--db", team, "restore", copy)
        assert said.code == 1
        assert "open in another program" in said.err
    assert set(titles(team)) == {"present"}
    assert not [name for name in beside(team) if "before" in name or "unfinished" in name]


def test_the_running_app_keeps_restore_out(team: Path, tmp_path: Path) -> None:
    from funnel_tui.db import Database
    from funnel_tui.db.target import Target

    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    database = Database(Target(path=team))
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE deal SET title = 'present'")
    database.change_number()
    with pytest.raises(DatabaseBusy):
        restore(copy, team)
    database.close()
    restore(copy, team)
    assert titles(team) == titles(copy)


def test_a_damaged_database_is_replaced_and_kept(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    content = team.read_bytes()[:16] + b"\x00" * 5000 + b"what is left"
    team.write_bytes(content)
    said = funnel("--db", team, "restore", copy)
    assert said.code == 0, said.err
    assert titles(team) == titles(copy)
    kept = team.with_name("team.db.before-20261121-120000")
    assert kept.read_bytes() == content
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_file_of_another_program_is_not_replaced(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
        connection.commit()
    text = tmp_path / "notes.txt"
    text.write_text("my notes, which are no database", encoding="utf-8")
    for path in (other, text):
        before = path.read_bytes()
        assert funnel("--db", path, "restore", team).code == 1
        assert path.read_bytes() == before


def test_the_database_is_not_restored_from_itself(funnel: Funnel, team: Path) -> None:
    said = funnel("--db", team, "restore", team)
    assert said.code == 2
    assert "is the database itself" in said.err


def test_an_older_backup_is_upgraded_in_a_copy(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    _mark(copy, "user_version", 0)
    before = copy.read_bytes()
    said = funnel("--db", team, "restore", copy)
    assert said.code == 0, said.err
    assert "upgraded from schema 0" in said.err
    assert copy.read_bytes() == before
    with closing(sqlite3.connect(team)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


KILLED = """
    import os, signal, sqlite3, sys
    from pathlib import Path
    from funnel_tui.db import backup

    calls = 0
    def slowly(source, target, name):
        global calls
        calls += 1
        if calls < {last}:
            source.backup(target)
            return
        target.execute("PRAGMA cache_size=20")
        def told(status, remaining, total):
            if remaining < total // 2:
                os.kill(os.getpid(), signal.{signal})
        source.backup(target, pages=5, progress=told)
    backup.transfer = slowly
    from funnel_tui.cli import main
    sys.exit(main(sys.argv[1:]))
"""


def _killed(last: int, number: str, *args: str | Path) -> int:
    program = textwrap.dedent(KILLED.format(last=last, signal=number))
    command = [sys.executable, "-c", program, *map(str, args)]
    return subprocess.run(
        command, env=program_environment(None, None), timeout=90, check=False, capture_output=True
    ).returncode


def test_kill_in_the_middle_of_a_backup_leaves_the_old_one(team: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    before = copy.read_bytes()
    rename_deals(team, "present")
    assert _killed(1, "SIGKILL", "--db", team, "backup", copy, "--force") == -signal.SIGKILL
    assert copy.read_bytes() == before


@pytest.mark.parametrize("last", [1, 2, 3])
def test_kill_in_the_middle_of_a_restore_leaves_the_old_one(team: Path, tmp_path: Path, last: int) -> None:
    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    rename_deals(team, "present")
    assert _killed(last, "SIGKILL", "--db", team, "restore", copy) == -signal.SIGKILL
    assert set(titles(team)) == {"present"}
    with closing(sqlite3.connect(team)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    # And the next try works.
    restore(copy, team)
    assert titles(team) == titles(copy)


@pytest.mark.parametrize("last", [1, 2, 3])
def test_a_restore_that_is_told_to_end_tidies_up(team: Path, tmp_path: Path, last: int) -> None:
    copy = tmp_path / "copy.db"
    back_up(team, copy, replace=False)
    rename_deals(team, "present")
    assert _killed(last, "SIGTERM", "--db", team, "restore", copy) == 128 + signal.SIGTERM
    assert set(titles(team)) == {"present"}
    assert beside(team) == {"team.db", "copy.db"}


def test_a_full_disk_is_told_and_leaves_nothing(
    team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(module, "transfer", full)
    with pytest.raises(DatabaseProblem, match="full"):
        back_up(team, tmp_path / "copy.db", replace=False)
    assert beside(team) == {"team.db"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_where_nothing_may_be_written_is_told(team: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(FunnelError, match="cannot be written"):
        back_up(team, folder / "copy.db", replace=False)


def test_a_missing_folder_and_a_missing_database_are_told(funnel: Funnel, team: Path, tmp_path: Path) -> None:
    said = funnel("--db", team, "backup", tmp_path / "no" / "copy.db")
    assert said.code == 2
    assert "no folder" in said.err
    said = funnel("--db", tmp_path / "none.db", "backup", tmp_path / "copy.db")
    assert said.code == 1
    assert "There is no database" in said.err
    assert beside(team) == {"team.db"}


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_on_a_server_it_says_what_to_use(funnel: Funnel, tmp_path: Path, what: str) -> None:
    said = funnel("--db", "postgresql://anna:secret@db.example/sales", what, tmp_path / "copy.db")
    assert said.code == 2
    assert "pg_dump" in said.err
    assert "pg_restore" in said.err
    assert "funnel export all" in said.err
    assert "secret" not in said.err
    assert said.out == ""
