"""Find deals, organisations and people by name, from anywhere, as one types."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input

from funnel_tui.domain.finding import FindKind, Found
from funnel_tui.language import tr, trc
from funnel_tui.screens import delays
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.services.finding import find, warm_up
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.bindings import by_one, by_page
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.text_field import TextField

FOUND = "found"
MOST = 60

_WORDS = {FindKind.DEAL: tr("deal"), FindKind.ORGANISATION: tr("organisation"), FindKind.PERSON: tr("person")}
_COLUMNS = (
    GridColumn("kind", tr("Kind"), 12, right=False),
    GridColumn("title", tr("Name"), 40, least=24, right=False),
    GridColumn("about", "", 60, least=16, right=False, rank=1, stretch=True),
)


class Finding(NamedTuple):
    """What was found for a text."""

    text: str
    found: Sequence[Found]


def look_for(workspace: Workspace, text: str) -> Finding:
    """Find what a text may mean."""
    return Finding(text, find(workspace, text, MOST))


class FoundRows:
    """What was found as rows of a table."""

    def __init__(self, found: Sequence[Found]) -> None:
        self.found = found

    def __len__(self) -> int:
        return len(self.found)

    def cells(self, row: int) -> Sequence[Cell]:
        """Kind, name, and what tells it from others of the same name."""
        found = self.found[row]
        return Cell(_WORDS[found.kind], "muted"), Cell(found.title), Cell(found.subtitle, "muted")


class FindScreen(FunnelScreen[Found]):
    """Type to find, arrows to move, ``enter`` to open. The answer is what was chosen."""

    AUTO_FOCUS = "#text"
    HINTS = (("down up", trc("key", "move")), ("open", trc("key", "open")), ("back", trc("key", "back")))
    ON_ROW = frozenset({"down", "up", "open"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "back", trc("key", "back"), id="back", tooltip=tr("Leave without opening anything")
        ),
        Binding(
            "enter",
            "open",
            trc("key", "open"),
            id="open",
            priority=True,
            tooltip=tr("Open what is under the cursor"),
        ),
        *by_one(tr("The next one"), tr("The one before"), letters=False),
        *by_page(),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows = FoundRows(())
        self._told: Finding | None = None
        self._typing: Timer | None = None

    def compose_middle(self) -> ComposeResult:
        """The field, what was found, and how much that is."""
        field = TextField(id="text")
        field.placeholder = tr("part of a name, also with a typing error")
        yield field
        yield Line(id="count")
        grid = Grid(by_cell=False, id="found")
        grid.can_focus = False
        yield grid

    def on_mount(self) -> None:
        """Read the names while the first letter is typed."""
        warm_up(self.funnel.workspace)
        self.query_one(Grid).show(_COLUMNS, self._rows)
        self.query_one("#count", Line).say(self._count_words(Finding("", ())))
        self.hold_frame(lambda: None)

    @property
    def has_row(self) -> bool:
        """Whether something was found."""
        return bool(self._rows.found)

    def reload(self) -> None:
        """Look again."""
        text = self.query_one("#text", Input).value
        if text.strip():
            self.read(FOUND, partial(look_for, text=text))
        else:
            self.show_found(FOUND, Finding("", ()))

    @on(Input.Changed)
    def _look_soon(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(delays.FINDING_SECONDS, self.reload)

    def show_found(self, group: str, found: Any) -> None:  # noqa: ARG002
        """Show what was found; the cursor stays on what it was on when the text is the same."""
        grid = self.query_one(Grid)
        row = 0
        if self._told is not None and self._told.text == found.text and grid.row < len(self._rows):
            here = self._rows.found[grid.row]
            row = next((at for at, one in enumerate(found.found) if _same(one, here)), 0)
        self._told, self._rows = found, FoundRows(found.found)
        grid.show(_COLUMNS, self._rows)
        grid.put_cursor(row)
        self.query_one("#count", Line).say(self._count_words(found))

    def _count_words(self, found: Finding) -> str:
        """How much was found. It is found by names of now, also while the past is looked at."""
        words = self._plain_words(found)
        if not self.funnel.is_past:
            return words
        # Translators: how many were found stands before it; the past is looked at meanwhile.
        return tr("{found} · as they are now, not then").format(found=words.rstrip("."))

    def _plain_words(self, found: Finding) -> str:
        count = len(found.found)
        if not found.text.strip():
            return tr("Finds deals, organisations and people.")
        if not count:
            words = tr(
                "Nothing is called anything like “{text}”. esc goes back; {new_deal} there makes a deal."
            )
            return with_keys(words, text=found.text.strip())
        return (tr("{n} at least found") if count == MOST else tr("{n} found")).format(n=count)

    def action_move(self, rows: int) -> None:
        """Move in the list while the field keeps the focus."""
        self.query_one(Grid).action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move a page in the list while the field keeps the focus."""
        self.query_one(Grid).action_page(pages)

    def action_open(self) -> None:
        """Answer with what is under the cursor."""
        row = self.query_one(Grid).row
        if row < len(self._rows):
            self.dismiss(self._rows.found[row])

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)


def _same(one: Found, other: Found) -> bool:
    return (one.kind, one.id) == (other.kind, other.id)
