"""From when everything is looked at, as a form."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.widgets.lines import Hint, Line


class AsOfForm(SetupForm[str]):
    """Asks for an instant in words. The answer is what was typed.

    :param text: what the field holds at first.
    :param about: what can be typed.
    :param wrong: messages by field (``instant``), where the last answer was none.
    """

    DEFAULT_CSS = """
    AsOfForm .about { height: 2; max-width: 76; margin-top: 1; }
    """
    HINTS = (Hint("enter", "go there"),)

    def __init__(self, text: str, about: str, wrong: Mapping[str, str] | None = None) -> None:
        super().__init__("Time machine: everything as it stood then", wrong=wrong)
        self._text, self._about = text, about

    def compose_middle(self) -> ComposeResult:
        """The instant, and what comes of it."""
        yield from self.text_row("instant", "As of", self._text, self._about)
        yield Line(
            "A day is seen from its beginning. While you look at the past",
            "nothing can be changed; now brings you back.",
            classes="about",
        )
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> str:
        """What was typed."""
        text = self.text("instant")
        if not text:
            wrong["instant"] = self._about
        return text
