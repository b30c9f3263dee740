"""A window of deals as they stood at a past instant, from their history alone (METRICS M5).

:mod:`funnel_tui.queries.past` does the same for every deal that changed since; a list that scrolls asks for a
hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from funnel_tui.db.reader import Reader
from funnel_tui.domain.facts import Ladder, Standing, VisitFact
from funnel_tui.domain.status import VisitExit
from funnel_tui.metrics.projection import standing, visits_at
from funnel_tui.queries.batches import batches


@dataclass(frozen=True, slots=True)
class DealThen:
    """A deal as it stood: where, and the values it had."""

    stands: Standing
    owner_id: int
    amount: int | None
    currency: str | None
    expected_close: int | None
    probability_bp: int | None
    source_id: int | None


def any_changed(reader: Reader, as_of: int) -> bool:
    """Whether any deal changed after an instant; if none has, the present columns are true for all."""
    return bool(reader.rows("SELECT 1 FROM deal WHERE changed_at > :as_of LIMIT 1", {"as_of": as_of}))


def deals_then(
    reader: Reader, ids: Sequence[int], as_of: int, ladders: Mapping[int, Ladder]
) -> dict[int, DealThen]:
    """Those of some deals that changed after as-of, as they stood then.

    Deals that were not there yet are left out.

    :param ladders: of all pipelines, by number.
    """
    found = {}
    at = {"as_of": as_of}
    for numbers in batches(ids):
        values = {row[0]: row[1:] for row in reader.rows(_values(numbers), at)}
        visits = reader.rows(_visits(numbers), at)
        for deal, rows in groupby(visits, key=itemgetter(0)):
            if deal in values:
                seen = visits_at([visit_of(row[1:]) for row in rows], as_of)
                found[deal] = DealThen(standing(seen, ladders[seen[-1].pipeline_id]), *values[deal])
    return found


def visit_of(row: Sequence[object]) -> VisitFact:
    """A visit out of its columns in the order of :class:`~funnel_tui.domain.facts.VisitFact`."""
    pipeline, stage, entered, left, leaving, *rest = row
    way = None if leaving is None else VisitExit(str(leaving))
    return VisitFact(pipeline, stage, entered, left, way, *rest)  # type: ignore[arg-type]


def _values(numbers: str) -> str:
    """The values until the first edit after as-of are those that held at as-of."""
    names = ("owner_id", "amount_minor", "currency", "expected_close", "probability_bp", "source_id")
    chosen = ", ".join(f"CASE WHEN p.id IS NULL THEN d.{name} ELSE p.{name} END" for name in names)
    return f"""
        SELECT d.id, {chosen}
        FROM deal d LEFT JOIN deal_past p ON p.id = (
            SELECT q.id FROM deal_past q WHERE q.deal_id = d.id AND q.until_at > :as_of
            ORDER BY q.until_at, q.id LIMIT 1)
        WHERE d.id IN ({numbers}) AND d.changed_at > :as_of AND d.created_at <= :as_of
    """


def _visits(numbers: str) -> str:
    return f"""
        SELECT v.deal_id, v.pipeline_id, v.stage_id, v.entered_at, v.left_at, v.exit, v.owner_id,
               v.exit_owner_id, v.loss_reason_id
        FROM deal d JOIN stage_visit v ON v.deal_id = d.id
        WHERE d.id IN ({numbers}) AND d.changed_at > :as_of AND v.entered_at <= :as_of
        ORDER BY v.deal_id, v.seq
    """
