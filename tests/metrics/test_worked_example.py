"""The worked example at the pure level: every figure of METRICS 11 that belongs to the funnel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.money import Money, Rates
from funnel_tui.domain.period import DAY_SECONDS, Period, day_number
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, DealStatus, Mode, VisitExit
from funnel_tui.metrics.active import active
from funnel_tui.metrics.benchmark import Benchmark
from funnel_tui.metrics.counting import amounts_of, closed_of, days_of, funnel_of, lost_of, open_of
from funnel_tui.metrics.figures import Prices
from funnel_tui.metrics.funnel import Funnel, close_ratios, funnel
from funnel_tui.metrics.losses import losses
from funnel_tui.metrics.projection import standing
from funnel_tui.metrics.stuck import is_stuck, stuck_after
from funnel_tui.metrics.summary import Summary, summary
from tests.support import worked
from tests.support.worked import PIPELINE, instant

PRICES = Prices(Rates("EUR"), day_number(date(2026, 4, 1)))
UTC_ZONE = ZoneInfo("UTC")
Q1 = Period.quarter(2026, 1)
EVER = Period.all_time()


def select(period: Period = EVER) -> Selection:
    start, end = period.bounds(UTC_ZONE)
    return Selection(PIPELINE, ((0, start, end),), worked.AS_OF)


def made(
    cohort: Cohort, period: Period = EVER, mode: Mode = Mode.REACHED, deals: list[DealFact] | None = None
) -> Funnel:
    deals = worked.facts() if deals is None else deals
    selection = select(period)
    return funnel(
        PIPELINE,
        funnel_of(deals, selection, cohort, mode),
        PRICES,
        mode=mode,
        days_cells=days_of(deals, selection),
        open_cells=open_of(deals, selection),
    )


def four(period: Period) -> Summary:
    deals, selection = worked.facts(), select(period)
    cells = (closed_of(deals, selection), open_of(deals, selection), amounts_of(deals, selection))
    return summary(*cells, PRICES)


def counts(found: Funnel) -> list[tuple[int, int, int, int]]:
    return [
        (step.reached.deals, step.advanced.deals, step.lost.deals, step.open.deals) for step in found.steps
    ]


def test_reached_advanced_lost_open_of_all_deals() -> None:
    found = made(Cohort.CREATED)
    assert counts(found) == [(10, 8, 1, 1), (8, 7, 0, 1), (7, 4, 2, 1), (4, 3, 0, 1)]
    assert found.won.deals == 3
    assert [step.conversion() for step in found.steps] == [
        *(Fraction(8, 10), Fraction(7, 8), Fraction(4, 7), Fraction(3, 4))
    ]
    assert [step.decided() for step in found.steps] == [Fraction(8, 9), 1, Fraction(4, 6), 1]
    assert found.overall() == Fraction(3, 10)
    lowest = found.lowest(5)
    assert lowest is not None
    assert lowest.stage.name == "S3"


def test_visited_mode_shows_what_is_skipped() -> None:
    found = made(Cohort.CREATED, mode=Mode.VISITED)
    assert [step.reached.deals for step in found.steps] == [9, 5, 6, 3]
    ratios = [step.conversion() for step in found.steps]
    assert ratios == [Fraction(5, 9), Fraction(4, 5), Fraction(2, 6), Fraction(2, 3)]
    assert all(r == a + lost + o for r, a, lost, o in counts(found))


def test_straight_mode_counts_only_deals_that_took_every_step() -> None:
    found = made(Cohort.CREATED, mode=Mode.STRAIGHT)
    assert [step.reached.deals for step in found.steps] == [9, 5, 4, 1]
    assert all(r == a + lost + o for r, a, lost, o in counts(found))


def test_cohort_closed_in_the_quarter() -> None:
    found = made(Cohort.CLOSED, Q1)
    assert [step.reached.deals for step in found.steps] == [6, 5, 5, 3]
    assert found.won.deals == 3
    ratios = [step.conversion() for step in found.steps]
    assert ratios == [Fraction(5, 6), 1, Fraction(3, 5), 1]
    product = Fraction(1)
    for one in ratios:
        assert one is not None
        product *= one
    assert product == four(Q1).close_ratio() == found.overall() == Fraction(1, 2)


def test_cohort_entered_in_march() -> None:
    assert counts(made(Cohort.ENTERED, Period.month(2026, 3))) == [
        *((2, 1, 0, 1), (1, 1, 0, 0), (3, 2, 0, 1), (2, 1, 0, 1))
    ]


def test_cohort_created_in_january() -> None:
    assert counts(made(Cohort.CREATED, Period.month(2026, 1))) == [
        *((5, 4, 1, 0), (4, 4, 0, 0), (4, 3, 1, 0), (3, 3, 0, 0))
    ]


def test_open_snapshot() -> None:
    deals = worked.facts()
    closing = close_ratios(PIPELINE, funnel_of(deals, select(), Cohort.CLOSED, Mode.REACHED))
    steps = active(PIPELINE, open_of(deals, select()), closing, PRICES)
    assert [step.deals for step in steps] == [1, 2, 0, 1]
    assert [step.total.exact for step in steps] == [0, 2_700_000, 0, 3_000_000]
    assert steps[0].total.without_amount == 1
    found = four(Q1)
    assert found.open_deals == 4
    assert found.open_total.exact == 5_700_000
    assert found.average_open == 1_900_000
    assert found.open_total.priced == 3
    assert found.median_open == 1_500_000


def test_close_ratio() -> None:
    assert four(Q1).close_ratio() == Fraction(3, 6)
    assert four(Q1).close_ratio(by_value=True) == Fraction(39_000, 58_000)
    whole = made(Cohort.CREATED)
    assert [part.deals for part in (whole.won, whole.lost, whole.open)] == [3, 3, 4]
    assert four(Period.month(2026, 1)).close_ratio() is None
    assert four(Period.month(2026, 2)).close_ratio() == Fraction(1, 3)
    assert four(Period.month(2026, 3)).close_ratio() == Fraction(2, 3)


def test_time_to_win_and_velocity() -> None:
    found = four(Q1)
    assert sorted(seconds // DAY_SECONDS for seconds in found.seconds) == [40, 60, 60]
    assert found.time_to_win_mean == Fraction(160, 3)
    assert found.time_to_win_median == 60
    assert found.average_won == 1_300_000
    assert found.velocity == 48_750


def test_days_in_stage() -> None:
    steps = made(Cohort.CLOSED, Q1).steps
    assert [step.days_mean() for step in steps] == [Fraction("13.625"), Fraction(70, 3), 15, 15]
    assert [step.days_median() for step in steps] == [10, 30, 15, 15]
    assert [len(step.seconds) for step in steps] == [8, 3, 6, 2]
    assert [step.still_there for step in steps] == [1, 2, 0, 1]
    assert steps[1].oldest_days(worked.AS_OF) == 45


def test_stuck_deals() -> None:
    limits = stuck_after(PIPELINE, {}, 2)
    names = list(worked.DEALS)
    stuck = [
        names[deal.id - 1]
        for deal in worked.facts()
        if deal.status is DealStatus.OPEN
        and is_stuck(worked.AS_OF - deal.entered_at, limits.get(deal.stage_id))
    ]
    assert stuck == ["D5", "D6"]


def test_a_stage_without_days_of_its_own_takes_twice_its_median() -> None:
    bare = replace(PIPELINE, stages=tuple(replace(stage, stuck_days=None) for stage in PIPELINE.stages))
    limits = stuck_after(bare, {1: [14 * DAY_SECONDS]}, 2)
    assert limits == {1: 28 * DAY_SECONDS}
    assert is_stuck(30 * DAY_SECONDS, limits[1])
    assert is_stuck(28 * DAY_SECONDS, limits[1])
    assert not is_stuck(28 * DAY_SECONDS - 1, limits[1])


def test_passed_and_lost_from_with_potential() -> None:
    deals = worked.facts()
    cells = funnel_of(deals, select(), Cohort.CREATED, Mode.REACHED)
    steps = losses(PIPELINE, cells, lost_of(deals, select(), Cohort.CREATED), PRICES)
    assert [(step.passed.deals, step.lost_from.deals) for step in steps] == [(8, 1), (7, 0), (4, 2), (3, 0)]
    assert [step.passed.total.exact / 100 for step in steps] == [110_000, 98_000, 69_000, 39_000]
    assert [step.lost_from.total.exact / 100 for step in steps] == [5_000, 0, 14_000, 0]


def test_weighted_forecast() -> None:
    deals = worked.facts()
    steps = active(PIPELINE, open_of(deals, select()), {}, PRICES)
    assert [step.weighted / 100 for step in steps] == [0, 5_400, 0, 24_000]
    assert sum(step.weighted for step in steps) == 2_940_000
    typed = [deal._replace(probability_bp=6000) if deal.id == 7 else deal for deal in deals]
    assert sum(step.weighted for step in active(PIPELINE, open_of(typed, select()), {}, PRICES)) == 3_540_000


def test_close_ratio_from_a_stage() -> None:
    closing = close_ratios(PIPELINE, funnel_of(worked.facts(), select(), Cohort.CLOSED, Mode.REACHED))
    assert [closing[stage.id] for stage in PIPELINE.stages] == [(3, 6), (3, 5), (3, 5), (3, 3)]


def test_moving_d7_to_s3_changes_days_and_nothing_else() -> None:
    visits = worked.visits(worked.DEALS["D7"])
    visits[-1] = visits[-1]._replace(left_at=worked.AS_OF, exit=VisitExit.MOVED, exit_owner_id=1)
    visits.append(visits[2]._replace(entered_at=worked.AS_OF, left_at=None, exit=None, exit_owner_id=None))
    stands = standing(visits, PIPELINE.ladder)
    deals = worked.facts()
    deals[6] = deals[6]._replace(
        stage_id=stands.stage_id, entered_at=stands.entered_at, stages=tuple(stands.stages)
    )
    period = Period.days(date(2026, 1, 1), date(2026, 4, 1))
    found = made(Cohort.CREATED, period, deals=deals)
    assert counts(found) == counts(made(Cohort.CREATED))
    assert found.steps[1].days_mean() == 25
    assert len(found.steps[1].seconds) == 4
    assert 30 * DAY_SECONDS in found.steps[1].seconds


def test_benchmark() -> None:
    assert Benchmark(6, 13).shortfall == 7
    grown = Benchmark(14_500, 13_080)
    assert grown.difference == 1_420
    assert grown.relative is not None
    assert round(grown.relative * 100, 2) == Fraction("10.86")
    assert grown.shortfall == 0
    assert Benchmark(3, 0).relative is None


def test_money_in_two_currencies() -> None:
    rates = Rates.build("GBP", [("USD", "GBP", 0, 800_000_000_000)])
    converted = rates.convert(100_000, "USD", 1)
    assert converted is not None
    assert Money(1_000 + converted, "GBP").text == "810.00"


def test_a_deal_won_late_in_the_evening_belongs_to_the_month_of_the_team() -> None:
    # 23:30 of New York's own evening; it keeps summer time (-04:00) on that day.
    won = int(datetime.fromisoformat("2026-03-31T23:30:00-04:00").timestamp())
    for zone, month in (("America/New_York", 3), ("Europe/Oslo", 4)):
        start, end = Period.month(2026, month).bounds(ZoneInfo(zone))
        assert start <= won < end


def test_two_days_over_the_change_of_the_clock_are_47_hours() -> None:
    oslo = ZoneInfo("Europe/Oslo")
    start = datetime(2026, 3, 28, 12, tzinfo=oslo).astimezone(UTC)
    end = datetime(2026, 3, 30, 12, tzinfo=oslo).astimezone(UTC)
    assert (end - start).total_seconds() == 47 * 3600


@pytest.mark.parametrize("cohort", [*Cohort])
@pytest.mark.parametrize("mode", [*Mode])
def test_reached_is_advanced_plus_lost_plus_open_at_every_past_day(cohort: Cohort, mode: Mode) -> None:
    for day in range(instant("01-01"), instant("04-01"), 3 * DAY_SECONDS):
        found = made(cohort, mode=mode, deals=worked.facts(day))
        assert all(r == a + lost + o for r, a, lost, o in counts(found))
