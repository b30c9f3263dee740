"""Deals as rows of a grid, fetched a page at a time as they come into view."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Protocol
from zoneinfo import ZoneInfo

from funnel_tui.domain.calendar_names import day_text
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.shown import days_text, money_text
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr
from funnel_tui.widgets.grid import Cell, GridColumn
from funnel_tui.widgets.paged import PagedRows

STATUS_MARKS = {DealStatus.OPEN: " ", DealStatus.WON: "+", DealStatus.LOST: "x"}
"""Won and lost are told by a sign, not by colour alone."""
_LOOKS = {DealStatus.OPEN: "plain", DealStatus.WON: "good", DealStatus.LOST: "bad"}

COLUMNS = (
    GridColumn("mark", "", 1, right=False),
    GridColumn("deal", tr("Deal"), 30, least=20, right=False, stretch=True),
    GridColumn("organisation", tr("Organisation"), 28, least=14, right=False, rank=4),
    GridColumn("owner", tr("Owner"), 18, least=12, right=False, rank=3),
    GridColumn("stage", tr("Stage"), 16, least=11, right=False, rank=2),
    GridColumn("amount", tr("Amount"), 14, rank=1),
    GridColumn("days", tr("In stage"), 8, least=7, brief=tr("Days"), rank=5),
    GridColumn("closed", tr("Closed"), 11, rank=2),
)


class DealLike(Protocol):
    """A deal as a list shows it; see :class:`funnel_tui.queries.behind.DealLine`."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def organisation(self) -> str | None: ...
    @property
    def owner(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def status(self) -> DealStatus: ...
    @property
    def amount_minor(self) -> int | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def entered_at(self) -> int: ...
    @property
    def closed_at(self) -> int | None: ...


class DealRows(PagedRows[DealLike]):
    """The rows of a list of deals.

    :param ids: the deals in their order.
    :param want: see :class:`~funnel_tui.widgets.paged.PagedRows`.
    :param now: the present instant, for days in stage.
    :param zone: the team's, for days.
    """

    def __init__(
        self, ids: array[int], want: Callable[[int, Sequence[int]], None], *, now: int, zone: ZoneInfo
    ) -> None:
        super().__init__(ids, want, lambda line: deal_cells(line, now, zone), len(COLUMNS))


def deal_cells(line: DealLike, now: int, zone: ZoneInfo) -> list[Cell]:
    """The cells of a deal, one per column."""
    amount = None
    if line.amount_minor is not None and line.currency is not None:
        amount = Money(line.amount_minor, line.currency)
    spent = Fraction((line.closed_at or now) - line.entered_at, DAY_SECONDS)
    closed = tr("open") if line.closed_at is None else day_text(datetime.fromtimestamp(line.closed_at, zone))
    return [
        Cell(STATUS_MARKS[line.status], _LOOKS[line.status]),
        Cell(line.title),
        Cell(line.organisation or "–", "plain" if line.organisation else "dim"),
        Cell(line.owner),
        Cell(line.stage, "muted"),
        Cell(money_text(amount, decimals=False, currency=True), "plain" if amount else "dim"),
        Cell(days_text(spent), "muted"),
        Cell(closed, "muted" if line.closed_at else "dim"),
    ]
