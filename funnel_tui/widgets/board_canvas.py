"""Where the columns and cards of a board are on the screen, and how they are drawn.

A line is put together from what is kept of the cards that were drawn before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from funnel_tui.domain.board import BoardColumn
from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr
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


class BoardCanvas(Widget):
    """Columns of cards with a place for a cursor.

    :param when_moved: is called when something else is under the cursor or in view.
    :param want: is called with the numbers of deals whose cards come into view.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "board--plain", "board--strong", "board--muted", "board--dim", "board--bad",
        "board--warn", "board--head", "board--rule", "board--cursor",
    }  # fmt: skip

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
        self._lines: dict[int, Strip] = {}
        self._asked: set[int] = set()
        self._tops: list[int] = []
        self._panels: list[Panel] = []
        self._fitted = Size(0, 0)
        self._left = 0
        self.unfolded = False
        self.column = self.row = 0

    def _count(self, number: int) -> int:
        return self._columns[number].deals if 0 <= number < len(self._columns) else 0

    def _top(self, number: int) -> int:
        return self._tops[number] if number < len(self._tops) else 0

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

    def _forget(self) -> None:
        """Draw everything anew when it is needed."""
        self._drawn.clear()
        self._lines.clear()

    def notify_style_update(self) -> None:
        """Other colours: nothing that was drawn holds."""
        self._forget()
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
        self._lines.clear()
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
        if before == self._panels:
            return False
        self._lines.clear()
        return True

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
        self._lines.clear()
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
        slot, line = divmod(y - HEAD_LINES, self._pitch)
        if slot >= self._slots:
            line = CARD_LINES  # what is left over under the last whole card
        # The lines that the cursor has left are at hand.
        pointed = slot == self.row - self._top(self.column)
        if not pointed and y in self._lines:
            return self._lines[y]
        segments: list[Segment] = []
        rule = Segment("┼" if y == HEAD_LINES - 1 else "│", self._style("rule"))
        x = 0
        for panel in self._panels:
            if panel.x > x:
                segments.append(rule)
            segments += self._part(panel, y, slot, line)
            x = panel.x + panel.width
        strip = Strip(segments).adjust_cell_length(size.width, self._style("plain")).simplify()
        if not pointed:
            self._lines[y] = strip
        return strip

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
            return self._pair(Pair(Cell(tr("no deals") if empty else "", "dim")), panel.width)
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
            part
            for part in (f"▲ {count_text(top)}" if top else "", f"▼ {count_text(below)}" if below else "")
            if part
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
