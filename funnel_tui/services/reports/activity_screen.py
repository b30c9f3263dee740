"""Everything the Interactions screen shows besides its stream, read in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from funnel_tui.db import Reader
from funnel_tui.domain.activity import (
    ActivityChart,
    FollowUpLine,
    OpenLoad,
    PrecedingLine,
    QualifiedLine,
    RateLine,
    Unit,
)
from funnel_tui.domain.activity_view import ActivityView
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.language import tr
from funnel_tui.metrics.activity import summed
from funnel_tui.metrics.buckets import fitting
from funnel_tui.metrics.follow_ups import preceding, until_qualified
from funnel_tui.metrics.open_load import open_load
from funnel_tui.queries import look
from funnel_tui.queries.activity import active_reps
from funnel_tui.queries.follow_ups import ended_cells, lasting_cells, qualified_cells
from funnel_tui.queries.names import names
from funnel_tui.queries.snapshot import waiting_cells
from funnel_tui.services.reports.activity import contact_notes
from funnel_tui.services.reports.activity_behind import qualified_stages
from funnel_tui.services.reports.activity_charts import activity_charts, lines_of, whole_of
from funnel_tui.services.reports.activity_look import (
    Activity,
    contact_of,
    look_at_activity,
    notes_on,
    rate_lines,
    rate_together,
    scope_of,
    shown_period,
    step_lines,
    whole_selections,
)
from funnel_tui.services.reports.followups import Told, follow_up_lines, outcomes
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.workspace import Workspace

NO_LOAD = OpenLoad((), (), "")


@dataclass(frozen=True, slots=True)
class _Deals:
    """What comes of deals."""

    qualified: tuple[QualifiedLine, ...] = ()
    follow_ups: tuple[FollowUpLine, ...] = ()
    follow_ups_by_rep: tuple[FollowUpLine, ...] = ()
    preceding: tuple[PrecedingLine, ...] = ()
    load: OpenLoad = NO_LOAD
    notes: tuple[str, ...] = ()


def read_activity(
    workspace: Workspace,
    scope: Scope,
    *,
    unit: Unit = Unit.WEEK,
    kind_ids: Collection[int] | None = None,
    with_deals: bool = True,
) -> ActivityView:
    """Read the Interactions screen.

    :param scope: how it is split does not matter.
    :param unit: how long a bucket of the charts is; a longer one is taken where there would be too many.
    :param kind_ids: only these kinds in the charts; everything else is of all kinds.
    :param with_deals: False leaves out what has to be read from deals (until qualified, follow-ups, kinds
        before an advance, open deals), which takes many times as long as all the rest.
    :raises NotFound: for a rep, team or pipeline that does not exist.
    """
    with workspace.read() as reader:
        plain = scope.with_(by=None)
        looking = look_up(workspace, reader, plain, needs_pipeline=False)
        unit = fitting(shown_period(looking), unit)
        activity = look_at_activity(looking, unit)
        lines = lines_of(activity)
        whole = whole_of(activity, lines)
        rates = rate_lines(whole)
        by_rep, by_kind = activity_charts(activity, unit, lines, rates, kind_ids)
        then = _compared(workspace, reader, plain, unit, kind_ids)
        contact = contact_of(whole)
        steps = step_lines(whole, whole.cells)
        deals = _deals(looking, activity) if with_deals and looking.pipelines else _Deals()
        occurring = {line.kind_id for line in rates}
        return ActivityView(
            scope=scope,
            as_of=looking.as_of,
            settings=looking.settings,
            unit=unit,
            kinds=tuple(kind for kind in activity.kinds.values() if kind.active or kind.id in occurring),
            pipelines=tuple(name for _, name in names(reader, "pipeline")),
            by_rep=by_rep,
            by_kind=by_kind,
            compared_by_rep=then[0] if then else None,
            compared_by_kind=then[1] if then else None,
            rates=tuple(rates),
            kind_rates=_per_kind(activity, rates),
            contact=contact,
            qualified=deals.qualified,
            follow_ups=deals.follow_ups,
            follow_ups_by_rep=deals.follow_ups_by_rep,
            preceding=deals.preceding,
            steps=tuple(steps),
            team_steps=summed(steps, looking.settings.small_n),
            load=deals.load,
            notes=(*contact_notes(contact), *notes_on(activity), *deals.notes),
        )


def _compared(
    workspace: Workspace, reader: Reader, scope: Scope, unit: Unit, kind_ids: Collection[int] | None
) -> tuple[ActivityChart, ActivityChart] | None:
    if scope.compare is None:
        return None
    asked = scope.with_(period=scope.compare, compare=None)
    other = look_up(workspace, reader, asked, needs_pipeline=False)
    activity = look_at_activity(other, unit)
    lines = lines_of(activity)
    return activity_charts(activity, unit, lines, rate_lines(whole_of(activity, lines)), kind_ids)


def _per_kind(activity: Activity, rates: Sequence[RateLine]) -> tuple[RateLine, ...]:
    by_kind: dict[int, list[RateLine]] = {}
    for line in rates:
        by_kind.setdefault(line.kind_id, []).append(line)
    return tuple(
        RateLine("", 0, kind_word(kind.name), number, rate_together(by_kind[number]))
        for number, kind in activity.kinds.items()
        if number in by_kind
    )


def _deals(looking: Looking, activity: Activity) -> _Deals:
    kinds = [(number, kind_word(kind.name)) for number, kind in activity.kinds.items()]
    # Not that of the charts: all time is cut there to the days that hold interactions.
    scope = scope_of(looking)
    stages = qualified_stages(looking)
    count, cells = qualified_cells(looking.reader, scope, stages)
    gone = outcomes(looking, ended_cells(looking.reader, scope, [number for number, _ in kinds]))
    told: list[Told] = [*gone, *outcomes(looking, lasting_cells(looking.reader, scope))]
    by_rep = replace(
        looking,
        scope=looking.scope.with_(by=GroupBy.REP),
        group_name=look.rep_names(looking.reader).__getitem__,
    )
    notes = [tr("Which kind comes before an advance is a correlation, not a cause.")]
    if not stages:
        notes.append(tr("No pipeline says from which stage on a deal is qualified."))
    return _Deals(
        qualified=tuple(until_qualified(count, cells, kinds)) if stages else (),
        follow_ups=tuple(follow_up_lines(looking, told, split=False)),
        follow_ups_by_rep=tuple(follow_up_lines(by_rep, told, split=True)),
        preceding=tuple(preceding(gone, kinds)),
        load=load_of(looking, activity),
        notes=tuple(notes),
    )


def load_of(looking: Looking, activity: Activity) -> OpenLoad:
    """Open deals per rep and stage.

    One rep is held against the reps of the same team, or against all where there is no team.
    """
    deals: dict[tuple[int, int], int] = {}
    for selection in whole_selections(looking):
        everybody = replace(selection, owners=None, split=GroupBy.REP)
        for cell in waiting_cells(looking.reader, everybody):
            key = (cell.group, cell.stage_id)
            deals[key] = deals.get(key, 0) + cell.deals
    reps = active_reps(looking.reader)
    peers = [rep for rep, _, _ in reps if activity.scope.admits(rep)]
    if looking.scope.owner is not None:
        teams = {team for rep, _, team in reps if rep in peers and team is not None}
        peers = [rep for rep, _, team in reps if team in teams or not teams]
    known = {rep for rep, _ in deals} | {rep for rep, _, _ in reps}
    shown = sorted(
        ((rep, activity.reps[rep]) for rep in known if activity.scope.admits(rep)),
        key=lambda one: one[1].casefold(),
    )
    several = len(looking.pipelines) > 1
    held = {stage for _, stage in deals}
    stages = [
        (stage.id, f"{pipeline.name}: {stage.name}" if several else stage.name)
        for pipeline in looking.pipelines
        for stage in pipeline.stages
        if not stage.retired or stage.id in held
    ]
    return open_load(deals, stages=stages, shown=shown, peers=peers, small_n=looking.settings.small_n)
