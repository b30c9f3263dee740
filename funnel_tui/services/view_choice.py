"""Saved views as the app offers them: those of the team and of the user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.domain.view_list import ViewItem
from funnel_tui.errors import FunnelError, NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.queries.views import SavedScope, saved_views
from funnel_tui.services.agenda import rep_of_user
from funnel_tui.services.views import SCREENS, scope_from_json, scope_in_words, words_of
from funnel_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PickedView:
    """A view that was picked.

    :param scope: what it looks at.
    :param shown: how its screen is set, by words of the screen's own.
    """

    item: ViewItem
    scope: Scope
    shown: Mapping[str, str]


def view_items(workspace: Workspace) -> list[ViewItem]:
    """The views of the team and of the user, by name. Those of other reps and scenarios are left out."""
    me = rep_of_user(workspace)
    mine = None if me is None else me[0]
    with workspace.read() as reader:
        found = saved_views(reader)
    return [_item(view) for view in found if view.screen in SCREENS and view.rep_id in {None, mine}]


def _item(view: SavedScope) -> ViewItem:
    words = words_of(view.scope)
    return ViewItem(
        *(view.id, view.name, view.screen, view.rep),
        tr("cannot be read") if words is None else scope_in_words(words),
        view.is_default,
    )


def pick_view(workspace: Workspace, view_id: int) -> PickedView:
    """What a view looks at.

    :raises NotFound: when it is gone.
    :raises Refused: when it cannot be read.
    """
    settings = workspace.settings()
    with workspace.read() as reader:
        found = next((view for view in saved_views(reader) if view.id == view_id), None)
    if found is None:
        raise NotFound(tr("The view is gone."), tr("Somebody may have removed it."))
    return _picked(found, settings, workspace.clock())


def default_views(workspace: Workspace) -> dict[str, PickedView]:
    """The view that each screen opens with, by screen; one of the user's own goes before one of the team.

    A view that cannot be read is no default: the screen opens as it would without.
    """
    me = rep_of_user(workspace)
    mine = None if me is None else me[0]
    with workspace.read() as reader:
        found = [view for view in saved_views(reader) if view.is_default and view.screen in SCREENS]
    settings = workspace.settings() if found else None
    chosen: dict[str, PickedView] = {}
    for view in sorted(found, key=lambda view: view.rep_id is None, reverse=True):
        if view.rep_id in {None, mine} and settings is not None:
            try:
                chosen[view.screen] = _picked(view, settings, workspace.clock())
            except Refused:
                continue
    return chosen


def _picked(view: SavedScope, settings: TeamSettings, now: int) -> PickedView:
    try:
        words: dict[str, Any] = words_of(view.scope) or {}
        shown = {str(key): str(value) for key, value in dict(words.get("shown") or {}).items()}
        return PickedView(_item(view), scope_from_json(view.scope, settings, now), shown)
    except (ValueError, TypeError, AttributeError, FunnelError) as error:
        raise Refused(
            tr("The saved view {name!r} cannot be read: {why}.").format(name=view.name, why=error),
            tr("Save it anew."),
        ) from error
