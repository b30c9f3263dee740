"""What happened while deals stayed in a stage, and until they were qualified.

A stay that ended keeps what it was, so an earlier as-of needs no deal put together anew: later ends are left
out. Stays are found by the deals that changed since the period began; a stay cannot end without that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.activity_cells import ActivityScope, QualifiedCell, StayCell
from funnel_tui.domain.status import DealStatus
from funnel_tui.queries.activity import OWNER_THEN, deals_in, numbers_in, owners_in, seen_from

_DONE_OUT = "i.planned = 0 AND i.direction = 'out'"


def ended(reader: Reader, scope: ActivityScope, columns: str, join: str = "", where: str = "") -> str:
    """SELECT of the stays that ended in the period; ``v`` is the stay, ``n`` the next where it was moved.

    :param join: further joins, before WHERE.
    """
    owner = owner_of_stay(scope)
    # The signs keep SQLite from looking a stay up by anything but its deal.
    return (
        f"SELECT {columns} FROM deal d {reader.using('ix_deal_changed')} CROSS JOIN stage_visit v"
        f" LEFT JOIN stage_visit n ON v.exit = 'moved' AND n.deal_id = v.deal_id AND n.seq = v.seq + 1 {join}"
        " WHERE d.changed_at >= :start AND d.created_at < :end AND v.deal_id = d.id"
        f" AND {numbers_in('+v.pipeline_id', scope.pipelines)} AND +v.left_at >= :start AND +v.left_at < :end"
        f"{owners_in(scope, owner)}{deals_in(scope, 'v.deal_id')}{where}"
    )


def owner_of_stay(scope: ActivityScope) -> str:
    """Whose a stay is: the owner at its end, or the deal's at as-of."""
    if not scope.present_owner:
        return "coalesce(v.exit_owner_id, v.owner_id)"
    return "d.owner_id" if scope.past is None else OWNER_THEN


def bounds(scope: ActivityScope) -> dict[str, Any]:
    """The parameters of :func:`ended` and :func:`lasting`."""
    return {"start": scope.start, "end": scope.end, **seen_from(scope)}


def follow_ups_of(reader: Reader, deal: str, entered: str, left: str) -> str:
    """SQL that counts the done outbound interactions of a stay (METRICS 5)."""
    return (
        f"(SELECT count(*) FROM interaction i {reader.using('ix_interaction_deal')} WHERE i.deal_id = {deal}"
        f" AND i.at > {entered} AND i.at <= {left} AND {_DONE_OUT})"
    )


def ended_cells(
    reader: Reader, scope: ActivityScope, kinds: Sequence[int] = (), *, by_owner: bool = True
) -> list[StayCell]:
    """The stays that ended in the period.

    :param kinds: count for each of these kinds the stays in which it occurred, in either direction.
    :param by_owner: False puts all owners together, under 0.
    """
    owner = owner_of_stay(scope) if by_owner else "0"
    if kinds:
        marks = ", ".join(
            f"max(CASE WHEN i.kind_id = {kind:d} THEN 1 ELSE 0 END) AS k{kind:d}" for kind in kinds
        )
        join = (
            f"LEFT JOIN interaction i {reader.using('ix_interaction_deal')} ON i.deal_id = v.deal_id"
            " AND i.at > v.entered_at AND i.at <= v.left_at AND i.planned = 0"
        )
        out = "count(CASE WHEN i.direction = 'out' THEN 1 END)"
        columns = f"v.stage_id AS s, n.stage_id AS t, v.exit AS e, {owner} AS o, {out} AS f, {marks}"
        grouped = " GROUP BY v.id, v.stage_id, n.stage_id, v.exit"
        grouped += f", {owner}" if by_owner else ""
        inner = ended(reader, scope, columns, join, grouped)
        sums = "".join(f", sum(k{kind:d})" for kind in kinds)
    else:
        count = follow_ups_of(reader, "v.deal_id", "v.entered_at", "v.left_at")
        inner = ended(
            reader, scope, f"v.stage_id AS s, n.stage_id AS t, v.exit AS e, {owner} AS o, {count} AS f"
        )
        sums = ""
    rows = reader.rows(
        f"SELECT s, t, e, o, f, count(*){sums} FROM ({inner}) AS stays GROUP BY s, t, e, o, f", bounds(scope)
    )
    return [_ended_cell(*row) for row in rows]


def _ended_cell(
    stage: int, to_stage: int | None, way_out: str, owner: int, follow_ups: int, stays: int, *kinds: int
) -> StayCell:
    return StayCell(stage, to_stage, way_out, owner, follow_ups, stays, tuple(map(int, kinds)))


def lasting(reader: Reader, scope: ActivityScope) -> str:
    """WITH of the stays that last at as-of: ``s(deal, stage, since, owner)``."""
    settled = "" if scope.past is None else " AND d.changed_at <= :as_of"
    if scope.where is not None:
        settled += f" AND {scope.where.sql}"
    table = (
        f"SELECT d.id, d.stage_id, d.entered_at, d.owner_id FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE {numbers_in('d.pipeline_id', scope.pipelines)} AND d.closed_at IS NULL"
        f"{owners_in(scope, 'd.owner_id')}{settled}"
    )
    facts = [
        (deal.id, deal.stage_id, deal.entered_at, deal.owner_id)
        for deal in scope.past or ()
        if deal.status is DealStatus.OPEN
        and deal.pipeline_id in scope.pipelines
        and scope.admits(deal.owner_id)
    ]
    return f"WITH s(deal, stage, since, owner) AS ({table}{_values(facts)})"


def lasting_cells(reader: Reader, scope: ActivityScope, *, by_owner: bool = True) -> list[StayCell]:
    """The stays that last at as-of, with the follow-ups so far.

    :param by_owner: False puts all owners together, under 0.
    """
    count = follow_ups_of(reader, "s.deal", "s.since", ":as_of")
    owner = "s.owner" if by_owner else "0"
    rows = reader.rows(
        f"{lasting(reader, scope)} SELECT stage, owner, f, count(*)"
        f" FROM (SELECT s.stage, {owner} AS owner, {count} AS f FROM s) AS stays GROUP BY stage, owner, f",
        seen_from(scope),
    )
    return [StayCell(stage, None, None, owner, found, stays) for stage, owner, found, stays in rows]


def qualified(reader: Reader, scope: ActivityScope, stages: Iterable[int]) -> str:
    """SELECT of (deal, instant) of the deals that reached one of these stages in the period."""
    numbers = list(stages)
    whose = "d.owner_id" if scope.present_owner else "x.reached_owner_id"
    join, where = "", owners_in(scope, whose)
    if scope.past is not None:
        where += " AND d.changed_at <= :as_of"
    if "d." in where:
        join, where = " CROSS JOIN deal d", f" AND d.id = x.deal_id{where}"
    where += deals_in(scope, "x.deal_id")
    facts = [
        (deal.id, item.reached_at)
        for deal in scope.past or ()
        for item in deal.stages
        if item.stage_id in numbers
        and scope.start <= item.reached_at < scope.end
        and scope.admits(deal.owner_id if scope.present_owner else item.reached_owner_id)
    ]
    return (
        "SELECT x.deal_id AS deal, x.reached_at AS at"
        f" FROM deal_stage x {reader.using('ix_deal_stage_reached')}{join}"
        f" WHERE {numbers_in('x.stage_id', numbers)} AND x.reached_at >= :start AND x.reached_at < :end"
        f"{where}{_values(facts)}"
    )


def qualified_cells(
    reader: Reader, scope: ActivityScope, stages: Mapping[int, int]
) -> tuple[int, list[QualifiedCell]]:
    """The deals that were qualified in the period and the interactions, in either direction, up to then.

    :param stages: the qualified stage by pipeline.
    :returns: how many deals, and the cells of those that had any interaction.
    """
    if not stages:
        return 0, []
    rows = reader.rows(
        f"WITH q AS MATERIALIZED ({qualified(reader, scope, stages.values())}),"
        " c AS MATERIALIZED (SELECT q.deal, i.kind_id AS kind, count(*) AS n"
        f" FROM q CROSS JOIN interaction i {reader.using('ix_interaction_deal')}"
        " WHERE i.deal_id = q.deal AND i.at <= q.at AND i.planned = 0 GROUP BY q.deal, i.kind_id)"
        " SELECT -1, 0, count(*) FROM q UNION ALL"
        " SELECT kind, n, count(*) FROM c GROUP BY kind, n UNION ALL"
        " SELECT 0, total, count(*) FROM (SELECT sum(n) AS total FROM c GROUP BY deal) AS t GROUP BY total",
        bounds(scope),
    )
    cells = [QualifiedCell(kind, int(found), deals) for kind, found, deals in rows if kind >= 0]
    return int(rows[0][2]), cells


def _values(rows: Sequence[tuple[int, ...]]) -> str:
    """Deals as they stood, beside those that are read."""
    if not rows:
        return ""
    return " UNION ALL VALUES " + ", ".join(f"({', '.join(str(int(n)) for n in row)})" for row in rows)
