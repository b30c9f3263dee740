"""What hangs on an imported deal: persons, tags and the product first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from funnel_tui.exchange.records import DealRecord
from funnel_tui.models import DealPerson, DealTag, DemandLine
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.importing.names import NO_REASON, References
from funnel_tui.services.transaction import Transaction, table_of

_LINE_COLUMNS = ("deal_id", "product_id", "quantity_milli", "price_minor", "currency")
_ONE = 1000
"""A quantity of one, in thousandths."""


class Links:
    """Adds what is missing to deals, new or known."""

    def __init__(self, call: Transaction, writer: BulkWriter, references: References) -> None:
        self._call = call
        self._references = references
        self._persons = writer.stream(DealPerson, ("deal_id", "person_id", "role"))
        self._tags = writer.stream(DealTag, ("deal_id", "tag_id"))
        self._lines = writer.stream(DemandLine, _LINE_COLUMNS)
        self._known_persons: set[tuple[int, int]] = set()
        self._known_tags: set[tuple[int, int]] = set()
        self._known_lines: dict[int, list[dict[str, Any]]] = {}

    @property
    def rows(self) -> int:
        """Rows written so far; only for new rows of links."""
        return sum(len(stream.pending) for stream in (self._persons, self._tags, self._lines))

    def look_up(self, deals: Sequence[int], records: Iterable[DealRecord]) -> None:
        """Read what some known deals have already, as far as the records name any of it."""
        named = [(bool(r.person), bool(r.tags), bool(r.product)) for r in records]
        self._known_persons.clear()
        self._known_tags.clear()
        self._known_lines.clear()
        connection = self._call.connection
        person, tag, line = table_of(DealPerson), table_of(DealTag), table_of(DemandLine)
        if any(each[0] for each in named):
            query = select(person.c.deal_id, person.c.person_id).where(person.c.deal_id.in_(deals))
            self._known_persons.update((row[0], row[1]) for row in connection.execute(query))
        if any(each[1] for each in named):
            query = select(tag.c.deal_id, tag.c.tag_id).where(tag.c.deal_id.in_(deals))
            self._known_tags.update((row[0], row[1]) for row in connection.execute(query))
        if any(each[2] for each in named):
            for row in connection.execute(select(line).where(line.c.deal_id.in_(deals)).order_by(line.c.id)):
                self._known_lines.setdefault(row.deal_id, []).append(dict(row._mapping))

    def add(self, deal_id: int, record: DealRecord, organisation_id: int | None) -> bool:
        """Add what the record names and the deal does not have.

        :returns: whether anything was written.
        """
        before = self.rows
        replaced = False
        if record.person is not None:
            person_id = self._references.person(record.person, organisation_id)
            if (deal_id, person_id) not in self._known_persons:
                self._persons.add(deal_id, person_id, None)
        for tag in record.tags:
            tag_id = self._references.tags.number(tag)
            if (deal_id, tag_id) not in self._known_tags:
                self._tags.add(deal_id, tag_id)
        if record.product is not None:
            replaced = self._add_product(deal_id, self._references.products.number(record.product))
        return replaced or self.rows > before

    def no_reason(self) -> int:
        """The reason of losses that have none."""
        return self._references.reasons.number(NO_REASON)

    def _add_product(self, deal_id: int, product_id: int) -> bool:
        lines = self._known_lines.get(deal_id, ())
        if any(line["product_id"] == product_id for line in lines):
            return False
        if len(lines) == 1:
            self._call.update(DemandLine, lines[0], {"product_id": product_id})
            return True
        self._lines.add(deal_id, product_id, _ONE, None, None)
        return True
