"""A table of lines: any number of rows costs what the visible ones cost.

One row is drawn when it is needed, and a move of the cursor draws two rows, not the table. The rows come
from a :class:`Rows`, which may not have them yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from funnel_tui.language import chosen, tr
from funnel_tui.widgets.bindings import OPEN, by_one, by_page
from funnel_tui.widgets.cells import padded

MOST_HEADING = 14
"""The cells that a heading in another language may claim at most; a longer one is cut."""
GAPS = (3, 2, 1)
"""Blank cells between two columns; the widest gap that leaves room for all of them is taken."""


class Cell(NamedTuple):
    """What stands in one place of a table.

    :param text: plain text, never markup.
    :param look: a component class of the grid without its prefix: ``plain``, ``muted``, ``strong`` …
    """

    text: str
    look: str = "plain"


class GridColumn(NamedTuple):
    """A column of a table.

    :param key: the name of the figure it shows.
    :param title: its heading; ``brief`` stands in for it where there is no room.
    :param width: the cells it would like.
    :param least: the cells it can do with.
    :param right: numbers stand at the right edge.
    :param rank: columns with a higher rank go first when there is no room.
    :param stretch: takes what room is left over.
    """

    key: str
    title: str
    width: int
    least: int = 0
    brief: str = ""
    right: bool = True
    rank: int = 0
    stretch: bool = False


class Placed(NamedTuple):
    """A column that has found room: its first cell and its width."""

    column: GridColumn
    x: int
    width: int


class Rows(Protocol):
    """What a table shows."""

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def cells(self, row: int) -> Sequence[Cell] | None:
        """The cells of a row, one per column of the table in their order; None while they are not there."""
        ...


class NoRows:
    """An empty table."""

    def __len__(self) -> int:
        return 0

    def cells(self, row: int) -> Sequence[Cell] | None:  # noqa: ARG002
        """There are none."""
        return None


def place(columns: Sequence[GridColumn], width: int) -> list[Placed]:
    """Find room for as many columns as fit, those with a low rank first.

    Before a column is dropped, gaps and columns shrink to the least they can do with. What is left over goes
    to the columns in the order of their rank, each up to the width it would like, then to the one that
    stretches.

    :param width: cells there are.
    """
    kept = list(columns) if chosen() == "en" else list(map(_roomy, columns))
    while len(kept) > 1 and _needed(kept, GAPS[-1]) > width:
        kept.remove(max(reversed(kept), key=lambda column: column.rank))
    gap = next((gap for gap in GAPS if _needed(kept, gap, liked=True) <= width), 0)
    gap = gap or next((gap for gap in GAPS[1:] if _needed(kept, gap) <= width), GAPS[-1])
    widths = {column.key: column.least or column.width for column in kept}
    spare = max(0, width - _needed(kept, gap))
    for column in sorted(kept, key=lambda column: column.rank):
        more = column.width - widths[column.key]
        if more > spare:
            more = 0 if column.brief else spare  # half a heading is no use
        widths[column.key] += more
        spare -= more
    for column in kept:
        if column.stretch:
            widths[column.key] += spare
            spare = 0
    placed, x = [], 0
    for column in kept:
        placed.append(Placed(column, x, max(0, min(widths[column.key], width - x))))
        x += widths[column.key] + gap
    return placed


def _needed(columns: Sequence[GridColumn], gap: int, *, liked: bool = False) -> int:
    widths = (column.width if liked else column.least or column.width for column in columns)
    return sum(widths) + gap * (len(columns) - 1)


def _roomy(column: GridColumn) -> GridColumn:
    """A column with room for its heading: widths fit the English headings, others may be longer."""
    title, brief = (
        min(cell_len(text), MOST_HEADING) for text in (column.title, column.brief or column.title)
    )
    return column._replace(
        width=max(column.width, brief if column.brief else title),
        least=max(column.least or column.width, brief),
    )


def _heading(placed: Placed) -> str:
    column = placed.column
    return column.brief if column.brief and cell_len(column.title) > placed.width else column.title


class Grid(Widget, can_focus=True):
    """A table with a cursor on a cell or on a row.

    :param by_cell: whether the cursor stands on one figure or on a whole row.
    :param when_moved: is called when the cursor stands somewhere else, or on something else. It is called
        and not told by a message, so that what it draws comes in the same frame.
    """

    DEFAULT_CSS = """
    Grid { height: 1fr; }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--plain", "grid--strong", "grid--muted", "grid--dim", "grid--good", "grid--bad", "grid--warn",
        "grid--head", "grid--cursor",
    }  # fmt: skip

    BINDINGS: ClassVar[list[BindingType]] = [
        *by_one(tr("The next row"), tr("The row before"), show=False),
        Binding("right,l", "step(1)", tr("right"), show=False, id="right", tooltip=tr("The next column")),
        Binding("left,h", "step(-1)", tr("left"), show=False, id="left", tooltip=tr("The column before")),
        *by_page(show=False),
        Binding("g,home", "first", tr("first row"), show=False, id="first", tooltip=tr("The first row")),
        Binding("G,end", "last", tr("last row"), show=False, id="last", tooltip=tr("The last row")),
        OPEN,
    ]

    class At(Message):
        """Something about a place in the table.

        :param grid: the table.
        :param row: the row's number.
        :param key: the key of its column.
        """

        def __init__(self, grid: Grid, row: int, key: str) -> None:
            super().__init__()
            self.grid, self.row, self.key = grid, row, key

        @property
        def control(self) -> Grid:
            """The table."""
            return self.grid

    class Chosen(At):
        """The user opens what is under the cursor."""

    def __init__(
        self,
        *,
        by_cell: bool = True,
        when_moved: Callable[[], None] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._when_moved = when_moved
        self._by_cell = by_cell
        self._columns: Sequence[GridColumn] = ()
        self._rows: Rows = NoRows()
        self._placed: list[Placed] = []
        self._index: dict[str, int] = {}
        self._fitted = 0
        self._top = 0
        self.row = 0
        self.key = ""

    def show(self, columns: Sequence[GridColumn], rows: Rows) -> None:
        """Show other rows. The cursor stays where it was as far as that place still exists."""
        grown = len(rows) != len(self._rows)
        self._columns, self._rows = columns, rows
        self._index = {column.key: at for at, column in enumerate(columns)}
        if self.key not in self._index:
            self.key = next((column.key for column in columns if column.right), "")
        self.row = max(0, min(self.row, len(rows) - 1))
        self._fit()
        self.refresh(layout=grown and bool(self.size) and bool(self.styles.auto_dimensions))
        self._tell()

    def rows_changed(self, first: int, last: int) -> None:
        """Draw the rows from ``first`` to ``last`` again; they have come in."""
        top, bottom = self._top, self._top + self._room
        for row in range(max(first, top), min(last + 1, bottom)):
            self.refresh(self._line(row))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """With ``height: auto``: the headings and all rows."""
        return len(self._rows) + 1

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys between columns are only there where the cursor stands on one figure.

        An empty table leaves enter to the screen around it.
        """
        if action == "choose":
            return bool(len(self._rows))
        return self._by_cell or action != "step"

    def can(self, action: str) -> bool:
        """Whether one of its own actions does something with the rows there are: a table may be empty.

        :param action: as a binding has it, such as ``choose`` or ``page(1)``.
        """
        name = action.partition("(")[0]
        least = {"choose": 1, "page": 2, "first": 2, "last": 2, "move": 2}.get(name, 0)
        return len(self._rows) >= least

    @property
    def visible_rows(self) -> range:
        """The rows that are on the screen."""
        return range(self._top, min(self._top + self._room, len(self._rows)))

    @property
    def shown_columns(self) -> list[GridColumn]:
        """The columns that found room."""
        return [placed.column for placed in self._placed]

    def put_cursor(self, row: int, key: str | None = None) -> None:
        """Move the cursor to a row, and to a column that is shown."""
        before, before_key = self.row, self.key
        self.row = max(0, min(row, len(self._rows) - 1))
        if key is not None and any(key == placed.column.key for placed in self._placed):
            self.key = key
        if (self.row, self.key) == (before, before_key):
            return
        if not self._scroll_to_cursor():
            self.refresh(self._spot(before, before_key), self._spot(self.row, self.key))
        self._tell()

    # Moving

    def action_move(self, rows: int) -> None:
        """Move the cursor up or down."""
        self.put_cursor(self.row + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by what fits on the screen."""
        self.put_cursor(self.row + pages * max(1, self._room - 1))

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.put_cursor(0)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.put_cursor(len(self._rows) - 1)

    def action_step(self, columns: int) -> None:
        """Move the cursor to a neighbouring figure."""
        keys = [placed.column.key for placed in self._placed if placed.column.right]
        if not self._by_cell or not keys:
            return
        at = keys.index(self.key) if self.key in keys else 0
        self.put_cursor(self.row, keys[max(0, min(at + columns, len(keys) - 1))])

    def action_choose(self) -> None:
        """Open what is under the cursor."""
        if len(self._rows):
            self.post_message(self.Chosen(self, self.row, self.key))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor too."""
        event.stop()
        self.put_cursor(self.row + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor too."""
        event.stop()
        self.put_cursor(self.row - 3)

    # Drawing

    def on_resize(self) -> None:
        """Find room for the columns again."""
        if self._fitted != self.size.width:
            self._fit()
            self.refresh()
        self._scroll_to_cursor()

    @property
    def _room(self) -> int:
        return max(0, self.size.height - 1)

    def _line(self, row: int) -> Region:
        return Region(0, row - self._top + 1, self.size.width, 1)

    def _spot(self, row: int, key: str) -> Region:
        """Where the cursor is drawn: one figure, or the whole row."""
        line = self._line(row)
        for placed in self._placed if self._by_cell else ():
            if placed.column.key == key:
                return Region(placed.x + 1, line.y, placed.width, 1)
        return line

    def _tell(self) -> None:
        if self._when_moved is not None:
            self._when_moved()

    def _fit(self) -> None:
        self._fitted = self.size.width
        if not self._fitted:
            return
        self._placed = place(self._columns, self.size.width - 2)
        keys = [placed.column.key for placed in self._placed if placed.column.right]
        if self.key not in keys and keys:
            self.key = keys[0]

    def _scroll_to_cursor(self) -> bool:
        """Bring the cursor's row into view, by half a page at a time: a held key then redraws seldom."""
        room, count = self._room, len(self._rows)
        if not room:
            return False
        top = self._top
        if self.row < top:
            top = self.row - room // 2
        elif self.row >= top + room:
            top = self.row - room + 1 + room // 2
        top = max(0, min(top, count - room))
        if top == self._top:
            return False
        self._top = top
        self.refresh()
        return True

    def render_line(self, y: int) -> Strip:
        """One line: the headings, or a row."""
        if self._fitted != self.size.width:
            self._fit()  # the first frame comes before the event that tells the size
        if y == 0:
            headings = [Cell(_heading(placed), "head") for placed in self._placed]
            return self._strip(headings, self._style("head"))
        row = self._top + y - 1
        if row >= len(self._rows):
            return Strip.blank(self.size.width, self._style("plain"))
        cells = self._rows.cells(row) or [Cell("·", "dim")] * len(self._columns)
        chosen = [cells[self._index[placed.column.key]] for placed in self._placed]
        if row != self.row:
            return self._strip(chosen, self._style("plain"))
        if not self._by_cell:
            return self._strip([Cell(cell.text, "cursor") for cell in chosen], self._style("cursor"))
        pointed = [
            Cell(cell.text, "cursor") if placed.column.key == self.key else cell
            for cell, placed in zip(chosen, self._placed, strict=True)
        ]
        return self._strip(pointed, self._style("plain"))

    def _strip(self, cells: Sequence[Cell], between: Style) -> Strip:
        """Put cells side by side, each padded to its column, with one blank at either edge."""
        segments, x = [Segment(" ", between)], 0
        for cell, (column, start, width) in zip(cells, self._placed, strict=True):
            if start > x:
                segments.append(Segment(" " * (start - x), between))
            segments.append(Segment(padded(cell.text, width, right=column.right), self._style(cell.look)))
            x = start + width
        # Neighbours that look the same are sent as one.
        return Strip(segments).adjust_cell_length(self.size.width, between).simplify()

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"grid--{look}")
