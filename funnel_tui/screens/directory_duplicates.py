"""Pairs of organisations or people that may be the same, to be merged one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.domain.directory import DuplicatePair, Kind, Likeness
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.directory_words import PLURAL
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Line

PAIRS = "pairs"
MOST = 500
_COLUMNS = (
    GridColumn("first", "One", 34, least=22, right=False, stretch=True),
    GridColumn("second", "The other", 34, least=22, right=False),
    GridColumn("why", "Why", 18, least=12, right=False, rank=1),
    GridColumn("score", "Alike", 6, least=5, rank=2),
)


def read_pairs(workspace: Workspace, *, kind: Kind) -> list[DuplicatePair]:
    """Find the pairs, the most alike first."""
    from funnel_tui.services.duplicates import duplicate_pairs

    return duplicate_pairs(workspace, kind, MOST)


class PairRows:
    """Pairs as rows of a table."""

    def __init__(self, pairs: Sequence[DuplicatePair]) -> None:
        self.pairs = pairs

    def __len__(self) -> int:
        return len(self.pairs)

    def cells(self, row: int) -> Sequence[Cell]:
        """Both, why they may be the same, and how sure that is in percent."""
        pair = self.pairs[row]
        return (
            Cell(_called(pair.first)),
            Cell(_called(pair.second)),
            Cell(pair.why, "muted"),
            Cell(f"{int(pair.score)} %", "muted"),
        )


class DuplicatesScreen(FunnelScreen[None]):
    """Pairs that may be the same. ``enter`` shows what merging would do, ``esc`` goes back.

    :param kind: organisations or people.
    """

    NOW_ONLY = "Organisations and people are only known as they are now. T and now bring you back."
    HINTS = (
        ("choose", "preview and merge"),
        ("pair_first pair_second", "look at one"),
        ("undo", "undo"),
        ("back", "back"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "merge", "merge", show=False, id="pair_merge", tooltip="Show what merging would do"),
        Binding("comma", "look(1)", "the first", id="pair_first", tooltip="Everything about the first one"),
        Binding(
            "full_stop", "look(2)", "the other", id="pair_second", tooltip="Everything about the other one"
        ),
        Binding("escape", "back", "back", id="back", tooltip="Back to the list"),
    ]

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._kind = kind
        self._rows: PairRows | None = None

    def compose_middle(self) -> ComposeResult:
        """Title, the pairs."""
        yield Line(id="title")
        yield DealGrid(by_cell=False, when_moved=self._say_title, id="pairs")
        yield Static(id="empty", markup=False)

    async def on_mount(self) -> None:
        """Find them before the first frame."""
        self.query_one("#title", Line).say("Looking for duplicates …")
        await self.read_first(PAIRS, partial(read_pairs, kind=self._kind))
        self.hold_frame(lambda: self.query_one(DealGrid).focus())

    def reload(self) -> None:
        """Find them again."""
        self.read(PAIRS, partial(read_pairs, kind=self._kind))

    def show_found(self, group: str, found: Any) -> None:  # noqa: ARG002
        """Show them; the cursor stays on its pair, or at its place when that is gone."""
        grid, before = self.query_one(DealGrid), self.pair
        self._rows = PairRows(found)
        keys = [_key(pair) for pair in found]
        row = keys.index(_key(before)) if before is not None and _key(before) in keys else grid.row
        grid.show_at(_COLUMNS, self._rows, row, grid.row - grid.top)
        self.set_class(not found, "-empty")
        words = f"No two {PLURAL[self._kind]} look like the same. esc goes back."
        self.query_one("#empty", Static).update(words)
        if found and self.is_current:
            grid.focus()
        self._say_title()

    @property
    def pair(self) -> DuplicatePair | None:
        """The pair under the cursor."""
        row = self.query_one(DealGrid).row
        return self._rows.pairs[row] if self._rows is not None and row < len(self._rows) else None

    def _say_title(self) -> None:
        if self._rows is None:
            return
        count = len(self._rows)
        more = " at least" if count == MOST else ""
        words = (
            f"{count:,}{more} pair{'' if count == 1 else 's'} of {PLURAL[self._kind]} that may be the same"
        )
        where = f" · {self.query_one(DealGrid).row + 1:,}/{count:,}" if count else ""
        self.query_one("#title", Line).say(words + where)

    @on(Grid.Chosen)
    def _chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.action_merge()

    def action_merge(self) -> None:
        """Show what merging would do; the older one stays unless the user turns that round."""
        pair = self.pair
        if pair is not None:
            from funnel_tui.screens import directory_changes

            directory_changes.merge(self.funnel, self._kind, pair.first.id, pair.second.id)

    def action_look(self, which: int) -> None:
        """Everything about one of the two."""
        pair = self.pair
        if pair is not None:
            from funnel_tui.screens.directory_detail import open_detail

            open_detail(self.funnel, self._kind, (pair.first if which == 1 else pair.second).id)

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)


def _called(one: Likeness) -> str:
    return f"{one.name} · {one.organisation}" if one.organisation else one.name


def _key(pair: DuplicatePair) -> tuple[int, int]:
    return pair.first.id, pair.second.id
