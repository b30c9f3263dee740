"""The people of a deal and what they do in it. Each call is one transaction and one change group.

People, tags and demand lines are no columns of the deal: they leave its version alone, so that whoever edits
the deal meanwhile is not refused because a contact was added. What an edit is based on is instead said by the
caller, as what it saw.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from funnel_tui.domain.status import PersonRole
from funnel_tui.errors import InvalidInput, NotFound, StaleEdit
from funnel_tui.language import tr
from funnel_tui.models import Deal, DealPerson
from funnel_tui.models.inputs import checked
from funnel_tui.models.inputs_deal import RoleInput
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.workspace import Workspace

ANY = "any"
"""As the role that was seen: do not ask."""

_part = table_of(DealPerson)


def link_person(workspace: Workspace, *, deal_id: int, person_id: int, role: str | None = None) -> None:
    """Add somebody to a deal.

    :param role: ``decides``, ``influences``, ``uses``, ``blocks``, or None when that is not known.
    :raises InvalidInput: for another role, or when the person is in the deal already.
    :raises NotFound: for an unknown deal or person.
    """
    wanted = checked(RoleInput, {"role": role}).role
    with workspace.change("link_person") as call:
        deal = call.get(Deal, deal_id)
        name = _name(call, person_id)
        if _find(call, deal_id, person_id) is not None:
            raise InvalidInput(
                "person",
                tr("{person} is in {deal} already.").format(person=name, deal=deal["title"]),
                tr("Change the role instead."),
            )
        call.insert(DealPerson, {"deal_id": deal_id, "person_id": person_id, "role": wanted})
        words = tr("Added {person} to {deal}") if wanted is None else tr("Added {person} to {deal}: {role}")
        call.summary = words.format(person=name, deal=deal["title"], role=_word(wanted))


def set_role(
    workspace: Workspace, *, deal_id: int, person_id: int, role: str | None, seen: str | None = ANY
) -> None:
    """Change what somebody does in a deal.

    :param role: as for :func:`link_person`.
    :param seen: the role that the caller saw; :data:`ANY` not to ask.
    :raises InvalidInput: for another role.
    :raises NotFound: for an unknown deal or person.
    :raises StaleEdit: when somebody else changed the role since, or took the person off the deal.
    """
    wanted = checked(RoleInput, {"role": role}).role
    with workspace.change("set_role") as call:
        deal = call.get(Deal, deal_id)
        name = _name(call, person_id)
        row = _seen(call, deal, person_id, name, {"role": wanted}, seen)
        if row["role"] == wanted:
            return
        call.update(DealPerson, row, {"role": wanted})
        call.summary = tr("{person} in {deal}: {role}, was {former}").format(
            person=name, deal=deal["title"], role=_word(wanted), former=_word(row["role"])
        )


def unlink_person(workspace: Workspace, *, deal_id: int, person_id: int, seen: str | None = ANY) -> None:
    """Take somebody off a deal; the person stays.

    :param seen: the role that the caller saw; :data:`ANY` not to ask.
    :raises NotFound: for an unknown deal or person.
    :raises StaleEdit: when somebody else changed the role since, or took the person off the deal.
    """
    with workspace.change("unlink_person") as call:
        deal = call.get(Deal, deal_id)
        name = _name(call, person_id)
        row = _seen(call, deal, person_id, name, {"role": tr("taken off")}, seen)
        call.delete(DealPerson, row)
        call.summary = tr("Took {person} off {deal}").format(person=name, deal=deal["title"])


def is_in_deal(call: Transaction, deal_id: int, person_id: int) -> bool:
    """Whether somebody is in a deal."""
    return _find(call, deal_id, person_id) is not None


def _name(call: Transaction, person_id: int) -> str:
    """:raises NotFound: when there is nobody with that number."""
    rows = call.reader.rows("SELECT name FROM person WHERE id = :id", {"id": person_id})
    if not rows:
        raise NotFound(
            tr("There is no person with number {number}.").format(number=person_id),
            tr("It may have been undone or merged."),
        )
    return str(rows[0][0])


def _find(call: Transaction, deal_id: int, person_id: int) -> dict[str, Any] | None:
    query = select(_part).where(_part.c.deal_id == deal_id, _part.c.person_id == person_id)
    found = call.connection.execute(query).first()
    return None if found is None else dict(found._mapping)


def _seen(
    call: Transaction, deal: Any, person_id: int, name: str, mine: dict[str, Any], seen: str | None
) -> dict[str, Any]:
    """The part of somebody in a deal, as the caller saw it."""
    row = _find(call, deal["id"], person_id)
    if row is None:
        raise StaleEdit(
            tr("{person} is not in {deal} any more.").format(person=name, deal=deal["title"]),
            mine=mine,
            theirs={"role": tr("taken off")},
        )
    if seen not in {ANY, row["role"]}:
        raise StaleEdit(
            tr("The role of {person} in {deal} was changed after you opened it.").format(
                person=name, deal=deal["title"]
            ),
            mine=mine,
            theirs={"role": row["role"]},
        )
    return row


def _word(role: str | None) -> str:
    return tr("no role") if role is None else str(PersonRole(role).value)
