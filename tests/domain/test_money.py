"""Money: minor units, exact text, rates in both directions and missing ones (METRICS M7, M12)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.money import MAX_MINOR, RATE_SCALE, Money, Rates, exponent, round_half_up

# Babel gives the decimals that are customary. For these that is fewer than the minor unit of ISO 4217 has,
# which amounts are counted in.
CUSTOMARY = {
    *("AFN", "ALL", "IQD", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SLL", "SOS", "SYP", "YER"),
}
GONE = {"ADP", "BYR", "ESP", "ITL", "LUF", "MGF", "MRO", "STD", "TMM", "TRL", "ZMK", "ZWD"}
"""Currencies that are no more."""


def test_the_table_of_decimals_is_that_of_babel() -> None:
    known = list_currencies("en")
    assert len(known) > 250
    other = {code for code in known if exponent(code) != get_currency_precision(code)}
    assert other == CUSTOMARY | GONE
    assert {exponent(code) for code in other - {"IQD"}} == {2}
    assert exponent("IQD") == 3


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (48_000_000, "NOK", "480000.00"),
        (5, "EUR", "0.05"),
        (0, "EUR", "0.00"),
        (-5, "EUR", "-0.05"),
        (-12_345, "BHD", "-12.345"),
        (12_345, "JPY", "12345"),
        (-7, "JPY", "-7"),
        (1, "CLF", "0.0001"),
        (MAX_MINOR, "USD", "10000000000000.00"),
    ],
)
def test_text(minor: int, currency: str, text: str) -> None:
    assert Money(minor, currency).text == text


@given(st.integers(-(10**18), 10**18), st.sampled_from(["EUR", "JPY", "BHD", "CLF"]))
def test_text_is_exact(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Decimal(money.text) == Decimal(minor).scaleb(-exponent(currency))
    assert money.major * 10 ** exponent(currency) == minor


@given(st.fractions(), st.integers(1, 10**6))
def test_halves_go_away_from_zero(value: Fraction, size: int) -> None:
    rounded = round_half_up(value)
    assert abs(rounded - value) <= Fraction(1, 2)
    assert round_half_up(-value) == -rounded
    assert round_half_up(Fraction(2 * size + 1, 2)) == size + 1
    decimal = Decimal(size) / 8
    assert round_half_up(Fraction(decimal)) == int(decimal.quantize(Decimal(1), ROUND_HALF_UP))


def test_rates_in_both_directions() -> None:
    rates = Rates.build("EUR", [("USD", "EUR", 10, RATE_SCALE // 2), ("EUR", "USD", 20, 4 * RATE_SCALE)])
    assert rates.rate("USD", 9) is None
    assert rates.rate("USD", 10) == rates.rate("USD", 19) == Fraction(1, 2)
    assert rates.rate("USD", 20) == Fraction(1, 4)
    assert rates.convert(100, "USD", 15) == 50
    assert rates.convert(100, "USD", 99) == 25
    assert rates.convert(100, "USD", 0) is None
    assert rates.convert(100, "NOK", 15) is None
    assert rates.convert(100, "EUR", -99_999) == 100


def test_a_direct_rate_wins_on_the_same_day() -> None:
    rows = [("EUR", "USD", 10, 4 * RATE_SCALE), ("USD", "EUR", 10, RATE_SCALE // 2)]
    for order in (rows, rows[::-1]):
        assert Rates.build("EUR", order).rate("USD", 10) == Fraction(1, 2)


def test_rates_between_two_other_currencies_are_not_used() -> None:
    assert Rates.build("EUR", [("USD", "NOK", 10, RATE_SCALE)]).rate("USD", 10) is None


@pytest.mark.parametrize(
    ("base", "currency", "rate", "minor", "found"),
    [
        ("EUR", "JPY", Fraction(6, 1000), 1_000, 600),
        ("JPY", "EUR", Fraction(165), 100, 165),
        ("JPY", "EUR", Fraction(165), 1, 2),
        ("BHD", "JPY", Fraction(25, 10_000), 1_000, 2_500),
        ("JPY", "BHD", Fraction(400), 1_234, 494),
        ("EUR", "USD", Fraction(1, 2), 1, 1),
        ("EUR", "USD", Fraction(1, 2), MAX_MINOR, MAX_MINOR // 2),
        ("EUR", "CLF", Fraction(38), 10_000, 3_800),
    ],
)
def test_decimals_of_both_currencies_count(
    base: str, currency: str, rate: Fraction, minor: int, found: int
) -> None:
    rates = Rates.build(base, [(currency, base, 0, int(rate * RATE_SCALE))])
    assert rates.convert(minor, currency, 0) == found


@given(st.integers(0, MAX_MINOR), st.integers(1, 10**15), st.booleans())
def test_conversion_is_exact_until_its_end(minor: int, scaled: int, direct: bool) -> None:
    pair = ("USD", "EUR") if direct else ("EUR", "USD")
    rates = Rates.build("EUR", [(*pair, 0, scaled)])
    exact = minor * (Fraction(scaled, RATE_SCALE) if direct else Fraction(RATE_SCALE, scaled))
    assert rates.exact(minor, "USD", 0) == exact
    assert rates.convert(minor, "USD", 0) == round_half_up(exact)


@given(st.lists(st.integers(-50, 50), unique=True), st.integers(-60, 60))
def test_the_latest_rate_up_to_the_day_holds(days: list[int], day: int) -> None:
    rates = Rates.build("EUR", [("USD", "EUR", one, (one + 100) * RATE_SCALE) for one in days])
    known = [one for one in days if one <= day]
    assert rates.rate("USD", day) == (max(known) + 100 if known else None)
