"""The form of a deal that changed while its draft lay there."""

from __future__ import annotations

from dataclasses import replace

from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.dialogs.wishes import DealDraft, DealWish
from funnel_tui.domain.money import Money
from tests.ui.dialogs import FULL, answer, choices, seen, showing


def stale_draft(**texts: str) -> DealDraft:
    """A draft based on version 2 of the full deal, which had another amount and source then."""
    from funnel_tui.dialogs.deal_fields import texts_of

    base = texts_of(replace(FULL, amount=Money(10_000, "NOK"), source="Website"))
    return DealDraft({**base, **texts}, 2, base)


async def test_both_versions_are_shown_first() -> None:
    draft = stale_draft(title="Mine", amount="7k")
    async with showing(DealForm(choices(), FULL, deal_id=31, version=3, draft=draft)) as driver:
        screen = seen(driver)
        assert "Changed meanwhile: your draft of Fjordline fleet renewal" in screen
        assert "7k" in screen
        assert "480,000 NOK" in screen
        assert "Title" not in screen  # only mine changed that
        await driver.press("t", "enter")
        screen = seen(driver)
        assert "Mine" in screen
        assert "Somebody else changed this meanwhile." in screen  # the source, which only they changed
        await driver.press("ctrl+s")
        assert answer(driver) == DealWish({"title": "Mine"}, 31, 3)


async def test_mine_is_kept_when_chosen() -> None:
    draft = stale_draft(amount="7k", owner_id="6")
    async with showing(DealForm(choices(), FULL, deal_id=31, version=3, draft=draft)) as driver:
        await driver.press("enter", "ctrl+s")
        assert answer(driver).values == {"owner_id": 6, "amount_minor": 700_000, "currency": "NOK"}


async def test_leaving_the_conflict_leaves_the_form_and_keeps_the_draft() -> None:
    told: list[DealDraft | None] = []
    form = DealForm(
        choices(), FULL, deal_id=31, version=3, draft=stale_draft(amount="7k"), when_changed=told.append
    )
    async with showing(form) as driver:
        await driver.press("escape")
        assert answer(driver) is None
        assert told == []


async def test_without_a_conflict_nothing_is_asked() -> None:
    draft = stale_draft(title="Mine")
    async with showing(DealForm(choices(), FULL, deal_id=31, version=3, draft=draft)) as driver:
        assert "Changed meanwhile" not in seen(driver)
        assert "480,000 NOK" in seen(driver)
