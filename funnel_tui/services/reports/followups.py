"""Report ``followups``: how many follow-ups it took to advance, per stage and rep (METRICS 5) [Q]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnel_tui.domain.activity import FollowUpLine, Outcome
from funnel_tui.domain.activity_cells import StayCell
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import said
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.follow_ups import counted, follow_up_line, outcome_of
from funnel_tui.queries.follow_ups import ended_cells, lasting_cells
from funnel_tui.services.reports import building
from funnel_tui.services.reports.activity_look import scope_of
from funnel_tui.services.reports.building import Row
from funnel_tui.services.reports.columns_activity import FOLLOW_UPS
from funnel_tui.services.reports.looking import Looking

_SPLITS = {None, GroupBy.REP, GroupBy.TEAM, GroupBy.PIPELINE}

Told = tuple[Outcome | None, StayCell]
"""A cell with how its stays ended."""


def followups_report(looking: Looking) -> Report:
    """Follow-ups per stage and outcome. Ended stays count in the period of their end, open ones at as-of.

    :raises UsageError: when split by what a stay does not have.
    """
    by = looking.scope.by
    if by not in _SPLITS:
        raise UsageError(
            tr("The report followups cannot be split by {by}.").format(by=by),
            tr("Use --by rep, team or pipeline."),
        )
    scope = scope_of(looking)
    split = looking.is_split
    gone = ended_cells(looking.reader, scope, by_owner=split)
    told = outcomes(looking, [*gone, *lasting_cells(looking.reader, scope, by_owner=split)])
    lines = follow_up_lines(looking, told, split=split)
    extra = []
    back = sum(cell.stays for outcome, cell in told if outcome is None)
    if back:
        extra.append(said("{n:,} moved back or to another pipeline: neither advanced nor lost.", n=back))
    if any(line.outcome is Outcome.OPEN and line.visits for line in lines):
        extra.append(
            said("Open visits as of {day}, with the follow-ups so far.", day=building.moment_text(looking))
        )
    return building.make(
        looking,
        "followups",
        tr("Follow-ups to advance{when} · {whose}").format(
            when=building.when(looking), whose=building.whose(looking)
        ),
        [*building.group_columns(looking, per_pipeline=True), *FOLLOW_UPS],
        [_row(looking, line) for line in lines],
        {},
        (),
        building.notes_of(looking, extra=extra),
    )


def outcomes(looking: Looking, cells: Sequence[StayCell]) -> list[Told]:
    """The cells with how their stays ended."""
    positions: dict[int, Mapping[int, int]] = {}
    for pipeline in looking.pipelines:
        ladder = pipeline.ladder.positions
        positions |= dict.fromkeys(ladder, ladder)
    return [(outcome_of(cell, positions.get(cell.stage_id, {})), cell) for cell in cells]


def follow_up_lines(looking: Looking, told: Sequence[Told], *, split: bool) -> list[FollowUpLine]:
    """Lines per stage and outcome; every stage in use has all three, also without stays.

    :param split: per group of the scope too: the groups that have any stay.
    """
    by_key: dict[tuple[str, int, Outcome], list[StayCell]] = {}
    whose: dict[str, int] = {}
    for outcome, cell in told:
        if outcome is not None:
            group = looking.group_name(cell.owner_id) if split else ""
            whose.setdefault(group, cell.owner_id if split else 0)
            by_key.setdefault((group, cell.stage_id, outcome), []).append(cell)
    groups = sorted(whose, key=str.casefold) if split else [""]
    used = {stage for _, stage, _ in by_key}
    return [
        follow_up_line(
            *(
                pipeline.name,
                stage.name,
                stage.id,
                outcome,
                counted(by_key.get((group, stage.id, outcome), ())),
            ),
            group=group,
            group_id=whose.get(group, 0),
        )
        for pipeline in looking.pipelines
        for group in groups
        for stage in pipeline.stages
        if not stage.retired or stage.id in used
        for outcome in Outcome
    ]


def _row(looking: Looking, line: FollowUpLine) -> Row:
    return building.group_values(looking, line.pipeline, line.group) | {
        "stage": line.stage,
        "outcome": line.outcome.value,
        "visits": line.visits,
        "mean": line.mean,
        "median": line.median,
        "p80": line.p80,
        "share_at_most_1": line.share_at_most_1,
        "share_at_least_5": line.share_at_least_5,
    }
