"""A period cut into days, weeks or months. Weeks begin on Monday (ISO 8601)."""

from __future__ import annotations

from datetime import date, timedelta

from funnel_tui.domain.activity import Bucket, Unit
from funnel_tui.domain.period import Period, PeriodKind, add_months

MOST_BUCKETS = 400
"""More than this many tell nobody anything; a longer unit is taken then."""
_LONG_DAYS = 4_000
"""A free range of more days than this is looked at only where there is anything."""


def buckets(period: Period, unit: Unit) -> tuple[Bucket, ...]:
    """The buckets that a period consists of, in order; the first and the last may be cut off by it.

    The label of a week is ``2026-W12``, of a month ``2026-03``, of a day the day. Labels sort in time.
    """
    found = []
    day = period.start
    while day < period.end:
        after = min(_next(day, unit), period.end)
        found.append(Bucket(label(day, unit), day, after))
        day = after
    return tuple(found)


def label(day: date, unit: Unit) -> str:
    """The name of the bucket that a day lies in."""
    match unit:
        case Unit.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year:04d}-W{week:02d}"
        case Unit.MONTH:
            return f"{day:%Y-%m}"
        case _:
            return day.isoformat()


def _next(day: date, unit: Unit) -> date:
    """The first day of the next bucket."""
    match unit:
        case Unit.WEEK:
            return day + timedelta(days=7 - day.weekday())
        case Unit.MONTH:
            return add_months(day, 1)
        case _:
            return day + timedelta(days=1)


def narrowed(period: Period, known: tuple[date, date]) -> Period:
    """All time, or a very long range, as the days that hold anything.

    :param known: the first and the last day that hold anything.
    """
    if period.kind is not PeriodKind.ALL and (period.end - period.start).days <= _LONG_DAYS:
        return period
    first, last = max(period.start, known[0]), min(period.last, known[1])
    return Period.days(first, max(first, last)) if first < period.end else period


def fitting(period: Period, unit: Unit) -> Unit:
    """The unit, or a longer one where there would be more than 400 buckets."""
    days = (period.end - period.start).days
    if unit is Unit.DAY and days > MOST_BUCKETS:
        unit = Unit.WEEK
    return Unit.MONTH if unit is Unit.WEEK and days > 7 * MOST_BUCKETS else unit
