"""Random histories and scopes: the reports on activity show what an independent reading of METRICS 5 says."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.activity import Counted, DealsWanted, Dealt, InteractionsWanted, Outcome, Unit
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.activity_behind import deals_behind, interactions_behind
from funnel_tui.services.reports.activity_screen import read_activity
from funnel_tui.services.workspace import Workspace
from tests.reports.conftest import Fresh
from tests.support.activity_world import KINDS, Busy, busy, write_busy
from tests.support.histories import NOW, REPS, TEAMS, rich
from tests.support.oracle import PERIODS
from tests.support.oracle_activity import ActivityOracle, middle, share

SEEDS = st.integers(0, 2**32 - 1)
BY = {
    "activity": (None, GroupBy.REP, GroupBy.TEAM, GroupBy.WEEK, GroupBy.MONTH),
    "steps": (None, GroupBy.REP, GroupBy.TEAM, GroupBy.WEEK, GroupBy.MONTH),
    "followups": (None, GroupBy.REP, GroupBy.TEAM, GroupBy.PIPELINE),
}


def random_scope(rng: random.Random, team: Busy, name: str, *, as_of: int | None = None) -> Scope:
    """Any scope that makes sense for a report."""
    if as_of is None and rng.random() < 0.5:
        happened = [*team.world.instants(), *(event.at for event in team.events)]
        as_of = min(NOW, rng.choice(happened)) - rng.choice((0, 0, 1))
    whose = rng.random()
    return Scope(
        pipelines=rng.choice(((), (), ("sales",), ("Old",), ("Renewals", "Sales"))),
        owner=rng.choice(REPS)[1] if whose < 0.2 else None,
        team=rng.choice(TEAMS)[1] if whose > 0.8 else None,
        period=rng.choice(PERIODS),
        as_of=as_of,
        by=rng.choice(BY[name]),
        present_owner=rng.random() < 0.3,
    )


def check(workspace: Workspace, team: Busy, name: str, scope: Scope) -> None:
    """A report shows what the oracle says, with exactly the columns of the contract."""
    report = run_report(workspace, name, scope)
    oracle = ActivityOracle(team, scope, NOW)
    rows, totals = (oracle.followups(), {}) if name == "followups" else getattr(oracle, name)()
    names = [column.name for column in report.columns]
    found = [{field: row[field] for field in names} for row in report.rows]
    assert found == rows, (name, scope)
    assert {column.name: report.totals[column.name] for column in report.total_columns} == totals, (
        name,
        scope,
    )


@rich(10)
@given(team=busy(), seed=SEEDS)
def test_every_report_shows_what_the_oracle_says(fresh_file: Fresh, team: Busy, seed: int) -> None:
    workspace = fresh_file()
    write_busy(workspace, team)
    rng = random.Random(seed)
    for name in BY:
        for _ in range(12):
            check(workspace, team, name, random_scope(rng, team, name))


@pytest.mark.pg
@rich(2)
@given(team=busy(), seed=SEEDS)
def test_both_databases_show_it(fresh_server: Fresh, team: Busy, seed: int) -> None:
    workspace = fresh_server()
    write_busy(workspace, team)
    rng = random.Random(seed)
    for name in BY:
        for _ in range(6):
            check(workspace, team, name, random_scope(rng, team, name))
    scope = random_scope(rng, team, "steps").with_(by=None)
    check_screen(workspace, team, scope, rng.choice([*Unit]))
    check_behind(workspace, team, scope)


@rich(6)
@given(team=busy(), seed=SEEDS)
def test_figures_as_of_a_day_do_not_change_with_what_comes_later(
    fresh_file: Fresh, team: Busy, seed: int
) -> None:
    rng = random.Random(seed)
    at = min(NOW, rng.choice(team.events).at) if team.events else NOW
    found = []
    for one in (team, team.before(at)):
        workspace = fresh_file()
        write_busy(workspace, one)
        rng = random.Random(seed)
        scopes = [(name, random_scope(rng, team, name, as_of=at)) for name in BY for _ in range(6)]
        # The weeks of all time are those in which there is anything.
        reports = [run_report(workspace, name, scope) for name, scope in scopes]
        found.append(
            [(report.rows, report.totals) for report in reports if report.scope.period.name != "all"]
        )
    assert found[0] == found[1]


def check_screen(workspace: Workspace, team: Busy, scope: Scope, unit: Unit) -> None:
    """The view of the screen says what the oracle does."""
    view = read_activity(workspace, scope, unit=unit)
    assert view is not None
    oracle = ActivityOracle(team, scope, NOW)
    rows, totals = oracle.activity()
    assert [(line.owner, line.kind, line.rate.done, line.rate.target) for line in view.rates] == [
        (row["owner"], row["kind"], row["done"], row["target"]) for row in rows
    ]
    for chart in (view.by_rep, view.by_kind):
        assert chart.total.whole.done == totals["done"] == sum(chart.total.done)
        assert sum(one.whole.done for one in chart.series) == totals["done"]
        for series in (*chart.series, chart.total):
            assert len(series.done) == len(series.planned) == len(series.targets) == len(chart.buckets)
            assert (sum(series.done), sum(series.planned)) == (series.whole.done, series.whole.planned)
    assert view.contact.per_1000 == totals["per_1000_calls"]
    stays = oracle.stays()
    assert sum(line.visits for line in view.follow_ups) == sum(stay[0] is not None for stay in stays)
    assert sum(line.visits for line in view.follow_ups_by_rep) == sum(line.visits for line in view.follow_ups)
    check_kinds(view.preceding, stays)
    qualified = oracle.qualified()
    if qualified is None:
        assert view.qualified == ()
        return
    for line in view.qualified:
        counts = qualified[line.kind_id]
        assert (line.deals, line.interactions) == (len(counts), sum(counts))
        assert (line.mean, line.median) == (share(sum(counts), len(counts)), middle(counts))
    assert {line.kind_id for line in view.qualified} == {0} | {k for k in KINDS if sum(qualified[k])}


def check_kinds(lines: Any, stays: list[Any]) -> None:
    """Kinds before an advance."""
    ended = [stay for stay in stays if stay[0] != "open"]
    advancing = [stay for stay in ended if stay[0] == "advanced"]
    other = [stay for stay in ended if stay[0] != "advanced"]
    assert {line.kind_id for line in lines} == {kind for stay in ended for kind in stay[4]}
    for line in lines:
        with_it = [sum(line.kind_id in stay[4] for stay in side) for side in (advancing, other)]
        assert (line.advancing, line.advancing_with) == (len(advancing), with_it[0])
        assert (line.other, line.other_with) == (len(other), with_it[1])
        assert line.advancing_share == share(with_it[0], len(advancing))
        assert line.other_share == share(with_it[1], len(other))


def check_behind(workspace: Workspace, team: Busy, scope: Scope) -> None:
    """Behind each figure there are as many as it says."""
    view = read_activity(workspace, scope, unit=Unit.MONTH)
    assert view is not None
    for line in view.rates[:12]:
        for counted in Counted:
            wanted = InteractionsWanted(counted, (line.kind_id,), line.owner_id)
            ids = interactions_behind(workspace, scope, wanted).ids
            assert len(ids) == len(set(ids)) == getattr(line.rate, counted.value)
    for place, bucket in enumerate(view.by_rep.buckets):
        ids = interactions_behind(workspace, scope, InteractionsWanted(Counted.DONE, bucket=bucket)).ids
        assert len(ids) == view.by_rep.total.done[place]
    oracle = ActivityOracle(team, scope, NOW)
    stays = oracle.stays()
    for line in [line for line in view.follow_ups_by_rep if line.visits][:12]:
        mine = [s for s in stays if (s[0], s[1], s[2]) == (line.outcome, line.stage_id, line.group_id)]
        for least, most in ((None, None), (None, 1), (5, None)):
            wanted = DealsWanted(
                Dealt.FOLLOW_UPS, line.group_id, line.stage_id, Outcome(line.outcome), least=least, most=most
            )
            due = {s[5] for s in mine if (least or 0) <= s[3] <= (10**6 if most is None else most)}
            assert set(deals_behind(workspace, scope, wanted).ids) == due
    for kind in view.preceding:
        ids = deals_behind(workspace, scope, DealsWanted(Dealt.ADVANCING, kind_id=kind.kind_id)).ids
        assert set(ids) == {s[5] for s in stays if s[0] == "advanced" and kind.kind_id in s[4]}
        ids = deals_behind(workspace, scope, DealsWanted(Dealt.NOT_ADVANCING, kind_id=kind.kind_id)).ids
        assert set(ids) == {s[5] for s in stays if s[0] in {"lost", None} and kind.kind_id in s[4]}
    created = deals_behind(workspace, scope, DealsWanted(Dealt.OPPORTUNITIES)).ids
    assert len(created) == view.contact.opportunities
    if view.qualified:
        assert (
            len(deals_behind(workspace, scope, DealsWanted(Dealt.QUALIFIED)).ids) == view.qualified[0].deals
        )
    for load in view.load.lines:
        ids = deals_behind(workspace, scope, DealsWanted(Dealt.OPEN, load.owner_id)).ids
        assert len(ids) == load.whole.deals == sum(cell.deals for cell in load.cells)


@rich(5)
@given(team=busy(), seed=SEEDS, unit=st.sampled_from([*Unit]))
def test_the_screen_and_what_is_behind_it(fresh_file: Fresh, team: Busy, seed: int, unit: Unit) -> None:
    workspace = fresh_file()
    write_busy(workspace, team)
    rng = random.Random(seed)
    for _ in range(5):
        scope = random_scope(rng, team, "steps").with_(by=None)
        check_screen(workspace, team, scope, unit)
        check_behind(workspace, team, scope)


@rich(5)
@given(team=busy(), seed=SEEDS)
def test_a_compared_period_stands_beside_it(fresh_file: Fresh, team: Busy, seed: int) -> None:
    workspace = fresh_file()
    write_busy(workspace, team)
    rng = random.Random(seed)
    for name in BY:
        for _ in range(4):
            scope = random_scope(rng, team, name)
            other = rng.choice(PERIODS)
            report = run_report(workspace, name, scope.with_(compare=other))
            assert report.compared is not None
            alone = scope.with_(period=other)
            if name == "followups":
                end = min(other.bounds(team_zone(team))[1] - 1, report.as_of)
                alone = alone.with_(as_of=end)
            assert report.compared.rows == run_report(workspace, name, alone).rows
            for line in report.benchmark:
                if line["now"] is not None and line["then"] is not None:
                    assert line["difference"] == line["now"] - line["then"]


def team_zone(team: Busy) -> Any:
    """The zone of a team."""
    from zoneinfo import ZoneInfo

    return ZoneInfo(team.world.zone)
