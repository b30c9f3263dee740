"""Report ``losses``: passed and lost per stage with their potential, or why deals were lost (METRICS 3)."""

from __future__ import annotations

from collections.abc import Sequence

from funnel_tui.domain.period import PeriodKind
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import said
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Total
from funnel_tui.metrics.funnel import Tally
from funnel_tui.metrics.losses import LossStep, losses, moved_back, reasons
from funnel_tui.queries import look
from funnel_tui.queries.closings import lost_from_cells, reason_cells
from funnel_tui.queries.funnel import funnel_cells
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row, amount
from funnel_tui.services.reports.columns import LOSS_SUMS, LOSSES, REASON_SUMS, REASONS
from funnel_tui.services.reports.looking import Looking, cohort_of


def losses_report(looking: Looking) -> Report:
    """Per stage, how many deals passed it and how many were lost from it; by reason when asked.

    Deals are those created in the period unless the scope says *closed*; reasons go by the closing day.

    :raises UsageError: for the cohort *entered*, which has other deals at each stage.
    """
    if looking.scope.by is GroupBy.REASON:
        return _reasons_report(looking)
    cohort = cohort_of(looking, Cohort.CREATED)
    if cohort is Cohort.ENTERED:
        raise UsageError(
            tr("The report losses has no cohort entered."), tr("Use --cohort created or closed.")
        )
    rows: list[Row] = []
    wholes: list[LossStep] = []
    strayed = False
    for selection in looking.selections:
        cells = funnel_cells(looking.reader, selection, cohort, Mode.REACHED)
        lost = lost_from_cells(looking.reader, selection, cohort, cells)
        strayed = strayed or moved_back(selection.pipeline, cells, lost)
        whole = losses(selection.pipeline, cells, lost, looking.prices)
        wholes += whole
        name = selection.pipeline.name
        if looking.is_split:
            came, gone = looking.by_group(cells), looking.by_group(lost)
            shown = {step.stage.id for step in whole}
            for group in looking.row_order(came, gone):
                heading = building.group_values(looking, name, group)
                parts = (came.get(group, ()), gone.get(group, ()))
                ours = losses(selection.pipeline, *parts, looking.prices, keep=shown)
                rows.extend(heading | _row(looking, step) for step in ours)
        else:
            rows.extend({"pipeline": name} | _row(looking, step) for step in whole)
    lost_total = Total.of(step.lost_from.total for step in wholes)
    return building.make(
        looking,
        "losses",
        tr("Passed and lost: {cohort} · {whose}").format(
            cohort=building.cohort_words(looking, cohort), whose=building.whose(looking)
        ),
        [*building.group_columns(looking, per_pipeline=True), *LOSSES],
        rows,
        {
            "passed": sum(step.passed.deals for step in wholes),
            "passed_amount": amount(Total.of(step.passed.total for step in wholes).exact, looking),
            "lost_from": sum(step.lost_from.deals for step in wholes),
            "lost_from_amount": amount(lost_total.exact, looking),
        },
        LOSS_SUMS,
        building.notes_of(
            looking,
            totals=(lost_total,),
            without_amount=lost_total.without_amount,
            extra=_which_deals(looking, wholes) + (_two_ways() if strayed else []),
        ),
        cohort=cohort,
    )


def _two_ways() -> list[str]:
    return [
        said(
            "Lost from is where a deal stood; Lost in the funnel is how far it had come before it moved back."
        )
    ]


def _which_deals(looking: Looking, steps: Sequence[LossStep]) -> list[str]:
    """Which deals these are, when there are any and nobody asked for a cohort; the funnel counts others."""
    counted = any(step.passed.deals or step.lost_from.deals for step in steps)
    if not counted or looking.scope.cohort is not None or looking.scope.period.kind is PeriodKind.ALL:
        return []
    return [said("These are the deals created in the period; --cohort closed counts those closed in it.")]


def _reasons_report(looking: Looking) -> Report:
    """Lost deals by reason, by the day they were lost; the most frequent first."""
    names = look.reason_names(looking.reader)
    found: dict[int, Tally] = {}
    for selection in looking.selections:
        lost = reason_cells(looking.reader, selection, Cohort.CLOSED)
        for reason, tally in reasons(lost, looking.prices).items():
            found.setdefault(reason, Tally()).add(tally.deals, tally.total)
    ordered = sorted(found.items(), key=lambda item: (-item[1].deals, names[item[0]].casefold()))
    total = Total.of(tally.total for tally in found.values())
    return building.make(
        looking,
        "losses",
        tr("Why deals were lost, {period} · {whose}").format(
            period=looking.scope.period.label, whose=building.whose(looking)
        ),
        REASONS,
        [
            {"reason": names[reason], "deals": tally.deals, "amount": amount(tally.total.exact, looking)}
            for reason, tally in ordered
        ],
        {"deals": sum(tally.deals for tally in found.values()), "amount": amount(total.exact, looking)},
        REASON_SUMS,
        building.notes_of(looking, totals=(total,), without_amount=total.without_amount),
        cohort=Cohort.CLOSED,
    )


def _row(looking: Looking, step: LossStep) -> Row:
    return {
        "stage": step.stage.name,
        "passed": step.passed.deals,
        "passed_amount": amount(step.passed.total.exact, looking),
        "lost_from": step.lost_from.deals,
        "lost_from_amount": amount(step.lost_from.total.exact, looking),
    }
