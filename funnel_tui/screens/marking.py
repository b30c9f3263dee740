"""Marking rows of the list of deals, and changing the marked ones together."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ScreenResultType

from funnel_tui.domain.deal_list import DealRow
from funnel_tui.language import tr, trc, trn
from funnel_tui.screens.deal_actions import DealActions
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Cell, GridColumn

SIGN = "*"
"""Stands before a marked deal."""
HINTS = (
    ("mark", tr("mark")),
    ("mark_all", tr("all")),
    ("widen", tr("unmark")),
    ("change_marked", tr("change")),
    ("move", tr("move")),
    ("win", tr("won")),
    ("lose", tr("lost")),
)
"""What is worth a hint while deals are marked."""


class Marks:
    """Which deals are marked, by number. They stay marked whatever the list shows."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self.here = 0
        """How many of them the list shows."""

    def __len__(self) -> int:
        return len(self.ids)

    def count_in(self, listed: Iterable[int]) -> None:
        """Another list is shown."""
        self.here = len(self.ids.intersection(listed)) if self.ids else 0

    def turn(self, deal_id: int) -> None:
        """Mark a deal of the list, or take its mark away."""
        if deal_id in self.ids:
            self.ids.remove(deal_id)
            self.here -= 1
        else:
            self.ids.add(deal_id)
            self.here += 1

    def turn_all(self, listed: Sequence[int]) -> None:
        """Mark every deal of the list; where all are, take their marks away."""
        if self.here == len(listed):
            self.ids.difference_update(listed)
            self.here = 0
        else:
            self.ids.update(listed)
            self.here = len(listed)

    def drop(self, ids: Iterable[int], listed: Iterable[int]) -> None:
        """Take the marks of some deals away."""
        self.ids.difference_update(ids)
        self.count_in(listed)

    def in_order(self, listed: Iterable[int]) -> list[int]:
        """The marked deals: those of the list in its order, then the others."""
        first = [number for number in listed if number in self.ids]
        return [*first, *sorted(self.ids.difference(first))]

    @property
    def words(self) -> str:
        """How many there are: ``12 marked, 5 not shown``; empty for none."""
        if not self.ids:
            return ""
        count, hidden = len(self.ids), len(self.ids) - self.here
        if hidden:
            words = trn("{n:,} marked, {hidden:,} not shown", "{n:,} marked, {hidden:,} not shown", count)
        else:
            words = trn("{n:,} marked", "{n:,} marked", count)
        return words.format(n=count, hidden=hidden)


class Marking(DealActions[ScreenResultType]):
    """A list of deals that can be marked.

    A subclass says what it lists in :attr:`listed`, draws with :meth:`drawing` and :meth:`mark_columns`, and
    calls :meth:`list_changed` when it lists something else.
    """

    ON_ROW = DealActions.ON_ROW | {"mark", "mark_all", "change_marked"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "mark", trc("key", "mark"), id="mark", tooltip=tr("Mark the deal or take its mark away")
        ),
        Binding(
            "asterisk", "mark_all", tr("mark all"), id="mark_all", tooltip=tr("Mark all of the list, or none")
        ),
        Binding(
            "B",
            "change_marked",
            tr("change marked"),
            id="change_marked",
            tooltip=tr("Change the marked deals"),
        ),
    ]

    class Progress(Message):
        """How far a change of many deals is.

        :param done: how many are done.
        :param total: of how many; 0 when it has ended.
        """

        def __init__(self, done: int, total: int) -> None:
            super().__init__()
            self.done, self.total = done, total

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.marks = Marks()
        self._doing = ""
        self._hints = self.HINTS

    @property
    def has_row(self) -> bool:
        """Whether there is a deal to act on: under the cursor, or marked."""
        return bool(self.marks) or super().has_row

    def is_hinted(self, names: str) -> bool:
        """What is done to the marked deals depends on none of them."""
        return bool(self.marks) or super().is_hinted(names)

    @property
    def listed(self) -> array[int]:
        """The numbers of the deals in the list, in its order."""
        raise NotImplementedError

    def say_title(self) -> None:
        """Say what the list shows, and :attr:`marked_words`."""
        raise NotImplementedError

    def show_columns(self) -> None:
        """Draw the whole list again, with the columns of :meth:`mark_columns`."""
        raise NotImplementedError

    # Drawing

    @property
    def marked_words(self) -> str:
        """What the title says about marks and about a change that is under way; empty for nothing."""
        return " · ".join(filter(None, (self.marks.words, self._doing)))

    def mark_columns(self, columns: Sequence[GridColumn]) -> list[GridColumn]:
        """The columns with room for the sign while deals are marked; the titles give it."""
        if not self.marks:
            return list(columns)
        more = {"mark": 1, "deal": -1}
        return [
            column._replace(
                width=column.width + more.get(column.key, 0),
                least=column.least and column.least + more.get(column.key, 0),
            )
            for column in columns
        ]

    def drawing(self, draw: Callable[[DealRow], list[Cell]]) -> Callable[[DealRow], list[Cell]]:
        """Draw rows with the sign before those that are marked."""

        def drawn(row: DealRow) -> list[Cell]:
            cells = draw(row)
            if self.marks.ids:
                text, look = cells[0]
                marked = row.id in self.marks.ids
                cells[0] = Cell(f"{SIGN}{text}", "strong") if marked else Cell(f" {text}", look)
            return cells

        return drawn

    def list_changed(self) -> None:
        """The list shows other deals; marks stay."""
        self.marks.count_in(self.listed)

    def _marks_changed(self, before: int) -> None:
        """Draw what the marks change.

        :param before: how many there were.
        """
        if bool(before) != bool(self.marks):
            self.HINTS = HINTS if self.marks else self._hints  # type: ignore[misc]
            self.tell_hints()
            self.show_columns()
        else:
            grid = self.query_one(DealGrid)
            grid.rows_changed(0, len(self.listed))
        self.say_title()

    # Marking

    def action_mark(self) -> None:
        """Mark the deal under the cursor or take its mark away, and go on to the next."""
        if self.deal_id is None:
            return
        grid, before = self.query_one(DealGrid), len(self.marks)
        self.marks.turn(self.deal_id)
        if before and self.marks:
            grid.rows_changed(grid.row, grid.row)
            self.say_title()
        else:
            self._marks_changed(before)
        grid.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all deals of the list, or none."""
        before = len(self.marks)
        self.marks.turn_all(self.listed)
        self._marks_changed(before)

    def unmark_all(self) -> bool:
        """Take all marks away.

        :returns: whether there were any.
        """
        before = len(self.marks)
        if before:
            self._unmark(set(self.marks.ids))
        return bool(before)

    def _unmark(self, ids: Iterable[int]) -> None:
        before = len(self.marks)
        if before and self.is_running:  # else the list was left for good while its deals were changed
            self.marks.drop(ids, self.listed)
            self._marks_changed(before)

    # Changing

    def action_move(self) -> None:
        """Choose another stage."""
        if not self._change("move"):
            super().action_move()

    def action_win(self) -> None:
        """Win."""
        if not self._change("win"):
            super().action_win()

    def action_lose(self) -> None:
        """Lose."""
        if not self._change("lose"):
            super().action_lose()

    def action_change_marked(self) -> None:
        """Choose what is done to the marked deals."""
        if not self._change(None):
            self.notify(tr("No deal is marked: space marks one, * all of the list."), markup=False)

    def _change(self, kind: str | None) -> bool:
        """Change the marked deals. The module loads dialogs and services, and so only when needed.

        :returns: False when none is marked.
        """
        if not self.marks:
            return False
        from funnel_tui.screens.bulk_changes import BulkChange

        ids = self.marks.in_order(self.listed)
        BulkChange(self.funnel, ids, self._post_progress, self._unmark).ask(kind)
        return True

    def _post_progress(self, done: int, total: int) -> None:
        """In a thread."""
        self.post_message(self.Progress(done, total))

    @on(Progress)
    def _progressed(self, message: Progress) -> None:
        message.stop()
        self._doing = (
            tr("{n:,} of {all:,} changed …").format(n=message.done, all=message.total)
            if message.total
            else ""
        )
        self.say_title()
