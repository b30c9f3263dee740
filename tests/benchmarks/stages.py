"""The Stages screen of one pipeline and one quarter against hand-written SQL on the same file.

The target is for what the screen shows when it is opened, and for all views together. The further views are
read one at a time, when they are asked for; their own ratios are told without a target.

A view is timed as it is read when it is opened, laid out as a table with its charts: all that happens outside
the UI thread. Of tables with a column per rep, figures are made when they come into view, and bars of reps
when there is room to draw them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.stage_views import Asked
from funnel_tui.domain.status import GroupBy
from funnel_tui.screens.stages_views import read_panel
from funnel_tui.screens.stages_words import View, read_stages
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.comparison import comparison
from funnel_tui.services.reports.stages_benchmark import benchmark_view
from funnel_tui.services.reports.stages_days import days_view
from funnel_tui.services.reports.stages_trends import last_months, step_trend, won_trend
from funnel_tui.services.workspace import Workspace
from tests.benchmarks.data import QUARTER, STAGES, open_file
from tests.benchmarks.floor_stages import PLACES, StagesFloor
from tests.benchmarks.timing import Ratio, best_of

TARGET = 1.5
OPENING = "both funnels and losses"
FLOOR = "hand-written SQL, sqlite3"
SCOPE = Scope(pipelines=("New business",), period=QUARTER, compare=QUARTER.previous())

Case = tuple[str, Callable[[], Any], Callable[[], Any]]


def stages(path: Path, rounds: int) -> Iterator[Ratio]:
    """Each view, and all of them together."""
    workspace = open_file(path)
    utc = ZoneInfo("UTC")
    months = [month.bounds(utc) for month in last_months(workspace, SCOPE).months()]
    floor = StagesFloor(path, QUARTER.bounds(utc), QUARTER.previous().bounds(utc), months)
    sums = [0.0, 0.0]
    for name, ours, by_hand in _cases(workspace, floor):
        mine, theirs = best_of(rounds, ours, by_hand, clock=time.thread_time)
        sums[0] += mine
        sums[1] += theirs
        target = TARGET if name == OPENING else None
        yield Ratio(name, mine * 1e3, theirs * 1e3, "ms", target, FLOOR)
    yield Ratio("all views of the screen", sums[0] * 1e3, sums[1] * 1e3, "ms", TARGET, FLOOR)
    floor.close()
    workspace.database.close()


def _cases(workspace: Workspace, floor: StagesFloor) -> Iterator[Case]:
    limits = _same(workspace, floor)

    def view(view: View, **asked: Any) -> Callable[[], Any]:
        return partial(read_panel, workspace, scope=SCOPE, view=view, asked=Asked(**asked))

    opening = partial(read_stages, workspace, scope=SCOPE, shown=View.CLOSED, both=True)
    yield OPENING, opening, floor.opening
    yield "reasons", view(View.REASONS), floor.reasons
    yield "comparison by rep", view(View.COMPARE), floor.comparison
    yield "conversions of 12 months", view(View.TRENDS), floor.steps
    yield "won in 12 months, by rep", view(View.TRENDS, won=True), floor.won
    yield "days and stuck", view(View.DAYS), partial(floor.days, limits)
    yield "benchmark", view(View.BENCHMARK), floor.benchmark


def _same(workspace: Workspace, floor: StagesFloor) -> list[int]:
    """Refuse to measure two sides that do not give the same figures.

    :returns: the days from which on deals are stuck, per stage.
    """
    found = read_stages(workspace, scope=SCOPE, shown=View.CLOSED, both=True).view
    assert found is not None
    assert found.closed.compared is not None
    now, then, active, losses = floor.opening()
    names = ("reached", "advanced", "lost", "reached_amount", "days_mean", "days_median", "days_n")
    for report, rows in ((found.closed, now), (found.closed.compared, then)):
        _near([[row[name] for name in names] for row in report.rows], rows)
    _near(
        [[row[n] for n in ("deals", "amount", "weighted", "from_stock")] for row in found.active.rows], active
    )
    _near(
        [[row[n] for n in ("passed", "lost_from", "lost_from_amount")] for row in found.losses.rows], losses
    )
    reasons = run_report(workspace, "reasons", SCOPE.with_(compare=None))
    ours = sorted((row["deals"], row["amount"].minor) for row in reasons.rows)
    _near(ours, sorted((deals, worth) for _, _, deals, worth in floor.reasons()))
    compared = comparison(workspace, SCOPE, GroupBy.REP)
    by_hand = floor.comparison()
    assert len(by_hand) == len(compared.groups) * len(STAGES)
    for (rep, place), figures in by_hand.items():
        row = compared.rows[f"Rep {rep - 1:02}", STAGES[place - 1]]
        _near([row["reached"], row["conversion"], row["days_mean"]], figures)
    steps = step_trend(workspace, SCOPE)
    for month, figures in zip(steps.months, floor.steps(), strict=True):
        own = [steps.rows[month, stage] for stage in STAGES]
        _near([own[0]["reached"], *(row["conversion"] for row in own)], figures)
    won = won_trend(workspace, SCOPE)
    months = enumerate(zip(won.whole.rows, floor.won(), strict=True))
    for at, (row, (deals, worth, mean, middle, reps)) in months:
        _near(
            [row[n] for n in ("won", "won_amount", "contact_days_mean", "contact_days_median")],
            (deals, worth, mean, middle),
        )
        for rep, amount in reps.items():
            _near([won.brought(f"Rep {rep - 1:02}", at)[1]], [amount])
    days = days_view(workspace, SCOPE)
    limits = [int(days.limits[stage]) for stage in STAGES]
    for row, figures in zip(days.funnel.rows, floor.days(limits), strict=True):
        stage = row["stage"]
        mine = [row[n] for n in ("days_mean", "days_median", "days_n", "still_there")]
        _near([*mine, len(days.stuck.get(stage, ())), days.worth.get(stage, Money(0, "EUR"))], figures)
    held = benchmark_view(workspace, SCOPE, Asked().held)
    _near([(one.now, one.then, one.now_amount, one.then_amount) for one in held.stages], floor.benchmark())
    assert len(held.stages) == len(PLACES)
    return limits


def _near(ours: Any, floor: Any) -> None:
    """The same but for rounding: of floats, and of sums of money to a whole minor unit."""
    if isinstance(ours, list | tuple):
        assert len(ours) == len(floor)
        for pair in zip(ours, floor, strict=True):
            _near(*pair)
    elif isinstance(ours, Money):
        assert abs(ours.minor - floor) <= 1, (ours, floor)
    elif ours is None or floor is None:
        assert ours is floor
    else:
        value = float(ours) if isinstance(ours, Fraction) else ours
        assert math.isclose(value, floor, rel_tol=1e-9), (ours, floor)
