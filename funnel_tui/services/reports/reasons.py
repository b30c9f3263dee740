"""Report ``reasons``: why deals were lost, by the stage they were lost from (METRICS 3)."""

from __future__ import annotations

from funnel_tui.domain.report import Report
from funnel_tui.domain.status import Cohort
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Total
from funnel_tui.metrics.funnel import Tally
from funnel_tui.metrics.losses import reasons
from funnel_tui.queries import look
from funnel_tui.queries.closings import reason_cells
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row, amount
from funnel_tui.services.reports.columns_stages import REASON_SUMS, REASONS
from funnel_tui.services.reports.looking import Looking


def reasons_report(looking: Looking) -> Report:
    """One row per stage and reason that deals were lost from and for; a stage's most frequent reason first.

    Reasons go by the closing day, whatever the cohort.

    :raises UsageError: for the cohorts *created* and *entered*.
    """
    if looking.scope.cohort not in (None, Cohort.CLOSED):
        raise UsageError(tr("Reasons go by the day a deal was lost."), tr("Leave --cohort out."))
    names = look.reason_names(looking.reader)
    rows: list[Row] = []
    sums: list[Tally] = []
    for selection in looking.selections:
        cells = looking.by_group(reason_cells(looking.reader, selection, Cohort.CLOSED))
        for group in looking.row_order(cells) if looking.is_split else list(cells):
            heading = building.group_values(looking, selection.pipeline.name, group)
            for stage in selection.pipeline.stages:
                here = [cell for cell in cells.get(group, ()) if cell.stage_id == stage.id]
                found = reasons(here, looking.prices)
                for reason, tally in sorted(
                    found.items(), key=lambda item: (-item[1].deals, names[item[0]].casefold())
                ):
                    sums.append(tally)
                    rows.append(
                        heading
                        | {"stage": stage.name, "reason": names[reason], "deals": tally.deals}
                        | {"amount": amount(tally.total.exact, looking)}
                    )
    total = Total.of(tally.total for tally in sums)
    return building.make(
        looking,
        "reasons",
        tr("Why deals were lost, by stage{when} · {whose}").format(
            when=building.when(looking), whose=building.whose(looking)
        ),
        [*building.group_columns(looking, per_pipeline=True), *REASONS],
        rows,
        {"deals": sum(tally.deals for tally in sums), "amount": amount(total.exact, looking)},
        REASON_SUMS,
        building.notes_of(looking, totals=(total,), without_amount=total.without_amount),
        cohort=Cohort.CLOSED,
    )
