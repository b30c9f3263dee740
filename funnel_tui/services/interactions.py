"""Interactions: log, edit, finish what was planned, delete. Each call is one change group.

Linking them to deals is in :mod:`funnel_tui.services.interaction_links`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from funnel_tui.domain.builtin_words import kind_word, outcome_word
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.logged import Logged, NextTask
from funnel_tui.domain.period import day_number, local_day
from funnel_tui.domain.status import Direction
from funnel_tui.domain.tasks import TaskFact
from funnel_tui.errors import InvalidInput, Refused
from funnel_tui.language import tr
from funnel_tui.models import Deal, Rep
from funnel_tui.models.inputs import checked, label_of
from funnel_tui.models.inputs_interactions import InteractionCreate, InteractionEnd, InteractionUpdate
from funnel_tui.queries.tasks import tasks_of_deal
from funnel_tui.services.activity_days import zone_of
from funnel_tui.services.done_interactions import finished_by
from funnel_tui.services.interaction_kinds import settle_kinds
from funnel_tui.services.interaction_rules import (
    Row,
    about,
    instant_of,
    locked,
    passed_notice,
    refuse_impossible,
    settle_whom,
    whom_of,
)
from funnel_tui.services.interaction_writing import change_interaction, remove_interaction, write_interaction
from funnel_tui.services.kind_list import known_kinds, pick_kind
from funnel_tui.services.tasks import close_task, create_task
from funnel_tui.services.together import Within
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace

_WHOM = ("deal_id", "organisation_id", "person_id")


def log_interaction(
    workspace: Workspace,
    *,
    kind: str | int,
    owner_id: int,
    deal_id: int | None = None,
    organisation_id: int | None = None,
    person_id: int | None = None,
    direction: str = Direction.OUT,
    outcome: str | None = None,
    at: int | None = None,
    planned: bool = False,
    duration_seconds: int | None = None,
    note: str | None = None,
    next_task: NextTask | None = None,
    finishes_task_id: int | None = None,
) -> Logged:
    """Log an interaction that took place, or plan one; with it the task that follows.

    :param kind: the name of a kind, whatever the case, or its number.
    :param owner_id: the rep.
    :param deal_id: its organisation is taken over; without a deal, that of the person.
    :param organisation_id: for an interaction without a deal.
    :param direction: ``out`` or ``in``.
    :param outcome: how it ended; see :data:`~funnel_tui.domain.interactions.OUTCOMES`.
    :param at: when, in epoch seconds; None for now. What is planned needs a time.
    :param planned: it is still to come. A time that has passed is allowed, and told.
    :param next_task: a task to be made on the same deal, or on none.
    :param finishes_task_id: an open task of the deal that is done with it; see :func:`tasks_to_finish`.
    :raises InvalidInput: for a value that is not acceptable, such as a negative duration, a planned one
        without a time or with an outcome, or when it is attached to nothing.
    :raises NotFound: for an unknown kind (with those there are), rep, deal, organisation, person or task.
    :raises Refused: done in the future, before the deal existed, for a retired kind, for a person of another
        organisation who has no part in the deal, or for a task that is closed or of another deal.
    """
    said = {"owner_id": owner_id, "direction": direction, "outcome": outcome, "planned": planned}
    said |= {"deal_id": deal_id, "organisation_id": organisation_id, "person_id": person_id}
    said |= {"duration_seconds": duration_seconds, "note": note, "at": 0 if at is None else at}
    given = checked(InteractionCreate, said).model_dump()
    if planned and at is None:
        raise InvalidInput("at", tr("What is planned needs a time."), tr("For example fri 14:30."))
    if planned and finishes_task_id is not None:
        raise Refused(
            tr("What is only planned finishes no task."), tr("Log it as done, or leave the task open.")
        )
    with workspace.change("log_interaction") as call:
        known = pick_kind(settle_kinds(call), kind, in_use=True)
        whom = settle_whom(call, *(given[name] for name in _WHOM))
        call.require(Rep, owner_id)
        row = {**given, **whom.columns, "at": instant_of(call, at, whom.deal), "kind_id": known.id}
        refuse_impossible(call, row, known.name, whom.deal, now=at is None)
        notices = passed_notice(call, row["at"], known.name) if planned else ()
        logged = _logged(write_interaction(call, row), 1, whom.columns, notices)
        if finishes_task_id is not None:
            logged = _finish_task(call, logged, finishes_task_id, row["outcome"])
        logged = _next_task(workspace, call, logged, owner_id, next_task)
        return _told(call, logged, known, row)


def edit_interaction(
    workspace: Workspace, *, interaction_id: int, version: int, changes: Mapping[str, Any]
) -> int:
    """Change an interaction.

    :param version: the version that the changes are based on.
    :param changes: kind (name or number), owner_id, deal_id, organisation_id, person_id, direction, outcome,
        at, planned, duration_seconds, note. A new deal or person brings its organisation, unless one is
        given.
    :returns: the new version.
    :raises StaleEdit: when somebody else changed it since, with both versions.
    :raises InvalidInput: for a value that is not acceptable.
    :raises NotFound: for an unknown interaction, kind, rep, deal, organisation or person.
    :raises Refused: as :func:`log_interaction`.
    """
    kind = changes.get("kind")
    given = checked(InteractionUpdate, {name: value for name, value in changes.items() if name != "kind"})
    new = given.model_dump(exclude_unset=True)
    with workspace.change("edit_interaction") as call:
        mine = {**new, **({} if kind is None else {"kind": kind})}
        row = locked(call, interaction_id, version, mine, new.get("deal_id"))
        was = known = _kind_of(call, row)
        if kind is not None and (known := pick_kind(settle_kinds(call), kind)).id != was.id:
            known = pick_kind([known], known.id, in_use=True)
        new["kind_id"] = known.id
        if "owner_id" in new:
            call.require(Rep, new["owner_id"])
        new |= _whom_after(call, row, new)
        _refuse_after(call, row, new, known.name)
        words = dict.fromkeys(label_of(name) for name in new if new[name] != row[name])
        call.summary = tr("Edited {interaction}: {fields}").format(
            interaction=about(call, row, kind_word(was.name).lower()), fields=", ".join(words)
        )
        return change_interaction(call, row, new)


def finish_planned(
    workspace: Workspace,
    *,
    interaction_id: int,
    outcome: str | None = None,
    at: int | None = None,
    duration_seconds: int | None = None,
    note: str | None = None,
    version: int | None = None,
) -> Logged:
    """Say that a planned interaction took place.

    :param at: when; None for the time it was planned for, or now if that is still to come.
    :param duration_seconds: None leaves what was planned, as with ``note``.
    :param version: the version that the caller saw, or None not to ask.
    :raises Refused: when it was done already, in the future, or before its deal existed.
    :raises InvalidInput: for a value that is not acceptable.
    :raises NotFound: when there is no such interaction.
    :raises StaleEdit: when somebody else changed it since ``version``.
    """
    end = checked(InteractionEnd, {"outcome": outcome, "duration_seconds": duration_seconds, "note": note})
    said = {name: value for name, value in end.model_dump().items() if value is not None}
    if at is not None:
        said["at"] = checked(InteractionUpdate, {"at": at}).at
    with workspace.change("finish_interaction") as call:
        row = locked(call, interaction_id, version, said)
        kind = _kind_of(call, row)
        if not row["planned"]:
            raise Refused(
                tr("The {kind} took place already.").format(kind=kind_word(kind.name).lower()),
                tr("Edit it instead."),
            )
        new = {"at": min(row["at"], call.at), **said, "planned": False}
        _refuse_after(call, row, new, kind.name)
        logged = _logged(interaction_id, change_interaction(call, row, new), row)
        return _told(call, logged, kind, {**row, **new})


def delete_interaction(workspace: Workspace, *, interaction_id: int, version: int | None = None) -> None:
    """Delete an interaction. It stays in the history of changes, and can be brought back from there.

    :param version: the version that the caller saw, or None not to ask.
    :raises NotFound: when there is none.
    :raises StaleEdit: when somebody else changed it since ``version``.
    """
    with workspace.change("delete_interaction") as call:
        row = locked(call, interaction_id, version)
        what = about(call, row, kind_word(_kind_of(call, row).name).lower())
        call.summary = tr("Deleted {interaction}").format(interaction=what)
        remove_interaction(call, row)


def tasks_to_finish(workspace: Workspace, *, kind: str | int, deal_id: int) -> list[TaskFact]:
    """The open tasks of a deal that an interaction may be the end of: of the same kind, due today or overdue.

    Nobody guesses: they are offered, and :func:`log_interaction` is told which one.

    :param kind: the name or number of a kind of interaction.
    :returns: those due first come first.
    :raises NotFound: for an unknown kind.
    """
    with workspace.read() as reader:
        known = pick_kind(known_kinds(reader), kind)
        today = day_number(local_day(workspace.clock(), zone_of(reader)))
        return finished_by(tasks_of_deal(reader, deal_id, only_open=True), known.name, known.step, today)


def _logged(number: int, version: int, row: Row, notices: tuple[str, ...] = ()) -> Logged:
    deal, organisation, person = (row[name] for name in _WHOM)
    return Logged(number, version, None, deal, organisation, person, notices=notices)


def _kind_of(call: Transaction, row: Row) -> KindFact:
    return pick_kind(known_kinds(call.reader), row["kind_id"])


def _whom_after(call: Transaction, row: Row, new: Row) -> dict[str, Any]:
    """What an interaction is attached to after an edit; nothing when the edit says nothing about it."""
    moved = {name for name in _WHOM if name in new and new[name] != row[name]}
    if not moved:
        return {}
    deal, organisation, person = (new.get(name, row[name]) for name in _WHOM)
    if "organisation_id" not in moved and (deal is not None or person is not None):
        # It follows from the new deal or person; the one before stays only where they have none.
        found = settle_whom(call, deal, None, person).columns
        return {**found, "organisation_id": found["organisation_id"] or row["organisation_id"]}
    return settle_whom(call, deal, organisation, person).columns


def _refuse_after(call: Transaction, row: Row, new: Row, kind: str) -> None:
    """Refuse what cannot be, as far as an edit changes it.

    An interaction of before its deal stays one: it was linked later, and the deal may have come of it.
    """
    after = {**row, **new}
    if all(after[name] == row[name] for name in ("at", "planned", "outcome")):
        return
    deal = None
    if after["at"] != row["at"] and after["deal_id"] is not None:
        deal = call.get(Deal, after["deal_id"])
        if row["deal_id"] == after["deal_id"] and row["at"] < deal["created_at"]:
            deal = None
    refuse_impossible(call, after, kind, deal)


def _finish_task(call: Transaction, logged: Logged, task_id: int, outcome: str | None) -> Logged:
    """Close the task that an interaction was the end of, and let its deal move on if it was the last one."""
    onward = close_task(call, task_id, outcome, deal_id=logged.deal_id)
    return replace(logged, moved_to=onward.stage, ready_to_win=onward.ready_to_win)


def _next_task(
    workspace: Workspace, call: Transaction, logged: Logged, owner_id: int, wanted: NextTask | None
) -> Logged:
    """Make the task that follows. Without a deal and a title it is called after whom it is with."""
    if wanted is None:
        return logged
    whom = {name: getattr(logged, name) for name in _WHOM}
    title = wanted.title
    if not title.strip() and logged.deal_id is None:
        title = whom_of(call, whom)
    task_id = create_task(
        Within(workspace, call),
        owner_id=wanted.owner_id or owner_id,
        kind=wanted.kind,
        title=title,
        deal_id=logged.deal_id,
        due=wanted.due,
    )
    return replace(logged, task_id=task_id)


def _told(call: Transaction, logged: Logged, kind: KindFact, row: Row) -> Logged:
    """Say what was logged: ``Logged call with Fjordline (voicemail)``."""
    what = about(call, row, kind_word(kind.name).lower())
    if row["outcome"]:
        what = f"{what} ({outcome_word(row['outcome'])})"
    words = tr("Planned {interaction}") if row["planned"] else tr("Logged {interaction}")
    call.summary = words.format(interaction=what)
    return replace(logged, summary=call.summary)
