"""Activity looked up: the interactions of a scope with the names, targets and days they go with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from funnel_tui.domain.activity import Bucket, ContactRate, Rate, RateLine, StepLine, Unit
from funnel_tui.domain.activity_cells import ActivityCell, ActivityScope, Span
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.interactions import KindFact
from funnel_tui.domain.period import Period, day_number, day_of, days_of, local_day, start_of
from funnel_tui.domain.said import said
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import ActivityStep, GroupBy
from funnel_tui.domain.targets import Targets
from funnel_tui.language import tr
from funnel_tui.metrics.activity import PARTS, contact_rate, rate, step_line, steps_of, target_parts, together
from funnel_tui.metrics.buckets import buckets, narrowed
from funnel_tui.queries import look
from funnel_tui.queries.activity import active_reps, activity_cells, day_span
from funnel_tui.queries.opportunities import opportunity_count
from funnel_tui.queries.targets import kinds_in_order, read_targets
from funnel_tui.services.reports import building
from funnel_tui.services.reports.looking import Looking

SHORTEST_MONTH = 28
"""Days."""


@dataclass(frozen=True, slots=True)
class Activity:
    """The activity of a scope.

    :param buckets: the parts of the period, one when it is not split by time.
    :param rows: what was counted, as plain rows; :attr:`cells` gives their fields names.
    :param kinds: all kinds by number, in order.
    :param reps: the names of all reps; ``active`` are the numbers of those in use that the scope admits.
    """

    looking: Looking
    scope: ActivityScope
    buckets: tuple[Bucket, ...]
    rows: Sequence[tuple[int, ...]]
    targets: Targets
    kinds: Mapping[int, KindFact]
    reps: Mapping[int, str]
    active: tuple[int, ...]

    @property
    def cells(self) -> list[ActivityCell]:
        """What was counted per bucket, rep and kind."""
        return list(map(ActivityCell._make, self.rows))

    @property
    def steps(self) -> dict[int, ActivityStep]:
        """The step of the activity funnel by kind."""
        return {number: kind.step for number, kind in self.kinds.items()}


def scope_of(looking: Looking, cuts: Sequence[Bucket] | None = None) -> ActivityScope:
    """What queries are asked for.

    :param cuts: the buckets of the period; None for the whole period as one.
    """
    period = looking.scope.period
    cuts = cuts or (Bucket("", period.start, period.end),)
    spans = tuple(_span(looking, number, cut) for number, cut in enumerate(cuts))
    today = local_day(looking.as_of, looking.zone)
    first = looking.selections[0]
    return ActivityScope(
        spans=spans,
        as_of=looking.as_of,
        today=day_number(today),
        midnight=start_of(today, looking.zone),
        is_past=looking.scope.as_of is not None,
        owners=first.owners,
        pipelines=tuple(pipeline.id for pipeline in looking.pipelines),
        only_pipelines=bool(looking.scope.pipelines),
        present_owner=looking.scope.present_owner,
        past=first.past,
        where=first.where,
    )


def _span(looking: Looking, number: int, cut: Bucket) -> Span:
    start, end = start_of(cut.start, looking.zone), start_of(cut.end, looking.zone)
    return Span(number, day_number(cut.start), day_number(cut.end), start, end)


def unit_of(looking: Looking) -> Unit | None:
    """What rows are split by, when that is time."""
    return {GroupBy.WEEK: Unit.WEEK, GroupBy.MONTH: Unit.MONTH}.get(looking.scope.by or GroupBy.REP)


def shown_period(looking: Looking) -> Period:
    """The period; all time and very long ranges as the days that hold anything."""
    known = day_span(looking.reader)
    if known is None:
        days = (local_day(looking.as_of, looking.zone),) * 2
    else:
        last = day_number(local_day(looking.as_of, looking.zone))
        last = min(known[1], last) if looking.scope.as_of is not None else known[1]
        days = (day_of(known[0]), day_of(max(known[0], last)))
    return narrowed(looking.scope.period, days)


def look_at_activity(looking: Looking, unit: Unit | None, *, with_targets: bool = True) -> Activity:
    """Read the interactions of a scope.

    :param unit: what to split them by, or None.
    :param with_targets: False where nothing is held against a target.
    """
    reader = looking.reader
    cuts = buckets(shown_period(looking), unit) if unit else ()
    scope = scope_of(looking, cuts)
    whole = cuts or (Bucket("", looking.scope.period.start, looking.scope.period.end),)
    # Those of the whole period, also where buckets leave out the days that hold nothing.
    first, after = days_of(looking.scope.period)
    # No month is shorter: every month of the period has one of these days.
    some = (*range(first, after, SHORTEST_MONTH), after - 1)
    active = tuple(rep for rep, _, _ in active_reps(reader) if scope.admits(rep))
    return Activity(
        looking=looking,
        scope=scope,
        buckets=whole,
        rows=activity_cells(reader, scope),
        targets=read_targets(reader, some, looking.as_of) if with_targets else Targets(),
        kinds={kind.id: kind for kind in kinds_in_order(reader)},
        reps=look.rep_names(reader),
        active=active,
    )


def targets_in(activity: Activity) -> dict[tuple[int, int, int], int]:
    """What is to be done, by bucket, rep and kind, in parts of a target; where nobody said there is no entry.

    The default of all reps is for those in use.
    """
    facts = activity.targets.facts.values()
    own = {fact.rep_id for fact in facts if fact.rep_id is not None and activity.scope.admits(fact.rep_id)}
    spans = [(span.first, span.after) for span in activity.scope.spans]
    found = target_parts(activity.targets, {*activity.active, *own}, spans)
    active = frozenset(activity.active)
    return {key: parts for key, parts in found.items() if parts or key[1] in active}


def rate_lines(activity: Activity) -> list[RateLine]:
    """The activity per bucket, rep and kind: where anything was done, planned or to be done.

    In the order of time, names and kinds.
    """
    by_key: dict[tuple[int, int, int], list[ActivityCell]] = {}
    for cell in activity.cells:
        by_key.setdefault(cell[:3], []).append(cell)
    targets = {key: Fraction(parts, PARTS) for key, parts in targets_in(activity).items()}
    order = {number: place for place, number in enumerate(activity.kinds)}
    names = {rep: (name.casefold(), name) for rep, name in activity.reps.items()}
    keys = sorted({*by_key, *targets}, key=lambda key: (key[0], names[key[1]], order[key[2]]))
    lines = []
    for key in keys:
        found = rate(by_key.get(key, ()), targets.get(key))
        if found.done or found.planned or found.target is not None:
            group, rep, kind = key
            bucket = (
                activity.buckets[group] if len(activity.buckets) > 1 or activity.buckets[0].label else None
            )
            lines.append(
                RateLine(activity.reps[rep], rep, kind_word(activity.kinds[kind].name), kind, found, bucket)
            )
    return lines


def rate_together(lines: Iterable[RateLine]) -> Rate:
    """Several lines as one."""
    return together(line.rate for line in lines)


def contact_of(activity: Activity) -> ContactRate:
    """Opportunities per 1,000 outbound calls; calls are the kinds of the step calls."""
    calls = {number for number, step in activity.steps.items() if step is ActivityStep.CALLS}
    outbound = sum(cell.outbound for cell in activity.cells if cell.kind_id in calls)
    looking = activity.looking
    return contact_rate(
        outbound,
        sum(opportunity_count(looking.reader, one) for one in whole_selections(looking)),
        looking.settings.contact_benchmark,
    )


def whole_selections(looking: Looking) -> Iterator[Selection]:
    """One selection per pipeline over the whole period, whatever rows are split by."""
    start, end = looking.scope.period.bounds(looking.zone)
    for selection in looking.selections:
        yield replace(selection, spans=((0, start, end),), split=None)


def step_lines(activity: Activity, cells: Iterable[ActivityCell]) -> list[StepLine]:
    """The activity funnel of each rep that did anything of it, by name."""
    by_rep: dict[int, list[ActivityCell]] = {}
    for cell in cells:
        by_rep.setdefault(cell.owner_id, []).append(cell)
    lines = []
    for rep in sorted(by_rep, key=lambda rep: (activity.reps[rep].casefold(), activity.reps[rep])):
        counts = steps_of(by_rep[rep], activity.steps)
        line = step_line(activity.reps[rep], rep, counts, activity.looking.settings.small_n)
        if any(line.counts):
            lines.append(line)
    return lines


def whose(looking: Looking) -> str:
    """Whose interactions, for the end of a title. Pipelines are named only where somebody chose them."""
    words = building.whose(looking)
    if looking.scope.pipelines:
        return words
    rest = words.removeprefix(", ".join(one.name for one in looking.pipelines)).removeprefix(" · ")
    return rest or tr("everybody")


def notes_on(activity: Activity) -> list[str]:
    """What a reader must know of how interactions were counted."""
    notes = []
    if activity.scope.only_pipelines:
        notes.append(said("Only interactions on deals of the pipeline count; without --pipeline all do."))
    if activity.scope.where is not None:
        notes.append(said("Only interactions on deals that the filter holds for; targets are whole."))
    if activity.scope.is_past:
        notes.append(said("As of an earlier instant, what is planned for after it does not count."))
    if activity.scope.present_owner:
        notes.append(said("Interactions on a deal count for the deal's present owner."))
    return notes
