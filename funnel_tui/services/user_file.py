"""Writing the name of the user into their settings file, and leaving all else in it as it is."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path

from funnel_tui import paths
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr
from funnel_tui.unfinished import new_file_beside

_LINE = re.compile(r"^[ \t]*user[ \t]*=.*$", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def remember_user(name: str, path: Path | None = None) -> Path:
    """Put ``user = "NAME"`` into the settings file; a missing file is made.

    :param path: another file than the usual one.
    :returns: the file.
    :raises FunnelError: when it cannot be written.
    """
    path = path or paths.config_file()
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, with_user(text, name))
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise FunnelError(
            tr("Your name could not be kept in {path}: {reason}.").format(path=path, reason=reason),
            tr("The next start takes the name of the login again."),
        ) from error
    return path


def with_user(text: str, name: str) -> str:
    """The text of a settings file with another name of the user in it."""
    # What JSON makes of a text is a basic string of TOML too.
    line = f"user = {json.dumps(name, ensure_ascii=False)}"
    table = _TABLE.search(text)
    head, rest = (text, "") if table is None else (text[: table.start()], text[table.start() :])
    if _LINE.search(head):
        return _LINE.sub(lambda _: line, head, count=1) + rest
    return f"{line}\n{text}"


def _replace(path: Path, text: str) -> None:
    """Write a file in one step, with the rights it had."""
    target = path.resolve()
    handle, unfinished = new_file_beside(target)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        if target.exists():
            unfinished.chmod(target.stat().st_mode & 0o777)
        unfinished.replace(target)
    finally:
        with suppress(OSError):
            unfinished.unlink()
