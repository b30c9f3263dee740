"""A table that scrolls sideways where not all columns fit; its first column stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.strip import Strip

from funnel_tui.widgets.grid import Grid, GridColumn, Placed, Rows

GAP = 2
MOST = 12
"""Cells of a column whose heading is long."""


class Window(NamedTuple):
    """Which of the columns that scroll are in view: the first and the last of them from 1, and how many."""

    first: int
    last: int
    total: int


class StageGrid(Grid):
    """A table with a cursor on a figure. With :attr:`scrolls` no column is dropped: the window moves."""

    def __init__(self, *, when_moved: Callable[[], None] | None = None, id: str | None = None) -> None:
        super().__init__(when_moved=when_moved, id=id)
        self.scrolls = False
        self.points = True
        self._from = 0

    def render_line(self, y: int) -> Strip:
        """One line; of two tables side by side only one shows the cursor."""
        if self.points:
            return super().render_line(y)
        row, self.row = self.row, -1
        try:
            return super().render_line(y)
        finally:
            self.row = row

    def on_resize(self) -> None:
        """There is other room: other columns may be in view."""
        if self.scrolls:
            self.call_after_refresh(self._tell)

    def show_all(self, columns: Sequence[GridColumn], rows: Rows) -> None:
        """Show a table that scrolls sideways."""
        self.scrolls = True
        self._from = 0
        self._show_sized(columns, rows)

    def show_fitting(self, columns: Sequence[GridColumn], rows: Rows) -> None:
        """Show a table whose columns are dropped by their rank where they do not fit."""
        self.scrolls = False
        self._show_sized(columns, rows)

    def _show_sized(self, columns: Sequence[GridColumn], rows: Rows) -> None:
        """Another number of rows needs another height, also after the table was hidden for a while."""
        before = len(self._rows)
        self.show(columns, rows)
        if before and before != len(rows):
            self.refresh(layout=True)

    @property
    def window(self) -> Window:
        """The columns in view."""
        total = max(0, len(self._columns) - 1)
        return Window(self._from + 1, self._from + max(0, len(self._placed) - 1), total)

    def _fit(self) -> None:
        if not self.scrolls:
            super()._fit()
            return
        self._fitted = self.size.width
        if not self._fitted or not self._columns:
            return
        rest = [column.key for column in self._columns[1:]]
        if self.key not in rest and rest:
            self.key = rest[0]
        at = rest.index(self.key) if rest else 0
        self._from = max(0, min(self._from, at))
        self._place_from()
        while rest and at > self._from + len(self._placed) - 2 and self._from < at:
            self._from += 1
            self._place_from()

    def _place_from(self) -> None:
        """The first column and as many as fit after it."""
        first, *rest = self._columns
        room = self.size.width - 2
        width = min(first.width, max(8, room // 3))
        placed = [Placed(first, 0, width)]
        x = width + GAP
        for column in rest[self._from :]:
            wide = min(column.width, max(MOST, column.least)) if column.width > MOST else column.width
            if x + wide > room and len(placed) > 1:
                break
            placed.append(Placed(column, x, min(wide, max(1, room - x))))
            x += wide + GAP
        self._placed = placed

    def action_step(self, columns: int) -> None:
        """Move the cursor to a neighbouring figure; the window follows."""
        if not self.scrolls:
            super().action_step(columns)
            return
        keys = [column.key for column in self._columns[1:]]
        if not keys:
            return
        at = keys.index(self.key) if self.key in keys else 0
        key, before = keys[max(0, min(at + columns, len(keys) - 1))], self._from
        if key == self.key:
            return
        if any(key == placed.column.key for placed in self._placed):
            self.put_cursor(self.row, key)
            return
        self.key = key
        self._fit()
        if self._from != before:
            self.refresh()
        self._tell()
