"""Which periods the grid of quotas has as its columns.

Months, quarters and years follow one another by the calendar. Other periods, such as the parts of a year that
is cut at days of its own, follow the quotas that there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from funnel_tui.db import Reader
from funnel_tui.domain.period import Period, PeriodKind, days_of
from funnel_tui.domain.quotas import period_between
from funnel_tui.queries import quotas as queries

Span = tuple[int, int]
"""The first day of a period and the day after its last one, as day numbers."""


class Columns(NamedTuple):
    """The columns of the grid.

    :param before: a period among those that can be shown before them, None where there are none; ``beyond``
        the same after them.
    :param after: the next period after the last one.
    """

    periods: tuple[Period, ...]
    before: Period | None
    beyond: Period | None
    after: Period


def first_period(period: Period, kind: PeriodKind) -> Period:
    """The first column of the grid for a period: the first month or quarter of its (fiscal) year.

    Years begin with the one before.
    """
    year = Period.containing(period.start, PeriodKind.YEAR, period.fiscal_start)
    if kind is PeriodKind.YEAR:
        return year.shifted(-1)
    return Period.containing(year.start, kind, period.fiscal_start)


def columns_of(reader: Reader, first: Period, count: int) -> Columns:
    """The columns of the grid.

    :param first: a month, quarter or year: the first column. Or a free range, which is to be among them;
        where no quota of such a period shares a day with it, the columns are the quarters of its year.
    :param count: so many of them, at most.
    """
    if first.kind is PeriodKind.RANGE:
        own = _own_columns(_free_spans(reader, first.fiscal_start), first, count)
        if own is not None:
            return own
        first = first_period(first, PeriodKind.QUARTER)
    periods = tuple(first.shifted(at) for at in range(count))
    after = periods[-1].shifted(1)
    return Columns(periods, first.shifted(-count), after, after)


def _free_spans(reader: Reader, fiscal_start: int) -> Counter[Span]:
    """The days of the quotas that are set for no month, quarter or year, and how many are set for each."""
    spans = Counter(
        (goal[2], goal[3])
        for goal in queries.goals_between(reader, -queries.EVER, queries.EVER, queries.EVER)
        if goal[5] is not None
    )
    free = (span for span in spans if period_between(*span, fiscal_start).kind is PeriodKind.RANGE)
    return Counter({span: spans[span] for span in free})


def _own_columns(spans: Counter[Span], wanted: Period, count: int) -> Columns | None:
    """As many periods of a chain of quotas as there is room for, ``wanted`` among them.

    After the last quota there is one more period of as many days, so that there is always a next one.
    """
    at = _anchor(spans, wanted)
    if at is None:
        return None
    chain = _chain(spans, at)
    periods = [period_between(*span, wanted.fiscal_start) for span in chain]
    periods.append(periods[-1].shifted(1))
    near = periods.index(wanted) if wanted in periods else chain.index(at)
    place = near // count * count
    shown, rest = periods[place : place + count], periods[place + count :]
    return Columns(
        periods=tuple(shown),
        before=periods[place - 1] if place else None,
        beyond=rest[0] if rest else None,
        after=rest[0] if rest else shown[-1].shifted(1),
    )


def _anchor(spans: Counter[Span], wanted: Period) -> Span | None:
    """The quota's period that a period is, or shares most quotas with; else the one that it follows."""
    start, end = days_of(wanted)
    if (start, end) in spans:
        return start, end
    sharing = [span for span in spans if span[0] < end and span[1] > start]
    before = [span for span in spans if (span[1], span[1] - span[0]) == (start, end - start)]
    return max(sharing or before, key=lambda span: (spans[span], -span[0]), default=None)


def _chain(spans: Counter[Span], at: Span) -> Sequence[Span]:
    """The periods before and after one that share no day with one another, the earliest first.

    Of several the nearest is taken, and of these the one that most quotas are set for.
    """
    found = [at]
    while earlier := [span for span in spans if span[1] <= found[0][0]]:
        found.insert(0, max(earlier, key=lambda span: (span[1], spans[span], span[0])))
    while later := [span for span in spans if span[0] >= found[-1][1]]:
        found.append(min(later, key=lambda span: (span[0], -spans[span], span[1])))
    return found
