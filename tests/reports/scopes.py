"""Random scopes, and reports held against the oracle."""

from __future__ import annotations

import random
from typing import Any

from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.services.reports import run_report
from funnel_tui.services.workspace import Workspace
from tests.support.histories import NOW, REPS, TEAMS, World
from tests.support.oracle import PERIODS, Oracle, Rows
from tests.support.oracle_stuck import stuck

BY = {
    "metrics": (None, GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.PIPELINE, GroupBy.MONTH),
    "funnel": (None, GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.PIPELINE, GroupBy.MONTH),
    "active": (None, GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.PIPELINE),
    "losses": (None, *(by for by in GroupBy if by is not GroupBy.WEEK)),
    "stuck": (None, GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE),
}
"""What each report that the oracle knows can be split by."""


def random_scope(rng: random.Random, world: World, name: str, *, as_of: int | None = None) -> Scope:
    """Any scope that makes sense for a report.

    :param as_of: the instant; None for now, the instant of an event, or any other.
    """
    if as_of is None and rng.random() < 0.6:
        happened = world.instants() or [NOW]
        as_of = rng.choice((rng.choice(happened), rng.choice(happened) - 1, rng.randrange(happened[0], NOW)))
    whose = rng.random()
    cohorts = [None, *Cohort] if name == "funnel" else [None, Cohort.CLOSED, Cohort.CREATED]
    return Scope(
        pipelines=rng.choice(((), (), ("sales",), ("Old",), ("Renewals", "Sales"))),
        owner=rng.choice(REPS)[1] if whose < 0.2 else None,
        team=rng.choice(TEAMS)[1].upper() if whose > 0.8 else None,
        period=rng.choice(PERIODS),
        as_of=as_of,
        cohort=rng.choice(cohorts),
        mode=rng.choice([*Mode]),
        by=rng.choice(BY[name]),
        by_value=rng.random() < 0.3,
        present_owner=rng.random() < 0.3,
    )


def expected(world: World, name: str, scope: Scope) -> tuple[Rows, dict[str, Any]]:
    """What the oracle says."""
    oracle = Oracle(world, scope, NOW)
    rows, totals = stuck(oracle) if name == "stuck" else getattr(oracle, name)()
    return rows, totals


def check(workspace: Workspace, world: World, name: str, scope: Scope) -> Report:
    """A report shows what the oracle says, with exactly the columns of the contract."""
    report = run_report(workspace, name, scope)
    rows, totals = expected(world, name, scope)
    found = [dict(row) for row in report.rows]
    names = [column.name for column in report.columns]
    if name == "stuck":
        # Deals of one age have no order that METRICS speaks of; longest first within a group is checked.
        column = scope.by.value if scope.by else None
        order = [(str(row[column]).casefold() if column else "", -row["days_in_stage"]) for row in found]
        assert order == sorted(order)
        rows.sort(key=str)
        found.sort(key=str)
    assert len(found) == len(rows), (name, scope)
    for row, due in zip(found, rows, strict=True):
        assert {key: (row[key], due[key]) for key in due if row[key] != due[key]} == {}, (name, scope, due)
        assert [name for name in row if name in names] == names
        assert set(names) == set(due)
    shown = {column.name: report.totals[column.name] for column in report.total_columns}
    assert shown == totals, (name, scope)
    return report


def all_figures(
    workspace: Workspace, seed: int, world: World, count: int, as_of: int | None = None
) -> list[Any]:
    """Many reports as plain values, always the same ones for a seed."""
    rng = random.Random(seed)
    found: list[Any] = []
    for _ in range(count):
        name = rng.choice([*BY])
        scope = random_scope(rng, world, name, as_of=as_of)
        report = run_report(workspace, name, scope)
        found.append((name, scope, report.title, report.columns, report.rows, report.totals, report.notes))
    return found
