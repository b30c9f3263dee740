"""Drive the app by keys in a test, and read its screen as a person would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from rich.cells import cell_len
from textual import _wait, events
from textual.css.model import RuleSet
from textual.pilot import Pilot
from textual.widget import Widget
from textual.worker import WorkerCancelled

from funnel_tui.app import FunnelApp
from funnel_tui.config import UserSettings
from funnel_tui.screens import delays
from funnel_tui.services.workspace import Workspace

# Textual's pilot sleeps at least one grain after each key, and until it was idle for one: with its own 20 ms
# most of a test is sleep.
_wait.SLEEP_GRANULARITY = 0.002
_wait.SLEEP_IDLE = 0.0005

# Textual looks through the set of its rules for every widget, and the hash it gives them is one in Python:
# a third of the time of a test.
RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]

# Nobody types here who might go on; the tests in a real terminal wait as users do.
delays.TYPING_SECONDS = delays.FINDING_SECONDS = delays.RESTING_SECONDS = 0.001

TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
SIZES = [(80, 24), (120, 40)]


class Driver:
    """An app that runs.

    :param app: the app.
    :param pilot: Textual's own.
    """

    def __init__(self, app: FunnelApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def settle(self) -> None:
        """Wait until nothing is read and everything is drawn; what was read may ask for more."""
        for _ in range(3):
            while getattr(self.app, "has_keys", False):  # a host of one form keeps none
                await asyncio.sleep(0.005)
            await self._finish_reading()
            await self.pilot.pause()
        for _ in range(400):
            if not any(getattr(screen, "_awaited", ()) for screen in self.app.screen_stack):
                return
            await asyncio.sleep(0.005)
            await self.pilot.pause()

    async def _finish_reading(self) -> None:
        """Wait for what is being read; a read that gives way to a newer one is no mistake."""
        while True:
            try:
                # The tree of folders waits for work as long as it is there.
                reading = [worker for worker in self.app.workers if worker.group != "_loader"]
                if reading:
                    await self.app.workers.wait_for_complete(reading)
            except WorkerCancelled:
                await asyncio.sleep(0.01)
            else:
                return

    async def press(self, *keys: str) -> None:
        """Press keys, waiting for the effect of each."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type text into the field that has the focus."""
        # All at once: Pilot asks every widget of the screen after each press.
        await self.pilot.press(*("space" if char == " " else char for char in text))
        await self.settle()

    async def paste(self, text: str) -> None:
        """Put text into the field that has the focus, as the clipboard does."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line, without blanks at the ends."""
        width, height = self.app.size
        lines = [[" "] * width for _ in range(height)]
        for widget in self.app.screen.walk_children(Widget):
            if widget.display and widget.region and not widget.children and widget.is_on_screen:
                self._put(lines, widget)
        return ["".join(line).rstrip() for line in lines]

    @property
    def text(self) -> str:
        """The whole screen as text."""
        return "\n".join(self.lines)

    @property
    def told(self) -> list[str]:
        """What was told in passing and is not gone yet, the last of it last."""
        return [notice.message for notice in self.app._notifications]

    @property
    def last_told(self) -> str:
        """What was told in passing last; empty where nothing was."""
        return (self.told or [""])[-1]

    def line(self, start: str) -> str:
        """The first line that begins with ``start``, blanks aside."""
        for line in self.lines:
            if line.strip().startswith(start):
                return line
        raise AssertionError(f"no line begins with {start!r}:\n{self.text}")

    def _put(self, lines: list[list[str]], widget: Widget) -> None:
        region = widget.region
        strips = widget.render_lines(region.reset_offset)
        for y, strip in enumerate(strips, start=region.y):
            if not 0 <= y < len(lines):
                continue
            x = region.x
            for char in strip.text:
                if x < len(lines[y]):
                    lines[y][x] = char
                    if cell_len(char) == 2 and x + 1 < len(lines[y]):
                        lines[y][x + 1] = ""
                x += cell_len(char)


@asynccontextmanager
async def driving(
    workspace: Workspace,
    *,
    size: tuple[int, int] = (80, 24),
    settings: UserSettings | None = None,
    environment: Mapping[str, str] = TERMINAL,
    throwaway: bool = False,
    welcome: bool = False,
    tutorial: bool = False,
    tab: str = "",
    notices: bool = False,
) -> AsyncIterator[Driver]:
    """Run the app on a workspace until the block ends.

    :param tab: the key of the screen to begin with; empty for the one the app opens with.
    :param notices: whether what is told in passing is shown too.
    """
    app = FunnelApp(
        workspace,
        settings,
        environment=environment,
        throwaway=throwaway,
        welcome=welcome,
        tutorial=tutorial,
    )
    async with app.run_test(size=size, notifications=notices) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        await driver.press(*tab)
        yield driver


on_stages = partial(driving, tab="2")
"""The app with the Stages screen in view."""
