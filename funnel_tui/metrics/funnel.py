"""The funnel: reaching, advancing, losing (METRICS 2), with days in stage (METRICS 4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from funnel_tui.domain.cells import DaysCell, FunnelCell, OpenCell
from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.status import DealStatus, Mode
from funnel_tui.metrics.figures import Prices, Total, days, median, ratio


@dataclass(slots=True)
class Tally:
    """Deals counted and their amounts summed."""

    deals: int = 0
    total: Total = field(default_factory=Total)

    def add(self, cell_deals: int, total: Total) -> None:
        """Add the deals of a cell."""
        self.deals += cell_deals
        self.total.add(total)

    def plus(self, other: Tally) -> Tally:
        """Both together; where one counts nothing, the other itself."""
        if not (self.deals and other.deals):
            return other if other.deals else self
        return Tally(self.deals + other.deals, self.total.plus(other.total))

    def size(self, by_value: bool) -> int | Fraction:
        """How many deals, or what they are worth."""
        return self.total.exact if by_value else self.deals


@dataclass(slots=True)
class FunnelStep:
    """One stage of a funnel. ``reached = advanced + lost + open``, always.

    Steps share their tallies: who reached a stage advanced from the one before.

    :param went_on: the numerator of the conversion: who advanced, or in mode *visited* who was in the next
        stage too (after the last stage: who won).
    :param left: deals that left the stage for good; ``spent`` is how long they were in it altogether, and
        ``seconds`` how long each of them, for the median; all in seconds.
    :param still_there: open deals in the stage at as-of.
    :param oldest: the earliest entry among them, in epoch seconds.
    """

    stage: StageFact
    reached: Tally = field(default_factory=Tally)
    advanced: Tally = field(default_factory=Tally)
    lost: Tally = field(default_factory=Tally)
    open: Tally = field(default_factory=Tally)
    went_on: Tally = field(default_factory=Tally)
    left: int = 0
    spent: int = 0
    seconds: list[int] = field(default_factory=list)
    still_there: int = 0
    oldest: int | None = None

    def conversion(self, by_value: bool = False) -> Fraction | None:
        """advanced / reached so far; in mode *visited* the share that was in the next stage too."""
        return ratio(self.went_on.size(by_value), self.reached.size(by_value))

    def decided(self, by_value: bool = False) -> Fraction | None:
        """advanced / (advanced + lost): without the undecided."""
        advanced = self.advanced.size(by_value)
        return ratio(advanced, advanced + self.lost.size(by_value))

    def days_mean(self) -> Fraction | None:
        """Mean days in stage."""
        return ratio(self.spent, self.left * DAY_SECONDS)

    def days_median(self) -> Fraction | None:
        """Median days in stage."""
        return days(median(self.seconds))

    def oldest_days(self, as_of: int) -> Fraction | None:
        """Age of the oldest open visit, in days."""
        return None if self.oldest is None else days(as_of - self.oldest)

    @property
    def is_used(self) -> bool:
        """Whether any deal stopped or stayed here; a retired stage that none did is not shown."""
        return bool(self.lost.deals or self.open.deals or self.left or self.still_there)


@dataclass(slots=True)
class Funnel:
    """A funnel of one pipeline.

    :param steps: one per stage in order, retired ones only where deals stopped or were in them.
    :param deals: the deals of the cohort; ``won``, ``lost`` and ``open`` are parts of them. Each stage of the
        cohort *entered* has its own deals; then these are the ones that entered the first stage.
    """

    steps: list[FunnelStep]
    deals: Tally
    won: Tally
    lost: Tally
    open: Tally

    def overall(self, by_value: bool = False) -> Fraction | None:
        """won / deals of the cohort: the product of the conversions (METRICS 2)."""
        return ratio(self.won.size(by_value), self.deals.size(by_value))

    def lowest(self, small_n: int, by_value: bool = False) -> FunnelStep | None:
        """The stage with the lowest *decided* among those with enough decided deals [1C].

        :param small_n: at least this many advanced or lost deals.
        """
        best: tuple[Fraction, FunnelStep] | None = None
        for step in self.steps:
            decided = step.decided(by_value)
            enough = step.advanced.deals + step.lost.deals >= small_n
            if decided is not None and enough and (best is None or decided < best[0]):
                best = decided, step
        return best[1] if best else None


def funnel(
    pipeline: PipelineFact,
    cells: Iterable[FunnelCell],
    prices: Prices,
    *,
    mode: Mode = Mode.REACHED,
    days_cells: Iterable[DaysCell] = (),
    open_cells: Iterable[OpenCell] = (),
    keep: Collection[int] = (),
) -> Funnel:
    """Make a funnel from cells.

    :param cells: of one cohort; for *entered* each cell names the stage that was entered.
    :param days_cells: for days in stage.
    :param open_cells: for *still there*.
    :param keep: numbers of stages that have a step in any case: those of the whole, so that groups add up.
    """
    own = list(priced(cells, prices))
    whole = Funnel(
        _steps(pipeline, own, mode, days_cells, open_cells, keep), Tally(), Tally(), Tally(), Tally()
    )
    for cell, tally in own:
        if cell.entered in {0, 1}:
            _count_whole(whole, cell, tally)
    return whole


def steps_of(
    pipeline: PipelineFact,
    cells: Iterable[FunnelCell],
    prices: Prices,
    *,
    mode: Mode = Mode.REACHED,
    days_cells: Iterable[DaysCell] = (),
    open_cells: Iterable[OpenCell] = (),
    keep: Collection[int] = (),
) -> list[FunnelStep]:
    """The steps of a funnel alone: of one group among many nobody asks for the sums.

    The parameters are those of :func:`funnel`.
    """
    own = [(cell, Tally(cell.deals, _total(cell, prices))) for cell in cells]
    return _steps(pipeline, own, mode, days_cells, open_cells, keep)


def _steps(
    pipeline: PipelineFact,
    own: Sequence[tuple[FunnelCell, Tally]],
    mode: Mode,
    days_cells: Iterable[DaysCell],
    open_cells: Iterable[OpenCell],
    keep: Collection[int],
) -> list[FunnelStep]:
    # Cells are of one cohort: each of them names the stage that was entered, or none does.
    if mode is Mode.REACHED and not (own and own[0][0].entered):
        steps = _counted_downwards(pipeline.stages, own)
    else:
        steps = [FunnelStep(stage) for stage in pipeline.stages]
        _count_each(steps, own, _following(pipeline), mode)
    by_id = {step.stage.id: step for step in steps}
    for days_cell in days_cells:
        step = by_id[days_cell.stage_id]
        step.left += days_cell.deals
        step.spent += days_cell.total
        step.seconds.extend(days_cell.seconds)
    for open_cell in open_cells:
        step = by_id[open_cell.stage_id]
        step.still_there += open_cell.deals
        step.oldest = open_cell.oldest if step.oldest is None else min(step.oldest, open_cell.oldest)
    return [step for step in steps if not step.stage.retired or step.is_used or step.stage.id in keep]


def priced(cells: Iterable[FunnelCell], prices: Prices) -> Iterable[tuple[FunnelCell, Tally]]:
    """The cells with their worth. Those that differ in the currency only are put together."""
    found: dict[tuple[int, int, DealStatus, int, int], tuple[FunnelCell, Tally]] = {}
    for cell in cells:
        total = _total(cell, prices)
        key = (cell.entered, cell.furthest, cell.status, cell.visited_mask, cell.straight)
        if key in found:
            found[key][1].add(cell.deals, total)
        else:
            found[key] = cell, Tally(cell.deals, total)
    return found.values()


def _total(cell: FunnelCell, prices: Prices) -> Total:
    return prices.total(
        cell.amount,
        cell.currency,
        deals=cell.deals,
        with_amount=cell.with_amount,
        priced=None if cell.status is DealStatus.OPEN else cell.priced,
    )


def _following(pipeline: PipelineFact) -> dict[int, int]:
    """For each position the next one that is in use; the last one has none."""
    used = [stage.position for stage in pipeline.stages if not stage.retired]
    return {
        stage.position: min((at for at in used if at > stage.position), default=0)
        for stage in pipeline.stages
    }


def _was_in(cell: FunnelCell, position: int, mode: Mode) -> bool:
    if mode is Mode.VISITED:
        return bool(cell.visited_mask >> (position - 1) & 1)
    if mode is Mode.STRAIGHT:
        return cell.straight >= position and cell.furthest >= position
    return cell.furthest >= position


def _count_whole(whole: Funnel, cell: FunnelCell, tally: Tally) -> None:
    whole.deals.add(tally.deals, tally.total)
    part = {DealStatus.WON: whole.won, DealStatus.LOST: whole.lost, DealStatus.OPEN: whole.open}
    part[cell.status].add(tally.deals, tally.total)


def _counted_downwards(
    stages: Sequence[StageFact], cells: Iterable[tuple[FunnelCell, Tally]]
) -> list[FunnelStep]:
    """The steps of mode *reached*, counted from the last stage down.

    Who came further advanced, so that each deal is added up once.
    """
    nobody = Tally()
    stopped: dict[tuple[int, bool], Tally] = {}
    for cell, tally in cells:
        place = cell.furthest, cell.status is DealStatus.LOST
        stopped[place] = stopped[place].plus(tally) if place in stopped else tally
    further = stopped.get((len(stages) + 1, False), nobody)
    steps = []
    for stage in reversed(stages):
        lost = stopped.get((stage.position, True), nobody)
        still_open = stopped.get((stage.position, False), nobody)
        reached = further.plus(lost).plus(still_open)
        steps.append(FunnelStep(stage, reached, further, lost, still_open, further))
        further = reached
    steps.reverse()
    return steps


def _count_each(
    steps: Sequence[FunnelStep],
    cells: Sequence[tuple[FunnelCell, Tally]],
    following: Mapping[int, int],
    mode: Mode,
) -> None:
    """Count at each step the deals that belong there."""
    for step in steps:
        position = step.stage.position
        for cell, tally in cells:
            if (cell.entered in {0, position}) and _was_in(cell, position, mode):
                _count_step(step, cell, tally, following[position], mode)
        for part in (step.advanced, step.lost, step.open):
            step.reached.add(part.deals, part.total)
        if mode is not Mode.VISITED:
            step.went_on = step.advanced


def _count_step(step: FunnelStep, cell: FunnelCell, tally: Tally, following: int, mode: Mode) -> None:
    if cell.furthest > step.stage.position:
        part = step.advanced
    elif cell.status is DealStatus.LOST:
        part = step.lost
    else:
        part = step.open
    part.add(tally.deals, tally.total)
    if mode is Mode.VISITED:
        # METRICS 2: visited both this stage and the next; after the last stage, won.
        went_on = (
            bool(cell.visited_mask >> (following - 1) & 1) if following else cell.status is DealStatus.WON
        )
        if went_on:
            step.went_on.add(tally.deals, tally.total)


def close_ratios(pipeline: PipelineFact, cells: Sequence[FunnelCell]) -> dict[int, tuple[int, int]]:
    """Close ratio from each stage: won and closed deals among those that reached it (METRICS 1).

    :param cells: closed deals, mode *reached*.
    :returns: by stage number: (won, won + lost).
    """
    found = {}
    for stage in pipeline.stages:
        reached = [cell for cell in cells if cell.furthest >= stage.position]
        won = sum(cell.deals for cell in reached if cell.status is DealStatus.WON)
        found[stage.id] = (won, sum(cell.deals for cell in reached))
    return found
