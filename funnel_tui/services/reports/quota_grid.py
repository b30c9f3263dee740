"""Quotas as a grid to be filled in: the company, teams and reps down, periods of a year across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, day_number, days_of, local_day
from funnel_tui.domain.quotas import COMPANY, Holder, QuotaFact, conflict, period_between, tiling
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.language import tr
from funnel_tui.queries import quotas as queries
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_rates_on, read_settings
from funnel_tui.services.reports.quota_columns import Columns, columns_of
from funnel_tui.services.workspace import Workspace

OVERLAPS, NO_RATE, LEFT = tr("overlaps another quota"), tr("no exchange rate"), tr("has left")


class GridHolder(NamedTuple):
    """A row of the grid.

    :param kind: ``company``, ``team`` or ``rep``.
    :param left: whether the rep has left: nothing can be set for the time after.
    """

    holder: Holder
    name: str
    kind: str
    left: bool = False


class GridCell(NamedTuple):
    """A quota in the grid.

    :param amount: minor units of ``currency`` or a number of deals.
    :param parts: from how many quotas of shorter periods it is added up; 0 for its own.
    :param marks: what is odd about it.
    :param by: who set it last, ``at`` when, ``note`` why; empty for one that is added up.
    """

    amount: int
    currency: str
    parts: int = 0
    marks: tuple[str, ...] = ()
    by: str = ""
    at: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class QuotaGrid:
    """The quotas of some periods.

    :param columns: the periods, and what lies before and after them.
    :param holders: the rows.
    :param cells: by whose it is and the place of its period.
    :param others: quotas that share days with the periods and have no column: months where quarters are
        shown, or periods that are not of the calendar.
    """

    settings: TeamSettings
    unit: QuotaUnit
    columns: Columns
    holders: tuple[GridHolder, ...]
    cells: Mapping[tuple[Holder, int], GridCell]
    others: int

    @property
    def periods(self) -> tuple[Period, ...]:
        """The columns."""
        return self.columns.periods

    def next_period(self, place: int) -> Period:
        """The period after that of a column."""
        return self.periods[place + 1] if place + 1 < len(self.periods) else self.columns.after

    def sum_of_reps(self, place: int) -> int | None:
        """Σ quotas of the reps in the base currency; None when there is none, or one in another currency."""
        base = self.settings.base_currency
        found = [
            cell
            for row in self.holders
            if row.kind == "rep" and (cell := self.cells.get((row.holder, place))) is not None
        ]
        if not found or any(cell.currency != base for cell in found):
            return None
        return sum(cell.amount for cell in found)


def read_quota_grid(workspace: Workspace, *, first: Period, count: int, unit: QuotaUnit) -> QuotaGrid:
    """Read the grid.

    :param first: the first column: a month, a quarter or a year; or another period that is to be among them,
        see :func:`~.quota_columns.columns_of`.
    :param count: so many columns.
    """
    with workspace.read() as reader:
        columns = columns_of(reader, first, count)
        periods = columns.periods
        settings = read_settings(reader)
        start, end = days_of(periods[0])[0], days_of(periods[-1])[1]
        facts = [fact for fact in queries.quotas_between(reader, start, end) if fact.unit == unit.value]
        reps, teams = queries.reps_listed(reader), queries.teams_listed(reader)
        today = day_number(local_day(workspace.clock(), ZoneInfo(settings.time_zone)))
        rates = read_rates_on(reader, settings.base_currency, today)
    held = {fact.holder for fact in facts}
    holders = [GridHolder(Holder(), COMPANY, "company")]
    holders += [GridHolder(Holder(team_id=number), name, "team") for number, name, _ in teams]
    holders += [
        GridHolder(Holder(rep_id=number), name, "rep", left=not active)
        for number, name, _, active in reps
        if active or Holder(rep_id=number) in held
    ]
    priced = {settings.base_currency, *rates.by_currency}
    cells = _cells(facts, periods, priced, {row.holder for row in holders if row.left}, settings)
    days = {days_of(period) for period in periods}
    others = sum((fact.start_day, fact.end_day) not in days for fact in facts)
    return QuotaGrid(settings, unit, columns, tuple(holders), cells, others)


def _cells(
    facts: Sequence[QuotaFact],
    periods: Sequence[Period],
    priced: set[str],
    left: set[Holder],
    settings: TeamSettings,
) -> dict[tuple[Holder, int], GridCell]:
    by_holder: dict[Holder, dict[tuple[int, int], QuotaFact]] = {}
    for fact in facts:
        by_holder.setdefault(fact.holder, {})[fact.start_day, fact.end_day] = fact
    base = settings.base_currency
    found = {}
    for holder, mine in by_holder.items():
        for place, period in enumerate(periods):
            whole = mine.get(days_of(period))
            if whole is not None:
                odd = _odd(whole, mine, priced, settings) + ((LEFT,) if holder in left else ())
                code = whole.currency or base
                amount = whole.amount or 0
                found[holder, place] = GridCell(
                    amount, code, 0, odd, by=whole.by, at=whole.at, note=whole.note
                )
                continue
            parts = [mine[span] for span in tiling(period, list(mine))]
            codes = {part.currency or base for part in parts}
            if len(codes) == 1:
                total = sum(part.amount or 0 for part in parts)
                found[holder, place] = GridCell(total, codes.pop(), len(parts))
    return found


def _odd(
    fact: QuotaFact,
    mine: Mapping[tuple[int, int], QuotaFact],
    priced: set[str],
    settings: TeamSettings,
) -> tuple[str, ...]:
    period = period_between(fact.start_day, fact.end_day, settings.fiscal_start)
    marks = (OVERLAPS,) if conflict(period, mine) is not None else ()
    return marks if fact.currency is None or fact.currency in priced else (*marks, NO_RATE)


def has_pipelines(workspace: Workspace) -> bool:
    """Whether there is anything that a quota could be about."""
    with workspace.read() as reader:
        return bool(read_pipelines(reader))
