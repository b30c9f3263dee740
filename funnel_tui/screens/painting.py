"""An app that sends only the lines of a full painting that are not on the terminal already.

Textual paints a new screen once when it is put on top, once when its layout is known and once when a field
gets the focus: three times the same lines. Over a slow line that is most of what opening a form costs.
"""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console, RenderableType
from textual import on
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.geometry import Region
from textual.screen import Screen

_END = "\x1b[0m"
_LOOK = re.compile(r"(\x1b\[[0-9;]*m)")


def merged(line: str) -> str:
    """A painted line in which neighbours that look the same are sent as one.

    :param line: pieces that begin with their look and end by going back to none.
    """
    pieces: list[str] = []
    shown = wanted = ""
    for piece in _LOOK.split(line):
        if piece == _END:
            wanted = ""
        elif piece.startswith("\x1b[") and piece.endswith("m"):
            wanted += piece
        elif piece:
            if wanted != shown:
                pieces.append(f"{_END if shown else ''}{wanted}")
                shown = wanted
            pieces.append(piece)
    return "".join(pieces) + (_END if shown else "")


class ChangedLines(CompositorUpdate):
    """The lines of a full painting that have changed.

    :param lines: what to send for each, by its number.
    :param x: the column that they begin in.
    """

    def __init__(self, lines: dict[int, str], x: int) -> None:
        self._lines, self._x = lines, x

    def render_segments(self, console: Console) -> str:  # noqa: ARG002
        """The lines, each after a move to its beginning."""
        return "".join(f"\x1b[{y + 1};{self._x + 1}H{line}" for y, line in self._lines.items())


class ThriftyApp(App[None], inherit_bindings=False):
    """An app that knows what it painted last."""

    _painted: tuple[Region, list[str | None]] | None = None
    """The region of the last full painting and its lines; None for one of which a part was painted since."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Paint; of a full painting, or of most of one, only what is not there already."""
        shown = renderable
        if renderable is not None and not self._batch_count and self._driver is not None:
            shown = self._thrifty(screen, renderable)
        super()._display(screen, shown)

    def _thrifty(self, screen: Screen[Any], renderable: Any) -> Any:
        before = self._painted
        if isinstance(renderable, LayoutUpdate):
            return self._changed(renderable)
        if not isinstance(renderable, ChopsUpdate) or before is None:
            self._painted = None
            return renderable
        touched = {y for y, _, _ in renderable.spans}
        if len(touched) > len(before[1]) // 2:
            return self._changed(screen._compositor.render_full_update())
        for y in touched:
            if 0 <= y - before[0].y < len(before[1]):
                before[1][y - before[0].y] = None
        return renderable

    def _changed(self, update: LayoutUpdate) -> CompositorUpdate:
        lines: list[str | None] = [
            merged("".join([strip.render(self.console) for strip in line])) for line in update.strips
        ]
        region, before = update.region, self._painted
        self._painted = (region, lines)
        known = before[1] if before is not None and before[0] == region else [None] * len(lines)
        changed = {
            region.y + at: line
            for at, (line, old) in enumerate(zip(lines, known, strict=False))
            if line is not None and line != old
        }
        return ChangedLines(changed, region.x)

    def forget_painting(self) -> None:
        """Something else was written to the terminal: the next full painting sends everything."""
        self._painted = None

    def _suspend_signal(self) -> None:
        self.forget_painting()
        super()._suspend_signal()

    @on(Driver.SignalResume)
    def _back_from_the_shell(self) -> None:
        self.forget_painting()
        self.refresh(layout=True)
