"""Screens that paint once where Textual would paint twice: over a slow line each painting counts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from textual.screen import Screen, ScreenResultType

SETTLING_ROUNDS = 4
"""Turns of the message loop in which new widgets learn their size."""


class FrameScreen(Screen[ScreenResultType]):
    """A screen that can hold its painting back until what is under way is done.

    Textual lays new widgets out twice, because the first layout tells them their size, and paints each time.
    """

    def hold_frame(self, then: Callable[[], object] | None = None) -> None:
        """Paint nothing until what is under way is done, then everything once.

        :param then: is called when painting is allowed again.
        """
        held = contextlib.ExitStack()
        held.enter_context(self.app.batch_update())

        def release(rounds: int) -> None:
            if rounds:
                self.call_later(release, rounds - 1)
                return
            held.close()
            if not self._layout_required and self.is_current:
                self._compositor_refresh()
            if then is not None:
                then()

        self.call_later(release, SETTLING_ROUNDS)

    def _compositor_refresh(self) -> None:
        """While painting is held back, Textual renders frames only to throw them away; spare it that.

        What is to be painted stays noted down until painting is allowed again.
        """
        if not self.app._batch_count:
            super()._compositor_refresh()
