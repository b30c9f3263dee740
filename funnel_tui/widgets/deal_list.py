"""Deals as rows of a grid, fetched a page at a time as they come into view."""

from __future__ import annotations

from array import array
from collections import OrderedDict
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

PAGE = 128
"""Rows read at a time."""
PAGES_KEPT = 32

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


class DealRows:
    """The rows of a list of deals.

    :param ids: the deals in their order.
    :param want: is called with the number of a page and its ids when a row of it is to be drawn; what it
        brings comes back through :meth:`take`.
    :param now: the present instant, for days in stage.
    :param zone: the team's, for days.
    """

    def __init__(
        self, ids: array[int], want: Callable[[int, Sequence[int]], None], *, now: int, zone: ZoneInfo
    ) -> None:
        self._ids = ids
        self._want = want
        self._now = now
        self._zone = zone
        self._pages: OrderedDict[int, dict[int, DealLike]] = OrderedDict()
        self._asked: set[int] = set()

    def __len__(self) -> int:
        return len(self._ids)

    def deal_id(self, row: int) -> int:
        """The number of the deal in a row."""
        return self._ids[row]

    def take(self, page: int, lines: Sequence[DealLike]) -> tuple[int, int]:
        """Keep a page that was read; the ones not looked at for longest are forgotten.

        :returns: its first and last row.
        """
        self._asked.discard(page)
        self._pages[page] = {line.id: line for line in lines}
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return page * PAGE, min(len(self._ids), (page + 1) * PAGE) - 1

    def cells(self, row: int) -> Sequence[Cell] | None:
        """A deal's cells; None while its page is on its way."""
        page = row // PAGE
        lines = self._pages.get(page)
        if lines is None:
            if page not in self._asked:
                self._asked.add(page)
                self._want(page, self._ids[page * PAGE : (page + 1) * PAGE])
            return None
        self._pages.move_to_end(page)
        line = lines.get(self._ids[row])
        return [Cell("")] * len(COLUMNS) if line is None else self._cells(line)

    def _cells(self, line: DealLike) -> list[Cell]:
        amount = None
        if line.amount_minor is not None and line.currency is not None:
            amount = Money(line.amount_minor, line.currency)
        spent = Fraction((line.closed_at or self._now) - line.entered_at, DAY_SECONDS)
        return [
            Cell(STATUS_MARKS[line.status], _LOOKS[line.status]),
            Cell(line.title),
            Cell(line.organisation or "–", "plain" if line.organisation else "dim"),
            Cell(line.owner),
            Cell(line.stage, "muted"),
            Cell(money_text(amount, decimals=False, currency=True), "plain" if amount else "dim"),
            Cell(days_text(spent), "muted"),
            Cell(self._day(line.closed_at), "muted" if line.closed_at else "dim"),
        ]

    def _day(self, instant: int | None) -> str:
        if instant is None:
            return tr("open")
        day = datetime.fromtimestamp(instant, self._zone)
        return day_text(day)
