"""The foot of a screen names keys that do something there: every one of them is pressed, at 80×24 here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.keys_that_write import WRITES
from tests.support.driving import SIZES, driving
from tests.ui.conftest import open_at
from tests.ui.footers import Size, Visit, build_small, hinted, no_key_is_dead
from tests.ui.places import PAST, PLACES, go

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
every_place = pytest.mark.parametrize("place", PLACES)


@pytest.fixture(scope="module")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of few deals; do not write to it."""
    return build_small(tmp_path_factory.mktemp("small") / "demo.db")


@pytest.mark.parametrize("place", PLACES)
async def test_every_key_that_is_hinted_does_something(small_demo: Path, tmp_path: Path, place: str) -> None:
    await no_key_is_dead(small_demo, tmp_path, place, SIZES[0])


async def test_a_key_that_does_nothing_is_found(
    small_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def do_nothing(screen: DealsScreen) -> None: ...

    monkeypatch.setattr(DealsScreen, "action_move", do_nothing)
    monkeypatch.setattr(DealsScreen, "action_edit", do_nothing)
    assert await Visit(small_demo, tmp_path, "deals: open", SIZES[0]).dead() == [["e"], ["m"]]


@every_place
async def test_in_the_past_no_key_that_writes_ishinted(small_demo: Path, tmp_path: Path, place: str) -> None:
    path = tmp_path / "demo.db"
    shutil.copy(small_demo, path)
    workspace = open_at(path)
    async with driving(workspace, size=SIZES[1]) as driver:
        await driver.press(*PAST)
        await go(driver, place)
        names = {key: active.binding.id for key, active in driver.app.screen.active_bindings.items()}
        told = {names[key] for keys in hinted(driver) for key in keys}
        assert "help" in told
        assert not told & WRITES
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
