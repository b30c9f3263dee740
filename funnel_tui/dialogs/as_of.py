"""From when everything is looked at, as a form."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.language import tr
from funnel_tui.widgets.lines import Hint, Line


class AsOfForm(SetupForm[str]):
    """Asks for an instant in words. The answer is what was typed.

    :param text: what the field holds at first.
    :param examples: what can be typed.
    :param empty: what an empty field means; None where it means nothing.
    :param wrong: messages by field (``instant``), where the last answer was none.
    """

    DEFAULT_CSS = """
    AsOfForm .about { height: 3; max-width: 76; margin-top: 1; }
    """
    HINTS = (Hint("enter", tr("go there")),)

    def __init__(
        self, text: str, examples: str, empty: str | None = None, wrong: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(tr("Time machine: everything as it stood then"), wrong=wrong)
        self._text, self._examples, self._empty = text, examples, empty

    def compose_middle(self) -> ComposeResult:
        """The instant, and what comes of it."""
        below = (
            tr("Empty for {time}.").format(time=self._empty)
            if self._empty
            else tr("A day is seen from its beginning.")
        )
        yield from self.text_row("instant", tr("As of"), self._text, below)
        yield Line(
            tr("For example {examples}.").format(examples=self._examples),
            tr("While you look at the past nothing can be changed;"),
            tr("the same key and “now” bring you back."),
            classes="about",
        )
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> str:
        """What was typed."""
        text = self.text("instant") or self._empty or ""
        if not text:
            wrong["instant"] = tr("Type a day: {examples}.").format(examples=self._examples)
        return text
