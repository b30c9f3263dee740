"""Text with codes in it, pasted into the real program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.test_deals_flow import opened
from tests.e2e.walking import rows
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e


def test_a_paste_with_codes_of_colours_saves_nothing_and_quits_nothing(demo_path: Path) -> None:
    with opened(demo_path) as terminal:
        terminal.press("n")
        terminal.wait_for("New deal")
        terminal.wait_quiet()
        terminal.type("\x1b[200~Evil\x1b[31m red\x1b[0m\n\tq\x1b[201~")
        terminal.wait_for("Evil\ufffd[31m red\ufffd[0m  q")
        terminal.wait_quiet()
        assert "New deal" in terminal.text
        terminal.press("enter")
        terminal.wait_for("Created Evil")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert rows(demo_path, "SELECT title FROM deal ORDER BY id DESC LIMIT 1") == [
        ("Evil\ufffd[31m red\ufffd[0m  q",)
    ]


def test_a_paste_among_keys_that_come_at_once_keeps_its_place(demo_path: Path) -> None:
    with opened(demo_path) as terminal:
        terminal.type("nBig \x1b[200~Roof\x1b[1m q\nq\x1b[201~ lights\r")
        terminal.wait_for("Created Big Roof")
        terminal.wait_quiet()
        terminal.press("q")
        assert terminal.wait_exit() == 0
    title = "Big Roof\ufffd[1m q q lights"
    assert rows(demo_path, "SELECT title FROM deal ORDER BY id DESC LIMIT 1") == [(title,)]


def test_bytes_of_another_encoding_are_shown_as_unreadable(demo_path: Path) -> None:
    with opened(demo_path) as terminal:
        terminal.send(b"\xf8")  # ø of a terminal in Latin-1, where it is no key
        terminal.press("n")
        terminal.wait_for("New deal")
        terminal.wait_quiet()
        terminal.send(b"Tr\xf8nder \xed\xa0\x80 \x1b[200~\xff\x1b[201~end")
        terminal.wait_for("end")
        terminal.press("enter")
        terminal.wait_for("Created Tr\ufffdnder")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    ((title,),) = rows(demo_path, "SELECT title FROM deal ORDER BY id DESC LIMIT 1")
    assert title.startswith("Tr\ufffdnder \ufffd")
    assert title.endswith("\ufffdend")
