"""One organisation or person: facts, people, deals, interactions page by page, changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.directory import ChangeEntry, DealEntry, InteractionEntry, InteractionPage, Kind
from funnel_tui.domain.money import Money
from funnel_tui.domain.status import ChangeOp, DealStatus, Direction, PersonRole

Cursor = tuple[int, int]
"""Instant and number of the last interaction of a page."""

_DEAL = """
SELECT d.id, d.title, o.name, r.name, l.name, s.name, d.status, d.amount_minor, d.currency, d.created_at,
       d.closed_at, {role}
FROM {source} JOIN rep r ON r.id = d.owner_id JOIN pipeline l ON l.id = d.pipeline_id
     JOIN stage s ON s.id = d.stage_id LEFT JOIN organisation o ON o.id = d.organisation_id
WHERE {where}
ORDER BY CASE WHEN d.closed_at IS NULL THEN 0 ELSE 1 END, coalesce(d.closed_at, d.created_at) DESC, d.id DESC
"""
_DEALS = {
    "organisation": _DEAL.format(role="NULL", source="deal d", where="d.organisation_id = :id"),
    "person": _DEAL.format(
        role="p.role", source="deal_person p JOIN deal d ON d.id = p.deal_id", where="p.person_id = :id"
    ),
}

_INTERACTIONS = """
SELECT i.id, i.at, k.name, i.direction, i.outcome, i.planned, i.duration_seconds, i.note, r.name, i.deal_id,
       d.title, p.name
FROM (SELECT * FROM interaction x WHERE x.{column} = :id {after}
      ORDER BY x.at DESC, x.id DESC LIMIT :limit) i
     JOIN interaction_kind k ON k.id = i.kind_id JOIN rep r ON r.id = i.owner_id
     LEFT JOIN deal d ON d.id = i.deal_id LEFT JOIN person p ON p.id = i.person_id
ORDER BY i.at DESC, i.id DESC
"""
# Two comparisons, because neither database walks an index by a row value in descending order reliably.
_AFTER = "AND x.at <= :at AND (x.at < :at OR x.id < :last)"

# A row that an import brought is inside a range of numbers; the two indexes are asked one after the other.
_CHANGES = """
SELECT c.id, g.at, g.actor, g.summary, c.op, c.before, c.after,
       EXISTS (SELECT 1 FROM change_group u WHERE u.undoes_id = g.id)
FROM change c JOIN change_group g ON g.id = c.group_id
WHERE c.id IN (
    SELECT id FROM change WHERE entity = :entity AND row_id = :id AND id < :before
    UNION SELECT id FROM change {ranges}
    WHERE entity = :entity AND row_last > row_id AND row_last >= :id AND row_id <= :id AND id < :before
)
ORDER BY c.id DESC LIMIT :limit
"""
_NEWEST = 2**62


def organisation_facts(reader: Reader, number: int) -> tuple[Any, ...] | None:
    """Version, external id, status as set, and note; None for an unknown number."""
    rows = reader.rows(
        "SELECT version, external_id, status, note FROM organisation WHERE id = :id", {"id": number}
    )
    return rows[0] if rows else None


def person_facts(reader: Reader, number: int) -> tuple[Any, ...] | None:
    """Version and external id; None for an unknown number."""
    rows = reader.rows("SELECT version, external_id FROM person WHERE id = :id", {"id": number})
    return rows[0] if rows else None


def people_of(reader: Reader, organisation: int) -> list[int]:
    """The people of an organisation, by name."""
    rows = reader.rows(
        "SELECT id FROM person WHERE organisation_id = :id ORDER BY lower(name), id", {"id": organisation}
    )
    return [row[0] for row in rows]


def deals_of(reader: Reader, kind: Kind, number: int) -> tuple[DealEntry, ...]:
    """All deals of an organisation or a person: open ones first, then the latest closed."""
    return tuple(_deal(*row) for row in reader.rows(_DEALS[kind], {"id": number}))


def _deal(
    number: int, title: str, organisation: str | None, owner: str, pipeline: str, stage: str, status: str,
    minor: int | None, currency: str | None, created_at: int, closed_at: int | None, role: str | None,
) -> DealEntry:  # fmt: skip
    amount = None if minor is None or currency is None else Money(minor, currency)
    part = None if role is None else PersonRole(role)
    state = DealStatus(status)
    return DealEntry(
        *(number, title, organisation, owner, pipeline, stage, state, amount, created_at, closed_at, part)
    )


def interactions_of(
    reader: Reader, kind: Kind, number: int, after: Cursor | None, limit: int
) -> InteractionPage:
    """A page of interactions, newest first.

    :param after: :attr:`InteractionPage.next` of the page before; None for the first.
    """
    sql = _INTERACTIONS.format(column=f"{kind}_id", after="" if after is None else _AFTER)
    at, last = after or (0, 0)
    rows = reader.rows(sql, {"id": number, "at": at, "last": last, "limit": limit + 1})
    entries = tuple(_interaction(*row) for row in rows[:limit])
    more = len(rows) > limit
    return InteractionPage(entries, (entries[-1].at, entries[-1].id) if more else None)


def _interaction(
    number: int, at: int, kind: str, direction: str, outcome: str | None, planned: int, seconds: int | None,
    note: str | None, owner: str, deal_id: int | None, deal: str | None, person: str | None,
) -> InteractionEntry:  # fmt: skip
    way = Direction(direction)
    return InteractionEntry(
        *(number, at, kind, way, outcome, bool(planned), seconds, note, owner, deal_id, deal, person)
    )


def changes_of(
    reader: Reader, kind: Kind, number: int, before: int | None, limit: int
) -> tuple[ChangeEntry, ...]:
    """What was done to the row, newest first.

    :param before: the number of the last change of the page before; None for the first.
    """
    sql = _CHANGES.format(ranges=reader.using("ix_change_range"))
    parameters = {"entity": kind, "id": number, "before": before or _NEWEST, "limit": limit}
    return tuple(
        ChangeEntry(
            row[0], row[1], row[2], row[3], ChangeOp(row[4]), _values(row[5]), _values(row[6]), bool(row[7])
        )
        for row in reader.rows(sql, parameters)
    )


def _values(text: str | None) -> Mapping[str, Any] | None:
    return None if text is None else dict(json.loads(text))
