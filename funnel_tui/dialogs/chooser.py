"""A list to choose from that grows shorter as one types: the command palette and the list of keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input, Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.bindings import by_one, by_page
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint, Line
from funnel_tui.widgets.text_field import TextField

WIDE_COLUMNS = 100
"""From this width on the names in the settings file have a column of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list.

    :param name: what is chosen.
    :param key: the keys that do it, as shown.
    :param about: a sentence on it.
    :param value: what the dialog returns for it.
    :param setting: the name by which the settings file gives it another key; empty where it cannot.
    """

    name: str
    key: str = ""
    about: str = ""
    value: str = ""
    setting: str = ""


class EntryRows:
    """Entries as rows of a table."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries

    def __len__(self) -> int:
        return len(self.entries)

    def cells(self, row: int) -> Sequence[Cell]:
        """Key, name, the sentence on it, and its name in the settings file."""
        entry = self.entries[row]
        return Cell(entry.key, "strong"), Cell(entry.name), Cell(entry.about, "muted"), Cell(entry.setting)


def matching(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """The entries that hold every word typed; those whose name begins with it come first."""
    words = typed.casefold().split()
    found = [
        entry
        for entry in entries
        if all(word in f"{entry.key} {entry.name} {entry.about} {entry.setting}".casefold() for word in words)
    ]
    start = typed.strip().casefold()
    return sorted(found, key=lambda entry: not entry.name.casefold().startswith(start))


def nothing_words(typed: str) -> str:
    """Says that a list is empty because of what was typed."""
    return tr("Nothing matches “{typed}”; backspace brings the list back.").format(typed=clean(typed))


class Chooser(Dialog[str]):
    """Type to narrow the list, arrows to move, ``enter`` to choose. The answer is the entry's value.

    :param heading: the first line.
    :param entries: what there is.
    :param intro: text above the list, wrapped.
    :param by_key: whether the key of an entry, as the first letter typed, chooses it at once.
    """

    DEFAULT_CSS = """
    Chooser #intro { margin-bottom: 1; }
    Chooser TextField { margin-bottom: 1; }
    Chooser #none, Chooser #setting { display: none; }
    """
    AUTO_FOCUS = "TextField"
    HINTS = (Hint("↑↓", trc("key", "move")), Hint("enter", tr("do it")))
    BINDINGS: ClassVar[list[BindingType]] = [
        *by_one(tr("The next entry"), tr("The entry before"), letters=False),
        *by_page(),
    ]

    def __init__(
        self, heading: str, entries: Sequence[Entry], *, intro: str = "", by_key: bool = False
    ) -> None:
        super().__init__()
        self._by_key = by_key
        self._heading, self._entries, self._intro = heading, entries, intro
        self._left = list(entries)

    @property
    def heading(self) -> str:
        """The first line."""
        return self._heading

    def compose_middle(self) -> ComposeResult:
        """The text, the field to type in, the list."""
        if self._intro:
            yield Static(Text(clean(self._intro).replace("\ufffd", "\n")), id="intro", markup=False)
        field = TextField()
        field.placeholder = tr("type to narrow the list")
        yield field
        yield Line(id="none")
        yield Grid(by_cell=False, when_moved=self._tell_setting, id="entries")
        yield Line(id="setting")

    def on_mount(self) -> None:
        """Show all entries."""
        self.query_one("#entries", Grid).can_focus = False
        self._show()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        keyed = [one for one in self._entries if self._by_key and one.key and one.key == event.value]
        if keyed:
            self.dismiss(keyed[0].value)
            return
        self._left = matching(self._entries, event.value)
        self._show()
        self.query_one("#entries", Grid).put_cursor(0)

    @on(Input.Submitted)
    def _chosen(self) -> None:
        row = self.query_one("#entries", Grid).row
        if row < len(self._left) and self._left[row].value:
            self.dismiss(self._left[row].value)

    def action_move(self, rows: int) -> None:
        """Move in the list while the field keeps the focus."""
        self.query_one("#entries", Grid).action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move a page in the list while the field keeps the focus."""
        self.query_one("#entries", Grid).action_page(pages)

    def _show(self) -> None:
        none = self.query_one("#none", Line)
        none.display = not self._left
        typed = self.query_one(TextField).value
        none.say("" if self._left else nothing_words(typed))
        name = tr("Action")
        widest_key = max((cell_len(entry.key) for entry in self._entries), default=0)
        widest_name = max((cell_len(entry.name) for entry in self._entries), default=0)
        columns = [
            GridColumn("key", tr("Key"), max(3, widest_key), right=False),
            GridColumn("name", name, min(40, max(widest_name, cell_len(name))), right=False),
            GridColumn("about", tr("What it does"), 60, least=12, right=False, rank=1, stretch=True),
        ]
        widest_setting = max((cell_len(entry.setting) for entry in self._entries), default=0)
        if widest_setting and self.size.width >= WIDE_COLUMNS:
            # Translators: the name of an action in the settings file; [keymap] stands there as it does here.
            heading = tr("In [keymap]")
            width = max(cell_len(heading), widest_setting)
            columns.append(GridColumn("setting", heading, width, right=False, rank=2))
        self.query_one("#entries", Grid).show(columns, EntryRows(self._left))
        self._tell_setting()

    def on_resize(self) -> None:
        """A wide terminal has room for the names in the settings file."""
        self._show()

    def _tell_setting(self) -> None:
        """The name in the settings file of what the cursor is on, where the list has no room for it."""
        grid, line = self.query_one("#entries", Grid), self.query_one("#setting", Line)
        line.display = any(entry.setting for entry in self._entries) and self.size.width < WIDE_COLUMNS
        if line.display:
            setting = self._left[grid.row].setting if grid.row < len(self._left) else ""
            told = tr("In the settings file: [keymap] {setting} = …")
            line.say(told.format(setting=setting) if setting else "")
