"""Random teams, deals and quotas: the reports show what an independent reading of METRICS says."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.models import QuotaRevision
from funnel_tui.services.reports import run_report
from funnel_tui.services.workspace import Workspace
from tests.reports.conftest import Fresh
from tests.support.histories import NOW, REPS, TEAMS, World, rich, worlds, write
from tests.support.oracle_quotas import EPOCH, PERIODS, Plans, QuotaOracle, plan

SEEDS = st.integers(0, 2**32 - 1)


def some_scope(rng: random.Random, world: World) -> Scope:
    """A scope that makes sense for quotas."""
    whose = rng.random()
    as_of = None
    if rng.random() < 0.6:
        happened = world.instants() or [NOW]
        as_of = rng.choice((rng.choice(happened), rng.choice(happened) - 1, rng.randrange(happened[0], NOW)))
    return Scope(
        pipelines=rng.choice(((), (), ("sales",), ("Old",), ("Renewals", "Sales"))),
        owner=rng.choice(REPS)[1] if whose < 0.2 else None,
        team=rng.choice(TEAMS)[1].upper() if whose > 0.8 else None,
        period=rng.choice(PERIODS),
        as_of=as_of,
        present_owner=rng.random() < 0.3,
    )


def differing(found: Any, due: Any) -> dict[str, Any]:
    """What a row or the totals show that they should not."""
    return {key: (found[key], due[key]) for key in due if found[key] != due[key]}


def check(workspace: Workspace, world: World, plans: Plans, scope: Scope) -> list[Report]:
    """Both reports show what the oracle says."""
    oracle = QuotaOracle(world, plans, scope)
    reports = []
    for name, (rows, totals) in (("quotas", oracle.quotas()), ("forecast", oracle.forecast())):
        report = run_report(workspace, name, scope)
        assert len(report.rows) == len(rows), (name, scope)
        for row, due in zip(report.rows, rows, strict=True):
            assert differing(row, due) == {}, (name, scope, due)
            assert set(row) == {column.name for column in report.columns} == set(due)
        assert differing(report.totals, totals) == {}, (name, scope)
        reports.append(report)
    return reports


@rich(10)
@given(world=worlds(), seed=SEEDS)
def test_quotas_and_forecast_show_what_the_oracle_says(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace, rng = fresh_file(), random.Random(seed)
    write(workspace, world)
    plans = plan(workspace, world, rng)
    for _ in range(12):
        check(workspace, world, plans, some_scope(rng, world))


@pytest.mark.pg
@rich(2)
@given(world=worlds(), seed=SEEDS)
def test_both_databases_show_it(fresh_file: Fresh, fresh_server: Fresh, world: World, seed: int) -> None:
    shown = []
    for workspace in (fresh_file(), fresh_server()):
        rng = random.Random(seed)
        write(workspace, world)
        plans = plan(workspace, world, rng)
        reports = [one for _ in range(6) for one in check(workspace, world, plans, some_scope(rng, world))]
        shown.append([(one.title, one.rows, one.totals, one.notes) for one in reports])
    assert shown[0] == shown[1]


@rich(4)
@given(world=worlds(deals=16), seed=SEEDS)
def test_what_is_entered_later_changes_no_past_figure(fresh_file: Fresh, world: World, seed: int) -> None:
    """METRICS M5: the same as-of gives the same output whatever was entered for later dates."""
    workspace, rng = fresh_file(), random.Random(seed)
    write(workspace, world)
    plan(workspace, world, rng)
    scopes = [some_scope(rng, world).with_(as_of=NOW - rng.randrange(1, 150) * 86_400) for _ in range(6)]
    before = [figures(workspace, scope) for scope in scopes]
    with workspace.change("later") as call:
        for rep, _, _ in REPS:
            for period in PERIODS:
                days = {"start_day": (period.start - EPOCH).days, "end_day": (period.end - EPOCH).days}
                row = {"rep_id": rep, "team_id": None, "unit": "money", "amount": 77, "currency": "EUR"}
                call.insert(QuotaRevision, {**days, **row, "note": None, "at": NOW, "by": "later"})
    assert [figures(workspace, scope) for scope in scopes] == before


def figures(workspace: Workspace, scope: Scope) -> list[Any]:
    """Both reports as plain values."""
    reports = [run_report(workspace, name, scope) for name in ("quotas", "forecast")]
    return [(one.rows, one.totals, one.notes) for one in reports]
