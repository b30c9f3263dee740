"""What the rows of a list of deals show, a window at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from funnel_tui.db.reader import Reader
from funnel_tui.domain.status import DealStatus
from funnel_tui.queries.batches import batches

LAST_DONE = (
    "(SELECT max(i.at) FROM interaction i WHERE i.deal_id = d.id AND i.planned = 0 AND i.at <= :as_of)"
)
"""When the last done interaction of a deal was (METRICS 4)."""

TASK_OPEN = "u.deal_id = d.id AND u.created_at <= :as_of AND (u.done_at IS NULL OR u.done_at > :as_of)"
"""That a task ``u`` of a deal was still to be done at as-of."""

FIRST_TASK = (
    f"(SELECT u.id FROM task u WHERE {TASK_OPEN} ORDER BY u.due_day IS NULL, u.due_day, u.id LIMIT 1)"
)
"""The open task of a deal that is due first."""


@dataclass(frozen=True, slots=True)
class DealNow:
    """A deal as its columns say it stands, with what lies around it.

    :param last_done_at: when the last done interaction up to as-of was.
    :param task: kind, title, due day and due instant of the open task that is due first, or None.
    """

    id: int
    version: int
    title: str
    organisation: str | None
    pipeline_id: int
    stage_id: int
    status: DealStatus
    owner_id: int
    amount: int | None
    currency: str | None
    closed_base: int | None
    expected_close: int | None
    probability_bp: int | None
    created_at: int
    entered_at: int
    closed_at: int | None
    changed_at: int
    last_done_at: int | None
    task: tuple[str, str, int | None, int | None] | None


def deals_now(reader: Reader, ids: Sequence[int], as_of: int) -> dict[int, DealNow]:
    """Some deals by number, each at most a few hundred; those that are gone are left out."""
    found = {}
    for numbers in batches(ids):
        rows = reader.rows(
            f"""
            SELECT d.id, d.version, d.title, o.name, d.pipeline_id, d.stage_id, d.status, d.owner_id,
                   d.amount_minor, d.currency, d.closed_base, d.expected_close, d.probability_bp,
                   d.created_at, d.entered_at, d.closed_at, d.changed_at, {LAST_DONE},
                   t.kind, t.title, t.due_day, t.due_at
            FROM deal d LEFT JOIN organisation o ON o.id = d.organisation_id
                 LEFT JOIN task t ON t.id = {FIRST_TASK}
            WHERE d.id IN ({numbers})
            """,
            {"as_of": as_of},
        )
        for row in rows:
            task = None if row[18] is None else (str(row[18]), str(row[19]), row[20], row[21])
            values = (*row[:6], DealStatus(row[6]), *row[7:18], task)
            found[row[0]] = DealNow(*values)
    return found


def tags_of(reader: Reader, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The tags of some deals, by the alphabet."""
    found: dict[int, list[str]] = {}
    for numbers in batches(ids):
        for deal, name in reader.rows(
            f"SELECT x.deal_id, t.name FROM deal_tag x JOIN tag t ON t.id = x.tag_id"
            f" WHERE x.deal_id IN ({numbers})"
        ):
            found.setdefault(deal, []).append(str(name))
    return {deal: tuple(sorted(names, key=str.casefold)) for deal, names in found.items()}
