"""Quotas in a real terminal: a number is typed over one, and what the keys cost over a line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_deals_flow import opened
from tests.support.terminal import Terminal
from tests.ui.conftest import demo_file, demo_path

__all__ = ["demo_file", "demo_path"]

pytestmark = pytest.mark.e2e

KEY_BYTES = 1_100
"""What a move of the cursor may cost over a line."""


@pytest.fixture(params=[(80, 24), (120, 40)])
def terminal(demo_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """The review of quotas, drawn and waiting."""
    with opened(demo_path, size=request.param) as terminal:
        terminal.press("4")
        terminal.wait_for("At quota:")
        terminal.wait_quiet()
        yield terminal


def last_quota(path: Path) -> tuple[int, str]:
    """Amount and currency of the revision that was written last, by a look into the file."""
    connection = sqlite3.connect(path)
    try:
        sql = "SELECT amount, currency FROM quota_revision ORDER BY id DESC LIMIT 1"
        amount, currency = connection.execute(sql).fetchone()
        return amount, currency
    finally:
        connection.close()


def test_a_key_in_the_review_costs_few_bytes(terminal: Terminal) -> None:
    for key in ("j", "l", "l", "j", "k", "h"):
        before = len(terminal.raw)
        terminal.press(key)
        terminal.wait_quiet()
        assert 0 < len(terminal.raw) - before <= KEY_BYTES, key


def test_a_quota_is_typed_and_undone(terminal: Terminal, demo_path: Path) -> None:
    terminal.press("e")
    terminal.wait_for("Set quotas Q1 2026")
    terminal.wait_quiet()
    before = len(terminal.raw)
    terminal.press("j")
    terminal.wait_quiet()
    assert len(terminal.raw) - before <= KEY_BYTES
    terminal.press(*"481k", "enter")
    terminal.wait_until(lambda: last_quota(demo_path) == (48_100_000, "NOK"), "the quota is saved")
    terminal.wait_for("481,000")
    terminal.press("u")
    terminal.wait_until(lambda: last_quota(demo_path) != (48_100_000, "NOK"), "it is undone")
    terminal.press("escape")
    terminal.wait_for("At quota:")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_behind() == set()
