"""Fields of a form. What is typed is shown literally, whatever it holds, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from funnel_tui.domain.shown import NO_VALUE, clean
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.lines import Line
from funnel_tui.widgets.text_field import TextField

__all__ = ["FieldRow", "NoteField", "Options", "TextField"]


class NoteField(TextArea):
    """A text of several lines. ``tab`` leaves it, and so do the arrows at its first and last line.

    :param value: what it begins with; user text.
    """

    DEFAULT_CSS = """
    NoteField { height: 3; padding: 0 2; background: $field-back; color: $foreground; }
    NoteField .text-area--cursor-line { background: $field-back; }
    NoteField:focus { text-style: bold; }
    """

    def __init__(self, value: str = "", *, id: str | None = None) -> None:
        super().__init__(value, id=id, compact=True, show_line_numbers=False, highlight_cursor_line=False)
        self.cursor_blink = False

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn."""
        parts = self.document.get_line(line_index).split("\t")
        return Text("\t".join(map(clean, parts)), end="", no_wrap=True)

    def action_cursor_down(self, select: bool = False) -> None:
        """The next line; after the last one the next field."""
        if not select and self.get_cursor_down_location()[0] == self.cursor_location[0] and self._is_at_end:
            raise SkipAction
        super().action_cursor_down(select)

    def action_cursor_up(self, select: bool = False) -> None:
        """The line before; above the first one the field before."""
        if not select and self.get_cursor_up_location() == (0, 0):
            raise SkipAction
        super().action_cursor_up(select)

    @property
    def _is_at_end(self) -> bool:
        return self.get_cursor_down_location() == self.document.end


def needed_label(label: str) -> str:
    """The label of a field that has to be filled in."""
    return f"{label} *"


class Options(Choice):
    """A choice of named things whose values may change while it is shown.

    :param named: number and name of each; the name is user text.
    :param number: which one to begin with; the first one where there is none such.
    """

    DEFAULT_CSS = """
    Options:focus { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    """

    def __init__(self, named: Sequence[tuple[int, str]], number: int = 0, *, id: str | None = None) -> None:
        self._numbers: list[int] = []
        super().__init__([NO_VALUE], id=id)
        self.offer_named(named, number)

    @property
    def number(self) -> int | None:
        """The number of the chosen one; None when there is nothing to choose."""
        return self._numbers[self.chosen] if self._numbers else None

    def offer_named(self, named: Sequence[tuple[int, str]], number: int = 0) -> None:
        """Offer other values."""
        self._numbers = [one for one, _ in named]
        self._options = [name for _, name in named] or [NO_VALUE]
        self._typed = self._missed = ""
        self.chosen = self._numbers.index(number) if number in self._numbers else 0
        self.refresh()

    def choose(self, number: int) -> None:
        """Choose by number; where there is none such, nothing happens."""
        if number in self._numbers:
            self._choose(self._numbers.index(number))


class FieldRow(Vertical):
    """A label, a field and, under it, what was understood or what is wrong.

    :param name: the name of the field.
    :param label: how people call it.
    :param field: the widget to type into.
    :param help: said under the field while there is nothing else to say; empty for no line.
    """

    DEFAULT_CSS = """
    FieldRow { height: auto; }
    FieldRow Horizontal { height: auto; max-width: 84; }
    FieldRow .label { width: 17; color: $muted; text-style: $muted-style; }
    FieldRow .label.-here { color: $accent; text-style: bold; }
    FieldRow .label.-wrong { color: $error; text-style: bold; }
    FieldRow TextField, FieldRow NoteField, FieldRow Choice, FieldRow .fixed { width: 1fr; }
    FieldRow .fixed { padding: 0 2; height: 1; }
    FieldRow .below {
        display: none; height: auto; max-width: 84; padding-left: 19;
        color: $muted; text-style: $muted-style;
    }
    FieldRow .below.-shown { display: block; }
    FieldRow .below.-warn { color: $warning; text-style: none; }
    FieldRow .below.-wrong { color: $error; text-style: bold; }
    """
    LOOKS: ClassVar[tuple[str, ...]] = ("-warn", "-wrong")

    def __init__(
        self, name: str, label: str, field: Widget, *, help: str = "", extra: Sequence[Widget] = ()
    ) -> None:
        super().__init__(id=f"row-{name}")
        self.label, self.field, self._help, self.extra = label, field, help, extra
        self._marked = Line(label, classes="label")
        self._below = Static(Text(clean(help)), classes="below -shown" if help else "below", markup=False)
        self.named = name
        self.said = help
        self.is_refused = False
        self._held = self.content

    def compose(self) -> ComposeResult:
        """Label and field side by side, the words below."""
        with Horizontal():
            yield self._marked
            yield self.field
        yield from self.extra
        yield self._below

    def on_mount(self) -> None:
        """The first field has the focus before the row can be told of it."""
        self.call_later(lambda: self._marked.set_class(self.field.has_focus, "-here"))

    def on_descendant_focus(self) -> None:
        """Show where the user is."""
        self._marked.add_class("-here")

    def on_descendant_blur(self) -> None:
        """The user is somewhere else."""
        self._marked.remove_class("-here")

    @property
    def content(self) -> str:
        """What the field holds, as text."""
        match self.field:
            case Input():
                return self.field.value
            case TextArea():
                return self.field.text
            case Choice():
                return self.field.value
        return ""

    def has_changed(self) -> bool:
        """Whether the field holds something else than when this was last asked.

        Textual tells of a change also when a field is first shown.
        """
        before, self._held = self._held, self.content
        return before != self._held

    def mark(self, needed: bool) -> None:
        """Show by a star that the field has to be filled in."""
        self._marked.say(needed_label(self.label) if needed else self.label)

    def help(self, words: str) -> None:
        """Say something else while there is nothing to say."""
        if self.said == self._help:
            self._say(words, "")
        self._help = words

    def say(self, words: str = "", look: str = "") -> None:
        """Say what was understood; what was wrong is forgotten.

        :param words: may hold user text; empty for the help.
        :param look: ``-warn`` or nothing.
        """
        self._set_refused(False)
        self._say(words or self._help, look)

    def refuse(self, words: str) -> None:
        """Say what is wrong with the field."""
        self._set_refused(True)
        self._say(words, "-wrong")

    def _set_refused(self, refused: bool) -> None:
        self.is_refused = refused
        self._marked.set_class(refused, "-wrong")

    def _say(self, words: str, look: str) -> None:
        if words != self.said:
            self.said = words
            self._below.update(Text(clean(words)))
        self._below.set_class(bool(words), "-shown")
        for known in self.LOOKS:
            self._below.set_class(known == look, known)
