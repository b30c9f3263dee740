"""Who and what interactions are about: deals, people, reps and kinds by what a file calls them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from funnel_tui.domain.said import placed, said
from funnel_tui.domain.status import ActivityStep
from funnel_tui.errors import UsageError
from funnel_tui.exchange.interaction_words import KIND_WORDS, fold
from funnel_tui.exchange.values import nearest, visible
from funnel_tui.language import tr
from funnel_tui.models import Deal, InteractionKind, Person, Rep
from funnel_tui.queries.directory import merged_rows
from funnel_tui.services.bulk import RowStream
from funnel_tui.services.importing.known import find_own_deals
from funnel_tui.services.importing.names import NO_OWNER, Names
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.interaction_kinds import ensure_kind, settle_kinds
from funnel_tui.services.transaction import Transaction, table_of

AT_ONCE = 500
"""Names that one query asks for."""


class Unclear(ValueError):
    """A name that means nothing, or several things.

    :param reason: why, and what to do.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DealRow(NamedTuple):
    """What an interaction needs to know of its deal."""

    id: int
    external_id: str | None
    title: str
    organisation_id: int | None
    owner_id: int
    created_at: int


class Deals:
    """Deals by their id of another program, else by their title.

    :param call: the service call everything is written in.
    """

    def __init__(self, call: Transaction) -> None:
        self._call = call
        self._known: dict[str, DealRow] = {}
        self._titles: dict[str, list[DealRow]] | None = None

    def look_up(self, names: Iterable[str]) -> None:
        """Read some deals at once, before :meth:`find` is asked for each."""
        deal = table_of(Deal)
        columns = [deal.c[name] for name in DealRow._fields]
        wanted = [name for name in dict.fromkeys(names) if name not in self._known]
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE]
            query = select(*columns).where(deal.c.external_id.in_(some))
            for row in self._call.connection.execute(query):
                self._known[row.external_id] = DealRow(*row)
            for ident, row in find_own_deals(self._call.connection, some).items():
                self._known[ident] = DealRow(*(getattr(row, name) for name in DealRow._fields))

    def find(self, name: str, organisation_id: int | None) -> DealRow:
        """The deal that a file means.

        :param organisation_id: tells deals of the same title apart.
        :raises Unclear: when there is none, or several.
        """
        found = self._known.get(name)
        if found is not None:
            return found
        alike = self._by_title(name)
        if len(alike) > 1 and organisation_id is not None:
            alike = [deal for deal in alike if deal.organisation_id == organisation_id]
        if len(alike) == 1:
            return alike[0]
        shown = visible(name)
        if alike:
            raise Unclear(
                said(
                    "{n} deals are called {shown!r}; give the id, or the organisation too",
                    n=len(alike),
                    shown=shown,
                )
            )
        raise Unclear(
            placed(
                said(
                    "no deal has the id or the title {shown!r}; import the deals first, or say --map deal=",
                    shown=shown,
                ),
                said(
                    "no deal has the id or the title {shown!r}; import the deals first, or do not read the "
                    "field “deal”",
                    shown=shown,
                ),
            )
        )

    def numbered(self, number: int) -> DealRow | None:
        """A deal by its number."""
        deal = table_of(Deal)
        query = select(*(deal.c[field] for field in DealRow._fields)).where(deal.c.id == number)
        row = self._call.connection.execute(query).first()
        return None if row is None else DealRow(*row)

    def _by_title(self, name: str) -> list[DealRow]:
        """All deals of a title; only read when an id was not found."""
        if self._titles is None:
            self._titles = defaultdict(list)
            deal = table_of(Deal)
            query = select(*(deal.c[field] for field in DealRow._fields)).order_by(deal.c.id)
            for row in self._call.connection.execute(query):
                self._titles[fold(row.title)].append(DealRow(*row))
        return self._titles.get(fold(name), [])


def shared_address(address: str, people: int) -> str:
    """Why an address means nobody: so many people have it."""
    return said(
        "{n} people have the address {shown!r}, and nothing says which of them is meant; give each their own "
        "address, or merge them if they are one",
        n=people,
        shown=visible(address),
    )


class Somebody(NamedTuple):
    """A person as interactions need them."""

    id: int
    name: str
    organisation_id: int | None


class People:
    """People by id of another program, e-mail address and name.

    Who was merged into another person is found by the old id and address too, unless somebody else has it
    now; and who is called by an address, by that one.

    :param call: the service call everything is written in.
    :param outcome: is told of new people.
    """

    def __init__(self, call: Transaction, outcome: Outcome) -> None:
        self._outcome = outcome
        self._by_id: dict[str, Somebody] = {}
        self._by_mail: dict[str, list[Somebody]] = defaultdict(list)
        self._else: dict[str, Somebody] = {}
        self._by_name: dict[str, list[Somebody]] = defaultdict(list)
        self._mails: dict[int, str] = {}
        self._all: dict[int, Somebody] = {}
        self.stream = RowStream(call, Person, ("name", "organisation_id", "email", "version"))
        person = table_of(Person)
        names = ("id", "name", "organisation_id", "external_id", "email")
        for row in call.connection.execute(select(*(person.c[name] for name in names)).order_by(person.c.id)):
            self._all[row.id] = somebody = Somebody(row.id, row.name, row.organisation_id)
            self._mails[row.id] = (row.email or "").casefold()
            self._enter(somebody, row.external_id, row.email)
        for each in merged_rows(call.reader, "person"):
            into = self._all[each.into]
            self._by_id.setdefault(each.was["external_id"] or "", into)
            self._else.setdefault((each.was["email"] or "").casefold(), into)

    def _enter(self, somebody: Somebody, ident: str | None, email: str | None) -> None:
        self._by_name[somebody.name.casefold()].append(somebody)
        if ident:
            self._by_id.setdefault(ident, somebody)
        if email and "@" in email:
            self._by_mail[email.casefold()].append(somebody)
        if "@" in somebody.name:
            self._else.setdefault(somebody.name.casefold(), somebody)

    def at(self, address: str) -> list[Somebody]:
        """Whose e-mail address this is; several people may have the same."""
        if not address:
            return []
        folded = address.casefold()
        theirs = self._by_mail.get(folded, [])
        return theirs or [self._else[folded]] if folded in self._else else theirs

    def as_said(self, number: int, name: str, email: str | None) -> Somebody | None:
        """A person by number if the name and the address, as far as one is given, are theirs."""
        found = self._all.get(number)
        if found is None or found.name.casefold() != name.casefold():
            return None
        return found if not email or self._mails[number] == email.casefold() else None

    def find(self, name: str, email: str | None, organisation_id: int | None) -> Somebody | None:
        """The person that a file means, or None for somebody new.

        :raises Unclear: when several people have the name, or the address.
        """
        found = self._by_id.get(name) or (self._by_address(email, name, organisation_id) if email else None)
        if found is not None:
            return found
        alike = [] if email and email == name else self._by_name.get(name.casefold(), [])
        if organisation_id is not None:
            alike = [each for each in alike if each.organisation_id == organisation_id]
        if len(alike) > 1:
            shown = visible(name)
            raise Unclear(
                said(
                    "{n} people are called {shown!r}; give the e-mail address or the id",
                    n=len(alike),
                    shown=shown,
                )
            )
        return alike[0] if alike else None

    def _by_address(self, email: str, name: str, organisation_id: int | None) -> Somebody | None:
        """Who has an address; of several the one with the name, and at the organisation."""
        theirs = self.at(email)
        theirs = [each for each in theirs if each.name.casefold() == name.casefold()] or theirs
        theirs = [each for each in theirs if organisation_id in {None, each.organisation_id}] or theirs
        if len(theirs) > 1:
            raise Unclear(shared_address(email, len(theirs)))
        return theirs[0] if theirs else None

    def make(self, name: str, email: str | None, organisation_id: int | None) -> Somebody:
        """Take somebody new."""
        made = Somebody(self.stream.add(name, organisation_id, email, 1), name, organisation_id)
        self._enter(made, None, email)
        self._outcome.add_made("persons", name)
        return made


class Reps:
    """Reps by name and by e-mail address.

    :param call: the service call everything is written in.
    :param outcome: is told of new reps.
    """

    def __init__(self, call: Transaction, outcome: Outcome) -> None:
        self._names = Names(call, Rep, "owners", outcome)
        self._by_mail: dict[str, int] = {}
        rep = table_of(Rep)
        for number, name, email in call.connection.execute(
            select(rep.c.id, rep.c.name, rep.c.email).order_by(rep.c.id)
        ):
            for address in (email, name):
                if address and "@" in address:
                    self._by_mail.setdefault(address.casefold(), number)

    def at(self, address: str) -> int | None:
        """Whose e-mail address this is; a rep may be called by an address."""
        return self._by_mail.get(address.casefold())

    def number(self, name: str | None) -> int:
        """The number of a rep, made if not there; without a name of the one who stands for nobody."""
        if name is None:
            return self._names.number(NO_OWNER)
        found = self._names.find(name)
        if found is None:
            found = self._by_mail.get(name.casefold())
        return self._names.number(name) if found is None else found


class Kinds:
    """The kinds of interactions by name.

    :param call: the service call everything is written in.
    :param told: kinds by what the files call them (``--kind NAME=KNOWN``).
    :param add: make every kind that is not there (``--add-kinds``).
    :param outcome: is told of new kinds.
    :raises UsageError: when a kind that something is to be read as is not there.
    """

    def __init__(self, call: Transaction, told: Mapping[str, str], *, add: bool, outcome: Outcome) -> None:
        self._call = call
        self._add = add
        self._outcome = outcome
        known = settle_kinds(call)
        self._names = [kind.name for kind in known]
        self._numbers = {fold(kind.name): kind.id for kind in known}
        for word, name in KIND_WORDS.items():
            if fold(name) in self._numbers:
                self._numbers.setdefault(word, self._numbers[fold(name)])
        for word, name in told.items():
            if fold(name) not in self._numbers:
                near = nearest(name, self._names)
                there = tr("There are {names}.").format(names=", ".join(self._names))
                hint = tr("Did you mean {near}?").format(near=near) + f" {there}" if near else there
                raise UsageError(
                    tr("--kind {word}={name}: there is no kind {name!r}.").format(
                        word=visible(word), name=visible(name)
                    ),
                    hint,
                )
            self._numbers[fold(word)] = self._numbers[fold(name)]

    def check(self, name: str, usual: Collection[str] = ()) -> None:
        """Whether a kind is there or may be made.

        :param usual: kinds that the program the file comes from has: these are made without asking.
        :raises Unclear: for an unknown one.
        """
        if self._add or fold(name) in self._numbers or fold(name) in map(fold, usual):
            return
        shown = visible(name)
        raise Unclear(
            placed(
                said(
                    "there is no kind {shown!r}, only {names}; read it as one of them with --kind "
                    "{shown!r}=NAME, or add it with --add-kinds",
                    shown=shown,
                    names=", ".join(self._names),
                ),
                said(
                    "there is no kind {shown!r}, only {names}; change the file, give the field “kind” a "
                    "fixed value, or make the kind in the setup first",
                    shown=shown,
                    names=", ".join(self._names),
                ),
            )
        )

    def number(self, name: str, usual: Collection[str] = ()) -> int:
        """The number of a kind that was checked; it is made if not there."""
        found = self._numbers.get(fold(name))
        if found is None:
            # In the spelling of the program, whatever the file's.
            found = self._make(next((each for each in usual if fold(each) == fold(name)), name))
        return found

    def of_step(self, name: str, step: ActivityStep) -> int:
        """The number of one of our own kinds, whatever the team made of it."""
        found = self._numbers.get(fold(name))
        return ensure_kind(self._call, name, step) if found is None else found

    def _make(self, name: str) -> int:
        position = len(self._names) + 1
        values: dict[str, Any] = {
            "name": name,
            "step": ActivityStep.NONE,
            "position": position,
            "active": True,
        }
        number = self._call.insert(InteractionKind, values)
        self._numbers[fold(name)] = number
        self._names.append(name)
        self._outcome.add_made("kinds", name)
        return number
