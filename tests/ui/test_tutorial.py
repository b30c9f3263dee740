"""The tutorial of the demo: five steps, each until it is done; it never comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from funnel_tui.config import UserSettings
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from tests.support.driving import SIZES, Driver, driving

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])

STEPS = (
    ("Do the task under the cursor", ("d", "enter")),
    ("Log a call", ("c", "3", "enter")),
    ("Move a deal", ("1", "greater_than_sign")),
    ("Look behind a figure", ("2", "enter")),
    ("Read the quotas, and go back in time", ("4", "T", *"yesterday", "enter")),
)


def _place(driver: Driver) -> list[str]:
    """The two lines above the hints."""
    return [line.strip() for line in driver.lines[-3:-1]]


def _rows(driver: Driver) -> int:
    return driver.app.screen.query(Grid).first().size.height


@both_sizes
async def test_the_whole_tutorial(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, throwaway=True, tutorial=True) as driver:
        for number, (what, keys) in enumerate(STEPS, 1):
            first, second = _place(driver)
            assert first == f"Step {number} of 5: {what}   (Q leaves the tutorial)"
            assert second
            assert all(len(line) < size[0] for line in (first, second))
            assert all(
                f" {key} " in f" {second} " for key in keys if len(key) == 1 and key not in "yesterday"
            )
            assert driver.lines[-1].endswith("? help")
            await driver.press(*keys)
        first, second = _place(driver)
        assert first == "That was the tutorial   (Q takes these lines away)"
        assert second.startswith("T now enter")
        rows = _rows(driver)
        await driver.press("T", *"now", "enter")
        assert "tutorial" not in driver.text
        assert _rows(driver) >= rows
        for key in "012345":
            await driver.press(key)
            assert "tutorial" not in driver.text
            assert "Step " not in driver.text


@both_sizes
async def test_a_step_stays_until_it_is_done(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, throwaway=True, tutorial=True) as driver:
        place = _place(driver)
        # other things, and a form that is left
        for keys in (
            ("d", "escape"),
            ("j",),
            ("1",),
            ("greater_than_sign",),
            ("2", "enter"),
            ("escape", "0"),
        ):
            await driver.press(*keys)
            assert driver.app.screen.query_one("#hints")
        assert _place(driver) == place
        await driver.press("S")
        assert _place(driver) == place


@pytest.mark.parametrize("way", ["key", "palette"])
@both_sizes
async def test_it_is_left_in_the_middle_and_takes_only_its_own_lines(
    demo: Workspace, size: tuple[int, int], way: str
) -> None:
    async with driving(demo, size=size, throwaway=True, tutorial=True) as driver:
        await driver.press("d", "enter")
        assert _place(driver)[0].startswith("Step 2 of 5")
        await driver.press("1")
        lines, rows = driver.lines, _rows(driver)
        if way == "key":
            await driver.press("Q")
        else:
            await driver.press("colon")
            await driver.type("no tutorial")
            await driver.press("enter")
        assert isinstance(driver.app.screen, DealsScreen)
        assert driver.lines[:-3] == lines[:-3]
        assert driver.lines[-1] == lines[-1]
        assert _rows(driver) == rows + 2
        # what it waited for does not bring it back, nor does its key do anything
        await driver.press("c", "3", "enter", "0", "Q", "2", "enter", "Q")
        assert "tutorial" not in driver.text
        assert not any(one.binding.id == "leave_tutorial" for one in driver.app.active_bindings.values())


async def test_an_ordinary_database_has_none(demo: Workspace) -> None:
    async with driving(demo) as driver:
        rows = _rows(driver)
        assert "Step " not in driver.text
        assert "utorial" not in driver.text
        await driver.press("d", "enter", "Q", "2")
        assert isinstance(driver.app.screen, StagesScreen)
        await driver.press("0")
        assert "utorial" not in driver.text
        assert _rows(driver) == rows
        await driver.press("colon")
        await driver.type("tutorial")
        assert "Leave the tutorial" not in driver.text


async def test_it_names_the_keys_as_the_user_has_them(demo: Workspace) -> None:
    settings = UserSettings(keymap={"done": "f9", "leave_tutorial": "f8"})
    async with driving(demo, throwaway=True, tutorial=True, settings=settings) as driver:
        first, second = _place(driver)
        assert first.endswith("(f8 leaves the tutorial)")
        assert second.startswith("f9, then enter")
        await driver.press("f8")
        assert "tutorial" not in driver.text


async def test_it_stays_where_it_is_in_the_past_and_where_the_past_is_not_shown(demo: Workspace) -> None:
    async with driving(demo, throwaway=True, tutorial=True) as driver:
        place = _place(driver)
        await driver.press("T", *"yesterday", "enter")
        assert _place(driver) == place
        await driver.press("S")
        assert _place(driver) == place


@pytest.mark.parametrize("throwaway", [True, False])
def test_the_program_shows_it_with_the_demo_only(
    demo_path: Path, throwaway: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from funnel_tui import app as module
    from funnel_tui.services.opening import Target

    shown: list[bool] = []

    def run(app: Any, **_: Any) -> None:
        shown.append(bool(app.tutorial_lines))

    monkeypatch.setattr(module.FunnelApp, "run", run)
    monkeypatch.setattr(module, "require_terminal", lambda: None)
    module.run_app(Target(path=demo_path), throwaway=throwaway)
    assert shown == [throwaway]
