"""The real program in a real pseudo-terminal: how it ends, what it sends, where it refuses."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import COMMAND, program_environment
from tests.support.terminal import Terminal
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e

NOW = {"FUNNEL_NOW": "2026-11-21T12:00:00Z"}
FIRST = "[My tasks]"
"""Stands on the screen that the app opens with."""
READY = "What they are worth"
"""Stands above the second chart of the Stages screen, the last thing to be drawn."""


@pytest.fixture
def terminal(demo_path: Path) -> Iterator[Terminal]:
    """The app on the demo data, drawn and waiting."""
    with opened(demo_path) as terminal:
        yield terminal


def opened(
    path: Path,
    env: dict[str, str] | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    term: str = "xterm-256color",
) -> Terminal:
    """The app in a terminal with the Stages screen, drawn and waiting."""
    terminal = Terminal.funnel(db=path, env={**NOW, **(env or {})}, size=size, term=term)
    terminal.wait_for(FIRST)
    terminal.wait_quiet()
    terminal.press("2")
    terminal.wait_for(READY)
    terminal.wait_quiet()
    return terminal


def test_q_ends_the_program_and_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_behind() == set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_and_leaves_the_terminal_as_it_was(
    terminal: Terminal, number: signal.Signals
) -> None:
    terminal.signal(number)
    assert terminal.wait_exit() == 128 + number
    assert terminal.left_behind() == set()
    assert b"Traceback" not in terminal.raw


def test_a_lost_terminal_ends_the_program(terminal: Terminal) -> None:
    terminal._process.fileobj.close()  # as when the ssh connection breaks
    end = time.monotonic() + 60
    while terminal._process.isalive():
        assert time.monotonic() < end, "the program outlives its terminal"
        time.sleep(0.05)


def test_the_mouse_is_left_to_the_terminal_until_asked_for(terminal: Terminal) -> None:
    assert b"\x1b[?1000h" not in terminal.raw
    terminal.press("M")
    terminal.wait_until(lambda: b"\x1b[?1000h" in terminal.raw, "the mouse was taken")
    terminal.press("M")
    terminal.wait_until(lambda: b"\x1b[?1000l" in terminal.raw, "the mouse was given back")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_behind() == set()


def test_no_color_sends_bold_and_reverse_and_no_colour_at_all(demo_path: Path) -> None:
    with opened(demo_path, {"NO_COLOR": "1"}) as terminal:
        terminal.press("j", "l")
        terminal.wait_quiet()
        assert any(cell.reverse for row in terminal.cells() for cell in row)
        terminal.press("f")
        terminal.wait_for("Compared with")
        terminal.press("escape")
        terminal.wait_for("Whole funnel")
        terminal.press("?")
        terminal.wait_for("Definition")
        terminal.press("?")
        terminal.wait_for("What it does")
        assert terminal.colour_codes() == []
        styles = set(re.findall(rb"\x1b\[([0-9;]*)m", bytes(terminal.raw)))
        assert styles <= {b"0", b"1", b"7", b"1;7"}


@pytest.mark.parametrize("term", ["linux", "screen", "xterm", "screen-256color"])
def test_no_cell_has_the_colour_of_its_own_background(demo_path: Path, term: str) -> None:
    with opened(demo_path, term=term) as terminal:
        assert terminal.invisible_cells() == []
        for key, shown in (("o", "[Losses"), ("enter", "Owner"), ("f", "Compared with"), (":", "narrow")):
            terminal.press(key)
            terminal.wait_for(shown)
            terminal.wait_quiet()
            assert terminal.invisible_cells() == []
            if key != "o":
                terminal.press("escape")
                terminal.wait_for("[Losses")
        if "256" not in term:
            assert b"38;5;" not in terminal.raw
            assert b"38;2;" not in terminal.raw


def test_the_light_theme_is_taken_where_the_terminal_says_it_is_light(demo_path: Path) -> None:
    with opened(demo_path, {"COLORFGBG": "0;15"}) as terminal:
        assert {cell.bg for cell in terminal.cells_of("Proposal")} == {"ffffff"}


def test_a_dumb_terminal_is_refused_with_the_way_to_the_command_line(demo_path: Path) -> None:
    with Terminal.funnel(db=demo_path, term="dumb") as terminal:
        assert terminal.wait_exit() == 2
        assert terminal.text.replace("\n", "").startswith("funnel: This terminal can only print lines")
        assert "funnel report funnel" in terminal.text.replace("\n", "")
        assert b"\x1b" not in terminal.raw


def test_without_a_terminal_the_program_refuses_politely(demo_path: Path) -> None:
    said = subprocess.run(
        COMMAND, env=program_environment({"TERM": "xterm"}, demo_path), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert said.returncode == 2
    assert said.stdout == ""
    assert re.fullmatch(r"funnel: The app needs a terminal.*funnel report funnel.*\n", said.stderr)


def test_redirected_errors_are_refused_not_a_blank_screen(demo_path: Path, tmp_path: Path) -> None:
    script = f"exec {' '.join(COMMAND)} 2>{tmp_path / 'errors'}"
    with Terminal(["/bin/sh", "-c", script], env=program_environment({}, demo_path)) as terminal:
        assert terminal.wait_exit() == 2
    assert "its error output is not one" in (tmp_path / "errors").read_text()


def test_another_locale_than_utf_8_draws_the_same(demo_path: Path) -> None:
    with opened(demo_path, {"LC_ALL": "en_US.ISO-8859-1", "LANG": "", "PYTHONCOERCECLOCALE": "0",
                            "PYTHONUTF8": "0", "PYTHONIOENCODING": "iso-8859-1"}) as terminal:  # fmt: skip
        assert "█" in terminal.text
        assert "│" in terminal.text
        assert "\\u" not in terminal.text


def test_resizing_draws_everything_anew(terminal: Terminal) -> None:
    terminal.resize(120, 40)
    terminal.wait_for("Active deals on")
    terminal.wait_quiet()
    assert terminal.lines[-1].endswith("? help")
    assert len(terminal.lines) == 40
    terminal.resize(50, 12)
    terminal.wait_for("Too small: 50 × 12; funnel needs 60 × 16.")
    terminal.resize(80, 24)
    terminal.wait_for("Whole funnel")
    terminal.wait_quiet()
    assert terminal.lines[-1].endswith("? help")


def test_an_idle_program_writes_nothing(terminal: Terminal) -> None:
    before = len(terminal.raw)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        terminal._read(0.2)
    assert len(terminal.raw) == before


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_the_first_screen_is_the_day_of_whoever_uses_it(demo_path: Path, size: tuple[int, int]) -> None:
    env = {**NOW, "LOGNAME": "Kari Lie"}
    with Terminal.funnel(db=demo_path, env=env, size=size, term="xterm-256color") as terminal:
        terminal.wait_for(FIRST)
        terminal.wait_quiet()
        assert terminal.lines[2].startswith(" Kari Lie: ")
        assert len(terminal.raw) < 24_000
        before = len(terminal.raw)
        terminal.press("1")
        terminal.wait_for("open deals by close")
        terminal.wait_quiet()
        assert len(terminal.raw) - before < 30_000
        before = len(terminal.raw)
        terminal.press("0")
        terminal.wait_for(FIRST)
        terminal.wait_quiet()
        assert len(terminal.raw) - before < 13_000


def test_a_key_costs_few_bytes(demo_path: Path) -> None:
    with opened(demo_path, size=(120, 40)) as terminal:
        before = len(terminal.raw)
        terminal.press("0")
        terminal.wait_for(FIRST)
        terminal.wait_quiet()
        terminal.press("2")
        terminal.wait_for(READY)
        terminal.wait_quiet()
        assert len(terminal.raw) - before < 27_000
        for key in ("j", "j", "l", "l", "k"):
            before = len(terminal.raw)
            terminal.press(key)
            terminal.wait_quiet()
            assert 0 < len(terminal.raw) - before <= 1_100
        terminal.press("home", "enter")
        terminal.wait_for("Organisation")
        terminal.wait_quiet()
        before = len(terminal.raw)
        terminal.press("j")
        terminal.wait_quiet()
        assert 0 < len(terminal.raw) - before <= 1_100


def test_a_locked_database_is_told_with_a_retry(demo_path: Path) -> None:
    env = {"LOGNAME": "anna"}  # who made the demo data
    with opened(demo_path, env) as terminal:
        other = sqlite3.connect(demo_path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        terminal.press("u")
        terminal.wait_for("Undo “Demo data”?")
        terminal.press("y")
        terminal.wait_for("is in use by another program")
        terminal.wait_for("r try again")
        other.execute("ROLLBACK")
        other.close()
        terminal.press("r")
        terminal.wait_for("There are no deals yet.")


def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    path.write_bytes(b"SQLite format 3\x00" + b"rubbish" * 400)
    with Terminal.funnel(db=path) as terminal:
        assert terminal.wait_exit() == 1
        assert "damaged" in terminal.text.replace("\n", "")
        assert "Traceback" not in terminal.text
        assert b"\x1b[?1049h" not in terminal.raw


def test_a_crash_is_one_line_and_a_log_without_customer_data(demo_path: Path, tmp_path: Path) -> None:
    log = tmp_path / "funnel.log"
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from funnel_tui.app import run_app\n"
        "from funnel_tui.services.opening import Target\n"
        "from funnel_tui.widgets.grid import Grid\n"
        "def broken(self, y):\n"
        "    customer = 'Secret Customer AS'\n"
        "    raise RuntimeError(f'line {y}')\n"
        "Grid.render_line = broken\n"
        "sys.exit(run_app(Target(path=Path(sys.argv[1]))))\n"
    )
    env = program_environment({**NOW, "FUNNEL_LOG": str(log)}, None)
    with Terminal([sys.executable, "-c", script, str(demo_path)], env=env) as terminal:
        assert terminal.wait_exit() == 1
        assert terminal.left_behind() == set()
        last = terminal.text.replace("\n", "")
        assert "funnel: the program made a mistake and has to end (RuntimeError)" in last
        assert log.name in last
        assert "Secret Customer" not in terminal.text
        assert "Traceback" not in terminal.text
    assert "RuntimeError: (text left out" in log.read_text()
    assert "Secret Customer" not in log.read_text()


def test_the_demo_opens_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    env = {**NOW, "TMPDIR": str(tmp_path)}
    with Terminal.funnel("demo", "--deals", "60", env=env, size=(120, 40)) as terminal:
        terminal.wait_for("demo data")
        terminal.wait_for("Stage")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 143
        assert terminal.left_behind() == set()
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_made_when_it_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with Terminal.funnel(db=path) as terminal:
        terminal.wait_for("Welcome to funnel")
        assert path.stat().st_mode & 0o777 == 0o600
        terminal.press("q")
        assert terminal.wait_exit() == 0
    shutil.rmtree(tmp_path)
