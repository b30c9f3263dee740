"""Done interactions over time, by rep or by kind, as the Interactions screen draws them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from funnel_tui.domain.activity import ActivityChart, Bucket, Rate, RateLine, Series, Unit
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.metrics.activity import PARTS
from funnel_tui.services.reports.activity_look import Activity, rate_together, scope_of, targets_in


@dataclass(slots=True)
class Line:
    """A rep and a kind, added up.

    :param sums: done, planned, with an outcome, conversations, outbound, over the whole period.
    :param done: per bucket; ``planned`` likewise.
    """

    sums: list[int]
    done: list[int]
    planned: list[int]


Lines = dict[tuple[int, int], Line]
"""By rep and kind."""


def lines_of(activity: Activity) -> Lines:
    """Everything that was counted, gone through once."""
    size = len(activity.buckets)
    found: Lines = {}
    for group, owner, kind, done, planned, with_outcome, conversations, outbound in activity.rows:
        line = found.get((owner, kind))
        if line is None:
            line = found[owner, kind] = Line([0] * 5, [0] * size, [0] * size)
        sums = line.sums
        sums[0] += done
        sums[2] += with_outcome
        sums[3] += conversations
        sums[4] += outbound
        line.done[group] += done
        if planned:
            sums[1] += planned
            line.planned[group] += planned
    return found


def whole_of(activity: Activity, lines: Lines) -> Activity:
    """The same activity with the period as one bucket."""
    period = activity.looking.scope.period
    return replace(
        activity,
        scope=scope_of(activity.looking),
        buckets=(Bucket("", period.start, period.end),),
        rows=[(0, owner, kind, *line.sums) for (owner, kind), line in lines.items()],
    )


def activity_charts(
    activity: Activity,
    unit: Unit,
    lines: Lines,
    rates: Iterable[RateLine],
    kind_ids: Collection[int] | None,
) -> tuple[ActivityChart, ActivityChart]:
    """The chart by rep and the chart by kind.

    :param lines: what was counted.
    :param rates: per rep and kind over the whole period.
    :param kind_ids: only these kinds; None for all.
    """
    size = len(activity.buckets)
    shown = [line for line in rates if kind_ids is None or line.kind_id in kind_ids]
    by_rep: dict[int, list[RateLine]] = {}
    by_kind: dict[int, list[RateLine]] = {}
    for line in shown:
        by_rep.setdefault(line.owner_id, []).append(line)
        by_kind.setdefault(line.kind_id, []).append(line)
    aims = _aims(activity, by_rep, by_kind, size)
    kinds = {number: kind_word(kind.name) for number, kind in activity.kinds.items()}
    made = [
        [
            _series(names[number], number, mine, lines, _targets(aims[side].get(number, [None] * size)), size)
            for number, mine in found.items()
        ]
        for side, (found, names) in enumerate(((by_rep, activity.reps), (by_kind, kinds)))
    ]
    total = _together(made[1], _targets(_whole_aims(aims[1], size)), rate_together(shown), size)
    for one in made:
        one.sort(key=lambda series: (-series.whole.done, series.name.casefold()))
    charts = [ActivityChart(unit, activity.buckets, tuple(one), total) for one in made]
    return charts[0], charts[1]


Aims = dict[int, list[int | None]]


def _aims(
    activity: Activity, by_rep: Collection[int], by_kind: Collection[int], size: int
) -> tuple[Aims, Aims]:
    """Targets per bucket in parts, by rep and by kind."""
    found: tuple[Aims, Aims] = ({}, {})
    for (group, rep, kind), parts in targets_in(activity).items():
        if kind in by_kind and rep in by_rep:
            for side, number in enumerate((rep, kind)):
                line = found[side].setdefault(number, [None] * size)
                line[group] = (line[group] or 0) + parts
    return found


def _whole_aims(aims: Aims, size: int) -> list[int | None]:
    known = [[line[group] for line in aims.values() if line[group] is not None] for group in range(size)]
    return [sum(part or 0 for part in parts) if parts else None for parts in known]


def _targets(parts: Iterable[int | None]) -> tuple[Fraction | None, ...]:
    return tuple(None if part is None else _exact(part) for part in parts)


@lru_cache(maxsize=1000)
def _exact(parts: int) -> Fraction:
    """Reps often have the same target, and a chart has a thousand of them."""
    return Fraction(parts, PARTS)


def _series(
    name: str,
    number: int,
    mine: Sequence[RateLine],
    lines: Lines,
    targets: tuple[Fraction | None, ...],
    size: int,
) -> Series:
    known = [lines[line.owner_id, line.kind_id] for line in mine if (line.owner_id, line.kind_id) in lines]
    done = _added([line.done for line in known], size)
    planned = _added([line.planned for line in known if line.sums[1]], size)
    return Series(name, number, done, planned, targets, rate_together(mine))


def _together(
    series: Iterable[Series], targets: tuple[Fraction | None, ...], whole: Rate, size: int
) -> Series:
    known = list(series)
    done, planned = (_added([getattr(one, field) for one in known], size) for field in ("done", "planned"))
    return Series("", 0, done, planned, targets, whole)


def _added(lists: Sequence[Sequence[int]], size: int) -> tuple[int, ...]:
    """Numbers per bucket of all together."""
    return tuple(map(sum, zip(*lists, strict=True))) if lists else (0,) * size
