"""Deals: the list of them, and the one under the cursor beside it where there is room."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from funnel_tui.domain.deal_list import DealFilter, DealOrder, DealRow, DealSort, follow, position_of
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr, trc
from funnel_tui.screens import deals_list, delays, scoping
from funnel_tui.screens.bindings import NEXT_PIPELINE, ONLY_STUCK
from funnel_tui.screens.deal import DETAIL, DealGone, look_for_deal
from funnel_tui.screens.deals_list import STATUSES, VIEWS, ListFound, Place, Wish
from funnel_tui.screens.marking import Marking
from funnel_tui.screens.narrowing import Narrowing
from funnel_tui.screens.opening import open_deal
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.services.finding import warm_up
from funnel_tui.widgets.asking import AskLine, FilterLine
from funnel_tui.widgets.deal_pane import DealPane
from funnel_tui.widgets.deal_table import COLUMN_COUNT, DealGrid, columns, row_cells
from funnel_tui.widgets.grid import Grid, GridColumn
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.paged import PagedRows

LIST = "list"
WIDE_COLUMNS = 120
"""From this width on the deal under the cursor is shown beside the list."""
WARM_UP_SECONDS = 1.0


class DealsScreen(Narrowing[None], Marking[None]):
    """The list of deals."""

    HINTS = (
        ("choose", trc("key", "open")),
        ("new_deal", trc("key", "new")),
        ("log_call", trc("key", "call")),
        ("find", trc("key", "find")),
        ("edit", trc("key", "edit")),
        ("move", trc("key", "move")),
        ("win", trc("key", "won")),
        ("stage_back stage_on", trc("key", "stage")),
        ("lose", trc("key", "lost")),
        ("reopen", trc("key", "reopen")),
        ("task", trc("key", "task")),
        ("mark", trc("key", "mark")),
        ("board", trc("key", "board")),
        ("sort", tr("sort")),
        ("filter", trc("key", "filter")),
        ("status", tr("won/lost")),
        ("only_stuck", tr("stuck")),
        ("pipeline", tr("pipeline")),
        ("scope", trc("key", "scope")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "s", "sort", tr("sort"), id="sort", tooltip=tr("Sort the list; the same again turns it round")
        ),
        Binding("F", "filter", trc("key", "filter"), id="filter", tooltip=tr("Narrow the list as you type")),
        Binding(
            "tab",
            "status(1)",
            tr("open/won/lost/all"),
            id="status",
            tooltip=tr("Open, won, lost or all deals"),
        ),
        Binding(
            "shift+tab",
            "status(-1)",
            tr("status back"),
            id="status_back",
            tooltip=tr("The same the other way"),
        ),
        ONLY_STUCK,
        NEXT_PIPELINE,
        Binding(
            "b",
            "board",
            trc("key", "board"),
            id="board",
            tooltip=tr("Open deals as cards, a column per stage"),
        ),
        Binding(
            "escape", "widen", tr("show all"), id="widen", tooltip=tr("Take the marks away, then the filter")
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wish = Wish()
        self._found: ListFound | None = None
        self._rows: PagedRows[DealRow] | None = None
        self._resting: Timer | None = None
        self._moved = False
        self._shown: tuple[ListFound, int] | None = None
        self._just_made: int | None = None
        self._coming: int | None = None

    def compose(self) -> ComposeResult:
        """The frame, and a field over its foot."""
        yield from super().compose()
        yield FilterLine(tr("every word must occur in deal, organisation or owner"), id="filter")

    def compose_middle(self) -> ComposeResult:
        """Tabs, title, the list, and the deal beside it."""
        yield TabLine(id="tabs")
        yield Line(id="title")
        with Horizontal(id="body"):
            with Vertical(id="list"):
                yield DealGrid(by_cell=False, when_moved=self._cursor_moved, id="deals")
                yield Static(id="empty", markup=False)
            pane = DealPane(id="pane")
            pane.can_focus = False
            yield pane

    async def on_mount(self) -> None:
        """Read the list before the first frame."""
        await self.read_first(LIST, self._reading())
        self.hold_frame(self._frame_is_due)

    def _frame_is_due(self) -> None:
        self.query_one(DealGrid).focus()
        # What is typed into the filter or to find something is then answered at once.
        self.set_timer(WARM_UP_SECONDS, lambda: warm_up(self.funnel.workspace))

    # Reading

    def scope_parts(self) -> tuple[str, ...] | None:
        """What the list is about: its period says nothing about a list of deals."""
        scope = self.funnel.scope
        return None if scope is None else scoping.where_words(scope)

    def reload(self) -> None:
        """Read the list again; the cursor stays on its deal."""
        self.read(LIST, self._reading())

    def _reading(self, *, again: bool = True) -> partial[ListFound]:
        everything = None if again or self._found is None else self._found.everything
        return partial(
            deals_list.read_list,
            scope=self.funnel.scope,
            wish=self._wish,
            place=self._place(),
            everything=everything,
        )

    def _place(self) -> Place:
        grid = self.query_one(DealGrid)
        return Place(self.deal_id, grid.row, grid.row - grid.top, max(30, grid.size.height))

    def show_found(self, group: str, found: Any) -> None:
        """Show the list, or a page of it."""
        if group == LIST:
            self._show_list(found)
        elif group == DETAIL:
            if isinstance(found, DealGone):
                self.query_one(DealPane).show_nothing()
            elif found.detail.row.id == self.deal_id:
                items = found.detail.timeline.items
                self.query_one(DealPane).show_deal(found.detail, items, found.reading, brief=True)
        elif self._rows is not None and found[0] is self._rows:
            rows, (number, lines) = found
            first, last = rows.take(number, lines)
            self.query_one(DealGrid).rows_changed(first, last)
            self._cursor_moved()

    def _show_list(self, found: ListFound) -> None:
        if found.wish != self._wish:
            return  # something else was asked for meanwhile
        place = self._place()
        self._found = found
        draw = self.drawing(partial(row_cells, reading=found.reading))
        self._rows = rows = PagedRows(found.ids, self._want, draw, COLUMN_COUNT)
        self.list_changed()
        for number, lines in found.pages.items():
            rows.take(number, lines)
        words = deals_list.empty_words(found)
        self.set_class(bool(words), "-empty")
        if words:
            self.query_one("#empty", Static).update(words)
        row = follow(found.ids, place.deal_id, place.row)
        self.query_one(DealGrid).show_at(self._columns(found), rows, row, place.offset)
        if not len(found.ids):
            self._show_deal()  # the deal that was shown beside it is in it no more
        self._go_to_new()
        view = VIEWS[found.wish.wanted.status]
        views = list(VIEWS.values())
        self.query_one(TabLine).say(TABS, Tab.DEALS, views, view)
        self.tell_scope()

    def _columns(self, found: ListFound) -> list[GridColumn]:
        return self.mark_columns(columns(found.wish.order, found.wish.wanted.status))

    def show_columns(self) -> None:
        """Draw the list again: marks need room for their sign."""
        if self._found is not None and self._rows is not None:
            self.query_one(DealGrid).show(self._columns(self._found), self._rows)

    def _want(self, page: int, ids: Sequence[int]) -> None:
        """A row is to be drawn whose page is not there yet."""
        rows, scope = self._rows, self._found.scope if self._found else Scope()

        def reading(workspace: Any) -> Any:
            return rows, deals_list.read_page(workspace, scope=scope, number=page, ids=ids)

        self.call_later(self.read, f"page-{page}", reading)

    # Where the cursor is

    @property
    def deal_id(self) -> int | None:
        """The number of the deal under the cursor."""
        rows = self._rows
        row = self.query_one(DealGrid).row
        return rows.ids[row] if rows is not None and row < len(rows) else None

    @property
    def listed(self) -> array[int]:
        """The numbers of the deals in the list."""
        return array("q") if self._rows is None else self._rows.ids

    @property
    def deal_row(self) -> DealRow | None:
        """The deal under the cursor."""
        return None if self._rows is None else self._rows.line(self.query_one(DealGrid).row)

    def copied(self) -> str:
        """The cells of the row under the cursor."""
        row, found = self.deal_row, self._found
        if row is None or found is None:
            return ""
        return "\t".join(cell.text.strip() for cell in row_cells(row, found.reading)[1:])

    def _cursor_moved(self) -> None:
        """Say where the cursor is, and show the deal when it rests there."""
        self.say_title()
        self.hints_follow()
        self._show_soon()

    def _show_soon(self) -> None:
        if not self.has_class("-wide") or self._found is None:
            return
        # One timer for many keys: a held key need not make and stop one each time.
        self._moved = self._resting is not None
        if self._resting is None:
            self._resting = self.set_timer(delays.RESTING_SECONDS, self._rested)

    def _rested(self) -> None:
        """Show the deal, unless the cursor has moved since; then wait once more."""
        self._resting = None
        if self._moved:
            self._show_soon()
        else:
            self._show_deal()

    def _show_deal(self) -> None:
        """Read the deal under the cursor for the pane."""
        deal_id, found = self.deal_id, self._found
        if deal_id is None or found is None:
            self._shown = None
            self.query_one(DealPane).show_nothing()
        elif self._shown != (found, deal_id):
            self._shown = found, deal_id
            self.read(DETAIL, partial(look_for_deal, deal_id=deal_id, scope=found.scope))

    def say_title(self) -> None:
        """Say what is marked, what the list shows, and where the cursor is."""
        found = self._found
        if found is None:
            return
        count = len(found.ids)
        words = " · ".join(filter(None, (self.marked_words, deals_list.title_words(found.wish, count))))
        where = f"{count_text(self.query_one(DealGrid).row + 1)}/{count_text(count)}" if count else ""
        line = self.query_one("#title", Line)
        room = max(0, line.size.width - len(words) - len(where))
        line.say(f"{words}{' ' * room}{where}" if room else words)

    def size_changed(self) -> None:
        """The title reaches from edge to edge; a wide terminal has room for the deal beside the list."""
        self.set_class(self.size.width >= WIDE_COLUMNS, "-wide")
        self._shown = None
        self.call_after_refresh(self._cursor_moved)

    # What the list shows

    def view_state(self) -> dict[str, str]:
        """Status and order of the list."""
        wish = self._wish
        down = "yes" if wish.order.descending else ""
        return {"status": wish.wanted.status or "", "sort": wish.order.sort, "descending": down}

    def take_view_state(self, state: Mapping[str, str]) -> None:
        """Status and order as they were saved."""
        status = DealStatus(state["status"]) if state["status"] else None
        order = DealOrder(DealSort(state["sort"]), bool(state["descending"]))
        self._look_for(Wish(DealFilter(status=status), order), first=True)

    def _look_for(self, wish: Wish, *, first: bool = False) -> None:
        """Show something else.

        :param first: put the cursor on the first row instead of following its deal.
        """
        if wish == self._wish:
            return
        narrowed = wish.narrowed("") == self._wish.narrowed("")
        self._wish = wish
        if first:
            self._rows = None
            self.query_one(DealGrid).put_cursor(0)
        self.read(LIST, self._reading(again=not narrowed))

    def action_sort(self) -> None:
        """Ask by what."""
        answers = deals_list.sort_answers(self._wish)
        self.query_one(AskLine).ask(tr("Sort by"), answers, self._sort_by)

    def _sort_by(self, sort: str) -> None:
        self._look_for(self._wish.sorted_by(DealSort(sort)), first=True)

    def action_status(self, steps: int) -> None:
        """Open, won, lost, all."""
        at = STATUSES.index(self._wish.wanted.status)
        self._look_for(self._wish.with_status(STATUSES[(at + steps) % len(STATUSES)]))

    def action_only_stuck(self) -> None:
        """Only stuck deals, or all open ones again."""
        self._look_for(self._wish.only_stuck(not self._wish.wanted.stuck))

    def action_pipeline(self) -> None:
        """The next pipeline."""
        view, scope = self.funnel.view, self.funnel.scope
        if view is not None and scope is not None:
            self.funnel.set_scope(scoping.next_pipeline(scope, view.pipelines))

    def action_board(self) -> None:
        """The same deals as cards; the cursor stays on its deal, there and back."""
        from funnel_tui.screens.board import BoardScreen

        self.app.push_screen(BoardScreen(self._wish.wanted, self.deal_id), self._back_from_board)

    def _back_from_board(self, deal_id: int | None) -> None:
        if deal_id is not None and self._stale and position_of(self.listed, deal_id) is None:
            self._coming = deal_id  # it was made there, and this list is read anew
        self._go_to(deal_id)

    def _go_to(self, deal_id: int | None) -> None:
        row = None if deal_id is None else position_of(self.listed, deal_id)
        if row is not None:
            self.query_one(DealGrid).put_cursor(row)

    def made_deal(self, deal_id: int) -> None:
        """Put the cursor on a deal that was just made, as soon as the list with it is read."""
        self._just_made = deal_id

    @property
    def awaits_deal(self) -> bool:
        """Whether a deal that was just made is not shown yet."""
        return self._just_made is not None

    def _go_to_new(self) -> None:
        new, self._just_made = self._just_made, None
        if new is not None and position_of(self.listed, new) is None:
            self.notify(
                with_keys(tr("The new deal is not in this list: esc, {status} or {scope} shows others.")),
                markup=False,
            )
        self._go_to(new or self._coming)
        self._coming = None

    # Narrowing

    @property
    def narrowed_by(self) -> str:
        """The words that must occur."""
        return self._wish.wanted.text

    def narrow_to(self, text: str) -> None:
        """Show only deals in which every word occurs."""
        self._look_for(self._wish.narrowed(text))

    def action_widen(self) -> None:
        """Take the marks away, then the text filter."""
        if self.unmark_all():
            return
        self.query_one(FilterLine).value = ""
        self.narrow_to("")

    @on(Grid.Chosen)
    def _open(self, message: Grid.Chosen) -> None:
        """The deal on a screen of its own."""
        message.stop()
        if self.deal_id is not None:
            open_deal(self.funnel, self.deal_id)

    def help_text(self) -> str:
        """What the signs mean, for the help screen."""
        return tr(
            "! behind days: stuck in its stage or idle for too long. late: the day has passed. + "
            "won, x lost, * marked. A grey probability is the stage's, a plain one was typed."
        )
