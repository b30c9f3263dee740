"""What the exports of other programs look like: which column is which field, their stages and their words.

The column names were read off real exports and public descriptions of them. The first name of a field that a
file has is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from funnel_tui.exchange.headers import GENERIC_HEADERS
from funnel_tui.exchange.interaction_profiles import (
    HUBSPOT_INTERACTIONS,
    PIPEDRIVE_INTERACTIONS,
    PROGRAM_KINDS,
    SALESFORCE_INTERACTIONS,
)
from funnel_tui.exchange.records import Kind, ReadOptions

#: The fields of each kind, in the order they are shown.
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "deals": (
        *("id", "title", "organisation", "person", "owner", "team", "pipeline", "stage", "status", "amount"),
        *("currency", "created", "closed", "expected_close", "probability", "source", "loss_reason", "tags"),
        "product",
    ),
    "history": ("deal", "stage", "at", "by"),
    "interactions": (
        *("id", "deal", "organisation", "person", "owner", "kind", "direction", "outcome", "at", "planned"),
        *("duration", "note"),
    ),
    "contacts": ("id", "person", "first", "last", "email", "phone", "organisation", "deal", "role"),
    "quotas": ("owner", "team", "start", "end", "period", "amount", "currency", "unit"),
    "rates": ("base", "quote", "date", "rate"),
}

#: Fields a file must have, by column or by constant.
REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    "deals": ("id",),
    "history": ("deal", "stage", "at"),
    "interactions": ("kind", "at"),
    "contacts": (),
    "quotas": ("amount",),
    "rates": ("base", "quote", "date", "rate"),
}

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known about the exports of one program.

    :param name: as given to ``--profile``.
    :param columns: for each kind, the headers that can hold a field. Deals have four more fields that only
        profiles know: ``is_won`` and ``is_closed`` (flags), ``won_at`` and ``lost_at``.
    :param signatures: sets of headers; a file that has all of one set is this program's.
    :param prefix: a header that starts so is enough to tell the program; empty for none.
    :param stage_sets: usual pipelines, each its stages in order with their probability in basis points, or
        None where the program gives none.
    :param won: stage names that mean won.
    :param lost: stage names that mean lost, each with a reason, or None.
    :param fixes: per field, spellings to replace.
    :param fraction_probability: probabilities are written 0 to 1.
    :param currency: the currency of amounts that name none, where the program has only one.
    """

    name: str
    columns: Mapping[Kind, Columns]
    signatures: tuple[frozenset[str], ...] = ()
    prefix: str = ""
    stage_sets: tuple[tuple[tuple[str, int | None], ...], ...] = ()
    won: tuple[str, ...] = ()
    lost: Mapping[str, str | None] = field(default_factory=dict)
    fixes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fraction_probability: bool = False
    currency: str | None = None

    def columns_of(self, kind: Kind) -> Columns:
        """The headers of a kind; the generic ones where the program has no such export."""
        return self.columns.get(kind) or GENERIC.columns[kind]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of interactions the program has beside ours."""
        return PROGRAM_KINDS.get(self.name, ())

    def stages_for(self, seen: Collection[str]) -> tuple[tuple[str, int | None], ...]:
        """The usual pipeline that has all the stage names seen in a file; empty when none has.

        :param seen: names of stages, without those that mean won or lost.
        """
        names = {name.casefold() for name in seen}
        fitting = (s for s in self.stage_sets if names <= {stage.casefold() for stage, _ in s})
        return next(fitting, ())


def normal_header(header: str) -> str:
    """A header as it is compared: without case, underscores, stars and double spaces."""
    return " ".join(header.replace("_", " ").replace("*", " ").casefold().split())


MAVEN = Profile(
    "maven",
    {
        "deals": {
            "id": ("opportunity_id",),
            "organisation": ("account",),
            "owner": ("sales_agent",),
            "stage": ("deal_stage",),
            "amount": ("close_value",),
            "created": ("engage_date",),
            "closed": ("close_date",),
            "product": ("product",),
        }
    },
    signatures=(frozenset({"opportunity id", "deal stage", "engage date", "close value"}),),
    stage_sets=((("Prospecting", None), ("Engaging", None)),),
    won=("Won",),
    lost={"Lost": None},
    fixes={"product": {"GTXPro": "GTX Pro"}},
    currency="USD",
)

PIPEDRIVE = Profile(
    "pipedrive",
    {
        "deals": {
            "id": ("Deal - ID", "Deal - Pipedrive System ID"),
            "title": ("Deal - Title",),
            "organisation": ("Deal - Organization", "Organization - Name", "Organization"),
            "person": ("Deal - Contact person", "Person - Name", "Contact person"),
            "owner": ("Deal - Owner",),
            "pipeline": ("Deal - Pipeline",),
            "stage": ("Deal - Stage", "Deal - Stage (pipeline)"),
            "status": ("Deal - Status",),
            "amount": ("Deal - Value",),
            "currency": ("Deal - Currency of Value",),
            "created": ("Deal - Deal created", "Deal - Creation date"),
            "closed": ("Deal - Deal closed on", "Deal - Closed on"),
            "won_at": ("Deal - Won time",),
            "lost_at": ("Deal - Lost time",),
            "expected_close": ("Deal - Expected close date",),
            "probability": ("Deal - Probability",),
            "source": ("Deal - Source channel", "Deal - Source origin"),
            "loss_reason": ("Deal - Lost reason",),
            "tags": ("Deal - Label",),
            "product": ("Deal - Product name",),
        },
        "interactions": PIPEDRIVE_INTERACTIONS,
        "contacts": {
            "id": ("Person - ID",),
            "person": ("Person - Name",),
            "first": ("Person - First name",),
            "last": ("Person - Last name",),
            "email": ("Person - Email", "Person - Email (Work)", "Person - Email - Work"),
            "phone": ("Person - Phone", "Person - Phone - Work"),
            "organisation": ("Person - Organization", "Organization - Name"),
        },
    },
    prefix="deal - ",
    signatures=(frozenset({"activity - subject"}), frozenset({"person - name"})),
    won=("Won",),
    lost={"Lost": None},
)

HUBSPOT = Profile(
    "hubspot",
    {
        "deals": {
            "id": ("Record ID", "Deal ID"),
            "title": ("Deal Name",),
            "organisation": (
                *("Associated Company", "Associated Company (Primary)", "Associated Company Name"),
                "Associated Company Domain",
            ),
            "person": ("Associated Contact", "Associated Contact Email"),
            "owner": ("Deal owner",),
            "pipeline": ("Pipeline",),
            "stage": ("Deal Stage",),
            "amount": ("Amount",),
            "currency": ("Currency",),
            "created": ("Create Date",),
            "closed": ("Close Date",),
            "expected_close": ("Close Date",),
            "probability": ("Deal probability",),
            "source": ("Original Traffic Source", "Original Source", "Record source"),
            "loss_reason": ("Closed Lost Reason",),
            "tags": ("Deal Type",),
        },
        "interactions": HUBSPOT_INTERACTIONS,
        "contacts": {
            "id": ("Record ID", "Contact ID"),
            "person": ("Full Name", "Name"),
            "first": ("First Name",),
            "last": ("Last Name",),
            "email": ("Email",),
            "phone": ("Phone Number",),
            "organisation": ("Associated Company", "Company Name"),
            "role": ("Buying Role", "Job Title"),
        },
    },
    signatures=(
        frozenset({"deal name", "deal stage"}),
        frozenset({"activity type", "activity owner", "activity date"}),
        frozenset({"record id", "first name", "last name"}),
    ),
    stage_sets=(
        (
            ("Appointment Scheduled", 2000),
            ("Qualified to Buy", 4000),
            ("Presentation Scheduled", 6000),
            ("Decision Maker Bought-In", 8000),
            ("Contract Sent", 9000),
        ),
    ),
    won=("Closed Won", "closedwon"),
    lost={"Closed Lost": None, "closedlost": None},
    fraction_probability=True,
)

SALESFORCE = Profile(
    "salesforce",
    {
        "deals": {
            "id": ("Id", "Opportunity ID"),
            "title": ("Name", "Opportunity Name"),
            "organisation": ("Account Name", "AccountId"),
            "owner": ("Opportunity Owner", "Owner", "OwnerId"),
            "stage": ("StageName", "Stage"),
            "amount": ("Amount",),
            "currency": ("CurrencyIsoCode", "Amount Currency"),
            "created": ("CreatedDate", "Created Date"),
            "closed": ("CloseDate", "Close Date"),
            "expected_close": ("CloseDate", "Close Date"),
            "probability": ("Probability", "Probability (%)"),
            "source": ("LeadSource", "Lead Source"),
            "loss_reason": ("Loss_Reason__c", "Loss Reason"),
            "product": ("Product__c", "Product Name"),
            "is_won": ("IsWon", "Won"),
            "is_closed": ("IsClosed", "Closed"),
        },
        "history": {
            "deal": ("OpportunityId", "Opportunity ID"),
            "stage": ("StageName", "Stage", "To Stage"),
            "at": ("CreatedDate", "Created Date", "Last Modified"),
            "by": ("CreatedById", "Created By", "Last Modified By"),
        },
        "interactions": SALESFORCE_INTERACTIONS,
        "contacts": {
            "id": ("Id", "Contact ID"),
            "person": ("Name", "Full Name"),
            "first": ("FirstName", "First Name"),
            "last": ("LastName", "Last Name"),
            "email": ("Email",),
            "phone": ("Phone",),
            "organisation": ("Account Name", "AccountId"),
            "role": ("Title",),
        },
    },
    signatures=(
        frozenset({"stagename", "closedate"}),
        frozenset({"opportunityid", "stagename"}),
        frozenset({"opportunity name", "stage", "close date"}),
        frozenset({"whoid", "whatid", "activitydate"}),
        frozenset({"accountid", "lastname", "firstname"}),
    ),
    stage_sets=(
        (
            ("Prospecting", 1000),
            ("Qualification", 1000),
            ("Needs Analysis", 2000),
            ("Value Proposition", 5000),
            ("Id. Decision Makers", 6000),
            ("Perception Analysis", 7000),
            ("Proposal/Price Quote", 7500),
            ("Negotiation/Review", 9000),
        ),
        (("Qualification", 1000), ("Discovery", None), ("Proposal/Quote", None), ("Negotiation", None)),
    ),
    won=("Closed Won",),
    lost={"Closed Lost": None},
)

GENERIC = Profile("generic", GENERIC_HEADERS)

PROFILES: Mapping[str, Profile] = {
    profile.name: profile for profile in (MAVEN, PIPEDRIVE, HUBSPOT, SALESFORCE, GENERIC)
}


def guess_profile(header: Sequence[str]) -> Profile:
    """The program a file comes from, by its headers.

    :param header: the names of its columns.
    :returns: the first profile the headers fit; the generic one when they fit none.
    """
    names = {normal_header(name) for name in header}
    for profile in PROFILES.values():
        by_prefix = profile.prefix and any(name.startswith(profile.prefix) for name in names)
        if by_prefix or any(signature <= names for signature in profile.signatures):
            return profile
    return GENERIC


def complete_options(profile: Profile, options: ReadOptions, base_currency: str | None = None) -> ReadOptions:
    """The options of the user, filled up with what the profile knows.

    :param profile: where the file comes from.
    :param options: what the user said; it goes before the profile.
    :param base_currency: the currency where neither user nor profile name one.
    """
    fixes = {**profile.fixes, **options.fixes}
    return replace(
        options,
        currency=options.currency or profile.currency or base_currency,
        won=(*options.won, *profile.won),
        lost={**profile.lost, **options.lost},
        fixes=fixes,
        fraction_probability=options.fraction_probability or profile.fraction_probability,
    )
