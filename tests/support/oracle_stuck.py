"""The oracle's stuck report (METRICS 4)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from funnel_tui.domain.facts import StageFact
from funnel_tui.domain.money import Money
from tests.support.histories import DAY, REPS
from tests.support.oracle import Oracle, Rows
from tests.support.seen import Seen, days, median


def stuck(oracle: Oracle) -> tuple[Rows, dict[str, Any]]:
    """Report ``stuck``; the rows in no particular order within equal ages."""
    rows: Rows = []
    for pipeline in oracle.pipelines:
        own = [deal for deal in oracle.deals if deal.pipeline is pipeline]
        for stage in pipeline.stages:
            spent = [d.seconds(stage.position) for d in own if d.final_exit(stage.position) is not None]
            limit = Fraction(stage.stuck_days * DAY) if stage.stuck_days is not None else None
            if stage.stuck_days is None and median(spent):
                limit = oracle.world.stuck_factor * (median(spent) or Fraction(0))
            here = [d for d in own if d.closed is None and d.here == stage.position]
            for group, deal in oracle.groups(here, None):
                age = oracle.at - deal.since
                if limit is not None and age >= limit:
                    row = _row(oracle.at, deal, stage, age, limit)
                    rows.append(oracle.heading(None, group) | row)
    return rows, {"count": len(rows)}


def _row(now: int, deal: Seen, stage: StageFact, age: int, limit: Fraction) -> dict[str, Any]:
    values = deal.values
    calls = [at for at in deal.story.calls if at <= now]
    tasks = [
        task for task in deal.story.tasks if task.created <= now and (task.done is None or task.done > now)
    ]
    # The first by day; those without a day come last, then in the order they were made.
    tasks.sort(key=lambda task: (task.due_day is None, task.due_day or 0))
    text = None
    if tasks:
        day = tasks[0].due_day
        when = "" if day is None else f"{date(1970, 1, 1) + timedelta(days=day)} "
        text = f"{when}call: {tasks[0].title}"
    return {
        "deal": deal.story.title,
        "stage": stage.name,
        "owner": next(name for number, name, _ in REPS if number == values.owner),
        "amount": None if values.amount is None else Money(values.amount, str(values.currency)),
        "days_in_stage": days(age),
        "threshold": days(limit),
        "idle_days": days(now - max(calls)) if calls else None,
        "next_task": text,
    }
