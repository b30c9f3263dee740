"""Keys that come all at once, as over a slow line, go where they were meant."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.e2e.test_deals_flow import NOW, opened
from tests.e2e.walking import drafts, rows
from tests.support.terminal import KEYS, Terminal
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("keys", "shows"),
    [
        ("2f2025\r", "deals closed in 2025"),
        (":time machine\r", "Time machine"),
        ("/Tunturi data\r", "esc back"),
        (f"{KEYS['down']}m5", "Moved"),
        ("4e\x1b[B481k\r", "481,000"),
        ("!F\r0c3\r", "Logged call"),
    ],
)
def test_a_burst_of_keys_is_taken_one_after_the_other(demo_path: Path, keys: str, shows: str) -> None:
    with opened(demo_path) as terminal:
        terminal.type(keys)
        terminal.wait_for(shows)
        terminal.wait_quiet()
        terminal.press("q" if shows != "Time machine" else "escape")


def test_a_new_deal_is_typed_ahead_of_its_form(demo_path: Path) -> None:
    with opened(demo_path) as terminal:
        terminal.type("nRoof lights\t\t\t\t\t\t48k\r")
        terminal.wait_for("Created Roof lights")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    found = rows(demo_path, "SELECT title, amount_minor FROM deal ORDER BY id DESC LIMIT 1")
    assert found == [("Roof lights", 4_800_000)]
    assert drafts() == []


def test_keys_before_the_first_screen_wait_for_it(demo_path: Path) -> None:
    with Terminal.funnel(db=demo_path, env=NOW) as terminal:
        terminal.type("2")
        terminal.wait_for("What they are worth")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_behind() == set()


@pytest.mark.parametrize("board", ["", "b"], ids=["list", "board"])
@pytest.mark.parametrize("pause", [0.0, 0.1, 0.5])
def test_what_is_typed_after_a_new_deal_is_meant_for_it(demo_path: Path, board: str, pause: float) -> None:
    with opened(demo_path) as terminal:
        terminal.press("1")
        terminal.wait_for("[Open]")
        if board:
            terminal.press(board)
            terminal.wait_for("[Board]")
        for keys in ("n", "Roof lights", "\r", "c", "3", "\r"):
            terminal.type(keys)
            time.sleep(pause)
        terminal.wait_for("Logged call with Roof lights")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    sql = "SELECT d.title FROM interaction i JOIN deal d ON d.id = i.deal_id ORDER BY i.id DESC LIMIT 1"
    assert rows(demo_path, sql) == [("Roof lights",)]


def test_keys_after_a_deal_that_is_refused_go_to_the_form(demo_path: Path) -> None:
    with opened(demo_path) as terminal:
        terminal.press("1")
        terminal.wait_for("[Open]")
        terminal.type("nRoof lights\t\t\t\t\t\tmuch\r")
        terminal.wait_for("much")
        terminal.wait_quiet()
        terminal.type("\x1b")
        terminal.wait_for("Kept as a draft")
        terminal.press("q")
        assert terminal.wait_exit() == 0
