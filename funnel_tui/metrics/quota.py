"""Quotas: attainment, gap, coverage, pace, projection, status (METRICS 6).

Everything is exact: whole numbers of minor units (or deals) and fractions. Figures are worked out when they
are asked for, so that a thousand reps of which twenty are on screen cost what twenty do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from funnel_tui.domain.quotas import QuotaStatus
from funnel_tui.metrics.figures import Number, ratio

AT_RISK = Fraction(4, 5)
"""From this pace on a quota is at risk, below it is behind (METRICS 6)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a period has gone at as-of.

    :param elapsed: days gone, today included (METRICS 6); 0 before the period begins.
    :param total: all days of the period.
    """

    elapsed: int
    total: int

    @classmethod
    def of(cls, start_day: int, end_day: int, today: int) -> Clock:
        """How far the days [start, end) have gone on a day; all are day numbers."""
        total = end_day - start_day
        return cls(min(total, max(0, today - start_day + 1)), total)

    @property
    def left(self) -> int:
        """Days left, today not included: it counts as gone."""
        return self.total - self.elapsed

    @property
    def has_begun(self) -> bool:
        """Whether any day of it has come."""
        return self.elapsed > 0

    @property
    def is_over(self) -> bool:
        """Whether no day is left."""
        return self.left == 0


class QuotaStanding(NamedTuple):
    """How a quota stands.

    Amounts are minor units of one currency, or numbers of deals. They are exact, not rounded.

    :param quota: None when there is none.
    :param won: won in the period by whoever owned the deal at closing; None when it cannot be priced.
    :param pipeline: open deals expected to close in the period, overdue ones included; None likewise.
    """

    quota: Number | None
    won: Number | None
    pipeline: Number | None
    clock: Clock

    @property
    def is_known(self) -> bool:
        """Whether there is an attainment: a quota above 0, and won deals that can be priced."""
        return bool(self.quota) and self.won is not None

    @property
    def is_reached(self) -> bool:
        """Whether the attainment is at least 1 (METRICS 6); without its division, for very many."""
        return bool(self.quota) and self.won is not None and self.won >= (self.quota or 0)

    @property
    def attainment(self) -> Fraction | None:
        """won / quota, not capped (METRICS 6); no value without a quota, or with a quota of 0."""
        return None if self.quota is None or self.won is None else ratio(self.won, self.quota)

    @property
    def gap(self) -> Number | None:
        """max(0, quota − won) (METRICS 6)."""
        return None if self.quota is None or self.won is None else max(0, self.quota - self.won)

    @property
    def surplus(self) -> Number | None:
        """max(0, won − quota), apart from the gap (METRICS 6)."""
        return None if self.quota is None or self.won is None else max(0, self.won - self.quota)

    @property
    def coverage(self) -> Fraction | None:
        """pipeline / gap (METRICS 6); no value when nothing is missing."""
        return None if self.gap is None or self.pipeline is None else ratio(self.pipeline, self.gap)

    @property
    def quota_coverage(self) -> Fraction | None:
        """pipeline / quota (METRICS 6)."""
        return None if self.quota is None or self.pipeline is None else ratio(self.pipeline, self.quota)

    @property
    def expected(self) -> Fraction | None:
        """quota × elapsed / total days, today included (METRICS 6): what should be won by now."""
        share = ratio(self.clock.elapsed, self.clock.total)
        return None if self.quota is None or share is None else self.quota * share

    @property
    def pace(self) -> Fraction | None:
        """won / expected (METRICS 6); no value before the period begins."""
        expected = self.expected
        return None if expected is None or self.won is None else ratio(self.won, expected)

    @property
    def projection(self) -> Fraction | None:
        """won / elapsed × total (METRICS 6): the end at this pace; no value before the period begins."""
        if self.won is None or not self.clock.elapsed:
            return None
        return Fraction(self.won) / self.clock.elapsed * self.clock.total

    @property
    def needed_per_day(self) -> Fraction | None:
        """gap / days left (METRICS 6), today not included; no value on the last day and after it."""
        return None if self.gap is None else ratio(self.gap, self.clock.left)

    @property
    def status(self) -> QuotaStatus | None:
        """Done, on track, at risk or behind (METRICS 6).

        None without a quota, with a quota of 0, and before the period begins unless it is reached already.
        """
        attainment, pace = self.attainment, self.pace
        if attainment is None:
            return None
        if attainment >= 1:
            return QuotaStatus.DONE
        if pace is None:
            return None
        if pace >= 1:
            return QuotaStatus.ON_TRACK
        return QuotaStatus.AT_RISK if pace >= AT_RISK else QuotaStatus.BEHIND


def mismatch(own: Number | None, members: Iterable[Number | None]) -> Number | None:
    """Σ members − team (METRICS 6): what the quotas of the members leave open (−) or add (+).

    :param own: the quota of the team itself; no value without one.
    :param members: the quotas of those in it; None for one without.
    """
    return None if own is None else sum(quota for quota in members if quota is not None) - own


@dataclass(frozen=True, slots=True)
class AtQuota:
    """How many reps reached their quota (METRICS 6).

    :param reached: with attainment of 1 and more.
    :param known: with a quota, and an attainment.
    :param unknown: without a quota, with a quota of 0, or with one that cannot be priced.
    """

    reached: int
    known: int
    unknown: int

    @property
    def share(self) -> Fraction | None:
        """attainment ≥ 1 ÷ reps with a quota (METRICS 6)."""
        return ratio(self.reached, self.known)


def at_quota(standings: Iterable[QuotaStanding]) -> AtQuota:
    """Share of reps at quota; those of whom it cannot be told are counted apart."""
    found = list(standings)
    known = sum(standing.is_known for standing in found)
    return AtQuota(sum(standing.is_reached for standing in found), known, len(found) - known)
