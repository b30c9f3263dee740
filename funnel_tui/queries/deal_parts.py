"""What was done to the people, the tags and the demand lines of a deal, out of the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from funnel_tui.db.reader import Reader
from funnel_tui.domain.deal_detail import TimelineKey
from funnel_tui.queries.deal_detail import PART, older

TABLES = ("deal_person", "deal_tag", "demand_line")

# Only the log knows whose a row was that is gone. PostgreSQL writes blanks around the colons when it undoes.
_GONE = "before LIKE :mine OR before LIKE :mine_undone"


class PartLine(NamedTuple):
    """A change of one row.

    :param values: what a changed row refers to.
    """

    id: int
    at: int
    actor: str
    entity: str
    op: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    values: Mapping[str, Any]


def part_lines(
    reader: Reader, deal_id: int, as_of: int, before: TimelineKey | None, limit: int
) -> list[PartLine]:
    """Changes that are in effect, newest first; what came with the deal itself is none.

    One that was undone is not in effect; one that was redone is shown at the time of the redo.
    """
    these = " UNION ".join(
        f"SELECT id FROM change WHERE entity = '{table}' AND row_last = row_id AND row_id IN ("
        f"SELECT id FROM {table} WHERE deal_id = :deal UNION "
        f"SELECT row_id FROM change WHERE entity = '{table}' AND op = 'delete' AND ({_GONE}))"
        for table in TABLES
    )
    rows = reader.rows(
        f"""
        SELECT c.id, g.at, g.actor, c.entity, c.op, c.before, c.after, c.row_id
        FROM change c JOIN change_group g ON g.id = c.group_id
        WHERE c.id IN ({these}) AND g.at <= :as_of AND g.action <> 'undo'
              AND NOT EXISTS (SELECT 1 FROM change_group u WHERE u.undoes_id = g.id)
              AND NOT EXISTS (SELECT 1 FROM change k WHERE k.group_id = g.id AND k.entity = 'deal'
                              AND k.op = 'insert' AND k.row_id <= :deal AND k.row_last >= :deal)
              {older("g.at", "c.id", PART, before)}
        ORDER BY g.at DESC, c.id DESC LIMIT :limit
        """,
        {
            **{"deal": deal_id, "as_of": as_of, "limit": limit},
            **{"mine": f'%"deal_id":{deal_id},%', "mine_undone": f'%"deal_id" : {deal_id},%'},
        },
    )
    return [
        PartLine(
            number,
            at,
            actor,
            entity,
            op,
            json.loads(old) if old else {},
            json.loads(new) if new else {},
            _row(reader, entity, row) if op == "update" else {},
        )
        for number, at, actor, entity, op, old, new, row in rows
    ]


def _row(reader: Reader, entity: str, number: int) -> dict[str, Any]:
    """What a row refers to now; what it referred to when it is gone."""
    names = {"deal_person": ("person_id", "role"), "demand_line": ("product_id", "currency")}.get(
        entity, ("tag_id",)
    )
    rows = reader.rows(f"SELECT {', '.join(names)} FROM {entity} WHERE id = :row", {"row": number})
    if rows:
        return dict(zip(names, rows[0], strict=True))
    last = reader.rows(
        "SELECT before FROM change WHERE entity = :entity AND row_id = :row AND op = 'delete'"
        " ORDER BY id DESC LIMIT 1",
        {"entity": entity, "row": number},
    )
    return dict(json.loads(last[0][0])) if last and last[0][0] else {}
