"""Lists of what is to be done: my tasks by the day they are due, and the deals that need me."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.period import day_of
from funnel_tui.domain.shown import NO_VALUE
from funnel_tui.domain.tasks import Bucket, TaskFact, TaskList
from funnel_tui.language import tr
from funnel_tui.widgets.deal_table import Reading, amount_words, day_words
from funnel_tui.widgets.grid import Cell, GridColumn
from funnel_tui.widgets.paged import PagedRows
from funnel_tui.widgets.words import task_words

TASK_COLUMNS = (
    GridColumn("bucket", "", 9, right=False),
    GridColumn("due", tr("Due"), 14, least=11, right=False),
    GridColumn("what", tr("What"), 34, least=20, right=False, stretch=True),
    GridColumn("deal", tr("Deal"), 32, least=20, right=False, rank=1),
    GridColumn("organisation", tr("Organisation"), 26, least=14, right=False, rank=2),
    GridColumn("owner", tr("Who"), 18, least=12, right=False, rank=3),
)
NEED_COLUMNS = (
    GridColumn("need", "", 7, right=False),
    GridColumn("deal", tr("Deal"), 30, least=20, right=False),
    GridColumn("why", tr("Why"), 40, least=30, right=False, stretch=True),
    GridColumn("stage", tr("Stage"), 16, least=11, right=False, rank=2),
    GridColumn("amount", tr("Amount"), 14, least=13, rank=1),
    GridColumn("owner", tr("Owner"), 18, least=12, right=False, rank=3),
)
# Translators: why a deal needs somebody; at most 7 cells.
NEEDS = {"overdue": tr("overdue"), "stuck": tr("stuck"), "idle": tr("idle")}
# Translators: the parts of a list of tasks; at most 9 cells.
BUCKET_WORDS = {
    Bucket.OVERDUE: tr("overdue"),
    Bucket.TODAY: tr("today"),
    Bucket.WEEK: tr("this week"),
    Bucket.LATER: tr("later"),
    Bucket.UNDATED: tr("some day"),
}


class TaskRows(PagedRows[TaskFact]):
    """My tasks; the first of each part of the list says which part it is."""

    def __init__(
        self, tasks: TaskList, want: Callable[[int, Sequence[int]], None], today: date, zone: ZoneInfo
    ) -> None:
        super().__init__(
            tasks.ids, want, lambda task: task_cells(task, tasks.now, today, zone), len(TASK_COLUMNS)
        )
        self._firsts: dict[int, Bucket] = {}
        at = 0
        for bucket, count in tasks.counts.items():
            if count:
                self._firsts[at] = bucket
            at += count

    def cells(self, row: int) -> Sequence[Cell] | None:
        """A task; before the first of a part stands its name."""
        cells = super().cells(row)
        bucket = self._firsts.get(row)
        if cells is None or bucket is None:
            return cells
        return [Cell(BUCKET_WORDS[bucket], "bad" if bucket is Bucket.OVERDUE else "strong"), *cells[1:]]


def task_cells(task: TaskFact, now: int, today: date, zone: ZoneInfo) -> list[Cell]:
    """The cells of a task, one per column; the first is empty."""
    late = task.due_at < now if task.due_at is not None else False
    due = NO_VALUE
    if task.due_day is not None:
        day = day_of(task.due_day)
        late = late or day < today
        due = day_words(day, today)
        if task.due_at is not None and day >= today:
            due += f" {datetime.fromtimestamp(task.due_at, zone):%H:%M}"
    return [
        Cell(""),
        Cell(due, "bad" if late else "plain"),
        Cell(task_words(task.kind, task.title)),
        Cell(task.deal or NO_VALUE, "plain" if task.deal else "dim"),
        Cell(task.organisation or NO_VALUE, "muted" if task.organisation else "dim"),
        Cell(task.owner, "muted"),
    ]


class NeedLine:
    """A deal that needs somebody, as a row of a list.

    :param need: the most urgent reason, in a word; ``why`` all of them.
    """

    def __init__(self, deal: DealRow, need: str, why: str) -> None:
        self.deal, self.need, self.why = deal, need, why

    @property
    def id(self) -> int:
        """The number of the deal."""
        return self.deal.id


def need_rows(
    ids: array[int], want: Callable[[int, Sequence[int]], None], reading: Reading
) -> PagedRows[NeedLine]:
    """The deals that need me as rows of a grid."""
    return PagedRows(ids, want, lambda line: need_cells(line, reading), len(NEED_COLUMNS))


def need_cells(line: NeedLine, reading: Reading) -> list[Cell]:
    """The cells of a deal that needs somebody."""
    deal = line.deal
    return [
        Cell(NEEDS.get(line.need, line.need), "bad" if line.need == "overdue" else "warn"),
        Cell(deal.title),
        Cell(line.why),
        Cell(deal.stage, "muted"),
        Cell(amount_words(deal.amount, reading.currency), "plain" if deal.amount else "dim"),
        Cell(deal.owner, "muted"),
    ]
