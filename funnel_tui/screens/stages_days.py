"""Days per stage, and the deals that are stuck there, ready for changes of many at once."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text, days_text
from funnel_tui.language import tr, trn
from funnel_tui.screens.stages_panels import Asked, Panel, PanelView, column_of, spot
from funnel_tui.services.reports import deals_behind
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.stages_days import (
    LIMIT,
    STUCK,
    STUCK_AMOUNT,
    DaysView,
    days_report,
    days_view,
    stuck_behind,
    values_of,
)
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.drawing import Bar, Chart
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.stage_figures import Behind, Heading, Spot, spot_table

HEADINGS = (
    Heading("days_mean", tr("Mean days"), 1, tr("Mean")),
    Heading("days_median", tr("Median"), 3, tr("Med.")),
    Heading("days_n", tr("Left"), 6),
    Heading("still_there", tr("There now"), 2, tr("Now")),
    Heading("oldest_days", tr("Oldest"), 5),
    Heading("limit", tr("Limit"), 4),
    Heading("stuck", tr("Stuck"), 0),
    Heading("stuck_amount", tr("Stuck amount"), 0, tr("Amount")),
)
EVERY = tr("All stages")
_OF_STUCK = {column.name: column for column in (LIMIT, STUCK, STUCK_AMOUNT)}


def read(workspace: Workspace, scope: Scope, asked: Asked) -> DaysView:  # noqa: ARG001
    """Read days and stuck deals."""
    return days_view(workspace, scope)


def panel(found: DaysView, asked: Asked) -> Panel:  # noqa: ARG001
    """A row per stage; bars of the days and of what is stuck."""
    lines = [(Cell(f"  {row['stage']}"), _spots(found, row)) for row in found.funnel.rows]
    lines.append((Cell(f"  {EVERY}", "strong"), _sums(found)))
    stuck = sum(len(ids) for ids in found.stuck.values())
    words = tr("Nothing is stuck.")
    if stuck:
        words = with_keys(
            tr("{n} stuck: {stages_bulk} lists those of the row, for changes of many at once."),
            n=count_text(stuck),
        )
    return Panel(
        tr("Days per stage · {title}").format(title=found.funnel.title),
        spot_table("  " + tr("Stage"), HEADINGS, lines),
        notes=(words, *_limits_note(found), *found.funnel.notes),
        charts=_charts(found),
        report=found.funnel,
        written=days_report(found),
        command=report_command("funnel", found.funnel.scope),
    )


def _limits_note(found: DaysView) -> tuple[str, ...]:
    without = [str(row["stage"]) for row in found.funnel.rows if row["stage"] not in found.limits]
    if not without:
        return ()
    text = tr("No limit yet for {stages}: no days set, and no deal has left it.")
    return (text.format(stages=", ".join(without)),)


def _spots(found: DaysView, row: Any) -> list[Spot]:
    stage, values = str(row["stage"]), values_of(found, row)
    return [_spot(found, _column(found, heading.key), values, stage) for heading in HEADINGS]


def _column(found: DaysView, name: str) -> Column:
    return _OF_STUCK.get(name) or column_of(found.funnel, name)


def _spot(found: DaysView, column: Column, values: Any, stage: str) -> Spot:
    behind: Behind | None = None
    formula = None
    look = ""
    match column.name:
        case "limit":
            formula = ""
        case "stuck" | "stuck_amount":
            behind = partial(stuck_behind, scope=found.scope, stage=stage)
            limit, count = values["limit"], values["stuck"]
            formula = tr("open deals with age ≥ {days} days").format(days=days_text(limit))
            if column.name == "stuck_amount":
                formula = trn("Σ amounts of {n} stuck deal", "Σ amounts of {n} stuck deals", count).format(
                    n=count_text(count)
                )
            look = "warn" if count else ""
        case _:
            behind = partial(
                deals_behind, scope=found.funnel.scope, figure=column.name, stage=stage, report="funnel"
            )
    report = _report_of(found, column)
    return spot(report, column, values, stage, behind=behind, look=look, formula=formula)


def _report_of(found: DaysView, column: Column) -> Report:
    """The report that tells more of a figure: days are in the funnel, the rest is about stuck deals."""
    return found.stuck_report if column.name in _OF_STUCK else found.funnel


def _sums(found: DaysView) -> list[Spot]:
    """How many are stuck altogether; days of different stages are not added up."""
    count = sum(len(ids) for ids in found.stuck.values())
    amounts = list(found.worth.values())
    worth = Money(sum(one.minor for one in amounts), amounts[0].currency) if amounts else None
    here = sum(row["still_there"] or 0 for row in found.funnel.rows)
    values = {"still_there": here, "stuck": count, "stuck_amount": worth}
    spots = []
    for heading in HEADINGS:
        if heading.key not in values:
            spots.append(Spot(""))
            continue
        behind: Behind = partial(stuck_behind, scope=found.scope, stage=None)
        if heading.key == "still_there":
            behind = partial(
                deals_behind, scope=found.funnel.scope, figure="still_there", stage=None, report="funnel"
            )
        column = _column(found, heading.key)
        spots.append(
            spot(
                *(_report_of(found, column), column, values, EVERY),
                behind=behind,
                look="strong",
                formula=tr("Σ over the stages"),
            )
        )
    return spots


def _charts(found: DaysView) -> tuple[Chart, ...]:
    days, stuck = [], []
    for row in found.funnel.rows:
        stage = str(row["stage"])
        mean, limit = row["days_mean"], found.limits.get(stage)
        days.append(Bar(stage, (mean, limit), (days_text(mean), days_text(limit))))
        here, count = row["still_there"] or 0, len(found.stuck.get(stage, ()))
        stuck.append(Bar(stage, (Fraction(here), Fraction(count)), (count_text(here), count_text(count))))
    return (
        Chart(tr("Mean days and limit"), (tr("mean"), tr("limit")), tuple(days)),
        Chart(tr("There now and stuck"), (tr("there"), tr("stuck")), tuple(stuck)),
    )


DAYS = PanelView(read, panel)
