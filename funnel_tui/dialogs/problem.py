"""What went wrong, in words, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.shown import clean
from funnel_tui.language import tr, trc
from funnel_tui.widgets.lines import Hint


class ProblemDialog(Dialog[bool]):
    """Tells of a problem. The answer is True when the user wants it tried again.

    :param message: what is wrong, where and why.
    :param hint: what to do.
    :param can_retry: whether trying again makes sense.
    """

    DEFAULT_CSS = """
    ProblemDialog #message { text-style: bold; color: $error; }
    ProblemDialog #hint { margin-top: 1; }
    """
    HEADING = tr("That did not work")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", tr("try again"), id="again", tooltip=tr("Do it once more")),
        Binding("enter", "back", trc("key", "close"), id="close", tooltip=tr("Close this message")),
    ]

    def __init__(self, message: str, hint: str, *, can_retry: bool = False) -> None:
        super().__init__()
        self._message, self._hint, self._can_retry = message, hint, can_retry

    def compose_middle(self) -> ComposeResult:
        """The message and the hint, wrapped."""
        yield Static(Text(clean(self._message)), id="message", markup=False)
        yield Static(Text(clean(self._hint)), id="hint", markup=False)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """Offers another try where it makes sense."""
        return ([Hint("r", tr("try again"))] if self._can_retry else []), Hint("esc", trc("key", "close"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """``r`` works only where trying again makes sense."""
        return self._can_retry if action == "again" else True

    def action_again(self) -> None:
        """Close and try again."""
        self.dismiss(True)
