"""The dialogs of tasks: a new one, an edited one, one that is done."""

from __future__ import annotations

from dataclasses import replace

from funnel_tui.dialogs.task import DoneDialog, TaskDialog
from funnel_tui.dialogs.wishes import (
    DoneWish,
    TaskWish,
)
from funnel_tui.domain.moments import Moment
from tests.ui.dialogs import (
    FRIDAY,
    READER,
    REPS,
    TASK,
    answer,
    is_open,
    seen,
    showing,
    words,
)

# Tasks


async def test_a_task_by_keys() -> None:
    dialog = TaskDialog(READER, REPS, 6, deal_id=31, about="Fjordline [/EU]")
    async with showing(dialog) as driver:
        assert "New task: Fjordline [/EU]" in seen(driver)
        await driver.press("shift+tab", "m", "tab")
        await driver.type("Meet Kari")
        await driver.press("tab")
        await driver.type("fri 14:30")
        assert "= Fri 27 Nov 2026 14:30 · in 6 days" in seen(driver)
        await driver.press("enter")
        moment = Moment(FRIDAY, FRIDAY * 86_400 + 14 * 3600 + 30 * 60)
        assert answer(driver) == TaskWish("meeting", "Meet Kari", moment, 6, 31)


async def test_a_task_may_have_neither_words_nor_day() -> None:
    async with showing(TaskDialog(READER, REPS, 5)) as driver:
        await driver.press("enter")
        assert answer(driver) == TaskWish("call", "", None, 5)


async def test_words_typed_at_once_are_the_words_of_the_task() -> None:
    async with showing(TaskDialog(READER, REPS, 5)) as driver:
        await driver.type("Email them")
        await driver.press("enter")
        assert answer(driver) == TaskWish("call", "Email them", None, 5)


async def test_an_edited_task_keeps_what_was_not_touched() -> None:
    task = replace(TASK, due_at=20_777 * 86_400 + 9 * 3600 + 17)
    async with showing(TaskDialog(READER, REPS, 5, task=task)) as driver:
        await driver.type("!")
        await driver.press("enter")
        moment = Moment(20_777, task.due_at)
        wish = TaskWish("call", "Ask for the budget!", moment, 5, 31, task_id=77, version=2)
        assert answer(driver) == wish


async def test_a_task_on_a_day_that_does_not_exist() -> None:
    async with showing(TaskDialog(READER, REPS, 5)) as driver:
        await driver.press("tab")
        await driver.type("25:00")
        await driver.press("enter")
        assert "has a time that no clock shows" in words(driver)
        assert is_open(driver)


async def test_done_suggests_what_comes_next() -> None:
    async with showing(DoneDialog(TASK, READER)) as driver:
        await driver.press("2")  # voicemail: the same call again, on Monday
        assert "Mon 23 Nov 2026" in seen(driver)
        await driver.press("enter")
        again = TaskWish("call", "Ask for the budget", Moment(FRIDAY - 4), 5, 31)
        assert answer(driver) == DoneWish(77, 2, "voicemail", None, again)


async def test_the_suggestion_follows_the_outcome_until_it_is_touched() -> None:
    async with showing(DoneDialog(TASK, READER)) as driver:
        await driver.press("1")
        assert "Send what was agreed" in seen(driver)
        await driver.press("tab", "tab", "n", "shift+tab", "shift+tab", "backspace", "2")
        assert "‹ nothing ›" in seen(driver)
        await driver.press("enter")
        assert answer(driver) == DoneWish(77, 2, "voicemail")


async def test_done_without_an_outcome_or_with_a_new_one() -> None:
    async with showing(DoneDialog(TASK, READER, suggest=False)) as driver:
        await driver.press("enter")
        assert answer(driver) == DoneWish(77, 2, None)
    async with showing(DoneDialog(TASK, READER, suggest=False)) as driver:
        await driver.type("moved abroad")
        await driver.press("enter")
        assert answer(driver) == DoneWish(77, 2, "moved abroad")
