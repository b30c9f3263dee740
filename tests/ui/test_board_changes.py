"""The board while its deals change: by its own keys, elsewhere, and where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.domain.deal_list import DealFilter
from funnel_tui.screens import steady
from funnel_tui.screens.board import BoardScreen
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.services.board import cards
from funnel_tui.services.deals import edit_deal, lose_deal, move_deal
from funnel_tui.services.pipelines import edit_stage
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import AskLine
from tests.support.driving import driving
from tests.ui.boarding import boarding, both_sizes, made, stage_of, toasts, view_of
from tests.ui.conftest import open_at

# Moving cards


@both_sizes
async def test_L_moves_the_card_on_the_cursor_follows_and_u_takes_it_back(
    demo: Workspace, size: tuple[int, int]
) -> None:
    found = made(demo)
    deal = found.columns[0].ids[1]
    async with boarding(demo, size) as driver:
        await driver.press("j", "L")
        view = view_of(driver)
        after = made(demo)
        assert stage_of(demo, deal) == found.columns[1].stage.name
        assert (view.deal_id, view.column, view.row) == (deal, 1, after.columns[1].deals - 1)
        assert [column.deals for column in view._columns] == [column.deals for column in after.columns]
        assert view._spot(view.column, view.row).bottom <= view.size.height
        await driver.press("L")
        assert stage_of(demo, deal) == found.columns[2].stage.name
        assert (view.deal_id, view.column) == (deal, 2)
        await driver.press("u", "u")
        assert stage_of(demo, deal) == found.columns[0].stage.name
        assert (view.deal_id, view.column, view.row) == (deal, 0, 1)


async def test_L_pressed_twice_at_once_moves_two_stages(demo: Workspace) -> None:
    found = made(demo)
    deal = found.columns[0].ids[0]
    async with boarding(demo) as driver:
        await driver.pilot.press("L", "L")
        await driver.settle()
        await driver.settle()
        assert stage_of(demo, deal) == found.columns[2].stage.name
        assert view_of(driver).deal_id == deal


async def test_H_asks_before_it_moves_a_card_back(demo: Workspace) -> None:
    found = made(demo)
    deal = found.columns[2].ids[0]
    async with boarding(demo, screen=BoardScreen(deal_id=deal)) as driver:
        await driver.press("H")
        assert driver.app.screen.query_one(AskLine).display
        assert f"Move back from {found.columns[2].stage.name}" in driver.text
        await driver.press("escape")
        assert stage_of(demo, deal) == found.columns[2].stage.name
        await driver.press("j", "k")  # the keys are the board's again
        assert view_of(driver).deal_id == deal
        await driver.press("H", "y")
        assert stage_of(demo, deal) == found.columns[1].stage.name
        assert view_of(driver).deal_id == deal
        await driver.press("g")
        assert view_of(driver).row == 0


async def test_the_first_stage_has_nothing_before_it(demo: Workspace) -> None:
    before = made(demo)
    async with boarding(demo) as driver:
        await driver.press("H")
        assert "first stage" in toasts(driver)
        assert [list(column.ids) for column in made(demo).columns] == [
            list(column.ids) for column in before.columns
        ]


async def test_a_field_that_the_stage_asks_for_is_asked_about(demo: Workspace) -> None:
    found = made(demo)
    row = next(row for row in cards(demo, found.scope, found.columns[0].ids) if row.amount is None)
    stage = found.columns[0].stage
    with demo.read() as reader:
        version = reader.rows("SELECT version FROM stage WHERE id = :id", {"id": stage.id})[0][0]
    edit_stage(demo, stage_id=stage.id, version=version, changes={"required_fields": ["amount"]})
    async with boarding(demo, screen=BoardScreen(deal_id=row.id)) as driver:
        await driver.press("L")
        assert f"{stage.name} asks for amount first" in driver.text
        await driver.press("escape")
        assert stage_of(demo, row.id) == stage.name


# Changes made elsewhere


async def test_another_program_s_change_moves_the_cards_and_not_the_cursor(
    demo_path: Path, demo: Workspace
) -> None:
    found = made(demo)
    deal, other = found.columns[0].ids[2], found.columns[0].ids[0]
    async with boarding(demo) as driver:
        await driver.press("j", "j")
        view = view_of(driver)
        assert view.deal_id == deal
        elsewhere = open_at(demo_path)
        move_deal(elsewhere, deal_id=other, stage_id=found.columns[1].stage.id)
        elsewhere.database.close()
        driver.app.data_changed()
        await driver.settle()
        assert (view.deal_id, view.row) == (deal, 1)
        assert view._columns[0].deals == found.columns[0].deals - 1


async def test_when_its_deal_is_gone_the_cursor_stays_where_it_was(demo_path: Path, demo: Workspace) -> None:
    found = made(demo)
    ids = found.columns[0].ids
    async with boarding(demo) as driver:
        await driver.press("j", "j")
        elsewhere = open_at(demo_path)
        lose_deal(elsewhere, deal_id=ids[2], reason="Price")
        elsewhere.database.close()
        driver.app.data_changed()
        await driver.settle()
        assert view_of(driver).deal_id == ids[3]


async def test_a_card_that_somebody_else_changed_is_moved_only_after_asking(
    demo_path: Path, demo: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady, "POLL_SECONDS", 60)  # the screen does not hear of it in time
    found = made(demo)
    deal, stages = found.columns[0].ids[0], [column.stage.name for column in found.columns]
    async with boarding(demo) as driver:
        elsewhere = open_at(demo_path)
        row = cards(elsewhere, found.scope, [deal])[0]
        edit_deal(elsewhere, deal_id=deal, version=row.version, changes={"title": "Theirs [/x]"})
        elsewhere.database.close()
        await driver.press("L")
        assert isinstance(driver.app.screen, ConfirmDialog)
        assert stage_of(demo, deal) == stages[0]
        await driver.press("y")
        assert stage_of(demo, deal) == stages[1]
        assert cards(demo, found.scope, [deal])[0].title == "Theirs [/x]"
        assert view_of(driver).deal_id == deal


async def test_no_pipeline_says_what_to_do(empty: Workspace) -> None:
    async with boarding(empty) as driver:
        assert "There is no pipeline yet." in driver.text
        await driver.press("j", "L", "H", "w", "enter", "s", "escape", "z", "p")
        assert isinstance(driver.app.screen, BoardScreen)


async def test_no_deal_that_fits_says_so(demo: Workspace) -> None:
    async with boarding(demo, screen=BoardScreen(DealFilter(text="no such words"))) as driver:
        assert "No open deal fits the filter." in driver.text
        assert "only “no such words”" in driver.lines[2]


@both_sizes
async def test_the_cursor_stays_in_view_in_terminals_of_any_size(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with boarding(demo, size) as driver:
        for width, height in ((60, 16), (200, 60), (61, 24), size):
            await driver.pilot.resize_terminal(width, height)
            await driver.settle()
            view = view_of(driver)
            assert view._columns[view.column].stage.name in view.shown_stages
            assert all(len(line) <= width for line in driver.lines)
            assert view._spot(view.column, view.row).bottom <= view.size.height


@both_sizes
async def test_the_cursor_goes_to_the_card_of_the_deal_that_was_made(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("1", "b", "l", "l", "l", "G")
        start = view_of(driver).deal_id
        await driver.press("n")
        await driver.type("Zz brand new")
        await driver.press("enter")
        view = view_of(driver)
        assert view.deal_id != start
        assert view.deal is not None
        assert view.deal.title == "Zz brand new"
        shown = [line for line in driver.lines[5:-3] if "Zz brand new" in line]
        assert len(shown) == 1, driver.text
        assert "Zz brand new" in driver.lines[-3]
        await driver.press("b")
        listing = driver.app.screen
        assert isinstance(listing, DealsScreen)
        assert listing.deal_row is not None
        assert listing.deal_row.title == "Zz brand new"


async def test_a_new_deal_that_is_not_on_the_board_is_told_so(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "b", "exclamation_mark")
        start = view_of(driver).deal_id
        await driver.press("n")
        await driver.type("Zz brand new")
        await driver.press("enter")
        assert "not on this board" in toasts(driver)
        assert view_of(driver).deal_id == start
