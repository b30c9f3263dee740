"""Press the keys that the foot of a screen names, each on a fresh copy of the demo."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from funnel_tui.demo import build_demo
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.widgets.lines import HintLine, fit_hints
from tests.support.driving import Driver, driving
from tests.ui.conftest import open_at
from tests.ui.places import go

Size = tuple[int, int]


def hinted(driver: Driver) -> list[list[str]]:
    """The keys of each hint that is shown, as Textual calls them."""
    line = driver.app.screen.query_one(HintLine)
    *hints, last = fit_hints(line._hints, line._last, line.size.width)
    keys: dict[str, str] = {}
    for key, active in driver.app.screen.active_bindings.items():
        keys.setdefault(driver.app.get_key_display(active.binding), key)
    return [[keys[key] for key in hint.key.split()] for hint in [*hints, last]]


def state(driver: Driver) -> tuple[object, ...]:
    """What a user could notice."""
    app = driver.app
    notices = tuple(notice.message for notice in app._notifications)
    return type(app.screen), len(app.screen_stack), driver.text, notices, repr(app.focused), app._exit


class Visits:
    """Goes to a place on a fresh copy of the demo each time.

    :param source: the demo.
    :param folder: for the copies.
    """

    def __init__(self, source: Path, folder: Path, place: str, size: Size) -> None:
        self._source, self._folder = source, folder
        self._place, self._size = place, size
        self._number = 0

    async def visit(self, key: str = "") -> tuple[list[list[str]], bool]:
        """Go there, and press a key.

        :returns: the hints, and whether something changed.
        """
        self._number += 1
        path = self._folder / f"{self._number}.db"
        shutil.copy(self._source, path)
        workspace = open_at(path)
        try:
            async with driving(workspace, size=self._size) as driver:
                await go(driver, self._place)
                assert isinstance(driver.app.screen, FunnelScreen)
                driver.app._notifications.clear()
                hints, before = hinted(driver), state(driver)
                if key:
                    await driver.press(key)
                return hints, state(driver) != before
        finally:
            workspace.database.close()
            path.unlink()

    async def dead(self, hints: Sequence[Sequence[str]]) -> list[Sequence[str]]:
        """The hints of which no key does anything: one of two may be at its end."""
        found = []
        for keys in hints:
            for key in keys:
                if (await self.visit(key))[1]:
                    break
            else:
                found.append(keys)
        return found


def build_small(path: Path) -> Path:
    """A database of few deals: the app is started hundreds of times."""
    workspace = open_at(path)
    build_demo(workspace, deals=80, seed=7)
    workspace.database.close()
    return path


async def no_key_is_dead(source: Path, folder: Path, place: str, size: Size) -> None:
    """Press every key that is hinted in a place, and see that something changes."""
    visits = Visits(source, folder, place, size)
    hints, _ = await visits.visit()
    assert hints
    assert not await visits.dead(hints)
