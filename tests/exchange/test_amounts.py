"""Amounts, rates and probabilities, exact to the last minor unit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.money import MAX_MINOR, exponent
from funnel_tui.errors import UsageError
from funnel_tui.exchange.amounts import (
    DEFAULT_MARKS,
    NumberMarks,
    marks_for,
    parse_amount,
    parse_number,
    parse_probability,
    parse_rate,
)
from funnel_tui.exchange.values import BadValue


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1234.5", 123450),
        ("1234", 123400),
        ("0", 0),
        ("-0", 0),
        ("+5", 500),
        (".5", 50),
        ("5.", 500),
        ("1,234.50", 123450),
        ("1,234", 123400),
        ("1,234,567.89", 123456789),
        ("1 234.50", 123450),
        ("1\u00a0234.50", 123450),
        ("1\u202f234\u202f567", 123456700),
        ("1'234.50", 123450),
        ("480k", 48_000_000),
        ("480 K", 48_000_000),
        ("1.2m", 120_000_000),
        ("5mill", 500_000_000),
        ("5 mill.", 500_000_000),
        ("2 mio usd", 200_000_000),
        ("3 mln", 300_000_000),
        ("1bn", 100_000_000_000),
        ("1.5 Mrd", 150_000_000_000),
        ("1.2345678m", 123_456_780),
        ("10.50000", 1050),
        ("1124741.15", 112474115),
        ("USD 5000", 500_000),
        ("usd5000", 500_000),
        ("5000 USD", 500_000),
        ("$1,000", 100_000),
        ("$ 1 000", 100_000),
        ("1.5M USD", 150_000_000),
        ("5000,-", 500_000),
        (" 007 ", 700),
        ("10000000000000.00", MAX_MINOR),
    ],
)
def test_amounts_in_the_default_punctuation(text: str, minor: int) -> None:
    assert parse_amount(text, fallback="USD") == (minor, "USD")


@pytest.mark.parametrize(
    ("text", "locale", "minor"),
    [
        ("1.234,50", "de_DE", 123450),
        ("1.234", "de_DE", 123400),
        ("1234,5", "de-DE", 123450),
        ("1 234,50", "nb_NO", 123450),
        ("1\u00a0234,50", "nb_NO", 123450),
        ("1\u202f234,50", "fr_FR", 123450),
        ("1’234.50", "de_CH", 123450),
        ("12,34,567.5", "en_IN", 123456750),
        ("1,234.50", "en_US", 123450),
        ("$1.000", "de_DE", 100_000),
    ],
)
def test_amounts_in_other_punctuations(text: str, locale: str, minor: int) -> None:
    assert parse_amount(text, marks_for(locale), fallback="USD") == (minor, "USD")


def test_marks_can_be_told() -> None:
    assert parse_amount("1.234,50", marks_for(None, ","), fallback="EUR") == (123450, "EUR")
    assert parse_amount("1,234.50", marks_for("de_DE", "."), fallback="EUR") == (123450, "EUR")
    with pytest.raises(UsageError, match="is not a decimal mark"):
        marks_for(None, ";")


@pytest.mark.parametrize("locale", ["xx_YY", "klingon", "", "de_DE_x_y_z_1"])
def test_unknown_locale(locale: str) -> None:
    with pytest.raises(UsageError, match="No locale is called"):
        marks_for(locale)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,23", r"'1,23' is not an amount with '\.' for decimals and ',' for thousands; .*--locale"),
        ("1.234,50", "--locale"),
        ("1,2345", "--locale"),
        ("12,34,567", "--locale"),
        ("1 23", "--locale"),
        ("1,234 567", "--locale"),
        ("10.005", r"more decimals than USD has \(2\).*--locale"),
        ("1.234", "--locale"),
        ("12abc", "'12abc' is not an amount"),
        ("abc", "'abc' is not an amount"),
        ("12 monkeys", "is not an amount"),
        ("12 millions", "is not an amount"),
        ("5 XYZ", "is not an amount"),
        ("USD 5 EUR", "is not an amount"),
        ("nan", "is not an amount"),
        ("inf", "is not an amount"),
        ("-Infinity", "is not an amount"),
        ("5E+06", "shortened number"),
        ("1e5", "'1e5' is a shortened number, write all its digits, such as 100000"),
        ("(100)", "negative"),
        ("($100)", "negative"),
        ("-100", "negative"),
        ("\u2212100", "negative"),
        ("-$5", "negative"),
        ("$-5", "negative"),
        ("--5", "is not an amount"),
        ("(5", "is not an amount"),
        ("$", "is not an amount"),
        ("1%", "is not an amount"),
        ("١٢٣", "is not an amount"),
        ("²", "is not an amount"),
        ("10000000000000.01", "too large; at most 10,000,000,000,000 USD"),
        ("9" * 80, "too"),
        ("9" * 500, "is not an amount"),
        ("5\x1b[2J", r"\\x1b"),
    ],
)
def test_refused_amounts(text: str, reason: str) -> None:
    with pytest.raises(BadValue, match=reason) as caught:
        parse_amount(text, fallback="USD")
    assert caught.value.reason.isprintable()


@pytest.mark.parametrize("text", ["(100)", "-100", "($100)", "$-100", "-$100"])
def test_an_amount_is_zero_or_more(text: str) -> None:
    with pytest.raises(BadValue, match="is negative; an amount is zero or more"):
        parse_amount(text, fallback="USD")


@pytest.mark.parametrize(
    ("text", "currency", "fallback", "result"),
    [
        ("5000", "JPY", "USD", (5000, "JPY")),
        ("5000.00", "JPY", None, (5000, "JPY")),
        ("1.5", "BHD", None, (1500, "BHD")),
        ("1.2345", "CLF", None, (12345, "CLF")),
        ("€5", None, "USD", (500, "EUR")),
        ("EUR 5", None, "USD", (500, "EUR")),
        ("$5", None, "CAD", (500, "CAD")),
        ("$5", None, "NOK", (500, "USD")),
        ("$5", "AUD", "NOK", (500, "AUD")),
        ("kr 5", None, "SEK", (500, "SEK")),
        ("5 kr", "DKK", "NOK", (500, "DKK")),
        ("¥5", None, "CNY", (500, "CNY")),
        ("¥5", None, None, (5, "JPY")),
        ("5 zł", None, None, (500, "PLN")),
    ],
)
def test_currency_of_an_amount(
    text: str, currency: str | None, fallback: str | None, result: tuple[int, str]
) -> None:
    assert parse_amount(text, currency=currency, fallback=fallback) == result


@pytest.mark.parametrize(
    ("text", "currency", "fallback", "reason"),
    [
        ("$5", "NOK", None, "another currency than the row, which says NOK"),
        ("EUR 5", "USD", None, "another currency than the row"),
        ("kr 5", None, "USD", "'kr' can be NOK, SEK, DKK, ISK; say --currency"),
        ("5", None, None, "has no currency; say --currency"),
        ("1.5", "JPY", None, r"more decimals than JPY has \(0\)"),
    ],
)
def test_refused_currencies(text: str, currency: str | None, fallback: str | None, reason: str) -> None:
    with pytest.raises(BadValue, match=reason):
        parse_amount(text, currency=currency, fallback=fallback)


CURRENCIES = st.sampled_from(["USD", "NOK", "JPY", "BHD", "CLF", "EUR"])
LOCALES = st.sampled_from(["en_US", "de_DE", "nb_NO", "fr_FR", "de_CH", "en_IN", "sv_SE", "pt_BR", "it_IT"])


@given(st.integers(0, MAX_MINOR), CURRENCIES, LOCALES)
def test_what_a_locale_writes_reads_back(minor: int, currency: str, locale: str) -> None:
    places = exponent(currency)
    number = Decimal(f"{minor}E-{places}")
    text = format_decimal(number, locale=locale, decimal_quantization=False)
    assert parse_amount(text, marks_for(locale), fallback=currency) == (minor, currency)
    assert parse_amount(f"{currency} {text}", marks_for(locale)) == (minor, currency)


@given(st.integers(0, MAX_MINOR), CURRENCIES, st.integers(0, 5), st.sampled_from(["", " ", "\u00a0"]))
def test_plain_numbers_read_back(minor: int, currency: str, zeros: int, space: str) -> None:
    places = exponent(currency)
    text = f"{Decimal(minor).scaleb(-places):.{places + zeros}f}"
    assert parse_amount(f"{text}{space}{currency}") == (minor, currency)
    assert parse_amount(text, currency=currency) == (minor, currency)


@given(st.text(alphabet="0123456789.,-+() '$€kKmMUSDE%\u00a0\u2212xe", max_size=20))
def test_any_text_gives_an_amount_or_a_reason(text: str) -> None:
    for marks in (DEFAULT_MARKS, NumberMarks(",", ".")):
        try:
            minor, currency = parse_amount(text, marks, fallback="USD")
            reason = ""
        except BadValue as error:
            minor, currency, reason = 0, "", error.reason
        assert reason.isprintable()
        assert 0 <= minor <= MAX_MINOR
        assert bool(reason) != (len(currency) == 3)


@given(st.text(alphabet="0123456789., ", min_size=1, max_size=12))
def test_an_amount_never_means_two_things(text: str) -> None:
    """Whatever is accepted is the number that is left when the thousands marks are taken away."""
    try:
        minor, _ = parse_amount(text, fallback="USD")
    except BadValue:
        return
    plain = text.replace(",", "").replace(" ", "")
    assert Decimal(minor) == Decimal(plain if plain != "." else "0") * 100


@pytest.mark.parametrize(
    ("text", "rate"),
    [("1.0002", "1.0002"), ("105.7159", "105.7159"), ("1", "1"), (" 0.000000000001 ", "0.000000000001")],
)
def test_rates(text: str, rate: str) -> None:
    assert parse_rate(text) == Decimal(rate)
    assert str(parse_rate(text)) == str(Decimal(rate))


def test_rates_of_other_punctuation() -> None:
    assert parse_rate("1,5", NumberMarks(",", ".")) == Decimal("1.5")


@pytest.mark.parametrize("text", ["0", "-1", "abc", "1,5", "nan", "10000000", "0.0000000000001", "1e3", ""])
def test_refused_rates(text: str) -> None:
    with pytest.raises(BadValue):
        parse_rate(text)


def test_numbers_are_kept_exactly() -> None:
    text = "12345678901234567890.123456789012345678901234567890"
    assert str(parse_number(text)) == text


@pytest.mark.parametrize(
    ("text", "fraction", "points"),
    [
        ("50", False, 5000),
        ("50 %", False, 5000),
        ("50%", True, 5000),
        ("0", False, 0),
        ("100", False, 10_000),
        ("0.5", True, 5000),
        ("1", True, 10_000),
        ("0.5", False, 50),
        ("33.335", False, 3334),
        ("0.123449", True, 1234),
    ],
)
def test_probabilities(text: str, fraction: bool, points: int) -> None:
    assert parse_probability(text, fraction=fraction) == points


@pytest.mark.parametrize(
    ("text", "fraction"), [("101", False), ("100.004", False), ("50", True), ("-1", False), ("half", False)]
)
def test_refused_probabilities(text: str, fraction: bool) -> None:
    with pytest.raises(BadValue, match="is not a probability"):
        parse_probability(text, fraction=fraction)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("20565.6206", "USD", 2_056_562),
        ("14203.458", "USD", 1_420_346),
        ("10.005", "USD", 1_001),
        ("10.00499999", "USD", 1_000),
        ("0.5", "JPY", 1),
        ("0.4999", "JPY", 0),
        ("10.12", "USD", 1_012),
        ("1.23456k", "EUR", 123_456),
    ],
)
def test_too_many_decimals_are_rounded_half_up_where_asked(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency=currency, rounded=True) == (minor, currency)
