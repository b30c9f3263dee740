"""A call is logged in a real terminal: in three keys, at once or one by one; what it costs over a line."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_deals_flow import opened
from tests.support.terminal import Terminal
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e

FORM_BYTES = 50_000
"""What opening and closing a form may cost over a line."""


@pytest.fixture
def terminal(demo_path: Path) -> Iterator[Terminal]:
    """The list of deals, drawn and waiting."""
    with opened(demo_path) as terminal:
        yield terminal


def calls(path: Path, outcome: str) -> int:
    """How many calls ended in a way, by a look into the file."""
    connection = sqlite3.connect(path)
    try:
        number: int = connection.execute(
            "SELECT count(*) FROM interaction i JOIN interaction_kind k ON k.id = i.kind_id "
            "WHERE k.name = 'Call' AND i.outcome = ?",
            [outcome],
        ).fetchone()[0]
        return number
    finally:
        connection.close()


def test_a_call_is_logged_in_three_keys_and_undone(terminal: Terminal, demo_path: Path) -> None:
    before = calls(demo_path, "conversation")
    terminal.press("c")
    terminal.wait_for("3  conversation")
    terminal.press("3", "enter")
    terminal.wait_until(lambda: calls(demo_path, "conversation") == before + 1, "one more call is logged")
    terminal.wait_for("open deals by close")
    terminal.wait_for("takes")
    terminal.press("u")
    terminal.wait_until(lambda: calls(demo_path, "conversation") == before, "the call is undone")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_behind() == set()


def test_keys_typed_ahead_of_the_form_log_the_call(terminal: Terminal, demo_path: Path) -> None:
    before = calls(demo_path, "voicemail")
    terminal.press("c", "2", "enter")
    terminal.wait_until(lambda: calls(demo_path, "voicemail") == before + 1, "one more call is logged")
    terminal.wait_for("open deals by close")


def test_what_was_typed_survives_a_kill(demo_path: Path) -> None:
    with opened(demo_path) as terminal:
        terminal.press("c")
        terminal.wait_for("3  conversation")
        terminal.type("wrong number")
        terminal.wait_for("new: wrong number")
        folder = Path(os.environ["XDG_STATE_HOME"])
        terminal.wait_until(lambda: any(folder.rglob("*-log-*.draft")), "the draft was written")
        terminal.signal(signal.SIGKILL)
    with opened(demo_path) as terminal:
        terminal.press("c")
        terminal.wait_for("new: wrong number")
        terminal.press("enter")
        terminal.wait_until(lambda: calls(demo_path, "wrong number") == 1, "the call is logged")


def test_the_form_is_cheap_over_a_line(terminal: Terminal) -> None:
    before = len(terminal.raw)
    terminal.press("c")
    terminal.wait_for("3  conversation")
    terminal.wait_quiet()
    terminal.press("escape")
    terminal.wait_for("open deals by close")
    terminal.wait_quiet()
    assert len(terminal.raw) - before <= FORM_BYTES
