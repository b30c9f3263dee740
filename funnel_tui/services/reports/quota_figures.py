"""What everybody has to reach and has reached in a period: one read for the report and the screen.

Won and pipeline are read once for all reps, in the base currency. A quota in another currency is held against
the single deals of its holder, each converted at the rate of its closing day (METRICS M7); that is exact, and
needed for few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from funnel_tui.domain.money import Rates
from funnel_tui.domain.period import Period, day_number, local_day
from funnel_tui.domain.quotas import COMPANY, Holder, QuotaFact, tiling
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.metrics.figures import Number
from funnel_tui.metrics.quota import Clock, QuotaStanding
from funnel_tui.queries import quotas as queries
from funnel_tui.queries.forecast import pipeline_cells
from funnel_tui.queries.names import resolve
from funnel_tui.queries.settings import read_rates
from funnel_tui.services.reports.looking import Looking
from funnel_tui.services.reports.quota_period import days_of

NO_TEAM = "(no team)"

LEFT, NO_RATE = "has left", "no exchange rate"


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """A quota with how it stands; a rep without one has a line too.

    :param unit: what is counted.
    :param currency: of the amounts of ``standing``; the base currency without a quota.
    :param standing: in ``currency``, or in deals.
    :param base: the same in the base currency, for totals; the very same where it is in deals.
    :param parts: from how many quotas the figure was added up: the months of a quarter; 1 for its own.
    :param marks: what is odd about it, such as ``no exchange rate``.
    """

    holder: Holder
    name: str
    unit: QuotaUnit
    currency: str
    standing: QuotaStanding
    base: QuotaStanding
    parts: int = 1
    marks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Won:
    """What was won by a rep: minor units of the base currency, and numbers of deals."""

    deals: int = 0
    amount: int = 0
    without_amount: int = 0
    without_rate: int = 0

    def add(self, other: _Won) -> None:
        self.deals += other.deals
        self.amount += other.amount
        self.without_amount += other.without_amount
        self.without_rate += other.without_rate


@dataclass(slots=True)
class _Open:
    """What a rep has open: deals, and minor units by currency."""

    deals: int = 0
    amounts: dict[str, int] = field(default_factory=dict)
    without_amount: int = 0

    def add(self, other: _Open) -> None:
        self.deals += other.deals
        self.without_amount += other.without_amount
        for currency, amount in other.amounts.items():
            self.amounts[currency] = self.amounts.get(currency, 0) + amount


_NOTHING_WON, _NOTHING_OPEN = _Won(), _Open()


class QuotaFigures:
    """Quotas, won and pipeline of a period as they stood at as-of.

    :param looking: with the period as its only span.
    """

    def __init__(self, looking: Looking, period: Period) -> None:
        self.looking = looking
        self.period = period
        self.start, self.end = days_of(period)
        self.today = looking.prices.day
        self.clock = Clock.of(self.start, self.end, self.today)
        reader = looking.reader
        self.reps = queries.reps_listed(reader)
        self.teams = queries.teams_listed(reader)
        self._quotas: dict[tuple[Holder, str], dict[tuple[int, int], QuotaFact]] = {}
        for fact in queries.quotas_between(reader, self.start, self.end, looking.as_of):
            held = self._quotas.setdefault((Holder(fact[1], fact[2]), fact[5]), {})
            held[fact[3], fact[4]] = fact
        self._won = self._read_won()
        self._open = self._read_open()
        self._rates: Rates | None = None

    def _read_won(self) -> dict[int, _Won]:
        found: dict[int, _Won] = {}
        for selection in self.looking.selections:
            for cell in queries.won_cells(self.looking.reader, selection):
                here = found.setdefault(cell.owner_id, _Won())
                without = cell.deals - cell.with_amount
                here.add(_Won(cell.deals, cell.amount, without, cell.with_amount - cell.priced))
        return found

    def _read_open(self) -> dict[int, _Open]:
        found: dict[int, _Open] = {}
        for selection in self.looking.selections:
            cells = pipeline_cells(self.looking.reader, selection, self.start, self.end, self.today)
            for owner, currency, deals, amount in cells:
                here = found.setdefault(owner, _Open())
                amounts = {} if currency is None else {currency: amount}
                here.add(_Open(deals, amounts, deals if currency is None else 0))
        return found

    def rep_lines(self) -> list[QuotaLine]:
        """One line per quota of a rep of the scope, and one for each rep without any.

        A rep who has left is listed with a quota, or with deals of the period.
        """
        lines = []
        for number, name, _, active in self._admitted():
            units = [unit for unit in QuotaUnit if self._has(Holder(number), unit)]
            if not (active or units or number in self._won or number in self._open):
                continue
            marks = () if active else (LEFT,)
            for unit in units or [QuotaUnit.MONEY]:
                lines.append(self.line(Holder(number), name, [number], unit, marks))
        return lines

    def team_lines(self) -> list[QuotaLine]:
        """One line per team of the scope, with its own quota or else that of its members; and the reps that
        are in no team together."""
        inside = queries.inside(self.teams)
        reps = self._admitted()
        lines = []
        for number, name, _ in self.teams:
            members = [rep for rep, _, team, _ in reps if team in inside[number]]
            if not members and self.looking.scope.team is not None:
                continue
            holder = Holder(team_id=number)
            units = [unit for unit in QuotaUnit if self._has(holder, unit)]
            for unit in units or [QuotaUnit.MONEY]:
                lines.append(self.line(holder, name, members, unit, of_members=not units))
        alone = [rep for rep, _, team, _ in reps if team is None]
        if alone and (self.looking.scope.team is None):
            lines.append(self.line(Holder(0, 0), NO_TEAM, alone, QuotaUnit.MONEY, of_members=True))
        return lines

    def own_line(self, unit: QuotaUnit = QuotaUnit.MONEY) -> QuotaLine | None:
        """The quota of the scope itself: of its team, or of the company; None when there is none."""
        scope = self.looking.scope
        if scope.owner is not None:
            return None
        holder, name = Holder(), COMPANY
        if scope.team is not None:
            number, name = resolve(self.looking.reader, "team", scope.team)
            holder = Holder(team_id=number)
        if not self._has(holder, unit):
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
        base_currency = self.looking.currency
        if unit is QuotaUnit.DEALS:
            quota, _, parts = self._quota(holder, unit)
            standing = QuotaStanding(quota, won.deals, open_deals.deals, self.clock)
            return QuotaLine(holder, name, unit, base_currency, standing, standing, parts, marks)
        if of_members:
            quota, currency, parts = self._of_members(members), base_currency, 1
        else:
            quota, currency, parts = self._quota(holder, unit)
        pipeline = self._priced(open_deals)
        own = self._in_base(quota, currency)
        base = QuotaStanding(own, won.amount, pipeline, self.clock)
        if currency == base_currency:
            return QuotaLine(holder, name, unit, currency, base, base, parts, marks)
        factor = self.looking.prices.factor(currency)
        standing = QuotaStanding(
            quota,
            None if factor is None else self._won_in(currency, members),
            None if factor is None else pipeline / factor,
            self.clock,
        )
        marks = marks if factor is not None else (*marks, NO_RATE)
        return QuotaLine(holder, name, unit, currency, standing, base, parts, marks)

    @property
    def without_amount(self) -> int:
        """Deals won in the period, and open ones expected in it, that have no amount (METRICS M8)."""
        won, open_deals = self._sums([rep for rep, _, _, _ in self._admitted()])
        return won.without_amount + open_deals.without_amount

    @property
    def without_rate(self) -> int:
        """Won deals of the period that have an amount but no price in the base currency (METRICS M7)."""
        return self._sums([rep for rep, _, _, _ in self._admitted()])[0].without_rate

    def _admitted(self) -> list[tuple[int, str, int | None, bool]]:
        owners = self.looking.selections[0].owners
        return [rep for rep in self.reps if owners is None or rep[0] in owners]

    def _has(self, holder: Holder, unit: QuotaUnit) -> bool:
        return self._quota(holder, unit)[0] is not None

    def _quota(self, holder: Holder, unit: QuotaUnit) -> tuple[Number | None, str, int]:
        """The quota, its currency and from how many it was added up.

        A quarter without a quota of its own has that of its months, if they fill it; their sum is in the
        base currency when they are in several.
        """
        base = self.looking.currency
        held = self._quotas.get((holder, unit.value))
        if not held:
            return None, base, 1
        whole = held.get((self.start, self.end))
        if whole is not None:
            return whole.amount, whole.currency or base, 1
        parts = [held[span] for span in tiling(self.period, list(held))]
        if not parts:
            return None, base, 1
        currencies = {fact.currency or base for fact in parts}
        amounts = [(fact.amount or 0, fact.currency or base) for fact in parts]
        if len(currencies) == 1:
            return sum(amount for amount, _ in amounts), currencies.pop(), len(parts)
        priced = [self._in_base(amount, currency) for amount, currency in amounts]
        known = [value for value in priced if value is not None]
        return (sum(known) if len(known) == len(priced) else None), base, len(parts)

    def _of_members(self, members: Iterable[int]) -> Number | None:
        """Σ members: their quotas in money, in the base currency; None when nobody has one."""
        quotas = [self._in_base(*self._quota(Holder(rep), QuotaUnit.MONEY)[:2]) for rep in members]
        known = [quota for quota in quotas if quota is not None]
        return sum(known) if known else None

    def _in_base(self, quota: Number | None, currency: str) -> Number | None:
        if quota is None or currency == self.looking.currency:
            return quota
        return self.looking.prices.exact(quota, currency)

    def _sums(self, members: Sequence[int]) -> tuple[_Won, _Open]:
        if len(members) == 1:
            return self._won.get(members[0], _NOTHING_WON), self._open.get(members[0], _NOTHING_OPEN)
        won, open_deals = _Won(), _Open()
        for rep in members:
            won.add(self._won.get(rep, _NOTHING_WON))
            open_deals.add(self._open.get(rep, _NOTHING_OPEN))
        return won, open_deals

    def _priced(self, open_deals: _Open) -> Number:
        found: Number = 0
        for currency, amount in open_deals.amounts.items():
            found += self._in_base(amount, currency) or 0
        return found

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
