"""How a quota or an adjustment came about: a list to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.language import tr
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Cell, GridColumn
from funnel_tui.widgets.lines import Hint

COLUMNS = (
    GridColumn("at", tr("When"), 16, right=False),
    GridColumn("by", tr("Who"), 16, least=11, right=False, rank=1),
    GridColumn("whose", tr("Whose"), 18, least=10, right=False, rank=3),
    GridColumn("was", tr("Was"), 13, least=13, rank=2),
    GridColumn("now", tr("Is"), 13, least=13),
    GridColumn("note", tr("Note"), 24, least=17, right=False, rank=1, stretch=True),
)


class RevisionRows:
    """Revisions as rows of a table."""

    def __init__(self, revisions: Sequence[Sequence[str]]) -> None:
        self._revisions = revisions

    def __len__(self) -> int:
        return len(self._revisions)

    def cells(self, row: int) -> Sequence[Cell]:
        """The texts of one."""
        return [Cell(text) for text in self._revisions[row]]


class RevisionsDialog(Dialog[None]):
    """Every revision, the latest first. ``esc`` leaves.

    :param heading: of what; may hold user text.
    :param revisions: texts in the order of :data:`COLUMNS`.
    """

    DEFAULT_CSS = """
    RevisionsDialog #middle { padding: 1 1; }
    RevisionsDialog Grid > .grid--plain { color: $foreground; background: $background; }
    """
    AUTO_FOCUS = "Grid"
    HINTS: ClassVar[tuple[Hint, ...]] = (Hint("j k", tr("down, up")),)

    def __init__(self, heading: str, revisions: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self._heading, self._revisions = heading, revisions

    @property
    def heading(self) -> str:
        """Of what."""
        return self._heading

    def compose_middle(self) -> ComposeResult:
        """The list."""
        if not self._revisions:
            yield Static(tr("Nothing was ever set here."), markup=False)
        yield DealGrid(by_cell=False, id="revisions")

    def on_mount(self) -> None:
        """Fill it."""
        super().on_mount()
        self.query_one(DealGrid).show(COLUMNS, RevisionRows(self._revisions))
