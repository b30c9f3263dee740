"""Open deals per rep and per stage, with too many and too few against the team's median [Q]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from funnel_tui.domain.activity import Load, LoadCell, LoadLine, OpenLoad
from funnel_tui.domain.said import said
from funnel_tui.metrics.figures import median

TOO_MANY, TOO_FEW = Fraction(3, 2), Fraction(1, 2)
"""Of the median: more than the one is too many, less than the other too few."""


def open_load(
    deals: Mapping[tuple[int, int], int],
    *,
    stages: Sequence[tuple[int, str]],
    shown: Sequence[tuple[int, str]],
    peers: Sequence[int],
    small_n: int,
) -> OpenLoad:
    """How many open deals each rep has, in all and per stage.

    More than 1.5 times the median of the team is too many, less than half of it too few. Nothing is marked
    where the median is below ``small_n`` deals: one deal more or less would decide.

    :param deals: by (rep, stage).
    :param stages: number and name, in order.
    :param shown: number and name of the reps that lines are made of.
    :param peers: the reps that medians are of, those without any deal included.
    """
    wholes = {rep: sum(deals.get((rep, stage), 0) for stage, _ in stages) for rep, _ in shown}
    wholes |= {rep: sum(deals.get((rep, stage), 0) for stage, _ in stages) for rep in peers}
    middle = median([wholes[rep] for rep in peers])
    middles = [median([deals.get((rep, stage), 0) for rep in peers]) for stage, _ in stages]
    lines = tuple(
        LoadLine(
            *(name, rep, load_cell(wholes[rep], middle, small_n)),
            tuple(
                load_cell(deals.get((rep, stage), 0), one, small_n)
                for (stage, _), one in zip(stages, middles, strict=True)
            ),
        )
        for rep, name in shown
    )
    rule = said(
        "Too many is more than 1.5 × the median of {reps:,} reps, too few less than half of it;"
        " where the median is below {limit} nothing is marked.",
        reps=len(peers),
        limit=small_n,
    )
    return OpenLoad(tuple(stages), lines, rule)


def load_cell(deals: int, middle: Fraction | None, small_n: int) -> LoadCell:
    """A number of open deals against the median."""
    if middle is None or middle < small_n:
        return LoadCell(deals, None, Load.USUAL)
    load = (
        Load.TOO_MANY
        if deals > TOO_MANY * middle
        else Load.TOO_FEW
        if deals < TOO_FEW * middle
        else Load.USUAL
    )
    return LoadCell(deals, middle, load)
