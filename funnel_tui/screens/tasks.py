"""My day: the tasks that are due, and the deals that need me."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from funnel_tui.domain.deal_list import DealRow, follow
from funnel_tui.domain.shown import count_text
from funnel_tui.domain.tasks import TaskFact
from funnel_tui.language import tr, trc
from funnel_tui.screens import tasks_list
from funnel_tui.screens.deal_actions import DealActions
from funnel_tui.screens.opening import open_deal
from funnel_tui.screens.tabs import TABS, Tab
from funnel_tui.screens.tasks_list import DAY, DayFound, DayView
from funnel_tui.services.agenda import task_rows
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_table import DealGrid
from funnel_tui.widgets.grid import Grid
from funnel_tui.widgets.lines import Line, TabLine
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.paged import PagedRows
from funnel_tui.widgets.task_table import NEED_COLUMNS, TASK_COLUMNS, NeedLine, TaskRows, need_rows


class TasksScreen(DealActions[None]):
    """What is to be done."""

    NOW_ONLY = tr(
        "Today is about what is to be done now. The other screens show the past; "
        "{time_machine} and now bring you back."
    )
    HINTS = (
        ("done", trc("key", "done")),
        ("snooze", tr("put off")),
        ("log_call", trc("key", "call")),
        ("choose", trc("key", "open")),
        ("task", trc("key", "task")),
        ("view", tr("tasks/deals")),
        ("edit", trc("key", "edit")),
        ("task_delete", trc("key", "delete")),
        ("find", trc("key", "find")),
        ("move", trc("key", "move")),
        ("win", trc("key", "won")),
        ("lose", trc("key", "lost")),
    )
    HINTS_OF_NOTHING = (
        ("new_deal", trc("key", "new")),
        ("log_call", trc("key", "call")),
        ("view", tr("tasks/deals")),
        ("import_file", tr("import")),
        ("pipelines", tr("set up")),
    )
    ON_ROW = DealActions.ON_ROW | {"done", "snooze", "task_delete"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "d",
            "done",
            trc("key", "done"),
            id="done",
            tooltip=tr("The task is done: how it went, and what comes next"),
        ),
        Binding("z", "snooze", tr("put off"), id="snooze", tooltip=tr("Put the task off to another day")),
        Binding(
            "delete,X",
            "task_delete",
            trc("key", "delete"),
            id="task_delete",
            tooltip=tr("Delete the task: it is not needed any more, and was not done"),
        ),
        Binding(
            "tab", "view", tr("tasks/deals"), id="view", tooltip=tr("My tasks, or the deals that need me")
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view = DayView.TASKS
        self._found: DayFound | None = None
        self._rows: PagedRows[TaskFact] | PagedRows[NeedLine] | None = None
        self._following = True

    def compose_middle(self) -> ComposeResult:
        """Tabs, title, why it is whose day, the list."""
        yield TabLine(id="tabs")
        yield Line(id="title")
        yield Line(id="whose")
        yield DealGrid(by_cell=False, when_moved=self._moved, id="tasks")
        yield Static(id="empty", markup=False)

    async def on_mount(self) -> None:
        """Read the day before the first frame."""
        await self.read_first(DAY, self._reading())
        self.hold_frame(self.query_one(DealGrid).focus)

    # Reading

    def reload(self) -> None:
        """Read the day again; the cursor stays on its task."""
        self.read(DAY, self._reading())

    def _reading(self) -> partial[DayFound]:
        funnel = self.funnel
        return partial(tasks_list.read_day, scope=funnel.scope, view=self._view, week_start=funnel.week_start)

    def show_found(self, group: str, found: Any) -> None:
        """Show the day, or a page of its list."""
        if group == DAY:
            self._show_day(found)
        elif found[0] is self._rows:
            rows, page, lines = found
            self.query_one(DealGrid).rows_changed(*rows.take(page, lines))

    def _show_day(self, found: DayFound) -> None:
        if found.around is not None and self.funnel.view is None:
            self.funnel.take_view(found.around)
        if found.view is not self._view:
            return  # the other list was asked for meanwhile
        grid = self.query_one(DealGrid)
        same = self._found is not None and self._found.view is found.view
        here = self._row_id if same and self._following else None
        self._following = True
        self._found = found
        rows: PagedRows[TaskFact] | PagedRows[NeedLine]
        if found.queue is None:
            tasks = TaskRows(found.tasks, self._want, found.reading.today, found.reading.zone)
            tasks.take(0, [line for line in found.first if isinstance(line, TaskFact)])
            rows = tasks
        else:
            needs = need_rows(found.queue.ids, self._want, found.reading)
            needs.take(0, [line for line in found.first if isinstance(line, NeedLine)])
            rows = needs
        self._rows = rows
        around = self.funnel.view
        words = tasks_list.empty_words(found, has_pipeline=around is not None and bool(around.pipelines))
        self.set_class(bool(words), "-empty")
        if words:
            self.query_one("#empty", Static).update(words)
        self.set_class(bool(found.whose.note), "-noted")
        self.query_one("#whose", Line).say(found.whose.note)
        row = follow(rows.ids, here, grid.row if same else 0)
        columns = TASK_COLUMNS if found.queue is None else NEED_COLUMNS
        grid.show_at(columns, rows, row, grid.row - grid.top)
        views = [view.value for view in DayView]
        self.query_one(TabLine).say(TABS, Tab.TODAY, views, self._view.value)
        self._say_title()
        self.tell_scope()

    def scope_parts(self) -> tuple[str, ...]:
        """Whose day it is. The period says nothing about what is to be done."""
        return (self._found.whose.name,) if self._found else ()

    def of_all_pipelines(self) -> bool:
        """Tasks are of whatever deal, or of none."""
        return True

    def _want(self, page: int, ids: Sequence[int]) -> None:
        rows, queue = self._rows, self._found.queue if self._found else None

        def reading(workspace: Workspace) -> Any:
            if queue is None:
                return rows, page, task_rows(workspace, ids)
            return rows, page, tasks_list.need_lines(workspace, queue, page)

        self.call_later(self.read, f"page-{page}", reading)

    def _say_title(self) -> None:
        found, rows = self._found, self._rows
        if found is None or rows is None:
            return
        words = tasks_list.title_words(found)
        where = f"{count_text(self.query_one(DealGrid).row + 1)}/{count_text(len(rows))}" if len(rows) else ""
        line = self.query_one("#title", Line)
        # Where it was hidden it has no size yet.
        width = line.size.width or self.size.width - line.gutter.width
        line.say(f"{words}{' ' * max(1, width - len(words) - len(where))}{where}")

    def size_changed(self) -> None:
        """The title reaches from edge to edge."""
        self.call_after_refresh(self._say_title)

    # What the cursor is on

    @property
    def _row_id(self) -> int | None:
        row = self.query_one(DealGrid).row
        return self._rows.ids[row] if self._rows is not None and row < len(self._rows) else None

    @property
    def has_row(self) -> bool:
        """Whether there is a task or a deal to act on."""
        return self._row_id is not None

    @property
    def hinted_for(self) -> object:
        """Whether there is a task, and a deal."""
        return None if self._found is None else self._acts_on

    @property
    def _acts_on(self) -> tuple[bool, bool]:
        """Whether there is a task under the cursor, and whether it is about a deal."""
        if self._view is DayView.TASKS:
            return self._row_id is not None, self.deal_id is not None
        return self._overdue_task is not None, self._row_id is not None

    @property
    def _overdue_task(self) -> int | None:
        """The number of the task that the deal under the cursor is late with, in the list of deals."""
        queue = self._found.queue if self._found else None
        return None if queue is None or self._row_id is None else queue.tasks.get(self._row_id)

    def is_hinted(self, names: str) -> bool:
        """A task may be about no deal, and a deal may have no task that is overdue."""
        of_task, of_deal = self._acts_on
        if names == "done":
            return of_task
        if names != "edit" and not DealActions.ON_ROW.isdisjoint(names.split()):
            return of_deal
        return super().is_hinted(names)

    def _moved(self) -> None:
        """Say where the cursor is."""
        self._say_title()
        self.hints_follow()

    @property
    def _line(self) -> TaskFact | NeedLine | None:
        return None if self._rows is None else self._rows.line(self.query_one(DealGrid).row)

    @property
    def task_fact(self) -> TaskFact | None:
        """The task under the cursor."""
        return self._line if isinstance(self._line, TaskFact) else None

    @property
    def deal_id(self) -> int | None:
        """The deal that the row is about."""
        line = self._line
        return line.deal_id if isinstance(line, TaskFact) else line.id if line else None

    @property
    def deal_row(self) -> DealRow | None:
        """The deal, where the list shows deals."""
        return self._line.deal if isinstance(self._line, NeedLine) else None

    def copied(self) -> str:
        """The cells of the row."""
        row = self.query_one(DealGrid).row
        cells = self._rows.cells(row) if self._rows is not None and row < len(self._rows) else None
        return "\t".join(cell.text for cell in cells[1:]) if cells else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The stage is changed in the list of deals, where it is in sight; tasks are put off in the other."""
        if action == "step":
            return self._view is DayView.NEXT
        if action in {"snooze", "task_delete"}:
            return self._view is DayView.TASKS
        return super().check_action(action, parameters)

    # Keys

    def action_view(self) -> None:
        """The other list."""
        self._view = DayView.NEXT if self._view is DayView.TASKS else DayView.TASKS
        self.tell_hints()
        self.reload()

    @on(Grid.Chosen)
    def _open(self, message: Grid.Chosen) -> None:
        message.stop()
        if self.deal_id is not None:
            open_deal(self.funnel, self.deal_id)

    def action_edit(self) -> None:
        """Change the task; in the list of deals, the deal."""
        if self._view is DayView.NEXT:
            super().action_edit()
        else:
            self._with_task("edit_task")

    def action_done(self) -> None:
        """Finish the task."""
        if self._view is DayView.NEXT and self._row_id is not None and self._found and self._found.queue:
            task_id = self._overdue_task
            if task_id is None:
                self.notify(with_keys(tr("This deal has no overdue task; {task} adds one.")), markup=False)
                return
            from funnel_tui.screens.task_changes import finish_task

            finish_task(self.funnel, task_id, self._ask)
            return
        self._with_task("finish_task", self._ask)

    def action_snooze(self) -> None:
        """Ask to which day."""
        task, found = self.task_fact, self._found
        if task is None or found is None:
            self.notify(tr("Put off what? There is no task under the cursor."), markup=False)
            return
        answers = tasks_list.snooze_answers(found)
        self._ask(tr("Put off to"), answers, self._snooze)

    def action_task_delete(self) -> None:
        """Take the task off the list; undo brings it back."""
        self._following = False
        self._with_task("delete_task")

    def _snooze(self, day: str) -> None:
        # The cursor goes on to the next task instead of following this one.
        self._following = False
        self._with_task("snooze_task", int(day))

    def _with_task(self, name: str, *more: Any) -> None:
        task = self.task_fact
        if task is None:
            self.notify(tr("There is no task under the cursor."), markup=False)
            return
        from funnel_tui.screens import task_changes

        getattr(task_changes, name)(self.funnel, task.id, *more)
