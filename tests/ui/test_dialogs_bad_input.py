"""Whatever is put into a field is refused under it, or taken and shown literally."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from textual import events

from funnel_tui.dialogs.closing import LoseDialog, WinDialog
from funnel_tui.dialogs.conflict import ConflictDialog
from funnel_tui.dialogs.deal_fields import LABELS, texts_of
from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.dialogs.move import MoveDialog
from funnel_tui.dialogs.task import DoneDialog, TaskDialog
from funnel_tui.dialogs.wishes import ConflictField, DealDraft, Pick, PipelineOption, StageOption
from funnel_tui.domain.money import Money
from tests.support.driving import Driver
from tests.ui.dialogs import FULL, NEW, READER, SUBJECT, TASK, Directory, answer, choices, seen, showing

ESCAPE, NUL, HALF = "a\x1b[31mb", "a\x00b", "a\ud800b"
MARKUP = "Acme [/EU] [b]x[/b] [@click=app.bell]y[/]"
LONG = "x" * 20_000
TURNED = "abc\u202edef"
UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")

TEXTS = ("title", "organisation", "person", "source", "tags", "note")


async def paste(driver: Driver, field: str, text: str) -> None:
    """Put any text into a field, as the clipboard can."""
    widget = driver.app.screen.query_one(f"#{field}")
    widget.focus()
    await driver.settle()
    driver.app.post_message(events.Paste(text))
    await driver.settle()


def harmless(driver: Driver) -> str:
    """The screen; fails when something on it could steer a terminal or cannot be written."""
    screen = seen(driver)
    assert not UNSAFE.search(screen)
    screen.encode("utf-8")
    return screen


async def save(driver: Driver) -> Any:
    """Save; the answer, or None while the form is open."""
    await driver.press("ctrl+s")
    answers = driver.app.answers  # type: ignore[attr-defined]
    return answers[0] if answers else None


def reason(driver: Driver, field: str) -> str:
    """What stands under a field, when it is refused."""
    row = driver.app.screen.query_one(f"#row-{field}")
    assert row.is_refused, f"{field} is not refused:\n{seen(driver)}"  # type: ignore[attr-defined]
    return str(row.said)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ESCAPE, "control character in it (U+001B)"),
        (NUL, "control character in it (U+0000)"),
        (HALF, "half a character in it (U+D800)"),
        (LONG, "are allowed"),
    ],
    ids=["escape", "nul", "surrogate", "long"],
)
async def test_texts_that_cannot_be_stored_are_refused_with_the_reason(text: str, why: str) -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        for field in TEXTS:
            await paste(driver, field, text)
            harmless(driver)
        assert await save(driver) is None
        harmless(driver)
        for field in TEXTS:
            assert why in reason(driver, field)
        assert driver.app.screen.focused is driver.app.screen.query_one("#title")


@pytest.mark.parametrize(
    "text", [MARKUP, "{0} %s $x", "=1+1", "';--", "日本語 🎉", "[", "\\[b]"], ids=range(7)
)
async def test_any_other_text_is_taken_literally(text: str) -> None:
    async with showing(DealForm(choices(), NEW), size=(120, 40)) as driver:
        for field in TEXTS:
            await paste(driver, field, text)
        await driver.press("shift+tab")  # a picker takes what it offers
        assert harmless(driver).count(text) >= len(TEXTS)
        values = (await save(driver)).values
        assert [values[field] for field in TEXTS] == [text, Pick(text), Pick(text), text, (text,), text]


@pytest.mark.parametrize("field", ["title", "source", "organisation"])
async def test_marks_that_turn_the_direction_do_not_reach_the_terminal(field: str) -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await paste(driver, field, TURNED)
        assert "abc\ufffddef" in harmless(driver)


async def test_lines_pasted_into_one_line_are_joined_not_dropped() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await paste(driver, "title", "one\r\ntwo\tthree\nfour\n")
        wish = await save(driver)
        assert wish.values["title"] == "one two three four"


async def test_a_note_keeps_lines_and_tabs() -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        await paste(driver, "note", "one\n\ttwo")
        wish = await save(driver)
        assert wish.values["note"] == "one\n\ttwo"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u00a0\u2060"])
async def test_a_title_of_nothing_is_refused(text: str) -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await paste(driver, "title", text)
        assert await save(driver) is None
        assert reason(driver, "title") == "Title must not be empty."


NO_AMOUNT, NO_DATE, NO_SHARE = "is not an amount", "is not a date", "is not a percentage"
FAR, NO_DAY, BEYOND = (
    "not between the years 1900 and 2200",
    "no day of the calendar",
    "not between 0 % and 100 %",
)


@pytest.mark.parametrize(
    ("amount", "day", "probability"),
    [
        (("-5", "is negative"), ("0000-01-01", NO_DAY), ("-1", BEYOND)),
        (("9" * 30, "is too large"), ("9999-12-31", FAR), ("100.01", BEYOND)),
        (("1" + "0" * 14, "is too large"), ("31 feb", NO_DAY), ("9" * 9, BEYOND)),
        (("9" * 5000, NO_AMOUNT), ("1" * 5000, NO_DATE), ("9" * 5000, NO_SHARE)),
        (("XQX 5", NO_AMOUNT), ("2026-02-31", NO_DAY), ("half", NO_SHARE)),
        (("nan", NO_AMOUNT), ("+999999y", FAR), ("nan", NO_SHARE)),
        (("1e400", "is a shortened number"), ("-999999w", FAR), ("1e2", NO_SHARE)),
        ((ESCAPE, NO_AMOUNT), (ESCAPE, NO_DATE), (ESCAPE, NO_SHARE)),
        ((NUL, NO_AMOUNT), (NUL, NO_DATE), (NUL, NO_SHARE)),
        ((HALF, NO_AMOUNT), (HALF, NO_DATE), (HALF, NO_SHARE)),
        ((MARKUP, NO_AMOUNT), (MARKUP, NO_DATE), (MARKUP, NO_SHARE)),
    ],
    ids=range(11),
)
async def test_figures_and_days_that_cannot_be(
    amount: tuple[str, str], day: tuple[str, str], probability: tuple[str, str]
) -> None:
    said = {"amount": amount, "expected_close": day, "probability_bp": probability}
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        for field, (text, _) in said.items():
            await paste(driver, field, text)
        assert await save(driver) is None
        harmless(driver)
        for field, (_, why) in said.items():
            assert why in reason(driver, field)
            assert len(reason(driver, field)) < 250


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("480k", 48_000_000, "NOK"),
        ("1.2m", 120_000_000, "NOK"),
        ("1,2m", 120_000_000, "NOK"),
        ("480 000,50", 48_000_050, "NOK"),
        ("USD 5000", 500_000, "USD"),
        ("5000 jpy", 5000, "JPY"),
        ("0", 0, "NOK"),
        ("10" + "0" * 12, 10**15, "NOK"),
    ],
)
async def test_amounts_as_people_type_them(text: str, minor: int, currency: str) -> None:
    async with showing(DealForm(choices(), NEW)) as driver:
        await driver.type("x")
        await paste(driver, "amount", text)
        wish = await save(driver)
        assert (wish.values["amount_minor"], wish.values["currency"]) == (minor, currency)


@pytest.mark.parametrize(
    ("text", "minor", "currency"), [("13k", 1_300_000, "EUR"), ("13k usd", 1_300_000, "USD")]
)
async def test_a_number_typed_over_an_amount_keeps_its_currency(text: str, minor: int, currency: str) -> None:
    held = replace(FULL, amount=Money(1_250_000, "EUR"))
    async with showing(DealForm(choices(), held, deal_id=3, version=1)) as driver:
        await paste(driver, "amount", text)
        wish = await save(driver)
        assert wish.values["amount_minor"] == minor
        assert wish.values.get("currency", "EUR") == currency


@pytest.mark.parametrize("bad", [ESCAPE, NUL, HALF, MARKUP, TURNED, LONG], ids=range(6))
async def test_stored_names_are_shown_harmlessly_everywhere(bad: str) -> None:
    """Data may have come in by an older program or another one."""
    text = bad[:300]
    stages = (StageOption(1, text, 100, ("amount",)), StageOption(2, text + "2", refused=text))
    given = choices(
        pipelines=(PipelineOption(4, text, stages), PipelineOption(5, "b", stages)),
        reps=((5, text), (6, "b")),
        sources=(text,),
    )
    values = replace(FULL, pipeline_id=4, stage_id=1, title=text, organisation=Pick(text, 1), person=None,
                     source=text, tags=(text,), note=text, amount=None)  # fmt: skip
    subject = replace(SUBJECT, title=text, organisation=text, stage=text, stage_id=1)
    task = replace(TASK, title=text, deal=text, organisation=text)
    for dialog in (
        DealForm(given, values),
        DealForm(given, values, deal_id=3, version=1),
        MoveDialog(subject, given, values),
        LoseDialog(subject, (text, "b"), READER),
        WinDialog(subject, READER),
        TaskDialog(READER, ((5, text),), 5, about=text, task=task),
        DoneDialog(task, READER),
        ConflictDialog(text, [ConflictField("x", text, text, text)]),
    ):
        async with showing(dialog) as driver:
            harmless(driver)
            await driver.press("tab")
            harmless(driver)


async def test_what_is_found_is_shown_harmlessly() -> None:
    known = [replace(one, name=f"zz{ESCAPE}{one.id}", about=MARKUP + HALF) for one in Directory().known]
    async with showing(DealForm(choices(find_organisation=Directory(known)), NEW)) as driver:
        await driver.press("tab")
        await driver.type("zz")
        assert "zza\ufffd[31mb1" in harmless(driver)
        await driver.press("enter")
        harmless(driver)


@pytest.mark.parametrize("bad", [ESCAPE, NUL, HALF, LONG], ids=["escape", "nul", "surrogate", "long"])
async def test_other_dialogs_refuse_it_too(bad: str) -> None:
    async with showing(LoseDialog(SUBJECT, ("Price",), READER)) as driver:
        await paste(driver, "pick", bad)
        assert await save(driver) is None
        assert "Reason has" in reason(driver, "pick")
        harmless(driver)
    async with showing(LoseDialog(SUBJECT, ("Price",), READER)) as driver:
        await driver.press("1")
        await paste(driver, "note", bad)
        assert await save(driver) is None
        assert "Note has" in reason(driver, "note")
        harmless(driver)
    async with showing(TaskDialog(READER, ((5, "Anna"),), 5)) as driver:
        await paste(driver, "title", bad)
        await paste(driver, "due", bad)
        assert await save(driver) is None
        assert "Title has" in reason(driver, "title")
        assert reason(driver, "due")
        harmless(driver)
    async with showing(DoneDialog(TASK, READER)) as driver:
        await paste(driver, "pick", bad)
        await paste(driver, "note", bad)
        assert await save(driver) is None
        assert reason(driver, "pick")
        assert reason(driver, "note")
        harmless(driver)
    async with showing(WinDialog(SUBJECT, READER)) as driver:
        await paste(driver, "amount", bad)
        await paste(driver, "day", bad)
        assert await save(driver) is None
        assert reason(driver, "amount")
        assert reason(driver, "day")
        harmless(driver)


async def test_a_draft_of_anything_opens_harmlessly() -> None:
    texts = dict.fromkeys(texts_of(NEW), f"{ESCAPE}{NUL}{HALF}{MARKUP}")
    told: list[Any] = []
    async with showing(DealForm(choices(), NEW, draft=DealDraft(texts), when_changed=told.append)) as driver:
        harmless(driver)
        for _ in LABELS:
            await driver.press("tab")
        harmless(driver)
        await driver.press("escape")
        assert answer(driver) is None
