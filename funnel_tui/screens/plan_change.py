"""The change of the pipeline on the Plan screen: what it reads, its table and its waterfall (METRICS 10)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from funnel_tui.domain.money import Money
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text, money_text
from funnel_tui.domain.status import GroupBy
from funnel_tui.language import tr, trc
from funnel_tui.metrics.pipeline_change import ChangeKind, ChangeRow
from funnel_tui.services.reports import building
from funnel_tui.services.reports.behind import DealsBehind
from funnel_tui.services.reports.change import PipelineChange, change_notes, read_change
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.figures import short_money
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.plan_drawing import Waterfall, waterfall
from funnel_tui.widgets.quota_figures import Figure, FigureRows

NAMES = {
    # Translators: at most 11 cells
    ChangeKind.OPENING: tr("Opening"),
    # Translators: at most 11 cells
    ChangeKind.NEW: tr("New"),
    # Translators: at most 11 cells
    ChangeKind.REOPENED: tr("Reopened"),
    # Translators: at most 11 cells
    ChangeKind.AMOUNT_UP: tr("Amount up"),
    # Translators: at most 11 cells
    ChangeKind.AMOUNT_DOWN: tr("Amount down"),
    # Translators: at most 11 cells
    ChangeKind.WON: tr("Won"),
    # Translators: at most 11 cells
    ChangeKind.LOST: tr("Lost"),
    # Translators: at most 11 cells
    ChangeKind.MOVED_IN: tr("Moved in"),
    # Translators: at most 11 cells
    ChangeKind.MOVED_OUT: tr("Moved out"),
    # Translators: at most 11 cells
    ChangeKind.CLOSING: tr("Closing"),
}
_ENDS = {ChangeKind.OPENING, ChangeKind.CLOSING}
_MEANS = {
    # Translators: {n} is a number of deals
    ChangeKind.OPENING: tr("{n:,} open before the first day, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.NEW: tr("{n:,} created, and open, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.REOPENED: tr("{n:,} were closed and are open again, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.AMOUNT_UP: tr("{n:,} became worth more, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.AMOUNT_DOWN: tr("{n:,} became worth less, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.WON: tr("{n:,} won, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.LOST: tr("{n:,} lost, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.MOVED_IN: tr("{n:,} came in by expected close, pipeline or owner, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.MOVED_OUT: tr("{n:,} went out by expected close, pipeline or owner, {amount}"),
    # Translators: {n} is a number of deals
    ChangeKind.CLOSING: tr("{n:,} open at the end: what was, came and went add up to it, {amount}"),
}


@dataclass(frozen=True, slots=True)
class ChangeFound:
    """The change of the pipeline as it was read.

    :param title: what it is of.
    :param groups: the names of the reps, or one empty name.
    """

    scope: Scope
    title: str
    found: PipelineChange
    currency: str
    notes: tuple[str, ...]
    groups: tuple[str, ...]

    def line(self, row: int) -> tuple[str, ChangeKind]:
        """Which group and which kind a row of the table is of."""
        group, kind = divmod(row, len(NAMES))
        return self.groups[group], tuple(NAMES)[kind]


def read_change_of(workspace: Workspace, scope: Scope, *, by_rep: bool) -> ChangeFound:
    """Read the change of the pipeline over the period of the scope."""
    asked = scope.with_(by=GroupBy.REP if by_rep else None, compare=None, by_value=False)
    with workspace.read() as reader:
        looking = look_up(workspace, reader, asked)
        found = read_change(looking)
        title = tr("Pipeline change{when} · {whose}").format(
            when=building.when(looking), whose=building.whose(looking)
        )
        return ChangeFound(
            asked,
            f"{title} · {looking.currency}",
            found,
            looking.currency,
            tuple(change_notes(looking, found)),
            tuple(sorted(found.rows, key=str.casefold)),
        )


def change_rows(change: ChangeFound, *, by_rep: bool) -> FigureRows:
    """The rows of the table; a group begins with its opening."""
    columns = [
        *([GridColumn("group", tr("Rep"), 12, least=8, right=False, stretch=True)] if by_rep else []),
        GridColumn("kind", trc("noun", "Change"), 13, least=13, right=False, stretch=not by_rep),
        # Translators: at most 5 cells
        GridColumn("deals", trc("at most 5 cells", "Deals"), 6, least=5),
        GridColumn("amount", tr("Amount"), 14, least=9),
    ]
    makers = [
        partial(_cells, change, group, kind, by_rep=by_rep) for group in change.groups for kind in NAMES
    ]
    return FigureRows(columns, makers)


def _cells(change: ChangeFound, group: str, kind: ChangeKind, *, by_rep: bool) -> list[Figure]:
    row = change.found.rows[group][kind]
    strong = "strong" if kind in _ENDS else "plain" if row.deals else "dim"
    name = f"{' ' if kind in _ENDS else '+' if kind.sign > 0 else '−'} {NAMES[kind]}"
    whose = f"{group}: " if by_rep else ""
    amount = _amount(change, row)
    words = ": ".join(figure_words(change, group, kind, by_rep=by_rep))
    behind = partial(_deals, f"{NAMES[kind]} · {whose}{change.title}", row)
    figures = [
        Figure(name, strong, behind, words),
        Figure(count_text(len(row.deals)), strong, behind, words),
        Figure(amount, strong, behind, words),
    ]
    if by_rep:
        figures.insert(0, Figure(group if kind is ChangeKind.OPENING else "", "strong", behind, words))
    return figures


def figure_words(change: ChangeFound, group: str, kind: ChangeKind, *, by_rep: bool) -> tuple[str, str]:
    """What a row of the table is called, and what it says in words."""
    row = change.found.rows[group][kind]
    amount = f"{_amount(change, row)} {change.currency}"
    name = f"{group}: {NAMES[kind]}" if by_rep else NAMES[kind]
    return name, _MEANS[kind].format(n=len(row.deals), amount=amount)


def _amount(change: ChangeFound, row: ChangeRow) -> str:
    return money_text(Money(row.worth, change.currency), decimals=False)


def _deals(title: str, row: ChangeRow, workspace: Workspace) -> DealsBehind:  # noqa: ARG001
    """The deals behind a row, as they were read; one that came twice is listed once."""
    return DealsBehind(title, array("q", dict.fromkeys(row.deals)))


def picture_of(change: ChangeFound, row: int) -> Waterfall | None:
    """The waterfall of the group that a row of the table is in."""
    if not change.groups:
        return None
    group, _ = change.line(min(row, len(change.groups) * len(NAMES) - 1))
    rows = change.found.rows[group]
    parts = []
    for kind, name in NAMES.items():
        worth = rows[kind].worth
        sign = 0 if kind in _ENDS else kind.sign
        text = short_money(Money(worth, change.currency))
        parts.append(
            (name, worth, sign, f"{'+' if sign > 0 else '−' if sign else ''}{text}" if worth else text)
        )
    return waterfall(group or tr("Amounts"), parts)


def nothing_words(change: ChangeFound) -> str:
    """What to say instead of an empty table."""
    if change.groups:
        return ""
    label = change.scope.period.label
    return with_keys(
        tr(
            "No deal was open in {label}, and none came.\n\n{scope} looks elsewhere, "
            "{period_back} steps back."
        ),
        label=label,
    )


def notes_line(notes: Sequence[str]) -> str:
    """All notes in one text."""
    return " ".join(notes)
