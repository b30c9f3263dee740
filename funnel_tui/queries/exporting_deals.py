"""Rows of exported deals, histories, contacts, rates and changes, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.queries.exporting import PAGE, Row

_DEALS = """
SELECT d.id, d.external_id, d.title, o.name, r.name, t.name, p.name, s.name, d.status, d.amount_minor,
       d.currency, d.created_at, d.closed_at, d.expected_close, d.probability_bp, c.name, l.name
FROM deal d JOIN rep r ON r.id = d.owner_id JOIN pipeline p ON p.id = d.pipeline_id
     JOIN stage s ON s.id = d.stage_id LEFT JOIN organisation o ON o.id = d.organisation_id
     LEFT JOIN team t ON t.id = r.team_id LEFT JOIN source c ON c.id = d.source_id
     LEFT JOIN loss_reason l ON l.id = d.loss_reason_id
"""

# Only who is found again by name: the first of that name at the organisation of the deal.
_PERSONS = """
SELECT x.deal_id, p.name
FROM deal_person x JOIN person p ON p.id = x.person_id JOIN deal d ON d.id = x.deal_id
WHERE {among} AND (p.organisation_id = d.organisation_id
                   OR (p.organisation_id IS NULL AND d.organisation_id IS NULL))
  AND NOT EXISTS (SELECT 1 FROM person q WHERE q.organisation_id = p.organisation_id
                  AND lower(q.name) = lower(p.name) AND q.id < p.id)
ORDER BY x.id
"""

_PRODUCTS = """
SELECT x.deal_id, p.name FROM demand_line x JOIN product p ON p.id = x.product_id
WHERE {among} ORDER BY x.id
"""

_TAGS = """
SELECT x.deal_id, t.name FROM deal_tag x JOIN tag t ON t.id = x.tag_id WHERE {among} ORDER BY x.id
"""

_VISITS = """
SELECT v.deal_id, d.external_id, d.created_at, s.name, v.entered_at, v.moved_by, v.left_at, v.exit, v.assumed
FROM stage_visit v JOIN deal d ON d.id = v.deal_id JOIN stage s ON s.id = v.stage_id
WHERE {among} ORDER BY v.deal_id, v.seq
"""

_CONTACTS = """
SELECT p.id, p.external_id, p.name, p.email, p.phone, o.name, x.id, d.id, d.external_id, d.created_at, x.role
FROM person p LEFT JOIN organisation o ON o.id = p.organisation_id
     LEFT JOIN deal_person x ON x.person_id = p.id LEFT JOIN deal d ON d.id = x.deal_id
WHERE p.id IN (SELECT id FROM person WHERE id > :after ORDER BY id LIMIT :size) ORDER BY p.id, x.id
"""

_RATES = """
SELECT base, quote, day, rate_scaled FROM exchange_rate
WHERE (base, quote, day) > (:base, :quote, :day) ORDER BY base, quote, day LIMIT :size
"""

_CHANGES = """
SELECT c.id, c.group_id, g.at, g.actor, g.action, g.summary, g.undoes_id, c.entity, c.row_id, c.row_last,
       c.op, c.before, c.after
FROM change c JOIN change_group g ON g.id = c.group_id
"""


def deal_rows(reader: Reader, *, owner_id: int | None = None) -> Iterator[Row]:
    """Deals with the names of what they refer to, then a person, the tags and a product of each.

    :param owner_id: only those of this rep.
    """
    for page in _deal_pages(reader, _DEALS, owner_id):
        numbers = [row[0] for row in page]
        persons = _first(_of(reader, _PERSONS, numbers))
        products = _first(_of(reader, _PRODUCTS, numbers))
        tags: dict[int, list[str]] = {}
        for number, name in _of(reader, _TAGS, numbers):
            tags.setdefault(number, []).append(name)
        for row in page:
            number = row[0]
            yield (*row, persons.get(number), tags.get(number, []), products.get(number))


def visit_rows(reader: Reader, *, owner_id: int | None = None) -> Iterator[list[Row]]:
    """The visits of deals in order, a list for each deal.

    :param owner_id: only of deals of this rep.
    """
    for page in _deal_pages(reader, "SELECT d.id FROM deal d", owner_id):
        found: dict[int, list[Row]] = {}
        for row in _of(reader, _VISITS, [row[0] for row in page], column="v.deal_id"):
            found.setdefault(row[0], []).append(row)
        yield from found.values()


def contact_rows(reader: Reader) -> Iterator[Row]:
    """Persons, once for every deal that they have a part in, or once without any."""
    after = 0
    while page := reader.rows(_CONTACTS, {"after": after, "size": PAGE}):
        yield from page
        after = page[-1][0]


def rate_rows(reader: Reader) -> Iterator[Row]:
    """Exchange rates by currencies and day."""
    last: Sequence[Any] = ("", "", 0)
    while page := reader.rows(_RATES, {"base": last[0], "quote": last[1], "day": last[2], "size": PAGE}):
        yield from page
        last = page[-1]


def change_rows(reader: Reader, *, bounds: tuple[int, int] | None = None) -> Iterator[Row]:
    """The audit log, oldest first.

    :param bounds: first instant and the one after the last, in epoch seconds.
    """
    terms, values = "c.id > :after", dict[str, int]()
    if bounds is not None:
        terms, values = f"{terms} AND g.at >= :first AND g.at < :end", {"first": bounds[0], "end": bounds[1]}
    sql = f"{_CHANGES} WHERE {terms} ORDER BY c.id LIMIT {PAGE}"
    after = 0
    while page := reader.rows(sql, {**values, "after": after}):
        yield from page
        after = page[-1][0]


def _deal_pages(reader: Reader, select: str, owner_id: int | None) -> Iterator[list[Row]]:
    terms, values = "d.id > :after", dict[str, int]()
    if owner_id is not None:
        terms, values = f"{terms} AND d.owner_id = :owner", {"owner": owner_id}
    sql = f"{select} WHERE {terms} ORDER BY d.id LIMIT {PAGE}"
    after = 0
    while page := reader.rows(sql, {**values, "after": after}):
        yield page
        after = page[-1][0]


def _of(reader: Reader, sql: str, numbers: Sequence[int], column: str = "x.deal_id") -> list[Row]:
    """Rows that belong to some deals."""
    among, value = reader.among(column, "deals", numbers)
    return reader.rows(sql.format(among=among), {"deals": value})


def _first(rows: Sequence[Row]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for number, name in rows:
        found.setdefault(number, name)
    return found
