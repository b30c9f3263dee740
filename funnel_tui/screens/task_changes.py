"""What can be done to a task: each opens its dialog, and makes the change that was answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from funnel_tui.dialogs.wishes import DoneWish, Named
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.tasks import TaskFact
from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.screens.deal_asking import Asking, make
from funnel_tui.screens.deal_changes import win_deal
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.agenda import deal_tasks, task_rows
from funnel_tui.services.deal_desk import read_desk
from funnel_tui.services.typed import Typed
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.asking import Answer


class TaskDesk(NamedTuple):
    """What a dialog about a task needs to know.

    :param last: whether its deal is open and has no other open task.
    """

    task: TaskFact
    typed: Typed
    reps: tuple[Named, ...]
    last: bool


def read_task(workspace: Workspace, task_id: int) -> TaskDesk:
    """Read a task.

    :raises NotFound: when it is gone.
    """
    found = task_rows(workspace, [task_id])
    if not found:
        message = tr("There is no task with number {number}.").format(number=task_id)
        raise NotFound(message, tr("It may have been undone."))
    task = found[0]
    desk = read_desk(workspace, task.deal_id)
    others = [] if task.deal_id is None else deal_tasks(workspace, task.deal_id, only_open=True)
    is_open = desk.detail is not None and desk.detail.row.closed_at is None
    reader = Typed(desk.settings, workspace.clock, habits=workspace.habits)
    return TaskDesk(task, reader, desk.reps, is_open and len(others) <= 1)


def with_task(app: HostApp, task_id: int, then: Callable[[TaskDesk], object]) -> None:
    """Read a task after the changes that are still under way."""

    def doing(workspace: Workspace) -> Told:
        return Told(found=read_task(workspace, task_id), written=False)

    writing_of(app).write(Change(tr("Reading the task"), doing, lambda told: then(told.found), asks=True))


def edit_task(app: HostApp, task_id: int) -> None:
    """Change a task."""

    def found(desk: TaskDesk) -> None:
        from funnel_tui.dialogs.task import TaskDialog
        from funnel_tui.screens.deal_saving import save_task

        task = desk.task
        dialog = TaskDialog(
            desk.typed, desk.reps, task.owner_id, deal_id=task.deal_id, about=task.deal or "", task=task
        )
        app.push_screen(dialog, partial(make, app, tr("Saving the task"), save_task))

    with_task(app, task_id, found)


def finish_task(app: HostApp, task_id: int, ask: Asking) -> None:
    """Finish a task: how it went, and what comes next."""

    def found(desk: TaskDesk) -> None:
        from funnel_tui.dialogs.task import DoneDialog

        dialog = DoneDialog(desk.task, desk.typed, suggest=desk.last)
        app.push_screen(dialog, partial(_finish, app, desk.task, ask))

    with_task(app, task_id, found)


def _finish(app: HostApp, task: TaskFact, ask: Asking, wish: DoneWish | None) -> None:
    if wish is None:
        return
    from funnel_tui.screens.deal_saving import finish

    def done(told: Told) -> None:
        onward, deal_id = told.found.onward, task.deal_id
        if onward.ready_to_win and deal_id is not None:
            ask(
                tr("That was the last task of {deal}.").format(deal=task.deal),
                [Answer("w", tr("it is won"), "win")],
                lambda _value: win_deal(app, deal_id),
            )
        elif onward.held:
            words = tr("{deal} stays where it is: {reason}.").format(deal=task.deal, reason=onward.held)
            app.notify(words, markup=False)

    writing_of(app).write(Change(tr("Finishing the task"), lambda workspace: finish(workspace, wish), done))


def delete_task(app: HostApp, task_id: int) -> None:
    """Delete a task that is not needed any more."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services import tasks
        from funnel_tui.services.together import together

        with together(workspace, "delete_task") as within:
            tasks.delete_task(within, task_id=task_id)
        return Told(within.call.summary)

    writing_of(app).write(Change(tr("Deleting the task"), doing))


def snooze_task(app: HostApp, task_id: int, day: int) -> None:
    """Put a task off.

    :param day: days since 1970-01-01.
    """

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services import tasks
        from funnel_tui.services.together import together

        with together(workspace, "snooze_task") as within:
            tasks.snooze_task(within, task_id=task_id, due=Moment(day))
        return Told(within.call.summary)

    writing_of(app).write(Change(tr("Putting it off"), doing))
