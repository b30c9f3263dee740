"""A deal as it stood at an instant, and plain arithmetic: what the oracle is made of.

Written from METRICS, sharing no code with funnel_tui.metrics. Amounts in the base currency are exact; a
closed deal is booked at the rate of its closing day in whole minor units (METRICS M7), an open one is priced
exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money
from funnel_tui.domain.status import Mode
from tests.support.histories import DAY, Story, World

DECIMALS = {"JPY": 0}


class Seen:
    """A deal as it stood at an instant: its visits up to then, the last one open if it ended later."""

    def __init__(self, world: World, number: int, story: Story, at: int) -> None:
        self.number, self.story, self.at = number, story, at
        self.zone = ZoneInfo(world.zone)
        self.rates = world.rates
        stays = [stay for stay in story.stays if stay.entered <= at]
        self.pipeline = next(one for one in world.pipelines if one.id == stays[-1].pipeline)
        place = {stage.id: stage.position for stage in self.pipeline.stages}
        # (position, entered, left or None) of its visits to the pipeline it is in
        self.visits = [
            (
                place[stay.stage],
                stay.entered,
                stay.left if stay.left is not None and stay.left <= at else None,
            )
            for stay in stays
            if stay.pipeline == self.pipeline.id
        ]
        last = stays[-1]
        ended = last.left is not None and last.left <= at
        self.status = {"won": "won", "lost": "lost"}.get(str(last.exit), "open") if ended else "open"
        self.closed = last.left if self.status != "open" else None
        self.reason = last.reason if self.status == "lost" else None
        self.here = self.visits[-1][0]
        self.since = self.visits[-1][1]
        self.values = story.values_at(at)
        self.top = max(stage.position for stage in self.pipeline.stages)
        self.f = self.top + 1 if self.status == "won" else max(position for position, _, _ in self.visits)

    def owner(self, instant: int, present: bool) -> int:
        """Whose it was at an event, or whose it is."""
        return (self.values if present else self.story.values_at(instant)).owner

    def was_in(self, position: int, mode: Mode) -> bool:
        """METRICS 2, modes."""
        if mode is Mode.VISITED:
            return any(at == position for at, _, _ in self.visits)
        if mode is Mode.STRAIGHT:
            order = [at for at, _, _ in self.visits]
            needed = [s.position for s in self.pipeline.stages if not s.retired and s.position <= position]
            firsts = [order.index(one) if one in order else -1 for one in needed]
            return -1 not in firsts and firsts == sorted(firsts) and self.f >= position
        return self.f >= position

    def reached_at(self, position: int) -> int | None:
        """When it first was in this stage or a later one, or was won."""
        instants = [entered for at, entered, _ in self.visits if at >= position]
        if self.status == "won":
            assert self.closed is not None
            instants.append(self.closed)
        return min(instants) if instants else None

    def final_exit(self, position: int) -> int | None:
        """When it left the stage for good; None when it is there or never was."""
        lefts = [left for at, _, left in self.visits if at == position]
        return lefts[-1] if lefts else None

    def seconds(self, position: int) -> int:
        """How long it was in the stage, all visits together."""
        return sum(left - entered for at, entered, left in self.visits if at == position and left is not None)

    def worth(self) -> Fraction | None:
        """Its amount in minor units of EUR; None without an amount or a rate."""
        if self.values.amount is None:
            return None
        instant = self.at if self.closed is None else self.closed
        day = (datetime.fromtimestamp(instant, self.zone).date() - date(1970, 1, 1)).days
        rate = self._rate(str(self.values.currency), day)
        if rate is None:
            return None
        worth = self.values.amount * rate * Fraction(100, 10 ** DECIMALS.get(str(self.values.currency), 2))
        return worth if self.closed is None else Fraction(half_up(worth))

    def _rate(self, currency: str, day: int) -> Fraction | None:
        if currency == "EUR":
            return Fraction(1)
        best: tuple[int, int, Fraction] | None = None
        for base, quote, known, scaled in self.rates:
            if known > day or currency not in (base, quote):
                continue
            direct = base == currency
            rate = Fraction(scaled, 10**12) if direct else Fraction(10**12, scaled)
            if best is None or (known, direct) > best[:2]:
                best = known, direct, rate
        return best[2] if best else None


def half_up(value: Fraction) -> int:
    """Halves away from zero."""
    sign = -1 if value < 0 else 1
    whole, rest = divmod(abs(value).numerator, abs(value).denominator)
    return sign * (whole + (2 * rest >= abs(value).denominator))


def euro(value: Fraction | None) -> Money | None:
    """Exact minor units as money."""
    return None if value is None else Money(half_up(value), "EUR")


def share(part: Fraction | int, whole: Fraction | int) -> Fraction | None:
    """No value for a zero denominator."""
    return None if whole == 0 else Fraction(part) / Fraction(whole)


def mean(values: Sequence[Fraction | int]) -> Fraction | None:
    """The arithmetic mean."""
    return share(sum(values, Fraction(0)), len(values))


def median(values: Sequence[Fraction | int]) -> Fraction | None:
    """The middle of the ordered values, or the mean of the two middle ones."""
    if not values:
        return None
    ordered = sorted(values)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return (Fraction(low) + Fraction(high)) / 2


def days(seconds: Fraction | int | None) -> Fraction | None:
    """Days of 86,400 seconds."""
    return None if seconds is None else Fraction(seconds) / DAY


def amounts(deals: Iterable[Seen]) -> Fraction:
    """Σ amount in the base currency; what has none or no rate is in no sum."""
    return sum((deal.worth() or Fraction(0) for deal in deals), Fraction(0))
