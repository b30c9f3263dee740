"""What dialogs about interactions answer, as service calls. Each answer is one change group: one undo."""

from __future__ import annotations

from typing import Any

from funnel_tui.dialogs.interaction_wishes import LogWish
from funnel_tui.domain.logged import NextTask
from funnel_tui.language import tr
from funnel_tui.screens.writing import Told
from funnel_tui.services.log_desk import changes_of, instant_meant
from funnel_tui.services.together import Within, together
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys


def save(workspace: Workspace, wish: LogWish) -> Told:
    """Log an interaction, or change one; a person that was typed for the first time is created with it."""
    return _log(workspace, wish) if wish.interaction_id is None else _edit(workspace, wish)


def _log(workspace: Workspace, wish: LogWish) -> Told:
    from funnel_tui.services.interactions import log_interaction

    at = instant_meant(workspace, wish.settings, wish.at, planned=wish.planned, since=wish.since)
    subject, following = wish.subject, wish.next
    with together(workspace, "log_interaction") as within:
        person_id = _person(within, wish)
        logged = log_interaction(
            within,
            kind=wish.kind,
            owner_id=wish.owner_id,
            deal_id=subject.deal_id,
            organisation_id=None if subject.deal_id is not None else subject.organisation_id,
            person_id=person_id,
            direction=wish.direction,
            outcome=wish.outcome,
            at=at,
            planned=wish.planned,
            duration_seconds=wish.duration_seconds,
            note=wish.note,
            next_task=None
            if following is None
            else NextTask(following.kind, following.title, following.due, following.owner_id),
            finishes_task_id=wish.finishes,
        )
        words = [with_keys(tr("{summary}; {undo} takes it back."), summary=within.call.summary)]
    if wish.finishes is not None:
        words.append(tr("The task is done."))
    if logged.moved_to is not None:
        words.append(tr("The deal moved on to {stage}.").format(stage=logged.moved_to))
    if logged.ready_to_win:
        words.append(with_keys(tr("Everything of the last stage is done: {win} wins the deal.")))
    return Told(" ".join(words), logged)


def _edit(workspace: Workspace, wish: LogWish) -> Told:
    from funnel_tui.services.interaction_list import one_interaction
    from funnel_tui.services.interactions import edit_interaction

    assert wish.interaction_id is not None
    assert wish.version is not None
    at = None
    if wish.at is not None:
        at = instant_meant(workspace, wish.settings, wish.at, planned=wish.planned, since=wish.since)
    fact = one_interaction(workspace, wish.interaction_id)
    with together(workspace, "edit_interaction") as within:
        wanted: dict[str, Any] = {
            "kind": wish.kind,
            "owner_id": wish.owner_id,
            "person_id": _person(within, wish),
            "direction": wish.direction,
            "outcome": wish.outcome,
            "at": at,
            "planned": wish.planned,
            "duration_seconds": wish.duration_seconds,
            "note": wish.note,
        }
        changes = changes_of(fact, wanted)
        if not changes:
            return Told(written=False)
        edit_interaction(within, interaction_id=wish.interaction_id, version=wish.version, changes=changes)
        summary = within.call.summary
    return Told(with_keys(tr("{summary}; {undo} takes it back."), summary=summary))


def _person(within: Within, wish: LogWish) -> int | None:
    """The number of the person; a new one is created."""
    pick = wish.person
    if pick is None or pick.id is not None:
        return None if pick is None else pick.id
    from funnel_tui.services.people import create_person

    organisation_id = wish.subject.organisation_id
    if wish.subject.deal_id is not None:
        rows = within.call.reader.rows(
            "SELECT organisation_id FROM deal WHERE id = :deal", {"deal": wish.subject.deal_id}
        )
        organisation_id = rows[0][0] if rows else None
    return create_person(within, name=pick.name, organisation_id=organisation_id)
