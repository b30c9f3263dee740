"""What every report is built with: titles, notes, group columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from fractions import Fraction
from typing import Any

from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import PeriodKind
from funnel_tui.domain.report import Column, Report
from funnel_tui.domain.said import listed, said, said_n
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Total, money_or_none
from funnel_tui.queries import look
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services.reports.columns import GROUPS, PIPELINE
from funnel_tui.services.reports.looking import Looking

Row = dict[str, Any]

_COHORTS = {
    Cohort.CLOSED: tr("deals closed"),
    Cohort.CREATED: tr("deals created"),
    Cohort.ENTERED: tr("deals that first reached each stage"),
}
_MODES = {
    Mode.REACHED: "",
    Mode.VISITED: tr(", visited stages only"),
    Mode.STRAIGHT: tr(", straight through only"),
}


def group_columns(looking: Looking, *, per_pipeline: bool) -> list[Column]:
    """The columns that say what a row is about, before those of the report.

    :param per_pipeline: whether rows are of one pipeline each, as stages are.
    """
    columns = []
    if looking.scope.by is GroupBy.PIPELINE or (per_pipeline and looking.names_pipeline):
        columns.append(PIPELINE)
    if looking.is_split and looking.scope.by is not None:
        columns.append(GROUPS[looking.scope.by.value])
    return columns


def group_values(looking: Looking, pipeline: str, group: str) -> Row:
    """The values of the group columns; columns that a report does not show do no harm."""
    row: Row = {"pipeline": pipeline}
    if looking.is_split and looking.scope.by is not None:
        row[looking.scope.by.value] = group
    return row


def cohort_words(looking: Looking, cohort: Cohort, *, with_mode: bool = False) -> str:
    """Cohort and period in words, such as ``deals closed in Q4 2026``.

    :param with_mode: also the mode, and whether ratios are by amount.
    """
    words = f"{_COHORTS[cohort]}{when(looking)}"
    if with_mode:
        words += _MODES[looking.scope.mode]
        words += tr(", ratios by amount") if looking.scope.by_value else ""
    return words


def when(looking: Looking) -> str:
    """The period as the end of a sentence: `` in Q4 2026``, `` from 1 Jan to 9 Mar 2026``, or nothing."""
    period = looking.scope.period
    match period.kind:
        case PeriodKind.ALL:
            return ""
        case PeriodKind.RANGE:
            one_day = period.start == period.last
            if one_day:
                return tr(" on {day}").format(day=period.label)
            first, _, last = period.label.partition(" – ")
            return tr(" from {first} to {last}").format(first=first, last=last)
        case _:
            return tr(" in {period}").format(period=period.label)


def whose(looking: Looking, pipeline: PipelineFact | None = None, *, dated: bool = False) -> str:
    """Whose deals and as seen from when, in words, for the end of a title.

    :param pipeline: the only one that is meant; None for all of the scope.
    :param dated: whether the title names the day already.
    """
    pipelines = looking.pipelines if pipeline is None else (pipeline,)
    parts = [", ".join(one.name for one in pipelines)]
    if looking.scope.owner:
        parts.append(looking.scope.owner)
    if looking.scope.team:
        parts.append(tr("team {team}").format(team=looking.scope.team))
    if looking.scope.present_owner:
        parts.append(tr("by present owner"))
    if looking.scope.as_of is not None and not dated:
        parts.append(tr("as of {moment}").format(moment=moment_text(looking)))
    return " · ".join(parts)


def moment_text(looking: Looking) -> str:
    """As-of in the team's time zone: ``2026-04-01``, with the time unless that day only begins."""
    moment = datetime.fromtimestamp(looking.as_of, looking.zone)
    return f"{moment:%Y-%m-%d}" if moment.time() == time.min else f"{moment:%Y-%m-%d %H:%M}"


def amount(value: Fraction | None, looking: Looking) -> Money | None:
    """An exact number of minor units of the base currency as money."""
    return money_or_none(value, looking.currency)


def notes_of(
    looking: Looking, *, totals: Iterable[Total] = (), without_amount: int = 0, extra: Sequence[str] = ()
) -> list[str]:
    """What a reader must know: what is in no sum, and what was assumed.

    :param totals: sums whose unpriced deals are counted.
    :param without_amount: deals that have no amount.
    """
    notes = list(extra)
    if without_amount:
        notes.append(said("{n:,} without amount: in the counts, in no sum and no average.", n=without_amount))
    unpriced = sum(total.without_rate for total in totals)
    if unpriced:
        notes.append(
            said(
                "{n:,} not priced in {currency}: no exchange rate (funnel import rates FILE).",
                n=unpriced,
                currency=looking.currency,
            )
        )
    for pipeline in looking.pipelines:
        assumed = _assumed(looking, pipeline)
        if assumed:
            notes.append(
                said(
                    "{n:,} stage visits of {pipeline} are assumed: imported without history (funnel import "
                    "history FILE replaces them).",
                    n=assumed,
                    pipeline=pipeline.name,
                )
            )
    return notes


def _assumed(looking: Looking, pipeline: PipelineFact) -> int:
    """How many visits are assumed. Reports of one screen ask for the same."""
    reader, as_of = looking.reader, looking.as_of
    return reader.once(
        ("assumed", pipeline.id, as_of), lambda: look.assumed_visits(reader, pipeline.id, as_of)
    )


def quota_note(looking: Looking) -> list[str]:
    """Whose quotas they are where only deals of some pipelines are held against them."""
    shown = {one.id for one in looking.pipelines}
    if all(one.id in shown for one in read_pipelines(looking.reader) if one.in_use):
        return []
    names = listed([one.name for one in looking.pipelines], ", ")
    return [said("Quotas are for all pipelines; won and pipeline here are of {names} only.", names=names)]


def weightless_note(looking: Looking, lost: int, total: Total) -> list[str]:
    """What a ratio by amount cannot show: lost deals that weigh nothing in it (METRICS M8, M11).

    Many programs keep what a deal brought in, which is 0 for a lost one; by amount nothing is lost then.

    :param lost: lost deals; ``total`` is the sum of their amounts.
    """
    if not looking.scope.by_value or not lost:
        return []
    if not total.exact and total.priced:
        return [
            said_n(
                "The lost deal has an amount of 0 or none: ratios by amount count nothing as lost.",
                "All {n:,} lost deals have an amount of 0 or none: ratios by amount count nothing as lost.",
                lost,
                n=lost,
            )
        ]
    if total.without_amount:
        return [
            said(
                "{n:,} of {lost:,} lost without amount: not in the ratios by amount.",
                n=total.without_amount,
                lost=lost,
            )
        ]
    return []


def make(
    looking: Looking,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    totals: Mapping[str, Any],
    total_columns: Sequence[Column],
    notes: Sequence[str],
    *,
    cohort: Cohort | None = None,
) -> Report:
    """Put a report together.

    :param cohort: the cohort that was used, when the scope left it to the report.
    """
    words = dict(looking.words)
    if cohort is not None:
        words["cohort"] = cohort.value
    # The n of a ratio travels with it, also where it is no column of its own.
    filtered = looking.scope.where.strip()
    if filtered:
        notes = [said("Only deals where {filter}.", filter=filtered), *notes]
    names = [column.name for column in columns]
    names += [column.sample for column in columns if column.sample and column.sample not in names]
    blank = dict.fromkeys(names)
    return Report(
        name=name,
        as_of=looking.as_of,
        scope=looking.scope,
        scope_words=words,
        title=title,
        columns=tuple(columns),
        rows=tuple(blank | {field: value for field, value in row.items() if field in blank} for row in rows),
        totals=totals,
        total_columns=tuple(total_columns),
        notes=tuple(notes),
        small_n=looking.settings.small_n,
    )
