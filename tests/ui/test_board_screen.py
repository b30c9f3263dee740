"""The board, by keys."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.closing import LoseDialog, WinDialog
from funnel_tui.dialogs.task import TaskDialog
from funnel_tui.domain.board import CardOrder
from funnel_tui.screens.board import BoardScreen
from funnel_tui.screens.deal import DealScreen
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.tasks import TasksScreen
from funnel_tui.services.board import cards
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving
from tests.ui.boarding import boarding, both_sizes, made, view_of

# What it shows


@both_sizes
async def test_each_stage_has_its_count_its_sum_and_its_cards(demo: Workspace, size: tuple[int, int]) -> None:
    found = made(demo)
    async with boarding(demo, size) as driver:
        view = view_of(driver)
        columns = {column.stage.name: column for column in found.columns}
        assert f"{found.deals} open deals" in driver.lines[2]
        for at, name in enumerate(stage for stage in view.shown_stages if columns[stage].deals):
            column = columns[name]
            title, amount = (line.split("│")[at] for line in driver.lines[3:5])
            assert title.split() == [*name.split(), f"{column.deals:,}"]
            assert f"{(column.amount.minor + 50) // 100:,}" in amount
            assert ("unpriced" in amount) is bool(column.unpriced)
            first = cards(demo, found.scope, column.ids[:1])[0]
            shown = driver.lines[6].split("│")[at].strip()
            assert first.title.startswith(shown.rstrip("…").strip())
            days = driver.lines[7].split("│")[at].split()[-2:]
            assert days == [str(first.in_stage // 86_400), "d!" if first.stuck else "d"]
        whole = {name for name in columns if name not in view.shown_stages}
        for name in whole:  # what is off the screen is said
            assert f"{name} {columns[name].deals}" in driver.lines[-2]
        assert bool(whole) is (size[0] == 80)
        assert driver.lines[-1].endswith("? help")


async def test_a_stuck_card_and_a_late_task_are_told_without_colour(demo: Workspace) -> None:
    found = made(demo, CardOrder.IN_STAGE)
    rows = cards(demo, found.scope, [deal for column in found.columns for deal in column.ids])
    stuck = next(row for row in rows if row.stuck)
    late = next(row for row in rows if row.next_task and row.next_task.overdue)
    for deal, sign in ((stuck, f"{stuck.in_stage // 86_400} d!"), (late, "late")):
        async with boarding(demo, screen=BoardScreen(deal_id=deal.id)) as driver:
            view = view_of(driver)
            assert view.deal_id == deal.id
            panel = next(panel for panel in view._panels if panel.number == view.column)
            card = view._spot(view.column, view.row)
            lines = [line[panel.x : panel.x + panel.width] for line in driver.lines[3:]]
            assert sign in " ".join(lines[card.y : card.y + card.height])


async def test_an_empty_column_is_folded_until_z_opens_it(demo: Workspace) -> None:
    empty = next(column for column in made(demo).columns if not column.deals)
    async with boarding(demo, (120, 40)) as driver:

        def upright() -> str:
            return "".join(line[-1:] for line in driver.lines[6:20]).strip(" │")

        assert upright() == empty.stage.name
        await driver.press("z")
        assert "no deals" in driver.text
        assert driver.lines[3].split("│")[-1].split() == [empty.stage.name, "0"]
        await driver.press("z")
        assert upright() == empty.stage.name


async def test_cards_in_another_order(demo: Workspace) -> None:
    async with boarding(demo) as driver:
        for key, order, words in (
            ("t", CardOrder.NEXT_TASK, "next task first"),
            ("a", CardOrder.AMOUNT, "largest first"),
            ("i", CardOrder.IN_STAGE, "longest in stage first"),
        ):
            await driver.press("s", key)
            assert words in driver.lines[2]
            first = made(demo, order).columns[0].ids[0]
            await driver.press("g")
            assert view_of(driver).deal_id == first


async def test_only_stuck_and_back(demo: Workspace) -> None:
    async with boarding(demo) as driver:
        await driver.press("exclamation_mark")
        view = view_of(driver)
        rows = cards(demo, made(demo).scope, [deal for column in view._columns for deal in column.ids])
        assert rows
        assert all(row.stuck for row in rows)
        assert f"{len(rows)} stuck deal" in driver.lines[2]
        await driver.press("exclamation_mark")
        assert f"{made(demo).deals} open deals" in driver.lines[2]


async def test_the_next_pipeline(demo: Workspace) -> None:
    names = made(demo).pipelines
    async with boarding(demo) as driver:
        await driver.press("p")
        assert names[1] in driver.lines[0]
        assert view_of(driver)._columns[0].stage.name in driver.lines[3]
        await driver.press("p")
        assert names[0] in driver.lines[0]


# Walking


@both_sizes
async def test_j_k_g_G_walk_a_column(demo: Workspace, size: tuple[int, int]) -> None:
    ids = made(demo).columns[0].ids
    async with boarding(demo, size) as driver:
        view = view_of(driver)
        seen = [view.deal_id]
        for _ in ids:
            await driver.press("j")
            seen.append(view.deal_id)
            assert view._spot(view.column, view.row).bottom <= view.size.height
        assert seen == [*ids, ids[-1]]
        assert driver.lines[2].endswith(f"{len(ids)}/{len(ids)}")
        await driver.press("k", "up")
        assert view.deal_id == ids[-3]
        await driver.press("g")
        assert view.deal_id == ids[0]
        await driver.press("G", "pageup")
        assert ids[0] != view.deal_id != ids[-1]
        await driver.press("pagedown", "down")
        assert view.deal_id == ids[-1]


@both_sizes
async def test_l_h_walk_the_columns_that_have_cards(demo: Workspace, size: tuple[int, int]) -> None:
    busy = [column.stage.name for column in made(demo).columns if column.deals]
    async with boarding(demo, size) as driver:
        view = view_of(driver)
        walked = [view._columns[view.column].stage.name]
        for _ in range(len(busy)):
            await driver.press("l")
            walked.append(view._columns[view.column].stage.name)
            assert walked[-1] in view.shown_stages
        assert walked == [*busy, busy[-1]]
        if size[0] == 80:
            assert driver.lines[-2].strip().startswith(f"◂ {busy[0]} ")
        for _ in busy:
            await driver.press("h")
        assert view.column == 0
        assert "◂" not in driver.text


async def test_the_line_at_the_foot_says_what_the_card_has_no_room_for(demo: Workspace) -> None:
    async with boarding(demo, (120, 40)) as driver:
        await driver.press("l", "j")
        row = view_of(driver).deal
        assert row is not None
        line = driver.lines[-3].strip()
        assert line.startswith(row.title)
        assert row.owner in line


@both_sizes
async def test_enter_opens_the_deal_and_esc_comes_back_to_it(demo: Workspace, size: tuple[int, int]) -> None:
    async with boarding(demo, size) as driver:
        await driver.press("l", "j")
        deal = view_of(driver).deal_id
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealScreen)
        assert driver.app.screen.deal_id == deal
        await driver.press("escape")
        assert view_of(driver).deal_id == deal


@pytest.mark.parametrize("key", ["escape", "b"])
async def test_leaving_answers_the_deal_under_the_cursor(demo: Workspace, key: str) -> None:
    answers: list[int | None] = []
    async with driving(demo) as driver:
        driver.app.push_screen(BoardScreen(), answers.append)
        await driver.settle()
        await driver.press("j", "l")
        deal = view_of(driver).deal_id
        await driver.press(key)
        assert answers == [deal]
        assert isinstance(driver.app.screen, TasksScreen)


@both_sizes
async def test_b_in_the_list_opens_the_board_at_the_same_deal_and_back(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("1", "p", "p")
        screen = driver.app.screen
        assert isinstance(screen, DealsScreen)
        await driver.press("j", "j", "j", "b")
        assert screen.deal_id is not None
        assert view_of(driver).deal_id == screen.deal_id
        await driver.press("g", "j")
        deal = view_of(driver).deal_id
        await driver.press("b")
        assert driver.app.screen is screen
        assert screen.deal_id == deal


@both_sizes
async def test_w_x_and_t_ask_about_the_card_under_the_cursor(demo: Workspace, size: tuple[int, int]) -> None:
    found = made(demo)
    async with boarding(demo, size) as driver:
        await driver.press("w")
        assert isinstance(driver.app.screen, WinDialog)
        await driver.press("escape", "x")
        assert isinstance(driver.app.screen, LoseDialog)
        await driver.press("escape", "t")
        assert isinstance(driver.app.screen, TaskDialog)
        await driver.press("escape")
        assert view_of(driver).deal_id == found.columns[0].ids[0]
