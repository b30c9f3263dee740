"""Refusals are all counted, the first ones kept, and written where no spreadsheet runs them."""

from __future__ import annotations

import csv
import io

import pytest

from funnel_tui.exchange.refusals import LONGEST, SHOWN, Refusal, Refusals, neutral_cell


def test_all_are_counted_and_the_first_kept() -> None:
    refusals = Refusals()
    assert not refusals
    refusals.extend(Refusal(line, "amount", "x", "bad") for line in range(1, 101))
    assert (len(refusals), refusals.count, refusals.rows) == (100, 100, 100)
    assert [each.line for each in refusals.first] == list(range(1, SHOWN + 1))
    assert refusals


def test_rows_are_counted_once() -> None:
    refusals = Refusals()
    for line, column in ((2, "a"), (2, "b"), (5, "a")):
        refusals.add(Refusal(line, column, "x", "bad"))
    assert (refusals.count, refusals.rows) == (3, 2)


def test_all_go_to_the_errors_file() -> None:
    stream = io.StringIO(newline="")
    refusals = Refusals(stream)
    refusals.extend(Refusal(line, "amount", f"v,{line}", "bad") for line in range(1, 101))
    rows = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    assert rows[0] == ["line", "column", "value", "reason"]
    assert rows[1:] == [[str(line), "amount", f"v,{line}", "bad"] for line in range(1, 101)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_are_neutralised(start: str) -> None:
    stream = io.StringIO(newline="")
    Refusals(stream).add(Refusal(7, f"{start}column", f"{start}cmd|' /C calc'!A0", f"{start}reason"))
    _, row = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert row == ["7", f"'{start}column", f"'{start}cmd|' /C calc'!A0", f"'{start}reason"]


def test_long_values_are_cut() -> None:
    refusals = Refusals()
    refusals.add(Refusal(2, "note", "x" * 100_000, "bad"))
    assert refusals.first[0].value == "x" * (LONGEST - 1) + "…"


def test_harmless_cells_stay_as_they_are() -> None:
    assert neutral_cell("Acme = best") == "Acme = best"
    assert neutral_cell("") == ""
