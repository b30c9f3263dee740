"""The list of deals: what it can be sorted and filtered by, and what a row of it shows."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from funnel_tui.domain.money import Money
from funnel_tui.domain.status import DealStatus


class DealSort(StrEnum):
    """What a list of deals can be sorted by. Deals without a value come last, whatever the direction."""

    DEAL = "deal"
    ORGANISATION = "organisation"
    STAGE = "stage"
    """By pipeline, then along its stages."""
    AMOUNT = "amount"
    """In the base currency; amounts without an exchange rate have no value."""
    EXPECTED_CLOSE = "expected_close"
    IN_STAGE = "in_stage"
    IDLE = "idle"
    """Time since the last done interaction; closed deals have none."""
    PROBABILITY = "probability"
    """Typed, else the stage's; won ones 100 %, lost ones have none."""
    NEXT_TASK = "next_task"
    """The day the next task is due; a task without a day has no value."""
    OWNER = "owner"
    CREATED = "created"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DealOrder:
    """The order of a list. Deals with equal values stand in the order of their numbers."""

    sort: DealSort = DealSort.EXPECTED_CLOSE
    descending: bool = False


@dataclass(frozen=True, slots=True)
class DealFilter:
    """Which deals of a scope a list shows.

    :param status: open, won or lost; None for all.
    :param stage: the name of a stage; it may occur in several pipelines of the scope.
    :param stuck: only open deals that are stuck (METRICS 4); ``idle`` likewise.
    :param tag: the name of a tag; ``source`` that of a source.
    :param text: every word of it occurs in title, organisation or owner, whatever the case and the accents.
    """

    status: DealStatus | None = DealStatus.OPEN
    stage: str | None = None
    stuck: bool = False
    idle: bool = False
    tag: str | None = None
    source: str | None = None
    text: str = ""


class ProbabilitySource(StrEnum):
    """Where a win probability comes from (METRICS 8)."""

    TYPED = "typed"
    STAGE = "stage"
    WON = "won"


@dataclass(frozen=True, slots=True)
class Probability:
    """A win probability in hundredths of a percent, and where it comes from."""

    bp: int
    source: ProbabilitySource


@dataclass(frozen=True, slots=True)
class NextTask:
    """The open task of a deal that is due first.

    :param due: the day, or None.
    :param overdue: whether that has passed, or the time of it where one was given.
    """

    kind: str
    title: str
    due: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal as a list shows it, as of an instant.

    :param version: to base an edit on.
    :param amount: in its own currency, or None; ``amount_base`` in the base currency, None without a rate.
    :param days_late: whole days that the expected close of an open deal has passed; 0 when it has not.
    :param in_stage: seconds since it entered the stage it is in; of a closed deal, until it was closed.
    :param stuck: in its stage for too long (METRICS 4); ``idle``: no done interaction for too long. Only
        open deals are either.
    :param idle_seconds: since the last done interaction; None for closed deals and when there was none.
    """

    id: int
    version: int
    title: str
    organisation: str | None
    pipeline: str
    stage: str
    stage_id: int
    status: DealStatus
    owner: str
    amount: Money | None
    amount_base: Money | None
    expected_close: date | None
    days_late: int
    in_stage: int
    stuck: bool
    idle_seconds: int | None
    idle: bool
    probability: Probability | None
    next_task: NextTask | None
    created_at: int
    entered_at: int
    closed_at: int | None
    tags: tuple[str, ...] = ()


def position_of(ids: array[int], deal_id: int) -> int | None:
    """Where a deal stands in a list; None when it is not there (any more)."""
    try:
        return ids.index(deal_id)
    except ValueError:
        return None


def follow(ids: array[int], deal_id: int | None, before: int) -> int:
    """Where the cursor goes when the list was read again.

    :param deal_id: the deal it was on.
    :param before: the row it was on.
    :returns: the row of the same deal; if that is gone, the same row, or the last one; 0 for an empty list.
    """
    found = None if deal_id is None else position_of(ids, deal_id)
    return max(0, min(before, len(ids) - 1)) if found is None else found
