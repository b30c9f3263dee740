"""The JSON of a report: the fields of the contract, exact values, nothing that steers a terminal."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.exchange.writers import to_json
from tests.cli import samples


def read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def test_the_fields_of_the_contract_in_their_order() -> None:
    made = read(to_json(samples.funnel()))
    assert list(made) == ["report", "as_of", "scope", "rows", "totals", "notes"]
    assert made["report"] == "funnel"
    assert made["as_of"] == "2026-04-01T00:00:00Z"
    assert made["scope"] == {"pipelines": ["Enterprise"], "owner": None, "value": False}
    assert made["notes"] == ["12 visits are assumed."]
    assert list(made["rows"][0]) == [column.name for column in samples.FUNNEL]
    assert made["totals"] == {
        "deals": 1234,
        "won": 2,
        "overall": Decimal("0.001620746"),
        "lowest_stage": "Lead",
    }


def test_values() -> None:
    first, second, empty = read(to_json(samples.funnel()))["rows"]
    assert first["conversion"] == Decimal("0.833063209")
    assert second["conversion"] == Decimal("0.666666667")
    assert first["reached_amount"] == {"minor": 9876543210, "currency": "NOK", "text": "98765432.10"}
    assert first["days_mean"] == Decimal("13.625")
    assert empty["conversion"] is None
    assert empty["reached_amount"] == {"minor": 0, "currency": "NOK", "text": "0.00"}
    assert empty["oldest_days"] is None
    assert second["stage"] == "日本 proposal"


def test_ratios_always_have_at_least_six_decimals() -> None:
    row = {**samples.STAGES[0], "conversion": Fraction(1)}
    assert '"conversion": 1.000000000' in to_json(samples.funnel(rows=[row]))


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_fractions_are_rounded_half_up_at_nine_decimals(value: Fraction) -> None:
    row = {**samples.STAGES[0], "conversion": value}
    written = read(to_json(samples.funnel(rows=[row])))["rows"][0]["conversion"]
    assert abs(Fraction(written) - value) * 2 * 10**9 <= 1


def test_half_goes_away_from_zero() -> None:
    for value, text in ((Fraction(5, 10**10), "0.000000001"), (Fraction(-5, 10**10), "-0.000000001")):
        row = {**samples.STAGES[0], "conversion": value}
        assert f'"conversion": {text}' in to_json(samples.funnel(rows=[row]))


def test_a_row_is_one_line_and_rows_are_cut_to_the_contract() -> None:
    rows = [{**row, "secret": "not in the contract"} for row in samples.STAGES]
    text = to_json(samples.funnel(rows=rows))
    assert "secret" not in text
    assert sum(line.startswith('    {"stage"') for line in text.splitlines()) == 3


def test_a_list_and_a_missing_field() -> None:
    row = {"stage": "Lead", "conversion": [Fraction(1, 2), None]}
    made = read(to_json(samples.funnel(rows=[row])))["rows"][0]
    assert made["conversion"] == [Decimal("0.5"), None]
    assert made["reached"] is None


def test_compare_has_the_same_shape_and_the_benchmark() -> None:
    made = read(to_json(samples.compared_funnel()))
    assert list(made)[-1] == "compare"
    then = made["compare"]
    assert list(then) == ["scope", "rows", "totals", "notes", "benchmark"]
    assert [row["reached"] for row in then["rows"]] == [1244, 13, 10]
    assert list(then["rows"][0]) == list(made["rows"][0])
    assert list(then["totals"]) == list(made["totals"])
    assert then["benchmark"][0] == {
        "stage": "Lead",
        "figure": "reached",
        "now": 1234,
        "then": 1244,
        "difference": -10,
        "relative": Decimal("-0.008038585"),
        "shortfall": 10,
    }


def test_user_text_is_kept_but_steers_no_terminal() -> None:
    text = to_json(samples.stuck())
    assert json.loads(text)["rows"][0]["deal"] == samples.ESCAPES
    assert all(char == "\n" or char.isprintable() for char in text)
    assert "Bjørn" in text
    assert json.loads(to_json(samples.stuck("half \ud800")))["rows"][0]["deal"] == "half \ud800"
    to_json(samples.stuck("half \ud800")).encode("utf-8")


def test_no_rows() -> None:
    made = read(to_json(samples.funnel(rows=(), notes=())))
    assert made["rows"] == []
    assert made["notes"] == []


def test_a_float_is_a_fault_not_a_figure() -> None:
    with pytest.raises(ValueError, match="range"):
        to_json(samples.funnel(totals={"overall": float("nan")}))
