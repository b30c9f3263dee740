"""The CSV of a report: RFC 4180, exact amounts, no formulas."""

from __future__ import annotations

import csv
import io

from funnel_tui.exchange.writers import plain, to_csv
from tests.cli import samples


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_golden() -> None:
    assert to_csv(samples.active()) == (
        "stage,deals,amount,amount_currency\nLead,4,1000.50,EUR\nProposal,1,2000.00,EUR\n"
    )


def test_values() -> None:
    first, second, empty = read(to_csv(samples.funnel()))
    assert first["reached"] == "1234"
    assert first["conversion"] == "0.833063209"
    assert (first["reached_amount"], first["reached_amount_currency"]) == ("98765432.10", "NOK")
    assert first["days_mean"] == "13.625000000"
    assert second["stage"] == "日本 proposal"
    assert (empty["conversion"], empty["oldest_days"]) == ("", "")


def test_formulas_escapes_and_quotes() -> None:
    first, second, third = read(to_csv(samples.stuck()))
    assert first["owner"] == "'=1+1"
    assert first["deal"] == "Evil \ufffd[2J\ufffd31m\ufffddeal"
    assert (first["amount"], first["amount_currency"]) == ("1500", "JPY")
    assert second["deal"] == 'Bjørn & Søn, "AS"'
    assert (second["amount"], second["amount_currency"]) == ("0.05", "EUR")
    assert third["owner"] == "'@Kari"
    assert (third["amount"], third["amount_currency"]) == ("", "")


def test_plain_texts_are_left_alone() -> None:
    assert [plain(text) for text in ("Acme [/EU]", "a=b", "", "  =x", "-5", "+47 900")] == [
        "Acme [/EU]",
        "a=b",
        "",
        "'  =x",
        "'-5",
        "'+47 900",
    ]


def test_compared_periods_stand_under_each_other() -> None:
    rows = read(to_csv(samples.compared_funnel()))
    assert [(row["period"], row["stage"], row["reached"]) for row in rows] == [
        ("2026-Q1", "Lead", "1234"),
        ("2026-Q1", "日本 proposal", "3"),
        ("2026-Q1", "Empty", "0"),
        ("2025-Q1", "Lead", "1244"),
        ("2025-Q1", "日本 proposal", "13"),
        ("2025-Q1", "Empty", "10"),
    ]


def test_no_rows_still_have_a_heading() -> None:
    assert to_csv(samples.funnel(rows=())).count("\n") == 1
