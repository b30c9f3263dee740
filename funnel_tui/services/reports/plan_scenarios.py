"""Scenarios side by side: each saved plan solved on the data of now."""

from __future__ import annotations

from typing import Any

from funnel_tui.domain.money import Money, round_half_up
from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import FunnelError
from funnel_tui.language import tr
from funnel_tui.services.reports.plan import read_facts
from funnel_tui.services.reports.plan_figures import Plan, solve
from funnel_tui.services.scenarios import Scenario, read_scenarios
from funnel_tui.services.workspace import Workspace

PRESENT = said("(as shown)")
SCENARIOS = (
    Column("scenario", Kind.TEXT, tr("Scenario")),
    Column("period", Kind.TEXT, tr("Period")),
    Column("target", Kind.MONEY, tr("Target"), tr("An amount, or a number of deals.")),
    Column("prospects", Kind.COUNT, tr("Prospects"), tr("With the what-if.")),
    Column("chain", Kind.RATIO, tr("Chain"), tr("The product of the conversions with the what-if.")),
    Column("wins", Kind.COUNT, tr("Wins"), tr("prospects × chain.")),
    Column("money", Kind.MONEY, tr("Money"), tr("wins × average size.")),
    Column("money_per_day", Kind.MONEY, tr("Money per day"), tr("money / days to win.")),
    Column("prospects_needed", Kind.COUNT, tr("Needed"), tr("Prospects needed for the target.")),
    Column("reps_needed", Kind.COUNT, tr("Reps"), tr("Reps needed for the target.")),
)


def scenarios_report(workspace: Workspace, scope: Scope, wish: PlanWish) -> Report:
    """One row per scenario, after that of the plan that is shown.

    :param scope: of the plan that is shown.
    """
    rows, notes = [], []
    shown = Scenario(0, PRESENT, scope, wish)
    for scenario in (shown, *read_scenarios(workspace)):
        try:
            plan = solve(read_facts(workspace, scenario.scope, scenario.wish), scenario.wish)
        except FunnelError as problem:
            notes.append(f"{scenario.name}: {problem}")
            rows.append({"scenario": scenario.name})
        else:
            rows.append(_row(scenario.name, plan))
    return Report(
        name="scenarios",
        as_of=workspace.clock(),
        scope=Scope(),
        scope_words={"time_zone": workspace.settings().time_zone},
        title=tr("Scenarios side by side"),
        columns=SCENARIOS,
        rows=[{column.name: row.get(column.name) for column in SCENARIOS} for row in rows],
        totals={},
        total_columns=(),
        notes=tuple(notes),
    )


def _row(name: str, plan: Plan) -> dict[str, Any]:
    new, need = plan.new, plan.new_need
    currency = plan.facts.currency
    return {
        "scenario": name,
        "period": plan.facts.period.name,
        "target": plan.target,
        "prospects": new.prospects,
        "chain": new.chain,
        "wins": new.wins,
        "money": None if new.money is None else Money(round_half_up(new.money), currency),
        "money_per_day": None if new.per_day is None else Money(round_half_up(new.per_day), currency),
        "prospects_needed": need.prospects,
        "reps_needed": need.reps,
    }
