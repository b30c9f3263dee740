"""The cells of the grid of quotas, and what each is in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from funnel_tui.domain.calendar_names import day_text
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period, PeriodKind
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.shown import NO_VALUE, count_text, money_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.language import tr, trn
from funnel_tui.metrics.quota import mismatch
from funnel_tui.screens.quotas_words import Amounts, month_words
from funnel_tui.services.reports.quota_grid import GridCell, GridHolder, QuotaGrid
from funnel_tui.widgets.grid import Cell, GridColumn

NAME_CELLS, LEAST_NAME = 22, 13
SIGN = "*"
"""Stands before a marked row."""


def grid_columns(found: QuotaGrid, width: int) -> list[GridColumn]:
    """A column for marks, one for names and one per period."""
    longest = max((len(text) for text in _texts(found, width)), default=6)
    wanted = max(longest, *(len(_heading(period)) for period in found.periods))
    columns = [
        GridColumn("mark", "", 1, right=False),
        GridColumn("name", tr("Whose"), NAME_CELLS, least=LEAST_NAME, right=False, stretch=True),
    ]
    columns += [
        GridColumn(f"at{at}", _heading(period), wanted, rank=at + 1)
        for at, period in enumerate(found.periods)
    ]
    return columns


def _heading(period: Period) -> str:
    """A period in few cells; one that is not of the calendar by its first day."""
    if period.kind is PeriodKind.RANGE:
        # Translators: the days of a column from this one on, at most 12 cells.
        return tr("{day} {month} –").format(day=period.start.day, month=month_words(period.start))
    return month_words(period.start) if period.kind is PeriodKind.MONTH else period.label


def _amounts(found: QuotaGrid, cell: GridCell) -> Amounts:
    return Amounts(found.unit, cell.currency, found.settings.base_currency)


def _is_full(found: QuotaGrid, width: int) -> bool:
    """Whether every amount has room in full."""
    longest = max((len(_text(found, cell, full=True)) for cell in found.cells.values()), default=0)
    return (longest + 1) * len(found.periods) + LEAST_NAME + 4 <= width


def _texts(found: QuotaGrid, width: int) -> list[str]:
    full = _is_full(found, width)
    return [_text(found, cell, full=full) for cell in found.cells.values()]


def _text(found: QuotaGrid, cell: GridCell, *, full: bool) -> str:
    amounts = _amounts(found, cell)
    if found.unit is QuotaUnit.DEALS:
        text = count_text(cell.amount)
    else:
        text = amounts.full(cell.amount) if full else amounts.short(cell.amount)
    if cell.parts:
        return f"({text})"
    return f"{text}!" if cell.marks else text


class GridRows:
    """The grid as rows of a table.

    :param marked: whose rows are marked; it may change.
    """

    def __init__(self, found: QuotaGrid, marked: set[Holder], width: int) -> None:
        self._found, self._marked = found, marked
        self._full = _is_full(found, width)

    def __len__(self) -> int:
        return len(self._found.holders)

    def cells(self, row: int) -> Sequence[Cell]:
        """Mark, name, and a quota per period."""
        found, one = self._found, self._found.holders[row]
        mark = SIGN if one.holder in self._marked else ""
        cells = [Cell(mark, "warn"), Cell(_name(one), "plain" if one.kind == "rep" else "strong")]
        for place in range(len(found.periods)):
            cell = found.cells.get((one.holder, place))
            if cell is None:
                cells.append(Cell(NO_VALUE, "dim"))
            else:
                look = "dim" if cell.parts else "warn" if cell.marks else "plain"
                cells.append(Cell(_text(found, cell, full=self._full), look))
        return cells


def _name(one: GridHolder) -> str:
    if one.kind == "team":
        return tr("team {name}").format(name=one.name)
    if one.left:
        return tr("{name} (left)").format(name=one.name)
    return tr("Company") if one.kind == "company" else one.name


def cell_words(found: QuotaGrid, one: GridHolder, place: int) -> str:
    """A quota in words: how much, who set it when and why, and what is odd about it."""
    period = found.periods[place]
    cell = found.cells.get((one.holder, place))
    name = f"{_name(one)}, {period.label}"
    words = tr("{name}: no quota; type a number").format(name=name)
    if cell is not None:
        words = _set_words(found, name, cell)
        if cell.marks:
            words += f"; ! {', '.join(cell.marks)}"
    if one.kind == "company":
        words += _against_reps(found, cell, place)
    return words


def _set_words(found: QuotaGrid, name: str, cell: GridCell) -> str:
    """A quota that is there, and where it comes from."""
    amount = _exact(found, cell)
    if cell.parts:
        return tr(
            "{name}: {amount}, added up from {n} quotas of shorter periods; a number sets one of its own"
        ).format(name=name, amount=amount, n=cell.parts)
    day = datetime.fromtimestamp(cell.at, ZoneInfo(found.settings.time_zone))
    words = tr("{name}: {amount}, set by {rep} on {day}").format(
        name=name, amount=amount, rep=cell.by, day=day_text(day)
    )
    return f"{words} ({cell.note})" if cell.note else words


def _exact(found: QuotaGrid, cell: GridCell) -> str:
    if found.unit is QuotaUnit.DEALS:
        return trn("{n} deal", "{n} deals", cell.amount).format(n=count_text(cell.amount))
    money = Money(cell.amount, cell.currency)
    return money_text(money, decimals=money.major.denominator != 1, currency=True)


def _against_reps(found: QuotaGrid, cell: GridCell | None, place: int) -> str:
    """The quotas of the reps together, held against the company's (METRICS 6)."""
    total = found.sum_of_reps(place)
    if total is None:
        return ""
    base = found.settings.base_currency
    amounts = Amounts(found.unit, base, base)
    reps = amounts.spelt(total)
    if cell is None or cell.currency != base:
        return tr("; Σ reps {total}").format(total=reps)
    away = mismatch(cell.amount, [total])
    if not away:
        return tr("; Σ reps {total}, which is the same").format(total=reps)
    return tr("; Σ reps {total}, mismatch {amount}").format(total=reps, amount=amounts.spelt(away))
