"""The list of deals by keys: columns, order, filters, the cursor that follows its deal, changes elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual import events

from funnel_tui.db import Target
from funnel_tui.demo import build_demo
from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealSort
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.deals import edit_deal, win_deal
from funnel_tui.services.opening import open_workspace
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import AskLine, FilterLine
from funnel_tui.widgets.deal_table import DealGrid, Reading, columns, row_cells
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import ACTOR, NOW, open_at

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
SCOPE = Scope(pipelines=("New business",))
HEADING, FIRST = 3, 4
"""Lines of the screen: the headings, the first deal."""


def screen_of(driver: Driver) -> DealsScreen:
    """The Deals screen."""
    screen = driver.app.screen
    assert isinstance(screen, DealsScreen)
    return screen


def ids_shown(driver: Driver) -> list[int]:
    """The deals of the list, in order."""
    rows = screen_of(driver)._rows
    assert rows is not None
    return list(rows.ids)


@both_sizes
async def test_the_list_has_room_for_fifteen_deals_and_more(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("1")
        count = len(deal_ids(demo, SCOPE))
        assert f"{count} open deals by close ▲" in driver.lines[2]
        assert driver.lines[2].rstrip().endswith(f"1/{count}")
        grid = screen_of(driver).query_one(DealGrid)
        assert len(grid.visible_rows) >= 15
        for title in ("Deal", "Organisation", "Stage", "Amount", "Close ▲", "Days"):
            assert title in driver.lines[HEADING]
        assert max(len(line) for line in driver.lines) <= size[0]


async def test_columns_go_one_after_the_other_as_the_screen_gets_narrower(demo: Workspace) -> None:
    order = [
        "deal",
        "organisation",
        "stage",
        "amount",
        "close",
        "days",
        "idle",
        "probability",
        "task",
        "owner",
    ]
    # What the list is sorted by stays as long as the deal.
    last_to_go = ["close", *(name for name in order if name != "close")]
    before: list[str] = []
    for width in (60, 70, 80, 95, 110, 118):
        async with driving(demo, size=(width, 24)) as driver:
            await driver.press("1")
            keys = [column.key for column in screen_of(driver).query_one(DealGrid).shown_columns][1:]
            left = last_to_go[: len(keys)]
            assert keys == [name for name in order if name in left], width
            assert len(keys) >= len(before)
            before = keys
    assert before[-1] == "task"


async def test_what_is_late_and_what_is_stuck_says_so_in_words(demo: Workspace) -> None:
    ids = deal_ids(demo, SCOPE)
    rows = deal_rows(demo, SCOPE, ids[:15])
    late = next(at for at, row in enumerate(rows) if row.days_late)
    stuck = next(at for at, row in enumerate(rows) if row.stuck)
    fine = next(at for at, row in enumerate(rows) if not row.stuck)
    async with driving(demo) as driver:
        await driver.press("1")
        assert f"{rows[late].days_late} d late" in driver.lines[FIRST + late]
        assert f"{rows[stuck].in_stage // 86_400} d!" in driver.lines[FIRST + stuck]
        assert "!" not in driver.lines[FIRST + fine]


@pytest.mark.parametrize(
    ("key", "sort", "descending"),
    [
        ("d", DealSort.DEAL, False),
        ("o", DealSort.ORGANISATION, False),
        ("s", DealSort.STAGE, False),
        ("a", DealSort.AMOUNT, True),
        ("i", DealSort.IN_STAGE, True),
        ("l", DealSort.IDLE, True),
        ("p", DealSort.PROBABILITY, True),
        ("t", DealSort.NEXT_TASK, False),
        ("w", DealSort.OWNER, False),
        ("n", DealSort.CREATED, True),
    ],
)
async def test_s_and_a_letter_sort_the_list(
    demo: Workspace, key: str, sort: DealSort, descending: bool
) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "s", key)
        assert ids_shown(driver) == list(deal_ids(demo, SCOPE, order=DealOrder(sort, descending)))
        mark = "▼" if descending else "▲"
        assert mark in driver.lines[2]
        if sort is not DealSort.CREATED:  # the others have a column, which is there also at 80 cells
            assert mark in driver.lines[3]
        await driver.press("s", key)
        assert ids_shown(driver) == list(deal_ids(demo, SCOPE, order=DealOrder(sort, not descending)))


async def test_a_key_that_is_no_answer_leaves_the_order_and_gives_the_list_back(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1")
        before = ids_shown(driver)
        await driver.press("s", "escape")
        assert ids_shown(driver) == before
        await driver.press("j")
        assert "2/" in driver.lines[2]


async def test_tab_goes_through_open_won_lost_and_all(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1")
        for status, view in ((DealStatus.WON, "[Won]"), (DealStatus.LOST, "[Lost]")):
            await driver.press("tab")
            order = DealOrder(DealSort.CLOSED, descending=True)
            assert ids_shown(driver) == list(deal_ids(demo, SCOPE, DealFilter(status=status), order))
            assert view in driver.lines[1]
            assert driver.lines[FIRST].strip()[0] == ("+" if status is DealStatus.WON else "x")
        await driver.press("tab")
        assert sorted(ids_shown(driver)) == sorted(deal_ids(demo, SCOPE, DealFilter(status=None)))
        await driver.press("shift+tab", "shift+tab", "shift+tab")
        assert "[Open]" in driver.lines[1]


async def test_exclamation_mark_leaves_only_what_is_stuck(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "exclamation_mark")
        assert ids_shown(driver) == list(deal_ids(demo, SCOPE, DealFilter(stuck=True)))
        assert "stuck open deal" in driver.lines[2]
        await driver.press("exclamation_mark")
        assert ids_shown(driver) == list(deal_ids(demo, SCOPE))


async def test_the_list_grows_shorter_while_one_types(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "F")
        await driver.type("service")
        await driver.pilot.pause(0.2)
        await driver.settle()
        wanted = list(deal_ids(demo, SCOPE, DealFilter(text="service")))
        assert 0 < len(wanted) < len(deal_ids(demo, SCOPE))
        assert ids_shown(driver) == wanted
        assert "only “service”" in driver.lines[2]
        await driver.press("enter", "j")
        assert f"2/{len(wanted)}" in driver.lines[2]
        await driver.press("escape")
        assert ids_shown(driver) == list(deal_ids(demo, SCOPE))


@both_sizes
async def test_the_filter_line_is_labelled_and_takes_any_text(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("1", "F")
        assert driver.lines[-1].startswith(" Filter  every word must occur in deal, organisation or owner")
        await driver.type("as")
        assert driver.lines[-1].strip() == "Filter  as"
        await driver.press("backspace")
        driver.app.screen.post_message(events.Paste("\x1b[2Jö\x07\n" + "long " * 60))
        await driver.settle()
        assert driver.lines[-1].startswith(" Filter  ")
        assert not {char for char in driver.text if ord(char) < 32} - {"\n"}
        assert driver.app.screen.query_one(FilterLine).region.width == size[0]
        await driver.press("escape")
        assert driver.app.focused is screen_of(driver).query_one(DealGrid)


async def test_days_in_a_stage_and_idle_are_never_cut(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    row = deal_rows(demo, SCOPE, [deal_id])[0]
    reading = Reading(date(2026, 11, 21), ZoneInfo("UTC"), "NOK")
    column = next(column for column in columns(None, DealStatus.OPEN) if column.key == "days")
    for days, words in ((0, "0 d"), (999, "999 d"), (1_000, "1000d"), (9_999, "9999d"), (20_500, "56 y")):
        aged = replace(row, in_stage=days * 86_400, stuck=True, idle_seconds=days * 86_400, idle=False)
        cells = row_cells(aged, reading)
        assert (cells[6].text, cells[7].text) == (f"{words}!", f"{words} ")
        assert max(len(cells[6].text), len(cells[7].text)) <= column.least


@pytest.mark.parametrize("start", [("1",), ("1", "b"), ("0",)], ids=["list", "board", "today"])
async def test_after_a_question_the_keys_belong_to_what_had_them(
    demo: Workspace, start: tuple[str, ...]
) -> None:
    async with driving(demo) as driver:
        await driver.press(*start)
        before = driver.app.focused
        assert before is not None
        for key in ("escape", "Q"):
            await driver.press("z" if start == ("0",) else "s")
            assert isinstance(driver.app.focused, AskLine)
            await driver.press(key)
            assert driver.app.focused is before
            assert not driver.app.screen.query_one(AskLine).display
        line = driver.app.screen.query_one(AskLine)
        await driver.press("z" if start == ("0",) else "s")
        driver.app.screen.set_focus(before)
        await driver.settle()
        assert not line.display
        assert driver.app.focused is before


async def test_the_header_of_a_list_names_no_period(demo: Workspace) -> None:
    async with driving(demo) as driver:
        for key in ("1", "b"):
            await driver.press(key)
            assert driver.lines[0].startswith(" funnel │ New business │ everybody │ NOK ")


async def test_a_filter_that_nothing_passes_says_what_to_do(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "F")
        await driver.type("zzqqx")
        await driver.pilot.pause(0.2)
        await driver.settle()
        assert "“zzqqx”" in driver.text
        assert "esc shows all again" in driver.text
        await driver.press("escape")
        assert len(ids_shown(driver)) == len(deal_ids(demo, SCOPE))


async def test_an_empty_database_says_what_to_do(empty: Workspace) -> None:
    async with driving(empty) as driver:
        await driver.press("1")
        assert "No open deal here" in driver.text
        assert "n makes a new one" in driver.text


@both_sizes
async def test_the_cursor_follows_its_deal_when_somebody_else_writes(
    demo_path: Path, size: tuple[int, int]
) -> None:
    mine, other = open_at(demo_path), open_at(demo_path)
    ids = list(deal_ids(mine, SCOPE))
    async with driving(mine, size=size) as driver:
        await driver.press("1", *"jjjj")
        here = screen_of(driver).deal_id
        assert here == ids[4]
        win_deal(other, deal_id=ids[1])
        for _ in range(40):
            await driver.pilot.pause(0.05)
            await driver.settle()
            if len(ids_shown(driver)) == len(ids) - 1:
                break
        assert ids[1] not in ids_shown(driver)
        assert screen_of(driver).deal_id == here
        assert f"4/{len(ids) - 1}" in driver.lines[2]
    other.database.close()
    mine.database.close()


async def test_another_value_is_shown_when_somebody_else_writes_it(demo_path: Path) -> None:
    mine, other = open_at(demo_path), open_at(demo_path)
    row = deal_rows(mine, SCOPE, deal_ids(mine, SCOPE)[:1])[0]
    async with driving(mine) as driver:
        await driver.press("1")
        edit_deal(other, deal_id=row.id, version=row.version, changes={"title": "Quite another name"})
        for _ in range(40):
            await driver.pilot.pause(0.05)
            await driver.settle()
            if "Quite another name" in driver.text:
                break
        assert "Quite another name" in driver.lines[FIRST]
    other.database.close()
    mine.database.close()


async def test_what_users_wrote_is_shown_and_never_obeyed(demo: Workspace) -> None:
    row = deal_rows(demo, SCOPE, deal_ids(demo, SCOPE)[:1])[0]
    edit_deal(demo, deal_id=row.id, version=row.version, changes={"title": "[bold red]x[/] \u202eevil"})
    async with driving(demo, size=(120, 40)) as driver:
        await driver.press("1")
        await driver.pilot.pause(0.3)
        await driver.settle()
        assert "[bold red]x[/] " in driver.lines[FIRST]
        assert "\u202e" not in driver.text


async def test_the_list_is_as_it_was_when_one_comes_back(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "s", "a", "j", "j")
        here = screen_of(driver).deal_id
        await driver.press("2", "1")
        assert screen_of(driver).deal_id == here
        assert "by amount ▼" in driver.lines[2]


@pytest.mark.pg
async def test_the_list_on_postgresql(pg_url: str) -> None:
    workspace = open_workspace(Target(url=pg_url), actor=ACTOR)
    workspace.clock = lambda: NOW
    build_demo(workspace, deals=60, seed=7)
    async with driving(workspace) as driver:
        await driver.press("1")
        ids = list(deal_ids(workspace, SCOPE))
        assert ids_shown(driver) == ids
        with workspace.read() as reader:
            position = dict(reader.rows("SELECT id, position FROM stage"))
        before = deal_rows(workspace, SCOPE, ids[:1])[0]
        await driver.press("less_than_sign", "y")
        after = deal_rows(workspace, SCOPE, ids[:1])[0]
        assert position[after.stage_id] == max(1, position[before.stage_id] - 1)
    workspace.database.close()


async def test_the_cursor_goes_to_the_deal_that_was_made(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "n")
        await driver.type("Zz brand new")
        await driver.press("enter")
        screen = driver.app.screen
        assert isinstance(screen, DealsScreen)
        assert screen.deal_row is not None
        assert screen.deal_row.title == "Zz brand new"


async def test_a_new_deal_that_is_not_in_the_list_is_told_so(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "tab", "n")
        await driver.type("Zz brand new")
        await driver.press("enter")
        told = driver.told
        assert any("is not in this list" in words for words in told)
