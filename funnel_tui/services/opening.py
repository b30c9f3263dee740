"""Opening a database for the app, which itself never sees one."""

from __future__ import annotations

from funnel_tui.db import Database, Target
from funnel_tui.services.workspace import Workspace

__all__ = ["Target", "open_workspace"]


def open_workspace(target: Target, *, actor: str | None = None) -> Workspace:
    """Open a database; a missing file is created, an older one upgraded after a backup.

    :param actor: who changes are recorded under; None for the name of the login.
    :raises DatabaseProblem: when it cannot be used; the message says why and what to do.
    """
    return Workspace(Database(target), actor=actor)
