"""The history of changes, by keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.dialogs.history_filter import HistoryFilterDialog
from funnel_tui.dialogs.problem import ProblemDialog
from funnel_tui.dialogs.turns import TurnsDialog
from funnel_tui.screens.history import DealHistoryScreen, HistoryScreen
from funnel_tui.screens.tasks import TasksScreen
from funnel_tui.services.deals import edit_deal, move_deal
from funnel_tui.services.people import create_organisation
from funnel_tui.services.pipeline_setup import list_setup
from funnel_tui.services.pipelines import edit_stage
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from tests.support.driving import SIZES, driving
from tests.ui.conftest import NOW, open_at

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def rename(workspace: Workspace, *names: str) -> None:
    """Rename the first stage, again and again."""
    stage = list_setup(workspace)[0].stages[0].id
    for name in names:
        edit_stage(workspace, stage_id=stage, changes={"name": name})


def first_stage(workspace: Workspace) -> str:
    """What the first stage is called."""
    return list_setup(workspace)[0].stages[0].name


def an_open_deal(workspace: Workspace) -> tuple[int, str, int]:
    """Number, title and version of an open deal in the first stage."""
    with workspace.read() as reader:
        rows = reader.rows(
            "SELECT d.id, d.title, d.version FROM deal d JOIN stage s ON s.id = d.stage_id"
            " WHERE d.status = 'open' AND s.name = 'Lead' ORDER BY d.id LIMIT 1"
        )
    return rows[0]  # type: ignore[return-value]


@both_sizes
async def test_it_lists_changes_newest_first_with_when_who_and_what(
    demo: Workspace, demo_path: Path, size: tuple[int, int]
) -> None:
    other = open_at(demo_path)
    other.actor = "bjørn"
    rename(demo, "Lead [/x]")
    rename(other, "Start")
    async with driving(demo, size=size) as driver:
        await driver.press("Z")
        assert isinstance(driver.app.screen, HistoryScreen)
        assert driver.line("History of all changes")
        assert driver.line("1 of 3")
        last, before, first = (line for line in driver.lines if line.startswith(" +  "))
        assert last.split()[1:5] == ["21", "Nov", "13:00", "bjørn"]
        assert "Edited stage Lead [/x]: name" in last
        assert "Edited stage Lead: name" in before
        assert "Demo data" in first
        await driver.press("escape")
        assert isinstance(driver.app.screen, TasksScreen)
    other.database.close()


@both_sizes
async def test_space_opens_old_and_new_under_a_change_and_closes_it(
    demo: Workspace, size: tuple[int, int]
) -> None:
    rename(demo, "One", "Two")
    async with driving(demo, size=size) as driver:
        await driver.press("Z", "j", "space")
        assert "Lead → One" in driver.text
        assert "One → Two" not in driver.text
        await driver.press("k", "space")
        assert "One → Two" in driver.text
        await driver.press("j", "j")
        assert "1 of 3" in driver.text  # still inside the first change
        await driver.press("space")
        assert "One → Two" not in driver.text
        assert driver.app.screen.query_one(Grid).row == 0
        assert "Lead → One" in driver.text


async def test_enter_shows_everything_uncut(demo: Workspace) -> None:
    long = "A name that is longer than there is room for in a list of changes, by far"
    rename(demo, long)
    async with driving(demo) as driver:
        await driver.press("Z", "enter")
        assert isinstance(driver.app.screen, TurnsDialog)
        words = " ".join(driver.text.split())
        assert f"name: Lead → {long}" in words
        assert "2026-11-21 13:00 by anna" in words
        await driver.press("escape")
        assert isinstance(driver.app.screen, HistoryScreen)


async def test_a_large_change_scrolls(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("Z", "G", "enter")
        assert isinstance(driver.app.screen, TurnsDialog)
        top = driver.lines[2]
        await driver.press("pagedown", "j")
        assert driver.lines[2] != top


@both_sizes
async def test_u_takes_back_the_very_change_under_the_cursor_and_ctrl_r_brings_it_back(
    demo: Workspace, size: tuple[int, int]
) -> None:
    rename(demo, "One")
    create_organisation(demo, name="Acme")
    async with driving(demo, size=size) as driver:
        await driver.press("Z", "j", "u")
        assert isinstance(driver.app.screen, ConfirmDialog)
        assert "Undo “Edited stage Lead: name”?" in driver.text
        await driver.press("n")
        assert first_stage(demo) == "One"
        await driver.press("u", "y")
        assert first_stage(demo) == "Lead"
        (line,) = (
            line for line in driver.lines if " Edited stage Lead: name" in line and "Undid" not in line
        )
        assert line.endswith("undone")
        assert driver.line("3 of 4 · undone")
        await driver.press("u", "y")
        assert isinstance(driver.app.screen, ProblemDialog)
        assert "undone already" in driver.text
        await driver.press("escape", "ctrl+r", "y")
        assert first_stage(demo) == "One"
        assert "undone" not in driver.line("4 of 5")


@both_sizes
async def test_undo_is_refused_where_later_changes_stand_on_it(
    demo: Workspace, size: tuple[int, int]
) -> None:
    rename(demo, "One", "Two")
    async with driving(demo, size=size) as driver:
        await driver.press("Z", "j", "u", "y")
        assert isinstance(driver.app.screen, ProblemDialog)
        words = " ".join(driver.text.split())
        assert "“Edited stage Lead: name” cannot be undone: the same was changed later" in words
        assert "Undo that first." in words
        await driver.press("escape")
        assert first_stage(demo) == "Two"


@both_sizes
async def test_the_filter_narrows_by_words_who_and_kind(
    demo: Workspace, demo_path: Path, size: tuple[int, int]
) -> None:
    other = open_at(demo_path)
    other.actor = "Bjørn"
    rename(demo, "One")
    rename(other, "Two")
    create_organisation(demo, name="Ærlig [/x]")
    async with driving(demo, size=size) as driver:
        await driver.press("Z", "F")
        assert isinstance(driver.app.screen, HistoryFilterDialog)
        await driver.type("aerlig")
        await driver.press("enter")
        assert driver.line("1 of 1")
        assert "Ærlig [/x]" in driver.text
        assert "with “aerlig”" in driver.line("History of all changes")
        await driver.press("escape")
        assert driver.line("1 of 4")
        await driver.press("F", "down")
        await driver.type("Bj")
        await driver.press("enter")
        assert driver.line("1 of 1")
        assert "Edited stage One: name" in driver.text
        await driver.press("F", "down")
        await driver.type("every")
        await driver.press("down")
        await driver.type("pipelines")
        await driver.press("enter")
        assert driver.line("1 of 2")
        assert "Demo data" not in driver.text
        await driver.press("F")
        await driver.type("zzz")
        await driver.press("enter")
        assert "Nothing like this was changed" in driver.text
        await driver.press("space", "enter", "u", "escape")
        assert driver.line("1 of 4")
    other.database.close()


async def test_it_reads_on_page_by_page(demo: Workspace) -> None:
    for number in range(230):
        create_organisation(demo, name=f"Organisation {number:03}")
    async with driving(demo) as driver:
        await driver.press("Z")
        screen = driver.app.screen
        assert isinstance(screen, HistoryScreen)
        assert driver.line("1 of 100 and more")
        assert "Organisation 229" in driver.text
        await driver.press("G")
        assert driver.line("101 of 200 and more")
        await driver.press("G", "G")
        assert driver.line("231 of 231")
        assert "Demo data" in driver.text
        numbers = [group.id for group in screen._groups]
        assert numbers == sorted(set(numbers), reverse=True)
        await driver.press("g")
        assert driver.line("1 of 231")


async def test_a_change_of_somebody_else_comes_in_on_top_and_the_cursor_stays(
    demo: Workspace, demo_path: Path
) -> None:
    other = open_at(demo_path)
    rename(demo, "One")
    async with driving(demo) as driver:
        await driver.press("Z", "space", "j")
        create_organisation(other, name="Newcomer")
        driver.app.data_changed()
        await driver.settle()
        assert "Newcomer" in driver.text
        assert driver.line("2 of 3")
        assert "Lead → One" in driver.text
    other.database.close()


@both_sizes
async def test_the_history_of_one_deal_has_its_changes_and_no_others(
    demo: Workspace, size: tuple[int, int]
) -> None:
    deal_id, title, version = an_open_deal(demo)
    stage = list_setup(demo)[0].stages[1]
    demo.clock = lambda: NOW + 60
    edit_deal(demo, deal_id=deal_id, version=version, changes={"title": "Renamed [/EU]"})
    rename(demo, "One")
    move_deal(demo, deal_id=deal_id, stage_id=stage.id)
    async with driving(demo, size=size) as driver:
        driver.app.push_screen(DealHistoryScreen(deal_id))
        await driver.settle()
        assert driver.line("History of deal Renamed [/EU]")
        assert driver.line("1 of 3")
        assert "Edited stage" not in driver.text
        await driver.press("space")
        assert "One → Qualified" in driver.text
        await driver.press("g", "space", "j", "space")
        assert f"{title} → Renamed [/EU]"[:25] in driver.text
        await driver.press("g", "u", "y")
        with demo.read() as reader:
            rows = reader.rows("SELECT stage_id, title FROM deal WHERE id = :id", {"id": deal_id})
        assert rows == [(list_setup(demo)[0].stages[0].id, "Renamed [/EU]")]
        assert driver.line("2 of 4 · undone")


async def test_a_deal_that_is_not_there_is_told(demo: Workspace) -> None:
    async with driving(demo) as driver:
        driver.app.push_screen(DealHistoryScreen(999_999))
        await driver.settle()
        assert isinstance(driver.app.screen, ProblemDialog)
        assert "There is no deal with number 999999." in driver.text


async def test_an_empty_history_says_so(empty: Workspace) -> None:
    async with driving(empty) as driver:
        await driver.press("Z")
        assert "Nothing was changed yet: n makes a deal" in driver.text
        await driver.press("space", "enter", "u", "ctrl+r", "G")
        assert isinstance(driver.app.screen, HistoryScreen)


async def test_the_palette_has_it(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("colon")
        await driver.type("history")
        await driver.press("enter")
        assert isinstance(driver.app.screen, HistoryScreen)


def test_a_time_of_another_year_is_shown_by_its_day() -> None:
    from zoneinfo import ZoneInfo

    from funnel_tui.screens.history_words import brief_when

    zone = ZoneInfo("Europe/Oslo")
    assert brief_when(NOW, zone, NOW) == "21 Nov 13:00"
    assert brief_when(NOW - 400 * 86_400, zone, NOW) == "17 Oct 2025"
