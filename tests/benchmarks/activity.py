"""The activity of 13 weeks, eight interactions a deal, against hand-written SQL on the same file."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from funnel_tui.domain.activity import FollowUpLine, Series
from funnel_tui.domain.activity_view import ActivityView
from funnel_tui.domain.scope import Scope
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.activity_screen import read_activity
from funnel_tui.services.workspace import Workspace
from tests.benchmarks.data import QUARTER, STAGES, open_file
from tests.benchmarks.floor_activity import KINDS, ActivityFloor
from tests.benchmarks.interactions import active_file
from tests.benchmarks.timing import Ratio, best_of

TARGET = 1.3
FLOOR = "hand-written SQL, sqlite3"
SCOPE = Scope(period=QUARTER)


def activity(deals: int, kept: Path, rounds: int) -> Iterator[Ratio]:
    """The charts, the whole screen and the three reports of a quarter.

    :param kept: where the database is made, or was.
    """
    path = active_file(kept, deals)
    workspace = open_file(path)
    floor = ActivityFloor(path)
    for name, ours, by_hand, compare, count in _cases(workspace, floor, rounds):
        compare(ours(), by_hand())
        mine, theirs = best_of(count, ours, by_hand, clock=time.thread_time)
        yield Ratio(name, mine * 1e3, theirs * 1e3, "ms", TARGET, FLOOR)
    floor.close()
    workspace.database.close()


Case = tuple[str, Callable[[], Any], Callable[[], Any], Callable[[Any, Any], None], int]


def _cases(workspace: Workspace, floor: ActivityFloor, rounds: int) -> Iterator[Case]:
    few = max(5, rounds // 4)
    yield (
        *("charts of 13 weeks, all rates", lambda: read_activity(workspace, SCOPE, with_deals=False)),
        *(floor.charts, _same_charts, 2 * rounds),
    )
    yield "whole screen", lambda: read_activity(workspace, SCOPE), floor.everything, _same_screen, few
    for name, by_hand, compare, count in (
        ("activity", floor.activity, _same_rates, rounds),
        ("steps", floor.steps, _same_steps, rounds),
        ("followups", floor.follow_ups, _same_report, few),
    ):
        yield f"report {name}", partial(run_report, workspace, name, SCOPE), by_hand, compare, count


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _near(one: Any, other: Any) -> bool:
    """The same but for the rounding of floats; no target and one of 0 days are told apart elsewhere."""
    if isinstance(one, list) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_near(*pair) for pair in zip(one, other, strict=True))
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _same_rates(ours: Any, floor: Any) -> None:
    rows, per_1000 = floor
    names = ("done", "planned", "conversations", "conversation_share", "target")
    assert len(ours.rows) == len(rows)
    for mine, theirs in zip(ours.rows, rows, strict=True):
        assert mine["owner"] == f"Rep {theirs[0] - 1:02}"
        assert _near(_plain([mine[name] for name in names]), list(theirs[2:])), (mine, theirs)
    assert _near(_plain(ours.totals["per_1000_calls"]), per_1000)


def _same_steps(ours: Any, floor: Any) -> None:
    assert len(ours.rows) == len(floor)
    for mine, (owner, counts, conversions, total) in zip(ours.rows, floor, strict=True):
        assert mine["owner"] == f"Rep {owner - 1:02}"
        assert [mine[name] for name in ("calls", "meetings", "proposals", "contracts", "paid")] == counts
        assert _near(_plain(mine["conversions"]), conversions)
        assert _near(_plain(mine["total"]), total)


def _same_charts(ours: ActivityView, floor: Any) -> None:
    by_rep, by_kind, lines, rep_aims, kind_aims, per_1000 = floor
    for series, theirs in ((ours.by_rep.series, by_rep), (ours.by_kind.series, by_kind)):
        assert {one.id: [list(one.done), list(one.planned)] for one in series} == theirs
    for one in ours.by_rep.series:
        assert _near(_plain(one.targets), rep_aims[one.id])
    calls: Series = next(one for one in ours.by_kind.series if one.id == 1)
    assert _near(_plain(calls.targets), kind_aims)
    assert _near(_plain(ours.by_rep.total.targets), kind_aims)
    assert len(ours.rates) == len(lines)
    for line in ours.rates:
        rate = line.rate
        mine = [rate.done, rate.planned, rate.with_outcome, rate.conversations, rate.outbound]
        mine += [_plain(rate.conversation_share), _plain(rate.answered_share)]
        assert _near(mine, lines[line.owner_id, line.kind_id])
    assert _near(_plain(ours.contact.per_1000), per_1000)


def _figures(line: FollowUpLine) -> list[Any]:
    shares = (line.share_at_most_1, line.share_at_least_5)
    return list(map(_plain, (line.visits, line.mean, line.median, line.p80, *shares)))


def _same_screen(ours: ActivityView, floor: Any) -> None:
    charts, stages, by_rep, kinds, qualified, load = floor
    _same_charts(ours, charts)
    for line in ours.follow_ups:
        if line.visits:
            assert _near(_figures(line), stages[line.stage_id, line.outcome])
    for line in ours.follow_ups_by_rep:
        if line.visits:
            assert _near(_figures(line), by_rep[line.group_id, line.stage_id, line.outcome])
    for one in ours.preceding:
        place = one.kind_id - KINDS[0]
        assert (one.advancing_with, one.other_with) == (kinds[True][place], kinds[False][place])
    for found in ours.qualified:
        assert (found.deals, found.interactions) == (qualified[-1], qualified[found.kind_id])
    for rep in ours.load.lines:
        for (stage, _), cell in zip(ours.load.stages, rep.cells, strict=True):
            assert cell.deals == load.get((rep.owner_id, stage), 0)


def _same_report(ours: Any, floor: Any) -> None:
    for row in ours.rows:
        stage = {"New business": 0, "Renewals": 6}[row["pipeline"]]
        stage += STAGES.index(row["stage"]) + 1
        names = ("visits", "mean", "median", "p80", "share_at_most_1", "share_at_least_5")
        if row["visits"]:
            assert _near([_plain(row[name]) for name in names], floor[stage, row["outcome"]])
