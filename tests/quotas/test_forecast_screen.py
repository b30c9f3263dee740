"""What a screen shows of the forecast: sums, range, accuracy."""

from __future__ import annotations

from fractions import Fraction

from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.scope import Scope
from funnel_tui.metrics.forecast import Categories
from funnel_tui.services.deals import win_deal
from funnel_tui.services.quotas import set_quota
from funnel_tui.services.reports.forecast_behind import CLOSED, OPEN, forecast_deals
from funnel_tui.services.reports.forecast_screen import (
    ForecastFilter,
    read_accuracy,
    read_forecast,
    read_range,
)
from tests.reports.small import Small, instant

Q1, Q2 = Period.quarter(2026, 1), Period.quarter(2026, 2)


def day(text: str) -> int:
    """A day number."""
    return instant(text) // 86_400


def test_the_forecast_of_the_screen(team: Small) -> None:
    team.deal(
        "2026-04-02", amount=100, category="commit", probability_bp=5_000, expected_close=day("2026-06-30")
    )
    team.deal("2026-04-02", amount=60, category="omitted", currency="EUR", expected_close=day("2026-06-30"))
    team.deal("2026-04-02", amount=40, category="best_case", expected_close=day("2026-06-30"), owner="Ben")
    team.deal("2026-04-02", amount=30, won="2026-04-10")
    team.deal("2026-04-02", amount=30, lost="2026-04-10", stage="Offer")
    view = read_forecast(team.workspace, Scope(period=Q2))
    assert view.categories == Categories(Fraction(30), Fraction(100), Fraction(40), Fraction(0), Fraction(60))
    assert view.weighted == 50
    assert view.from_stock == 100  # Half of what reached the first stage was won, of 200.
    assert [(one.stage.name, one.won, one.n) for one in view.checks] == [
        ("Lead", 1, 2),
        ("Talk", 1, 2),
        ("Offer", 1, 2),
    ]
    assert view.off == ()
    commit = read_forecast(team.workspace, Scope(period=Q2), ForecastFilter("commit", "EUR"))
    assert (commit.total.exact, commit.total.priced) == (100, 1)
    assert read_forecast(team.workspace, Scope(period=Q2), ForecastFilter(currency="USD")).total.exact == 0
    set_quota(team.workspace, holder=Holder(rep_id=1), period=Q2, amount=130)
    found = read_range(team.workspace, Scope(period=Q2))
    assert (found.p10, found.p50, found.p90) == (30, 30, 130)
    assert found.probability == Fraction(1, 2)
    assert found.distribution.exact
    assert found.distribution.mean == view.weighted + 30


def test_a_sum_of_quotas_is_reached_by_those_who_have_one(here: Small) -> None:
    here.deal("2026-04-02", amount=500, won="2026-04-10", owner="Ben")
    here.deal("2026-04-02", amount=100, probability_bp=2_500, expected_close=day("2026-06-30"))
    set_quota(here.workspace, holder=Holder(rep_id=1), period=Q2, amount=100)
    assert read_range(here.workspace, Scope(period=Q2)).probability == Fraction(1, 4)
    set_quota(here.workspace, holder=Holder(), period=Q2, amount=500)
    assert read_range(here.workspace, Scope(period=Q2)).probability == 1
    assert read_range(here.workspace, Scope(period=Q1)).probability is None


def test_how_good_past_forecasts_were(team: Small) -> None:
    """At the start of the quarter one deal was open and half likely, in its middle one was won too."""
    first = team.deal("2025-12-01", amount=100, probability_bp=5_000, expected_close=day("2026-03-01"))
    team.deal("2025-12-01", amount=1_000, probability_bp=5_000, expected_close=day("2026-05-01"))
    team.deal("2026-01-05", amount=60, won="2026-02-01")
    win_deal(team.workspace, deal_id=first, at=instant("2026-03-20"))
    told: list[tuple[int, int]] = []
    future = Period.quarter(2026, 4)
    (view,) = read_accuracy(team.workspace, Scope(), [Q1, future], lambda a, b: told.append((a, b)))
    assert view.period == Q1
    assert (view.at_start.forecast, view.at_start.won) == (50, 160)
    assert view.at_start.accuracy == Fraction(5, 16)
    assert view.in_middle.day == day("2026-02-15")
    assert view.in_middle.forecast == 110
    assert told == [(1, 2), (2, 2)]


def test_accuracy_judges_the_forecast_that_was_shown(team: Small) -> None:
    """A deal without an expected close belongs to the present period, also to that of a past day."""
    team.deal("2025-12-01", amount=100, probability_bp=5_000)
    team.deal("2025-12-01", amount=300, probability_bp=5_000, expected_close=day("2026-03-01"))
    team.deal("2025-11-01", amount=60, won="2026-02-01")
    (view,) = read_accuracy(team.workspace, Scope(), [Q1])
    for past, at, deals in zip((view.at_start, view.in_middle), view.instants, view.deals[1:], strict=True):
        scope = Scope(period=Q1, as_of=at)
        shown = read_forecast(team.workspace, scope)
        assert past.forecast == shown.categories.closed + shown.weighted
        behind = forecast_deals(team.workspace, scope, categories=OPEN | {CLOSED})
        assert len(behind.ids) == deals == 3
    assert view.at_start.forecast == 200
    assert view.in_middle.forecast == 200 + 60
    assert view.deals[0] == 1
