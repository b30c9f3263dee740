"""Files that come beside a file of deals and say what its names and ids mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from funnel_tui.domain.said import said
from funnel_tui.exchange.amounts import DEFAULT_MARKS, NumberMarks, parse_number
from funnel_tui.exchange.fields import Fields, name_reader, required
from funnel_tui.exchange.mapping import Mapping as ColumnMapping
from funnel_tui.exchange.profiles import normal_header
from funnel_tui.exchange.records import ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table

CompanionKind = Literal["accounts", "products", "teams"]

#: Headers that give such a file away: the key column, the name column, and others it must have, by program.
_ACCOUNTS = {
    "maven": ("account", "account", {"sector"}),
    "salesforce": ("id", "name", {"billingstreet"}),
    "hubspot": ("company domain name", "company name", {"company id"}),
}
_PRODUCT = {"product", "sales price"}
_TEAM = {"sales agent", "manager", "regional office"}

#: What is in the names of such files.
_CALLED = ("account", "compan", "product", "team")


class TeamMember(NamedTuple):
    """Who belongs to which team."""

    agent: str
    manager: str | None
    office: str | None


def companion_kind(header: Sequence[str]) -> CompanionKind | None:
    """What a file beside the deals holds, by its headers.

    :param header: the names of its columns.
    :returns: organisations, products or sales teams; None for any other file.
    """
    names = {normal_header(name) for name in header}
    if "opportunity id" in names:
        return None
    if names >= _TEAM:
        return "teams"
    if names >= _PRODUCT:
        return "products"
    if any(names >= {key, name, *others} for key, name, others in _ACCOUNTS.values()):
        return "accounts"
    return None


def companion_of(program: str, header: Sequence[str]) -> CompanionKind | None:
    """What a file beside the deals of a program holds, if it is of the same program.

    :param program: the name of a profile.
    """
    kind = companion_kind(header)
    if kind == "accounts":
        names = {normal_header(name) for name in header}
        key, name, others = _ACCOUNTS.get(program, ("", "", set()))
        return kind if names >= {key, name, *others} else None
    return kind if program == "maven" else None


def sounds_like(name: str) -> bool:
    """Whether the name of a file says that it may be one to be read beside another."""
    return any(word in name.casefold() for word in _CALLED)


def read_accounts(table: Table, refusals: Refusals) -> dict[str, str]:
    """Organisations by what the deals call them: their name, id or domain.

    :param table: a file of the kind "accounts".
    :param refusals: gets rows without a key or a name.
    :returns: key to name, in the order of the file; the lookup of the field ``organisation``.
    """
    names = {normal_header(name) for name in table.columns}
    key, name = next((key, name) for key, name, others in _ACCOUNTS.values() if names >= {key, name, *others})
    return {each[0]: each[-1] for each in _read(table, {key: _needed_name, name: _needed_name}, refusals)}


def read_products(table: Table, refusals: Refusals, marks: NumberMarks = DEFAULT_MARKS) -> dict[str, Decimal]:
    """Products and their list prices.

    :param table: a file of the kind "products".
    :param refusals: gets rows whose price is none.
    :param marks: the punctuation of the prices.
    :returns: product to price in whole units of the file's currency, exact.
    """
    price = required(lambda text: parse_number(text, marks, said("a price")))
    return {
        each[0]: each[1] for each in _read(table, {"product": _needed_name, "sales price": price}, refusals)
    }


def read_teams(table: Table, refusals: Refusals) -> list[TeamMember]:
    """Sales agents with their manager and office.

    :param table: a file of the kind "teams".
    :param refusals: gets rows without an agent.
    :returns: one entry per agent, in the order of the file.
    """
    fields = {"sales agent": _needed_name, "manager": _name, "regional office": _name}
    return [TeamMember(*each) for each in _read(table, fields, refusals)]


def _read(
    table: Table, parsers: Mapping[str, Callable[[str], Any]], refusals: Refusals
) -> Iterator[tuple[Any, ...]]:
    """The values of some columns, one tuple per row, in the order of the parsers."""
    headers = [normal_header(name) for name in table.columns]
    places = {name: headers.index(name) for name in parsers}
    fields = Fields(table, ColumnMapping(table.columns, places), ReadOptions(), refusals)
    for name, parse in parsers.items():
        fields.add(name, parse)
    for batch in fields.batches():
        yield from zip(*(batch.values[name] for name in parsers), strict=True)


_name = name_reader("name", ReadOptions())
_needed_name = required(_name)
