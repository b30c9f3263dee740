"""Report ``forecast``: open deals by month of expected close, and what they may bring (METRICS 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import PeriodKind, days_of
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import listed, said
from funnel_tui.domain.status import ForecastCategory, GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Total
from funnel_tui.metrics.outcomes import Distribution
from funnel_tui.queries.quotas import adjustments, latest_adjustments
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row
from funnel_tui.services.reports.columns import GROUPS
from funnel_tui.services.reports.columns_planning import FORECAST, FORECAST_TOTALS
from funnel_tui.services.reports.forecast_figures import Bucket, ForecastFigures
from funnel_tui.services.reports.looking import Looking, period_words

_KINDS = (ForecastCategory.COMMIT, ForecastCategory.BEST_CASE, ForecastCategory.PIPELINE)


def forecast_report(looking: Looking) -> Report:
    """One row per month, with *slipped* and *none* where the period is the present one.

    Without a period it goes from the present quarter to the last month that a deal is expected in.

    :raises UsageError: when split by something else than rep, team or month.
    """
    by = looking.scope.by
    if by not in {None, GroupBy.REP, GroupBy.TEAM, GroupBy.MONTH}:
        raise UsageError(tr("A forecast is split by month anyway."), tr("Use --by rep or --by team."))
    asked = None if looking.scope.period.kind is PeriodKind.ALL else looking.scope.period
    figures = ForecastFigures(looking, asked)
    split = by in {GroupBy.REP, GroupBy.TEAM} and by is not None
    rows = list(_grouped(looking, figures)) if split else [_row(looking, one) for one in figures.buckets()]
    columns = [GROUPS[by.value], *FORECAST] if split and by is not None else list(FORECAST)
    looking = replace(looking, words={**looking.words, "period": period_words(figures.horizon)})
    return building.make(
        looking,
        "forecast",
        tr("Forecast for {period} · {whose}").format(
            period=figures.horizon.label, whose=building.whose(looking)
        ),
        columns,
        rows,
        _totals(looking, figures),
        FORECAST_TOTALS,
        _notes(looking, figures, asked is None),
    )


def _grouped(looking: Looking, figures: ForecastFigures) -> Iterator[Row]:
    """The rows of each rep or team; months in which nothing is open or won are left out."""
    name = looking.group_name
    column = "" if looking.scope.by is None else looking.scope.by.value
    groups = sorted({name(owner) for owner in figures.owners}, key=str.casefold)
    for group in groups:
        for bucket in figures.buckets(lambda owner, group=group: name(owner) == group):  # type: ignore[misc]
            if bucket.opened.deals or bucket.closed.deals:
                yield {column: group} | _row(looking, bucket)


def _row(looking: Looking, bucket: Bucket) -> Row:
    return {"month": bucket.name} | _sums(looking, [bucket])


def _sums(looking: Looking, buckets: Iterable[Bucket]) -> Row:
    """The sums of some buckets, added up exactly and rounded once."""
    total, weighted, closed, deals = Total(), Fraction(0), 0, 0
    kinds = dict.fromkeys(_KINDS, Fraction(0))
    prices = looking.prices
    for bucket in buckets:
        deals += bucket.opened.deals
        closed += bucket.closed.amount
        total.add(bucket.opened.total(prices))
        weighted += bucket.opened.weighted_total(prices)
        for kind in _KINDS:
            kinds[kind] += bucket.opened.of_category(kind, prices)
    return {
        "deals": deals,
        "amount": building.amount(total.exact, looking),
        "weighted": building.amount(weighted, looking),
        "closed": Money(closed, looking.currency),
        **{kind.value: building.amount(kinds[kind], looking) for kind in _KINDS},
    }


def _totals(looking: Looking, figures: ForecastFigures) -> Row:
    found = figures.range()
    return {
        **_sums(looking, figures.buckets()),
        **{f"p{at}": Money(found.percentile(at), looking.currency) for at in (10, 50, 90)},
        "probability_of_quota": figures.probability_of_quota(),
    }


def _notes(looking: Looking, figures: ForecastFigures, endless: bool) -> list[str]:
    extra = []
    if looking.scope.where.strip():
        extra.append(said("Quota and adjustments are whole; the deals are those that the filter holds for."))
    if endless:
        extra.append(said("No period was asked for: from the present quarter on (--period names one)."))
    extra.append(
        said(
            "The probability is that of the quota for {period}; {how}",
            period=figures.quota_period.label,
            how=_drawn(figures.range()),
        )
    )
    extra += _adjusted(looking, figures)
    extra += figures.unpriced_notes()
    return building.notes_of(looking, without_amount=figures.total().without_amount, extra=extra)


def _drawn(found: Distribution) -> str:
    """How p10, p50 and p90 came about."""
    if found.exact:
        return said("p10, p50 and p90 are exact.")
    return said(
        "p10, p50 and p90 are from {runs:,} runs drawn by chance, always the same ones.", runs=found.runs
    )


def _adjusted(looking: Looking, figures: ForecastFigures) -> list[str]:
    """The adjustments of the quota's period; they are told and not added."""
    start, end = days_of(figures.quota_period)
    found = latest_adjustments(adjustments(looking.reader, start, end, looking.as_of))
    told = []
    for (_, low, high), fact in found.items():
        if (low, high) == (start, end) and fact.amount_minor:
            money = Money(fact.amount_minor, fact.currency)
            sign = "+" if fact.amount_minor > 0 else ""
            text = f"{sign}{money.text} {money.currency}"
            told.append(said("{amount} by {who} ({note})", amount=text, who=fact.by, note=fact.note))
    return [said("Adjustments, not in the sums: {told}.", told=listed(told, "; "))] if told else []
