"""The columns and cards of a board: where they go, and what a key draws."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region

from funnel_tui.domain.board import BoardColumn
from funnel_tui.domain.deal_list import DealRow, NextTask
from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.money import Money
from funnel_tui.domain.status import DealStatus
from funnel_tui.widgets import board_cards
from funnel_tui.widgets.board import BoardView
from funnel_tui.widgets.board_canvas import AHEAD, HEAD_LINES
from funnel_tui.widgets.board_cards import FOLDED, LEAST, first_column, heading, place_columns
from funnel_tui.widgets.deal_table import Reading

TODAY = date(2026, 11, 21)
READING = Reading(TODAY, ZoneInfo("UTC"), "EUR")
NAMES = ("Lead", "Qualified [/x]", "Proposal", "جديد", "日本 stage", "Contract")
ODD = ("[bold]x[/]", "\x1b[31mred", "\ud800 half", "e\u0301cole", "🚀🚀 Rakett", "عقد جديد", "a" * 300, "")


def row(number: int, title: str = "", *, stuck: bool = False, task: NextTask | None = None) -> DealRow:
    return DealRow(
        id=number, version=1, title=title or f"Deal {number}", organisation=None, pipeline="Sales",
        stage="Lead", stage_id=1, status=DealStatus.OPEN, owner="Anna",
        amount=Money(48_000_000, "EUR"), amount_base=None, expected_close=None, days_late=0,
        in_stage=14 * 86_400, stuck=stuck, idle_seconds=None, idle=False, probability=None, next_task=task,
        created_at=0, entered_at=0, closed_at=None,
    )  # fmt: skip


def column(number: int, ids: Iterable[int], name: str = "") -> BoardColumn:
    stage = StageFact(number, name or NAMES[number % len(NAMES)], number)
    return BoardColumn(stage, Money(123_456_789, "EUR"), 1, 1, array("q", ids))


def columns(*counts: int) -> list[BoardColumn]:
    return [column(at, range(at * 1_000_000 + 1, at * 1_000_000 + 1 + n)) for at, n in enumerate(counts)]


class BoardApp(App[None]):
    """A board alone; what it asks for comes when the test gives it."""

    CSS = "Screen { layout: vertical; }"

    def __init__(self, shown: Sequence[BoardColumn]) -> None:
        super().__init__()
        self.shown = shown
        self.wanted: list[list[int]] = []
        self.moves = 0

    def compose(self) -> ComposeResult:
        yield BoardView(when_moved=self.moved, want=lambda ids: self.wanted.append(list(ids)))

    def moved(self) -> None:
        self.moves += 1

    def on_mount(self) -> None:
        self.query_one(BoardView).show(self.shown, {}, READING)

    def give(self) -> None:
        """Bring what was asked for."""
        for ids in self.wanted:
            self.query_one(BoardView).take([row(deal) for deal in ids])
        self.wanted.clear()


def text_of(view: BoardView) -> list[str]:
    return [strip.text for strip in view.render_lines(Region(0, 0, *view.size))]


# Where columns go


@given(
    st.lists(st.booleans(), min_size=1, max_size=14),
    st.integers(1, 250),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_the_cursor_s_column_is_on_the_screen_and_no_room_is_wasted(
    folded: list[bool], width: int, first: int, cursor: int
) -> None:
    cursor %= len(folded)
    first = first_column(folded, width, first, cursor)
    panels = place_columns(folded, width, first)
    numbers = [panel.number for panel in panels]
    assert numbers == list(range(first, first + len(numbers)))
    assert cursor in numbers
    for before, after in pairwise(panels):
        assert after.x == before.x + before.width + 1
    for panel in panels:
        assert panel.folded == folded[panel.number]
        if len(panels) > 1:
            assert panel.width == FOLDED if panel.folded else panel.width >= LEAST
            assert panel.x + panel.width <= width
    if numbers[-1] == len(folded) - 1 and first:  # one more would not fit at the left
        assert place_columns(folded, width, first - 1)[-1].number < len(folded) - 1


def test_three_columns_at_80_and_five_at_120() -> None:
    assert [panel.width for panel in place_columns([False] * 6, 80, 0)] == [26, 26, 26]
    assert len(place_columns([False] * 6, 120, 0)) == 5
    assert [panel.number for panel in place_columns([False] * 6, 80, 3)] == [3, 4, 5]


# Texts


@pytest.mark.parametrize("width", [3, 10, 21, 40])
@pytest.mark.parametrize("name", [*ODD[:-1], "Lead"])
def test_a_heading_keeps_its_count_whatever_the_name(name: str, width: int) -> None:
    shown = column(1, range(1, 1_235), name)
    title, amount = heading(shown, width)
    assert title.right.text == "1,234"
    assert amount.left.text == ("1,234,568" if width > 20 else "1.23M")
    assert amount.right.text == "2 unpriced"


def test_a_retired_stage_says_so() -> None:
    stage = StageFact(1, "Negotiation of everything", 1, retired=True)
    shown = BoardColumn(stage, Money(0, "EUR"), 0, 0, array("q"))
    assert heading(shown, 24)[0].left.text.endswith("(retired)")
    assert cell_len(heading(shown, 24)[0].left.text) <= 22


def test_a_card_says_stuck_and_late_in_signs() -> None:
    late = NextTask("call", "Ask", date(2026, 11, 18), True)
    hours = NextTask("call", "Ask", TODAY, True)
    shown = [pair for deal in (row(1, stuck=True, task=late), row(2, task=hours), row(3))
             for pair in board_cards.card(deal, READING)]  # fmt: skip
    texts = [f"{left.text}|{right.text}" for left, right in shown]
    assert texts == [
        *("Deal 1|", "480,000|14 d!", "call 3 d late|"),
        *("Deal 2|", "480,000|14 d ", "call today late|"),
        *("Deal 3|", "480,000|14 d ", "no task|"),
    ]


# The widget


async def test_text_of_users_stays_text_and_every_line_is_as_wide_as_the_screen() -> None:
    shown = [column(at, [at + 1], text or " ") for at, text in enumerate(ODD)]
    app = BoardApp(shown)
    async with app.run_test(size=(100, 30)) as pilot:
        view = app.query_one(BoardView)
        view.take([row(at + 1, text) for at, text in enumerate(ODD)])
        for _ in shown:
            await pilot.press("l")
            lines = text_of(view)
            assert {cell_len(line) for line in lines} == {100}
            assert not any(ord(char) < 32 or 0xD800 <= ord(char) < 0xE000 for line in lines for char in line)
        assert "a" * 15 in "".join(text_of(view))
        await pilot.press(*"hhhhhhhhhh")
        assert "[bold]x[/]" in "".join(text_of(view))


async def test_cards_are_asked_for_when_they_come_into_view_and_only_then() -> None:
    app = BoardApp(columns(100_000, 3, 0, 50_000))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(BoardView)
        asked = {deal for ids in app.wanted for deal in ids}
        slots = view._slots
        assert {1, slots, 1_000_001, 3_000_001} <= asked
        assert len(asked) <= 2 * (slots + 1 + AHEAD) + 3
        app.give()
        await pilot.press("j")
        assert not app.wanted
        await pilot.press("G")
        assert 100_000 in app.wanted[0]
        assert len(app.wanted[0]) <= slots + 1 + 2 * AHEAD
        app.wanted.append(app.wanted[0])  # what comes twice does no harm
        app.give()
        await pilot.pause()
        assert "Deal 100000" in "".join(text_of(view))
        await pilot.press("g")
        assert not app.wanted  # it was kept


async def test_what_is_on_its_way_is_not_asked_for_again() -> None:
    app = BoardApp(columns(500))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "k", "j", "k")
        assert len(app.wanted) == 1


@pytest.mark.parametrize("count", [50, 100_000])
async def test_a_cursor_key_draws_two_cards_and_no_more(count: int) -> None:
    app = BoardApp(columns(count, count, count))
    async with app.run_test(size=(80, 24)) as pilot:
        app.give()
        await pilot.pause()
        view = app.query_one(BoardView)
        drawn: list[Any] = []
        refresh = view.refresh

        def noted(*regions: Region, **more: Any) -> Any:
            drawn.append(regions)
            return refresh(*regions, **more)

        view.refresh = noted  # type: ignore[method-assign]
        await pilot.press("j")
        assert [region.area for region in drawn[0]] == [3 * 26, 3 * 26]
        drawn.clear()
        await pilot.press("l")
        assert [region.area for region in drawn[0]] == [3 * 26, 3 * 26]
        drawn.clear()
        await pilot.press("G")  # the column scrolls, the others stay
        assert len(drawn) == 1
        assert all(region.width == 26 for region in drawn[0])


async def test_the_rule_says_how_many_cards_are_above_and_below() -> None:
    app = BoardApp(columns(100, 2))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(BoardView)
        rule = text_of(view)[HEAD_LINES - 1]
        assert rule.startswith(f"─ ▼ {100 - view._slots} ")
        assert "▲" not in rule
        await pilot.press("G")
        assert text_of(view)[HEAD_LINES - 1].startswith(f"─ ▲ {100 - view._slots} ─")


async def test_a_board_of_empty_columns_has_no_cursor() -> None:
    app = BoardApp(columns(0, 0))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(BoardView)
        await pilot.press("j", "l", "G", "pagedown", "enter")
        assert view.deal_id is None
        assert view.deal is None
        view.show([], {}, READING)
        await pilot.press("j", "l", "h", "G")
        assert view.deal_id is None


async def test_the_view_stays_with_its_cards_when_the_board_is_read_again() -> None:
    app = BoardApp(columns(100, 100))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(BoardView)
        await pilot.press("G")
        deal, place = view.deal_id, view._spot(view.column, view.row)
        view.show([column(0, range(11, 101)), column(1, range(1_000_001, 1_000_101))], {}, READING)
        assert (view.deal_id, view.row) == (deal, 89)
        assert view._spot(view.column, view.row) == place
        view.show([column(1, range(1_000_001, 1_000_101))], {}, READING)  # the stage itself is gone
        assert view.deal_id is not None
        assert view._spot(view.column, view.row).bottom <= view.size.height


async def test_what_was_drawn_before_is_never_shown_again_when_it_is_not_true() -> None:
    """Every key, one after the other: the kept lines are those of a board drawn afresh."""
    app = BoardApp(columns(40, 0, 25, 3, 60))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(BoardView)
        for key in ("j", "j", "G", "k", "l", "j", "pagedown", "l", "l", "G", "h", "g", "h", "h", "k"):
            await pilot.press(key)
            app.give()
            kept = text_of(view), view.render_lines(Region(0, 0, *view.size))
            view._forget()
            view.refresh()
            assert (text_of(view), view.render_lines(Region(0, 0, *view.size))) == kept, key
        view.unfold(True)
        assert "no deals" in "".join(text_of(view))
        view.show(columns(40, 1, 25, 3, 60), {1_000_001: row(1_000_001, "Fresh")}, READING)
        assert "Fresh" in "".join(text_of(view))
