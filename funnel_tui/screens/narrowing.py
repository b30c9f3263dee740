"""A list that grows shorter as one types."""

from __future__ import annotations

from textual import on
from textual.screen import ScreenResultType
from textual.timer import Timer
from textual.widgets import Input

from funnel_tui.screens import delays
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.widgets.asking import FilterLine
from funnel_tui.widgets.deal_table import DealGrid


class Narrowing(FunnelScreen[ScreenResultType]):
    """A screen with a list and, over its foot, a :class:`FilterLine` with the id ``filter``."""

    _typing: Timer | None = None

    @property
    def narrowed_list(self) -> DealGrid:
        """The list."""
        return self.query_one(DealGrid)

    @property
    def narrowed_by(self) -> str:
        """What the list is narrowed by now."""
        raise NotImplementedError

    def narrow_to(self, text: str) -> None:
        """Show only what has every word of a text; nothing happens where the list is narrowed by it."""
        raise NotImplementedError

    def action_filter(self) -> None:
        """Type to narrow the list."""
        line = self.query_one(FilterLine)
        line.value = self.narrowed_by
        line.display = True
        line.focus()

    @on(Input.Changed, "#filter")
    def _narrow_soon(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(delays.TYPING_SECONDS, self._narrow)

    def _narrow(self) -> None:
        line = self.query_one(FilterLine)
        if line.display:
            self.narrow_to(line.value)

    @on(FilterLine.Left)
    def _leave_filter(self, message: FilterLine.Left) -> None:
        line = self.query_one(FilterLine)
        line.display = False
        self.narrowed_list.focus()
        self.narrow_to(line.value if message.keep else "")
