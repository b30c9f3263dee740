"""The active-deals funnel: what is open in each stage at as-of (METRICS 2 and 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from funnel_tui.domain.cells import OpenCell
from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.metrics.figures import Prices, Total, ratio

_WHOLE = 10_000


@dataclass(slots=True)
class ActiveStep:
    """The open deals of one stage; amounts in minor units of the base currency.

    :param weighted: Σ amount × probability: the deal's own where typed, else the stage's.
    :param closing: (won, won + lost) of the closed deals that reached the stage.
    """

    stage: StageFact
    closing: tuple[int, int]
    deals: int = 0
    total: Total = field(default_factory=Total)
    weighted: Fraction = Fraction(0)

    @property
    def close_ratio(self) -> Fraction | None:
        """won / (won + lost) of the deals that reached this stage."""
        return ratio(*self.closing)

    @property
    def from_stock(self) -> Fraction | None:
        """amount × close ratio from this stage [1C]; 0 for an empty stage, no value without history."""
        if not self.total.exact:
            return Fraction(0)
        share = self.close_ratio
        return None if share is None else self.total.exact * share


def active(
    pipeline: PipelineFact,
    cells: Iterable[OpenCell],
    closing: Mapping[int, tuple[int, int]],
    prices: Prices,
    *,
    keep: Collection[int] = (),
) -> list[ActiveStep]:
    """One step per stage in use, and per retired stage that still holds deals.

    :param closing: what :func:`funnel_tui.metrics.funnel.close_ratios` gives.
    :param keep: numbers of stages that have a step in any case.
    """
    steps = {stage.id: ActiveStep(stage, closing.get(stage.id, (0, 0))) for stage in pipeline.stages}
    # Whole numbers are added up first: then each currency is converted once per stage.
    sums: dict[tuple[int, str | None], list[int]] = {}
    for cell in cells:
        own = steps[cell.stage_id].stage.probability_bp
        probability = own if cell.probability_bp is None else cell.probability_bp
        found = sums.setdefault((cell.stage_id, cell.currency), [0, 0, 0, 0])
        found[0] += cell.deals
        found[1] += cell.with_amount
        found[2] += cell.amount
        found[3] += cell.amount * probability
    for (stage, currency), (deals, with_amount, amount, weighted) in sums.items():
        step = steps[stage]
        step.deals += deals
        step.total.add(prices.total(amount, currency, deals=deals, with_amount=with_amount))
        if currency is not None:
            step.weighted += (prices.exact(weighted, currency) or Fraction(0)) / _WHOLE
    return [step for step in steps.values() if step.deals or not step.stage.retired or step.stage.id in keep]
