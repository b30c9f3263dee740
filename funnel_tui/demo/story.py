"""How one deal went: a small simulation of selling, from the first contact to the end or to now."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from funnel_tui.demo.cast import LOSS_REASONS, PROCESSES, SELLERS, SOURCES, Cast, Rung, Seller
from funnel_tui.demo.words import LOSS_NOTES
from funnel_tui.domain.period import DAY_SECONDS

MAX_VISITS = 14
EUR_IN_NOK = 11.5
USD_IN_NOK = 10.5

_WORK_BEGINS = 7 * 3600
_WORK_SECONDS = 9 * 3600


def at_work(instant: int, rng: random.Random) -> int:
    """An instant in working hours (UTC) of the same day, or of the Monday after a weekend."""
    day = instant // DAY_SECONDS
    weekday = (day + 3) % 7
    if weekday > 4:
        day += 7 - weekday
    return day * DAY_SECONDS + _WORK_BEGINS + int(rng.random() * _WORK_SECONDS)


def by_now(instant: int, now: int) -> int:
    """An instant of working hours that is not after now.

    A later one takes the same place in the working hours of today as far as they have gone; in the first hour
    of a day, or at a weekend, in those of the working day before. So what was done today is spread over the
    day.
    """
    if instant <= now:
        return instant
    part = (instant % DAY_SECONDS - _WORK_BEGINS) / _WORK_SECONDS
    day = now // DAY_SECONDS
    gone = now - day * DAY_SECONDS - _WORK_BEGINS
    while (day + 3) % 7 > 4 or gone < 3600:
        day, gone = day - 1, _WORK_SECONDS
    return day * DAY_SECONDS + _WORK_BEGINS + int(part * min(gone, _WORK_SECONDS))


@dataclass(slots=True)
class Story:
    """A deal as the bulk writer takes it.

    :param seller: the place in ``SELLERS`` of its owner now.
    :param process: the place in ``PROCESSES``.
    """

    deal: dict[str, Any]
    seller: int
    process: int
    visits: list[dict[str, Any]] = field(default_factory=list)
    past: list[dict[str, Any]] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether the deal is still open."""
        return self.visits[-1]["exit"] is None

    @property
    def won(self) -> bool:
        """Whether the deal was won."""
        return bool(self.visits[-1]["exit"] == "won")


class Storyteller:
    """Tells how deals went. The same numbers come for the same seed, cast and clock.

    :param now: nothing is told that happens later, in epoch seconds.
    """

    def __init__(self, rng: random.Random, cast: Cast, now: int) -> None:
        self._rng = rng
        self._cast = cast
        self._now = now
        self._leads = cumulated([seller.leads for seller in SELLERS])
        self._shares = cumulated([process.share for process in PROCESSES])
        self._sources = cumulated([share for _, share, _ in SOURCES])
        self._early = cumulated([early for _, early, _ in LOSS_REASONS])
        self._late = cumulated([late for _, _, late in LOSS_REASONS])

    def tell(self, organisation_id: int, created_at: int) -> Story:
        """One deal from its creation to its end, or to now; its title is the caller's to add.

        :param created_at: in epoch seconds, not after now.
        """
        rng = self._rng
        seller = pick(self._leads, rng.random())
        process = pick(self._shares, rng.random())
        source = pick(self._sources, rng.random())
        amount, currency = self._price(SELLERS[seller], process)
        usual = sum(rung.step.days for rung in self._cast.rungs[process])
        close_in = usual * (0.8 + 0.9 * rng.random())
        deal: dict[str, Any] = {
            "organisation_id": organisation_id,
            "owner_id": self._cast.reps[seller],
            "created_owner_id": self._cast.reps[seller],
            "amount_minor": amount,
            "currency": currency,
            "expected_close": None if rng.random() < 0.06 else created_at // DAY_SECONDS + int(close_in),
            "probability_bp": None,
            "source_id": self._cast.sources[source],
            "created_at": created_at,
        }
        if rng.random() < 0.12:
            # Many deals are priced only once it is known what is wanted.
            deal["amount_minor"] = deal["currency"] = None
        story = Story(deal, seller, process)
        losing = SELLERS[seller].losing * SOURCES[source][2]
        if process == 0 and amount > 40_000_000:
            losing *= 1.15
        self._walk(story, losing, (amount, currency))
        return story

    def _price(self, seller: Seller, process: int) -> tuple[int, str]:
        """An amount in minor units and its currency."""
        rng = self._rng
        kroner = PROCESSES[process].amount * math.exp(rng.gauss(0.0, PROCESSES[process].spread))
        draw = rng.random()
        if draw < 0.02:
            return max(500, round(kroner / USD_IN_NOK / 500) * 500) * 100, "USD"
        if draw < 0.02 + seller.euro:
            return max(500, round(kroner / EUR_IN_NOK / 500) * 500) * 100, "EUR"
        return max(5_000, round(kroner / 5_000) * 5_000) * 100, "NOK"

    def _walk(self, story: Story, losing: float, price: tuple[int, str]) -> None:
        """Give the story its visits and former values."""
        rng, now = self._rng, self._now
        rungs = self._cast.rungs[story.process]
        pace = SELLERS[story.seller].pace
        place = 0 if rng.random() > 0.07 else 1 + (rng.random() < 0.4 and len(rungs) > 3)
        at = int(story.deal["created_at"])
        while True:
            rung = rungs[place]
            visit = self._enter(story, rung, at)
            days = rung.step.days * pace * math.exp(rng.gauss(-0.18, 0.6))
            if rng.random() < 0.045:
                days *= 5
            left = max(at_work(at + int(days * DAY_SECONDS), rng), at + 1800)
            self._edit(story, place, at, min(left, now), price)
            if left > now:
                return
            visit["left_at"] = left
            visit["exit_owner_id"] = story.deal["owner_id"]
            if rng.random() < rung.step.loses * losing:
                self._lose(visit, place)
                # A lost customer calls again.
                left = at_work(left + int((8 + 50 * rng.random()) * DAY_SECONDS), rng)
                if rng.random() > 0.06 or left > now:
                    return
            elif place == len(rungs) - 1:
                visit["exit"] = "won"
                return
            else:
                visit["exit"] = "moved"
                place = self._next(place, len(rungs))
            at = left
            if len(story.visits) == MAX_VISITS:
                self._enter(story, rungs[place], at)
                return

    def _enter(self, story: Story, rung: Rung, at: int) -> dict[str, Any]:
        deal = story.deal
        visit = {
            "pipeline_id": rung.pipeline_id,
            "stage_id": rung.stage_id,
            "entered_at": at,
            "left_at": None,
            "exit": None,
            "owner_id": deal["owner_id"],
            "exit_owner_id": None,
            "amount_minor": deal["amount_minor"],
            "currency": deal["currency"],
            "moved_by": SELLERS[story.seller].name,
        }
        story.visits.append(visit)
        return visit

    def _next(self, place: int, count: int) -> int:
        """The place moved to: mostly the next one, at times one further, at times one back."""
        draw = self._rng.random()
        if draw < 0.05 and place > 0:
            return place - 1
        if draw > 0.95 and place + 2 < count:
            return place + 2
        return place + 1

    def _lose(self, visit: dict[str, Any], place: int) -> None:
        rng = self._rng
        reason = pick(self._early if place < 2 else self._late, rng.random())
        visit["exit"] = "lost"
        visit["loss_reason_id"] = self._cast.reasons[reason]
        if rng.random() < 0.15:
            visit["loss_note"] = LOSS_NOTES[reason % len(LOSS_NOTES)]

    def _edit(self, story: Story, place: int, start: int, end: int, price: tuple[int, str]) -> None:
        """At most one edit between two instants: a price, a later close, another owner, a probability."""
        rng = self._rng
        at = start + 600 + int((end - start) * rng.random())
        if not start < at < end:
            return
        deal = story.deal
        changes: dict[str, Any] = {}
        amount, close = deal["amount_minor"], deal["expected_close"]
        if amount is None:
            if place > 0 and rng.random() < 0.7:
                changes["amount_minor"], changes["currency"] = price
        elif rng.random() < 0.09:
            step = 100_000 if amount > 5_000_000 else 10_000
            changes["amount_minor"] = max(step, round(amount * (0.7 + 0.55 * rng.random()) / step) * step)
        if close is not None and close * DAY_SECONDS < end and rng.random() < 0.65:
            changes["expected_close"] = at // DAY_SECONDS + 10 + int(45 * rng.random())
        draw = rng.random()
        if draw < 0.015:
            story.seller = pick(self._leads, rng.random())
            changes["owner_id"] = self._cast.reps[story.seller]
        elif draw > 0.985:
            changes["probability_bp"] = 500 * (2 + int(16 * rng.random()))
        changes = {name: value for name, value in changes.items() if deal[name] != value}
        if changes:
            story.past.append({"until_at": at, **{name: deal[name] for name in _KEPT}})
            deal.update(changes)


_KEPT = ("owner_id", "amount_minor", "currency", "expected_close", "probability_bp", "source_id")


def cumulated(shares: Sequence[float]) -> tuple[float, ...]:
    """Running sums, scaled so that the last one is 1."""
    total, run, found = sum(shares), 0.0, []
    for share in shares:
        run += share
        found.append(run / total)
    found[-1] = 1.0
    return tuple(found)


def pick(cumulated: Sequence[float], draw: float) -> int:
    """The place whose share a number between 0 and 1 falls into."""
    place = 0
    while draw >= cumulated[place]:
        place += 1
    return place
