"""Everything the Interactions screen shows besides its stream, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

from funnel_tui.domain.activity import (
    ActivityChart,
    ContactRate,
    FollowUpLine,
    OpenLoad,
    PrecedingLine,
    QualifiedLine,
    RateLine,
    StepLine,
    Unit,
)
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.scope import Scope, TeamSettings


@dataclass(frozen=True, slots=True)
class ActivityView:
    """What the Interactions screen shows.

    :param scope: as asked for.
    :param as_of: epoch seconds.
    :param unit: how long a bucket is; a longer one than asked for where there would be too many.
    :param kinds: those in use and those that occur, in order.
    :param pipelines: the names of all there are.
    :param by_rep: done per bucket and rep; ``by_kind`` per kind.
    :param compared_by_rep: the same of the compared period, or None; its buckets stand for each other in
        their order.
    :param rates: per rep and kind over the whole period.
    :param kind_rates: per kind, all reps together; ``owner`` is "" and ``owner_id`` 0.
    :param contact: opportunities per 1,000 outbound calls.
    :param qualified: interactions until qualified, all kinds first; empty where no pipeline has such a stage.
    :param follow_ups: per stage and outcome; ``follow_ups_by_rep`` per rep too.
    :param preceding: which kind comes before an advance, the largest difference first.
    :param steps: the activity funnel of each rep; ``team_steps`` of all together.
    :param load: open deals per rep and stage.
    :param notes: what a reader must know, one sentence each.
    """

    scope: Scope
    as_of: int
    settings: TeamSettings
    unit: Unit
    kinds: tuple[KindFact, ...]
    pipelines: tuple[str, ...]
    by_rep: ActivityChart
    by_kind: ActivityChart
    compared_by_rep: ActivityChart | None
    compared_by_kind: ActivityChart | None
    rates: tuple[RateLine, ...]
    kind_rates: tuple[RateLine, ...]
    contact: ContactRate
    qualified: tuple[QualifiedLine, ...]
    follow_ups: tuple[FollowUpLine, ...]
    follow_ups_by_rep: tuple[FollowUpLine, ...]
    preceding: tuple[PrecedingLine, ...]
    steps: tuple[StepLine, ...]
    team_steps: StepLine
    load: OpenLoad
    notes: tuple[str, ...] = ()
