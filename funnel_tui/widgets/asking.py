"""One line at the foot of a screen: a question with a letter for each answer, or a field to type in.

A line costs a hundredth of what a dialog costs over ssh, and what the question is about stays in sight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.lines import Hint
from funnel_tui.widgets.text_field import TextField


class Answer(NamedTuple):
    """One of the answers to a question.

    :param key: the letter that gives it.
    :param words: what it means.
    :param value: what the asker gets.
    """

    key: str
    words: str
    value: str


class AskLine(Static, can_focus=True):
    """Asks in one line. It is not displayed while there is no question.

    Every key that is no answer, ``esc`` among them, leaves everything as it is.
    """

    DEFAULT_CSS = """
    AskLine { display: none; height: auto; max-height: 3; padding: 0 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"ask--key", "ask--words", "ask--question"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._answers: Sequence[Answer] = ()
        self._then: Callable[[str], object] | None = None
        self._before: Widget | None = None

    def ask(self, question: str, answers: Sequence[Answer], then: Callable[[str], object]) -> None:
        """Ask.

        :param question: plain text; may hold what users typed.
        :param then: is called with the value of the answer that was given.
        """
        self._answers, self._then = answers, then
        text = Text(clean(question), self.get_component_rich_style("ask--question"))
        width = text.cell_len
        for answer in answers:
            told = Text(answer.key, self.get_component_rich_style("ask--key"))
            told.append(f" {clean(answer.words)}", self.get_component_rich_style("ask--words"))
            width += told.cell_len + 2
            if width > self.screen.size.width - 2:  # an answer is never broken
                text.append("\n")
                width = told.cell_len
            else:
                text.append("  ")
            text.append(told)
        self.update(text)
        if self.screen.focused is not self:
            self._before = self.screen.focused
        self.display = True
        self.focus()

    async def on_key(self, event: events.Key) -> None:
        """Take an answer, or leave."""
        event.stop()
        event.prevent_default()
        given = next((one for one in self._answers if event.character == one.key), None)
        then = self._then
        self._give_back()
        if given is not None and then is not None:
            then(given.value)

    def _give_back(self) -> None:
        """Leave, and give the keys back to what had them before."""
        before, self._before = self._before, None
        if before is not None and before.is_attached and before.focusable:
            self.screen.set_focus(before, scroll_visible=False)
        else:
            self.close()
            self.screen.focus_next("Grid, Pane")

    def on_blur(self) -> None:
        """A question that is not looked at is not asked."""
        self.close()

    def close(self) -> None:
        """Ask nothing any more."""
        if self.display:
            self.display = False
            self._then = None


class FilterLine(TextField):
    """A field at the foot of a screen; a list grows shorter while one types.

    :param placeholder: what may be typed.
    :param label: stands before it, also while something is typed.
    :param saves: whether ``enter`` saves what is typed, and ``esc`` leaves everything as it was.
    """

    DEFAULT_CSS = """
    FilterLine { display: none; height: 1; border: none; }
    FilterLine:focus { border: none; text-style: none; }
    FilterLine.-textual-compact { padding: 0 1; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"filter--label"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "clear_filter", tr("clear"), id="clear_filter", tooltip=tr("Show everything again")
        ),
        Binding("down,up", "keep_filter", tr("keep"), id="keep_filter", tooltip=tr("Back to the list")),
    ]

    class Left(Message):
        """The user goes back to the list.

        :param keep: whether what was typed stays in effect.
        """

        def __init__(self, *, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    def __init__(
        self, placeholder: str, *, label: str = tr("Filter"), saves: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.placeholder = placeholder
        self._saves = saves
        self._label = f" {label}  "
        self.styles.padding = (0, 1, 0, cell_len(self._label))

    def begin(self, text: str) -> None:
        """Show the field and type into it.

        :param text: what it holds at first; the cursor stands behind it.
        """
        self.value = text
        self.cursor_position = len(text)
        self.display = True
        self.screen.set_focus(self, scroll_visible=False)

    def foot_hints(self) -> list[Hint]:
        """The keys that leave the field, for the foot of the screen."""
        if self._saves:
            return [Hint("enter", trc("key", "save")), Hint("esc", trc("key", "back"))]
        return [Hint("enter", tr("keep")), Hint("esc", tr("clear"))]

    def render_lines(self, crop: Region) -> list[Strip]:
        """The field, with its label in the room before it."""
        width = cell_len(self._label)
        style = self.get_component_rich_style("filter--label")
        label = Strip([Segment(self._label, style)], width).crop(crop.x, min(width, crop.right))
        return [
            Strip.join([label, strip.crop(max(0, width - crop.x))]) for strip in super().render_lines(crop)
        ]

    def action_clear_filter(self) -> None:
        """Empty the field and leave it."""
        self.post_message(self.Left(keep=False))

    def action_keep_filter(self) -> None:
        """Leave the field as it is."""
        self.post_message(self.Left(keep=True))

    async def action_submit(self) -> None:
        """``enter`` keeps the filter too."""
        self.post_message(self.Left(keep=True))
