"""Report ``active``: what is open in each stage, its worth, and the forecast from stock (METRICS 2 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from funnel_tui.domain.report import Report
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.active import ActiveStep, active
from funnel_tui.metrics.figures import Total
from funnel_tui.metrics.funnel import close_ratios
from funnel_tui.queries.snapshot import closing_history, open_cells
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row, amount
from funnel_tui.services.reports.columns import ACTIVE, ACTIVE_SUMS
from funnel_tui.services.reports.looking import Looking


def active_report(looking: Looking) -> Report:
    """The open deals of each pipeline of the scope by stage, split as asked.

    The close ratio from a stage is that of all deals of the scope closed up to as-of, whatever the period.

    :raises UsageError: when split by month: a snapshot has none.
    """
    if looking.scope.by is GroupBy.MONTH:
        raise UsageError(
            tr("The report active is a snapshot and has no months."),
            tr("Use --by rep, team, source or pipeline."),
        )
    rows: list[Row] = []
    steps: list[ActiveStep] = []
    for selection in looking.selections:
        closing = close_ratios(selection.pipeline, closing_history(looking.reader, selection))
        cells = open_cells(looking.reader, selection)
        whole = active(selection.pipeline, cells, closing, looking.prices)
        steps += whole
        name = selection.pipeline.name
        if looking.is_split:
            here = looking.by_group(cells)
            shown = {step.stage.id for step in whole}
            for group in looking.row_order(here):
                heading = building.group_values(looking, name, group)
                ours = active(selection.pipeline, here[group], closing, looking.prices, keep=shown)
                rows.extend(heading | _row(looking, step) for step in ours)
        else:
            rows.extend({"pipeline": name} | _row(looking, step) for step in whole)
    total = Total.of(step.total for step in steps)
    return building.make(
        looking,
        "active",
        tr("Active deals on {day} · {whose}").format(
            day=building.moment_text(looking), whose=building.whose(looking, dated=True)
        ),
        [*building.group_columns(looking, per_pipeline=True), *ACTIVE],
        rows,
        _totals(looking, steps, total),
        ACTIVE_SUMS,
        building.notes_of(looking, totals=(total,), without_amount=total.without_amount),
    )


def _row(looking: Looking, step: ActiveStep) -> Row:
    return {
        "stage": step.stage.name,
        "position": step.stage.position,
        "deals": step.deals,
        "amount": amount(step.total.exact, looking),
        "weighted": amount(step.weighted, looking),
        "without_amount": step.total.without_amount,
        "from_stock": amount(step.from_stock, looking),
    }


def _totals(looking: Looking, steps: Sequence[ActiveStep], total: Total) -> Row:
    stock = [step.from_stock for step in steps]
    known = [value for value in stock if value is not None]
    return {
        "deals": sum(step.deals for step in steps),
        "amount": amount(total.exact, looking),
        "weighted": amount(sum((step.weighted for step in steps), Fraction(0)), looking),
        "without_amount": total.without_amount,
        "from_stock": amount(sum(known, Fraction(0)), looking) if len(known) == len(stock) else None,
    }
