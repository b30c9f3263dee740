"""Writing an interaction that took place, inside the transaction of another service.

``deal.touched_at`` is the instant of the last done interaction of a deal (METRICS 4: idle). It follows from
the interactions, so it stays out of the audit log and leaves the version of the deal alone: whoever edits the
deal meanwhile is not refused because somebody called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from funnel_tui.domain.status import ActivityStep, ChangeOp, Direction
from funnel_tui.domain.tasks import TaskKind
from funnel_tui.models import Interaction, InteractionKind
from funnel_tui.services.transaction import Transaction, table_of

KINDS: Mapping[str, tuple[str, ActivityStep]] = {
    TaskKind.CALL: ("Call", ActivityStep.CALLS),
    TaskKind.EMAIL: ("Email", ActivityStep.NONE),
    TaskKind.MEETING: ("Meeting", ActivityStep.MEETINGS),
}
"""The kind of interaction that a task of a kind becomes when it is done; other tasks become none."""

_LAST_DONE = "(SELECT max(i.at) FROM interaction i WHERE i.deal_id = deal.id AND i.planned = 0)"
_TOUCH = text(f"UPDATE deal SET touched_at = {_LAST_DONE} WHERE id = :deal")  # noqa: S608
_NEW_KIND = text(
    "INSERT INTO interaction_kind (name, step, position, active, version) "
    "SELECT :name, :step, coalesce(max(position), 0) + 1, 1, 1 FROM interaction_kind WHERE true "
    "ON CONFLICT (name) DO NOTHING RETURNING id, position"
)


def add_done(
    call: Transaction,
    *,
    kind: str,
    owner_id: int,
    at: int,
    deal: Mapping[str, Any] | None,
    outcome: str | None = None,
    duration_seconds: int | None = None,
    note: str | None = None,
) -> int:
    """Write an outbound interaction that took place, and that the deal was touched.

    :param kind: a key of :data:`KINDS`.
    :param owner_id: the rep.
    :param at: when it took place, in epoch seconds.
    :param deal: the row of the deal it was about, or None.
    :returns: its number.
    """
    values = {
        "deal_id": None if deal is None else deal["id"],
        "organisation_id": None if deal is None else deal["organisation_id"],
        "owner_id": owner_id,
        "kind_id": ensure_kind(call, *KINDS[kind]),
        "direction": Direction.OUT,
        "outcome": outcome,
        "at": at,
        "planned": False,
        "duration_seconds": duration_seconds,
        "note": note,
    }
    interaction_id = call.insert(Interaction, values)
    if deal is not None:
        touch(call.connection, deal["id"])
    return interaction_id


def ensure_kind(call: Transaction, name: str, step: ActivityStep) -> int:
    """The number of a kind of interaction: that of the name, else the first of the step, else a new one."""
    rows = call.reader.rows("SELECT id, name, step FROM interaction_kind ORDER BY id")
    named = [number for number, known, _ in rows if str(known).casefold() == name.casefold()]
    alike = [number for number, _, of in rows if of == step.value and step is not ActivityStep.NONE]
    if named or alike:
        return int((named or alike)[0])
    made = call.connection.execute(_NEW_KIND, {"name": name, "step": step.value}).first()
    if made is None:
        # Somebody else needed it at the same moment.
        return ensure_kind(call, name, step)
    number, position = int(made[0]), int(made[1])
    values = {"id": number, "name": name, "step": step, "position": position, "active": True, "version": 1}
    call.record(table_of(InteractionKind), number, ChangeOp.INSERT, None, values)
    return number


def touch(connection: Connection, deal_id: int) -> None:
    """Write again when a deal was last touched."""
    connection.execute(_TOUCH, {"deal": deal_id})


def touch_changed(connection: Connection, group_id: int) -> None:
    """Write again when the deals were last touched whose interactions a change group wrote or took away.

    :param group_id: a group whose changes are in effect; its log must be written.
    """
    gone = (
        "json_extract(c.before, '$.deal_id')"
        if connection.dialect.name == "sqlite"
        else "(c.before::json->>'deal_id')::bigint"
    )
    mine = f"c.group_id = {int(group_id)} AND c.entity = 'interaction'"
    connection.exec_driver_sql(
        f"UPDATE deal SET touched_at = {_LAST_DONE} WHERE id IN ("  # noqa: S608
        "SELECT i.deal_id FROM change c JOIN interaction i ON i.id BETWEEN c.row_id AND c.row_last "
        f"WHERE {mine} AND c.op <> 'delete' "
        f"UNION SELECT {gone} FROM change c WHERE {mine} AND c.op <> 'insert')"
    )
