"""Finding from anywhere, and my day."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.domain.finding import FindKind
from funnel_tui.domain.tasks import CANCELLED
from funnel_tui.screens.deal import DealScreen
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.directory_detail import DirectoryDetailScreen
from funnel_tui.screens.find import FindScreen
from funnel_tui.screens.tabs import Tab
from funnel_tui.screens.tasks import TasksScreen
from funnel_tui.services.agenda import my_tasks, next_up, task_rows
from funnel_tui.services.directory import organisation_detail, person_detail
from funnel_tui.services.finding import find
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, driving

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


async def look_for(driver: Driver, text: str) -> None:
    """Open the field and type."""
    await driver.press("slash")
    await driver.type(text)
    await driver.pilot.pause(0.15)
    await driver.settle()


def on_top(driver: Driver) -> TasksScreen:
    """The screen of my day."""
    assert isinstance(driver.app.screen, TasksScreen)
    return driver.app.screen


@both_sizes
async def test_a_deal_is_found_from_the_first_screen_and_opened(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        found = next(one for one in find(demo, "service") if one.kind is FindKind.DEAL)
        await look_for(driver, found.title)
        assert isinstance(driver.app.screen, FindScreen)
        assert found.title in driver.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealScreen)
        assert driver.lines[2].strip() == found.title
        await driver.press("escape")
        assert not isinstance(driver.app.screen, FindScreen)


async def test_a_typing_error_finds_it_too(demo: Workspace) -> None:
    async with driving(demo) as driver:
        name = next(one.title for one in find(demo, "a") if one.kind is FindKind.ORGANISATION)
        wrong = name[:3] + name[4:]
        await look_for(driver, wrong)
        assert name in driver.text


async def test_nothing_found_says_so_and_esc_goes_back(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await look_for(driver, "zzqqxxyy")
        assert "Nothing is called anything like “zzqqxxyy”." in driver.text
        await driver.press("escape")
        assert isinstance(driver.app.screen, TasksScreen)


@pytest.mark.parametrize("kind", [FindKind.ORGANISATION, FindKind.PERSON])
@both_sizes
async def test_an_organisation_or_a_person_opens_with_all_about_it_and_esc_goes_back(
    demo: Workspace, size: tuple[int, int], kind: FindKind
) -> None:
    async with driving(demo, size=size) as driver:
        text = "as" if kind is FindKind.ORGANISATION else "an"
        found = next(one for one in find(demo, text, 60) if one.kind is kind)
        await look_for(driver, found.title)
        await driver.press("enter")
        screen = driver.app.screen
        assert isinstance(screen, DirectoryDetailScreen)
        assert (screen._kind, screen.number) == (str(kind), found.id)
        assert found.title in driver.text
        read = organisation_detail if kind is FindKind.ORGANISATION else person_detail
        deals = read(demo, found.id).deals
        assert all(deal.title[:16] in driver.text for deal in deals[:5])
        await driver.press("escape")
        assert isinstance(driver.app.screen, TasksScreen)


@both_sizes
async def test_my_day_lists_the_tasks_by_the_day_they_are_due(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        tasks = my_tasks(demo, None)
        assert list(on_top(driver)._rows.ids) == list(tasks.ids)  # type: ignore[union-attr]
        assert driver.lines[2].strip().startswith("Everybody: ")
        assert "overdue" in driver.lines[2]
        assert driver.line("overdue").split()[:4][-1] == "late"
        assert driver.lines[5] == driver.line("overdue")


async def test_the_tasks_of_the_rep_who_is_looked_at(demo: Workspace) -> None:
    async with driving(demo) as driver:
        scope = driver.app.scope
        assert scope is not None
        driver.app.set_scope(scope.with_(owner="Kari Lie"))
        await driver.settle()
        await driver.press("0")
        assert "Kari Lie: " in driver.lines[2]
        shown = on_top(driver)._rows
        assert shown is not None
        assert {task.owner for task in task_rows(demo, shown.ids)} == {"Kari Lie"}


async def test_d_asks_how_it_went_and_the_cursor_is_on_the_next_one(demo: Workspace) -> None:
    ids = list(my_tasks(demo, None).ids)
    async with driving(demo) as driver:
        await driver.press("0", "d", "1", "enter")
        left = list(my_tasks(demo, None).ids)
        assert ids[0] not in left
        assert on_top(driver)._row_id == left[0]
        assert str(driver.last_told).startswith("Finished ")


async def test_z_and_a_letter_put_a_task_off(demo: Workspace) -> None:
    ids = list(my_tasks(demo, None).ids)
    before = task_rows(demo, ids[:1])[0]
    async with driving(demo) as driver:
        await driver.press("0", "z")
        assert "Put off to" in driver.text
        await driver.press("t")
        after = task_rows(demo, ids[:1])[0]
        assert after.due_day is not None
        assert before.due_day is not None
        assert after.due_day > before.due_day
        assert on_top(driver)._row_id == ids[1]
        await driver.press("u")
        assert task_rows(demo, ids[:1])[0].due_day == before.due_day


async def test_a_task_that_is_not_needed_is_deleted_and_brought_back(demo: Workspace) -> None:
    def logged() -> int:
        with demo.read() as reader:
            return int(reader.rows("SELECT count(*) FROM interaction")[0][0])

    ids, before = list(my_tasks(demo, None).ids), logged()
    async with driving(demo) as driver:
        await driver.press("0", "delete")
        assert list(my_tasks(demo, None).ids) == ids[1:]
        assert on_top(driver)._row_id == ids[1]
        assert str(driver.last_told).startswith("Deleted task ")
        with demo.read() as reader:
            outcome = reader.rows("SELECT outcome FROM task WHERE id = :id", {"id": ids[0]})
        assert outcome == [(CANCELLED,)]
        assert logged() == before, "nothing is said to have happened"
        await driver.press("u")
        assert list(my_tasks(demo, None).ids) == ids


async def test_tab_shows_the_deals_that_need_me_and_enter_opens_one(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("tab")
        queue = next_up(demo, None)
        assert list(on_top(driver)._rows.ids) == list(queue.ids)  # type: ignore[union-attr]
        assert "need attention" in driver.lines[2]
        assert driver.lines[5].strip().startswith(str(queue.needs[0]))
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealScreen)
        assert driver.app.screen.deal_id == queue.ids[0]


async def test_digits_go_between_the_screens_and_leave_what_was_opened(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "enter", "1")
        assert isinstance(driver.app.screen, DealsScreen)
        await driver.press("j", "j", "0")
        assert isinstance(driver.app.screen, TasksScreen)
        await driver.press("2", "S", "1")
        assert isinstance(driver.app.screen, DealsScreen)
        assert driver.lines[2].rstrip().endswith(" 3/30")
        visited = (Tab.TODAY, Tab.DEALS, Tab.STAGES)
        assert [len(driver.app.get_screen_stack(tab.name)) for tab in visited] == [1, 1, 1]


async def test_a_digit_leaves_an_open_dialog_alone(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("u", "1")
        assert isinstance(driver.app.screen, ConfirmDialog)
        await driver.press("n")
        assert isinstance(driver.app.screen, TasksScreen)
