"""Kinds of interaction: a table that the team extends, each counted for a step of the activity funnel.

A database begins with the kinds of :data:`~funnel_tui.domain.interactions.KINDS`. They are written when a
kind is first needed, and are nobody's change: undoing the first call does not take the kinds with it. From
then on the table is the team's: what was renamed, retired or deleted does not come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from funnel_tui.domain.interactions import KINDS, KindFact
from funnel_tui.domain.status import ActivityStep, ChangeOp
from funnel_tui.errors import InvalidInput, Refused, StaleEdit
from funnel_tui.language import tr, trn
from funnel_tui.models import InteractionKind
from funnel_tui.models.inputs import checked, label_of
from funnel_tui.models.inputs_interactions import KindCreate, KindUpdate
from funnel_tui.queries.targets import kinds_in_order
from funnel_tui.services.kind_list import pick_kind
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.workspace import Workspace

_NEW = text(
    "INSERT INTO interaction_kind (name, step, position, active, version) "
    "SELECT :name, :step, coalesce(max(position), 0) + 1, 1, 1 FROM interaction_kind WHERE true "
    "ON CONFLICT (name) DO NOTHING RETURNING id, position"
)
# Somebody else may need them at the same moment.
_FIRST = text(
    "INSERT INTO interaction_kind (name, step, position, active, version) "
    "VALUES (:name, :step, :position, 1, 1) ON CONFLICT (name) DO NOTHING"
)
_USED = ("interaction", "activity_target")
"""Tables that refer to a kind. What is counted per day follows from the first."""


def add_kind(workspace: Workspace, *, name: str, step: str = ActivityStep.NONE) -> int:
    """Add a kind, at the end.

    :param step: what it counts for: calls, meetings, proposals, contracts, paid or none.
    :returns: its number.
    :raises InvalidInput: for a name that is taken, whatever the case, or an unknown step.
    """
    given = checked(KindCreate, {"name": name, "step": step})
    with workspace.change("add_kind") as call:
        known = settle_kinds(call)
        _refuse_taken(known, given.name, None)
        last = call.reader.rows("SELECT max(position) FROM interaction_kind")[0][0]
        call.summary = tr("Added the kind of interaction {kind}").format(kind=given.name)
        return call.insert(InteractionKind, {**given.model_dump(), "position": int(last) + 1})


def edit_kind(
    workspace: Workspace, *, kind: int | str, changes: Mapping[str, Any], version: int | None = None
) -> int:
    """Rename a kind, count it for another step, retire it or put it to use again.

    :param kind: its number or its name.
    :param changes: name, step, active. A new step counts for the past too.
    :param version: the version that the changes are based on, or None not to ask.
    :returns: the new version.
    :raises NotFound: for an unknown kind.
    :raises InvalidInput: for a name that is taken, or an unknown step.
    :raises StaleEdit: when somebody else changed it since.
    """
    given = checked(KindUpdate, changes).model_dump(exclude_unset=True)
    with workspace.change("edit_kind") as call:
        known = settle_kinds(call)
        row = call.get(InteractionKind, pick_kind(known, kind).id)
        if version is not None and version != row["version"]:
            raise StaleEdit(
                tr("The kind {kind} was changed after you opened it.").format(kind=row["name"]),
                mine=dict(given),
                theirs={name: row[name] for name in given},
            )
        if "name" in given:
            _refuse_taken(known, given["name"], row["id"])
        words = ", ".join(label_of(name) for name in given if given[name] != row[name])
        call.summary = tr("Edited the kind of interaction {kind}: {fields}").format(
            kind=row["name"], fields=words
        )
        if given.get("active", row["active"]) != row["active"]:
            if given["active"]:
                words = tr("Restored the kind of interaction {kind}")
            else:
                words = tr("Retired the kind of interaction {kind}")
            call.summary = words.format(kind=row["name"])
        return call.update(InteractionKind, row, given)


def retire_kind(workspace: Workspace, *, kind: int | str) -> int:
    """Take a kind out of use: no longer offered, but what was logged stays; see :func:`edit_kind`."""
    return edit_kind(workspace, kind=kind, changes={"active": False})


def restore_kind(workspace: Workspace, *, kind: int | str) -> int:
    """Put a retired kind to use again; see :func:`edit_kind`."""
    return edit_kind(workspace, kind=kind, changes={"active": True})


def reorder_kinds(workspace: Workspace, *, kinds: Sequence[int | str]) -> None:
    """Put the kinds into another order.

    :param kinds: every kind once, by number or name; retired ones may be left out and come last.
    :raises InvalidInput: when one that is in use is left out, or one is named twice.
    :raises NotFound: for an unknown kind.
    """
    with workspace.change("reorder_kinds") as call:
        known = settle_kinds(call)
        wanted = [pick_kind(known, kind) for kind in kinds]
        numbers = [kind.id for kind in wanted]
        if len(set(numbers)) < len(numbers):
            raise InvalidInput("kinds", tr("A kind is named twice."), tr("Name each once."))
        missing = [kind.name for kind in known if kind.active and kind.id not in numbers]
        if missing:
            raise InvalidInput(
                "kinds",
                tr("The order leaves out {kinds}.").format(kinds=", ".join(missing)),
                tr("Name every kind that is in use."),
            )
        wanted += [kind for kind in known if kind.id not in numbers]
        call.summary = tr("Reordered the kinds of interaction: {kinds}").format(
            kinds=", ".join(kind.name for kind in wanted)
        )
        rows = {kind.id: call.get(InteractionKind, kind.id) for kind in sorted(wanted, key=lambda k: k.id)}
        for position, kind in enumerate(wanted, 1):
            call.update(InteractionKind, rows[kind.id], {"position": position})


def delete_kind(workspace: Workspace, *, kind: int | str) -> None:
    """Delete a kind that was never used.

    :raises NotFound: for an unknown kind.
    :raises Refused: when there are interactions or targets of the kind, or when it is the last one.
    """
    with workspace.change("delete_kind") as call:
        known = settle_kinds(call)
        row = call.get(InteractionKind, pick_kind(known, kind).id)
        for table in _USED:
            sql = f"SELECT count(*) FROM {table} WHERE kind_id = :kind"  # noqa: S608 - one of two names
            count = int(call.reader.rows(sql, {"kind": row["id"]})[0][0])
            if count:
                raise Refused(
                    _held(table, count).format(kind=row["name"], n=count),
                    tr("Retire it instead."),
                )
        if len(known) == 1:
            raise Refused(
                tr("{kind} is the only kind of interaction.").format(kind=row["name"]),
                tr("Add another one first."),
            )
        call.summary = tr("Deleted the kind of interaction {kind}").format(kind=row["name"])
        call.delete(InteractionKind, row)


def _held(table: str, count: int) -> str:
    """Why a kind cannot be deleted; its name and the number come in."""
    if table == "interaction":
        return trn(
            "{kind} cannot be deleted: there is {n:,} interaction of that kind.",
            "{kind} cannot be deleted: there are {n:,} interactions of that kind.",
            count,
        )
    return trn(
        "{kind} cannot be deleted: there is {n:,} target of that kind.",
        "{kind} cannot be deleted: there are {n:,} targets of that kind.",
        count,
    )


def settle_kinds(call: Transaction) -> list[KindFact]:
    """The kinds in order; a database without any gets those that every database begins with."""
    known = kinds_in_order(call.reader)
    if known:
        return known
    for position, (name, step) in enumerate(KINDS.items(), 1):
        call.connection.execute(_FIRST, {"name": name, "step": step.value, "position": position})
    return kinds_in_order(call.reader)


def ensure_kind(call: Transaction, name: str, step: ActivityStep) -> int:
    """The number of a kind of interaction: that of the name, else the first of the step, else a new one."""
    known = settle_kinds(call)
    named = [kind.id for kind in known if kind.name.casefold() == name.casefold()]
    alike = [kind.id for kind in known if kind.step is step and step is not ActivityStep.NONE]
    if named or alike:
        return (named or alike)[0]
    made = call.connection.execute(_NEW, {"name": name, "step": step.value}).first()
    if made is None:
        # Somebody else needed it at the same moment.
        return ensure_kind(call, name, step)
    number, position = int(made[0]), int(made[1])
    values = {"id": number, "name": name, "step": step, "position": position, "active": True, "version": 1}
    call.record(table_of(InteractionKind), number, ChangeOp.INSERT, None, values)
    return number


def _refuse_taken(known: Sequence[KindFact], name: str, own: int | None) -> None:
    for kind in known:
        if kind.name.casefold() == name.casefold() and kind.id != own:
            if kind.active:
                words = tr("There is already a kind {kind!r}.")
            else:
                words = tr("There is already a kind {kind!r}, which is retired.")
            raise InvalidInput("name", words.format(kind=kind.name))
