"""Scenarios: plans with a name. They are kept beside the saved views, for the screen ``plan``.

What is kept is the scope, as of any view, and under ``plan`` what is wished. So a scenario is a view too:
``--view NAME`` of any report takes its scope.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches

from funnel_tui.domain.planning import PlanWish, wish_from_words, wish_to_words
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.errors import FunnelError, NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.queries.views import SavedScope, saved_views
from funnel_tui.services.views import scope_from_json, scope_to_json
from funnel_tui.services.workspace import Workspace

SCREEN = "plan"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A plan with a name.

    :param scope: what it is of; its period is the history, its compared period the benchmark.
    """

    id: int
    name: str
    scope: Scope
    wish: PlanWish


def read_scenarios(workspace: Workspace) -> list[Scenario]:
    """All scenarios that can be read, by name."""
    found = []
    settings = workspace.settings()
    for view in _stored(workspace):
        try:
            found.append(_read(view, settings, workspace.clock()))
        except Refused:
            continue
    return found


def read_scenario(workspace: Workspace, name: str) -> Scenario:
    """A scenario by its name, whatever the case.

    :raises NotFound: when none has that name; the nearest one is suggested.
    :raises Refused: when it cannot be read.
    """
    views = {view.name.casefold(): view for view in _stored(workspace)}
    wanted = name.strip().casefold()
    if wanted in views:
        return _read(views[wanted], workspace.settings(), workspace.clock())
    near = get_close_matches(wanted, views, n=1)
    raise NotFound(
        tr("No scenario is called {name!r}.").format(name=name.strip()),
        tr("Did you mean {name!r}?").format(name=views[near[0]].name)
        if near
        else tr("There are {names}.").format(names=", ".join(view.name for view in views.values()))
        if views
        else tr("There is none yet; they are saved on the screen Plan."),
    )


def scenario_text(scope: Scope, wish: PlanWish) -> str:
    """What a scenario is kept as."""
    words = json.loads(scope_to_json(scope)) | {"plan": wish_to_words(wish)}
    return json.dumps(words, ensure_ascii=False)


def _stored(workspace: Workspace) -> list[SavedScope]:
    with workspace.read() as reader:
        return [view for view in saved_views(reader) if view.screen == SCREEN]


def _read(view: SavedScope, settings: TeamSettings, now: int) -> Scenario:
    try:
        words = json.loads(view.scope)
        wish = wish_from_words(words.get("plan") or {}, settings.fiscal_start)
        return Scenario(view.id, view.name, scope_from_json(view.scope, settings, now), wish)
    except (ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError, FunnelError) as error:
        raise Refused(
            tr("The scenario {name!r} cannot be read: {why}.").format(name=view.name, why=error),
            tr("Save it anew."),
        ) from error
