"""Sums and medians of exact figures: what is worked out a quicker way is the same."""

from __future__ import annotations

from fractions import Fraction
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.metrics.figures import median_of_parts, sum_of

FACTORS = st.sampled_from(
    [Fraction(1), Fraction(9, 10), Fraction(1163, 100_000), Fraction(2), Fraction(1, 3)]
)
PARTS = st.lists(st.tuples(FACTORS, st.lists(st.integers(0, 60))), max_size=6)


@given(PARTS)
def test_it_is_the_middle_of_all_converted_amounts(parts: list[tuple[Fraction, list[int]]]) -> None:
    converted = [factor * amount for factor, amounts in parts for amount in amounts]
    assert median_of_parts(parts) == (median(converted) if converted else None)


@given(st.lists(st.fractions()))
def test_a_sum_is_that_of_all_values(values: list[Fraction]) -> None:
    assert sum_of(values) == (sum(values) if values else None)
