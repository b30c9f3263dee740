"""Everything about one deal. Each statement finds its rows through an index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.deal_detail import Contact, Demand, TimelineKey
from funnel_tui.domain.facts import VisitFact
from funnel_tui.domain.money import Money
from funnel_tui.domain.status import ForecastCategory, PersonRole
from funnel_tui.queries.deal_then import visit_of

KEPT = ("owner_id", "amount_minor", "currency", "expected_close", "probability_bp", "source_id")
"""Fields whose former values are in ``deal_past``."""

LOGGED = ("title", "organisation_id", "category", "note", "external_id")
"""Fields whose former values are only in the audit log."""

VISIT, INTERACTION, EDIT, LOGGED_EDIT, TASK, PART = range(6)
"""Where an item of the timeline comes from; among items of one instant the larger one is shown first."""


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What only the detail of a deal shows of it."""

    external_id: str | None
    organisation_id: int | None
    category: ForecastCategory | None
    note: str | None
    created_owner_id: int
    owner_id: int
    source_id: int | None


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit with who made the move and what was said of a loss.

    :param seq: its place among the visits of the deal.
    """

    seq: int
    visit: VisitFact
    moved_by: str
    loss_reason: str | None
    loss_note: str | None
    assumed: bool


@dataclass(frozen=True, slots=True)
class EditLine:
    """An edit: column, value before and value after."""

    id: int
    at: int
    actor: str
    changes: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class TalkLine:
    """An interaction on the deal."""

    id: int
    at: int
    kind: str
    incoming: bool
    outcome: str | None
    planned: bool
    note: str | None
    owner_id: int
    person: str | None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task on the deal."""

    id: int
    kind: str
    title: str
    created_at: int
    due_day: int | None
    due_at: int | None
    done_at: int | None
    outcome: str | None
    owner_id: int


def deal_facts(reader: Reader, deal_id: int) -> DealFacts | None:
    """The deal, or None when there is none."""
    rows = reader.rows(
        "SELECT external_id, organisation_id, category, note, created_owner_id, owner_id, source_id"
        " FROM deal WHERE id = :deal",
        {"deal": deal_id},
    )
    if not rows:
        return None
    external, organisation, category, *rest = rows[0]
    return DealFacts(external, organisation, None if category is None else ForecastCategory(category), *rest)


def team_of(reader: Reader, rep_id: int) -> str | None:
    """The team of a rep."""
    rows = reader.rows(
        "SELECT t.name FROM rep r JOIN team t ON t.id = r.team_id WHERE r.id = :rep", {"rep": rep_id}
    )
    return str(rows[0][0]) if rows else None


def visit_lines(reader: Reader, deal_id: int, as_of: int) -> list[VisitLine]:
    """The visits that began up to as-of, in order, as they are now."""
    rows = reader.rows(
        """
        SELECT v.seq, v.moved_by, r.name, v.loss_note, v.assumed, v.pipeline_id, v.stage_id, v.entered_at,
               v.left_at, v.exit, v.owner_id, v.exit_owner_id, v.loss_reason_id
        FROM stage_visit v LEFT JOIN loss_reason r ON r.id = v.loss_reason_id
        WHERE v.deal_id = :deal AND v.entered_at <= :as_of ORDER BY v.seq
        """,
        {"deal": deal_id, "as_of": as_of},
    )
    return [
        VisitLine(seq, visit_of(fact), moved_by, reason, note, bool(assumed))
        for seq, moved_by, reason, note, assumed, *fact in rows
    ]


def contacts_of(reader: Reader, deal_id: int) -> list[Contact]:
    """The people of a deal: those who decide first, those without a role last."""
    rows = reader.rows(
        "SELECT p.id, p.name, p.email, p.phone, x.role FROM deal_person x JOIN person p ON p.id = x.person_id"
        " WHERE x.deal_id = :deal",
        {"deal": deal_id},
    )
    roles = list(PersonRole)
    found = [
        Contact(number, name, email, phone, None if role is None else PersonRole(role))
        for number, name, email, phone, role in rows
    ]
    found.sort(
        key=lambda one: (len(roles) if one.role is None else roles.index(one.role), one.name, one.person_id)
    )
    return found


def demand_of(reader: Reader, deal_id: int) -> list[Demand]:
    """The demand lines of a deal, as they were entered."""
    rows = reader.rows(
        "SELECT p.name, l.quantity_milli, l.price_minor, l.currency"
        " FROM demand_line l JOIN product p ON p.id = l.product_id WHERE l.deal_id = :deal ORDER BY l.id",
        {"deal": deal_id},
    )
    return [
        Demand(name, quantity, None if minor is None or currency is None else Money(minor, currency))
        for name, quantity, minor, currency in rows
    ]


def older(at: str, number: str, rank: int, before: TimelineKey | None) -> str:
    """``AND`` the item comes after a key in the timeline. The order is by instant, rank and number."""
    if before is None:
        return ""
    instant, before_rank, before_number = before
    if rank < before_rank:
        return f" AND {at} <= {instant:d}"
    if rank > before_rank:
        return f" AND {at} < {instant:d}"
    return f" AND {at} <= {instant:d} AND ({at} < {instant:d} OR {number} < {before_number:d})"


def talk_lines(
    reader: Reader, deal_id: int, as_of: int, before: TimelineKey | None, limit: int
) -> list[TalkLine]:
    """Interactions that were done up to as-of or are planned, newest first."""
    rows = reader.rows(
        f"""
        SELECT i.id, i.at, k.name, i.direction, i.outcome, i.planned, i.note, i.owner_id, p.name
        FROM interaction i JOIN interaction_kind k ON k.id = i.kind_id
             LEFT JOIN person p ON p.id = i.person_id
        WHERE i.deal_id = :deal AND (i.planned = 1 OR i.at <= :as_of)
              {older("i.at", "i.id", INTERACTION, before)}
        ORDER BY i.at DESC, i.id DESC LIMIT :limit
        """,
        {"deal": deal_id, "as_of": as_of, "limit": limit},
    )
    return [
        TalkLine(number, at, kind, direction == "in", outcome, bool(planned), note, owner, person)
        for number, at, kind, direction, outcome, planned, note, owner, person in rows
    ]


def task_lines(reader: Reader, deal_id: int, as_of: int) -> list[TaskLine]:
    """The tasks of a deal as they stood at as-of."""
    rows = reader.rows(
        """
        SELECT id, kind, title, created_at, due_day, due_at,
               CASE WHEN done_at <= :as_of THEN done_at END, CASE WHEN done_at <= :as_of THEN outcome END,
               owner_id
        FROM task WHERE deal_id = :deal AND created_at <= :as_of
        """,
        {"deal": deal_id, "as_of": as_of},
    )
    return [TaskLine(*row) for row in rows]


def edit_lines(
    reader: Reader, deal_id: int, as_of: int, before: TimelineKey | None, limit: int
) -> list[EditLine]:
    """Edits of the kept fields, newest first: by hand, by an import, by the demo."""
    was = ", ".join(f"p.{name}" for name in KEPT)
    now = ", ".join(f"CASE WHEN n.id IS NULL THEN d.{name} ELSE n.{name} END" for name in KEPT)
    rows = reader.rows(
        f"""
        SELECT p.id, p.until_at,
               (SELECT g.actor FROM change c JOIN change_group g ON g.id = c.group_id
                WHERE c.entity = 'deal_past' AND c.row_id = p.id AND c.op = 'insert'
                ORDER BY c.id DESC LIMIT 1),
               {was}, {now}
        FROM deal_past p JOIN deal d ON d.id = p.deal_id
             LEFT JOIN deal_past n ON n.id = (
                SELECT q.id FROM deal_past q
                WHERE q.deal_id = p.deal_id AND q.until_at >= p.until_at
                      AND (q.until_at > p.until_at OR q.id > p.id)
                ORDER BY q.until_at, q.id LIMIT 1)
        WHERE p.deal_id = :deal AND p.until_at <= :as_of {older("p.until_at", "p.id", EDIT, before)}
        ORDER BY p.until_at DESC, p.id DESC LIMIT :limit
        """,
        {"deal": deal_id, "as_of": as_of, "limit": limit},
    )
    size = len(KEPT)
    return [
        EditLine(
            row[0], row[1], row[2] or "", tuple(zip(KEPT, row[3 : 3 + size], row[3 + size :], strict=True))
        )
        for row in rows
    ]


def logged_edits(
    reader: Reader, deal_id: int, as_of: int, before: TimelineKey | None, limit: int
) -> list[EditLine]:
    """Edits of the other fields that are in effect, newest first.

    An edit that was undone is not in effect; one that was redone is shown at the time of the redo.
    """
    named = " OR ".join(f"c.after LIKE '%\"{name}\":%'" for name in LOGGED)
    rows = reader.rows(
        f"""
        SELECT c.id, g.at, g.actor, c.before, c.after
        FROM change c JOIN change_group g ON g.id = c.group_id
        WHERE c.entity = 'deal' AND c.row_id = :deal AND c.op = 'update' AND g.at <= :as_of AND ({named})
              AND g.action <> 'undo' AND NOT EXISTS (SELECT 1 FROM change_group u WHERE u.undoes_id = g.id)
              {older("g.at", "c.id", LOGGED_EDIT, before)}
        ORDER BY g.at DESC, c.id DESC LIMIT :limit
        """,
        {"deal": deal_id, "as_of": as_of, "limit": limit},
    )
    return [
        EditLine(number, at, actor, _changed(json.loads(old), json.loads(new)))
        for number, at, actor, old, new in rows
    ]


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    return tuple((name, old.get(name), new[name]) for name in LOGGED if name in new)


def organisation_names(reader: Reader, ids: Iterable[int]) -> dict[int, str]:
    """The names of some organisations."""
    numbers = ", ".join(str(int(number)) for number in ids)
    return dict(reader.rows(f"SELECT id, name FROM organisation WHERE id IN ({numbers})")) if numbers else {}
