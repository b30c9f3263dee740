"""What people may type about interactions, their kinds and their targets."""

from typing import Annotated

from pydantic import AfterValidator, StrictBool, StrictInt

from funnel_tui.domain.durations import LONGEST_SECONDS
from funnel_tui.domain.status import ActivityStep, Direction
from funnel_tui.models.inputs import Day, Input, Instant, Label, Name, Note, Number

MAX_TARGET = 1_000_000
"""The highest target of a month."""


def _duration(value: int) -> int:
    if value < 0:
        raise ValueError("must not be negative")
    if value > LONGEST_SECONDS:
        raise ValueError("must not be longer than a week")
    return value


def _target(value: int) -> int:
    if not 0 <= value <= MAX_TARGET:
        raise ValueError(f"must be between 0 and {MAX_TARGET:,}")
    return value


Duration = Annotated[StrictInt, AfterValidator(_duration)]
Target = Annotated[StrictInt, AfterValidator(_target)]


class InteractionCreate(Input):
    """A new interaction; its kind is settled by name."""

    owner_id: Number
    deal_id: Number | None = None
    organisation_id: Number | None = None
    person_id: Number | None = None
    direction: Direction = Direction.OUT
    outcome: Label = None
    at: Instant
    planned: StrictBool = False
    duration_seconds: Duration | None = None
    note: Note = None


class InteractionUpdate(InteractionCreate):
    """Changes to an interaction; what is not given stays."""

    owner_id: Number = 1
    at: Instant = 0


class InteractionEnd(Input):
    """How a planned interaction went; what is not given stays."""

    outcome: Label = None
    duration_seconds: Duration | None = None
    note: Note = None


class KindCreate(Input):
    """A new kind of interaction."""

    name: Name
    step: ActivityStep = ActivityStep.NONE


class KindUpdate(Input):
    """Changes to a kind of interaction; what is not given stays."""

    name: Name = ""
    step: ActivityStep = ActivityStep.NONE
    active: StrictBool = True


class TargetInput(Input):
    """How many interactions of a kind a rep is to do in a month; None takes the target back."""

    month: Day
    target: Target | None = None
