"""What a plan is made from, read once: the history, the funnel as it stands, the benchmark (METRICS 9).

What is asked of it afterwards (:mod:`.plan_figures`) needs no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from funnel_tui.domain.cells import FunnelCell
from funnel_tui.domain.period import DAY_SECONDS, Period, PeriodKind, local_day
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, GroupBy, QuotaUnit
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.benchmark import Benchmark
from funnel_tui.metrics.figures import Number, Prices
from funnel_tui.metrics.funnel import close_ratios, funnel
from funnel_tui.metrics.planning import Standing, Step
from funnel_tui.metrics.summary import Summary, summary
from funnel_tui.queries import look
from funnel_tui.queries.closings import closed_cells
from funnel_tui.queries.filtering import matching_ids
from funnel_tui.queries.funnel import days_cells, funnel_cells
from funnel_tui.queries.past import past_deals
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.snapshot import closing_history, waiting_cells
from funnel_tui.services.reports.building import quota_note
from funnel_tui.services.reports.looking import Looking, cohort_of
from funnel_tui.services.reports.quota_figures import QuotaFigures
from funnel_tui.services.reports.quota_period import in_periods
from funnel_tui.services.reports.quotas import total_standing, total_unit

QUARTERS = 4
"""Without a period the conversions are those of so many whole quarters."""


@dataclass(frozen=True, slots=True)
class StageStock:
    """Open deals of a stage: now, and at the end of the benchmark."""

    stage: str
    held: Benchmark


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan is made from; amounts in minor units of the base currency.

    :param pipeline: its name; a plan follows one.
    :param cohort: which deals of the history count.
    :param history: the days the conversions come from; ``settled`` when nobody named them.
    :param period: the days that are planned.
    :param benchmark: the days that are held against.
    :param steps: of the chain, with the deals of the cohort behind each.
    :param entered: deals of the history that reached the first step; ``won`` of them, and ``closed``.
    :param reps: how many reps had any of these.
    :param prospects: as many in a period as long as the planned one, rounded half up.
    :param size: of a deal won in the history; ``cycle`` days to win it.
    :param quota: of the scope for the period, None without one; ``quota_unit`` says what of, and
        ``quota_notes`` what a reader must know of it.
    :param won_now: deals won in the planned period so far.
    :param expected: Σ open deals × close ratio from their stage.
    :param unknown: open deals in stages that no closed deal has reached.
    :param now: what velocity depends on; ``then`` is that of the benchmark.
    :param stock: open deals per stage.
    :param last_closing: the day of the last closing up to as-of.
    :param is_filtered: whether only deals count that a filter holds for; ``who`` is the only rep or team.
    """

    pipeline: str
    cohort: Cohort
    history: Period
    settled: bool
    period: Period
    benchmark: Period
    steps: tuple[Step, ...]
    entered: int
    won: int
    closed: int
    reps: int
    prospects: int
    size: Fraction | None
    cycle: Fraction | None
    quota: Number | None
    quota_unit: QuotaUnit
    quota_notes: tuple[str, ...]
    won_now: int
    open_now: int
    expected: Fraction
    unknown: int
    now: Standing
    then: Standing
    stock: tuple[StageStock, ...]
    last_closing: date | None
    prices: Prices
    small_n: int
    without_amount: int = 0
    is_filtered: bool = False
    who: str | None = None

    @property
    def currency(self) -> str:
        """The base currency."""
        return self.prices.currency

    @property
    def usual_capacity(self) -> Fraction | None:
        """Prospects per rep in a period of this length, as in the history; None without any."""
        if not self.reps or not self.entered:
            return None
        return self.entered * length_ratio(self.period, self.history) / self.reps


def narrowed(looking: Looking) -> Looking:
    """The same of one pipeline: a plan follows one funnel, the first of the scope."""
    return replace(looking, pipelines=looking.pipelines[:1], selections=looking.selections[:1])


def history_of(looking: Looking) -> Period:
    """The days the conversions come from: those of the scope, else the last four whole quarters."""
    scope = looking.scope
    if scope.period.kind is not PeriodKind.ALL:
        return scope.period
    today = local_day(looking.as_of, looking.zone)
    present = Period.containing(today, PeriodKind.QUARTER, looking.settings.fiscal_start)
    first = present.shifted(-QUARTERS)
    return Period.days(first.start, present.start - timedelta(days=1), looking.settings.fiscal_start)


def read_plan(looking: Looking, period: Period | None) -> PlanFacts:
    """Read what a plan needs.

    :param looking: of one pipeline (:func:`narrowed`); its period is the history.
    :param period: the period to plan; None for the present quarter.
    :raises UsageError: for all time, which nobody can plan.
    """
    if period is not None and period.kind is PeriodKind.ALL:
        raise UsageError(tr("All time cannot be planned."), tr("Name a period such as 2026-Q4 or 2026-12."))
    scope, today = looking.scope, local_day(looking.as_of, looking.zone)
    fiscal = looking.settings.fiscal_start
    planned = period or Period.containing(today, PeriodKind.QUARTER, fiscal)
    history = history_of(looking)
    held = scope.compare or benchmark_of(planned, today)
    [past] = in_periods(looking, [history]).selections
    by_rep = replace(past, split=GroupBy.REP)
    cells = funnel_cells(looking.reader, by_rep, cohort_of(looking, Cohort.CLOSED), scope.mode)
    made = funnel(past.pipeline, cells, looking.prices, mode=scope.mode)
    steps = tuple(Step(one.stage.name, one.conversion(), one.reached.deals) for one in made.steps)
    entered = steps[0].n or 0 if steps else 0
    closed = _closings(looking, past)
    stock, expected, unknown = _stock(looking, held)
    figures = QuotaFigures(in_periods(looking, [planned]), planned)
    quota, unit = _quota(figures)
    open_now = sum(one.held.now for one in stock)
    return PlanFacts(
        pipeline=past.pipeline.name,
        cohort=cohort_of(looking, Cohort.CLOSED),
        history=history,
        settled=looking.scope.period.kind is PeriodKind.ALL,
        period=planned,
        benchmark=held,
        steps=steps,
        entered=entered,
        won=closed.won,
        closed=closed.won + closed.lost,
        reps=_reps(cells),
        prospects=_rounded(entered * length_ratio(planned, history)),
        size=closed.average_won,
        cycle=closed.time_to_win_mean,
        quota=quota,
        quota_unit=unit,
        quota_notes=tuple(quota_note(looking)),
        is_filtered=bool(scope.where.strip()),
        who=scope.owner or scope.team,
        won_now=int(figures.everybody(QuotaUnit.DEALS).standing.won or 0),
        open_now=int(open_now),
        expected=expected,
        unknown=unknown,
        now=_standing(looking, past, closed, int(open_now)),
        then=_standing_then(looking, held, int(sum(one.held.then for one in stock))),
        stock=stock,
        last_closing=_last_closing(looking, past),
        prices=looking.prices,
        small_n=looking.settings.small_n,
        without_amount=closed.won_total.without_amount,
    )


def benchmark_of(planned: Period, today: date) -> Period:
    """What is held against when nothing was asked for: the last whole period as long as the planned one."""
    held = planned.previous()
    while held.end > today and held.previous() != held:
        held = held.previous()
    return held


def length_ratio(one: Period, other: Period) -> Fraction:
    """How many times as long a period is as another: in months where both have whole ones, else in days."""
    months = _months(one), _months(other)
    if months[0] and months[1]:
        return Fraction(months[0], months[1])
    return Fraction((one.end - one.start).days, (other.end - other.start).days)


def _months(period: Period) -> int:
    """The whole months of a period; 0 when it does not begin and end with one."""
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def _rounded(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _reps(cells: Sequence[FunnelCell]) -> int:
    return len({cell.group for cell in cells if cell.deals})


def _closings(looking: Looking, selection: Selection) -> Summary:
    return summary(closed_cells(looking.reader, selection), (), (), looking.prices)


def _standing(looking: Looking, selection: Selection, closed: Summary, volume: int) -> Standing:
    """What velocity depends on, over the days of the selection."""
    stages = [stage for stage in selection.pipeline.stages if not stage.retired]
    first = min(stages, key=lambda stage: stage.position, default=None)
    if first is None:
        return Standing(None, volume, closed.average_won, closed.time_to_win_mean)
    # Only of the first stage: the days of all would be read in vain.
    alone = replace(selection, pipeline=replace(selection.pipeline, stages=(first,)))
    cells = days_cells(looking.reader, alone)
    spent = [seconds for cell in cells if cell.stage_id == first.id for seconds in cell.seconds]
    days = Fraction(sum(spent), len(spent) * DAY_SECONDS) if spent else None
    return Standing(days, volume, closed.average_won, closed.time_to_win_mean)


def _standing_then(looking: Looking, held: Period, volume: int) -> Standing:
    [selection] = in_periods(looking, [held]).selections
    return _standing(looking, selection, _closings(looking, selection), volume)


def _stock(looking: Looking, held: Period) -> tuple[tuple[StageStock, ...], Fraction, int]:
    """Open deals per stage now and at the end of the benchmark; how many of now are expected to be won."""
    [selection] = looking.selections
    selection = replace(selection, split=None)
    now = _open_by_stage(looking, selection)
    end = min(held.bounds(looking.zone)[1] - 1, looking.as_of)
    ladders = {pipeline.id: pipeline.ladder for pipeline in read_pipelines(looking.reader)}
    past = past_deals(looking.reader, end, ladders, looking.currency, looking.zone)
    if selection.where is not None and past is not None:
        # A filter asks how deals are at as-of; what is in ``past`` it cannot ask itself.
        wanted = matching_ids(looking.reader, selection.where, selection.past, looking.as_of)
        past = [deal for deal in past if deal.id in wanted]
    then = _open_by_stage(looking, replace(selection, as_of=end, past=past))
    ratios = close_ratios(selection.pipeline, closing_history(looking.reader, selection))
    expected, unknown = Fraction(0), 0
    for stage, count in now.items():
        won, closed = ratios.get(stage, (0, 0))
        if closed:
            expected += Fraction(count * won, closed)
        else:
            unknown += count
    rows = [
        StageStock(stage.name, Benchmark(now.get(stage.id, 0), then.get(stage.id, 0)))
        for stage in sorted(selection.pipeline.stages, key=lambda stage: stage.position)
        if not stage.retired or now.get(stage.id) or then.get(stage.id)
    ]
    return tuple(rows), expected, unknown


def _open_by_stage(looking: Looking, selection: Selection) -> dict[int, int]:
    found: dict[int, int] = {}
    for cell in waiting_cells(looking.reader, selection):
        found[cell.stage_id] = found.get(cell.stage_id, 0) + cell.deals
    return found


def _quota(figures: QuotaFigures) -> tuple[Number | None, QuotaUnit]:
    """The quota of the scope: its own, else the sum of those of its reps; in base currency or in deals."""
    lines = figures.rep_lines()
    for unit in QuotaUnit:
        own = figures.own_line(unit)
        if own is not None and own.base.quota is not None:
            return own.base.quota, unit
    unit = total_unit(lines)
    return total_standing(figures, lines, unit).quota, unit


def _last_closing(looking: Looking, selection: Selection) -> date | None:
    """None also where only some deals are looked at: the last one could be another."""
    if not looking.scope.is_of_all_deals:
        return None
    last = look.last_closing(looking.reader, selection.pipeline, looking.as_of)
    return None if last is None else local_day(last, looking.zone)
