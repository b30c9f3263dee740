"""Report ``probability``: the win probability of open deals from all its sources (METRICS 8)."""

from __future__ import annotations

from funnel_tui.domain.period import PeriodKind, day_number
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.said import said
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import DatabaseProblem, UsageError
from funnel_tui.language import tr
from funnel_tui.services.reports import building
from funnel_tui.services.reports.building import Row
from funnel_tui.services.reports.looking import Looking
from funnel_tui.services.reports.probability_figures import Chance, Chances, read_chances
from funnel_tui.services.workspace import Workspace

PROBABILITY = (
    Column("deal", Kind.TEXT, tr("Deal"), tr("An open deal.")),
    Column("typed", Kind.RATIO, tr("Typed"), tr("Typed by hand; it switches the model off for the deal.")),
    Column("stage", Kind.RATIO, tr("Stage"), tr("The probability of its stage.")),
    Column(
        "history",
        Kind.RATIO,
        tr("History"),
        tr("won / (won + lost) of deals that reached the stage."),
        "history_n",
    ),
    Column("history_n", Kind.COUNT, "n", tr("Closed deals that reached the stage.")),
    Column(
        "model", Kind.RATIO, tr("Model"), tr("What the closed deals of the team say of it (naive Bayes).")
    ),
    Column(
        "reasons",
        Kind.REASONS,
        tr("Pushed by"),
        tr("The values that push the model's figure, strongest first."),
    ),
)
PROBABILITY_TOTALS = (
    Column(
        "brier_model",
        Kind.SCORE,
        tr("Brier, model"),
        tr("Mean of (probability − outcome)² over each stage that each past deal reached."),
    ),
    Column("brier_stage", Kind.SCORE, tr("Brier, stage"), tr("The same with the probability of the stage.")),
    Column("deals", Kind.COUNT, tr("Past deals"), tr("Closed deals that the model was tested on.")),
)


def prepare(workspace: Workspace) -> None:
    """Learn what was closed since the last time. Where nothing can be written it is done in memory later."""
    from contextlib import suppress

    from funnel_tui.services.learning import learn

    with suppress(DatabaseProblem):
        learn(workspace)


def probability_report(looking: Looking) -> Report:
    """The open deals of the scope: those expected to close in the period first, the likeliest on top.

    :raises UsageError: when split by month: a snapshot has none.
    """
    if looking.scope.by not in {None, GroupBy.REP, GroupBy.TEAM, GroupBy.PIPELINE}:
        raise UsageError(
            tr("The report probability cannot be split by {by}.").format(by=looking.scope.by),
            tr("Use --by rep, team or pipeline."),
        )
    period = looking.scope.period
    last_day = None if period.kind is PeriodKind.ALL else day_number(period.last)
    chances = read_chances(looking, last_day)
    pipelines = {pipeline.id: pipeline.name for pipeline in looking.pipelines}
    rows = []
    for chance in chances.deals:
        group = looking.group_name(chance.deal.owner_id) if looking.is_split else ""
        rows.append(building.group_values(looking, pipelines[chance.deal.pipeline_id], group) | _row(chance))
    if looking.scope.by is not None:
        name = looking.scope.by.value
        rows.sort(key=lambda row: str(row[name]).casefold())
    return building.make(
        looking,
        "probability",
        tr("Win probability on {day} · {whose}").format(
            day=building.moment_text(looking), whose=building.whose(looking, dated=True)
        ),
        [*building.group_columns(looking, per_pipeline=False), *PROBABILITY],
        rows,
        _totals(chances),
        PROBABILITY_TOTALS,
        building.notes_of(looking, extra=_notes(chances)),
    )


def _row(chance: Chance) -> Row:
    return {
        "deal": chance.deal.title,
        "typed": chance.typed,
        "stage": chance.stage,
        "history": chance.history,
        "history_n": chance.history_n,
        "model": chance.model,
        "reasons": [
            {"field": reason.field.value, "value": reason.value, "push": reason.push}
            for reason in chance.reasons
        ],
    }


def _totals(chances: Chances) -> Row:
    tested = chances.backtest
    return {
        "brier_model": tested.brier_model,
        "brier_stage": tested.brier_stage,
        "deals": tested.deals,
    }


def _notes(chances: Chances) -> list[str]:
    notes = []
    if not any(chance.model is not None for chance in chances.deals):
        notes.append(
            said(
                "No model yet: {learned:,} closed deals; a team needs {minimum:,} (funnel settings "
                "model_minimum).",
                learned=chances.learned,
                minimum=chances.minimum,
            )
        )
    if chances.backtest.deals:
        notes.append(
            said(
                "Brier score: 0 is perfect, 0.25 is tossing a coin. Each past deal was predicted for every "
                "stage that it reached, from the deals closed before it (predictions: {n:,}).",
                n=chances.backtest.predictions,
            )
        )
    return notes
