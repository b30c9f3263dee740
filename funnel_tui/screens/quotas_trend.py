"""The trend of the last periods: attainment of everybody, and won beside the quota of all."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from funnel_tui.domain.money import Money, exponent, round_half_up
from funnel_tui.domain.period import Period
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.shown import NO_VALUE, percent_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.language import tr, trn
from funnel_tui.screens.quotas_panels import Asked, Panel, Room, View
from funnel_tui.screens.quotas_reports import shown_report
from funnel_tui.screens.quotas_review import NOTHING, read_review
from funnel_tui.screens.quotas_words import Amounts, month_words
from funnel_tui.services.reports.quota_commands import quotas_command
from funnel_tui.services.reports.quota_screen import QuotaRow, QuotaView, quota_deals
from funnel_tui.services.reports.quota_trend import Point, TotalPoint, attainment
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.quota_drawing import Stacks
from funnel_tui.widgets.quota_figures import Figure, FigureRows, Known

MEANT = tr("won / quota of the period, not capped.")


def panel(view: QuotaView, _late: object, asked: Asked, _room: Room) -> Panel:
    """The trend as it is shown."""
    shown = view.teams if asked.by_team else view.rows
    amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
    commands = [
        quotas_command(view.scope.with_(period=point.period), by_team=asked.by_team) for point in view.trend
    ]
    makers = [partial(_row, view, row, amounts, commands) for row in shown]
    if makers:
        makers.append(partial(_total, view, amounts, commands))
    count = len(view.trend)
    title = (
        trn("Attainment of the last {n} period", "Attainment of the last {n} periods", count).format(n=count),
        tr("per team") if asked.by_team else tr("per rep"),
        tr("up to {period}").format(period=view.period.label),
    )
    return Panel(
        title=" · ".join(title),
        table=FigureRows(_columns(view, tr("Team") if asked.by_team else tr("Rep")), makers),
        nothing="" if view.rows else with_keys(NOTHING),
        sums=(_reached(view),),
        notes=(tr("Quotas in deals are not in the trend, which is in money."),) if _has_deals(view) else (),
        first=f"at{count - 1}",
        picture=_picture(view),
        report=partial(trend_report, view=view, by_team=asked.by_team),
        command=quotas_command(view.scope, by_team=asked.by_team),
        told_of_command=tr("A command prints one period: this is that of the column."),
        definitions={f"at{at}": MEANT for at in range(count)},
    )


def _columns(view: QuotaView, name: str) -> list[GridColumn]:
    columns = [GridColumn("name", name, 18, least=12, right=False, stretch=True)]
    count = len(view.trend)
    # The oldest period goes first where there is no room.
    columns += [
        GridColumn(f"at{at}", _heading(point.period), 8, least=7, rank=count - at)
        for at, point in enumerate(view.trend)
    ]
    return columns


def _heading(period: Period) -> str:
    return period.label if len(period.label) <= 8 else month_words(period.start)


def _row(view: QuotaView, row: QuotaRow, amounts: Amounts, commands: Sequence[str]) -> list[Figure]:
    line = row.line
    found = [Figure(line.name)]
    counts = view.won_deals(row.members)
    for point, deals, total, command in zip(row.trend, counts, view.trend, commands, strict=False):
        figure = _figure(view, line.name, line.holder, point, total.period, amounts)
        found.append(figure._replace(known=Known(deals, command=command)))
    return found


def _figure(
    view: QuotaView, name: str, holder: Holder, point: Point, period: Period, amounts: Amounts
) -> Figure:
    share = attainment(point)
    goal, won = point
    scope = view.scope.with_(period=period)
    behind = partial(quota_deals, scope=scope, figure="won", holder=holder)
    if share is None:
        words = tr("{name}, {period}: no quota, won {amount}").format(
            name=name, period=period.label, amount=amounts.spelt(won)
        )
        return Figure(NO_VALUE, "dim", behind, words)
    numbers = f"{amounts.spelt(won)} / {amounts.spelt(goal)}"
    words = tr("{name}, {period}: attainment = won / quota = {numbers} = {share}").format(
        name=name, period=period.label, numbers=numbers, share=percent_text(share)
    )
    return Figure(percent_text(share), "good" if share >= 1 else "plain", behind, words)


def _total(view: QuotaView, amounts: Amounts, commands: Sequence[str]) -> list[Figure]:
    found = [Figure(tr("Total"), "strong")]
    for point, command in zip(view.trend, commands, strict=True):
        share = point.attainment
        numbers = f"{amounts.spelt(point.won)} / {amounts.spelt(point.quota)}"
        words = tr(
            "Total, {period}: Σ won / Σ quota of the reps with one = {numbers} = {share};"
            " {reached} of {known} reps at quota"
        ).format(
            period=point.period.label,
            numbers=numbers,
            share=percent_text(share),
            reached=point.reached,
            known=point.known,
        )
        look = "dim" if share is None else "strong"
        found.append(Figure(percent_text(share), look, None, words, Known(point.known, command=command)))
    return found


def _reached(view: QuotaView) -> str:
    """How many reps reached their quotas, period by period."""
    told = [f"{_heading(one.period)} {one.reached}/{one.known}" for one in view.trend if one.known]
    if not told:
        return with_keys(tr("Nobody had a quota in these periods: {quota_edit} sets them."))
    return tr("Reps at quota: {periods}").format(periods=" · ".join(told))


def _has_deals(view: QuotaView) -> bool:
    return any(row.line.unit is QuotaUnit.DEALS for row in view.rows if row.line.standing.quota is not None)


def _picture(view: QuotaView) -> Stacks | None:
    if not any(point.won or point.quota for point in view.trend):
        return None
    unit = 10 ** exponent(view.currency)
    return Stacks(
        tr("Won and quota of the reps with one ({currency})").format(currency=view.currency),
        tuple(_heading(point.period) for point in view.trend),
        (tr("won"),),
        (tuple(Fraction(point.won, unit) for point in view.trend),),
        tuple(None if point.quota is None else Fraction(point.quota) / unit for point in view.trend),
    )


def trend_report(workspace: Workspace, *, view: QuotaView, by_team: bool) -> Report:
    """The trend as a report: a row per period and rep or team, and per period of all."""
    rows = []
    for row in view.teams if by_team else view.rows:
        for (goal, won), total in zip(row.trend, view.trend, strict=False):
            rows.append(
                _report_row(view, row.line.name, total, None if goal is None else Fraction(goal), won)
            )
    for point in view.trend:
        goal = None if point.quota is None else Fraction(point.quota)
        rows.append(_report_row(view, "Total", point, goal, point.won))
    columns = (
        Column("owner", Kind.TEXT, tr("Owner")),
        Column("period", Kind.TEXT, tr("Period")),
        Column("quota", Kind.MONEY, tr("Quota")),
        Column("won", Kind.MONEY, tr("Won")),
        Column("attainment", Kind.RATIO, tr("Attainment")),
    )
    title = tr("Trend of quotas up to {period}").format(period=view.period.label)
    return shown_report(workspace, "quota_trend", title, view.scope, columns, rows)


def _report_row(
    view: QuotaView, owner: str, point: TotalPoint, goal: Fraction | None, won: int
) -> dict[str, object]:
    quota = None if goal is None else Money(round_half_up(goal), view.currency)
    share = attainment((goal, won))
    return {
        **{"owner": owner, "period": point.period.name, "quota": quota},
        **{"won": Money(won, view.currency), "attainment": share},
    }


TREND = View("trend", tr("Trend"), read_review, panel, actions=frozenset({"by"}))
