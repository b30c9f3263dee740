"""A grid in which one types: the key that begins a number and those right behind it go the same way."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import category

from textual import events

from funnel_tui.widgets.deal_table import DealGrid


def begins_number(char: str | None) -> bool:
    """Whether a key begins a number: a digit, a sign (a wrong one is refused and not dropped), a currency.

    :param char: what the key writes; None for a key that writes nothing.
    """
    return char is not None and (char.isdigit() or char in "+-−" or category(char) == "Sc")


class TypingGrid(DealGrid):
    """A grid that gives its keys to whoever opens a field over it.

    Keys typed ahead still come to the grid when the field is about to take the focus; none of them is lost,
    and they stay in order.

    :param when_typed: is given every key and says whether it took it.
    """

    DEFAULT_CSS = """
    TypingGrid { height: 1fr; }
    """

    def __init__(
        self,
        *,
        when_typed: Callable[[events.Key], bool],
        when_moved: Callable[[], None] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(when_moved=when_moved, id=id)
        self._when_typed = when_typed

    def on_key(self, event: events.Key) -> None:
        """Offer the key first."""
        if self._when_typed(event):
            event.stop()
            event.prevent_default()
