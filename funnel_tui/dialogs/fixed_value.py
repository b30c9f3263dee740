"""One text for every row of a file, as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.errors import FunnelError
from funnel_tui.language import trc
from funnel_tui.widgets.lines import Hint


class FixedValueForm(SetupForm[str]):
    """Asks for a text. The answer is the text as it was accepted.

    :param heading: what the text is for.
    :param label: what it is called.
    :param about: what comes of it.
    :param accept: gives the text as it is to be; it raises a FunnelError for one that cannot be.
    :param text: what the field holds at first.
    :param wrong: messages by field (``text``), where an earlier answer was not accepted.
    """

    HINTS = (Hint("enter", trc("key", "use")),)

    def __init__(
        self,
        heading: str,
        label: str,
        about: str,
        accept: Callable[[str], str],
        *,
        text: str = "",
        wrong: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(heading, wrong=wrong)
        self._label, self._about, self._accept, self._text = label, about, accept, text

    def compose_middle(self) -> ComposeResult:
        """The field, and what comes of it."""
        yield from self.text_row("text", self._label, self._text, self._about)
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> str:
        """What was typed."""
        try:
            return self._accept(self.text("text"))
        except FunnelError as error:
            wrong["text"] = error.message
            return ""
