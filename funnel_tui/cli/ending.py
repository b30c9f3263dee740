"""How a command ends: one line on standard error, the right exit code, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

from funnel_tui.language import tr

if TYPE_CHECKING:
    import click


class Terminated(BaseException):
    """The process was told to end. Raised where the program stands, so that it can tidy up.

    :param number: the number of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def orderly_end() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP raise :class:`Terminated` instead of ending the process at once."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, _raise) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise(number: int, _frame: FrameType | None) -> None:
    raise Terminated(number)


def say(message: str) -> None:
    """Tell the user something: one line on standard error, without control characters."""
    line = "".join(char if char.isprintable() else " " for char in message)
    with contextlib.suppress(OSError):
        print(f"funnel: {' '.join(line.split())}", file=sys.stderr)  # noqa: T201


def show_place(error: Exception) -> None:
    """Where an error knows its place in what was typed: that text, and below it a mark at the place."""
    marked = getattr(error, "marked", None)
    if marked is None:
        return
    with contextlib.suppress(OSError):
        for line in marked():
            print(f"  {line}", file=sys.stderr)  # noqa: T201


def describe_usage(error: click.ClickException) -> str:
    """A message of click as one line, with the way to the help of the command."""
    import click

    text = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    return (
        tr("{text} See: {command_path} --help").format(text=text, command_path=context.command_path)
        if context is not None
        else text
    )


def close_output(code: int) -> int:
    """Write what is still held back, so that a full disk is noticed here and not after the exit code is set.

    :returns: the exit code to end with.
    """
    try:
        sys.stdout.flush()
        return code
    except OSError as error:
        # The interpreter would try again at its end and complain with a traceback.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return code
        say(tr("standard output cannot be written: {strerror}.").format(strerror=error.strerror))
        return code or 1
