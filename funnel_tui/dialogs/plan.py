"""One question with one field: a figure of a plan, a chain, the name of a scenario, a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered.

    :param value: as it was read; None for an empty field where that is allowed.
    """

    value: Any


class AskText(SetupForm[Answer]):
    """Asks for one value and reads it; what is wrong with it is said under the field.

    :param heading: the first line; plain text.
    :param label: what stands before the field.
    :param value: what the field holds at first.
    :param help_words: said under the field.
    :param reading: reads the text; what it raises is said under the field.
    :param optional: an empty field is an answer too.
    """

    def __init__(
        self,
        heading: str,
        label: str,
        value: str,
        help_words: str,
        reading: Callable[[str], Any],
        *,
        optional: bool = False,
    ) -> None:
        super().__init__(heading)
        self._row = (label, value, help_words)
        self._reading, self._optional = reading, optional

    def compose_middle(self) -> ComposeResult:
        """The field."""
        label, value, help_words = self._row
        yield from self.text_row("value", label, value, help_words)
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> Answer:
        """What the field says."""
        text = self.text("value")
        if not text:
            if not self._optional:
                wrong["value"] = tr("Type something, or esc to leave it as it is.")
            return Answer(None)
        try:
            return Answer(self._reading(text))
        except FunnelError as problem:
            wrong["value"] = str(problem)
            return Answer(None)
