"""Report ``stuck``: open deals that have been in their stage for too long (METRICS 4)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_of
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import listed, said
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import GroupBy
from funnel_tui.domain.tasks import task_text
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import days
from funnel_tui.metrics.stuck import stuck_after
from funnel_tui.queries import look
from funnel_tui.queries.funnel import days_cells
from funnel_tui.queries.snapshot import EVER
from funnel_tui.queries.stuck import StuckFact, stuck_deals
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row
from funnel_tui.services.reports.columns import STUCK, STUCK_TOTALS
from funnel_tui.services.reports.looking import Looking


def stuck_report(looking: Looking) -> Report:
    """The stuck deals of the scope at as-of, longest first within each group.

    :raises UsageError: when split by month: a snapshot has none.
    """
    if looking.scope.by is GroupBy.MONTH:
        raise UsageError(
            tr("The report stuck is a snapshot and has no months."),
            tr("Use --by rep, team, source or pipeline."),
        )
    reps = look.rep_names(looking.reader)
    rows: list[Row] = []
    without_limit: list[str] = []
    for selection in looking.selections:
        limits = _limits(looking, selection)
        without_limit += _unlimited(looking, selection.pipeline, limits)
        stages = {stage.id: stage.name for stage in selection.pipeline.stages}
        for deal in stuck_deals(looking.reader, selection, limits):
            group = looking.group_name(_group(looking, deal))
            heading = building.group_values(looking, selection.pipeline.name, group)
            row = _row(looking, deal, limits[deal.stage_id])
            rows.append(
                heading
                | {"stage": stages[deal.stage_id], "owner": reps[deal.owner_id], "age": deal.age}
                | row
            )
    column = looking.scope.by.value if looking.scope.by else None
    rows.sort(key=lambda row: (str(row[column]).casefold() if column else "", -row["age"]))
    extra = []
    if without_limit:
        extra.append(
            said(
                "No limit yet for {stages}: no days set, and no deal has spent time there and left.",
                stages=", ".join(without_limit),
            )
        )
    return building.make(
        looking,
        "stuck",
        stuck_title(looking),
        [*building.group_columns(looking, per_pipeline=False), *STUCK],
        rows,
        {"count": len(rows)},
        STUCK_TOTALS,
        building.notes_of(looking, extra=extra),
    )


def stuck_title(looking: Looking) -> str:
    """Which deals are stuck, and when."""
    return tr("Stuck deals on {day} · {whose}").format(
        day=building.moment_text(looking), whose=building.whose(looking, dated=True)
    )


def _limits(looking: Looking, selection: Selection) -> dict[int, Fraction]:
    """From which age on a visit is stuck; the median of all time serves stages without days of their own."""
    everybody = replace(selection.everything, spans=EVER, split=None, owners=None)
    seconds: dict[int, list[int]] = {}
    if any(stage.stuck_days is None for stage in selection.pipeline.stages):
        for cell in days_cells(looking.reader, everybody):
            seconds.setdefault(cell.stage_id, []).extend(cell.seconds)
    return stuck_after(selection.pipeline, seconds, looking.settings.stuck_factor)


def _unlimited(looking: Looking, pipeline: PipelineFact, limits: dict[int, Fraction]) -> list[str]:
    where = f" ({pipeline.name})" if len(looking.pipelines) > 1 else ""
    stages = (stage for stage in pipeline.stages if stage.id not in limits and not stage.retired)
    return [f"{stage.name}{where}" for stage in stages]


def _group(looking: Looking, deal: StuckFact) -> int:
    return (deal.source_id or 0) if looking.scope.by is GroupBy.SOURCE else deal.owner_id


def _row(looking: Looking, deal: StuckFact, limit: Fraction) -> Row:
    amount = None
    if deal.amount is not None and deal.currency is not None:
        amount = Money(deal.amount, deal.currency)
    return {
        "deal": deal.title,
        "amount": amount,
        "days_in_stage": days(deal.age),
        "threshold": days(limit),
        "idle_days": None if deal.last_done_at is None else days(looking.as_of - deal.last_done_at),
        "next_task": _task_text(deal),
    }


def _task_text(deal: StuckFact) -> str | None:
    """Day, kind and title of the next task, such as ``2026-11-27 call: ask for the budget``."""
    if deal.next_task is None:
        return None
    kind, title = deal.next_task
    text = task_text(kind, title or "")
    return text if deal.due_day is None else listed((day_of(deal.due_day).isoformat(), text), " ")
