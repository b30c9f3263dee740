"""What every screen with rows to act on does the same way: it asks at its foot, and copies the row."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from textual.app import ComposeResult
from textual.screen import ScreenResultType

from funnel_tui.language import tr, trn
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.widgets.asking import Answer, AskLine


class RowActions(FunnelScreen[ScreenResultType]):
    """A screen with a row to act on, and a line at its foot to ask in."""

    _hinted_for: object = None

    def compose(self) -> ComposeResult:
        """The frame, and the line that asks over its foot."""
        yield from super().compose()
        yield AskLine(id="ask")

    @property
    def hinted_for(self) -> object:
        """What of the row decides which keys do something; None while it is not known."""
        return None

    def tell_hints(self) -> None:
        """Remember for what row they are."""
        self._hinted_for = self.hinted_for
        super().tell_hints()

    def hints_follow(self) -> None:
        """The cursor is elsewhere: other keys may do something there."""
        now = self.hinted_for
        if self._told_hints and now is not None and now != self._hinted_for:
            self.tell_hints()

    def _ask(self, question: str, answers: list[Answer], then: Callable[[str], object]) -> None:
        if self.is_active:
            self.query_one(AskLine).ask(question, answers, then)

    def action_copy(self) -> None:
        """Copy the row, so that it can be pasted into another program."""
        text = self.copied()
        if not text:
            self.notify(tr("There is nothing to copy."), markup=False)
            return
        first, *rest = text.split("\t")
        what = first
        if rest:
            what = trn("{first} and {n} more value", "{first} and {n} more values", len(rest))
            what = what.format(first=first, n=len(rest))
        copy_told(self, text, what)

    def copied(self) -> str:
        """What is copied: the values of the row, divided by tabs."""
        return ""


def copy_told(screen: FunnelScreen[Any], text: str, what: str = "") -> None:
    """Copy a text and say so.

    :param what: what is said to be copied; empty for the text itself.
    """
    way = copy_text(screen, text, os.environ)
    words = tr("Copied by way of tmux: {text}") if way else tr("Copied: {text}")
    screen.notify(words.format(text=what or text), markup=False)


def copy_text(screen: FunnelScreen[Any], text: str, environment: Mapping[str, str]) -> bool:
    """Give a text to the clipboard of the user's own terminal, also over ssh and inside tmux.

    :param environment: such as ``os.environ``.
    :returns: whether it went by way of tmux, to be said to the user.
    """
    if not environment.get("TMUX") or screen.app.is_headless:
        screen.app.copy_to_clipboard(text)
        return False
    import base64

    screen.app._clipboard = text
    code = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    driver = screen.app._driver
    if driver is not None:
        # tmux hands on what is wrapped so, with each escape doubled; it must allow passthrough.
        driver.write(f"\x1bPtmux;\x1b\x1b]52;c;{code}\x07\x1b\\")
        # And it takes the plain form into its own buffer where set-clipboard is on.
        driver.write(f"\x1b]52;c;{code}\x07")
    return True
