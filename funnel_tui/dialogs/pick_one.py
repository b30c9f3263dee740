"""One of many by name: type to narrow the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from funnel_tui.dialogs.base import Dialog
from funnel_tui.dialogs.chooser import nothing_words
from funnel_tui.language import tr, trc
from funnel_tui.widgets.bindings import by_one, by_page
from funnel_tui.widgets.grid import Cell, Grid, GridColumn
from funnel_tui.widgets.lines import Hint, Line
from funnel_tui.widgets.text_field import TextField


class Offer(NamedTuple):
    """Something to pick.

    :param value: what the dialog returns for it.
    :param name: what it is called; user text.
    :param about: what is known of it; user text.
    """

    value: str
    name: str
    about: str = ""


class OfferRows:
    """Offers as rows of a table."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        self.offers = offers

    def __len__(self) -> int:
        return len(self.offers)

    def cells(self, row: int) -> Sequence[Cell]:
        """The name, and what is known of it."""
        return Cell(self.offers[row].name), Cell(self.offers[row].about, "muted")


def narrowed(offers: Sequence[Offer], typed: str) -> list[Offer]:
    """The offers that hold every word typed, ``_`` and ``/`` as blanks; those that begin so first."""
    words = _plain(typed).split()
    found = [one for one in offers if all(word in _plain(f"{one.name} {one.about}") for word in words)]
    start = _plain(typed).strip()
    return sorted(
        found, key=lambda one: start not in (_plain(one.name)[: len(start)], _last(one.name, start))
    )


def _plain(text: str) -> str:
    return text.casefold().replace("_", " ").replace("/", " ")


def _last(name: str, start: str) -> str:
    """The beginning of the last part of a name: of ``Oslo`` in ``Europe/Oslo``."""
    return _plain(name.rpartition("/")[2])[: len(start)]


class PickOne(Dialog[str]):
    """Type to narrow the list, arrows to move, ``enter`` to pick. The answer is the value of the offer.

    :param heading: the first line.
    :param titles: the headings of the two columns.
    :param offers: what there is.
    :param chosen: the value to begin with.
    :param free: makes an offer of what is typed, for the end of the list; None where only what there is can
        be picked.
    :param typed: what the field holds at first.
    """

    DEFAULT_CSS = """
    PickOne TextField { margin-bottom: 1; }
    PickOne #none { display: none; }
    """
    AUTO_FOCUS = "TextField"
    HINTS = (Hint("↑↓", trc("key", "move")), Hint("enter", tr("pick")))
    BINDINGS: ClassVar[list[BindingType]] = [
        *by_one(tr("The next one"), tr("The one before"), letters=False),
        *by_page(),
    ]

    def __init__(
        self,
        heading: str,
        titles: tuple[str, str],
        offers: Sequence[Offer],
        chosen: str = "",
        *,
        free: Callable[[str], Offer] | None = None,
        typed: str = "",
    ) -> None:
        super().__init__()
        self._heading, self._titles, self._offers = heading, titles, offers
        self._first, self._free, self._typed = chosen, free, typed
        self._left: list[Offer] = []

    @property
    def heading(self) -> str:
        """The first line."""
        return self._heading

    def compose_middle(self) -> ComposeResult:
        """The field to type in, the list."""
        field = TextField(self._typed)
        field.placeholder = tr("type to narrow the list")
        yield field
        yield Line(id="none")
        grid = Grid(by_cell=False, id="offers")
        grid.can_focus = False
        yield grid

    def on_mount(self) -> None:
        """Show all, with the cursor on the present one."""
        self._show(self._typed)
        at = next((row for row, one in enumerate(self._left) if one.value == self._first), 0)
        self.query_one("#offers", Grid).put_cursor(at)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        if event.value == self._typed:
            return  # Textual tells of the first value too
        self._typed = event.value
        self._show(event.value)
        self.query_one("#offers", Grid).put_cursor(0)

    @on(Input.Submitted)
    def _chosen(self) -> None:
        row = self.query_one("#offers", Grid).row
        if row < len(self._left):
            self.dismiss(self._left[row].value)

    def action_move(self, rows: int) -> None:
        """Move in the list while the field keeps the focus."""
        self.query_one("#offers", Grid).action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move a page in the list while the field keeps the focus."""
        self.query_one("#offers", Grid).action_page(pages)

    def _show(self, typed: str) -> None:
        self._left = narrowed(self._offers, typed)
        if self._free is not None and typed.strip():
            self._left.append(self._free(typed.strip()))
        none = self.query_one("#none", Line)
        none.display = not self._left and bool(typed)
        none.say(nothing_words(typed) if none.display else "")
        widest = max((cell_len(one.name) for one in self._offers), default=0)
        columns = [
            GridColumn("name", self._titles[0], max(12, min(40, widest)), least=12, right=False),
            GridColumn("about", self._titles[1], 60, least=12, right=False, rank=1, stretch=True),
        ]
        self.query_one("#offers", Grid).show(columns, OfferRows(self._left))
