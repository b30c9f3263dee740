"""Targets of the demo: set from what was really done, so that some are met and some are missed."""

from __future__ import annotations

from datetime import date
from statistics import median

from funnel_tui.demo.cast import Cast
from funnel_tui.demo.quotas import MANAGER
from funnel_tui.domain.period import DAY_SECONDS, Period, PeriodKind, day_number, start_of
from funnel_tui.models import ActivityTarget
from funnel_tui.services.standing import Pricing
from funnel_tui.services.transaction import Transaction

KINDS = ("Call", "Email", "Meeting", "Proposal")
"""The kinds that have targets."""

MONTHS = 13
"""The present month and those of the year before it."""

_MUCH = 1.5
"""Who does so many times the usual has a target of their own."""


def write_targets(call: Transaction, cast: Cast, today: date, pricing: Pricing) -> None:
    """Set a target of every month of the last year: one for all, and one for each of those who do much more.

    :param today: the last day of the demo.
    :param pricing: for the time zone.
    """
    present = Period.containing(today, PeriodKind.MONTH)
    months = [present.shifted(-back) for back in reversed(range(MONTHS))]
    first, after = day_number(months[0].start), day_number(present.start)
    rows = call.reader.rows(
        "SELECT owner_id, kind_id, sum(done) FROM activity_day "
        "WHERE day >= :first AND day < :after GROUP BY owner_id, kind_id",
        {"first": first, "after": after},
    )
    done = {(owner, kind): int(count) / (MONTHS - 1) for owner, kind, count in rows}
    for name in KINDS:
        kind = cast.kinds[name]
        usual = _round(1.05 * median(done.get((rep, kind), 0.0) for rep in cast.reps))
        own = {
            rep: _round(done[rep, kind] * (0.92 + 0.06 * (place % 4)))
            for place, rep in enumerate(cast.reps)
            if done.get((rep, kind), 0.0) > _MUCH * usual
        }
        for month in months:
            # Said two weeks before the month begins.
            at = min(call.at, start_of(month.start, pricing.zone) - 14 * DAY_SECONDS)
            for rep, target in ((None, usual), *own.items()):
                values = {"rep_id": rep, "kind_id": kind, "month": day_number(month.start), "target": target}
                call.insert(ActivityTarget, {**values, "at": at, "by": MANAGER})


def _round(number: float) -> int:
    """A figure as a manager would say it."""
    step = 1 if number < 20 else 5
    return max(1, round(number / step) * step)
