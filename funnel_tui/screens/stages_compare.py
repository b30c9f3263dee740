"""Stages, compared: reps (or teams, sources, pipelines, months) as columns, a step per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from funnel_tui.domain.report import Column, Kind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text, days_text, number_text, percent_text
from funnel_tui.domain.stage_views import Measure
from funnel_tui.domain.status import GroupBy
from funnel_tui.language import tr
from funnel_tui.metrics.comparison import LEAST_GROUPS, Outlier
from funnel_tui.metrics.figures import sum_of
from funnel_tui.screens.emptiness import why_nothing
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
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.stage_figures import RATIO, Behind, Heading, Maker, Spot, spot_table
from funnel_tui.widgets.stage_grid import MOST

Steps = Sequence[Mapping[str, Any]]
"""The rows of a group from its first stage to its last."""
ABOVE, BELOW = "▲", "▼"
BY_WORDS = {
    GroupBy.REP: tr("rep"),
    GroupBy.TEAM: tr("team"),
    GroupBy.SOURCE: tr("source"),
    GroupBy.PIPELINE: tr("pipeline"),
    GroupBy.MONTH: tr("month"),
}
"""What deals are compared by, as people read it."""
WHOLE = tr("Won of all")
OVERALL = Column("overall", Kind.RATIO, tr("Won of all"), tr("won / deals of the group."), "deals")
NO_GROUPS = tr("There is nothing to compare in this period.")


def rule(comparison: Comparison, measure: Measure) -> str:
    """Who is marked, in words."""
    if measure is Measure.CONVERSION:
        text = tr(
            "{signs} furthest from the step's median, ≥ 10 points off, n ≥ {small}; ~ n < {small}. "
            "The median is that of the groups with n ≥ {small}, if there are {least} of them."
        )
    else:
        text = tr(
            "{signs} furthest from the step's median, ≥ half of it off, n ≥ {small}; ~ n < {small}. "
            "The median is that of the groups with n ≥ {small}, if there are {least} of them."
        )
    return text.format(signs=ABOVE + BELOW, small=comparison.split.small_n, least=LEAST_GROUPS)


def read(workspace: Workspace, scope: Scope, asked: Asked) -> Comparison:
    """Read the groups side by side."""
    return comparison(workspace, scope, asked.by)


def panel(found: Comparison, asked: Asked) -> Panel:
    """The table, and bars of the deals each group had."""
    measure = asked.measure
    text = tr("Conversions by {by}") if measure is Measure.CONVERSION else tr("Mean days in stage by {by}")
    title = f"{text.format(by=BY_WORDS.get(asked.by, asked.by.value))} · {found.whole.title}"
    command = report_command("funnel", found.split.scope)
    if all(row[measure.value] is None for row in found.rows.values()):
        hint = with_keys(
            tr("Press {period_back} for the period before, or {stages_by} to compare by something else.")
        )
        what, hint = why_nothing(found.scope, NO_GROUPS, hint)
        return Panel(title, nothing=what, hint=hint, report=found.split, command=command)
    headings = [Heading("all", tr("All"), width=RATIO)] if found.sums else []
    headings += [
        Heading(f"group {at}", group, brief=cut(group, MOST), width=RATIO + 1)
        for at, group in enumerate(found.groups)
    ]
    lines = [(Cell(f"  {stage}"), _steps(found, stage, measure)) for stage in found.stages]
    if measure is Measure.CONVERSION and found.sums:
        lines.append((Cell(f"  {WHOLE}", "strong"), _overall(found)))
    return Panel(
        title,
        spot_table("  " + tr("Stage"), headings, lines),
        scrolls=True,
        things=tr("columns"),
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
        where = tr("{name} · all").format(name=stage)
        spots.append(partial(spot, found.whole, column, row, where, behind=behind, look="strong"))
    for group in found.groups:
        step = found.rows.get((group, stage))
        if step is None:
            spots.append(Spot(""))
        else:
            spots.append(partial(_step, found, column, step, marked=marked, group=group))
    return spots


def _step(
    found: Comparison, column: Column, row: Mapping[str, Any], *, marked: Outlier | None, group: str
) -> Spot:
    """The figure of a group at a step."""
    measure, stage = Measure(column.name), row["stage"]
    mark, notes = _marked(marked, group, measure)
    look = "plain"
    if mark.strip():
        look = "good" if mark == _good(measure) else "bad"
    return spot(
        *(found.split, column, row, f"{stage} · {group}"),
        behind=_behind(found, group, column.name, stage),
        mark=mark,
        look=look,
        notes=notes,
    )


def _good(measure: Measure) -> str:
    """The sign of the better side: more goes on, or it takes fewer days."""
    return ABOVE if measure is Measure.CONVERSION else BELOW


def _marked(marked: Outlier | None, group: str, measure: Measure) -> tuple[str, tuple[str, ...]]:
    """The sign behind a figure, and why it is there."""
    if marked is None or marked.group != group:
        return " ", ()
    if measure is Measure.CONVERSION:
        off = tr("{n} points").format(n=number_text(abs(marked.distance) * 100, 1))
        centre = percent_text(marked.median)
    else:
        off, centre = (
            tr("{n} days").format(n=days_text(one)) for one in (abs(marked.distance), marked.median)
        )
    if marked.is_above:
        text = tr("Stands out: {off} above the median of {median}, further than anybody else.")
    else:
        text = tr("Stands out: {off} below the median of {median}, further than anybody else.")
    words = text.format(off=off, median=centre)
    return (ABOVE if marked.is_above else BELOW), (words,)


def _overall(found: Comparison) -> list[Maker]:
    return [partial(_won_of_all, found, group) for group in (None, *found.groups)]


def _won_of_all(found: Comparison, group: str | None) -> Spot:
    """The share of a group's deals that was won; of all deals without a group."""
    ratio, deals = found.overall(group)
    won = None if ratio is None else round(ratio * deals)
    return spot(
        *(found.split, OVERALL, {"overall": ratio, "deals": deals}, tr("All") if group is None else group),
        look="strong",
        formula=share(tr("won / deals"), won, deals),
        mark="" if group is None else " ",
    )


def _behind(found: Comparison, group: str, figure: str, stage: str) -> Behind:
    return partial(group_behind, scope=found.scope, group=group, figure=figure, stage=stage)


def _charts(found: Comparison, asked: Asked) -> tuple[Chart, ...]:
    """How many deals each group had, and how many of them were won."""
    if not found.stages:
        return ()
    by = BY_WORDS.get(asked.by, asked.by.value)
    deals, days = _Bars(found, _bar_of_deals), _Bars(found, _bar_of_days)
    return (
        Chart(tr("Deals by {by}").format(by=by), (tr("reached"), tr("won")), deals),
        Chart(tr("Σ mean days in all stages by {by}").format(by=by), (tr("days"),), days),
    )


class _Bars(Sequence[Bar]):
    """A bar per group, made when they are drawn: for those of many groups there is seldom room."""

    def __init__(self, found: Comparison, make: Callable[[str, Steps], Bar]) -> None:
        self._found, self._make = found, make

    def __len__(self) -> int:
        return len(self._found.groups)

    def __getitem__(self, at: Any) -> Any:
        return self._bars[at]

    @cached_property
    def _bars(self) -> tuple[Bar, ...]:
        rows, stages = self._found.rows, self._found.stages
        return tuple(
            self._make(group, [rows[group, stage] for stage in stages if (group, stage) in rows])
            for group in self._found.groups
        )


def _bar_of_deals(group: str, steps: Steps) -> Bar:
    reached, won = steps[0]["reached"], steps[-1]["advanced"]
    return Bar(group, (reached, won), (count_text(reached), count_text(won)))


def _bar_of_days(group: str, steps: Steps) -> Bar:
    spent = sum_of([step["days_mean"] for step in steps if step["days_mean"] is not None])
    return Bar(group, (spent,), (days_text(spent),))


COMPARE = PanelView(read, panel)
