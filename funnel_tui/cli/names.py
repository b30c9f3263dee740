"""What completes an option or argument that is the name of something in the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import click

from funnel_tui.cli.common import chosen_target
from funnel_tui.errors import FunnelError

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def names_of(entity: str) -> Complete:
    """What completes a name, for ``shell_complete``; the letters may be small or large.

    Only a database file of this version is looked into: the tab key makes, upgrades and asks nothing, and a
    server may be far away.

    :param entity: ``rep``, ``team``, ``pipeline``, ``stage``, ``view``, ``tag`` and so on.
    """

    def complete(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
        found: list[str] = []
        with suppress(FunnelError, OSError):
            found = _names(context, entity)
        return [name for name in found if name.isprintable() and name.casefold().startswith(begun.casefold())]

    return complete


def _names(context: click.Context, entity: str) -> list[str]:
    from funnel_tui.db.target import SCHEMA_VERSION

    with context.scope(cleanup=False):
        target = chosen_target(None)
    if target.path is None or not target.path.is_file():
        return []
    with target.path.open("rb") as file:
        # Where SQLite keeps the version of the schema.
        version = int.from_bytes(file.read(64)[60:64], "big")
    if version != SCHEMA_VERSION:
        return []
    from funnel_tui.db import Database
    from funnel_tui.services.completing import names_to_complete
    from funnel_tui.services.workspace import Workspace

    database = Database(target)
    try:
        return names_to_complete(Workspace(database), entity)
    finally:
        database.close()
