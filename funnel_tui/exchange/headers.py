"""The names people give the columns of a table of deals, when no known program wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from funnel_tui.exchange.interaction_profiles import GENERIC_INTERACTIONS
from funnel_tui.exchange.records import Kind

#: Of an open deal this is the day it is expected to close, of a closed one the day it did.
_EITHER_CLOSE = ("close date", "closing date")

#: For each kind, the headers that can hold a field, in lower case and without underscores.
GENERIC_HEADERS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    "deals": {
        "id": (
            *("id", "deal id", "opportunity id", "external id", "record id"),
            *("deal number", "deal no", "deal no.", "deal nr", "deal nr.", "deal #"),
            *("opportunity number", "opportunity no", "opportunity no."),
            *("number", "no", "no.", "nr", "nr.", "#"),
        ),
        "title": (
            *(
                "title",
                "deal title",
                "deal name",
                "deal",
                "opportunity name",
                "opportunity",
                "name",
                "subject",
            ),
        ),
        "organisation": (
            *("organisation", "organization", "company", "account", "customer", "client"),
            *("company name", "account name", "organization name", "organisation name", "customer name"),
        ),
        "person": ("person", "contact", "contact person", "contact name"),
        "owner": (
            *("owner", "deal owner", "rep", "sales rep", "sales person", "salesperson", "sales agent"),
            *("owner name", "assigned to", "responsible"),
        ),
        "team": ("team", "sales team"),
        "pipeline": ("pipeline", "pipeline name", "funnel"),
        "stage": ("stage", "deal stage", "sales stage", "stage name", "phase"),
        "status": ("status", "deal status"),
        "amount": ("amount", "value", "deal value", "deal amount", "deal size"),
        "currency": ("currency", "currency code"),
        "created": (
            *("created", "created at", "created on", "created date", "create date", "creation date"),
            *("date created", "open date", "opened"),
        ),
        "closed": ("closed", "closed at", "closed on", "closed date", "date closed", *_EITHER_CLOSE),
        "expected_close": (
            *("expected close", "expected close date", "expected closing", "expected closing date"),
            *_EITHER_CLOSE,
        ),
        "probability": ("probability", "win probability", "probability %", "probability (%)"),
        "source": ("source", "lead source", "channel"),
        "loss_reason": ("loss reason", "lost reason", "reason lost", "closed lost reason"),
        "tags": ("tags", "labels", "tag", "label"),
        "product": ("product", "product name"),
    },
    "history": {
        "deal": ("deal", "deal id", "id", "opportunity", "opportunity id", "case id"),
        "stage": ("stage", "to stage", "new stage", "stage name", "event", "activity", "status"),
        "at": (
            *("at", "when", "timestamp", "time", "date", "entered", "entered at", "changed at"),
            *("created at", "event time"),
        ),
        "by": ("by", "user", "owner", "changed by", "moved by", "actor", "rep", "resource"),
    },
    "interactions": GENERIC_INTERACTIONS,
    "contacts": {
        "id": ("id", "contact id", "person id"),
        "person": ("person", "name", "full name", "contact", "contact name"),
        "first": ("first name", "firstname", "given name", "forename"),
        "last": ("last name", "lastname", "family name", "surname"),
        "email": ("email", "e-mail", "email address", "mail"),
        "phone": ("phone", "telephone", "phone number", "mobile"),
        "organisation": ("organisation", "organization", "company", "account", "customer"),
        "deal": ("deal id", "opportunity id"),
        "role": ("role", "title", "job title", "position"),
    },
    "quotas": {
        "owner": ("owner", "rep", "sales rep", "salesperson", "sales agent", "user"),
        "team": ("team", "sales team"),
        "start": ("start", "start date", "from", "quota date", "begins"),
        "end": ("end", "end date", "to", "until", "ends"),
        "period": ("period", "quarter", "month", "year"),
        "amount": ("amount", "quota", "target", "goal", "sales quota", "value"),
        "currency": ("currency", "currency code"),
        "unit": ("unit", "measure"),
    },
    "rates": {
        "base": ("base", "base currency", "from", "from currency", "source currency"),
        "quote": ("quote", "quote currency", "to", "to currency", "target currency", "currency"),
        "date": ("date", "day", "valid from", "rate date"),
        "rate": ("rate", "exchange rate", "value"),
    },
}
