"""Report ``steps``: the activity funnel of each rep, from calls to payments (METRICS 5) [1C]."""

from __future__ import annotations

from funnel_tui.domain.activity import StepLine
from funnel_tui.domain.activity_cells import ActivityCell
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import said
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.activity import STEPS as FUNNEL
from funnel_tui.metrics.activity import summed
from funnel_tui.queries import look
from funnel_tui.services.reports import building
from funnel_tui.services.reports.activity_look import look_at_activity, notes_on, step_lines, unit_of, whose
from funnel_tui.services.reports.building import Row
from funnel_tui.services.reports.columns import GROUPS
from funnel_tui.services.reports.columns_activity import PERIOD, STEP_TOTALS, STEPS
from funnel_tui.services.reports.looking import Looking

_SPLITS = {None, GroupBy.REP, GroupBy.TEAM, GroupBy.WEEK, GroupBy.MONTH}


def steps_report(looking: Looking) -> Report:
    """Done calls, meetings, proposals, contracts and payments per rep, each conversion = next / previous.

    :raises UsageError: when split by what interactions do not have.
    """
    by = looking.scope.by
    if by not in _SPLITS:
        raise UsageError(
            tr("The report steps cannot be split by {by}.").format(by=by),
            tr("Use --by rep, team, week or month."),
        )
    activity = look_at_activity(looking, unit_of(looking), with_targets=False)
    rows: list[Row] = []
    cells = activity.cells
    by_bucket: dict[int, list[ActivityCell]] = {}
    for cell in cells:
        by_bucket.setdefault(cell.group, []).append(cell)
    lines: list[StepLine] = []
    for number, bucket in enumerate(activity.buckets):
        lines = step_lines(activity, by_bucket.get(number, ()))
        rows += [{"period": bucket.label} | _row(line) for line in lines]
    if by is GroupBy.TEAM:
        teams = dict(_teams(looking))
        rows = [{"team": teams[row["owner"]]} | row for row in rows]
        rows.sort(key=lambda row: str(row["team"]).casefold())
    lead = [] if by is None else [PERIOD if by in {GroupBy.WEEK, GroupBy.MONTH} else GROUPS[by.value]]
    if len(activity.buckets) > 1:
        lines = step_lines(activity, cells)
    whole = summed(lines, looking.settings.small_n)
    return building.make(
        looking,
        "steps",
        tr("Activity funnel{when} · {whose}").format(when=building.when(looking), whose=whose(looking)),
        [*lead, *STEPS],
        rows,
        {name: value for name, value in _row(whole).items() if name not in {"owner", "rep"}},
        STEP_TOTALS,
        [
            said("Conversions are ratios of the period, not of the same deals: they may be more than 100 %."),
            *notes_on(activity),
        ],
    )


def _teams(looking: Looking) -> list[tuple[str, str]]:
    names, teams = look.rep_names(looking.reader), look.rep_teams(looking.reader)
    return [(name, teams[rep]) for rep, name in names.items()]


def _row(line: StepLine) -> Row:
    counts = {step.value: count for step, count in zip(FUNNEL, line.counts, strict=True)}
    heading = {"rep": line.owner, "owner": line.owner}
    return heading | counts | {"conversions": list(line.conversions), "total": line.total}
