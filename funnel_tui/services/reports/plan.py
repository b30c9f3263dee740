"""Report ``plan``: what is needed to reach a target, and what-if (METRICS 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.funnel import funnel
from funnel_tui.metrics.planning import Case, Need, Step, difference, key_level, lever
from funnel_tui.queries.funnel import funnel_cells
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row, amount
from funnel_tui.services.reports.looking import Looking, cohort_of, look_up, period_words
from funnel_tui.services.reports.plan_facts import PlanFacts, history_of, narrowed, read_plan
from funnel_tui.services.reports.plan_figures import Plan, solve
from funnel_tui.services.reports.plan_words import plan_notes
from funnel_tui.services.workspace import Workspace

PLAN = (
    Column("step", Kind.TEXT, tr("Step"), tr("A stage, or a step that somebody typed.")),
    Column("conversion", Kind.RATIO, tr("Conversion"), tr("Which share goes on (METRICS 2)."), sample="n"),
    Column("n", Kind.COUNT, tr("Deals"), tr("Of how many deals that is the share.")),
    Column("key_level", Kind.FLAG, tr("Key level"), tr("The highest conversion with enough deals.")),
    Column("lever", Kind.FLAG, tr("Lever"), tr("The lowest conversion before the key level.")),
)
_GROUPS = {None, GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.PIPELINE}
_CASE = tr(
    "prospects × chain = wins; × size = money; / cycle = money per day. Prospects in a "
    "period as long as the planned one."
)
PLAN_TOTALS = (
    Column("chain", Kind.RATIO, tr("Chain"), tr("The product of the conversions.")),
    Column("wins_needed", Kind.COUNT, tr("Wins needed"), tr("ceil(target / average won size).")),
    Column("prospects_needed", Kind.COUNT, tr("Prospects needed"), tr("ceil(wins needed / chain).")),
    Column(
        "reps_needed",
        Kind.COUNT,
        tr("Reps needed"),
        tr("ceil(prospects needed / prospects one rep handles)."),
    ),
    Column("plan_per_rep", Kind.MONEY, tr("Plan per rep"), tr("Prospects one rep handles × chain × size.")),
    Column("base", Kind.RECORD, tr("Base"), _CASE),
    Column("new", Kind.RECORD, tr("New"), tr("The same with the what-if.")),
    Column("difference", Kind.RECORD, tr("Difference"), tr("new − base.")),
)


def run_plan(workspace: Workspace, scope: Scope, wish: PlanWish) -> Report:
    """Make the report with a wish.

    :param scope: its period is the history the conversions come from; without one the last four whole
        quarters. Its compared period is the benchmark.
    :raises UsageError: for a scope that makes no sense.
    :raises NotFound: for a pipeline, rep or team that does not exist.
    :raises InvalidInput: for a wish that makes no sense.
    """
    with workspace.read() as reader:
        return plan_report(look_up(workspace, reader, scope), wish)


def read_facts(workspace: Workspace, scope: Scope, wish: PlanWish) -> PlanFacts:
    """What plans for this scope and period are made from."""
    with workspace.read() as reader:
        looking = look_up(workspace, reader, checked_scope(scope).with_(by=None))
        return read_plan(narrowed(looking), wish.period)


def checked_scope(scope: Scope) -> Scope:
    """The scope, if a plan can be made of it.

    :raises UsageError: for ratios by amount, and for a group that a chain has not.
    """
    if scope.by not in _GROUPS:
        raise UsageError(
            tr("The report plan cannot be split by {by}.").format(by=scope.by),
            tr("Use --by rep, team, source or pipeline."),
        )
    if scope.by_value:
        raise UsageError(tr("A plan counts deals: it cannot be made by amount."), tr("Leave --value out."))
    return scope


def plan_report(looking: Looking, wish: PlanWish | None = None) -> Report:
    """The chain of one pipeline with key level and lever; needs and what-if in the totals.

    With a group each row is a step of that group; the totals are those of all.
    """
    wish = wish or PlanWish()
    scope = checked_scope(looking.scope)
    if scope.by is not None and wish.chain:
        raise UsageError(tr("A typed chain cannot be split."), tr("Leave --by or --chain out."))
    one = narrowed(looking)
    facts = read_plan(replace(one, scope=scope.with_(by=None)), wish.period)
    plan = solve(facts, wish)
    rows = _split_rows(looking) if scope.by is not None else _rows(plan.steps, facts.small_n)
    # A pipeline has its own column only where rows are split by it: a plan is of one.
    columns = building.group_columns(looking, per_pipeline=False)
    notes = plan_notes(plan)
    if len(looking.pipelines) > 1:
        notes.append(
            said(
                "A plan follows one pipeline; this is {pipeline} (--pipeline names another).",
                pipeline=facts.pipeline,
            )
        )
    return building.make(
        _of_history(one, facts),
        "plan",
        tr("Plan for {period} · {whose}").format(period=facts.period.label, whose=building.whose(one)),
        [*columns, *PLAN],
        rows,
        totals_of(plan, looking),
        PLAN_TOTALS,
        building.notes_of(one, extra=notes),
        cohort=cohort_of(looking, Cohort.CLOSED),
    )


def _of_history(looking: Looking, facts: PlanFacts) -> Looking:
    """The scope as it was used: its period is the history, also where nobody named one."""
    words: dict[str, Any] = {
        **looking.words,
        "pipelines": [facts.pipeline],
        "period": period_words(facts.history),
        "compare": period_words(facts.benchmark),
        "plan": period_words(facts.period),
    }
    scope = looking.scope.with_(period=facts.history, compare=facts.benchmark)
    return replace(looking, scope=scope, words=words)


def totals_of(plan: Plan, looking: Looking) -> Row:
    """The totals of the contract."""
    need = plan.need
    return {
        "chain": plan.base.chain,
        "wins_needed": need.wins,
        "prospects_needed": need.prospects,
        "reps_needed": need.reps,
        "plan_per_rep": amount(need.per_rep, looking),
        "base": case_words(plan.base, need, looking),
        "new": case_words(plan.new, plan.new_need, looking),
        "difference": _differences(plan, looking),
    }


def case_words(case: Case, need: Need, looking: Looking) -> dict[str, Any]:
    """The figures of a case by name."""
    return {
        "wins": case.wins,
        "money": amount(case.money, looking),
        "money_per_day": amount(case.per_day, looking),
        "prospects": _fraction(case.prospects),
        "chain": case.chain,
        "size": amount(case.size, looking),
        "cycle_days": case.cycle,
        "prospects_needed": need.prospects,
    }


def _differences(plan: Plan, looking: Looking) -> dict[str, Any]:
    new, base = plan.new, plan.base
    return {
        "wins": _fraction(difference(new.wins, base.wins)),
        "money": amount(_fraction(difference(new.money, base.money)), looking),
        "money_per_day": amount(_fraction(difference(new.per_day, base.per_day)), looking),
        "prospects": _fraction(difference(new.prospects, base.prospects)),
        "chain": _fraction(difference(new.chain, base.chain)),
        "size": amount(_fraction(difference(new.size, base.size)), looking),
        "cycle_days": _fraction(difference(new.cycle, base.cycle)),
        "prospects_needed": difference(plan.new_need.prospects, plan.need.prospects),
    }


def _fraction(value: Number | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _rows(steps: Iterable[Step], small_n: int, heading: Row | None = None) -> list[Row]:
    steps = tuple(steps)
    key = key_level(steps, small_n)
    at = lever(steps, key)
    return [
        {
            **(heading or {}),
            "step": step.name,
            "conversion": step.conversion,
            "n": step.n,
            "key_level": place == key,
            "lever": place == at,
        }
        for place, step in enumerate(steps)
    ]


def _split_rows(looking: Looking) -> list[Row]:
    """The chain of each group, with its own key level and lever."""
    small_n = looking.settings.small_n
    selections = looking.selections if looking.scope.by is GroupBy.PIPELINE else looking.selections[:1]
    rows: list[Row] = []
    start, end = history_of(looking).bounds(looking.zone)
    for selection in selections:
        of_history = replace(selection, spans=((0, start, end),))
        cells = funnel_cells(
            looking.reader, of_history, cohort_of(looking, Cohort.CLOSED), looking.scope.mode
        )
        whole = funnel(selection.pipeline, cells, looking.prices, mode=looking.scope.mode)
        keep = {step.stage.id for step in whole.steps}
        grouped = looking.by_group(cells) if looking.is_split else {"": cells}
        order = looking.row_order(grouped) if looking.is_split else [""]
        for group in order:
            made = funnel(
                *(selection.pipeline, grouped.get(group, ()), looking.prices),
                mode=looking.scope.mode,
                keep=keep,
            )
            steps = [Step(step.stage.name, step.conversion(), step.reached.deals) for step in made.steps]
            rows.extend(_rows(steps, small_n, building.group_values(looking, selection.pipeline.name, group)))
    return rows
