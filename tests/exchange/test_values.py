"""Text, currencies, status words and flags."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.status import DealStatus
from funnel_tui.exchange.values import (
    BadValue,
    clean_text,
    nearest,
    parse_currency,
    parse_flag,
    status_word,
    visible,
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Acme \n", "Acme"),
        ("Bjørn & Søn", "Bjørn & Søn"),
        ("e\u0301", "é"),
        ("Acme [/EU]", "Acme [/EU]"),
        ("\u00a0Acme\u202f", "Acme"),
        ("שלום 👩‍💻", "שלום 👩‍💻"),
        ("   ", ""),
        ("=1+1", "=1+1"),
    ],
)
def test_text_is_cleaned(text: str, clean: str) -> None:
    assert clean_text(text, 200) == clean


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\x1b[2Jb", "has a control character in it (U+001B)"),
        ("a\x00b", "has a control character in it (U+0000)"),
        ("a\x9bb", "has a control character in it (U+009B)"),
        ("a\nb", "has a line break in it"),
        ("a\rb", "has a line break in it"),
        ("a\tb", "has a tab in it"),
        ("a\ud800b", "has half a character in it (U+D800)"),
        ("x" * 201, "has 201 characters; at most 200 are allowed"),
        ("ø" * 201, "has 201 characters; at most 200 are allowed"),
    ],
)
def test_text_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        clean_text(text, 200)
    assert caught.value.reason == reason


def test_notes_keep_lines_and_tabs() -> None:
    assert clean_text("one\r\ntwo\rthree\n\tfour", 100, note=True) == "one\ntwo\nthree\n\tfour"
    with pytest.raises(BadValue, match="control character"):
        clean_text("one\n\x07", 100, note=True)


def test_the_limit_counts_composed_characters() -> None:
    assert clean_text("e\u0301" * 200, 200) == "é" * 200


@given(st.text(max_size=50))
def test_clean_text_is_harmless_and_stays_as_it_is(text: str) -> None:
    try:
        clean, reason = clean_text(text, 100), ""
    except BadValue as error:
        clean, reason = "", error.reason
    assert reason.isprintable()
    assert clean == unicodedata.normalize("NFC", clean) == clean.strip()
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in clean)
    assert clean_text(clean, 100) == clean


@given(st.text(max_size=300))
def test_visible_text_never_reaches_the_terminal_as_control(text: str) -> None:
    shown = visible(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in shown)


@pytest.mark.parametrize(
    ("text", "code"), [("USD", "USD"), (" nok ", "NOK"), ("Eur", "EUR"), ("DEM", "DEM"), ("VEB", "VEB")]
)
def test_currencies(text: str, code: str) -> None:
    assert parse_currency(text) == code


@pytest.mark.parametrize(
    ("text", "hint"),
    [("NKO", "did you mean"), ("EURO", "three letters"), ("$", "three letters"), ("", "three")],
)
def test_unknown_currencies(text: str, hint: str) -> None:
    with pytest.raises(BadValue, match=f"no currency is called .*{hint}"):
        parse_currency(text)


@pytest.mark.parametrize(("text", "near"), [("UDS", "USD"), ("NKO", "NOK"), ("ERU", "EUR")])
def test_a_currency_of_today_is_suggested(text: str, near: str) -> None:
    with pytest.raises(BadValue, match=f"did you mean {near}"):
        parse_currency(text)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Won", DealStatus.WON),
        ("closed won", DealStatus.WON),
        ("Closed-Won", DealStatus.WON),
        ("closedwon", DealStatus.WON),
        ("LOST", DealStatus.LOST),
        ("Closed  Lost", DealStatus.LOST),
        ("open", DealStatus.OPEN),
        ("Negotiation", None),
        ("", None),
    ],
)
def test_status_words(word: str, status: DealStatus | None) -> None:
    assert status_word(word) is status


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("1", True),
        ("true", True),
        (" TRUE ", True),
        ("yes", True),
        ("0", False),
        ("false", False),
        ("", False),
    ],
)
def test_flags(text: str, flag: bool) -> None:
    assert parse_flag(text) is flag


def test_a_flag_that_is_none() -> None:
    with pytest.raises(BadValue, match="'maybe' is neither"):
        parse_flag("maybe")


def test_nearest_ignores_case_and_gives_nothing_far_away() -> None:
    assert nearest("PROPOSL", ["Lead", "Proposal"]) == "Proposal"
    assert nearest("xyz", ["Lead", "Proposal"]) == ""
