"""Stages, compared: reps (or teams, sources, pipelines, months) as columns, a step per row."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from funnel_tui.domain.report import Column, Kind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import days_text, decimal_text, percent_text
from funnel_tui.domain.stage_views import Measure
from funnel_tui.metrics.comparison import LEAST_GROUPS, Outlier
from funnel_tui.screens.stages_panels import Asked, Panel, PanelView, column_of, spot
from funnel_tui.services.reports import deals_behind
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.comparison import Comparison, comparison
from funnel_tui.services.reports.explaining import share
from funnel_tui.services.reports.stages_behind import group_behind
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.cells import cut
from funnel_tui.widgets.drawing import Bar, Chart
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.stage_figures import RATIO, Behind, Heading, Maker, Spot, spot_table
from funnel_tui.widgets.stage_grid import MOST

ABOVE, BELOW = "▲", "▼"
WORDS = {Measure.CONVERSION: "conversions", Measure.DAYS: "mean days in stage"}
WHOLE = "Won of all"
OVERALL = Column("overall", Kind.RATIO, "Won of all", "won / deals of the group.", "deals")
NO_GROUPS = "There is nothing to compare in this period."


def rule(comparison: Comparison, measure: Measure) -> str:
    """Who is marked, in words."""
    distance = "10 points" if measure is Measure.CONVERSION else "half of it"
    small = comparison.split.small_n
    return (
        f"{ABOVE}{BELOW} furthest from the step's median, ≥ {distance} off, n ≥ {small}; ~ n < {small}. "
        f"The median is that of the groups with n ≥ {small}, if there are {LEAST_GROUPS} of them."
    )


def read(workspace: Workspace, scope: Scope, asked: Asked) -> Comparison:
    """Read the groups side by side."""
    return comparison(workspace, scope, asked.by)


def panel(found: Comparison, asked: Asked) -> Panel:
    """The table, and bars of the deals each group had."""
    measure = asked.measure
    title = f"{WORDS[measure].capitalize()} by {asked.by.value} · {found.whole.title}"
    command = report_command("funnel", found.split.scope)
    if all(row[measure.value] is None for row in found.rows.values()):
        hint = "Press comma for the period before, or b to compare by something else."
        return Panel(title, nothing=NO_GROUPS, hint=hint, report=found.split, command=command)
    headings = [Heading("all", "All", width=RATIO)] if found.sums else []
    headings += [
        Heading(f"group {at}", group, brief=cut(group, MOST), width=RATIO + 1)
        for at, group in enumerate(found.groups)
    ]
    lines = [(Cell(f"  {stage}"), _steps(found, stage, measure)) for stage in found.stages]
    if measure is Measure.CONVERSION and found.sums:
        lines.append((Cell(f"  {WHOLE}", "strong"), _overall(found)))
    return Panel(
        title,
        spot_table("  Stage", headings, lines),
        scrolls=True,
        things="columns",
        notes=(rule(found, measure), *found.split.notes),
        charts=_charts(found, asked),
        report=found.split,
        command=command,
    )


def _steps(found: Comparison, stage: str, measure: Measure) -> list[Maker]:
    marked = found.outlier(stage, measure)
    column = column_of(found.split, measure.value)
    spots: list[Maker] = []
    if found.sums:
        row = found.sums.get(stage, {})
        behind = partial(
            deals_behind, scope=found.whole.scope, figure=measure.value, stage=stage, report="funnel"
        )
        spots.append(partial(spot, found.whole, column, row, f"{stage} · all", behind=behind, look="strong"))
    for group in found.groups:
        step = found.rows.get((group, stage))
        if step is None:
            spots.append(Spot(""))
            continue
        mark, notes = _marked(marked, group, measure)
        spots.append(
            partial(
                spot,
                *(found.split, column, step, f"{stage} · {group}"),
                behind=_behind(found, group, measure.value, stage),
                mark=mark,
                look=("good" if mark.strip() == _good(measure) else "bad") if mark.strip() else "plain",
                notes=notes,
            )
        )
    return spots


def _good(measure: Measure) -> str:
    """The sign of the better side: more goes on, or it takes fewer days."""
    return ABOVE if measure is Measure.CONVERSION else BELOW


def _marked(marked: Outlier | None, group: str, measure: Measure) -> tuple[str, tuple[str, ...]]:
    """The sign behind a figure, and why it is there."""
    if marked is None or marked.group != group:
        return " ", ()
    if measure is Measure.CONVERSION:
        off, centre = f"{decimal_text(abs(marked.distance) * 100, 1)} points", percent_text(marked.median)
    else:
        off, centre = f"{days_text(abs(marked.distance))} days", f"{days_text(marked.median)} days"
    side = "above" if marked.is_above else "below"
    words = f"Stands out: {off} {side} the median of {centre}, further than anybody else."
    return (ABOVE if marked.is_above else BELOW), (words,)


def _overall(found: Comparison) -> list[Maker]:
    spots: list[Maker] = []
    for group in (None, *found.groups):
        ratio, deals = found.overall(group)
        row = {"overall": ratio, "deals": deals}
        won = None if ratio is None else round(ratio * deals)
        formula = share("won / deals", won, deals)
        name = "All" if group is None else group
        spots.append(
            partial(
                spot,
                *(found.split, OVERALL, row, name), look="strong", formula=formula,
                mark="" if group is None else " ",
            )
        )  # fmt: skip
    return spots


def _behind(found: Comparison, group: str, figure: str, stage: str) -> Behind:
    return partial(group_behind, scope=found.scope, group=group, figure=figure, stage=stage)


def _charts(found: Comparison, asked: Asked) -> tuple[Chart, ...]:
    """How many deals each group had, and how many of them were won."""
    if not found.stages:
        return ()
    bars, days = [], []
    for group in found.groups:
        own: list[Any] = [found.rows[group, stage] for stage in found.stages if (group, stage) in found.rows]
        if not own:
            continue
        reached = own[0]["reached"]
        won = own[-1]["advanced"]
        bars.append(Bar(group, (reached, won), (f"{reached:,}", f"{won:,}")))
        spent = sum((step["days_mean"] or Fraction(0) for step in own), Fraction(0))
        days.append(Bar(group, (spent,), (days_text(spent),)))
    by = asked.by.value
    return (
        Chart(f"Deals by {by}", ("reached", "won"), tuple(bars)),
        Chart(f"Σ mean days in all stages by {by}", ("days",), tuple(days)),
    )


COMPARE = PanelView(read, panel)
