"""The four funnel metrics: how many deals, how large, how often won, how fast (METRICS 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from funnel_tui.domain.cells import AmountsCell, ClosedCell, OpenCell
from funnel_tui.domain.status import DealStatus
from funnel_tui.metrics.figures import Prices, Total, days, mean, median, median_of_parts, ratio


@dataclass(slots=True)
class Summary:
    """The four metrics of one group of deals; amounts in minor units of the base currency.

    :param open_deals: open at as-of; ``open_total`` is their worth.
    :param open_amounts: the single amounts, for the median: what one minor unit is worth in the base
        currency, and the amounts in such units.
    :param won: won in the period; ``won_total`` is their worth. ``lost`` likewise.
    :param seconds: creation to winning, one per won deal.
    """

    open_deals: int = 0
    open_total: Total = field(default_factory=Total)
    open_amounts: list[tuple[Fraction, Sequence[int]]] = field(default_factory=list)
    won: int = 0
    won_total: Total = field(default_factory=Total)
    lost: int = 0
    lost_total: Total = field(default_factory=Total)
    seconds: list[int] = field(default_factory=list)

    @property
    def average_open(self) -> Fraction | None:
        """Σ amount / number of open deals with an amount."""
        return ratio(self.open_total.exact, self.open_total.priced)

    @property
    def median_open(self) -> Fraction | None:
        """The median amount of the open deals that have one."""
        return median_of_parts(self.open_amounts)

    @property
    def average_won(self) -> Fraction | None:
        """Σ amount / number of won deals with an amount."""
        return ratio(self.won_total.exact, self.won_total.priced)

    def close_ratio(self, by_value: bool = False) -> Fraction | None:
        """won / (won + lost) among deals closed in the period."""
        if by_value:
            return ratio(self.won_total.exact, self.won_total.exact + self.lost_total.exact)
        return ratio(self.won, self.won + self.lost)

    @property
    def time_to_win_mean(self) -> Fraction | None:
        """Mean days from creation to winning."""
        return days(mean(self.seconds))

    @property
    def time_to_win_median(self) -> Fraction | None:
        """Median days from creation to winning."""
        return days(median(self.seconds))

    @property
    def velocity(self) -> Fraction | None:
        """Minor units per day: open deals × average won × close ratio / time to win.

        No value when the time is 0 or nothing was won.
        """
        time, size, share = self.time_to_win_mean, self.average_won, self.close_ratio()
        if not time or size is None or share is None:
            return None
        return self.open_deals * size * share / time

    @property
    def without_amount(self) -> int:
        """Open deals, and deals won in the period, that are in the counts but in no sum (METRICS M8)."""
        return self.open_total.without_amount + self.won_total.without_amount

    @property
    def without_rate(self) -> int:
        """Deals with an amount that no exchange rate is known for (METRICS M7)."""
        return self.open_total.without_rate + self.won_total.without_rate + self.lost_total.without_rate


def summary(
    closed: Iterable[ClosedCell],
    open_cells: Iterable[OpenCell],
    amounts: Iterable[AmountsCell],
    prices: Prices,
) -> Summary:
    """Make the four metrics from cells."""
    found = Summary()
    for cell in closed:
        total = prices.total(
            cell.amount, None, deals=cell.deals, with_amount=cell.with_amount, priced=cell.priced
        )
        if cell.status is DealStatus.WON:
            found.won += cell.deals
            found.won_total.add(total)
            found.seconds.extend(cell.seconds)
        else:
            found.lost += cell.deals
            found.lost_total.add(total)
    for open_cell in open_cells:
        found.open_deals += open_cell.deals
        found.open_total.add(open_total(open_cell, prices))
    for amount_cell in amounts:
        factor = prices.factor(amount_cell.currency)
        if factor is not None:
            found.open_amounts.append((factor, amount_cell.amounts))
    return found


def open_total(cell: OpenCell, prices: Prices) -> Total:
    """What the open deals of a cell are worth at the latest rate up to as-of."""
    return prices.total(cell.amount, cell.currency, deals=cell.deals, with_amount=cell.with_amount)
