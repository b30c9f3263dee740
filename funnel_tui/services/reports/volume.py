"""Report ``volume``: what was won month by month, and how long it took from the first contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

from funnel_tui.domain.cells import NO_GROUP, WonCell
from funnel_tui.domain.period import Period, PeriodKind, local_day
from funnel_tui.domain.report import Column, Report
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Total
from funnel_tui.metrics.trend import Won, won
from funnel_tui.queries import look
from funnel_tui.queries.trends import won_cells
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row, amount
from funnel_tui.services.reports.columns_stages import VOLUME, WON_SUMS
from funnel_tui.services.reports.looking import Looking

_SPLITS = {None, GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.PIPELINE, GroupBy.MONTH}


def volume_report(looking: Looking) -> Report:
    """One row per month, also of those in which nothing was won; split as asked, one per month and group.

    :raises UsageError: when it is to be split by what won deals do not have.
    """
    if looking.scope.by not in _SPLITS:
        raise UsageError(
            tr("The report volume cannot be split by {by}.").format(by=looking.scope.by),
            tr("Use rep, team, source or pipeline."),
        )
    months, parts = _cells(looking)
    every = [cell for _, found in parts for cell in found]
    cells: dict[str, list[WonCell]] = {}
    for name, found in parts:
        for cell in found:
            cells.setdefault(name(cell.group), []).append(cell)
    groups = sorted(cells, key=str.casefold) if _is_split(looking) else [""]
    rows = [
        {"month": month.name}
        | _heading(looking, group)
        | _row(looking, won((c for c in cells.get(group, ()) if c.month == at), looking.prices))
        for at, month in enumerate(months)
        for group in groups
    ]
    columns = building.group_columns(looking, per_pipeline=False) if _is_split(looking) else ()
    return _report(looking, columns, rows, won(every, looking.prices))


def split_volume(looking: Looking) -> tuple[Report, dict[tuple[int, str], tuple[int, int]]]:
    """The report of all together, and what each group won: from the same cells, which are read once.

    :param looking: split by rep, team or source.
    :returns: a row per month; and by number of the month and name of the group the deals won and what they
        brought, in minor units of the base currency.
    """
    months, parts = _cells(looking)
    found: dict[tuple[int, str], tuple[int, int]] = {}
    own: list[list[WonCell]] = [[] for _ in months]
    for name, cells in parts:
        for cell in cells:
            own[cell.month].append(cell)
            place = cell.month, name(cell.group)
            deals, worth = found.get(place, (0, 0))
            found[place] = deals + cell.deals, worth + cell.amount
    by_month = [_merged(at, cells) for at, cells in enumerate(own)]
    alone = replace(looking, scope=looking.scope.with_(by=None))
    rows = [
        {"month": month.name} | _row(alone, won(by_month[at : at + 1], alone.prices))
        for at, month in enumerate(months)
    ]
    return _report(alone, (), rows, won(by_month, alone.prices)), found


def _merged(month: int, cells: Sequence[WonCell]) -> WonCell:
    """All cells of a month in one: adding whole numbers up is cheaper than adding sums of money.

    The times are in order. Of lists in order the median of all months is found sooner.
    """
    return WonCell(
        *(NO_GROUP, month, sum(one.deals for one in cells), sum(one.with_amount for one in cells)),
        *(sum(one.priced for one in cells), sum(one.amount for one in cells)),
        sorted(chain.from_iterable(one.seconds for one in cells)),
    )


def _cells(looking: Looking) -> tuple[Sequence[Period], list[tuple[Callable[[int], str], list[WonCell]]]]:
    """The months; and of each pipeline what names its groups, and its cells."""
    months = _months(looking)
    zone = looking.zone
    bounds = [month.bounds(zone) for month in months]
    start, end = bounds[0][0], bounds[-1][1]
    if looking.scope.period.kind is not PeriodKind.ALL:
        start, end = looking.scope.period.bounds(zone)
    spans = tuple((at, max(first, start), min(last, end)) for at, (first, last) in enumerate(bounds))
    parts = []
    for selection in looking.selections:
        split = None if selection.split is GroupBy.MONTH else selection.split
        cells = won_cells(looking.reader, replace(selection, spans=spans, split=split))
        parts.append((_namer(looking, selection.pipeline.name), cells))
    return months, parts


def _report(looking: Looking, groups: Sequence[Column], rows: Sequence[Row], whole: Won) -> Report:
    return building.make(
        looking,
        "volume",
        tr("Won by month{when} · {whose}").format(when=building.when(looking), whose=building.whose(looking)),
        [*groups, *VOLUME],
        rows,
        _row(looking, whole),
        WON_SUMS,
        _notes(looking, whole.total),
    )


def _months(looking: Looking) -> Sequence[Period]:
    """The months of the period; of all time, those from the first deal to the last."""
    period = looking.scope.period
    if period.kind is PeriodKind.ALL:
        numbers = [pipeline.id for pipeline in looking.pipelines]
        past = looking.selections[0].past if looking.selections else None
        first, last = look.data_span(looking.reader, numbers, looking.as_of, past) or (looking.as_of,) * 2
        period = Period.days(local_day(first, looking.zone), local_day(last, looking.zone))
    return period.months()


def _is_split(looking: Looking) -> bool:
    return looking.scope.by not in {None, GroupBy.MONTH}


def _namer(looking: Looking, pipeline: str) -> Callable[[int], str]:
    """What names the groups of a pipeline's cells."""
    if looking.scope.by is GroupBy.PIPELINE:
        return lambda _: pipeline
    return looking.group_name if _is_split(looking) else lambda _: ""


def _heading(looking: Looking, group: str) -> Row:
    return {looking.scope.by.value: group} if looking.scope.by is not None and _is_split(looking) else {}


def _row(looking: Looking, one: Won) -> Row:
    return {
        "won": one.deals,
        "won_amount": amount(one.total.exact, looking),
        "contact_days_mean": one.days_mean(),
        "contact_days_median": one.days_median(),
    }


def _notes(looking: Looking, total: Total) -> list[str]:
    return building.notes_of(looking, totals=(total,), without_amount=total.without_amount)
