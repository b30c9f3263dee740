"""Facts: what the history says, as frozen values. Queries make them, metrics read them.

Those there are tens of thousands of are named tuples, which are made three times as fast as data classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from funnel_tui.domain.status import DealStatus, ForecastCategory, VisitExit


@dataclass(frozen=True, slots=True)
class StageFact:
    """A stage of a pipeline.

    :param position: 1 for the first; a retired stage keeps its own.
    :param probability_bp: win probability in hundredths of a percent.
    :param stuck_days: the stage's own threshold, or None.
    """

    id: int
    name: str
    position: int
    probability_bp: int = 0
    stuck_days: int | None = None
    retired: bool = False
    category: ForecastCategory = ForecastCategory.PIPELINE


@dataclass(frozen=True, slots=True)
class PipelineFact:
    """A pipeline with all its stages in order, retired ones too."""

    id: int
    name: str
    stages: tuple[StageFact, ...]
    in_use: bool = True

    @property
    def length(self) -> int:
        """N: the highest position. A won deal's furthest position is N + 1 (METRICS 2)."""
        return max((stage.position for stage in self.stages), default=0)

    @property
    def ladder(self) -> Ladder:
        """What the projection of a deal needs to know of the stages."""
        return Ladder(
            self.id,
            {stage.id: stage.position for stage in self.stages},
            tuple(sorted(stage.position for stage in self.stages if not stage.retired)),
        )


@dataclass(frozen=True, slots=True)
class Ladder:
    """The positions of a pipeline's stages.

    :param positions: position by stage number, retired stages too.
    :param required: the positions of the stages in use, ascending; a straight deal was in each of them.
    """

    pipeline_id: int
    positions: Mapping[int, int]
    required: tuple[int, ...]
    length: int = field(init=False)
    stage_at: Mapping[int, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", max(self.positions.values(), default=0))
        object.__setattr__(self, "stage_at", {at: stage for stage, at in self.positions.items()})


class VisitFact(NamedTuple):
    """One stay in a stage (METRICS M1); instants in epoch seconds."""

    pipeline_id: int
    stage_id: int
    entered_at: int
    left_at: int | None
    exit: VisitExit | None
    owner_id: int
    exit_owner_id: int | None = None
    loss_reason_id: int | None = None


class StageReached(NamedTuple):
    """A deal and a stage it has reached.

    :param reached_at: first entry, or when a later stage was first entered if this one was skipped.
    :param reached_owner_id: who owned the deal then.
    :param visits: how often the deal was in the stage; 0 when it was skipped.
    :param seconds: the sum of its completed visits (METRICS 4).
    :param left_at: its final exit; None when it is there now or never was.
    :param left_owner_id: who owned the deal at the final exit.
    """

    stage_id: int
    reached_at: int
    reached_owner_id: int
    visits: int
    seconds: int
    left_at: int | None
    left_owner_id: int | None


class Standing(NamedTuple):
    """Where a deal stands: everything that follows from its visits.

    :param furthest: the highest position among its visits; N + 1 when won.
    :param visited_mask: bit p - 1 is set when it was in the stage at position p.
    :param straight: every stage in use up to this position was visited, in order.
    :param entered_at: the start of its last visit.
    :param stages: one item per stage reached.
    """

    pipeline_id: int
    stage_id: int
    status: DealStatus
    entered_at: int
    furthest: int
    visited_mask: int
    straight: int
    closed_at: int | None
    closed_owner_id: int | None
    loss_reason_id: int | None
    last_event_at: int
    stages: Sequence[StageReached]
