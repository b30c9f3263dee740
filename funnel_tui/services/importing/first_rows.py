"""The first rows of a file as they would be read, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_of
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.domain.shown import count_text, money_text
from funnel_tui.exchange.contacts import read_contacts
from funnel_tui.exchange.deals import read_deals
from funnel_tui.exchange.events import read_events
from funnel_tui.exchange.interactions import read_interactions
from funnel_tui.exchange.mapping import Mapping as ColumnMapping
from funnel_tui.exchange.quotas import read_quotas
from funnel_tui.exchange.rates import read_rates
from funnel_tui.exchange.records import Kind, ReadOptions
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import Table

_INSTANTS = frozenset({"created", "closed", "at"})
_DAYS = {"expected_close": "expected_close", "start": "start_day", "end": "end_day", "date": "day"}

_NO_NAME = re.compile(
    r"\d+|001[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?|(?:[a-z0-9-]+\.)+[a-z]{2,}"
    r"|(?:[a-zA-Z]+-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
"""A record number, an id of Salesforce, a domain, or a UUID with or without a word before it."""


def records(
    kind: Kind,
    table: Table,
    mapping: ColumnMapping,
    options: ReadOptions,
    settings: TeamSettings,
    refusals: Refusals,
) -> Iterator[Any]:
    """The rows of a file as they are read; those that are refused are left out."""
    match kind:
        case "deals":
            return read_deals(table, mapping, options, refusals)
        case "history":
            return read_events(table, mapping, options, refusals)
        case "interactions":
            return read_interactions(table, mapping, options, refusals, Counter())
        case "contacts":
            return read_contacts(table, mapping, options, refusals, strict_role=False)
        case "quotas":
            return read_quotas(table, mapping, options, refusals, settings.fiscal_start)
        case "rates":
            return read_rates(table, mapping, options, refusals)


def cell(name: str, record: Any, zone: ZoneInfo) -> str:
    """A field of a record as people read it.

    :param zone: that of the team; instants are shown in it.
    """
    value = getattr(record, _DAYS.get(name, name), None)
    if value is None:
        return ""
    if name in _DAYS:
        return day_of(value - 1 if name == "end" else value).isoformat()
    if name in _INSTANTS:
        moment = datetime.fromtimestamp(value, zone)
        return f"{moment:%Y-%m-%d}" if not moment.hour + moment.minute else f"{moment:%Y-%m-%d %H:%M}"
    if name == "amount":
        currency = record.currency
        return money_text(Money(value, currency), currency=True) if currency else count_text(value)
    if name == "probability":
        return f"{value / 100:g} %"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)


def without_name(kind: Kind, read: Sequence[Any]) -> str:
    """An organisation that is only an id or a domain, where most of them are; else empty.

    :param read: the first deals, with what files beside them say. People and interactions take no id for
        the name of an organisation.
    """
    if kind != "deals":
        return ""
    named = [record.organisation for record in read if record.organisation]
    odd = [name for name in named if _NO_NAME.fullmatch(name)]
    return str(odd[0]) if 2 * len(odd) > len(named) else ""


def currencies(kind: Kind, read: Sequence[Any]) -> frozenset[str]:
    """The currencies of the amounts of the first deals."""
    if kind != "deals":
        return frozenset()
    return frozenset(record.currency for record in read if record.amount is not None)
