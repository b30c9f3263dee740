"""The saved view that each screen opens with, the first time in a session."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from funnel_tui.errors import FunnelError
from funnel_tui.language import tr
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.screens.host import HostApp
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from funnel_tui.services.view_choice import PickedView


@dataclass
class Opening:
    """What one app knows of its views.

    :ivar defaults: the view of each screen that has one; None until they were read.
    :ivar opened: the names of the tabs that were opened in this session.
    """

    defaults: Mapping[str, PickedView] | None = None
    opened: set[str] = field(default_factory=set)


_openings: WeakKeyDictionary[HostApp, Opening] = WeakKeyDictionary()


def opening_of(app: HostApp) -> Opening:
    """What an app knows of its views."""
    found = _openings.get(app)
    if found is None:
        found = _openings[app] = Opening()
    return found


def tab_opened(app: HostApp, tab: str) -> None:
    """Look at the view that a screen opens with, the first time that it is opened.

    :param tab: the name of the tab.
    """
    state = opening_of(app)
    if tab in state.opened:
        return
    state.opened.add(tab)
    if state.defaults is None:
        _read(app, tab)
    elif tab.lower() in state.defaults:
        look_at(app, state.defaults[tab.lower()])


def _read(app: HostApp, tab: str) -> None:
    """Read the default views, once; the screen that is open takes its own when they are there."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.view_choice import default_views

        try:
            return Told(found=default_views(workspace), written=False)
        except FunnelError:
            return Told(found={}, written=False)  # the screens tell what is wrong with the database

    def take(told: Told) -> None:
        state = opening_of(app)
        if state.defaults is None:
            state.defaults = told.found
            picked = state.defaults.get(tab.lower()) if app.current_mode == tab else None
            if picked is not None:
                look_at(app, picked)

    writing_of(app).write(Change(tr("Reading the views"), doing, then=take))


def look_at(app: HostApp, picked: PickedView) -> None:
    """Look at what a view looks at; the scope bar shows it."""
    app.set_scope(picked.scope)
    app.notify(tr("View: {name}").format(name=picked.item.name), markup=False)
    if picked.shown:
        app.call_after_refresh(_set_screen, app, picked)


def _set_screen(app: HostApp, picked: PickedView) -> None:
    """Set the screen of a view as it was when the view was saved; what it does not know any more is left."""
    screen = app.screen_stack[0]
    if isinstance(screen, FunnelScreen) and app.current_mode == picked.item.screen.upper():
        with contextlib.suppress(KeyError, ValueError):
            screen.take_view_state(picked.shown)
