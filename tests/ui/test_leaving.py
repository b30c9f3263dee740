"""Whoever quits right after a change loses nothing: the program ends when the change is written."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from funnel_tui.dialogs.problem import ProblemDialog
from funnel_tui.errors import DatabaseBusy
from funnel_tui.services.people import create_rep
from funnel_tui.services.workspace import Workspace
from tests.support.driving import Driver, driving


class Gate:
    """A change that is held up until it is let through."""

    def __init__(self, doing: Callable[[Workspace], object]) -> None:
        self.began = threading.Event()
        self._opened = threading.Event()
        self._doing = doing

    def __call__(self, workspace: Workspace) -> object:
        self.began.set()
        assert self._opened.wait(30)
        return self._doing(workspace)

    def open(self) -> None:
        self._opened.set()


def add(name: str) -> Callable[[Workspace], object]:
    return lambda workspace: create_rep(workspace, name=name)


def names(workspace: Workspace) -> list[str]:
    with workspace.read() as reader:
        return [str(name) for (name,) in reader.rows("SELECT name FROM rep ORDER BY name")]


async def ends(driver: Driver) -> bool:
    """Whether the app has asked to end, soon."""
    for _ in range(4000):
        if driver.app._exit:
            return True
        await asyncio.sleep(0.005)
    return False


async def problem(driver: Driver) -> None:
    """Wait until a problem is told."""
    for _ in range(4000):
        if isinstance(driver.app.screen, ProblemDialog):
            break
        await asyncio.sleep(0.005)
    assert isinstance(driver.app.screen, ProblemDialog)
    await driver.settle()


async def test_a_change_that_is_under_way_is_written_first(empty: Workspace) -> None:
    gate = Gate(add("Anna"))
    async with driving(empty) as driver:
        driver.app.write("Adding", gate, lambda _: None)
        await driver.pilot.press("q")
        assert gate.began.wait(10)
        assert not driver.app._exit
        gate.open()
        assert await ends(driver)
    assert names(empty) == ["Anna"]
    assert driver.app.return_code == 0


async def test_a_change_that_has_not_begun_is_written_too(empty: Workspace) -> None:
    async with driving(empty) as driver:
        # In one go: no thread had a chance to begin.
        driver.app.write(
            "Adding", add("Anna"), lambda _: driver.app.write("Adding", add("Berit"), lambda _: None)
        )
        await driver.app.action_quit()
        assert not driver.app._exit
        assert await ends(driver)
    assert names(empty) == ["Anna", "Berit"]


async def test_a_change_that_is_refused_is_read_first(empty: Workspace) -> None:
    def refuse(_workspace: Workspace) -> object:
        raise DatabaseBusy("Somebody else writes.")

    gate = Gate(refuse)
    async with driving(empty) as driver:
        driver.app.write("Adding", gate, lambda _: None)
        await driver.pilot.press("q")
        gate.open()
        await problem(driver)
        assert "Somebody else writes." in driver.text
        assert not driver.app._exit
        await driver.press("escape", "q")
        assert driver.app._exit


async def test_a_second_q_does_not_wait(empty: Workspace) -> None:
    gate = Gate(add("Anna"))
    async with driving(empty) as driver:
        driver.app.write("Adding", gate, lambda _: None)
        await driver.app.action_quit()
        assert not driver.app._exit
        await driver.app.action_quit()
        assert driver.app._exit
        gate.open()


@pytest.mark.parametrize("signal", [1, 15])
async def test_a_signal_waits_for_the_change_and_for_nobody_else(empty: Workspace, signal: int) -> None:
    def refuse(_workspace: Workspace) -> object:
        raise DatabaseBusy("Somebody else writes.")

    gate = Gate(refuse)
    async with driving(empty) as driver:
        driver.app.write("Adding", gate, lambda _: None)
        driver.app._leave(128 + signal)
        assert not driver.app._exit
        gate.open()
        assert await ends(driver)
        assert driver.app.return_code == 128 + signal


async def test_a_mistake_in_what_comes_after_a_change_is_told(empty: Workspace) -> None:
    def mistaken(_outcome: object) -> None:
        raise KeyError("no such thing")

    async with driving(empty) as driver:
        driver.app.write("Adding", add("Anna"), mistaken)
        await problem(driver)
        assert "KeyError" in driver.text
    assert names(empty) == ["Anna"]
