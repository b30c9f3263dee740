"""The forecast as a table and a chart: months or reps down, categories across, against the quota."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from funnel_tui.domain.money import exponent
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import count_text, percent_text
from funnel_tui.domain.status import ForecastCategory, GroupBy, QuotaUnit
from funnel_tui.language import tr, trc, trn
from funnel_tui.metrics.figures import Number, Total, money_or_none
from funnel_tui.metrics.forecast import NONE, SLIPPED
from funnel_tui.screens.emptiness import nothing_text
from funnel_tui.screens.quotas_panels import Asked, Panel, Room, View
from funnel_tui.screens.quotas_reports import shown_report
from funnel_tui.screens.quotas_words import Amounts
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.columns_planning import FORECAST as FORECAST_COLUMNS
from funnel_tui.services.reports.columns_planning import FORECAST_SUMS
from funnel_tui.services.reports.forecast_behind import CLOSED, forecast_deals
from funnel_tui.services.reports.forecast_figures import Bucket
from funnel_tui.services.reports.forecast_screen import (
    ForecastFilter,
    ForecastView,
    RangeView,
    read_forecast,
    read_range,
)
from funnel_tui.services.reports.quota_commands import forecast_command
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.quota_drawing import Stacks
from funnel_tui.widgets.quota_figures import Behind, Figure, FigureRows, Known

COMMIT, BEST, PIPELINE = (
    ForecastCategory.COMMIT.value,
    ForecastCategory.BEST_CASE.value,
    ForecastCategory.PIPELINE.value,
)
KINDS = (CLOSED, COMMIT, BEST, PIPELINE)
TITLES = {CLOSED: tr("Closed"), COMMIT: tr("Commit"), BEST: tr("Best case"), PIPELINE: tr("Pipeline")}
NOTHING = tr(
    "Nothing is won in this period and no open deal is expected to close in it.\n\n"
    "{period_back} and {period_on} go to another one; {new_deal} makes a deal; "
    "{import_file} imports a file of them."
)
LARGEST_MONTHS = 24
_MEANT = {column.name: column.help for column in FORECAST_COLUMNS}
DEFINITIONS = {**_MEANT, "name": _MEANT["month"]}
"""What a column means."""


class Sums(NamedTuple):
    """A row: exact amounts in minor units of the base currency.

    :param kinds: closed, commit, best case, pipeline, unweighted; ``counts`` how many deals each is of.
    """

    deals: int
    amount: Fraction
    weighted: Fraction
    kinds: tuple[Fraction, Fraction, Fraction, Fraction]
    counts: tuple[int, int, int, int]

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        first, second, third, fourth = (a + b for a, b in zip(self.kinds, other.kinds, strict=True))
        one, two, three, four = (a + b for a, b in zip(self.counts, other.counts, strict=True))
        return Sums(
            self.deals + other.deals,
            self.amount + other.amount,
            self.weighted + other.weighted,
            (first, second, third, fourth),
            (one, two, three, four),
        )


ZERO = Sums(0, Fraction(0), Fraction(0), (Fraction(0),) * 4, (0,) * 4)


def sums_of(bucket: Bucket, view: ForecastView) -> Sums:
    """The amounts of a month or a rep."""
    opened, prices = bucket.opened, view.prices
    return Sums(
        opened.deals,
        opened.total(prices).exact,
        opened.weighted_total(prices),
        (
            Fraction(bucket.closed.amount),
            opened.of_category(ForecastCategory.COMMIT, prices),
            opened.of_category(ForecastCategory.BEST_CASE, prices),
            opened.of_category(ForecastCategory.PIPELINE, prices),
        ),
        (
            bucket.closed.deals,
            opened.in_category.get(COMMIT, 0),
            opened.in_category.get(BEST, 0),
            opened.in_category.get(PIPELINE, 0),
        ),
    )


def only_of(asked: Asked) -> ForecastFilter:
    """Which open deals count."""
    return ForecastFilter(asked.category, asked.currency)


def read(workspace: Workspace, scope: Scope, asked: Asked) -> ForecastView:
    """Read the sums."""
    return read_forecast(workspace, scope, only_of(asked))


def read_late(workspace: Workspace, scope: Scope, asked: Asked) -> RangeView:
    """Read what takes longer: the range."""
    return read_range(workspace, scope, only_of(asked))


def panel(view: ForecastView, late: RangeView | None, asked: Asked, room: Room) -> Panel:
    """The forecast as it is shown."""
    table = _Table(view, asked, room)
    empty = not any(bucket.opened.deals or bucket.closed.deals for bucket in view.buckets)
    scope = view.scope.with_(by=None if asked.by_month else GroupBy.REP, compare=None)
    return Panel(
        title=_title(view, asked),
        table=table.rows(),
        nothing=nothing_text(view.scope, with_keys(NOTHING)) if empty and not asked.filters else "",
        sums=(_weighted(view), _range(view, late), *_adjusted(view, late)),
        notes=_notes(view, asked),
        picture=table.picture(),
        report=table.report if asked.filters else partial(run_report, name="forecast", scope=scope),
        command="" if asked.filters else forecast_command(view.scope, by_rep=not asked.by_month),
        told_of_command=_told_of_command(asked),
        definitions=DEFINITIONS,
    )


def _told_of_command(asked: Asked) -> str:
    """What the command cannot do."""
    if asked.filters:
        return with_keys(
            tr("No command prints a forecast of one category or currency; {export} writes it to a file.")
        )
    if asked.cumulative:
        return tr("The command prints each category by itself.")
    return "" if asked.by_month else tr("The command prints the months of each rep.")


def _title(view: ForecastView, asked: Asked) -> str:
    by = tr("by month") if asked.by_month else tr("by rep")
    ways = tr("categories added up") if asked.cumulative else tr("categories each by itself")
    return " · ".join((tr("Forecast {period}").format(period=view.horizon.label), by, ways, view.currency))


class _Table:
    """Rows and chart of a forecast."""

    def __init__(self, view: ForecastView, asked: Asked, room: Room) -> None:
        self._view, self._asked, self._room = view, asked, room
        self._amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
        self._lines: list[tuple[str, int | None, Sums]]
        if asked.by_month:
            self._lines = [(bucket.name, None, sums_of(bucket, view)) for bucket in view.buckets]
        else:
            self._lines = [(one.name, one.rep_id, sums_of(one.whole, view)) for one in view.by_rep]
        self._total = ZERO
        for _, _, sums in self._lines:
            self._total = self._total.plus(sums)

    def rows(self) -> FigureRows:
        """A row per month or rep, and the total."""
        makers = [partial(self._row, name, rep, sums) for name, rep, sums in self._lines]
        makers.append(partial(self._row, tr("Total"), None, self._total, is_total=True))
        return FigureRows(self._columns(), makers)

    def report(self, workspace: Workspace) -> Report:
        """The rows as a report, for the export of a forecast that is narrowed."""
        view, asked = self._view, self._asked
        first, heading = ("month", tr("Month")) if asked.by_month else ("rep", tr("Rep"))
        columns = (Column(first, Kind.TEXT, heading), *FORECAST_SUMS)
        rows = []
        for name, _, sums in (*self._lines, ("total", None, self._total)):
            amounts = (sums.amount, sums.weighted, *sums.kinds)
            names = ("amount", "weighted", *KINDS)
            priced = {
                key: money_or_none(value, view.currency) for key, value in zip(names, amounts, strict=True)
            }
            rows.append({first: name, "deals": sums.deals, **priced})
        only = {"category": asked.category, "currency": asked.currency}
        title = tr("Forecast {period}, only {only}").format(
            period=view.horizon.label, only=", ".join(asked.filters)
        )
        return shown_report(workspace, "forecast", title, view.scope, columns, rows, only=only)

    def _columns(self) -> tuple[GridColumn, ...]:
        values = (self._total.amount, self._total.weighted, sum(self._total.kinds))
        money = max(7, *(len(self._text(value)) for value in values))
        titles = list(TITLES.values())
        if self._asked.cumulative:
            titles = [titles[0], *(f"+ {title}" for title in titles[1:])]
        kinds = [
            GridColumn(
                kind, title, max(money, len(title)), least=money, brief=_brief(title, money), rank=rank
            )
            for rank, (kind, title) in enumerate(zip(KINDS, titles, strict=True), 1)
        ]
        name = tr("Month") if self._asked.by_month else tr("Rep")
        return (
            GridColumn("name", name, 18, least=9, right=False, stretch=True),
            GridColumn("deals", trc("at most 5 cells", "Deals"), 6, least=5, rank=6),
            GridColumn("amount", tr("Amount"), money, rank=5),
            GridColumn("weighted", tr("Weighted"), max(8, money), least=money, brief=tr("Weight."), rank=3),
            *kinds,
        )

    def _text(self, value: Number) -> str:
        return self._amounts.full(value) if self._room.wide else self._amounts.short(value)

    def _row(self, name: str, rep: int | None, sums: Sums, *, is_total: bool = False) -> list[Figure]:
        month = None if is_total or not self._asked.by_month else name
        shown = name if month is None else _month_words(month)
        find = partial(
            forecast_deals, scope=self._view.scope, only=only_of(self._asked), month=month, rep_id=rep
        )
        look = "strong" if is_total else "plain"
        spelt = self._amounts.spelt
        found = [
            Figure(shown, look),
            Figure(
                count_text(sums.deals),
                look if sums.deals else "dim",
                find,
                _deals_words(shown, month, sums.deals),
                Known(sums.deals, name=shown),
            ),
            self._figure(
                sums.amount,
                look,
                find,
                tr("{name}: Σ amounts of the open deals").format(name=shown),
                Known(sums.deals, name=shown),
            ),
            self._figure(
                sums.weighted,
                look,
                find,
                tr("{name}: weighted = Σ amount × probability; {amount} unweighted").format(
                    name=shown, amount=spelt(sums.amount)
                ),
                Known(sums.deals, name=shown),
            ),
        ]
        for at, kind in enumerate(KINDS):
            parts = KINDS[: at + 1] if self._asked.cumulative else (kind,)
            values = sums.kinds[: at + 1] if self._asked.cumulative else (sums.kinds[at],)
            words = tr("{name}: {categories}, unweighted").format(
                name=shown, categories=" + ".join(TITLES[one].lower() for one in parts)
            )
            if len(parts) > 1:
                words += f" = {' + '.join(map(spelt, values))}"
            behind = partial(find, categories=frozenset(parts))
            counted = sum(sums.counts[: at + 1]) if self._asked.cumulative else sums.counts[at]
            known = Known(counted, name=shown)
            found.append(self._figure(sum(values, Fraction(0)), look, behind, words, known))
        return found

    def _figure(self, value: Fraction, look: str, behind: Behind, words: str, known: Known) -> Figure:
        text = f"{words} = {self._amounts.spelt(value)}"
        return Figure(self._text(value), look if value else "dim", behind, text, known)

    def picture(self) -> Stacks | None:
        """The categories added up month by month, against the quota."""
        view = self._view
        shown = self._lines[-LARGEST_MONTHS:]
        if not self._asked.by_month or len(self._lines) > LARGEST_MONTHS or not any(self._total.kinds):
            return None
        unit = 10 ** exponent(view.currency)
        values = tuple(
            tuple(accumulate(sums.kinds[at] / unit for _, _, sums in shown)) for at in range(len(KINDS))
        )
        is_goal = view.goal is not None and view.horizon == view.quota_period
        goal = Fraction(view.goal or 0) / unit if is_goal else None
        return Stacks(
            tr("Adding up"),
            tuple(_month_words(name) for name, _, _ in shown),
            tuple(TITLES[kind].lower() for kind in KINDS),
            values,
            (goal,) * len(shown),
            tr("quota {period}").format(period=view.quota_period.label),
        )


def _brief(title: str, width: int) -> str:
    return title if len(title) <= width else f"{title[: width - 1].rstrip()}."


def _month_words(month: str) -> str:
    """The name of a month as it is shown; deals without one or with one that has passed stand apart."""
    return {NONE: tr("none"), SLIPPED: tr("slipped")}.get(month, month)


def _deals_words(name: str, month: str | None, count: int) -> str:
    """How many deals a row is about, and which."""
    match month:
        case None:
            text = trn(
                "{name}: {n} open deal of the forecast", "{name}: {n} open deals of the forecast", count
            )
        case "none":
            text = trn(
                "{name}: {n} open deal without an expected close",
                "{name}: {n} open deals without an expected close",
                count,
            )
        case "slipped":
            text = trn(
                "{name}: {n} open deal whose expected close has passed; it counts in the present period",
                "{name}: {n} open deals whose expected close has passed; they count in the present period",
                count,
            )
        case _:
            text = trn(
                "{name}: {n} open deal expected to close in {month}",
                "{name}: {n} open deals expected to close in {month}",
                count,
            )
    return text.format(name=name, n=count_text(count), month=month)


def _weighted(view: ForecastView) -> str:
    amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
    closed = view.categories.closed
    both = tr("Closed {closed} + weighted {weighted} = {both}").format(
        closed=amounts.short(closed),
        weighted=amounts.short(view.weighted),
        both=amounts.short(closed + view.weighted),
    )
    stock = tr("from stock no history")
    if view.from_stock is not None:
        stock = tr("from stock {amount}").format(amount=amounts.short(view.from_stock))
    if view.goal is None:
        return f"{both} · {stock}"
    quota = tr("quota {period} {amount}").format(
        period=view.quota_period.label, amount=amounts.short(view.goal)
    )
    return f"{both} · {stock} · {quota}"


def _range(view: ForecastView, late: RangeView | None) -> str:
    if late is None:
        return tr("Range: p10, p50 and p90 are being worked out …")
    amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
    marks = " · ".join(
        f"{name} {amounts.short(value)}"
        for name, value in (("p10", late.p10), ("p50", late.p50), ("p90", late.p90))
    )
    runs = late.distribution.runs
    how = trn("{n} run", "{n} runs", runs).format(n=count_text(runs))
    if late.distribution.exact:
        how = tr("exact")
    if late.probability is None:
        return with_keys(tr("Range: {marks} ({how}) · no quota: {quota_edit} sets one"), marks=marks, how=how)
    return tr("Range: {marks} ({how}) · quota reached: {share}").format(
        marks=marks, how=how, share=percent_text(late.probability)
    )


def _adjusted(view: ForecastView, late: RangeView | None) -> tuple[str, ...]:
    """The adjustments of the period, which are in no sum; and the middle of the range with them."""
    if not view.adjustments:
        return ()
    amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
    priced = [view.prices.exact(one.amount_minor, one.currency) for one in view.adjustments]
    total = sum((value for value in priced if value is not None), Fraction(0))
    sign = "+" if total > 0 else ""
    words = tr("Adjustments {amount} of {n}, in no sum").format(
        amount=f"{sign}{amounts.short(total)}", n=len(priced)
    )
    if late is None:
        return (words,)
    middle = tr("p50 adjusted {amount}").format(amount=amounts.short(late.p50 + total))
    return (f"{words} · {middle}",)


def _notes(view: ForecastView, asked: Asked) -> tuple[str, ...]:
    total: Total = view.total
    notes = []
    if asked.filters:
        notes.append(tr("The filter is on open deals; Closed is all that was won. esc takes it away."))
    if total.without_amount:
        notes.append(tr("{n} without amount: counted, in no sum.").format(n=count_text(total.without_amount)))
    notes += view.unpriced
    if view.categories.omitted:
        amounts = Amounts(QuotaUnit.MONEY, view.currency, view.currency)
        omitted = amounts.short(view.categories.omitted)
        notes.append(tr("Left out by category: {amount}.").format(amount=omitted))
    if view.off:
        names = ", ".join(one.stage.name for one in view.off[:3])
        notes.append(tr("Probabilities off from history: {names} (view Accuracy).").format(names=names))
    return tuple(notes)


FORECAST = View(
    "forecast", tr("Forecast"), read, panel, read_late, actions=frozenset({"by", "cumulative", "only"})
)
