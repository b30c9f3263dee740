"""Amounts as people type them into a form."""

from __future__ import annotations

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.money import Money
from funnel_tui.errors import InvalidInput
from funnel_tui.exchange.phrases import parse_money
from tests.phrases.reading import read_or_refused, safe


@pytest.mark.parametrize("locale", [None, "en_US", "nb_NO", "de_DE", "nl_NL", "sv_SE", "no_SUCH"])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("480k", Money(48_000_000, "NOK")),
        ("1.2m", Money(120_000_000, "NOK")),
        ("1,2m", Money(120_000_000, "NOK")),
        ("480 000,50", Money(48_000_050, "NOK")),
        ("480\u00a0000.50", Money(48_000_050, "NOK")),
        ("480,000.50", Money(48_000_050, "NOK")),
        ("480.000,50", Money(48_000_050, "NOK")),
        ("1.200", Money(120_000, "NOK")),
        ("1,200", Money(120_000, "NOK")),
        ("kr 5.555", Money(555_500, "NOK")),
        ("1,200,000", Money(120_000_000, "NOK")),
        ("0", Money(0, "NOK")),
        ("USD 5000", Money(500_000, "USD")),
        ("5000 usd", Money(500_000, "USD")),
        ("€ 5", Money(500, "EUR")),
        ("JPY 1,200", Money(1_200, "JPY")),
        ("5000,-", Money(500_000, "NOK")),
    ],
)
def test_what_an_amount_means(text: str, meant: Money, locale: str | None) -> None:
    assert parse_money(text, "NOK", locale) == meant


def test_three_decimals_where_a_currency_has_them() -> None:
    assert parse_money("1.200", "KWD") == Money(1_200, "KWD")
    assert parse_money("1.200", "KWD", "de_DE") == Money(1_200_000, "KWD")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "No amount is given"),
        ("-5", "is negative"),
        ("abc", "is not an amount"),
        ("5 apples", "is not an amount"),
        ("5.555.5", "is not an amount"),
        ("1.25k5", "is not an amount"),
        ("9" * 40, "is too large"),
        ("5\x00", "is not an amount"),
        ("12e9", "shortened number"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as caught:
        parse_money(text, "NOK", field="price")
    assert caught.value.field == "price"
    assert "480k" in caught.value.hint
    assert "--" not in str(caught.value)


def test_an_amount_needs_a_currency() -> None:
    with pytest.raises(InvalidInput, match="The amount has no currency"):
        parse_money("5000", None)
    assert parse_money("EUR 5000", None) == Money(500_000, "EUR")


@given(minor=st.integers(0, 10**15), locale=st.sampled_from(["en_US", "nb_NO", "sv_SE", "da_DK", "nl_NL"]))
def test_every_locale_reads_back_what_it_writes(minor: int, locale: str) -> None:
    text = format_decimal(Money(minor, "EUR").text, "#,##0.00", locale=locale)
    assert parse_money(text, "EUR", locale) == Money(minor, "EUR")


@given(text=st.text(max_size=40))
def test_any_text_is_an_amount_or_is_refused(text: str) -> None:
    found = read_or_refused(lambda: parse_money(text, "EUR"))
    assert safe(found) if isinstance(found, InvalidInput) else found.minor >= 0
