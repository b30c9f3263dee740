"""What is asked before a quota of the grid is spread over shorter periods, and why one cannot be."""

from __future__ import annotations

from collections.abc import Collection

from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.quotas import Holder
from funnel_tui.language import tr, trn
from funnel_tui.screens.quotas_words import name_of
from funnel_tui.services.reports.quota_grid import GridHolder, QuotaGrid
from funnel_tui.widgets.asking import Answer
from funnel_tui.widgets.named_keys import with_keys

Place = tuple[GridHolder, int]
"""A row of the grid, and the number of a column."""


def answers(found: QuotaGrid, place: Place, marked: Collection[Holder]) -> list[Answer]:
    """Over what the quota of a place, or those of the marked rows, can be spread; empty for nothing."""
    period = found.periods[place[1]]
    chosen = marked or (place[0].holder,)
    cells = [found.cells.get((holder, place[1])) for holder in chosen]
    if all(cell is None or cell.parts for cell in cells):
        return []
    made = []
    if period.kind is PeriodKind.YEAR:
        made.append(Answer("q", tr("quarters"), PeriodKind.QUARTER.value))
    if period.kind in {PeriodKind.YEAR, PeriodKind.QUARTER}:
        made.append(Answer("m", tr("months"), PeriodKind.MONTH.value))
    return made


def question(found: QuotaGrid, place: Place, marked: Collection[Holder]) -> str:
    """The question that the answers are for."""
    row, period = place[0], found.periods[place[1]]
    if marked:
        return trn(
            "Spread the quota of {n} marked row for {period} evenly over",
            "Spread the quotas of {n} marked rows for {period} evenly over",
            len(marked),
        ).format(n=len(marked), period=period.label)
    return tr("Spread the quota of {name} for {period} evenly over").format(
        name=name_of(row.holder, row.name), period=period.label
    )


def refusal(period: Period) -> str:
    """Why there is nothing to spread in a column."""
    if period.kind is PeriodKind.RANGE:
        return with_keys(
            tr("{period} has no quarters or months to spread over; {grid_span} shows years."),
            period=period.label,
        )
    return with_keys(
        tr("Spread the quota of a year or a quarter; {grid_span} shows years, a number sets one.")
    )
