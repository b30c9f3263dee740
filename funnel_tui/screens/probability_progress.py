"""How far learning is, told on the screen that waits for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual.css.query import NoMatches
from textual.widgets import Static
from textual.worker import Worker

from funnel_tui.language import tr
from funnel_tui.widgets.named_keys import with_keys


class Left(Exception):
    """The view was left while it was learning; what was begun is dropped."""


def progress_of(worker: Worker[Any], view: str) -> Callable[[int, int], None]:
    """What to call with how far it is, from the thread of a worker of the Quotas screen.

    :param view: the name of the view that waits.
    :returns: raises :class:`Left` when nobody waits any more.
    """
    screen: Any = worker.node

    def tell(done: int, every: int) -> None:
        # Another tab has a stack of its own; a dialog on top of the screen is no leaving.
        here = screen.is_attached and screen in screen.app.screen_stack
        if worker.is_cancelled or not here or screen.view_name != view:
            screen.read_when_back()
            raise Left
        screen.call_later(say, done, every)

    def say(done: int, every: int) -> None:
        if screen.view_name == view and screen.has_class("-nothing"):
            with suppress(NoMatches):
                screen.query_one("#nothing", Static).update(progress_words(done, every))

    return tell


def progress_words(done: int, every: int) -> str:
    """How far it is, and what may be done meanwhile."""
    return with_keys(
        tr(
            "Learning from the closed deals: {done:,} of {every:,}.\n\nThis is done once, and "
            "then only for what is new. {view_next} leaves it; it begins again when you come "
            "back."
        ),
        done=done,
        every=every,
    )
