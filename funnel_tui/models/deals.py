"""Tables of deals: the deal, what it was before, its stage visits, and what reports read.

``stage_visit`` and ``deal_past`` are the history and the truth. The columns of ``deal`` under "derived" and
the table ``deal_stage`` follow from it (:mod:`funnel_tui.metrics.projection`); they are written in the same
transaction and can be rebuilt and checked at any time (``funnel doctor``).
"""

from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field

from funnel_tui.domain.money import MAX_MINOR
from funnel_tui.domain.status import DealStatus, ForecastCategory, PersonRole, VisitExit
from funnel_tui.models.base import (
    INT,
    KEYED,
    STRICT,
    Row,
    flag,
    key,
    one_of,
    ref,
    text,
    whole,
    within,
    word,
    zero_or_one,
)

_AMOUNT_HAS_CURRENCY = "(amount_minor IS NULL) = (currency IS NULL)"


class Deal(Row, table=True):
    """A possible sale."""

    __table_args__: ClassVar = (
        one_of("status", DealStatus),
        one_of("category", ForecastCategory),
        within("amount_minor", 0, MAX_MINOR),
        within("probability_bp", 0, 10_000),
        CheckConstraint(_AMOUNT_HAS_CURRENCY, name="amount_has_currency"),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
        Index(
            "ix_deal_closed",
            *("pipeline_id", "status", "furthest", "closed_at", "closed_owner_id", "closed_base"),
            *("amount_minor", "created_at", "changed_at", "loss_reason_id", "stage_id"),
            *("visited_mask", "straight"),
            sqlite_where=sql("closed_at IS NOT NULL"),
            postgresql_where=sql("closed_at IS NOT NULL"),
        ),
        Index(
            "ix_deal_open",
            *("pipeline_id", "stage_id", "currency", "probability_bp", "owner_id", "amount_minor"),
            *("entered_at", "changed_at", "touched_at", "expected_close"),
            sqlite_where=sql("closed_at IS NULL"),
            postgresql_where=sql("closed_at IS NULL"),
        ),
        Index(
            "ix_deal_created",
            *("pipeline_id", "status", "furthest", "created_at", "created_owner_id", "currency"),
            *("amount_minor", "closed_base", "changed_at", "stage_id", "visited_mask", "straight"),
        ),
        # With created_at, so that reading a past instant passes over the deals that did not exist yet.
        Index("ix_deal_changed", "changed_at", "created_at"),
        Index("ix_deal_owner", "owner_id", "status"),
        Index("ix_deal_organisation", "organisation_id"),
        STRICT,
    )

    id: int | None = key()
    external_id: str | None = text(None, unique=True)
    title: str = text()
    organisation_id: int | None = ref("organisation.id", default=None)
    pipeline_id: int = ref("pipeline.id")
    owner_id: int = ref("rep.id")
    amount_minor: int | None = whole(None)
    currency: str | None = text(None)
    expected_close: int | None = whole(None)
    probability_bp: int | None = whole(None)
    category: ForecastCategory | None = word(ForecastCategory, None)
    source_id: int | None = ref("source.id", default=None)
    created_at: int = whole()
    created_owner_id: int = ref("rep.id")
    version: int = whole(1)

    # derived from the history
    stage_id: int = ref("stage.id")
    status: DealStatus = word(DealStatus)
    entered_at: int = whole()
    furthest: int = whole()
    visited_mask: int = whole()
    straight: int = whole()
    closed_at: int | None = whole(None)
    closed_owner_id: int | None = whole(None)
    closed_base: int | None = whole(None)
    loss_reason_id: int | None = ref("loss_reason.id", default=None)
    changed_at: int = whole()
    touched_at: int | None = whole(None)

    # Last, so that reading the columns above never walks through a long text.
    note: str | None = text(None)


class DealPast(Row, table=True):
    """The values that a deal had until an edit; no row means that they never changed (METRICS M5)."""

    __table_args__: ClassVar = (Index(None, "deal_id", "until_at"), STRICT)

    id: int | None = key()
    deal_id: int = ref("deal.id")
    until_at: int = whole()
    owner_id: int = ref("rep.id")
    amount_minor: int | None = whole(None)
    currency: str | None = text(None)
    expected_close: int | None = whole(None)
    probability_bp: int | None = whole(None)
    source_id: int | None = ref("source.id", default=None)


class StageVisit(Row, table=True):
    """One stay of a deal in a stage (METRICS M1). Append-only: the exit is filled in once."""

    __table_args__: ClassVar = (
        UniqueConstraint("deal_id", "seq"),
        one_of("exit", VisitExit),
        CheckConstraint("left_at >= entered_at", name="left_after_entered"),
        CheckConstraint("(left_at IS NULL) = (exit IS NULL)", name="exit_when_left"),
        CheckConstraint(_AMOUNT_HAS_CURRENCY, name="amount_has_currency"),
        zero_or_one("assumed"),
        Index(
            "ux_stage_visit_open",
            "deal_id",
            unique=True,
            sqlite_where=sql("left_at IS NULL"),
            postgresql_where=sql("left_at IS NULL"),
        ),
        Index(
            "ix_stage_visit_assumed",
            *("pipeline_id", "entered_at"),
            sqlite_where=sql("assumed = 1"),
            postgresql_where=sql("assumed = 1"),
        ),
        STRICT,
    )

    id: int | None = key()
    deal_id: int = ref("deal.id")
    seq: int = whole()
    pipeline_id: int = ref("pipeline.id")
    stage_id: int = ref("stage.id")
    entered_at: int = whole()
    left_at: int | None = whole(None)
    exit: VisitExit | None = word(VisitExit, None)
    moved_by: str = text("")
    owner_id: int = ref("rep.id")
    exit_owner_id: int | None = whole(None)
    amount_minor: int | None = whole(None)
    currency: str | None = text(None)
    loss_reason_id: int | None = ref("loss_reason.id", default=None)
    loss_note: str | None = text(None)
    assumed: bool = flag(False)


class DealStage(Row, table=True):
    """Derived: one row per deal and stage it has reached.

    A skipped stage has a row with no visits; it was reached when a later one first was.
    """

    __table_args__: ClassVar = (
        Index("ix_deal_stage_reached", "stage_id", "reached_at", "deal_id", "reached_owner_id"),
        Index("ix_deal_stage_left", "stage_id", "left_at", "left_owner_id", "seconds", "deal_id"),
        KEYED,
    )

    deal_id: int = Field(primary_key=True, sa_type=INT)
    stage_id: int = Field(primary_key=True, sa_type=INT)
    reached_at: int = whole()
    reached_owner_id: int = whole()
    visits: int = whole()
    seconds: int = whole()
    left_at: int | None = whole(None)
    left_owner_id: int | None = whole(None)


class DealPerson(Row, table=True):
    """Somebody's part in a deal."""

    __table_args__: ClassVar = (one_of("role", PersonRole), UniqueConstraint("deal_id", "person_id"), STRICT)

    id: int | None = key()
    deal_id: int = ref("deal.id")
    person_id: int = ref("person.id", index=True)
    role: PersonRole | None = word(PersonRole, None)


class DealTag(Row, table=True):
    """A tag on a deal."""

    __table_args__: ClassVar = (UniqueConstraint("deal_id", "tag_id"), STRICT)

    id: int | None = key()
    deal_id: int = ref("deal.id")
    tag_id: int = ref("tag.id", index=True)


class DemandLine(Row, table=True):
    """What the customer first asked for: product, quantity in thousandths, price."""

    __table_args__: ClassVar = (Index(None, "deal_id"), STRICT)

    id: int | None = key()
    deal_id: int = ref("deal.id")
    product_id: int = ref("product.id", index=True)
    quantity_milli: int = whole(1000)
    price_minor: int | None = whole(None)
    currency: str | None = text(None)
