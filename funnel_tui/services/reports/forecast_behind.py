"""The deals behind a figure of the forecast."""

from __future__ import annotations

from array import array
from dataclasses import replace

from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import ForecastCategory
from funnel_tui.language import tr
from funnel_tui.metrics.forecast import NONE, SLIPPED, bucket, category
from funnel_tui.queries.quotas import won_ids
from funnel_tui.services.reports import building
from funnel_tui.services.reports.behind import DealsBehind
from funnel_tui.services.reports.forecast_figures import ForecastFigures
from funnel_tui.services.reports.forecast_screen import ALL, ForecastFilter
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.reports.quota_period import in_periods
from funnel_tui.services.workspace import Workspace

CLOSED = "closed"
"""The category of deals that are won."""

OPEN = frozenset(kind.value for kind in ForecastCategory)

CATEGORY_WORDS: dict[str, str] = {
    ForecastCategory.COMMIT: tr("commit"),
    ForecastCategory.BEST_CASE: tr("best case"),
    ForecastCategory.PIPELINE: tr("pipeline"),
    ForecastCategory.OMITTED: tr("omitted"),
}
"""The categories of a forecast as people read them."""


def forecast_deals(
    workspace: Workspace,
    scope: Scope,
    *,
    only: ForecastFilter = ALL,
    month: str | None = None,
    rep_id: int | None = None,
    categories: frozenset[str] | None = None,
) -> DealsBehind:
    """The deals behind a figure of the forecast: won ones the latest first, then open ones by expected close.

    :param only: which open deals count.
    :param month: ``2026-03``, *slipped* or *none*; None for all of them.
    :param rep_id: only what is this rep's.
    :param categories: only these; None for every open deal.
    """
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope.with_(by=None, compare=None))
        asked = None if looking.scope.period.kind is PeriodKind.ALL else looking.scope.period
        figures = ForecastFigures(looking, asked, None if only == ALL else only.admits)
        wanted = OPEN if categories is None else categories
        shown = wanted if only.category is None else wanted & {only.category, CLOSED}
        found: list[int] = []
        if CLOSED in wanted and month not in {NONE, SLIPPED}:
            found += _won(figures, month, rep_id)
        opened = [
            deal
            for deal in figures.deals
            if (month is None or bucket(deal.expected_close, figures.today) == month)
            and (rep_id is None or deal.owner_id == rep_id)
            and category(deal, figures.stages) in wanted
        ]
        opened.sort(key=lambda deal: (deal.expected_close is None, deal.expected_close or 0, deal.id))
        found += [deal.id for deal in opened]
        parts = [_title(figures.horizon, month, shown), only.currency, building.whose(looking)]
        return DealsBehind(" · ".join(part for part in parts if part), array("q", found))


def _won(figures: ForecastFigures, month: str | None, rep_id: int | None) -> list[int]:
    """Won in the horizon, or in one of its months."""
    looking = figures.looking
    start, end = figures.horizon.bounds(looking.zone)
    periods = [figures.horizon]
    if month is not None:
        periods = [one for one in figures.horizon.months() if one.name == month]
    found = []
    for selection in in_periods(looking, periods).selections:
        spans = tuple((at, max(low, start), min(high, end)) for at, low, high in selection.spans)
        owners = selection.owners
        if rep_id is not None:
            mine = frozenset({rep_id})
            owners = mine if owners is None else owners & mine
        found += won_ids(looking.reader, replace(selection, spans=spans, owners=owners))
    return found


def _title(horizon: Period, month: str | None, wanted: frozenset[str]) -> str:
    kinds = wanted - {CLOSED}
    names = [] if kinds == OPEN else [CATEGORY_WORDS[kind] for kind in ForecastCategory if kind in kinds]
    which = _which(horizon, month, wanted)
    return f"{which} · {', '.join(names)}" if names else which


def _which(horizon: Period, month: str | None, wanted: frozenset[str]) -> str:
    """Which deals they are, whatever their category."""
    if month == NONE:
        return tr("Open deals without an expected close")
    if month == SLIPPED:
        return tr("Open deals whose expected close has passed")
    when = horizon.label if month is None else month
    if wanted == {CLOSED}:
        return tr("Won in {period}").format(period=when)
    if CLOSED in wanted:
        return tr("Won, and open deals expected to close in {period}").format(period=when)
    return tr("Open deals expected to close in {period}").format(period=when)
