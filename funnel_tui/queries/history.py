"""The audit log: service calls, newest first, and the rows that each changed."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NamedTuple

from funnel_tui.db.reader import Reader
from funnel_tui.domain.change_history import HistoryGroup

_GROUP = "g.id, g.at, g.actor, g.action, g.summary, g.undoes_id"

# Rows that belong to a deal and are kept as long as it is.
_OF_DEAL = ("stage_visit", "interaction", "task", "deal_person", "deal_tag", "demand_line")
# Those of them that may be deleted; then only the log knows whose they were. They are looked through one by
# one: there are few of each but interactions, and of those an import is one entry.
_MAY_GO = ("interaction", "deal_person", "deal_tag", "demand_line")

NAMES = {
    **{"deal": "title", "task": "title", "stage_task_template": "title"},
    **dict.fromkeys(
        ("organisation", "person", "rep", "team", "stage", "pipeline", "source", "loss_reason", "tag"), "name"
    ),
    **dict.fromkeys(("product", "interaction_kind", "saved_view"), "name"),
}
"""The column that rows of a table are called by."""


BESIDE = ("deal_past",)
"""Tables whose rows only repeat what the other changes of a call say."""


class ChangeLine(NamedTuple):
    """One row of the audit log; ``before`` and ``after`` are JSON objects or None."""

    id: int
    entity: str
    row_id: int
    row_last: int
    op: str
    before: str | None
    after: str | None


def groups(
    reader: Reader, *, actor: str | None, deal_id: int | None, before_id: int | None, limit: int
) -> list[HistoryGroup]:
    """Service calls, newest first.

    :param deal_id: only those that changed this deal or what belongs to it; also the import that brought it.
    :param before_id: only those with a smaller number.
    """
    conditions = ["1 = 1"]
    if actor is not None:
        conditions.append("g.actor = :actor")
    if before_id is not None:
        conditions.append("g.id < :before")
    if deal_id is not None:
        conditions.append(f"g.id IN ({_of_deal()})")
    where = " AND ".join(conditions)
    rows = reader.rows(
        f"SELECT {_GROUP} FROM change_group g WHERE {where} ORDER BY g.id DESC LIMIT :limit",
        {
            **{"actor": actor, "before": before_id, "limit": limit, "deal": deal_id},
            **{"mine": f'%"deal_id":{deal_id},%', "mine_last": f'%"deal_id":{deal_id}}}%'},
        },
    )
    return [HistoryGroup(*row) for row in rows]


def undone_of(reader: Reader, numbers: Collection[int]) -> set[int]:
    """Those of some service calls that are not in effect.

    An undo is taken back by a redo, that by another undo: the number of turns after a call says it.
    """
    turns = dict.fromkeys(numbers, 0)
    first = {number: number for number in numbers}
    while first:
        listed = ", ".join(str(int(number)) for number in first)
        rows = reader.rows(f"SELECT id, undoes_id FROM change_group WHERE undoes_id IN ({listed})")
        first = {number: first[undoes] for number, undoes in rows}
        for number in first.values():
            turns[number] += 1
    return {number for number, count in turns.items() if count % 2}


def deals_touched(reader: Reader, group_id: int) -> int:
    """How many deals a service call made, changed or moved; what was removed meanwhile is counted too."""
    rows = reader.rows(
        "SELECT coalesce(sum(row_last - row_id + 1), 0) FROM "
        "(SELECT DISTINCT row_id, row_last FROM change WHERE group_id = :group AND entity = 'deal') AS mine",
        {"group": group_id},
    )
    beside = [
        reader.rows(
            f"SELECT count(DISTINCT t.deal_id) FROM change c JOIN {table} t "
            "ON t.id BETWEEN c.row_id AND c.row_last WHERE c.group_id = :group AND c.entity = :entity",
            {"group": group_id, "entity": table},
        )[0][0]
        for table in ("stage_visit", "task", "deal_tag")
    ]
    return int(max(rows[0][0], *beside))


def _of_deal() -> str:
    """SQL for the numbers of the groups that changed a deal or what belongs to it."""
    inside = "row_last > row_id AND row_last >= :deal AND row_id <= :deal"
    parts = [
        "SELECT group_id FROM change WHERE entity = 'deal' AND row_id = :deal",
        f"SELECT group_id FROM change WHERE entity = 'deal' AND {inside}",
    ]
    parts += [
        f"SELECT group_id FROM change WHERE entity = '{table}'"
        f" AND row_id IN (SELECT id FROM {table} WHERE deal_id = :deal)"
        for table in _OF_DEAL
    ]
    parts += [
        f"SELECT group_id FROM change WHERE entity = '{table}' AND op = 'delete'"
        " AND (before LIKE :mine OR before LIKE :mine_last)"
        for table in _MAY_GO
    ]
    return " UNION ".join(parts)


def actors(reader: Reader) -> list[str]:
    """Everybody who ever changed something, by name."""
    return sorted(row[0] for row in reader.rows("SELECT DISTINCT actor FROM change_group"))


def group_lines(reader: Reader, group_id: int, limit: int) -> tuple[list[ChangeLine], int]:
    """The rows that a service call changed, in its order.

    :returns: the first of them, and how many there are.
    """
    beside = ", ".join(f"'{table}'" for table in BESIDE)
    where = f"group_id = :group AND entity NOT IN ({beside})"
    rows = reader.rows(
        f"SELECT id, entity, row_id, row_last, op, before, after FROM change WHERE {where}"
        " ORDER BY id LIMIT :limit",
        {"group": group_id, "limit": limit},
    )
    count = reader.rows(f"SELECT count(*) FROM change WHERE {where}", {"group": group_id})
    return [ChangeLine(*row) for row in rows], int(count[0][0])


def names_of(reader: Reader, table: str, numbers: Collection[int]) -> dict[int, str]:
    """What rows are called now, by their numbers; those that are gone, what the log says they were called."""
    if not numbers:
        return {}
    listed = ", ".join(str(int(number)) for number in numbers)
    column = NAMES[table]
    found = dict(reader.rows(f"SELECT id, {column} FROM {table} WHERE id IN ({listed})"))
    for number in set(numbers) - set(found):
        rows = reader.rows(
            "SELECT coalesce(after, before) FROM change WHERE entity = :entity AND row_id = :row"
            " AND op <> 'update' ORDER BY id DESC LIMIT 1",
            {"entity": table, "row": number},
        )
        if rows and rows[0][0] is not None:
            found[number] = json.loads(rows[0][0]).get(column, "")
    return found


def deals_of(reader: Reader, table: str, numbers: Collection[int]) -> dict[int, str]:
    """The title of the deal that rows belong to, by the numbers of the rows."""
    if table not in _OF_DEAL or not numbers:
        return {}
    listed = ", ".join(str(int(number)) for number in numbers)
    return dict(
        reader.rows(
            f"SELECT c.id, d.title FROM {table} c JOIN deal d ON d.id = c.deal_id WHERE c.id IN ({listed})"
        )
    )


def currency_then(reader: Reader, line: ChangeLine) -> str | None:
    """The currency that a row had when a change was made that did not touch it.

    It is what the next change of the currency says it was before, else the present one.
    """
    rows = reader.rows(
        "SELECT before FROM change WHERE entity = :entity AND row_id = :row AND id > :id"
        " AND before LIKE '%\"currency\"%' ORDER BY id LIMIT 1",
        {"entity": line.entity, "row": line.row_id, "id": line.id},
    )
    if rows:
        before: dict[str, str | None] = json.loads(rows[0][0])
        return before["currency"]
    found = reader.rows(f"SELECT currency FROM {line.entity} WHERE id = :row", {"row": line.row_id})
    return str(found[0][0]) if found and found[0][0] else None
