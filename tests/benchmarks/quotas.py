"""The review of quotas, 1,000 reps over 8 quarters, against hand-written SQL on the same file."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, PeriodKind, day_number, local_day
from funnel_tui.domain.scope import Scope
from funnel_tui.metrics.outcomes import distribution
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.quota_screen import QuotaView, read_quotas
from tests.benchmarks.data import NOW, open_file
from tests.benchmarks.timing import Ratio, best_of

MANY_REPS = 1_000
PERIODS = 8
TARGET = 1.5
FRAME_MS = 1_000 / 60
FLOOR = "hand-written SQL, sqlite3"
UTC = ZoneInfo("UTC")


def crowded(path: Path, folder: Path) -> Path:
    """A copy of a seeded file with 1,000 reps who share its deals, quotas for 8 quarters, expected closes."""
    target = folder / f"quotas-{path.name}"
    if target.exists():
        return target
    shutil.copy(path, target)
    connection = sqlite3.connect(target)
    teams = connection.execute("SELECT count(*) FROM team").fetchone()[0]
    known = connection.execute("SELECT count(*) FROM rep").fetchone()[0]
    connection.executemany(
        "INSERT INTO rep (name, team_id, active, version) VALUES (?, ?, 1, 1)",
        [(f"Rep {number:04}", number % teams + 1) for number in range(known, MANY_REPS)],
    )
    connection.execute("UPDATE deal SET owner_id = id % ? + 1", (MANY_REPS,))
    connection.execute("UPDATE deal SET closed_owner_id = owner_id WHERE closed_at IS NOT NULL")
    connection.execute(
        "UPDATE deal SET expected_close = ? + id % 120 - 20 WHERE closed_at IS NULL", (NOW // 86_400,)
    )
    rows = [
        (rep, *_days(period), 100_000 * (rep % 90 + 1), period_at)
        for period_at, period in enumerate(quarters())
        for rep in range(1, MANY_REPS + 1)
    ]
    connection.executemany(
        "INSERT INTO quota_revision (rep_id, start_day, end_day, unit, amount, currency, at, by)"
        " VALUES (?, ?, ?, 'money', ?, 'EUR', ?, 'x')",
        rows,
    )
    connection.commit()
    connection.execute("VACUUM")
    connection.execute("ANALYZE")
    connection.close()
    return target


def quarters() -> list[Period]:
    """The present quarter and the seven before it, the earliest first."""
    present = Period.containing(local_day(NOW, UTC), PeriodKind.QUARTER)
    return [present.shifted(-back) for back in range(PERIODS - 1, -1, -1)]


def _days(period: Period) -> tuple[int, int]:
    return day_number(period.start), day_number(period.end)


_WON = """
WITH m(k, a, b) AS (VALUES {values})
SELECT m.k, d.closed_owner_id, sum(d.closed_base)
FROM m CROSS JOIN deal d INDEXED BY ix_deal_closed
WHERE d.pipeline_id = {pipeline} AND d.status = 'won' AND d.furthest = 7 AND d.closed_at >= m.a
  AND d.closed_at < m.b AND d.closed_at IS NOT NULL
GROUP BY m.k, d.closed_owner_id
"""
_OPEN = """
SELECT d.owner_id, d.currency, sum(d.amount_minor) FROM deal d INDEXED BY ix_deal_open
WHERE d.pipeline_id = {pipeline} AND d.closed_at IS NULL AND d.expected_close < ?
GROUP BY d.owner_id, d.currency
"""
_QUOTAS = """
SELECT q.rep_id, q.start_day, q.amount FROM quota_revision q
WHERE q.start_day >= ? AND q.end_day <= ? AND q.rep_id IS NOT NULL AND q.at <= ? ORDER BY q.at, q.id
"""
Points = list[tuple[int, int]]


class Review(NamedTuple):
    """The figures of the screen that are worked out when it is read.

    :param reps: (quota, won) of eight quarters, attainment and coverage of the last one, by name.
    :param teams: won of eight quarters by name.
    :param total: quota, won, reps at quota and reps with a quota of eight quarters.
    """

    reps: dict[str, tuple[Points, float, float]]
    teams: dict[str, list[int]]
    total: list[tuple[int, int, int, int]]


class QuotaFloor:
    """The same figures by hand: it knows the pipelines, the rate and the periods beforehand."""

    def __init__(self, path: Path, rate: float) -> None:
        self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.rate = rate
        self.periods = quarters()

    def review(self) -> Review:
        """Everything, with seven statements."""
        run = self.connection.execute
        bounds = [period.bounds(UTC) for period in self.periods]
        values = ", ".join(f"({k}, {a}, {b})" for k, (a, b) in enumerate(bounds))
        won: dict[tuple[int, int], int] = {}
        for pipeline in (1, 2):
            for k, owner, amount in run(_WON.format(values=values, pipeline=pipeline)):
                won[owner, k] = won.get((owner, k), 0) + (amount or 0)
        end = _days(self.periods[-1])[1]
        coming: dict[int, float] = {}
        for pipeline in (1, 2):
            for owner, currency, amount in run(_OPEN.format(pipeline=pipeline), (end,)):
                if amount:
                    worth = amount if currency == "EUR" else amount * self.rate
                    coming[owner] = coming.get(owner, 0.0) + worth
        places = {_days(period)[0]: k for k, period in enumerate(self.periods)}
        start = _days(self.periods[0])[0]
        quota = {(rep, places[day]): amount for rep, day, amount in run(_QUOTAS, (start, end, NOW))}
        found: dict[str, tuple[Points, float, float]] = {}
        teams = dict(run("SELECT id, name FROM team"))
        of_team = {name: [0] * PERIODS for name in teams.values()}
        total = [(0, 0, 0, 0)] * PERIODS
        for number, name, team in run("SELECT id, name, team_id FROM rep"):
            trend = [(quota.get((number, k), 0), won.get((number, k), 0)) for k in range(PERIODS)]
            goal, brought = trend[-1]
            gap = max(0, goal - brought)
            coverage = coming.get(number, 0.0) / gap if gap else 0.0
            found[name] = (trend, brought / goal if goal else 0.0, coverage)
            sums = of_team[teams[team]]
            for k, (aim, got) in enumerate(trend):
                sums[k] += got
                if aim:
                    a, b, c, d = total[k]
                    total[k] = (a + aim, b + got, c + (got >= aim), d + 1)
        return Review(found, of_team, total)


def compare(view: QuotaView, floor: Review) -> None:
    """Refuse to measure two sides that do not give the same figures."""
    assert len(view.rows) == len(floor.reps) == MANY_REPS
    assert {row.line.name: [won for _, won in row.trend] for row in view.teams} == floor.teams
    assert [(one.quota, one.won, one.reached, one.known) for one in view.trend] == floor.total
    for row in view.rows:
        trend, attainment, coverage = floor.reps[row.line.name]
        assert [(quota or 0, won) for quota, won in row.trend] == trend
        assert abs(float(row.line.standing.attainment or 0) - attainment) < 1e-9
        assert abs(float(row.line.standing.coverage or 0) - coverage) < 1e-9


def quotas(path: Path, folder: Path, rounds: int) -> Iterator[Ratio]:
    """The review, the report and the range."""
    file = crowded(path, folder)
    workspace = open_file(file)
    with workspace.read() as reader:
        rows = reader.rows("SELECT rate_scaled FROM exchange_rate ORDER BY day DESC LIMIT 1")
    floor = QuotaFloor(file, rows[0][0] / 10**12)
    compare(read_quotas(workspace, Scope()), floor.review())
    clock = time.thread_time
    ours, theirs = best_of(rounds, lambda: read_quotas(workspace, Scope()), floor.review, clock=clock)
    yield Ratio(f"review, {MANY_REPS:,} reps x {PERIODS}", ours * 1e3, theirs * 1e3, "ms", TARGET, FLOOR)
    report, theirs = best_of(
        max(3, rounds // 5), lambda: run_report(workspace, "quotas", Scope()), floor.review, clock=clock
    )
    yield Ratio("report quotas, every figure as text", report * 1e3, theirs * 1e3, "ms", None, FLOOR)
    forecast, theirs = best_of(
        max(3, rounds // 5), lambda: run_report(workspace, "forecast", Scope()), floor.review, clock=clock
    )
    yield Ratio("report forecast", forecast * 1e3, theirs * 1e3, "ms", None, FLOOR)
    workspace.database.close()
    for count in (10, 15, 300):
        trials = [(3**at % 10_000_019, 1_000 + 37 * at % 8_000) for at in range(count)]
        (spent,) = best_of(max(3, rounds // 5), lambda: distribution(trials), clock=clock)  # noqa: B023
        limit = 1.0 if count <= 15 else None
        yield Ratio(f"range of {count} deals", spent * 1e3, FRAME_MS, "ms", limit, "a frame at 60 Hz")
