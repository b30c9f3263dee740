"""A rep's day with deals in a real terminal: open, sort, move, win, undo, find, a task; what a key costs."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e

NOW = {"FUNNEL_NOW": "2026-11-21T12:00:00Z"}
KEY_BYTES = 1_300
"""What a cursor-down may cost over a line."""


@pytest.fixture
def terminal(demo_path: Path) -> Iterator[Terminal]:
    """The list of deals, drawn and waiting."""
    with opened(demo_path) as terminal:
        yield terminal


def opened(path: Path, *, size: tuple[int, int] = (80, 24), term: str = "xterm-256color") -> Terminal:
    """The app with the list of deals on the screen."""
    terminal = Terminal.funnel(db=path, env=NOW, size=size, term=term)
    terminal.wait_for("[My tasks]")
    terminal.wait_quiet()
    terminal.press("1")
    terminal.wait_for("open deals by close")
    terminal.wait_quiet()
    return terminal


def count(path: Path, status: str) -> int:
    """How many deals have a status, by a look into the file."""
    connection = sqlite3.connect(path)
    try:
        number: int = connection.execute("SELECT count(*) FROM deal WHERE status = ?", [status]).fetchone()[0]
        return number
    finally:
        connection.close()


def test_a_deal_is_won_undone_and_lost_by_keys(terminal: Terminal, demo_path: Path) -> None:
    won, lost = count(demo_path, "won"), count(demo_path, "lost")
    terminal.press("w")
    terminal.wait_for("enter it is won")
    terminal.press("enter")
    terminal.wait_for("Won ")
    terminal.wait_until(lambda: count(demo_path, "won") == won + 1, "one more deal is won")
    terminal.wait_for("open deals by close")
    terminal.press("u")
    terminal.wait_for("Undid: Won")
    assert count(demo_path, "won") == won
    terminal.press("x")
    terminal.wait_for("enter it is lost")
    terminal.press("1", "enter")
    terminal.wait_until(lambda: count(demo_path, "lost") == lost + 1, "one more deal is lost")
    terminal.wait_for("open deals by close")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_behind() == set()


def test_a_deal_is_found_opened_and_left_again(terminal: Terminal) -> None:
    terminal.press("/")
    terminal.wait_for("Finds deals, organisations and people")
    for letter in "service":
        terminal.press(letter)
    terminal.wait_for("service contract")
    terminal.press("enter")
    terminal.wait_for("x lost")
    terminal.press("escape")
    terminal.wait_for("open deals by close")


def test_a_draft_survives_a_kill(demo_path: Path) -> None:
    with opened(demo_path) as terminal:
        terminal.press("n")
        terminal.wait_for("New deal")
        for letter in "Roof":
            terminal.press(letter)
        terminal.wait_for("Roof")
        folder = Path(os.environ["XDG_STATE_HOME"])
        terminal.wait_until(lambda: any(folder.rglob("*.draft")), "the draft was written")
        terminal._process.kill(9)
    with opened(demo_path) as terminal:
        terminal.wait_for("There is a draft")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_a_cursor_key_is_cheap_over_a_line(demo_path: Path, size: tuple[int, int]) -> None:
    with opened(demo_path, size=size) as terminal:
        terminal.press("j")
        terminal.wait_for("2/")
        terminal.wait_quiet()
        before = len(terminal.raw)
        terminal.press("j")
        terminal.wait_for("3/")
        assert len(terminal.raw) - before <= KEY_BYTES


@pytest.mark.parametrize("term", ["linux", "screen", "xterm-256color"])
def test_no_cell_has_the_colour_of_its_own_background(demo_path: Path, term: str) -> None:
    with opened(demo_path, size=(120, 40), term=term) as terminal:
        terminal.wait_for("Contacts")
        assert terminal.invisible_cells() == []
        for key, shown in (("enter", "esc back"), ("1", "open deals by close"), ("s", "next task")):
            terminal.press(key)
            terminal.wait_for(shown)
            terminal.wait_quiet()
            assert terminal.invisible_cells() == []
        terminal.press("escape")
        terminal.wait_gone("next task")
        terminal.wait_quiet()
        terminal.press("0")
        terminal.wait_for("My tasks")
        terminal.wait_quiet()
        assert terminal.invisible_cells() == []


def test_the_list_is_quiet_when_nothing_happens(terminal: Terminal) -> None:
    terminal.wait_quiet()
    before = len(terminal.raw)
    with pytest.raises(AssertionError):
        terminal.wait_until(lambda: len(terminal.raw) > before, "something was written", timeout=3)


def test_another_program_s_change_is_seen(terminal: Terminal, demo_path: Path) -> None:
    connection = sqlite3.connect(demo_path)
    connection.execute("UPDATE deal SET title = 'Changed from outside'")
    connection.commit()
    connection.close()
    terminal.wait_for("Changed from outsi")
