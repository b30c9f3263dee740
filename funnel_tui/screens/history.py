"""The history of changes: everything, or what was done to one deal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.dialogs.history_filter import KIND_WORDS, HistoryFilterDialog
from funnel_tui.domain.change_history import GroupTurns, HistoryFilter, HistoryGroup, HistoryPage
from funnel_tui.domain.shown import count_text
from funnel_tui.language import tr, trc
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.history_words import (
    COLUMNS,
    HistoryRows,
    Inside,
    full_lines,
    inside_lines,
    when_text,
)
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.change_history import list_history, read_turns
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.named_keys import with_keys

FIRST, NEXT, OPEN, READ = "first", "next", "open", "read"
PAGE = 100
MOST_TO_READ = 2_000
"""Rows of one change that are listed when it is read in full."""


def turn_group(workspace: Workspace, group_id: int, *, back: bool) -> Told:
    """Undo a change, or bring one back that was undone."""
    # Undo loads SQLAlchemy, which the first frame must not wait for.
    from funnel_tui.services import history

    turned = (history.undo if back else history.redo)(workspace, group_id=group_id)
    words = tr("Undid: {summary}") if back else tr("Redid: {summary}")
    return Told(words.format(summary=turned.summary))


class HistoryScreen(FunnelScreen[None]):
    """Every change, newest first. ``esc`` goes back."""

    HAS_PERIOD = False
    NOW_ONLY = tr(
        "The history tells every change up to now, whatever day is looked at. {time_machine} "
        "and now bring you back."
    )
    HINTS = (
        ("choose", tr("details")),
        ("history_open", tr("open/close")),
        ("history_undo", tr("undo this")),
        ("history_redo", tr("redo this")),
        ("history_filter", trc("key", "filter")),
        ("back", trc("key", "back")),
    )
    ON_ROW = frozenset({"choose", "history_open", "history_undo", "history_redo"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "open", tr("open/close"), id="history_open", tooltip=tr("Show what it did in the list")
        ),
        Binding(
            "u", "turn(True)", tr("undo this"), id="history_undo", tooltip=tr("Take back this very change")
        ),
        Binding(
            "ctrl+r", "turn(False)", tr("redo this"), id="history_redo", tooltip=tr("Bring it back if undone")
        ),
        Binding(
            "F",
            "filter",
            trc("key", "filter"),
            id="history_filter",
            tooltip=tr("Only some people, things or words"),
        ),
        Binding("escape", "back", trc("key", "back"), id="back", tooltip=tr("Show all again, else go back")),
    ]

    def __init__(self, deal_id: int | None = None) -> None:
        super().__init__()
        self._deal_id = deal_id
        self._wanted = HistoryFilter()
        self._groups: list[HistoryGroup] = []
        self._opened: dict[int, Sequence[Inside]] = {}
        self._actors: Sequence[str] = ()
        self._about = ""
        self._has_more = False
        self._asked_from: int | None = None
        self._rows: HistoryRows | None = None

    def compose_middle(self) -> ComposeResult:
        """Title, where the cursor is, the list."""
        yield Line(id="title")
        yield Line(id="where")
        yield Grid(by_cell=False, when_moved=self._tell_where, id="changes")

    async def on_mount(self) -> None:
        """Read the first page for the first frame."""
        await self.read_first(FIRST, self._reading())

    def reload(self) -> None:
        """Read again what was read so far, up to a page past the cursor."""
        self.read(FIRST, self._reading())

    def _reading(self) -> partial[HistoryPage]:
        group = self._group
        numbers = [one.id for one in self._groups]
        at = numbers.index(group.id) if group is not None and group.id in numbers else 0
        return partial(list_history, wanted=self._wanted, deal_id=self._deal_id, limit=at + PAGE)

    def show_found(self, group: str, found: Any) -> None:
        """Show the first page, a further one, or what a change did."""
        if group == FIRST:
            self._show_first(found)
        elif group == NEXT:
            self._asked_from = None
            self._groups += found.groups
            self._has_more = found.has_more
            self._fill()
        elif group == OPEN:
            self._opened[found.group_id] = inside_lines(found)
            self._fill()
        else:
            self._read_in_full(found)

    def _show_first(self, page: HistoryPage) -> None:
        self._groups, self._has_more = list(page.groups), page.has_more
        self._actors, self._about, self._asked_from = page.actors, page.about, None
        self.query_one("#title", Line).say(self._title())
        self._fill()

    def _title(self) -> str:
        if self._deal_id is None:
            words = tr("History of all changes")
        else:
            words = tr("History of deal {title}").format(title=self._about)
        wanted = self._wanted
        parts = [
            KIND_WORDS[wanted.kind] if wanted.kind else "",
            tr("by {actor}").format(actor=wanted.actor) if wanted.actor else "",
            wanted.text and tr("with “{text}”").format(text=wanted.text),
        ]
        return " · ".join([words, *(part for part in parts if part)])

    def _fill(self) -> None:
        """Show the list; the cursor stays on the change it was on."""
        before = self._group
        if self._rows is None:
            self._rows = HistoryRows(self._zone, self.funnel.workspace.clock(), self._want_more)
        inside = self.query_one(Grid).row - ((self._rows.row_of(before.id) or 0) if before else 0)
        self._rows.fill(self._groups, self._opened, has_more=self._has_more)
        grid = self.query_one(Grid)
        row = self._rows.row_of(before.id) if before else None
        grid.show(COLUMNS, self._rows)
        if row is not None and before is not None:
            grid.put_cursor(row + min(inside, len(self._opened.get(before.id, ()))))
        self._tell_where()

    def _want_more(self) -> None:
        """The end of what was read is in view."""
        if not self._groups or self._asked_from == self._groups[-1].id:
            return
        self._asked_from = self._groups[-1].id
        reading = partial(
            list_history, wanted=self._wanted, deal_id=self._deal_id, before_id=self._asked_from, limit=PAGE
        )
        self.call_later(self.read, NEXT, reading)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.funnel.settings.time_zone)

    @property
    def _group(self) -> HistoryGroup | None:
        """The change under the cursor."""
        return None if self._rows is None else self._rows.group_at(self.query_one(Grid).row)

    @property
    def has_row(self) -> bool:
        """Whether there is a change to act on."""
        return bool(self._groups)

    @property
    def _nothing(self) -> str:
        """Why the list is empty, and what to do."""
        if self._wanted.is_narrow:
            return tr("Nothing like this was changed. {history_filter} changes the filter, esc shows all.")
        return tr(
            "Nothing was changed yet: {new_deal} makes a deal, {import_file} imports a file, "
            "{pipelines} sets up a pipeline."
        )

    def _tell_where(self) -> None:
        group = self._group
        if not self._groups:
            words = with_keys(self._nothing)
        elif group is None:
            words = tr("Reading on …")
        else:
            at = self._groups.index(group) + 1
            words = tr("{row} of {count} and more") if self._has_more else tr("{row} of {count}")
            words = words.format(row=count_text(at), count=count_text(len(self._groups)))
            if group.undone:
                words = " · ".join([words, with_keys(tr("undone; {history_redo} brings it back"))])
        self.query_one("#where", Line).say(words)

    # Keys

    def action_open(self) -> None:
        """Open what is under the cursor, or close it."""
        group = self._group
        if group is None:
            return
        if group.id in self._opened:
            del self._opened[group.id]
            row = self._rows.row_of(group.id) if self._rows else None
            self.query_one(Grid).put_cursor(row or 0)
            self._fill()
        else:
            self.read(OPEN, partial(read_turns, group_id=group.id))

    @on(Grid.Chosen)
    def _details(self) -> None:
        group = self._group
        if group is not None:
            self.read(READ, partial(read_turns, group_id=group.id, limit=MOST_TO_READ))

    def _read_in_full(self, turns: GroupTurns) -> None:
        from funnel_tui.dialogs.turns import TurnsDialog

        group = next((one for one in self._groups if one.id == turns.group_id), None)
        if group is None:
            return
        lines = [
            tr("{when} by {actor}").format(when=when_text(group.at, self._zone), actor=group.actor),
            "",
            *full_lines(turns),
        ]
        self.app.push_screen(TurnsDialog(group.summary, lines))

    def action_filter(self) -> None:
        """Only some people, things or words."""
        self.app.push_screen(HistoryFilterDialog(self._wanted, self._actors), self._narrow)

    def _narrow(self, wanted: HistoryFilter | None) -> None:
        if wanted is not None and wanted != self._wanted:
            self._wanted = wanted
            self.reload()

    def action_turn(self, back: bool) -> None:
        """Ask, then take back the change under the cursor or bring it back."""
        group = self._group
        if group is None:
            return
        question = tr("Undo “{summary}”?") if back else tr("Redo “{summary}”?")
        consequence = tr(
            "{actor} did it {when}. It is refused where later changes stand on it. "
            "This becomes a change of its own in the history."
        )
        dialog = ConfirmDialog(
            question.format(summary=group.summary),
            consequence.format(actor=group.actor, when=when_text(group.at, self._zone)),
            yes=tr("undo it") if back else tr("redo it"),
        )

        def answered(yes: bool | None) -> None:
            if yes:
                words = tr("Undoing “{summary}”") if back else tr("Redoing “{summary}”")
                turn = partial(turn_group, group_id=group.id, back=back)
                writing_of(self.funnel).write(Change(words.format(summary=group.summary), turn))

        self.app.push_screen(dialog, answered)

    def action_back(self) -> None:
        """Show all again, else go back."""
        if self._wanted.is_narrow:
            self._narrow(HistoryFilter())
        else:
            self.dismiss(None)


class DealHistoryScreen(HistoryScreen):
    """What was done to one deal and to what belongs to it, newest first.

    :param deal_id: its number.
    """

    def __init__(self, deal_id: int) -> None:
        super().__init__(deal_id)
