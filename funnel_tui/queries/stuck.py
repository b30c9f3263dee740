"""Open deals that have been in their stage for too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.stuck import is_stuck
from funnel_tui.queries.parts import owner_filter, parameters, settled

_BATCH = 500


@dataclass(frozen=True, slots=True)
class StuckFact:
    """A stuck deal.

    :param age: seconds since it entered its stage.
    :param last_done_at: when the last done interaction was, in epoch seconds.
    :param next_task: kind and title of the first open task; ``due_day`` is its day number.
    """

    deal_id: int
    title: str
    stage_id: int
    owner_id: int
    source_id: int | None
    amount: int | None
    currency: str | None
    age: int
    last_done_at: int | None
    next_task: tuple[str, str] | None
    due_day: int | None


class StuckRow(NamedTuple):
    """A stuck deal as it stands in its row."""

    deal_id: int
    stage_id: int
    owner_id: int
    source_id: int | None
    amount: int | None
    currency: str | None
    entered_at: int


def stuck_deals(reader: Reader, selection: Selection, thresholds: Mapping[int, Fraction]) -> list[StuckFact]:
    """The stuck deals of a pipeline at as-of, those longest in their stage first.

    :param thresholds: seconds by stage number; a stage without one has no stuck deals.
    """
    rows = stuck_rows(reader, selection, thresholds)
    around = _surroundings(reader, [row.deal_id for row in rows], selection.as_of)
    return [_fact(row, around[row.deal_id], selection.as_of) for row in rows]


def stuck_rows(reader: Reader, selection: Selection, thresholds: Mapping[int, Fraction]) -> list[StuckRow]:
    """The same without what is around the deals: what counting and summing them needs."""
    if not thresholds:
        return []
    parts = [
        "SELECT d.id, d.stage_id, d.owner_id, d.source_id, d.amount_minor, d.currency, d.entered_at"
        f" FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE d.pipeline_id = :pipeline AND d.stage_id = {stage:d} AND d.closed_at IS NULL"
        f" AND d.entered_at <= {selection.as_of - ceil(threshold):d}"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)}"
        for stage, threshold in thresholds.items()
    ]
    rows = reader.rows(" UNION ALL ".join(parts), parameters(selection))
    rows += [
        (deal.id, deal.stage_id, deal.owner_id, deal.source_id, deal.amount, deal.currency, deal.entered_at)
        for deal in selection.past or ()
        if _is_stuck_then(deal, selection, thresholds)
    ]
    rows.sort(key=lambda row: (row[6], row[0]))
    return [StuckRow(*row) for row in rows]


def _is_stuck_then(deal: DealFact, selection: Selection, thresholds: Mapping[int, Fraction]) -> bool:
    return (
        deal.status is DealStatus.OPEN
        and deal.pipeline_id == selection.pipeline.id
        and selection.admits(deal.owner_id)
        and is_stuck(selection.as_of - deal.entered_at, thresholds.get(deal.stage_id))
    )


def _surroundings(reader: Reader, deals: Sequence[int], as_of: int) -> dict[int, tuple[Any, ...]]:
    """Title, last done interaction and first open task of some deals, by number; in batches."""
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(deals), _BATCH):
        numbers = ", ".join(str(int(deal)) for deal in deals[start : start + _BATCH])
        sql = f"""
            SELECT d.id, d.title,
                   (SELECT max(i.at) FROM interaction i
                    WHERE i.deal_id = d.id AND i.planned = 0 AND i.at <= :as_of),
                   t.kind, t.title, t.due_day
            FROM deal d LEFT JOIN task t ON t.id = (
                SELECT u.id FROM task u
                WHERE u.deal_id = d.id AND u.created_at <= :as_of
                      AND (u.done_at IS NULL OR u.done_at > :as_of)
                ORDER BY u.due_day IS NULL, u.due_day, u.id LIMIT 1)
            WHERE d.id IN ({numbers})
        """
        found.update((row[0], row[1:]) for row in reader.rows(sql, {"as_of": as_of}))
    return found


def _fact(row: StuckRow, around: tuple[Any, ...], as_of: int) -> StuckFact:
    deal, stage, owner, source, amount, currency, entered = row
    title, last_done, kind, task, due = around
    next_task = None if kind is None else (str(kind), str(task))
    return StuckFact(
        *(deal, title, stage, owner, source, amount, currency),
        age=as_of - entered,
        last_done_at=last_done,
        next_task=next_task,
        due_day=due,
    )
