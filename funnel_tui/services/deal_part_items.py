"""Items of a deal's timeline about its people, tags and demand lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from funnel_tui.db import Reader
from funnel_tui.domain.deal_detail import FieldChange, TimelineItem, TimelineKind
from funnel_tui.domain.demand import quantity_text
from funnel_tui.domain.money import Money
from funnel_tui.domain.said import said
from funnel_tui.domain.shown import count_text, money_text
from funnel_tui.queries.deal_detail import PART
from funnel_tui.queries.deal_parts import PartLine
from funnel_tui.queries.history import names_of
from funnel_tui.services.deal_timeline import changes_text

_REFERS = {"person_id": "person", "tag_id": "tag", "product_id": "product"}

_Values = Mapping[str, Any]


def part_items(reader: Reader, lines: Sequence[PartLine]) -> Iterator[TimelineItem]:
    """Each change of a row as an edit, with what became what."""
    wanted: dict[str, set[int]] = {table: set() for table in _REFERS.values()}
    for line in lines:
        for values in (line.before, line.after, line.values):
            for column, table in _REFERS.items():
                if isinstance(values.get(column), int):
                    wanted[table].add(values[column])
    names = {table: names_of(reader, table, numbers) for table, numbers in wanted.items()}
    for line in lines:
        changes = tuple(_changes(line, names))
        text = changes_text(changes)
        key = (line.at, PART, line.id)
        if changes:
            yield TimelineItem(key, line.at, TimelineKind.EDITED, line.actor, text, changes=changes)


def _changes(line: PartLine, names: Mapping[str, Mapping[int, str]]) -> Iterator[FieldChange]:
    def named(column: str, values: _Values) -> str:
        number = values.get(column)
        return "" if number is None else names[_REFERS[column]].get(number, said("number {n}", n=number))

    old, new = line.before, line.after
    if line.entity == "deal_tag":
        yield FieldChange(said("tag"), named("tag_id", old), named("tag_id", new))
        return
    column = "person_id" if line.entity == "deal_person" else "product_id"
    if line.op != "update":
        label = said("contact") if line.entity == "deal_person" else said("asked for")
        yield FieldChange(label, *(_told(named(column, values), values) for values in (old, new)))
        return
    if column in new:
        label = said("contact") if line.entity == "deal_person" else said("product")
        yield FieldChange(label, named(column, old), named(column, new))
    whose = named(column, line.values) or said("somebody")
    if "role" in new:
        yield FieldChange(said("role of {name}", name=whose), old["role"] or "", new["role"] or "")
    if "quantity_milli" in new:
        quantities = (quantity_text(values["quantity_milli"]) for values in (old, new))
        yield FieldChange(said("quantity of {name}", name=whose), *quantities)
    if {"price_minor", "currency"} & set(new):
        yield FieldChange(
            said("price of {name}", name=whose), *(_price({**line.values, **values}) for values in (old, new))
        )


def _told(name: str, values: _Values) -> str:
    """Somebody with their role, or a demand line; "" for none."""
    if not values:
        return ""
    if "quantity_milli" in values:
        price = _price(values)
        what = f"{quantity_text(values['quantity_milli'])} × {name}"
        return said("{what} at {price}", what=what, price=price) if price else what
    return f"{name} ({values['role']})" if values.get("role") else name


def _price(values: _Values) -> str:
    minor, currency = values.get("price_minor"), values.get("currency")
    if minor is None:
        return ""
    return money_text(Money(minor, currency), currency=True) if currency else count_text(minor)
