"""A board of cards: any number of deals costs what the visible ones cost.

A move of the cursor draws two cards, a column that scrolls draws itself. Cards that are not there yet are
asked for when they come into view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message

from funnel_tui.domain.board import BoardColumn, place_of
from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trc
from funnel_tui.widgets import board_cards
from funnel_tui.widgets.bindings import OPEN, by_one, by_page
from funnel_tui.widgets.board_canvas import HEAD_LINES, BoardCanvas
from funnel_tui.widgets.deal_table import Reading


class BoardView(BoardCanvas, can_focus=True):
    """Columns of cards with a cursor on one of them.

    :param when_moved: is called when the cursor stands on another card, or the columns in view change.
    :param want: is called with the numbers of deals whose cards come into view; what it brings comes back
        through :meth:`take`.
    """

    DEFAULT_CSS = """
    BoardView { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *by_one(tr("The next card"), tr("The card before"), show=False),
        Binding("right,l", "step(1)", tr("right"), show=False, id="right", tooltip=tr("The next column")),
        Binding("left,h", "step(-1)", tr("left"), show=False, id="left", tooltip=tr("The column before")),
        *by_page(show=False),
        Binding(
            "g,home", "first", tr("first"), show=False, id="first", tooltip=tr("The first card of the column")
        ),
        Binding(
            "G,end",
            "last",
            trc("key", "last"),
            show=False,
            id="last",
            tooltip=tr("The last card of the column"),
        ),
        OPEN,
    ]

    class Chosen(Message):
        """The user opens a deal.

        :param deal_id: its number.
        """

        def __init__(self, deal_id: int) -> None:
            super().__init__()
            self.deal_id = deal_id

    # What is shown

    def show(self, columns: Sequence[BoardColumn], rows: Mapping[int, DealRow], reading: Reading) -> None:
        """Show a board. The cursor and what is in view stay with their deals as far as these are still there.

        :param rows: the cards that are at hand, by deal; all others are asked for anew.
        """
        deal, offset = self.deal_id, self.row - self._top(self.column)
        stage = self._columns[self.column].stage.id if self._columns else None
        tops = {column.stage.id: self._anchor(number) for number, column in enumerate(self._columns)}
        self._columns, self._reading, self._rows, self._asked = columns, reading, dict(rows), set()
        self._forget()
        self._tops = [self._found_top(column, tops.get(column.stage.id)) for column in columns]
        self._put_on(deal, stage, offset)
        self._fit()
        self.refresh()
        self._tell()

    def _anchor(self, number: int) -> tuple[int | None, int]:
        """The deal at the top of a column, and its row."""
        top, ids = self._tops[number], self._columns[number].ids
        return (ids[top] if top < len(ids) else None), top

    def _found_top(self, column: BoardColumn, anchor: tuple[int | None, int] | None) -> int:
        if anchor is None or not anchor[1]:
            return 0  # who looks at the beginning sees what is new there
        place = place_of([column], anchor[0])
        return place[1] if place else anchor[1]

    def _put_on(self, deal: int | None, stage: int | None, offset: int) -> None:
        """Put the cursor where the deal is now; if it is gone, where it was.

        :param offset: how far below the top of its column the cursor was.
        """
        place = place_of(self._columns, deal)
        if place is None:
            stages = [column.stage.id for column in self._columns]
            at = stages.index(stage) if stage in stages else min(self.column, len(stages) - 1)
            place = self._nearest(max(0, at)), self.row
        elif stage == self._columns[place[0]].stage.id:
            self._tops[place[0]] = max(0, place[1] - max(0, offset))
        self.column, row = place
        self.row = max(0, min(row, self._count(self.column) - 1))

    def put_on(self, deal_id: int) -> None:
        """Put the cursor on a deal, when it is on the board."""
        place = place_of(self._columns, deal_id)
        if place is not None:
            self._go(*place)

    def take(self, rows: Sequence[DealRow]) -> None:
        """Cards that were asked for have come."""
        new = {row.id: row for row in rows}
        self._rows.update(new)
        self._forget()
        for panel in self._panels:
            top, ids = self._tops[panel.number], self._columns[panel.number].ids
            if any(deal in new for deal in ids[top : top + self._slots]):
                self.refresh(self._body(panel))
        if self.deal_id in new:
            self._tell()

    @property
    def has_empty_columns(self) -> bool:
        """Whether there is anything to fold."""
        return any(not column.deals for column in self._columns)

    def unfold(self, unfolded: bool) -> None:
        """Show empty columns in full, or folded."""
        self.unfolded = unfolded
        self._fit()
        self.refresh()
        self._tell()

    @property
    def deal_id(self) -> int | None:
        """The number of the deal under the cursor."""
        return self._columns[self.column].ids[self.row] if self._count(self.column) else None

    @property
    def deal(self) -> DealRow | None:
        """The deal under the cursor; None while its card is on its way."""
        return self._rows.get(self.deal_id or 0)

    @property
    def where(self) -> str:
        """The number of the card under the cursor in its column: ``3/44``."""
        count = self._count(self.column)
        return f"{count_text(self.row + 1)}/{count_text(count)}" if count else ""

    @property
    def beyond(self) -> tuple[str, str]:
        """The columns off the screen, to the left and to the right."""
        return board_cards.beyond(self._columns, self._panels)

    @property
    def shown_stages(self) -> list[str]:
        """The names of the stages on the screen."""
        return [self._columns[panel.number].stage.name for panel in self._panels]

    def windows(self) -> dict[int, tuple[int | None, int, int]]:
        """By stage, what is in view: the deal at the top, its row, and how many cards there is room for."""
        return {
            self._columns[panel.number].stage.id: (*self._anchor(panel.number), self._slots + 1)
            for panel in self._panels
        }

    def _nearest(self, number: int) -> int:
        """The nearest column with cards; the same one when there is none."""
        busy = [other for other in range(len(self._columns)) if self._count(other)]
        return min(busy, key=lambda other: abs(other - number), default=number)

    # Moving

    def action_move(self, rows: int) -> None:
        """The card below or above."""
        self._go(self.column, self.row + rows)

    def action_page(self, pages: int) -> None:
        """As many cards as fit."""
        self._go(self.column, self.row + pages * max(1, self._slots - 1))

    def action_first(self) -> None:
        """The first card of the column."""
        self._go(self.column, 0)

    def action_last(self) -> None:
        """The last card of the column."""
        self._go(self.column, self._count(self.column) - 1)

    def action_step(self, step: int) -> None:
        """The next column that has cards, at the same height."""
        number = self.column + step
        while 0 <= number < len(self._columns) and not self._count(number):
            number += step
        if 0 <= number < len(self._columns):
            self._go(number, self._top(number) + max(0, self.row - self._top(self.column)))

    def action_choose(self) -> None:
        """Open what is under the cursor."""
        if self.deal_id is not None:
            self.post_message(self.Chosen(self.deal_id))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor too."""
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor too."""
        event.stop()
        self.action_move(-1)

    def _go(self, number: int, row: int) -> None:
        row = max(0, min(row, self._count(number) - 1))
        if (number, row) == (self.column, self.row):
            return
        before = self._spot(self.column, self.row)
        self.column, self.row = number, row
        if self._scroll_sideways():
            self._scroll_down()
            self.refresh()
        elif self._scroll_down():
            panel = next(panel for panel in self._panels if panel.number == number)
            self.refresh(before, Region(panel.x, HEAD_LINES - 1, panel.width, self._fitted.height))
        else:
            self.refresh(before, self._spot(number, row))
        self._ask()
        self._tell()
