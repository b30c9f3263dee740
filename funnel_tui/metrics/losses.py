"""Won and lost per stage with their potential, and why deals were lost (METRICS 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from funnel_tui.domain.cells import FunnelCell, LostCell
from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.figures import Prices, Total
from funnel_tui.metrics.funnel import Tally, priced


@dataclass(slots=True)
class LossStep:
    """One stage: the deals that passed it and those lost from it.

    *Lost from* is where a deal stood when it was lost; it differs from the funnel's *lost* when the deal had
    moved back before.
    """

    stage: StageFact
    passed: Tally = field(default_factory=Tally)
    lost_from: Tally = field(default_factory=Tally)


def moved_back(pipeline: PipelineFact, cells: Iterable[FunnelCell], lost: Iterable[LostCell]) -> bool:
    """Whether a deal was lost from another stage than the furthest it had reached.

    :param cells: funnel cells of a cohort, mode *reached*; ``lost`` its lost deals by stage.
    """
    position = {stage.id: stage.position for stage in pipeline.stages}
    more: Counter[int] = Counter()
    for cell in cells:
        if cell.status is DealStatus.LOST:
            more[cell.furthest] += cell.deals
    for gone in lost:
        more[position[gone.stage_id]] -= gone.deals
    return any(more.values())


def losses(
    pipeline: PipelineFact,
    cells: Iterable[FunnelCell],
    lost: Iterable[LostCell],
    prices: Prices,
    *,
    keep: Collection[int] = (),
) -> list[LossStep]:
    """One step per stage in use, and per retired stage that deals were lost from.

    :param cells: funnel cells of the cohort, mode *reached*.
    :param lost: its lost deals by stage.
    :param keep: numbers of stages that have a step in any case.
    """
    steps = {stage.id: LossStep(stage) for stage in pipeline.stages}
    further = sorted(priced(cells, prices), key=lambda found: found[0].furthest)
    passed = Tally()
    # From the last stage to the first: who passed a stage passed those before it.
    for step in sorted(steps.values(), key=lambda step: -step.stage.position):
        while further and further[-1][0].furthest > step.stage.position:
            tally = further.pop()[1]
            passed.add(tally.deals, tally.total)
        step.passed.add(passed.deals, passed.total)
    for cell in lost:
        steps[cell.stage_id].lost_from.add(cell.deals, _total(cell, prices))
    return [
        step
        for step in steps.values()
        if step.lost_from.deals or not step.stage.retired or step.stage.id in keep
    ]


def reasons(lost: Iterable[LostCell], prices: Prices) -> dict[int, Tally]:
    """Lost deals by the number of their reason."""
    found: dict[int, Tally] = {}
    for cell in lost:
        found.setdefault(cell.reason_id, Tally()).add(cell.deals, _total(cell, prices))
    return found


def _total(cell: LostCell, prices: Prices) -> Total:
    return prices.total(cell.amount, None, deals=cell.deals, with_amount=cell.with_amount, priced=cell.priced)
