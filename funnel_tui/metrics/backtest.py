"""How well the win probability did on past deals (METRICS 8).

What people are shown is the probability of an open deal in a stage. So every closed deal is predicted once
for each stage that it reached, from the deals that were closed before it, and each prediction is held against
what became of the deal. The probability of the stage is judged beside it.

Predicting a deal only for the stage it was closed from would say nothing: won deals are closed from the last
stages, so that of the deals predicted for a middle one none was won.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from funnel_tui.domain.probability import Backtest, Field, LearnedFrom, Tenth, Value
from funnel_tui.metrics.probability import Counts

_CERTAIN = 10_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A closed deal and what had been predicted, in hundredths of a percent.

    :param model_bp: one per stage that it reached, in their order; empty when there was no model yet.
    :param stage_bp: the probability of each of these stages; empty likewise.
    """

    deal: LearnedFrom
    model_bp: tuple[int, ...]
    stage_bp: tuple[int, ...]


def replay(counts: Counts, deals: Iterable[LearnedFrom]) -> Iterator[Judged]:
    """Predict each closed deal from those before it, then learn it.

    :param counts: what was learned so far; it grows.
    :param deals: in the order they were closed.
    """
    figures = {
        (Field.STAGE, stage.id): stage.probability_bp
        for one in counts.pipelines.values()
        for stage in one.stages
    }
    known: dict[tuple[Value, ...], tuple[int, ...]] = {(): ()}  # deals share them: there may be a million
    for deal in deals:
        said = counts.foresee(deal)
        counts.learn(deal)
        stages = counts.reached(deal) if said else ()
        if stages not in known:
            known[stages] = tuple(figures[stage] for stage in stages)
        yield Judged(deal, said, known[stages])


def tenths(known: Iterable[Tenth] = ()) -> list[Tenth]:
    """Ten tenths, those that are known filled in."""
    filled = {tenth.lowest: tenth for tenth in known}
    return [filled.get(lowest) or Tenth(lowest) for lowest in range(10)]


def judge(found: list[Tenth], judged: Judged, sign: int = 1) -> None:
    """Add each prediction of a deal to its tenth, or take it out again (``sign`` −1)."""
    outcome = _CERTAIN if judged.deal.won else 0
    won = sign if judged.deal.won else 0
    first = sign
    for model_bp, stage_bp in zip(judged.model_bp, judged.stage_bp, strict=True):
        tenth = found[min(9, model_bp // 1_000)]
        tenth.n += sign
        tenth.deals += first
        tenth.won += won
        tenth.predicted += sign * model_bp
        tenth.model_error += sign * (model_bp - outcome) ** 2
        tenth.stage_error += sign * (stage_bp - outcome) ** 2
        first = 0


def backtest(found: Iterable[Judged]) -> Backtest:
    """The backtest of deals that were predicted."""
    ten = tenths()
    for judged in found:
        judge(ten, judged)
    return Backtest(tuple(ten))
