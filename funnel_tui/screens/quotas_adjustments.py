"""Adjustments of the forecast: what a rep, a team or the company adds to it or takes off, and why."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import NO_VALUE, money_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import FunnelError, InvalidInput
from funnel_tui.language import tr, trn
from funnel_tui.screens.quotas_panels import Asked, Panel, Room, View
from funnel_tui.screens.quotas_reports import shown_report
from funnel_tui.screens.quotas_typed import adjustment_typed, as_typed
from funnel_tui.screens.quotas_words import Amounts, name_of
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.reports.adjustment_rows import AdjustedLine, AdjustedView, read_adjusted
from funnel_tui.services.reports.forecast_behind import CLOSED, OPEN, forecast_deals
from funnel_tui.services.reports.quota_commands import forecast_command
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.quota_figures import Behind, Figure, FigureRows, Known

if TYPE_CHECKING:
    from funnel_tui.dialogs.quota_form import AmountWish
    from funnel_tui.screens.quotas_keys import QuotasKeys

DEFINITIONS = {
    "name": tr("Whose forecast it is."),
    "forecast": tr("Closed + weighted, of all deals of the forecast."),
    "change": tr("What is added to the forecast or taken off it, and by whom."),
    "adjusted": tr("The forecast with its adjustment."),
    "note": tr("Why the forecast was adjusted."),
    "by": tr("Who adjusted the forecast."),
    "at": tr("The day the forecast was adjusted on."),
}
"""What a column means."""
HELP = tr("+20k or -50 000 EUR; nothing or 0 takes the adjustment back")


def read(workspace: Workspace, scope: Scope, _asked: Asked) -> AdjustedView:
    """Read the adjustments."""
    return read_adjusted(workspace, scope)


def panel(view: AdjustedView, _late: object, _asked: Asked, room: Room) -> Panel:
    """The adjustments as they are shown."""
    amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
    made = sum(line.fact is not None for line in view.lines)
    told = with_keys(
        trn(
            "{n} adjustment; {quota_edit} adjusts the row under the cursor, {quota_history} "
            "shows how it came about.",
            "{n} adjustments; {quota_edit} adjusts the row under the cursor, {quota_history} "
            "shows how it came about.",
            made,
        ),
        n=made,
    )
    return Panel(
        title=f"{_title(view)} · {view.currency}",
        table=FigureRows(
            _columns(view, amounts, room), [partial(_row, view, line, room) for line in view.lines]
        ),
        sums=(told,),
        notes=(tr("An adjustment is told beside the forecast and is in no sum of it."),),
        report=partial(adjustment_report, view=view),
        told_of_command=tr("The command prints closed and weighted, and tells the adjustments in its notes."),
        definitions=DEFINITIONS,
    )


def _title(view: AdjustedView) -> str:
    return tr("Adjustments of the forecast {period}").format(period=view.period.label)


def _columns(view: AdjustedView, amounts: Amounts, room: Room) -> tuple[GridColumn, ...]:
    texts = [_text(amounts, room, value) for line in view.lines for value in (line.forecast, line.adjusted)]
    money = max(9, *(len(text) for text in texts)) if texts else 9
    return (
        GridColumn("name", tr("Whose"), 22, least=14, right=False, stretch=True),
        GridColumn("forecast", tr("Forecast"), money),
        GridColumn("change", tr("Adjustment"), money + 2, least=10, rank=1),
        GridColumn("adjusted", tr("Adjusted"), money, rank=2),
        GridColumn("note", tr("Why"), 30, least=14, right=False, rank=3),
        GridColumn("by", tr("By"), 14, least=8, right=False, rank=4),
        GridColumn("at", tr("On"), 10, least=6, right=False, rank=5),
    )


def _text(amounts: Amounts, room: Room, value: Fraction) -> str:
    return amounts.full(value) if room.wide else amounts.short(value)


def _name(line: AdjustedLine) -> str:
    if line.kind == "team":
        return tr("team {name}").format(name=line.name)
    return name_of(line.holder, line.name)


def _row(view: AdjustedView, line: AdjustedLine, room: Room) -> list[Figure]:
    amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
    spelt = amounts.spelt
    fact, name = line.fact, _name(line)
    words = tr("{name}: forecast = closed + weighted = {amount}").format(
        name=name, amount=spelt(line.forecast)
    )
    scope = _scope_of(view, line)
    behind: Behind | None = None
    if scope is not None:
        behind = partial(forecast_deals, scope=scope, categories=OPEN | {CLOSED})
    known = Known(line.deals, command="" if scope is None else forecast_command(scope), name=name)
    own_words = Known(command=known.command, name=name)
    look = "plain" if line.forecast else "dim"
    forecast = Figure(_text(amounts, room, line.forecast), look, behind, words, known)
    if fact is None:
        told = with_keys(tr("{name}: no adjustment; {quota_edit} makes one"), name=name)
        none = Figure(NO_VALUE, "dim", None, told, own_words)
        adjusted = Figure(_text(amounts, room, line.adjusted), "dim", behind, words, known)
        empty = Figure("", "dim", known=own_words)
        return [Figure(name, _look(line), known=own_words), forecast, none, adjusted, empty, empty, empty]
    own = Amounts(QuotaUnit.MONEY, fact.currency, view.currency)
    sign = "+" if fact.amount_minor > 0 else ""
    change = f"{sign}{own.full(fact.amount_minor) if room.wide else own.short(fact.amount_minor)}"
    told = tr("{name}: {change} by {rep}: {note}").format(
        name=name, change=change, rep=fact.by, note=fact.note or ""
    )
    if line.change is None:
        told = tr("{words}; ! no exchange rate, so it is in no figure").format(words=told)
    total = tr("{words}; adjusted = {forecast} {change} = {adjusted}").format(
        words=words,
        forecast=spelt(line.forecast),
        change=f"{sign}{spelt(line.change)}",
        adjusted=spelt(line.adjusted),
    )
    day = datetime.fromtimestamp(fact.at, ZoneInfo(view.time_zone))
    return [
        Figure(name, _look(line), known=own_words),
        forecast,
        Figure(change if line.change is not None else f"{change}!", "warn", None, told, own_words),
        Figure(_text(amounts, room, line.adjusted), "strong", behind, total, known),
        Figure(fact.note or "", "plain", None, told, own_words),
        Figure(fact.by, "muted", None, told, own_words),
        Figure(f"{day:%Y-%m-%d}", "muted", None, told, own_words),
    ]


def _scope_of(view: AdjustedView, line: AdjustedLine) -> Scope | None:
    """The scope narrowed to the forecast of a row.

    :returns: None where the row is of only some of its deals, or of somebody outside of the scope.
    """
    scope = view.scope
    if line.kind == "company" or line.name == (scope.team if line.kind == "team" else scope.owner):
        return scope
    narrowed = scope.owner is not None or scope.team is not None
    if line.kind == "team":
        return None if narrowed else scope.with_(team=line.name)
    return None if narrowed and not line.deals else scope.with_(owner=line.name, team=None)


def _look(line: AdjustedLine) -> str:
    return "plain" if line.kind == "rep" else "strong"


def adjustment_report(workspace: Workspace, *, view: AdjustedView) -> Report:
    """The adjustments as a report, for export."""
    rows = []
    for line in view.lines:
        fact = line.fact
        rows.append(
            {
                **{"owner": line.name, "holder": line.kind, "period": view.period.name},
                "forecast": _money(line.forecast, view.currency),
                "adjustment": None if fact is None else Money(fact.amount_minor, fact.currency),
                "adjusted": _money(line.adjusted, view.currency),
                "note": None if fact is None else fact.note,
                "by": None if fact is None else fact.by,
            }
        )
    columns = [
        Column("owner", Kind.TEXT, tr("Owner")),
        Column("holder", Kind.TEXT, tr("Holder")),
        Column("period", Kind.TEXT, tr("Period")),
        Column("forecast", Kind.MONEY, tr("Forecast")),
        Column("adjustment", Kind.MONEY, tr("Adjustment")),
        Column("adjusted", Kind.MONEY, tr("Adjusted")),
        Column("note", Kind.TEXT, tr("Note")),
        Column("by", Kind.TEXT, tr("By")),
    ]
    return shown_report(workspace, "adjustments", _title(view), view.scope, columns, rows)


def _money(value: Fraction, currency: str) -> Money:
    return Money(round_half_up(value), currency)


def adjust(screen: QuotasKeys, view: AdjustedView, line: AdjustedLine) -> None:
    """Ask for the adjustment of a row and save it; what was refused is asked again with the reason."""
    fact = line.fact
    name = _name(line)

    def open_form(wish: AmountWish, wrong: dict[str, str]) -> None:
        from funnel_tui.dialogs.quota_form import AmountForm

        heading = tr("Adjust the forecast of {name} for {period}").format(name=name, period=view.period.label)
        screen.app.push_screen(AmountForm(heading, wish, HELP, needs_note=True, wrong=wrong), answered)

    def answered(wish: AmountWish | None) -> None:
        if wish is None:
            return

        def written(told: Told) -> None:
            error = told.found
            if isinstance(error, FunnelError):
                field = {"amount_minor": "amount"}.get(getattr(error, "field", ""))
                known = error.field if isinstance(error, InvalidInput) else "amount"
                place = field or known
                open_form(wish, {place if place in {"amount", "note"} else "amount": str(error)})

        writing_of(screen.funnel).write(Change(tr("Saving"), _adjusting(wish, view, line), then=written))

    from funnel_tui.dialogs.quota_form import AmountWish

    text = "" if fact is None else as_typed(fact.amount_minor, fact.currency, QuotaUnit.MONEY, view.currency)
    open_form(AmountWish(text, None if fact is None else fact.note), {})


def _adjusting(wish: AmountWish, view: AdjustedView, line: AdjustedLine) -> partial[Told]:
    from funnel_tui.screens.quotas_grid_saving import told_or_refused

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.forecast_adjustments import adjust_forecast

        reader = Typed(workspace.settings(), workspace.clock, habits=workspace.habits)
        typed = adjustment_typed(reader, wish.amount)
        adjust_forecast(
            workspace,
            holder=line.holder,
            period=view.period,
            amount_minor=typed.amount or 0,
            currency=typed.currency,
            note=wish.note,
        )
        if not typed.amount:
            told = with_keys(tr("Adjustment of {name} taken back; {undo} brings it back."), name=_name(line))
            return Told(told)
        money = Money(typed.amount, typed.currency or view.currency)
        told = with_keys(
            tr("{name}: adjusted by {amount}; {undo} takes it back."),
            name=_name(line),
            amount=money_text(money, currency=True),
        )
        return Told(told)

    return partial(told_or_refused, doing)


ADJUSTMENTS = View("adjustments", tr("Adjustments"), read, panel, actions=frozenset({"revisions"}))
