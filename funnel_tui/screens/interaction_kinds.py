"""The kinds of interactions: add, rename, count for a step, reorder, retire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.dialogs.interaction_kind import KindForm, KindWish
from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.interactions import KindFact, outcomes_of
from funnel_tui.domain.pipeline_setup import moved
from funnel_tui.domain.status import ActivityStep
from funnel_tui.language import tr, trc
from funnel_tui.screens.asking_forms import ask, write
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.services.kind_list import list_kinds
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.named_keys import with_keys

KINDS = "kinds"
COLUMNS = (
    GridColumn("place", "", 2),
    GridColumn("name", tr("Kind"), 24, least=14, right=False),
    # Translators: the heading over calls, meetings, proposals; at most 12 cells
    GridColumn("step", tr("Counts for"), 12, least=10, right=False),
    GridColumn("state", "", 9, least=8, right=False),
    GridColumn("outcomes", tr("Usual outcomes"), 40, least=16, right=False, rank=1, stretch=True),
)


STEPS = {
    ActivityStep.CALLS: tr("calls"),
    ActivityStep.MEETINGS: tr("meetings"),
    ActivityStep.PROPOSALS: tr("proposals"),
    ActivityStep.CONTRACTS: tr("contracts"),
    ActivityStep.PAID: tr("paid"),
    ActivityStep.NONE: "–",
}
"""The steps of the activity funnel as the list names them."""


class KindRows:
    """Kinds as rows."""

    def __init__(self, kinds: Sequence[KindFact]) -> None:
        self._kinds = kinds

    def __len__(self) -> int:
        return len(self._kinds)

    def cells(self, row: int) -> Sequence[Cell]:
        """Place, name, step, whether it is retired, outcomes."""
        kind = self._kinds[row]
        look = "plain" if kind.active else "dim"
        return (
            Cell(str(row + 1), "muted"),
            Cell(kind_word(kind.name), look),
            Cell(STEPS[kind.step], look),
            Cell("" if kind.active else tr("retired"), "muted"),
            Cell(", ".join(map(outcome_word, outcomes_of(kind.name))), "muted"),
        )


def save_kind(workspace: Workspace, wish: KindWish, *, anyway: bool) -> str:
    """Add a kind, or change one.

    :param anyway: save it although somebody else changed it.
    """
    from funnel_tui.services.interaction_kinds import add_kind, edit_kind

    if wish.kind is None:
        add_kind(workspace, name=wish.name, step=wish.step)
        return tr("Added {name}.").format(name=kind_word(wish.name))
    before = wish.kind
    changes = {"name": wish.name, "step": wish.step}
    if (before.name, before.step) == (wish.name, wish.step):
        return ""
    version = None if anyway or not before.id else before.version
    edit_kind(workspace, kind=before.id or before.name, changes=changes, version=version)
    return tr("Changed {name}.").format(name=kind_word(wish.name))


class KindsScreen(FunnelScreen[None]):
    """A list of kinds; every key saves at once. ``esc`` goes back."""

    HAS_PERIOD = False
    NOW_ONLY = tr("Kinds are set up as they are now. {time_machine} and now bring you back.")
    AUTO_FOCUS = "#kinds"
    HINTS = (
        ("setup_add", trc("key", "new")),
        ("setup_edit", trc("key", "edit")),
        ("stage_up stage_down", trc("key", "move")),
        ("kind_retire", tr("retire")),
        ("kind_delete", trc("key", "delete")),
        ("undo", trc("key", "undo")),
        ("back", trc("key", "back")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "add", trc("key", "new"), id="setup_add", tooltip=tr("A new kind, after the last one")),
        Binding(
            "e",
            "edit",
            trc("key", "edit"),
            id="setup_edit",
            tooltip=tr("Change its name, or the step it counts for"),
        ),
        Binding("K,shift+up", "place(-1)", tr("up"), id="stage_up", tooltip=tr("The kind a place up")),
        Binding("J,shift+down", "place(1)", tr("down"), id="stage_down", tooltip=tr("The kind a place down")),
        Binding(
            "r,R", "retire", tr("retire"), id="kind_retire", tooltip=tr("Offer it no more, or offer it again")
        ),
        Binding(
            "D,delete",
            "delete",
            trc("key", "delete"),
            id="kind_delete",
            tooltip=tr("Delete a kind never used"),
        ),
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Back to the interactions")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kinds: Sequence[KindFact] = ()

    def compose_middle(self) -> ComposeResult:
        """Title, what it means, the list."""
        yield Line(tr("Kinds of interactions"), id="title")
        yield Line(id="note")
        yield Grid(by_cell=False, id="kinds")

    async def on_mount(self) -> None:
        """Read the kinds for the first frame."""
        await self.read_first(KINDS, list_kinds)

    def reload(self) -> None:
        """Read the kinds."""
        self.read(KINDS, list_kinds)

    def show_found(self, group: str, found: Any) -> None:  # noqa: ARG002
        """Show them."""
        self._kinds = found
        self.query_one("#note", Line).say(
            tr("Each counts for one step of calls → meetings → … → paid, or for none.")
        )
        self.query_one(Grid).show(COLUMNS, KindRows(found))

    @property
    def _kind(self) -> KindFact | None:
        row = self.query_one(Grid).row
        return self._kinds[row] if 0 <= row < len(self._kinds) else None

    def action_add(self) -> None:
        """A new kind."""
        ask(self.funnel, KindForm, KindWish(), save_kind)

    def action_edit(self) -> None:
        """Change the kind."""
        kind = self._kind
        if kind is not None:
            ask(self.funnel, KindForm, KindWish(kind.name, kind.step, kind), save_kind)

    @on(Grid.Chosen)
    def _chosen(self) -> None:
        self.action_edit()

    def action_retire(self) -> None:
        """Offer it no more, or again."""
        kind = self._kind
        if kind is None:
            return
        from funnel_tui.services.interaction_kinds import edit_kind

        active = not kind.active

        def doing(workspace: Workspace) -> None:
            edit_kind(workspace, kind=kind.id or kind.name, changes={"active": active})

        told = tr("{kind} is retired; what was logged stays.")
        if active:
            told = tr("{kind} is offered again.")
        write(self.funnel, tr("Saving"), doing, told.format(kind=kind_word(kind.name)))

    def action_delete(self) -> None:
        """Delete a kind that was never used."""
        kind = self._kind
        if kind is None:
            return
        from funnel_tui.services.interaction_kinds import delete_kind

        write(
            self.funnel,
            tr("Deleting"),
            lambda workspace: delete_kind(workspace, kind=kind.id or kind.name),
            with_keys(tr("Deleted {name}; {undo} brings it back."), name=kind_word(kind.name)),
        )

    def action_place(self, by: int) -> None:
        """The kind a place up or down."""
        from funnel_tui.services.interaction_kinds import reorder_kinds

        grid = self.query_one(Grid)
        names = [kind.name for kind in self._kinds]
        order = moved(range(len(names)), grid.row, by)
        if not names or order == list(range(len(names))):
            return
        wanted = [names[at] for at in order]
        told = tr("Moved {name}.").format(name=kind_word(names[grid.row]))
        write(self.funnel, tr("Saving"), lambda workspace: reorder_kinds(workspace, kinds=wanted), told)
        grid.put_cursor(grid.row + by)

    def action_back(self) -> None:
        """Back to the interactions."""
        self.dismiss(None)
