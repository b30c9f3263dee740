"""Everything the review of quotas shows, read in one transaction."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from funnel_tui.db import Reader
from funnel_tui.domain.period import Period, days_of
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.quota import AtQuota, Clock, QuotaStanding, mismatch
from funnel_tui.queries.forecast import pipeline_ids
from funnel_tui.queries.names import team_reps
from funnel_tui.queries.quotas import reps_listed, teams_listed, won_ids
from funnel_tui.services.reports import building
from funnel_tui.services.reports.behind import DealsBehind
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.reports.quota_figures import NO_TEAM, QuotaFigures, QuotaLine
from funnel_tui.services.reports.quota_period import settle_period
from funnel_tui.services.reports.quota_trend import Plans, Point, TotalPoint, last_periods, total_points
from funnel_tui.services.reports.quotas import (
    mismatch_of,
    notes_on,
    reps_at_quota,
    total_standing,
    total_unit,
)
from funnel_tui.services.workspace import Workspace

WON, PIPELINE = "won", "pipeline"

_FIGURES = {
    **dict.fromkeys(("won", "gap", "surplus", "attainment", "pace", "projection", "expected"), WON),
    **dict.fromkeys(("quota", "needed_per_day", "status"), WON),
    **dict.fromkeys(("pipeline", "coverage"), PIPELINE),
}
"""Which deals stand behind a figure."""


class QuotaRow(NamedTuple):
    """A rep or a team in the review.

    :param line: the quota and how it stands.
    :param trend: the last periods, the one that is looked at at the end; in the base currency.
    :param members: the numbers of the reps whose deals count.
    :param mismatch: Σ members − own quota, for a team with one of its own.
    """

    line: QuotaLine
    trend: tuple[Point, ...]
    members: Sequence[int]
    mismatch: Number | None = None


@dataclass(frozen=True, slots=True)
class QuotaView:
    """What the review of quotas shows.

    :param scope: as asked, with the period that is looked at.
    :param rows: one per quota of a rep, and one for each rep without.
    :param teams: one per team with its own quota, else that of its members.
    :param own: the quota of the scope's team or of the company; None when there is none.
    :param total: Σ of the reps with a quota, in ``unit`` (the base currency, or deals).
    :param everybody: Σ won and pipeline of all reps of the scope, with the quota of ``own``.
    :param mismatch: Σ members − ``own``.
    :param trend: Σ of the reps with a quota in each of the last periods.
    :param won_deals: how many deals some reps have won in each of the last periods, by their numbers.
    :param notes: what a reader must know.
    """

    scope: Scope
    settings: TeamSettings
    period: Period
    clock: Clock
    currency: str
    unit: QuotaUnit
    rows: tuple[QuotaRow, ...]
    teams: tuple[QuotaRow, ...]
    own: QuotaLine | None
    total: QuotaStanding
    everybody: QuotaStanding
    reached: AtQuota
    mismatch: Number | None
    trend: tuple[TotalPoint, ...]
    won_deals: Callable[[Sequence[int]], Sequence[int]]
    notes: tuple[str, ...]


def read_quotas(workspace: Workspace, scope: Scope) -> QuotaView:
    """Read the review of quotas.

    :param scope: without a period the present one is taken.
    :raises NotFound: when there is no pipeline yet, or a name that does not exist.
    """
    with workspace.read() as reader:
        return quotas_in(workspace, reader, scope)


def quotas_in(workspace: Workspace, reader: Reader, scope: Scope) -> QuotaView:
    """The same in a read transaction that is already open."""
    looking, note = settle_period(look_up(workspace, reader, scope.with_(by=None, compare=None)))
    period = looking.scope.period
    plans = Plans(looking, last_periods(looking, period))
    figures = QuotaFigures(looking, period, plans)
    lines = figures.rep_lines()
    rows = tuple(_rep_row(plans, line, (line.holder.rep_id or 0,)) for line in lines)
    unit = total_unit(lines)
    own = figures.own_line(unit)
    everybody = (own or figures.everybody(unit)).base
    return QuotaView(
        scope=looking.scope,
        settings=looking.settings,
        period=period,
        clock=figures.clock,
        currency=looking.currency,
        unit=unit,
        rows=rows,
        teams=tuple(_team_rows(figures, lines)),
        own=own,
        total=total_standing(figures, lines, unit),
        everybody=everybody,
        reached=reps_at_quota(lines),
        mismatch=mismatch_of(figures, lines, unit),
        trend=total_points(plans.periods, {row.line.holder: row.trend for row in rows}.values()),
        won_deals=plans.won_deals,
        notes=tuple(notes_on(looking, figures, lines, note)),
    )


def _rep_row(plans: Plans, line: QuotaLine, reps: tuple[int]) -> QuotaRow:
    return QuotaRow(line, plans.trend(line.holder, reps), reps)


def _team_rows(figures: QuotaFigures, lines: Sequence[QuotaLine]) -> list[QuotaRow]:
    quotas = {
        (line.holder.rep_id, line.unit): line.base.quota for line in lines if line.base.quota is not None
    }
    rows = []
    for line in figures.team_lines():
        members = figures.members(line.holder.team_id or None)
        known = [quotas[rep, line.unit] for rep in members if (rep, line.unit) in quotas]
        away = mismatch(line.base.quota, known)
        rows.append(QuotaRow(line, figures.plans.trend(line.holder, members), members, away))
    return rows


def quota_deals(workspace: Workspace, scope: Scope, figure: str, holder: Holder | None = None) -> DealsBehind:
    """The deals behind a figure of the review.

    :param figure: a column, such as ``won`` or ``coverage``.
    :param holder: the rep or team of the row; None for all of the scope.
    :returns: for won the latest closing first, for the pipeline the earliest expected close first.
    :raises UsageError: for a figure that no deals stand behind.
    """
    what = _FIGURES.get(figure)
    if what is None:
        raise UsageError(tr("No deals stand behind {figure!r}.").format(figure=figure))
    with workspace.read() as reader:
        looking, _ = settle_period(look_up(workspace, reader, scope.with_(by=None, compare=None)))
        looking, whose = _narrowed(looking, holder)
        if what == WON:
            found = [number for one in looking.selections for number in won_ids(reader, one)]
            title = tr("Won{when}").format(when=building.when(looking))
        else:
            start, end = days_of(looking.scope.period)
            today = looking.prices.day
            expected = [
                pair for one in looking.selections for pair in pipeline_ids(reader, one, start, end, today)
            ]
            found = [number for _, number in sorted(expected)]
            title = tr("Open, expected{when}").format(when=building.when(looking))
        shown = " · ".join(part for part in (title, whose, building.whose(looking)) if part)
        return DealsBehind(shown, array("q", found))


def _narrowed(looking: Looking, holder: Holder | None) -> tuple[Looking, str]:
    """The scope with only the deals of one holder, and who that is."""
    if holder is None or holder == Holder():
        return looking, ""
    reader = looking.reader
    if holder.rep_id:
        wanted = {holder.rep_id}
        name = next((shown for rep, shown, _, _ in reps_listed(reader) if rep == holder.rep_id), "")
    elif holder.team_id:
        wanted = {rep for rep, _ in team_reps(reader, holder.team_id)}
        name = next((shown for team, shown, _ in teams_listed(reader) if team == holder.team_id), "")
    else:
        wanted, name = {rep for rep, _, team, _ in reps_listed(reader) if team is None}, NO_TEAM
    selections = tuple(
        replace(one, owners=frozenset(wanted if one.owners is None else wanted & one.owners))
        for one in looking.selections
    )
    return replace(looking, selections=selections), name
