"""Dates and times of every common form, and the order of day and month learnt from the file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange.dates import DateReader, zone_of
from funnel_tui.exchange.values import BadValue
from tests.exchange.support import at as epoch

UTC_ZONE = ZoneInfo("UTC")
OSLO = ZoneInfo("Europe/Oslo")
NEW_YORK = ZoneInfo("America/New_York")


def settled(*values: str, zone: ZoneInfo = UTC_ZONE) -> DateReader:
    """A reader that has learnt from the values."""
    reader = DateReader(zone)
    for value in values:
        reader.learn(value)
    reader.settle()
    return reader


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-01-22", epoch(2024, 1, 22)),
        (" 2024-01-22 ", epoch(2024, 1, 22)),
        ("2024-01-22 16:14", epoch(2024, 1, 22, 16, 14)),
        ("2024-01-22 16:14:25", epoch(2024, 1, 22, 16, 14, 25)),
        ("2024-01-22T16:14:25", epoch(2024, 1, 22, 16, 14, 25)),
        ("2024-01-22T16:14:25Z", epoch(2024, 1, 22, 16, 14, 25)),
        ("2024-01-22T16:14:25+00:00", epoch(2024, 1, 22, 16, 14, 25)),
        ("2024-01-22T16:14:25.000+0000", epoch(2024, 1, 22, 16, 14, 25)),
        ("2024-01-22T16:14:25.999-0530", epoch(2024, 1, 22, 21, 44, 25)),
        ("2024-01-22T16:14:25+02", epoch(2024, 1, 22, 14, 14, 25)),
        ("2024-01-22 16:14:25 UTC", epoch(2024, 1, 22, 16, 14, 25)),
        ("2024/1/2", epoch(2024, 1, 2)),
        ("2024.01.02", epoch(2024, 1, 2)),
        ("2.1.2024", epoch(2024, 1, 2)),
        ("02.01.2024 08:05", epoch(2024, 1, 2, 8, 5)),
        ("2 Jan 2024", epoch(2024, 1, 2)),
        ("2. January 2024", epoch(2024, 1, 2)),
        ("02-Jan-2024", epoch(2024, 1, 2)),
        ("Sept 3, 2024 9:30 PM", epoch(2024, 9, 3, 21, 30)),
        ("Jan 2, 2024", epoch(2024, 1, 2)),
        ("2024-01-22 12:00 AM", epoch(2024, 1, 22)),
        ("2024-01-22 12:00 p.m.", epoch(2024, 1, 22, 12)),
        ("1969-12-31T23:59:59.5Z", -1),
    ],
)
def test_instants(text: str, instant: int) -> None:
    assert DateReader(UTC_ZONE).instant(text) == instant


def test_values_without_an_offset_are_local() -> None:
    reader = DateReader(OSLO)
    assert reader.instant("2024-01-22") == epoch(2024, 1, 21, 23)
    assert reader.instant("2024-07-01 12:00") == epoch(2024, 7, 1, 10)


def test_an_offset_goes_before_the_zone() -> None:
    reader = DateReader(OSLO)
    assert reader.instant("2024-07-01T12:00Z") == epoch(2024, 7, 1, 12)
    # Late in the evening in New York is the next day in Oslo.
    assert reader.day("2026-03-31T23:30-05:00") == (date(2026, 4, 1) - date(1970, 1, 1)).days
    assert DateReader(NEW_YORK).day("2026-03-31T23:30-05:00") == (date(2026, 4, 1) - date(1970, 1, 1)).days
    assert DateReader(NEW_YORK).day("2026-03-31T23:30-04:00") == (date(2026, 3, 31) - date(1970, 1, 1)).days


def test_skipped_and_repeated_local_times() -> None:
    reader = DateReader(OSLO)
    # 02:30 does not exist on 2026-03-29 and comes twice on 2026-10-25: the offset before the change holds.
    assert reader.instant("2026-03-29 02:30") == epoch(2026, 3, 29, 1, 30)
    assert reader.instant("2026-10-25 02:30") == epoch(2026, 10, 25, 0, 30)


def test_bare_dates_are_told_from_times() -> None:
    reader = DateReader(OSLO)
    assert reader.is_bare("2024-01-22")
    assert reader.is_bare("22.1.2024")
    assert not reader.is_bare("2024-01-22 00:00")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-02-30", "'2024-02-30' is no date of the calendar$"),
        ("31.2.2024", "is no date of the calendar$"),
        ("2023-02-29", "is no date of the calendar"),
        ("2024-13-01", "is no date of the calendar"),
        ("2024-01-01 25:00", "is no date of the calendar"),
        ("2024-01-01 13:00 PM", "is no date of the calendar"),
        ("2024-01-01 10:00+25:00", "is no date of the calendar"),
        ("3 Foo 2024", "is no date of the calendar"),
        ("1899-12-31", "is not between the years 1900 and 2200"),
        ("9999-12-31", "is not between the years 1900 and 2200"),
        ("3/4/17", "two digits; say --date-format"),
        ("45631", "spreadsheet's day number"),
        ("45631.0", "spreadsheet's day number"),
        ("soon", "'soon' is not a date; write 2026-03-31 or say --date-format"),
        ("2024-W01-1", "is not a date"),
        ("20240122", "is not a date"),
        ("1/2-2024", "is not a date"),
        ("٢٠٢٤-٠١-٠١", "is not a date"),
        ("\x1b[2J", r"\\x1b"),
        ("", "is not a date"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    for read in (DateReader(UTC_ZONE).instant, DateReader(UTC_ZONE).day):
        with pytest.raises(BadValue, match=reason) as caught:
            read(text)
        assert caught.value.reason.isprintable()


def test_month_first_is_learnt() -> None:
    reader = settled("3/1/2017", "10/20/2016", "")
    assert reader.instant("3/1/2017") == epoch(2017, 3, 1)
    assert reader.instant("3/1/2017 4:05 PM") == epoch(2017, 3, 1, 16, 5)


def test_day_first_is_learnt() -> None:
    reader = settled("1/3/2017", "20-10-2016")
    assert reader.instant("1/3/2017") == epoch(2017, 3, 1)
    assert reader.day("1-3-2017") == (date(2017, 3, 1) - date(1970, 1, 1)).days


def test_an_impossible_date_is_refused_in_the_order_learnt() -> None:
    reader = settled("13/1/2017", "14/1/2017", "1/31/2017")
    with pytest.raises(BadValue, match="is no date of the calendar when read as d/m/yyyy"):
        reader.instant("1/31/2017")
    with pytest.raises(BadValue, match="is no date of the calendar when read as d/m/yyyy"):
        reader.instant("31/02/2017")
    with pytest.raises(BadValue, match="when read as m/d/yyyy"):
        settled("1/31/2017").instant("13/1/2017")


def test_an_order_nothing_tells_is_asked_for() -> None:
    with pytest.raises(FunnelError, match="Dates such as 3/1/2017 can be d/m/yyyy or m/d/yyyy") as caught:
        settled("3/3/2017", "3/1/2017", "4/1/2017")
    assert "--date-format %d/%m/%Y" in caught.value.hint


def test_an_order_both_of_which_are_told_is_asked_for() -> None:
    with pytest.raises(FunnelError, match="as many only m/d/yyyy"):
        settled("13/1/2017", "1/13/2017", "2/3/2017")


def test_days_equal_to_months_need_no_order() -> None:
    reader = settled("3/3/2017", "4/4/2017")
    assert reader.instant("3/3/2017") == epoch(2017, 3, 3)


def test_the_file_is_asked_only_for_a_date_that_needs_it() -> None:
    asked = []

    def values() -> list[str]:
        asked.append(1)
        return ["1/2/2017", "1/20/2017"]

    reader = DateReader(UTC_ZONE, values=values)
    reader.instant("2017-01-02")
    reader.instant("2.1.2017")
    assert asked == []
    assert reader.instant("1/2/2017") == epoch(2017, 1, 2)
    reader.instant("1/3/2017")
    assert asked == [1]


def test_a_single_date_that_nothing_decides() -> None:
    with pytest.raises(FunnelError, match="can be d/m/yyyy or m/d/yyyy"):
        DateReader(UTC_ZONE, values=lambda: ["1/2/2017"]).instant("1/2/2017")


@pytest.mark.parametrize(
    ("date_format", "text", "instant"),
    [
        ("%d/%m/%Y", "1/2/2017", epoch(2017, 2, 1)),
        ("%m/%d/%y", "1/2/17", epoch(2017, 1, 2)),
        ("%d.%m.%Y %H:%M", "01.02.2017 08:30", epoch(2017, 2, 1, 8, 30)),
        ("%Y-%m-%dT%H:%M:%S%z", "2017-02-01T08:30:00+0200", epoch(2017, 2, 1, 6, 30)),
        ("%Y%m%d", "20170201", epoch(2017, 2, 1)),
    ],
)
def test_told_format(date_format: str, text: str, instant: int) -> None:
    reader = DateReader(UTC_ZONE, date_format)
    assert reader.instant(text) == instant
    assert reader.is_bare(text) == ("%H" not in date_format)


def test_told_format_is_the_only_one() -> None:
    reader = DateReader(OSLO, "%d/%m/%Y")
    assert reader.instant("1/7/2017") == epoch(2017, 6, 30, 22)
    with pytest.raises(BadValue, match="does not fit --date-format %d/%m/%Y"):
        reader.instant("2017-01-02")
    with pytest.raises(BadValue, match="does not fit"):
        reader.instant("31/02/2017")
    with pytest.raises(BadValue, match="between the years"):
        reader.instant("01/01/1066")


@pytest.mark.parametrize("date_format", ["", "yyyy-mm-dd", "%Y-%m", "%d/%m", "%H:%M", "%Q", "%d %d %Y", "%"])
def test_senseless_format(date_format: str) -> None:
    with pytest.raises(UsageError, match="--date-format"):
        DateReader(UTC_ZONE, date_format)


def test_zones() -> None:
    assert zone_of("Europe/Oslo").key == "Europe/Oslo"
    with pytest.raises(UsageError, match="No time zone is called 'Europe/Olso'") as caught:
        zone_of("Europe/Olso")
    assert caught.value.hint == "Did you mean Europe/Oslo?"


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "/etc/passwd", "Nowhere/At all", "a\x00b", "Europe"]
)
def test_no_zone(name: str) -> None:
    with pytest.raises(UsageError, match="No time zone is called"):
        zone_of(name)


FORMS = st.sampled_from(
    ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S"]
)
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30))  # noqa: DTZ001  naive on purpose


@given(MOMENTS, FORMS, st.sampled_from([UTC_ZONE, OSLO, NEW_YORK]))
def test_what_is_written_reads_back(moment: datetime, form: str, zone: ZoneInfo) -> None:
    reader = settled("12/31/2020", zone=zone)
    text = moment.strftime(form)
    if "%H" not in form:
        moment = moment.replace(hour=0, minute=0, second=0)
    expected = moment.replace(microsecond=0, fold=0, tzinfo=zone).timestamp()
    assert reader.instant(text) == expected
    assert reader.day(text) == (moment.date() - date(1970, 1, 1)).days


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_offsets_read_back(moment: datetime, minutes: int) -> None:
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    expected = moment.replace(microsecond=0, tzinfo=UTC) - timedelta(minutes=minutes)
    assert DateReader(OSLO).instant(f"{moment:%Y-%m-%d %H:%M:%S} {offset}") == int(expected.timestamp())


@given(st.text(alphabet="0123456789/.-: TZJanFebAPM+", max_size=25))
def test_any_text_gives_an_instant_or_a_reason(text: str) -> None:
    reader = settled("12/31/2020")
    try:
        instant, reason = reader.instant(text), ""
    except BadValue as error:
        instant, reason = 0, error.reason
    assert reason.isprintable()
    assert epoch(1899, 12, 31) <= instant <= epoch(2201, 1, 2)
