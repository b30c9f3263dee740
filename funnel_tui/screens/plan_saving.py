"""Scenarios of the Plan screen saved, opened and removed; what is shown written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr
from funnel_tui.screens import plan_asking
from funnel_tui.screens.exporting import export_report, file_name
from funnel_tui.screens.plan_change import ChangeFound
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.reports import run_report
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.named_keys import with_keys

if TYPE_CHECKING:
    from funnel_tui.screens.plan import PlanScreen


def save(screen: PlanScreen, scope: Scope, wish: PlanWish, name: str) -> None:
    """Ask for a name and save the plan under it."""

    def doing(workspace: Workspace, wanted: str) -> Told:
        from funnel_tui.services.scenario_changes import save_scenario

        save_scenario(workspace, name=wanted, scope=scope, wish=wish, replace=True)
        workspace_call = screen.app.call_from_thread
        workspace_call(screen.named, wanted.strip())
        return Told(
            with_keys(
                tr("Saved scenario {name}; {plan_scenarios} shows them side by side."), name=wanted.strip()
            )
        )

    plan_asking.ask_name(screen, name, doing)


def open_scenario(screen: PlanScreen, name: str) -> None:
    """Go on with a scenario."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.scenarios import read_scenario

        return Told(found=read_scenario(workspace, name), written=False)

    def then(told: Told) -> None:
        scenario = told.found
        screen.take_scenario(scenario.name, scenario.scope, scenario.wish)

    writing_of(screen.funnel).write(Change(tr("Opening the scenario"), doing, then))


def remove(screen: PlanScreen, name: str) -> None:
    """Remove a scenario; undo brings it back."""

    def doing(workspace: Workspace) -> Told:
        from funnel_tui.services.scenario_changes import remove_scenario

        removed = remove_scenario(workspace, name=name)
        return Told(with_keys(tr("Removed scenario {name}; {undo} brings it back."), name=removed))

    writing_of(screen.funnel).write(Change(tr("Removing the scenario"), doing))


def export(screen: PlanScreen, view: str, scope: Scope, wish: PlanWish, change: ChangeFound | None) -> None:
    """Ask where to, and write what a view shows."""

    def making(workspace: Workspace) -> Report:
        if view == "change" and change is not None:
            return run_report(workspace, "change", change.scope)
        if view == "scenarios":
            from funnel_tui.services.reports.plan_scenarios import scenarios_report

            return scenarios_report(workspace, scope, wish)
        from funnel_tui.services.reports.plan import run_plan

        return run_plan(workspace, scope, wish)

    period = wish.period.name if wish.period is not None else ""
    name = view if view in {"change", "scenarios"} else "plan"
    export_report(screen.funnel, screen.heading_text, file_name(name, period), making)
