"""Lines of cells that scroll: what a page about one thing is made of. One line is drawn when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from funnel_tui.domain.shown import clean
from funnel_tui.language import tr
from funnel_tui.widgets.cells import cut, padded
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.unbroken import BLANKS

PaneLine = Sequence[Cell]
"""Cells side by side, without blanks between them."""


def wrapped(text: str, width: int) -> list[str]:
    """User text in lines of at most ``width`` cells, broken at blanks where there are any.

    Its own line ends are kept; whatever else could steer the terminal is made harmless.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in filter(None, BLANKS.split(clean(paragraph))):
            if line and cell_len(line) + 1 + cell_len(word) <= width:
                line += f" {word}"
                continue
            if line:
                lines.append(line)
            *whole, line = _chopped(word, width)
            lines += whole
        lines.append(line)
    return lines


def _chopped(word: str, width: int) -> list[str]:
    """A word that is too long, in pieces."""
    pieces, piece, taken = [], "", 0
    for char in word:
        size = cell_len(char)
        if piece and taken + size > max(1, width):
            pieces.append(piece)
            piece, taken = "", 0
        piece += char
        taken += size
    return [*pieces, piece]


LABEL_CELLS = 12


def label_cells(labels: Iterable[str]) -> int:
    """The room for labels with a blank behind the longest; a translated one may be a long word."""
    return max([LABEL_CELLS, *(cell_len(label) + 1 for label in labels)])


def said(
    label: str, text: str, width: int, *, look: str = "plain", label_width: int = LABEL_CELLS
) -> list[PaneLine]:
    """A label and what stands behind it, wrapped beside it."""
    lines = wrapped(text, max(8, width - label_width))
    return [
        (Cell(padded(label if not at else "", label_width), "muted"), Cell(line, look))
        for at, line in enumerate(lines)
    ]


def beside(left: Sequence[PaneLine], right: Sequence[PaneLine], width: int) -> Iterator[PaneLine]:
    """Two columns.

    :param width: of the left one, in cells.
    """
    for at in range(max(len(left), len(right))):
        line = list(left[at]) if at < len(left) else []
        taken = sum(cell_len(cell.text) for cell in line)
        if at < len(right):
            line += [Cell(" " * max(0, width - taken)), *right[at]]
        yield line


class Pane(Widget, can_focus=True):
    """A page of lines.

    :param when_moved: is called when it scrolls or its size changes; ``at_end`` says whether its last line is
        in view.
    """

    DEFAULT_CSS = """
    Pane { height: 1fr; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "pane--plain", "pane--strong", "pane--muted", "pane--dim", "pane--good", "pane--bad", "pane--warn",
        "pane--head", "pane--here",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll(1)", tr("down"), show=False, id="pane_down", tooltip=tr("A line on")),
        Binding("up,k", "scroll(-1)", tr("up"), show=False, id="pane_up", tooltip=tr("A line back")),
        Binding(
            "pagedown,space", "page(1)", tr("page down"), show=False, id="pane_on", tooltip=tr("A page on")
        ),
        Binding("pageup", "page(-1)", tr("page up"), show=False, id="pane_back", tooltip=tr("A page back")),
        Binding(
            "g,home", "top", tr("beginning"), show=False, id="pane_first", tooltip=tr("To the beginning")
        ),
        Binding("G,end", "bottom", tr("end"), show=False, id="pane_last", tooltip=tr("To the end")),
    ]

    def __init__(self, *, when_moved: Callable[[], None] | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._when_moved = when_moved
        self._build: Callable[[int], Sequence[PaneLine]] | None = None
        self._lines: Sequence[PaneLine] = ()
        self._built_for = 0
        self._top = 0

    def show(self, build: Callable[[int], Sequence[PaneLine]], *, keep: bool = False) -> None:
        """Show other lines.

        :param build: gives them for a width in cells.
        :param keep: whether it stays scrolled where it was.
        """
        self._build = build
        self._top = self._top if keep else 0
        self._fill()
        self.refresh()

    @property
    def at_end(self) -> bool:
        """Whether the last line is in view."""
        return self._top + self.size.height >= len(self._lines)

    @property
    def place(self) -> tuple[int, int, int]:
        """The first and the last line in view, from 1, and how many there are."""
        return self._top + 1, min(len(self._lines), self._top + self.size.height), len(self._lines)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        top = max(0, min(self._top + lines, len(self._lines) - self.size.height))
        if top != self._top:
            self._top = top
            self.refresh()
        self._tell()

    def reveal(self, look: str) -> None:
        """Scroll as far as it takes to see the first line that has a cell of a look, and the next one."""
        self._fill()
        found = (at for at, line in enumerate(self._lines) if any(cell.look == look for cell in line))
        at = next(found, self._top)
        first, height = self._top, max(1, self.size.height)
        if at < first:
            first = at
        elif at + 1 >= first + height:
            first = at + 2 - height
        self.action_scroll(first - self._top)

    def action_page(self, pages: int) -> None:
        """Scroll by what is in view."""
        self.action_scroll(pages * max(1, self.size.height - 2))

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self.action_scroll(-len(self._lines))

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.action_scroll(len(self._lines))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls too."""
        event.stop()
        self.action_scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls too."""
        event.stop()
        self.action_scroll(-3)

    def on_resize(self) -> None:
        """Wrap again."""
        if self._built_for != self.size.width:
            self._fill()
            self.refresh()
        self.action_scroll(0)

    def _fill(self) -> None:
        self._built_for = self.size.width
        if self._build is not None and self.size.width > 2:
            self._lines = self._build(self.size.width - 2)
            self._top = max(0, min(self._top, len(self._lines) - self.size.height))

    def _tell(self) -> None:
        if self._when_moved is not None:
            self._when_moved()

    def render_line(self, y: int) -> Strip:
        """One line, with a blank at either edge."""
        if self._built_for != self.size.width:
            self._fill()
        plain, room = self._style("plain"), self.size.width - 2
        segments = [Segment(" ", plain)]
        row = self._top + y
        for cell in self._lines[row] if row < len(self._lines) else ():
            text = cut(cell.text, room)
            segments.append(Segment(text, self._style(cell.look)))
            room -= cell_len(text)
        return Strip(segments).adjust_cell_length(self.size.width, plain).simplify()

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"pane--{look}")
