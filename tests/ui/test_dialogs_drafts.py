"""Drafts of the form of a deal: what is told while typing, and a deal that changed meanwhile."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.dialogs.wishes import DealDraft, Pick
from funnel_tui.widgets.fields import FieldRow
from tests.ui.dialogs import FULL, NEW, answer, choices, go, seen, showing, write


async def test_every_change_is_told_and_its_end_too() -> None:
    told: list[DealDraft | None] = []
    async with showing(DealForm(choices(), NEW, when_changed=told.append)) as driver:
        assert told == []
        await driver.type("ab")
        await write(driver, "owner_id", "z")
        last = told[-1]
        assert last is not None
        assert (last.texts["title"], last.texts["owner_id"], last.version) == ("ab", "9", None)
        await driver.press("a")
        await go(driver, "title")
        await driver.press("backspace", "backspace")
        assert told[-1] is None  # what it began with is no draft
        await driver.type("kept")
        await driver.press("escape")
        assert answer(driver) is None
        assert told[-1] is not None
        assert told[-1].texts["title"] == "kept"


async def test_a_draft_comes_back_as_it_was() -> None:
    told: list[DealDraft | None] = []
    async with showing(DealForm(choices(), NEW, when_changed=told.append)) as driver:
        await driver.type("Ti")
        await write(driver, "organisation", "Zebra")
        await write(driver, "person", "kar")
        await write(driver, "stage_id", "neg")
        await write(driver, "amount", "12 cows")
        await write(driver, "note", "x")
        await driver.press("enter", "y", "escape")
    draft = told[-1]
    assert draft is not None
    async with showing(DealForm(choices(), NEW, draft=draft)) as driver:
        screen = seen(driver)
        for words in ("Ti", "Zebra", "Kari Lie", "Negotiation", "12 cows", "'12 cows' is not an amount"):
            assert words in screen
        await go(driver, "amount")
        await driver.press("backspace")
        await driver.press("enter")
        values = answer(driver).values
        assert values["organisation"] == Pick("Zebra")
        assert values["person"] == Pick("Kari Lie", 7)
        assert values["note"] == "x\ny"


@pytest.mark.parametrize(
    "broken", [{}, {"title": "only"}, {"stage_id": "99", "owner_id": "x", "organisation_id": "-3"}]
)
async def test_a_draft_of_another_version_of_the_program_opens(broken: dict[str, str]) -> None:
    async with showing(DealForm(choices(), NEW, draft=DealDraft({**broken, "more": "x"}))) as driver:
        assert "‹ Lead ›" in seen(driver)


async def test_the_label_of_the_field_with_the_focus_stands_out() -> None:
    async with showing(DealForm(choices(), FULL, deal_id=31, version=3)) as driver:
        for _ in range(5):
            (here,) = [row for row in driver.app.screen.query(FieldRow) if row.query(".label.-here")]
            assert here.field.has_focus
            await driver.press("tab")
