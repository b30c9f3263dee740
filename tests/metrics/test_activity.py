"""Activity rate, contact rate, targets, activity funnel, buckets: METRICS 5 and 11."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.activity import Load, Unit
from funnel_tui.domain.activity_cells import ActivityCell
from funnel_tui.domain.period import Period, day_number
from funnel_tui.domain.status import ActivityStep
from funnel_tui.domain.targets import TargetFact, Targets
from funnel_tui.metrics.activity import (
    PARTS,
    STEPS,
    contact_rate,
    rate,
    step_line,
    steps_of,
    summed,
    target_parts,
    together,
)
from funnel_tui.metrics.buckets import buckets, fitting, label, narrowed
from funnel_tui.metrics.open_load import open_load

COUNTS = st.integers(0, 500)


def cell(done: int = 0, planned: int = 0, with_outcome: int = 0, conversations: int = 0, outbound: int = 0,
         *, kind: int = 1, owner: int = 1) -> ActivityCell:  # fmt: skip
    return ActivityCell(0, owner, kind, done, planned, with_outcome, conversations, outbound)


def test_the_calls_of_the_hubspot_file() -> None:
    """402 calls, 78 connected, 70 without an outcome."""
    found = rate([cell(300, 0, 250, 50), cell(102, 3, 82, 28)])
    assert (found.done, found.attempts, found.planned) == (402, 402, 3)
    assert f"{float(found.conversation_share or 0):.6f}" == "0.194030"
    assert f"{float(found.answered_share or 0):.6f}" == "0.234940"


def test_nothing_done_has_no_shares() -> None:
    assert rate([]) == rate([cell()])
    found = rate([cell(planned=4)], Fraction(20))
    assert (found.conversation_share, found.answered_share) == (None, None)
    assert found.attained == 0
    assert rate([cell(5)]).attained is None
    # A target of 0 is met by anything: there is no share of it.
    assert rate([cell(5)], Fraction(0)).attained is None
    assert rate([cell(5)]).answered_share is None


def test_attained_holds_what_has_a_target_against_it() -> None:
    assert rate([cell(40)], Fraction(50)).attained == Fraction(4, 5)
    parts = [rate([cell(30)], Fraction(50)), rate([cell(10, kind=2)])]
    assert (together(parts).done, together(parts).attained) == (40, Fraction(3, 5))
    assert together([]) == rate([])


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS)))
def test_cells_add_up(parts: list[tuple[int, int, int]]) -> None:
    cells = [cell(a + b + c, 1, a + b, a, c) for a, b, c in parts]
    whole = rate(cells)
    assert whole.done == sum(one.done for one in cells)
    assert whole.planned == len(cells)
    assert whole.conversation_share is None if not whole.done else 0 <= (whole.conversation_share or 0) <= 1
    if whole.conversation_share is not None and whole.answered_share is not None:
        assert whole.conversation_share <= whole.answered_share


@pytest.mark.parametrize(
    ("calls", "opportunities", "per_1000", "low"),
    [
        (1000, 32, Fraction(32), False),
        (500, 13, Fraction(26), True),
        (3, 1, Fraction(1000, 3), False),
        (10, 0, Fraction(0), True),
        (0, 7, None, None),
        (0, 0, None, None),
    ],
)
def test_opportunities_per_1000_calls(
    calls: int, opportunities: int, per_1000: Fraction | None, low: bool | None
) -> None:
    found = contact_rate(calls, opportunities, 32)
    assert (found.per_1000, found.is_low) == (per_1000, low)
    assert bool(found.hints) is bool(low)


@given(COUNTS, COUNTS, st.integers(0, 100))
def test_the_benchmark_itself_is_not_low(calls: int, opportunities: int, benchmark: int) -> None:
    found = contact_rate(calls, opportunities, benchmark)
    if calls:
        assert found.is_low is (1000 * opportunities < benchmark * calls)


# Targets

JANUARY, FEBRUARY, MARCH = (day_number(date(2026, month, 1)) for month in (1, 2, 3))


def targets(*facts: tuple[int | None, int, int | None]) -> Targets:
    """Targets of kind 1."""
    return Targets({(rep, 1, month): TargetFact(rep, 1, month, target) for rep, month, target in facts})


def between(known: Targets, rep: int, kind: int, first: int, after: int) -> Fraction | None:
    """What a rep is to do in some days."""
    parts = target_parts(known, [rep], [(first, after)]).get((0, rep, kind))
    return None if parts is None else Fraction(parts, PARTS)


def test_a_target_of_a_month_is_shared_among_its_days() -> None:
    known = targets((1, JANUARY, 31), (1, FEBRUARY, 56))
    assert between(known, 1, 1, JANUARY, FEBRUARY) == 31
    assert between(known, 1, 1, JANUARY, MARCH) == 87
    # From Monday 26 January to Sunday 1 February: six days of one month and one of the other.
    assert between(known, 1, 1, FEBRUARY - 6, FEBRUARY + 1) == 6 + 2
    assert between(known, 1, 1, MARCH, MARCH + 31) is None
    assert between(known, 2, 1, JANUARY, MARCH) is None
    assert between(known, 1, 2, JANUARY, MARCH) is None


def test_an_own_target_goes_before_that_of_everybody() -> None:
    known = targets((None, JANUARY, 62), (1, JANUARY, 31), (2, JANUARY, None), (3, JANUARY, 0))
    found = [between(known, rep, 1, JANUARY, FEBRUARY) for rep in (1, 2, 3, 4)]
    assert found == [31, 62, 0, 62]


@given(st.integers(0, 40), st.integers(0, 40))
def test_parts_of_a_target_add_up(first: int, second: int) -> None:
    known = targets((1, JANUARY, 100), (1, FEBRUARY, 33), (1, MARCH, 7))
    start, middle, end = JANUARY, JANUARY + first, JANUARY + first + second
    parts = [between(known, 1, 1, *days) or 0 for days in ((start, middle), (middle, end))]
    assert sum(parts) == (between(known, 1, 1, start, end) or 0)


# The activity funnel


def test_each_step_over_the_one_before() -> None:
    counts = dict(zip(STEPS, (200, 50, 60, 12, 9), strict=True))
    line = step_line("Anna", 1, counts, 5)
    assert line.conversions == (Fraction(1, 4), Fraction(6, 5), Fraction(1, 5), Fraction(3, 4))
    assert line.total == Fraction(9, 200)
    assert (line.best, line.worst) == (1, 2)


def test_steps_without_anything_have_no_value() -> None:
    empty = step_line("Anna", 1, {}, 5)
    assert (empty.counts, empty.conversions, empty.total) == ((0,) * 5, (None,) * 4, None)
    assert (empty.best, empty.worst) == (None, None)
    line = step_line("Ben", 2, {ActivityStep.MEETINGS: 10, ActivityStep.PROPOSALS: 0}, 5)
    assert line.conversions == (None, Fraction(0), None, None)
    # One conversion that can be judged is neither the best nor the worst.
    assert (line.best, line.worst) == (None, None)


def test_few_of_a_step_say_nothing_of_best_and_worst() -> None:
    counts = dict(zip(STEPS, (200, 50, 4, 4, 0), strict=True))
    line = step_line("Anna", 1, counts, 5)
    assert (line.best, line.worst) == (0, 1)
    assert step_line("Anna", 1, counts, 4).worst == 3
    same = dict(zip(STEPS, (40, 20, 10, 5, 2), strict=True))
    assert step_line("Anna", 1, dict(list(same.items())[:4]), 10).best is None


@given(st.lists(st.tuples(*(COUNTS for _ in STEPS)), max_size=6))
def test_reps_add_up_to_the_team(reps: list[tuple[int, ...]]) -> None:
    lines = [step_line(str(n), n, dict(zip(STEPS, counts, strict=True)), 5) for n, counts in enumerate(reps)]
    whole = summed(lines, 5)
    assert whole.counts == tuple(sum(counts[place] for counts in reps) for place in range(5))
    for line in lines:
        if line.best is not None and line.worst is not None:
            known = [value for value in line.conversions if value is not None]
            best, worst = line.conversions[line.best], line.conversions[line.worst]
            assert best is not None
            assert worst is not None
            assert min(known) <= worst < best <= max(known)


def test_kinds_of_no_step_are_in_no_step() -> None:
    steps = {1: ActivityStep.CALLS, 2: ActivityStep.NONE, 3: ActivityStep.CALLS}
    found = steps_of([cell(3), cell(4, kind=2), cell(5, kind=3), cell(6, kind=99)], steps)
    assert found == {ActivityStep.CALLS: 8, ActivityStep.NONE: 10}


# Buckets


def test_weeks_begin_on_monday_and_are_cut_by_the_period() -> None:
    found = buckets(Period.month(2026, 3), Unit.WEEK)
    assert [bucket.label for bucket in found] == [f"2026-W{week:02}" for week in (9, 10, 11, 12, 13, 14)]
    assert (found[0].start, found[0].end) == (date(2026, 3, 1), date(2026, 3, 2))
    assert (found[1].start, found[1].end) == (date(2026, 3, 2), date(2026, 3, 9))
    assert (found[-1].start, found[-1].end) == (date(2026, 3, 30), date(2026, 4, 1))


def test_the_week_of_new_year_has_the_year_of_its_thursday() -> None:
    assert label(date(2027, 1, 3), Unit.WEEK) == "2026-W53"
    assert label(date(2025, 12, 29), Unit.WEEK) == "2026-W01"
    assert [one.label for one in buckets(Period.quarter(2026, 1), Unit.MONTH)] == [
        "2026-01",
        "2026-02",
        "2026-03",
    ]


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 500), st.sampled_from([*Unit]))
def test_buckets_cover_the_period_once_and_sort(first: date, days: int, unit: Unit) -> None:
    period = Period.days(first, first + timedelta(days=days))
    found = buckets(period, unit)
    assert (found[0].start, found[-1].end) == (period.start, period.end)
    assert all(one.end == two.start for one, two in pairwise(found))
    labels = [one.label for one in found]
    assert labels == sorted(set(labels))
    assert all(label(one.end - timedelta(days=1), unit) == one.label for one in found)


def test_all_time_is_where_anything_is() -> None:
    known = (date(2026, 1, 5), date(2026, 2, 9))
    assert narrowed(Period.all_time(), known) == Period.days(*known)
    assert narrowed(Period.year(2026), known) == Period.year(2026)
    long = Period.days(date(2026, 2, 1), date(2999, 12, 31))
    assert narrowed(long, known) == Period.days(date(2026, 2, 1), known[1])
    later = Period.days(date(2500, 1, 1), date(2999, 12, 31))
    assert narrowed(later, known).start == later.start
    assert (fitting(Period.year(2026), Unit.DAY), fitting(Period.all_time(), Unit.DAY)) == (
        Unit.DAY,
        Unit.MONTH,
    )
    assert fitting(Period.days(date(2024, 1, 1), date(2026, 1, 1)), Unit.DAY) is Unit.WEEK


# Open deals


def load(deals: dict[tuple[int, int], int], reps: int = 5, small_n: int = 5) -> list[tuple[int, Load]]:
    names = [(number, f"Rep {number}") for number in range(1, reps + 1)]
    found = open_load(
        deals, stages=[(1, "Lead"), (2, "Offer")], shown=names, peers=[n for n, _ in names], small_n=small_n
    )
    return [(line.whole.deals, line.whole.load) for line in found.lines]


def test_too_many_and_too_few_against_the_median() -> None:
    deals = {(1, 1): 10, (2, 1): 15, (3, 1): 16, (4, 2): 5, (5, 2): 4}
    assert load(deals) == [
        (10, Load.USUAL),
        (15, Load.USUAL),
        (16, Load.TOO_MANY),
        (5, Load.USUAL),
        (4, Load.TOO_FEW),
    ]


def test_a_small_median_marks_nothing() -> None:
    assert {mark for _, mark in load({(1, 1): 40, (2, 1): 4, (3, 1): 4, (4, 1): 4})} == {Load.USUAL}
    assert load({}, reps=0) == []
    assert load({(1, 1): 40}, reps=1) == [(40, Load.USUAL)]
    assert load({(1, 1): 40, (2, 1): 4, (3, 1): 4, (4, 1): 4}, small_n=4)[0] == (40, Load.TOO_MANY)


def test_reps_without_deals_count_and_stages_have_medians_of_their_own() -> None:
    names = [(1, "Anna"), (2, "Ben"), (3, "Cleo")]
    found = open_load(
        {(1, 1): 12, (1, 2): 6, (2, 1): 6, (2, 2): 6},
        stages=[(1, "Lead"), (2, "Offer")],
        shown=names[:1],
        peers=[1, 2, 3],
        small_n=5,
    )
    (anna,) = found.lines
    assert (anna.whole.median, anna.whole.load) == (12, Load.USUAL)
    assert [(cell.median, cell.load) for cell in anna.cells] == [(6, Load.TOO_MANY), (6, Load.USUAL)]
    assert "3 reps" in found.rule
