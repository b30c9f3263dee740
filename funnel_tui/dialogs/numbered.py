"""A form that begins with a choice from a short list: by its number, by its name, or with the arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType
from textual.widgets import Input

from funnel_tui.dialogs.form import Form
from funnel_tui.domain.finding import fold
from funnel_tui.language import tr, trc
from funnel_tui.widgets.fields import FieldRow, TextField
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint

LONGEST = 60
"""Characters of a typed text that a message repeats."""

DIGITS = 9
"""Up to so many entries a single digit says which one is meant."""


class Numbered(NamedTuple):
    """An entry of a list.

    :param name: user text.
    :param about: said beside it; user text.
    :param look: of the name: ``plain``, ``strong`` or ``muted``.
    """

    name: str
    about: str = ""
    look: str = "plain"


class NumberedRows:
    """Entries as rows of a table, with a last one for a new word."""

    def __init__(self, entries: Sequence[Numbered], new: str = "") -> None:
        self.entries, self.new = entries, new

    def __len__(self) -> int:
        return len(self.entries) + bool(self.new)

    def cells(self, row: int) -> Sequence[Cell]:
        """Number, name, what is said beside it."""
        if row == len(self.entries):
            return Cell("+", "muted"), Cell(_new(self.new)), Cell("")
        entry = self.entries[row]
        return Cell(str(row + 1), "muted"), Cell(entry.name, entry.look), Cell(entry.about, "muted")


def _new(name: str) -> str:
    return tr("new: {name}").format(name=name)


def place_of(names: Sequence[str], typed: str) -> int | None:
    """Which entry is meant by a number or by part of a name; the beginning of a name goes first.

    :returns: its place, from 0; None when none is.
    """
    text = fold(typed)
    if not text:
        return None
    folded = [fold(name) for name in names]
    if text in folded:
        return folded.index(text)
    if text.isascii() and text.isdigit():
        return int(text) - 1 if len(text) < 4 and 0 < int(text) <= len(names) else None
    for fits in (str.startswith, str.__contains__):
        for at, name in enumerate(folded):
            if fits(name, text):
                return at
    return None


class PickField(TextField):
    """Where number or name are typed; the arrows move in the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", tr("down"), show=False, id="list_down", tooltip=tr("The next entry")),
        Binding("up", "move(-1)", tr("up"), show=False, id="list_up", tooltip=tr("The entry before")),
    ]

    def action_move(self, by: int) -> None:
        """Move in the list."""
        form = self.screen
        if not isinstance(form, NumberedForm):
            raise SkipAction
        form.move(by)


class NumberedForm(Form[ScreenResultType]):
    """The field to type into, the list, and whatever a subclass puts under it.

    A subclass gives the entries in :meth:`entries` and is told in :meth:`chosen_changed`.
    """

    DEFAULT_CSS = """
    NumberedForm Grid { height: auto; max-height: 10; margin: 0 0 0 17; max-width: 69; }
    NumberedForm.-high Grid { max-height: 20; margin: 1 0 1 17; }
    NumberedForm Grid.-unset > .grid--cursor {
        color: $foreground; background: $background; text-style: none;
    }
    """
    LABEL: ClassVar[str] = tr("Choose")
    HELP: ClassVar[str] = tr("its number, its name or ↑↓")
    NEW: ClassVar[bool] = False
    """Whether a name that is not in the list is a new one."""
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("1-9", tr("choose")),
        Hint("↑↓", trc("key", "move")),
        Hint("tab", tr("field")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.chosen: int | None = None
        """The place of the chosen entry; None for none, or for a new one."""
        self.new = ""
        """A new word; empty for none."""

    def entries(self) -> Sequence[Numbered]:
        """The entries of the list."""
        raise NotImplementedError

    def chosen_changed(self, *, by_digit: bool) -> None:
        """Something else is chosen.

        :param by_digit: whether one digit said it.
        """

    def compose_pick(self) -> ComposeResult:
        """The field and the list."""
        yield FieldRow("pick", self.LABEL, PickField(id="pick"), help=self.HELP)
        yield Grid(by_cell=False, id="entries")

    def start_list(self, chosen: int | None = None) -> None:
        """Show the entries, once the widgets are there."""
        self.grid.can_focus = False
        self._show()
        self.put(chosen)
        self.query_one("#pick").focus()

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#entries", Grid)

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.query_one("#pick", PickField).value.strip()

    def put(self, place: int | None) -> None:
        """Choose an entry."""
        self.chosen = place
        self.grid.set_class(place is None and not self.new, "-unset")
        if place is not None:
            self.grid.put_cursor(place)
        elif self.new:
            self.grid.put_cursor(len(self.entries()))
        self.row("pick").say()

    def move(self, by: int) -> None:
        """Move in the list by an arrow."""
        count = len(self.entries()) + bool(self.new)
        if not count:
            return
        at = 0 if self.chosen is None and not self.new else max(0, min(self.grid.row + by, count - 1))
        self.put(at if at < len(self.entries()) else None)
        self.grid.put_cursor(at)
        self.chosen_changed(by_digit=False)

    def nothing_words(self, question: str = "") -> str:
        """Why nothing is chosen.

        :param question: what to ask when nothing was typed.
        """
        if not self.typed:
            return question
        short = self.typed if len(self.typed) <= LONGEST else f"{self.typed[: LONGEST - 1]}…"
        return tr("There is no “{name}” here: type a number or part of a name.").format(name=short)

    @property
    def is_new(self) -> bool:
        """Whether a new word is chosen."""
        return bool(self.new) and self.chosen is None

    @on(Input.Changed, "#pick")
    def _typed_name(self, event: Input.Changed) -> None:
        event.stop()
        event.prevent_default()  # what is said under the field is said here
        self.take_typed(event.value)

    def take_typed(self, text: str) -> None:
        """Choose what is meant by what stands in the field."""
        entries = self.entries()
        place = place_of([entry.name for entry in entries], text)
        exact = place is not None and fold(entries[place].name) == fold(text)
        digits = self.typed.isascii() and self.typed.isdigit()
        new = self.typed if self.NEW and not exact and not (digits and place is not None) else ""
        if new != self.new:
            self.new = new
            self._show()
        self.put(place)
        if self.typed and place is None and not new:
            self.row("pick").refuse(self.nothing_words())
        by_digit = digits and len(entries) <= DIGITS and len(self.typed) == 1
        self.chosen_changed(by_digit=by_digit and place is not None)

    def _show(self) -> None:
        entries = self.entries()
        names = [cell_len(entry.name) for entry in entries] + ([cell_len(_new(self.new))] if self.new else [])
        columns = [
            GridColumn("number", "", 2),
            GridColumn("name", "", min(40, max([12, *names])), 12, right=False),
            GridColumn("about", "", 60, 8, right=False, rank=1, stretch=True),
        ]
        self.grid.show(columns, NumberedRows(entries, self.new))
