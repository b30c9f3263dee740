"""The floor of the Stages screen: the quickest hand-written SQL we could make for what each view shows.

It knows beforehand what the program has to look up: the pipeline, its stages, the currencies, the bounds of
the periods as instants. Ratios are floats. Every figure is compared before anything is timed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.data import NOW, STAGES

DAY = 86_400
LENGTH = len(STAGES)
PLACES = range(1, LENGTH + 1)
_SCALE = 10**12

Rows = list[tuple[Any, ...]]
Bounds = tuple[int, int]


def _union(parts: Sequence[str]) -> str:
    return " UNION ALL ".join(parts)


def _ladder() -> list[tuple[int, str]]:
    return [(LENGTH + 1, "won"), *((place, "lost") for place in PLACES)]


def _closed(group: str = "") -> str:
    column, grouping = (f"{group}, ", f" GROUP BY {group}") if group else ("", "")
    return _union(
        [
            f"SELECT {column}{place}, count(*), coalesce(sum(closed_base), 0)"
            f" FROM deal INDEXED BY ix_deal_closed WHERE pipeline_id = 1 AND status = '{status}'"
            f" AND furthest = {place} AND closed_at >= :a AND closed_at < :b{grouping}"
            for place, status in _ladder()
        ]
    )


def _days(figure: str, group: str = "") -> str:
    column, grouping = (f"{group}, ", f" GROUP BY {group}") if group else ("", "")
    return _union(
        [
            f"SELECT {column}{place}, {figure} FROM deal_stage INDEXED BY ix_deal_stage_left"
            f" WHERE stage_id = {place} AND left_at >= :a AND left_at < :b{grouping}"
            for place in PLACES
        ]
    )


_THERE = _union(
    [
        f"SELECT {place}, count(*), min(entered_at) FROM deal INDEXED BY ix_deal_open"
        f" WHERE pipeline_id = 1 AND stage_id = {place} AND closed_at IS NULL"
        for place in PLACES
    ]
)
_OPEN = _union(
    [
        f"SELECT {place}, currency, probability_bp, count(*), coalesce(sum(amount_minor), 0)"
        f" FROM deal INDEXED BY ix_deal_open WHERE pipeline_id = 1 AND stage_id = {place}"
        " AND closed_at IS NULL GROUP BY currency, probability_bp"
        for place in PLACES
    ]
)
_HISTORY = _union(
    [
        f"SELECT {place}, '{status}', count(*) FROM deal INDEXED BY ix_deal_closed"
        f" WHERE pipeline_id = 1 AND status = '{status}' AND furthest = {place} AND closed_at IS NOT NULL"
        for place, status in _ladder()
    ]
)
_MOVED_BACK = _union(
    [
        f"SELECT {place}, stage_id, count(*), coalesce(sum(closed_base), 0)"
        " FROM deal INDEXED BY ix_deal_closed"
        f" WHERE pipeline_id = 1 AND status = 'lost' AND furthest = {place}"
        f" AND closed_at >= :a AND closed_at < :b AND stage_id <> {place} GROUP BY stage_id"
        for place in PLACES
    ]
)
_REASONS = _union(
    [
        "SELECT stage_id, loss_reason_id, count(*), coalesce(sum(closed_base), 0)"
        " FROM deal INDEXED BY ix_deal_closed"
        f" WHERE pipeline_id = 1 AND status = 'lost' AND furthest = {place}"
        " AND closed_at >= :a AND closed_at < :b GROUP BY stage_id, loss_reason_id"
        for place in PLACES
    ]
)
_CREATED = _union(
    [
        f"SELECT m.k, {place}, '{status}', count(*) FROM m CROSS JOIN deal d INDEXED BY ix_deal_created"
        f" WHERE d.pipeline_id = 1 AND d.status = '{status}' AND d.furthest = {place}"
        " AND d.created_at >= m.a AND d.created_at < m.b GROUP BY m.k"
        for place, status in [*_ladder(), *((place, "open") for place in PLACES)]
    ]
)
_WON = (
    "SELECT m.k, d.closed_owner_id, count(*), coalesce(sum(d.closed_base), 0), json_group_array(d.closed_at -"
    " coalesce((SELECT min(i.at) FROM interaction i INDEXED BY ix_interaction_deal WHERE i.deal_id = d.id"
    " AND i.planned = 0 AND i.at <= d.closed_at), d.created_at))"
    " FROM m CROSS JOIN deal d INDEXED BY ix_deal_closed WHERE d.pipeline_id = 1 AND d.status = 'won'"
    f" AND d.furthest = {LENGTH + 1} AND d.closed_at >= m.a AND d.closed_at < m.b"
    " GROUP BY d.closed_owner_id, m.k"
)
_RATE = (
    "SELECT rate_scaled FROM exchange_rate WHERE base = 'USD' AND quote = 'EUR' AND day <= :day"
    " ORDER BY day DESC LIMIT 1"
)


class StagesFloor:
    """What each view of the Stages screen shows, by hand, for the first pipeline.

    :param path: the database.
    :param now: the bounds of the period; ``then`` those of the compared one; ``months`` of the last twelve.
    """

    def __init__(self, path: Path, now: Bounds, then: Bounds, months: Sequence[Bounds]) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA cache_size=-65536")
        self._connection.execute("PRAGMA temp_store=MEMORY")
        self._now, self._then = now, then
        spans = ", ".join(f"({at}, {a}, {b})" for at, (a, b) in enumerate(months))
        self._with = f"WITH m(k, a, b) AS (VALUES {spans}) "
        self._months = len(months)
        # Statements are kept prepared by their text.
        self._plain = {"closed": _closed(), "days": _days("json_group_array(seconds)")}
        self._by_rep = {"closed": _closed("closed_owner_id"), "days": _days("avg(seconds)", "left_owner_id")}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _rows(self, sql: str, bounds: Bounds | None = None) -> Rows:
        a, b = bounds or self._now
        return self._connection.execute(sql, {"a": a, "b": b}).fetchall()

    def _funnel(self, bounds: Bounds) -> Rows:
        """(reached, advanced, lost, amount reached, mean and median days, n) per stage."""
        cells = self._rows(self._plain["closed"], bounds)
        spent = {place: json.loads(found) for place, found in self._rows(self._plain["days"], bounds)}
        rows = []
        for place in PLACES:
            reached = sum(deals for at, deals, _ in cells if at >= place)
            advanced = sum(deals for at, deals, _ in cells if at > place)
            amount = sum(worth for at, _, worth in cells if at >= place)
            days = spent[place]
            rows.append(
                (
                    *(reached, advanced, reached - advanced, amount),
                    *((sum(days) / len(days) / DAY, median(days) / DAY) if days else (None, None)),
                    len(days),
                )
            )
        return rows

    def _active(self) -> Rows:
        """(deals, amount, weighted, from stock) per stage."""
        rate = self._connection.execute(_RATE, {"day": NOW // DAY}).fetchone()[0]
        history = self._rows(_HISTORY)
        rows = []
        opened = self._rows(_OPEN)
        for place in PLACES:
            deals = worth = weighted = 0
            for at, currency, typed, count, amount in opened:
                if at == place:
                    deals += count
                    minor = amount * (rate if currency == "USD" else _SCALE)
                    worth += minor
                    weighted += minor * (place * 1400 if typed is None else typed)
            closed = sum(count for at, _, count in history if at >= place)
            won = sum(count for at, status, count in history if at >= place and status == "won")
            rows.append(
                (deals, worth // _SCALE, weighted // (_SCALE * 10_000), worth * won // (_SCALE * closed))
            )
        return rows

    def _losses(self, cells: Rows) -> Rows:
        """(passed, lost from, lost amount) per stage."""
        gone = {place: [0, 0] for place in PLACES}
        for at, deals, worth in cells:
            if at <= LENGTH:
                gone[at] = [deals, worth]
        for furthest, stage, deals, worth in self._rows(_MOVED_BACK):
            for place, sign in ((furthest, -1), (stage, 1)):
                gone[place][0] += sign * deals
                gone[place][1] += sign * worth
        return [(sum(deals for at, deals, _ in cells if at > place), *gone[place]) for place in PLACES]

    def opening(self) -> tuple[Rows, Rows, Rows, Rows]:
        """Both funnels with the compared period, and the losses."""
        there = self._rows(_THERE)
        assert there
        now, then = self._funnel(self._now), self._funnel(self._then)
        return now, then, self._active(), self._losses(self._rows(self._plain["closed"]))

    def reasons(self) -> Rows:
        """(stage, reason, deals, amount)."""
        found: dict[tuple[int, int], list[int]] = {}
        for stage, reason, deals, worth in self._rows(_REASONS):
            pair = found.setdefault((stage, reason), [0, 0])
            pair[0] += deals
            pair[1] += worth
        return sorted((*place, *pair) for place, pair in found.items())

    def comparison(self) -> dict[tuple[int, int], tuple[Any, ...]]:
        """(reached, conversion, mean days) by rep and stage."""
        cells: dict[int, list[tuple[int, int]]] = {}
        for rep, at, deals, _ in self._rows(self._by_rep["closed"]):
            cells.setdefault(rep, []).append((at, deals))
        days = {(rep, place): mean / DAY for rep, place, mean in self._rows(self._by_rep["days"])}
        rows = {}
        for rep, own in cells.items():
            for place in PLACES:
                reached = sum(deals for at, deals in own if at >= place)
                advanced = sum(deals for at, deals in own if at > place)
                rows[rep, place] = (reached, advanced / reached if reached else None, days.get((rep, place)))
        return rows

    def steps(self) -> Rows:
        """(created, conversions …) per month."""
        cells = self._rows(self._with + _CREATED)
        rows: Rows = []
        for month in range(self._months):
            own = [(at, deals) for k, at, _, deals in cells if k == month]
            shares: list[float | None] = []
            for place in PLACES:
                reached = sum(deals for at, deals in own if at >= place)
                advanced = sum(deals for at, deals in own if at > place)
                shares.append(advanced / reached if reached else None)
            rows.append((sum(deals for _, deals in own), *shares))
        return rows

    def won(self) -> Rows:
        """(won, amount, mean and median days, then by rep) per month."""
        rows: list[tuple[int, int, list[int], dict[int, int]]] = [(0, 0, [], {}) for _ in range(self._months)]
        for month, rep, deals, worth, seconds in self._rows(self._with + _WON):
            count, total, times, reps = rows[month]
            times += json.loads(seconds)
            reps[rep] = worth
            rows[month] = (count + deals, total + worth, times, reps)
        return [
            (count, total, sum(times) / len(times) / DAY, median(times) / DAY, reps)
            for count, total, times, reps in rows
        ]

    def days(self, limits: Sequence[int]) -> Rows:
        """(mean, median, n, there, stuck, stuck amount) per stage.

        :param limits: days from which on a deal is stuck, per stage.
        """
        rate = self._connection.execute(_RATE, {"day": NOW // DAY}).fetchone()[0]
        there = {place: count for place, count, _ in self._rows(_THERE)}
        stuck: dict[int, list[int]] = {place: [0, 0] for place in PLACES}
        sql = _union(
            [
                f"SELECT {place}, currency, count(*), coalesce(sum(amount_minor), 0)"
                f" FROM deal INDEXED BY ix_deal_open WHERE pipeline_id = 1 AND stage_id = {place}"
                f" AND closed_at IS NULL AND entered_at <= {NOW - limit * DAY} GROUP BY currency"
                for place, limit in zip(PLACES, limits, strict=True)
            ]
        )
        for place, currency, count, amount in self._rows(sql):
            stuck[place][0] += count
            stuck[place][1] += amount * (rate if currency == "USD" else _SCALE)
        rows = []
        for place, found in self._rows(self._plain["days"]):
            spent = json.loads(found)
            mean = sum(spent) / len(spent) / DAY
            figures = (mean, median(spent) / DAY, len(spent), there[place])
            rows.append((*figures, stuck[place][0], stuck[place][1] // _SCALE))
        return rows

    def benchmark(self) -> Rows:
        """(now, then) per stage, in deals and amounts."""
        now, then = (self._rows(self._plain["closed"], one) for one in (self._now, self._then))
        return [
            tuple(
                sum(cell[part] for cell in cells if cell[0] >= place)
                for part in (1, 2)
                for cells in (now, then)
            )
            for place in PLACES
        ]
