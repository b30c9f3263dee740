"""Saving and removing scenarios. Each call is one transaction and one change group, so undo takes it back."""

from __future__ import annotations

from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import Refused
from funnel_tui.language import tr
from funnel_tui.models import SavedView
from funnel_tui.models.inputs import Input, Name, checked
from funnel_tui.services.scenarios import SCREEN, read_scenario, scenario_text
from funnel_tui.services.view_changes import view_named
from funnel_tui.services.workspace import Workspace


class ScenarioInput(Input):
    """What a scenario is called."""

    name: Name


def save_scenario(
    workspace: Workspace, *, name: str, scope: Scope, wish: PlanWish, replace: bool = False
) -> int:
    """Save a plan under a name.

    :param replace: take the place of a scenario that has the name, whatever the case.
    :returns: its number.
    :raises InvalidInput: for a name that is empty or too long.
    :raises Refused: when a view has the name, and when a scenario has it and ``replace`` was not said.
    """
    given = checked(ScenarioInput, {"name": name})
    with workspace.change("save_scenario") as call:
        call.alone()
        values = {
            "name": given.name,
            "rep_id": None,
            "screen": SCREEN,
            "scope": scenario_text(scope, wish),
        }
        present = view_named(call, given.name)
        if present is None:
            call.summary = tr("Saved scenario {name}").format(name=given.name)
            return call.insert(SavedView, values)
        number, known, screen = present
        if screen != SCREEN:
            raise Refused(
                tr("A saved view is called {name!r}.").format(name=known),
                tr("Give the scenario another name."),
            )
        if not replace:
            raise Refused(
                tr("There is already a scenario {name!r}.").format(name=known), tr("Give another name.")
            )
        call.summary = tr("Changed scenario {name}").format(name=given.name)
        call.update(SavedView, call.get(SavedView, number), values)
        return number


def remove_scenario(workspace: Workspace, *, name: str) -> str:
    """Remove a scenario.

    :returns: its name as it was stored.
    :raises NotFound: when none has that name.
    """
    scenario = read_scenario(workspace, name)
    with workspace.change("remove_scenario") as call:
        call.summary = tr("Removed scenario {name}").format(name=scenario.name)
        call.delete(SavedView, call.get(SavedView, scenario.id))
    return scenario.name
