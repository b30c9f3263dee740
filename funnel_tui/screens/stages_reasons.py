"""Stages by loss reason: why deals were lost, and from where; in number and in money."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import NO_VALUE, count_text
from funnel_tui.language import tr, trn
from funnel_tui.screens.emptiness import why_nothing
from funnel_tui.screens.stages_panels import Asked, Panel, PanelView, column_of, major, spot
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.explaining import value_text
from funnel_tui.services.reports.stages_behind import reason_behind
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.drawing import Bar, Chart
from funnel_tui.widgets.figures import short_money
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.stage_figures import Heading, Spot, spot_table

ALL = tr("All reasons")
MOST_BARS = 10

Sum = dict[str, Any]


def read(workspace: Workspace, scope: Scope, asked: Asked) -> Report:  # noqa: ARG001
    """Read the lost deals of the period by stage and reason."""
    return run_report(workspace, "reasons", scope.with_(compare=None, by=None, cohort=None))


def panel(found: Report, asked: Asked) -> Panel:  # noqa: ARG001
    """Reasons as rows, stages as columns; by amount where the scope says so."""
    command = report_command("reasons", found.scope)
    if not found.rows:
        missing = tr("No deal was lost in {period}.").format(period=found.scope.period.label)
        hint = with_keys(tr("Press {period_back} for the period before."))
        what, hint = why_nothing(found.scope, missing, hint)
        return Panel(found.title, nothing=what, hint=hint, report=found, command=command)
    by_value = found.scope.by_value
    stages = list(dict.fromkeys(str(row["stage"]) for row in found.rows))
    reasons = list(dict.fromkeys(str(row["reason"]) for row in found.rows))
    cells = {(str(row["reason"]), str(row["stage"])): row for row in found.rows}
    sums = {reason: _sum(found, reason=reason) for reason in reasons}
    order = "amount" if by_value else "deals"
    reasons.sort(key=lambda reason: -(sums[reason][order].minor if by_value else sums[reason][order]))
    headings = [
        Heading("all", tr("All stages"), brief=tr("All")),
        *(_heading(at, s) for at, s in enumerate(stages)),
    ]
    lines = []
    for reason in reasons:
        spots = [_spot(found, sums[reason], None, reason, look="strong")]
        spots += [_spot(found, cells.get((reason, stage)), stage, reason) for stage in stages]
        lines.append((Cell(f"  {reason}"), spots))
    whole = [_spot(found, found.totals, None, None, look="strong")]
    whole += [_spot(found, _sum(found, stage=stage), stage, None, look="strong") for stage in stages]
    lines.append((Cell(f"  {ALL}", "strong"), whole))
    return Panel(
        found.title,
        spot_table("  " + tr("Reason"), headings, lines),
        scrolls=True,
        things=tr("stages"),
        notes=(tr("By the day a deal was lost; a turns from number to amount and back."), *found.notes),
        charts=_charts(reasons, sums),
        report=found,
        command=command,
    )


def _heading(at: int, stage: str) -> Heading:
    return Heading(f"stage {at}", stage)


def _sum(found: Report, *, reason: str | None = None, stage: str | None = None) -> Sum:
    rows = [row for row in found.rows if reason in (None, row["reason"]) and stage in (None, row["stage"])]
    amounts = [row["amount"] for row in rows if row["amount"] is not None]
    currency = str(found.scope_words["currency"])
    return {
        "deals": sum(row["deals"] for row in rows),
        "amount": Money(sum(amount.minor for amount in amounts), currency),
    }


def _spot(
    found: Report, row: Mapping[str, Any] | None, stage: str | None, reason: str | None, *, look: str = ""
) -> Spot:
    """A place: the number or the amount; the line under the table tells both."""
    row = row or {"deals": 0, "amount": None}
    where = " · ".join((reason or ALL, stage or tr("all stages")))
    column = column_of(found, "amount" if found.scope.by_value else "deals")
    made = spot(
        *(found, column, row, where),
        behind=partial(reason_behind, scope=found.scope, stage=stage, reason=reason),
        look=look,
    )
    words = partial(_words, row, where, column.help)
    return made._replace(words=words, text=made.text if row["deals"] else NO_VALUE)


def _words(row: Mapping[str, Any], where: str, meaning: str) -> tuple[str, str]:
    lost = trn("{where} · {n} deal lost, {amount}", "{where} · {n} deals lost, {amount}", row["deals"])
    worth = value_text(row["amount"], Kind.MONEY)
    return lost.format(where=where, n=count_text(row["deals"]), amount=worth), meaning


def _charts(reasons: list[str], sums: Mapping[str, Sum]) -> tuple[Chart, ...]:
    shown = reasons[:MOST_BARS]
    counts = tuple(Bar(one, (sums[one]["deals"],), (count_text(sums[one]["deals"]),)) for one in shown)
    worth = tuple(
        Bar(one, (major(sums[one]["amount"]),), (short_money(sums[one]["amount"]),)) for one in shown
    )
    currency = next((sums[one]["amount"].currency for one in shown), "")
    return (
        Chart(tr("Deals lost by reason"), (tr("deals"),), counts),
        Chart(tr("What was lost, {currency}").format(currency=currency), (tr("amount"),), worth),
    )


REASONS = PanelView(read, panel)
