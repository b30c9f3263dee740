"""The one place that writes interactions, inside the transaction of another service.

What follows from them is written with them: ``deal.touched_at``, the instant of the last done interaction
of a deal (METRICS 4: idle), and ``activity_day``. Both stay out of the audit log, and the version of the deal
stays: whoever edits the deal meanwhile is not refused because somebody called.

The deal of an interaction must be locked before it is written, changed or removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from funnel_tui.domain.status import Direction
from funnel_tui.models import Interaction
from funnel_tui.services.activity_days import Cell, recount_cells, recount_changed, zone_of
from funnel_tui.services.transaction import Transaction

Values = Mapping[str, Any]

_LAST_DONE = "(SELECT max(i.at) FROM interaction i WHERE i.deal_id = deal.id AND i.planned = 0)"
_TOUCH = text(f"UPDATE deal SET touched_at = {_LAST_DONE} WHERE id = :deal")  # noqa: S608

WRONGLY_TOUCHED = f"""
SELECT id, title FROM (SELECT deal.id, deal.title, deal.touched_at, {_LAST_DONE} AS last_at FROM deal) AS d
WHERE coalesce(touched_at <> last_at, (touched_at IS NULL) <> (last_at IS NULL)) ORDER BY id
"""  # noqa: S608
"""Number and title of the deals that were not last touched when it says."""

_TOUCHING = frozenset({"deal_id", "at", "planned"})
_COUNTED = frozenset({"owner_id", "kind_id", "at", "planned", "outcome", "direction"})
"""The columns that the last done interaction of a deal and the sums per day follow from."""

_ABSENT: Mapping[str, Any] = {
    **dict.fromkeys(("external_id", "deal_id", "organisation_id", "person_id", "outcome", "note")),
    **{"duration_seconds": None, "direction": Direction.OUT, "planned": False},
}


def write_interaction(call: Transaction, values: Values) -> int:
    """Write an interaction and what follows from it.

    :param values: its columns; owner_id, kind_id and at are needed. Nothing is checked here.
    :returns: its number.
    """
    row = {**_ABSENT, **values}
    interaction_id = call.insert(Interaction, row)
    _touch(call, [row])
    _recount(call, [row])
    return interaction_id


def change_interaction(call: Transaction, before: Values, changes: Values) -> int:
    """Change an interaction and what follows from it.

    :param before: the row as the transaction read it.
    :returns: its version after that.
    """
    version = call.update(Interaction, before, changes)
    changed = {name for name, value in changes.items() if value != before[name]}
    rows = [before, {**before, **changes}]
    if changed & _TOUCHING:
        _touch(call, rows)
    if changed & _COUNTED:
        _recount(call, rows)
    return version


def remove_interaction(call: Transaction, before: Values) -> None:
    """Delete an interaction, and write what follows from that."""
    call.delete(Interaction, before)
    _touch(call, [before])
    _recount(call, [before])


def _touch(call: Transaction, rows: list[Values]) -> None:
    for deal_id in sorted({row["deal_id"] for row in rows if row["deal_id"] is not None}):
        touch(call.connection, deal_id)


def _recount(call: Transaction, rows: list[Values]) -> None:
    cells: list[Cell] = [(row["at"], row["owner_id"], row["kind_id"]) for row in rows]
    recount_cells(call.connection, cells, zone_of(call.reader))


def follow_changed(connection: Connection, group_id: int) -> None:
    """Write what follows from all interactions that a change group wrote, changed or took away.

    :param group_id: a group whose changes are in effect; its log must be written
        (:meth:`~funnel_tui.services.transaction.Transaction.flush`), and its call must be alone.
    """
    touch_changed(connection, group_id)
    recount_changed(connection, group_id)


def touch(connection: Connection, deal_id: int) -> None:
    """Write again when a deal was last touched."""
    connection.execute(_TOUCH, {"deal": deal_id})


def touch_all(connection: Connection) -> None:
    """Write again when deals were last touched, where it is wrong."""
    for deal_id, _ in connection.exec_driver_sql(WRONGLY_TOUCHED).all():
        touch(connection, deal_id)


def touch_changed(connection: Connection, group_id: int) -> None:
    """Write again when the deals were last touched whose interactions a change group wrote or took away.

    :param group_id: as for :func:`follow_changed`.
    """

    def said(column: str) -> str:
        if connection.dialect.name == "sqlite":
            return f"json_extract(c.{column}, '$.deal_id')"
        return f"(c.{column}::json->>'deal_id')::bigint"

    mine = f"c.group_id = {int(group_id)} AND c.entity = 'interaction'"
    connection.exec_driver_sql(
        f"UPDATE deal SET touched_at = {_LAST_DONE} WHERE id IN ("  # noqa: S608
        "SELECT i.deal_id FROM change c JOIN interaction i ON i.id BETWEEN c.row_id AND c.row_last "
        f"WHERE {mine} AND c.op <> 'delete' "
        f"UNION SELECT {said('before')} FROM change c WHERE {mine} AND c.op <> 'insert')"
    )
