"""Who adds what to the forecast of a period: a line for the company, each team and each rep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import COMPANY, AdjustmentFact, Holder
from funnel_tui.domain.scope import Scope
from funnel_tui.metrics.figures import Prices
from funnel_tui.queries.quotas import inside, reps_listed, teams_listed
from funnel_tui.services.reports.forecast_screen import ForecastView, read_forecast
from funnel_tui.services.workspace import Workspace


class AdjustedLine(NamedTuple):
    """A forecast with what somebody adds to it; amounts in minor units of the base currency, exact.

    :param kind: ``company``, ``team`` or ``rep``.
    :param forecast: won + weighted of the open deals (METRICS 7).
    :param fact: the adjustment that counts; None without one.
    :param change: the same in the base currency; None without a rate.
    :param deals: how many deals the forecast is of.
    """

    holder: Holder
    name: str
    kind: str
    forecast: Fraction
    fact: AdjustmentFact | None = None
    change: Fraction | None = None
    deals: int = 0

    @property
    def adjusted(self) -> Fraction:
        """The forecast with its adjustment."""
        return self.forecast + (self.change or 0)


@dataclass(frozen=True, slots=True)
class AdjustedView:
    """The adjustments of a period.

    :param period: the one they are for.
    :param time_zone: of the team, for days.
    """

    scope: Scope
    period: Period
    currency: str
    prices: Prices
    time_zone: str
    lines: tuple[AdjustedLine, ...]


class _Whole(NamedTuple):
    """The forecast of a rep, and how many deals it is of."""

    forecast: Fraction
    deals: int


def read_adjusted(workspace: Workspace, scope: Scope) -> AdjustedView:
    """Read the forecasts of everybody of the scope with their adjustments."""
    view = read_forecast(workspace, scope)
    with workspace.read() as reader:
        reps, teams = reps_listed(reader), teams_listed(reader)
    whole = {
        one.rep_id: _Whole(
            one.whole.closed.amount + one.whole.opened.weighted_total(view.prices),
            one.whole.closed.deals + one.whole.opened.deals,
        )
        for one in view.by_rep
    }
    facts = {fact.holder: fact for fact in view.adjustments}
    lines = []
    narrowed = scope.owner is not None or scope.team is not None
    if not narrowed:
        lines.append(_line(view, facts, Holder(), COMPANY, "company", whole.values()))
    under = inside(teams)
    for number, name, _ in teams:
        mine = [whole[rep] for rep, _, team, _ in reps if team in under[number] and rep in whole]
        holder = Holder(team_id=number)
        if (mine and scope.owner is None) or holder in facts:
            lines.append(_line(view, facts, holder, name, "team", mine))
    for number, name, _, active in reps:
        holder = Holder(rep_id=number)
        if number in whole or holder in facts or (active and not narrowed):
            own = [whole[number]] if number in whole else []
            lines.append(_line(view, facts, holder, name, "rep", own))
    zone = workspace.settings().time_zone
    return AdjustedView(view.scope, view.quota_period, view.currency, view.prices, zone, tuple(lines))


def _line(
    view: ForecastView,
    facts: dict[Holder, AdjustmentFact],
    holder: Holder,
    name: str,
    kind: str,
    whole: Iterable[_Whole],
) -> AdjustedLine:
    fact = facts.get(holder)
    change = None if fact is None else view.prices.exact(fact.amount_minor, fact.currency)
    parts = list(whole)
    forecast = sum((one.forecast for one in parts), Fraction(0))
    return AdjustedLine(holder, name, kind, forecast, fact, change, sum(one.deals for one in parts))
