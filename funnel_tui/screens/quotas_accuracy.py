"""How good past forecasts were, and which set probabilities of stages are off from history."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from textual.worker import NoActiveWorker, get_current_worker

from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.period import Period, PeriodKind, day_of
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import NO_VALUE, percent_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.metrics.forecast import PastForecast, StageCheck
from funnel_tui.screens import scoping
from funnel_tui.screens.probability_progress import Left
from funnel_tui.screens.quotas_panels import Asked, Panel, Room, View
from funnel_tui.screens.quotas_reports import shown_report
from funnel_tui.screens.quotas_words import Amounts
from funnel_tui.services.reports.forecast_screen import (
    AccuracyView,
    ForecastView,
    read_accuracy,
    read_forecast,
)
from funnel_tui.services.reports.quota_screen import quota_deals
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.figures import points
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.quota_figures import Figure, FigureRows

NAME = "Accuracy"
WAITING = "Past forecasts are being worked out …"
PAST = 6
"""So many periods are looked back."""


def read(workspace: Workspace, scope: Scope, _asked: Asked) -> ForecastView:
    """Read the set probabilities beside history."""
    return read_forecast(workspace, scope)


def read_late(workspace: Workspace, scope: Scope, asked: Asked) -> tuple[AccuracyView, ...] | None:
    """Read the past forecasts; each needs every deal as it stood then.

    In a thread of the screen it is told how far it is, and who leaves the view ends it.

    :returns: None when the view was left.
    """
    if not asked.by_month:
        return ()
    period = scope.period
    if period.kind is PeriodKind.ALL:
        period = scoping.default_scope(workspace).period
    try:
        return read_accuracy(workspace, scope, past_periods(period), _progress())
    except Left:
        return None


def _progress() -> Callable[[int, int], None] | None:
    """What is called after each past day; None where no screen waits."""
    try:
        worker = get_current_worker()
    except NoActiveWorker:
        return None
    screen: Any = worker.node

    def tell(done: int, every: int) -> None:
        if worker.is_cancelled or not screen.is_attached or screen.view_name != NAME:
            screen.read_when_back()
            raise Left
        screen.call_later(screen.say_progress, NAME, f"{WAITING} {done} of {every} days")

    return tell


def past_periods(period: Period) -> list[Period]:
    """The periods before one, the latest first."""
    found = [period.shifted(-at) for at in range(1, PAST + 1)]
    return list(dict.fromkeys(found))


def panel(view: ForecastView, late: tuple[AccuracyView, ...] | None, asked: Asked, room: Room) -> Panel:
    """Past forecasts, or with ``b`` the stages."""
    return _stages(view) if not asked.by_month else _past(view, late, room)


# Past forecasts


def _past(view: ForecastView, late: tuple[AccuracyView, ...] | None, room: Room) -> Panel:
    amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
    rows = [partial(_past_row, view, one, amounts, room) for one in late or ()]
    waiting = WAITING if late is None else ""
    off = _off_words(view)
    return Panel(
        title=f"Past forecasts beside what was won · {view.currency} · b shows the stages",
        table=FigureRows(_PAST_COLUMNS, rows),
        sums=tuple(filter(None, (waiting, off))),
        notes=(
            "Forecast of a day = won by then + weighted of the deals that were open and expected in the"
            " period, as they stood; probabilities of stages are those of today.",
        ),
        report=partial(accuracy_report, view=view, found=late or ()),
    )


_PAST_COLUMNS = (
    GridColumn("period", "Period", 12, least=8, right=False, stretch=True),
    GridColumn("won", "Won", 12, least=8),
    GridColumn("start", "At its start", 13, least=9, brief="At start", rank=1),
    GridColumn("start_share", "of won", 8, least=8, rank=1),
    GridColumn("middle", "In its middle", 13, least=9, brief="In middle", rank=2),
    GridColumn("middle_share", "of won", 8, least=8, rank=2),
)


def _past_row(view: ForecastView, one: AccuracyView, amounts: Amounts, room: Room) -> list[Figure]:
    text = amounts.full if room.wide else amounts.short
    won = one.at_start.won
    scope = view.scope.with_(period=one.period)
    behind = partial(quota_deals, scope=scope, figure="won", holder=Holder())
    name = one.period.label
    words = f"{name}: won {amounts.spelt(won)}"
    found = [Figure(name), Figure(text(won), "plain" if won else "dim", behind, words)]
    for past in (one.at_start, one.in_middle):
        told = _past_words(name, past, amounts)
        look = "dim" if past.accuracy is None else "plain"
        found += [Figure(text(past.forecast), "plain", None, told)]
        found += [Figure(percent_text(past.accuracy), look, None, told)]
    return found


def _past_words(name: str, past: PastForecast, amounts: Amounts) -> str:
    numbers = f"{amounts.spelt(past.forecast)} / {amounts.spelt(past.won)}"
    share = percent_text(past.accuracy)
    return f"{name} as it stood on {day_of(past.day):%d %b %Y}: forecast / won = {numbers} = {share}"


def accuracy_report(workspace: Workspace, *, view: ForecastView, found: tuple[AccuracyView, ...]) -> Report:
    """Past forecasts as a report, for export."""

    def money(value: Fraction) -> Money:
        return Money(round_half_up(value), view.currency)

    rows = [
        {
            "period": one.period.name,
            "won": money(one.at_start.won),
            "forecast_at_start": money(one.at_start.forecast),
            "accuracy_at_start": one.at_start.accuracy,
            "forecast_in_middle": money(one.in_middle.forecast),
            "accuracy_in_middle": one.in_middle.accuracy,
        }
        for one in found
    ]
    columns = (
        Column("period", Kind.TEXT, "Period"),
        Column("won", Kind.MONEY, "Won"),
        Column("forecast_at_start", Kind.MONEY, "Forecast at start"),
        Column("accuracy_at_start", Kind.RATIO, "Of won"),
        Column("forecast_in_middle", Kind.MONEY, "Forecast in middle"),
        Column("accuracy_in_middle", Kind.RATIO, "Of won"),
    )
    return shown_report(workspace, "accuracy", "Past forecasts", view.scope, columns, rows)


# Stages

_STAGE_COLUMNS = (
    GridColumn("stage", "Stage", 24, least=12, right=False, stretch=True),
    GridColumn("set", "Set", 8),
    GridColumn("history", "History", 8),
    GridColumn("n", "n", 7),
    GridColumn("difference", "Difference", 10, least=6, brief="Diff.", rank=1),
    GridColumn("off", "", 14, right=True, rank=2),
)


def _stages(view: ForecastView) -> Panel:
    off = {one.stage.id for one in view.off}
    rows = [partial(_stage_row, one, one.stage.id in off) for one in view.checks]
    return Panel(
        title="Probabilities of stages: set by hand, and what history says · b shows past forecasts",
        table=FigureRows(_STAGE_COLUMNS, rows),
        sums=tuple(filter(None, (_off_words(view),))),
        notes=("History = won / (won + lost) of the closed deals that reached the stage.",),
        report=partial(stage_report, view=view),
    )


def _stage_row(one: StageCheck, is_off: bool) -> list[Figure]:
    name = one.stage.name
    set_share = points_of(one)
    history = percent_text(one.history)
    words = (
        f"{name}: set {set_share}, history = {one.won:,} won / {one.n:,} closed = {history}, n = {one.n:,}"
    )
    if is_off:
        words += "; off by more than two standard deviations: S changes it"
    look = "warn" if is_off else "plain"
    return [
        Figure(name),
        Figure(set_share, "plain", None, words),
        Figure(history, "dim" if one.history is None else look, None, words),
        Figure(f"{one.n:,}", "plain", None, words),
        Figure(_difference(one), look, None, words),
        Figure("! off" if is_off else "", "warn", None, words),
    ]


def points_of(one: StageCheck) -> str:
    """The set probability as a percentage."""
    return percent_text(Fraction(one.set_bp, 10_000))


def _difference(one: StageCheck) -> str:
    return NO_VALUE if one.history is None else points(one.history, Fraction(one.set_bp, 10_000))


def _off_words(view: ForecastView) -> str:
    """Which set probabilities history contradicts."""
    if not view.off:
        return "No set probability of a stage is off from history."
    told = [
        f"{one.stage.name} (set {points_of(one)}, history {percent_text(one.history)}, n {one.n:,})"
        for one in view.off[:3]
    ]
    more = f" and {len(view.off) - 3} more" if len(view.off) > 3 else ""
    return f"! Off from history: {'; '.join(told)}{more}"


def stage_report(workspace: Workspace, *, view: ForecastView) -> Report:
    """The stages as a report, for export."""
    off = {one.stage.id for one in view.off}
    rows = [
        {
            **{"stage": one.stage.name, "set": Fraction(one.set_bp, 10_000), "history": one.history},
            **{"n": one.n, "off": "yes" if one.stage.id in off else "no"},
        }
        for one in view.checks
    ]
    columns = (
        Column("stage", Kind.TEXT, "Stage"),
        Column("set", Kind.RATIO, "Set"),
        Column("history", Kind.RATIO, "History", sample="n"),
        Column("n", Kind.COUNT, "n"),
        Column("off", Kind.TEXT, "Off"),
    )
    title = "Probabilities of stages beside history"
    return shown_report(workspace, "stage_probabilities", title, view.scope, columns, rows)


ACCURACY = View(NAME, read, panel, read_late, actions=frozenset({"by"}))
