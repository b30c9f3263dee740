"""Files that are there whole at the end, or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.language import tr
from funnel_tui.unfinished import new_file_beside


@contextmanager
def new_file(path: Path, *, replace: bool, named: str = "", hint: str = "") -> Iterator[BinaryIO]:
    """A file to write to; it takes its name only when everything is written.

    It is a document, often for others: a new one has the rights of any file that is made (umask), one that it
    replaces keeps its own.

    :param replace: whether one that is there already is replaced.
    :param named: stands before the path in messages, such as ``--output``.
    :param hint: what to do about a file that is there already.
    :raises UsageError: when there is one already and it is not to be replaced.
    :raises FunnelError: when it cannot be written.
    """
    words = f"{named} {path}".strip()
    if path.exists() and (not replace or not path.is_file()):
        raise UsageError(
            tr("{words} is there already.").format(words=words),
            hint if path.is_file() else tr("Name a file."),
        )
    unfinished = None
    try:
        handle, unfinished = new_file_beside(path)
        with os.fdopen(handle, "wb") as stream:
            yield stream
        unfinished.chmod(_rights(path))  # a temporary one is for its owner alone
        unfinished.replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FunnelError(
            tr("{words} cannot be written: {reason}.").format(words=words, reason=reason)
        ) from error
    finally:
        if unfinished is not None:
            with suppress(OSError):
                unfinished.unlink()


def _rights(path: Path) -> int:
    """The rights of a file there is, or those of one that is made in the usual way."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode) & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
