"""Stages against an earlier period: what is missing, in figures and in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shortfall import shortfall_words
from funnel_tui.domain.shown import count_text, money_text
from funnel_tui.domain.stage_views import Held
from funnel_tui.language import tr
from funnel_tui.screens.stages_panels import Asked, Panel, PanelView, spot
from funnel_tui.services.reports import deals_behind
from funnel_tui.services.reports.command_line import report_command
from funnel_tui.services.reports.stages_benchmark import BenchmarkView, HeldStage, benchmark_view
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.drawing import Bar, Chart
from funnel_tui.widgets.figures import short_money, snapshot_words
from funnel_tui.widgets.grid import Cell
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.stage_figures import Heading, Spot, spot_table

_WHAT = {
    Held.REACHED: tr("Deals that reached the stage in the period."),
    Held.OPEN: tr("Deals open in the stage: now, and at the end of the earlier period."),
}


def read(workspace: Workspace, scope: Scope, asked: Asked) -> BenchmarkView:
    """Read both periods."""
    return benchmark_view(workspace, scope, asked.held)


def panel(found: BenchmarkView, asked: Asked) -> Panel:  # noqa: ARG001
    """A row per stage: now, then, difference, shortfall; under it what to do."""
    report = found.report
    if report is None or report.compared is None:
        hint = with_keys(
            tr("Press {scope} and choose another period, or {compare} to compare with the one before.")
        )
        return Panel(
            tr("Benchmark"), nothing=tr("There is no earlier period to hold this one against."), hint=hint
        )
    by_value = found.scope.by_value
    now, then = _periods(report, report.compared, found.held)
    headings = (
        Heading("now", now, 0, tr("Now")),
        Heading("then", then, 1, tr("Then")),
        Heading("difference", tr("Difference"), 2, "±"),
        Heading("relative", tr("Relative"), 4, "± %"),
        Heading("shortfall", tr("Shortfall"), 3, tr("Short")),
    )
    columns = _columns(found.held, then, by_value=by_value)
    lines = [
        (Cell(f"  {one.stage}"), _spots(found, report, one, columns, by_value=by_value))
        for one in found.stages
    ]
    title = tr("{now} against {then} · {title}").format(now=now, then=then, title=report.title)
    words: tuple[str, ...] = tuple(shortfall_words(found.shortfalls, then))
    if not any(one.then for one in found.stages):
        words = (tr("There is nothing in {period} to hold this against.").format(period=then),)
    elif found.rest:
        words = (found.rest, *words)
    return Panel(
        title,
        spot_table("  " + tr("Stage"), headings, lines),
        words=words,
        notes=tuple(report.notes),
        charts=_charts(found, now, then, str(report.scope_words["currency"])),
        report=report,
        command=report_command(report.name, report.scope),
    )


def _periods(report: Report, other: Report, held: Held) -> tuple[str, str]:
    """What both sides are called."""
    if held is Held.OPEN:
        return tr("now"), snapshot_words(other.scope.period)
    return report.scope.period.label, other.scope.period.label


def _columns(held: Held, then: str, *, by_value: bool) -> tuple[Column, ...]:
    """What stands in a row, as it is explained."""
    kind = Kind.MONEY if by_value else Kind.COUNT
    return (
        Column("now", kind, tr("Now"), _WHAT[held]),
        Column("then", kind, tr("Then"), tr("The same in {period}.").format(period=then)),
        Column("difference", kind, tr("Difference"), tr("now − then.")),
        Column("relative", Kind.RATIO, tr("Relative"), tr("(now − then) / then.")),
        Column("shortfall", kind, tr("Shortfall"), tr("max(0, then − now).")),
    )


def _spots(
    found: BenchmarkView, report: Report, one: HeldStage, columns: Sequence[Column], *, by_value: bool
) -> list[Spot]:
    pair = one.pair(by_value=by_value)
    currency = str(report.scope_words["currency"])

    def sized(value: Any) -> Any:
        return Money(int(value), currency) if by_value else value

    def text(value: Any) -> str:
        return money_text(sized(value)) if by_value else count_text(value)

    values = {
        "now": sized(pair.now),
        "then": sized(pair.then),
        "difference": sized(pair.difference),
        "relative": pair.relative,
        "shortfall": sized(pair.shortfall),
    }
    now, then, difference = text(pair.now), text(pair.then), text(pair.difference)
    formulas = {
        "difference": tr("now − then = {now} − {then}").format(now=now, then=then),
        "relative": tr("(now − then) / then = {difference} / {then}").format(
            difference=difference, then=then
        ),
        "shortfall": tr("max(0, then − now) = max(0, {then} − {now})").format(then=then, now=now),
    }
    spots = []
    for column in columns:
        name, formula = column.name, formulas.get(column.name, "")
        behind = _behind(report, one.stage, found.held, earlier=name == "then")
        look = "bad" if formula and pair.shortfall else ""
        made = spot(report, column, values, one.stage, behind=behind, look=look, formula=formula)
        signed = name in {"difference", "relative"} and pair.difference > 0
        spots.append(made._replace(text=f"+{made.text}") if signed and values[name] is not None else made)
    return spots


def _behind(report: Report, stage: str, held: Held, *, earlier: bool) -> Any:
    shown = report.compared if earlier and report.compared is not None else report
    figure = "reached" if held is Held.REACHED else "deals"
    return partial(deals_behind, scope=shown.scope, figure=figure, stage=stage, report=report.name)


def _charts(found: BenchmarkView, now: str, then: str, currency: str) -> tuple[Chart, ...]:
    counts, amounts = [], []
    for one in found.stages:
        pair = one.pair(by_value=False)
        counts.append(
            Bar(
                one.stage,
                (Fraction(pair.now), Fraction(pair.then)),
                (count_text(one.now), count_text(one.then)),
            )
        )
        worth = [Money(one.now_amount, currency), Money(one.then_amount, currency)]
        amounts.append(
            Bar(one.stage, (worth[0].major, worth[1].major), (short_money(worth[0]), short_money(worth[1])))
        )
    return (
        Chart(tr("Deals"), (now, then), tuple(counts)),
        Chart(tr("Amounts, {currency}").format(currency=currency), (now, then), tuple(amounts)),
    )


BENCHMARK = PanelView(read, panel)
