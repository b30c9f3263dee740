"""Organisations and people as lists and details show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from funnel_tui.domain.money import Money
from funnel_tui.domain.status import ChangeOp, DealStatus, Direction, OrganisationStatus, PersonRole

Kind = Literal["organisation", "person"]
"""What is listed, compared or merged."""


class OrganisationSort(StrEnum):
    """What a list of organisations can be sorted by."""

    NAME = "name"
    STATUS = "status"
    OPEN = "open"
    WON = "won"
    AMOUNT = "amount"
    LAST = "last"


class PersonSort(StrEnum):
    """What a list of people can be sorted by."""

    NAME = "name"
    ORGANISATION = "organisation"
    OPEN = "open"
    WON = "won"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class OpenAmount:
    """What open deals are worth.

    :param amounts: one per currency, by code; deals without an amount count nowhere (METRICS M8).
    :param base: the sum in the base currency at the latest rates; None when a rate is missing.
    """

    amounts: tuple[Money, ...]
    base: Money | None


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation as a list shows it.

    :param status: customer when somebody said so or one of its deals is won.
    :param last_at: its last interaction that was done, in epoch seconds, or None.
    :param owners: whose deals it has, the one with the most open deals first.
    """

    id: int
    name: str
    status: OrganisationStatus
    open_deals: int
    won_deals: int
    open_amount: OpenAmount
    last_at: int | None
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as a list shows it.

    :param open_deals: deals the person has a part in.
    :param last_at: the last interaction that was done, in epoch seconds, or None.
    """

    id: int
    name: str
    organisation_id: int | None
    organisation: str | None
    email: str | None
    phone: str | None
    open_deals: int
    won_deals: int
    last_at: int | None


@dataclass(frozen=True, slots=True)
class DealEntry:
    """A deal of an organisation or a person.

    :param role: the person's part in it; None for an organisation, or when it is not known.
    """

    id: int
    title: str
    organisation: str | None
    owner: str
    pipeline: str
    stage: str
    status: DealStatus
    amount: Money | None
    created_at: int
    closed_at: int | None
    role: PersonRole | None


@dataclass(frozen=True, slots=True)
class InteractionEntry:
    """An interaction of an organisation or a person; ``at`` in epoch seconds."""

    id: int
    at: int
    kind: str
    direction: Direction
    outcome: str | None
    planned: bool
    duration_seconds: int | None
    note: str | None
    owner: str
    deal_id: int | None
    deal: str | None
    person: str | None


@dataclass(frozen=True, slots=True)
class InteractionPage:
    """Some interactions, newest first.

    :param next: what to ask for the following page with; None at the end.
    """

    entries: tuple[InteractionEntry, ...]
    next: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """What one service call did to the row, or the import that brought it.

    :param before: former values of the columns concerned; None for an insert.
    :param undone: whether the call was taken back.
    """

    id: int
    at: int
    actor: str
    summary: str
    op: ChangeOp
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    undone: bool


@dataclass(frozen=True, slots=True)
class OrganisationDetail:
    """Everything about an organisation.

    :param set_status: what somebody set by hand; ``line.status`` also looks at won deals.
    :param deals: open ones first, then the latest closed.
    """

    line: OrganisationLine
    version: int
    external_id: str | None
    set_status: OrganisationStatus
    note: str | None
    people: tuple[PersonLine, ...]
    deals: tuple[DealEntry, ...]
    interactions: InteractionPage
    changes: tuple[ChangeEntry, ...]


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """Everything about a person."""

    line: PersonLine
    version: int
    external_id: str | None
    deals: tuple[DealEntry, ...]
    interactions: InteractionPage
    changes: tuple[ChangeEntry, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A row that may be the same as what was asked about.

    :param why: in words, such as ``same name`` or ``same e-mail``.
    :param score: 0 to 100; 100 is certain by that measure.
    :param organisation: of a person.
    """

    id: int
    name: str
    why: str
    score: float
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two rows that may be the same; the older one, by number, first."""

    first: Likeness
    second: Likeness
    why: str
    score: float
