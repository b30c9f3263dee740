"""Filters in reports and lists: random histories at any instant, held against a plain reading of deals."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.deal_list import DealFilter
from funnel_tui.domain.filter import Expression, spell
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.exchange.filter_text import parse_filter
from funnel_tui.queries.filtering import matching_ids
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.workspace import Workspace
from tests.reports.conftest import Fresh
from tests.reports.scopes import expected, random_scope
from tests.support.histories import NOW, World, facts, rich, worlds, write
from tests.support.oracle_filter import Looked, holds, random_filter

SEEDS = st.integers(0, 2**32 - 1)


def some_instant(rng: random.Random, world: World) -> int | None:
    """Now, or any instant of the past."""
    happened = world.instants()
    return rng.choice((None, rng.choice(happened), rng.choice(happened) - 1, rng.randrange(happened[0], NOW)))


def kept(world: World, expression: Expression, as_of: int) -> set[int]:
    """The deals that a filter holds for at an instant, by the plain reading."""
    return {
        fact.id
        for fact in facts(world, as_of)
        if holds(expression, Looked(world, world.stories[fact.id - 1], fact, as_of))
    }


def check_chosen(workspace: Workspace, world: World, rng: random.Random) -> None:
    """A random filter chooses at some instant the deals that it should."""
    expression = random_filter(rng, world)
    as_of = some_instant(rng, world)
    scope = Scope(pipelines=("Sales", "Renewals", "Old"), as_of=as_of, where=spell(expression))
    assert parse_filter(scope.where) == expression
    with workspace.read() as reader:
        (first, *_) = look_up(workspace, reader, scope).selections
        assert first.where is not None
        found = matching_ids(reader, first.where, first.past, first.as_of)
    due = kept(world, expression, first.as_of)
    assert found == due, (scope.where, as_of)
    assert set(deal_ids(workspace, scope, DealFilter(status=None))) == due, (scope.where, as_of)


@rich(12)
@given(world=worlds(), seed=SEEDS)
def test_a_filter_chooses_the_deals_it_should_at_every_instant(
    fresh_file: Fresh, world: World, seed: int
) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for _ in range(60):
        check_chosen(workspace, world, rng)


@pytest.mark.pg
@rich(2)
@given(world=worlds(), seed=SEEDS)
def test_so_it_does_on_a_server(fresh_server: Fresh, world: World, seed: int) -> None:
    workspace = fresh_server()
    write(workspace, world)
    rng = random.Random(seed)
    for _ in range(60):
        check_chosen(workspace, world, rng)


def check_report(workspace: Workspace, world: World, rng: random.Random, name: str) -> None:
    """A filtered report is the report of a team that has no other deals."""
    scope = random_scope(rng, world, name)
    if scope.by is GroupBy.MONTH and scope.period.kind is PeriodKind.ALL:
        scope = scope.with_(period=Period.parse("2026-Q1"))  # which months there are goes by all deals
    expression = random_filter(rng, world, 2)
    as_of = NOW if scope.as_of is None else scope.as_of
    chosen = kept(world, expression, as_of)
    fewer = world.with_stories(
        tuple(story for number, story in enumerate(world.stories, 1) if number in chosen)
    )
    report = run_report(workspace, name, scope.with_(where=spell(expression)))
    rows, totals = expected(fewer, name, scope)
    names = [column.name for column in report.columns]
    shown = [{name: row[name] for name in names} for row in report.rows]
    assert shown == rows, (name, scope, spell(expression))
    assert {column.name: report.totals[column.name] for column in report.total_columns} == totals
    assert report.scope_words["where"] == spell(expression)
    assert report.notes[0] == f"Only deals where {spell(expression)}."


@rich(8)
@given(world=worlds(), seed=SEEDS)
def test_a_filtered_report_is_that_of_a_team_without_the_other_deals(
    fresh_file: Fresh, world: World, seed: int
) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for name in ("metrics", "funnel", "active", "losses"):
        for _ in range(10):
            check_report(workspace, world, rng, name)


@pytest.mark.pg
@rich(2)
@given(world=worlds(), seed=SEEDS)
def test_so_it_is_on_a_server(fresh_server: Fresh, world: World, seed: int) -> None:
    workspace = fresh_server()
    write(workspace, world)
    rng = random.Random(seed)
    for name in ("metrics", "funnel", "active", "losses"):
        for _ in range(8):
            check_report(workspace, world, rng, name)


@rich(6)
@given(world=worlds(), seed=SEEDS)
def test_a_filter_changes_no_limit_of_stuck_deals(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    for _ in range(10):
        expression = random_filter(rng, world, 2)
        scope = random_scope(rng, world, "stuck").with_(by=None)
        chosen = kept(world, expression, NOW if scope.as_of is None else scope.as_of)
        titles = {world.stories[number - 1].title for number in chosen}
        everything = [dict(row) for row in run_report(workspace, "stuck", scope).rows]
        found = [
            dict(row) for row in run_report(workspace, "stuck", scope.with_(where=spell(expression))).rows
        ]
        assert found == [row for row in everything if row["deal"] in titles], spell(expression)
        stuck = run_report(workspace, "stuck", scope.with_(where="stuck"))
        assert [dict(row) for row in stuck.rows] == everything
        assert run_report(workspace, "stuck", scope.with_(where="not stuck")).rows == ()


@rich(4)
@given(world=worlds(), seed=SEEDS)
def test_the_rows_of_a_filtered_change_add_up(fresh_file: Fresh, world: World, seed: int) -> None:
    workspace = fresh_file()
    write(workspace, world)
    rng = random.Random(seed)
    signs = {"closing": -1, "won": -1, "lost": -1, "amount_down": -1, "moved_out": -1}
    for _ in range(10):
        scope = random_scope(rng, world, "metrics").with_(by=None, cohort=None)
        report = run_report(workspace, "change", scope.with_(where=spell(random_filter(rng, world, 2))))
        rest = 0
        for row in report.rows:
            minor = row["amount"].minor
            rest += -abs(minor) if row["kind"] in signs else minor
        assert rest == 0, report.rows
