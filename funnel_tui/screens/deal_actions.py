"""The keys that do something to the deal under the cursor, the same on every screen that shows deals."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType

from funnel_tui.domain.deal_list import DealRow
from funnel_tui.language import tr, trc, trn
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.widgets.asking import Answer, AskLine


class DealActions(FunnelScreen[ScreenResultType]):
    """A screen with a deal to act on, and a line at its foot to ask in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "e", "edit", trc("key", "edit"), id="edit", tooltip=tr("Change what is written about the deal")
        ),
        Binding("m", "move", trc("key", "move"), id="move", tooltip=tr("Move the deal to another stage")),
        Binding(
            # Translators: a stage on.
            "greater_than_sign",
            "step(1)",
            tr("on"),
            id="stage_on",
            tooltip=tr("Move it to the next stage"),
        ),
        Binding(
            "less_than_sign",
            "step(-1)",
            trc("key", "back"),
            id="stage_back",
            tooltip=tr("Move it a stage back"),
        ),
        Binding("w", "win", trc("key", "won"), id="win", tooltip=tr("The deal is won")),
        Binding("x", "lose", trc("key", "lost"), id="lose", tooltip=tr("The deal is lost, and why")),
        Binding("R", "reopen", trc("key", "reopen"), id="reopen", tooltip=tr("Take up a closed deal again")),
        Binding("t", "task", trc("key", "task"), id="task", tooltip=tr("Add a task to the deal")),
        Binding(
            "P", "people", tr("people"), id="deal_people", tooltip=tr("Who decides, influences, uses, blocks")
        ),
        Binding("A", "demand", tr("asked for"), id="deal_demand", tooltip=tr("What the customer asks for")),
        Binding("y", "copy", trc("key", "copy"), id="copy", tooltip=tr("Copy the row")),
    ]

    def compose(self) -> ComposeResult:
        """The frame, and the line that asks over its foot."""
        yield from super().compose()
        yield AskLine(id="ask")

    @property
    def deal_id(self) -> int | None:
        """The number of the deal to act on; None where there is none."""
        raise NotImplementedError

    @property
    def deal_row(self) -> DealRow | None:
        """The deal as it is shown; None while it is being read."""
        raise NotImplementedError

    def action_edit(self) -> None:
        """Change what is written about it."""
        self._do("edit_deal")

    def action_move(self) -> None:
        """Choose another stage."""
        self._do("move_deal")

    def action_win(self) -> None:
        """Win it."""
        self._do("win_deal")

    def action_lose(self) -> None:
        """Lose it."""
        self._do("lose_deal")

    def action_reopen(self) -> None:
        """Take it up again."""
        self._do("reopen_deal")

    def action_task(self) -> None:
        """Add a task to it."""
        self._do("add_task")

    def action_people(self) -> None:
        """The people of it."""
        self._do_part("deal_people")

    def action_demand(self) -> None:
        """What its customer asks for."""
        self._do_part("deal_demand")

    def _do_part(self, name: str) -> None:
        if self.deal_id is None:
            self.notify(tr("There is no deal under the cursor; n makes a new one."), markup=False)
            return
        from funnel_tui.screens import deal_parts

        act: Callable[..., object] = getattr(deal_parts, name)
        act(self.funnel, self.deal_id)

    def action_step(self, steps: int) -> None:
        """Move it a stage on or back."""
        row = self.deal_row
        if row is None:
            self._do("step_deal")
        else:
            self._do("step_deal", row.version, steps, self._ask)

    def _do(self, name: str, *more: Any) -> None:
        """Do something to the deal. The module loads dialogs and services, and so only when needed."""
        if self.deal_id is None or (name == "step_deal" and not more):
            self.notify(tr("There is no deal under the cursor; n makes a new one."), markup=False)
            return
        from funnel_tui.screens import deal_changes

        act: Callable[..., object] = getattr(deal_changes, name)
        act(self.funnel, self.deal_id, *more)

    def _ask(self, question: str, answers: list[Answer], then: Callable[[str], object]) -> None:
        if self.is_active:
            self.query_one(AskLine).ask(question, answers, then)

    def action_copy(self) -> None:
        """Copy the row, so that it can be pasted into another program."""
        text = self.copied()
        if not text:
            self.notify(tr("There is nothing to copy."), markup=False)
            return
        way = copy_text(self, text, os.environ)
        first, *rest = text.split("\t")
        what = first
        if rest:
            what = trn("{first} and {n} more value", "{first} and {n} more values", len(rest))
            what = what.format(first=first, n=len(rest))
        words = tr("Copied by way of tmux: {text}") if way else tr("Copied: {text}")
        self.notify(words.format(text=what), markup=False)

    def copied(self) -> str:
        """What is copied: the values of the row, divided by tabs."""
        return ""


def copy_text(screen: FunnelScreen[Any], text: str, environment: Mapping[str, str]) -> str:
    """Give a text to the clipboard of the user's own terminal, also over ssh and inside tmux.

    :param environment: such as ``os.environ``.
    :returns: in which way where it is a roundabout one, to be said to the user.
    """
    if not environment.get("TMUX") or screen.app.is_headless:
        screen.app.copy_to_clipboard(text)
        return ""
    import base64

    screen.app._clipboard = text
    code = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    driver = screen.app._driver
    if driver is not None:
        # tmux hands on what is wrapped so, with each escape doubled; it must allow passthrough.
        driver.write(f"\x1bPtmux;\x1b\x1b]52;c;{code}\x07\x1b\\")
        # And it takes the plain form into its own buffer where set-clipboard is on.
        driver.write(f"\x1b]52;c;{code}\x07")
    return " " + tr("by way of tmux")
