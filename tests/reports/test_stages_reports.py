"""Reasons by stage, and what was won by month: on both databases, against the reports that have an oracle."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.services.deals import reopen_deal
from funnel_tui.services.interactions import log_interaction
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.comparison import comparison
from funnel_tui.services.reports.stages_behind import group_behind, reason_behind, won_behind
from funnel_tui.services.reports.stages_days import days_view, stuck_behind
from funnel_tui.services.workspace import Workspace
from tests.reports.activity_small import add_kinds
from tests.reports.conftest import Fresh
from tests.reports.scopes import random_scope
from tests.reports.small import Small, instant, small
from tests.support.histories import World, rich, worlds, write
from tests.support.worked_services import fill, open_workspace

SEEDS = st.integers(0, 2**32 - 1)
JANUARY = Period.month(2026, 1)


@pytest.fixture
def team(db_url: str) -> Iterator[Small]:
    made = small(db_url)
    yield made
    made.workspace.database.close()


@pytest.fixture
def filled(db_url: str) -> Iterator[Workspace]:
    workspace = open_workspace(db_url)
    fill(workspace)
    yield workspace
    workspace.database.close()


def test_the_worked_example_by_stage_and_reason(filled: Workspace) -> None:
    report = run_report(filled, "reasons", Scope(period=Period.quarter(2026, 1)))
    found = [(row["stage"], row["reason"], row["deals"], row["amount"].minor // 100) for row in report.rows]
    assert found == [("S1", "no need", 1, 5_000), ("S3", "competitor", 1, 6_000), ("S3", "price", 1, 8_000)]
    assert report.totals == {"deals": 3, "amount": Money(1_900_000, "EUR")}


def test_the_worked_example_by_month(filled: Workspace) -> None:
    report = run_report(filled, "volume", Scope(period=Period.quarter(2026, 1)))
    found = [(row["month"], row["won"], row["won_amount"].minor // 100) for row in report.rows]
    assert found == [("2026-01", 0, 0), ("2026-02", 1, 20_000), ("2026-03", 2, 19_000)]
    # Nobody was called: the first contact is the creation.
    assert [row["contact_days_mean"] for row in report.rows] == [None, Fraction(40), Fraction(60)]
    assert report.totals["contact_days_median"] == 60


def test_the_worked_example_s_stuck_deals(filled: Workspace) -> None:
    view = days_view(filled, Scope(period=Period.quarter(2026, 1)))
    assert {stage: len(ids) for stage, ids in view.stuck.items()} == {"S1": 1, "S2": 1}
    assert view.limits == {"S1": 30, "S2": 30, "S3": 21, "S4": 14}
    assert view.worth["S2"] == Money(1_200_000, "EUR")
    assert len(stuck_behind(filled, view.scope, None).ids) == 2
    assert len(stuck_behind(filled, view.scope, "S2").ids) == 1
    assert len(stuck_behind(filled, view.scope, "S4").ids) == 0


def test_days_alone_are_those_of_the_funnel(filled: Workspace) -> None:
    scope = Scope(period=Period.quarter(2026, 1))
    alone, whole = days_view(filled, scope).funnel, run_report(filled, "funnel", scope)
    names = ("stage", "position", "days_mean", "days_median", "days_n", "still_there", "oldest_days")
    assert [[row[name] for name in names] for row in alone.rows] == [
        [row[name] for name in names] for row in whole.rows
    ]
    assert (alone.title, alone.columns) == (whole.title, whole.columns)
    assert any(row["days_n"] for row in alone.rows)
    # What is not counted has no value, and is no 0.
    assert {row["reached"] for row in alone.rows} == {None}


def test_days_of_nobody_say_what_the_funnel_says(team: Small) -> None:
    scope = Scope(period=Period.quarter(2019, 1))
    assert days_view(team.workspace, scope).funnel.notes == run_report(team.workspace, "funnel", scope).notes
    assert days_view(team.workspace, scope).funnel.notes


def test_days_count_from_the_first_done_interaction_up_to_winning(team: Small) -> None:
    add_kinds(team)
    deal = team.deal("2026-01-01", won="2026-01-21", amount=None)
    for at, planned in (
        ("2026-01-02", True),
        ("2026-01-06", False),
        ("2026-01-11", False),
        ("2026-02-01", False),
    ):
        log_interaction(
            team.workspace,
            kind="Call",
            deal_id=deal,
            owner_id=team.reps["Anna"],
            at=instant(at),
            planned=planned,
        )
    row = team.row("volume", period=JANUARY)
    assert row["contact_days_mean"] == 15
    assert row["won_amount"] == Money(0, "EUR")
    reopen_deal(team.workspace, deal_id=deal, at=instant("2026-03-01"))
    assert team.row("volume", period=JANUARY)["won"] == 0
    then = team.row("volume", period=JANUARY, as_of=instant("2026-02-15"))
    assert (then["won"], then["contact_days_mean"]) == (1, 15)


def test_months_without_wins_have_no_days(team: Small) -> None:
    report = team.report("volume", period=Period.quarter(2026, 1), by=GroupBy.REP)
    assert report.rows == ()
    whole = team.report("volume", period=Period.quarter(2026, 1))
    assert [row["contact_days_mean"] for row in whole.rows] == [None, None, None]
    assert whole.totals["contact_days_median"] is None


def test_what_makes_no_sense_is_refused(team: Small) -> None:
    with pytest.raises(UsageError, match="day a deal was lost"):
        team.report("reasons", cohort=Cohort.CREATED)
    with pytest.raises(UsageError, match="week"):
        team.report("volume", by=GroupBy.WEEK)
    with pytest.raises(UsageError, match="reason"):
        team.report("volume", by=GroupBy.REASON)


def check_sums(workspace: Workspace, world: World, rng: random.Random) -> None:
    """Reasons and volume add up to what the reports with an oracle say."""
    scope = random_scope(rng, world, "losses").with_(by=None, cohort=None)
    matrix = run_report(workspace, "reasons", scope)
    by_reason: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    by_stage: Counter[Any] = Counter()
    for row in matrix.rows:
        by_reason[row["reason"]] += row["deals"]
        worth[row["reason"]] += row["amount"].minor
        by_stage[row.get("pipeline"), row["stage"]] += row["deals"]
    due = run_report(workspace, "losses", scope.with_(by=GroupBy.REASON))
    assert by_reason == Counter({row["reason"]: row["deals"] for row in due.rows})
    for row in due.rows:
        assert abs(worth[row["reason"]] - row["amount"].minor) <= len(matrix.rows)  # each is rounded
    stages = run_report(workspace, "losses", scope.with_(cohort=Cohort.CLOSED))
    lost = {(row.get("pipeline"), row["stage"]): row["lost_from"] for row in stages.rows}
    assert +by_stage == Counter({place: count for place, count in lost.items() if count})
    for row in matrix.rows[:3]:
        one = scope if row.get("pipeline") is None else scope.with_(pipelines=(row["pipeline"],))
        assert len(reason_behind(workspace, one, row["stage"], row["reason"]).ids) == row["deals"]
    for by in (None, GroupBy.REP, GroupBy.SOURCE):
        months: Counter[str] = Counter()
        volume = run_report(workspace, "volume", scope.with_(by=by))
        for row in volume.rows:
            months[row["month"]] += row["won"]
        metrics = run_report(workspace, "metrics", scope.with_(by=GroupBy.MONTH))
        assert +months == Counter({row["month"]: row["won"] for row in metrics.rows if row["won"]})
    assert len(won_behind(workspace, scope).ids) == volume.totals["won"]


def check_brief(workspace: Workspace, world: World, rng: random.Random) -> None:
    """What tables of many groups read in brief is what the report with an oracle says."""
    by = rng.choice((GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.MONTH))
    scope = random_scope(rng, world, "funnel").with_(by=by, pipelines=("Sales",))
    found = comparison(workspace, scope, by)
    full: dict[Any, Any] = {
        (row[by.value], row["stage"]): row for row in run_report(workspace, "funnel", scope).rows
    }
    alone = run_report(workspace, "funnel", scope.with_(by=None))
    whole: dict[Any, Any] = {row["stage"]: row for row in alone.rows}
    pairs: list[tuple[Mapping[Any, Any], dict[Any, Any]]] = [(found.rows, full), (found.sums, whole)]
    shown = ["reached", "advanced", "lost", "open", "conversion", "days_mean", "days_n"]
    if scope.by_value:
        shown += ["reached_amount", "advanced_amount"]
    for rows, all_of_them in pairs:
        for place, row in rows.items():
            assert [row[name] for name in shown] == [all_of_them[place][name] for name in shown], scope
        # A retired stage where deals are open and nothing else happened has no line among the groups.
        missing = [row for place, row in all_of_them.items() if place not in rows]
        assert not any(row["reached"] - row["advanced"] or row["days_n"] for row in missing)


@rich(10)
@given(world=worlds(), seed=SEEDS)
def test_a_comparison_says_what_the_funnel_says(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for _ in range(6):
        check_brief(workspace, world, rng)


@pytest.mark.pg
@rich(2)
@given(world=worlds(), seed=SEEDS)
def test_a_comparison_says_so_on_postgresql(fresh_server: Fresh, world: World, seed: int) -> None:
    workspace = fresh_server()
    write(workspace, world)
    rng = random.Random(seed)
    for _ in range(3):
        check_brief(workspace, world, rng)


@rich(10)
@given(world=worlds(), seed=SEEDS)
def test_they_add_up_to_the_reports_with_an_oracle(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for _ in range(6):
        check_sums(workspace, world, rng)


@pytest.mark.pg
@rich(2)
@given(world=worlds(), seed=SEEDS)
def test_they_add_up_on_postgresql(fresh_server: Fresh, world: World, seed: int) -> None:
    workspace = fresh_server()
    write(workspace, world)
    rng = random.Random(seed)
    for _ in range(3):
        check_sums(workspace, world, rng)


@rich(6)
@given(world=worlds(), seed=SEEDS)
def test_the_deals_of_a_group_are_those_it_counts(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for by in (GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.MONTH, GroupBy.PIPELINE):
        scope = random_scope(rng, world, "funnel").with_(by=by, pipelines=("Sales",))
        for row in run_report(workspace, "funnel", scope).rows[:12]:
            for figure in ("reached", "lost", "days_n"):
                found = group_behind(workspace, scope, row[by.value], figure, row["stage"])
                assert len(found.ids) == row[figure], (scope, row, figure)
