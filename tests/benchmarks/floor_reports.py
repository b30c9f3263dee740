"""The floor of the reports: the quickest hand-written SQL we could make, through the bare sqlite3 module.

It knows everything beforehand that a report has to look up: the pipelines, their stages, the currencies, the
bounds of the period as instants. Medians come from ``json_group_array``, which was measured to be the
quickest way. Ratios are floats. Every figure is compared with the report's before anything is timed.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.benchmarks.data import NOW, STAGES

DAY = 86_400
PIPELINES = (1, 2)
LENGTH = len(STAGES)
_SCALE = 10**12

Rows = list[tuple[Any, ...]]


def _stages(pipeline: int) -> list[tuple[int, int]]:
    """(position, number) of the stages of a pipeline."""
    return [(place, (pipeline - 1) * LENGTH + place) for place in range(1, LENGTH + 1)]


def _ladder() -> list[tuple[int, str]]:
    return [(LENGTH + 1, "won"), *((place, "lost") for place in range(1, LENGTH + 1))]


def _union(parts: list[str]) -> str:
    return " UNION ALL ".join(parts)


_STATE = (
    "CASE d.status WHEN 'lost' THEN 0 WHEN 'won' THEN 1"
    " ELSE CASE d.currency WHEN 'EUR' THEN 2 WHEN 'USD' THEN 3 ELSE 4 END END"
)
_AMOUNT = "coalesce(sum(CASE WHEN d.status = 'open' THEN d.amount_minor ELSE d.closed_base END), 0)"
_EXTRA = {"reached": "0", "visited": "d.visited_mask", "straight": "d.straight"}


def _closed_sql(mode: str) -> str:
    extra = _EXTRA[mode]
    group = "" if extra == "0" else f" GROUP BY {extra}"
    return _union(
        [
            f"SELECT {pipeline}, 0, {place}, {int(status == 'won')}, {extra}, count(*),"
            f" coalesce(sum(d.closed_base), 0)"
            f" FROM deal d INDEXED BY ix_deal_closed WHERE d.pipeline_id = {pipeline}"
            f" AND d.status = '{status}' AND d.furthest = {place}"
            f" AND d.closed_at >= :a AND d.closed_at < :b{group}"
            for pipeline in PIPELINES
            for place, status in _ladder()
        ]
    )


def _created_sql(mode: str) -> str:
    extra = _EXTRA[mode]
    parts = []
    for pipeline in PIPELINES:
        for place, status in [*_ladder(), *((place, "open") for place in range(1, LENGTH + 1))]:
            columns = [column for column in (extra,) if column != "0"]
            columns += ["d.currency"] if status == "open" else []
            group = f" GROUP BY {', '.join(columns)}" if columns else ""
            state = str(int(status == "won")) if status != "open" else _STATE
            amount = "d.amount_minor" if status == "open" else "d.closed_base"
            parts.append(
                f"SELECT {pipeline}, 0, {place}, {state}, {extra}, count(*), coalesce(sum({amount}), 0)"
                f" FROM deal d INDEXED BY ix_deal_created WHERE d.pipeline_id = {pipeline}"
                f" AND d.status = '{status}' AND d.furthest = {place}"
                f" AND d.created_at >= :a AND d.created_at < :b{group}"
            )
    return _union(parts)


def _entered_sql(mode: str) -> str:
    """One whole number as the group sorts quicker than several columns."""
    extra = _EXTRA[mode]
    key = f"d.furthest * 8 + {_STATE}" + ("" if extra == "0" else f" + ({extra} << 8)")
    return _union(
        [
            f"SELECT {pipeline}, {place}, {key} AS k, count(*), {_AMOUNT}"
            f" FROM deal_stage x INDEXED BY ix_deal_stage_reached CROSS JOIN deal d ON d.id = x.deal_id"
            f" WHERE x.stage_id = {stage} AND x.reached_at >= :a AND x.reached_at < :b GROUP BY k"
            for pipeline in PIPELINES
            for place, stage in _stages(pipeline)
        ]
    )


_DAYS = _union(
    [
        f"SELECT {pipeline}, {place}, json_group_array(seconds) FROM deal_stage INDEXED BY ix_deal_stage_left"
        f" WHERE stage_id = {stage} AND left_at >= :a AND left_at < :b"
        for pipeline in PIPELINES
        for place, stage in _stages(pipeline)
    ]
)
_THERE = _union(
    [
        f"SELECT {pipeline}, {place}, count(*), min(entered_at) FROM deal INDEXED BY ix_deal_open"
        f" WHERE pipeline_id = {pipeline} AND stage_id = {stage} AND closed_at IS NULL"
        for pipeline in PIPELINES
        for place, stage in _stages(pipeline)
    ]
)
_WON = _union(
    [
        f"SELECT count(*), count(amount_minor), sum(closed_base), json_group_array(closed_at - created_at)"
        f" FROM deal INDEXED BY ix_deal_closed WHERE pipeline_id = {pipeline} AND status = 'won'"
        f" AND furthest = {LENGTH + 1} AND closed_at >= :a AND closed_at < :b"
        for pipeline in PIPELINES
    ]
)
_LOST = _union(
    [
        f"SELECT count(*) FROM deal INDEXED BY ix_deal_closed WHERE pipeline_id = {pipeline}"
        f" AND status = 'lost' AND furthest = {place} AND closed_at >= :a AND closed_at < :b"
        for pipeline in PIPELINES
        for place in range(1, LENGTH + 1)
    ]
)
_OPEN_AMOUNTS = _union(
    [
        f"SELECT currency, count(*), json_group_array(amount_minor) FROM deal INDEXED BY ix_deal_open"
        f" WHERE pipeline_id = {pipeline} AND stage_id = {stage} AND closed_at IS NULL GROUP BY currency"
        for pipeline in PIPELINES
        for _, stage in _stages(pipeline)
    ]
)
_OPEN = _union(
    [
        f"SELECT {pipeline}, {place}, currency, probability_bp, count(*), coalesce(sum(amount_minor), 0)"
        f" FROM deal INDEXED BY ix_deal_open WHERE pipeline_id = {pipeline} AND stage_id = {stage}"
        f" AND closed_at IS NULL GROUP BY currency, probability_bp"
        for pipeline in PIPELINES
        for place, stage in _stages(pipeline)
    ]
)
_HISTORY = _union(
    [
        f"SELECT {pipeline}, {place}, {int(status == 'won')}, count(*) FROM deal INDEXED BY ix_deal_closed"
        f" WHERE pipeline_id = {pipeline} AND status = '{status}' AND furthest = {place}"
        f" AND closed_at IS NOT NULL"
        for pipeline in PIPELINES
        for place, status in _ladder()
    ]
)
# Nearly all deals are lost from the furthest stage they reached; looking for the others only is quickest.
_MOVED_BACK = _union(
    [
        f"SELECT {stage}, stage_id, count(*), coalesce(sum(closed_base), 0)"
        f" FROM deal INDEXED BY ix_deal_created WHERE pipeline_id = {pipeline} AND status = 'lost'"
        f" AND furthest = {place} AND created_at >= :a AND created_at < :b AND stage_id <> {stage}"
        f" GROUP BY stage_id"
        for pipeline in PIPELINES
        for place, stage in _stages(pipeline)
    ]
)
_RATE = (
    "SELECT rate_scaled FROM exchange_rate WHERE base = 'USD' AND quote = 'EUR' AND day <= :day"
    " ORDER BY day DESC LIMIT 1"
)


class ReportFloor:
    """The same figures as the reports, by hand.

    :param path: the database.
    :param bounds: first instant of the period and the first one after it.
    """

    def __init__(self, path: Path, bounds: tuple[int, int]) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA cache_size=-65536")
        self._connection.execute("PRAGMA temp_store=MEMORY")
        self._bounds = {"a": bounds[0], "b": bounds[1]}
        self._funnels = {
            (cohort, mode): make(mode)
            for cohort, make in (("closed", _closed_sql), ("created", _created_sql))
            for mode in _EXTRA
        }
        self._entered = {mode: _entered_sql(mode) for mode in _EXTRA}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _rows(self, sql: str) -> Rows:
        return self._connection.execute(sql, self._bounds).fetchall()

    def _rate(self) -> int:
        rate: int = self._connection.execute(_RATE, {"day": NOW // DAY}).fetchone()[0]
        return rate

    def metrics(self) -> Rows:
        """The row of ``metrics``."""
        rate = self._rate()
        won = with_amount = won_amount = 0
        seconds: list[int] = []
        for count, amounts, total, times in self._rows(_WON):
            won, with_amount, won_amount = won + count, with_amount + amounts, won_amount + (total or 0)
            seconds += json.loads(times)
        lost = sum(row[0] for row in self._rows(_LOST))
        opened = 0
        sizes: list[int] = []
        for currency, count, amounts in self._rows(_OPEN_AMOUNTS):
            opened += count
            if currency is not None:
                factor = rate if currency == "USD" else _SCALE
                sizes += [factor * amount for amount in json.loads(amounts)]
        total = sum(sizes)
        mean_win = sum(seconds) / len(seconds) / DAY
        velocity = opened * (won_amount / with_amount) * (won / (won + lost)) / mean_win
        return [
            (
                opened,
                _rounded(total, _SCALE * len(sizes)),
                _rounded(*_middle(sizes, _SCALE)),
                _rounded(won_amount, with_amount),
                won / (won + lost),
                won,
                lost,
                mean_win,
                _median(seconds) / DAY,
                int(velocity + 0.5),
                _rounded(total, _SCALE),
                won_amount,
            )
        ]

    def funnel(self, cohort: str, mode: str) -> Rows:
        """The rows of ``funnel``."""
        rate = self._rate()
        if cohort == "entered":
            cells = [
                (pipeline, place, key >> 3 & 31, key & 7, key >> 8, deals, amount)
                for pipeline, place, key, deals, amount in self._rows(self._entered[mode])
            ]
        else:
            cells = self._rows(self._funnels[cohort, mode])
        days = {(row[0], row[1]): json.loads(row[2]) for row in self._rows(_DAYS)}
        there = {(row[0], row[1]): row[2:] for row in self._rows(_THERE)}
        rows = []
        for pipeline in PIPELINES:
            own = [cell for cell in cells if cell[0] == pipeline]
            first = 0
            for place in range(1, LENGTH + 1):
                counts = _step(own, place, mode, rate)
                first = first or counts[0]
                reached, advanced, lost, still, went_on, *amounts = counts
                spent = days[pipeline, place]
                here, oldest = there[pipeline, place]
                rows.append(
                    (
                        *(place, reached, advanced, lost, still),
                        went_on / reached if reached else None,
                        advanced / (advanced + lost) if advanced + lost else None,
                        reached / first if first else None,
                        *(_rounded(amount, _SCALE) for amount in amounts),
                        sum(spent) / len(spent) / DAY if spent else None,
                        _median(spent) / DAY if spent else None,
                        len(spent),
                        here,
                        None if oldest is None else (NOW - oldest) / DAY,
                    )
                )
        return rows

    def active(self) -> Rows:
        """The rows of ``active``."""
        rate = self._rate()
        history = self._rows(_HISTORY)
        steps: dict[tuple[int, int], list[int]] = {}
        for pipeline, place, currency, typed, deals, amount in self._rows(_OPEN):
            step = steps.setdefault((pipeline, place), [0, 0, 0, 0])
            worth = amount * (rate if currency == "USD" else _SCALE)
            step[0] += deals
            step[1] += worth
            step[2] += worth * (place * 1400 if typed is None else typed)
            step[3] += deals if currency is None else 0
        rows = []
        for (pipeline, place), (deals, worth, weighted, without) in steps.items():
            reached = [row for row in history if row[0] == pipeline and row[1] >= place]
            closed = sum(row[3] for row in reached)
            won = sum(row[3] for row in reached if row[2])
            stock = _rounded(worth * won, _SCALE * closed) if closed else None
            worths = (_rounded(worth, _SCALE), _rounded(weighted, _SCALE * 10_000))
            rows.append((place, deals, *worths, without, stock))
        return rows

    def losses(self) -> Rows:
        """The rows of ``losses``."""
        rate = self._rate()
        cells = self._rows(self._funnels["created", "reached"])
        gone = {stage: [0, 0] for pipeline in PIPELINES for _, stage in _stages(pipeline)}
        for pipeline, _, furthest, state, _, deals, amount in cells:
            if state == 0:
                _add(gone[(pipeline - 1) * LENGTH + furthest], deals, amount)
        for furthest, stage, deals, amount in self._rows(_MOVED_BACK):
            _add(gone[furthest], -deals, -amount)
            _add(gone[stage], deals, amount)
        rows = []
        for pipeline in PIPELINES:
            own = [cell for cell in cells if cell[0] == pipeline]
            for place, stage in _stages(pipeline):
                passed = [cell for cell in own if cell[2] > place]
                worth = sum(cell[6] * (rate if cell[3] == 3 else _SCALE) for cell in passed)
                deals = sum(cell[5] for cell in passed)
                rows.append((deals, _rounded(worth, _SCALE), *gone[stage]))
        return rows


def _add(pair: list[int], deals: int, amount: int) -> None:
    pair[0] += deals
    pair[1] += amount


def _step(cells: Rows, place: int, mode: str, rate: int) -> list[int]:
    """Reached, advanced, lost, open, went on; then the amounts of the first three, times :data:`_SCALE`."""
    found = [0] * 8
    for _, entered, furthest, state, extra, deals, amount in cells:
        if entered not in (0, place):
            continue
        if mode == "visited":
            if not extra >> (place - 1) & 1:
                continue
        elif furthest < place or (mode == "straight" and extra < place):
            continue
        worth = amount * (rate if state == 3 else _SCALE)
        found[0] += deals
        found[5] += worth
        if furthest > place:
            found[1] += deals
            found[6] += worth
        elif state == 0:
            found[2] += deals
            found[7] += worth
        else:
            found[3] += deals
        if mode == "visited":
            found[4] += deals if (extra >> place & 1 if place < LENGTH else state == 1) else 0
        else:
            found[4] += deals if furthest > place else 0
    return found


def _rounded(part: int, whole: int) -> int:
    """part / whole, rounded half up, without a fraction."""
    return (2 * part + whole) // (2 * whole)


def _middle(values: list[int], scale: int) -> tuple[int, int]:
    """The median as numerator and denominator."""
    values.sort()
    half = len(values) // 2
    return (values[half], scale) if len(values) % 2 else (values[half - 1] + values[half], 2 * scale)


def _median(values: list[int]) -> float:
    values.sort()
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
