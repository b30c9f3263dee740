"""Done interactions over time, by rep or by kind, as the Interactions screen draws them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from funnel_tui.domain.activity import ActivityChart, Bucket, RateLine, Series, Unit
from funnel_tui.domain.activity_cells import ActivityCell
from funnel_tui.services.reports.activity_look import Activity, rate_together, scope_of, targets_in

TargetsBy = Mapping[tuple[int, int, int], Fraction]


def whole_of(activity: Activity) -> Activity:
    """The same activity with the period as one bucket."""
    cells = [
        ActivityCell(
            *(0, cell.owner_id, cell.kind_id, cell.done, cell.planned),
            *(cell.with_outcome, cell.conversations, cell.outbound),
        )
        for cell in activity.cells
    ]
    period = activity.looking.scope.period
    bucket = Bucket("", period.start, period.end)
    return replace(activity, scope=scope_of(activity.looking), buckets=(bucket,), cells=cells)


def activity_charts(
    activity: Activity, unit: Unit, rates: Iterable[RateLine], kind_ids: Collection[int] | None
) -> tuple[ActivityChart, ActivityChart]:
    """The chart by rep and the chart by kind.

    :param rates: per rep and kind over the whole period.
    :param kind_ids: only these kinds; None for all.
    """
    targets = targets_in(activity)
    lines = list(rates)
    cells = activity.cells
    if kind_ids is not None:
        targets = {key: value for key, value in targets.items() if key[2] in kind_ids}
        lines = [line for line in lines if line.kind_id in kind_ids]
        cells = [cell for cell in cells if cell.kind_id in kind_ids]
    total = _series("", 0, [(cell.group, cell) for cell in cells], _summed(targets, None), lines, activity)
    charts = []
    for by_rep in (True, False):
        names = activity.reps if by_rep else {number: kind.name for number, kind in activity.kinds.items()}
        found = _split(activity, cells, targets, lines, by_rep=by_rep, names=names)
        charts.append(ActivityChart(unit, activity.buckets, found, total))
    return charts[0], charts[1]


def _split(
    activity: Activity,
    cells: Iterable[ActivityCell],
    targets: TargetsBy,
    lines: Iterable[RateLine],
    *,
    by_rep: bool,
    names: Mapping[int, str],
) -> tuple[Series, ...]:
    mine: dict[int, list[tuple[int, ActivityCell]]] = {}
    for cell in cells:
        mine.setdefault(cell.owner_id if by_rep else cell.kind_id, []).append((cell.group, cell))
    whole: dict[int, list[RateLine]] = {}
    for line in lines:
        whole.setdefault(line.owner_id if by_rep else line.kind_id, []).append(line)
    aimed = _summed(targets, 1 if by_rep else 2)
    by_number: dict[int, dict[int, Fraction]] = {}
    for (number, group), target in aimed.items():
        by_number.setdefault(number, {})[group] = target
    series = [
        _series(
            names[number],
            number,
            mine.get(number, []),
            {(0, group): target for group, target in by_number.get(number, {}).items()},
            whole[number],
            activity,
        )
        for number in whole
    ]
    return tuple(sorted(series, key=lambda one: (-one.whole.done, one.name.casefold())))


def _summed(targets: TargetsBy, place: int | None) -> dict[tuple[int, int], Fraction]:
    """Targets by (number, bucket).

    :param place: what of the key is the number: 1 the rep, 2 the kind; None sums all under 0.
    """
    found: dict[tuple[int, int], Fraction] = {}
    for key, target in targets.items():
        at = (0 if place is None else key[place], key[0])
        found[at] = found.get(at, Fraction(0)) + target
    return found


def _series(
    name: str,
    number: int,
    cells: Iterable[tuple[int, ActivityCell]],
    targets: Mapping[tuple[int, int], Fraction],
    lines: Iterable[RateLine],
    activity: Activity,
) -> Series:
    done, planned = [0] * len(activity.buckets), [0] * len(activity.buckets)
    for group, cell in cells:
        done[group] += cell.done
        planned[group] += cell.planned
    aims = tuple(targets.get((0, group)) for group in range(len(activity.buckets)))
    return Series(name, number, tuple(done), tuple(planned), aims, rate_together(lines))
