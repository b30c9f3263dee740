"""What a customer asks for: reading it as it is typed, and what it comes to."""

from __future__ import annotations

import pytest

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.demand import (
    DemandWords,
    demand_text,
    demand_total,
    demand_words,
    quantity_text,
    read_quantity,
    split_demand,
    split_line,
)
from funnel_tui.domain.money import MAX_MINOR, Money
from funnel_tui.errors import InvalidInput

QUANTITIES = {
    **{"2": 2000, " 1.5 ": 1500, "0,25": 250, "0.001": 1, "": 1000, "1,000": 1_000_000, "1 000": 1_000_000},
    **{"12,5": 12_500, "1.125": 1125, "1,234,567.5": 1_234_567_500, "1000000000": 10**12},
}


@pytest.mark.parametrize("text", QUANTITIES)
def test_quantities(text: str) -> None:
    assert read_quantity(text) == QUANTITIES[text]


@pytest.mark.parametrize(
    "text", ["0", "0.000", "-1", "x", "1.2345", "1e3", "1000000001", "9" * 40, "٣", "1,00,0"]
)
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_quantity(text, "demand")
    assert refused.value.field == "demand"


@pytest.mark.parametrize("milli", [1, 250, 1000, 1500, 999_999, 1_000_000, 1_234_567_890, 10**12])
def test_a_quantity_reads_as_it_is_shown(milli: int) -> None:
    assert read_quantity(quantity_text(milli)) == milli


LINES = {
    "Pump": ("", "Pump", ""),
    "2 x Pump": ("2", "Pump", ""),
    "2×Pump": ("2", "Pump", ""),
    "1,5 * Pump at USD 500": ("1,5", "Pump", "USD 500"),
    "3 phase motor": ("", "3 phase motor", ""),
    "2 x 3 phase motor @ 1.2k": ("2", "3 phase motor", "1.2k"),
    "Look at me": ("", "Look at me", ""),
    "Look at me at 5": ("", "Look at me", "5"),
    "2x4 timber": ("", "2x4 timber", ""),
    "at 5": ("", "", "5"),
    "2 x ": ("2", "", ""),
}


@pytest.mark.parametrize("text", LINES)
def test_lines_are_taken_apart(text: str) -> None:
    assert split_line(text) == DemandWords(*LINES[text])


def test_several_lines_in_one() -> None:
    found = split_demand("2 x Pump at 500; ; Hose;")
    assert found == [DemandWords("2", "Pump", "500"), DemandWords("", "Hose", "")]
    assert split_demand(" ; ") == []


PUMP, HOSE = Demand("Pump", 2000, Money(50_000, "EUR")), Demand("Hose", 1, Money(333, "EUR"))


def test_lines_in_words() -> None:
    assert demand_text(PUMP) == "2 × Pump at 500.00 EUR"
    assert demand_words([PUMP, HOSE, PUMP], most=1) == "2 × Pump at 500.00 EUR and 2 more"
    assert demand_words([]) == ""


def test_the_total_is_exact_and_rounded_once() -> None:
    assert demand_total([PUMP, PUMP]) == Money(200_000, "EUR")
    # 0.333 + 0.333 + 0.333 cents are one cent, not none.
    assert demand_total([HOSE] * 3) == Money(1, "EUR")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [PUMP, Demand("Hose", 1000, None)],
        [PUMP, Demand("Hose", 1000, Money(1, "USD"))],
        [Demand("All", 10**12, Money(MAX_MINOR, "EUR"))],
    ],
)
def test_there_is_not_always_a_total(lines: list[Demand]) -> None:
    assert demand_total(lines) is None
