"""What dialogs about deals and tasks answer, as service calls. Each answer is one change group: one undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
from funnel_tui.language import tr, trn
from funnel_tui.screens.writing import DEAL, Told
from funnel_tui.services.together import Within, together
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

PLACES = ("pipeline_id", "stage_id")
"""Fields that only a new deal is given."""

DEMAND_SEEN = "demand_seen"
"""Beside the demand that was filled in on the way: what was there before; nothing when it is left out."""

_BESIDE = {"organisation", "person", "role", "tags", "demand", DEMAND_SEEN}


def save_deal(workspace: Workspace, wish: DealWish) -> Told:
    """Create or edit a deal; organisation, person and tags that were typed for the first time are made too.

    :returns: what was done, with the number of the deal as what was found.
    """
    if wish.deal_id is None:
        return _create(workspace, wish)
    if not wish.values:
        return Told(written=False)
    assert wish.version is not None
    from funnel_tui.services.deals import edit_deal

    told: list[str] = []
    with together(workspace, "edit_deal") as within:
        changes = {name: value for name, value in _columns(within, wish.values).items() if name not in PLACES}
        within.call.summary = ""
        version = edit_deal(within, deal_id=wish.deal_id, version=wish.version, changes=changes)
        told.append(within.call.summary)
        for part in (_save_person, _save_tags):
            within.call.summary = ""
            part(within, wish.deal_id, wish)
            told.append(within.call.summary)
        within.call.summary = "; ".join(filter(None, told))
    return _told(within, wish.deal_id, version)


def _create(workspace: Workspace, wish: DealWish) -> Told:
    from funnel_tui.services.deals import create_deal

    with together(workspace, "create_deal") as within:
        number = create_deal(within, **_columns(within, wish.values))
        summary = _summary(within)
        _save_person(within, number, wish)
        _save_tags(within, number, wish)
        within.call.summary = summary
    return Told(summary, number)


def _save_person(within: Within, deal_id: int, wish: DealWish) -> None:
    """Let the only contact of a deal be the one that the form says."""
    if "person" not in wish.values:
        return
    from funnel_tui.services.deal_people import link_person, set_role, unlink_person

    pick, was = (values.get("person") for values in (wish.values, wish.seen))
    role, seen = (values.get("role") for values in (wish.values, wish.seen))
    assert pick is None or isinstance(pick, Pick)
    assert was is None or isinstance(was, Pick)
    assert role is None or isinstance(role, str)
    assert seen is None or isinstance(seen, str)
    if was is not None and was.id is not None:
        if pick == was:
            set_role(within, deal_id=deal_id, person_id=was.id, role=role, seen=seen)
            return
        unlink_person(within, deal_id=deal_id, person_id=was.id, seen=seen)
    if pick is not None:
        person_id = person_number(within, deal_id, pick)
        link_person(within, deal_id=deal_id, person_id=person_id, role=role)


def person_number(within: Within, deal_id: int, pick: Pick) -> int:
    """The number of a person who was picked; somebody new is made, at the organisation of the deal."""
    if pick.id is not None:
        return pick.id
    from funnel_tui.services.people import create_person

    rows = within.call.reader.rows("SELECT organisation_id FROM deal WHERE id = :deal", {"deal": deal_id})
    return create_person(within, name=pick.name, organisation_id=rows[0][0] if rows else None)


def _save_tags(within: Within, deal_id: int, wish: DealWish) -> None:
    tags, seen = wish.values.get("tags"), wish.seen.get("tags")
    if isinstance(tags, tuple):
        from funnel_tui.services.deal_tags import set_tags

        set_tags(within, deal_id=deal_id, tags=tags, seen=seen if isinstance(seen, tuple) else None)


def _columns(within: Within, values: Mapping[str, object]) -> dict[str, Any]:
    """The values of a form as a service takes them, without what belongs to other rows."""
    given: dict[str, Any] = {name: value for name, value in values.items() if name not in _BESIDE}
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
        left = _left_open(within, wish.deal_id)
    return _with(_told(within, wish.deal_id, version), left)


def lose(workspace: Workspace, wish: LoseWish) -> Told:
    """Lose a deal."""
    from funnel_tui.services.deals import lose_deal

    made = new_reason(workspace, wish.reason)
    with together(workspace, "lose_deal") as within:
        version = lose_deal(
            within, deal_id=wish.deal_id, reason=wish.reason, note=wish.note, version=wish.version
        )
        left = _left_open(within, wish.deal_id)
    return _with(_told(within, wish.deal_id, version), made, left)


def _left_open(within: Within, deal_id: int) -> str:
    """That a closed deal still has something to do, which stays among the tasks; empty where it has not."""
    from funnel_tui.services.tasks import left_open

    left = left_open(within.call, deal_id)
    words = trn("{n} task of it stays open.", "{n} tasks of it stay open.", left)
    return words.format(n=left) if left else ""


def _with(told: Told, *sentences: str) -> Told:
    """What is told, followed by what else there is to say."""
    more = " ".join(filter(None, sentences))
    return replace(told, words=f"{told.words}. {more}") if more else told


def new_reason(workspace: Workspace, name: str) -> str:
    """What to say of a loss reason that is not known yet; empty for a known one."""
    from funnel_tui.services.vocabulary import new_reason_words

    with workspace.read() as reader:
        words = new_reason_words(reader, name)
    # Translators: {words} is "A new loss reason: Prcie. Did you mean price?"
    return with_keys(tr("{words} {undo} takes it back."), words=words) if words else ""


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

    version = edit_deal(within, deal_id=deal_id, version=version, changes=_columns(within, values))
    lines = values.get("demand")
    if isinstance(lines, tuple):
        from funnel_tui.services.demand import set_demand

        seen = values.get(DEMAND_SEEN, ())
        set_demand(within, deal_id=deal_id, lines=lines, seen=seen if isinstance(seen, tuple) else ())
    return version


def _told(within: Within, deal_id: int, version: int) -> Told:
    return Told(_summary(within), deal_id, {(DEAL, deal_id): version})


def _summary(within: Within) -> str:
    """What the history says of it."""
    return within.call.summary
