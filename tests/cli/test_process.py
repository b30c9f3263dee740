"""The command as a process: what it loads, how it ends, what it leaves behind."""

from __future__ import annotations

import errno
import json
import os
import pty
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import COMMAND, json_of, ok, program_environment, refused, run_funnel

LOADED = """
import atexit, json, sys
names = lambda: sorted({name.partition(".")[0] for name in sys.modules})
atexit.register(lambda: print(json.dumps(names()), file=sys.stderr))
from funnel_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
NOW = {"FUNNEL_NOW": "2026-11-21T12:00:00Z"}
HEAVY = {"textual", "textual_plotext", "sqlalchemy", "sqlmodel", "alembic", "pydantic", "babel"}


@pytest.mark.parametrize(
    ("args", "besides"),
    [
        (("--version",), {"sqlite3", "plotext", "platformdirs", "rich"}),
        (("--help",), {"sqlite3", "plotext", "platformdirs", "rich"}),
        (("report", "funnel", "--format", "json"), {"plotext", "platformdirs", "rich"}),
        (("report", "metrics", "--format", "csv"), {"plotext", "platformdirs", "rich"}),
        (("report", "active", "--format", "table"), {"plotext", "platformdirs"}),
        (("report", "losses", "--format", "chart"), {"platformdirs"}),
        (("paths",), {"plotext", "rich"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_nothing_is_loaded_that_is_not_needed(
    demo_db: Path, args: tuple[str, ...], besides: set[str]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *args],
        capture_output=True,
        encoding="utf-8",
        env=program_environment(None, demo_db),
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    loaded = set(json.loads(ended.stderr.splitlines()[-1]))
    assert "click" in loaded
    assert not loaded & (HEAVY | besides)


def test_version_and_help() -> None:
    assert ok(run_funnel("--version")).startswith("funnel 0.")
    text = ok(run_funnel("--help"))
    for command in ("report", "import", "demo", "settings", "doctor", "paths", "db"):
        assert f"  {command} " in text


@pytest.mark.parametrize(
    "command",
    [("report",), ("import",), ("demo",), ("settings",), ("doctor",), ("paths",), ("db", "upgrade")],
)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    text = ok(run_funnel(*command, "--help"))
    assert f"Usage: funnel {' '.join(command)}" in text
    assert "--help" in text


def test_paths_makes_nothing(clean_environment: Path) -> None:
    lines = ok(run_funnel("paths")).splitlines()
    assert [line.split()[0] for line in lines] == ["database", "config", "log", "drafts"]
    assert all(str(clean_environment) in line for line in lines)
    assert sorted(os.listdir(clean_environment)) == ["run"]
    assert "database  /elsewhere/x.db" in ok(run_funnel("paths", "--db", "/elsewhere/x.db"))
    hidden = ok(run_funnel("paths", "--db", "postgresql://me:secret@host/x"))
    assert "secret" not in hidden


def test_the_settings_file_names_the_database(demo_db: Path, clean_environment: Path) -> None:
    config = clean_environment / ".config" / "funnel" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'db = "{demo_db}"\n')
    assert json_of(run_funnel("report", "active", "--format", "json"))["rows"]
    config.write_text("db = 1\n")
    refused(run_funnel("report", "active"), code=2, says=("config.toml, line 1",))
    other = clean_environment / "other.toml"
    other.write_text('db = "nowhere.db"\n')
    refused(run_funnel("report", "active", env={"FUNNEL_CONFIG": str(other)}), code=1, says=("nowhere.db",))


def test_team_settings(tmp_path: Path, demo_db: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(demo_db.read_bytes())
    assert "base_currency      NOK" in ok(run_funnel("settings", db=path))
    assert ok(run_funnel("settings", "fiscal_start", "7", db=path)) == ""
    scope = json_of(run_funnel("report", "metrics", "--period", "2026-Q1", "--format", "json", db=path))[
        "scope"
    ]
    assert scope["period"] == {"name": "2026-Q1", "start": "2025-07-01", "end": "2025-09-30"}
    refused(run_funnel("settings", "fiscal_start", "13", db=path), code=1, says=("between 1 and 12",))
    refused(run_funnel("settings", "fiscal_stat", "1", db=path), code=1, says=("Did you mean fiscal_start?",))
    one = run_funnel("settings", "fiscal_start", db=path)
    assert ok(one) == "7\n"
    assert one.stderr == "the month a fiscal year begins in; 1 by default\n"
    assert run_funnel("settings", "idle_days", db=path).stderr.endswith("; this is its default\n")
    refused(run_funnel("settings", "fiscal_stat", db=path), code=1, says=("Did you mean fiscal_start?",))
    refused(
        run_funnel("settings", "small_n", db=tmp_path / "none.db"), code=1, says=("There is no database",)
    )
    refused(run_funnel("settings", db=tmp_path / "none.db"), code=1, says=("There is no database",))


def test_changes_are_recorded_under_the_name_of_the_settings_file(
    tmp_path: Path, demo_db: Path, clean_environment: Path
) -> None:
    config = clean_environment / "config.toml"
    config.write_text('user = "Anna Berg"\n', encoding="utf-8")
    path = tmp_path / "x.db"
    path.write_bytes(demo_db.read_bytes())
    ok(run_funnel("settings", "idle_days", "20", db=path, env={"FUNNEL_CONFIG": str(config)}))
    with sqlite3.connect(path) as connection:
        query = "SELECT actor, action FROM change_group ORDER BY id DESC LIMIT 1"
        assert connection.execute(query).fetchone() == ("Anna Berg", "set_setting")


def test_db_upgrade(demo_db: Path) -> None:
    ended = run_funnel("db", "upgrade", db=demo_db)
    assert ok(ended) == ""
    assert "up to date" in ended.stderr


def test_a_terminal_that_cannot_show_our_signs_gets_plainer_ones(demo_db: Path) -> None:
    for format_ in ("table", "chart"):
        ended = subprocess.run(
            [*COMMAND, "report", "funnel", "--format", format_, "--owner", "Jonas Nyström"],
            capture_output=True,
            env=program_environment({"PYTHONIOENCODING": "iso8859-1", "COLUMNS": "80"}, demo_db),
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        text = ended.stdout.decode("iso8859-1")
        assert "Nyström" in text
        assert ("---" if format_ == "table" else "##") in text
    assert ok(run_funnel("report", "stuck", db=demo_db, env={"PYTHONIOENCODING": "ascii"})).isascii()


def test_json_and_csv_are_utf_8_everywhere(demo_db: Path) -> None:
    args = ("report", "funnel", "--by", "rep", "--format")
    for format_ in ("json", "csv"):
        plain = ok(run_funnel(*args, format_, db=demo_db, env=NOW))
        assert "Nyström" in plain
        assert ok(run_funnel(*args, format_, db=demo_db, env={**NOW, "PYTHONIOENCODING": "ascii"})) == plain


def in_terminal(*args: str, db: Path, env: dict[str, str]) -> bytes:
    """What the command writes to a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *args], stdout=slave, stderr=slave, stdin=slave, env=program_environment(env, db)
    ) as process:
        os.close(slave)
        said = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError as error:
                if error.errno != errno.EIO:  # How a terminal says that nobody writes to it any more.
                    raise
                break
            if not piece:
                break
            said += piece
        assert process.wait(timeout=60) == 0, said
    os.close(master)
    return said


@pytest.mark.parametrize("format_", ["table", "chart"])
def test_colour_only_in_a_terminal_and_never_under_no_color(demo_db: Path, format_: str) -> None:
    args = ("report", "funnel", "--period", "2026-10", "--by", "rep", "--format", format_)
    terminal = {"TERM": "xterm-256color", "COLUMNS": "100"}
    assert b"\x1b[" in in_terminal(*args, db=demo_db, env=terminal)
    assert b"\x1b" not in in_terminal(*args, db=demo_db, env={**terminal, "NO_COLOR": "1"})
    assert b"\x1b" not in in_terminal(*args, db=demo_db, env={**terminal, "TERM": "dumb"})
    assert "\x1b" not in ok(run_funnel(*args, db=demo_db, env=terminal))


def test_a_reader_that_goes_away_is_no_failure_worth_words(demo_db: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "report", "stuck", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program_environment(None, demo_db),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_said(demo_db: Path) -> None:
    for args in (("report", "funnel"), ("paths",), ("--help",)):
        with Path("/dev/full").open("wb") as full:
            ended = subprocess.run(
                [*COMMAND, *args],
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                env=program_environment(None, demo_db),
                timeout=60,
                check=False,
            )
        assert ended.returncode == 1, ended.stderr
        assert ended.stderr.startswith("funnel: ")
        assert "No space left" in ended.stderr
        assert ended.stderr.count("\n") == 1


CRASH = """
import sys
import funnel_tui.services.reports as reports
def broken(workspace, name, scope):
    customer = "Fjordline secret"
    raise KeyError(customer[:0])
reports.run_report = broken
from funnel_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_fault_of_ours_is_one_line_and_a_log_without_values(demo_db: Path, tmp_path: Path) -> None:
    log = tmp_path / "state" / "funnel.log"
    for unwritable in (False, True):
        place = "/dev/null/x.log" if unwritable else str(log)
        ended = subprocess.run(
            [sys.executable, "-c", CRASH, "report", "funnel"],
            capture_output=True,
            encoding="utf-8",
            env=program_environment({"FUNNEL_LOG": place}, demo_db),
            timeout=60,
            check=False,
        )
        assert ended.returncode == 70
        assert ended.stderr.count("\n") == 1
        assert "KeyError" in ended.stderr
        assert ("could not be written" if unwritable else place) in ended.stderr
    text = log.read_text(encoding="utf-8")
    assert "in broken" in text
    assert "Fjordline" not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_doctor(tmp_path: Path, demo_db: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(demo_db.read_bytes())
    ended = run_funnel("doctor", db=path)
    assert ok(ended) == ""
    assert "is sound" in ended.stderr
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE deal SET furthest = 99 WHERE id = 3")
    ended = run_funnel("doctor", db=path)
    assert ended.returncode == 1
    assert ended.stdout.startswith("derived   Deal 3 ")
    assert ended.stdout.count("\n") == 1
    assert "1 error." in ended.stderr
    ended = run_funnel("doctor", "--rebuild", db=path)
    assert ok(ended) == ""
    assert "1 deal mended" in ended.stderr
    refused(run_funnel("doctor", db=tmp_path / "none.db"), code=1, says=("There is no database",))
