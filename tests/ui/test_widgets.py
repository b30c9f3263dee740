"""Widgets and the pure functions under them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual_plotext.plot import Plot

from funnel_tui.dialogs.chooser import Entry, matching
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.report import Kind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, DealStatus, Mode
from funnel_tui.queries.behind import DealLine
from funnel_tui.screens import scoping
from funnel_tui.widgets.bars import bar_rows, draw_bars, marks_of, step
from funnel_tui.widgets.cells import cut, padded
from funnel_tui.widgets.deal_list import COLUMNS, DealRows
from funnel_tui.widgets.drawing import Bar, Chart
from funnel_tui.widgets.figures import deals, points, short_money, short_number, shown
from funnel_tui.widgets.grid import Cell, Grid, GridColumn, place
from funnel_tui.widgets.lines import Hint, Line, ScopeWords, before_key, fit_hints, scope_line
from funnel_tui.widgets.paged import PAGE, PAGES_KEPT
from funnel_tui.widgets.themes import fitting_theme

NAMES = [
    "Acme [/EU]",
    "Bjørn & Søn",
    "🚀 Rocket",
    "שלום עולם",
    "x" * 120,
    "日本の会社",
    "a\x1b[31mb\r\n",
    "[b]bold[/b]",
]


# Text in cells


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [0, 1, 2, 7, 40])
def test_a_name_fills_exactly_the_cells_it_is_given(name: str, width: int) -> None:
    assert cell_len(padded(name, width)) == width
    assert cell_len(padded(name, width, right=True)) == width
    assert cell_len(cut(name, width)) <= width
    assert all(char.isprintable() for char in padded(name, width))


def test_what_was_cut_is_said_to_be_cut() -> None:
    assert cut("Fjordline fleet renewal", 12) == "Fjordline f…"
    assert cut("日本の会社", 6) == "日本…"
    assert cut("short", 5) == "short"


@given(st.text(max_size=30), st.integers(0, 40))
def test_any_text_fills_its_cells(text: str, width: int) -> None:
    assert cell_len(padded(text, width)) == width


# Figures


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (980, "980"),
        (999, "999"),
        (1_000, "1.00k"),
        (14_080, "14.1k"),
        (480_000, "480k"),
        (999_499, "999k"),
        (999_500, "1.00M"),
        (1_420_000, "1.42M"),
        (99_950_000, "100M"),
        (27_400_000, "27.4M"),
        (12_345_678_901, "12.3G"),
        (-14_080, "-14.1k"),
    ],
)
def test_large_numbers_keep_three_true_digits(value: int, text: str) -> None:
    assert short_number(Fraction(value)) == text


@given(st.integers(0, 10**13))
def test_a_short_number_is_never_far_off(value: int) -> None:
    text = short_number(Fraction(value))
    unit = {"k": 10**3, "M": 10**6, "G": 10**9}.get(text[-1], 1)
    said = Fraction(text.rstrip("kMG").replace(",", "")) * unit
    assert abs(said - value) <= max(value / 190, Fraction(1, 2))


def test_no_value_is_a_dash_in_every_kind() -> None:
    assert {shown(None, kind) for kind in Kind} == {"–"}
    assert short_money(None) == "–"
    assert points(None, Fraction(1, 2)) == "–"


def test_values_of_every_kind() -> None:
    assert shown(1482, Kind.COUNT) == "1,482"
    assert shown(Fraction(4, 7), Kind.RATIO) == "57.1 %"
    assert shown(Fraction(109, 8), Kind.DAYS) == "13.6"
    assert shown(Money(48_000_050, "NOK"), Kind.MONEY) == "480,001"
    assert short_money(Money(48_000_000, "JPY")) == "48.0M"
    assert points(Fraction(571, 1000), Fraction(612, 1000)) == "-4.1"
    assert points(Fraction(1, 2), Fraction(1, 2)) == "+0.0"
    assert (deals(1), deals(0), deals(1482)) == ("1 deal", "0 deals", "1,482 deals")


# Room


def column(key: str, width: int, **more: Any) -> GridColumn:
    """A column for a test."""
    return GridColumn(key, key, width, **more)


def test_columns_go_by_rank_when_there_is_no_room() -> None:
    columns = [column("a", 10), column("b", 10, rank=2), column("c", 10, rank=1)]
    assert [placed.column.key for placed in place(columns, 40)] == ["a", "b", "c"]
    assert [placed.column.key for placed in place(columns, 25)] == ["a", "c"]
    assert [placed.column.key for placed in place(columns, 12)] == ["a"]
    assert place(columns, 5)[0].width == 5


def test_columns_shrink_before_one_is_dropped() -> None:
    columns = [column("name", 30, least=10, right=False, stretch=True), column("n", 6, rank=1)]
    wide, narrow = place(columns, 60), place(columns, 18)
    assert [placed.width for placed in wide] == [51, 6]
    assert [placed.width for placed in narrow] == [10, 6]
    assert narrow[-1].x + narrow[-1].width == 18


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 9), st.booleans()), min_size=1, max_size=12),
    st.integers(1, 150),
)
def test_columns_never_overlap_and_never_leave_the_screen(
    wishes: list[tuple[int, int, bool]], width: int
) -> None:
    columns = [
        column(str(at), wish, least=max(1, wish // 2), rank=rank, stretch=stretch)
        for at, (wish, rank, stretch) in enumerate(wishes)
    ]
    placed = place(columns, width)
    assert placed
    for one, other in pairwise(placed):
        assert one.x + one.width < other.x
    assert placed[-1].x + placed[-1].width <= width


def test_the_scope_bar_cuts_the_longest_name_and_keeps_its_width() -> None:
    words = ScopeWords(("Enterprise", "Anna Berg", "Q4 2026 vs Q4 2025", "NOK"), "1,482 deals")
    line = scope_line(words, 80)
    assert line == (" funnel │ Enterprise │ Anna Berg │ Q4 2026 vs Q4 2025 │ NOK         1,482 deals ")
    long = ScopeWords(("y" * 120, "Anna Berg", "Q4 2026", "NOK"), "1,482 deals")
    assert cell_len(scope_line(long, 80)) == 80
    assert "Anna Berg │ Q4 2026 │ NOK" in scope_line(long, 80)
    assert "yyy…" in scope_line(long, 80)
    for width in range(20, 130):
        assert cell_len(scope_line(long, width)) == width


def test_hints_are_whole_and_end_with_help() -> None:
    hints = [Hint("enter", "deals"), Hint(", .", "period"), Hint("tab", "closed/active")]
    last = Hint("?", "help")
    assert fit_hints(hints, last, 120) == [*hints, last]
    assert fit_hints(hints, last, 40) == [*hints[:2], last]
    assert fit_hints(hints, last, 12) == [last]


# Charts


def chart(values: Sequence[tuple[int, int]], series: int = 2) -> Chart:
    """A chart for a test."""
    bars = tuple(
        Bar(f"Stage {at}", tuple(map(Fraction, pair[:series])), tuple(map(str, pair[:series])))
        for at, pair in enumerate(values)
    )
    return Chart("Deals", ("now", "then")[:series], bars)


@pytest.mark.parametrize("height", range(5, 40))
@pytest.mark.parametrize("series", [1, 2])
def test_every_bar_has_the_same_rows_and_its_own_label_and_figure(height: int, series: int) -> None:
    drawn = chart([(120, 90), (96, 80), (7, 0), (31, 35), (0, 3)], series)
    rows = bar_rows(5, series, height)
    assert rows is not None
    lines = draw_bars(Plot(), drawn, 50, rows)
    assert len(lines) == step(rows, series if rows.further else 1) * 5 - rows.gap <= height
    assert {cell_len(line) for line in lines} <= {50}
    count = series if rows.further else 1
    pitch = step(rows, count)
    for at, bar in enumerate(drawn.bars):
        first = lines[at * pitch]
        assert first.startswith(bar.label)
        assert first.rstrip().endswith(f" {bar.texts[0]}")
        thick = [line.count("█") for line in lines[at * pitch : at * pitch + rows.first]]
        assert len(set(thick)) == 1
        assert (thick[0] > 0) is (bar.values[0] > 0)  # type: ignore[operator]
    longest = [lines[at * pitch].count("█") for at in range(5)]
    assert longest[0] > longest[1] > longest[3] > longest[2] > longest[4] == 0


def test_a_chart_of_nothing_or_of_zeros_is_drawn_without_a_bar() -> None:
    zeros = chart([(0, 0), (0, 0)])
    lines = draw_bars(Plot(), zeros, 40, bar_rows(2, 2, 10))  # type: ignore[arg-type]
    assert all(not marks_of(line) for line in lines)
    assert bar_rows(9, 1, 4) is None


def test_names_in_a_chart_are_harmless_and_keep_their_cells() -> None:
    bars = tuple(Bar(name, (Fraction(5),), ("5",)) for name in NAMES)
    lines = draw_bars(Plot(), Chart("t", ("now",), bars), 60, bar_rows(len(NAMES), 1, 20))  # type: ignore[arg-type]
    assert {cell_len(line) for line in lines} == {60}
    assert lines[0].startswith("Acme [/EU]")


# The virtual list


def line_of(number: int) -> DealLine:
    """A deal for a test."""
    return DealLine(
        id=number, title=f"Deal {number} [/EU]", organisation=None, owner="Anna", stage="Lead",
        status=DealStatus.OPEN, amount_minor=None, currency=None, created_at=0, entered_at=0, closed_at=None,
    )  # fmt: skip


class ListApp(App[None]):
    """A list of a hundred thousand deals and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        ids = array("q", range(1_000_000, 1_100_000))
        self.rows = DealRows(ids, self.want, now=10 * 86_400, zone=ZoneInfo("UTC"))

    def compose(self) -> ComposeResult:
        """The list."""
        yield Grid(by_cell=False)

    def want(self, page: int, ids: Sequence[int]) -> None:
        """A page is wanted; it comes a little later."""
        self.asked.append(page)
        self.call_later(self.take, page, list(ids))

    def take(self, page: int, ids: list[int]) -> None:
        """A page has come."""
        first, last = self.rows.take(page, [line_of(number) for number in ids])
        self.query_one(Grid).rows_changed(first, last)

    def on_mount(self) -> None:
        """Show the list."""
        self.query_one(Grid).show(COLUMNS, self.rows)


async def test_a_list_of_100_000_deals_reads_only_what_is_seen() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        grid = app.query_one(Grid)
        assert app.asked == [0]
        await pilot.press("G")
        await pilot.pause()
        assert grid.row == 99_999
        assert app.asked[-1] == 99_999 // PAGE
        assert len(app.asked) <= 3
        await pilot.press("g", "pagedown", "j")
        assert grid.row == 29
        assert grid.visible_rows[0] <= 29 <= grid.visible_rows[-1]
        assert "Deal 1000000 [/EU]" not in [strip.text for strip in grid.render_lines(grid.region)][1]
        for _ in range(60):
            grid.action_page(40)
        await pilot.pause()
        assert len(app.rows._pages) <= PAGES_KEPT


async def test_a_row_that_is_on_its_way_is_shown_as_such() -> None:
    app = ListApp()
    async with app.run_test(size=(100, 30)):
        app.rows.take(0, [])
        assert app.rows.cells(5) == [Cell("")] * len(COLUMNS)
        assert app.rows.cells(50_000) is None


class LineApp(App[None]):
    """One line."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Line("Proposal · Lost 16", id="line")


async def test_only_the_cells_of_a_line_that_change_are_drawn() -> None:
    app = LineApp()
    async with app.run_test(size=(60, 5)) as pilot:
        await pilot.pause()
        line = app.query_one(Line)
        drawn: list[Any] = []
        line.refresh = lambda *regions, **_: drawn.extend(regions)  # type: ignore[method-assign,assignment]
        line.say("Proposal · Lost 17")
        assert [(region.x, region.width) for region in drawn] == [(17, 1)]
        line.say("Proposal · Lost 17")
        assert len(drawn) == 1
        line.say("日本 [/EU]")
        assert line.render_line(0).text == padded("日本 [/EU]", 60)


# Scopes, themes, palettes


def test_steps_keep_the_distance_of_the_compared_period() -> None:
    quarter = Period.quarter(2026, 4)
    previous = Scope(period=quarter, compare=quarter.previous())
    assert scoping.stepped(previous, -1).compare == Period.quarter(2026, 2)
    year = Scope(period=quarter, compare=quarter.year_before())
    assert scoping.stepped(year, 1) == Scope(period=Period.quarter(2027, 1), compare=Period.quarter(2026, 1))
    other = Scope(period=quarter, compare=Period.quarter(2024, 1))
    assert scoping.stepped(other, -1).compare == Period.quarter(2023, 4)
    everything = Scope()
    assert scoping.stepped(everything, 1) == everything
    assert scoping.next_compare(everything) == everything


def test_turning_through_cohorts_modes_and_pipelines_comes_round() -> None:
    scope = Scope(pipelines=("A",))
    seen = [scope]
    for _ in range(3):
        seen.append(scoping.next_cohort(seen[-1]))
    assert [one.cohort for one in seen] == [None, Cohort.CREATED, Cohort.ENTERED, Cohort.CLOSED]
    assert scoping.next_mode(scoping.next_mode(scope)).mode is Mode.STRAIGHT
    assert scoping.next_pipeline(scope, ["A", "B"]).pipelines == ("B",)
    assert scoping.next_pipeline(scope.with_(pipelines=("B",)), ["A", "B"]).pipelines == ("A",)
    assert scoping.next_pipeline(scope, []) == scope


def test_the_last_data_is_found_in_a_period_of_the_same_kind() -> None:
    last = Period.month(2017, 12).last
    month = scoping.at_last_data(Scope(period=Period.month(2026, 11)), last)
    assert month.period == Period.month(2017, 12)
    assert scoping.at_last_data(Scope(), last).period == Period.quarter(2017, 4)


@pytest.mark.parametrize(
    ("environment", "theme"),
    [
        ({"TERM": "xterm-256color"}, "dark"),
        ({"TERM": "xterm-256color", "COLORFGBG": "0;15"}, "light"),
        ({"TERM": "xterm-256color", "COLORFGBG": "15;0"}, "dark"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "ansi"),
        ({"TERM": "linux"}, "ansi"),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, "ansi"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "screen"}, "ansi"),
        ({"TERM": "tmux-256color"}, "dark"),
        ({}, "ansi"),
    ],
)
def test_the_theme_follows_the_terminal(environment: dict[str, str], theme: str) -> None:
    assert fitting_theme(environment) == theme


def test_the_list_of_commands_grows_shorter_as_one_types() -> None:
    entries = [
        Entry("losses", "o", "Where deals are lost"),
        Entry("undo", "u", "Take it back"),
        Entry("lost"),
    ]
    assert [entry.name for entry in matching(entries, "")] == ["losses", "undo", "lost"]
    assert [entry.name for entry in matching(entries, "los")] == ["losses", "lost"]
    assert [entry.name for entry in matching(entries, "back take")] == ["undo"]
    assert matching(entries, "[/EU]") == []


@pytest.mark.parametrize("width", range(24, 100, 7))
def test_the_key_that_leads_to_the_rest_is_never_cut(width: int) -> None:
    words = "▼ Laveste: Forhandling, 45,2 % av 73 avgjorte avtaler går videre"
    line = before_key(words, "2 merknader: ?", width)
    assert line.endswith(" · 2 merknader: ?")
    assert cell_len(line) <= width
    assert (words in line) == (width >= cell_len(words) + 17)
