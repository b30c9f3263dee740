"""The time machine, by keys."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from funnel_tui import screens
from funnel_tui.config import UserSettings
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.screens.keys_that_write import WRITES, WRITING_OFF
from funnel_tui.services.reports import run_report
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.named_keys import with_keys
from tests.support.driving import SIZES, Driver, driving

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])

OSLO = ZoneInfo("Europe/Oslo")
BAR = "As of Wed 1 Apr 2026 00:00 – writing is off"


def instant(text: str) -> int:
    """An instant of the demo's time zone."""
    return int(datetime.fromisoformat(text).replace(tzinfo=OSLO).timestamp())


async def go(driver: Driver, words: str) -> None:
    """Look from an instant."""
    await driver.press("T")
    await driver.type(words)
    await driver.press("enter")


def scope_of(driver: Driver) -> Scope:
    """What is looked at."""
    assert driver.app.scope is not None
    return driver.app.scope


def groups(workspace: Workspace) -> int:
    """How many changes were ever made."""
    with workspace.read() as reader:
        return int(reader.rows("SELECT count(*) FROM change_group")[0][0])


@both_sizes
async def test_every_screen_looks_from_the_instant_and_says_so(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size, tab="2") as driver:
        assert "As of" not in driver.text
        await go(driver, "1 apr")
        assert scope_of(driver).as_of == instant("2026-04-01T00:00")
        assert scope_of(driver).period == Period.quarter(2026, 1)
        report = run_report(demo, "funnel", scope_of(driver))
        first = report.rows[0]
        assert str(first["reached"]) in driver.line(first["stage"]).split()
        for tab in "012345":
            await driver.press(tab)
            assert BAR in driver.lines[1], tab
            assert len(driver.lines) <= size[1]
        for key, words in {"S": "set up as they are now", "O": "only known as they are now"}.items():
            await driver.press(key)
            assert BAR in driver.lines[1]
            assert words in " ".join(driver.text.split())
            await driver.press("escape")


@both_sizes
async def test_what_is_only_known_now_says_so_and_comes_back(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size, tab="0") as driver:
        before = driver.lines
        await go(driver, "1 apr")
        assert "Today is about what is to be done now." in driver.text
        assert before[4] not in driver.text
        await driver.press("d", "z")
        assert driver.last_told == with_keys(WRITING_OFF)
        await driver.press("enter", "tab")
        assert driver.last_told.startswith("Today is about")
        await driver.press("T", "enter")
        for _ in range(50):  # what was hidden gets its size again, and then says how long it is
            if driver.lines == before:
                break
            await driver.settle()
        assert driver.lines == before
        assert isinstance(driver.app.focused, Grid)


async def test_steps_go_a_week_a_month_or_a_day(demo: Workspace) -> None:
    async with driving(demo, tab="2") as driver:
        await go(driver, "1 apr")
        await driver.press("left_parenthesis")
        assert "As of Wed 25 Mar 2026 00:00" in driver.lines[1]
        assert "( ) a week" in driver.lines[1]
        await driver.press("equals_sign", "left_parenthesis")
        assert "As of Wed 25 Feb 2026 00:00" in driver.lines[1]
        assert "( ) a month" in driver.lines[1]
        await driver.press("equals_sign", "right_parenthesis", "right_parenthesis")
        assert "As of Fri 27 Feb 2026 00:00" in driver.lines[1]


async def test_the_funnel_moves_and_cursor_and_view_stay(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40), tab="2") as driver:
        await go(driver, "1 apr")
        await driver.press("j", "j", "l")
        grid = driver.app.screen.query_one(Grid)
        at = (grid.row, grid.key)
        assert grid.row == 2
        seen = {driver.line("Lead")}
        for _ in range(3):
            await driver.press("left_parenthesis")
            assert (grid.row, grid.key) == at
            seen.add(driver.line("Lead"))
        assert len(seen) > 1
        await driver.press("comma")
        assert scope_of(driver).period == Period.quarter(2025, 4)
        assert scope_of(driver).as_of == instant("2026-03-11T00:00")


async def test_a_list_keeps_its_deal_and_where_it_is(demo: Workspace) -> None:
    async with driving(demo, tab="1") as driver:
        await go(driver, "1 apr")
        await driver.press(*"jjjjj")
        screen = driver.app.screen
        deal = screen.deal_id  # type: ignore[attr-defined]
        await driver.press("equals_sign", "equals_sign", "right_parenthesis")
        assert screen.deal_id == deal  # type: ignore[attr-defined]
        await driver.press("enter")
        assert "As of Thu 2 Apr 2026" in driver.lines[1]
        await driver.press("escape")
        assert screen.deal_id == deal  # type: ignore[attr-defined]


async def test_an_empty_list_of_the_past_names_the_key_that_takes_the_filter_off(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1")
        scope = driver.app.scope
        assert scope is not None
        driver.app.set_scope(scope.with_(where="amount > 900m", as_of=instant("2026-04-01")))
        await driver.settle()
        text = " ".join(driver.text.split())
        assert "No open deal here" in text
        assert "V takes the filter off, f changes it. tab shows the others" in text
        assert "makes a new one" not in text
        await driver.press("V", "T")
        await driver.type("now")
        await driver.press("enter")
        driver.app.set_scope(scope.with_(where="amount > 900m"))
        await driver.settle()
        assert "V takes the filter off, f changes it. n makes a new one" in " ".join(driver.text.split())


async def test_find_says_that_it_looks_among_what_is_there_now(demo: Workspace) -> None:
    words = "as they are now, not then"
    async with driving(demo) as driver:
        await driver.press("slash")
        assert words not in driver.text
        await driver.press("escape")
        await go(driver, "1 apr")
        await driver.press("slash")
        assert f"people · {words}" in driver.text
        await driver.type("service")
        assert f" found · {words}" in driver.text


async def test_another_day_or_now_is_typed_over_nothing(demo: Workspace) -> None:
    async with driving(demo, tab="2") as driver:
        await go(driver, "1 apr")
        await go(driver, "1 mar 9:30")
        assert "As of Sun 1 Mar 2026 09:30" in driver.lines[1]
        await go(driver, "now")
        assert scope_of(driver).as_of is None
        await driver.press("right_parenthesis", "equals_sign")
        assert scope_of(driver).as_of is None


async def test_a_step_beyond_now_is_now(demo: Workspace) -> None:
    async with driving(demo, tab="2") as driver:
        before = driver.lines
        await go(driver, "yesterday")
        assert "As of Fri 20 Nov 2026" in driver.lines[1]
        await driver.press("right_parenthesis")
        assert scope_of(driver).as_of is None
        assert driver.told == ["Now again; everything can be changed."]
        assert driver.lines == before
        await driver.press("n")
        assert "New deal" in driver.text


@pytest.mark.parametrize(
    ("words", "why"),
    [("tomorrow", "has not come yet"), ("whenever", "whenever"), ("1960-01-01", "older than")],
)
async def test_what_is_no_past_instant_is_asked_again(demo: Workspace, words: str, why: str) -> None:
    async with driving(demo, tab="2") as driver:
        await go(driver, words)
        assert why in driver.text
        assert scope_of(driver).as_of is None
        await driver.press("escape")
        assert "As of" not in driver.text
        await driver.press("T", "enter")
        assert "Type a day: 1 apr, yesterday or 2026-04-01 14:30." in driver.text


@both_sizes
async def test_before_the_first_deal_there_is_nothing_and_it_says_why(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size, tab="2") as driver:
        await go(driver, "2001-01-01")
        for tab in "21345":
            await driver.press(tab)
            told = " ".join(driver.lines[1:3]).casefold()
            assert "before the first deal (" in told
            # Nothing of it is pushed out: writing is off, and the keys lead back.
            assert "writing is off" in driver.lines[1]
            assert "T day/now" in driver.lines[1]
        await driver.press("T", "enter")
        assert "before the first deal" not in driver.text.casefold()
        assert driver.lines[1].lstrip().startswith("0")


async def test_help_and_palette_list_the_keys(demo: Workspace) -> None:
    async with driving(demo, tab="1") as driver:
        await driver.press("question_mark")
        await driver.type("time")
        assert "time machine" in driver.text
        assert "back in time" not in driver.text
        await driver.press("escape", "escape")
        await go(driver, "1 apr")
        await driver.press("colon")
        await driver.type("back in time")
        await driver.press("enter")
        assert "As of Wed 25 Mar 2026" in driver.lines[1]


async def test_a_view_that_knows_no_instant_does_not_end_it(demo: Workspace) -> None:
    async with driving(demo, tab="2") as driver:
        await go(driver, "1 apr")
        driver.app.set_scope(Scope(pipelines=scope_of(driver).pipelines, period=Period.year(2025)))
        await driver.settle()
        assert BAR in driver.lines[1]
        assert "2025" in driver.lines[0]
        driver.app.set_scope(scope_of(driver).with_(as_of=instant("2026-03-01T00:00")))
        await driver.settle()
        assert "As of Sun 1 Mar 2026 00:00" in driver.lines[1]
        assert demo.writing_off


async def test_a_deal_that_came_later_is_not_there_yet(demo: Workspace) -> None:
    with demo.read() as reader:
        [(title,)] = reader.rows("SELECT title FROM deal ORDER BY created_at DESC LIMIT 1")
    async with driving(demo, tab="1") as driver:
        await go(driver, "1 jan")
        await driver.press("slash")
        await driver.type(title)
        await driver.press("enter")
        assert "It was created after the instant that is looked at." in " ".join(driver.text.split())


# Writing is off


async def test_hints_of_keys_that_write_are_gone(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40), tab="1") as driver:
        assert "n new" in driver.lines[-1]
        await go(driver, "1 apr")
        for hint in ("n new", "e edit", "m move", "w won", "x lost", "t task"):
            assert hint not in driver.lines[-1]
        assert "/ find" in driver.lines[-1]


PLACES = ["1", "1b", "1enter", "2", "3", "3enter", "4", "4tab", "5", "0", "O", "S", "Z"]


def keys_of(place: str) -> list[str]:
    """The keys to a screen."""
    return [place[0], *([place[1:]] if place[1:] else [])]


@pytest.mark.parametrize("place", PLACES)
async def test_no_key_writes(demo: Workspace, place: str) -> None:
    """Every key that writes says why it does not, and opens nothing."""
    async with driving(demo, size=(120, 40), tab="1") as driver:
        await go(driver, "1 apr")
        await driver.press(*keys_of(place))
        screen, before = driver.app.screen, groups(demo)
        found = [key for key, one in screen.active_bindings.items() if one.binding.id in WRITES]
        assert found
        for key in found:
            driver.app.clear_notifications()
            await driver.press(key)
            assert driver.app.screen is screen, key
            assert driver.told == [with_keys(WRITING_OFF)], key
        assert groups(demo) == before


@pytest.mark.parametrize("place", ["1", "4"])
async def test_whatever_is_pressed_nothing_is_written(
    demo: Workspace, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # what is shown may still be exported
    async with driving(demo, size=(120, 40), tab=place) as driver:
        await go(driver, "1 apr")
        screen, before = driver.app.screen, groups(demo)
        keys = [key for key, one in screen.active_bindings.items() if one.node is screen]
        for key in keys:
            await driver.press(key, "enter", "escape")
            if not driver.app.is_past or driver.app.screen is not screen:
                await driver.press("escape", "escape", place)
        assert driver.app.is_past
        assert groups(demo) == before


def test_every_key_that_writes_is_one_that_there_is() -> None:
    """A binding that is given another id must not come back to life in the past."""
    folder = Path(screens.__path__[0])
    sources = [path.read_text("utf-8") for path in (*folder.glob("*.py"), folder.parent / "app.py")]
    known = {name for source in sources for name in re.findall(r'\bid="([a-z_]+)"', source)}
    assert known >= WRITES


async def test_refusals_name_the_key_that_leads_back_as_the_user_has_it(demo: Workspace) -> None:
    settings = UserSettings(keymap={"time_machine": "f9", "new_deal": "f10"})
    async with driving(demo, tab="1", settings=settings) as driver:
        await driver.press("f9", "1", "space", *"apr", "enter", "e")
        assert driver.last_told == WRITING_OFF.format(time_machine="f9")
        await driver.press("0")
        assert "f9 and now bring you back." in " ".join(driver.text.split())
