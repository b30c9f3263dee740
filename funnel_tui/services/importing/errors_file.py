"""The file that gets every refusal of an import (``--errors``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange.refusals import HEADER
from funnel_tui.language import tr


@contextmanager
def errors_file(path: Path | None, in_use: Iterable[str | Path | None]) -> Iterator[TextIO | None]:
    """Open the file, or nothing where none is wanted.

    It is written anew, so it may be missing, empty or the list of an earlier import, and nothing else.

    :param in_use: the files to import and that of the database.
    :raises UsageError: for a file that holds something.
    :raises FunnelError: when it cannot be written.
    """
    if path is None:
        yield None
        return
    if any(other is not None and _same(path, other) for other in in_use):
        raise UsageError(
            tr("--errors {path} is one of the files to import, or the database.").format(path=path),
            tr("Name another."),
        )
    try:
        if not _may_be_written(path):
            raise UsageError(
                tr("--errors {path} is there already and holds something else.").format(path=path),
                tr("Name a new file."),
            )
        stream = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield stream
    finally:
        # What could be written was flushed; a full disk was told of there.
        with suppress(OSError):
            stream.close()


def flush(errors: TextIO | None, path: Path | None) -> None:
    """Write what is held back, so that a full disk is noticed before anything is kept."""
    if errors is not None:
        try:
            errors.flush()
        except OSError as error:
            raise _unwritable(path, error) from error


def _may_be_written(path: Path) -> bool:
    """Whether nothing is lost: no file, no plain file, an empty one or an earlier list of refusals."""
    if not path.is_file():
        return True
    with path.open("rb") as stream:
        return stream.readline(100).strip() in (b"", ",".join(HEADER).encode())


def _same(one: Path, other: str | Path) -> bool:
    try:
        return one.exists() and one.samefile(other)
    except OSError:
        return False


def _unwritable(path: Path | None, error: OSError) -> FunnelError:
    reason = (error.strerror or str(error)).lower()
    return FunnelError(
        tr("--errors {path} cannot be written: {reason}.").format(path=path, reason=reason),
        tr("Nothing was imported."),
    )
