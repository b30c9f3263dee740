"""Days in words: what each phrase means, in five languages, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.calendar_words import day_first
from funnel_tui.domain.phrases import parse_day, spell_day, week_of
from funnel_tui.errors import InvalidInput
from funnel_tui.formats import locale_of
from tests.phrases.reading import read_or_refused, safe

SATURDAY = date(2026, 11, 21)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
LANGUAGES = ["en_GB", "en_US", "nb_NO", "sv_SE", "da_DK", "nl_NL"]


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", day(11, 21)),
        ("  Tomorrow ", day(11, 22)),
        ("day after tomorrow", day(11, 23)),
        ("yesterday", day(11, 20)),
        ("fri", day(11, 27)),
        ("Friday", day(11, 27)),
        ("wed.", day(11, 25)),
        ("thurs", day(11, 26)),
        ("next fri", day(11, 27)),
        ("next week", day(11, 23)),
        ("next month", day(12, 1)),
        ("next quarter", day(1, 1, 2027)),
        ("next year", day(1, 1, 2027)),
        ("+3d", day(11, 24)),
        ("+3", day(11, 24)),
        ("-1d", day(11, 20)),
        ("+2w", day(12, 5)),
        ("+1m", day(12, 21)),
        ("+1y", day(11, 21, 2027)),
        ("in 3 days", day(11, 24)),
        ("2 weeks", day(12, 5)),
        ("in a week", day(11, 28)),
        ("3 days ago", day(11, 18)),
        ("12 dec", day(12, 12)),
        ("12 dec 26", day(12, 12)),
        ("dec 12, 27", day(12, 12, 2027)),
        ("12dec", day(12, 12)),
        ("12th of December", day(12, 12)),
        ("dec 12", day(12, 12)),
        ("Dec 12th, 2027", day(12, 12, 2027)),
        ("12 Sept 2027", day(9, 12, 2027)),
        ("20 nov", day(11, 20, 2027)),
        ("21 nov", day(11, 21)),
        ("fri 27 nov", day(11, 27)),
        ("12.12.", day(12, 12)),
        ("12.12", day(12, 12)),
        ("1.2.2027", day(2, 1, 2027)),
        ("1.2.27", day(2, 1, 2027)),
        ("12/12", day(12, 12)),
        ("25/12", day(12, 25)),
        ("12/25", day(12, 25)),
        ("2026-12-12", day(12, 12)),
        ("2026/12/1", day(12, 1)),
        ("end of week", day(11, 22)),
        ("end of month", day(11, 30)),
        ("end of next month", day(12, 31)),
        ("the end of the month", day(11, 30)),
        ("eom", day(11, 30)),
        ("eoq", day(12, 31)),
        ("end of year", day(12, 31)),
        # Norwegian, Swedish, Danish, Dutch
        ("i dag", day(11, 21)),
        ("i morgen", day(11, 22)),
        ("imorgon", day(11, 22)),
        ("i övermorgon", day(11, 23)),
        ("vandaag", day(11, 21)),
        ("overmorgen", day(11, 23)),
        ("fredag", day(11, 27)),
        ("lør", day(11, 28)),
        ("lordag", day(11, 28)),
        ("tors", day(11, 26)),
        ("vrijdag", day(11, 27)),
        ("wo", day(11, 25)),
        ("neste fredag", day(11, 27)),
        ("nästa vecka", day(11, 23)),
        ("næste måned", day(12, 1)),
        ("volgende vrijdag", day(11, 27)),
        ("om 3 dager", day(11, 24)),
        ("om tre", None),
        ("om två veckor", None),
        ("om 2 veckor", day(12, 5)),
        ("om en uke", day(11, 28)),
        ("over 2 weken", day(12, 5)),
        ("12. desember", day(12, 12)),
        ("den 1 mars 2027", day(3, 1, 2027)),
        ("1 maart", day(3, 1, 2027)),
        ("2 maj", day(5, 2, 2027)),
        ("slutten av måneden", day(11, 30)),
        ("slutet av veckan", day(11, 22)),
        ("slutningen af året", day(12, 31)),
        ("eind van de maand", day(11, 30)),
    ],
)
def test_what_a_phrase_means(text: str, meant: date | None) -> None:
    if meant is None:
        with pytest.raises(InvalidInput):
            parse_day(text, SATURDAY)
    else:
        assert parse_day(text, SATURDAY) == meant


@pytest.mark.parametrize("today", [day(11, 16) + timedelta(days=n) for n in range(7)])
@pytest.mark.parametrize("name", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_a_weekday_is_the_next_such_day_after_today(today: date, name: str) -> None:
    found = parse_day(name, today)
    assert 1 <= (found - today).days <= 7
    assert found.strftime("%a").lower() == name
    last = parse_day(name, today, past=True)
    assert 1 <= (today - last).days <= 7
    assert (found - last).days == (14 if found - timedelta(days=7) == today else 7)


@pytest.mark.parametrize(("week_start", "fri"), [(0, day(11, 27)), (6, day(12, 4))])
def test_next_friday_is_that_of_the_next_calendar_week(week_start: int, fri: date) -> None:
    sunday = day(11, 22)
    assert parse_day("next fri", sunday, None, week_start) == fri
    assert week_of(fri, week_start) - week_of(sunday, week_start) == timedelta(days=7)
    assert parse_day("fri", sunday, None, week_start) == day(11, 27)


@pytest.mark.parametrize(("week_start", "end"), [(0, day(11, 22)), (6, day(11, 28)), (5, day(11, 27))])
def test_the_end_of_the_week_goes_by_its_first_day(week_start: int, end: date) -> None:
    assert parse_day("end of week", day(11, 22), None, week_start) == end


def test_quarters_and_years_go_by_the_fiscal_year() -> None:
    assert parse_day("end of quarter", SATURDAY, fiscal_start=2) == day(1, 31, 2027)
    assert parse_day("end of year", SATURDAY, fiscal_start=7) == day(6, 30, 2027)


@pytest.mark.parametrize(
    ("locale", "meant"),
    [
        ("en_US", day(12, 11)),
        ("en_GB", day(11, 12, 2027)),
        ("nb_NO", day(11, 12, 2027)),
        ("sv-SE", day(11, 12, 2027)),
        ("da_DK", day(11, 12, 2027)),
        ("nl_NL", day(11, 12, 2027)),
    ],
)
def test_figures_go_by_the_locale(locale: str, meant: date) -> None:
    assert parse_day("12/11", SATURDAY, locale) == meant
    assert parse_day("12.11.", SATURDAY, locale) == day(11, 12, 2027)


@pytest.mark.parametrize("locale", [None, "en", "C", "no_SUCH", "xx_YY", "../../etc"])
def test_figures_that_can_be_two_days_are_refused(locale: str | None) -> None:
    with pytest.raises(InvalidInput, match="'11/12' can be 11 Dec or 12 Nov") as caught:
        parse_day("11/12", SATURDAY, locale, field="due")
    assert caught.value.field == "due"
    assert "2026-12-12" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "No date is given"),
        ("   ", "No date is given"),
        ("31 feb", "no day of the calendar"),
        ("31.4.2027", "no day of the calendar"),
        ("29 feb", "does not exist in the next twelve months"),
        ("2027-02-29", "no day of the calendar"),
        ("13/13", "no day of the calendar"),
        ("0/5", "no day of the calendar"),
        ("0000-01-01", "no day of the calendar"),
        ("9999-12-31", "not between the years 1900 and 2200"),
        ("31.12.1899", "not between the years 1900 and 2200"),
        ("+999999y", "not between the years 1900 and 2200"),
        ("+999999d", "not between the years 1900 and 2200"),
        ("-999999w", "not between the years 1900 and 2200"),
        ("mon 27 nov", "27 Nov 2026 is a Fri"),
        ("december", "is not a date"),
        ("5", "is not a date"),
        ("+0x", "is not a date"),
        ("soon", "is not a date"),
        ("in 0 days", "is not a date"),
        ("fri; drop table deal", "is not a date"),
        ("x" * 10_000, "is not a date"),
        ("fri\x00", "is not a date"),
        ("\x1b[31mfri", "is not a date"),
        ("\ud800", "is not a date"),
        ("[b]fri[/b]", "is not a date"),
    ],
)
def test_what_is_refused_says_why_and_gives_examples(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as caught:
        parse_day(text, SATURDAY)
    assert "+2w" in caught.value.hint
    assert len(caught.value.message) < 160
    assert safe(caught.value)


def test_the_twenty_ninth_of_february_in_reach() -> None:
    assert parse_day("29 feb", date(2027, 3, 1)) == date(2028, 2, 29)
    assert parse_day("29 feb", date(2028, 2, 29)) == date(2028, 2, 29)
    assert parse_day("29 feb", date(2028, 3, 1), past=True) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        (day(1, 31, 2027), "+1m", day(2, 28, 2027)),
        (day(1, 31, 2028), "+1m", day(2, 29, 2028)),
        (day(2, 29, 2028), "+1y", day(2, 28, 2029)),
        (day(3, 31), "-1m", day(2, 28)),
        (day(12, 31), "+2m", day(2, 28, 2027)),
    ],
)
def test_months_end_where_a_shorter_month_ends(start: date, text: str, end: date) -> None:
    assert parse_day(text, start) == end


def test_what_was_done_lies_behind() -> None:
    assert parse_day("fri", SATURDAY, past=True) == day(11, 20)
    assert parse_day("sat", SATURDAY, past=True) == day(11, 14)
    assert parse_day("20 nov", SATURDAY, past=True) == day(11, 20)
    assert parse_day("12 dec", SATURDAY, past=True) == day(12, 12, 2025)


@given(meant=DAYS, today=DAYS)
def test_a_day_that_is_spelled_is_read_back(meant: date, today: date) -> None:
    spelled = spell_day(meant, today)
    past = meant < today
    # Without a year it is the nearest such day; the year is left out only within one.
    if spelled in {"today", "tomorrow", "yesterday"} or meant.year != today.year:
        assert parse_day(spelled, today) == meant
    else:
        assert parse_day(spelled, today, past=past) == meant


@given(meant=DAYS, today=DAYS, locale=st.sampled_from(LANGUAGES), width=st.sampled_from(["medium", "long"]))
def test_every_language_reads_back_what_it_writes(meant: date, today: date, locale: str, width: str) -> None:
    text = format_date(meant, width, locale=locale)
    assert parse_day(text, today, locale) == meant


@given(meant=DAYS, today=DAYS, locale=st.sampled_from(LANGUAGES))
def test_every_language_reads_back_its_whole_and_short_names(meant: date, today: date, locale: str) -> None:
    for pattern in ("EEEE d MMMM y", "EEE d. MMM y", "d/M/y" if day_first(locale) else "M/d/y", "y-MM-dd"):
        text = format_date(meant, pattern, locale=locale)
        assert parse_day(text, today, locale) == meant, text


@given(meant=DAYS, ahead=st.integers(0, 364), locale=st.sampled_from(LANGUAGES))
def test_without_a_year_it_is_the_next_such_day(meant: date, ahead: int, locale: str) -> None:
    today = meant - timedelta(days=ahead)
    assert parse_day(format_date(meant, "d MMM", locale=locale), today, locale) == meant
    assert parse_day(f"{meant.day}.{meant.month}.", today) == meant


@given(today=DAYS, count=st.integers(1, 3000), unit=st.sampled_from(["d", "w"]))
def test_steps_are_counted_exactly(today: date, count: int, unit: str) -> None:
    days = count * (7 if unit == "w" else 1)
    assert parse_day(f"+{count}{unit}", today) - today == timedelta(days=days)


@given(text=st.text(max_size=80), today=DAYS, past=st.booleans())
def test_any_text_is_a_day_or_is_refused(text: str, today: date, past: bool) -> None:
    found = read_or_refused(lambda: parse_day(text, today, past=past))
    assert safe(found) if isinstance(found, InvalidInput) else 1900 <= found.year <= 2200


@given(
    text=st.from_regex(
        r"\A(in |next |end of |\+)?[0-9]{0,3}[ ./-]?([a-z]{1,9}|[0-9]{1,4})[ ./-]?[0-9]{0,4}\Z"
    ),
    today=DAYS,
)
def test_near_misses_are_a_day_or_are_refused(text: str, today: date) -> None:
    found = read_or_refused(lambda: parse_day(text, today, "nb_NO"))
    assert safe(found) if isinstance(found, InvalidInput) else 1900 <= found.year <= 2200


def test_the_locale_comes_from_the_environment() -> None:
    assert locale_of({"LANG": "nb_NO.UTF-8"}) == "nb_NO"
    assert locale_of({"LANG": "en_US.UTF-8", "LC_TIME": "sv_SE@euro"}) == "sv_SE"
    assert locale_of({"LC_ALL": "C.UTF-8", "LANG": "nb_NO"}) is None
    assert locale_of({}) is None
    assert locale_of({"LANG": "en_US.UTF-8", "LC_NUMERIC": "de_DE"}, "LC_NUMERIC") == "de_DE"


def test_the_calendar_is_loaded_only_when_a_name_is_looked_up() -> None:
    script = (
        "import sys, datetime; from funnel_tui.domain import moments, phrases;"
        "phrases.parse_day('+3d', datetime.date(2026, 1, 1));"
        "print('babel' in sys.modules);"
        "phrases.parse_day('fri', datetime.date(2026, 1, 1)); print('babel' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert said.stdout.split() == ["False", "True"]
