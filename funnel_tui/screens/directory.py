"""Organisations and people: the list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.domain.deal_list import follow
from funnel_tui.domain.directory import Kind, OrganisationLine
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trc
from funnel_tui.screens import directory_words as words
from funnel_tui.screens.directory_actions import DirectoryActions, Target
from funnel_tui.screens.directory_list import AnyLine, ListFound, Place, read_list, read_rows
from funnel_tui.screens.directory_words import Wish
from funnel_tui.screens.narrowing import Narrowing
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import AskLine, FilterLine
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Cell, Grid
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.paged import PagedRows

LIST = "list"
TABS: Mapping[Kind, str] = {"organisation": tr("Organisations"), "person": tr("People")}


class DirectoryScreen(Narrowing[None], DirectoryActions):
    """Organisations, and on ``tab`` people. ``esc`` takes a filter or a mark away, then goes back."""

    HAS_PERIOD = False
    NOW_ONLY = tr(
        "Organisations and people are only known as they are now. {time_machine} and now bring you back."
    )
    HINTS = (
        ("choose", trc("key", "open")),
        ("directory_kind", tr("people/organisations")),
        ("directory_new", trc("key", "new")),
        ("directory_edit", trc("key", "edit")),
        ("directory_filter", trc("key", "filter")),
        ("directory_sort", tr("sort")),
        ("directory_merge", tr("merge")),
        ("directory_alike", tr("duplicates")),
        ("directory_status", tr("status")),
        ("directory_mark", trc("key", "mark")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab", "kind", tr("organisations/people"), id="directory_kind", tooltip=tr("To the other list")
        ),
        Binding(
            "n", "new", trc("key", "new"), id="directory_new", tooltip=tr("A new organisation or person")
        ),
        Binding(
            "space",
            "mark",
            trc("key", "mark"),
            id="directory_mark",
            tooltip=tr("Mark it, to merge with another"),
        ),
        Binding(
            "equals_sign",
            "alike",
            tr("duplicates"),
            id="directory_alike",
            tooltip=tr("Pairs that may be the same"),
        ),
        Binding(
            "s", "sort", tr("sort"), id="directory_sort", tooltip=tr("Sort; the same again turns it round")
        ),
        Binding(
            "F",
            "filter",
            trc("key", "filter"),
            id="directory_filter",
            tooltip=tr("Narrow the list as you type"),
        ),
        Binding(
            "escape", "back", trc("key", "back"), id="back", tooltip=tr("Drop mark and filter, else go back")
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wishes: dict[Kind, Wish] = {"organisation": Wish("organisation"), "person": Wish("person")}
        self._places: dict[Kind, Place] = {}
        self._kind: Kind = "organisation"
        self._found: ListFound | None = None
        self._rows: PagedRows[AnyLine] | None = None
        self._marked: tuple[int, str] | None = None
        self._wanted: int | None = None

    def compose_middle(self) -> ComposeResult:
        """The two lists there are, what is shown, the list."""
        yield TabLine(id="tabs")
        yield Line(id="title")
        yield DealGrid(by_cell=False, when_moved=self._say_title, id="directory")
        yield Static(id="empty", markup=False)
        yield FilterLine(
            tr("every word must occur in the name (of people also organisation, e-mail)"), id="filter"
        )

    async def on_mount(self) -> None:
        """Read the list before the first frame."""
        await self.read_first(LIST, self._reading())
        self.hold_frame(lambda: self.query_one(DealGrid).focus())

    # Reading

    @property
    def wish(self) -> Wish:
        """What the present list shows."""
        return self._wishes[self._kind]

    def reload(self) -> None:
        """Read the list again; the cursor stays on what it is on."""
        self.read(LIST, self._reading())

    def _reading(self) -> partial[ListFound]:
        return partial(read_list, wish=self.wish, place=self._place())

    def _place(self) -> Place:
        grid = self.query_one(DealGrid)
        if self._found is not None and self._found.wish.kind != self._kind:
            return self._places.get(self._kind, Place())
        return Place(self._wanted or self.number, grid.row, grid.row - grid.top, max(30, grid.size.height))

    def show_found(self, group: str, found: Any) -> None:
        """Show the list, or a page of it."""
        if group == LIST:
            self._show_list(found)
        elif self._rows is not None and found[0] is self._rows:
            rows, number, lines = found
            first, last = rows.take(number, lines)
            self.query_one(DealGrid).rows_changed(first, last)

    def _show_list(self, found: ListFound) -> None:
        if found.wish != self.wish:
            return  # something else was asked for meanwhile
        place = self._place()
        if self._wanted in found.ids:
            self._wanted = None
        self._found = found
        columns = words.COLUMNS[self._kind]
        self._rows = rows = PagedRows(found.ids, self._want, self._cells, len(columns))
        for number, lines in found.pages.items():
            rows.take(number, lines)
        self.set_class(not found.ids, "-empty")
        if not found.ids:
            self.query_one("#empty", Static).update(words.empty_words(found.wish))
        self.query_one(DealGrid).show_at(
            columns, rows, follow(found.ids, place.number, place.row), place.offset
        )
        self.query_one(TabLine).say((), "", list(TABS.values()), TABS[self._kind])
        self._say_title()
        self.tell_scope()

    def _cells(self, line: AnyLine) -> Sequence[Cell]:
        assert self._found is not None
        mark = "*" if self._marked is not None and self._marked[0] == line.id else ""
        return words.CELLS[self._kind](line, self._found.zone, mark)

    def _want(self, page: int, ids: Sequence[int]) -> None:
        """A row is to be drawn whose page is not there yet."""
        rows, kind = self._rows, self._kind

        def reading(workspace: Workspace) -> Any:
            return rows, page, read_rows(workspace, kind, ids)

        self.call_later(self.read, f"page-{page}", reading)

    # Where the cursor is

    @property
    def kind(self) -> Kind:
        """Organisations or people."""
        return self._kind

    @property
    def target(self) -> Target | None:
        """What the cursor is on."""
        line = self.line
        if line is None or self._found is None or self._found.wish.kind != self._kind:
            return None
        status = line.status if isinstance(line, OrganisationLine) else None
        return Target(self._kind, line.id, line.name, status)

    @property
    def number(self) -> int | None:
        """The number of what the cursor is on."""
        rows, row = self._rows, self.query_one(DealGrid).row
        return rows.ids[row] if rows is not None and row < len(rows) else None

    @property
    def line(self) -> AnyLine | None:
        """What the cursor is on; None while it is being read."""
        return None if self._rows is None else self._rows.line(self.query_one(DealGrid).row)

    def _say_title(self) -> None:
        if self._found is None:
            return
        count = len(self._found.ids)
        told = words.title_words(self.wish, count, self._marked[1] if self._marked else None)
        where = f"{count_text(self.query_one(DealGrid).row + 1)}/{count_text(count)}" if count else ""
        line = self.query_one("#title", Line)
        room = line.size.width - len(told) - len(where)
        line.say(f"{told}{' ' * room}{where}" if room > 0 else told)

    def size_changed(self) -> None:
        """The title reaches from edge to edge."""
        self.call_after_refresh(self._say_title)

    # What the list shows

    def _look_for(self, wish: Wish, *, first: bool = False) -> None:
        """Show something else.

        :param first: put the cursor on the first row instead of following what it was on.
        """
        if wish == self.wish:
            return
        self._wishes[self._kind] = wish
        if first:
            self._rows = None
            self.query_one(DealGrid).put_cursor(0)
        self.reload()

    def action_kind(self) -> None:
        """The other list, as it was left."""
        if self._found is None or self._found.wish.kind != self._kind:
            return  # still on the way
        self._places[self._kind] = self._place()
        self._marked = None
        self._kind = "person" if self._kind == "organisation" else "organisation"
        self.refresh_bindings()
        self.tell_hints()
        self.reload()

    def action_sort(self) -> None:
        """Ask by what."""
        self.query_one(AskLine).ask(tr("Sort by"), words.sort_answers(self._kind), self._sort_by)

    def _sort_by(self, sort: str) -> None:
        self._look_for(self.wish.sorted_by(sort), first=True)

    @property
    def narrowed_by(self) -> str:
        """The words that must occur."""
        return self.wish.text

    def narrow_to(self, text: str) -> None:
        """Show only what has every word in its name."""
        self._look_for(replace(self.wish, text=text))

    def action_back(self) -> None:
        """Take the mark away, then the filter; without either go back."""
        if self._marked is not None:
            self._set_mark(None)
        elif self.wish.text:
            self.narrow_to("")
        else:
            self.dismiss(None)

    def _set_mark(self, marked: tuple[int, str] | None) -> None:
        self._marked = marked
        self._say_title()
        self.query_one(DealGrid).refresh()

    # Changing

    def action_new(self) -> None:
        """A new organisation or person."""
        from funnel_tui.screens import directory_changes

        directory_changes.new(self.funnel, self._kind, done=self._go_to)

    def _go_to(self, number: int) -> None:
        """The cursor goes to a number as soon as the list has it."""
        self._wanted = number
        self.reload()

    def action_mark(self) -> None:
        """Mark what the cursor is on, to be merged with another one."""
        target = self.needed()
        if target is None:
            return
        again = self._marked is not None and self._marked[0] == target.number
        self._set_mark(None if again else (target.number, target.name))

    def action_merge(self) -> None:
        """Merge what the cursor is on into the marked one; without a mark choose who is the same."""
        target = self.needed()
        if target is None:
            return
        if self._marked is None or self._marked[0] == target.number:
            super().action_merge()
            return
        from funnel_tui.screens import directory_changes

        directory_changes.merge(self.funnel, self._kind, self._marked[0], target.number, self.merged)

    def merged(self, kept: int) -> None:
        """Two were made into one: the cursor goes to it."""
        self._marked = None
        self._go_to(kept)

    def action_alike(self) -> None:
        """Pairs that may be the same."""
        from funnel_tui.screens.directory_duplicates import DuplicatesScreen

        self.app.push_screen(DuplicatesScreen(self._kind))

    @on(Grid.Chosen)
    def _open(self, message: Grid.Chosen) -> None:
        """Everything about it, on a screen of its own."""
        message.stop()
        if self.number is not None:
            from funnel_tui.screens.directory_detail import open_detail

            open_detail(self.funnel, self._kind, self.number)
