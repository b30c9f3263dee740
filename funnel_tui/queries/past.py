"""Deals as they stood at a past instant, from history alone (METRICS M5).

The columns of a deal say how it stands now. For a deal that changed after as-of they are not true then; it is
put together anew from its visits and from the values it had (``deal_past``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import Ladder, VisitFact
from funnel_tui.domain.money import Rates
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.domain.status import VisitExit
from funnel_tui.metrics.projection import standing
from funnel_tui.queries.deal_then import any_changed
from funnel_tui.queries.settings import read_rates

_EXITS: Mapping[str | None, VisitExit | None] = {None: None, **{way.value: way for way in VisitExit}}

MOST_KEPT = 20_000
"""So many deals are kept for the next report; about 1 KB each."""

_HOW_MANY = "SELECT count(*) FROM deal WHERE changed_at > :as_of AND created_at <= :as_of"

# The number alone would not do: on PostgreSQL a group with a lower one may be committed later.
_STAMP = "SELECT max(id), count(*) FROM change_group"

# In the order of the key of the visits, so that pages are read once and SQLite has nothing to sort.
# A visit that ended later was still open then; metrics.projection.visits_at says the same in memory.
_VISITS = """
SELECT v.deal_id, v.pipeline_id, v.stage_id, v.entered_at, CASE WHEN v.left_at <= :as_of THEN v.left_at END,
       CASE WHEN v.left_at <= :as_of THEN v.exit END, v.owner_id,
       CASE WHEN v.left_at <= :as_of THEN v.exit_owner_id END,
       CASE WHEN v.left_at <= :as_of THEN v.loss_reason_id END
FROM stage_visit v
WHERE v.deal_id IN (SELECT d.id FROM deal d {using} WHERE d.changed_at > :as_of AND d.created_at <= :as_of)
      AND v.entered_at <= :as_of
ORDER BY v.deal_id, v.seq
"""

_VALUES = """
SELECT d.id, d.created_at, d.created_owner_id, d.owner_id, d.amount_minor, d.currency, d.probability_bp,
       d.source_id, d.expected_close, d.category
FROM deal d {using} WHERE d.changed_at > :as_of AND d.created_at <= :as_of
"""

# The values until the first edit after as-of are those that held at as-of.
_EARLIER = """
SELECT p.deal_id, p.owner_id, p.amount_minor, p.currency, p.probability_bp, p.source_id, p.expected_close
FROM deal d {using} CROSS JOIN deal_past p
WHERE d.changed_at > :as_of AND p.deal_id = d.id AND p.until_at > :as_of
ORDER BY p.deal_id, p.until_at DESC, p.id DESC
"""


def past_deals(
    reader: Reader, as_of: int, ladders: Mapping[int, Ladder], base: str, zone: ZoneInfo
) -> list[DealFact] | None:
    """The deals that changed after as-of, as they stood then.

    :param base: the currency that closed deals are priced in.
    A session looks at one instant many times: what was read is kept until anything is written, in this
    process or another.

    :returns: None when no deal has changed since, so that the present columns are true for all.
    """

    def read() -> list[DealFact]:
        return _past_deals(reader, as_of, ladders, base, zone)

    def read_or_kept() -> list[DealFact] | None:
        if not any_changed(reader, as_of):
            return None
        [(changed,)] = reader.rows(_HOW_MANY, {"as_of": as_of})
        if changed > MOST_KEPT:
            return read()
        [stamp] = reader.rows(_STAMP)
        return reader.kept(("past", as_of), (stamp, base, zone.key), read)

    return reader.once(("past", as_of), read_or_kept)


def _past_deals(
    reader: Reader, as_of: int, ladders: Mapping[int, Ladder], base: str, zone: ZoneInfo
) -> list[DealFact]:
    at = {"as_of": as_of}

    @cache
    def rates() -> Rates:
        """All of them, read when the first deal that was closed then asks: nearly all were open."""
        return read_rates(reader, base)

    using = reader.using("ix_deal_changed")
    values = {row[0]: row for row in reader.rows(_VALUES.format(using=using), at)}
    earlier = {row[0]: row for row in reader.rows(_EARLIER.format(using=using), at)}
    facts = []
    for deal_id, rows in groupby(reader.rows(_VISITS.format(using=using), at), key=itemgetter(0)):
        if deal_id in values:
            visits = [
                VisitFact(pipeline, stage, entered, left, _EXITS[leaving], owner, exit_owner, reason)
                for _, pipeline, stage, entered, left, leaving, owner, exit_owner, reason in rows
            ]
            facts.append(_fact(values[deal_id], earlier.get(deal_id), visits, ladders, rates, zone))
    return facts


def _fact(
    now: tuple[Any, ...],
    then: tuple[Any, ...] | None,
    visits: list[VisitFact],
    ladders: Mapping[int, Ladder],
    rates: Callable[[], Rates],
    zone: ZoneInfo,
) -> DealFact:
    deal_id, created_at, created_owner, *present, category = now
    owner, amount, currency, probability, source, expected = present if then is None else then[1:]
    stands = standing(visits, ladders[visits[-1].pipeline_id])
    base = None
    if amount is not None and currency is not None and stands.closed_at is not None:
        base = rates().convert(amount, currency, day_number(local_day(stands.closed_at, zone)))
    # By position: with the names of the fields each of thousands takes three times as long to make.
    return DealFact(
        deal_id, stands.pipeline_id, stands.stage_id, stands.status, stands.furthest,
        stands.visited_mask, stands.straight, stands.entered_at, created_at, created_owner, owner,
        stands.closed_at, stands.closed_owner_id, base, amount, currency, probability, source,
        stands.loss_reason_id, tuple(stands.stages), expected, category,
    )  # fmt: skip
