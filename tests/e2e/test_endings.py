"""However the program ends, the terminal is as it was; and a mistake that need not end it does not."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.test_deals_flow import NOW
from tests.e2e.walking import SMALL, UTF_8, Place, Walk, find_nothing_left
from tests.support.cli import program_environment
from tests.support.terminal import Terminal
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e

FIRST = "[My tasks]"
SECRET = "Secret Customer AS"
FAULTS = {
    "a screen cannot be opened": (
        "from funnel_tui.screens import opening\n"
        "def broken():\n"
        f"    raise RuntimeError('{SECRET}')\n"
        "app.SCREENS[app.Tab.QUOTAS] = broken\n"
        "app.FunnelApp.MODES[app.Tab.QUOTAS.name] = broken\n"
    ),
    "a thread that reads fails": (
        "from funnel_tui.screens import quotas\n"
        "def broken(*args, **kwargs):\n"
        f"    raise RuntimeError('{SECRET}')\n"
        "quotas.QuotasScreen.show_found = broken\n"
    ),
    "a screen fails while it is made": (
        "from funnel_tui.screens import quotas\n"
        "def broken(self):\n"
        f"    raise RuntimeError('{SECRET}')\n"
        "quotas.QuotasScreen.compose = broken\n"
    ),
    "a screen fails when it is there": (
        "from funnel_tui.screens import quotas\n"
        "def broken(self, *args):\n"
        f"    raise RuntimeError('{SECRET}')\n"
        "quotas.QuotasScreen.on_mount = broken\n"
    ),
}
"""Mistakes that the fourth key runs into, as Python."""


def broken(path: Path, log: Path, fault: str, size: tuple[int, int] = (80, 24)) -> Terminal:
    """The program with a mistake in it, drawn and waiting."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from funnel_tui import app\n"
        "from funnel_tui.services.opening import Target\n"
        f"{FAULTS[fault]}"
        "sys.exit(app.run_app(Target(path=Path(sys.argv[1]))))\n"
    )
    env = program_environment({**NOW, "FUNNEL_LOG": str(log)}, None)
    terminal = Terminal([sys.executable, "-c", script, str(path)], env=env, size=size)
    terminal.wait_for(FIRST)
    terminal.wait_quiet()
    return terminal


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mistake_is_told_and_leaves_the_terminal_as_it_was(
    demo_path: Path, tmp_path: Path, fault: str
) -> None:
    log = tmp_path / "funnel.log"
    with broken(demo_path, log, fault) as terminal:
        terminal.press("4")
        terminal.wait_until(
            lambda: "made a mistake" in terminal.text.replace("\n", " "), "the mistake was told"
        )
        if "\x1b[?1049l" not in bytes(terminal.raw).decode(errors="replace"):
            terminal.wait_quiet()
            terminal.press("escape")
            terminal.wait_gone("That did not work")
            terminal.press("0")
            terminal.wait_for(FIRST)
            terminal.press("q")
        assert terminal.wait_exit() in {0, 1}
        assert terminal.left_behind() == set()
        assert SECRET not in terminal.text
        assert b"Traceback" not in terminal.raw
    assert "RuntimeError" in log.read_text()
    assert SECRET not in log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_while_a_form_is_open_leaves_the_terminal_as_it_was(
    demo_path: Path, number: signal.Signals
) -> None:
    with Terminal.funnel(db=demo_path, env=NOW) as terminal:
        terminal.wait_for(FIRST)
        terminal.wait_quiet()
        terminal.press("n")
        terminal.wait_for("Expected close")
        terminal.type("Roof")
        terminal.wait_for("Roof")
        terminal.press("M")
        terminal.signal(number)
        assert terminal.wait_exit() == 128 + number
        assert terminal.left_behind() == set()
        assert b"Traceback" not in terminal.raw
    with Terminal.funnel(db=demo_path, env=NOW) as terminal:
        terminal.wait_for("There is a draft")


def test_a_second_signal_does_not_hurry_it_out_of_order(demo_path: Path) -> None:
    with Terminal.funnel(db=demo_path, env=NOW) as terminal:
        terminal.wait_for(FIRST)
        for _ in range(3):
            terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 128 + signal.SIGTERM
        assert terminal.left_behind() == set()


def test_it_is_told_to_end_while_it_is_suspended(demo_path: Path, tmp_path: Path) -> None:
    with Walk(Place(SMALL, UTF_8, "xterm-256color"), demo_path, NOW, tmp_path) as walk:
        walk.start(FIRST)
        walk.press("ctrl+z")
        walk.wait_until(walk.is_at_prompt, "the program was suspended")
        walk.end_jobs(signal.SIGTERM)
        walk.type("fg\r")
        walk.wait_until(lambda: not walk.jobs_status() and walk.is_at_prompt(), "the program ended")
        walk.find_restored()
        walk.type("echo status-$?\r")
        walk.wait_for(f"status-{128 + signal.SIGTERM}")
        walk.find_clean()
    find_nothing_left(demo_path, NOW)


def test_the_terminal_goes_away_while_it_is_suspended(demo_path: Path, tmp_path: Path) -> None:
    with Walk(Place(SMALL, UTF_8, "xterm-256color"), demo_path, NOW, tmp_path) as walk:
        walk.start(FIRST)
        walk.press("ctrl+z")
        walk.wait_until(walk.is_at_prompt, "the program was suspended")
        walk.hang_up()
    find_nothing_left(demo_path, NOW)
