"""The board: a column of cards per stage. ``H`` and ``L`` move the card under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.domain.board import CardOrder
from funnel_tui.domain.deal_list import DealFilter, DealRow
from funnel_tui.language import tr, trc
from funnel_tui.screens import board_reading, scoping
from funnel_tui.screens.bindings import NEXT_PIPELINE, ONLY_STUCK
from funnel_tui.screens.board_reading import BoardFound, BoardWish
from funnel_tui.screens.deal_actions import DealActions
from funnel_tui.screens.opening import open_deal
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.services.board import cards
from funnel_tui.widgets.board import BoardView
from funnel_tui.widgets.cells import cut
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.named_keys import with_keys

BOARD = "board"
OPEN_DEALS = DealFilter()


class BoardScreen(DealActions[int | None]):
    """A column per stage with its open deals. ``esc`` goes back, and answers the deal under the cursor.

    :param wanted: which deals; whatever its status, only open ones.
    :param deal_id: where the cursor is at first.
    """

    AUTO_FOCUS = "BoardView"
    HINTS = (
        ("card_back card_on", trc("key", "stage")),
        ("choose", trc("key", "open")),
        ("win", trc("key", "won")),
        ("lose", trc("key", "lost")),
        ("task", trc("key", "task")),
        ("move", trc("key", "move")),
        ("order", trc("key", "order")),
        ("only_stuck", tr("stuck")),
        ("fold", tr("empty ones")),
        ("pipeline", tr("pipeline")),
        ("to_list", trc("key", "list")),
        ("undo", trc("key", "undo")),
    )
    ON_ROW = DealActions.ON_ROW | {"card_back", "card_on", "fold"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "H", "step(-1)", trc("key", "back"), id="card_back", tooltip=tr("Move the card a stage back")
        ),
        Binding(
            "L", "step(1)", trc("key", "on"), id="card_on", tooltip=tr("Move the card to the next stage")
        ),
        Binding("s", "order", trc("key", "order"), id="order", tooltip=tr("The order of the cards")),
        ONLY_STUCK,
        Binding("z", "fold", tr("empty columns"), id="fold", tooltip=tr("Empty columns in full, or folded")),
        NEXT_PIPELINE,
        Binding("b,escape", "back", trc("key", "list"), id="to_list", tooltip=tr("Back to the list")),
    ]

    def __init__(self, wanted: DealFilter = OPEN_DEALS, deal_id: int | None = None) -> None:
        super().__init__()
        self._wish = BoardWish(wanted)
        self._first_deal = deal_id
        self._found: BoardFound | None = None
        self._title = ""
        self._just_made: int | None = None

    def compose_middle(self) -> ComposeResult:
        """Tabs, title, the columns, the card under the cursor, what is beside the screen."""
        yield TabLine(id="tabs")
        yield Line(id="title")
        yield BoardView(when_moved=self._cursor_moved, want=self._want_cards, id="board")
        yield Static(id="empty", markup=False)
        yield Line(id="card")
        yield Line(id="beyond")

    async def on_mount(self) -> None:
        """Read the board before the first frame."""
        await self.read_first(BOARD, self._reading())
        self.hold_frame(lambda: None)

    # Reading

    def scope_parts(self) -> tuple[str, ...] | None:
        """Open deals are of now, whatever the period."""
        scope = self.funnel.scope
        return None if scope is None else scoping.where_words(scope)

    def reload(self) -> None:
        """Read the board again; the cursor stays on its deal."""
        self.read(BOARD, self._reading())

    def _reading(self) -> partial[BoardFound]:
        return partial(
            board_reading.read_board,
            scope=self.funnel.scope,
            wish=self._wish,
            windows=self.query_one(BoardView).windows(),
            deal_id=self._first_deal if self._found is None else self.deal_id,
        )

    def show_found(self, group: str, found: Any) -> None:
        """Show the board, or cards that came into view."""
        if group == BOARD:
            self._show_board(found)
        elif self._found is not None and found[0] is self._found.board:
            self.query_one(BoardView).take(found[1])

    def _show_board(self, found: BoardFound) -> None:
        if found.wish != self._wish:
            return  # something else was asked for meanwhile
        first = self._found is None
        self._found = found
        words = board_reading.empty_words(found)
        self.set_class(bool(words), "-empty")
        if words:
            self.query_one("#empty", Static).update(words)
        self._title = board_reading.title_words(found, self.funnel.scope)
        view = self.query_one(BoardView)
        if found.board is not None and found.reading is not None:
            view.show(found.board.columns, found.rows, found.reading)
        if first and self._first_deal is not None:
            view.put_on(self._first_deal)
        self._go_to_new()
        self.query_one(TabLine).say(TABS, Tab.DEALS, [tr("Board")], tr("Board"))
        self.tell_scope()

    def made_deal(self, deal_id: int) -> None:
        """Put the cursor on a deal that was just made, as soon as the board with it is read."""
        self._just_made = deal_id

    @property
    def awaits_deal(self) -> bool:
        """Whether a deal that was just made is not shown yet."""
        return self._just_made is not None

    def _go_to_new(self) -> None:
        new, self._just_made = self._just_made, None
        if new is None:
            return
        view = self.query_one(BoardView)
        view.put_on(new)
        if view.deal_id != new:
            self.notify(
                with_keys(
                    tr("The new deal is not on this board: {pipeline} or {scope} shows others, esc the list.")
                ),
                markup=False,
            )

    def _want_cards(self, ids: Sequence[int]) -> None:
        """Cards come into view that are not there yet."""
        shown = self._found.board if self._found else None
        if shown is None:
            return

        def reading(workspace: Any) -> Any:
            return shown, cards(workspace, shown.scope, ids)

        # A group of its own: a later wish must not make this one void.
        self.call_later(self.read, f"cards-{ids[0]}", reading)

    # Where the cursor is

    @property
    def deal_id(self) -> int | None:
        """The number of the deal under the cursor."""
        return self.query_one(BoardView).deal_id

    @property
    def deal_row(self) -> DealRow | None:
        """The deal under the cursor."""
        return self.query_one(BoardView).deal

    def copied(self) -> str:
        """The deal under the cursor."""
        row, found = self.deal_row, self._found
        if row is None or found is None or found.reading is None:
            return ""
        return board_reading.deal_words(row, found.reading).replace(" · ", "\t")

    def _cursor_moved(self) -> None:
        """Say where the cursor is, and what is off the screen."""
        found = self._found
        if found is None or found.board is None or found.reading is None:
            return
        view = self.query_one(BoardView)
        title, card = self.query_one("#title", Line), self.query_one("#card", Line)
        title.say(_spread(self._title, view.where, title.size.width))
        card.say(board_reading.deal_words(view.deal, found.reading))
        beyond = self.query_one("#beyond", Line)
        beyond.say(_spread(*view.beyond, beyond.size.width))

    def size_changed(self) -> None:
        """The lines reach from edge to edge."""
        self.call_after_refresh(self._cursor_moved)

    # Keys

    def _look_for(self, wish: BoardWish) -> None:
        self._wish = wish
        self.reload()

    def action_order(self) -> None:
        """Ask by what."""
        self._ask(tr("Order the cards by"), board_reading.order_answers(), self._order_by)

    def _order_by(self, order: str) -> None:
        self._look_for(replace(self._wish, order=CardOrder(order)))

    def action_only_stuck(self) -> None:
        """Only stuck deals, or all open ones again."""
        self._look_for(self._wish.only_stuck())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where no column is empty there is nothing to fold."""
        if action == "fold":
            return self.query_one(BoardView).has_empty_columns
        return super().check_action(action, parameters)

    def is_hinted(self, names: str) -> bool:
        """Without a pipeline there is no board to narrow."""
        if names == "only_stuck":
            return self._found is not None and self._found.board is not None
        return super().is_hinted(names)

    def action_fold(self) -> None:
        """Empty columns in full, or folded."""
        view = self.query_one(BoardView)
        view.unfold(not view.unfolded)

    def action_pipeline(self) -> None:
        """The next pipeline."""
        shown = self._found.board if self._found else None
        if shown is not None:
            scope = self.funnel.scope or shown.scope
            self.funnel.set_scope(scoping.next_pipeline(scope, shown.pipelines))

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(self.deal_id)

    @on(BoardView.Chosen)
    def _open(self, message: BoardView.Chosen) -> None:
        """The deal on a screen of its own."""
        message.stop()
        open_deal(self.funnel, message.deal_id)

    def help_text(self) -> str:
        """What the signs mean, for the help screen."""
        return tr(
            "! behind days: stuck in its stage. late: the task is overdue. unpriced: without an "
            "amount or an exchange rate, in the number of deals but not in the sum. ▲ ▼: cards above "
            "and below."
        )


def _spread(left: str, right: str, width: int) -> str:
    """Two texts at both edges of a line; the left one is cut when there is no room for both.

    :param width: cells there are.
    """
    right = cut(right, max(0, width // 2) if left else width)
    left = cut(left, max(0, width - cell_len(right) - 2) if right else width)
    return f"{left}{' ' * max(0, width - cell_len(left) - cell_len(right))}{right}"
