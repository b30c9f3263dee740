"""Reading where nothing may be written, and files that were made for nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from funnel_tui.db import Database
from funnel_tui.errors import DatabaseBusy, DatabaseProblem
from funnel_tui.services.people import create_rep
from funnel_tui.services.workspace import Workspace
from tests.db.support import filled, not_as_root, one_line, opened, reps


def test_a_folder_without_the_right_to_write_is_read() -> None:
    with tempfile.TemporaryDirectory() as name, not_as_root(Path(name)):
        folder = Path(name) / "kept"
        folder.mkdir()
        path = filled(folder / "funnel.db")
        path.chmod(0o400)
        folder.chmod(0o500)
        database = opened(path)
        assert len(reps(database)) == 3
        assert len(reps(database)) == 3
        number = database.change_number()
        assert database.change_number() == number
        with pytest.raises(DatabaseProblem, match="cannot be written") as caught:
            create_rep(Workspace(database), name="New")
        assert one_line(caught.value).startswith(f"{path} cannot be written: the file is read-only for you.")
        assert caught.value.message == database.why_read_only
        path.chmod(0o600)
        with pytest.raises(DatabaseProblem, match=f"its folder {folder} is read-only for you"):
            create_rep(Workspace(database), name="New")
        assert "its folder" in database.why_read_only
        assert os.listdir(folder) == ["funnel.db"]
        database.close_unused()
        folder.chmod(0o700)
        assert path.exists()


def test_a_log_that_cannot_be_read_is_not_passed_over() -> None:
    """What is only in the log would be missing: better no figures than those of yesterday."""
    with tempfile.TemporaryDirectory() as name, not_as_root(Path(name)):
        live, folder = Path(name) / "live.db", Path(name) / "kept"
        folder.mkdir()
        path = folder / "funnel.db"
        filled(live)
        holder = opened(live)
        create_rep(Workspace(holder), name="Only in the log")
        shutil.copyfile(live, path)
        shutil.copyfile(f"{live}-wal", f"{path}-wal")
        holder.close()
        folder.chmod(0o500)
        with pytest.raises(DatabaseProblem) as caught:
            opened(path)
        assert "folder" in one_line(caught.value)
        folder.chmod(0o700)
        assert reps(opened(path))[-1] == "Only in the log"


def frozen(path: Path) -> Database:
    """A database that is read as one that nobody changes."""
    database = opened(path)
    database.close()
    database._frozen = True
    return database


def test_a_change_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = filled(tmp_path / "funnel.db")
    database = frozen(path)
    number = database.change_number()
    reading = database.read()
    reading.__enter__().rows("SELECT name FROM rep")
    with closing(sqlite3.connect(path)) as other:
        other.execute("INSERT INTO tag (name) VALUES ('x')")
        other.commit()
    with pytest.raises(DatabaseBusy, match="changed while it was read"):
        reading.__exit__(None, None, None)
    assert database.change_number() != number
    with database.read() as reader:
        assert reader.rows("SELECT count(*) FROM tag") == [(1,)]


def test_a_log_that_appears_is_read(tmp_path: Path) -> None:
    path = filled(tmp_path / "funnel.db")
    database = frozen(path)
    assert len(reps(database)) == 3
    other = opened(path)
    create_rep(Workspace(other), name="New")
    assert len(reps(database)) == 4
    other.close()


def test_a_file_that_was_made_for_nothing_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "funnel.db"
    database = opened(path)
    assert path.exists()
    database.close_unused()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_there_is_kept(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    opened(empty).close_unused()
    assert empty.exists()
    path = filled(tmp_path / "funnel.db")
    opened(path).close_unused()
    assert len(reps(opened(path))) == 3


def test_a_file_that_was_written_to_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "funnel.db"
    database = opened(path)
    create_rep(Workspace(database), name="Ann")
    database.close_unused()
    assert reps(opened(path)) == ["Ann"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_another_program_has_open_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "funnel.db"
    mine, other = opened(path), opened(path)
    with other.read() as reader:
        reader.rows("SELECT name FROM rep")
        mine.close_unused()
    create_rep(Workspace(other), name="Ben")
    other.close()
    assert reps(opened(path)) == ["Ben"]
