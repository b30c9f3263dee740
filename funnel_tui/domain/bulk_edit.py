"""Changing many deals at once: what is wished for, what would become of each deal, and what did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Move deals to a stage.

    :param to_pipeline: the pipeline of the stage, when deals of other pipelines shall change over; None
        refuses those.
    :param at: when they moved, in epoch seconds; None for now.
    """

    stage_id: int
    to_pipeline: int | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Win:
    """Win deals; ``at`` as in :class:`MoveTo`."""

    at: int | None = None


@dataclass(frozen=True, slots=True)
class Lose:
    """Lose deals from the stages they are in.

    :param reason: the name of a loss reason; a new one is made.
    :param at: as in :class:`MoveTo`.
    """

    reason: str
    note: str | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Reassign:
    """Give deals to another rep."""

    owner_id: int


@dataclass(frozen=True, slots=True)
class SetExpectedClose:
    """Set the expected close of deals: days since 1970-01-01, or None for none."""

    day: int | None


@dataclass(frozen=True, slots=True)
class SetProbability:
    """Set the typed win probability of deals in hundredths of a percent; None lets the stage's hold."""

    bp: int | None


@dataclass(frozen=True, slots=True)
class SetSource:
    """Set the source of deals by its name, which is made when it is new; None for none."""

    name: str | None


@dataclass(frozen=True, slots=True)
class AddTag:
    """Put a tag on deals; it is made when it is new."""

    name: str


@dataclass(frozen=True, slots=True)
class RemoveTag:
    """Take a tag off deals."""

    name: str


Wish = MoveTo | Win | Lose | Reassign | SetExpectedClose | SetProbability | SetSource | AddTag | RemoveTag
"""What can be wished for."""


class Verdict(StrEnum):
    """What becomes of one deal."""

    CHANGED = "changed"
    """It will change, or did."""
    UNCHANGED = "unchanged"
    """It is as it was wished for already."""
    REFUSED = "refused"


class Why(StrEnum):
    """Why a deal is refused."""

    GONE = "gone"
    """There is no such deal (any more)."""
    STALE = "stale version"
    """Somebody else changed it since it was shown."""
    CLOSED = "closed"
    OTHER_PIPELINE = "other pipeline"
    PIPELINE_OFF = "pipeline not in use"
    RETIRED = "retired stage"
    STAGING = "staging"
    """The staging of its pipeline does not let people choose the stage."""
    REQUIRED = "required fields"
    """Its stage asks for a field that is empty."""
    TIME = "time"
    """It would happen in the future, or before the deal's last event."""


@dataclass(frozen=True, slots=True)
class BulkRow:
    """What becomes of one deal.

    :param title: user text; "" for a deal that is gone.
    :param why: the kind of refusal, ``reason`` one line about it (holds user text) and ``hint`` what to do.
    :param version: of the deal, after the change where there was one; None when it is gone.
    :param back_from: the name of the later stage that it is moved back from; "" where it is not.
    """

    deal_id: int
    title: str
    verdict: Verdict
    why: Why | None = None
    reason: str = ""
    hint: str = ""
    version: int | None = None
    back_from: str = ""


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """What a wish would do, or did, to each of the deals, in the order they were named.

    :param words: the wish in words, such as ``Move to Proposal``; may hold user text.
    """

    words: str
    rows: Sequence[BulkRow]
    counts: Mapping[Verdict, int] = field(init=False)

    def __post_init__(self) -> None:
        found = Counter(row.verdict for row in self.rows)
        object.__setattr__(self, "counts", {verdict: found[verdict] for verdict in Verdict})

    @property
    def changed(self) -> int:
        """How many deals change."""
        return self.counts[Verdict.CHANGED]

    @property
    def unchanged(self) -> int:
        """How many are so already."""
        return self.counts[Verdict.UNCHANGED]

    @property
    def refused(self) -> int:
        """How many are refused."""
        return self.counts[Verdict.REFUSED]

    @property
    def reasons(self) -> Mapping[Why, int]:
        """How many are refused for which kind of reason, the most frequent first."""
        return dict(Counter(row.why for row in self.rows if row.why is not None).most_common())


@dataclass(frozen=True, slots=True)
class BulkResult(BulkPreview):
    """What a wish did.

    :param applied: False when nothing was written: deals were refused, and the rest was not to be done alone.
    :param group_id: the change group, to undo it; None when nothing was written.
    """

    applied: bool = False
    group_id: int | None = None
