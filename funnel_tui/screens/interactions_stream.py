"""A stream of interactions: the list of those of the scope, and the list of those behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType
from textual.widgets import Static

from funnel_tui.domain.deal_list import follow
from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trc
from funnel_tui.screens import interactions_list
from funnel_tui.screens.interaction_actions import InteractionActions
from funnel_tui.screens.interactions_list import ABOVE, AT_PRESENT, Finding, Place, StreamFound
from funnel_tui.screens.narrowing import Narrowing
from funnel_tui.services.interaction_list import InteractionFilter, filter_choices, interaction_rows
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.activity_stream import COLUMN_COUNT, COLUMNS, stream_cells
from funnel_tui.widgets.asking import FilterLine
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.paged import PagedRows

STREAM = "stream"
CHOICES = "choices"


class StreamScreen(Narrowing[ScreenResultType], InteractionActions[ScreenResultType]):
    """A screen with a stream. A subclass puts :meth:`compose_stream` somewhere into its middle."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "F",
            "filter",
            trc("key", "filter"),
            id="stream_filter",
            tooltip=tr("Narrow the stream as you type"),
        ),
        Binding(
            "a",
            "only",
            tr("only …"),
            id="stream_only",
            tooltip=tr("Only one kind, outcome or rep; planned or done"),
        ),
        Binding("escape", "widen", tr("show all"), id="stream_widen", tooltip=tr("Take the filters away")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted = InteractionFilter()
        self._found: StreamFound | None = None
        self._rows: PagedRows[InteractionFact] | None = None
        self._following = True

    def compose(self) -> ComposeResult:
        """The frame, and a field over its foot."""
        yield from super().compose()
        yield FilterLine(
            tr("every word must occur in deal, organisation, person, rep, kind, outcome or note"),
            id="filter",
        )

    def compose_stream(self) -> ComposeResult:
        """The stream, and what is said instead of an empty one."""
        yield DealGrid(by_cell=False, when_moved=self._moved, id="interactions")
        yield Static(id="empty", markup=False)

    @property
    def stream(self) -> DealGrid:
        """The list."""
        return self.query_one("#interactions", DealGrid)

    @property
    def finding(self) -> Finding | None:
        """Finds the numbers of the list; None for those of the scope."""
        return None

    # Reading

    def stream_reading(self) -> partial[StreamFound]:
        """What reads the stream."""
        return partial(
            interactions_list.read_stream,
            scope=self.looked_at,
            wanted=self._wanted,
            place=self._place(),
            finding=self.finding,
        )

    def reload(self) -> None:
        """Read the stream again; the cursor stays on its interaction."""
        self.read(STREAM, self.stream_reading())

    def _place(self) -> Place:
        grid = self.stream
        if self._found is None:
            return Place(None, AT_PRESENT, ABOVE, max(30, grid.size.height))
        number = self._number if self._following else None
        return Place(number, grid.row, grid.row - grid.top, max(30, grid.size.height))

    def show_found(self, group: str, found: Any) -> None:
        """Show the stream, a page of it, or what it can be narrowed to."""
        if group == STREAM:
            self._show_stream(found)
        elif group == CHOICES:
            self._choose(found)
        elif self._rows is not None and found[0] is self._rows:
            rows, number, lines = found
            self.stream.rows_changed(*rows.take(number, lines))

    def _moved(self) -> None:
        """Say where the cursor is."""
        self.say_title()
        self.hints_follow()

    def _show_stream(self, found: StreamFound) -> None:
        if found.wanted != self._wanted:
            return  # something else was asked for meanwhile
        place = self._place()
        self._following = True
        self._found = found
        draw = partial(stream_cells, reading=found.reading)
        self._rows = rows = PagedRows(found.ids, self._want, draw, COLUMN_COUNT)
        for number, lines in found.pages.items():
            rows.take(number, lines)
        words = interactions_list.empty_words(found)
        self.set_class(bool(words), "-empty")
        if words:
            self.query_one("#empty", Static).update(words)
        row = found.row if place.row == AT_PRESENT else follow(found.ids, place.number, place.row)
        self.stream.show_at(COLUMNS, rows, row, place.offset)
        self.say_title()
        self.tell_scope()

    @property
    def has_row(self) -> bool:
        """Whether there is an interaction to act on, maybe one that is still being read."""
        return self._number is not None

    def _want(self, page: int, ids: Sequence[int]) -> None:
        """A row is to be drawn whose page is not there yet."""
        rows = self._rows

        def reading(workspace: Workspace) -> Any:
            return rows, page, interaction_rows(workspace, ids)

        self.call_later(self.read, f"page-{page}", reading)

    # Where the cursor is

    @property
    def _number(self) -> int | None:
        row = self.stream.row
        return self._rows.ids[row] if self._rows is not None and row < len(self._rows) else None

    @property
    def interaction(self) -> InteractionFact | None:
        """The interaction under the cursor."""
        return None if self._rows is None else self._rows.line(self.stream.row)

    def title_words(self, found: StreamFound) -> str:
        """What the stream shows."""
        return interactions_list.title_words(found)

    def say_title(self) -> None:
        """Say what the stream shows, and where the cursor is."""
        found = self._found
        if found is None:
            return
        count = len(found.ids)
        words = self.title_words(found)
        where = f"{count_text(self.stream.row + 1)}/{count_text(count)}" if count else ""
        line = self.query_one("#title", Line)
        line.say(f"{words}{' ' * max(1, line.size.width - len(words) - len(where))}{where}")

    def size_changed(self) -> None:
        """The title reaches from edge to edge."""
        self.call_after_refresh(self.say_title)

    def copied(self) -> str:
        """The cells of the row."""
        row = self.stream.row
        cells = self._rows.cells(row) if self._rows is not None and row < len(self._rows) else None
        return "\t".join(cell.text for cell in cells[1:]) if cells else ""

    def deleted(self) -> None:
        """The cursor goes to the next one instead of following what is gone."""
        self._following = False

    # Narrowing

    def narrow(self, wanted: InteractionFilter) -> None:
        """Show something else; the cursor goes to the first row."""
        if wanted != self._wanted:
            self._wanted, self._following = wanted, False
            self.stream.put_cursor(0)
            self.read(STREAM, self.stream_reading())

    @property
    def narrowed_list(self) -> DealGrid:
        """The stream: figures beside it are a table too."""
        return self.stream

    @property
    def narrowed_by(self) -> str:
        """The words that must occur."""
        return self._wanted.text

    def narrow_to(self, text: str) -> None:
        """Show only interactions in which every word occurs."""
        self.narrow(replace(self._wanted, text=text))

    def action_only(self) -> None:
        """Choose a kind, an outcome, a rep, planned or done."""
        self.read(CHOICES, partial(filter_choices, kind=self._wanted.kind))

    def _choose(self, choices: Any) -> None:
        from funnel_tui.dialogs.chooser import Chooser

        entries = interactions_list.filter_entries(choices, self._wanted)
        self.app.push_screen(Chooser(tr("Show only"), entries), self._chosen)

    def _chosen(self, answer: str | None) -> None:
        if answer is not None:
            self.narrow(interactions_list.filtered(self._wanted, answer))

    def action_widen(self) -> None:
        """Take the filters away; without any, go back."""
        if self._wanted == InteractionFilter():
            self.go_back()
            return
        self.query_one(FilterLine).value = ""
        self.narrow(InteractionFilter())

    def go_back(self) -> None:
        """There is nothing to take away."""

    @on(Grid.Chosen, "#interactions")
    def _open(self, message: Grid.Chosen) -> None:
        """All of the interaction, on a screen of its own."""
        message.stop()
        if self._number is not None:
            from funnel_tui.screens.interaction import InteractionScreen

            self.app.push_screen(InteractionScreen(self._number))
