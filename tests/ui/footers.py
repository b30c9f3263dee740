"""Press the keys that the foot of a screen names, and see that each does something.

An app goes to a place once, and after each key the way back is looked for. Where it is not found, or the key
wrote or ended the program, the next key is pressed in another app on a fresh copy of the demo.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import deque
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from textual.screen import Screen

from funnel_tui.demo import build_demo
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.widgets.lines import HintLine, fit_hints
from tests.support.driving import Driver, driving
from tests.ui.conftest import open_at
from tests.ui.places import PLACES, go

Size = tuple[int, int]

MOST_ESCAPES = 3
OPPOSITE = {"tab": "shift+tab", "j": "k", "h": "l", "l": "h", "comma": "full_stop", "full_stop": "comma"}
"""The key that undoes another."""


def hinted(driver: Driver, width: int | None = None) -> list[list[str]]:
    """The keys of each hint that is shown, as Textual calls them.

    :param width: of the terminal, where it shall be another than it is.
    """
    line = driver.app.screen.query_one(HintLine)
    *hints, last = fit_hints(line._hints, line._last, width or line.size.width)
    keys: dict[str, str] = {}
    for key, active in driver.app.screen.active_bindings.items():
        keys.setdefault(driver.app.get_key_display(active.binding), key)
    return [[keys[key] for key in hint.key.split()] for hint in [*hints, last]]


class State(NamedTuple):
    """What a user could notice."""

    screen: type[Screen[object]]
    depth: int
    text: str
    notices: tuple[str, ...]
    focused: str
    has_ended: bool


def state(driver: Driver) -> State:
    """What a user could notice now."""
    app = driver.app
    notices = tuple(notice.message for notice in app._notifications)
    focused = repr(app.focused)
    return State(type(app.screen), len(app.screen_stack), driver.text, notices, focused, app._exit)


class Visit:
    """One place, in as many apps as it takes.

    :param source: the demo.
    :param folder: for the copies.
    :param by_notice: whether a key that only tells something in passing counts as doing something.
    :param beyond: only keys that are not hinted yet in so many columns.
    """

    def __init__(
        self,
        source: Path,
        folder: Path,
        place: str,
        size: Size,
        *,
        by_notice: bool = True,
        beyond: int | None = None,
    ) -> None:
        self._source, self._folder = source, folder
        self._place, self._size = place, size
        self._by_notice, self._beyond = by_notice, beyond
        self._hints: list[list[str]] = []
        self._waiting: deque[tuple[int, str]] = deque()
        self._alive: set[int] = set()
        self.starts = 0
        """How many apps were started."""

    async def dead(self) -> list[list[str]]:
        """Press every key that is hinted.

        :returns: the hints of which no key does anything: one of two may be at its end.
        """
        await self._in_another_app()
        while self._waiting:
            await self._in_another_app()
        return [keys for number, keys in enumerate(self._hints) if number not in self._alive]

    async def _in_another_app(self) -> None:
        """Go to the place on a fresh copy, and press keys there until the way back is lost."""
        self.starts += 1
        path = self._folder / f"{self.starts}.db"
        shutil.copy(self._source, path)
        workspace = open_at(path)
        try:
            async with driving(workspace, size=self._size) as driver:
                await go(driver, self._place)
                assert isinstance(driver.app.screen, FunnelScreen)
                await _forget_notices(driver)
                if not self._hints:
                    self._hints = hinted(driver)
                    assert self._hints
                    if self._beyond is not None:
                        known = hinted(driver, self._beyond)
                        self._alive = {n for n, keys in enumerate(self._hints) if keys in known}
                    self._waiting.extend((n, key) for n, keys in enumerate(self._hints) for key in keys)
                with closing(sqlite3.connect(path)) as watcher:
                    await self._press_waiting(driver, watcher)
        finally:
            workspace.database.close()
            path.unlink()

    async def _press_waiting(self, driver: Driver, watcher: sqlite3.Connection) -> None:
        here, written = state(driver), _written(watcher)
        is_fresh = True
        while self._waiting:
            number, key = self._waiting.popleft()
            if number in self._alive:
                continue
            await driver.press(key)
            now = state(driver)
            told = now if self._by_notice else now._replace(notices=here.notices)
            if told != here or _written(watcher) != written:
                self._alive.add(number)
            elif not is_fresh:  # what was pressed before may be the reason: only a fresh app can tell
                self._waiting.appendleft((number, key))
                return
            is_fresh = False
            if driver.app._exit or _written(watcher) != written or not await self._is_back(driver, key, here):
                return

    async def _is_back(self, driver: Driver, key: str, here: State) -> bool:
        """Look for the way back after a key; whether everything is as it was."""
        for _ in range(MOST_ESCAPES):
            if len(driver.app.screen_stack) <= here.depth:
                break
            await driver.press("escape")
        for keys in ((), (OPPOSITE.get(key, key),), PLACES[self._place]):
            await driver.press(*keys)
            if driver.app._exit:
                return False
            await _forget_notices(driver)
            if state(driver) == here:
                return True
        return False


async def _forget_notices(driver: Driver) -> None:
    if driver.app._notifications:
        driver.app.clear_notifications()
        await driver.settle()


def _written(watcher: sqlite3.Connection) -> int:
    """A number that is another one after each change of the file."""
    number: int = watcher.execute("PRAGMA data_version").fetchone()[0]
    return number


def build_small(path: Path) -> Path:
    """A database of few deals: it is copied for every app."""
    workspace = open_at(path)
    build_demo(workspace, deals=80, seed=7)
    workspace.database.close()
    return path


async def no_key_is_dead(
    source: Path,
    folder: Path,
    place: str,
    size: Size,
    *,
    by_notice: bool = True,
    beyond: int | None = None,
) -> None:
    """Press every key that is hinted in a place, and see that something changes."""
    dead = await Visit(source, folder, place, size, by_notice=by_notice, beyond=beyond).dead()
    assert not dead, f"{place}: {dead}"
