"""Reports over a quarter against hand-written SQL on the same file."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, Mode
from funnel_tui.services.reports import run_report
from funnel_tui.services.workspace import Workspace
from tests.benchmarks.data import NOW, QUARTER, open_file
from tests.benchmarks.floor_reports import ReportFloor, Rows
from tests.benchmarks.timing import Ratio, best_of

TARGET = 1.3
PAST_TARGET = 5.0
FLOOR = "hand-written SQL, sqlite3"

# What the floor does not give: names, and the deals without an amount, which it leaves out of every sum.
_NOT_COMPARED = {"pipeline", "stage"}
_SKIPPED = {"metrics": {"without_amount"}, "active": set(), "funnel": set(), "losses": set()}


def cases() -> Iterator[tuple[str, str, Scope, Callable[[ReportFloor], Rows]]]:
    """(name, report, scope, the same by hand)."""
    scope = Scope(period=QUARTER)
    yield "metrics", "metrics", scope, ReportFloor.metrics
    for cohort in Cohort:
        for mode in Mode:
            name = f"funnel {cohort.value} {mode.value}"
            yield name, "funnel", scope.with_(cohort=cohort, mode=mode), _funnel(cohort, mode)
    yield "active", "active", scope, ReportFloor.active
    yield "losses", "losses", scope, ReportFloor.losses


def _funnel(cohort: Cohort, mode: Mode) -> Callable[[ReportFloor], Rows]:
    return lambda floor: floor.funnel(cohort.value, mode.value)


def against_sql(path: Path, rounds: int, target: float | None = TARGET) -> Iterator[Ratio]:
    """Every report of a quarter against its floor.

    :param target: None for a small file, where looking up names and periods weighs more than the deals.
    """
    workspace = open_file(path)
    floor = ReportFloor(path, QUARTER.bounds(ZoneInfo("UTC")))
    for name, report, scope, by_hand in cases():
        compare(run_report(workspace, report, scope), by_hand(floor))
        ours, theirs = best_of(
            rounds,
            lambda report=report, scope=scope: run_report(workspace, report, scope),  # type: ignore[misc]
            lambda by_hand=by_hand: by_hand(floor),  # type: ignore[misc]
            clock=time.thread_time,
        )
        yield Ratio(name, ours * 1e3, theirs * 1e3, "ms", target, FLOOR)
    floor.close()
    workspace.database.close()


def as_of_past(path: Path, rounds: int) -> Iterator[Ratio]:
    """Reports as of a month, a quarter and a year ago against the same reports as of now.

    A session looks at an instant many times, and the deals of it are put together once. What the first look
    costs is measured for all four reports together, with nothing kept from before; it has no target.
    """
    workspace = open_file(path)
    now = Scope(period=QUARTER)
    reports = ("metrics", "funnel", "active", "losses")
    for days in (30, 90, 365):
        then = now.with_(as_of=NOW - days * 86_400)
        for report in reports:
            past, present = best_of(
                rounds,
                lambda: run_report(workspace, report, then),  # noqa: B023
                lambda: run_report(workspace, report, now),  # noqa: B023
                clock=time.thread_time,
            )
            name = f"{report} as of {days} days ago"
            yield Ratio(name, past * 1e3, present * 1e3, "ms", PAST_TARGET, "as of now")
        first, present = best_of(
            rounds,
            lambda: _first_look(workspace, reports, then),  # noqa: B023
            lambda: [run_report(workspace, report, now) for report in reports],
            clock=time.thread_time,
        )
        name = f"first look at {days} days ago, all of them"
        yield Ratio(name, first * 1e3, present * 1e3, "ms", None, "as of now")
    workspace.database.close()


def _first_look(workspace: Workspace, reports: Iterable[str], scope: Scope) -> None:
    workspace.database.shelf.clear()
    for report in reports:
        run_report(workspace, report, scope)


def compare(report: Report, floor: Rows) -> None:
    """Refuse to measure two sides that do not give the same figures."""
    left_out = _NOT_COMPARED | _SKIPPED[report.name]
    names = [column.name for column in report.columns if column.name not in left_out]
    ours = [tuple(_plain(row[name]) for name in names) for row in report.rows]
    assert len(ours) == len(floor), f"{report.title}: {len(ours)} rows, by hand {len(floor)}"
    for mine, theirs in zip(ours, floor, strict=True):
        for name, one, other in zip(names, mine, theirs, strict=True):
            assert _same(one, other), f"{report.title}: {name} is {one}, by hand {other}"


def _plain(value: Any) -> Any:
    return value.minor if isinstance(value, Money) else float(value) if isinstance(value, Fraction) else value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and other is not None:
        return math.isclose(one, other, rel_tol=1e-12)
    return bool(one == other)
