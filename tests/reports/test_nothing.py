"""An empty report says why there is nothing in it, and what it is held against whether that is anything."""

from __future__ import annotations

from fractions import Fraction

import pytest

from funnel_tui.domain.period import Period
from tests.reports.small import Small

Q2, Q1_2020, YEAR_2019 = Period.quarter(2026, 2), Period.quarter(2020, 1), Period.year(2019)
OF_DEALS = ["metrics", "funnel", "active", "losses", "reasons", "volume", "stuck", "quotas", "forecast"]
OF_DEALS += ["change", "probability"]
FILTERED = "No deal in this report matches the filter; without it there are some."
OF_OTHERS = "Nothing in this report is of Ben; of others there is something."


@pytest.fixture
def sold(here: Small) -> Small:
    """Anna won one deal, lost one and has one open."""
    here.deal("2026-04-01", amount=1_000_00, won="2026-04-11")
    here.deal("2026-04-02", amount=2_000_00, lost="2026-04-20")
    here.deal("2026-04-03", amount=3_000_00)
    return here


@pytest.mark.parametrize(
    "name",
    [
        "metrics",
        "funnel",
        "active",
        "losses",
        "reasons",
        "volume",
        "quotas",
        "forecast",
        "change",
        "probability",
    ],
)
def test_the_filter_or_the_rep_is_blamed_where_it_leaves_nothing(sold: Small, name: str) -> None:
    whole = sold.report(name, period=Q2).notes
    assert FILTERED not in whole
    assert FILTERED in sold.report(name, period=Q2, where="amount > 99m").notes
    assert FILTERED not in sold.report(name, period=Q2, where="amount > 10").notes
    assert OF_OTHERS in sold.report(name, period=Q2, owner="Ben").notes
    assert OF_OTHERS not in sold.report(name, period=Q2, owner="Anna").notes


def test_a_filter_is_not_blamed_for_an_empty_period(sold: Small) -> None:
    report = sold.report("funnel", period=YEAR_2019, where="amount > 99m", owner="Ben")
    assert not {FILTERED, OF_OTHERS} & set(report.notes)
    assert "There is nothing in 2019." in report.notes


@pytest.mark.parametrize("name", ["funnel", "losses", "volume", "reasons"])
def test_a_period_that_has_not_begun_is_said(sold: Small, name: str) -> None:
    assert "Q4 2027 has not begun yet." in sold.report(name, period=Period.quarter(2027, 4)).notes
    assert not any("begun" in note for note in sold.report(name, period=Q2).notes)


@pytest.mark.parametrize("name", ["metrics", "funnel", "losses", "active"])
def test_a_compared_period_without_data_is_said(sold: Small, name: str) -> None:
    told = "There is nothing in Q1 2020 to hold this against."
    assert told in sold.report(name, period=Q2, compare=Q1_2020).notes
    assert told not in sold.report(name, period=Q2, compare=Q2).notes


def test_the_change_of_a_period_without_data_and_of_one_to_come(sold: Small) -> None:
    sold.rate("USD", "EUR", "2026-04-01", 1.0)
    # A rate of a day to come must not price anything, and its day must not be named.
    sold.rate("USD", "EUR", "2027-06-01", 9.0)
    sold.deal("2026-04-04", amount=500_00, currency="USD")
    assert "Nothing was open, came or went in 2019." in sold.report("change", period=YEAR_2019).notes
    narrowed = sold.report("change", period=Q2, where="amount > 99m").notes
    assert "No deal that matches the filter was open, came or went in Q2 2026." in narrowed
    assert (
        "No deal of Ben was open, came or went in Q2 2026."
        in sold.report("change", period=Q2, owner="Ben").notes
    )
    report = sold.report("change", period=Period.quarter(2027, 4))
    assert "Q4 2027 has not begun yet: its opening is what is open now." in report.notes
    ends = [row["amount"].minor for row in report.rows if row["kind"] in ("opening", "closing")]
    assert ends == [3_500_00, 3_500_00]
    assert any("at the rates of 2026-" in note for note in report.notes)
    assert not any("2027-0" in note for note in report.notes)


def test_a_shorter_time_to_win_is_no_shortfall(here: Small) -> None:
    """METRICS 1 counts what is missing; of days too many are missed."""
    here.deal("2026-01-01", won="2026-03-02")
    here.deal("2026-04-01", won="2026-04-11")
    before = Period.quarter(2026, 1)
    faster = here.report("metrics", period=Q2, compare=before)
    held = {row["figure"]: row for row in faster.benchmark}
    assert held["time_to_win_mean"]["difference"] == -50
    assert held["time_to_win_mean"]["shortfall"] == 0
    slower = here.report("metrics", period=before, compare=Q2)
    held = {row["figure"]: row for row in slower.benchmark}
    assert held["time_to_win_mean"]["shortfall"] == Fraction(50)
    assert any("of days, of which fewer are better, max(0, now − then)" in note for note in slower.notes)
    counts = here.report("funnel", period=Q2, compare=before)
    assert not any("Shortfall" in note for note in counts.notes)
