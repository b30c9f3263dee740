"""Stages over twelve months: conversions by the month of creation, and what was won."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from funnel_tui.domain.calendar_names import MONTHS as MONTH_NAMES
from funnel_tui.domain.period import Period
from funnel_tui.domain.report import Column, Kind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort
from funnel_tui.language import tr
from funnel_tui.metrics.figures import ratio
from funnel_tui.screens.stages_panels import Asked, Panel, PanelView, column_of, major, spot
from funnel_tui.services.reports import deals_behind
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.explaining import share
from funnel_tui.services.reports.stages_behind import won_behind
from funnel_tui.services.reports.stages_trends import StepTrend, WonTrend, step_trend, won_trend
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.stage_figures import Heading, Maker, Spot, spot_table
from funnel_tui.widgets.stage_lines_shape import Lines, Series

OVERALL = Column(
    "overall", Kind.RATIO, tr("Won of all"), tr("won / deals created in the month, so far."), "deals"
)
MONTHS = tr("Twelve months")
MOST_LINES = 6
"""Reps in the chart; the table has all of them."""


def read(workspace: Workspace, scope: Scope, asked: Asked) -> StepTrend | WonTrend:
    """Read the months: conversions, or what was won."""
    return won_trend(workspace, scope) if asked.won else step_trend(workspace, scope)


def panel(found: StepTrend | WonTrend, asked: Asked) -> Panel:  # noqa: ARG001
    """Months as rows, and lines."""
    return _won(found) if isinstance(found, WonTrend) else _steps(found)


@lru_cache(maxsize=120)
def _month(name: str) -> Period:
    """The month called ``2025-12``. The same dozen is asked for again and again."""
    return Period.parse(name)


def month_label(name: str) -> str:
    """``Dec 2025`` for ``2025-12``."""
    return _month(name).label


def _short_month(name: str) -> str:
    """``Dec`` for ``2025-12``: what stands under a chart."""
    return MONTH_NAMES[_month(name).start.month - 1]


def _steps(found: StepTrend) -> Panel:
    title = tr("Conversions by month of creation · {title}").format(title=found.steps.title)
    headings = [Heading(f"stage {at}", stage, at + 1) for at, stage in enumerate(found.stages)]
    headings.append(Heading("deals", tr("Created"), 90, tr("New")))
    headings.append(Heading("overall", tr("Won of all"), 0, tr("Won")))
    column = column_of(found.steps, "conversion")
    lines = []
    for month in found.months:
        spots: list[Spot] = []
        scope = found.scope.with_(by=None, period=_month(month))
        steps = [found.rows.get((month, stage), {}) for stage in found.stages]
        where = month_label(month)
        for stage, row in zip(found.stages, steps, strict=True):
            behind = partial(deals_behind, scope=scope, figure="reached", stage=stage, report="funnel")
            about = tr("{stage} · created in {month}").format(stage=stage, month=where)
            spots.append(spot(found.steps, column, row, about, behind=behind))
        spots += _whole(found, steps, where, scope)
        lines.append((Cell(f"  {where}"), spots))
    names = [_short_month(month) for month in found.months]
    series = tuple(
        Series(stage, tuple(found.rows.get((month, stage), {}).get("conversion") for month in found.months))
        for stage in found.stages
    )
    note = tr(
        "Cohort months follow the deal: young months still change, their open deals count as not advanced."
    )
    return Panel(
        title,
        spot_table("  " + tr("Month"), headings, lines),
        scrolls=True,
        things=tr("stages"),
        notes=(note, *found.steps.notes),
        charts=(Lines(tr("Conversion of each step, %"), tuple(names), series, percent=True),),
        report=found.steps,
        command=report_command("funnel", found.steps.scope),
    )


def _whole(found: StepTrend, steps: list[Any], where: str, scope: Scope) -> list[Spot]:
    """How many were created, and the share that was won."""
    reached = steps[0].get("reached", 0) if steps else 0
    won = steps[-1].get("advanced", 0) if steps else 0
    behind = None
    if found.stages:
        behind = partial(deals_behind, scope=scope, figure="reached", stage=found.stages[0], report="funnel")
    created = {"reached": reached}
    column = column_of(found.steps, "reached")
    row = {"overall": ratio(won, reached), "deals": reached}
    about = tr("Created in {month}").format(month=where)
    return [
        spot(found.steps, column, created, about, behind=behind, formula=""),
        spot(
            *(found.steps, OVERALL, row, about), look="strong", behind=behind,
            formula=share(tr("won / created"), won, reached),
        ),
    ]  # fmt: skip


def _won_by(found: WonTrend, worth: Column, month: int, rep: str, *, scope: Scope) -> Spot:
    """What a rep won in a month."""
    deals, brought = found.brought(rep, month)
    own = {"won_amount": brought, "won": deals}
    behind = partial(won_behind, scope=scope.with_(owner=rep, team=None))
    return spot(found.split, worth, own, f"{month_label(found.months[month])} · {rep}", behind=behind)


def _won(found: WonTrend) -> Panel:
    title = tr("{title} · all and by rep").format(title=found.whole.title)
    names = ("won", "won_amount", "contact_days_mean", "contact_days_median")
    columns = [column_of(found.whole, name) for name in names]
    briefs = {
        "contact_days_mean": tr("Days"),
        "contact_days_median": tr("Median"),
        "won_amount": tr("Amount"),
    }
    headings = [Heading(column.name, briefs.get(column.name, column.title)) for column in columns]
    headings += [Heading(f"rep {at}", rep) for at, rep in enumerate(found.reps)]
    by_month = {row["month"]: row for row in found.whole.rows}
    worth = column_of(found.split, "won_amount")
    lines = []
    for at, month in enumerate(found.months):
        row, where = by_month.get(month, {}), month_label(month)
        scope = found.scope.with_(by=None, period=_month(month), cohort=Cohort.CLOSED)
        behind = partial(won_behind, scope=scope)
        about = tr("{name} · all").format(name=where)
        spots: list[Maker] = [spot(found.whole, column, row, about, behind=behind) for column in columns]
        spots += [partial(_won_by, found, worth, at, rep, scope=scope) for rep in found.reps]
        lines.append((Cell(f"  {where}"), spots))
    totals = found.whole.totals
    about = tr("{name} · all").format(name=MONTHS)
    foot: list[Maker] = [spot(found.whole, column, totals, about, look="strong") for column in columns]
    for rep in found.reps:
        foot.append(partial(_sum, found, rep))
    lines.append((Cell(f"  {MONTHS}", "strong"), foot))
    return Panel(
        title,
        spot_table("  " + tr("Month"), headings, lines),
        scrolls=True,
        things=tr("columns"),
        notes=(
            tr("Days: from the first done interaction with a deal, else its creation."),
            *found.whole.notes,
        ),
        charts=_won_lines(found, by_month),
        report=found.split,
        command=report_command("volume", found.split.scope),
    )


def _sum(found: WonTrend, rep: str) -> Spot:
    """What a rep won in all months."""
    deals, brought = found.brought(rep)
    row = {"won_amount": brought, "won": deals}
    worth = column_of(found.split, "won_amount")
    return spot(found.split, worth, row, f"{MONTHS} · {rep}", look="strong")


def _won_lines(found: WonTrend, by_month: dict[Any, Any]) -> tuple[Lines, ...]:
    labels = tuple(map(_short_month, found.months))
    whole = tuple(major(by_month.get(month, {}).get("won_amount")) for month in found.months)
    reps = tuple(
        Series(rep, tuple(major(found.brought(rep, at)[1]) for at in range(len(found.months))))
        for rep in found.reps[:MOST_LINES]
    )
    more = len(found.reps) - MOST_LINES
    by_rep = tr("Won by rep, {currency}")
    if more > 0:
        by_rep = tr("Won by rep, {currency} (the {n} who won most of {all})")
    by_all = tr("Won by all, {currency}").format(currency=found.currency)
    return (
        Lines(by_all, labels, (Series(tr("all"), whole),)),
        Lines(by_rep.format(currency=found.currency, n=MOST_LINES, all=len(found.reps)), labels, reps),
    )


TRENDS = PanelView(read, panel)
