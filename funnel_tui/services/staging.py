"""What the staging of a pipeline allows, and automatic staging moving a deal on [1C deal types].

- ``manual``: any stage, skipping and going back.
- ``none``: no stages are tracked. A deal is won or lost, nothing else.
- ``automatic``: a deal begins in the first stage. Entering a stage creates its tasks; finishing the last of
  them moves the deal on. Nobody moves it while a task of its stage is open. When none is open and the deal
  still stands there (the stage has no tasks, something it asks for was empty, the deal was imported) it can
  be moved by hand, to the next stage and to no other. Leaving a stage another way (won, lost, another
  pipeline) cancels what is open of its tasks; a loss creates the loss task. After the last stage nothing
  happens by itself: the deal is ready to be won, and whoever finished the task is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from funnel_tui.domain.said import listed, said, said_n
from funnel_tui.domain.status import Staging, VisitExit
from funnel_tui.domain.tasks import task_text
from funnel_tui.errors import Refused
from funnel_tui.services.stage_tasks import open_stage_tasks

if TYPE_CHECKING:
    from funnel_tui.services.routes import Route, StageRow
    from funnel_tui.services.visits import DealHistory

REQUIRED = {
    "amount": "amount_minor",
    "expected_close": "expected_close",
    "organisation": "organisation_id",
    "source": "source_id",
    "probability": "probability_bp",
}
"""The columns behind the fields that a stage can ask for."""

_FIELDS = {
    "amount_minor": said("amount"),
    "expected_close": said("expected close"),
    "organisation_id": said("organisation"),
    "source_id": said("source"),
    "probability_bp": said("probability"),
}
"""How people call these columns."""

DEMAND = said("demand")
"""What the customer first asked for. The switch of the pipeline asks for it, before any move forward and
before a deal is won. Imports, undo, moves back, losses and a change of the pipeline are not asked."""


@dataclass(frozen=True, slots=True)
class Onward:
    """What followed when the last task of a stage was finished.

    :param stage: the name of the stage the deal moved to, or None when it stays.
    :param held: why it stays, as the end of a sentence; empty when it does not, or is ready to be won.
    :param ready_to_win: it stood in the last stage: whoever finished the task is asked whether it is won.
    """

    stage: str | None = None
    held: str = ""
    ready_to_win: bool = False


def may_begin(route: Route, stage: StageRow) -> None:
    """Check in which stage a deal begins, or goes on after it was reopened.

    :raises Refused: for another stage than the first where the staging does not let people choose.
    """
    if route.staging is not Staging.MANUAL and stage.id != route.first().id:
        raise Refused(
            said(
                "The deals of {pipeline} begin in {stage}: its stages are not chosen by hand.",
                pipeline=route.name,
                stage=route.first().name,
            ),
            said("Leave the stage out, or choose another pipeline."),
        )


def may_reopen(history: DealHistory, stage: StageRow) -> None:
    """Check in which stage a closed deal goes on.

    :raises Refused: for another one than it was closed from, where the staging does not let people choose;
        unless that one is retired by now.
    """
    chosen = stage.id != history.stage.id and not history.stage.retired
    if chosen and history.route.staging is not Staging.MANUAL:
        raise Refused(
            said(
                "{deal} goes on in {stage}: the stages of {pipeline} are not chosen by hand.",
                deal=history.title,
                stage=history.stage.name,
                pipeline=history.route.name,
            ),
            said("Leave the stage out."),
        )


def may_move(history: DealHistory, target: StageRow) -> None:
    """Check that the staging of its pipeline lets a deal move to another stage by hand.

    :raises Refused: with the way out.
    """
    route = history.route
    if route.staging is Staging.NONE:
        raise Refused(
            said(
                "{pipeline} tracks no stages: {deal} can be won or lost, not moved.",
                pipeline=route.name,
                deal=history.title,
            ),
            said("Win or lose it, or let the pipeline be staged by hand."),
        )
    if route.staging is not Staging.AUTOMATIC:
        return
    waiting = open_stage_tasks(history.call, history.deal["id"])
    if waiting:
        first = task_text(waiting[0]["kind"], waiting[0]["title"])
        tasks = f"“{first}”"
        if len(waiting) > 1:
            tasks = said("{tasks} and {n} more", tasks=tasks, n=len(waiting) - 1)
        raise Refused(
            said(
                "{deal} moves on by itself when the tasks of {stage} are done: {tasks}.",
                deal=history.title,
                stage=history.stage.name,
                tasks=tasks,
            ),
            said("Finish or delete them; the deal can be won or lost at any time."),
        )
    onward = next_stage(history)
    if onward is None:
        raise Refused(
            said("{deal} is in the last stage of {pipeline}.", deal=history.title, pipeline=route.name),
            said("Win or lose it."),
        )
    if target.id != onward.id:
        raise Refused(
            said(
                "The stages of {pipeline} go in order: after {stage} comes {next}.",
                pipeline=route.name,
                stage=history.stage.name,
                next=onward.name,
            ),
            said("Move it to {stage}, or undo the last move to go back.", stage=onward.name),
        )


def may_leave(history: DealHistory, origin: StageRow) -> None:
    """Check that everything is filled in that a stage and its pipeline ask for before a deal goes forward.

    :raises Refused: naming what is empty.
    """
    empty = empty_fields(history, origin)
    if empty:
        raise Refused(
            said(
                "{deal} cannot leave {stage} yet: {empty}.",
                deal=history.title,
                stage=origin.name,
                empty=empty,
            ),
            said("Fill it in first."),
        )


def may_win(history: DealHistory) -> None:
    """Check that everything is filled in that the stage of a deal and its pipeline ask for.

    :raises Refused: naming what is empty.
    """
    empty = empty_fields(history, history.stage)
    if empty:
        raise Refused(
            said("{deal} cannot be won yet: {empty}.", deal=history.title, empty=empty),
            said("Fill it in first."),
        )


def empty_fields(history: DealHistory, stage: StageRow) -> str:
    """The empty fields that a stage asks for, in words: ``amount, expected close are empty``, or nothing.

    What the customer asked for is one of them wherever the pipeline wants to know it: a deal may begin
    without, but does not go forward.
    """
    columns = [REQUIRED[name] for name in stage.required_fields.split(",") if name]
    empty = [_FIELDS[column] for column in columns if history.deal[column] is None]
    if history.lacks_demand:
        empty.append(DEMAND)
    if not empty:
        return ""
    return said_n("{fields} is empty", "{fields} are empty", len(empty), fields=listed(empty, ", "))


def next_stage(history: DealHistory) -> StageRow | None:
    """The stage in use after the one a deal is in; None after the last."""
    position = history.stage.position
    later = [s for s in history.route.stages.values() if s.position > position and not s.retired]
    return min(later, key=lambda stage: stage.position, default=None)


def move_on(history: DealHistory, finished_stage: int) -> Onward:
    """Move a deal on when the last task of its stage was finished; the caller has written the task.

    :param finished_stage: the stage that the finished task belongs to.
    """
    if (
        history.route.staging is not Staging.AUTOMATIC
        or history.deal["closed_at"] is not None
        or history.stage.id != finished_stage
        or open_stage_tasks(history.call, history.deal["id"])
    ):
        return Onward()
    onward = next_stage(history)
    if onward is None:
        return Onward(ready_to_win=True)
    empty = empty_fields(history, history.stage)
    if empty:
        return Onward(held=empty)
    moment = history.instant(None)
    history.leave(moment, VisitExit.MOVED)
    history.enter(moment, history.route, onward)
    history.write()
    return Onward(stage=onward.name)
