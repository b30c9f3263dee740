"""Asks before something large is done, and names it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr
from funnel_tui.widgets.bindings import YES_OR_NO
from funnel_tui.widgets.lines import Hint


class ConfirmDialog(Dialog[bool]):
    """Asks a question. The answer is True for yes, None for no.

    :param question: names what would be done, and to what.
    :param consequence: what that means.
    :param yes: the word for doing it.
    """

    DEFAULT_CSS = """
    ConfirmDialog #question { text-style: bold; }
    ConfirmDialog #consequence { margin-top: 1; }
    """
    HEADING = tr("Sure?")
    BINDINGS: ClassVar[list[BindingType]] = [*YES_OR_NO]

    def __init__(self, question: str, consequence: str, *, yes: str) -> None:
        super().__init__()
        self._question, self._consequence, self._yes = question, consequence, yes

    def compose_middle(self) -> ComposeResult:
        """The question and what follows from it."""
        yield Static(Text(clean(self._question)), id="question", markup=False)
        yield Static(Text(clean(self._consequence)), id="consequence", markup=False)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """Yes and no."""
        return [Hint("y", self._yes), Hint("n", tr("no"))], Hint("esc", tr("no"))

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)
