"""What is done to one interaction by keys: open, change, delete, finish, make a deal, link, log another."""

from __future__ import annotations

from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.dialogs.log_form import LogForm
from funnel_tui.screens.deal import DealScreen
from funnel_tui.screens.interaction import InteractionScreen
from funnel_tui.services.interaction_list import interaction_rows
from funnel_tui.services.interactions import log_interaction
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving
from tests.ui.conftest import NOW
from tests.ui.interactions import last, opened, rows_of

# One interaction


async def test_enter_opens_an_interaction_and_esc_goes_back_to_its_row(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("j", "j", "j")
        fact = screen.interaction
        assert fact is not None
        await driver.press("enter")
        assert isinstance(driver.app.screen, InteractionScreen)
        assert f"{fact.kind} with {fact.deal or fact.organisation}" in driver.text
        assert "Rep" in driver.text
        await driver.press("escape")
        assert driver.app.screen is screen
        assert screen.interaction == fact


async def test_its_deal_is_opened(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        while screen.interaction is None or screen.interaction.deal_id is None:
            await driver.press("j")
        await driver.press("o")
        assert isinstance(driver.app.screen, DealScreen)


async def test_an_interaction_is_changed_in_the_form_it_was_logged_with(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press(*["j"] * 12)
        fact = screen.interaction
        assert fact is not None
        await driver.press("e")
        assert isinstance(driver.app.screen, LogForm)
        assert "Edit:" in driver.text
        for _ in range(20):
            if str(getattr(driver.app.screen.focused, "id", "")) == "note":
                break
            await driver.press("tab")
        await driver.type("Added later. ")
        await driver.press("ctrl+s")
        now = interaction_rows(demo, [fact.id])[0]
        assert now.note == f"Added later. {fact.note or ''}".strip()
        assert (now.at, now.outcome, now.owner_id) == (fact.at, fact.outcome, fact.owner_id)
        assert now.version == fact.version + 1
        await driver.press("u")
        assert interaction_rows(demo, [fact.id])[0].note == fact.note


async def test_delete_asks_and_undo_brings_it_back(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("j")
        fact = screen.interaction
        assert fact is not None
        await driver.press("X")
        assert f"Delete this {fact.kind.lower()}" in driver.text
        await driver.press("n")
        assert interaction_rows(demo, [fact.id])
        await driver.press("X", "y")
        assert not interaction_rows(demo, [fact.id])
        assert screen.stream.row == 1
        await driver.press("u")
        assert interaction_rows(demo, [fact.id])


async def test_a_planned_one_is_finished(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        fact = screen.interaction
        assert fact is not None
        assert fact.planned
        await driver.press("d")
        assert isinstance(driver.app.screen, Chooser)
        await driver.type("held")
        await driver.press("enter")
        now = interaction_rows(demo, [fact.id])[0]
        assert (now.planned, now.outcome) == (False, "held")


async def test_a_deal_is_made_from_an_interaction(demo: Workspace) -> None:
    place = rows_of(demo, "SELECT min(id) FROM organisation")[0][0]
    rep = rows_of(demo, "SELECT min(id) FROM rep")[0][0]
    log_interaction(demo, kind="Call", owner_id=rep, organisation_id=place, outcome="conversation")
    async with driving(demo) as driver:
        screen = await opened(driver)
        fact = last(demo)
        while screen.interaction is None or screen.interaction.id != fact.id:
            await driver.press("j")
        await driver.press("o")
        assert driver.app.screen is screen  # it has no deal
        await driver.press("D")
        assert isinstance(driver.app.screen, DealForm)
        assert fact.organisation is not None
        assert fact.organisation in driver.text
        await driver.press("end")
        await driver.type(" first order")
        await driver.press("enter")
        now = last(demo)
        assert now.id == fact.id
        assert now.deal is not None
        assert now.deal.endswith("first order")
        await driver.press("u")
        assert last(demo).deal_id is None


async def test_an_interaction_is_linked_to_a_deal(demo: Workspace) -> None:
    deal = rows_of(
        demo, "SELECT id, organisation_id FROM deal WHERE title LIKE 'Fjordline fleet%' ORDER BY id LIMIT 1"
    ) or rows_of(demo, "SELECT id, organisation_id FROM deal WHERE organisation_id IS NOT NULL LIMIT 1")
    deal_id, place = deal[0]
    with demo.read() as reader:
        title = reader.rows(f"SELECT title FROM deal WHERE id = {deal_id}")[0][0]
    rep = rows_of(demo, "SELECT min(id) FROM rep")[0][0]
    log_interaction(demo, kind="Email", owner_id=rep, organisation_id=place, outcome="sent")
    async with driving(demo) as driver:
        screen = await opened(driver)
        fact = last(demo)
        while screen.interaction is None or screen.interaction.id != fact.id:
            await driver.press("j")
        await driver.press("L")
        await driver.type(title)
        await driver.pilot.pause(0.2)
        await driver.settle()
        await driver.press("enter")
        now = last(demo)
        assert now.deal_id is not None
        assert now.deal == title


async def test_c_logs_with_whom_the_interaction_under_the_cursor_was(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("j", "j")
        fact = screen.interaction
        assert fact is not None
        await driver.press("c", "2", "enter")
        assert driver.app.screen is screen
        now = last(demo)
        assert (now.kind, now.outcome, now.at) == ("Call", "voicemail", NOW)
        assert (now.deal_id, now.organisation_id) == (fact.deal_id, fact.organisation_id)
        assert screen.interaction is not None
        assert screen.interaction.id == fact.id
