"""Moving, winning, losing, reopening, tasks and conflicts, by keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual.screen import Screen

from funnel_tui.dialogs.closing import LoseDialog, WinDialog
from funnel_tui.dialogs.conflict import ConflictDialog, merged_texts
from funnel_tui.dialogs.move import MoveDialog, ReopenDialog
from funnel_tui.dialogs.task import DoneDialog, TaskDialog
from funnel_tui.dialogs.wishes import (
    ConflictField,
    DealSubject,
    DealValues,
    LoseWish,
    MergeWish,
    MoveWish,
    Pick,
    PipelineOption,
    ReopenWish,
    StageOption,
    WinWish,
)
from funnel_tui.domain.money import Money
from funnel_tui.widgets.fields import FieldRow
from tests.support.driving import SIZES
from tests.ui.dialogs import (
    FRIDAY,
    FULL,
    READER,
    REASONS,
    REPS,
    STAGES,
    SUBJECT,
    TASK,
    answer,
    choices,
    is_open,
    moving,
    seen,
    showing,
    words,
)

# Moving


async def test_a_digit_moves_on_at_once() -> None:
    async with showing(moving(0)) as driver:
        await driver.press("2")
        assert answer(driver) == MoveWish(31, 3, 12)


async def test_enter_alone_moves_to_the_next_stage() -> None:
    async with showing(moving(0)) as driver:
        assert "is here now" in seen(driver)
        await driver.press("enter")
        assert answer(driver) == MoveWish(31, 3, 12)


async def test_a_skipped_stage_is_told_first() -> None:
    async with showing(moving(0)) as driver:
        await driver.press("4")
        assert "Skips Qualified and Proposal." in seen(driver)
        assert is_open(driver)
        await driver.press("enter")
        assert answer(driver).stage_id == 14


async def test_going_back_is_told_first() -> None:
    async with showing(moving(2)) as driver:
        await driver.press("1")
        assert "Back 2 stages: Lead counts as visited again." in seen(driver)
        await driver.press("enter")
        assert answer(driver) == MoveWish(31, 3, 11)


@pytest.mark.parametrize(("typed", "stage_id"), [("neg", 14), ("QUAL", 12), ("ead", 11)])
async def test_a_stage_by_its_name(typed: str, stage_id: int) -> None:
    async with showing(moving(2)) as driver:
        await driver.type(typed)
        await driver.press("enter")
        assert answer(driver).stage_id == stage_id


async def test_a_stage_by_the_arrows() -> None:
    async with showing(moving(0)) as driver:
        await driver.press("down", "down")
        assert "Skips" in seen(driver)
        await driver.press("up", "enter")
        assert answer(driver).stage_id == 13


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9", "There is no “9” here"),
        ("0", "There is no “0” here"),
        ("zebra", "There is no “zebra” here"),
        ("3", "It is in Proposal already"),
        ("5", "Old last mile: retired."),
    ],
)
async def test_what_cannot_be_chosen_is_refused(typed: str, said: str) -> None:
    async with showing(moving(2)) as driver:
        await driver.type(typed)
        await driver.press("enter")
        assert said in words(driver)
        assert is_open(driver)


async def test_missing_fields_are_filled_in_right_there() -> None:
    bare = replace(FULL, amount=None, expected_close=None)
    async with showing(moving(2, bare)) as driver:
        await driver.press("4")
        assert "Proposal asks for amount and expected close first" in words(driver)
        await driver.press("enter")
        assert "Proposal asks for it." in seen(driver)
        await driver.type("480k")
        await driver.press("tab")
        await driver.type("31 feb")
        await driver.press("enter")
        assert "is no day of the calendar" in words(driver)
        await driver.press("shift+tab", "tab")
        await driver.type("fri")
        await driver.press("enter")
        values = {"amount_minor": 48_000_000, "currency": "NOK", "expected_close": FRIDAY}
        assert answer(driver) == MoveWish(31, 3, 14, values)


async def test_nothing_is_asked_for_on_the_way_back() -> None:
    async with showing(moving(2, replace(FULL, amount=None))) as driver:
        await driver.press("4")
        assert "Amount" in seen(driver)
        await driver.press("backspace", "1")
        assert "Amount" not in seen(driver)
        await driver.press("enter")
        assert answer(driver) == MoveWish(31, 3, 11)


async def test_a_stage_can_ask_for_an_organisation() -> None:
    stages = (
        StageOption(1, "First", required=("organisation", "source", "probability")),
        StageOption(2, "Second"),
    )
    given = choices(pipelines=(PipelineOption(4, "Short", stages),))
    subject = DealSubject(31, 3, "Deal", 1, "First")
    async with showing(MoveDialog(subject, given, DealValues(4, 1, 5))) as driver:
        await driver.press("2", "enter")
        await driver.type("fjordl")
        await driver.press("enter")
        await driver.type("40")
        await driver.press("tab")
        await driver.type("Fair")
        await driver.press("escape", "enter")
        values = {"organisation": Pick("Fjordline AS", 1), "probability_bp": 4000, "source": "Fair"}
        assert answer(driver) == MoveWish(31, 3, 2, values)


async def test_many_stages_take_two_digits() -> None:
    stages = tuple(StageOption(100 + number, f"Stage {number}") for number in range(1, 31))
    given = choices(pipelines=(PipelineOption(4, "Long", stages),))
    subject = DealSubject(31, 3, "Deal", 101, "Stage 1")
    async with showing(MoveDialog(subject, given, DealValues(4, 101, 5))) as driver:
        await driver.press("2")
        assert is_open(driver)
        await driver.press("7")
        assert "Stage 27" in seen(driver)
        assert "Skips Stage 2, Stage 3, Stage 4 and 22 more." in seen(driver)
        await driver.press("enter")
        assert answer(driver).stage_id == 127


# Reopening


async def test_reopen_begins_with_the_stage_it_was_closed_from() -> None:
    async with showing(ReopenDialog(SUBJECT, STAGES)) as driver:
        assert "closed from here" in seen(driver)
        await driver.press("enter")
        assert answer(driver) == ReopenWish(31, 3, 12)


async def test_reopen_in_another_stage_but_not_in_a_retired_one() -> None:
    async with showing(ReopenDialog(SUBJECT, STAGES)) as driver:
        await driver.press("5", "enter")
        assert "Old last mile: retired." in seen(driver)
        await driver.press("backspace", "1", "enter")
        assert answer(driver) == ReopenWish(31, 3, 11)


# Losing


async def test_a_loss_needs_a_reason() -> None:
    async with showing(LoseDialog(SUBJECT, REASONS, READER)) as driver:
        assert "Fjordline AS · 480,000.00 NOK · Lost from Qualified" in seen(driver)
        await driver.press("enter")
        assert "Why was it lost?" in seen(driver)
        await driver.press("2", "enter")
        assert answer(driver) == LoseWish(31, 3, "No decision")


async def test_a_reason_by_name_with_a_note() -> None:
    async with showing(LoseDialog(SUBJECT, REASONS, READER)) as driver:
        await driver.type("comp")
        await driver.press("tab")
        await driver.type("too")
        await driver.press("enter")
        await driver.type("late")
        await driver.press("ctrl+s")
        assert answer(driver) == LoseWish(31, 3, "Competitor [/x]", "too\nlate")


@pytest.mark.parametrize("typed", ["Merged", "[/EU] gone", "2nd choice"])
async def test_a_new_reason(typed: str) -> None:
    async with showing(LoseDialog(SUBJECT, REASONS, READER)) as driver:
        await driver.type(typed)
        assert f"new: {typed}" in seen(driver)
        await driver.press("enter")
        assert answer(driver) == LoseWish(31, 3, typed)


async def test_the_name_of_a_reason_in_another_case_is_no_new_one() -> None:
    async with showing(LoseDialog(SUBJECT, REASONS, READER)) as driver:
        await driver.type("PRICE")
        assert "new:" not in seen(driver)
        await driver.press("enter")
        assert answer(driver).reason == "Price"


async def test_without_known_reasons_any_word_is_one() -> None:
    async with showing(LoseDialog(SUBJECT, (), READER)) as driver:
        await driver.press("down", "enter")
        assert is_open(driver)
        await driver.type("1")
        await driver.press("enter")
        assert answer(driver).reason == "1"


# Winning


async def test_a_win_is_confirmed_with_amount_and_day() -> None:
    async with showing(WinDialog(SUBJECT, READER)) as driver:
        assert "= 480,000.00 NOK" in seen(driver)
        assert "= Sat 21 Nov 2026 · today" in seen(driver)
        await driver.press("enter")
        assert answer(driver) == WinWish(31, 3)


async def test_a_win_for_another_amount_on_another_day() -> None:
    async with showing(WinDialog(SUBJECT, READER)) as driver:
        await driver.type("USD 5000")
        await driver.press("tab")
        await driver.type("thu 14:30")
        await driver.press("enter")
        when = int(datetime(2026, 11, 19, 14, 30, tzinfo=ZoneInfo("UTC")).timestamp())
        assert answer(driver) == WinWish(31, 3, {"amount_minor": 500_000, "currency": "USD"}, when)


async def test_a_number_typed_over_an_amount_keeps_its_currency() -> None:
    subject = replace(SUBJECT, amount=Money(1_250_000, "EUR"))
    async with showing(WinDialog(subject, READER)) as driver:
        await driver.type("13k")
        assert "= 13,000.00 EUR" in seen(driver)
        await driver.press("enter")
        assert answer(driver).values == {"amount_minor": 1_300_000, "currency": "EUR"}


async def test_the_same_amount_in_other_words_is_no_change() -> None:
    async with showing(WinDialog(SUBJECT, READER)) as driver:
        await driver.type("480k")
        await driver.press("enter")
        assert answer(driver).values == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("tomorrow", "has not come yet"),
        ("2026-11-01", "is before its last event"),
        ("31 feb", "is no day of the calendar"),
        ("0000-01-01", "is no day of the calendar"),
    ],
)
async def test_a_day_that_cannot_be(typed: str, said: str) -> None:
    async with showing(WinDialog(SUBJECT, READER)) as driver:
        await driver.press("tab")
        await driver.type(typed)
        await driver.press("enter")
        assert said in words(driver)
        assert is_open(driver)


async def test_on_the_day_of_its_last_event_a_win_comes_after_it() -> None:
    late = int(datetime(2026, 11, 20, 17, tzinfo=ZoneInfo("UTC")).timestamp())
    async with showing(WinDialog(replace(SUBJECT, since=late), READER)) as driver:
        await driver.press("tab")
        await driver.type("yesterday")
        await driver.press("enter")
        assert answer(driver).at == late


async def test_a_win_without_an_amount_is_warned_of() -> None:
    async with showing(WinDialog(replace(SUBJECT, amount=None), READER)) as driver:
        assert "Without an amount it counts in no sum" in words(driver)
        await driver.press("enter")
        assert answer(driver).values == {}


# Conflicts

FIELDS = (
    ConflictField("title", "Title", "Mine [/EU]", "Theirs", "Mine [/EU]", "Theirs"),
    ConflictField("amount_minor", "Amount", "480,000 NOK", "", 48_000_000, None),
)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (
            ("enter",),
            MergeWish({"title": "Mine [/EU]", "amount_minor": 48_000_000}, ("title", "amount_minor")),
        ),
        (("T", "enter"), MergeWish({"title": "Theirs", "amount_minor": None}, ())),
        (("t", "enter"), MergeWish({"title": "Theirs", "amount_minor": 48_000_000}, ("amount_minor",))),
        (("down", "right", "enter"), MergeWish({"title": "Mine [/EU]", "amount_minor": None}, ("title",))),
        (("T", "m", "ctrl+s"), MergeWish({"title": "Mine [/EU]", "amount_minor": None}, ("title",))),
        (("escape",), None),
    ],
)
async def test_a_conflict_is_settled_per_field(keys: tuple[str, ...], expected: Any) -> None:
    async with showing(ConflictDialog("Deal", FIELDS)) as driver:
        assert "Mine [/EU]" in seen(driver)
        assert "(empty)" in seen(driver)
        await driver.press(*keys)
        assert answer(driver) == expected


def test_merging_takes_what_only_one_side_changed() -> None:
    base = {"title": "a", "note": "", "organisation": "X", "organisation_id": "1"}
    mine = {"title": "mine", "note": "", "organisation": "X", "organisation_id": "1"}
    theirs = {"title": "a", "note": "new", "organisation": "X", "organisation_id": "2"}
    merged, clashes, others = merged_texts(base, mine, theirs)
    assert merged == {"title": "mine", "note": "new", "organisation": "X", "organisation_id": "2"}
    assert (clashes, others) == ([], ["note", "organisation"])


# All of them


def all_dialogs() -> list[Screen[Any]]:
    """One of each."""
    return [
        moving(2, replace(FULL, amount=None, expected_close=None)),
        ReopenDialog(SUBJECT, STAGES),
        LoseDialog(SUBJECT, REASONS, READER),
        WinDialog(replace(SUBJECT, amount=Money(10**15, "NOK")), READER),
        TaskDialog(READER, REPS, 5),
        DoneDialog(TASK, READER),
        ConflictDialog("Deal", FIELDS),
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("which", range(7))
async def test_every_dialog_can_be_read(which: int, size: tuple[int, int]) -> None:
    theme = ("dark", "light", "ansi")[which % 3]
    async with showing(all_dialogs()[which], size=size, theme=theme) as driver:
        screen = seen(driver)
        assert "…" not in screen
        assert "esc back" in screen
        assert "enter" in screen.splitlines()[-1]
        assert driver.app.screen.query_one("#middle").max_scroll_y == 0
        await driver.press("escape")
        assert answer(driver) is None


@pytest.mark.parametrize("which", range(7))
async def test_nothing_moves_by_itself(which: int) -> None:
    """A blinking cursor costs bytes over a line for as long as the form is open."""
    async with showing(all_dialogs()[which]) as driver:
        assert not [
            widget for widget in driver.app.screen.walk_children() if getattr(widget, "cursor_blink", False)
        ]


@pytest.mark.parametrize("which", [2, 3, 4, 5])
async def test_the_label_of_the_field_with_the_focus_stands_out(which: int) -> None:
    async with showing(all_dialogs()[which]) as driver:
        for _ in range(3):
            (here,) = [row for row in driver.app.screen.query(FieldRow) if row.query(".label.-here")]
            assert here.field.has_focus
            await driver.press("tab")
