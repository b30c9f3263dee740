"""The words of the field: every closed choice is an enum, never a bare string."""

from __future__ import annotations

from enum import StrEnum


class DealStatus(StrEnum):
    """Whether a deal is still being worked on. Status is derived from the visits (METRICS M2)."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class VisitExit(StrEnum):
    """How a stage visit ended. An open visit has no exit."""

    MOVED = "moved"
    WON = "won"
    LOST = "lost"


class Staging(StrEnum):
    """How the deals of a pipeline go through its stages [1C deal types]."""

    MANUAL = "manual"
    """Any stage, skipping allowed."""
    AUTOMATIC = "automatic"
    """Stages in order; finishing a stage's tasks moves the deal on."""
    NONE = "none"
    """No stages are tracked."""


class ForecastCategory(StrEnum):
    """Where an open deal stands in the forecast (METRICS 7)."""

    COMMIT = "commit"
    BEST_CASE = "best_case"
    PIPELINE = "pipeline"
    OMITTED = "omitted"


class Cohort(StrEnum):
    """Which deals a funnel is about (METRICS 2)."""

    CLOSED = "closed"
    """Won or lost in the period."""
    CREATED = "created"
    """Created in the period."""
    ENTERED = "entered"
    """Reached the stage in the period; each stage has its own deals."""


class Mode(StrEnum):
    """Which deals count as having been in a stage (METRICS 2)."""

    REACHED = "reached"
    """The furthest stage counts; a skipped stage is reached."""
    VISITED = "visited"
    """Only stages the deal was really in."""
    STRAIGHT = "straight"
    """Only deals that were in every stage up to this one, in order."""


class GroupBy(StrEnum):
    """What a report is split by."""

    REP = "rep"
    TEAM = "team"
    SOURCE = "source"
    PIPELINE = "pipeline"
    WEEK = "week"
    MONTH = "month"
    REASON = "reason"


class PersonRole(StrEnum):
    """What a person does in a deal."""

    DECIDES = "decides"
    INFLUENCES = "influences"
    USES = "uses"
    BLOCKS = "blocks"


class ActivityStep(StrEnum):
    """The step of the activity funnel that a kind of interaction belongs to (METRICS 5)."""

    CALLS = "calls"
    MEETINGS = "meetings"
    PROPOSALS = "proposals"
    CONTRACTS = "contracts"
    PAID = "paid"
    NONE = "none"


class Direction(StrEnum):
    """Who started an interaction."""

    OUT = "out"
    IN = "in"


class QuotaUnit(StrEnum):
    """What a quota counts."""

    MONEY = "money"
    DEALS = "deals"


class OrganisationStatus(StrEnum):
    """Whether an organisation has bought yet."""

    PROSPECT = "prospect"
    CUSTOMER = "customer"


class ChangeOp(StrEnum):
    """What a change did to a row. An insert may stand for a whole range of rows written by one import."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
