"""The log: faults of the program, in a file that only its owner can read and that never grows for ever.

A log is sent to strangers who are to help. It names files, lines and kinds of errors; what customers are
called is not in it. Local variables are never written. The text of an error is, where the interpreter makes
it of our code alone; any other text may quote what was typed, and is left out unless ``log_level`` in the
settings is ``debug``.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from time import gmtime

from funnel_tui import paths

LIMIT = 1_000_000
"""Bytes after which the file is put aside as ``.1``, that one as ``.2``, and so on."""

KEPT = 3
"""Files that were put aside and are kept."""

_OURS = (AttributeError, ImportError, NameError, RecursionError, TypeError, ZeroDivisionError)
"""Errors whose text names parts of programs, never data."""

_LEFT_OUT = '(text left out; log_level = "debug" keeps it)'
_CAUSE = "The direct cause of the error after it:"
_CONTEXT = "While this error was handled, the one after it came up:"


class _Handler(RotatingFileHandler):
    """A rotating file for its owner alone; what cannot be written is the caller's to know."""

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        return open(handle, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - the name is logging's
        """Let the error go on; called while it is handled."""
        raise


def record_crash(error: BaseException) -> Path | None:
    """Append an unexpected error to the log; how much of it, the settings say.

    :returns: the log file, or None where it cannot be written.
    """
    path = paths.log_file()
    text = "".join(_lines(error, whole=_level() == "debug"))
    record = logging.LogRecord("funnel", logging.ERROR, "", 0, text, None, None)
    form = logging.Formatter("--- %(asctime)sZ\n%(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = gmtime
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _Handler(path, maxBytes=LIMIT, backupCount=KEPT, delay=True, encoding="utf-8")
        handler.setFormatter(form)
        try:
            handler.emit(record)
        finally:
            handler.close()
    except OSError:
        return None
    return path


def _level() -> str:
    from funnel_tui.config import load_settings
    from funnel_tui.errors import FunnelError

    try:
        return load_settings().log_level
    except FunnelError:
        # The fault must be written down all the same, with less rather than more.
        return "error"


def _lines(error: BaseException, *, whole: bool) -> Iterator[str]:
    """An error and what led to it, the first one first, as Python shows them."""
    chain = list(_chain(error))
    for place, (each, told) in enumerate(chain):
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(each.__traceback__)
        yield f"{_named(each, whole=whole)}\n"
        if place + 1 < len(chain):
            yield f"\n{told}\n\n"


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """The errors that led to one, oldest first, each with what joins it to the next."""
    found: list[tuple[BaseException, str]] = [(error, "")]
    seen = {id(error)}
    while True:
        last = found[-1][0]
        cause, told = last.__cause__, _CAUSE
        if cause is None and not last.__suppress_context__:
            cause, told = last.__context__, _CONTEXT
        if cause is None or id(cause) in seen:
            break
        seen.add(id(cause))
        found.append((cause, told))
    return reversed(found)


def _named(error: BaseException, *, whole: bool) -> str:
    """The kind of an error, and its text where that is known to be ours or is wanted."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    text = str(error)
    if not text:
        return name
    return f"{name}: {text if whole or isinstance(error, _OURS) else _LEFT_OUT}"
