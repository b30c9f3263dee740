"""Keys that come all at once, as over a slow line, go where they were meant."""

from __future__ import annotations

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
