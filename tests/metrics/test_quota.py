"""Quotas: the worked example of METRICS 11, edges, and what always holds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.period import Period, PeriodKind, day_number
from funnel_tui.domain.quotas import QuotaStatus, conflict, parts_of, period_between, shares_of, tiling
from funnel_tui.metrics.quota import Clock, QuotaStanding, at_quota, mismatch

Q1 = Period.quarter(2026, 1)


def days(text: str) -> int:
    """The day number of an ISO day."""
    return day_number(Period.parse(text).start)


def clock(today: str, period: Period = Q1) -> Clock:
    """How far a period has gone."""
    return Clock.of(day_number(period.start), day_number(period.end), days(today))


def test_the_worked_example() -> None:
    """Q1 2026, 100,000, won 39,000, today 2026-02-14, open closing in Q1 183,000."""
    one = QuotaStanding(100_000, 39_000, 183_000, clock("2026-02-14"))
    assert (one.clock.elapsed, one.clock.total, one.clock.left) == (45, 90, 45)
    assert one.attainment == Fraction(39, 100)
    assert one.expected == 50_000
    assert one.pace == Fraction(78, 100)
    assert one.status is QuotaStatus.BEHIND
    assert (one.gap, one.surplus) == (61_000, 0)
    assert one.coverage == 3
    assert one.quota_coverage == Fraction(183, 100)
    assert one.projection == 78_000
    assert one.needed_per_day is not None
    assert round(one.needed_per_day, 2) == Fraction(135_556, 100)


def test_a_team_and_its_members() -> None:
    assert mismatch(500_000, [200_000, 150_000, 120_000]) == -30_000
    assert mismatch(500_000, [None, 600_000]) == 100_000
    assert mismatch(None, [1]) is None
    assert mismatch(0, []) == 0


@pytest.mark.parametrize(
    ("won", "today", "status"),
    [
        (100, "2026-01-01", QuotaStatus.DONE),
        (50, "2026-02-14", QuotaStatus.ON_TRACK),
        (49, "2026-02-14", QuotaStatus.AT_RISK),
        (40, "2026-02-14", QuotaStatus.AT_RISK),
        (39, "2026-02-14", QuotaStatus.BEHIND),
        (99, "2026-03-31", QuotaStatus.AT_RISK),
        (99, "2027-03-31", QuotaStatus.AT_RISK),
        (0, "2025-12-31", None),
        (100, "2025-12-31", QuotaStatus.DONE),
    ],
)
def test_status(won: int, today: str, status: QuotaStatus | None) -> None:
    assert QuotaStanding(100, won, 0, clock(today)).status is status


def test_before_it_begins_and_after_it_is_over() -> None:
    before = QuotaStanding(900, 0, 300, clock("2025-12-31"))
    assert not before.clock.has_begun
    assert (before.expected, before.pace, before.projection, before.status) == (0, None, None, None)
    assert before.needed_per_day == 10
    last = QuotaStanding(900, 450, 0, clock("2026-03-31"))
    assert last.clock.is_over
    assert (last.expected, last.pace, last.projection) == (900, Fraction(1, 2), 450)
    assert last.needed_per_day is None
    assert QuotaStanding(900, 450, 0, clock("2026-04-01")) == last
    first = clock("2026-01-01")
    assert (first.elapsed, first.left) == (1, 89)


@pytest.mark.parametrize("quota", [0, None])
def test_without_a_quota_there_is_no_percentage(quota: int | None) -> None:
    one = QuotaStanding(quota, 500, 100, clock("2026-02-14"))
    assert (one.attainment, one.pace, one.status, one.quota_coverage) == (None, None, None, None)
    assert one.projection == 1_000
    assert one.gap == (0 if quota == 0 else None)
    assert one.surplus == (500 if quota == 0 else None)
    assert one.coverage is None


def test_a_quota_that_cannot_be_priced_has_no_figures() -> None:
    one = QuotaStanding(100, None, None, clock("2026-02-14"))
    figures = (one.attainment, one.gap, one.surplus, one.coverage, one.pace, one.projection, one.status)
    assert set(figures) == {None}
    assert one.expected == 50


def test_share_of_reps_at_quota_counts_the_unknown_apart() -> None:
    standings = [
        QuotaStanding(quota, won, 0, clock("2026-02-14"))
        for quota, won in ((100, 100), (100, 99), (None, 500), (0, 5), (50, 60))
    ]
    found = at_quota(standings)
    assert (found.reached, found.known, found.unknown) == (2, 3, 2)
    assert found.share == Fraction(2, 3)
    assert at_quota([]).share is None
    assert at_quota([QuotaStanding(None, 1, 0, clock("2026-02-14"))]).share is None


AMOUNTS = st.one_of(st.none(), st.integers(0, 10**15))


@given(quota=AMOUNTS, won=st.integers(0, 10**15), pipeline=st.integers(0, 10**15), elapsed=st.integers(0, 92))
def test_what_always_holds(quota: int | None, won: int, pipeline: int, elapsed: int) -> None:
    one = QuotaStanding(quota, won, pipeline, Clock(elapsed, 92))
    if quota is None:
        assert one.gap is None
        return
    assert one.gap is not None
    assert one.surplus is not None
    assert one.gap - one.surplus == quota - won
    assert min(one.gap, one.surplus) == 0
    assert (one.attainment is None) == (quota == 0)
    assert (one.status is QuotaStatus.DONE) == (quota > 0 and won >= quota)
    if one.projection is not None and elapsed == 92:
        assert one.projection == won
    if one.pace is not None and one.projection is not None:
        assert one.pace == one.projection / quota
    if one.needed_per_day is not None:
        assert one.needed_per_day * one.clock.left == one.gap


@given(start=st.integers(-20_000, 40_000), length=st.integers(1, 800), today=st.integers(-21_000, 42_000))
def test_days_gone_and_left_make_up_the_period(start: int, length: int, today: int) -> None:
    one = Clock.of(start, start + length, today)
    assert one.elapsed + one.left == length
    assert one.elapsed == len([day for day in range(start, start + length) if day <= today])


@given(amount=st.integers(0, 10**15), count=st.integers(1, 12))
def test_shares_add_up_exactly(amount: int, count: int) -> None:
    shares = shares_of(amount, count)
    assert sum(shares) == amount
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("fiscal", [1, 4, 7])
def test_periods_are_told_by_their_days(fiscal: int) -> None:
    for kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR):
        period = Period.containing(Q1.start, kind, fiscal)
        assert period_between(day_number(period.start), day_number(period.end), fiscal) == period
    odd = period_between(days("2011-05-31"), days("2011-08-31"), fiscal)
    assert (odd.kind, odd.name) == (PeriodKind.RANGE, "2011-05-31..2011-08-30")


def test_parts_of_a_year_and_of_what_has_none() -> None:
    year = Period.year(2026, 4)
    assert [part.name for part in parts_of(year, PeriodKind.QUARTER)] == [f"2026-Q{n}" for n in range(1, 5)]
    assert len(parts_of(year, PeriodKind.MONTH)) == 12
    assert parts_of(Q1, PeriodKind.QUARTER) == []
    assert parts_of(Period.parse("2026-01-15..2026-04-14"), PeriodKind.MONTH) == []


def span(text: str, fiscal: int = 1) -> tuple[int, int]:
    """The days of a period."""
    period = Period.parse(text, fiscal)
    return day_number(period.start), day_number(period.end)


@pytest.mark.parametrize(
    ("period", "there", "crosses"),
    [
        ("2026-Q1", ["2026", "2026-02", "2026-Q2", "2026-Q1"], None),
        ("2026-01-15..2026-02-14", ["2026-01"], "2026-01"),
        ("2026-01", ["2026-01-15..2026-02-14"], "2026-01-15..2026-02-14"),
        ("2026-01-10..2026-01-20", ["2026"], "2026"),
        ("2026-W02", ["2026-01"], "2026-01"),
        ("2026-01", ["2026-W05"], "2026-W05"),
        ("2026-W02", ["2026-W03", "2026-02"], None),
        ("2026-01-01..2026-01-09", ["2026-01-10..2026-01-20"], None),
        ("2026-01-01..2026-01-10", ["2026-01-10..2026-01-20"], "2026-01-10..2026-01-20"),
    ],
)
def test_what_overlaps(period: str, there: list[str], crosses: str | None) -> None:
    assert conflict(Period.parse(period), map(span, there)) == (None if crosses is None else span(crosses))


def test_shorter_quotas_fill_a_period_or_do_not() -> None:
    months = [span(f"2026-{month:02}") for month in (1, 2, 3)]
    assert tiling(Q1, months) == months
    assert tiling(Q1, months[:2]) == []
    assert tiling(Period.year(2026), [span("2026-Q1"), *months]) == []
    year = [span(f"2026-Q{n}") for n in (1, 2, 3, 4)]
    assert tiling(Period.year(2026), [*months, *year]) == year
