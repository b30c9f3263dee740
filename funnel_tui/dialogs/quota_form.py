"""A quota with its note; and the note and amount of an adjustment of the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import ComposeResult

from funnel_tui.dialogs.setup_form import SetupForm
from funnel_tui.language import tr


@dataclass(frozen=True, slots=True)
class AmountWish:
    """What was typed.

    :param amount: as it was typed; empty takes it away.
    :param note: why; None for none.
    """

    amount: str = ""
    note: str | None = None


class AmountForm(SetupForm[AmountWish]):
    """Asks for an amount and a note. The answer is an :class:`AmountWish`.

    :param heading: what for; may hold user text.
    :param wish: what the fields hold at first.
    :param help_words: what may be typed as an amount.
    :param needs_note: whether an amount without a note makes no sense.
    """

    def __init__(
        self,
        heading: str,
        wish: AmountWish,
        help_words: str,
        *,
        needs_note: bool = False,
        wrong: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(heading, wrong=wrong)
        self._wish, self._help_words, self._needs_note = wish, help_words, needs_note

    def compose_middle(self) -> ComposeResult:
        """Amount and note."""
        yield from self.text_row("amount", tr("Amount"), self._wish.amount, self._help_words)
        yield from self.text_row(
            "note", tr("Note"), self._wish.note or "", tr("why; it stays in the history")
        )
        yield from self.general_row()

    def answer(self, wrong: dict[str, str]) -> AmountWish:
        """What the fields say."""
        amount, note = self.text("amount"), self.text("note")
        if self._needs_note and amount not in {"", "0"} and not note:
            wrong["note"] = tr("Say why in a few words: nobody would know later.")
        return AmountWish(amount, note or None)
