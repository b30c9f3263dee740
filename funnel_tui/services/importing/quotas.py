"""Importing quotas: the revisions that a file makes of what is there; importing it again changes nothing.

A quota of a period that has begun counts from the first day of that period on, unless it was set otherwise
before: a file of past quotas says what was to be reached, not when somebody typed it in (METRICS M5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from funnel_tui.domain.period import Period, add_months, day_number, day_of, days_of, start_of
from funnel_tui.domain.quotas import Holder, QuotaWish, fiscal_years, period_between
from funnel_tui.errors import FunnelError
from funnel_tui.exchange.quotas import QuotaRecord, read_quotas
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.language import tr, trn
from funnel_tui.models import Rep, Team
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.importing.names import Names
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.plan import Plan, Source
from funnel_tui.services.quota_writing import QuotaOutcome, QuotaWriter
from funnel_tui.services.transaction import Transaction

MONTHS_OF_LAST = 3
"""A quota without an end that no other follows, nor comes before, is one for a quarter."""


@dataclass(slots=True)
class _Row:
    """A quota of a file with whose it is.

    :ivar end: the day after the last one; ``told`` says whether the file has it.
    """

    source: Source
    record: QuotaRecord
    holder: Holder
    end: int
    told: bool


class QuotaImport:
    """Carries out one import of quotas.

    :param call: the service call everything is written in.
    """

    def __init__(self, call: Transaction, plan: Plan, outcome: Outcome) -> None:
        self._call = call
        self._plan = plan
        self._outcome = outcome
        settings = read_settings(call.reader)
        self._fiscal = settings.fiscal_start
        self._zone = ZoneInfo(settings.time_zone)
        self._reps = Names(call, Rep, "owners", outcome)
        self._teams = Names(call, Team, "teams", outcome)

    def run(self) -> None:
        """Read and write everything."""
        rows = self._read()
        if self._plan.refusals:
            return
        ended = self._end(rows)
        writer, written = QuotaWriter(self._call), QuotaOutcome()
        self._refuse_twins(rows, writer)
        if self._plan.refusals:
            return
        two_years = 0
        for row in sorted(rows, key=lambda row: row.record.start_day):
            period = period_between(row.record.start_day, row.end, self._fiscal)
            first, last = fiscal_years(period)
            two_years += first != last
            try:
                self._put(writer, row, period, written)
            except FunnelError as error:
                self._refuse(row, error, writer)
        written.tell_zeros()
        notes = [note for note in written.notes if "fiscal years" not in note]
        self._outcome.notes += notes
        self._outcome.note(
            ended,
            trn(
                "1 quota has no end and none after it; it got the length of the one before, or a quarter.",
                "{n} quotas have no end and none after them; they got that of the one before, or a quarter.",
                ended,
            ),
        )
        self._outcome.note(
            two_years,
            trn("1 quota lies in two fiscal years.", "{n} quotas lie in two fiscal years.", two_years),
        )

    def _read(self) -> list[_Row]:
        rows = []
        for source in self._plan.sources:
            found = read_quotas(source.table, source.mapping, source.options, source.refusals, self._fiscal)
            for record in found:
                self._outcome.rows += 1
                end = record.end_day
                rows.append(_Row(source, record, self._holder(record), end or 0, end is not None))
            self._plan.report(tr("reading quotas"))
        return rows

    def _holder(self, record: QuotaRecord) -> Holder:
        """Whose a quota is; a rep or team that is not there is made."""
        if record.owner is not None:
            known = self._reps.find(record.owner)
            if known is not None:
                return Holder(rep_id=known)
            team = None if record.team is None else self._teams.number(record.team)
            return Holder(rep_id=self._reps.number(record.owner, team_id=team))
        if record.team is not None:
            return Holder(team_id=self._teams.number(record.team))
        return Holder()

    def _end(self, rows: Sequence[_Row]) -> int:
        """Let quotas without an end run to the same owner's next start.

        :returns: how many have none after them.
        """
        by_holder: dict[tuple[Holder, str], list[_Row]] = {}
        for row in rows:
            by_holder.setdefault((row.holder, row.record.unit.value), []).append(row)
        last = 0
        for found in by_holder.values():
            found.sort(key=lambda row: (row.record.start_day, row.record.line))
            starts = sorted({row.record.start_day for row in found})
            follows = dict(pairwise(starts))
            length = 0
            for row in found:
                start = row.record.start_day
                if row.told:
                    length = row.end - start
                    continue
                if start in follows:
                    row.end = follows[start]
                    length = row.end - start
                else:
                    last += 1
                    row.end = start + length if length else _quarter_after(start)
        return last

    def _put(self, writer: QuotaWriter, row: _Row, period: Period, written: QuotaOutcome) -> None:
        """Write a quota, unless it is there already."""
        record, holder = row.record, row.holder
        outcome, unit = self._outcome, record.unit.value
        start, end = days_of(period)
        if not row.told:
            # The end was a guess, and another file has told better since.
            for fact in list(writer.present.values()):
                same = (fact.holder, fact.unit, fact.start_day) == (holder, unit, start)
                if same and fact.end_day != end and fact.amount is not None:
                    old = period_between(start, fact.end_day, self._fiscal)
                    writer.put(QuotaWish(holder, old, None, record.unit), written)
        before = writer.present.get((*holder, start, end, unit))
        since = None if before is not None else min(self._call.at, start_of(period.start, self._zone))
        wish = QuotaWish(holder, period, record.amount, record.unit, record.currency)
        if not writer.put(wish, written, at=since):
            outcome.unchanged += 1
        elif before is None:
            outcome.new += 1
        else:
            outcome.updated += 1

    def _refuse_twins(self, rows: Sequence[_Row], writer: QuotaWriter) -> None:
        """Refuse what a file says twice and differently: which of the two is meant cannot be known."""
        first: dict[tuple[int, Holder, int, int, str], _Row] = {}
        for row in sorted(rows, key=lambda row: row.record.line):
            record = row.record
            key = (id(row.source), row.holder, record.start_day, row.end, record.unit.value)
            other = first.setdefault(key, row)
            if (other.record.amount, other.record.currency) == (record.amount, record.currency):
                continue
            period = period_between(record.start_day, row.end, self._fiscal)
            reason = tr("{name} has another amount for {period} in line {line}").format(
                name=writer.name(row.holder), period=period.label, line=other.record.line
            )
            column = row.source.mapping.header_of("amount")
            row.source.refusals.add(Refusal(record.line, column, "", reason, "amount"))

    def _refuse(self, row: _Row, error: FunnelError, writer: QuotaWriter) -> None:
        column = row.source.mapping.header_of("amount")
        text = f"{error.message} {error.hint}".strip()
        # A sentence becomes a part of one; a name at its beginning stays as people write it.
        begins_with_name = text.startswith(writer.name(row.holder))
        reason = (text if begins_with_name else text[:1].lower() + text[1:]).rstrip(".")
        row.source.refusals.add(Refusal(row.record.line, column, "", reason, "amount"))


def _quarter_after(start: int) -> int:
    """The day number three months after a day; the last of a month stays the last."""
    day = day_of(start)
    first = add_months(day, MONTHS_OF_LAST)
    after = add_months(day, MONTHS_OF_LAST + 1)
    return min(day_number(first) + day.day - 1, day_number(after) - 1)
