"""The list of deals: its columns, how each value reads, and a grid that follows a deal when it is read again.

Nothing is told by colour alone: ``!`` stands behind what is stuck or idle, ``late`` behind a day that has
passed, ``+`` before a won deal and ``x`` before a lost one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from textual import events

from funnel_tui.domain.calendar_names import month_name
from funnel_tui.domain.deal_list import DealOrder, DealRow, DealSort, NextTask, ProbabilitySource
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import DAY_SECONDS, local_day
from funnel_tui.domain.shown import NO_VALUE, money_text
from funnel_tui.domain.status import DealStatus
from funnel_tui.language import tr
from funnel_tui.widgets.grid import Cell, Grid, GridColumn, Rows
from funnel_tui.widgets.words import task_kind

UP, DOWN = "▲", "▼"
NEAR_DAYS = 13
"""So many days ahead a day is told by its distance, beyond by its date."""

MARKS = {DealStatus.OPEN: " ", DealStatus.WON: "+", DealStatus.LOST: "x"}
_LOOKS = {DealStatus.OPEN: "plain", DealStatus.WON: "good", DealStatus.LOST: "bad"}

_COLUMNS = (
    GridColumn("mark", "", 1, right=False),
    GridColumn("deal", tr("Deal"), 30, least=20, right=False, stretch=True),
    GridColumn("organisation", tr("Organisation"), 26, least=12, right=False, rank=1),
    GridColumn("stage", tr("Stage"), 16, least=11, right=False, rank=2),
    GridColumn("amount", tr("Amount"), 14, least=13, rank=3),
    GridColumn("close", tr("Close"), 9, least=9, rank=4),
    GridColumn("days", tr("In stage"), 9, least=6, brief=tr("Days"), rank=5),
    GridColumn("idle", tr("Idle"), 6, least=6, rank=6),
    GridColumn("probability", tr("Prob."), 6, least=6, rank=7),
    GridColumn("task", tr("Next task"), 22, least=14, right=False, rank=8),
    GridColumn("owner", tr("Owner"), 18, least=12, right=False, rank=9),
)

SORTS = {
    **{"deal": DealSort.DEAL, "organisation": DealSort.ORGANISATION, "stage": DealSort.STAGE},
    **{"amount": DealSort.AMOUNT, "close": DealSort.EXPECTED_CLOSE, "days": DealSort.IN_STAGE},
    **{"idle": DealSort.IDLE, "probability": DealSort.PROBABILITY, "task": DealSort.NEXT_TASK},
    "owner": DealSort.OWNER,
}
"""What each column is sorted by."""

COLUMN_COUNT = len(_COLUMNS)


@dataclass(frozen=True, slots=True)
class Reading:
    """How values read.

    :param today: the day in the team's time zone.
    :param zone: the team's.
    :param currency: amounts in it go without its code; the bar on top names it.
    """

    today: date
    zone: ZoneInfo
    currency: str


def columns(order: DealOrder | None, status: DealStatus | None) -> list[GridColumn]:
    """The columns, with a mark at the one that the list is sorted by.

    :param order: None for a list that nobody sorts.
    :param status: closed deals have a day of closing instead of an expected one.
    """
    shown = []
    for column in _COLUMNS:
        if column.key == "close" and status in {DealStatus.WON, DealStatus.LOST}:
            column = column._replace(title=tr("Closed"), brief="")
        sort = SORTS.get(column.key)
        if order and column.key == "close" and order.sort is DealSort.CLOSED:
            sort = DealSort.CLOSED
        if order and sort is order.sort:
            mark = DOWN if order.descending else UP
            # It stays where there is little room: what a list is sorted by is what people look for.
            brief = f"{column.brief or column.title}{mark}"
            least = max(column.least, cell_len(brief))
            column = column._replace(title=f"{column.title} {mark}", brief=brief, least=least, rank=0)
        shown.append(column)
    return shown


def row_cells(row: DealRow, reading: Reading) -> list[Cell]:
    """The cells of a deal, one per column."""
    is_open = row.status is DealStatus.OPEN
    return [
        Cell(MARKS[row.status], _LOOKS[row.status]),
        Cell(row.title),
        _text(row.organisation, "plain"),
        Cell(row.stage, "plain" if is_open else "muted"),
        Cell(amount_words(row.amount, reading.currency), "plain" if row.amount else "dim"),
        _close(row, reading),
        _days(row.in_stage, "warn" if row.stuck else "muted", marked=row.stuck),
        _days(row.idle_seconds, "warn" if row.idle else "muted", marked=row.idle),
        _probability(row),
        _task(row.next_task, reading.today) if is_open else Cell(NO_VALUE, "dim"),
        Cell(row.owner, "muted"),
    ]


def amount_words(amount: Money | None, currency: str) -> str:
    """An amount in whole units; with its currency unless that is the usual one."""
    return money_text(amount, decimals=False, currency=amount is not None and amount.currency != currency)


def day_words(day: date, today: date) -> str:
    """A day in at most nine cells: ``today``, ``in 3 d``, ``12 Dec``, ``Dec 2027``, ``3 d late``."""
    # Translators: these at most 9 cells with a number of two digits. d, w and y are days, weeks and years.
    ahead = (day - today).days
    if ahead < 0:
        late = -ahead
        if late < 100:
            return tr("{n} d late").format(n=late)
        return tr("{n} w late").format(n=late // 7) if late < 700 else tr("{n} y late").format(n=late // 365)
    if ahead <= 1:
        return (tr("today"), tr("tomorrow"))[ahead]
    if ahead <= NEAR_DAYS:
        return tr("in {n} d").format(n=ahead)
    return date_words(day, today)


def date_words(day: date, today: date) -> str:
    """A date in at most eight cells; far from today the year counts and the day does not."""
    month = month_name(day)
    return f"{day.day} {month}" if abs((day - today).days) < 300 else f"{month} {day.year}"


def _text(text: str | None, look: str) -> Cell:
    return Cell(text, look) if text else Cell(NO_VALUE, "dim")


def _close(row: DealRow, reading: Reading) -> Cell:
    if row.closed_at is not None:
        return Cell(date_words(local_day(row.closed_at, reading.zone), reading.today), "muted")
    if row.expected_close is None:
        return Cell(NO_VALUE, "dim")
    return Cell(day_words(row.expected_close, reading.today), "bad" if row.days_late else "plain")


def _days(seconds: int | None, look: str, *, marked: bool) -> Cell:
    if seconds is None:
        return Cell(f"{NO_VALUE} ", "dim")
    return Cell(f"{_span(seconds // DAY_SECONDS)}{'!' if marked else ' '}", look)


def _span(days: int) -> str:
    """Days in at most five cells, so that they are never cut: ``999 d``, ``1234d``, ``27 y``."""
    if days < 1_000:
        # Translators: days; at most 5 cells with a number of three digits.
        return tr("{n} d").format(n=days)
    return tr("{n}d").format(n=days) if days < 10_000 else tr("{n} y").format(n=days // 365)


def _probability(row: DealRow) -> Cell:
    if row.probability is None:
        return Cell(NO_VALUE, "dim")
    typed = row.probability.source is ProbabilitySource.TYPED
    return Cell(percent_words(row.probability.bp), "plain" if typed else "muted")


def percent_words(bp: int) -> str:
    """A probability in hundredths of a percent as whole percent, rounded half up: ``42 %``."""
    return f"{(bp + 50) // 100} %"


def next_words(task: NextTask, today: date) -> str:
    """The next task in few cells: ``call in 3 d``, ``email today late`` when its time has passed."""
    if task.due is None:
        return tr("{kind} late").format(kind=task_kind(task.kind)) if task.overdue else task_kind(task.kind)
    words = f"{task_kind(task.kind)} {day_words(task.due, today)}"
    # A day that has passed says itself that it is late.
    return tr("{kind} late").format(kind=words) if task.overdue and task.due >= today else words


def _task(task: NextTask | None, today: date) -> Cell:
    if task is None:
        return Cell(NO_VALUE, "dim")
    return Cell(next_words(task, today), "bad" if task.overdue else "plain")


class DealGrid(Grid):
    """A grid of deals that can be put back to where it stood."""

    DEFAULT_CSS = """
    DealGrid { height: 1fr; }
    """

    def _on_focus(self, event: events.Focus) -> None:
        """It looks the same with and without the focus: to draw all of it again would cost a line 5 KB."""
        event.prevent_default()
        self.has_focus = True

    def _on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self.has_focus = False

    @property
    def top(self) -> int:
        """The first row on the screen."""
        return self._top

    def show_at(self, columns: Sequence[GridColumn], rows: Rows, row: int, offset: int) -> None:
        """Show other rows with the cursor on one of them.

        :param offset: how many rows below the first visible one it stands, as far as that is possible.
        """
        self.row = max(0, min(row, len(rows) - 1))
        # Whoever looks at the beginning of the list goes on doing so as long as the cursor is in view.
        at_start = self._top == 0 and self.row < self._room
        self._top = 0 if at_start else max(0, min(self.row - offset, len(rows) - self._room))
        self.show(columns, rows)
