"""One deal with all that belongs to it: facts, route, timeline, contacts, demand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from funnel_tui.domain.deal_list import DealRow
from funnel_tui.domain.money import Money
from funnel_tui.domain.probability import DealChances
from funnel_tui.domain.status import ForecastCategory, PersonRole

TimelineKey = tuple[int, int, int]
"""Instant, rank of the kind of source, number: where an item stands; the next page begins after it."""


class RouteState(StrEnum):
    """What a stage is to a deal."""

    VISITED = "visited"
    SKIPPED = "skipped"
    """Never visited, but a later stage was; or the deal was won without it."""
    CURRENT = "current"
    LOST_HERE = "lost_here"
    AHEAD = "ahead"
    """Not reached (yet)."""


@dataclass(frozen=True, slots=True)
class RouteStop:
    """A stage on the way of a deal.

    :param visits: how often the deal was here; one more than it returned.
    :param seconds: the sum of its visits, the present one up to as-of.
    :param entered_at: its first entry, ``left_at`` its final exit; None while it is there or never was.
    :param assumed: whether any visit was assumed by an import.
    :param stuck: whether it is here for too long now (METRICS 4).
    """

    stage: str
    stage_id: int
    state: RouteState
    visits: int
    seconds: int
    entered_at: int | None
    left_at: int | None
    assumed: bool
    stuck: bool

    @property
    def returned(self) -> int:
        """How often the deal came back here."""
        return max(0, self.visits - 1)


class TimelineKind(StrEnum):
    """What an item of a timeline is."""

    CREATED = "created"
    MOVED = "moved"
    WON = "won"
    LOST = "lost"
    REOPENED = "reopened"
    EDITED = "edited"
    INTERACTION = "interaction"
    PLANNED = "planned"
    """An interaction that is planned."""
    TASK = "task"
    """A task that is to be done; it stands at the time it is due."""
    TASK_DONE = "task_done"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that was edited, with both values as text; "" for none. Values may be user text."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something that happened to a deal, or is to happen.

    :param key: where it stands in the timeline.
    :param at: epoch seconds.
    :param who: the rep or the user; "" when nobody is known (an import).
    :param text: one line about it; may hold user text.
    :param note: what somebody wrote about it.
    :param changes: for an edit, what became what.
    :param overdue: a task whose time has passed.
    """

    key: TimelineKey
    at: int
    kind: TimelineKind
    who: str
    text: str
    note: str | None = None
    changes: tuple[FieldChange, ...] = ()
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of a timeline, newest first.

    :param after: where the next page begins; None when this is the last one.
    """

    items: tuple[TimelineItem, ...]
    after: TimelineKey | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody's part in a deal."""

    person_id: int
    name: str
    email: str | None
    phone: str | None
    role: PersonRole | None


@dataclass(frozen=True, slots=True)
class Demand:
    """What the customer first asked for: product, quantity in thousandths, price of one."""

    product: str
    quantity_milli: int
    price: Money | None


@dataclass(frozen=True, slots=True)
class DealDetail:
    """A deal with all that belongs to it, as of an instant.

    :param row: what a list shows of it: version, stage, amounts, dates, probability, stuck and idle.
    :param category: its own forecast category, or None where the stage's holds.
    :param first_owner: the owner at its creation.
    :param loss_reason: of a lost deal, with its ``loss_note``.
    :param as_of: epoch seconds.
    :param chances: the probability of an open deal from each source; None of a closed one and in the past.
    """

    row: DealRow
    external_id: str | None
    organisation_id: int | None
    pipeline_id: int
    owner_id: int
    team: str | None
    category: ForecastCategory | None
    source: str | None
    note: str | None
    first_owner: str
    loss_reason: str | None
    loss_note: str | None
    route: tuple[RouteStop, ...]
    contacts: tuple[Contact, ...]
    demand: tuple[Demand, ...]
    timeline: TimelinePage
    as_of: int
    chances: DealChances | None = None
