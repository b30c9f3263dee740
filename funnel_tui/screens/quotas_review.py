"""The review of quotas as a table: everybody's quota, how it stands, and what is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import NO_VALUE, percent_text
from funnel_tui.domain.status import GroupBy, QuotaUnit
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.quota import QuotaStanding
from funnel_tui.screens.quotas_panels import Asked, Panel, Room, View
from funnel_tui.screens.quotas_words import STATUS, Amounts, bar_text, clock_words, formula, name_of
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.columns_planning import QUOTAS
from funnel_tui.services.reports.quota_behind import deals_of_reps
from funnel_tui.services.reports.quota_commands import quotas_command
from funnel_tui.services.reports.quota_figures import QuotaLine
from funnel_tui.services.reports.quota_screen import QuotaRow, QuotaView, quota_deals, read_quotas
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.quota_drawing import Attained, Attainments
from funnel_tui.widgets.quota_figures import Behind, Figure, FigureRows, Known, Maker

BAR_CELLS = 8
OPEN_KEYS = frozenset({"pipeline", "coverage"})
"""Figures that are of open deals; all others are of won ones."""
_MEANT = {column.name: column.help for column in QUOTAS}
DEFINITIONS = {**_MEANT, "name": _MEANT["owner"], "bar": _MEANT["attainment"]}
"""What a column means."""
MEASURED = 200
"""So many rows are looked at for the longest amount."""
NOTHING = tr(
    "There is nobody to have a quota yet.\n\n{import_file} imports a file of deals with "
    "their owners; funnel reps add NAME adds a rep."
)
NO_QUOTAS = tr(
    "Nobody has a quota for this period: {quota_edit} sets them, {import_file} imports a file of them."
)


def _columns(money: int, *, name: str, with_bar: bool) -> tuple[GridColumn, ...]:
    """The columns; those with a higher rank go first when there is no room.

    :param money: cells of the longest amount.
    """
    bar = (GridColumn("bar", "", BAR_CELLS, right=False, rank=5),) if with_bar else ()
    return (
        GridColumn("name", name, 18, least=11, right=False, stretch=True),
        *bar,
        # Translators: Attainment, at most 8 cells.
        GridColumn("attainment", tr("Attain."), 8, least=7),
        GridColumn("quota", tr("Quota"), money, rank=1),
        GridColumn("won", tr("Won"), money, rank=1),
        GridColumn("gap", tr("Gap"), money, rank=2),
        GridColumn("pipeline", tr("Pipeline"), max(8, money), least=money, brief=tr("Pipel."), rank=3),
        GridColumn("status", tr("Status"), 10, least=10, rank=4),
        # Translators: pipeline / gap, at most 8 cells.
        GridColumn("coverage", tr("Coverage"), 8, least=8, rank=6),
        GridColumn("projection", tr("Projection"), max(10, money), least=money, brief=tr("Proj."), rank=7),
        GridColumn(
            "needed_per_day", tr("Needed/day"), max(10, money), least=money, brief=tr("Needed"), rank=8
        ),
        # Translators: won / expected by now, at most 8 cells.
        GridColumn("pace", tr("Pace"), 8, least=7, rank=9),
        GridColumn("expected", tr("Expected"), max(8, money), least=money, brief=tr("Exp."), rank=10),
        GridColumn("surplus", tr("Surplus"), max(7, money), least=money, brief=tr("Surpl."), rank=12),
    )


def read_review(workspace: Workspace, scope: Scope, _asked: Asked) -> QuotaView:
    """Read the review."""
    return read_quotas(workspace, scope)


def review_panel(view: QuotaView, _late: object, asked: Asked, room: Room) -> Panel:
    """The review as it is shown."""
    table = _Table(view, asked, room)
    by = tr("per team") if asked.by_team else tr("per rep")
    title = (tr("Quotas {period}").format(period=view.period.label), by, clock_words(view.clock))
    has_quota = any(row.line.standing.quota is not None for row in (*view.rows, *view.teams))
    notes = view.notes if has_quota or view.own is not None else (with_keys(NO_QUOTAS),)
    return Panel(
        title=" · ".join((*title, table.unit_words)),
        table=table.rows(),
        nothing="" if view.rows else with_keys(NOTHING),
        sums=_sums(view),
        notes=notes,
        picture=table.picture(),
        report=partial(run_report, name="quotas", scope=_report_scope(view, asked)),
        command=quotas_command(view.scope, by_team=asked.by_team),
        definitions=DEFINITIONS,
    )


def _report_scope(view: QuotaView, asked: Asked) -> Scope:
    return view.scope.with_(by=GroupBy.TEAM if asked.by_team else None, compare=None)


class _Table:
    """Rows, totals and bars of a review."""

    def __init__(self, view: QuotaView, asked: Asked, room: Room) -> None:
        self._view, self._room = view, room
        self._shown: Sequence[QuotaRow] = view.teams if asked.by_team else view.rows
        self._whole = Amounts(view.unit, view.currency, view.currency)
        name = tr("Team") if asked.by_team else tr("Rep")
        self._columns = _columns(self._longest(), name=name, with_bar=not room.tall)
        if room.wide:
            longest = max((len(row.line.name) + 2 for row in self._shown[:MEASURED]), default=0)
            self._columns = (self._columns[0]._replace(least=min(18, longest)), *self._columns[1:])

    def _longest(self) -> int:
        """The cells of the longest amount: of the sums, and of the first rows, which may have a currency."""
        view = self._view
        standings = [(view.total, self._whole), (view.everybody, self._whole)]
        standings += [(row.line.standing, self._amounts(row.line)) for row in self._shown[:MEASURED]]
        values = ("quota", "won", "gap", "pipeline", "projection")
        return max(6, *(len(self._text(getattr(one, key), by)) for one, by in standings for key in values))

    def _amounts(self, line: QuotaLine) -> Amounts:
        return Amounts(line.unit, line.currency, self._view.currency)

    def _text(self, value: Number | None, amounts: Amounts) -> str:
        return amounts.full(value) if self._room.wide else amounts.short(value)

    @property
    def unit_words(self) -> str:
        """What amounts are in."""
        return tr("deals") if self._view.unit is QuotaUnit.DEALS else self._view.currency

    def rows(self) -> FigureRows:
        """Everybody, then the total, then the team's or the company's own quota."""
        makers: list[Maker] = [partial(self._row, row) for row in self._shown]
        if makers:
            makers.append(self._total)
            if self._view.own is not None:
                makers.append(self._own)
        return FigureRows(self._columns, makers)

    def picture(self) -> Attainments | None:
        """The bars of attainment."""
        view = self._view
        bars = [self._bar(row.line.name, row.line.standing, row.line) for row in self._shown]
        bars.append(Attained(tr("Total"), view.total.attainment, self._bar_text(view.total, self._whole)))
        if not any(bar.share is not None for bar in bars):
            return None
        clock = view.clock
        running = clock.has_begun and not clock.is_over
        pace = Fraction(clock.elapsed, clock.total) if running else None
        return Attainments(tr("Attainment"), tuple(bar for bar in bars if bar.share is not None), pace)

    def _bar(self, name: str, standing: QuotaStanding, line: QuotaLine) -> Attained:
        return Attained(name, standing.attainment, self._bar_text(standing, self._amounts(line)))

    def _bar_text(self, one: QuotaStanding, amounts: Amounts) -> str:
        return tr("{share}  {won} of {quota}").format(
            share=percent_text(one.attainment), won=amounts.short(one.won), quota=amounts.short(one.quota)
        )

    def _row(self, row: QuotaRow) -> list[Figure]:
        line = row.line
        amounts = self._amounts(line)
        more = list(line.marks)
        if line.parts > 1:
            more.insert(0, tr("added up from {n} quotas of shorter periods").format(n=line.parts))
        if row.mismatch is not None and row.mismatch:
            away = _signed(row.mismatch, amounts)
            more.append(tr("mismatch {amount} = Σ members − team").format(amount=away))
        mark = " !" if line.marks else ""
        return self._figures(
            (line.name, f"{line.name}{mark}", "plain"),
            line.standing,
            amounts,
            line.holder,
            tuple(more),
            _Counts(line.parts, line.won_deals, line.open_deals),
        )

    def _total(self) -> list[Figure]:
        """Σ of the reps with a quota, whatever the rows are."""
        view = self._view
        names = (tr("Total"), tr("Total"), "strong")
        counted = self._counted
        lines = [row.line for row in view.rows if row.line.holder.rep_id in counted]
        counts = _counts(line for line in lines if line.unit is view.unit)
        more = (tr("Σ of the reps with a quota"),)
        return self._figures(names, view.total, self._whole, None, more, counts)

    def _own(self) -> list[Figure]:
        view = self._view
        assert view.own is not None
        more = () if view.mismatch is None else (_mismatch(view.mismatch, self._whole),)
        name = name_of(view.own.holder, view.own.name)
        names = (name, name.capitalize(), "strong")
        first = {row.line.holder: row.line for row in view.rows}
        counts = _counts(first.values())._replace(quotas=view.own.parts)
        return self._figures(names, view.everybody, self._whole, Holder(), more, counts)

    def _figures(
        self,
        names: tuple[str, str, str],
        one: QuotaStanding,
        amounts: Amounts,
        holder: Holder | None,
        more: tuple[str, ...],
        counts: _Counts,
    ) -> list[Figure]:
        """A row: name, bar, attainment, amounts, status and the rest, in the order of the columns.

        :param names: as it is called, as it is shown, and its look.
        :param holder: whose deals are behind; None for those of the reps with a quota.
        :param counts: how many quotas and deals it is of.
        """
        name, shown, look = names
        tail = "".join(f"; {words}" for words in more)
        found = []
        for column in self._columns:
            key = column.key
            words = f"{name}: {formula(key, one, amounts, self._view.period.label)}{tail}"
            if key == "name":
                found.append(Figure(shown, look))
                continue
            text, looks = self._cell(key, one, amounts)
            looks = "strong" if look == "strong" and looks == "plain" else looks
            known = Known(counts.of(key, one), name=name)
            found.append(Figure(text, looks, self._behind(key, holder, name), words, known))
        return found

    def _cell(self, key: str, one: QuotaStanding, amounts: Amounts) -> tuple[str, str]:
        if key == "bar":
            return bar_text(one.attainment, one.clock, BAR_CELLS), "muted"
        if key == "status":
            return (NO_VALUE, "dim") if one.status is None else STATUS[one.status]
        if key in {"attainment", "coverage", "pace"}:
            share = getattr(one, key)
            return percent_text(share), "dim" if share is None else "plain"
        value: Number | None = getattr(one, key)
        return self._text(value, amounts), "dim" if value is None or not value else "plain"

    def _behind(self, key: str, holder: Holder | None, name: str) -> Behind:
        scope = self._view.scope
        if holder is not None:
            return partial(quota_deals, scope=scope, figure="won" if key == "bar" else key, holder=holder)
        return partial(deals_of_reps, scope=scope, reps=self._counted, is_open=key in OPEN_KEYS, name=name)

    @property
    def _counted(self) -> frozenset[int]:
        """The reps that the total is of."""
        view = self._view
        return frozenset(
            row.line.holder.rep_id or 0
            for row in view.rows
            if row.line.unit is view.unit and (row.line.base.is_known or view.total.quota is None)
        )


class _Counts(NamedTuple):
    """How many quotas, won deals and open deals a row is of."""

    quotas: int
    won: int
    opened: int

    def of(self, key: str, one: QuotaStanding) -> int | None:
        """The n of a figure; None for one without."""
        if key in {"quota", "expected"}:
            return None if one.quota is None else self.quotas
        return self.opened if key in OPEN_KEYS else self.won


def _counts(lines: Iterable[QuotaLine]) -> _Counts:
    """Several rows together."""
    found = _Counts(0, 0, 0)
    for line in lines:
        own = 0 if line.standing.quota is None else line.parts
        found = _Counts(found.quotas + own, found.won + line.won_deals, found.opened + line.open_deals)
    return found


def _signed(value: Number, amounts: Amounts) -> str:
    text = amounts.spelt(value)
    return f"+{text}" if value > 0 else text


def _mismatch(value: Number, amounts: Amounts) -> str:
    return tr("mismatch {amount}").format(amount=_signed(value, amounts))


def _sums(view: QuotaView) -> tuple[str, ...]:
    """How the whole stands, and how many have reached theirs."""
    amounts = Amounts(view.unit, view.currency, view.currency)
    whole = view.everybody if view.own is not None else view.total
    reached = view.reached
    told = [
        tr("At quota: {reached} of {known} reps ({share})").format(
            reached=reached.reached, known=reached.known, share=percent_text(reached.share)
        )
    ]
    if reached.unknown:
        told.append(tr("{n} unknown").format(n=reached.unknown))
    if view.mismatch is not None:
        told.append(_mismatch(view.mismatch, amounts))
    first = " · ".join(told)
    if not whole.quota:
        return (first,)
    figures = [
        tr("pace {share}").format(share=percent_text(whole.pace)),
        tr("projection {amount}").format(amount=amounts.short(whole.projection)),
        tr("needed/day {amount}").format(amount=amounts.short(whole.needed_per_day)),
        tr("coverage {share}").format(share=percent_text(whole.coverage)),
    ]
    name = name_of(view.own.holder, view.own.name) if view.own is not None else tr("total")
    return (first, f"{name.capitalize()}: {' · '.join(figures)}")


REVIEW = View("review", tr("Review"), read_review, review_panel, actions=frozenset({"by", "revisions"}))
