"""Follow-ups to advance, which kind comes before an advance, interactions until qualified (METRICS 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from funnel_tui.domain.activity import FollowUpLine, Outcome, PrecedingLine, QualifiedLine
from funnel_tui.domain.activity_cells import QualifiedCell, StayCell
from funnel_tui.domain.said import said
from funnel_tui.metrics.figures import ratio

Counts = Mapping[int, int]
"""How many there are of each value."""

FEW, MANY = 1, 5
"""Gave up after at most so many follow-ups; needed at least so many."""
EVERY_KIND = said("All kinds")


def outcome_of(cell: StayCell, positions: Mapping[int, int]) -> Outcome | None:
    """How a stay ended: an advance is a win or a move to a later stage.

    A loss stays one when the deal is opened again: the stay did end in it. A move back, or to another
    pipeline, is neither.

    :param positions: the position of each stage of the stay's pipeline.
    """
    if cell.exit is None:
        return Outcome.OPEN
    if cell.exit == "won":
        return Outcome.ADVANCED
    if cell.exit == "lost":
        return Outcome.LOST
    further = positions.get(cell.to_stage_id or 0, 0) > positions.get(cell.stage_id, 0)
    return Outcome.ADVANCED if further else None


def mean_of(counts: Counts) -> Fraction | None:
    """The mean of counted values."""
    return ratio(sum(value * count for value, count in counts.items()), sum(counts.values()))


def median_of(counts: Counts) -> Fraction | None:
    """The middle one of counted values, or the mean of the two middle ones."""
    return _median(sorted(counts.items()), sum(counts.values()))


Ordered = Sequence[tuple[int, int]]
"""Values with how many there are of each, in order."""


def _median(ordered: Ordered, total: int) -> Fraction | None:
    if not total:
        return None
    lower, upper = _at(ordered, (total - 1) // 2), _at(ordered, total // 2)
    return Fraction(lower) if lower == upper else Fraction(lower + upper, 2)


def _percentile(ordered: Ordered, total: int, percent: int) -> int | None:
    """The least value that at least so many percent of the values do not exceed (nearest rank)."""
    return _at(ordered, max(0, -(-total * percent // 100) - 1)) if total else None


def _at(ordered: Ordered, place: int) -> int:
    """The value with ``place`` others before it, when all are put in order."""
    for value, count in ordered:
        place -= count
        if place < 0:
            return value
    raise IndexError(place)


def follow_up_line(
    pipeline: str, stage: str, stage_id: int, outcome: Outcome, counts: Counts, *, group: str = "",
    group_id: int = 0,
) -> FollowUpLine:  # fmt: skip
    """Follow-ups in the stays of a stage that ended alike.

    :param counts: how many stays there are of each number of follow-ups.
    """
    ordered = sorted(counts.items())
    visits = whole = few = many = 0
    for value, count in ordered:
        visits += count
        whole += value * count
        few += count if value <= FEW else 0
        many += count if value >= MANY else 0
    return FollowUpLine(
        *(pipeline, stage, stage_id, outcome, group, group_id, visits, ratio(whole, visits)),
        *(_median(ordered, visits), _percentile(ordered, visits, 80)),
        *(ratio(few, visits), ratio(many, visits)),
    )


def counted(cells: Iterable[StayCell]) -> dict[int, int]:
    """How many stays there are of each number of follow-ups."""
    found: dict[int, int] = {}
    for cell in cells:
        found[cell.follow_ups] = found.get(cell.follow_ups, 0) + cell.stays
    return found


def preceding(
    cells: Iterable[tuple[Outcome | None, StayCell]], kinds: Sequence[tuple[int, str]]
) -> list[PrecedingLine]:
    """How often each kind occurred in stays that ended in an advance, and in those that ended otherwise.

    Stays that last have not ended and are left out. Kinds that occurred in none are left out too.

    :param cells: with how the stays ended; cells say of each of the kinds in how many stays it occurred.
    :param kinds: number and name, in the order of the cells' own.
    :returns: the kind with the largest difference between the two shares first.
    """
    stays = [0, 0]
    having = [[0] * len(kinds), [0] * len(kinds)]
    for outcome, cell in cells:
        if outcome is Outcome.OPEN:
            continue
        side = 0 if outcome is Outcome.ADVANCED else 1
        stays[side] += cell.stays
        for place, count in enumerate(cell.kinds):
            having[side][place] += count
    lines = [
        PrecedingLine(
            *(name, kind, stays[0], having[0][place], ratio(having[0][place], stays[0])),
            *(stays[1], having[1][place], ratio(having[1][place], stays[1])),
        )
        for place, (kind, name) in enumerate(kinds)
        if having[0][place] or having[1][place]
    ]
    return sorted(lines, key=lambda line: (line.other_share or 0) - (line.advancing_share or 0))


def until_qualified(
    deals: int, cells: Iterable[QualifiedCell], kinds: Sequence[tuple[int, str]]
) -> list[QualifiedLine]:
    """Interactions by kind until a deal was qualified, all kinds together first.

    :param deals: all that were qualified; those that no cell of a kind speaks of had none of it.
    :param kinds: number and name, in order; kinds that did not occur are left out.
    """
    by_kind: dict[int, Counter[int]] = {}
    for cell in cells:
        by_kind.setdefault(cell.kind_id, Counter())[cell.interactions] += cell.deals
    lines = []
    for kind, name in ((0, EVERY_KIND), *kinds):
        counts = by_kind.get(kind, Counter())
        if kind and not counts:
            continue
        counts[0] += deals - sum(counts.values())
        known = {value: count for value, count in counts.items() if count}
        whole = sum(value * count for value, count in known.items())
        lines.append(QualifiedLine(name, kind, deals, whole, mean_of(known), median_of(known)))
    return lines
