"""Everything a screen shows of the forecast: months, categories, range, adjustments, how good it was.

Three reads, because they cost differently: the sums at once, the range after some arithmetic, the accuracy
after looking at many past days. A screen asks for each in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.period import Period, PeriodKind, day_number, days_of, start_of
from funnel_tui.domain.quotas import AdjustmentFact
from funnel_tui.domain.scope import Scope
from funnel_tui.metrics.figures import Number, Prices, Total
from funnel_tui.metrics.forecast import Categories, OpenDeal, PastForecast, StageCheck, category
from funnel_tui.metrics.outcomes import Distribution
from funnel_tui.queries.forecast_choices import open_currencies
from funnel_tui.queries.quotas import adjustments, latest_adjustments, reps_listed
from funnel_tui.services.reports.forecast_figures import Bucket, ForecastFigures
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.workspace import Workspace

Progress = Callable[[int, int], None]
"""Told how many past days are done, and of how many."""


@dataclass(frozen=True, slots=True)
class ForecastFilter:
    """Which open deals of a scope count; None for all.

    :param category: a forecast category, such as ``commit``.
    :param currency: the currency of the deal.
    """

    category: str | None = None
    currency: str | None = None

    def admits(self, deal: OpenDeal, stages: Mapping[int, StageFact]) -> bool:
        """Whether a deal counts."""
        return (self.currency is None or deal.currency == self.currency) and (
            self.category is None or category(deal, stages) == self.category
        )


ALL = ForecastFilter()


class RepForecast(NamedTuple):
    """What a rep has in a forecast, over all of its months."""

    rep_id: int
    name: str
    whole: Bucket


@dataclass(frozen=True, slots=True)
class ForecastView:
    """The sums of a forecast; amounts in minor units of ``currency``, exact.

    :param horizon: the days it is about.
    :param quota_period: the period whose quota the probability of :func:`read_range` is about.
    :param buckets: months in order, then *slipped* and *none* where they belong to it.
    :param total: Σ of the open amounts, with what has no amount or no rate.
    :param weighted: Σ amount × probability; ``from_stock`` is None where history says nothing.
    :param adjustments: what counts of the quota's period; ``history`` is every revision, the latest first.
    :param checks: set probability of each stage beside history.
    :param off: the stages of which history says otherwise.
    :param prices: what amounts in other currencies are worth.
    :param goal: the quota of the quota's period in minor units; None without one in money.
    :param by_rep: the same as the months, per rep that has anything in it.
    :param currencies: those that open deals are in, for the filter.
    :param small_n: below so many closed deals a ratio is too small to rely on (METRICS M6).
    :param unpriced: which deals are in no sum because there is no exchange rate, in sentences.
    """

    scope: Scope
    currency: str
    horizon: Period
    quota_period: Period
    buckets: tuple[Bucket, ...]
    total: Total
    weighted: Fraction
    from_stock: Fraction | None
    categories: Categories
    adjustments: tuple[AdjustmentFact, ...]
    history: tuple[AdjustmentFact, ...]
    checks: tuple[StageCheck, ...]
    off: tuple[StageCheck, ...]
    prices: Prices
    goal: Number | None
    by_rep: tuple[RepForecast, ...]
    currencies: tuple[str, ...]
    small_n: int
    unpriced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RangeView:
    """What the open deals may bring; amounts in minor units of the base currency.

    :param probability: that the quota is reached; None without a quota.
    """

    p10: int
    p50: int
    p90: int
    probability: Fraction | None
    distribution: Distribution


@dataclass(frozen=True, slots=True)
class AccuracyView:
    """A past period: the forecast at its start and in its middle beside what was won (METRICS 7).

    :param instants: from which the two forecasts are seen, epoch seconds.
    :param deals: how many deals are won, in the forecast at its start, and in the one in its middle.
    """

    period: Period
    at_start: PastForecast
    in_middle: PastForecast
    instants: tuple[int, int]
    deals: tuple[int, int, int]


def read_forecast(workspace: Workspace, scope: Scope, only: ForecastFilter = ALL) -> ForecastView:
    """Read the sums of a forecast.

    :param scope: without a period it goes from the present quarter to the last expected month.
    :param only: which open deals count.
    """
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope.with_(by=None, compare=None))
        figures = _figures(looking, only)
        whole = figures.whole()
        start, end = days_of(figures.quota_period)
        found = [
            fact
            for fact in adjustments(reader, start, end, looking.as_of)
            if (fact.start_day, fact.end_day) == (start, end)
        ]
        checks = figures.stage_checks()
        return ForecastView(
            scope=looking.scope,
            currency=looking.currency,
            horizon=figures.horizon,
            quota_period=figures.quota_period,
            buckets=tuple(figures.buckets()),
            total=whole.total(looking.prices),
            weighted=whole.weighted_total(looking.prices),
            from_stock=figures.from_stock(),
            categories=figures.categories(),
            adjustments=tuple(fact for fact in latest_adjustments(found).values() if fact.amount_minor),
            history=tuple(reversed(found)),
            checks=tuple(checks),
            off=tuple(one for one in checks if one.is_off(looking.settings.small_n)),
            prices=looking.prices,
            goal=figures.money_goal(),
            by_rep=_by_rep(figures),
            currencies=tuple(open_currencies(reader)),
            small_n=looking.settings.small_n,
            unpriced=tuple(figures.unpriced_notes()),
        )


def _by_rep(figures: ForecastFigures) -> tuple[RepForecast, ...]:
    """The forecast of each rep, in the order of their names."""
    names = {number: name for number, name, _, _ in reps_listed(figures.looking.reader)}
    found = [RepForecast(rep, names.get(rep, ""), whole) for rep, whole in figures.by_owner().items()]
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def read_range(workspace: Workspace, scope: Scope, only: ForecastFilter = ALL) -> RangeView:
    """What the open deals may bring, and the probability that the quota is reached.

    With thousands of deals it is drawn by chance and takes some tenths of a second.
    """
    with workspace.read() as reader:
        figures = _figures(look_up(workspace, reader, scope.with_(by=None, compare=None)), only)
        found = figures.range()
        p10, p50, p90 = (found.percentile(percent) for percent in (10, 50, 90))
        return RangeView(p10, p50, p90, figures.probability_of_quota(), found)


def read_accuracy(
    workspace: Workspace, scope: Scope, periods: Sequence[Period], progress: Progress | None = None
) -> tuple[AccuracyView, ...]:
    """How good past forecasts were: as they stood at the start and in the middle of each period.

    The forecast of a day is the one that was shown on it: what was won by then, and the weighted amounts of
    what was open and belonged to the period, deals without a date among them. Deals are as they stood then
    (METRICS M5); the probabilities of stages are those of today, because only deals have a history.

    :param periods: past ones; those that have not begun by as-of are left out.
    :param progress: told after each past day.
    """
    views = []
    with workspace.read() as reader:
        now = look_up(workspace, reader, scope.with_(by=None, compare=None))
        asked = [period for period in periods if start_of(period.start, now.zone) <= now.as_of]
        for place, period in enumerate(asked):
            middle = period.start + timedelta(days=(period.end - period.start).days // 2)
            closed = ForecastFigures(now, period).closed
            won = Fraction(closed.amount)
            stood, instants, deals = [], [], []
            for step, day in enumerate((period.start, middle)):
                at = min(start_of(day, now.zone), now.as_of)
                then = look_up(workspace, reader, now.scope.with_(as_of=at, period=period))
                figures = ForecastFigures(then, period)
                forecast = figures.closed.amount + figures.whole().weighted_total(then.prices)
                stood.append(PastForecast(day_number(day), forecast, won))
                instants.append(at)
                deals.append(figures.closed.deals + len(figures.deals))
                if progress is not None:
                    progress(2 * place + step + 1, 2 * len(asked))
            start, half = stood
            counts = closed.deals, deals[0], deals[1]
            views.append(AccuracyView(period, start, half, (instants[0], instants[1]), counts))
    return tuple(views)


def _figures(looking: Looking, only: ForecastFilter) -> ForecastFigures:
    period = looking.scope.period
    asked = None if period.kind is PeriodKind.ALL else period
    return ForecastFigures(looking, asked, None if only == ALL else only.admits)
