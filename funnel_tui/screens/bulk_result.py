"""What became of each of the deals that were changed together."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.dialogs.bulk_preview import COLUMNS, VerdictRows
from funnel_tui.domain.bulk_edit import BulkResult, Verdict
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.opening import open_deal
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line

ORDER = {Verdict.REFUSED: 0, Verdict.UNCHANGED: 1, Verdict.CHANGED: 2}
WORDS = {
    # Translators: what became of a deal.
    Verdict.REFUSED: tr("Refused"),
    Verdict.UNCHANGED: tr("Unchanged"),
    Verdict.CHANGED: tr("Changed"),
}


class BulkResultScreen(FunnelScreen[None]):
    """A row for each deal, the refused ones first. ``enter`` opens a deal, ``esc`` goes back.

    :param result: what was done.
    :param words: the counts in words.
    """

    DEFAULT_CSS = """
    BulkResultScreen #title { padding: 0 1; text-style: bold; }
    BulkResultScreen #rows { height: 1fr; }
    BulkResultScreen #more { height: 2; padding: 0 1; color: $muted; text-style: $muted-style; }
    """
    HINTS = (("back", trc("key", "back")), ("choose", tr("open the deal")), ("undo", tr("undo all of it")))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the list")),
    ]

    def __init__(self, result: BulkResult, words: str) -> None:
        super().__init__()
        self._rows = sorted(result.rows, key=lambda row: ORDER[row.verdict])
        self._words = words

    def compose_middle(self) -> ComposeResult:
        """The counts, the rows, and all that is to be said about one of them."""
        yield Line(self._words, id="title")
        yield Grid(by_cell=False, when_moved=self._moved, id="rows")
        yield Static(id="more", markup=False)

    def on_mount(self) -> None:
        """Show the rows."""
        self.hold_frame()
        self.query_one(Grid).show(COLUMNS, VerdictRows(self._rows))

    def _moved(self) -> None:
        """Say all about the row under the cursor; in the list it may be cut."""
        row = self._rows[self.query_one(Grid).row] if self._rows else None
        words = "" if row is None else f"{row.reason or WORDS[row.verdict]} {row.hint}".strip()
        self.query_one("#more", Static).update(clean(words))

    @on(Grid.Chosen)
    def _open(self, message: Grid.Chosen) -> None:
        """The deal on a screen of its own; one that is gone cannot be opened."""
        message.stop()
        row = self._rows[message.row]
        if row.version is None:
            self.notify(tr("This deal does not exist any more."), markup=False)
            return
        open_deal(self.funnel, row.deal_id)

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)
