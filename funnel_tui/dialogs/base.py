"""A question that fills the screen. It returns an answer and never saves.

An opaque screen costs less over a line than one that lets the screen below shine through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ScreenResultType

from funnel_tui.language import tr, trc
from funnel_tui.widgets.frames import FrameScreen
from funnel_tui.widgets.lines import Hint, HintLine, Line


class Dialog(FrameScreen[ScreenResultType | None]):
    """A screen with a heading, a middle and key hints. ``esc`` gives None.

    A subclass yields its middle in :meth:`compose_middle`.
    """

    DEFAULT_CSS = """
    Dialog { background: $background; }
    Dialog #heading { background: $bar-back; color: $bar-text; text-style: bold; padding: 0 1; }
    Dialog #middle { padding: 1 2; height: 1fr; }
    Dialog HintLine { background: $bar-back; }
    """
    HEADING: ClassVar[str] = ""
    HINTS: ClassVar[tuple[Hint, ...]] = ()
    LABEL_CELLS: ClassVar[int] = 0
    """The room for labels in a form; 0 where there are none."""
    HELP_KEY: ClassVar[int] = -1
    """Which of the keys that list all keys is hinted: the last, as the first is a letter, which may be wanted
    in a field."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "back", trc("key", "back"), id="back", tooltip=tr("Leave without changing anything")
        ),
    ]

    @property
    def heading(self) -> str:
        """The first line; plain text."""
        return self.HEADING

    def compose(self) -> ComposeResult:
        """The frame around :meth:`compose_middle`."""
        yield Line(self.heading, id="heading")
        with Vertical(id="middle"):
            yield from self.compose_middle()
        yield HintLine(id="hints")

    def compose_middle(self) -> ComposeResult:
        """The widgets between heading and hints."""
        yield from ()

    def on_mount(self) -> None:
        """Tell the hints."""
        self.hold_frame()
        self.tell_hints()
        self.fit_labels()

    def tell_hints(self) -> None:
        """Show the hints, and how to see all keys where there is room."""
        hints, last = self.hints()
        help_keys = [one.binding for one in self.active_bindings.values() if one.binding.id == "help"]
        if help_keys:
            key = self.app.get_key_display(help_keys[self.HELP_KEY])
            hints = [*hints, Hint(key, tr("keys"))]
        self.query_one(HintLine).say(hints, last)

    def fit_labels(self) -> None:
        """Give all labels the room of the longest: one in another language may be longer than the English."""
        labels = list(self.query(".label").results(Line))
        texts = [text.removesuffix(" *") for label in labels for text in label.texts]
        cells = max(map(cell_len, texts), default=0) + 2  # a blank, and a star or another blank
        if 0 < self.LABEL_CELLS < cells:
            self.indent(cells)

    def indent(self, cells: int) -> None:
        """Begin fields, and what stands under them, further to the right.

        :param cells: the room for labels.
        """
        for label in self.query(".label"):
            label.styles.width = cells
        for below in self.query(".below"):
            if below.id != "general":
                below.styles.padding = (0, 0, 0, cells + 2)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """The keys worth a hint, and the one at the right edge."""
        return self.HINTS, Hint("esc", trc("key", "back"))

    def action_back(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
