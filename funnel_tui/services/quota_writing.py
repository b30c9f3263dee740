"""Writing revisions of quotas: every wish is checked against what is there (METRICS 6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import PeriodKind, day_number, days_of, local_day
from funnel_tui.domain.quotas import (
    COMPANY,
    Holder,
    QuotaFact,
    QuotaWish,
    conflict,
    fiscal_years,
    period_between,
)
from funnel_tui.domain.said import listed, said
from funnel_tui.domain.shown import money_text
from funnel_tui.domain.status import QuotaUnit
from funnel_tui.errors import InvalidInput, NotFound, Refused
from funnel_tui.language import tr
from funnel_tui.models import QuotaRevision
from funnel_tui.models.inputs import FIRST_DAY, LAST_DAY, checked
from funnel_tui.models.inputs_planning import QuotaInput
from funnel_tui.queries import quotas as queries
from funnel_tui.queries.settings import read_rates_on, read_settings
from funnel_tui.services.transaction import Transaction

_NAMED = 5


@dataclass(slots=True)
class QuotaOutcome:
    """What a call did.

    :ivar written: revisions written.
    :ivar unchanged: quotas that were as they were wished already.
    :ivar notes: sentences the user must know, such as a currency without a rate.
    :ivar zeros: whose quotas were set to 0, and for when; :meth:`tell_zeros` makes a sentence of them.
    """

    written: int = 0
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    zeros: list[str] = field(default_factory=list)

    def tell_zeros(self) -> None:
        """Say what becomes of quotas of 0, once for all of them (METRICS 6: no percentage)."""
        if not self.zeros:
            return
        told = listed(self.zeros[:_NAMED], "; ")
        if len(self.zeros) > _NAMED:
            told = said("{quotas} and {n} more", quotas=told, n=len(self.zeros) - _NAMED)
        self.note(
            said(
                "A quota of 0 counts as none: it has no percentage, and what is won is in no total. "
                "{quotas}.",
                quotas=told,
            )
        )

    def note(self, sentence: str) -> None:
        """Add a sentence once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


class QuotaWriter:
    """Checks wishes against what is there and writes their revisions.

    :param call: the service call everything is written in; it must be alone.
    :ivar present: the latest revision of every quota, by its key.
    """

    def __init__(self, call: Transaction) -> None:
        self.call = call
        self.settings = read_settings(call.reader)
        self.present = {fact.key: fact for fact in queries.latest(queries.revisions(call.reader))}
        self._spans: dict[tuple[Holder, str], set[tuple[int, int]]] = {}
        for fact in self.present.values():
            if fact.amount is not None:
                spans = self._spans.setdefault((fact.holder, fact.unit), set())
                spans.add((fact.start_day, fact.end_day))
        self._reps = {number: (name, active) for number, name, _, active in queries.reps_listed(call.reader)}
        self._teams = {number: name for number, name, _ in queries.teams_listed(call.reader)}
        self.today = day_number(local_day(call.at, ZoneInfo(self.settings.time_zone)))
        rates = read_rates_on(call.reader, self.settings.base_currency, self.today)
        self._priced = {self.settings.base_currency, *rates.by_currency}

    def name(self, holder: Holder) -> str:
        """How people call a holder.

        :raises NotFound: when there is no such rep or team.
        """
        if holder.rep_id is not None:
            if holder.rep_id not in self._reps:
                raise NotFound(
                    tr("There is no rep with number {number}.").format(number=holder.rep_id),
                    tr("It may have been undone."),
                )
            return self._reps[holder.rep_id][0]
        if holder.team_id is not None:
            if holder.team_id not in self._teams:
                raise NotFound(
                    tr("There is no team with number {number}.").format(number=holder.team_id),
                    tr("It may have been undone."),
                )
            return self._teams[holder.team_id]
        return COMPANY

    def write(
        self, wishes: Iterable[QuotaWish], note: str | None = None, words: str | None = None
    ) -> QuotaOutcome:
        """Write the wishes that differ from what is there.

        :param words: what the call did, for the history of changes; None for a sentence on the quotas.
        """
        outcome = QuotaOutcome()
        written: list[str] = []
        for wish in wishes:
            if self.put(wish, outcome, note=note):
                written.append(self._told(wish))
        outcome.tell_zeros()
        if words is None:
            told = "; ".join(written[:_NAMED])
            if len(written) > _NAMED:
                told = tr("{quotas} and {n} more").format(quotas=told, n=len(written) - _NAMED)
            words = tr("Set quota of {quotas}").format(quotas=told)
        self.call.summary = words
        return outcome

    def put(
        self, wish: QuotaWish, outcome: QuotaOutcome, *, note: str | None = None, at: int | None = None
    ) -> bool:
        """Write one wish.

        :param at: since when the revision counts; None for now.
        :returns: whether a revision was written.
        """
        given = self._checked(wish, note)
        holder, unit = wish.holder, given.unit.value
        start, end = days_of(wish.period)
        before = self.present.get((*holder, start, end, unit))
        if before is not None and (before.amount, before.currency) == (given.amount, given.currency):
            outcome.unchanged += 1
            return False
        if given.amount is None and (before is None or before.amount is None):
            outcome.unchanged += 1
            return False
        spans = self._spans.setdefault((holder, unit), set())
        if given.amount is None:
            spans.discard((start, end))
        else:
            self._refuse(wish, spans)
            self._warn(wish, given, outcome)
            spans.add((start, end))
        since = self.call.at if at is None else at
        row = {
            **{"rep_id": holder.rep_id, "team_id": holder.team_id, "start_day": start, "end_day": end},
            **{"unit": given.unit, "amount": given.amount, "currency": given.currency, "note": given.note},
            **{"at": since, "by": self.call.actor},
        }
        number = self.call.insert(QuotaRevision, row)
        self.present[*holder, start, end, unit] = QuotaFact(
            number,
            *holder,
            start,
            end,
            unit,
            given.amount,
            given.currency,
            given.note,
            since,
            self.call.actor,
        )
        outcome.written += 1
        return True

    def _checked(self, wish: QuotaWish, note: str | None) -> QuotaInput:
        """The values of a wish after a look at each of them."""
        if wish.period.kind is PeriodKind.ALL:
            raise InvalidInput(
                "period", tr("A quota needs a period."), tr("For example 2026-Q1, 2026-03 or 2026.")
            )
        start, end = days_of(wish.period)
        if start < FIRST_DAY or end > LAST_DAY + 1:
            raise InvalidInput(
                "period", tr("{period} is outside the years 1900 to 2200.").format(period=wish.period.label)
            )
        values = {
            **{"rep_id": wish.holder.rep_id, "team_id": wish.holder.team_id, "unit": wish.unit},
            **{"amount": wish.amount, "currency": wish.currency, "note": note},
        }
        given = checked(QuotaInput, values)
        self.name(wish.holder)
        if given.amount is None or given.unit is QuotaUnit.DEALS:
            given.currency = None
        elif given.currency is None:
            given.currency = self.settings.base_currency
        return given

    def _refuse(self, wish: QuotaWish, spans: set[tuple[int, int]]) -> None:
        """Refuse what cannot be beside the quotas that are there, or is nobody's any more."""
        crossed = conflict(wish.period, spans)
        if crossed is not None:
            other = period_between(*crossed, self.settings.fiscal_start)
            raise Refused(
                tr("{name} has a quota for {other} already, which overlaps {period}.").format(
                    name=self.name(wish.holder), other=other.label, period=wish.period.label
                ),
                tr("Take that one away first, or choose the same days."),
            )
        rep = self._reps.get(wish.holder.rep_id or 0)
        if rep is not None and not rep[1] and days_of(wish.period)[1] > self.today:
            raise Refused(
                tr("{rep} has left, so no quota can be set for {period}.").format(
                    rep=rep[0], period=wish.period.label
                ),
                tr("funnel reps edit NAME --active brings a rep back."),
            )

    def _warn(self, wish: QuotaWish, given: QuotaInput, outcome: QuotaOutcome) -> None:
        """Say what is allowed but seldom meant."""
        if given.amount == 0:
            outcome.zeros.append(
                said("{name} for {period}", name=self.name(wish.holder), period=wish.period.label)
            )
        if given.currency is not None and given.currency not in self._priced:
            outcome.note(
                said(
                    "There is no exchange rate for {currency}, so a quota in it cannot be held against what "
                    "is won (funnel import rates FILE).",
                    currency=given.currency,
                )
            )
        first, last = fiscal_years(wish.period)
        if first != last:
            outcome.note(
                said(
                    "{period} lies in two fiscal years: {first} and {last}.",
                    period=wish.period.label,
                    first=first.label,
                    last=last.label,
                )
            )

    def _told(self, wish: QuotaWish) -> str:
        """A quota in a few words, such as ``Anna Berg for Q1 2026 to 100,000 EUR``."""
        if wish.amount is None:
            worth = tr("nothing")
        elif wish.unit is QuotaUnit.DEALS:
            worth = tr("{n:,} deals").format(n=wish.amount)
        else:
            money = Money(wish.amount, wish.currency or self.settings.base_currency)
            worth = money_text(money, decimals=money.major.denominator != 1, currency=True)
        return tr("{name} for {period} to {amount}").format(
            name=self.name(wish.holder), period=wish.period.label, amount=worth
        )
