"""Roles, tags and demand in forms: as text, what was understood of them, and as values."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from funnel_tui.dialogs.wishes import Named, Reader
from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.demand import (
    EXAMPLES,
    DemandWords,
    demand_total,
    demand_words,
    read_quantity,
    split_demand,
)
from funnel_tui.domain.finding import fold
from funnel_tui.domain.shown import money_text
from funnel_tui.domain.status import PersonRole
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.widgets.words import role_words

ROLES: tuple[Named, ...] = (
    (0, tr("not known")),
    *((at, role_words(role)) for at, role in enumerate(PersonRole, 1)),
)
"""What a person can do in a deal, as the values of a choice."""


def role_text(role: str | None) -> str:
    """A role as a draft keeps it: the number of the choice."""
    return str(next((number for number, one in enumerate(PersonRole, 1) if one == role), 0))


def role_of(number: int | None) -> str | None:
    """The role behind a choice; None when it is not known."""
    return {at: str(role) for at, role in enumerate(PersonRole, 1)}.get(number or 0)


def tags_text(tags: Sequence[str]) -> str:
    """Tags as they stand in a field, between commas; one that has a comma itself in quotes."""
    return ", ".join(f'"{tag.replace(chr(34), chr(34) * 2)}"' if _is_odd(tag) else tag for tag in tags)


def _is_odd(tag: str) -> bool:
    return "," in tag or tag.startswith('"')


def read_tags(text: str, reader: Reader) -> tuple[str, ...]:
    """Tags between commas, each once; a comma within quotes belongs to the tag."""
    # Line ends and NULs have a meaning to a reader of CSV; a tag that has one is refused below.
    broken = any(mark in text for mark in "\r\n\0")
    parts = text.split(",") if broken else next(csv.reader([text], skipinitialspace=True), [])
    found: dict[str, str] = {}
    for part in parts:
        tag = reader.line(part, "tags")
        if tag is not None:
            found.setdefault(fold(tag), tag)
    return tuple(found.values())


def tags_echo(text: str, reader: Reader, known: Sequence[str]) -> str:
    """Which tags are new; empty when all are known."""
    folded = {fold(tag) for tag in known}
    new = [tag for tag in read_tags(text, reader) if fold(tag) not in folded]
    return tr("New: {tags}").format(tags=", ".join(new)) if new else ""


def read_demand(text: str, reader: Reader, field: str = "demand") -> tuple[Demand, ...] | None:
    """What a customer asks for as it is typed into one line: ``2 x Pump at 500; Hose``; None for nothing.

    :raises InvalidInput: with examples.
    """
    return tuple(_line(words, reader, field) for words in split_demand(text)) or None


def _line(words: DemandWords, reader: Reader, field: str) -> Demand:
    quantity = read_quantity(words.quantity, field)
    product = reader.line(words.product, field)
    if product is None:
        raise InvalidInput(field, tr("A line names no product."), EXAMPLES)
    return Demand(product, quantity, reader.money(words.price, field))


def demand_echo(text: str, reader: Reader) -> str:
    """What was understood: ``= 2 × Pump at 500.00 EUR; 1 × Hose``; empty when nothing is typed."""
    lines = read_demand(text, reader)
    if lines is None:
        return ""
    total = demand_total(lines) if len(lines) > 1 else None
    return f"= {demand_words(lines)}{f' · {money_text(total, currency=True)}' if total else ''}"
