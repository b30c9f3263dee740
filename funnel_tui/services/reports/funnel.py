"""Report ``funnel``: reaching, advancing, losing, and days per stage (METRICS 2 and 4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from funnel_tui.domain.cells import DaysCell, FunnelCell, OpenCell
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import said
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Total, ratio
from funnel_tui.metrics.funnel import Funnel, FunnelStep, Tally, funnel, steps_of
from funnel_tui.queries.funnel import days_cells, funnel_cells
from funnel_tui.queries.snapshot import waiting_cells
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row, amount
from funnel_tui.services.reports.columns import FUNNEL, FUNNEL_TOTALS
from funnel_tui.services.reports.looking import Looking, cohort_of

Cells = tuple[Sequence[FunnelCell], Sequence[DaysCell], Sequence[OpenCell]]
MadeT = TypeVar("MadeT", Funnel, list[FunnelStep])


def funnel_report(looking: Looking, *, with_days: bool = True, brief: bool = False) -> Report:
    """The funnel of each pipeline of the scope, split as asked.

    :param with_days: whether days in stage and what is still there are wanted; without them the report is
        for a table that shows neither.
    :param brief: rows have counts, conversions and mean days only; amounts where ratios are by amount.
    """
    return _reports(looking, with_days=with_days, brief=brief)[0]


def split_and_whole(looking: Looking) -> tuple[Report, Report]:
    """The report split as asked, and that of all together, both in brief: from the same cells, read once."""
    split, wholes = _reports(looking, brief=True)
    alone = replace(looking, scope=looking.scope.with_(by=None))
    rows = [
        row
        for pipeline, made in zip(alone.pipelines, wholes, strict=True)
        for row in _rows(alone, pipeline.name, "", made.steps, brief=True)
    ]
    return split, _report(alone, rows, wholes)


def days_alone(looking: Looking) -> Report:
    """The days in each stage and what is there now, not split. How far deals came is not counted."""
    rows: list[Row] = []
    wholes: list[Funnel] = []
    for selection in looking.selections:
        cells = ((), days_cells(looking.reader, selection), _waiting(looking, selection))
        wholes.append(_made(funnel, looking, selection.pipeline, cells))
        heading = building.group_values(looking, selection.pipeline.name, "")
        rows += [heading | _days_row(looking, step) for step in wholes[-1].steps]
    return replace(_report(looking, rows, wholes), totals={})


def _reports(looking: Looking, *, with_days: bool = True, brief: bool = False) -> tuple[Report, list[Funnel]]:
    """The report, and the funnel of each pipeline as a whole."""
    cohort = cohort_of(looking, Cohort.CLOSED)
    mode = looking.scope.mode
    rows: list[Row] = []
    wholes: list[Funnel] = []
    for selection in looking.selections:
        worth = looking.scope.by_value or not brief
        cells = funnel_cells(looking.reader, selection, cohort, mode, worth=worth)
        spent = days_cells(looking.reader, selection, medians=not brief) if with_days else []
        opened = _waiting(looking, selection) if with_days and not brief else []
        wholes.append(_made(funnel, looking, selection.pipeline, (cells, spent, opened)))
        shown = {step.stage.id for step in wholes[-1].steps}
        if looking.is_split:
            by_month = looking.scope.by is GroupBy.MONTH
            # What is open now belongs to no month.
            reached, left = looking.by_group(cells), looking.by_group(spent)
            here = looking.by_group(() if by_month else opened)
            for group in looking.row_order(reached, left, here):
                parts = (reached.get(group, ()), left.get(group, ()), here.get(group, ()))
                steps = _made(steps_of, looking, selection.pipeline, parts, keep=shown)
                rows.extend(_rows(looking, selection.pipeline.name, group, steps, brief=brief))
        else:
            rows.extend(_rows(looking, selection.pipeline.name, "", wholes[-1].steps, brief=brief))
    return _report(looking, rows, wholes), wholes


def _waiting(looking: Looking, selection: Selection) -> Sequence[OpenCell]:
    """What is open in each stage. It is of no period: one that is held against another asks for the same."""
    scope = looking.scope
    name = (selection.pipeline.id, selection.split, selection.as_of, scope.owner, scope.team, scope.where)
    return looking.reader.once(("waiting", *name), lambda: waiting_cells(looking.reader, selection))


def _report(looking: Looking, rows: Sequence[Row], wholes: Sequence[Funnel]) -> Report:
    """The report of rows that are made."""
    cohort = cohort_of(looking, Cohort.CLOSED)
    closed = cohort is Cohort.CLOSED
    # Without open deals every deal is decided: the n is that of the conversion, and need not be shown twice.
    columns = [
        replace(column, sample="reached") if closed and column.name == "decided" else column
        for column in FUNNEL
    ]
    title = tr("Funnel of {cohort} · {whose}").format(
        cohort=building.cohort_words(looking, cohort, with_mode=True), whose=building.whose(looking)
    )
    return building.make(
        looking,
        "funnel",
        title,
        [*building.group_columns(looking, per_pipeline=True), *columns],
        rows,
        _totals(looking, wholes),
        FUNNEL_TOTALS,
        _notes(looking, wholes, cohort),
        cohort=cohort,
    )


def _made(
    make: Callable[..., MadeT],
    looking: Looking,
    pipeline: PipelineFact,
    cells: Cells,
    *,
    keep: Collection[int] = (),
) -> MadeT:
    """A funnel, or its steps, from cells."""
    reached, spent, opened = cells
    return make(
        *(pipeline, reached, looking.prices),
        mode=looking.scope.mode,
        days_cells=spent,
        open_cells=opened,
        keep=keep,
    )


def _rows(
    looking: Looking, pipeline: str, group: str, steps: Sequence[FunnelStep], *, brief: bool = False
) -> list[Row]:
    heading = building.group_values(looking, pipeline, group)
    if brief:
        return [_brief_row(looking, heading, step) for step in steps]
    first = steps[0].reached if steps else Tally()
    return [heading | _row(looking, step, first) for step in steps]


def _brief_row(looking: Looking, heading: Row, step: FunnelStep) -> Row:
    """What tables of many groups show of a step."""
    by_value = looking.scope.by_value
    row = {
        **heading,
        "stage": step.stage.name,
        "position": step.stage.position,
        "reached": step.reached.deals,
        "advanced": step.advanced.deals,
        "lost": step.lost.deals,
        "open": step.open.deals,
        "conversion": step.conversion(by_value),
        "days_mean": step.days_mean(),
        "days_n": step.left,
    }
    if by_value:
        row["reached_amount"] = amount(step.reached.total.exact, looking)
        row["advanced_amount"] = amount(step.advanced.total.exact, looking)
    return row


def _row(looking: Looking, step: FunnelStep, first: Tally) -> Row:
    by_value = looking.scope.by_value
    return _days_row(looking, step) | {
        "reached": step.reached.deals,
        "advanced": step.advanced.deals,
        "lost": step.lost.deals,
        "open": step.open.deals,
        "conversion": step.conversion(by_value),
        "decided": step.decided(by_value),
        "decided_n": step.advanced.deals + step.lost.deals,
        "cumulative": ratio(step.reached.size(by_value), first.size(by_value)),
        "reached_amount": amount(step.reached.total.exact, looking),
        "advanced_amount": amount(step.advanced.total.exact, looking),
        "lost_amount": amount(step.lost.total.exact, looking),
    }


def _days_row(looking: Looking, step: FunnelStep) -> Row:
    by_month = looking.scope.by is GroupBy.MONTH
    return {
        "stage": step.stage.name,
        "position": step.stage.position,
        "days_mean": step.days_mean(),
        "days_median": step.days_median(),
        "days_n": step.left,
        "still_there": None if by_month else step.still_there,
        "oldest_days": None if by_month else step.oldest_days(looking.as_of),
    }


def _totals(looking: Looking, wholes: Sequence[Funnel]) -> Row:
    by_value = looking.scope.by_value
    deals = sum(whole.deals.size(by_value) for whole in wholes)
    won = sum(whole.won.size(by_value) for whole in wholes)
    candidates = []
    for pipeline, whole in zip(looking.pipelines, wholes, strict=True):
        step = whole.lowest(looking.settings.small_n, by_value)
        if step is not None:
            name = step.stage.name
            # Two pipelines may have a stage of the same name.
            name = f"{name} ({pipeline.name})" if len(wholes) > 1 else name
            candidates.append((step.decided(by_value) or 0, name))
    return {
        "deals": sum(whole.deals.deals for whole in wholes),
        "won": sum(whole.won.deals for whole in wholes),
        "lost": sum(whole.lost.deals for whole in wholes),
        "open": sum(whole.open.deals for whole in wholes),
        "overall": ratio(won, deals),
        "lowest_stage": min(candidates, key=lambda item: item[0])[1] if candidates else None,
    }


def _notes(looking: Looking, wholes: Sequence[Funnel], cohort: Cohort) -> list[str]:
    extra = []
    totals = [whole.deals.total for whole in wholes]
    if cohort is Cohort.ENTERED:
        extra.append(
            said("Each stage has its own deals; the totals are of those that reached the first one.")
        )
        # A deal may be among those of several stages: the most of one stage is told.
        totals = [_worst(whole) for whole in wholes]
    if looking.scope.mode is Mode.VISITED:
        extra.append(
            said(
                "Visited stages only: conversion is the share that was in the next stage too; advanced "
                "counts all that came further, so the difference skipped it."
            )
        )
    if looking.scope.by is GroupBy.MONTH:
        extra.append(said("What is still there is a snapshot and is not split by month."))
    lost = Total.of(whole.lost.total for whole in wholes)
    extra += building.weightless_note(looking, sum(whole.lost.deals for whole in wholes), lost)
    without = sum(total.without_amount for total in totals)
    return building.notes_of(looking, totals=totals, without_amount=without, extra=extra)


def _worst(whole: Funnel) -> Total:
    parts = [step.reached.total for step in whole.steps]
    return Total(
        without_amount=max((part.without_amount for part in parts), default=0),
        without_rate=max((part.without_rate for part in parts), default=0),
    )
