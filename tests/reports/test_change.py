"""The change of the pipeline (METRICS 10): by hand, and rows that add up over random histories."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.period import Period, PeriodKind, day_number
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus, GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.reports import run_report
from tests.reports.conftest import Fresh
from tests.reports.scopes import random_scope
from tests.reports.small import Small, instant
from tests.support.histories import NOW, REPS, World, facts, rich, worlds, write
from tests.support.worked_services import fill, open_workspace

KINDS = (
    *("opening", "new", "reopened", "amount_up", "amount_down", "won", "lost", "moved_in", "moved_out"),
    "closing",
)
BY = (None, GroupBy.REP, GroupBy.TEAM, GroupBy.PIPELINE)


def rows_of(report: Report) -> dict[str, dict[str, tuple[int, int]]]:
    """(deals, minor units) by group and kind."""
    by = None if report.scope.by is None else report.scope.by.value
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for row in report.rows:
        group = "" if by is None else str(row[by])
        found.setdefault(group, {})[row["kind"]] = (row["deals"], row["amount"].minor)
    return found


def check_sums(rows: dict[str, tuple[int, int]]) -> None:
    """The rows of one group add up exactly."""
    assert list(rows) == list(KINDS)
    amounts = {kind: rows[kind][1] for kind in KINDS}
    deals = {kind: rows[kind][0] for kind in KINDS}
    came = amounts["opening"] + amounts["new"] + amounts["reopened"] + amounts["amount_up"]
    came += amounts["moved_in"] - amounts["amount_down"]
    assert came - amounts["won"] - amounts["lost"] - amounts["moved_out"] == amounts["closing"]
    count = deals["opening"] + deals["new"] + deals["reopened"] + deals["moved_in"]
    assert count - deals["won"] - deals["lost"] - deals["moved_out"] == deals["closing"]
    assert all(amount >= 0 for amount in amounts.values())


@rich(12)
@given(world=worlds(), seed=st.integers(0, 2**32 - 1))
def test_the_rows_add_up_to_what_is_open(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for _ in range(15):
        scope = random_scope(rng, world, "stuck").with_(by=rng.choice(BY))
        report = run_report(workspace, "change", scope)
        groups = rows_of(report)
        for rows in groups.values():
            check_sums(rows)
        check_ends(workspace, world, scope, groups)


def check_ends(
    workspace: Any, world: World, scope: Scope, groups: dict[str, dict[str, tuple[int, int]]]
) -> None:
    """Opening and closing are the deals that were open, counted from the histories themselves."""
    from zoneinfo import ZoneInfo

    as_of = NOW if scope.as_of is None else scope.as_of
    if scope.period.kind is PeriodKind.ALL:
        after, upto = None, as_of
    else:
        start, end = scope.period.bounds(ZoneInfo(world.zone))
        after = min(start - 1, as_of)  # a period that has not begun opens with what is open now
        upto = max(after, min(as_of, end - 1))
    for kind, at in (("opening", after), ("closing", upto)):
        found = sum(rows[kind][0] for rows in groups.values())
        assert found == (0 if at is None else count_open(world, scope, at)), (kind, scope)


def count_open(world: World, scope: Scope, at: int) -> int:
    """How many deals of the scope were open at an instant."""
    wanted = {name.casefold() for name in scope.pipelines}
    pipelines = {
        one.id for one in world.pipelines if (one.name.casefold() in wanted if wanted else one.in_use)
    }
    return sum(
        deal.status is DealStatus.OPEN and deal.pipeline_id in pipelines and deal.owner_id in owners(scope)
        for deal in facts(world, at)
    )


def owners(scope: Scope) -> set[int]:
    """The reps of a scope; team 2 lies in team 1."""
    if scope.owner is not None:
        return {number for number, name, _ in REPS if name == scope.owner}
    if scope.team is None:
        return {number for number, _, _ in REPS}
    teams = {"NORTH": {1, 2}, "OSLO": {2}, "SOUTH": {3}}[scope.team]
    return {number for number, _, team in REPS if team in teams}


@pytest.mark.pg
@rich(2)
@given(world=worlds(), seed=st.integers(0, 2**32 - 1))
def test_both_databases_show_the_same(
    fresh_file: Fresh, fresh_server: Fresh, world: World, seed: int
) -> None:
    file, server = fresh_file(), fresh_server()
    write(file, world)
    write(server, world)
    rng = random.Random(seed)
    for _ in range(6):
        scope = random_scope(rng, world, "stuck").with_(by=rng.choice(BY))
        assert run_report(file, "change", scope).rows == run_report(server, "change", scope).rows


def test_the_worked_example(db_url: str) -> None:
    workspace = open_workspace(db_url)
    fill(workspace)
    report = run_report(workspace, "change", Scope(period=Period.parse("2026-Q1")))
    assert rows_of(report)[""] == {
        "opening": (0, 0),
        "new": (10, 115_000_00),
        "reopened": (1, 9_000_00),
        "amount_up": (0, 0),
        "amount_down": (0, 0),
        "won": (3, 39_000_00),
        "lost": (4, 28_000_00),
        "moved_in": (0, 0),
        "moved_out": (0, 0),
        "closing": (4, 57_000_00),
    }
    february = rows_of(run_report(workspace, "change", Scope(period=Period.parse("2026-02"))))[""]
    # Open on 31 January: D1 10, D2 20, D3 8, D4 5, D9 9. D5 12, D7 15 and D8 6 came; D2 won; D4, D8, D9 lost.
    assert february["opening"] == (5, 52_000_00)
    assert february["new"] == (3, 33_000_00)
    assert (february["won"], february["lost"]) == ((1, 20_000_00), (3, 20_000_00))
    assert february["closing"] == (4, 45_000_00)


def edit(team: Small, deal: int, at: str, **changes: Any) -> None:
    """An edit at an instant."""
    now = instant(at)
    team.workspace.clock = lambda: now
    with team.workspace.read() as reader:
        version = reader.rows("SELECT version FROM deal WHERE id = :id", {"id": deal})[0][0]
    edit_deal(team.workspace, deal_id=deal, version=version, changes=changes)
    team.workspace.clock = lambda: instant("2026-06-01T00:00:00Z")


def day(text: str) -> int:
    """A day as its number."""
    return day_number(Period.parse(text).start)


def test_dates_amounts_and_owners(team: Small) -> None:
    stays = team.deal("2026-01-10", amount=1000, expected_close=day("2026-03-15"))
    goes = team.deal("2026-01-11", amount=2000, expected_close=day("2026-03-20"))
    comes = team.deal("2026-01-12", amount=4000, expected_close=day("2026-05-01"))
    undated = team.deal("2026-01-13", amount=8000)
    late = team.deal("2026-01-14", amount=16_000, expected_close=day("2026-02-01"))
    edit(team, stays, "2026-03-02", amount_minor=1500)
    edit(team, stays, "2026-03-03", amount_minor=1200)
    edit(team, goes, "2026-03-04", expected_close=day("2026-04-01"), amount_minor=2500)
    edit(team, comes, "2026-03-05", expected_close=day("2026-03-31"))
    edit(team, undated, "2026-03-06", owner_id=team.reps["Ben"])
    assert late
    march = Period.parse("2026-03")
    assert rows_of(team.report("change", period=march))[""] == {
        "opening": (4, 27_000),
        "new": (0, 0),
        "reopened": (0, 0),
        "amount_up": (2, 1000),
        "amount_down": (1, 300),
        "won": (0, 0),
        "lost": (0, 0),
        "moved_in": (1, 4000),
        "moved_out": (1, 2500),
        "closing": (4, 29_200),
    }
    by_rep = rows_of(team.report("change", period=march, by=GroupBy.REP))
    assert by_rep["Ben"]["moved_in"] == (1, 8000)
    assert by_rep["Anna"]["moved_out"] == (2, 10_500)
    # Both are of team North, and Oslo lies in it: for North as a whole nobody moved.
    assert rows_of(team.report("change", period=march, team="North"))[""]["moved_out"] == (1, 2500)
    assert rows_of(team.report("change", period=march, owner="Ben"))[""]["moved_in"] == (1, 8000)


def test_without_amount_or_rate_a_deal_is_counted_and_not_priced(team: Small) -> None:
    team.deal("2026-02-01", amount=None)
    team.deal("2026-02-02", amount=700, currency="CHF")
    report = team.report("change", period=Period.parse("2026-02"))
    assert rows_of(report)[""]["new"] == rows_of(report)[""]["closing"] == (2, 0)
    assert any("1 without amount" in note for note in report.notes)
    assert any("so that the rows add up" in note for note in report.notes)
    assert any("1 not priced" in note for note in report.notes)


def test_a_period_that_has_not_begun_and_an_empty_database(team: Small) -> None:
    assert set(rows_of(team.report("change"))[""].values()) == {(0, 0)}
    team.deal("2026-02-01")
    rows = rows_of(team.report("change", period=Period.parse("2027")))[""]
    assert (rows["opening"], rows["closing"]) == ((1, 1000), (1, 1000))


def test_the_edges_of_a_period(team: Small) -> None:
    team.deal("2026-02-01", amount=1)
    team.deal("2026-02-28T23:59:59", amount=10)
    team.deal("2026-03-01", amount=100)
    team.deal("2026-01-31T23:59:59", amount=1000)
    rows = rows_of(team.report("change", period=Period.parse("2026-02")))[""]
    assert (rows["opening"][1], rows["new"][1], rows["closing"][1]) == (1000, 11, 1011)


@pytest.mark.parametrize("by", [GroupBy.MONTH, GroupBy.SOURCE])
def test_what_it_cannot_be_split_by(here: Small, by: GroupBy) -> None:
    with pytest.raises(UsageError, match="cannot be split"):
        here.report("change", by=by)
