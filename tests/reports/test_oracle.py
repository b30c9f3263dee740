"""Random histories and scopes: every report shows what an independent reading of METRICS says."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import PeriodKind
from funnel_tui.domain.report import Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.services.reports import deals_behind, run_report
from tests.reports.conftest import Fresh
from tests.reports.scopes import BY, all_figures, check, random_scope
from tests.support.histories import NOW, World, rich, worlds, write
from tests.support.oracle import PERIODS, Oracle

SEEDS = st.integers(0, 2**32 - 1)


@rich(12)
@given(world=worlds(), seed=SEEDS)
def test_every_report_shows_what_the_oracle_says(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for name in BY:
        for _ in range(12):
            report = check(workspace, world, name, random_scope(rng, world, name))
            if name == "funnel":
                for row in report.rows:
                    assert row["reached"] == row["advanced"] + row["lost"] + row["open"]


@pytest.mark.pg
@rich(2)
@given(world=worlds(), seed=SEEDS)
def test_both_databases_show_it(fresh_file: Fresh, fresh_server: Fresh, world: World, seed: int) -> None:
    file, server = fresh_file(), fresh_server()
    write(file, world)
    write(server, world)
    rng = random.Random(seed)
    for name in BY:
        for _ in range(4):
            check(server, world, name, random_scope(rng, world, name))
    assert all_figures(server, seed, world, 50) == all_figures(file, seed, world, 50)


@rich(6)
@given(world=worlds(), seed=SEEDS)
def test_a_compared_period_stands_beside_it(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for name in ("metrics", "funnel", "active", "losses"):
        for _ in range(8):
            scope = random_scope(rng, world, name).with_(compare=rng.choice(PERIODS))
            check_compared(run_report(workspace, name, scope), world, scope)


def check_compared(report: Report, world: World, scope: Scope) -> None:
    assert scope.compare is not None
    assert report.compared is not None
    as_of = NOW if scope.as_of is None else scope.as_of
    end = min(as_of, scope.compare.bounds(ZoneInfo(world.zone))[1] - 1)
    then = scope.with_(period=scope.compare, compare=None)
    if report.name == "active":
        oracle = Oracle(world, then.with_(as_of=end), NOW)
    else:
        oracle = Oracle(world, then, NOW, snapshot=end if report.name == "metrics" else None)
    due, _ = getattr(oracle, report.name)()
    assert [
        {name: row[name] for name in fields} for row, fields in zip(report.compared.rows, due, strict=True)
    ] == due
    texts = [column.name for column in report.columns if column.kind is Kind.TEXT]
    held = {(*(row[name] for name in texts), row["figure"]): row for row in report.benchmark}
    assert len(held) == len(report.benchmark)
    if scope.by is GroupBy.MONTH:
        return
    for row in due:
        mine = [one for one in report.rows if all(one[name] == row[name] for name in texts)]
        for figure in {row["figure"] for row in report.benchmark}:
            line = held[*(row[name] for name in texts), figure]
            assert line["then"] == row[figure]
            if mine:
                assert line["now"] == mine[0][figure]
            check_line(line)


def check_line(line: Mapping[str, Any]) -> None:
    now, then = line["now"], line["then"]
    if now is None or then is None:
        assert (line["difference"], line["relative"], line["shortfall"]) == (None, None, None)
        return
    if isinstance(now, Money):
        assert now.currency == then.currency == line["difference"].currency
        now, then = now.minor, then.minor
        line = {**line, "difference": line["difference"].minor, "shortfall": line["shortfall"].minor}
    assert line["difference"] == now - then
    fewer_is_better = line["figure"] == "time_to_win_mean"
    assert line["shortfall"] == max(0, now - then if fewer_is_better else then - now)
    assert line["relative"] is None if then == 0 else line["relative"] * then == now - then


@rich(6)
@given(world=worlds(), seed=SEEDS)
def test_figures_as_of_a_day_do_not_change_when_later_events_are_added(
    fresh_file: Fresh, world: World, seed: int
) -> None:
    """Moves, closings, edits, new deals, calls, tasks and rates of later days (METRICS M5)."""
    rng = random.Random(seed)
    at = rng.choice(world.instants())
    early = fresh_file()
    write(early, before(world, at))
    figures = all_figures(early, seed, world, 60, as_of=at)
    later = fresh_file()
    write(later, world)
    assert all_figures(later, seed, world, 60, as_of=at) == figures


def before(world: World, at: int) -> World:
    """What had happened up to an instant."""
    stories = []
    for story in world.stories:
        if story.created > at:
            continue
        stays = tuple(
            stay
            if stay.left is not None and stay.left <= at
            else replace(stay, left=None, exit=None, reason=None)
            for stay in story.stays
            if stay.entered <= at
        )
        tasks = tuple(
            task if task.done is not None and task.done <= at else replace(task, done=None)
            for task in story.tasks
            if task.created <= at
        )
        calls = tuple(call for call in story.calls if call <= at)
        values = tuple(item for item in story.values if item[0] <= at)
        stories.append(replace(story, stays=stays, values=values, calls=calls, tasks=tasks))
    # A day later in any time zone.
    rates = tuple(rate for rate in world.rates if rate[2] <= at // 86_400 + 1)
    return replace(world, stories=tuple(stories), rates=rates)


COUNTS = ("deals_open", "won", "lost", "without_amount", "reached", "advanced", "lost", "open", "days_n",
          "still_there", "deals", "passed", "lost_from")  # fmt: skip
AMOUNTS = ("open_amount", "won_amount", "reached_amount", "advanced_amount", "lost_amount", "amount",
           "weighted", "passed_amount", "lost_from_amount")  # fmt: skip


@rich(6)
@given(world=worlds(), seed=SEEDS)
def test_groups_add_up_to_the_whole(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for name in ("metrics", "funnel", "active", "losses"):
        for by in BY[name]:
            if by in {None, GroupBy.REASON}:
                continue
            scope = random_scope(rng, world, name).with_(by=None)
            whole = run_report(workspace, name, scope)
            split = run_report(workspace, name, scope.with_(by=by))
            shown = {column.name: split.totals[column.name] for column in split.total_columns}
            assert shown == {column.name: whole.totals[column.name] for column in whole.total_columns}
            for row in whole.rows:
                check_sum(row, [one for one in split.rows if same_place(row, one)], by)


def same_place(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(row[name] == other[name] for name in ("pipeline", "stage") if name in row)


def check_sum(row: Mapping[str, Any], parts: list[Mapping[str, Any]], by: GroupBy | None) -> None:
    """Counts add up; amounts too, but that each is rounded by itself."""
    for figure in (*COUNTS, *AMOUNTS):
        values = [part[figure] for part in parts if figure in part]
        if figure not in row or (by is GroupBy.MONTH and (None in values or figure == "without_amount")):
            continue
        if isinstance(row[figure], Money):
            off = sum(value.minor for value in values) - row[figure].minor
            assert abs(2 * off) <= len(values) + 1, (figure, by)
        else:
            assert sum(values) == row[figure], (figure, by)


@rich(5)
@given(world=worlds(), seed=SEEDS)
def test_a_row_of_a_rep_is_the_report_of_that_rep(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for name in ("metrics", "funnel", "losses"):
        for _ in range(3):
            scope = random_scope(rng, world, name).with_(by=GroupBy.REP, owner=None, team=None)
            for row in run_report(workspace, name, scope).rows:
                alone = run_report(workspace, name, scope.with_(by=None, owner=row["rep"]))
                same = [one for one in alone.rows if same_place(one, row)]
                # Of all is of the first stage shown: it may be a retired one that this rep has no deals in.
                whole = scope.mode is Mode.REACHED and scope.cohort is not Cohort.ENTERED
                loose = {} if whole else {"cumulative": None}
                assert all({**one, "rep": row["rep"], **loose} == {**row, **loose} for one in same)
                assert len(same) <= 1


FIGURES = {
    "funnel": ("reached", "advanced", "lost", "open", "days_n", "still_there"),
    "active": ("deals", "without_amount"),
    "losses": ("passed", "lost_from"),
}


@rich(5)
@given(world=worlds(), seed=SEEDS)
def test_the_deals_behind_each_figure_are_as_many_as_the_figure(
    fresh_file: Fresh, world: World, seed: int
) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for name, figures in FIGURES.items():
        for _ in range(6):
            scope = random_scope(rng, world, name).with_(by=None)
            for row in run_report(workspace, name, scope).rows:
                pipeline = row.get("pipeline") or (scope.pipelines or ("Sales",))[0]
                found = {
                    figure: deals_behind(workspace, scope, figure, row["stage"], name, pipeline=pipeline).ids
                    for figure in figures
                }
                assert {figure: len(set(ids)) for figure, ids in found.items()} == {
                    figure: row[figure] for figure in figures
                }, (name, scope)
                assert all(len(set(ids)) == len(ids) for ids in found.values())
                if name == "funnel":
                    decided = deals_behind(workspace, scope, "decided", row["stage"], name, pipeline=pipeline)
                    assert set(decided.ids) == set(found["advanced"]) | set(found["lost"])


def test_the_periods_of_the_examples_cover_every_kind() -> None:
    assert {period.kind for period in PERIODS} == set(PeriodKind)
