"""Importing contacts: people, where they are, and their parts in deals.

Who a row is about is told in :mod:`funnel_tui.services.importing.contact_people`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from funnel_tui.domain.said import placed, said
from funnel_tui.domain.status import PersonRole
from funnel_tui.exchange.contacts import ContactRecord, read_contacts
from funnel_tui.exchange.refusals import Refusal
from funnel_tui.exchange.vcard import CardTable
from funnel_tui.language import tr, trn
from funnel_tui.models import DealPerson
from funnel_tui.services.bulk import RowStream
from funnel_tui.services.importing.contact_people import Known, People, same
from funnel_tui.services.importing.deals import chunks
from funnel_tui.services.importing.known import find_deals
from funnel_tui.services.importing.names import Organisations
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.importing.plan import Plan, Source
from funnel_tui.services.transaction import Transaction, table_of


class ContactImport:
    """Carries out one import of contacts.

    :param call: the service call everything is written in.
    :param plan: what is to be read.
    :param outcome: gets the counts and notes.
    """

    def __init__(self, call: Transaction, plan: Plan, outcome: Outcome) -> None:
        self._call = call
        self._plan = plan
        self._outcome = outcome
        self._organisations = Organisations(call, outcome)
        self._people = People(call)
        self._parts = Parts(call)
        self._repeated = self._unplaced = self._passed_over = self._nameless = 0
        self._named = set(plan.companions.accounts.values())

    def run(self) -> None:
        """Read and write everything. Once a row is refused the rest is only read, to list all refusals."""
        for name in dict.fromkeys(self._plan.companions.accounts.values()):
            self._organisations.number(name)
        for source in self._plan.sources:
            strict = "role" in self._plan.options.maps or "role" in self._plan.options.values
            strict = strict or source.mapping.header_of("role").casefold() == "role"
            records = read_contacts(
                source.table, source.mapping, source.options, source.refusals, strict_role=strict
            )
            for chunk in chunks(records):
                self._outcome.rows += len(chunk)
                self._take(source, chunk)
                self._plan.report(tr("reading contacts"))
            if isinstance(source.table, CardTable):
                self._passed_over += source.table.passed_over
        if self._plan.refusals:
            return
        self._organisations.stream.finish()
        self._people.write()
        self._parts.write()
        self._people.count(self._outcome)
        self._tell()

    def _take(self, source: Source, records: Sequence[ContactRecord]) -> None:
        named = [record.deal for record in records if record.deal is not None]
        deals = {name: deal.id for name, deal in find_deals(self._call.connection, named).items()}
        self._parts.look_up(deals.values())
        for record in records:
            if record.deal is not None and record.deal not in deals:
                header = source.mapping.header_of("deal")
                reason = said("no deal has the id {deal!r}; import the deals first", deal=record.deal)
                source.refusals.add(Refusal(record.line, header, record.deal, reason, "deal"))
                continue
            known = self._person(source, record)
            if known is None:
                continue
            if record.deal is None:
                self._unplaced += record.role is not None
                continue
            other = self._parts.put(deals[record.deal], known, record)
            if other:
                header = source.mapping.header_of("role")
                reason = said("the person has another role in this deal on line {other}", other=other)
                source.refusals.add(Refusal(record.line, header, str(record.role), reason, "role"))

    def _person(self, source: Source, record: ContactRecord) -> Known | None:
        """The person of a row, new or changed by it; None when it contradicts another row."""
        organisation_id = self._organisation(source, record)
        known = self._people.find(record, organisation_id)
        if known is None:
            return self._people.add(record, organisation_id)
        if record.organisation and self._organisations.has_too(record.organisation, known.organisation_id):
            organisation_id = known.organisation_id
        if known.line and record.id is not None and known.external_id == record.id:
            for field, value in (("person", record.person), ("email", record.email)):
                present = known.name if field == "person" else known.email
                if value is not None and present is not None and not same(value, present) and record.named:
                    reason = said(
                        "line {line} has the same id with {present!r}", line=known.line, present=present
                    )
                    header = source.mapping.header_of(field)
                    source.refusals.add(Refusal(record.line, header, value, reason, field))
                    return None
        fill = bool(known.line) or self._people.is_alias(record)
        self._repeated += bool(known.line)
        known.line = known.line or record.line
        self._people.change(known, record, organisation_id, fill=fill)
        return known

    def _organisation(self, source: Source, record: ContactRecord) -> int | None:
        """The organisation of a row. An id whose name is not known is not taken for a name."""
        if record.organisation is None:
            return None
        by_id = source.mapping.header_of("organisation") == "AccountId"
        if (
            by_id
            and record.organisation not in self._named
            and self._organisations.find(record.organisation) is None
        ):
            self._nameless += 1
            return None
        return self._organisations.number(record.organisation)

    def _tell(self) -> None:
        """Say what was passed over."""
        note = self._outcome.note
        note(
            self._repeated,
            trn(
                "1 row is about a person of another row; it filled in what was empty.",
                "{n} rows are about persons of other rows; they filled in what was empty.",
                self._repeated,
            ),
        )
        note(
            self._unplaced,
            placed(
                trn(
                    "1 role was passed over: a role is one in a deal (--map deal=COLUMN).",
                    "{n} roles were passed over: a role is one in a deal (--map deal=COLUMN).",
                    self._unplaced,
                ),
                trn(
                    "1 role was passed over: a role is one in a deal, and no column is read as “deal”.",
                    "{n} roles were passed over: a role is one in a deal, and no column is read as “deal”.",
                    self._unplaced,
                ),
            ),
        )
        note(
            self._passed_over,
            trn(
                "1 card is not of a person and was passed over.",
                "{n} cards are not of persons and were passed over.",
                self._passed_over,
            ),
        )
        note(
            self._nameless,
            trn(
                "1 person has an organisation that is only an id; name the file of accounts too to get "
                "its name.",
                "{n} persons have organisations that are only ids; name the file of accounts too to get "
                "names.",
                self._nameless,
            ),
        )
        note(
            self._parts.written,
            trn("1 part in a deal was written.", "{n} parts in deals were written.", self._parts.written),
        )


class Parts:
    """Who has which part in which deal."""

    def __init__(self, call: Transaction) -> None:
        self._call = call
        self._stream = RowStream(call, DealPerson, ("deal_id", "person_id", "role"))
        self._there: dict[tuple[int, int], dict[str, Any]] = {}
        self._wanted: dict[tuple[int, int], PersonRole | None] = {}
        self._lines: dict[tuple[int, int], int] = {}
        self.written = 0

    def look_up(self, deals: Any) -> None:
        """Read who has a part in some deals."""
        numbers = list(deals)
        if numbers:
            part = table_of(DealPerson)
            for row in self._call.connection.execute(select(part).where(part.c.deal_id.in_(numbers))):
                self._there[row.deal_id, row.person_id] = dict(row._mapping)

    def put(self, deal_id: int, person: Known, record: ContactRecord) -> int:
        """Give somebody a part in a deal.

        :returns: the line that gave another role, or 0.
        """
        key = (deal_id, person.id)
        role = self._wanted.get(key)
        if role is not None and record.role is not None and role is not record.role:
            return self._lines[key]
        if role is None:
            self._wanted[key] = record.role
            self._lines[key] = record.line
        return 0

    def write(self) -> None:
        """Write the parts that are new or have another role."""
        for (deal_id, person_id), role in self._wanted.items():
            there = self._there.get((deal_id, person_id))
            if there is None:
                self._stream.add(deal_id, person_id, None if role is None else role.value)
                self.written += 1
            elif role is not None and there["role"] != role:
                self._call.update(DealPerson, there, {"role": role})
                self.written += 1
        self._stream.finish()
