"""Tables of what reps do: interactions, their kinds and targets, and tasks."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from funnel_tui.domain.status import ActivityStep, Direction
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
    word,
    zero_or_one,
)


class InteractionKind(Row, table=True):
    """A kind of interaction, such as a call, and the step of the activity funnel it counts for."""

    __table_args__: ClassVar = (one_of("step", ActivityStep), zero_or_one("active"), STRICT)

    id: int | None = key()
    name: str = text(unique=True)
    step: ActivityStep = word(ActivityStep, ActivityStep.NONE)
    position: int = whole(1)
    active: bool = flag(True)
    version: int = whole(1)


class Interaction(Row, table=True):
    """Something that happened, or is planned, between us and a customer."""

    __table_args__: ClassVar = (
        one_of("direction", Direction),
        zero_or_one("planned"),
        CheckConstraint("duration_seconds >= 0", name="duration"),
        Index("ix_interaction_at", "at"),
        Index("ix_interaction_owner", "owner_id", "at", "kind_id", "outcome", "planned", "direction"),
        Index(
            "ix_interaction_deal", "deal_id", "at", "planned", "direction", "kind_id", "owner_id", "outcome"
        ),
        Index("ix_interaction_organisation", "organisation_id", "at"),
        Index("ix_interaction_person", "person_id", "at"),
        STRICT,
    )

    id: int | None = key()
    external_id: str | None = text(None, unique=True)
    deal_id: int | None = ref("deal.id", default=None)
    organisation_id: int | None = ref("organisation.id", default=None)
    person_id: int | None = ref("person.id", default=None)
    owner_id: int = ref("rep.id")
    kind_id: int = ref("interaction_kind.id")
    direction: Direction = word(Direction, Direction.OUT)
    outcome: str | None = text(None)
    at: int = whole()
    planned: bool = flag(False)
    duration_seconds: int | None = whole(None)
    note: str | None = text(None)
    version: int = whole(1)


class ActivityDay(Row, table=True):
    """How many interactions of a kind a rep had on a day of the team's time zone.

    Derived from ``interaction``: written in the same transaction, checked and rebuilt by ``funnel doctor``.
    ``planned`` counts those that are planned; all other numbers count done ones. A chart of a quarter reads a
    tenth of the rows that way.
    """

    __table_args__: ClassVar = (KEYED,)

    day: int = Field(primary_key=True, sa_type=INT)
    owner_id: int = Field(primary_key=True, sa_type=INT)
    kind_id: int = Field(primary_key=True, sa_type=INT)
    done: int = whole(0)
    planned: int = whole(0)
    with_outcome: int = whole(0)
    conversations: int = whole(0)
    outbound: int = whole(0)


class Task(Row, table=True):
    """Something an owner is to do, on a deal or not."""

    __table_args__: ClassVar = (
        Index(
            "ix_task_due",
            *("owner_id", "due_day"),
            sqlite_where=sql("done_at IS NULL"),
            postgresql_where=sql("done_at IS NULL"),
        ),
        Index("ix_task_deal", "deal_id", "due_day"),
        Index("ix_task_template", "template_id"),
        STRICT,
    )

    id: int | None = key()
    deal_id: int | None = ref("deal.id", default=None)
    owner_id: int = ref("rep.id")
    kind: str = text("other")
    title: str = text("")
    created_at: int = whole(0)
    due_day: int | None = whole(None)
    due_at: int | None = whole(None)
    done_at: int | None = whole(None)
    outcome: str | None = text(None)
    template_id: int | None = ref("stage_task_template.id", default=None)
    version: int = whole(1)


class ActivityTarget(Row, table=True):
    """How many interactions of a kind a rep is to do in a month; append-only, the latest row counts.

    Without a rep it is the default of every rep who has no target of their own. ``month`` is the number of
    its first day, in days since 1970-01-01. A target of None takes back what was said before.
    """

    __table_args__: ClassVar = (
        Index(None, "rep_id", "kind_id", "month"),
        CheckConstraint("target >= 0", name="target"),
        STRICT,
    )

    id: int | None = key()
    rep_id: int | None = ref("rep.id", default=None)
    kind_id: int = ref("interaction_kind.id")
    month: int = whole()
    target: int | None = whole(None)
    at: int = whole()
    by: str = text("")
