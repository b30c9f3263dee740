"""Report ``metrics``: the four funnel metrics (METRICS 1)."""

from __future__ import annotations

from funnel_tui.domain.cells import AmountsCell, ClosedCell, OpenCell
from funnel_tui.domain.report import Report
from funnel_tui.domain.said import said
from funnel_tui.domain.status import GroupBy
from funnel_tui.language import tr
from funnel_tui.metrics.summary import Summary, summary
from funnel_tui.queries.closings import closed_cells
from funnel_tui.queries.snapshot import open_sizes
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row, amount
from funnel_tui.services.reports.columns import METRICS
from funnel_tui.services.reports.looking import Looking

_SNAPSHOT = ("deals_open", "average_open", "median_open", "open_amount", "velocity_per_day")


def metrics_report(looking: Looking, snapshot: Looking | None = None) -> Report:
    """The four metrics of all pipelines of the scope together, split as asked.

    :param snapshot: the same scope as of another instant, from which open deals are seen: a compared period
        must not be shown with what is open now. None for that of ``looking``.
    """
    here = snapshot or looking
    closed: list[ClosedCell] = []
    opened: list[OpenCell] = []
    amounts: list[AmountsCell] = []
    rows: list[Row] = []
    for selection, still in zip(looking.selections, here.selections, strict=True):
        ours = (closed_cells(looking.reader, selection), *open_sizes(looking.reader, still))
        closed += ours[0]
        opened += ours[1]
        amounts += ours[2]
        if looking.scope.by is GroupBy.PIPELINE:
            one = summary(*ours, here.prices)
            rows.append({"pipeline": selection.pipeline.name} | _row(looking, one))
    whole = summary(closed, opened, amounts, here.prices)
    totals = _row(looking, whole)
    extra = _notes(looking, snapshot, whole)
    if looking.scope.by is GroupBy.MONTH:
        extra.append(said("Open deals, their amounts and velocity are a snapshot and have no months."))
        by_month = looking.by_group(closed)
        for month in looking.months:
            one = summary(by_month.get(month, ()), (), (), looking.prices)
            rows.append({"month": month} | _row(looking, one) | dict.fromkeys(_SNAPSHOT))
    elif looking.is_split and looking.scope.by is not None:
        ended, left, sizes = looking.by_group(closed), looking.by_group(opened), looking.by_group(amounts)
        for group in looking.row_order(ended, left):
            parts = (ended.get(group, ()), left.get(group, ()), sizes.get(group, ()))
            one = summary(*parts, here.prices)
            rows.append({looking.scope.by.value: group} | _row(looking, one))
    elif looking.scope.by is None:
        rows.append(totals)
    by_value = tr(", close ratio by amount") if looking.scope.by_value else ""
    return building.make(
        looking,
        "metrics",
        tr("Funnel metrics{by_value}, {period} · {whose}").format(
            by_value=by_value, period=looking.scope.period.label, whose=building.whose(looking)
        ),
        [*building.group_columns(looking, per_pipeline=False), *METRICS],
        rows,
        totals,
        METRICS,
        building.notes_of(
            looking,
            # What lost deals were worth is in the close ratio by amount and in no other figure.
            totals=(
                whole.open_total,
                whole.won_total,
                *([whole.lost_total] if looking.scope.by_value else []),
            ),
            without_amount=whole.without_amount,
            extra=extra,
        ),
    )


def _notes(looking: Looking, snapshot: Looking | None, whole: Summary) -> list[str]:
    """From when open deals are, where the period would make one think otherwise; what a ratio leaves out."""
    notes = []
    period = looking.scope.period
    if snapshot is not None:
        notes.append(
            said("Open deals as of {day}; won and lost as known by now.", day=building.moment_text(snapshot))
        )
    elif looking.selections[0].spans[-1][2] <= looking.as_of:
        notes.append(
            said(
                "Open deals as of {day}, not as of the end of {period} (--as-of shows them then).",
                day=building.moment_text(looking),
                period=period.label,
            )
        )
    return notes + building.weightless_note(looking, whole.lost, whole.lost_total)


def _row(looking: Looking, found: Summary) -> Row:
    return {
        "deals_open": found.open_deals,
        "average_open": amount(found.average_open, looking),
        "median_open": amount(found.median_open, looking),
        "average_won": amount(found.average_won, looking),
        "close_ratio": found.close_ratio(looking.scope.by_value),
        "closed": found.won + found.lost,
        "won": found.won,
        "lost": found.lost,
        "time_to_win_mean": found.time_to_win_mean,
        "time_to_win_median": found.time_to_win_median,
        "velocity_per_day": amount(found.velocity, looking),
        "open_amount": amount(found.open_total.exact, looking),
        "won_amount": amount(found.won_total.exact, looking),
        "without_amount": found.without_amount,
    }
