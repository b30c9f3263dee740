"""Forecast: categories, months, the distribution of outcomes (METRICS 7)."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.money import RATE_SCALE, Rates
from funnel_tui.domain.period import Period, day_number
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.metrics.figures import Prices
from funnel_tui.metrics.forecast import (
    NONE,
    SLIPPED,
    Categories,
    OpenDeal,
    PastForecast,
    StageCheck,
    Sum,
    bucket,
    by_bucket,
    check_stages,
    counted_on,
    from_stock,
)
from funnel_tui.metrics.outcomes import EXACT_STEPS, Distribution, distribution

TODAY = day_number(Period.parse("2026-04-01").start)
STAGES = {
    number: StageFact(number, f"S{number}", number, probability, category=category)
    for number, probability, category in (
        (1, 1_000, ForecastCategory.PIPELINE),
        (2, 2_000, ForecastCategory.PIPELINE),
        (3, 5_000, ForecastCategory.BEST_CASE),
        (4, 8_000, ForecastCategory.COMMIT),
    )
}
EUR = Prices(Rates.build("EUR", [("USD", "EUR", 0, RATE_SCALE // 2)]), TODAY)


def deal(
    number: int = 1, stage: int = 1, amount: int | None = 100, *, currency: str | None = "EUR",
    typed: int | None = None, day: int | None = None, category: str | None = None,
) -> OpenDeal:  # fmt: skip
    """An open deal."""
    return OpenDeal(number, stage, 1, amount, currency if amount is not None else None, typed, day, category)


def worked() -> list[OpenDeal]:
    """D5, D6, D7 and D10 of METRICS 11 in whole units."""
    return [deal(5, 2, 12_000), deal(6, 1, None), deal(7, 2, 15_000), deal(10, 4, 30_000)]


def test_weighted_of_the_worked_example() -> None:
    found = by_bucket(worked(), STAGES, TODAY)
    assert list(found) == [NONE]
    one = found[NONE]
    assert (one.deals, one.without_amount, one.total(EUR).exact) == (4, 1, 57_000)
    assert one.weighted_total(EUR) == 29_400
    typed = [each._replace(probability_bp=6_000) if each.id == 7 else each for each in worked()]
    assert by_bucket(typed, STAGES, TODAY)[NONE].weighted_total(EUR) == 35_400


def test_categories_of_the_worked_example() -> None:
    deals = [deal(1, 4, 100), deal(2, 3, 150), deal(3, 1, 200)]
    whole = by_bucket(deals, STAGES, TODAY)[NONE]
    found = Categories.of(Fraction(50), whole, EUR)
    assert (found.closed, found.commit, found.best_case, found.pipeline) == (50, 100, 150, 200)
    assert found.cumulative == (50, 150, 300)
    assert found.open == 450


def test_a_category_of_its_own_goes_before_the_stage_s() -> None:
    deals = [deal(1, 4, 100, category="omitted"), deal(2, 1, 7, category="commit")]
    found = Categories.of(Fraction(0), by_bucket(deals, STAGES, TODAY)[NONE], EUR)
    assert (found.commit, found.omitted, found.pipeline, found.best_case) == (7, 100, 0, 0)


def test_buckets_at_their_edges() -> None:
    assert bucket(None, TODAY) == NONE
    assert bucket(TODAY, TODAY) == "2026-04"
    assert bucket(TODAY - 1, TODAY) == SLIPPED
    assert bucket(TODAY + 29, TODAY) == "2026-04"
    assert bucket(TODAY + 30, TODAY) == "2026-05"
    assert counted_on(TODAY - 400, TODAY) == TODAY
    assert counted_on(TODAY + 1, TODAY) == TODAY + 1


def test_a_currency_without_a_rate_is_counted_but_not_priced() -> None:
    one = by_bucket([deal(1, 2, 100, currency="CHF"), deal(2, 2, 50, currency="USD")], STAGES, TODAY)[NONE]
    total = one.total(EUR)
    assert (one.deals, total.exact, total.priced, total.without_rate) == (2, 25, 1, 1)
    assert one.weighted_total(EUR) == 5


def test_nothing_open() -> None:
    assert by_bucket([], STAGES, TODAY) == {}
    empty = Sum()
    assert (empty.total(EUR).exact, empty.weighted_total(EUR)) == (0, 0)


DEALS = st.lists(
    st.builds(
        deal,
        number=st.integers(1, 10**6),
        stage=st.integers(1, 4),
        amount=st.one_of(st.none(), st.integers(0, 10**9)),
        currency=st.sampled_from(["EUR", "USD", "CHF"]),
        typed=st.one_of(st.none(), st.integers(0, 10_000)),
        day=st.one_of(st.none(), st.integers(TODAY - 90, TODAY + 200)),
        category=st.one_of(st.none(), st.sampled_from([kind.value for kind in ForecastCategory])),
    ),
    max_size=30,
)


@given(deals=DEALS)
def test_months_add_up_to_the_total_and_categories_leave_nothing_out(deals: list[OpenDeal]) -> None:
    buckets = by_bucket(deals, STAGES, TODAY)
    whole = Sum()
    for each in deals:
        whole.add(each, STAGES)
    assert sum(one.deals for one in buckets.values()) == whole.deals == len(deals)
    assert sum((one.total(EUR).exact for one in buckets.values()), Fraction(0)) == whole.total(EUR).exact
    assert sum((one.weighted_total(EUR) for one in buckets.values()), Fraction(0)) == whole.weighted_total(
        EUR
    )
    parts = Categories.of(Fraction(0), whole, EUR)
    assert parts.open + parts.omitted == whole.total(EUR).exact
    assert 0 <= whole.weighted_total(EUR) <= whole.total(EUR).exact


def brute(trials: list[tuple[int, int]], start: int) -> dict[int, Fraction]:
    """The distribution by going through every outcome."""
    found: dict[int, Fraction] = {}
    for wins in product((False, True), repeat=len(trials)):
        chance, value = Fraction(1), start
        for won, (amount, bp) in zip(wins, trials, strict=True):
            chance *= Fraction(bp, 10_000) if won else 1 - Fraction(bp, 10_000)
            value += amount if won else 0
        found[value] = found.get(value, Fraction(0)) + chance
    return {value: chance for value, chance in found.items() if chance}


TRIALS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([0, 1, 1000, 3333, 5000, 9999, 10_000])), max_size=9
)


@given(trials=TRIALS, start=st.integers(0, 50), goal=st.integers(-5, 500))
def test_the_distribution_is_that_of_every_outcome(
    trials: list[tuple[int, int]], start: int, goal: int
) -> None:
    found = distribution(trials, start)
    due = brute(trials, start)
    assert found.exact
    whole = sum(found.weights)
    assert dict(zip(found.sums, (Fraction(weight, whole) for weight in found.weights), strict=True)) == due
    assert found.reaches(goal) == sum((chance for value, chance in due.items() if value >= goal), Fraction(0))
    assert found.mean == start + sum(Fraction(amount * bp, 10_000) for amount, bp in trials)
    for percent in (10, 50, 90):
        below = [v for v in sorted(due) if sum(c for w, c in due.items() if w <= v) >= Fraction(percent, 100)]
        assert found.percentile(percent) == below[0]


def test_twelve_deals_against_every_outcome() -> None:
    rng = random.Random(12)
    trials = [(rng.randrange(10**7), rng.randrange(1, 10_000)) for _ in range(12)]
    found, due = distribution(trials), brute(trials, 0)
    whole = sum(found.weights)
    assert {v: Fraction(w, whole) for v, w in zip(found.sums, found.weights, strict=True)} == due


@given(
    trials=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10_000)), max_size=30),
    goal=st.integers(0, 10**7),
    steps=st.sampled_from([0, 50, 2000]),
)
def test_percentiles_are_in_order_and_probabilities_are_probabilities(
    trials: list[tuple[int, int]], goal: int, steps: int
) -> None:
    found = distribution(trials, steps=steps)
    assert found.percentile(10) <= found.percentile(50) <= found.percentile(90)
    assert 0 <= found.reaches(goal) <= 1
    assert found.reaches(found.sums[0]) == 1
    assert found.reaches(found.sums[-1] + 1) == 0
    assert list(found.sums) == sorted(set(found.sums))


def test_a_simulation_is_near_the_exact_and_always_the_same() -> None:
    rng = random.Random(3)
    trials = [(rng.randrange(1, 1000) * 1000, rng.randrange(500, 9500)) for _ in range(14)]
    exact, drawn = distribution(trials), distribution(trials, steps=10)
    assert exact.exact
    assert not drawn.exact
    assert drawn.runs >= 1_000
    assert drawn == distribution(trials, steps=10)
    whole = sum(amount for amount, _ in trials)
    for percent in (10, 50, 90):
        assert abs(drawn.percentile(percent) - exact.percentile(percent)) < whole / 50
    goal = exact.percentile(50)
    assert abs(drawn.reaches(goal) - exact.reaches(goal)) < Fraction(1, 20)


def test_very_many_deals_are_drawn_in_a_moment_and_near_what_is_due() -> None:
    rng = random.Random(5)
    trials = [(rng.randrange(1, 10**6), rng.randrange(0, 10_001)) for _ in range(60_000)]
    found = distribution(trials)
    assert (found.exact, found.runs) == (False, 1_000)
    assert found == distribution(trials)
    due = sum(amount * chance for amount, chance in trials) / 10_000
    spread = sum(a * a * c * (10_000 - c) for a, c in trials) ** 0.5 / 10_000
    assert abs(found.percentile(50) - due) < spread / 5
    assert abs(found.percentile(90) - (due + 1.2816 * spread)) < spread / 5
    assert abs(found.percentile(10) - (due - 1.2816 * spread)) < spread / 5


def test_fifteen_deals_are_exact_whatever_their_amounts() -> None:
    assert distribution([(3**number, 5_000) for number in range(15)]).exact
    assert sum(2**number for number in range(15)) < EXACT_STEPS
    assert distribution([(1, 5_000)] * 300).exact
    assert not distribution([(3**number, 5_000) for number in range(40)]).exact


def test_nothing_uncertain() -> None:
    for found in (distribution([], 7), distribution([(100, 0)], 7), distribution([(3, 10_000)], 4)):
        assert found == Distribution((7,), (1,))
        assert (found.percentile(10), found.percentile(90), found.reaches(7), found.reaches(8)) == (
            7,
            7,
            1,
            0,
        )


def test_from_stock() -> None:
    """The stock of METRICS 11 with its close ratios from each stage: S1 3/6, S2 3/5, S4 3/3."""
    closing = {1: (3, 6), 2: (3, 5), 3: (3, 5), 4: (3, 3)}
    stock = [(2, Fraction(27_000)), (4, Fraction(30_000)), (1, Fraction(0))]
    assert from_stock(stock, closing) == 27_000 * Fraction(3, 5) + 30_000
    assert from_stock([(1, Fraction(5))], {}) is None
    assert from_stock([(1, Fraction(0))], {}) == 0


def test_accuracy_of_a_past_forecast() -> None:
    assert PastForecast(TODAY, Fraction(90), Fraction(120)).accuracy == Fraction(3, 4)
    assert PastForecast(TODAY, Fraction(90), Fraction(0)).accuracy is None


def test_stages_whose_probability_is_off() -> None:
    checks = check_stages(STAGES.values(), {1: (3, 6), 2: (90, 100), 3: (50, 100)})
    assert [(one.set_bp, one.won, one.n) for one in checks] == [
        (1_000, 3, 6), (2_000, 90, 100), (5_000, 50, 100), (8_000, 0, 0)
    ]  # fmt: skip
    assert [one.is_off(5) for one in checks] == [True, True, False, False]
    assert checks[1].difference == Fraction(7, 10)
    assert checks[3].history is None
    assert not checks[0].is_off(10)
    certain = StageCheck(STAGES[1], 10_000, 99, 100)
    assert not certain.is_off(5)
    assert StageCheck(STAGES[1], 10_000, 90, 100).is_off(5)
