"""Where files live on this machine. Nothing is created by asking.

``FUNNEL_CONFIG`` and ``FUNNEL_LOG`` name other files; the XDG variables move the folders. ``FUNNEL_DB`` is
read by the command line, where it ranks between ``--db`` and the settings.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = "funnel"


def database_file() -> Path:
    """The database that is used when none is named."""
    return _folder("data") / "funnel.db"


def config_file() -> Path:
    """The user's own settings (see :mod:`funnel_tui.config`)."""
    return _named("FUNNEL_CONFIG") or _folder("config") / "config.toml"


def log_file() -> Path:
    """Where faults of the program are written down (see :mod:`funnel_tui.journal`)."""
    return _named("FUNNEL_LOG") or _folder("state") / "funnel.log"


def drafts_folder() -> Path:
    """Where what was typed and not saved is kept (see :mod:`funnel_tui.services.drafts`)."""
    return _folder("state") / "drafts"


def _named(variable: str) -> Path | None:
    text = os.environ.get(variable)
    return Path(text).expanduser() if text else None


_XDG = {
    "data": ("XDG_DATA_HOME", ".local/share"),
    "config": ("XDG_CONFIG_HOME", ".config"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}
"""Where folders are on Linux: the variable that names the place, and the usual one under the home folder."""


def _folder(kind: str) -> Path:
    # platformdirs costs more to import than it takes to open the database, and each start asks for the
    # settings; on Linux the answer is one variable.
    if sys.platform == "linux":
        variable, usual = _XDG[kind]
        named = os.environ.get(variable, "").strip()
        if not named or os.path.isabs(named):
            return Path(named or Path.home() / usual) / APP
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(APP, appauthor=False)
    return {"data": dirs.user_data_path, "config": dirs.user_config_path, "state": dirs.user_state_path}[kind]
