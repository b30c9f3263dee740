"""Moments in words: times of day, midnight in the team's zone, changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.moments import Moment, parse_moment, spell_moment
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.errors import InvalidInput
from tests.phrases.reading import read_or_refused, safe

OSLO = ZoneInfo("Europe/Oslo")
ZONES = ["UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"]


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


NOON = at("2026-11-21T13:00+01:00")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("fri 14:30", "2026-11-27T14:30+01:00"),
        ("14:30 fri", "2026-11-27T14:30+01:00"),
        ("fri, 14:30", "2026-11-27T14:30+01:00"),
        ("14:30", "2026-11-21T14:30+01:00"),
        ("9:05", "2026-11-22T09:05+01:00"),
        ("tomorrow 9am", "2026-11-22T09:00+01:00"),
        ("12 dec at 9", "2026-12-12T09:00+01:00"),
        ("12 dec 2:30 p.m.", "2026-12-12T14:30+01:00"),
        ("12am", "2026-11-22T00:00+01:00"),
        ("12pm", "2026-11-22T12:00+01:00"),
        ("i morgen kl 14.30", "2026-11-22T14:30+01:00"),
        ("fredag kl. 9", "2026-11-27T09:00+01:00"),
        ("morgen om 14:30", "2026-11-22T14:30+01:00"),
        ("12.12. 10:00", "2026-12-12T10:00+01:00"),
        ("2026-12-12 10:00", "2026-12-12T10:00+01:00"),
        ("2026-12-12T10:00", "2026-12-12T10:00+01:00"),
        ("2026-12-12T10:00Z", "2026-12-12T10:00Z"),
        ("2026-12-12T10:00:30+05:30", "2026-12-12T10:00:30+05:30"),
        ("now", "2026-11-21T13:00+01:00"),
        ("+2h", "2026-11-21T15:00+01:00"),
        ("-30min", "2026-11-21T12:30+01:00"),
        ("in 30 minutes", "2026-11-21T13:30+01:00"),
        ("om 2 timer", "2026-11-21T15:00+01:00"),
        # The clock goes forward at 02:00 and back at 03:00: the offset before the change counts.
        ("2027-03-28 02:30", "2027-03-28T03:30+02:00"),
        ("2027-10-31 02:30", "2027-10-31T02:30+02:00"),
    ],
)
def test_what_a_moment_means(text: str, meant: str) -> None:
    found = parse_moment(text, NOON, OSLO)
    assert found.at == at(meant)
    assert found.day == day_number(local_day(at(meant), OSLO))


@pytest.mark.parametrize(("text", "day"), [("fri", 20_784), ("today", 20_778), ("12 dec", 20_799)])
def test_without_a_time_it_is_the_whole_day(text: str, day: int) -> None:
    assert parse_moment(text, NOON, OSLO) == Moment(day)


@pytest.mark.parametrize(
    ("now", "zone", "tomorrow"),
    [
        ("2026-11-21T22:59:59Z", "Europe/Oslo", "2026-11-22"),
        ("2026-11-21T23:00:00Z", "Europe/Oslo", "2026-11-23"),
        ("2026-11-21T12:00:00Z", "Pacific/Auckland", "2026-11-23"),
        ("2026-11-21T04:59:59Z", "America/New_York", "2026-11-21"),
    ],
)
def test_today_ends_at_midnight_of_the_zone(now: str, zone: str, tomorrow: str) -> None:
    found = parse_moment("tomorrow", at(now), ZoneInfo(zone))
    assert found.day == day_number(datetime.fromisoformat(tomorrow).date())


def test_what_was_done_lies_behind() -> None:
    assert parse_moment("14:30", NOON, OSLO, past=True).at == at("2026-11-20T14:30+01:00")
    assert parse_moment("9:00", NOON, OSLO, past=True).at == at("2026-11-21T09:00+01:00")
    assert parse_moment("fri 9:00", NOON, OSLO, past=True).at == at("2026-11-20T09:00+01:00")


@pytest.mark.parametrize(
    "text",
    [
        *("25:00", "fri 24:00", "14:60", "13pm", "0am", "fri 14:30 x", "14:30 14:30", "2026-13-01T10:00"),
        *("2300-01-01T00:00Z", "1800-01-01T00:00Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"),
        *("", "fri\x00 9:00", "31 feb 10:00", "x" * 1000),
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_moment(text, NOON, OSLO, field="due")
    assert caught.value.field == "due"
    assert "For example" in caught.value.hint
    assert safe(caught.value)


@given(
    day=st.dates(datetime(1995, 1, 1).date(), datetime(2090, 1, 1).date()),  # noqa: DTZ001
    minute=st.integers(0, 1439),
    zone=st.sampled_from(ZONES),
    now=st.integers(0, 4_000_000_000),
)
def test_an_iso_day_and_time_is_that_time_on_the_clock(day: object, minute: int, zone: str, now: int) -> None:
    clock = f"{minute // 60:02}:{minute % 60:02}"
    found = parse_moment(f"{day} {clock}", now, ZoneInfo(zone))
    assert found.at is not None
    there = datetime.fromtimestamp(found.at, ZoneInfo(zone))
    # A time that a change of the clock skips is shown an hour (or half an hour, or a day) on.
    skipped = there.replace(tzinfo=None).isoformat(" ", "minutes") != f"{day} {clock}"
    if skipped:
        before = datetime.fromtimestamp(found.at - 3 * 86_400, ZoneInfo(zone)).utcoffset()
        assert before != there.utcoffset()


@given(ahead=st.integers(0, 20_000_000), zone=st.sampled_from(ZONES), now=st.integers(0, 4_000_000_000))
def test_a_moment_that_is_spelled_is_read_back(ahead: int, zone: str, now: int) -> None:
    place = ZoneInfo(zone)
    then = (now + ahead) // 60 * 60
    spelled = spell_moment(Moment(0, then), now, place)
    found = parse_moment(spelled, now, place)
    assert found.at is not None
    # An hour that comes twice cannot be told from its words.
    shown = datetime.fromtimestamp(found.at, place).replace(tzinfo=None, fold=0)
    assert shown == datetime.fromtimestamp(then, place).replace(tzinfo=None, fold=0)


@given(text=st.text(max_size=70), now=st.integers(-2_000_000_000, 6_000_000_000))
def test_any_text_is_a_moment_or_is_refused(text: str, now: int) -> None:
    found = read_or_refused(lambda: parse_moment(text, now, OSLO))
    if isinstance(found, InvalidInput):
        assert safe(found)
    else:
        assert -25_568 <= found.day <= 84_371
        assert found.at is None or datetime.fromtimestamp(found.at, UTC)
