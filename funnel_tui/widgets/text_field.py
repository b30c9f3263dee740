"""A field for one line of text. What is typed is shown literally, whatever it holds."""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.strip import Strip
from textual.widgets import Input

from funnel_tui.domain.shown import clean

_BREAKS = re.compile(r"\r\n|[\r\n\t]")


class TextField(Input):
    """A text of one line.

    :param value: what it begins with; user text.
    :param select: whether typing into the field begins anew; for short values such as dates.
    """

    DEFAULT_CSS = """
    TextField.-textual-compact { background: $field-back; padding: 0 2; }
    TextField.-textual-compact:focus {
        background: $field-back; background-tint: $foreground 0%; text-style: bold;
    }
    """

    def __init__(self, value: str = "", *, id: str | None = None, select: bool = False) -> None:
        super().__init__(value, id=id, compact=True, select_on_focus=select)
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        """What is drawn: control characters would reach the terminal."""
        return Text(clean(self.value), no_wrap=True, overflow="ignore", end="")

    def render_line(self, y: int) -> Strip:
        """The text; in a theme without a colour for fields, dots show where an empty one is."""
        if y == 0 and not self.value and not self.has_focus and self.app.current_theme.ansi:
            width = self.scrollable_content_region.width
            dots = "·" * min(24, width)
            style = self.rich_style + Style(dim=True)
            return Strip([Segment(dots.ljust(width), style)], width)
        return super().render_line(y)

    def _position_to_cell(self, position: int) -> int:
        return cell_len(clean(self.value[:position]))

    def _on_paste(self, event: events.Paste) -> None:
        """Take all of it: Textual would drop what follows the first line break."""
        event.stop()
        event.prevent_default()
        if event.text:
            start, end = sorted(self.selection)
            self.replace(_BREAKS.sub(" ", event.text.strip("\r\n")), start, end)
