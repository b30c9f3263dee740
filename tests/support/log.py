"""The audit log as tests read it: what was done to rows, newest first."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from funnel_tui.services.workspace import Workspace

_HIGHEST = 2**31 - 1
_LOGGED = """
SELECT g.id, g.action, g.actor, g.at, g.summary, g.undoes_id, c.row_id, c.row_last, c.op, c.before, c.after
FROM change c JOIN change_group g ON g.id = c.group_id
WHERE c.entity = :entity AND c.row_last >= :first AND c.row_id <= :last
ORDER BY c.id DESC
"""


class Logged(NamedTuple):
    """What one service call did to one row, or to a range of rows; ``before`` and ``after`` by column."""

    group: int
    action: str
    actor: str
    at: int
    summary: str
    undoes: int | None
    row_id: int
    row_last: int
    op: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def logged(workspace: Workspace, entity: str, row_id: int | None = None) -> list[Logged]:
    """Everything that was done to the rows of a table, or to one of them."""
    with workspace.read() as reader:
        first, last = (0, _HIGHEST) if row_id is None else (row_id, row_id)
        rows = reader.rows(_LOGGED, {"entity": entity, "first": first, "last": last})
    return [Logged(*row[:-2], *(json.loads(text) if text else None for text in row[-2:])) for row in rows]
