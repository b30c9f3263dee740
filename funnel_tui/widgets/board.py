"""A board of cards: any number of deals costs what the visible ones cost.

A move of the cursor draws two cards, a column that scrolls draws itself. Cards that are not there yet are
asked for when they come into view.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from funnel_tui.domain.board import BoardColumn, place_of
from funnel_tui.domain.deal_list import DealRow
from funnel_tui.widgets import board_cards
from funnel_tui.widgets.board_cards import CARD_LINES, Pair, Panel
from funnel_tui.widgets.cells import cut, padded
from funnel_tui.widgets.deal_table import Reading
from funnel_tui.widgets.grid import Cell

HEAD_LINES = 3
ROOMY_ROWS = 24
"""From this height on a blank line stands between two cards."""
DRAWN_KEPT = 500
"""So many drawn cards are kept."""
AHEAD = 6
"""So many cards above and below those in view are asked for with them."""


class BoardView(Widget, can_focus=True):
    """Columns of cards with a cursor on one of them.

    :param when_moved: is called when the cursor stands on another card, or the columns in view change.
    :param want: is called with the numbers of deals whose cards come into view; what it brings comes back
        through :meth:`take`.
    """

    DEFAULT_CSS = """
    BoardView { height: 1fr; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "board--plain", "board--strong", "board--muted", "board--dim", "board--bad",
        "board--warn", "board--head", "board--rule", "board--cursor",
    }  # fmt: skip

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False, id="down", tooltip="The next card"),
        Binding("up,k", "move(-1)", "up", show=False, id="up", tooltip="The card before"),
        Binding("right,l", "step(1)", "right", show=False, id="right", tooltip="The next column"),
        Binding("left,h", "step(-1)", "left", show=False, id="left", tooltip="The column before"),
        Binding("pagedown", "page(1)", "page down", show=False, id="page_down", tooltip="A page on"),
        Binding("pageup", "page(-1)", "page up", show=False, id="page_up", tooltip="A page back"),
        Binding("g,home", "first", "first", show=False, id="first", tooltip="The first card of the column"),
        Binding("G,end", "last", "last", show=False, id="last", tooltip="The last card of the column"),
        Binding("enter", "choose", "open", show=False, id="choose", tooltip="Open what is under the cursor"),
    ]

    class Chosen(Message):
        """The user opens a deal.

        :param deal_id: its number.
        """

        def __init__(self, deal_id: int) -> None:
            super().__init__()
            self.deal_id = deal_id

    def __init__(
        self,
        *,
        when_moved: Callable[[], None] | None = None,
        want: Callable[[Sequence[int]], None] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._when_moved, self._want = when_moved, want
        self._columns: Sequence[BoardColumn] = ()
        self._reading: Reading | None = None
        self._rows: dict[int, DealRow] = {}
        self._drawn: dict[tuple[int, int], Sequence[list[Segment]]] = {}
        self._asked: set[int] = set()
        self._tops: list[int] = []
        self._panels: list[Panel] = []
        self._fitted = Size(0, 0)
        self._left = 0
        self.unfolded = False
        self.column = self.row = 0

    # What is shown

    def show(self, columns: Sequence[BoardColumn], rows: Mapping[int, DealRow], reading: Reading) -> None:
        """Show a board. The cursor and what is in view stay with their deals as far as these are still there.

        :param rows: the cards that are at hand, by deal; all others are asked for anew.
        """
        deal, offset = self.deal_id, self.row - self._top(self.column)
        stage = self._columns[self.column].stage.id if self._columns else None
        tops = {column.stage.id: self._anchor(number) for number, column in enumerate(self._columns)}
        self._columns, self._reading, self._rows, self._asked = columns, reading, dict(rows), set()
        self._drawn.clear()
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
        self._drawn.clear()
        for panel in self._panels:
            top, ids = self._tops[panel.number], self._columns[panel.number].ids
            if any(deal in new for deal in ids[top : top + self._slots]):
                self.refresh(self._body(panel))
        if self.deal_id in new:
            self._tell()

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
        return f"{self.row + 1:,}/{count:,}" if count else ""

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

    def _count(self, number: int) -> int:
        return self._columns[number].deals if 0 <= number < len(self._columns) else 0

    def _top(self, number: int) -> int:
        return self._tops[number] if number < len(self._tops) else 0

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

    def _tell(self) -> None:
        if self._when_moved is not None:
            self._when_moved()

    # Fitting

    @property
    def _pitch(self) -> int:
        return CARD_LINES + (self._fitted.height >= ROOMY_ROWS)

    @property
    def _slots(self) -> int:
        """How many whole cards fit into a column."""
        pitch = self._pitch
        return max(1, (self._fitted.height - HEAD_LINES + pitch - CARD_LINES) // pitch)

    def notify_style_update(self) -> None:
        """Other colours: nothing that was drawn holds."""
        self._drawn.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Find room for the columns again."""
        if self._fitted != self.size:
            self._fit()
            self.refresh()
            self._tell()

    def _folded(self) -> list[bool]:
        return [not column.deals and not self.unfolded for column in self._columns]

    def _fit(self) -> None:
        self._fitted = self.size
        if not self.size.width or not self._columns:
            self._panels = []
            return
        self._scroll_sideways()
        for number in range(len(self._columns)):
            self._tops[number] = max(0, min(self._tops[number], self._count(number) - self._slots))
        self._scroll_down()
        self._ask()

    def _scroll_sideways(self) -> bool:
        folded = self._folded()
        self._left = board_cards.first_column(folded, self.size.width, self._left, self.column)
        before, self._panels = self._panels, board_cards.place_columns(folded, self.size.width, self._left)
        return before != self._panels

    def _scroll_down(self) -> bool:
        """Bring the cursor's card into view, by half a page: a held key then redraws seldom."""
        slots, top = self._slots, self._top(self.column)
        if self.row < top:
            new = self.row - slots // 2
        elif self.row >= top + slots:
            new = self.row - slots + 1 + slots // 2
        else:
            return False
        new = max(0, min(new, self._count(self.column) - slots))
        self._tops[self.column] = new
        return new != top

    def _ask(self) -> None:
        """Ask for the cards in view that are not at hand, with some around them."""
        wanted: list[int] = []
        for panel in self._panels:
            top, ids = self._tops[panel.number], self._columns[panel.number].ids
            if self._missing(ids[top : top + self._slots + 1]):
                around = ids[max(0, top - AHEAD) : top + self._slots + 1 + AHEAD]
                wanted += [deal for deal in around if deal not in self._rows and deal not in self._asked]
        if wanted and self._want is not None:
            self._asked.update(wanted)
            self._want(wanted)

    def _missing(self, ids: Collection[int]) -> bool:
        return any(deal not in self._rows and deal not in self._asked for deal in ids)

    def _body(self, panel: Panel) -> Region:
        return Region(panel.x, HEAD_LINES, panel.width, max(0, self.size.height - HEAD_LINES))

    def _spot(self, number: int, row: int) -> Region:
        """Where a card is."""
        panel = next((panel for panel in self._panels if panel.number == number), None)
        if panel is None:
            return Region()
        y = HEAD_LINES + (row - self._tops[number]) * self._pitch
        return Region(panel.x, y, panel.width, CARD_LINES)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line across all columns."""
        size = self.size
        if self._fitted != size:
            self._fit()  # the first frame comes before the event that tells the size
        segments: list[Segment] = []
        rule = Segment("┼" if y == HEAD_LINES - 1 else "│", self._style("rule"))
        slot, line = divmod(y - HEAD_LINES, self._pitch)
        if slot >= self._slots:
            line = CARD_LINES  # what is left over under the last whole card
        x = 0
        for panel in self._panels:
            if panel.x > x:
                segments.append(rule)
            segments += self._part(panel, y, slot, line)
            x = panel.x + panel.width
        return Strip(segments).adjust_cell_length(size.width, self._style("plain")).simplify()

    def _part(self, panel: Panel, y: int, slot: int, line: int) -> list[Segment]:
        column = self._columns[panel.number]
        if panel.folded:
            return self._folded_part(column, panel, y)
        if y == HEAD_LINES - 1:
            return [Segment(self._rule(panel), self._style("rule"))]
        if y < HEAD_LINES:
            return self._pair(board_cards.heading(column, panel.width - 2)[y], panel.width)
        row = self._tops[panel.number] + slot
        if line >= CARD_LINES or row >= column.deals:
            empty = y == HEAD_LINES and not column.deals
            return self._pair(Pair(Cell("no deals" if empty else "", "dim")), panel.width)
        return self._card_line(panel, column.ids[row], line, here=(panel.number, row))

    def _card_line(self, panel: Panel, deal: int, line: int, here: tuple[int, int]) -> list[Segment]:
        if here == (self.column, self.row):
            return self._pair(self._card(deal)[line], panel.width, "cursor")
        # A key draws lines across all columns; the cards beside the cursor's are not worked out again.
        drawn = self._drawn.get((deal, panel.width))
        if drawn is None:
            drawn = [self._pair(pair, panel.width) for pair in self._card(deal)]
            if deal in self._rows:
                if len(self._drawn) >= DRAWN_KEPT:
                    self._drawn.clear()
                self._drawn[deal, panel.width] = drawn
        return drawn[line]

    def _card(self, deal: int) -> Sequence[Pair]:
        found = self._rows.get(deal)
        if found is None or self._reading is None:
            return (Pair(Cell("·", "dim")), *(Pair(Cell("")) for _ in range(1, CARD_LINES)))
        return board_cards.card(found, self._reading)

    def _pair(self, pair: Pair, width: int, look: str | None = None) -> list[Segment]:
        """A line of a column: one text at either edge, a blank beside it.

        :param look: in place of the looks of both texts.
        """
        left, right = pair
        room = width - 2
        end = cut(right.text, room)
        start = padded(left.text, room - cell_len(end) - (1 if end else 0))
        segments = [Segment(f" {start}{' ' if end else ''}", self._style(look or left.look))]
        if end:
            segments.append(Segment(end, self._style(look or right.look)))
        return [*segments, Segment(" ", self._style(look or "plain"))]

    def _rule(self, panel: Panel) -> str:
        """The line under a heading; it says how many cards are above and below those in view."""
        top = self._tops[panel.number]
        below = max(0, self._count(panel.number) - top - self._slots)
        words = " ".join(
            part for part in (f"▲ {top:,}" if top else "", f"▼ {below:,}" if below else "") if part
        )
        return f"─ {words} ".ljust(panel.width, "─") if words else "─" * panel.width

    def _folded_part(self, column: BoardColumn, panel: Panel, y: int) -> list[Segment]:
        """An empty column: its name from top to bottom, a character a line."""
        if y == HEAD_LINES - 1:
            return [Segment("─" * panel.width, self._style("rule"))]
        name = column.stage.name
        at = y - HEAD_LINES
        text = "0" if not y else cut(name[at], 2) if 0 <= at < len(name) else ""
        return self._pair(Pair(Cell(text, "dim" if y else "head")), panel.width)

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"board--{look}")
