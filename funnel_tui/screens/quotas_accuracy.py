"""How good past forecasts were, and which set probabilities of stages are off from history."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from textual.worker import NoActiveWorker, get_current_worker

from funnel_tui.domain.calendar_names import day_text
from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.period import Period, PeriodKind, day_of
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import NO_VALUE, count_text, percent_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.language import tr
from funnel_tui.metrics.forecast import PastForecast, StageCheck
from funnel_tui.screens import scoping
from funnel_tui.screens.probability_progress import Left
from funnel_tui.screens.quotas_panels import Asked, Panel, Room, View
from funnel_tui.screens.quotas_reports import shown_report
from funnel_tui.screens.quotas_words import Amounts
from funnel_tui.services.reports.forecast_behind import CLOSED, OPEN, forecast_deals
from funnel_tui.services.reports.forecast_screen import (
    AccuracyView,
    ForecastView,
    read_accuracy,
    read_forecast,
)
from funnel_tui.services.reports.quota_commands import forecast_command, past_forecast_command
from funnel_tui.services.reports.quota_screen import quota_deals
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.figures import points
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.quota_figures import Behind, Figure, FigureRows, Known

NAME = tr("Accuracy")
WAITING = tr("Past forecasts are being worked out …")
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
        words = tr("Past forecasts are being worked out … {done} of {all} days").format(done=done, all=every)
        screen.call_later(screen.say_progress, NAME, words)

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
        title=with_keys(
            tr("Past forecasts beside what was won · {currency} · {quota_by} shows the stages"),
            currency=view.currency,
        ),
        table=FigureRows(_PAST_COLUMNS, rows),
        sums=tuple(filter(None, (waiting, off))),
        notes=(
            tr(
                "Forecast of a day = won by then + weighted of the deals that were open and expected in "
                "the period or without a date, as they stood; probabilities of stages are those of today."
            ),
        ),
        report=partial(accuracy_report, view=view, found=late or ()),
        definitions=_PAST_MEANT,
    )


_PAST_MEANT = {
    "period": tr("A period before the one that is looked at."),
    "won": tr("What the period really brought, owner at closing."),
    "start": tr("The forecast as it stood when the period began: closed + weighted."),
    "start_share": tr("The forecast when the period began, divided by what was won."),
    "middle": tr("The forecast as it stood in the middle of the period: closed + weighted."),
    "middle_share": tr("The forecast in the middle of the period, divided by what was won."),
}
_PAST_COLUMNS = (
    GridColumn("period", tr("Period"), 12, least=8, right=False, stretch=True),
    GridColumn("won", tr("Won"), 12, least=8),
    GridColumn("start", tr("At its start"), 13, least=9, brief=tr("At start"), rank=1),
    # Translators: the share of what was won; at most 8 cells.
    GridColumn("start_share", tr("of won"), 8, least=8, rank=1),
    GridColumn("middle", tr("In its middle"), 13, least=9, brief=tr("In middle"), rank=2),
    GridColumn("middle_share", tr("of won"), 8, least=8, rank=2),
)


def _past_row(view: ForecastView, one: AccuracyView, amounts: Amounts, room: Room) -> list[Figure]:
    text = amounts.full if room.wide else amounts.short
    won = one.at_start.won
    scope = view.scope.with_(period=one.period)
    won_deals: Behind = partial(quota_deals, scope=scope, figure="won", holder=Holder())
    name = one.period.label
    words = tr("{name}: won {amount}").format(name=name, amount=amounts.spelt(won))
    command = forecast_command(scope)
    known = Known(one.deals[0], command=command)
    found = [Figure(name, known=Known(command=command))]
    found.append(Figure(text(won), "plain" if won else "dim", won_deals, words, known))
    for past, at, deals in zip((one.at_start, one.in_middle), one.instants, one.deals[1:], strict=True):
        told = _past_words(name, past, amounts)
        look = "dim" if past.accuracy is None else "plain"
        then = scope.with_(as_of=at)
        behind = partial(forecast_deals, scope=then, categories=OPEN | {CLOSED})
        known = Known(deals, as_of=at, command=past_forecast_command(view.scope, one.period, at))
        found += [Figure(text(past.forecast), "plain", behind, told, known)]
        found += [Figure(percent_text(past.accuracy), look, behind, told, known)]
    return found


def _past_words(name: str, past: PastForecast, amounts: Amounts) -> str:
    numbers = f"{amounts.spelt(past.forecast)} / {amounts.spelt(past.won)}"
    share = percent_text(past.accuracy)
    return tr("{name} as it stood on {day}: forecast / won = {numbers} = {share}").format(
        name=name, day=day_text(day_of(past.day)), numbers=numbers, share=share
    )


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
        Column("period", Kind.TEXT, tr("Period")),
        Column("won", Kind.MONEY, tr("Won")),
        Column("forecast_at_start", Kind.MONEY, tr("Forecast at start")),
        Column("accuracy_at_start", Kind.RATIO, tr("Of won")),
        Column("forecast_in_middle", Kind.MONEY, tr("Forecast in middle")),
        Column("accuracy_in_middle", Kind.RATIO, tr("Of won")),
    )
    return shown_report(workspace, "accuracy", tr("Past forecasts"), view.scope, columns, rows)


# Stages

_STAGE_MEANT = {
    "stage": tr("A stage of a pipeline in use."),
    "set": tr("The probability of the stage that was set by hand."),
    "history": tr("won / (won + lost) of deals that reached the stage."),
    "n": tr("Closed deals that reached the stage."),
    "difference": tr("History − set, in percentage points."),
    "off": tr("Off: history is more than two standard deviations away from what is set."),
}
_STAGE_COLUMNS = (
    GridColumn("stage", tr("Stage"), 24, least=12, right=False, stretch=True),
    # Translators: the probability set by hand; at most 8 cells.
    GridColumn("set", tr("Set"), 8),
    # Translators: what history says; at most 8 cells.
    GridColumn("history", tr("History"), 8),
    GridColumn("n", "n", 7),
    GridColumn("difference", tr("Difference"), 10, least=6, brief=tr("Diff."), rank=1),
    GridColumn("off", "", 14, right=True, rank=2),
)


def _stages(view: ForecastView) -> Panel:
    off = {one.stage.id for one in view.off}
    rows = [partial(_stage_row, one, one.stage.id in off, view.small_n) for one in view.checks]
    return Panel(
        title=with_keys(
            tr(
                "Probabilities of stages: set by hand, and what history says · {quota_by} shows past "
                "forecasts"
            )
        ),
        table=FigureRows(_STAGE_COLUMNS, rows),
        sums=tuple(filter(None, (_off_words(view),))),
        notes=(tr("History = won / (won + lost) of the closed deals that reached the stage."),),
        report=partial(stage_report, view=view),
        told_of_command=with_keys(
            tr("No command prints these probabilities beside history; {export} writes them to a file.")
        ),
        definitions=_STAGE_MEANT,
    )


def _stage_row(one: StageCheck, is_off: bool, small_n: int) -> list[Figure]:
    name = one.stage.name
    set_share = points_of(one)
    history = percent_text(one.history)
    words = tr("{name}: set {set}, history = {won} won / {n} closed = {history}, n = {n}").format(
        name=name, set=set_share, won=count_text(one.won), n=count_text(one.n), history=history
    )
    if is_off:
        words = with_keys(
            tr("{words}; off by more than two standard deviations: {pipelines} changes it"), words=words
        )
    look = "warn" if is_off else "plain"
    known = Known(one.n, small_n, name=name)
    return [
        Figure(name),
        Figure(set_share, "plain", None, words, Known(name=name)),
        Figure(history, "dim" if one.history is None else look, None, words, known),
        Figure(count_text(one.n), "plain", None, words, known),
        Figure(_difference(one), look, None, words, known),
        Figure(tr("! off") if is_off else "", "warn", None, words, known),
    ]


def points_of(one: StageCheck) -> str:
    """The set probability as a percentage."""
    return percent_text(Fraction(one.set_bp, 10_000))


def _difference(one: StageCheck) -> str:
    return NO_VALUE if one.history is None else points(one.history, Fraction(one.set_bp, 10_000))


def _off_words(view: ForecastView) -> str:
    """Which set probabilities history contradicts."""
    if not view.off:
        return tr("No set probability of a stage is off from history.")
    told = "; ".join(
        tr("{stage} (set {set}, history {history}, n {n})").format(
            stage=one.stage.name,
            set=points_of(one),
            history=percent_text(one.history),
            n=count_text(one.n),
        )
        for one in view.off[:3]
    )
    more = len(view.off) - 3
    if more > 0:
        return tr("! Off from history: {stages} and {n} more").format(stages=told, n=more)
    return tr("! Off from history: {stages}").format(stages=told)


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
        Column("stage", Kind.TEXT, tr("Stage")),
        Column("set", Kind.RATIO, tr("Set")),
        Column("history", Kind.RATIO, tr("History"), sample="n"),
        Column("n", Kind.COUNT, "n"),
        Column("off", Kind.TEXT, tr("Off")),
    )
    title = tr("Probabilities of stages beside history")
    return shown_report(workspace, "stage_probabilities", title, view.scope, columns, rows)


ACCURACY = View("accuracy", NAME, read, panel, read_late, actions=frozenset({"by"}))
