"""Report ``activity``: what reps did, what came of it, opportunities per 1,000 calls (METRICS 5)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from funnel_tui.domain.activity import ContactRate, RateLine
from funnel_tui.domain.report import Column, Report
from funnel_tui.domain.said import listed, said
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.activity import HINTS
from funnel_tui.queries import look
from funnel_tui.services.reports import building
from funnel_tui.services.reports.activity_look import (
    contact_of,
    look_at_activity,
    notes_on,
    rate_lines,
    rate_together,
    unit_of,
    whose,
)
from funnel_tui.services.reports.building import Row
from funnel_tui.services.reports.columns import GROUPS
from funnel_tui.services.reports.columns_activity import ACTIVITY, ACTIVITY_TOTALS, PERIOD
from funnel_tui.services.reports.looking import Looking

_SPLITS = {None, GroupBy.REP, GroupBy.TEAM, GroupBy.WEEK, GroupBy.MONTH}


def activity_report(looking: Looking) -> Report:
    """Done and planned interactions per rep and kind, by week or month when asked.

    An opportunity is a deal created in the period, in the pipelines of the scope, by the rep it was created
    for. Reps with a target have a row also when they did nothing.

    :raises UsageError: when split by what interactions do not have.
    """
    by = looking.scope.by
    if by not in _SPLITS:
        raise UsageError(
            tr("The report activity cannot be split by {by}.").format(by=by),
            tr("Use --by rep, team, week or month."),
        )
    activity = look_at_activity(looking, unit_of(looking))
    lines = rate_lines(activity)
    contact = contact_of(activity)
    together = rate_together(lines)
    columns = [*_lead(looking), *ACTIVITY]
    return building.make(
        looking,
        "activity",
        tr("Activity{when} · {whose}").format(when=building.when(looking), whose=whose(looking)),
        columns,
        _rows(looking, lines),
        {
            "done": together.done,
            "outbound_calls": contact.outbound_calls,
            "opportunities": contact.opportunities,
            "per_1000_calls": contact.per_1000,
        },
        ACTIVITY_TOTALS,
        [*contact_notes(contact), *notes_on(activity)],
    )


def contact_notes(contact: ContactRate) -> list[str]:
    """What an opportunity is, and what to check when there are few."""
    notes = [said("An opportunity is a deal created in the period, in the pipelines of the scope.")]
    if contact.is_low:
        notes.append(
            said(
                "Below the benchmark of {benchmark} opportunities per 1,000 outbound calls.",
                benchmark=contact.benchmark,
            )
        )
        notes.append(said("Check: {hints}", hints=listed(HINTS, " ")))
    return notes


def _lead(looking: Looking) -> list[Column]:
    by = looking.scope.by
    if by in {GroupBy.WEEK, GroupBy.MONTH}:
        return [PERIOD]
    return [] if by is None else [GROUPS[by.value]]


def _rows(looking: Looking, lines: Sequence[RateLine]) -> list[Row]:
    teams = look.rep_teams(looking.reader) if looking.scope.by is GroupBy.TEAM else {}
    rows = [
        {
            "period": line.bucket.label if line.bucket else None,
            "rep": line.owner,
            "team": teams.get(line.owner_id),
            "owner": line.owner,
            "kind": line.kind,
            "done": line.rate.done,
            "planned": line.rate.planned,
            "attempts": line.rate.attempts,
            "conversations": line.rate.conversations,
            "conversation_share": line.rate.conversation_share,
            "target": whole_or_exact(line.rate.target),
        }
        for line in lines
    ]
    if teams:
        rows.sort(key=lambda row: str(row["team"]).casefold())
    return rows


def whole_or_exact(value: Fraction | None) -> int | Fraction | None:
    """A number as an int where it is one: the target of whole months."""
    return value if value is None or value.denominator != 1 else int(value)
