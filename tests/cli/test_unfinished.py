"""What a kill leaves of a backup, a restore or an export goes; what somebody is writing stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from funnel_tui import unfinished
from funnel_tui.db.backup import back_up
from funnel_tui.unfinished import clear_left, new_file_beside, new_folder_beside
from tests.cli.conftest import Said
from tests.support.cli import program_environment

Funnel = Callable[..., Said]

HELD = """
    import sys, time
    from funnel_tui.db import backup
    from funnel_tui.exchange import writers
    from funnel_tui.services.whole import export

    def held(*_, **__):
        print("writing", flush=True)
        time.sleep(600)

    {what} = held
    from funnel_tui.cli import main
    sys.exit(main(sys.argv[1:]))
"""
"""The program, stopped where a function would be called."""


@pytest.fixture
def team(tmp_path: Path, demo_db: Path) -> Path:
    """A database that a test may write to, in a folder of its own."""
    path = tmp_path / "place" / "team.db"
    path.parent.mkdir()
    path.write_bytes(demo_db.read_bytes())
    return path


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@contextmanager
def writing(what: str, *args: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A program that is in the middle of writing; it is killed at the end."""
    program = textwrap.dedent(HELD.format(what=what))
    command = [sys.executable, "-c", program, *map(str, args)]
    env = program_environment(None, None)
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()
        assert process.wait(60) == -signal.SIGKILL


def left_of(what: str, folder: Path, *args: str | Path) -> str:
    """The name of what a killed program left."""
    with writing(what, *args):
        (name,) = hidden(folder)
    assert hidden(folder) == [name]
    assert f"~{unfinished._machine()}~" in name
    assert name.endswith(".unfinished")
    return name


def test_a_killed_backup_is_cleared_by_the_next_one(funnel: Funnel, team: Path) -> None:
    copy = team.with_name("copy.db")
    left_of("backup.settle", team.parent, "--db", team, "backup", copy)
    assert funnel("--db", team, "backup", copy).code == 0
    assert hidden(team.parent) == []


def test_a_killed_restore_is_cleared_by_the_next_one(funnel: Funnel, team: Path) -> None:
    copy = team.with_name("copy.db")
    back_up(team, copy, replace=False)
    left_of("backup.settle", team.parent, "--db", team, "restore", copy)
    assert funnel("--db", team, "restore", copy).code == 0
    assert hidden(team.parent) == []


def test_a_killed_export_of_everything_is_cleared_by_the_next_one(funnel: Funnel, team: Path) -> None:
    folder = team.with_name("out")
    left_of("export.Manifest", team.parent, "--db", team, "export", "all", "-o", folder)
    assert not folder.exists()
    assert funnel("--db", team, "export", "all", "-o", folder).code == 0
    assert hidden(team.parent) == []
    assert (folder / "manifest.json").is_file()


def test_doctor_clears_and_says_so(funnel: Funnel, team: Path) -> None:
    left_of("backup.settle", team.parent, "--db", team, "backup", team.with_name("copy.db"))
    said = funnel("--db", team, "doctor")
    assert said.code == 0, said.err
    assert f"{team.parent}: removed 1 file that a stopped program left unfinished." in said.err
    assert hidden(team.parent) == []
    assert "removed" not in funnel("--db", team, "doctor").err


def test_what_a_living_process_writes_stays(funnel: Funnel, team: Path) -> None:
    with writing("backup.settle", "--db", team, "backup", team.with_name("copy.db")):
        (name,) = hidden(team.parent)
        assert funnel("--db", team, "backup", team.with_name("other.db")).code == 0
        assert "removed" not in funnel("--db", team, "doctor").err
        assert hidden(team.parent) == [name]


def test_a_file_of_one_table_is_written_the_same_way(team: Path) -> None:
    # Killed by itself, with what was to become a CSV half written.
    program = """
        import os, signal, sys
        from pathlib import Path
        from funnel_tui.exchange.files import new_file
        with new_file(Path(sys.argv[1]), replace=False) as stream:
            stream.write(b"half")
            stream.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    """
    out = team.with_name("deals.csv")
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(program), str(out)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(hidden(team.parent)) == 1
    assert clear_left(team.parent) == 1
    assert hidden(team.parent) == []


def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def named(stem: str, more: str = "", *, machine: str | None = None, process: int) -> str:
    return f".{stem}~{machine or unfinished._machine()}~{process}~ab_12.unfinished{more}"


def test_only_what_is_surely_left_goes(tmp_path: Path) -> None:
    gone = dead()
    go = [
        named("a.db", process=gone),
        named("a~b.db", process=gone),
        named("a.db", "-wal", process=gone),
        named("a.db", "-journal", process=gone),
    ]
    stay = [
        named("a.db", machine="elsewhere", process=gone),
        named("b.db", process=os.getpid()),
        f".a.db~{unfinished._machine()}~{gone}~ab_12.unfinished.txt",
        f"a.db~{unfinished._machine()}~{gone}~ab_12.unfinished",
        ".a.db-k3x9.unfinished",
    ]
    for name in (*go, *stay):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert clear_left(tmp_path) == len(go)
    assert sorted(os.listdir(tmp_path)) == sorted(stay)
    assert clear_left(tmp_path / "nowhere") == 0


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="the system does not tell when a process began"
)
def test_a_number_that_another_process_has_by_now_is_seen(tmp_path: Path) -> None:
    left = tmp_path / named("a.db", process=os.getpid())
    left.write_text("x", encoding="utf-8")
    os.utime(left, (1_000_000_000, 1_000_000_000))
    assert clear_left(tmp_path) == 1


def test_an_export_that_was_being_replaced_gets_its_name_back(tmp_path: Path) -> None:
    gone = dead()
    for more in ("", ".former"):
        folder = tmp_path / named("out", more, process=gone)
        folder.mkdir()
        (folder / "manifest.json").write_text(more or "new", encoding="utf-8")
    assert clear_left(tmp_path) == 1
    assert os.listdir(tmp_path) == ["out"]
    assert (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8") == ".former"
    # With the new one in its place it goes.
    (tmp_path / named("out", ".former", process=gone)).mkdir()
    assert clear_left(tmp_path) == 1
    assert os.listdir(tmp_path) == ["out"]


def test_names_are_not_too_long_for_a_file_system(tmp_path: Path) -> None:
    handle, path = new_file_beside(tmp_path / ("🐘" * 60))
    os.close(handle)
    folder = new_folder_beside(tmp_path / ("🐘" * 60))
    for name in (f"{path.name}-journal", f"{folder.name}.former"):
        assert len(os.fsencode(name)) <= 255
