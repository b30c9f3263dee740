"""Pairs of organisations or people that may be the same, to be merged one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.domain.directory import DuplicatePair, Kind, Likeness
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trc, trn
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Line

PAIRS = "pairs"
MOST = 500
_NONE: Mapping[Kind, str] = {
    "organisation": tr("No two organisations look like the same. esc goes back."),
    "person": tr("No two people look like the same. esc goes back."),
}
_COLUMNS = (
    GridColumn("first", tr("One"), 34, least=22, right=False, stretch=True),
    GridColumn("second", tr("The other"), 34, least=22, right=False),
    GridColumn("why", tr("Why"), 18, least=12, right=False, rank=1),
    GridColumn("score", tr("Alike"), 6, least=5, rank=2),
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

    HAS_PERIOD = False
    NOW_ONLY = tr(
        "Organisations and people are only known as they are now. {time_machine} and now bring you back."
    )
    HINTS = (
        ("choose", tr("preview and merge")),
        ("pair_first pair_second", tr("look at one")),
        ("undo", trc("key", "undo")),
        ("back", trc("key", "back")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "m", "merge", tr("merge"), show=False, id="pair_merge", tooltip=tr("Show what merging would do")
        ),
        Binding(
            "comma", "look(1)", tr("the first"), id="pair_first", tooltip=tr("Everything about the first one")
        ),
        Binding(
            "full_stop",
            "look(2)",
            tr("the other"),
            id="pair_second",
            tooltip=tr("Everything about the other one"),
        ),
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the list")),
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
        self.query_one("#title", Line).say(tr("Looking for duplicates …"))
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
        self.query_one("#empty", Static).update(_NONE[self._kind])
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
        words = _count_words(self._kind, count)
        where = f" · {count_text(self.query_one(DealGrid).row + 1)}/{count_text(count)}" if count else ""
        self.query_one("#title", Line).say(words + where)

    @on(Grid.Chosen)
    def _chosen(self, message: Grid.Chosen) -> None:
        message.stop()
        self.action_merge()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a pair there is nothing to look at or to merge."""
        if action in {"merge", "look"}:
            return self._rows is not None and len(self._rows) > 0
        return super().check_action(action, parameters)

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


def _count_words(kind: Kind, count: int) -> str:
    if count == MOST:
        words = {
            "organisation": tr("{n} at least pairs of organisations that may be the same"),
            "person": tr("{n} at least pairs of people that may be the same"),
        }[kind]
    elif kind == "organisation":
        words = trn(
            "{n} pair of organisations that may be the same",
            "{n} pairs of organisations that may be the same",
            count,
        )
    else:
        words = trn(
            "{n} pair of people that may be the same", "{n} pairs of people that may be the same", count
        )
    return words.format(n=count_text(count))


def _called(one: Likeness) -> str:
    return f"{one.name} · {one.organisation}" if one.organisation else one.name


def _key(pair: DuplicatePair) -> tuple[int, int]:
    return pair.first.id, pair.second.id
