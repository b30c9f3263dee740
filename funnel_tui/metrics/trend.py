"""What was won month by month, and how long it took from the first contact (METRICS 1, durations M9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from funnel_tui.domain.cells import WonCell
from funnel_tui.metrics.figures import Prices, Total, days, mean, median


@dataclass(slots=True)
class Won:
    """Deals won, what they brought, and how long each took.

    :param seconds: from the first contact to winning, one number per deal.
    """

    deals: int = 0
    total: Total = field(default_factory=Total)
    seconds: list[int] = field(default_factory=list)

    def days_mean(self) -> Fraction | None:
        """Mean days from the first contact to winning."""
        return days(mean(self.seconds))

    def days_median(self) -> Fraction | None:
        """Median days from the first contact to winning."""
        return days(median(self.seconds))


def won(cells: Iterable[WonCell], prices: Prices) -> Won:
    """Put cells together; they may be of several months, reps and pipelines."""
    whole = Won()
    for cell in cells:
        whole.deals += cell.deals
        whole.total.add(
            prices.total(
                cell.amount, None, deals=cell.deals, with_amount=cell.with_amount, priced=cell.priced
            )
        )
        whole.seconds.extend(cell.seconds)
    return whole
