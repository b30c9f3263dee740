"""How well the win probability did on past deals (METRICS 8).

Every closed deal is predicted once, from the deals that were closed before it, for the stage it was closed
from, and held against what became of it. The probability of the stage is judged beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from funnel_tui.domain.probability import Backtest, LearnedFrom, Tenth
from funnel_tui.metrics.probability import Counts

_CERTAIN = 10_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A closed deal and what had been predicted.

    :param model_bp: hundredths of a percent; None when there was no model yet.
    :param stage_bp: the probability of the stage it was closed from.
    """

    deal: LearnedFrom
    model_bp: int | None
    stage_bp: int


def replay(counts: Counts, deals: Iterable[LearnedFrom]) -> Iterator[Judged]:
    """Predict each closed deal from those before it, then learn it.

    :param counts: what was learned so far; it grows.
    :param deals: in the order they were closed.
    """
    figures = {stage.id: stage.probability_bp for one in counts.pipelines.values() for stage in one.stages}
    for deal in deals:
        said = counts.predict(deal.team_id, deal.pipeline_id, deal.stage_id, deal.values)
        counts.learn(deal)
        yield Judged(deal, None if said is None else said.bp, figures.get(deal.stage_id, 0))


def tenths(known: Iterable[Tenth] = ()) -> list[Tenth]:
    """Ten tenths, those that are known filled in."""
    filled = {tenth.lowest: tenth for tenth in known}
    return [filled.get(lowest) or Tenth(lowest) for lowest in range(10)]


def judge(found: list[Tenth], judged: Judged, sign: int = 1) -> None:
    """Add a deal to the tenth of its prediction, or take it out again (``sign`` −1)."""
    if judged.model_bp is None:
        return
    tenth = found[min(9, judged.model_bp // 1_000)]
    outcome = _CERTAIN if judged.deal.won else 0
    tenth.deals += sign
    tenth.won += sign * judged.deal.won
    tenth.predicted += sign * judged.model_bp
    tenth.model_error += sign * (judged.model_bp - outcome) ** 2
    tenth.stage_error += sign * (judged.stage_bp - outcome) ** 2


def backtest(found: Iterable[Judged]) -> Backtest:
    """The backtest of deals that were predicted."""
    ten = tenths()
    for judged in found:
        judge(ten, judged)
    return Backtest(tuple(ten))
