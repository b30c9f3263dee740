"""The interactions and deals behind the figures of activity."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from funnel_tui.db.reader import Reader
from funnel_tui.domain.activity import Counted
from funnel_tui.domain.activity_cells import ActivityScope, StayCell
from funnel_tui.domain.interactions import is_conversation
from funnel_tui.queries.activity import numbers_in, seen_from, source_of
from funnel_tui.queries.follow_ups import (
    bounds,
    ended,
    follow_ups_of,
    lasting,
    owner_of_stay,
    qualified,
)

_COUNTED = {
    Counted.DONE: "i.planned = 0 AND i.at <= :as_of",
    Counted.WITH_OUTCOME: "i.planned = 0 AND i.at <= :as_of AND i.outcome <> ''",
    Counted.CONVERSATIONS: "i.planned = 0 AND i.at <= :as_of AND i.outcome <> ''",
    Counted.OUTBOUND: "i.planned = 0 AND i.at <= :as_of AND i.direction = 'out'",
}


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a deal in a stage.

    :param at: when it ended, or began for one that lasts.
    :param cell: the same as a cell of one stay.
    :param has_kind: whether the kind asked for occurred in it.
    """

    deal_id: int
    at: int
    cell: StayCell
    has_kind: bool = False


def interactions_counted(
    reader: Reader, scope: ActivityScope, counted: Counted, kinds: Iterable[int] | None
) -> array[int]:
    """The interactions that a figure counts, the latest first.

    :param kinds: only these; None for all.
    """
    table, where, _ = source_of(reader, scope)
    if kinds is not None:
        where += f" AND {numbers_in('i.kind_id', kinds)}"
    planned = "i.planned = 1 AND i.at <= :as_of" if scope.is_past else "i.planned = 1"
    rows = reader.rows(
        f"SELECT i.id, i.at, i.outcome FROM {table} WHERE i.at >= :start AND i.at < :end"
        f" AND {_COUNTED.get(counted, planned)}{where}",
        {"start": scope.start, "end": scope.spans[-1].end, **seen_from(scope)},
    )
    if counted is Counted.CONVERSATIONS:
        rows = [row for row in rows if is_conversation(row[2])]
    rows.sort(key=lambda row: (-row[1], -row[0]))
    return array("q", (row[0] for row in rows))


def ended_stays(
    reader: Reader, scope: ActivityScope, stage_id: int | None, kind_id: int | None
) -> list[Stay]:
    """The stays that ended in the period, the latest first.

    :param stage_id: only those in this stage.
    :param kind_id: tell whether an interaction of this kind occurred.
    """
    count = follow_ups_of(reader, "v.deal_id", "v.entered_at", "v.left_at")
    has = "0"
    if kind_id is not None:
        has = (
            f"(SELECT max(1) FROM interaction i {reader.using('ix_interaction_deal')}"
            " WHERE i.deal_id = v.deal_id AND i.at > v.entered_at AND i.at <= v.left_at"
            f" AND i.planned = 0 AND i.kind_id = {kind_id:d})"
        )
    where = "" if stage_id is None else f" AND +v.stage_id = {stage_id:d}"
    owner = owner_of_stay(scope)
    columns = f"v.deal_id, v.left_at, v.stage_id, n.stage_id, v.exit, {owner}, {count}, {has}"
    rows = reader.rows(ended(reader, scope, columns, where=where), bounds(scope))
    rows.sort(key=lambda row: (-row[1], row[0]))
    return [
        Stay(deal, at, StayCell(stage, following, way_out, whose, found, 1), bool(has_kind))
        for deal, at, stage, following, way_out, whose, found, has_kind in rows
    ]


def lasting_stays(reader: Reader, scope: ActivityScope, stage_id: int | None) -> list[Stay]:
    """The stays that last at as-of, the longest first."""
    count = follow_ups_of(reader, "s.deal", "s.since", ":as_of")
    where = "" if stage_id is None else f" WHERE s.stage = {stage_id:d}"
    rows = reader.rows(
        f"{lasting(reader, scope)} SELECT s.deal, s.since, s.stage, s.owner, {count} FROM s{where}",
        seen_from(scope),
    )
    rows.sort(key=lambda row: (row[1], row[0]))
    return [
        Stay(deal, since, StayCell(stage, None, None, owner, found, 1))
        for deal, since, stage, owner, found in rows
    ]


def qualified_deals(
    reader: Reader, scope: ActivityScope, stages: Iterable[int], kind_id: int | None
) -> array[int]:
    """The deals that were qualified in the period, the latest first.

    :param kind_id: only those with an interaction of this kind up to then.
    """
    where = ""
    if kind_id is not None:
        where = (
            f" WHERE EXISTS (SELECT 1 FROM interaction i {reader.using('ix_interaction_deal')}"
            f" WHERE i.deal_id = q.deal AND i.at <= q.at AND i.planned = 0 AND i.kind_id = {kind_id:d})"
        )
    rows = reader.rows(
        f"WITH q AS ({qualified(reader, scope, stages)}) SELECT q.deal, q.at FROM q{where}", bounds(scope)
    )
    rows.sort(key=lambda row: (-row[1], row[0]))
    return array("q", (row[0] for row in rows))
