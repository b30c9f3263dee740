"""Everything that one change did, to be read in full."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.lines import Hint


class TurnsDialog(Dialog[None]):
    """A text that is scrolled; nothing of it is cut.

    :param heading: what was done; user text.
    :param lines: what it did, one line per field.
    """

    DEFAULT_CSS = """
    TurnsDialog VerticalScroll { height: 1fr; scrollbar-size: 0 0; }
    TurnsDialog #turns { height: auto; }
    """
    AUTO_FOCUS = "VerticalScroll"
    HINTS = (Hint("↑↓", tr("scroll")),)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll(1)", tr("down"), show=False, id="down", tooltip=tr("A line on")),
        Binding("up,k", "scroll(-1)", tr("up"), show=False, id="up", tooltip=tr("A line back")),
        Binding(
            "pagedown,space", "page(1)", tr("page down"), show=False, id="page_down", tooltip=tr("A page on")
        ),
        Binding("pageup", "page(-1)", tr("page up"), show=False, id="page_up", tooltip=tr("A page back")),
        Binding("enter", "back", trc("key", "back"), show=False, id="close", tooltip=tr("Back to the list")),
    ]

    def __init__(self, heading: str, lines: list[str]) -> None:
        super().__init__()
        self._heading, self._lines = heading, lines

    @property
    def heading(self) -> str:
        """The first line."""
        return self._heading

    def compose_middle(self) -> ComposeResult:
        """The text, wrapped."""
        with VerticalScroll():
            yield Static(Text("\n".join(clean(line) for line in self._lines)), id="turns", markup=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by what fits on the screen."""
        box = self.query_one(VerticalScroll)
        box.scroll_relative(y=pages * max(1, box.size.height - 1), animate=False)
