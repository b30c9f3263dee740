"""The terminal driver sees what a person would see."""

from __future__ import annotations

import signal

import pytest

from tests.support.terminal import Terminal, python

UNTIDY = """
import sys, tty
tty.setraw(0)
sys.stdout.write("\\x1b[?1049h\\x1b[?1000;1006h\\x1b[?25l\\x1b[>1u\\x1b[2;5Hready")
sys.stdout.flush()
sys.stdin.read(1)
"""

TIDY = """
import sys, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
sys.stdout.write("\\x1b[?1049h\\x1b[?1000;1006h\\x1b[?25l\\x1b[>1uready")
sys.stdout.flush()
sys.stdin.read(1)
sys.stdout.write("\\x1b[<u\\x1b[?25h\\x1b[?1000;1006l\\x1b[?1049l")
sys.stdout.flush()
termios.tcsetattr(0, termios.TCSADRAIN, before)
sys.exit(3)
"""


def test_tidy_program_leaves_nothing_behind() -> None:
    with Terminal(python(TIDY)) as terminal:
        terminal.wait_for("ready")
        assert terminal.left_behind() == {
            "alternate screen",
            "mouse",
            "hidden cursor",
            "keyboard protocol",
            "line settings",
        }
        terminal.press("q")
        assert terminal.wait_exit() == 3
        assert terminal.left_behind() == set()


def test_untidy_program_is_found_out() -> None:
    with Terminal(python(UNTIDY)) as terminal:
        terminal.wait_for("ready")
        assert terminal.lines[1] == "    ready"
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert "line settings" in terminal.left_behind()
        assert "alternate screen" in terminal.left_behind()


def test_colours_wide_characters_and_split_sequences() -> None:
    script = (
        "import sys, time\n"
        "for piece in ('\\x1b]2;title', ' text\\x07日本 ', '\\x1b[3', '1;42mred\\x1b[0m ', '\\x1b[>4;2m',"
        " '\\x1b[33;43mgone\\x1b[0m'):\n"
        "    sys.stdout.write(piece); sys.stdout.flush(); time.sleep(0.01)\n"
    )
    with Terminal(python(script)) as terminal:
        terminal.wait_for("gone")
        assert terminal.lines[0] == "日本 red gone"
        assert [(cell.text, cell.fg, cell.bg) for cell in terminal.cells_of("red")] == [
            ("r", "red", "green"),
            ("e", "red", "green"),
            ("d", "red", "green"),
        ]
        assert "".join(cell.text for cell in terminal.invisible_cells()) == "gone"
        assert terminal.colour_codes() == [b"\x1b[31;42m", b"\x1b[33;43m"]


def test_keys_resize_and_signals_arrive() -> None:
    script = (
        "import os, signal, sys, tty\n"
        "tty.setcbreak(0)\n"
        "def say(*_): print(tuple(os.get_terminal_size()), flush=True)\n"
        "signal.signal(signal.SIGWINCH, say)\n"
        "say()\n"
        "while True: print(repr(os.read(0, 20)), flush=True)\n"
    )
    with Terminal(python(script), size=(100, 30)) as terminal:
        terminal.wait_for("(100, 30)")
        terminal.press("up")
        terminal.wait_for(r"b'\x1b[A'")
        terminal.press("ctrl+p")
        terminal.wait_for(r"b'\x10'")
        terminal.resize(120, 40)
        terminal.wait_for("(120, 40)")
        terminal.wait_quiet()
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == -signal.SIGTERM


def test_wait_for_fails_with_the_screen_in_its_message() -> None:
    with Terminal(python("print('only this', flush=True); input()")) as terminal:
        with pytest.raises(AssertionError, match=r"(?s)in vain: 'never'.*only this"):
            terminal.wait_for("never", timeout=0.5)
        with pytest.raises(ValueError, match="no key is called"):
            terminal.press("entre")


def test_wait_for_fails_at_once_when_the_program_has_ended() -> None:
    with (
        Terminal(python("print('over')")) as terminal,
        pytest.raises(AssertionError, match=r"(?s)ended before.*over"),
    ):
        terminal.wait_for("never")
