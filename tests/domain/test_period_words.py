"""Periods in words: what they stand for, in five languages, and what is refused."""

from __future__ import annotations

import gettext
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.dialogs.scope import PERIOD_HELP
from funnel_tui.domain.period import HINT, WORDS_HINT, Period, PeriodKind
from funnel_tui.domain.period_words import SHOWN, shown_words
from funnel_tui.domain.scope import Scope, TeamSettings, compared_period
from funnel_tui.errors import UsageError
from funnel_tui.language import LANGUAGES, LOCALES

TODAY = date(2026, 11, 22)
"""A Sunday."""
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
FISCAL = st.integers(1, 12)
SPANS = ("week", "month", "quarter", "year")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("today", "2026-11-22..2026-11-22"),
        ("yesterday", "2026-11-21..2026-11-21"),
        ("tomorrow", "2026-11-23..2026-11-23"),
        ("this week", "2026-W47"),
        ("last week", "2026-W46"),
        ("next week", "2026-W48"),
        ("this month", "2026-11"),
        ("  Last   MONTH ", "2026-10"),
        ("previous month", "2026-10"),
        ("the next month", "2026-12"),
        ("this quarter", "2026-Q4"),
        ("current quarter", "2026-Q4"),
        ("last quarter", "2026-Q3"),
        ("next quarter", "2027-Q1"),
        ("this year", "2026"),
        ("last year", "2025"),
        ("next year", "2027"),
        ("ytd", "2026-01-01..2026-11-22"),
        ("year to date", "2026-01-01..2026-11-22"),
        ("qtd", "2026-10-01..2026-11-22"),
        ("mtd", "2026-11-01..2026-11-22"),
        ("wtd", "2026-11-16..2026-11-22"),
        ("last 30 days", "2026-10-24..2026-11-22"),
        ("last 1 day", "2026-11-22..2026-11-22"),
        ("next 30 days", "2026-11-22..2026-12-21"),
        ("last 2 weeks", "2026-11-02..2026-11-15"),
        ("last 12 months", "2025-11-01..2026-10-31"),
        ("last 1 month", "2026-10"),
        ("next 2 months", "2026-12-01..2027-01-31"),
        ("last 4 quarters", "2025-10-01..2026-09-30"),
        ("last 3 years", "2023-01-01..2025-12-31"),
    ],
)
def test_what_words_stand_for(text: str, name: str) -> None:
    assert Period.parse(text, 1, TODAY).name == name


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("today", "i dag|idag|vandaag"),
        ("yesterday", "i går|igår|gisteren"),
        ("this week", "denne uka|denne uken|denna vecka|den här veckan|denne uge|deze week"),
        ("last week", "forrige uke|förra veckan|sidste uge|vorige week"),
        ("next week", "neste uke|nästa vecka|næste uge|volgende week"),
        ("this month", "denne måneden|denna månad|den här månaden|denne måned|deze maand"),
        ("last month", "forrige måned|siste måned|förra månaden|sidste måned|vorige maand|afgelopen maand"),
        ("this quarter", "dette kvartalet|detta kvartal|dette kvartal|dit kwartaal"),
        ("last quarter", "forrige kvartal|förra kvartalet|sidste kvartal|vorig kwartaal"),
        ("this year", "i år|dette året|dit jaar"),
        ("last year", "i fjor|i fjol|forrige år|förra året|sidste år|vorig jaar"),
        ("next year", "neste år|nästa år|næste år|volgend jaar"),
        ("ytd", "hittil i år|hittills i år|år til dato|tot nu toe dit jaar"),
        ("last 30 days", "siste 30 dager|de siste 30 dagene|senaste 30 dagarna|sidste 30 dage"),
        ("last 30 days", "de laatste 30 dagen|afgelopen 30 dagen"),
        ("last 12 months", "siste 12 måneder|senaste 12 månaderna|seneste 12 måneder|laatste 12 maanden"),
    ],
)
def test_words_of_every_language_are_kept_in_english(english: str, said: str) -> None:
    wanted = Period.parse(english, 1, TODAY)
    assert wanted.words == english
    for text in said.split("|"):
        found = Period.parse(text, 1, TODAY)
        assert (found, found.words) == (wanted, english), text
        assert Period.parse(text.upper(), 1, TODAY) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("last 0 days", "has no days"),
        ("last 00 months", "has no days"),
        ("last 99999 years", "outside the years 1901 to 2199"),
        ("next 999999 days", "outside the years"),
        ("last " + "9" * 40 + " days", "outside the years"),
        ("last " + "9" * 4000 + " days", "not understood"),
        ("lats month", "not understood"),
        ("last 30 minutes", "not understood"),
        ("last -3 days", "not understood"),
        ("last 2.5 weeks", "not understood"),
        ("this 3 weeks", "not understood"),
        ("last", "not understood"),
        ("month", "not understood"),
        ("", "not understood"),
    ],
)
def test_what_is_refused_says_why_and_gives_examples(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Period.parse(text, 1, TODAY)
    assert said in refused.value.message
    assert repr(text) in refused.value.message
    assert "last 30 days" in refused.value.hint


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_examples_of_every_language_are_understood(language: str) -> None:
    texts = gettext.translation("funnel_tui", LOCALES, [language])
    assert texts.gettext(PERIOD_HELP) != PERIOD_HELP
    lines = texts.gettext(PERIOD_HELP).split("\n")
    assert all(len(line) <= 58 for line in lines), "they fit below the field"
    typed = lines[1].split(", ")
    assert [Period.parse(text, 1, TODAY).typed for text in typed] == [
        *("2026-W12", "this week", "last month", "last 7 days", "ytd")
    ]
    for hint in (WORDS_HINT, HINT):
        said = texts.gettext(hint)
        assert said != hint
        assert "2026-W12" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_are_shown_are_understood(language: str) -> None:
    texts = gettext.translation("funnel_tui", LOCALES, [language], fallback=language == "en")
    for english in SHOWN:
        shown = texts.gettext(english).format(n=7)
        assert (shown == english.format(n=7)) == (language == "en"), shown
        assert Period.parse(shown, 1, TODAY).words == english.format(n=7)


def test_words_are_shown_with_their_number() -> None:
    assert shown_words("last 30 days") == "last 30 days"
    assert shown_words("this week") == "this week"
    assert [shown_words(text) for text in ("ytd", "last 1 day", "2026-03")] == [
        "ytd",
        "last 1 day",
        "2026-03",
    ]


def test_without_a_day_to_count_from_words_are_no_period() -> None:
    with pytest.raises(UsageError) as refused:
        Period.parse("last month")
    assert "last" not in refused.value.hint


@given(DAYS, FISCAL, st.sampled_from(SPANS))
def test_this_last_and_next_touch(today: date, fiscal: int, span: str) -> None:
    last, this, following = (
        Period.parse(f"{which} {span}", fiscal, today) for which in ("last", "this", "next")
    )
    assert this.start <= today < this.end
    assert (last.end, this.end) == (this.start, following.start)
    assert last.kind is this.kind is following.kind is PeriodKind(span)
    assert (last.shifted(1), following.previous()) == (this, this)
    if span == "year":
        assert this.start.month == fiscal
    counted = Period.parse(f"last 5 {span}s", fiscal, today)
    assert (counted.end, counted.start) == (this.start, this.shifted(-5).start)
    ahead = Period.parse(f"next 5 {span}s", fiscal, today)
    assert (ahead.start, ahead.last) == (this.end, this.shifted(5).last)
    short = {"week": "wtd", "month": "mtd", "quarter": "qtd", "year": "ytd"}[span]
    to_date = Period.parse(short, fiscal, today)
    assert (to_date.start, to_date.last) == (this.start, today)


@given(DAYS, FISCAL, st.integers(1, 2000))
def test_days_end_or_begin_with_today_and_step_by_their_number(today: date, fiscal: int, count: int) -> None:
    last, ahead = (Period.parse(f"{which} {count} days", fiscal, today) for which in ("last", "next"))
    assert (last.last, ahead.start) == (today, today)
    assert (last.end - last.start).days == (ahead.end - ahead.start).days == count
    for period in (last, ahead):
        assert period.previous().end == period.start
        assert period.previous().shifted(1) == period
        assert period.shifted(1).words == "", "what was stepped to is no longer the last days"


@given(DAYS, FISCAL, st.sampled_from(["today", "last month", "next quarter", "ytd", "last 30 days", "wtd"]))
def test_words_are_read_back_and_move_on(today: date, fiscal: int, words: str) -> None:
    period = Period.parse(words, fiscal, today)
    assert period.typed == period.words == words
    assert Period.parse(period.typed, fiscal, today) == period
    assert Period.parse(period.name, fiscal).typed == period.name
    later = today + timedelta(days=400)
    settings = TeamSettings(time_zone="Asia/Tokyo", fiscal_start=fiscal)
    noon = (later - date(1970, 1, 1)).days * 86_400
    for compare in (None, period.previous()):
        moved = Scope(period=period, compare=compare).settled(settings, noon)
        assert moved.period == Period.parse(words, fiscal, later)
        assert moved.compare == (None if compare is None else moved.period.previous())


def test_the_day_is_that_of_the_team() -> None:
    at = 1_774_987_200  # 2026-03-31 20:00 UTC
    assert TeamSettings(time_zone="UTC").day(at) == date(2026, 3, 31)
    assert TeamSettings(time_zone="Asia/Tokyo").day(at) == date(2026, 4, 1)
    scope = Scope(period=Period.parse("this month", 1, TODAY), as_of=at)
    assert scope.settled(TeamSettings(time_zone="Asia/Tokyo"), 0).period == Period.month(2026, 4)
    assert scope.settled(TeamSettings(time_zone="America/New_York"), 0).period == Period.month(2026, 3)


def test_a_compared_period() -> None:
    month = Period.month(2026, 3)
    assert compared_period("previous", month, 1, TODAY) == Period.month(2026, 2)
    assert compared_period("year-before", month, 1, TODAY) == Period.month(2025, 3)
    assert compared_period("last month", month, 1, TODAY) == Period.month(2026, 10)
    with pytest.raises(UsageError, match="nothing comes before all time"):
        compared_period("previous", Period.all_time(), 1, TODAY)
