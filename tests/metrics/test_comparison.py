"""Who stands out among groups, and what is missing in words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from funnel_tui.domain.shortfall import Shortfall, shortfall_words
from funnel_tui.metrics.benchmark import Benchmark
from funnel_tui.metrics.comparison import Measured, outlier


def measured(**groups: tuple[int | None, int]) -> dict[str, Measured]:
    """Groups by (percent, n)."""
    return {
        name: Measured(None if percent is None else Fraction(percent, 100), n)
        for name, (percent, n) in groups.items()
    }


def test_the_furthest_from_the_median_stands_out() -> None:
    found = outlier(measured(anna=(60, 9), ben=(62, 9), cleo=(40, 9), dora=(75, 9)), 5)
    assert found is not None
    assert (found.group, found.median, found.distance) == ("cleo", Fraction(61, 100), Fraction(-21, 100))
    assert not found.is_above


def test_nobody_stands_out_who_is_near_the_median() -> None:
    assert outlier(measured(a=(60, 9), b=(62, 9), c=(69, 9)), 5) is None


def test_ten_points_are_enough() -> None:
    found = outlier(measured(a=(60, 9), b=(60, 9), c=(70, 9)), 5)
    assert found is not None
    assert (found.group, found.is_above) == ("c", True)


def test_few_deals_neither_stand_out_nor_count_for_the_median() -> None:
    groups = measured(a=(60, 5), b=(62, 5), c=(64, 5), tiny=(0, 4), none=(None, 0))
    assert outlier(groups, 5) is None
    found = outlier(groups | measured(d=(80, 5)), 5)
    assert found is not None
    assert (found.group, found.median) == ("d", Fraction(63, 100))


def test_two_groups_have_no_middle() -> None:
    assert outlier(measured(a=(10, 9), b=(90, 9)), 5) is None
    assert outlier(measured(a=(10, 9), b=(90, 9), c=(50, 4)), 5) is None
    assert outlier({}, 5) is None


def test_durations_stand_out_from_half_the_median_on() -> None:
    days = {name: Measured(Fraction(value), 9) for name, value in (("a", 10), ("b", 10), ("c", 15))}
    found = outlier(days, 5, relative=True)
    assert found is not None
    assert (found.group, found.distance) == ("c", 5)
    days["c"] = Measured(Fraction(1499, 100), 9)
    assert outlier(days, 5, relative=True) is None


def test_equal_groups_have_no_outlier_even_at_zero() -> None:
    days = {name: Measured(Fraction(0), 9) for name in "abc"}
    assert outlier(days, 5, relative=True) is None


def test_of_two_equally_far_off_the_first_is_told() -> None:
    found = outlier(measured(a=(40, 9), b=(60, 9), c=(80, 9)), 5)
    assert found is not None
    assert found.group == "a"


def test_the_shortfall_of_the_first_stage_asks_for_prospects() -> None:
    assert Benchmark(6, 13).shortfall == 7
    words = Shortfall("Prospecting", None, 7).words("Q4")
    assert words == "7 deals fewer than in Q4 in Prospecting: find at least 7 new prospects."


@pytest.mark.parametrize(("missing", "deals"), [(1, "1 deal fewer"), (1234, "1,234 deals fewer")])
def test_a_later_stage_is_filled_from_the_one_before(missing: int, deals: str) -> None:
    words = Shortfall("Offer", "Talk", missing).words("Q4 2025")
    assert words == f"{deals} than in Q4 2025 in Offer: bring at least {missing:,} more on from Talk."


def test_no_shortfall_is_said_too() -> None:
    assert list(shortfall_words([], "Q3 2026")) == ["No stage has fewer deals than in Q3 2026."]
