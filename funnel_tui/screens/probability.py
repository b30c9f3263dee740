"""The view Probability of the Quotas screen: the open deals most likely to close in the period first."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from textual.worker import get_current_worker

from funnel_tui.domain.calendar_names import day_text
from funnel_tui.domain.period import day_of
from funnel_tui.domain.phrases import spell_day
from funnel_tui.domain.probability import Backtest, Tenth
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import (
    NO_VALUE,
    clean,
    count_text,
    decimal_text,
    money_text,
    number_text,
    percent_text,
)
from funnel_tui.language import tr, trn
from funnel_tui.screens.emptiness import nothing_text
from funnel_tui.screens.probability_progress import Left, progress_of
from funnel_tui.screens.quotas_panels import Asked, Panel, Room, View
from funnel_tui.services.reports import run_report
from funnel_tui.services.reports.probability import PROBABILITY as MEANT
from funnel_tui.services.reports.probability_figures import Chance, Chances, is_expected
from funnel_tui.services.reports.probability_screen import ProbabilityView, learn_and_read, read_at_once
from funnel_tui.services.reports.quota_commands import probability_command
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_chances import push_names, push_words
from funnel_tui.widgets.figures import short_money
from funnel_tui.widgets.grid import GridColumn
from funnel_tui.widgets.named_keys import with_keys
from funnel_tui.widgets.quota_drawing import Attained, Attainments
from funnel_tui.widgets.quota_figures import Figure, FigureRows, Known, OneDeal

NAME = tr("Probability")
REASONS = 3
"""So many reasons stand in the table; all of them are told of the row under the cursor."""
LEARNING = tr("Learning from the closed deals: this is done once, and then only for what is new …")
NO_DEALS = tr(
    "There is no open deal in this scope.\n\n{new_deal} makes one; {import_file} imports "
    "a file of them; {scope} widens the scope."
)


class Unlearned:
    """Stands in for the figures until everything is learned."""


JUDGED = (
    tr(
        "Every past deal is predicted for each stage that it reached, from the deals closed before it, and "
        "held against what became of it."
    ),
    tr(
        "Brier score: the mean of (probability − outcome)² of these predictions, once by the model and once "
        "by the stage; 0 is perfect, 0.25 is tossing a coin."
    ),
    tr(
        "Calibration: the predictions by tenths; the bar is how many of their deals were won, │ what was "
        "predicted on average."
    ),
)
"""How the model is judged."""

DEFINITIONS = {
    **{column.name: column.help for column in MEANT},
    "owner": tr("Who the deal belongs to."),
    "amount": tr("What the deal is worth, in its own currency."),
    "close": tr("The day the deal is expected to close; one that has passed is marked."),
}
"""What a column means."""

_COLUMNS = (
    GridColumn("deal", tr("Deal"), 18, least=14, right=False, stretch=True),
    GridColumn("owner", tr("Owner"), 12, least=8, right=False, rank=4),
    GridColumn("amount", tr("Amount"), 11, least=7, rank=2),
    # Translators: at most 10 cells: the expected day
    GridColumn("close", tr("Close"), 10, least=10, right=False, rank=3),
    # Translators: at most 5 cells: the probability that somebody typed
    GridColumn("typed", tr("Typed"), 5, least=5),
    # Translators: at most 5 cells: the probability by the stage
    GridColumn("stage", tr("Stage"), 5, least=5),
    # Translators: at most 13 cells: the probability by what became of past deals
    GridColumn("history", tr("History (n)"), 13, least=13),
    # Translators: at most 5 cells: the probability by the model
    GridColumn("model", tr("Model"), 5, least=5),
    GridColumn(
        "reasons", tr("Pushed by, in points"), 26, least=16, right=False, rank=1, brief=tr("Pushed by")
    ),
)


def read(workspace: Workspace, scope: Scope, _asked: Asked) -> ProbabilityView | Unlearned:
    """Read the probabilities, unless everything has to be learned first."""
    return read_at_once(workspace, scope) or Unlearned()


def read_late(workspace: Workspace, scope: Scope, _asked: Asked) -> ProbabilityView | None:
    """Learn everything, and read then. It is told how far it is; who leaves the view ends it.

    To be called in a thread of the screen.

    :returns: None when the view was left.
    """
    try:
        return learn_and_read(workspace, scope, progress_of(get_current_worker(), NAME))
    except Left:
        return None


def panel(
    view: ProbabilityView | Unlearned, late: ProbabilityView | None, _asked: Asked, room: Room
) -> Panel:
    """The probabilities as they are shown."""
    found = late if isinstance(view, Unlearned) else view
    if found is None:
        return Panel(tr("Win probability"), nothing=LEARNING)
    chances = found.chances
    no_deals = nothing_text(found.scope, with_keys(NO_DEALS))
    return Panel(
        title=tr("Win probability · expected by {day} first: {n:,} of {all:,}").format(
            day=day_text(day_of(found.last_day)), n=chances.expected, all=len(chances.deals)
        ),
        table=FigureRows(_COLUMNS, [partial(_row, found, chance, room) for chance in chances.deals]),
        nothing="" if chances.deals else "\n\n".join((no_deals, *_sums(chances, tall=True))),
        sums=tuple(_sums(chances, tall=room.tall)),
        notes=found.notes,
        picture=_calibration(chances.backtest),
        tall_chart=True,
        report=partial(run_report, name="probability", scope=found.scope),
        command=probability_command(found.scope),
        definitions=DEFINITIONS,
        legend=JUDGED if chances.backtest.deals else (),
    )


def _row(view: ProbabilityView, chance: Chance, room: Room) -> list[Figure]:
    deal = chance.deal
    # Where none is expected in the period, none stands back.
    expected = not view.chances.expected or is_expected(deal, view.last_day)
    words = _words(view, chance)
    open_it = OneDeal(deal.deal_id)

    title = deal.title

    def figure(text: str, look: str = "plain", known: Known | None = None) -> Figure:
        look = "dim" if look == "plain" and not expected else look
        return Figure(text, look, open_it, words, known or Known(is_plain=True, name=title))

    day = None if deal.expected_close is None else day_of(deal.expected_close)
    late = day is not None and day < view.today
    reasons = view.chances.reasons(deal)
    money = money_text(deal.amount, decimals=False) if room.wide else short_money(deal.amount)
    amount = NO_VALUE if deal.amount is None else money
    if deal.amount is not None and room.wide and deal.amount.currency != view.currency:
        amount = f"{amount} {deal.amount.currency}"
    small = chance.history_n < view.small_n
    source = Known(name=title)
    modelled = Known(view.chances.learned, view.chances.minimum, name=title)
    history = (
        NO_VALUE if chance.history is None else f"{_percent(chance.history)} ({count_text(chance.history_n)})"
    )
    return [
        figure(deal.title),
        figure(chance.owner),
        figure(amount),
        figure(NO_VALUE if day is None else spell_day(day, view.today), "bad" if late else "plain"),
        figure(_percent(chance.typed), "strong" if chance.source == "typed" else "plain", source),
        figure(_percent(chance.stage), "strong" if chance.source == "stage" else "plain", source),
        figure(history, "dim" if small else "plain", Known(chance.history_n, view.small_n, name=title)),
        figure(_percent(chance.model), "strong" if chance.source == "model" else "plain", modelled),
        figure(push_names(reasons, REASONS) or NO_VALUE, known=modelled),
    ]


def _percent(value: Fraction | None) -> str:
    """Whole percent, rounded half up; one decimal is in the sentence under the table."""
    return NO_VALUE if value is None else f"{decimal_text(value * 100, 0)} %"


def _words(view: ProbabilityView, chance: Chance) -> str:
    """The figures of a deal in a sentence, with all reasons."""
    told = []
    if chance.typed is not None:
        told.append(tr("typed {share} (no model)").format(share=percent_text(chance.typed)))
    told.append(f"{clean(chance.stage_name)} {percent_text(chance.stage)}")
    if chance.history is not None:
        share = percent_text(chance.history)
        told.append(tr("history {share} of {n:,}").format(share=share, n=chance.history_n))
    if chance.model is not None:
        pushed = push_words(view.chances.reasons(chance.deal)) or tr("nothing pushes it")
        told.append(tr("model {share}: {reasons}").format(share=percent_text(chance.model), reasons=pushed))
    return f"{chance.deal.title}: {'; '.join(told)}"


def _sums(chances: Chances, *, tall: bool) -> list[str]:
    """How well the model did, and what is missing where it says nothing.

    :param tall: whether the chart has room; otherwise its numbers are told in a line.
    """
    found = []
    tested = chances.backtest
    if tested.brier_model is not None and tested.brier_stage is not None:
        model, stage = (number_text(score, 3) for score in (tested.brier_model, tested.brier_stage))
        found.append(
            trn(
                "Brier score: model {model}, stage {stage} · {deals:,} past deal (predictions: {n:,})",
                "Brier score: model {model}, stage {stage} · {n:,} predictions of {deals:,} past deals",
                tested.deals,
            ).format(model=model, stage=stage, n=tested.predictions, deals=tested.deals)
        )
        if not tall:
            told = [f"{_whole(tenth.mean_predicted)}→{_whole(tenth.share_won)}" for tenth in _used(tested)]
            found.append(tr("Predicted→won %: {shares}").format(shares=" ".join(told)))
    if chances.short:
        nobody = tr("no team")
        told = [f"{clean(team) or nobody} {count_text(deals)}" for team, deals in chances.short]
        found.append(
            trn(
                "No model under {n:,} closed deals of a team: {teams} (funnel settings model_minimum)",
                "No model under {n:,} closed deals of a team: {teams} (funnel settings model_minimum)",
                chances.minimum,
            ).format(n=chances.minimum, teams=", ".join(told))
        )
    return found


def _whole(value: Fraction | None) -> str:
    return _percent(value).removesuffix(" %")


def _used(tested: Backtest) -> list[Tenth]:
    return [tenth for tenth in tested.tenths if tenth.n]


def _calibration(tested: Backtest) -> Attainments | None:
    """What was predicted beside what was won, by tenths of the prediction."""
    bars = tuple(map(_bar, _used(tested)))
    if not bars:
        return None
    return Attainments(tr("Calibration"), bars, names=(tr("share won"), tr("what was predicted")))


def _bar(tenth: Tenth) -> Attained:
    won, said = percent_text(tenth.share_won), percent_text(tenth.mean_predicted)
    return Attained(
        f"{tenth.lowest * 10}–{tenth.lowest * 10 + 10} %",
        tenth.share_won,
        tr("won {won} of {n:,}, predicted {predicted}").format(won=won, n=tenth.n, predicted=said),
        mark=tenth.mean_predicted,
    )


PROBABILITY = View(
    "probability", NAME, read, panel, late=read_late, late_for=lambda figures: isinstance(figures, Unlearned)
)
