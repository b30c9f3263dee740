"""Periods: names, neighbours, fiscal years, and the instants they begin and end at (METRICS M4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from funnel_tui.domain.activity import Unit
from funnel_tui.domain.period import (
    DAY_SECONDS,
    Period,
    PeriodKind,
    add_months,
    local_day,
    parse_instant,
    start_of,
    utc_text,
    weeks_of,
)
from funnel_tui.errors import UsageError
from funnel_tui.metrics.buckets import label

ZONES = [
    *("UTC", "Europe/Oslo", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Chatham"),
    *("Atlantic/Azores", "Asia/Beirut", "Africa/Cairo", "America/Havana"),
]
"""Some change their clocks at midnight: Beirut, Cairo and Havana, and once São Paulo."""

DAYS = st.dates(date(1902, 1, 1), date(2198, 12, 31))
FISCAL = st.integers(1, 12)
CALENDAR = st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR])


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """A period of any kind, with any fiscal start."""
    fiscal, day = draw(FISCAL), draw(DAYS)
    kind = draw(st.sampled_from([*PeriodKind]))
    if kind is PeriodKind.ALL:
        return Period.all_time()
    if kind is PeriodKind.RANGE:
        return Period.days(day, day + timedelta(days=draw(st.integers(0, 2000))), fiscal)
    return Period.containing(day, kind, fiscal)


@given(periods())
def test_a_name_is_read_back(period: Period) -> None:
    assert Period.parse(period.name, period.fiscal_start) == period
    assert Period.parse(f" {period.name} ", period.fiscal_start) == period


@given(DAYS, CALENDAR, FISCAL)
def test_a_day_lies_in_its_period_and_in_no_other(day: date, kind: PeriodKind, fiscal: int) -> None:
    period = Period.containing(day, kind, fiscal)
    assert period.start <= day < period.end
    assert period.start.day == period.end.day == 1
    assert (
        Period.containing(period.start, kind, fiscal)
        == period
        == Period.containing(period.last, kind, fiscal)
    )
    months = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}[kind]
    assert add_months(period.start, months) == period.end
    if kind is PeriodKind.YEAR:
        assert period.start.month == fiscal
        assert period.name == str(period.last.year)


@given(periods(), st.integers(-30, 30))
def test_stepping_there_and_back(period: Period, steps: int) -> None:
    moved = period.shifted(steps)
    assert moved.kind is period.kind
    assume(moved != period)
    assert moved.shifted(-steps) == period
    assert Period.parse(moved.name, period.fiscal_start) == moved


@given(periods())
def test_the_previous_period_ends_where_this_one_begins(period: Period) -> None:
    if period.kind is PeriodKind.ALL:
        assert period.previous() == period.year_before() == period
        return
    before = period.previous()
    assert before.end == period.start
    assert before.shifted(1) == period
    if period.kind is PeriodKind.WEEK:
        year, week, _ = period.start.isocalendar()
        earlier = period.year_before().start.isocalendar()
        assert (earlier.year, earlier.week) == (year - 1, min(week, weeks_of(year - 1)))
    elif period.kind is PeriodKind.RANGE:
        assert before.end - before.start == period.end - period.start
        assert period.year_before() == before
    else:
        ago = period.year_before()
        assert (ago.start.month, ago.start.year) == (period.start.month, period.start.year - 1)


@given(periods(), st.sampled_from(ZONES))
def test_periods_follow_each_other_without_gap_or_overlap(period: Period, zone: str) -> None:
    place = ZoneInfo(zone)
    start, end = period.bounds(place)
    assert start < end
    following = period.shifted(1)
    if following != period:
        assert following.bounds(place)[0] == end
    months = period.months()
    assert months[0].start <= period.start < months[0].end
    assert months[-1].start < period.end <= months[-1].end
    assert all(one.end == other.start for one, other in pairwise(months))


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)), st.sampled_from(ZONES))
def test_a_day_begins_at_its_first_second(day: date, zone: str) -> None:
    place = ZoneInfo(zone)
    start = start_of(day, place)
    assert local_day(start, place) == day
    assert local_day(start - 1, place) == day - timedelta(days=1)


def test_a_day_that_a_country_left_out_is_empty() -> None:
    samoa = ZoneInfo("Pacific/Apia")
    assert start_of(date(2011, 12, 30), samoa) == start_of(date(2011, 12, 31), samoa)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Oslo", "2026-03-29", 23),
        ("Europe/Oslo", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/Havana", "2026-03-08", 23),
        ("Asia/Beirut", "2026-03-29", 23),
        ("Africa/Cairo", "2026-10-29", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("UTC", "2026-03-29", 24),
    ],
)
def test_days_on_which_the_clock_changes(zone: str, day: str, hours: float) -> None:
    start, end = Period.parse(day).bounds(ZoneInfo(zone))
    assert (end - start) / 3600 == hours


@given(DAYS, FISCAL)
def test_a_week_is_seven_days_from_monday_on(day: date, fiscal: int) -> None:
    week = Period.containing(day, PeriodKind.WEEK, fiscal)
    assert week.start <= day < week.end
    assert (week.start.weekday(), week.last.weekday(), (week.end - week.start).days) == (0, 6, 7)
    assert Period.parse(week.name.lower().replace("-", ""), fiscal) == week
    assert label(day, Unit.WEEK) == week.name, "the name that the activity report has for it"


@given(st.integers(1902, 2198))
def test_the_weeks_of_a_year_follow_each_other_into_the_next(year: int) -> None:
    weeks = [Period.week(year, number) for number in range(1, weeks_of(year) + 1)]
    assert all(one.end == other.start for one, other in pairwise(weeks))
    assert (
        weeks[-1].shifted(1) == Period.week(year + 1, 1) == Period.containing(weeks[-1].end, PeriodKind.WEEK)
    )
    assert weeks[0].previous() == Period.week(year - 1, weeks_of(year - 1))
    with pytest.raises(UsageError, match=f"{year} has weeks W01 to W{len(weeks)}"):
        Period.parse(f"{year}-W{len(weeks) + 1}")


def test_weeks_on_which_the_clock_changes() -> None:
    hours = {"2026-W13": 167, "2026-W43": 169, "2026-W44": 168}
    for text, count in hours.items():
        start, end = Period.parse(text).bounds(ZoneInfo("Europe/Oslo"))
        assert (end - start) // 3600 == count


def test_march_and_october_in_oslo() -> None:
    oslo = ZoneInfo("Europe/Oslo")
    for month, hours in ((3, 743), (10, 745), (4, 720)):
        start, end = Period.month(2026, month).bounds(oslo)
        assert (end - start) // 3600 == hours
    assert utc_text(Period.month(2026, 3).bounds(oslo)[0]) == "2026-02-28T23:00:00Z"
    assert utc_text(Period.month(2026, 3).bounds(oslo)[1]) == "2026-03-31T22:00:00Z"


@pytest.mark.parametrize(
    ("text", "fiscal", "first", "last", "label"),
    [
        ("2026", 1, "2026-01-01", "2026-12-31", "2026"),
        ("2026", 4, "2025-04-01", "2026-03-31", "FY 2026"),
        ("2026", 12, "2025-12-01", "2026-11-30", "FY 2026"),
        ("2026-Q1", 1, "2026-01-01", "2026-03-31", "Q1 2026"),
        ("2026-q4", 1, "2026-10-01", "2026-12-31", "Q4 2026"),
        ("2026-Q1", 4, "2025-04-01", "2025-06-30", "Q1 FY 2026"),
        ("2026-Q4", 4, "2026-01-01", "2026-03-31", "Q4 FY 2026"),
        ("2026-Q2", 12, "2026-03-01", "2026-05-31", "Q2 FY 2026"),
        ("2026-W01", 1, "2025-12-29", "2026-01-04", "W1 2026"),
        ("2026-W47", 1, "2026-11-16", "2026-11-22", "W47 2026"),
        ("2026-w53", 4, "2026-12-28", "2027-01-03", "W53 2026"),
        ("2021W1", 1, "2021-01-04", "2021-01-10", "W1 2021"),
        ("2026-2", 4, "2026-02-01", "2026-02-28", "Feb 2026"),
        ("2028-02", 1, "2028-02-01", "2028-02-29", "Feb 2028"),
        ("2026-03-31", 1, "2026-03-31", "2026-03-31", "31 Mar 2026"),
        ("2026-01-01..2026-03-31", 1, "2026-01-01", "2026-03-31", "1 Jan – 31 Mar 2026"),
        ("2025-12-01..2026-01-02", 7, "2025-12-01", "2026-01-02", "1 Dec 2025 – 2 Jan 2026"),
        ("ALL", 5, "1900-01-01", "2200-12-31", "all time"),
    ],
)
def test_names(text: str, fiscal: int, first: str, last: str, label: str) -> None:
    period = Period.parse(text, fiscal)
    assert (period.start.isoformat(), period.last.isoformat(), period.label) == (first, last, label)


def test_neighbours() -> None:
    assert Period.parse("2026-11").previous() == Period.parse("2026-10")
    assert Period.parse("2026-01").previous() == Period.parse("2025-12")
    assert Period.parse("2026-Q1").previous() == Period.parse("2025-Q4")
    assert Period.parse("2026-Q1", 4).year_before() == Period.parse("2025-Q1", 4)
    assert Period.parse("2021-W01").previous() == Period.parse("2020-W53")
    assert Period.parse("2020-W53").year_before() == Period.parse("2019-W52")
    assert Period.parse("2021-W52").year_before() == Period.parse("2020-W52")
    assert Period.parse("2026-02-01..2026-02-10").previous() == Period.parse("2026-01-22..2026-01-31")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-Q5", "quarters Q1 to Q4"),
        ("2026-Q0", "quarters Q1 to Q4"),
        ("2026-13", "months 01 to 12"),
        ("2026-00", "months 01 to 12"),
        ("2025-W53", "2025 has weeks W01 to W52"),
        ("2026-W54", "2026 has weeks W01 to W53"),
        ("2026-W0", "weeks W01 to W53"),
        ("2200-W01", "outside the years 1901 to 2199"),
        ("1900", "outside the years 1901 to 2199"),
        ("2200", "outside the years 1901 to 2199"),
        ("0000", "outside the years"),
        ("26", "not understood"),
        ("", "not understood"),
        ("last month", "not understood"),
        ("2026-02-30", "'2026-02-30' is not a day"),
        ("2026-03-01..2026-02-01", "ends before it begins"),
        ("2026-03-01..", "'' is not a day"),
        ("..2026-03-01", "'' is not a day"),
        ("2026-01-01..9999-12-31", "outside the years 1000 to 2999"),
        ("0001-01-01..2026-01-01", "outside the years 1000 to 2999"),
    ],
)
def test_what_is_no_period_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Period.parse(text)
    assert said in str(refused.value)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize("text", ["1901", "1901-Q1", "1901-01", "1901-W01", "1000-01-01..1000-01-10"])
def test_nothing_comes_before_the_first_period(text: str) -> None:
    first = Period.parse(text)
    assert first.previous() == first
    assert first.shifted(-100_000_000) == first


@pytest.mark.parametrize("text", ["2199", "2199-Q4", "2199-12", "2199-W52", "2999-12-01..2999-12-31"])
def test_nothing_comes_after_the_last_period(text: str) -> None:
    last = Period.parse(text)
    assert last.shifted(1) == last
    assert last.shifted(100_000_000) == last
    last.bounds(ZoneInfo("Pacific/Kiritimati"))


@given(st.integers(-2_208_000_000, 7_289_000_000))
def test_an_instant_is_read_back(instant: int) -> None:
    assert parse_instant(utc_text(instant), ZoneInfo("Asia/Tokyo")) == instant


def test_an_instant_without_offset_is_local() -> None:
    oslo = ZoneInfo("Europe/Oslo")
    assert parse_instant("2026-04-01", oslo) == start_of(date(2026, 4, 1), oslo)
    # 02:30 happens twice on this day; the first one is meant.
    first = int(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp())
    assert parse_instant("2026-10-25T02:30", oslo) == first
    assert parse_instant("2026-10-25T02:30+01:00", oslo) == first + 3600
    assert DAY_SECONDS == 24 * 3600
    for text in (
        "tomorrow",
        "",
        "2026-13-01",
        "1899-12-31",
        "2201-01-01",
        "0001-01-01",
        "9999-12-31T23:59:59",
    ):
        with pytest.raises(UsageError):
            parse_instant(text, oslo)
