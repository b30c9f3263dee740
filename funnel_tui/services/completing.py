"""The names that a shell offers when the tab key is pressed."""

from __future__ import annotations

from funnel_tui.queries.names import names
from funnel_tui.services.workspace import Workspace

_OTHERS = {
    "stage": "SELECT DISTINCT name FROM stage ORDER BY name",
    "view": "SELECT name FROM saved_view ORDER BY name",
}


def names_to_complete(workspace: Workspace, entity: str) -> list[str]:
    """All names of a kind, in their order.

    :param entity: ``stage``, ``view``, or what :func:`funnel_tui.queries.names.names` knows.
    """
    with workspace.read() as reader:
        if entity in _OTHERS:
            return [str(row[0]) for row in reader.rows(_OTHERS[entity])]
        return [name for _, name in names(reader, entity)]
