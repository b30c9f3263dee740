"""A form of a few fields, one per line, with what is wrong written under the field.

It gives an answer and never saves. A screen that could not save the answer opens the form again with what
was typed and with the reason under its field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.shown import clean
from funnel_tui.formats import localised
from funnel_tui.language import tr, trc
from funnel_tui.widgets.bindings import FIELDS
from funnel_tui.widgets.choice import Choice
from funnel_tui.widgets.lines import Hint, Line

Answer = TypeVar("Answer")

_PERCENT = re.compile(r"(\d{1,6})(?:[.,](\d{1,4}))?\s*%?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def percent_bp(text: str) -> int | None:
    """A percentage as people type it (``40``, ``12.5 %``, ``12,5``) in hundredths of a percent.

    :returns: None for anything else; rounded half up. It may lie beyond 100 %.
    """
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        return None
    exact = Decimal(f"{found[1]}.{found[2] or 0}") * 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def bp_text(points: int) -> str:
    """Hundredths of a percent as one would type them: ``40``, ``12.5``."""
    text = f"{Decimal(points) / 100:f}".rstrip("0").rstrip(".") if points % 100 else str(points // 100)
    return localised(text)


def whole_number(text: str) -> int | None:
    """A whole number as people type it, or None."""
    found = _WHOLE.fullmatch(text.strip())
    return None if found is None else int(found[0])


class Tick(Choice):
    """Yes or no before a text: ``[x] amount``. ``space`` and the arrows change it.

    :param text: what is ticked.
    """

    def __init__(self, text: str, ticked: bool, *, id: str) -> None:
        super().__init__([tr("no"), tr("yes")], int(ticked), id=id)
        self._text = text

    @property
    def ticked(self) -> bool:
        """Whether it says yes."""
        return self.chosen == 1

    def render(self) -> Text:
        """The mark and the text."""
        return Text(f"[{'x' if self.ticked else ' '}] {self._text}", no_wrap=True, overflow="ellipsis")


class Below(Static):
    """What stands under a field: help, or what is wrong. A long text goes on in the next line.

    :param words: plain text; may hold user text.
    """

    DEFAULT_CSS = """
    Below { height: auto; min-height: 1; max-width: 84; }
    """

    def __init__(self, words: str, *, id: str) -> None:
        super().__init__(clean(words), id=id, classes="below", markup=False)

    def say(self, *texts: str) -> None:
        """Say something else, each text on a line of its own."""
        self.update("\n".join(map(clean, texts)))


class SetupForm(Dialog[Answer]):
    """A form. A subclass yields its rows in :meth:`compose_middle` and reads them in :meth:`answer`.

    :param heading: the first line; plain text.
    :param wrong: messages by field, from somebody who could not accept an earlier answer.
    """

    DEFAULT_CSS = """
    SetupForm Horizontal { height: 1; max-width: 76; }
    SetupForm .label { width: 20; color: $muted; text-style: $muted-style; }
    SetupForm Choice { width: 1fr; }
    SetupForm Choice:focus { color: $cursor-text; background: $cursor-back; text-style: $cursor-style; }
    SetupForm Input { background: $field-back; width: 1fr; padding: 0 2; }
    SetupForm Input:focus { background: $field-back; text-style: bold; }
    SetupForm .below { padding-left: 22; color: $muted; text-style: $muted-style; }
    SetupForm .below.-wrong { color: $error; text-style: bold; }
    SetupForm #general { padding-left: 0; min-height: 2; }
    """
    LABEL_CELLS = 20
    AUTO_FOCUS = "Input"
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("↑↓", tr("field")),
        Hint("←→ space", tr("value")),
        Hint("enter", trc("key", "save")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "accept",
            trc("key", "save"),
            priority=True,
            id="accept",
            tooltip=tr("Save what the form says"),
        ),
        *FIELDS,
    ]

    def __init__(self, heading: str, *, wrong: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._heading = heading
        self._wrong = dict(wrong or {})
        self._helps: dict[str, str] = {}
        self._shown: dict[str, str] = {}

    @property
    def heading(self) -> str:
        """The first line."""
        return self._heading

    def answer(self, wrong: dict[str, str]) -> Answer:
        """What the fields say.

        :param wrong: to be filled with messages by field; with any in it, the answer is not used.
        """
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show what was wrong with an earlier answer."""
        if self._wrong:
            self._tell(self._wrong)

    def action_accept(self) -> None:
        """Give the answer, or say what is wrong with it."""
        wrong: dict[str, str] = {}
        answer = self.answer(wrong)
        if wrong:
            self._tell(wrong)
        else:
            self.dismiss(answer)

    def _tell(self, wrong: Mapping[str, str]) -> None:
        """Put each message under its field and go to the first such field."""
        left = dict(wrong)
        first: Input | None = None
        for field in self.query(Input):
            message = left.pop(field.id or "", None)
            if message is not None:
                self._say_below(field.id or "", message, wrong=True)
                first = first or field
        if left:
            general = self.query_one("#general", Below)
            general.say(*left.values())
            general.add_class("-wrong")
        if first is not None:
            first.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """What was wrong is being mended."""
        name = event.input.id or ""
        if event.value != self._shown.get(name):
            self._shown[name] = event.value
            self._say_below(name, self._helps.get(name, ""), wrong=False)

    def _say_below(self, name: str, words: str, *, wrong: bool) -> None:
        below = self.query_one(f"#{name}-below", Below)
        below.set_class(wrong, "-wrong")
        below.say(words)

    # Rows

    def text_row(self, name: str, label: str, value: str, help_words: str = "") -> ComposeResult:
        """A field to type in, and under it the line for help or for what is wrong."""
        self._helps[name] = help_words
        self._shown[name] = value
        field = Input(value, compact=True, id=name, select_on_focus=False)
        field.cursor_blink = False
        with Horizontal():
            yield Line(label, classes="label")
            yield field
        yield Below(help_words, id=f"{name}-below")

    def choice_row(self, name: str, label: str, options: Sequence[str], chosen: int) -> ComposeResult:
        """A field with one of several values."""
        with Horizontal():
            yield Line(label, classes="label")
            yield Choice(options, chosen, id=name)

    def tick_row(self, name: str, label: str, text: str, ticked: bool) -> ComposeResult:
        """A field to tick."""
        with Horizontal():
            yield Line(label, classes="label")
            yield Tick(text, ticked, id=name)

    def general_row(self) -> ComposeResult:
        """Where messages stand that belong to no field."""
        yield Below("", id="general")

    # Reading

    def text(self, name: str) -> str:
        """What was typed, without blanks at the ends."""
        return self.query_one(f"#{name}", Input).value.strip()

    def chosen(self, name: str) -> int:
        """Which value was chosen."""
        return self.query_one(f"#{name}", Choice).chosen

    def ticked(self, name: str) -> bool:
        """Whether a field is ticked."""
        return self.query_one(f"#{name}", Tick).ticked
