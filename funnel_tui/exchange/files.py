"""Files that are there whole at the end, or not at all."""

from __future__ import annotations

import os
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
        # As a file that is made in the usual way; a temporary one is for its owner alone.
        mask = os.umask(0)
        os.umask(mask)
        unfinished.chmod(0o666 & ~mask)
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
