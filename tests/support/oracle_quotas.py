"""What the reports on quotas and forecast must show, worked out the plain way from METRICS 6 and 7."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import product
from typing import Any

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.models import Deal, DealPast, QuotaRevision, Stage
from funnel_tui.services.transaction import table_of
from funnel_tui.services.workspace import Workspace
from tests.support.histories import NOW, REPS, TEAMS, World
from tests.support.oracle import Oracle, Rows
from tests.support.seen import Seen, euro, half_up, share

EPOCH = date(1970, 1, 1)
PERIODS = tuple(
    Period.parse(text)
    for text in ("2026-Q2", "2026-Q1", "2026", "2026-06", "2026-01", "2026-01-15..2026-03-29", "2026-Q3")
)
CATEGORIES = ("commit", "best_case", "pipeline", "omitted")


@dataclass(frozen=True)
class Revision:
    """A quota as it was set."""

    rep: int | None
    team: int | None
    period: Period
    unit: str
    amount: int | None
    currency: str | None
    at: int


@dataclass
class Plans:
    """What a world has besides its deals.

    :ivar expected: per deal (until, expected close) in order; the last has no end.
    :ivar chosen: the category chosen for a deal; ``of_stage`` that of a stage.
    """

    revisions: list[Revision] = field(default_factory=list)
    expected: dict[int, list[tuple[int | None, int | None]]] = field(default_factory=dict)
    chosen: dict[int, str | None] = field(default_factory=dict)
    of_stage: dict[int, str] = field(default_factory=dict)

    def expected_close(self, deal: Seen) -> date | None:
        """When a deal was expected to close, as that stood at its instant."""
        day = next(value for until, value in self.expected[deal.number] if until is None or until > deal.at)
        return None if day is None else EPOCH + timedelta(days=day)


def plan(workspace: Workspace, world: World, rng: random.Random) -> Plans:
    """Give a written world expected closes, categories and quotas."""
    plans = Plans()
    today = NOW // 86_400
    deal, past, stage = table_of(Deal), table_of(DealPast), table_of(Stage)

    def some_day() -> int | None:
        return None if rng.random() < 0.2 else today + rng.randint(-160, 60)

    with workspace.change("plan") as call:
        connection = call.connection
        for pipeline in world.pipelines:
            for one in pipeline.stages:
                plans.of_stage[one.id] = rng.choice(CATEGORIES)
                row = {"category": plans.of_stage[one.id]}
                connection.execute(stage.update().where(stage.c.id == one.id).values(row))
        for number in range(1, len(world.stories) + 1):
            rows = connection.execute(
                past.select().where(past.c.deal_id == number).order_by(past.c.until_at, past.c.id)
            ).all()
            found: list[tuple[int | None, int | None]] = []
            for row in rows:
                found.append((row.until_at, some_day()))
                values = {"expected_close": found[-1][1]}
                connection.execute(past.update().where(past.c.id == row.id).values(values))
            found.append((None, some_day()))
            plans.expected[number] = found
            plans.chosen[number] = rng.choice((None, None, *CATEGORIES))
            last = {"expected_close": found[-1][1], "category": plans.chosen[number]}
            connection.execute(deal.update().where(deal.c.id == number).values(last))
        plans.revisions = _revisions(rng)
        for each in plans.revisions:
            call.insert(QuotaRevision, _row(each))
    return plans


def _revisions(rng: random.Random) -> list[Revision]:
    found = []
    months = [Period.month(2026, month) for month in (1, 2, 3, 4, 5, 6)]
    for period in (*PERIODS, *months):
        for rep, team in [(number, None) for number, _, _ in REPS] + [(None, 1), (None, 2), (None, None)]:
            for _ in range(rng.choice((0, 0, 1, 1, 2))):
                unit = "deals" if rng.random() < 0.2 else "money"
                amount = rng.choice((None, 0, rng.randint(1, 5), rng.randint(1, 10**6), 50_000))
                currency = rng.choice(("EUR", "EUR", "EUR", "USD", "JPY", "CHF"))
                kept = None if unit == "deals" or amount is None else currency
                at = NOW - rng.randrange(200) * 86_400
                found.append(Revision(rep, team, period, unit, amount, kept, at))
    return found


def _row(each: Revision) -> dict[str, Any]:
    return {
        **{"rep_id": each.rep, "team_id": each.team, "unit": each.unit, "amount": each.amount},
        **{"start_day": (each.period.start - EPOCH).days, "end_day": (each.period.end - EPOCH).days},
        **{"currency": each.currency, "at": each.at, "by": "tester", "note": None},
    }


class QuotaOracle:
    """The reports on quotas and forecast of one scope."""

    def __init__(self, world: World, plans: Plans, scope: Scope) -> None:
        self.scope, self.plans = scope, plans
        self.base = Oracle(world, scope.with_(by=None), NOW)
        self.at, self.owners = self.base.at, self.base.owners
        self.today = datetime.fromtimestamp(self.at, self.base.zone).date()
        period = scope.period
        self.total = (period.end - period.start).days
        self.elapsed = min(self.total, max(0, (self.today - period.start).days + 1))

    # METRICS 6

    def quotas(self) -> tuple[Rows, dict[str, Any]]:
        """Rows per rep, and the totals."""
        lines = []
        for number, name, _ in sorted(REPS, key=lambda rep: rep[1].casefold()):
            if number not in self.owners:
                continue
            units = [unit for unit in ("money", "deals") if self._quota(number, None, unit) is not None]
            lines += [self._line(number, name, unit) for unit in units or ["money"]]
        return [line["row"] for line in lines], self._totals(lines)

    def _line(self, rep: int, name: str, unit: str) -> dict[str, Any]:
        quota = self._quota(rep, None, unit)
        currency = "EUR" if quota is None or unit == "deals" else quota[1]
        won = [deal for deal in self._won() if self._whose(deal) == rep]
        opened = [deal for deal in self._pipeline() if deal.values.owner == rep]
        amount = None if quota is None else Fraction(quota[0])
        if unit == "deals":
            brought, coming = Fraction(len(won)), Fraction(len(opened))
            own: Any = amount
        else:
            brought, coming = _worth(won), _worth(opened)
            own = self._euros(amount, currency)
        line = {"unit": unit, "rep": rep, "quota": own, "won": brought, "pipeline": coming}
        figures: dict[str, Any] = {"quota": amount, "won": brought, "pipeline": coming}
        if currency != "EUR":
            rate = self._rate(currency, self.today)
            figures["won"] = None if rate is None else self._won_in(won, currency)
            figures["pipeline"] = None if rate is None else coming / rate
        return line | {"row": self._row(name, unit, currency, figures)}

    def _row(self, name: str, unit: str, currency: str, figures: dict[str, Any]) -> dict[str, Any]:
        quota, won, pipeline = figures["quota"], figures["won"], figures["pipeline"]
        known = quota is not None and won is not None
        gap = max(Fraction(0), quota - won) if known else None
        expected = None if quota is None else quota * Fraction(self.elapsed, self.total)
        pace = share(won, expected) if known and expected is not None else None
        attainment = share(won, quota) if known else None
        left = self.total - self.elapsed
        status = None
        if attainment is not None:
            status = "done" if attainment >= 1 else None
            if status is None and pace is not None:
                status = "on track" if pace >= 1 else "at risk" if pace >= Fraction(8, 10) else "behind"
        amounts = {
            "quota": quota,
            "won": won,
            "gap": gap,
            "surplus": max(Fraction(0), won - quota) if known else None,
            "pipeline": pipeline,
            "expected": expected,
            "projection": None if won is None or not self.elapsed else won * self.total / self.elapsed,
            "needed_per_day": None if gap is None else share(gap, left),
        }
        return {
            **{"owner": name, "period": self.scope.period.name, "unit": unit, "status": status},
            **{"attainment": attainment, "pace": pace},
            "coverage": None if gap is None or pipeline is None else share(pipeline, gap),
            **{key: _shown(value, unit, currency) for key, value in amounts.items()},
        }

    def _totals(self, lines: list[dict[str, Any]]) -> dict[str, Any]:
        with_quota = [line for line in lines if line["row"]["quota"] is not None]
        unit = "deals" if with_quota and all(line["unit"] == "deals" for line in with_quota) else "money"
        mine = [line for line in lines if line["unit"] == unit]
        known = [line for line in mine if line["quota"]]
        summed = known or mine
        quota = sum((line["quota"] for line in known), Fraction(0)) if known else None
        won = sum((line["won"] for line in summed), Fraction(0))
        first = {}
        for line in lines:
            first.setdefault(line["rep"], line["row"]["attainment"])
        reached = [one for one in first.values() if one is not None]
        own = self._own(unit)
        members = sum((line["quota"] for line in mine if line["quota"] is not None), Fraction(0))
        return {
            "quota": _shown(quota, unit, "EUR"),
            "won": _shown(won, unit, "EUR"),
            "gap": None if quota is None else _shown(max(Fraction(0), quota - won), unit, "EUR"),
            "attainment": None if quota is None else share(won, quota),
            "reps_with_quota": len(reached),
            "reps_at_quota": sum(one >= 1 for one in reached),
            "mismatch": None if own is None else _shown(members - own, unit, "EUR"),
        }

    def _own(self, unit: str) -> Fraction | None:
        if self.scope.owner is not None:
            return None
        team = None
        if self.scope.team is not None:
            team = next(n for n, name, _ in TEAMS if name.casefold() == self.scope.team.casefold())
        found = self._quota(None, team, unit)
        if found is None:
            return None
        return Fraction(found[0]) if unit == "deals" else self._euros(Fraction(found[0]), found[1])

    def _quota(self, rep: int | None, team: int | None, unit: str) -> tuple[Fraction, str] | None:
        """The latest revision up to as-of; of shorter periods that fill this one where it has none itself."""
        last: dict[tuple[date, date], Revision] = {}
        for one in sorted(self.plans.revisions, key=lambda each: each.at):
            if (one.rep, one.team, one.unit) == (rep, team, unit) and one.at <= self.at:
                last[one.period.start, one.period.end] = one
        there = {days: one for days, one in last.items() if one.amount is not None}
        period = self.scope.period
        parts = self._filling(period.start, period.end, there)
        if not parts:
            return None
        currencies = {one.currency or "EUR" for one in parts}
        if len(currencies) == 1:
            return Fraction(sum(one.amount or 0 for one in parts)), currencies.pop()
        priced = [self._euros(Fraction(one.amount or 0), one.currency or "EUR") for one in parts]
        return None if None in priced else (sum(priced, Fraction(0)), "EUR")  # type: ignore[arg-type]

    def _filling(self, start: date, end: date, there: dict[tuple[date, date], Revision]) -> list[Revision]:
        if (start, end) in there:
            return [there[start, end]]
        at, found = start, []
        while at < end:
            longest = max((until for since, until in there if since == at and until <= end), default=None)
            if longest is None:
                return []
            found.append(there[at, longest])
            at = longest
        return found

    def _won(self) -> list[Seen]:
        _, start, end = self.base.spans[0]
        return [
            deal
            for deal in self.base.deals
            if deal.status == "won"
            and deal.closed is not None
            and start <= deal.closed < end
            and self._whose(deal) in self.owners
        ]

    def _whose(self, deal: Seen) -> int:
        return deal.owner(deal.closed or 0, self.scope.present_owner)

    def _pipeline(self) -> list[Seen]:
        """Open deals expected to close in the period; one whose date has passed counts today."""
        period = self.scope.period
        found = []
        for deal in self.open_deals():
            day = self.plans.expected_close(deal)
            if day is not None and period.start <= max(day, self.today) < period.end:
                found.append(deal)
        return found

    def open_deals(self) -> list[Seen]:
        """The open deals of the scope."""
        return [d for d in self.base.deals if d.status == "open" and d.values.owner in self.owners]

    def _won_in(self, won: list[Seen], currency: str) -> Fraction:
        found = Fraction(0)
        for deal in won:
            if deal.values.amount is None:
                continue
            if deal.values.currency == currency:
                found += deal.values.amount
                continue
            day = datetime.fromtimestamp(deal.closed or 0, self.base.zone).date()
            ours, theirs = self._rate(str(deal.values.currency), day), self._rate(currency, day)
            if ours is not None and theirs is not None:
                found += deal.values.amount * ours / theirs
        return found

    def _rate(self, currency: str, day: date) -> Fraction | None:
        """What one minor unit was worth in cents."""
        rate = Seen._rate(self._any(), currency, (day - EPOCH).days)
        return None if rate is None else rate * Fraction(100, 1 if currency == "JPY" else 100)

    def _any(self) -> Any:
        class Rates:
            rates = self.base.world.rates

        return Rates

    def _euros(self, amount: Fraction | None, currency: str) -> Fraction | None:
        rate = self._rate(currency, self.today)
        return None if amount is None or rate is None else amount * rate

    # METRICS 7

    def forecast(self) -> tuple[Rows, dict[str, Any]]:
        """Rows per month with slipped and none, and the totals without the probability of the quota."""
        period = self.scope.period
        present = period.start <= self.today < period.end
        names, day = [], period.start
        while day < period.end:
            names.append(f"{day:%Y-%m}")
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        names += ["slipped", "none"] if present else []
        buckets: dict[str, list[Seen]] = {name: [] for name in names}
        for deal in self.open_deals():
            close = self.plans.expected_close(deal)
            if close is None:
                name = "none"
            elif close < self.today:
                name = "slipped"
            else:
                name = f"{close:%Y-%m}" if period.start <= close < period.end else "-"
            if name in buckets:
                buckets[name].append(deal)
        closed: dict[str, list[Seen]] = {name: [] for name in names}
        for deal in self._won():
            closed[f"{datetime.fromtimestamp(deal.closed or 0, self.base.zone):%Y-%m}"].append(deal)
        rows = [{"month": name} | self._sums(buckets[name], closed[name]) for name in names]
        everything = [deal for name in names for deal in buckets[name]]
        won = [deal for name in names for deal in closed[name]]
        return rows, self._sums(everything, won) | self._range(everything, won)

    def _sums(self, deals: list[Seen], won: list[Seen]) -> dict[str, Any]:
        return {
            "deals": len(deals),
            "amount": euro(_worth(deals)),
            "weighted": euro(sum(((d.worth() or 0) * self._chance(d) for d in deals), Fraction(0))),
            "closed": euro(_worth(won)),
            **{
                kind: euro(_worth([d for d in deals if self._category(d) == kind]))
                for kind in ("commit", "best_case", "pipeline")
            },
        }

    def _chance(self, deal: Seen) -> Fraction:
        stage = next(one for one in deal.pipeline.stages if one.position == deal.here)
        typed = deal.values.probability
        return Fraction(stage.probability_bp if typed is None else typed, 10_000)

    def _category(self, deal: Seen) -> str:
        stage = next(one for one in deal.pipeline.stages if one.position == deal.here)
        return self.plans.chosen[deal.number] or self.plans.of_stage[stage.id]

    def _range(self, deals: list[Seen], won: list[Seen]) -> dict[str, Any]:
        """By going through every outcome, for few deals; else nothing."""
        uncertain = []
        base = int(_worth(won))
        for deal in deals:
            worth, chance = deal.worth(), self._chance(deal)
            if not worth:
                continue
            if chance == 1:
                base += half_up(worth)
            elif chance:
                uncertain.append((half_up(worth), chance))
        if len(uncertain) > 9:
            return {}
        outcomes: dict[int, Fraction] = {}
        for wins in product((False, True), repeat=len(uncertain)):
            value, chance = base, Fraction(1)
            for hit, (amount, likely) in zip(wins, uncertain, strict=True):
                value += amount if hit else 0
                chance *= likely if hit else 1 - likely
            outcomes[value] = outcomes.get(value, Fraction(0)) + chance
        found = {}
        for percent in (10, 50, 90):
            below = Fraction(0)
            for value in sorted(outcomes):
                below += outcomes[value]
                if below >= Fraction(percent, 100):
                    found[f"p{percent}"] = Money(value, "EUR")
                    break
        return found


def _worth(deals: list[Seen]) -> Fraction:
    return sum((deal.worth() or Fraction(0) for deal in deals), Fraction(0))


def _shown(value: Fraction | None, unit: str, currency: str) -> Any:
    if value is None or unit == "deals":
        return value
    return Money(half_up(value), currency)
