"""Organisations and people: what lists show, in a fixed number of statements.

An organisation is a customer when somebody said so or when one of its deals is won. The second half is not
stored: it follows from the deals, so that an undone win, an import and a merge need no care of their own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from funnel_tui.db.reader import Reader
from funnel_tui.domain.directory import Kind, OpenAmount, OrganisationLine, PersonLine
from funnel_tui.domain.money import Money, Rates, round_half_up
from funnel_tui.domain.naming import mail_domain
from funnel_tui.domain.status import DealStatus, OrganisationStatus

_OPEN_COUNT = (
    "SELECT organisation_id, count(*) FROM deal WHERE closed_at IS NULL AND organisation_id IS NOT NULL "
    "GROUP BY organisation_id"
)
_WON_COUNT = (
    "SELECT organisation_id, count(*) FROM deal WHERE status = 'won' AND closed_at IS NOT NULL "
    "AND organisation_id IS NOT NULL GROUP BY organisation_id"
)
_OPEN_AMOUNT = (
    "SELECT organisation_id, currency, sum(amount_minor) FROM deal "
    "WHERE closed_at IS NULL AND organisation_id IS NOT NULL AND amount_minor IS NOT NULL "
    "GROUP BY organisation_id, currency"
)
_ORGANISATION_LAST = (
    "SELECT organisation_id, max(at) FROM interaction WHERE planned = 0 AND organisation_id IS NOT NULL "
    "GROUP BY organisation_id"
)
_PERSON_COUNT = (
    "SELECT p.person_id, count(*) FROM deal_person p JOIN deal d ON d.id = p.deal_id "
    "WHERE d.status = :status GROUP BY p.person_id"
)
_PERSON_LAST = (
    "SELECT person_id, max(at) FROM interaction WHERE planned = 0 AND person_id IS NOT NULL "
    "GROUP BY person_id"
)


def organisation_names(reader: Reader) -> list[tuple[int, str, bool]]:
    """Number, name and whether somebody said that it is a customer, of every organisation."""
    rows = reader.rows("SELECT id, name, status FROM organisation")
    return [(row[0], row[1], row[2] == OrganisationStatus.CUSTOMER) for row in rows]


def person_names(reader: Reader) -> list[tuple[int, str, str | None, str | None]]:
    """Number, name, organisation and e-mail of every person."""
    return reader.rows(
        "SELECT p.id, p.name, o.name, p.email "
        "FROM person p LEFT JOIN organisation o ON o.id = p.organisation_id"
    )


def open_counts(reader: Reader) -> dict[int, int]:
    """Open deals of every organisation that has any."""
    return dict(reader.rows(_OPEN_COUNT))


def won_counts(reader: Reader) -> dict[int, int]:
    """Won deals of every organisation that has any."""
    return dict(reader.rows(_WON_COUNT))


def open_sums(reader: Reader, rates: Rates, day: int) -> dict[int, Fraction]:
    """What the open deals of every organisation are worth in the base currency; without a rate they count
    nothing here, the list itself says so."""
    sums: dict[int, Fraction] = {}
    for organisation, currency, minor in reader.rows(_OPEN_AMOUNT):
        worth = rates.exact(int(minor), currency, day)
        if worth is not None:
            sums[organisation] = sums.get(organisation, Fraction(0)) + worth
    return sums


def organisation_last(reader: Reader) -> dict[int, int]:
    """When the last interaction with every organisation was done."""
    return dict(reader.rows(_ORGANISATION_LAST))


def person_counts(reader: Reader, status: DealStatus) -> dict[int, int]:
    """Deals of a status that every person has a part in."""
    return dict(reader.rows(_PERSON_COUNT, {"status": status.value}))


def person_last(reader: Reader) -> dict[int, int]:
    """When the last interaction with every person was done."""
    return dict(reader.rows(_PERSON_LAST))


def listed(numbers: Iterable[int]) -> str:
    """Numbers as the inside of an SQL ``IN``; never empty."""
    return ", ".join(str(int(number)) for number in numbers) or "NULL"


def organisation_lines(
    reader: Reader, numbers: Sequence[int], rates: Rates, day: int
) -> list[OrganisationLine]:
    """What a list shows of some organisations, in the order asked for; numbers that are gone are left out.

    :param rates: into the base currency.
    :param day: whose rates to use, in days since 1970-01-01.
    """
    these = listed(numbers)
    # The index is walked from its end and stops at the first interaction that was done.
    facts = reader.rows(
        "SELECT o.id, o.name, o.status, (SELECT i.at FROM interaction i WHERE i.organisation_id = o.id "
        f"AND i.planned = 0 ORDER BY i.at DESC LIMIT 1) FROM organisation o WHERE o.id IN ({these})"
    )
    cells: dict[int, list[tuple[Any, ...]]] = {}
    for row in reader.rows(
        "SELECT d.organisation_id, r.name, d.status, d.currency, count(*), sum(d.amount_minor) "
        f"FROM deal d JOIN rep r ON r.id = d.owner_id WHERE d.organisation_id IN ({these}) "
        "GROUP BY d.organisation_id, r.name, d.status, d.currency"
    ):
        cells.setdefault(row[0], []).append(row[1:])
    found = {row[0]: _organisation(row, cells.get(row[0], ()), rates, day) for row in facts}
    return [found[number] for number in numbers if number in found]


def _organisation(
    fact: Sequence[Any], cells: Sequence[Sequence[Any]], rates: Rates, day: int
) -> OrganisationLine:
    number, name, said, last_at = fact
    open_by: Counter[str] = Counter()
    all_by: Counter[str] = Counter()
    won = 0
    amounts: Counter[str] = Counter()
    for owner, status, currency, count, minor in cells:
        all_by[owner] += count
        won += count if status == DealStatus.WON else 0
        if status == DealStatus.OPEN:
            open_by[owner] += count
            if currency is not None:
                amounts[currency] += int(minor)
    customer = won > 0 or said == OrganisationStatus.CUSTOMER
    return OrganisationLine(
        id=number,
        name=name,
        status=OrganisationStatus.CUSTOMER if customer else OrganisationStatus.PROSPECT,
        open_deals=open_by.total(),
        won_deals=won,
        open_amount=open_amount(amounts, rates, day),
        last_at=last_at,
        owners=tuple(sorted(all_by, key=lambda owner: (-open_by[owner], -all_by[owner], owner))),
    )


def open_amount(amounts: Mapping[str, int], rates: Rates, day: int) -> OpenAmount:
    """Amounts by currency, and their sum in the base currency with one rounding (METRICS M7)."""
    monies = tuple(Money(minor, currency) for currency, minor in sorted(amounts.items()))
    worths = [rates.exact(money.minor, money.currency, day) for money in monies]
    known = [worth for worth in worths if worth is not None]
    if len(known) < len(worths):
        return OpenAmount(monies, None)
    return OpenAmount(monies, Money(round_half_up(sum(known, Fraction(0))), rates.base))


def person_lines(reader: Reader, numbers: Sequence[int]) -> list[PersonLine]:
    """What a list shows of some people, in the order asked for; numbers that are gone are left out."""
    these = listed(numbers)
    facts = reader.rows(
        "SELECT p.id, p.name, p.organisation_id, o.name, p.email, p.phone "
        f"FROM person p LEFT JOIN organisation o ON o.id = p.organisation_id WHERE p.id IN ({these})"
    )
    counts: dict[int, dict[str, int]] = {}
    for person, status, count in reader.rows(
        "SELECT p.person_id, d.status, count(*) FROM deal_person p JOIN deal d ON d.id = p.deal_id "
        f"WHERE p.person_id IN ({these}) GROUP BY p.person_id, d.status"
    ):
        counts.setdefault(person, {})[status] = count
    last = dict(
        reader.rows(
            "SELECT person_id, max(at) FROM interaction "
            f"WHERE person_id IN ({these}) AND planned = 0 GROUP BY person_id"
        )
    )
    found = {
        number: PersonLine(
            *(number, name, organisation_id, organisation, email, phone),
            *(counts.get(number, {}).get(DealStatus.OPEN, 0), counts.get(number, {}).get(DealStatus.WON, 0)),
            last.get(number),
        )
        for number, name, organisation_id, organisation, email, phone in facts
    }
    return [found[number] for number in numbers if number in found]


class NamedRow(NamedTuple):
    """What is compared of an organisation or a person when duplicates are looked for."""

    id: int
    name: str
    organisation_id: int | None = None
    organisation: str | None = None
    email: str | None = None
    phone: str | None = None


def named_organisations(reader: Reader) -> list[NamedRow]:
    """All organisations, oldest first."""
    return [NamedRow(*row) for row in reader.rows("SELECT id, name FROM organisation ORDER BY id")]


def named_people(reader: Reader) -> list[NamedRow]:
    """All people with their organisation, oldest first."""
    rows = reader.rows(
        "SELECT p.id, p.name, p.organisation_id, o.name, p.email, p.phone "
        "FROM person p LEFT JOIN organisation o ON o.id = p.organisation_id ORDER BY p.id"
    )
    return [NamedRow(*row) for row in rows]


def organisation_domains(reader: Reader) -> list[tuple[int, str]]:
    """Organisations and the domains of their people's e-mail, each pair once; not those of mail providers."""
    rows = reader.rows(
        "SELECT DISTINCT organisation_id, email FROM person "
        "WHERE organisation_id IS NOT NULL AND email IS NOT NULL"
    )
    domains = ((number, mail_domain(email)) for number, email in rows)
    return sorted({(number, domain) for number, domain in domains if domain is not None})


class Merged(NamedTuple):
    """A row that was merged into another one and is gone.

    :param was: what it was, by column.
    """

    was: dict[str, Any]
    into: int


def merged_rows(reader: Reader, kind: Kind) -> list[Merged]:
    """What was merged and is not undone, oldest first: the old name and id still mean somebody.

    A merge leaves in the audit log what the row was and which row it became part of; that one may have been
    merged on.
    """
    rows = reader.rows(
        "SELECT c.group_id, c.row_id, c.before, c.after FROM change c "
        "WHERE c.entity = :kind AND c.op = 'delete' AND c.after IS NOT NULL ORDER BY c.id",
        {"kind": kind},
    )
    if not rows:
        return []
    taken_back = _taken_back(reader)
    standing = [row for row in rows if row[0] not in taken_back]
    into = {number: int(json.loads(after)["merged_into"]) for _, number, _, after in standing}
    there = {
        number for (number,) in reader.rows(f"SELECT id FROM {kind} WHERE id IN ({listed(into.values())})")
    }
    found = []
    for _, number, before, _ in standing:
        target, seen = into[number], {number}
        while target not in there and target in into and target not in seen:
            seen.add(target)
            target = into[target]
        if target in there:
            found.append(Merged(json.loads(before), target))
    return found


def _taken_back(reader: Reader) -> set[int]:
    """The change groups that were undone and not redone."""
    undoing = {
        undone: number
        for number, undone in reader.rows(
            "SELECT id, undoes_id FROM change_group WHERE undoes_id IS NOT NULL"
        )
    }

    def is_undone(group: int) -> bool:
        undone = False
        while group in undoing:
            group = undoing[group]
            undone = not undone
        return undone

    return {group for group in undoing if is_undone(group)}
