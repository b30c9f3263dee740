"""The form of a deal, by keys."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from funnel_tui.dialogs.deal_fields import starting_values
from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.dialogs.wishes import DealWish, Pick
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_number
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import DatabaseBusy
from tests.support.driving import SIZES
from tests.ui.dialogs import FULL, NEW, Directory, answer, choices, focus, go, is_open, seen, showing, write


async def test_a_new_deal_by_keys_alone() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        assert focus(driver) == "title"
        await driver.type("Fleet renewal")
        await driver.press("tab")
        await driver.type("fjordl")
        assert "Fjordline AS" in seen(driver)
        await driver.press("enter")  # picks; the form stays
        await write(driver, "stage_id", "pro")
        await write(driver, "owner_id", "bo")
        await write(driver, "amount", "480k")
        await write(driver, "expected_close", "4 dec")
        await write(driver, "probability_bp", "42,5 %")
        await write(driver, "source", "Ref")
        await write(driver, "tags", "fleet, new, Fleet")
        await write(driver, "note", "one")
        await driver.press("enter", "t", "w", "o")
        assert "= 480,000.00 NOK" in seen(driver)
        assert "= Fri 4 Dec 2026 · in 13 days" in seen(driver)
        assert "= 42.5 % instead of 50 % of Proposal" in seen(driver)
        await driver.press("ctrl+s")
        assert answer(driver) == DealWish(
            {
                "title": "Fleet renewal",
                "organisation": Pick("Fjordline AS", 1),
                "person": None,
                "role": None,
                "pipeline_id": 1,
                "stage_id": 13,
                "owner_id": 6,
                "amount_minor": 48_000_000,
                "currency": "NOK",
                "expected_close": day_number(date(2026, 12, 4)),
                "probability_bp": 4250,
                "source": "Referral",
                "tags": ("fleet", "new"),
                "note": "one\ntwo",
            }
        )


async def test_enter_saves_from_a_field_of_one_line() -> None:
    async with showing(DealForm(choices(find_person=None, tags=None), NEW)) as driver:
        await driver.type("A")
        await driver.press("down", "up", "enter")
        wish = answer(driver)
        assert wish.values["title"] == "A"
        assert (wish.deal_id, wish.values["amount_minor"], wish.values["note"]) == (None, None, None)
        assert "person" not in wish.values
        assert "tags" not in wish.values


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
async def test_everything_can_be_read(size: tuple[int, int], theme: str) -> None:
    async with showing(DealForm(choices(), FULL, deal_id=31, version=3), size=size, theme=theme) as driver:
        screen = seen(driver)
        for words in ("Title *", "Organisation", "Person", "Pipeline", "Stage", "Owner", "Amount *",
                      "Expected close *", "Probability", "Source", "Tags", "Note"):  # fmt: skip
            assert f"  {words} " in screen
        assert "…" not in screen
        assert "esc back, kept as a draft" in screen
        assert all(row.region.bottom < size[1] for row in driver.app.screen.query("FieldRow"))


async def test_errors_stand_under_their_fields_and_the_first_has_the_focus() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await write(driver, "amount", "12 cows")
        await write(driver, "expected_close", "31 feb")
        await driver.press("enter")
        assert focus(driver) == "title"
        lines = seen(driver).splitlines()
        assert "Title must not be empty." in lines[2]
        at = next(number for number, line in enumerate(lines) if "12 cows" in line)
        assert "is not an amount" in lines[at + 1]
        assert "'31 feb' is no day of the calendar" in "\n".join(lines)
        # Nothing typed is lost, and mending is enough.
        await driver.type("Mended")
        await go(driver, "amount")
        await driver.type("12")
        await go(driver, "expected_close")
        await driver.type("28 feb")
        await driver.press("enter")
        assert answer(driver).values["amount_minor"] == 1200


async def test_a_field_is_judged_when_it_is_left_not_while_typing() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await write(driver, "expected_close", "31 f")
        assert "is not" not in seen(driver)
        await driver.press("tab")
        assert "'31 f' is not a date" in seen(driver)
        await driver.press("shift+tab")
        await driver.type("fri")
        assert "= Fri 27 Nov 2026 · in 6 days" in seen(driver)
        assert "is not a date" not in seen(driver)


async def test_an_edit_answers_only_what_changed() -> None:
    async with showing(DealForm(choices(), FULL, deal_id=31, version=3)) as driver:
        assert "Edit Fjordline fleet renewal" in seen(driver)
        assert "moved from the list" in seen(driver)
        await write(driver, "amount", "500k")
        await driver.press("enter")
        wish = DealWish({"amount_minor": 50_000_000, "currency": "NOK"}, 31, 3)
        assert answer(driver) == wish


async def test_an_edit_of_nothing_changes_nothing() -> None:
    # 1.234 dinars would be read as 1,234 if the text were read again.
    values = replace(FULL, amount=Money(1234, "KWD"), owner_id=9)
    async with showing(DealForm(choices(), values, deal_id=31, version=3)) as driver:
        await driver.press("ctrl+s")
        assert answer(driver) == DealWish({}, 31, 3)


async def test_fields_can_be_emptied() -> None:
    async with showing(DealForm(choices(), FULL, deal_id=31, version=3)) as driver:
        for field in ("organisation", "person", "amount", "expected_close", "probability_bp", "source"):
            await go(driver, field)
            await driver.press("backspace")
        await driver.press("enter")
        assert answer(driver).values == {
            "organisation": None, "person": None, "role": None, "amount_minor": None, "currency": None,
            "expected_close": None, "probability_bp": None, "source": None,
        }  # fmt: skip


async def test_stages_follow_the_pipeline_and_say_what_they_ask_for() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await write(driver, "stage_id", "prop")
        assert "Amount *" in seen(driver)
        assert "needed before it leaves Proposal" in seen(driver)
        assert "empty: 50 % of Proposal" in seen(driver)
        await go(driver, "stage_id")
        await driver.press("up", "right")
        assert "Self-service" in seen(driver)
        assert "empty: 20 % of Trial" in seen(driver)
        assert "Amount *" not in seen(driver)
        await go(driver, "title")
        await driver.type("x")
        await driver.press("enter")
        assert (answer(driver).values["pipeline_id"], answer(driver).values["stage_id"]) == (2, 21)


async def test_a_late_day_is_warned_of_not_refused() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        await write(driver, "expected_close", "2026-11-01")
        assert "20 days ago" in seen(driver)
        await driver.press("enter")
        assert answer(driver).values["expected_close"] == day_number(date(2026, 11, 1))


async def test_a_refusal_of_the_service_stands_under_its_field() -> None:
    form = DealForm(choices(), FULL, deal_id=31, version=3, errors={"organisation_id": "It is gone."})
    async with showing(form) as driver:
        assert focus(driver) == "organisation"
        assert "It is gone." in seen(driver)


async def test_what_is_typed_ahead_of_a_slow_line_goes_where_it_was_meant() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        for key in [
            *"Fleet",
            "tab",
            "tab",
            "tab",
            "tab",
            *"bo",
            "tab",
            "tab",
            *"480k",
            "tab",
            *"fri",
            "ctrl+s",
        ]:
            driver.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await driver.settle()
        values = answer(driver).values
        assert (values["title"], values["amount_minor"], values["expected_close"]) == (
            "Fleet",
            48_000_000,
            20_784,
        )


# Picking


async def test_a_new_organisation_is_made_in_place() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        await driver.press("tab")
        await driver.type("Zebra")
        assert "+ new: Zebra" in seen(driver)
        await driver.press("enter")
        assert "New: this organisation will be created." in seen(driver)
        await driver.press("enter")
        assert answer(driver).values["organisation"] == Pick("Zebra")


async def test_a_likely_duplicate_is_warned_of() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.press("tab")
        await driver.type("fjordlyne")
        assert "similar name" in seen(driver)
        await driver.press("tab")
        assert "New, but much like Fjordline AS (similar name)." in seen(driver)
        await driver.press("shift+tab", "end", "backspace", "up", "enter")
        assert "New," not in seen(driver)
        assert driver.app.screen.query_one("#organisation", Input).value == "Fjordline AS"


async def test_the_same_name_in_another_case_is_no_new_one() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        await driver.press("tab")
        await driver.type("BJORN & SON")
        await driver.press("tab", "enter")
        assert answer(driver).values["organisation"] == Pick("Bjørn & Søn", 4)


async def test_arrows_choose_and_escape_closes_only_the_list() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        await driver.press("tab")
        await driver.type("fjord")
        await driver.press("down", "enter")
        assert driver.app.screen.query_one("#organisation", Input).value == "Fjordheim Energi"
        await go(driver, "organisation")
        await driver.press("end")
        await driver.type("f")
        await driver.press("escape")
        assert not driver.app.answers  # type: ignore[attr-defined]
        await driver.press("ctrl+s")
        assert "It is not clear which organisation is meant" in " ".join(seen(driver).split())
        assert focus(driver) == "organisation"


async def test_enter_takes_a_suggestion_and_goes_to_the_next_field() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        for name, text, after in (
            ("organisation", "fjordl", "person"),
            ("person", "kari", "role"),
            ("source", "brand new", "tags"),
        ):
            await go(driver, name)
            await driver.type(text)
            await driver.press("enter")
            assert focus(driver) == after
            assert is_open(driver)
            assert not driver.app.answers  # type: ignore[attr-defined]
        await driver.press("enter")  # there is nothing to take: as from every other field
        assert answer(driver).values["organisation"] == Pick("Fjordline AS", 1)
        assert answer(driver).values["person"] == Pick("Kari Lie", 7)
        assert answer(driver).values["source"] == "brand new"


async def test_a_person_brings_the_organisation() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        await write(driver, "person", "kari")
        await driver.press("enter", "enter")
        assert answer(driver).values["organisation"] == Pick("Fjordline AS", 1)
        assert answer(driver).values["person"] == Pick("Kari Lie", 7)


async def test_a_slow_database_never_blocks_a_key() -> None:
    slow = Directory(gate=threading.Event())
    async with showing(DealForm(choices(find_organisation=slow), NEW)) as driver:
        assert slow.gate is not None
        await driver.pilot.press("x", "tab", "f")
        while not slow.asked:
            await asyncio.sleep(0.005)
        for key in "jordline as":
            await driver.pilot.press("space" if key == " " else key)
        assert driver.app.screen.query_one("#organisation", Input).value == "fjordline as"
        await driver.pilot.press("tab", "ctrl+s")
        while "still being looked up" not in seen(driver):
            await driver.pilot.pause(0.01)
        slow.gate.set()
        while len(slow.asked) < 2:
            await asyncio.sleep(0.005)
        await driver.settle()
        # One search at a time: the first key, then everything typed meanwhile.
        assert slow.asked == ["f", "fjordline as"]
        assert "MainThread" not in slow.threads
        await driver.press("ctrl+s")
        assert answer(driver).values["organisation"] == Pick("Fjordline AS", 1)


async def test_a_search_that_fails_is_told_and_the_form_stays_up() -> None:
    broken = Directory()
    broken.error = DatabaseBusy("The database is locked.", "Try again.")
    async with showing(DealForm(choices(find_organisation=broken), NEW)) as driver:
        await driver.type("x")
        await driver.press("tab")
        await driver.type("a")
        assert "Cannot be looked up: The database is locked." in seen(driver)
        await driver.press("enter")
        assert not driver.app.answers  # type: ignore[attr-defined]
        broken.error = None
        await driver.type("cme")
        await driver.press("enter", "enter")
        assert answer(driver).values["organisation"] == Pick("Acme [/EU]", 3)


async def test_a_mistake_in_a_search_does_not_end_the_program() -> None:
    broken = Directory()
    broken.error = ZeroDivisionError()
    async with showing(DealForm(choices(find_organisation=broken), NEW)) as driver:
        await driver.press("tab")
        await driver.type("a")
        assert "the program made a mistake (ZeroDivisionError)" in " ".join(seen(driver).split())


# What a form begins with


@pytest.mark.parametrize(
    ("scope", "me", "expected"),
    [
        (None, None, (1, 11, 5)),
        (Scope(pipelines=("self-SERVICE",)), "bo lund", (2, 21, 6)),
        (Scope(owner="Zoë [b]"), "Bo Lund", (1, 11, 9)),
        (Scope(pipelines=("Gone",), owner="Gone"), "Bo Lund", (1, 11, 6)),
    ],
)
def test_a_new_deal_begins_where_the_user_looks(scope: Scope | None, me: str | None, expected: Any) -> None:
    values = starting_values(choices(), scope, me)
    assert (values.pipeline_id, values.stage_id, values.owner_id) == expected
