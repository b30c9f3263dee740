"""Cells of what is open at as-of, and what history says of closing from each stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.cells import AmountsCell, FunnelCell, OpenCell
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, DealStatus, Mode
from funnel_tui.metrics.counting import amounts_of, funnel_of, open_of
from funnel_tui.queries.parts import (
    group_column,
    ladder_steps,
    owner_column,
    owner_filter,
    settled,
    union_rows,
)

EVER = ((0, -(2**40), 2**40),)
"""One span that holds every instant."""


def open_cells(reader: Reader, selection: Selection) -> list[OpenCell]:
    """The open deals at as-of, by stage, currency and typed probability."""
    group = group_column(selection, "d.owner_id", in_month=False)
    names = [name for name in (group, "d.currency", "d.probability_bp") if "." in name]
    columns = (
        "d.currency, d.probability_bp, count(*), count(d.amount_minor), coalesce(sum(d.amount_minor), 0),"
        " min(d.entered_at)"
    )
    cells = [_cell(*row) for row in _open_rows(reader, selection, group, columns, names)]
    return cells + open_of(selection.past or (), selection)


def waiting_cells(reader: Reader, selection: Selection) -> list[OpenCell]:
    """The open deals at as-of by stage alone: how many, and since when. Amounts are left out."""
    group = group_column(selection, "d.owner_id", in_month=False)
    names = [group] if "." in group else []
    rows = _open_rows(reader, selection, group, "count(*), min(d.entered_at)", names)
    cells = [
        OpenCell(owner, stage, None, None, deals, 0, 0, oldest)
        for owner, stage, deals, oldest in rows
        if deals
    ]
    return cells + open_of(selection.past or (), selection)


def open_sizes(reader: Reader, selection: Selection) -> tuple[list[OpenCell], list[AmountsCell]]:
    """The open deals at as-of by stage and currency, whatever their probability, and their single amounts."""
    group = group_column(selection, "d.owner_id", in_month=False)
    names = [name for name in (group, "d.currency") if "." in name]
    columns = f"d.currency, count(*), min(d.entered_at), {reader.numbers('d.amount_minor')}"
    cells, sizes = [], []
    rows = _open_rows(reader, selection, group, columns, names)
    for owner, stage, currency, deals, oldest, gathered in rows:
        amounts = () if currency is None else tuple(reader.listed(gathered))
        cells.append(OpenCell(owner, stage, currency, None, deals, len(amounts), sum(amounts), oldest))
        if currency is not None:
            sizes.append(AmountsCell(owner, currency, amounts))
    past = selection.past or ()
    return cells + open_of(past, selection), sizes + amounts_of(past, selection)


def _cell(
    group: int, stage: int, currency: str | None, probability: int | None, deals: int, with_amount: int,
    amount: int, oldest: int,
) -> OpenCell:  # fmt: skip
    return OpenCell(group, stage, currency, probability, deals, with_amount, int(amount), oldest)


def _open_rows(
    reader: Reader, selection: Selection, group: str, columns: str, names: Sequence[str]
) -> list[tuple[Any, ...]]:
    """(group, stage, columns …) of the open deals.

    :param names: what the rows are grouped by, besides the stage.
    """
    grouping = f" GROUP BY {', '.join(names)}" if names else ""
    parts = [
        f"SELECT {group}, {stage.id}, {columns} FROM deal d {reader.using('ix_deal_open')}"
        f" WHERE d.pipeline_id = :pipeline AND d.stage_id = {stage.id} AND d.closed_at IS NULL"
        f"{owner_filter(selection, 'd.owner_id')}{settled(selection)}{grouping}"
        for stage in selection.pipeline.stages
    ]
    return union_rows(reader, selection, parts)


def closing_history(reader: Reader, selection: Selection) -> list[FunnelCell]:
    """How far all deals closed up to as-of went, for the close ratio from each stage (METRICS 7, from stock).

    The cells count deals and sum nothing.
    """
    everything = replace(selection, spans=EVER, split=None)
    owner = owner_column(everything, "d.closed_owner_id")
    parts = [
        f"SELECT {furthest}, '{status}', count(*) FROM deal d {reader.using('ix_deal_closed')}"
        f" WHERE d.pipeline_id = :pipeline AND d.status = '{status}' AND d.furthest = {furthest}"
        f" AND d.closed_at IS NOT NULL{owner_filter(everything, owner)}{settled(everything)}"
        for status, furthest in ladder_steps(selection.pipeline)
    ]
    cells = [
        FunnelCell(0, 0, furthest, DealStatus(status), 0, 0, None, deals, 0, 0, 0)
        for furthest, status, deals in union_rows(reader, everything, parts)
        if deals
    ]
    return cells + funnel_of(selection.past or (), everything, Cohort.CLOSED, Mode.REACHED)
