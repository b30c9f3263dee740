"""Days per stage with what is stuck there: the limit, how many deals and what they are worth (METRICS 4)."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from funnel_tui.db import Reader
from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Mode
from funnel_tui.language import tr
from funnel_tui.metrics.figures import days, money_or_none
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.stuck import StuckRow, stuck_rows
from funnel_tui.services.deal_row import stuck_limits
from funnel_tui.services.reports import building, report_in, telling_instant
from funnel_tui.services.reports.behind import DealsBehind
from funnel_tui.services.reports.funnel import days_alone
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.reports.stuck import stuck_title
from funnel_tui.services.workspace import Workspace

LIMIT = Column(
    "limit",
    Kind.DAYS,
    tr("Limit"),
    tr("Stuck from so many days on: the stage's own, else a multiple of its median."),
)
STUCK = Column(
    "stuck", Kind.COUNT, tr("Stuck"), tr("Open deals that are in the stage for at least the limit.")
)
STUCK_AMOUNT = Column(
    "stuck_amount", Kind.MONEY, tr("Stuck amount"), tr("Sum of their amounts at the latest rate.")
)


@dataclass(frozen=True, slots=True)
class DaysView:
    """How long deals stay, and which stay too long.

    :param funnel: the columns and the title of that report, with the days per stage alone.
    :param stuck_report: what the report ``stuck`` is called and about, without its rows.
    :param limits: from which age on deals are stuck, in days, by stage; a stage without one is left out.
    :param stuck: the numbers of the stuck deals by stage, longest first; ``worth`` is the sum of their
        amounts.
    """

    scope: Scope
    funnel: Report
    stuck_report: Report
    limits: Mapping[str, Fraction]
    stuck: Mapping[str, array[int]]
    worth: Mapping[str, Money]


def days_view(workspace: Workspace, scope: Scope) -> DaysView:
    """Read days and stuck deals of the pipelines of a scope in one transaction."""
    alone = scope.with_(compare=None, by=None)
    with workspace.read() as reader:
        looking = look_up(workspace, reader, alone)
        funnel = days_alone(looking)
        if any(row["days_n"] or row["still_there"] for row in funnel.rows):
            funnel = telling_instant(workspace, reader, funnel)
        else:  # the whole funnel says why nothing is there
            funnel = replace(funnel, notes=report_in(workspace, reader, "funnel", alone).notes)
        limits, stuck, worth = _stuck(workspace, reader, looking)
        # A snapshot: it has neither a period nor a cohort.
        now = alone.with_(period=Scope().period, cohort=None, mode=Mode.REACHED, by_value=False)
        about = replace(
            funnel, name="stuck", scope=now, title=stuck_title(looking), rows=(), totals={}, notes=()
        )
    return DaysView(alone, funnel, about, limits, stuck, worth)


def days_report(view: DaysView) -> Report:
    """The table as a report for a file: days, who is there now, the limit and what is stuck of each stage."""
    shown = {"stage", "days_mean", "days_median", "days_n", "still_there", "oldest_days"}
    columns = [column for column in view.funnel.columns if column.name in shown]
    columns += [LIMIT, STUCK, STUCK_AMOUNT]
    names = [column.name for column in columns]
    found = (values_of(view, row) for row in view.funnel.rows)
    rows = [{name: values[name] for name in names} for values in found]
    title = tr("Days per stage · {title}").format(title=view.funnel.title)
    return replace(
        view.funnel,
        name="days",
        title=title,
        columns=tuple(columns),
        rows=tuple(rows),
        totals={"stuck": sum(map(len, view.stuck.values()))},
        total_columns=(STUCK,),
    )


def values_of(view: DaysView, row: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a stage by column name: those of the funnel, the limit, and what is stuck there.

    :param row: of the funnel.
    """
    stage = str(row["stage"])
    found = {"limit": view.limits.get(stage), "stuck": len(view.stuck.get(stage, ()))}
    return {**row, **found, "stuck_amount": view.worth.get(stage)}


def _stuck(
    workspace: Workspace, reader: Reader, looking: Looking
) -> tuple[dict[str, Fraction], dict[str, array[int]], dict[str, Money]]:
    everything = reader.once("pipelines", lambda: read_pipelines(reader))
    every = stuck_limits(workspace, reader, everything, looking.settings, looking.as_of)
    limits: dict[str, Fraction] = {}
    stuck: dict[str, array[int]] = {}
    sums: dict[str, Fraction] = {}
    for selection in looking.selections:
        stages = {stage.id: stage.name for stage in selection.pipeline.stages}
        own = {stage: every[stage] for stage in stages if stage in every}
        for stage, limit in own.items():
            limits[stages[stage]] = days(limit) or Fraction(0)
        for row in stuck_rows(reader, replace(selection, split=None), own):
            name = stages[row.stage_id]
            stuck.setdefault(name, array("q")).append(row.deal_id)
            sums[name] = sums.get(name, Fraction(0)) + _worth(row, looking)
    worth = {name: money_or_none(total, looking.currency) for name, total in sums.items()}
    return limits, stuck, {name: money for name, money in worth.items() if money is not None}


def _worth(row: StuckRow, looking: Looking) -> Fraction:
    if row.amount is None or row.currency is None:
        return Fraction(0)
    return looking.prices.exact(row.amount, row.currency) or Fraction(0)


def stuck_behind(workspace: Workspace, scope: Scope, stage: str | None) -> DealsBehind:
    """The stuck deals of a stage, or of all stages, longest first."""
    view = days_view(workspace, scope)
    ids = array("q")
    for name in view.stuck if stage is None else (stage,):
        ids.extend(view.stuck.get(name, ()))
    with workspace.read() as reader:
        whose = building.whose(look_up(workspace, reader, view.scope), dated=True)
    words = tr("Stuck") if stage is None else tr("Stuck in {stage}").format(stage=stage)
    return DealsBehind(f"{words} · {whose}", ids)
