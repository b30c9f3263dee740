"""Where files live on this machine. Nothing is created by asking.

``FUNNEL_CONFIG`` and ``FUNNEL_LOG`` name other files; the XDG variables move the folders. ``FUNNEL_DB`` is
read by the command line, where it ranks between ``--db`` and the settings.
"""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

APP = "funnel"
LOG_LIMIT = 1_000_000
"""Bytes after which the log is put aside as ``.old`` and begun anew."""


def database_file() -> Path:
    """The database that is used when none is named."""
    return _folder("data") / "funnel.db"


def config_file() -> Path:
    """The user's own settings (see :mod:`funnel_tui.config`)."""
    return _named("FUNNEL_CONFIG") or _folder("config") / "config.toml"


def log_file() -> Path:
    """Where a crash is written down."""
    return _named("FUNNEL_LOG") or _folder("state") / "funnel.log"


def drafts_folder() -> Path:
    """Where what was typed and not saved is kept (see :mod:`funnel_tui.services.drafts`)."""
    return _folder("state") / "drafts"


def record_crash(error: BaseException) -> Path | None:
    """Append an unexpected error to the log file, which only its owner can read.

    The traceback names files and lines but no local variables: those may hold customer data.

    :returns: the log file, or None where it cannot be written.
    """
    path = log_file()
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"--- {when}\n{''.join(traceback.format_exception(error))}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_name(path.name + ".old"))
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), "a", encoding="utf-8") as log:
            log.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
    except OSError:
        return None
    return path


def _named(variable: str) -> Path | None:
    text = os.environ.get(variable)
    return Path(text).expanduser() if text else None


def _folder(kind: str) -> Path:
    # platformdirs costs more to import than it takes to open the database, and most calls name their files.
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(APP, appauthor=False)
    return {"data": dirs.user_data_path, "config": dirs.user_config_path, "state": dirs.user_state_path}[kind]
