"""``funnel demo``: its file is gone however the program ends; ``--write`` leaves one."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.cli import COMMAND, ok, program_environment, refused, run_funnel
from tests.support.terminal import Terminal

NOW = {"FUNNEL_NOW": "2026-11-21T12:00:00Z"}


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """An empty folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.mark.e2e
def test_the_file_is_there_while_the_app_runs_and_gone_afterwards(temporary: Path) -> None:
    with Terminal.funnel("demo", "--deals", "60", env={**NOW, "TMPDIR": str(temporary)}) as terminal:
        terminal.wait_for("My tasks")
        assert len(list(temporary.glob("funnel-demo-*/demo.db"))) == 1
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == set()
    assert list(temporary.iterdir()) == []


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_app_leaves_nothing_behind(temporary: Path, number: signal.Signals) -> None:
    with Terminal.funnel("demo", "--deals", "60", env={**NOW, "TMPDIR": str(temporary)}) as terminal:
        terminal.wait_for("My tasks")
        terminal.signal(number)
        assert terminal.wait_exit() == 128 + number
        assert terminal.left_behind() == set()
    assert list(temporary.iterdir()) == []


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_while_the_data_is_made_leaves_nothing_behind(
    temporary: Path, number: signal.Signals
) -> None:
    with Terminal.funnel("demo", "--deals", "1000000", env={"TMPDIR": str(temporary)}) as terminal:
        terminal.wait_for("Making deals:")
        assert len(list(temporary.glob("funnel-demo-*/demo.db"))) == 1
        terminal.signal(number)
        assert terminal.wait_exit() == 128 + number
        assert "Traceback" not in terminal.text
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_file_that_is_not_finished_is_taken_away(tmp_path: Path, number: signal.Signals) -> None:
    target = tmp_path / "big.db"
    process = subprocess.Popen(
        [*COMMAND, "demo", "--deals", "1000000", "--write", str(target)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=program_environment(None, None),
    )
    deadline = time.monotonic() + 60
    while not target.exists():
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + number, said
    assert b"Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_without_a_terminal_nothing_is_made(temporary: Path) -> None:
    ended = run_funnel("demo", "--deals", "1000000", env={"TMPDIR": str(temporary)})
    refused(ended, code=2, says=("terminal",))
    assert list(temporary.iterdir()) == []


def test_demo_writes_a_file_that_reports_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "demo.db"
    ended = run_funnel("demo", "--deals", "60", "--seed", "5", "--write", path, env=NOW)
    assert ok(ended) == ""
    assert str(path) in ended.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    report = ok(run_funnel("report", "funnel", "--format", "json", db=path, env=NOW))
    again = tmp_path / "again.db"
    ok(run_funnel("demo", "--deals", "60", "--seed", "5", "--write", again, env=NOW))
    assert ok(run_funnel("report", "funnel", "--format", "json", db=again, env=NOW)) == report
