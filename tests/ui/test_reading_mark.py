"""A screen that takes long to read says so, and no longer than it lasts."""

from __future__ import annotations

import threading

import pytest

from funnel_tui.screens import delays, stages
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, on_stages


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_a_long_read_is_told_while_keys_still_work(
    demo: Workspace, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delays, "READING_SECONDS", 0.01)
    gate = threading.Event()
    real = stages.read_stages

    def slow(*args: object, **kwargs: object) -> object:
        assert gate.wait(30)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    async with on_stages(demo, size=size) as driver:
        assert "reading" not in driver.lines[0]
        before = driver.lines[0]
        monkeypatch.setattr(stages, "read_stages", slow)
        await driver.pilot.press("comma")
        await driver.pilot.pause(0.2)
        assert driver.lines[0].endswith("reading …")
        cursor = driver.text
        await driver.pilot.press("j")
        assert driver.text != cursor
        gate.set()
        await driver.settle()
        assert "reading" not in driver.lines[0]
        assert driver.lines[0] != before  # another period
