"""The floor of the activity figures: the quickest hand-written SQL we could make, through bare sqlite3.

It knows everything beforehand that we have to look up: names, stages, kinds, the bounds of the period and its
weeks, that no deal changed after as-of. Shares are floats. All figures are compared before anything is timed.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.data import NOW, QUARTER, REPS, STAGES

DAY = 86_400
EPOCH = date(1970, 1, 1)
FIRST, AFTER = (QUARTER.start - EPOCH).days, (QUARTER.end - EPOCH).days
BOUNDS = {"a": FIRST * DAY, "b": AFTER * DAY, "da": FIRST, "db": AFTER, "now": NOW}
LENGTH = len(STAGES)
QUALIFIED_STAGES = (3, LENGTH + 3)
KINDS = range(1, 8)

Values = Any


def _weeks() -> list[tuple[int, int]]:
    """The days of each week of the quarter; the first and the last are cut."""
    found, day = [], QUARTER.start
    while day < QUARTER.end:
        after = min(day + timedelta(days=7 - day.weekday()), QUARTER.end)
        found.append(((day - EPOCH).days, (after - EPOCH).days))
        day = after
    return found


WEEKS = _weeks()
MONTHS = [(20635, 20666), (20666, 20697), (20697, 20727)]
_VALUES = ", ".join(f"({place}, {first}, {after})" for place, (first, after) in enumerate(WEEKS))
_SUMS = "sum(done), sum(planned), sum(with_outcome), sum(conversations), sum(outbound)"
_BY_WEEK = (
    f"WITH m(k, a, b) AS (VALUES {_VALUES}) SELECT m.k, owner_id, kind_id, {_SUMS}"
    " FROM m CROSS JOIN activity_day d WHERE d.day >= m.a AND d.day < m.b GROUP BY 1, 2, 3"
)
_WHOLE = (
    f"SELECT owner_id, kind_id, {_SUMS} FROM activity_day WHERE day >= :da AND day < :db"
    " GROUP BY owner_id, kind_id"
)
_TARGETS = "SELECT rep_id, kind_id, month, target FROM activity_target WHERE month >= :da AND month < :db"
_CREATED = " UNION ALL ".join(
    f"SELECT count(*) FROM deal INDEXED BY ix_deal_created WHERE pipeline_id = {pipeline}"
    f" AND status = '{status}' AND furthest = {place} AND created_at >= :a AND created_at < :b"
    for pipeline in (1, 2)
    for status, place in (
        ("won", LENGTH + 1),
        *((status, place) for status in ("lost", "open") for place in range(1, LENGTH + 1)),
    )
)
_OUT = (
    "(SELECT count(*) FROM interaction i INDEXED BY ix_interaction_deal WHERE i.deal_id = {deal}"
    " AND i.at > {since} AND i.at <= {until} AND i.planned = 0 AND i.direction = 'out')"
)
_STAYS = (
    "deal d INDEXED BY ix_deal_changed CROSS JOIN stage_visit v"
    " LEFT JOIN stage_visit n ON v.exit = 'moved' AND n.deal_id = v.deal_id AND n.seq = v.seq + 1"
)
_ENDED = (
    " WHERE d.changed_at >= :a AND d.created_at < :b AND v.deal_id = d.id AND +v.pipeline_id IN (1, 2)"
    " AND +v.left_at >= :a AND +v.left_at < :b"
)
_FOLLOW_UPS = (
    "SELECT v.stage_id, n.stage_id, v.exit,"
    f" {_OUT.format(deal='v.deal_id', since='v.entered_at', until='v.left_at')} AS f, count(*)"
    f" FROM {_STAYS}{_ENDED} GROUP BY 1, 2, 3, 4"
)
_SO_FAR = (
    f"SELECT d.stage_id, {_OUT.format(deal='d.id', since='d.entered_at', until=':now')} AS f, count(*)"
    " FROM deal d INDEXED BY ix_deal_open WHERE d.pipeline_id IN (1, 2) AND d.closed_at IS NULL GROUP BY 1, 2"
)
_MARKS = ", ".join(f"max(CASE WHEN i.kind_id = {kind} THEN 1 ELSE 0 END) AS k{kind}" for kind in KINDS)
_EVERYTHING = (
    "SELECT s, t, e, o, f, count(*), " + ", ".join(f"sum(k{kind})" for kind in KINDS) + " FROM ("
    " SELECT v.stage_id AS s, n.stage_id AS t, v.exit AS e, coalesce(v.exit_owner_id, v.owner_id) AS o,"
    f" count(CASE WHEN i.direction = 'out' THEN 1 END) AS f, {_MARKS} FROM {_STAYS}"
    " LEFT JOIN interaction i INDEXED BY ix_interaction_deal ON i.deal_id = v.deal_id AND i.at > v.entered_at"
    f" AND i.at <= v.left_at AND i.planned = 0{_ENDED} GROUP BY v.id) GROUP BY 1, 2, 3, 4, 5"
)
_SO_FAR_BY_REP = (
    "SELECT d.stage_id, d.owner_id,"
    f" {_OUT.format(deal='d.id', since='d.entered_at', until=':now')} AS f, count(*)"
    " FROM deal d INDEXED BY ix_deal_open WHERE d.pipeline_id IN (1, 2) AND d.closed_at IS NULL"
    " GROUP BY 1, 2, 3"
)
_QUALIFIED = (
    "WITH c AS MATERIALIZED (SELECT x.deal_id AS d, i.kind_id AS k, count(*) AS n"
    " FROM deal_stage x INDEXED BY ix_deal_stage_reached"
    " CROSS JOIN interaction i INDEXED BY ix_interaction_deal"
    f" WHERE x.stage_id IN {QUALIFIED_STAGES} AND x.reached_at >= :a AND x.reached_at < :b"
    " AND i.deal_id = x.deal_id AND i.at <= x.reached_at AND i.planned = 0 GROUP BY 1, 2)"
    " SELECT k, sum(n) FROM c GROUP BY k UNION ALL SELECT 0, sum(n) FROM c UNION ALL"
    f" SELECT -1, count(*) FROM deal_stage WHERE stage_id IN {QUALIFIED_STAGES}"
    " AND reached_at >= :a AND reached_at < :b"
)
_OPEN = (
    "SELECT owner_id, stage_id, count(*) FROM deal INDEXED BY ix_deal_open"
    " WHERE pipeline_id IN (1, 2) AND closed_at IS NULL GROUP BY stage_id, owner_id"
)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


class ActivityFloor:
    """The same figures as ours, by hand.

    :param path: the database.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA cache_size=-65536")
        self._connection.execute("PRAGMA temp_store=MEMORY")

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _rows(self, sql: str) -> list[Any]:
        return self._connection.execute(sql, BOUNDS).fetchall()

    def _per_1000(self, calls: int) -> float | None:
        return _share(1000 * sum(row[0] for row in self._rows(_CREATED)), calls)

    def activity(self) -> Values:
        """Rows of the report ``activity`` and opportunities per 1,000 calls."""
        targets: dict[tuple[int, int], int] = {}
        for rep, kind, _, target in self._rows(_TARGETS):
            targets[rep, kind] = targets.get((rep, kind), 0) + target
        rows, calls = [], 0
        for owner, kind, done, planned, _, talks, outbound in self._rows(_WHOLE):
            calls += outbound if kind == 1 else 0
            rows.append((owner, kind, done, planned, talks, _share(talks, done), targets.get((owner, kind))))
        return rows, self._per_1000(calls)

    def steps(self) -> Values:
        """Rows of the report ``steps``: counts, conversions and total."""
        places = {1: 0, 3: 1, 4: 2, 5: 3, 6: 4}
        found: dict[int, list[int]] = {}
        for owner, kind, done, *_ in self._rows(_WHOLE):
            counts = found.setdefault(owner, [0] * 5)
            if kind in places:
                counts[places[kind]] += done
        return [
            (
                owner,
                counts,
                [_share(counts[n + 1], counts[n]) for n in range(4)],
                _share(counts[4], counts[0]),
            )
            for owner, counts in sorted(found.items())
        ]

    def charts(self) -> Values:
        """The charts of 13 weeks by rep and by kind with targets, all rates, and the contact rate."""
        size = len(WEEKS)
        by_rep = {rep: [[0] * size, [0] * size] for rep in range(1, REPS + 1)}
        by_kind = {kind: [[0] * size, [0] * size] for kind in KINDS}
        rates: dict[tuple[int, int], list[int]] = {}
        calls = 0
        for week, owner, kind, done, planned, with_outcome, talks, outbound in self._rows(_BY_WEEK):
            for lists in (by_rep[owner], by_kind[kind]):
                lists[0][week] += done
                lists[1][week] += planned
            sums = rates.setdefault((owner, kind), [0] * 5)
            sums[0] += done
            sums[1] += planned
            sums[2] += with_outcome
            sums[3] += talks
            sums[4] += outbound
            calls += outbound if kind == 1 else 0
        aims: dict[tuple[int, int], list[float]] = {}
        parts = [
            (month, [max(0, min(end, b) - max(month, a)) / (end - month) for a, b in WEEKS])
            for month, end in MONTHS
        ]
        shares = dict(parts)
        for rep, kind, month, target in self._rows(_TARGETS):
            line = aims.setdefault((rep, kind), [0.0] * size)
            for week, share in enumerate(shares[month]):
                line[week] += target * share
        rep_aims = {rep: aims.get((rep, 1)) for rep in by_rep}
        kind_aims = [sum(line[week] for line in aims.values()) for week in range(size)]
        lines = {
            key: (*sums, _share(sums[3], sums[0]), _share(sums[3], sums[2])) for key, sums in rates.items()
        }
        return by_rep, by_kind, lines, rep_aims, kind_aims, self._per_1000(calls)

    def follow_ups(self) -> Values:
        """Visits, mean and share of at least five, by stage and outcome."""
        found: dict[tuple[int, str], Counter[int]] = {}
        for stage, following, way_out, count, stays in self._rows(_FOLLOW_UPS):
            outcome = way_out
            if way_out == "moved":
                outcome = "advanced" if following > stage else ""
            found.setdefault((stage, "advanced" if outcome == "won" else outcome), Counter())[count] += stays
        for stage, count, stays in self._rows(_SO_FAR):
            found.setdefault((stage, "open"), Counter())[count] += stays
        return _figures(found)

    def everything(self) -> Values:
        """The whole screen: charts, follow-ups per rep, kinds before an advance, until qualified, load."""
        charts = self.charts()
        found: dict[tuple[int, str], Counter[int]] = {}
        by_rep: dict[tuple[int, int, str], Counter[int]] = {}
        kinds = {True: [0] * len(KINDS), False: [0] * len(KINDS)}
        for stage, following, way_out, owner, count, stays, *having in self._rows(_EVERYTHING):
            outcome = way_out
            if way_out == "moved":
                outcome = "advanced" if following > stage else ""
            outcome = "advanced" if outcome == "won" else outcome
            found.setdefault((stage, outcome), Counter())[count] += stays
            by_rep.setdefault((owner, stage, outcome), Counter())[count] += stays
            side = kinds[outcome == "advanced"]
            for place, number in enumerate(having):
                side[place] += number
        for stage, owner, count, stays in self._rows(_SO_FAR_BY_REP):
            found.setdefault((stage, "open"), Counter())[count] += stays
            by_rep.setdefault((owner, stage, "open"), Counter())[count] += stays
        load = {(owner, stage): deals for owner, stage, deals in self._rows(_OPEN)}
        return charts, _figures(found), _figures(by_rep), kinds, dict(self._rows(_QUALIFIED)), load


def _figures(found: dict[Any, Counter[int]]) -> dict[Any, tuple[Any, ...]]:
    figures = {}
    for key, counts in found.items():
        visits = counts.total()
        places = sorted(counts.elements())
        mean = sum(places) / visits
        half = (places[(visits - 1) // 2] + places[visits // 2]) / 2
        many = sum(stays for count, stays in counts.items() if count >= 5)
        few = counts[0] + counts[1]
        figures[key] = (visits, mean, half, places[-(-visits * 4 // 5) - 1], few / visits, many / visits)
    return figures
