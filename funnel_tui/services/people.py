"""Organisations, persons, reps and teams. Each call is one transaction and one change group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import SQLModel

from funnel_tui.errors import InvalidInput, Refused, StaleEdit
from funnel_tui.language import tr
from funnel_tui.models import Organisation, Person, Rep, Team
from funnel_tui.models.inputs import (
    Input,
    OrganisationCreate,
    OrganisationUpdate,
    PersonCreate,
    PersonUpdate,
    RepCreate,
    RepUpdate,
    TeamCreate,
    TeamUpdate,
    checked,
    label_of,
)
from funnel_tui.services.transaction import Transaction, table_of, words
from funnel_tui.services.workspace import Workspace

_REFERENCES: Mapping[str, type[SQLModel]] = {
    "organisation_id": Organisation,
    "team_id": Team,
    "parent_id": Team,
}
_UNIQUE = (Rep, Team)
"""Tables whose names are taken once, whatever the case."""


def create_organisation(
    workspace: Workspace,
    *,
    name: str,
    status: str = "prospect",
    note: str | None = None,
    external_id: str | None = None,
) -> int:
    """Create an organisation. Two may have the same name.

    :param status: ``prospect`` or ``customer``.
    :param external_id: its id in another program; taken once.
    :returns: its number.
    """
    given = {"name": name, "status": status, "note": note, "external_id": external_id}
    return _create(workspace, Organisation, checked(OrganisationCreate, given))


def edit_organisation(
    workspace: Workspace, *, organisation_id: int, version: int, changes: Mapping[str, Any]
) -> int:
    """Change an organisation.

    :param version: the version that the changes are based on.
    :param changes: new values by field of :func:`create_organisation`.
    :returns: the new version.
    :raises StaleEdit: when somebody else changed it since.
    """
    return _edit(workspace, Organisation, organisation_id, version, checked(OrganisationUpdate, changes))


def create_person(
    workspace: Workspace,
    *,
    name: str,
    organisation_id: int | None = None,
    email: str | None = None,
    phone: str | None = None,
    external_id: str | None = None,
) -> int:
    """Create a person. Two may have the same name.

    :returns: its number.
    :raises NotFound: for an unknown organisation.
    """
    given = {"name": name, "organisation_id": organisation_id, "email": email, "phone": phone}
    return _create(workspace, Person, checked(PersonCreate, {**given, "external_id": external_id}))


def edit_person(workspace: Workspace, *, person_id: int, version: int, changes: Mapping[str, Any]) -> int:
    """Change a person; see :func:`edit_organisation`."""
    return _edit(workspace, Person, person_id, version, checked(PersonUpdate, changes))


def create_rep(
    workspace: Workspace, *, name: str, email: str | None = None, team_id: int | None = None
) -> int:
    """Create somebody who can own deals.

    :returns: its number.
    :raises InvalidInput: when the name is taken.
    :raises NotFound: for an unknown team.
    """
    return _create(workspace, Rep, checked(RepCreate, {"name": name, "email": email, "team_id": team_id}))


def edit_rep(workspace: Workspace, *, rep_id: int, version: int, changes: Mapping[str, Any]) -> int:
    """Change a rep: name, email, team_id, active; see :func:`edit_organisation`."""
    return _edit(workspace, Rep, rep_id, version, checked(RepUpdate, changes))


def create_team(workspace: Workspace, *, name: str, parent_id: int | None = None) -> int:
    """Create a team.

    :param parent_id: the larger team it lies in, or None.
    :returns: its number.
    :raises InvalidInput: when the name is taken.
    """
    return _create(workspace, Team, checked(TeamCreate, {"name": name, "parent_id": parent_id}))


def edit_team(workspace: Workspace, *, team_id: int, version: int, changes: Mapping[str, Any]) -> int:
    """Change a team: name, parent_id; see :func:`edit_organisation`.

    :raises Refused: when the team would lie in itself.
    """
    return _edit(workspace, Team, team_id, version, checked(TeamUpdate, changes))


def _create(workspace: Workspace, model: type[SQLModel], given: Input) -> int:
    values = given.model_dump()
    with workspace.change(f"create_{table_of(model).name}") as call:
        _check(call, model, values, None)
        call.summary = tr("Created {what} {name}").format(what=words(model), name=values["name"])
        return call.insert(model, values)


def _edit(workspace: Workspace, model: type[SQLModel], row_id: int, version: int, given: Input) -> int:
    values = given.model_dump(exclude_unset=True)
    with workspace.change(f"edit_{table_of(model).name}") as call:
        row = call.get(model, row_id)
        if version != row["version"]:
            raise StaleEdit(
                tr("{name} was changed after you opened it.").format(name=row["name"]),
                mine=values,
                theirs={name: row[name] for name in values},
            )
        _check(call, model, values, row_id)
        fields = ", ".join(label_of(name) for name in values if values[name] != row[name])
        call.summary = tr("Edited {what} {name}: {fields}").format(
            what=words(model), name=row["name"], fields=fields
        )
        return call.update(model, row, values)


def _check(call: Transaction, model: type[SQLModel], values: Mapping[str, Any], row_id: int | None) -> None:
    """What an input model cannot know: taken names, rows that are referred to, teams in themselves."""
    if model in _UNIQUE and "name" in values:
        table = table_of(model).name
        for number, known in call.reader.rows(f"SELECT id, name FROM {table}"):  # noqa: S608 - our own table
            if str(known).casefold() == values["name"].casefold() and number != row_id:
                raise InvalidInput(
                    "name", tr("There is already a {what} {name!r}.").format(what=words(model), name=known)
                )
    for field, target in _REFERENCES.items():
        if values.get(field) is not None:
            call.require(target, values[field])
    if model is Team and row_id is not None and values.get("parent_id") is not None:
        parents = dict(call.reader.rows("SELECT id, parent_id FROM team"))
        above = values["parent_id"]
        while above is not None:
            if above == row_id:
                raise Refused(tr("A team cannot lie in itself."), tr("Choose another parent team."))
            above = parents[above]
