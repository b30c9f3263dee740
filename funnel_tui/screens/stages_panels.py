"""What the further views of the Stages screen are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from funnel_tui.domain.explaining import Explanation
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.stage_views import Asked
from funnel_tui.language import tr
from funnel_tui.services.reports.explaining import explain, value_text
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.drawing import Chart
from funnel_tui.widgets.figures import short_money, shown
from funnel_tui.widgets.stage_figures import Behind, Spot, SpotTable
from funnel_tui.widgets.stage_lines_shape import Lines

__all__ = ["Asked", "Panel", "PanelView", "column_of", "major", "spot"]

_SHARES = frozenset({Kind.RATIO, Kind.DAYS})
"""What says little of few deals."""
SMALL = "~"
"""Stands before a figure of few deals; it is dimmed too."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A view as it is shown.

    :param title: one line; may hold user text.
    :param table: None where there is nothing to show; ``nothing`` then says why, ``hint`` what to do.
    :param scrolls: whether the table scrolls sideways where it is too wide; ``things`` is what its columns
        are, for saying which are in view.
    :param notes: what a reader must know.
    :param words: sentences under the table; they may hold user text.
    :param charts: bars or lines, side by side.
    :param report: what ``E`` writes and ``y`` reproduces.
    :param written: what ``E`` writes instead, where no report of the shell holds what is shown.
    :param command: the command that prints it.
    """

    title: str
    table: SpotTable | None = None
    nothing: str = ""
    hint: str = ""
    scrolls: bool = False
    things: str = tr("columns")
    notes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    charts: tuple[Chart | Lines, ...] = ()
    report: Report | None = None
    written: Report | None = None
    command: str = ""


@dataclass(frozen=True, slots=True)
class PanelView:
    """One of the further views.

    :param read: reads its figures, outside the UI thread.
    :param panel: shows what was read.
    """

    read: Callable[[Workspace, Scope, Asked], Any]
    panel: Callable[[Any, Asked], Panel]


def spot(
    report: Report,
    column: Column,
    row: Mapping[str, Any],
    where: str,
    *,
    behind: Behind | None = None,
    mark: str = "",
    look: str = "",
    notes: tuple[str, ...] = (),
    sample: int | None = None,
    formula: str | None = None,
) -> Spot:
    """A figure of a report as a place of a table.

    :param where: what its row and column are about.
    :param mark: a sign behind it, explained by ``notes``.
    :param look: instead of the plain one.
    """
    value = row.get(column.name)
    if sample is None and column.sample:
        sample = row.get(column.sample)
    is_small = value is not None and sample is not None and sample < report.small_n and column.kind in _SHARES
    text = short_money(value) if column.kind is Kind.MONEY else shown(value, column.kind)
    if is_small:
        text, look = f"{SMALL}{text}", "dim"
    elif value is None or not value:
        look = "dim"
    return Spot(
        f"{text}{mark}",
        look or "plain",
        partial(_words, column, value, where, notes, sample=sample, is_small=is_small),
        partial(
            _explained, report, column, row, where, notes, sample=sample, formula=formula,
            has_deals=behind is not None,
        ),
        behind,
    )  # fmt: skip


def _words(
    column: Column, value: Any, where: str, notes: tuple[str, ...], *, sample: int | None, is_small: bool
) -> tuple[str, str]:
    told = f"{where} · {column.title} {value_text(value, column.kind)}"
    if sample is not None:
        count = tr("n {n}, too few to rely on") if is_small else "n {n}"
        told += f" ({count.format(n=count_text(sample))})"
    if notes:
        told += f" · {notes[0]}"
    return told, column.help


def _explained(
    report: Report,
    column: Column,
    row: Mapping[str, Any],
    where: str,
    notes: tuple[str, ...],
    **more: Any,
) -> Explanation:
    found = explain(report, column, row, where=where, **more)
    return replace(found, notes=(*notes, *found.notes))


def column_of(report: Report, name: str) -> Column:
    """A column of a report by its name."""
    return next(column for column in report.columns if column.name == name)


def major(value: Any) -> Fraction:
    """An amount as a number for a chart; nothing counts 0."""
    return Fraction(0) if value is None else value.major
