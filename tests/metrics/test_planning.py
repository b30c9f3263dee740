"""Planning (METRICS 9): the worked examples of METRICS 11, what has no value, and what always holds."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.metrics import planning
from funnel_tui.metrics.benchmark import Benchmark
from funnel_tui.metrics.planning import Advice, Case, Goal, Standing, Step, WhatIf

PERCENT = Fraction(1, 100)
shares = st.fractions(min_value=0, max_value=1, max_denominator=1000)
amounts = st.integers(1, 10**12)


def steps_of(*conversions: Fraction | None, n: int | None = 10) -> list[Step]:
    """Steps of one size."""
    return [Step(f"S{at}", one, n) for at, one in enumerate(conversions, start=1)]


def test_25_contracts_at_5_percent_take_500_calls_and_3_reps() -> None:
    goal = Goal(deals=25)
    need = planning.need(goal, Case(None, (5 * PERCENT,)), 200)
    assert (need.wins, need.prospects, need.reps) == (25, 500, 3)


def test_21_wins_at_70_percent_take_30_and_not_31() -> None:
    assert planning.prospects_needed(21, 70 * PERCENT) == 30


def test_the_lever_of_a_thousand_calls_is_worth_ten_times_the_sales() -> None:
    steps = steps_of(3 * PERCENT, 67 * PERCENT)
    key = planning.key_level(steps, 5)
    at = planning.lever(steps, key)
    assert (key, at) == (1, 0)
    case = Case(1000, tuple(step.conversion for step in steps))
    assert case.wins == Fraction(201, 10)
    raised = planning.changed(case, WhatIf(conversions={0: 30 * PERCENT}))
    assert raised.wins == 201
    assert planning.lever_gain(case, 0, 30 * PERCENT) == Fraction(1809, 10)


def test_13_then_and_6_now_are_7_missing() -> None:
    held = Benchmark(6, 13)
    assert held.shortfall == 7
    [only] = planning.suggestions(Standing(volume=6), Standing(volume=13))
    assert (only.advice, only.gain) == (Advice.VOLUME, Fraction(7, 6))
    assert Benchmark(14_500, 13_080).relative == Fraction(1420, 13_080)


def test_the_worked_example_as_a_plan() -> None:
    # Closed in Q1: 83.33, 100, 60, 100; product 50 %. Won 3 of 13,000 on average in 53.33 days.
    conversions = (Fraction(5, 6), Fraction(1), Fraction(3, 5), Fraction(1))
    case = Case(6, conversions, Fraction(13_000), Fraction(160, 3))
    assert case.chain == Fraction(1, 2)
    assert [case.wins, case.money, case.per_day] == [3, 39_000, Fraction(1462.5) / 2]
    need = planning.need(Goal(amount=100_000, won=3, expected=Fraction(11, 5)), case, 4)
    assert [need.wins, need.prospects, need.reps] == [8, 16, 4]
    assert [need.wins_left, need.prospects_left] == [Fraction(14, 5), 6]
    assert need.per_rep == 26_000
    enough = planning.need(Goal(amount=20_000, won=3), case, 4)
    assert [enough.wins, enough.wins_left, enough.prospects_left] == [2, 0, 0]


def test_without_conversions_wins_or_a_plan_there_is_no_value_and_never_zero() -> None:
    assert planning.chain([]) is None
    assert planning.chain([Fraction(1, 2), None]) is None
    # Whatever is behind it, nothing comes through a step that nobody passes.
    assert planning.chain([Fraction(0), None]) == 0
    nothing = Case(10, (Fraction(0), Fraction(1, 2)), Fraction(100), Fraction(5))
    assert [nothing.chain, nothing.wins, nothing.money] == [0, 0, 0]
    need = planning.need(Goal(amount=1000), nothing, 5)
    assert (need.wins, need.prospects, need.reps, need.prospects_left) == (10, None, None, None)
    no_wins = planning.need(Goal(amount=1000), Case(10, (Fraction(1, 2),)), 5)
    assert (no_wins.wins, no_wins.prospects, no_wins.wins_left, no_wins.per_rep) == (None,) * 4
    no_plan = planning.need(Goal(), Case(10, (Fraction(1, 2),), Fraction(5)), 5)
    assert (no_plan.wins, no_plan.prospects, no_plan.per_rep) == (None, None, Fraction(25, 2))
    assert planning.need(Goal(amount=0), nothing, 5).prospects == 0
    assert planning.wins_needed(5, Fraction(0)) is None
    assert planning.reps_needed(10, 0) is planning.reps_needed(10, None) is None
    assert Case(10, (Fraction(1),), Fraction(3), Fraction(0)).per_day is None
    assert Case(None, (Fraction(1),)).wins is None
    assert planning.difference(None, 3) is None


@pytest.mark.parametrize(
    ("conversions", "sizes", "key", "lever"),
    [
        ((30, 90, 20, 60), (10, 10, 10, 10), 1, 0),
        ((30, 90, 20, 60), (10, 4, 10, 5), 3, 2),
        ((90, 30), (10, 10), 0, None),
        ((50, 50, 50), (9, 9, 9), 2, 0),
        ((90, 30), (4, 4), None, None),
        ((None, 30, 40), (10, 10, 10), 2, 1),
        ((), (), None, None),
        ((3, 67), (None, None), 1, 0),
    ],
)
def test_key_level_and_lever(
    conversions: tuple[int | None, ...], sizes: tuple[int | None, ...], key: int | None, lever: int | None
) -> None:
    steps = [
        Step("S", None if share is None else share * PERCENT, n)
        for share, n in zip(conversions, sizes, strict=True)
    ]
    assert planning.key_level(steps, 5) == key
    assert planning.lever(steps, key) == lever


def test_suggestions_are_those_that_were_better_the_largest_gain_first() -> None:
    now = Standing(Fraction(20), 80, Fraction(1000), Fraction(60))
    then = Standing(Fraction(10), 100, Fraction(1100), Fraction(50))
    found = planning.suggestions(now, then)
    # 60 days become 50: × 1.2; 80 deals become 100: × 1.25; 1,000 becomes 1,100: × 1.1.
    assert [(one.advice, one.gain) for one in found] == [
        (Advice.VOLUME, Fraction(1, 4)),
        (Advice.TIME, Fraction(1, 5)),
        (Advice.SIZE, Fraction(1, 10)),
    ]
    assert planning.suggestions(then, now) == []
    assert planning.suggestions(now, now) == []
    assert planning.suggestions(Standing(), Standing()) == []
    # No time is left, or nothing to be held against it.
    assert planning.suggestions(Standing(Fraction(9), cycle=Fraction(3)), Standing(Fraction(1))) == []
    assert planning.suggestions(Standing(Fraction(9)), Standing(Fraction(1))) == []
    assert planning.suggestions(Standing(volume=0), Standing(volume=5)) == []


@given(st.lists(shares, min_size=1, max_size=6), st.integers(0, 10_000), st.data())
def test_what_if_is_capped_and_changes_only_what_is_asked(
    conversions: list[Fraction], prospects: int, data: st.DataObject
) -> None:
    case = Case(prospects, tuple(conversions), Fraction(7), Fraction(3))
    assert planning.changed(case, WhatIf()) == case
    at = data.draw(st.integers(0, len(conversions) - 1))
    share = data.draw(st.fractions(min_value=0, max_value=5, max_denominator=100))
    new = planning.changed(case, WhatIf(conversions={at: share}))
    assert new.conversions[at] == min(1, share)
    others = [
        (a, b)
        for place, (a, b) in enumerate(zip(case.conversions, new.conversions, strict=True))
        if place != at
    ]
    assert all(a == b for a, b in others)
    assert new.wins is not None
    assert case.wins is not None
    assert 0 <= new.wins <= prospects
    assert (new.wins >= case.wins) == (share >= conversions[at] or new.wins == case.wins)
    assert planning.lever_gain(case, at, share) == new.wins - case.wins
    k = data.draw(st.fractions(min_value=0, max_value=9, max_denominator=10))
    grown = planning.changed(case, WhatIf(times=k))
    assert (grown.wins, grown.money, grown.per_day) == (
        case.wins * k,
        case.wins * k * 7,
        case.wins * k * Fraction(7, 3),
    )


@given(amounts, st.fractions(min_value=1, max_value=10**9), shares, st.integers(1, 500), st.integers(0, 50))
def test_what_is_needed_is_enough_and_one_less_is_not(
    plan: int, size: Fraction, share: Fraction, capacity: int, won: int
) -> None:
    need = planning.need(Goal(amount=plan, won=won), Case(None, (share,), size), capacity)
    assert need.wins is not None
    assert need.wins_left is not None
    assert need.wins * size >= plan > (need.wins - 1) * size
    assert need.wins_left == max(0, need.wins - won)
    if share == 0:
        assert need.prospects is None
        return
    assert need.prospects is not None
    assert need.prospects * share >= need.wins > (need.prospects - 1) * share
    assert need.prospects_left is not None
    assert need.prospects_left <= need.prospects
    assert need.reps == ceil(Fraction(need.prospects, capacity))
    assert need.per_rep == capacity * share * size


@given(st.lists(st.tuples(st.none() | shares, st.integers(0, 12)), max_size=7), st.integers(1, 10))
def test_the_key_level_is_the_highest_and_the_lever_the_lowest_before_it(
    drawn: list[tuple[Fraction | None, int]], limit: int
) -> None:
    steps = [Step("S", share, n) for share, n in drawn]
    key = planning.key_level(steps, limit)
    enough = [step.conversion for step in steps if step.conversion is not None and (step.n or 0) >= limit]
    if key is None:
        assert not enough
        return
    assert steps[key].conversion == max(enough)
    at = planning.lever(steps, key)
    before = [step.conversion for step in steps[:key] if step.conversion is not None]
    assert (at is None) == (not before)
    if at is not None:
        assert at < key
        assert steps[at].conversion == min(before)
