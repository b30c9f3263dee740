"""Exports of deals, histories, contacts and rates in the columns that the import reads, and of changes.

A deal that was made here has no id of another program; it gets one of its number and the second of its
creation, by which an import into the same database knows it again.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.db.reader import Reader
from funnel_tui.domain.money import exponent
from funnel_tui.exchange.interaction_words import own_id, own_person_id
from funnel_tui.exchange.sheets import Cells, Sheet, SheetColumn
from funnel_tui.queries import exporting_deals as queries
from funnel_tui.queries.exporting import Row

SCALE = 12
"""Decimals of an exchange rate as it is kept."""

DEAL_COLUMNS = (
    *map(SheetColumn, ("id", "title", "organisation", "person", "owner", "team", "pipeline", "stage")),
    SheetColumn("status"),
    SheetColumn("amount", Cells.NUMBER),
    SheetColumn("currency"),
    SheetColumn("created", Cells.INSTANT),
    SheetColumn("closed", Cells.INSTANT),
    SheetColumn("expected_close", Cells.DAY),
    SheetColumn("probability", Cells.NUMBER),
    *map(SheetColumn, ("source", "loss_reason", "tags", "product")),
)
"""Columns of exported deals: the fields of the import. The probability is a percentage."""

HISTORY_COLUMNS = (
    SheetColumn("deal"),
    SheetColumn("stage"),
    SheetColumn("at", Cells.INSTANT),
    SheetColumn("by"),
    SheetColumn("assumed", Cells.FLAG),
)
"""Columns of exported histories: the fields of the import, and whether a visit is only assumed."""

CONTACT_COLUMNS = (*map(SheetColumn, ("id", "person", "email", "phone", "organisation", "deal_id", "role")),)
"""Columns of exported contacts: the fields of the import."""

RATE_COLUMNS = (
    *map(SheetColumn, ("base", "quote")),
    SheetColumn("date", Cells.DAY),
    SheetColumn("rate", Cells.NUMBER),
)
"""Columns of exported exchange rates: the fields of the import."""

CHANGE_COLUMNS = (
    SheetColumn("number", Cells.NUMBER),
    SheetColumn("group", Cells.NUMBER),
    SheetColumn("at", Cells.INSTANT),
    *map(SheetColumn, ("by", "action", "summary")),
    SheetColumn("undoes_group", Cells.NUMBER),
    SheetColumn("table"),
    SheetColumn("row", Cells.NUMBER),
    SheetColumn("last_row", Cells.NUMBER),
    *map(SheetColumn, ("change", "before", "after")),
)
"""Columns of the exported audit log; ``before`` and ``after`` are JSON objects."""


def deal_sheet(
    reader: Reader, zone: ZoneInfo, *, owner_id: int | None, only: Container[int] | None = None
) -> Sheet:
    """The deals, in the order they were entered.

    :param only: the numbers of those wanted; None for all.
    """
    found = queries.deal_rows(reader, owner_id=owner_id)
    rows = map(_deal, (row for row in found if only is None or row[0] in only))
    return Sheet("deals", DEAL_COLUMNS, rows, zone)


def history_sheet(reader: Reader, zone: ZoneInfo, *, owner_id: int | None) -> Sheet:
    """Every entry into a stage, win and loss.

    A deal of which nothing is known but what its import assumed is left out: an import of the deals assumes
    the same again, and as a history it would pass for known.
    """
    return Sheet("history", HISTORY_COLUMNS, _events(reader, owner_id), zone)


def contact_sheet(reader: Reader, zone: ZoneInfo) -> Sheet:
    """The persons, a row for each deal they have a part in."""
    return Sheet("contacts", CONTACT_COLUMNS, map(_contact, queries.contact_rows(reader)), zone)


def rate_sheet(reader: Reader, zone: ZoneInfo) -> Sheet:
    """The exchange rates, exactly."""
    rows = (
        (base, quote, day, Decimal(rate).scaleb(-SCALE).normalize())
        for base, quote, day, rate in queries.rate_rows(reader)
    )
    return Sheet("rates", RATE_COLUMNS, rows, zone)


def change_sheet(reader: Reader, zone: ZoneInfo, *, bounds: tuple[int, int] | None) -> Sheet:
    """The audit log: who changed what, when, from what to what."""
    return Sheet("changes", CHANGE_COLUMNS, queries.change_rows(reader, bounds=bounds), zone)


def _deal(row: Row) -> tuple[Any, ...]:
    number, ident, title, organisation, owner, team, pipeline, stage, status, minor, currency, *rest = row
    created, closed, expected, probability, source, reason, person, tags, product = rest
    amount = None if minor is None else Decimal(minor).scaleb(-exponent(currency))
    return (
        *(
            ident or own_id(number, created),
            title,
            organisation,
            person,
            owner,
            team,
            pipeline,
            stage,
            status,
        ),
        *(amount, currency, created, closed, expected),
        None if probability is None else Decimal(probability).scaleb(-2),
        *(source, reason),
        # The import takes a comma or a semicolon for the end of a tag.
        ", ".join(tag for tag in tags if not {",", ";"} & set(tag)) or None,
        product,
    )


def _events(reader: Reader, owner_id: int | None) -> Iterator[tuple[Any, ...]]:
    for visits in queries.visit_rows(reader, owner_id=owner_id):
        if all(assumed for *_, assumed in visits):
            continue
        for number, ident, created, stage, entered, by, left, way_out, assumed in visits:
            deal = ident or own_id(number, created)
            yield deal, stage, entered, by or None, assumed
            if way_out in ("won", "lost"):
                yield deal, way_out.title(), left, None, 0


def _contact(row: Row) -> tuple[Any, ...]:
    person, ident, name, email, phone, organisation, _, number, deal, created, role = row
    named = None if number is None else deal or own_id(number, created)
    return (ident or own_person_id(person, name), name, email, phone, organisation, named, role)
