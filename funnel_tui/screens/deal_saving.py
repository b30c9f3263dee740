"""What dialogs about deals and tasks answer, as service calls. Each answer is one change group: one undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from funnel_tui.dialogs.wishes import (
    DealWish,
    DoneWish,
    LoseWish,
    MoveWish,
    Pick,
    ReopenWish,
    TaskWish,
    WinWish,
)
from funnel_tui.screens.writing import DEAL, Told
from funnel_tui.services.together import Within, together
from funnel_tui.services.workspace import Workspace

PLACES = ("pipeline_id", "stage_id")
"""Fields that only a new deal is given."""


def save_deal(workspace: Workspace, wish: DealWish) -> Told:
    """Create or edit a deal; an organisation that was typed for the first time is created with it.

    :returns: what was done, with the number of the deal as what was found.
    """
    from funnel_tui.services.deals import create_deal, edit_deal

    if wish.deal_id is None:
        with together(workspace, "create_deal") as within:
            number = create_deal(within, **_columns(within, wish.values))
        return Told(_summary(within), number)
    if not wish.values:
        return Told(written=False)
    assert wish.version is not None
    with together(workspace, "edit_deal") as within:
        changes = {name: value for name, value in _columns(within, wish.values).items() if name not in PLACES}
        version = edit_deal(within, deal_id=wish.deal_id, version=wish.version, changes=changes)
    return _told(within, wish.deal_id, version)


def _columns(within: Within, values: Mapping[str, object]) -> dict[str, Any]:
    """The values of a form as a service takes them."""
    given: dict[str, Any] = {
        name: value for name, value in values.items() if name not in {"organisation", "person", "tags"}
    }
    if "organisation" in values:
        pick = values["organisation"]
        assert pick is None or isinstance(pick, Pick)
        given["organisation_id"] = None if pick is None else _organisation(within, pick)
    return given


def _organisation(within: Within, pick: Pick) -> int:
    from funnel_tui.services.people import create_organisation

    return create_organisation(within, name=pick.name) if pick.id is None else pick.id


def move(workspace: Workspace, wish: MoveWish, *, to_pipeline: int | None = None) -> Told:
    """Fill in the fields that were asked for, and move a deal."""
    from funnel_tui.services.deals import move_deal

    with together(workspace, "move_deal") as within:
        version = _fill(within, wish.deal_id, wish.version, wish.values)
        version = move_deal(
            within, deal_id=wish.deal_id, stage_id=wish.stage_id, version=version, to_pipeline=to_pipeline
        )
    return _told(within, wish.deal_id, version)


def win(workspace: Workspace, wish: WinWish) -> Told:
    """Win a deal, with another amount where it was corrected."""
    from funnel_tui.services.deals import win_deal

    with together(workspace, "win_deal") as within:
        version = _fill(within, wish.deal_id, wish.version, wish.values)
        version = win_deal(within, deal_id=wish.deal_id, at=wish.at, version=version)
    return _told(within, wish.deal_id, version)


def lose(workspace: Workspace, wish: LoseWish) -> Told:
    """Lose a deal."""
    from funnel_tui.services.deals import lose_deal

    with together(workspace, "lose_deal") as within:
        version = lose_deal(
            within, deal_id=wish.deal_id, reason=wish.reason, note=wish.note, version=wish.version
        )
    return _told(within, wish.deal_id, version)


def reopen(workspace: Workspace, wish: ReopenWish) -> Told:
    """Take up a closed deal again."""
    from funnel_tui.services.deals import reopen_deal

    with together(workspace, "reopen_deal") as within:
        version = reopen_deal(within, deal_id=wish.deal_id, stage_id=wish.stage_id, version=wish.version)
    return _told(within, wish.deal_id, version)


def save_task(workspace: Workspace, wish: TaskWish) -> Told:
    """Create or edit a task."""
    from funnel_tui.services.tasks import create_task, edit_task

    with together(workspace, "create_task" if wish.task_id is None else "edit_task") as within:
        if wish.task_id is None:
            _create_task(within, wish, create_task)
        else:
            assert wish.version is not None
            changes = {"kind": wish.kind, "title": wish.title, "owner_id": wish.owner_id, "due": wish.due}
            edit_task(within, task_id=wish.task_id, version=wish.version, changes=changes)
    return Told(_summary(within))


def finish(workspace: Workspace, wish: DoneWish) -> Told:
    """Finish a task, and create the one that follows.

    :returns: with what followed as what was found, a :class:`~funnel_tui.services.tasks.Finished`.
    """
    from funnel_tui.services.tasks import create_task, finish_task

    with together(workspace, "finish_task") as within:
        finished = finish_task(
            within, task_id=wish.task_id, outcome=wish.outcome, note=wish.note, version=wish.version
        )
        summary = _summary(within)
        if wish.next is not None:
            _create_task(within, wish.next, create_task)
            within.call.summary = f"{summary}; next {wish.next.kind}"
            summary = within.call.summary
    return Told(summary, finished)


def _create_task(within: Within, wish: TaskWish, create: Any) -> None:
    create(
        within,
        owner_id=wish.owner_id,
        kind=wish.kind,
        title=wish.title,
        deal_id=wish.deal_id,
        due=wish.due,
    )


def _fill(within: Within, deal_id: int, version: int, values: Mapping[str, object]) -> int:
    """Write the fields that a dialog asked for on the way.

    :returns: the version of the deal afterwards.
    """
    if not values:
        return version
    from funnel_tui.services.deals import edit_deal

    return edit_deal(within, deal_id=deal_id, version=version, changes=_columns(within, values))


def _told(within: Within, deal_id: int, version: int) -> Told:
    return Told(_summary(within), deal_id, {(DEAL, deal_id): version})


def _summary(within: Within) -> str:
    """What the history says of it."""
    return within.call.summary
