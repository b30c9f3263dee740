"""Who is who when contacts are imported: the people who are there, and those whom the files bring.

A row is about a person who is there already when

1. the id is known, or
2. the e-mail address is, and the name with it, or only one person has it and no other row of the file gives
   that one another name, or
3. a person of that name at that organisation is, whose e-mail address is not another one.

A person who was merged into another one counts as that one. What the file says goes before what is there;
an empty value changes nothing. Further rows on a person of the same file, and rows on somebody who was merged
away, only fill what is empty.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from funnel_tui.exchange.contacts import ContactRecord
from funnel_tui.exchange.interaction_words import own_person_id
from funnel_tui.models import Person
from funnel_tui.queries.directory import merged_rows
from funnel_tui.services.bulk import RowStream
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.transaction import Transaction, table_of

FIELDS = ("external_id", "name", "organisation_id", "email", "phone")


@dataclass(slots=True)
class Known:
    """A person as it will be after the import.

    :ivar line: the row of the file that is about this person, 0 while none was.
    :ivar changed: whether a row changed anything.
    """

    id: int
    external_id: str | None
    name: str
    organisation_id: int | None
    email: str | None
    phone: str | None
    line: int = 0
    new: bool = False
    changed: bool = False

    @property
    def is_nameless(self) -> bool:
        """Whether the e-mail address stands for the name."""
        return self.email is not None and same(self.name, self.email)


class People:
    """Everybody who is there, and those whom the import brings.

    :param call: the service call everything is written in.
    """

    def __init__(self, call: Transaction) -> None:
        self._call = call
        self._stream = RowStream(call, Person, (*FIELDS, "version"))
        self._by_id: dict[str, Known] = {}
        self._by_mail: dict[str, list[Known]] = defaultdict(list)
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._all: dict[int, Known] = {}
        self._aliases: set[str] = set()
        person = table_of(Person)
        columns = [person.c[name] for name in ("id", *FIELDS)]
        for row in call.connection.execute(select(*columns).order_by(person.c.id)):
            self._enter(Known(*row))
        for each in merged_rows(call.reader, "person"):
            self._enter_merged(each.was, each.into)

    def _enter(self, known: Known) -> None:
        self._all[known.id] = known
        if known.external_id is not None:
            self._by_id[known.external_id] = known
        else:
            self._by_id[own_person_id(known.id, known.name)] = known
        if known.email is not None:
            self._by_mail[known.email.casefold()].append(known)
        self._by_name[known.name.casefold()].append(known)

    def _enter_merged(self, was: dict[str, Any], into: int) -> None:
        known = self._all[into]
        ident, email = was["external_id"], was["email"]
        if ident is not None and ident not in self._by_id:
            self._by_id[ident] = known
            self._aliases.add(ident)
        if email is not None and email.casefold() not in self._by_mail:
            self._by_mail[email.casefold()].append(known)
            self._aliases.add(email.casefold())

    def find(self, record: ContactRecord, organisation_id: int | None) -> Known | None:
        """The person a row is about, or None for somebody new."""
        if record.id is not None and record.id in self._by_id:
            return self._by_id[record.id]
        name = record.person.casefold()
        if record.email is not None:
            there = [each for each in self._by_mail.get(record.email.casefold(), ()) if _may_be(each, record)]
            for each in there:
                if each.name.casefold() == name:
                    return each
            if len(there) == 1 and self._is_meant(there[0], record):
                return there[0]
        for each in self._by_name.get(name, ()):
            same_mail = record.email is None or each.email is None or same(each.email, record.email)
            if each.organisation_id == organisation_id and same_mail and _may_be(each, record):
                return each
        return None

    def _is_meant(self, only: Known, record: ContactRecord) -> bool:
        """Whether a row is about the only person with its e-mail address, who has another name."""
        if (record.email or "").casefold() in self._aliases:
            return True
        if record.id and only.external_id:
            return False
        return not only.line or not record.named or only.is_nameless

    def is_alias(self, record: ContactRecord) -> bool:
        """Whether a row names somebody who was merged into another person."""
        return record.id in self._aliases or (record.email or "").casefold() in self._aliases

    def add(self, record: ContactRecord, organisation_id: int | None) -> Known:
        """Take somebody new."""
        known = Known(
            *(self._stream.number(), record.id, record.person, organisation_id, record.email, record.phone),
            line=record.line,
            new=True,
        )
        self._enter(known)
        return known

    def change(self, known: Known, record: ContactRecord, organisation_id: int | None, *, fill: bool) -> None:
        """Let a row change a person.

        :param fill: only what is empty.
        """
        # An address that stands for the name goes with the address itself.
        name = record.person if record.named or (known.is_nameless and not fill) else None
        # What an export of ours has called somebody is no id of another program.
        own = record.id is not None and known.external_id is None and self._by_id.get(record.id) is known
        said = {
            "external_id": None if own else record.id,
            "email": record.email,
            "phone": record.phone,
            "name": name,
        }
        said["organisation_id"] = organisation_id  # type: ignore[assignment]
        nameless = known.is_nameless
        for field, value in said.items():
            present = getattr(known, field)
            keeps = present is not None and (fill or field == "external_id")
            # Somebody called by the e-mail address has no name yet.
            if field == "name" and fill and nameless:
                keeps = False
            if value is not None and value != present and not keeps:
                setattr(known, field, value)
                known.changed = True
                if field == "external_id":
                    self._by_id[str(value)] = known
                elif field == "email" and not (isinstance(present, str) and same(present, str(value))):
                    self._by_mail[str(value).casefold()].append(known)

    def write(self) -> None:
        """Write everybody who is new or changed."""
        for known in self._all.values():
            if known.new:
                self._stream.pending.append((known.id, *(getattr(known, name) for name in FIELDS), 1))
            elif known.changed:
                before = self._call.get(Person, known.id)
                self._call.update(Person, before, {name: getattr(known, name) for name in FIELDS})
        self._stream.finish()

    def count(self, outcome: Outcome) -> None:
        """Tell how many are new, updated and unchanged."""
        for known in self._all.values():
            if known.new:
                outcome.new += 1
            elif known.line:
                outcome.updated += known.changed
                outcome.unchanged += not known.changed


def same(one: str, other: str) -> bool:
    """Whether two texts are the same but for small and large letters."""
    return one.casefold() == other.casefold()


def _may_be(known: Known, record: ContactRecord) -> bool:
    """Two rows of one file with different ids are two people, whatever else they share."""
    return not (known.line and record.id and known.external_id and known.external_id != record.id)
