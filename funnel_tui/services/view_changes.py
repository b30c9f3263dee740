"""Saving, replacing and removing views. Each call is one transaction and one change group."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from funnel_tui.db import Reader
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import Refused
from funnel_tui.models import Rep, SavedView
from funnel_tui.models.inputs import Input, Name, checked
from funnel_tui.queries.names import resolve
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.views import find_view, scope_to_json
from funnel_tui.services.workspace import Workspace


class ViewInput(Input):
    """What a view is called, and which screen it is for."""

    name: Name
    screen: Literal["stages", "deals", "today"] = "stages"


def add_view(
    workspace: Workspace,
    *,
    name: str,
    scope: Scope,
    screen: str = "stages",
    rep_id: int | None = None,
    replace: bool = False,
) -> int:
    """Save a scope under a name.

    :param scope: pipelines, owner and team are named as they are stored.
    :param screen: one of :data:`funnel_tui.services.views.SCREENS`.
    :param rep_id: whose view it is; None for everybody's.
    :param replace: take the place of a view that has the name, whatever the case.
    :returns: its number.
    :raises InvalidInput: for a name that is empty, too long or no text, and for an unknown screen.
    :raises NotFound: for an unknown pipeline, rep or team.
    :raises Refused: when the name is taken and ``replace`` was not said.
    """
    given = checked(ViewInput, {"name": name, "screen": screen})
    with workspace.change("add_view") as call:
        call.alone()
        if rep_id is not None:
            call.require(Rep, rep_id)
        values = {
            "name": given.name,
            "rep_id": rep_id,
            "screen": given.screen,
            "scope": scope_to_json(_stored(call.reader, scope)),
        }
        present = _named(call, given.name)
        if present is not None and not replace:
            raise Refused(
                f"There is already a view {present[1]!r}.", "Give another name, or --replace to change it."
            )
        if present is None:
            call.summary = f"Saved view {given.name}"
            return call.insert(SavedView, values)
        call.summary = f"Changed view {given.name}"
        call.update(SavedView, call.get(SavedView, present[0]), values)
        return present[0]


def remove_view(workspace: Workspace, *, name: str) -> str:
    """Remove a view.

    :param name: its name, whatever the case.
    :returns: its name as it was stored.
    :raises NotFound: when no view has that name; the nearest one is suggested.
    """
    view = find_view(workspace, name)
    with workspace.change("remove_view") as call:
        call.summary = f"Removed view {view.name}"
        call.delete(SavedView, call.get(SavedView, view.id))
    return view.name


def _stored(reader: Reader, scope: Scope) -> Scope:
    """The scope with the names as they are stored."""

    def known(entity: str, name: str | None) -> str | None:
        return None if name is None else resolve(reader, entity, name)[1]

    return scope.with_(
        pipelines=tuple(resolve(reader, "pipeline", name)[1] for name in scope.pipelines),
        owner=known("rep", scope.owner),
        team=known("team", scope.team),
    )


def _named(call: Transaction, name: str) -> tuple[int, str] | None:
    """Number and name of the view that has a name, whatever the case."""
    table = table_of(SavedView)
    for number, known in call.connection.execute(select(table.c.id, table.c.name)):
        if known.casefold() == name.casefold():
            return int(number), str(known)
    return None
