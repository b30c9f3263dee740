"""The foot of a screen names keys that do something there: every one of them is pressed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len

from funnel_tui.demo import build_demo
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.keys_that_write import WRITES
from funnel_tui.widgets.lines import HintLine, fit_hints
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import open_at
from tests.ui.places import PAST, PLACES, go

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
every_place = pytest.mark.parametrize("place", PLACES)

Size = tuple[int, int]


@pytest.fixture(scope="module")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of few deals: the app is started hundreds of times."""
    path = tmp_path_factory.mktemp("small") / "demo.db"
    workspace = open_at(path)
    build_demo(workspace, deals=80, seed=7)
    workspace.database.close()
    return path


def _hinted(driver: Driver) -> list[list[str]]:
    """The keys of each hint that is shown, as Textual calls them."""
    line = driver.app.screen.query_one(HintLine)
    *hints, last = fit_hints(line._hints, line._last, line.size.width)
    keys: dict[str, str] = {}
    for key, active in driver.app.screen.active_bindings.items():
        keys.setdefault(driver.app.get_key_display(active.binding), key)
    return [[keys[key] for key in hint.key.split()] for hint in [*hints, last]]


def _state(driver: Driver) -> tuple[object, ...]:
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
                hints, before = _hinted(driver), _state(driver)
                if key:
                    await driver.press(key)
                return hints, _state(driver) != before
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


@both_sizes
@every_place
async def test_every_key_that_is_hinted_does_something(
    small_demo: Path, tmp_path: Path, place: str, size: Size
) -> None:
    visits = Visits(small_demo, tmp_path, place, size)
    hints, _ = await visits.visit()
    assert hints
    assert not await visits.dead(hints)


@every_place
async def test_in_the_past_no_key_that_writes_is_hinted(small_demo: Path, tmp_path: Path, place: str) -> None:
    path = tmp_path / "demo.db"
    shutil.copy(small_demo, path)
    workspace = open_at(path)
    async with driving(workspace, size=SIZES[1]) as driver:
        await driver.press(*PAST)
        await go(driver, place)
        names = {key: active.binding.id for key, active in driver.app.screen.active_bindings.items()}
        hinted = {names[key] for keys in _hinted(driver) for key in keys}
        assert "help" in hinted
        assert not hinted & WRITES
    workspace.database.close()


@both_sizes
async def test_hints_are_whole_and_end_with_help(small_demo: Path, tmp_path: Path, size: Size) -> None:
    path = tmp_path / "demo.db"
    shutil.copy(small_demo, path)
    workspace = open_at(path)
    async with driving(workspace, size=size) as driver:
        for key in "012345SOZ":
            await driver.press(key)
            line = driver.lines[-1]
            assert line.endswith("? help")
            assert cell_len(line) <= size[0]
            assert "…" not in line
    workspace.database.close()
