"""Logging by keys in the program: from a list, from a deal, from the directory, and from nowhere."""

from __future__ import annotations

import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual import events

from funnel_tui.dialogs.log_form import LogForm
from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.errors import NotFound
from funnel_tui.screens import logging
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.find import FindScreen
from funnel_tui.services.agenda import deal_tasks
from funnel_tui.services.drafts import pending
from funnel_tui.services.interaction_list import interaction_rows
from funnel_tui.services.tasks import create_task
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, driving
from tests.ui.dialogs import go, write


def last_logged(workspace: Workspace) -> InteractionFact:
    """The interaction that was written last."""
    with workspace.read() as reader:
        number = reader.rows("SELECT max(id) FROM interaction")[0][0]
    return interaction_rows(workspace, [number])[0]


def count(workspace: Workspace) -> int:
    """How many interactions there are."""
    with workspace.read() as reader:
        return int(reader.rows("SELECT count(*) FROM interaction")[0][0])


async def on_the_list(driver: Driver, row: int = 3) -> DealsScreen:
    """The list of deals with the cursor on a row."""
    await driver.press("1", *["j"] * row)
    screen = driver.app.screen
    assert isinstance(screen, DealsScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_three_keys_log_a_call_with_the_deal_under_the_cursor(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        screen = await on_the_list(driver)
        deal_id, before = screen.deal_id, count(demo)
        await driver.press("c", "3", "enter")
        assert driver.app.screen is screen
        assert screen.deal_id == deal_id
        fact = last_logged(demo)
        assert count(demo) == before + 1
        assert (fact.kind, fact.outcome, fact.planned, fact.deal_id) == (
            "Call",
            "conversation",
            False,
            deal_id,
        )
        assert fact.at == demo.clock()
        await driver.press("u")
        assert count(demo) == before


@pytest.mark.parametrize("slow", [0.0, 0.15, 0.5], ids=["quick", "slow", "slower"])
@pytest.mark.parametrize("gap", [0.0, 0.04], ids=["burst", "typed"])
async def test_keys_pressed_ahead_log_the_call_too(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch, gap: float, slow: float
) -> None:
    reading = logging.read_log_desk

    def late(*given: Any, **more: Any) -> Any:
        time.sleep(slow)
        return reading(*given, **more)

    monkeypatch.setattr(logging, "read_log_desk", late)
    async with driving(demo) as driver:
        screen = await on_the_list(driver)
        deal_id, before = screen.deal_id, count(demo)
        for again in (1, 2):
            for key in ("c", "2", "enter"):
                driver.app.post_message(events.Key(key, "\r" if key == "enter" else key))
                if gap:
                    await driver.pilot.pause(gap)
            await driver.pilot.pause(slow + 0.5)
            await driver.settle()
            assert driver.app.screen is screen
            assert count(demo) == before + again
            assert (last_logged(demo).outcome, last_logged(demo).deal_id) == ("voicemail", deal_id)


async def test_any_kind_and_the_next_task_in_the_same_form(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await on_the_list(driver)
        assert screen.deal_id is not None
        tasks = len(deal_tasks(demo, screen.deal_id))
        await driver.press("i", "3", "1")
        await write(driver, "note", "They want a pilot.")
        await driver.press("tab")
        await go(driver, "next")
        await driver.type("call")
        await go(driver, "title")
        await driver.press("ctrl+u")
        await driver.type("Agree the pilot")
        await go(driver, "due")
        await driver.type("+3d")
        await driver.press("enter")
        fact = last_logged(demo)
        assert (fact.kind, fact.outcome, fact.note) == ("Meeting", "held", "They want a pilot.")
        made = [task for task in deal_tasks(demo, screen.deal_id) if task.title == "Agree the pilot"]
        assert len(deal_tasks(demo, screen.deal_id)) == tasks + 1
        assert made[0].kind == "call"


async def test_what_was_typed_survives_esc_and_is_gone_once_saved(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await on_the_list(driver)
        await driver.press("c", "2")
        await write(driver, "note", "Half a thought")
        await driver.press("escape")
        assert len(pending(demo.database.target, "log")) == 1
        await driver.press("j", "c")
        assert "Half a thought" not in driver.text
        await driver.press("escape", "k", "c")
        assert "Half a thought" in driver.text
        await driver.press("enter")
        assert (last_logged(demo).note, last_logged(demo).outcome) == ("Half a thought", "voicemail")
        assert pending(demo.database.target, "log") == []


async def test_what_the_service_refuses_stands_under_its_field(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await on_the_list(driver)
        before = count(demo)
        await driver.press("c", "3")
        await write(driver, "at", "1 jan 2001 10:00")
        await driver.press("enter")
        assert count(demo) == before
        form = driver.app.screen
        assert isinstance(form, LogForm)
        assert "existed" in " ".join(driver.text.split())
        assert form.focused is not None
        assert form.focused.id == "at"
        await driver.press("delete", "enter")
        assert driver.app.screen is screen
        assert count(demo) == before + 1


async def test_an_organisation_and_a_person_without_a_deal(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("O")
        await driver.press("c", "1", "enter")
        fact = last_logged(demo)
        assert fact.deal_id is None
        assert fact.organisation_id is not None
        await driver.press("tab")
        await driver.press("i", "2", "1", "enter")
        fact = last_logged(demo)
        assert (fact.kind, fact.outcome) == ("Email", "sent")
        assert fact.person_id is not None


async def test_where_there_is_nothing_it_is_asked_with_whom(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("2", "c")
        assert isinstance(driver.app.screen, FindScreen)
        await driver.type("fjordline")
        await driver.pilot.pause(0.2)
        await driver.press("enter")
        assert isinstance(driver.app.screen, LogForm)
        await driver.press("1", "enter")
        fact = last_logged(demo)
        assert "Fjordline" in f"{fact.deal} {fact.organisation} {fact.person}"


async def test_a_new_person_is_created_with_the_interaction(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await on_the_list(driver)
        await driver.press("c", "3")
        await write(driver, "person", "Zebulon Quist")
        await driver.pilot.pause(0.3)
        await driver.press("enter", "enter")
        fact = last_logged(demo)
        assert (fact.person, fact.outcome) == ("Zebulon Quist", "conversation")


async def test_a_deal_that_is_gone_is_told_and_nothing_is_written(demo: Workspace, monkeypatch: Any) -> None:
    def gone(*_args: Any, **_more: Any) -> Any:
        raise NotFound("There is no deal with number 7.", "It may have been undone.")

    async with driving(demo) as driver:
        screen = await on_the_list(driver)
        before = count(demo)
        monkeypatch.setattr(logging, "read_log_desk", gone)
        await driver.press("c")
        assert "There is no deal with number 7." in driver.text
        await driver.press("escape")
        assert driver.app.screen is screen
        assert count(demo) == before


async def test_a_task_that_is_due_can_be_finished_with_the_call(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await on_the_list(driver)
        deal_id = screen.deal_id
        assert deal_id is not None
        today = Moment(day_number(local_day(demo.clock(), ZoneInfo(demo.settings().time_zone))))
        task = create_task(
            demo, owner_id=1, kind="call", title="Ask for the budget", deal_id=deal_id, due=today
        )
        await driver.press("c", "3", "enter")
        assert task in {one.id for one in deal_tasks(demo, deal_id, only_open=True)}, "nobody guesses"
        await driver.press("c", "3")
        (line,) = [line for line in driver.lines if "Finishes" in line]
        assert "no task" in line
        await driver.press("tab")
        while "Ask for the budget" not in driver.text:
            await driver.press("right")
        await driver.press("enter")
        assert task not in {one.id for one in deal_tasks(demo, deal_id, only_open=True)}
        await driver.press("u")
        assert task in {one.id for one in deal_tasks(demo, deal_id, only_open=True)}


async def test_only_tasks_of_the_same_kind_are_offered(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await on_the_list(driver)
        today = Moment(day_number(local_day(demo.clock(), ZoneInfo(demo.settings().time_zone))))
        create_task(
            demo, owner_id=1, kind="call", title="Ask for the budget", deal_id=screen.deal_id, due=today
        )
        await driver.press("i", "e")
        assert isinstance(driver.app.screen, LogForm)
        assert "Ask for the budget" not in driver.text
        assert "Finishes" not in driver.text
