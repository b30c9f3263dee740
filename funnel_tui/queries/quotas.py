"""Quotas as they were set up to as-of, and what was won by whom in which period (METRICS 6, M5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.quotas import AdjustmentFact, Holder, QuotaFact
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import DealStatus
from funnel_tui.queries.parts import owner_column, owner_filter, settled, spans_of, union_rows

EVER = 2**40
"""An instant, and a day number, that everything lies before."""

_COLUMNS = "id, rep_id, team_id, start_day, end_day, unit, amount, currency, note, at, by"

# The order decides between revisions of one quota: the later one counts.
_REVISIONS = f"""
SELECT {_COLUMNS} FROM quota_revision
WHERE start_day < :until AND end_day > :since ORDER BY at, id
"""

# In the order of the table, so that the database need not sort: they come nearly in order of time anyway.
_GOALS = """
SELECT rep_id, team_id, start_day, end_day, unit, amount, currency, at FROM quota_revision
WHERE start_day < :until AND end_day > :since AND at <= :as_of ORDER BY id
"""

_ADJUSTMENTS = """
SELECT id, rep_id, team_id, start_day, end_day, amount_minor, currency, note, at, by
FROM forecast_adjustment
WHERE start_day < :until AND end_day > :since AND at <= :as_of ORDER BY at, id
"""


WonCell = tuple[int, int, int, int, int, int]
"""Deals won by one rep in one period: the number of the period, the rep, how many, how many with an amount,
how many priced, and their worth in minor units of the base currency at closing-day rates."""


Goal = tuple[int | None, int | None, int, int, str, int | None, str | None, int]
"""A quota: rep, team, first day, day after the last one, unit, amount, currency, and since when."""

_SINCE = itemgetter(7)


class WonDeal(NamedTuple):
    """One won deal, for a quota in another currency than the base."""

    span: int
    owner_id: int
    closed_at: int
    amount: int
    currency: str


def quotas_between(reader: Reader, start_day: int = -EVER, end_day: int = EVER) -> list[QuotaFact]:
    """The quotas that share a day with [start_day, end_day).

    :returns: the latest revision of each; those taken away are left out.
    """
    return [fact for fact in latest(revisions(reader, start_day, end_day)) if fact.amount is not None]


def goals_between(reader: Reader, start_day: int, end_day: int, as_of: int) -> Collection[Goal]:
    """The same as bare tuples, for reviews of very many; those taken away have no amount."""
    rows = reader.rows(_GOALS, {"since": start_day, "until": end_day, "as_of": as_of})
    rows.sort(key=_SINCE)
    # A later revision takes the place of an earlier one.
    return {row[:5]: row for row in rows}.values()


def latest(found: Sequence[QuotaFact]) -> list[QuotaFact]:
    """The last revision of each quota, out of revisions in the order they were made."""
    return list({(row[1], row[2], row[3], row[4], row[5]): row for row in found}.values())


def revisions(reader: Reader, start_day: int = -EVER, end_day: int = EVER) -> list[QuotaFact]:
    """Every revision of the quotas that share a day with [start_day, end_day), the earliest first."""
    rows = reader.rows(_REVISIONS, {"since": start_day, "until": end_day})
    return list(map(QuotaFact._make, rows))


def adjustments(
    reader: Reader, start_day: int = -EVER, end_day: int = EVER, as_of: int = EVER
) -> list[AdjustmentFact]:
    """Every revision of adjustments of these days up to as-of, the earliest first."""
    rows = reader.rows(_ADJUSTMENTS, {"since": start_day, "until": end_day, "as_of": as_of})
    return [AdjustmentFact(*row) for row in rows]


def won_cells(reader: Reader, selection: Selection) -> list[WonCell]:
    """What each rep won in each span of the selection: the owner at closing counts (METRICS M10)."""
    owner = owner_column(selection, "d.closed_owner_id")
    spans, start, end = spans_of(selection)
    span = "m.k" if spans else str(int(selection.spans[0][0]))
    names = ["m.k", owner] if spans else [owner]
    part = (
        f"SELECT {span}, {owner}, count(*), count(*) - count(*) FILTER (WHERE d.closed_base IS NULL)"
        " + count(d.amount_minor) FILTER (WHERE d.closed_base IS NULL),"
        " count(*) - count(*) FILTER (WHERE d.closed_base IS NULL),"
        " CAST(coalesce(sum(d.closed_base), 0) AS BIGINT)"
        f" FROM {spans}deal d {reader.using('ix_deal_closed')} WHERE {_won(selection)}"
        f" AND d.closed_at >= {start} AND d.closed_at < {end}"
        f"{owner_filter(selection, owner)}{settled(selection)} GROUP BY {', '.join(names)}"
    )
    return union_rows(reader, selection, [part]) + _won_then(selection)


def won_sums(reader: Reader, selection: Selection) -> list[tuple[int, int, int, int]]:
    """The same with one count: (period, rep, worth, deals). For trends of very many reps."""
    owner = owner_column(selection, "d.closed_owner_id")
    spans, start, end = spans_of(selection)
    span = "m.k" if spans else str(int(selection.spans[0][0]))
    part = (
        f"SELECT {span}, {owner}, CAST(coalesce(sum(d.closed_base), 0) AS BIGINT), count(*)"
        f" FROM {spans}deal d {reader.using('ix_deal_closed')} WHERE {_won(selection)}"
        f" AND d.closed_at >= {start} AND d.closed_at < {end}"
        f"{owner_filter(selection, owner)}{settled(selection)} GROUP BY {f'm.k, {owner}' if spans else owner}"
    )
    then = [(span, owner, amount, deals) for span, owner, deals, _, _, amount in _won_then(selection)]
    return union_rows(reader, selection, [part]) + then


def _won(selection: Selection) -> str:
    return (
        "d.pipeline_id = :pipeline AND d.status = 'won'"
        f" AND d.furthest = {selection.pipeline.length + 1:d} AND d.closed_at IS NOT NULL"
    )


def _won_then(selection: Selection) -> list[WonCell]:
    """Those of the deals that changed since, as they stood then."""
    found: list[WonCell] = []
    for deal in won_deals_then(selection):
        span = selection.span_of(deal.closed_at)
        if span is not None:
            known, priced = int(deal.amount is not None), int(deal.closed_base is not None)
            found.append((span, owner_of(selection, deal), 1, known, priced, deal.closed_base or 0))
    return found


def won_deals_then(selection: Selection) -> list[DealFact]:
    """The deals of the selection that changed since as-of and were won then."""
    return [
        deal
        for deal in selection.past or ()
        if deal.status is DealStatus.WON
        and deal.pipeline_id == selection.pipeline.id
        and selection.admits(owner_of(selection, deal))
    ]


def owner_of(selection: Selection, deal: DealFact) -> int:
    """Who a won deal counts for (METRICS M10)."""
    return deal.owner_id if selection.present_owner else (deal.closed_owner_id or 0)


def won_deals(reader: Reader, selection: Selection, owners: Sequence[int]) -> list[WonDeal]:
    """The single won deals of some reps that have an amount."""
    if not owners:
        return []
    owner = owner_column(selection, "d.closed_owner_id")
    spans, start, end = spans_of(selection)
    span = "m.k" if spans else str(int(selection.spans[0][0]))
    listed = ", ".join(str(int(number)) for number in sorted(owners))
    part = (
        f"SELECT {span}, {owner}, d.closed_at, d.amount_minor, d.currency"
        f" FROM {spans}deal d {reader.using('ix_deal_closed')} WHERE {_won(selection)}"
        f" AND d.closed_at >= {start} AND d.closed_at < {end} AND d.amount_minor IS NOT NULL"
        f" AND {owner} IN ({listed}){owner_filter(selection, owner)}{settled(selection)}"
    )
    found = [WonDeal(*row) for row in union_rows(reader, selection, [part])]
    wanted = set(owners)
    for deal in won_deals_then(selection):
        at = selection.span_of(deal.closed_at)
        if at is None or deal.amount is None or deal.currency is None or deal.closed_at is None:
            continue
        if owner_of(selection, deal) in wanted:
            found.append(WonDeal(at, owner_of(selection, deal), deal.closed_at, deal.amount, deal.currency))
    return found


def won_ids(reader: Reader, selection: Selection) -> list[int]:
    """The numbers of the won deals of a selection, the latest closing first."""
    owner = owner_column(selection, "d.closed_owner_id")
    spans, start, end = spans_of(selection)
    part = (
        f"SELECT d.id, d.closed_at FROM {spans}deal d {reader.using('ix_deal_closed')}"
        f" WHERE {_won(selection)} AND d.closed_at >= {start} AND d.closed_at < {end}"
        f"{owner_filter(selection, owner)}{settled(selection)}"
    )
    rows = [(closed, number) for number, closed in union_rows(reader, selection, [part])]
    rows += [
        (deal.closed_at or 0, deal.id)
        for deal in won_deals_then(selection)
        if selection.span_of(deal.closed_at) is not None
    ]
    return [number for _, number in sorted(rows, reverse=True)]


def unpriced_won(reader: Reader, selection: Selection) -> list[tuple[int, int]]:
    """(instant of closing, number) of the won deals of a selection whose amount has no price (METRICS M7)."""
    owner = owner_column(selection, "d.closed_owner_id")
    spans, start, end = spans_of(selection)
    part = (
        f"SELECT d.closed_at, d.id FROM {spans}deal d {reader.using('ix_deal_closed')}"
        f" WHERE {_won(selection)} AND d.closed_at >= {start} AND d.closed_at < {end}"
        " AND d.amount_minor IS NOT NULL AND d.closed_base IS NULL"
        f"{owner_filter(selection, owner)}{settled(selection)}"
    )
    then = [
        (deal.closed_at or 0, deal.id)
        for deal in won_deals_then(selection)
        if selection.span_of(deal.closed_at) is not None
        and deal.amount is not None
        and deal.closed_base is None
    ]
    return [(int(at), int(number)) for at, number in union_rows(reader, selection, [part])] + then


def deal_titles(reader: Reader, ids: Sequence[int]) -> dict[int, str]:
    """What a few deals are called, by number."""
    if not ids:
        return {}
    wanted = ", ".join(str(int(number)) for number in ids)
    rows = reader.rows(f"SELECT id, title FROM deal WHERE id IN ({wanted})")
    return {int(number): str(title) for number, title in rows}


def latest_adjustments(found: Sequence[AdjustmentFact]) -> dict[tuple[Holder, int, int], AdjustmentFact]:
    """The last revision of each adjustment, by holder and days."""
    return {(fact.holder, fact.start_day, fact.end_day): fact for fact in found}


def reps_listed(reader: Reader) -> list[tuple[int, str, int | None, bool]]:
    """All reps: number, name, team and whether they are active, in the order of their names."""
    rows = reader.rows("SELECT id, name, team_id, active FROM rep ORDER BY id")
    return sorted(
        ((int(number), str(name), team, bool(active)) for number, name, team, active in rows),
        key=lambda row: (row[1].casefold(), row[0]),
    )


def teams_listed(reader: Reader) -> list[tuple[int, str, int | None]]:
    """All teams: number, name and the team each lies in, in the order of their names."""
    rows = reader.rows("SELECT id, name, parent_id FROM team ORDER BY id")
    return sorted(((int(a), str(b), c) for a, b, c in rows), key=lambda row: (row[1].casefold(), row[0]))


def inside(teams: Sequence[tuple[int, str, int | None]]) -> Mapping[int, frozenset[int]]:
    """The numbers of all teams that lie in each team, itself among them."""
    parents = {number: parent for number, _, parent in teams}
    found: dict[int, set[int]] = {number: set() for number in parents}
    for number in parents:
        at: int | None = number
        while at in found and number not in found[at]:
            found[at].add(number)
            at = parents[at]
    return {number: frozenset(members) for number, members in found.items()}
