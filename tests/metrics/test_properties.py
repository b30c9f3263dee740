"""Random histories at the pure level: what METRICS 2 says must always hold."""

from __future__ import annotations

import random
from fractions import Fraction
from math import prod
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from funnel_tui.domain.cells import DealFact
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.money import Rates
from funnel_tui.domain.period import Period, day_number, local_day
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, DealStatus, GroupBy, Mode
from funnel_tui.metrics.counting import closed_of, funnel_of, lost_of, open_of
from funnel_tui.metrics.figures import Prices
from funnel_tui.metrics.funnel import Funnel, close_ratios, funnel
from funnel_tui.metrics.losses import losses
from funnel_tui.metrics.summary import summary
from tests.support.histories import NOW, World, facts, rich, worlds
from tests.support.oracle import PERIODS
from tests.support.seen import Seen

SEEDS = st.integers(0, 2**32 - 1)


def moments(world: World, seed: int, count: int) -> list[int]:
    """Instants to look from: now, those of events, and the seconds before."""
    rng = random.Random(seed)
    happened = world.instants()
    return [NOW, *(rng.choice(happened) - rng.choice((0, 0, 1)) for _ in range(count))]


def select(
    world: World, pipeline: PipelineFact, period: Period, as_of: int, split: GroupBy | None
) -> Selection:
    zone = ZoneInfo(world.zone)
    months = period.months() if split is GroupBy.MONTH and period.name != "all" else [period]
    spans = tuple((number, *month.bounds(zone)) for number, month in enumerate(months))
    owners = None if split else frozenset({1, 2, 4})
    return Selection(pipeline, spans, as_of, owners, split)


def prices(world: World, as_of: int) -> Prices:
    return Prices(Rates.build("EUR", world.rates), day_number(local_day(as_of, ZoneInfo(world.zone))))


def by_group(found: Funnel) -> list[tuple[int, ...]]:
    return [(s.stage.id, s.reached.deals, s.advanced.deals, s.lost.deals, s.open.deals) for s in found.steps]


@rich(12)
@given(world=worlds(), seed=SEEDS)
def test_reached_is_advanced_plus_lost_plus_open(world: World, seed: int) -> None:
    """For every cohort, mode, grouping and as-of; by count and by value."""
    rng = random.Random(seed)
    for as_of in moments(world, seed, 6):
        deals = facts(world, as_of)
        for cohort in Cohort:
            for mode in Mode:
                pipeline, period = rng.choice(world.pipelines), rng.choice(PERIODS)
                split = rng.choice((None, GroupBy.REP, GroupBy.SOURCE, GroupBy.MONTH))
                cells = funnel_of(deals, select(world, pipeline, period, as_of, split), cohort, mode)
                for group in {cell.group for cell in cells}:
                    mine = [cell for cell in cells if cell.group == group]
                    found = funnel(pipeline, mine, prices(world, as_of), mode=mode)
                    for step in found.steps:
                        parts = (step.advanced, step.lost, step.open)
                        assert step.reached.deals == sum(part.deals for part in parts)
                        assert step.reached.total.exact == sum(part.total.exact for part in parts)
                        assert step.went_on.deals <= step.reached.deals


@rich(15)
@given(world=worlds(), seed=SEEDS)
def test_the_conversions_of_the_closed_cohort_multiply_to_the_close_ratio(world: World, seed: int) -> None:
    """By count and by value; retired stages that nobody stopped in may be left out."""
    for as_of in moments(world, seed, 5):
        deals = facts(world, as_of)
        for pipeline in world.pipelines:
            for period in PERIODS:
                selection = select(world, pipeline, period, as_of, None)
                cells = funnel_of(deals, selection, Cohort.CLOSED, Mode.REACHED)
                four = summary(closed_of(deals, selection), (), (), prices(world, as_of))
                everything = [stage.id for stage in pipeline.stages]
                for keep in ((), everything):
                    found = funnel(pipeline, cells, prices(world, as_of), keep=keep)
                    for by_value in (False, True):
                        ratios = [step.conversion(by_value) for step in found.steps]
                        # Behind the stage that nobody passed there is no value.
                        product = prod((ratio for ratio in ratios if ratio is not None), start=Fraction(1))
                        ratio = four.close_ratio(by_value)
                        assert found.overall(by_value) == ratio
                        assert ratio is None or product == ratio


@rich(15)
@given(world=worlds(), seed=SEEDS)
def test_the_projection_of_a_history_is_what_metrics_says(world: World, seed: int) -> None:
    for as_of in moments(world, seed, 8):
        found = {deal.id: deal for deal in facts(world, as_of)}
        for number, story in enumerate(world.stories, 1):
            assert (number in found) == (story.created <= as_of)
            if number in found:
                check_deal(found[number], Seen(world, number, story, as_of))


def check_deal(deal: DealFact, seen: Seen) -> None:
    positions = {stage.id: stage.position for stage in seen.pipeline.stages}
    assert deal.pipeline_id == seen.pipeline.id
    assert deal.status.value == seen.status
    assert deal.furthest == seen.f
    assert positions[deal.stage_id] == seen.here
    assert (deal.entered_at, deal.closed_at) == (seen.since, seen.closed)
    assert deal.loss_reason_id == seen.reason
    reached = {positions[stage.stage_id]: stage for stage in deal.stages}
    for position in range(1, seen.top + 1):
        assert bool(deal.visited_mask >> (position - 1) & 1) == seen.was_in(position, Mode.VISITED)
        assert (deal.straight >= position and deal.furthest >= position) == seen.was_in(
            position, Mode.STRAIGHT
        )
        assert (position in reached) == seen.was_in(position, Mode.REACHED)
        if position in reached:
            stage = reached[position]
            assert stage.reached_at == seen.reached_at(position)
            assert stage.reached_owner_id == seen.owner(stage.reached_at, False)
            assert (stage.left_at, stage.seconds) == (seen.final_exit(position), seen.seconds(position))
            assert stage.visits == sum(at == position for at, _, _ in seen.visits)


@rich(10)
@given(world=worlds(), seed=SEEDS)
def test_cells_add_up(world: World, seed: int) -> None:
    """A lost deal was lost from one stage; passed and lost-from fit the funnel of the same cohort."""
    for as_of in moments(world, seed, 4):
        deals = facts(world, as_of)
        for pipeline in world.pipelines:
            selection = select(world, pipeline, PERIODS[0], as_of, None)
            for cohort in (Cohort.CLOSED, Cohort.CREATED):
                cells = funnel_of(deals, selection, cohort, Mode.REACHED)
                whole = funnel(pipeline, cells, prices(world, as_of))
                steps = losses(pipeline, cells, lost_of(deals, selection, cohort), prices(world, as_of))
                assert sum(step.lost_from.deals for step in steps) == whole.lost.deals
                assert sum(step.lost.deals for step in whole.steps) == whole.lost.deals
                assert whole.deals.deals == whole.won.deals + whole.lost.deals + whole.open.deals
                advanced = {step.stage.id: step.advanced.deals for step in whole.steps}
                assert all(advanced.get(s.stage.id, s.passed.deals) == s.passed.deals for s in steps)
            closed = funnel_of(deals, selection, Cohort.CLOSED, Mode.REACHED)
            for won, both in close_ratios(pipeline, closed).values():
                assert 0 <= won <= both
            opened = open_of(deals, selection)
            assert sum(cell.deals for cell in opened) == sum(
                deal.status is DealStatus.OPEN and deal.pipeline_id == pipeline.id and deal.owner_id != 3
                for deal in deals
            )
