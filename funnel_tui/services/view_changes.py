"""Saving, replacing and removing views. Each call is one transaction and one change group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import select

from funnel_tui.db import Reader
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import Refused
from funnel_tui.language import tr
from funnel_tui.models import Rep, SavedView
from funnel_tui.models.inputs import Input, Name, checked
from funnel_tui.queries.names import resolve
from funnel_tui.services.transaction import Transaction, table_of
from funnel_tui.services.views import find_view, scope_to_json
from funnel_tui.services.workspace import Workspace

SCENARIO = "plan"
"""The screen that scenarios are kept for."""


class ViewInput(Input):
    """What a view is called, and which screen it is for."""

    name: Name
    screen: Literal["stages", "deals", "interactions", "quotas", "today"] = "stages"


def add_view(
    workspace: Workspace,
    *,
    name: str,
    scope: Scope,
    screen: str = "stages",
    rep_id: int | None = None,
    replace: bool = False,
    is_default: bool | None = None,
    shown: Mapping[str, str] | None = None,
) -> int:
    """Save a scope under a name.

    :param scope: pipelines, owner and team are named as they are stored.
    :param screen: one of :data:`funnel_tui.services.views.SCREENS`.
    :param rep_id: whose view it is; None for everybody's.
    :param replace: take the place of a view that has the name, whatever the case.
    :param is_default: whether the screen opens with it; None leaves it as it is.
    :param shown: how the screen is set.
    :returns: its number.
    :raises InvalidInput: for a name that is empty, too long or no text, and for an unknown screen.
    :raises NotFound: for an unknown pipeline, rep or team.
    :raises FilterError: for a filter that cannot be used.
    :raises Refused: when the name is taken and ``replace`` was not said.
    """
    given = checked(ViewInput, {"name": name, "screen": screen})
    _check_filter(workspace, scope.where)
    with workspace.change("add_view") as call:
        call.alone()
        if rep_id is not None:
            call.require(Rep, rep_id)
        values: dict[str, Any] = {
            "name": given.name,
            "rep_id": rep_id,
            "screen": given.screen,
            "scope": scope_to_json(_stored(call.reader, scope), shown),
        }
        if is_default is not None:
            values["is_default"] = is_default
        present = view_named(call, given.name)
        _refuse_taken(present, replace=replace)
        if is_default:
            _unset_defaults(call, given.screen, rep_id, None if present is None else present[0])
        if present is None:
            call.summary = tr("Saved view {name}").format(name=given.name)
            return call.insert(SavedView, values)
        call.summary = tr("Changed view {name}").format(name=given.name)
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
        call.summary = tr("Removed view {name}").format(name=view.name)
        call.delete(SavedView, call.get(SavedView, view.id))
    return view.name


def rename_view(workspace: Workspace, view_id: int, name: str) -> str:
    """Give a view another name.

    :returns: the name as it is stored.
    :raises InvalidInput: for a name that is empty, too long or no text.
    :raises NotFound: when the view is gone.
    :raises Refused: when another view has the name.
    """
    given = checked(ViewInput, {"name": name})
    with workspace.change("rename_view") as call:
        call.alone()
        before = call.get(SavedView, view_id)
        present = view_named(call, given.name)
        if present is not None and present[0] != view_id:
            _refuse_taken(present, replace=False)
        call.summary = tr("Renamed view {former} to {name}").format(former=before["name"], name=given.name)
        call.update(SavedView, before, {"name": given.name})
    return given.name


def set_default_view(workspace: Workspace, view_id: int, is_default: bool) -> str:
    """Let a screen open with a view, or with none.

    A screen has one default view for the team and one for each rep, which goes first.

    :returns: the name of the view.
    :raises NotFound: when it is gone.
    """
    with workspace.change("set_default_view") as call:
        call.alone()
        before = call.get(SavedView, view_id)
        name = str(before["name"])
        if is_default:
            _unset_defaults(call, before["screen"], before["rep_id"], view_id)
        words = tr("{view}: the default view of {screen}")
        if not is_default:
            words = tr("{view}: no longer the default view of {screen}")
        call.summary = words.format(view=name, screen=before["screen"])
        call.update(SavedView, before, {"is_default": is_default})
    return name


def remove_view_numbered(workspace: Workspace, view_id: int) -> str:
    """Remove a view by its number.

    :returns: its name.
    :raises NotFound: when it is gone.
    """
    with workspace.change("remove_view") as call:
        before = call.get(SavedView, view_id)
        call.summary = tr("Removed view {name}").format(name=before["name"])
        call.delete(SavedView, before)
    return str(before["name"])


def _refuse_taken(present: tuple[int, str, str] | None, *, replace: bool) -> None:
    """Refuse a name that is taken; a scenario is never replaced by a view."""
    if present is None:
        return
    _, known, screen = present
    if screen == SCENARIO:
        raise Refused(
            tr("A scenario is called {name!r}.").format(name=known), tr("Give the view another name.")
        )
    if not replace:
        raise Refused(
            tr("There is already a view {name!r}.").format(name=known),
            tr("Give another name, or --replace to change it."),
        )


def _unset_defaults(call: Transaction, screen: str, rep_id: int | None, but: int | None) -> None:
    """The other views of a screen and of the same people are its default no more."""
    table = table_of(SavedView)
    rows = call.connection.execute(
        select(table.c.id).where(
            table.c.is_default == 1,
            table.c.screen == screen,
            table.c.rep_id.is_(None) if rep_id is None else table.c.rep_id == rep_id,
        )
    )
    for (number,) in rows.all():
        if number != but:
            call.update(SavedView, call.get(SavedView, number), {"is_default": False})


def _check_filter(workspace: Workspace, where: str) -> None:
    """Refuse a filter that cannot be used.

    :raises FilterError: with the column of what is wrong.
    """
    if where.strip():
        from funnel_tui.services.filtering import filter_now

        with workspace.read() as reader:
            filter_now(workspace, reader, where)


def _stored(reader: Reader, scope: Scope) -> Scope:
    """The scope with the names as they are stored."""

    def known(entity: str, name: str | None) -> str | None:
        return None if name is None else resolve(reader, entity, name)[1]

    return scope.with_(
        pipelines=tuple(resolve(reader, "pipeline", name)[1] for name in scope.pipelines),
        owner=known("rep", scope.owner),
        team=known("team", scope.team),
    )


def view_named(call: Transaction, name: str) -> tuple[int, str, str] | None:
    """Number, name and screen of the view that has a name, whatever the case."""
    table = table_of(SavedView)
    for number, known, screen in call.connection.execute(select(table.c.id, table.c.name, table.c.screen)):
        if known.casefold() == name.casefold():
            return int(number), str(known), str(screen)
    return None
