"""What the app opens with: the day of whoever uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.app import FunnelApp
from funnel_tui.config import UserSettings
from funnel_tui.screens.tabs import TABS
from funnel_tui.screens.tasks import TasksScreen
from funnel_tui.screens.tasks_list import DAY, DayView, read_day
from funnel_tui.services.agenda import my_tasks, next_up, task_rows, whose_day
from funnel_tui.services.deals import win_deal
from funnel_tui.services.people import create_rep, create_team
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.tasks import create_task, finish_task
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import open_at

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


def rep_numbers(workspace: Workspace) -> dict[str, int]:
    """The reps by name."""
    with workspace.read() as reader:
        return {str(name): int(number) for number, name in reader.rows("SELECT id, name FROM rep")}


def owners_shown(driver: Driver, workspace: Workspace) -> set[str]:
    """Whose tasks are in the list."""
    screen = driver.app.screen
    assert isinstance(screen, TasksScreen)
    assert screen._rows is not None
    return {task.owner for task in task_rows(workspace, screen._rows.ids)}


def finish_everything(workspace: Workspace, rep: str) -> None:
    """Leave a rep without open tasks and without open deals."""
    number = rep_numbers(workspace)[rep]
    with workspace.read() as reader:
        deals = reader.rows("SELECT id FROM deal WHERE owner_id = :o AND status = 'open'", {"o": number})
    for (deal,) in deals:
        win_deal(workspace, deal_id=deal)
    for task in my_tasks(workspace, number).ids:
        finish_task(workspace, task_id=task)


@both_sizes
async def test_a_rep_sees_their_own_tasks_first(demo: Workspace, size: tuple[int, int]) -> None:
    demo.actor = "anna berg"
    async with driving(demo, size=size) as driver:
        assert isinstance(driver.app.screen, TasksScreen)
        assert driver.lines[0].startswith(" funnel │ Anna Berg │ NOK")
        assert driver.lines[1].startswith(" 0 Today  1")
        assert driver.lines[2].strip().startswith("Anna Berg: ")
        assert driver.lines[3].split()[0] == "Due"
        assert owners_shown(driver, demo) == {"Anna Berg"}
        await driver.press("tab")
        screen = driver.app.screen
        assert isinstance(screen, TasksScreen)
        assert screen._rows is not None
        assert list(screen._rows.ids) == list(next_up(demo, whose_day(demo, "Anna Berg")).ids)


@both_sizes
async def test_who_is_no_rep_is_told_that_it_is_everybody_s_day(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        assert driver.lines[2].strip().startswith("Everybody: ")
        assert driver.lines[3].strip() == (
            "No rep is called anna: this is everybody's day; the scope says whose."
        )
        assert len(owners_shown(driver, demo)) > 3
        await driver.press("f", "up")
        await driver.type("Kari Lie")
        await driver.press("enter")
        assert driver.lines[2].strip().startswith("Kari Lie: ")
        assert "No rep is called" not in driver.text
        assert driver.lines[0].startswith(" funnel │ Kari Lie │ NOK")
        assert owners_shown(driver, demo) == {"Kari Lie"}


async def test_a_manager_who_owns_nothing_sees_the_day_of_the_team(demo: Workspace) -> None:
    with demo.read() as reader:
        team = int(reader.rows("SELECT id FROM team WHERE name = 'Norway'")[0][0])
        names = {row[0] for row in reader.rows("SELECT name FROM rep WHERE team_id = :t", {"t": team})}
    boss = create_rep(demo, name="Berit Boss", team_id=team)
    demo.actor = "Berit Boss"
    async with driving(demo) as driver:
        assert driver.lines[2].strip().startswith("Team Norway: ")
        assert driver.lines[3].startswith(" Berit Boss owns nothing: this is the team's day;")
        assert owners_shown(driver, demo) <= names
        assert owners_shown(driver, demo)
        await driver.press("tab")
        assert driver.lines[2].strip().startswith("Team Norway: ")
        create_task(demo, owner_id=boss, kind="call", title="Talk to Kari")
        await driver.press("tab", "1", "0")
        await driver.pilot.pause(1.2)
        await driver.settle()
        assert driver.lines[2].strip().startswith("Berit Boss: 1 some day")


async def test_a_manager_of_nobody_sees_everybody_s_day(demo: Workspace) -> None:
    create_rep(demo, name="Berit Boss", team_id=create_team(demo, name="New team"))
    demo.actor = "Berit Boss"
    async with driving(demo) as driver:
        assert driver.lines[2].strip().startswith("Everybody: ")
        assert "this is everybody's day; the scope says whose." in driver.lines[3]


async def test_a_team_that_is_looked_at_has_its_own_day(demo: Workspace) -> None:
    async with driving(demo) as driver:
        assert driver.app.scope is not None
        driver.app.set_scope(driver.app.scope.with_(team="Norway"))
        await driver.settle()
        assert driver.lines[2].strip().startswith("Team Norway: ")
        assert len(owners_shown(driver, demo)) in {2, 3, 4}


async def test_without_tasks_the_screen_says_how_many_deals_wait(demo: Workspace) -> None:
    number = rep_numbers(demo)["Kari Lie"]
    for task in my_tasks(demo, number).ids:
        finish_task(demo, task_id=task)
    demo.actor = "Kari Lie"
    waiting = len(next_up(demo, (number, "Kari Lie")).ids)
    assert waiting > 1
    async with driving(demo) as driver:
        assert "Nothing is to be done." in driver.text
        assert f"{waiting} deals need attention: tab shows them" in driver.text
        await driver.press("tab")
        assert f"Kari Lie: {waiting} deals need attention" in driver.lines[2]


@both_sizes
async def test_a_new_database_says_how_to_begin(empty: Workspace, size: tuple[int, int]) -> None:
    async with driving(empty, size=size) as driver:
        assert isinstance(driver.app.screen, TasksScreen)
        assert "There are no deals yet." in driver.text
        for words in ("S sets up a pipeline, then n makes the first deal", "I imports a file"):
            assert words in " ".join(driver.text.split())
        await driver.press("tab")
        assert "There are no deals yet." in driver.text
        await driver.press("d", "z", "enter", "f", "escape")
        assert isinstance(driver.app.screen, TasksScreen)
        await driver.press("S")
        assert not isinstance(driver.app.screen, TasksScreen)


async def test_a_pipeline_without_deals_is_no_reason_for_a_day_of_somebody(empty: Workspace) -> None:
    create_pipeline(empty, name="Sales", stages=["Lead"])
    create_rep(empty, name="Anna Berg")
    create_rep(empty, name="Kari Lie")
    empty.actor = "Kari Lie"
    async with driving(empty) as driver:
        assert driver.lines[2].strip() == "Kari Lie: no open tasks"
        assert "There are no deals yet." in driver.text


async def test_the_week_ends_where_the_user_says(demo_path: Path) -> None:
    counts = []
    for start in (0, 6):  # the demo's day is a Saturday
        workspace = open_at(demo_path)
        async with driving(workspace, settings=UserSettings(week_start=start)) as driver:
            screen = driver.app.screen
            assert isinstance(screen, TasksScreen)
            assert screen._found is not None
            counts.append(screen._found.tasks.counts)
        workspace.database.close()
    assert counts[0] != counts[1]
    assert counts[0] == my_tasks(open_at(demo_path), None).counts


async def test_what_was_read_ahead_is_what_the_first_screen_shows(demo: Workspace) -> None:
    from concurrent.futures import Future

    app = FunnelApp(demo, environment={})
    ahead: Future[object] = Future()
    ahead.set_result(read_day(demo, scope=None, view=DayView.TASKS))
    app.ahead[DAY] = ahead
    async with app.run_test() as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, TasksScreen)
        assert screen._found is ahead.result()
        assert app.ahead == {}
        assert app.view is not None
        assert app.scope == app.view.scope


def test_every_tab_has_a_screen_and_a_key() -> None:
    assert set(FunnelApp.MODES) == {tab.name for tab in TABS}
    assert TABS[0].name == FunnelApp.DEFAULT_MODE
    assert len({tab[0] for tab in TABS}) == len(TABS)


@both_sizes
async def test_a_pipeline_without_deals_names_the_next_key_on_every_screen(
    empty: Workspace, size: tuple[int, int]
) -> None:
    create_pipeline(empty, name="Sales", stages=["Lead"])
    create_rep(empty, name="Anna Berg")
    async with driving(empty, size=size) as driver:
        for keys in ("0", "1", "b", "2", "t", "s", "B", "3", "tab", "4", "tab", "tab", "5", "tab", "tab"):
            await driver.press(keys)
            words = " ".join(driver.text.split())
            assert "n makes" in words, keys
