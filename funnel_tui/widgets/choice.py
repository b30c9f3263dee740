"""A field of a form with one of several values, on one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from funnel_tui.language import tr
from funnel_tui.widgets.cells import cut

_MOVING = frozenset("hjkl")
"""Letters that move the cursor in lists: pressed here, they are a slip and no wish for another value."""
MOST_MISSED = 20
"""So many cells of a text that begins no value are shown."""


class Choice(Widget, can_focus=True):
    """One of several values: arrows step through them, typing the beginning of one goes to it.

    :param options: the values; user text among them is never markup.
    :param chosen: which one to begin with.
    :param shown: what stands on the screen for a value, where that is not the value itself.
    """

    DEFAULT_CSS = """
    Choice { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right,space", "step(1)", tr("next"), show=False, id="choice_next", tooltip=tr("The next value")
        ),
        Binding(
            "left",
            "step(-1)",
            tr("previous"),
            show=False,
            id="choice_previous",
            tooltip=tr("The value before"),
        ),
        Binding("backspace", "forget", tr("clear"), show=False, id="choice_clear", tooltip=tr("Type anew")),
    ]

    @dataclass
    class Changed(Message):
        """Another value was chosen."""

        choice: Choice

        @property
        def control(self) -> Choice:
            """The field."""
            return self.choice

    def __init__(
        self,
        options: Sequence[str],
        chosen: int = 0,
        *,
        shown: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._options = list(options)
        self._shown = shown or {}
        self._typed = ""
        self._missed = ""
        self.chosen = max(0, min(chosen, len(options) - 1))

    @property
    def value(self) -> str:
        """The chosen value."""
        return self._options[self.chosen]

    def offer(self, options: Sequence[str]) -> None:
        """Take other values, and begin with the first one; nobody is told."""
        self._options, self.chosen, self._typed, self._missed = list(options), 0, "", ""
        self.refresh()

    def action_step(self, by: int) -> None:
        """Choose a neighbour; after the last comes the first."""
        self._typed = self._missed = ""
        self._choose((self.chosen + by) % len(self._options))

    def action_forget(self) -> None:
        """Begin to type anew."""
        self._typed = self._missed = ""
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Typed letters go to the first value that begins with them; anything else changes nothing.

        A text meant for another field must not change this one: no value is found by its middle, the letters
        that move elsewhere in the program go nowhere alone, and after a letter that begins nothing the others
        are only shown, so that whoever types sees where the text went.
        """
        char = event.character
        if char is None or not char.isprintable() or (char == " " and not self._typed):
            return
        event.stop()
        event.prevent_default()
        for typed in () if self._missed else (self._typed + char, char):
            found = self._find(typed.casefold())
            if found is not None:
                self._typed = typed
                # "k" alone is a slip, "ka" is a name.
                if not _MOVING.issuperset(typed.casefold()):
                    self._choose(found)
                return
        self._missed = (self._missed or self._typed) + char
        self.refresh()

    def on_blur(self) -> None:
        """Leaving the field forgets what was typed."""
        self._typed = self._missed = ""

    def render(self) -> Text:
        """The value between the arrows that change it."""
        many = len(self._options) > 1
        text = cut(self._shown.get(self.value, self.value), self.size.width - 6)
        count = f"  {self.chosen + 1}/{len(self._options)}" if many and self.has_focus else ""
        arrows = f"‹ {text} ›{count}" if many else f"  {text}"
        if self._missed:
            # Translators: no value of a field begins with what was typed.
            words = tr("nothing begins with “{typed}”").format(typed=cut(self._missed, MOST_MISSED))
            arrows += f"  {words}"
        return Text(arrows, no_wrap=True, overflow="ellipsis")

    def _choose(self, at: int) -> None:
        if at != self.chosen:
            self.chosen = at
            self.post_message(self.Changed(self))
        self.refresh()

    def _find(self, typed: str) -> int | None:
        names = [self._shown.get(option, option).casefold() for option in self._options]
        return next((at for at, name in enumerate(names) if name.startswith(typed)), None)
