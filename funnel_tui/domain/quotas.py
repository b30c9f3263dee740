"""Quotas as values: whose they are, over which days, how much; and what a past revision said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from funnel_tui.domain.period import Period, PeriodKind, day_number, day_of, days_of
from funnel_tui.domain.status import QuotaUnit

COMPANY = "company"
"""How the holder is called that is neither a rep nor a team."""


class QuotaStatus(StrEnum):
    """How a quota stands (METRICS 6)."""

    DONE = "done"
    """Attainment is at least 1."""
    ON_TRACK = "on track"
    """Pace is at least 1."""
    AT_RISK = "at risk"
    """Pace is at least 0.8."""
    BEHIND = "behind"
    """Pace is less than that."""


class Holder(NamedTuple):
    """Whose a quota or an adjustment is: a rep's, a team's, or with neither the company's."""

    rep_id: int | None = None
    team_id: int | None = None


class QuotaFact(NamedTuple):
    """One revision of a quota.

    A named tuple: a review of a thousand reps reads eight thousand of them.

    :param start_day: first day, days since 1970-01-01; ``end_day`` is the day after the last one.
    :param unit: ``money`` or ``deals``.
    :param amount: minor units of ``currency`` or a number of deals; None means that it was taken away.
    :param at: when it was set, epoch seconds; ``by`` is who set it.
    """

    id: int
    rep_id: int | None
    team_id: int | None
    start_day: int
    end_day: int
    unit: str
    amount: int | None
    currency: str | None
    note: str | None
    at: int
    by: str

    @property
    def holder(self) -> Holder:
        """Whose it is."""
        return Holder(self.rep_id, self.team_id)

    @property
    def key(self) -> tuple[int | None, int | None, int, int, str]:
        """What tells one quota from another; revisions of one quota share it."""
        return self[1:6]


class AdjustmentFact(NamedTuple):
    """One revision of what somebody adds to, or takes off, a forecast."""

    id: int
    rep_id: int | None
    team_id: int | None
    start_day: int
    end_day: int
    amount_minor: int
    currency: str
    note: str | None
    at: int
    by: str

    @property
    def holder(self) -> Holder:
        """Whose forecast is adjusted."""
        return Holder(self.rep_id, self.team_id)


@dataclass(frozen=True, slots=True)
class QuotaWish:
    """A quota as somebody wants it: one cell of a grid of holders and periods.

    :param amount: minor units of ``currency`` or a number of deals; None takes the quota away.
    :param currency: None for the base currency, or for deals.
    """

    holder: Holder
    period: Period
    amount: int | None
    unit: QuotaUnit = QuotaUnit.MONEY
    currency: str | None = None


def period_between(start_day: int, end_day: int, fiscal_start: int = 1) -> Period:
    """The period of some days: the month, quarter or year it is, else a free range.

    :param end_day: the day after the last one.
    :param fiscal_start: the month a year begins in.
    """
    start, end = day_of(start_day), day_of(end_day)
    if start.day == 1 and 1901 < start.year < 2199:
        for kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR):
            found = Period.containing(start, kind, fiscal_start)
            if (found.start, found.end) == (start, end):
                return found
    return Period(PeriodKind.RANGE, start, end, fiscal_start)


def parts_of(period: Period, kind: PeriodKind) -> list[Period]:
    """The quarters or months that make up a period; empty when they do not fill it exactly.

    :param kind: quarter or month.
    """
    found = [Period.containing(period.start, kind, period.fiscal_start)]
    while found[-1].end < period.end:
        found.append(found[-1].shifted(1))
    fits = found[0].start == period.start and found[-1].end == period.end and len(found) > 1
    return found if fits else []


def shares_of(amount: int, count: int) -> list[int]:
    """An amount in equal whole shares; the first ones are one larger, so that they add up exactly."""
    share, rest = divmod(amount, count)
    return [share + (place < rest) for place in range(count)]


_NESTING = {PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR}
"""The periods that may hold one another. A week may lie in two months, so it is as a free range."""


def conflict(period: Period, others: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """The first of other periods of the same quota that this one overlaps in a way that cannot be.

    A month lies in a quarter and a quarter in a year, so calendar periods may hold one another. Two periods
    that cross, or a free range that shares days with another period, would count the same deals twice.

    :param others: (first day, day after the last one) of the quotas that are there.
    """
    start, end = days_of(period)
    for low, high in sorted(others):
        if (low, high) == (start, end) or high <= start or end <= low:
            continue
        other = period_between(low, high, period.fiscal_start)
        nested = (low <= start and end <= high) or (start <= low and high <= end)
        if not nested or not {period.kind, other.kind} <= _NESTING:
            return low, high
    return None


def fiscal_years(period: Period) -> tuple[Period, Period]:
    """The fiscal years that the first and the last day of a period lie in."""
    kind, fiscal = PeriodKind.YEAR, period.fiscal_start
    return Period.containing(period.start, kind, fiscal), Period.containing(period.last, kind, fiscal)


def tiling(period: Period, there: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Quotas that fill a period exactly, day by day: the quarters of a year, the months of a quarter.

    :param there: (first day, day after the last one) of the quotas of one holder.
    :returns: the fewest that do, the longest first where several begin; empty when they leave a gap.
    """
    end = day_number(period.end)
    longest: dict[int, int] = {}
    for low, high in there:
        if high <= end:
            longest[low] = max(high, longest.get(low, high))
    found, at = [], day_number(period.start)
    while at < end:
        if at not in longest:
            return []
        found.append((at, longest[at]))
        at = longest[at]
    return found
