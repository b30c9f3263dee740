"""A short list of what belongs to a deal, and keys to add to it, change and remove."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint
from funnel_tui.widgets.named_keys import with_keys

ADD, CHANGE, REMOVE, TOTAL = "add", "change", "remove", "total"


class PartAct(NamedTuple):
    """What the user wants to do.

    :param act: ``add``, ``change``, ``remove`` or ``total``.
    :param at: the row under the cursor; -1 where there is none.
    """

    act: str
    at: int = -1


class PartRows:
    """Parts as rows of a table."""

    def __init__(self, rows: Sequence[Sequence[Cell]]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, row: int) -> Sequence[Cell]:
        """The cells of a row."""
        return self.rows[row]


class PartsDialog(Dialog[PartAct]):
    """Shows parts of a deal. The answer is a :class:`PartAct`; it changes nothing itself.

    :param title: the title of the deal; user text.
    :param at: where the cursor begins.
    """

    DEFAULT_CSS = """
    PartsDialog Grid { height: auto; max-height: 1fr; }
    PartsDialog #said { height: auto; margin-top: 1; color: $muted; text-style: $muted-style; }
    """
    AUTO_FOCUS = "Grid"
    EMPTY: ClassVar[str] = ""
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("↑↓", trc("key", "move")),
        Hint("a", trc("key", "add")),
        Hint("enter", trc("key", "change")),
        Hint("x", trc("key", "remove")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "act('add')", trc("key", "add"), id="part_add", tooltip=tr("Add one")),
        Binding("e", "act('change')", trc("key", "change"), id="part_change", tooltip=tr("Change it")),
        Binding(
            "x,delete",
            "act('remove')",
            trc("key", "remove"),
            id="part_remove",
            tooltip=tr("Remove it; it can be undone"),
        ),
    ]

    def __init__(self, title: str, *, at: int = 0) -> None:
        super().__init__()
        self._title, self._at = title, at

    def columns(self) -> Sequence[GridColumn]:
        """The columns of the table."""
        raise NotImplementedError

    def rows(self) -> Sequence[Sequence[Cell]]:
        """What is in it; user text."""
        raise NotImplementedError

    def said(self) -> str:
        """What to say under the table."""
        return ""

    def compose_middle(self) -> ComposeResult:
        """The table, and words under it."""
        if self.rows():
            yield Grid(by_cell=False, id="parts")
        yield Static(clean(self.said() if self.rows() else with_keys(self.EMPTY)), id="said", markup=False)

    def on_mount(self) -> None:
        """Fill the table."""
        for grid in self.query(Grid):
            grid.show(self.columns(), PartRows(self.rows()))
            grid.put_cursor(min(self._at, len(self.rows()) - 1))

    @on(Grid.Chosen)
    def _chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.action_act(CHANGE)

    def action_act(self, act: str) -> None:
        """Answer what is to be done to the row under the cursor."""
        at = next((grid.row for grid in self.query(Grid)), -1)
        if act == ADD or at >= 0:
            self.dismiss(PartAct(act, at))
