"""Quotas of the demo: set from what was really won, so that some are beaten and some are missed."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.demo.cast import BASE_CURRENCY, REGION, SELLERS, TEAMS, Cast
from funnel_tui.domain.period import DAY_SECONDS, Period, PeriodKind, day_number, local_day, start_of
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.models import QuotaRevision
from funnel_tui.services.transaction import Transaction

BEATEN, MISSED, RAISED = 0, 6, 1
"""Places in ``SELLERS``: who beat the quota of the last full quarter, who missed it, whose was raised."""

MANAGER = "Ingrid Dahl"
"""Who sets the quotas."""

_STEP = 5_000_000
"""Quotas are whole multiples of this many minor units: 50,000 kroner."""


class QuotaBook:
    """Adds up what was won per rep and quarter, and sets quotas by it.

    :param first: the first instant of the demo; quarters that begin before it have no quota.
    :param now: the last instant.
    """

    def __init__(self, cast: Cast, first: int, now: int, zone: ZoneInfo) -> None:
        self._cast = cast
        self._first = first
        self._now = now
        self._zone = zone
        self.quarters = _quarters(first, now, zone)
        self._starts = [start_of(quarter.start, zone) for quarter in self.quarters]
        self._won: dict[tuple[int, int], int] = {}

    def won(self, rep_id: int, closed_at: int, base_minor: int | None) -> None:
        """Count a won deal."""
        quarter = bisect_right(self._starts, closed_at) - 1
        if quarter >= 0 and base_minor is not None:
            key = (rep_id, quarter)
            self._won[key] = self._won.get(key, 0) + base_minor

    def write(self, call: Transaction) -> None:
        """Write the quotas of reps, teams and the company."""
        for place, quarter in enumerate(self.quarters):
            set_at = max(self._first, min(self._now, self._starts[place] - 14 * DAY_SECONDS))
            teams: dict[str, int] = {}
            for at, seller in enumerate(SELLERS):
                amount = self._quota(at, place)
                if amount is None:
                    continue
                teams[seller.team] = teams.get(seller.team, 0) + amount
                self._set(call, quarter, set_at, amount, rep_id=self._cast.reps[at])
            self._raise(call, place)
            for name, parent in TEAMS:
                total = _rounded(teams.get(name, 0) * 1.05)
                self._set(call, quarter, set_at, total, team_id=self._cast.teams[name])
                if parent is not None:
                    teams[parent] = teams.get(parent, 0) + total
            self._set(call, quarter, set_at, teams[REGION], team_id=self._cast.teams[REGION])
            total = _rounded(1.1 * sum(teams.get(name, 0) for name, _ in TEAMS))
            self._set(call, quarter, set_at, total, note="Plan of the board")

    def _quota(self, seller: int, quarter: int) -> int | None:
        factor = SELLERS[seller].quota
        if factor is None:
            return None
        rep_id, last_full = self._cast.reps[seller], len(self.quarters) - 2
        won = self._won.get((rep_id, quarter), 0)
        if quarter == last_full and seller == BEATEN and won:
            return max(_STEP, int(won / 1.17) // _STEP * _STEP)
        # The first deals take a while to be won: the first quarter says little.
        whole = range(min(1, last_full), last_full + 1)
        usual = sum(self._won.get((rep_id, at), 0) for at in whole) / max(1, len(whole))
        amount = _rounded(usual * factor * (0.94 + 0.03 * quarter))
        if quarter == last_full and seller == MISSED:
            return max(amount, _rounded(won / 0.72))
        return amount

    def _raise(self, call: Transaction, quarter: int) -> None:
        """The quota of one rep is raised some weeks into the quarter before this one."""
        before = self._quota(RAISED, quarter)
        at = self._starts[quarter] + 24 * DAY_SECONDS
        if quarter == len(self.quarters) - 2 and before is not None and at <= self._now:
            values = {"rep_id": self._cast.reps[RAISED], "note": "Took over two accounts"}
            self._set(call, self.quarters[quarter], at, before + 2 * _STEP, **values)

    def _set(self, call: Transaction, quarter: Period, at: int, amount: int, **values: Any) -> None:
        row = {
            "start_day": day_number(quarter.start),
            "end_day": day_number(quarter.end),
            "unit": QuotaUnit.MONEY,
            "amount": amount,
            "currency": BASE_CURRENCY,
            "at": at,
            "by": MANAGER,
        }
        call.insert(QuotaRevision, {**row, **values})


def _quarters(first: int, now: int, zone: ZoneInfo) -> list[Period]:
    """The quarters that begin after the first instant, up to the present one."""
    today, begin = local_day(now, zone), local_day(first, zone)
    quarter = Period.containing(today, PeriodKind.QUARTER)
    found: list[Period] = []
    while quarter.start >= begin:
        found.append(quarter)
        quarter = Period.containing(quarter.start - timedelta(days=1), PeriodKind.QUARTER)
    found.reverse()
    return found


def _rounded(minor: float) -> int:
    return max(_STEP, round(minor / _STEP) * _STEP)
