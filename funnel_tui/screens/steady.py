"""An app that stays up: it tells problems, ends in good order, and notices what others write."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from rich.text import Text
from textual.notifications import Notification, Notify
from textual.screen import Screen

from funnel_tui.dialogs.base import Dialog
from funnel_tui.domain.plain import ENCODING, ERRORS, install, is_plain
from funnel_tui.domain.said import inside_of
from funnel_tui.domain.shown import clean
from funnel_tui.errors import DatabaseProblem, FunnelError, UsageError
from funnel_tui.language import tr
from funnel_tui.screens.typing_ahead import TypingAheadApp
from funnel_tui.services.workspace import Workspace

T = TypeVar("T")

PATIENCE_SECONDS = 0.6
"""After this time a change that is still under way is spoken of."""

SETTLED_SECONDS = 1.0
"""So long after the start everything that the first screen needs is loaded."""

POLL_SECONDS = 0.5
"""How often we look whether somebody else has written; a look costs microseconds."""


class SteadyApp(TypingAheadApp, inherit_bindings=False):
    """An app on one database.

    :param workspace: the open database.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.animation_level = "none"
        self._ended = threading.Event()
        self._untold: deque[tuple[Exception, Callable[[], object] | None]] = deque()
        """Problems of changes that wait for the one that is shown, each with what tries again."""
        self._unwritten = 0
        """Changes that were asked for and whose outcome is not known yet."""
        self._leaving: int | None = None
        """The exit code, where the program is to end as soon as no change is under way."""
        self._known = self._change_number()
        """Taken before anything is read: what others write from now on is noticed."""

    def notify(self, message: str, **how: Any) -> None:
        """Tell something in passing. What people typed is part of many a notice, so all of them are cleaned.

        :param how: as for Textual's own.
        """
        words = "\n".join(map(clean, message.split("\n")))
        super().notify(words, **how)

    def _on_notify(self, event: Notify) -> None:
        """The same words are there once: told again they stay longer. Textual's own handler comes after."""
        told = event.notification
        for other in list(self._notifications):
            if (other.message, other.title, other.severity) == (told.message, told.title, told.severity):
                self._unnotify(other, refresh=False)

    def data_changed(self) -> None:
        """Something was written; a subclass tells its screens."""

    # Beginning and end

    def on_mount(self) -> None:
        """End in good order when told to, and watch for changes."""
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                loop.add_signal_handler(number, self._told_to_end, number)
            # What was loaded stays for good: looking through all of it for garbage held up keys for 150 ms.
            self.set_timer(SETTLED_SECONDS, gc.freeze)
        threading.Thread(target=self._watch, name="changes", daemon=True).start()

    def _told_to_end(self, number: int) -> None:
        # Where the terminal is gone, nothing more can be written; do not wait for it for ever.
        backstop = threading.Timer(3, os._exit, (128 + number,))
        backstop.daemon = True
        backstop.start()
        self._leave(128 + number)

    async def action_quit(self) -> None:
        """End the program once what was asked for is written; asked a second time, end now."""
        if self._leaving is not None:
            self.exit()
        else:
            self._leave(0)

    def _leave(self, code: int) -> None:
        """End; ending right away would cancel a change that has not begun."""
        self._leaving = code
        if not self._unwritten:
            self.exit(return_code=code)
        else:
            self.set_timer(PATIENCE_SECONDS, self._tell_waiting)

    def _tell_waiting(self) -> None:
        if self._leaving is not None:
            self.notify(tr("The program ends when this is done. Asked again, it ends now."), markup=False)

    def _one_less_unwritten(self, before: Screen[Any]) -> None:
        self._unwritten -= 1
        if self._leaving == 0 and self.screen is not before and isinstance(self.screen, Dialog):
            # The change was refused, or asks something: the user is to read that first.
            self._leaving = None
        if self._leaving is not None and not self._unwritten:
            self.exit(return_code=self._leaving)

    def on_unmount(self) -> None:
        """Stop watching."""
        self._ended.set()

    def _watch(self) -> None:
        """Tell the screens when somebody else has written."""
        while not self._ended.wait(POLL_SECONDS):
            number = self._change_number()
            if number is None:
                continue
            if self._known is not None and number != self._known:
                self._in_ui_thread(self.data_changed)
            self._known = number

    def _change_number(self) -> int | None:
        """None while the database cannot be read; the next read of a screen tells of it."""
        try:
            return self.workspace.database.change_number()
        except FunnelError:
            return None

    def _in_ui_thread(self, what: Callable[..., object], *values: Any) -> None:
        """Call something in the UI thread; nobody is left to be told where the app has ended meanwhile."""
        with suppress(RuntimeError, CancelledError):
            self.call_from_thread(what, *values)

    # Problems

    def write(self, words: str, doing: Callable[[Workspace], T], then: Callable[[T], object]) -> None:
        """Change the data in a thread.

        :param words: what is being done; said when it takes a while.
        :param doing: is called with the workspace, outside the UI thread; it must touch no widget.
        :param then: is called with the outcome, in the UI thread.
        """
        notice = Notification(f"{words} …", markup=False)

        def speak() -> None:
            self._notifications.add(notice)
            self._refresh_notifications()

        patience = self.set_timer(PATIENCE_SECONDS, speak)
        self._unwritten += 1

        def ended(what: Callable[[], object]) -> None:
            patience.stop()
            if notice in self._notifications:  # it would hide what came of it
                self._unnotify(notice)
            before = self.screen
            try:
                what()
            except Exception as error:
                self.tell_problem(error)
            self._one_less_unwritten(before)

        def work() -> None:
            try:
                outcome = doing(self.workspace)
            except Exception as error:
                problem = error
                again = partial(self.write, words, doing, then)
                self._in_ui_thread(ended, lambda: self.tell_problem(problem, again))
            else:
                self._in_ui_thread(ended, lambda: then(outcome))

        # Never exclusive: a second change must not cancel a first that has not begun.
        self.run_worker(work, group="write", thread=True, exit_on_error=False)

    def tell_problem(
        self, error: Exception, retry: Callable[[], object] | None = None, *, of_change: bool = False
    ) -> None:
        """Show what went wrong; the program stays up.

        :param retry: is called when the user wants another try.
        :param of_change: it waits while another problem is shown. What cannot be read is told once: the parts
            of a screen all have the same to say.
        """
        from funnel_tui.dialogs.problem import ProblemDialog

        if self._leaving:
            return  # told to end by a signal, there is nobody to read it
        if isinstance(self.screen, ProblemDialog):
            if of_change:
                self._untold.append((error, retry))
            return
        if isinstance(error, FunnelError):
            message, hint = inside_of(error.message), inside_of(error.hint)
        else:
            from funnel_tui.journal import record_crash

            log = record_crash(error)
            message = tr("The program made a mistake: {kind}.").format(kind=type(error).__name__)
            hint = tr("Nothing was changed; the program goes on.")
            if log:
                hint = tr("It is written down in {file}. Nothing was changed; the program goes on.").format(
                    file=log
                )
        can_retry = retry is not None and isinstance(error, DatabaseProblem)

        def answered(again: bool | None) -> None:
            if again and retry is not None:
                retry()
            if self._untold:
                self.tell_problem(*self._untold.popleft(), of_change=True)

        self.push_screen(ProblemDialog(message, hint, can_retry=can_retry), answered)

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """Do what a key asks for; a mistake in it is told and does not end the program."""
        try:
            return await super().run_action(*args, **kwargs)
        except Exception as error:
            self.tell_problem(error)
            return True

    def _fatal_error(self) -> None:
        """End after a mistake that cannot be mended: one line and a log, never the customers' data."""
        error = self._exception or sys.exc_info()[1] or RuntimeError("unknown")
        from funnel_tui.journal import record_crash

        log = record_crash(error)
        line = tr("funnel: the program made a mistake and has to end ({kind})")
        if log:
            line = tr("funnel: the program made a mistake and has to end ({kind}); details are in {file}")
        self._exit_renderables.append(Text(line.format(kind=type(error).__name__, file=log)))
        self._close_messages_no_wait()

    def action_mouse(self) -> None:
        """Take the mouse or leave it to the terminal, where it marks text."""
        driver: Any = self._driver
        if not hasattr(driver, "_enable_mouse_support"):
            return
        taken = not driver._mouse
        if taken:
            driver._mouse = True
            driver._enable_mouse_support()
        else:
            driver._disable_mouse_support()
            driver._mouse = False
        words = (
            tr("The program has the mouse.") if taken else tr("The mouse is the terminal's: it marks text.")
        )
        self.notify(words, markup=False)


def require_terminal() -> None:
    """Refuse where nothing could be drawn, and let other locales than UTF-8 draw too, plain ASCII with ASCII.

    :raises UsageError: with the way to the command line.
    """
    if os.environ.get("TEXTUAL_DRIVER"):
        return  # a page of funnel serve, which is a terminal without being one
    hint = tr("Use the command line: funnel report funnel, or funnel --help.")
    for stream, message in (
        (sys.__stdin__, tr("The app needs a terminal, but its input is not one.")),
        (sys.__stdout__, tr("The app needs a terminal, but its output is not one.")),
        (sys.__stderr__, tr("The app needs a terminal, but its error output is not one.")),
    ):
        if stream is None or not stream.isatty():
            raise UsageError(message, hint)
    if os.environ.get("TERM", "dumb") in {"dumb", "unknown", ""}:
        raise UsageError(tr("This terminal can only print lines (TERM=dumb)."), hint)
    # Textual writes to standard error, in the encoding of the locale.
    if isinstance(sys.__stderr__, io.TextIOWrapper):
        if is_plain(os.environ, utf8_mode=sys.flags.utf8_mode):
            install()
            sys.__stderr__.reconfigure(encoding=ENCODING, errors=ERRORS)
        else:
            sys.__stderr__.reconfigure(encoding="utf-8")
