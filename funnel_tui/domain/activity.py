"""What is known about the activity of reps: results that metrics make and the Interactions screen shows.

Every share is an exact fraction or None where nothing was counted, and stands beside its n (METRICS M6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple


class Unit(StrEnum):
    """How long a bucket of a chart over time is. Weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Outcome(StrEnum):
    """How a stay in a stage ended, for follow-ups (METRICS 5)."""

    ADVANCED = "advanced"
    """The deal went to a later stage or was won."""
    LOST = "lost"
    """The deal was lost from the stage, whether or not it was opened again later."""
    OPEN = "open"
    """The deal is still there."""


class Load(StrEnum):
    """How many open deals a rep has, against the team's median."""

    USUAL = ""
    TOO_MANY = "too many"
    TOO_FEW = "too few"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, week or month of a chart.

    :param label: ``2026-03-16``, ``2026-W12`` or ``2026-03``; labels sort in time.
    :param start: its first day in the period; ``end`` is the day after its last one there.
    """

    label: str
    start: date
    end: date


class Rate(NamedTuple):
    """The activity of one rep, kind or bucket, or of all together. A chart is made of hundreds.

    :param done: done interactions. Every one is an attempt, also one that reached a voicemail.
    :param planned: those that are planned; they are in no other number.
    :param with_outcome: done ones that have an outcome.
    :param conversations: done ones in which somebody answered.
    :param outbound: done ones that we started.
    :param target: how many were to be done, or None where nobody said.
    :param conversation_share: conversations / done.
    :param answered_share: conversations / with_outcome.
    :param attained: done / target.
    """

    done: int = 0
    planned: int = 0
    with_outcome: int = 0
    conversations: int = 0
    outbound: int = 0
    target: Fraction | None = None
    conversation_share: Fraction | None = None
    answered_share: Fraction | None = None
    attained: Fraction | None = None

    @property
    def attempts(self) -> int:
        """The n of the conversation share."""
        return self.done


class RateLine(NamedTuple):
    """The activity of a rep in a kind, and in a bucket where it is split by time."""

    owner: str
    owner_id: int
    kind: str
    kind_id: int
    rate: Rate
    bucket: Bucket | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the chart: a rep or a kind over time.

    :param id: the number of the rep or kind; 0 for all together.
    :param done: per bucket, as ``planned`` and ``targets``; a target is None where nobody said.
    :param whole: the same over the whole period.
    """

    name: str
    id: int
    done: tuple[int, ...]
    planned: tuple[int, ...]
    targets: tuple[Fraction | None, ...]
    whole: Rate


@dataclass(frozen=True, slots=True)
class ActivityChart:
    """Done interactions over time, by rep or by kind, the busiest first.

    :param series: what is done; every one has as many values as there are buckets.
    :param total: all series together.
    """

    unit: Unit
    buckets: tuple[Bucket, ...]
    series: tuple[Series, ...]
    total: Series


@dataclass(frozen=True, slots=True)
class ContactRate:
    """How many opportunities come of calls.

    :param outbound_calls: done calls that we started, in the period.
    :param opportunities: deals created in the period.
    :param per_1000: opportunities per 1,000 outbound calls.
    :param benchmark: what it is held against (a setting).
    :param is_low: whether it is below the benchmark; None without a figure.
    :param hints: what to check then, one line each.
    """

    outbound_calls: int
    opportunities: int
    per_1000: Fraction | None
    benchmark: int
    is_low: bool | None
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QualifiedLine:
    """How many interactions of a kind it takes until a deal is qualified.

    :param kind_id: 0 for all kinds together.
    :param deals: deals that reached the qualified stage in the period; those without any such interaction
        count with 0.
    :param interactions: all of theirs up to then.
    """

    kind: str
    kind_id: int
    deals: int
    interactions: int
    mean: Fraction | None
    median: Fraction | None


class FollowUpLine(NamedTuple):
    """Done outbound interactions in the stays of deals in a stage.

    :param group: the rep or team where lines are split by one, else "".
    :param group_id: the number of the rep; 0 for all.
    :param visits: how many stays; the n of all other figures.
    :param p80: the least number that was enough in 80 of 100 stays.
    :param share_at_most_1: the share of the stays with 0 or 1; ``share_at_least_5`` with 5 or more.
    """

    pipeline: str
    stage: str
    stage_id: int
    outcome: Outcome
    group: str
    group_id: int
    visits: int
    mean: Fraction | None
    median: Fraction | None
    p80: int | None
    share_at_most_1: Fraction | None
    share_at_least_5: Fraction | None


@dataclass(frozen=True, slots=True)
class PrecedingLine:
    """How often a kind came before an advance, and how often before none. A correlation, not a cause.

    :param advancing: stays in a stage that ended in an advance; the n of ``advancing_share``.
    :param advancing_with: of those, stays with at least one interaction of this kind.
    :param other: stays that ended otherwise: lost, or moved back; the n of ``other_share``.
    """

    kind: str
    kind_id: int
    advancing: int
    advancing_with: int
    advancing_share: Fraction | None
    other: int
    other_with: int
    other_share: Fraction | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """The activity funnel of a rep: calls, meetings, proposals, contracts, paid in the period.

    Conversions are ratios of the period, not of the same deals: they may be more than 1.

    :param counts: five numbers, in that order.
    :param conversions: four ratios, each next / previous; None where the previous is 0.
    :param total: last / first.
    :param best: which conversion is the rep's highest, 0 to 3; None when fewer than two can be judged.
    :param worst: the lowest likewise.
    """

    owner: str
    owner_id: int
    counts: tuple[int, ...]
    conversions: tuple[Fraction | None, ...]
    total: Fraction | None
    best: int | None
    worst: int | None


@dataclass(frozen=True, slots=True)
class LoadCell:
    """Open deals of a rep, in all stages or in one.

    :param median: the median of the team, reps without any included; None where it is too small to judge by.
    """

    deals: int
    median: Fraction | None
    load: Load


@dataclass(frozen=True, slots=True)
class LoadLine:
    """The open deals of a rep.

    :param cells: one per stage of :attr:`OpenLoad.stages`.
    """

    owner: str
    owner_id: int
    whole: LoadCell
    cells: tuple[LoadCell, ...]


@dataclass(frozen=True, slots=True)
class OpenLoad:
    """Open deals per rep and stage, at as-of.

    :param stages: (number, name), with the pipeline before the name where there are several.
    :param lines: the reps of the scope; medians are of the whole team all the same.
    :param rule: when a number is too many or too few, in a sentence.
    """

    stages: tuple[tuple[int, str], ...]
    lines: tuple[LoadLine, ...]
    rule: str


class Counted(StrEnum):
    """Which interactions are meant by a figure."""

    DONE = "done"
    PLANNED = "planned"
    WITH_OUTCOME = "with_outcome"
    CONVERSATIONS = "conversations"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class InteractionsWanted:
    """The figure whose interactions are asked for; what is None is not narrowed.

    :param kind_ids: only these kinds.
    :param owner_id: only this rep.
    :param bucket: only this day, week or month of the period.
    """

    counted: Counted = Counted.DONE
    kind_ids: tuple[int, ...] | None = None
    owner_id: int | None = None
    bucket: Bucket | None = None


class Dealt(StrEnum):
    """Which deals are meant by a figure."""

    OPPORTUNITIES = "opportunities"
    """Created in the period."""
    QUALIFIED = "qualified"
    """Reached the qualified stage in the period."""
    FOLLOW_UPS = "follow_ups"
    """With a stay in ``stage_id`` that ended as ``outcome`` says, of ``least`` to ``most`` follow-ups."""
    ADVANCING = "advancing"
    """With a stay that ended in an advance, and an interaction of ``kind_id`` in it where one is given."""
    NOT_ADVANCING = "not_advancing"
    """With a stay that ended otherwise, likewise."""
    OPEN = "open"
    """Open at as-of, in ``stage_id`` where one is given."""


@dataclass(frozen=True, slots=True)
class DealsWanted:
    """The figure whose deals are asked for; what is None is not narrowed.

    :param least: at least so many follow-ups; ``most`` at most.
    """

    dealt: Dealt
    owner_id: int | None = None
    stage_id: int | None = None
    outcome: Outcome | None = None
    kind_id: int | None = None
    least: int | None = None
    most: int | None = None
