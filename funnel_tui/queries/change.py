"""The stories of the deals that changed since an instant, for the change of the pipeline (METRICS 10)."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.status import VisitExit
from funnel_tui.metrics.pipeline_change import Held, Stay, Story

_DEALS = """
SELECT d.id, d.owner_id, d.amount_minor, d.currency, d.expected_close
FROM deal d {using} WHERE d.changed_at > :after AND d.created_at <= :upto ORDER BY d.id
"""
_VISITS = """
SELECT v.deal_id, v.pipeline_id, v.entered_at, v.left_at, v.exit
FROM deal d {using} CROSS JOIN stage_visit v
WHERE d.changed_at > :after AND d.created_at <= :upto AND v.deal_id = d.id
ORDER BY v.deal_id, v.seq
"""
_EDITS = """
SELECT p.deal_id, p.until_at, p.owner_id, p.amount_minor, p.currency, p.expected_close
FROM deal d {using} CROSS JOIN deal_past p
WHERE d.changed_at > :after AND d.created_at <= :upto AND p.deal_id = d.id
ORDER BY p.deal_id, p.until_at, p.id
"""


def stories(reader: Reader, after: int, upto: int) -> list[Story]:
    """The deals that changed after an instant and were there at another one.

    A deal that has not changed since ``after`` did nothing to the pipeline, and is left out.
    """
    at, using = {"after": after, "upto": upto}, reader.using("ix_deal_changed")
    stays = _by_deal(reader.rows(_VISITS.format(using=using), at))
    edits = _by_deal(reader.rows(_EDITS.format(using=using), at))
    found = []
    for deal, *now in reader.rows(_DEALS.format(using=using), at):
        former = edits.get(deal, [])
        found.append(
            Story(
                deal_id=int(deal),
                stays=[
                    Stay(pipeline, entered, left, None if way is None else VisitExit(way))
                    for pipeline, entered, left, way in stays.get(deal, [])
                ],
                edits=[row[0] for row in former],
                held=[*(Held(*row[1:]) for row in former), Held(*now)],
            )
        )
    return found


def _by_deal(rows: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    return {deal: [row[1:] for row in some] for deal, some in groupby(rows, key=itemgetter(0))}
