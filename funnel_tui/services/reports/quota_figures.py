"""What everybody has to reach and has reached in a period: one read for the report and the screen.

Won and pipeline are read once for all reps, in the base currency. A quota in another currency is held against
the single deals of its holder, each converted at the rate of its closing day (METRICS M7); that is exact, and
needed for few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from funnel_tui.domain.money import Rates
from funnel_tui.domain.period import Period, day_number, days_of, local_day
from funnel_tui.domain.quotas import COMPANY, Holder
from funnel_tui.domain.said import said
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.language import tr
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.forecast import OpenDeal, counted_on
from funnel_tui.metrics.quota import Clock, QuotaStanding
from funnel_tui.queries import quotas as queries
from funnel_tui.queries.forecast import open_deals, pipeline_cells
from funnel_tui.queries.names import resolve
from funnel_tui.queries.settings import read_rates
from funnel_tui.services.reports.looking import Looking
from funnel_tui.services.reports.quota_trend import Plans

NO_TEAM = said("(no team)")
ALONE = Holder(0, 0)
"""Whose line that of the reps in no team is."""

Won = tuple[int, int, int, int]
"""Won deals: how many, how many with an amount, how many priced, their worth in the base currency."""

LEFT, NO_RATE = tr("has left"), tr("no exchange rate")


class QuotaLine(NamedTuple):
    """A quota with how it stands; a rep without one has a line too.

    :param unit: what is counted.
    :param currency: of the amounts of ``standing``; the base currency without a quota.
    :param standing: in ``currency``, or in deals.
    :param base: the same in the base currency, for totals; the very same where it is in deals.
    :param parts: from how many quotas the figure was added up: the months of a quarter; 1 for its own.
    :param marks: what is odd about it, such as ``no exchange rate``.
    :param won_deals: how many deals are won in the period, and ``open_deals`` how many are expected in it.
    """

    holder: Holder
    name: str
    unit: QuotaUnit
    currency: str
    standing: QuotaStanding
    base: QuotaStanding
    parts: int = 1
    marks: tuple[str, ...] = ()
    won_deals: int = 0
    open_deals: int = 0


@dataclass(slots=True)
class _Open:
    """What a rep has open: deals, and minor units by currency."""

    deals: int = 0
    amounts: dict[str, int] = field(default_factory=dict)
    without_amount: int = 0


_NO_DEALS = (0, 0, 0, 0)
_NOTHING_OPEN = _Open()
_UNITS = tuple(QuotaUnit)


class QuotaFigures:
    """Quotas, won and pipeline of a period as they stood at as-of.

    :param looking: with the period as its only span.
    :param plans: what was read already of several periods, this one the last; None reads it.
    """

    def __init__(self, looking: Looking, period: Period, plans: Plans | None = None) -> None:
        self.looking = looking
        self.period = period
        self.start, self.end = days_of(period)
        self.today = looking.prices.day
        self.clock = Clock.of(self.start, self.end, self.today)
        reader = looking.reader
        self.reps = queries.reps_listed(reader)
        self.teams = queries.teams_listed(reader)
        self.plans = plans or Plans(looking, [period])
        self._won = self._read_won()
        self._open = self._read_open()
        self._rates: Rates | None = None

    def _read_won(self) -> dict[int, Won]:
        found: dict[int, Won] = {}
        for selection in self.looking.selections:
            for _, owner, deals, known, priced, amount in queries.won_cells(self.looking.reader, selection):
                a, b, c, d = found.get(owner, _NO_DEALS)
                found[owner] = (a + deals, b + known, c + priced, d + amount)
        return found

    def _read_open(self) -> dict[int, _Open]:
        found: dict[int, _Open] = {}
        for selection in self.looking.selections:
            cells = pipeline_cells(self.looking.reader, selection, self.start, self.end, self.today)
            for owner, currency, deals, amount in cells:
                here = found.get(owner)
                if here is None:
                    here = found[owner] = _Open()
                here.deals += deals
                if currency is None:
                    here.without_amount += deals
                else:
                    here.amounts[currency] = here.amounts.get(currency, 0) + amount
        return found

    def rep_lines(self) -> list[QuotaLine]:
        """One line per quota of a rep of the scope, and one for each rep without any.

        A rep who has left is listed with a quota, or with deals of the period.
        """
        lines = []
        for number, name, _, active in self._admitted():
            holder = Holder(number)
            units = self.plans.units(holder)
            if not (active or units or number in self._won or number in self._open):
                continue
            marks = () if active else (LEFT,)
            for unit in units or _UNITS[:1]:
                lines.append(self.line(holder, name, (number,), unit, marks))
        return lines

    def team_lines(self) -> list[QuotaLine]:
        """One line per team of the scope, with its own quota or else that of its members; and the reps that
        are in no team together."""
        lines = []
        of_team = self.looking.scope.team is not None
        for number, name, _ in self.teams:
            members = self.members(number)
            if not members and of_team:
                continue
            holder = Holder(team_id=number)
            units = self.plans.units(holder)
            for unit in units or _UNITS[:1]:
                lines.append(self.line(holder, name, members, unit, of_members=not units))
        alone = self.members(None)
        if alone and not of_team:
            lines.append(self.line(ALONE, NO_TEAM, alone, QuotaUnit.MONEY, of_members=True))
        return lines

    def members(self, team: int | None) -> list[int]:
        """The reps of the scope in a team and the teams inside it; those in no team for None."""
        teams = (None,) if team is None else self._inside[team]
        return [rep for one in teams for rep in self._by_team.get(one, ())]

    @cached_property
    def _inside(self) -> Mapping[int, frozenset[int]]:
        return queries.inside(self.teams)

    @cached_property
    def _by_team(self) -> dict[int | None, list[int]]:
        found: dict[int | None, list[int]] = {}
        for rep, _, team, _ in self._admitted():
            found.setdefault(team, []).append(rep)
        return found

    def own_line(self, unit: QuotaUnit = QuotaUnit.MONEY) -> QuotaLine | None:
        """The quota of the scope itself: of its team, or of the company; None when there is none."""
        scope = self.looking.scope
        if scope.owner is not None:
            return None
        holder, name = Holder(), COMPANY
        if scope.team is not None:
            number, name = resolve(self.looking.reader, "team", scope.team)
            holder = Holder(team_id=number)
        if unit not in self.plans.units(holder):
            return None
        return self.line(holder, name, [rep for rep, _, _, _ in self._admitted()], unit)

    def everybody(self, unit: QuotaUnit = QuotaUnit.MONEY) -> QuotaLine:
        """All reps of the scope as one line, without a quota."""
        members = [rep for rep, _, _, _ in self._admitted()]
        return self.line(Holder(0, 0), COMPANY, members, unit)

    def line(
        self,
        holder: Holder,
        name: str,
        members: Sequence[int],
        unit: QuotaUnit,
        marks: tuple[str, ...] = (),
        *,
        of_members: bool = False,
    ) -> QuotaLine:
        """How the quota of a holder stands.

        :param members: the reps whose deals count.
        :param of_members: the quota is the sum of those of the members, in the base currency.
        """
        won, open_deals = self._sums(members)
        counts = won[0], open_deals.deals
        base_currency = self.plans.currency
        quota, currency, parts = self.plans.quota(holder, unit)
        if unit is QuotaUnit.DEALS:
            standing = QuotaStanding(quota, won[0], open_deals.deals, self.clock)
            return QuotaLine(holder, name, unit, base_currency, standing, standing, parts, marks, *counts)
        if of_members:
            quota, currency, parts = self._of_members(members), base_currency, 1
        pipeline = self._priced(open_deals)
        base = QuotaStanding(self.plans.in_base(quota, currency), won[3], pipeline, self.clock)
        if currency == base_currency:
            return QuotaLine(holder, name, unit, currency, base, base, parts, marks, *counts)
        factor = self.looking.prices.factor(currency)
        standing = QuotaStanding(
            quota,
            None if factor is None else self._won_in(currency, members),
            None if factor is None else pipeline / factor,
            self.clock,
        )
        marks = marks if factor is not None else (*marks, NO_RATE)
        return QuotaLine(holder, name, unit, currency, standing, base, parts, marks, *counts)

    @property
    def without_amount(self) -> int:
        """Deals won in the period, and open ones expected in it, that have no amount (METRICS M8)."""
        won, open_deals = self._whole
        return won[0] - won[1] + open_deals.without_amount

    @property
    def without_rate(self) -> int:
        """Won deals of the period that have an amount but no price in the base currency (METRICS M7)."""
        won, _ = self._whole
        return won[1] - won[2]

    @property
    def open_deals(self) -> list[OpenDeal]:
        """The single open deals that are expected in the period, for what the sums cannot tell."""
        deals = (deal for one in self.looking.selections for deal in open_deals(self.looking.reader, one))
        return [
            deal
            for deal in deals
            if deal.expected_close is not None
            and self.start <= counted_on(deal.expected_close, self.today) < self.end
        ]

    @property
    def has_unpriced_open(self) -> bool:
        """Whether an open amount of the period is in a currency without a rate: it is in no pipeline."""
        factor, base = self.looking.prices.factor, self.plans.currency
        return any(code != base and factor(code) is None for code in self._whole[1].amounts)

    @cached_property
    def _whole(self) -> tuple[Won, _Open]:
        """Won and open deals of all reps of the scope together."""
        return self._sums([rep for rep, _, _, _ in self._admitted()])

    def _admitted(self) -> list[tuple[int, str, int | None, bool]]:
        owners = self.looking.selections[0].owners
        return [rep for rep in self.reps if owners is None or rep[0] in owners]

    def _of_members(self, members: Iterable[int]) -> Number | None:
        """Σ members: their quotas in money, in the base currency; None when nobody has one."""
        quota, in_base = self.plans.quota, self.plans.in_base
        quotas = [in_base(*quota(Holder(rep), QuotaUnit.MONEY)[:2]) for rep in members]
        known = [one for one in quotas if one is not None]
        return sum(known) if known else None

    def _sums(self, members: Sequence[int]) -> tuple[Won, _Open]:
        """Won and open deals of some reps together."""
        if len(members) == 1:
            return self._won.get(members[0], _NO_DEALS), self._open.get(members[0], _NOTHING_OPEN)
        deals = known = priced = amount = 0
        together = _Open()
        sums = together.amounts
        for rep in members:
            won, opened = self._won.get(rep), self._open.get(rep)
            if won is not None:
                a, b, c, d = won
                deals, known, priced, amount = deals + a, known + b, priced + c, amount + d
            if opened is not None:
                together.deals += opened.deals
                together.without_amount += opened.without_amount
                for currency, more in opened.amounts.items():
                    sums[currency] = sums.get(currency, 0) + more
        return (deals, known, priced, amount), together

    def _priced(self, open_deals: _Open) -> Number:
        """Open amounts in the base currency; those without a rate are left out. Divided once, at the end."""
        whole, top, bottom = 0, 0, 1
        for currency, amount in open_deals.amounts.items():
            if currency == self.plans.currency:
                whole += amount
                continue
            factor = self.looking.prices.factor(currency)
            if factor is not None:
                top = top * factor.denominator + amount * factor.numerator * bottom
                bottom *= factor.denominator
        return whole if not top else whole + Fraction(top, bottom)

    def _won_in(self, currency: str, members: Sequence[int]) -> Fraction:
        """Σ won in another currency than the base: each deal at the rates of its closing day."""
        if self._rates is None:
            self._rates = read_rates(self.looking.reader, self.looking.currency)
        found = Fraction(0)
        for selection in self.looking.selections:
            for deal in queries.won_deals(self.looking.reader, selection, members):
                day = day_number(local_day(deal.closed_at, self.looking.zone))
                found += convert(self._rates, deal.amount, deal.currency, currency, day) or 0
        return found


def convert(rates: Rates, minor: int, currency: str, wanted: str, day: int) -> Fraction | None:
    """An amount in another currency at the rates of a day, exact; by way of the base currency.

    :param minor: minor units of ``currency``.
    :returns: minor units of ``wanted``; None without a rate.
    """
    if currency == wanted:
        return Fraction(minor)
    value, unit = rates.exact(minor, currency, day), rates.exact(1, wanted, day)
    return None if value is None or not unit else value / unit
