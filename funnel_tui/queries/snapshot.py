"""Cells of what is open at as-of, and what history says of closing from each stage."""

from __future__ import annotations

from dataclasses import replace

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import AmountsCell, FunnelCell, OpenCell
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.metrics.counting import amounts_of, open_of
from funnel_tui.queries.funnel import funnel_cells
from funnel_tui.queries.parts import group_column, owner_filter, settled

EVER = ((0, -(2**40), 2**40),)
"""One span that holds every instant."""


def open_cells(reader: Reader, selection: Selection) -> list[OpenCell]:
    """The open deals at as-of, by stage, currency and typed probability."""
    group = group_column(selection, "d.owner_id", month="0")
    names = [name for name in (group, "d.currency", "d.probability_bp") if "." in name]
    parts = [
        f"SELECT {group}, {stage.id}, d.currency, d.probability_bp, count(*), count(d.amount_minor),"
        f" coalesce(sum(d.amount_minor), 0), min(d.entered_at)"
        f" FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE d.pipeline_id = :pipeline AND d.stage_id = {stage.id} AND d.closed_at IS NULL"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)} GROUP BY {', '.join(names)}"
        for stage in selection.pipeline.stages
    ]
    rows = reader.rows(" UNION ALL ".join(parts), {"pipeline": selection.pipeline.id})
    cells = [
        OpenCell(int(group), stage, currency, probability, deals, with_amount, int(amount), oldest)
        for group, stage, currency, probability, deals, with_amount, amount, oldest in rows
    ]
    return cells + open_of(selection.past or (), selection)


def amount_cells(reader: Reader, selection: Selection) -> list[AmountsCell]:
    """The amounts of the open deals at as-of, by currency."""
    group = group_column(selection, "d.owner_id", month="0")
    names = [name for name in (group, "d.currency") if "." in name]
    parts = [
        f"SELECT {group}, d.currency, {reader.numbers('d.amount_minor')}"
        f" FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE d.pipeline_id = :pipeline AND d.stage_id = {stage.id} AND d.closed_at IS NULL"
        f" AND d.currency IS NOT NULL"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)} GROUP BY {', '.join(names)}"
        for stage in selection.pipeline.stages
    ]
    rows = reader.rows(" UNION ALL ".join(parts), {"pipeline": selection.pipeline.id})
    cells = [AmountsCell(group, currency, tuple(reader.listed(found))) for group, currency, found in rows]
    return cells + amounts_of(selection.past or (), selection)


def closing_history(reader: Reader, selection: Selection) -> list[FunnelCell]:
    """All deals closed up to as-of, for the close ratio from each stage (METRICS 7, from stock)."""
    split = None if selection.split is GroupBy.MONTH else selection.split
    everything = replace(selection, spans=EVER, split=split)
    return funnel_cells(reader, everything, Cohort.CLOSED, Mode.REACHED)
