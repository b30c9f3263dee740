"""From a figure of activity to the interactions or deals behind it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from funnel_tui.domain.activity import Bucket, DealsWanted, Dealt, InteractionsWanted, Outcome
from funnel_tui.domain.activity_cells import ActivityScope
from funnel_tui.domain.builtin_words import kind_word
from funnel_tui.domain.facts import PipelineFact, StageFact
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.metrics.follow_ups import outcome_of
from funnel_tui.queries import look
from funnel_tui.queries.activity import qualified_positions
from funnel_tui.queries.activity_behind import (
    Stay,
    ended_stays,
    interactions_counted,
    lasting_stays,
    qualified_deals,
)
from funnel_tui.queries.behind import open_deals
from funnel_tui.queries.opportunities import opportunities
from funnel_tui.queries.targets import kinds_in_order
from funnel_tui.services.reports import building
from funnel_tui.services.reports.activity_look import scope_of, whole_selections, whose
from funnel_tui.services.reports.behind import DealsBehind
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.workspace import Workspace

_WORDS = {
    Dealt.OPPORTUNITIES: tr("Opportunities"),
    Dealt.QUALIFIED: tr("Qualified"),
    Dealt.FOLLOW_UPS: tr("Stays"),
    Dealt.ADVANCING: tr("Advanced"),
    Dealt.NOT_ADVANCING: tr("Lost or moved back"),
    Dealt.OPEN: tr("Open deals"),
}

# Translators: how stays of deals in a stage ended: "Stays in Lead · advanced".
_ENDED = {Outcome.ADVANCED: tr("advanced"), Outcome.LOST: tr("lost"), Outcome.OPEN: tr("open")}


@dataclass(frozen=True, slots=True)
class InteractionsBehind:
    """The interactions behind a figure.

    :param title: in words, such as ``Conversations · Call · Anna · 2026-W12``.
    :param ids: their numbers, the latest first.
    """

    title: str
    ids: array[int]


def interactions_behind(workspace: Workspace, scope: Scope, wanted: InteractionsWanted) -> InteractionsBehind:
    """The interactions that a figure counts.

    :param scope: that of the screen; how its rows are split does not matter.
    :raises NotFound: for a name of the scope that does not exist.
    """
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope.with_(by=None), needs_pipeline=False)
        cuts = None if wanted.bucket is None else _within(looking, wanted.bucket)
        asked = narrowed(scope_of(looking, cuts), wanted.owner_id)
        ids = interactions_counted(reader, asked, wanted.counted, wanted.kind_ids)
        kinds = [
            kind_word(kind.name) for kind in kinds_in_order(reader) if kind.id in (wanted.kind_ids or ())
        ]
        words = [wanted.counted.value.replace("_", " ").capitalize()]
        words += [", ".join(kinds)] if kinds else []
        words += _rep(looking, wanted.owner_id)
        words.append(wanted.bucket.label if wanted.bucket else scope.period.label)
        words += [] if wanted.owner_id is not None and not scope.pipelines else [whose(looking)]
        return InteractionsBehind(" · ".join(words), ids)


def _within(looking: Looking, bucket: Bucket) -> list[Bucket]:
    """The part of a bucket that lies in the period; all of it where the period was narrowed."""
    period = looking.scope.period
    first, after = max(bucket.start, period.start), min(bucket.end, period.end)
    return [Bucket(bucket.label, first, max(first, after))]


def narrowed(scope: ActivityScope, owner_id: int | None) -> ActivityScope:
    """Only what is a rep's, of what the scope admits."""
    if owner_id is None:
        return scope
    return replace(scope, owners=frozenset({owner_id} if scope.admits(owner_id) else ()))


def _rep(looking: Looking, owner_id: int | None) -> list[str]:
    return [] if owner_id is None else [look.rep_names(looking.reader)[owner_id]]


def deals_behind(workspace: Workspace, scope: Scope, wanted: DealsWanted) -> DealsBehind:
    """The deals behind a figure of activity; a deal with several stays is listed once.

    :raises NotFound: for a stage that is not among those of the scope, or a name that does not exist.
    """
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope.with_(by=None))
        stage = None if wanted.stage_id is None else _stage(looking, wanted.stage_id)
        ids = array("q", dict.fromkeys(_ids(looking, wanted, stage)))
        return DealsBehind(_title(looking, wanted, stage), ids)


def _stage(looking: Looking, stage_id: int) -> tuple[PipelineFact, StageFact]:
    for pipeline in looking.pipelines:
        for stage in pipeline.stages:
            if stage.id == stage_id:
                return pipeline, stage
    raise NotFound(tr("There is no stage number {number} in what is shown.").format(number=stage_id))


def _ids(
    looking: Looking, wanted: DealsWanted, stage: tuple[PipelineFact, StageFact] | None
) -> Iterable[int]:
    reader = looking.reader
    scope = narrowed(scope_of(looking), wanted.owner_id)
    match wanted.dealt:
        case Dealt.QUALIFIED:
            stages = qualified_stages(looking).values()
            return qualified_deals(reader, scope, stages, wanted.kind_id) if stages else ()
        case Dealt.OPPORTUNITIES | Dealt.OPEN:
            return _by_pipeline(looking, wanted, scope, stage)
        case _:
            return (stay.deal_id for stay in _stays(looking, wanted, scope))


def _by_pipeline(
    looking: Looking, wanted: DealsWanted, scope: ActivityScope, stage: tuple[PipelineFact, StageFact] | None
) -> Iterator[int]:
    for selection in whole_selections(looking):
        mine = replace(selection, owners=scope.owners)
        if wanted.dealt is Dealt.OPPORTUNITIES:
            yield from opportunities(looking.reader, mine)
        elif stage is None or stage[0].id == selection.pipeline.id:
            yield from open_deals(looking.reader, mine, stage[1] if stage else None)


def _stays(looking: Looking, wanted: DealsWanted, scope: ActivityScope) -> Iterator[Stay]:
    follow_ups = wanted.dealt is Dealt.FOLLOW_UPS
    positions = {
        stage.id: pipeline.ladder.positions for pipeline in looking.pipelines for stage in pipeline.stages
    }
    if follow_ups and wanted.outcome in {None, Outcome.OPEN}:
        yield from (
            stay for stay in lasting_stays(looking.reader, scope, wanted.stage_id) if _fits(stay, wanted)
        )
    if wanted.outcome is Outcome.OPEN:
        return
    for stay in ended_stays(looking.reader, scope, wanted.stage_id, None if follow_ups else wanted.kind_id):
        outcome = outcome_of(stay.cell, positions.get(stay.cell.stage_id, {}))
        if follow_ups:
            meant = outcome is not None and wanted.outcome in {None, outcome}
        else:
            advanced = outcome is Outcome.ADVANCED
            meant = advanced is (wanted.dealt is Dealt.ADVANCING)
            meant = meant and (wanted.kind_id is None or stay.has_kind)
        if meant and _fits(stay, wanted):
            yield stay


def _fits(stay: Stay, wanted: DealsWanted) -> bool:
    found = stay.cell.follow_ups
    return (wanted.least is None or found >= wanted.least) and (wanted.most is None or found <= wanted.most)


def qualified_stages(looking: Looking) -> dict[int, int]:
    """By pipeline of the scope, the stage from which on a deal is qualified; some say of none."""
    positions = qualified_positions(looking.reader)
    found = {}
    for pipeline in looking.pipelines:
        wanted = positions.get(pipeline.id)
        from_there = [stage for stage in pipeline.stages if wanted is not None and stage.position >= wanted]
        if from_there:
            found[pipeline.id] = from_there[0].id
    return found


def _title(looking: Looking, wanted: DealsWanted, stage: tuple[PipelineFact, StageFact] | None) -> str:
    words = [_WORDS[wanted.dealt]]
    if stage:
        words = [tr("{deals} in {stage}").format(deals=words[0], stage=stage[1].name)]
    if wanted.outcome is not None:
        words.append(_ENDED[wanted.outcome])
    if wanted.kind_id is not None:
        names = {kind.id: kind_word(kind.name) for kind in kinds_in_order(looking.reader)}
        words.append(tr("with {kind}").format(kind=names.get(wanted.kind_id, "?")))
    if wanted.most is not None:
        words.append(tr("at most {n} follow-ups").format(n=wanted.most))
    if wanted.least is not None:
        words.append(tr("at least {n} follow-ups").format(n=wanted.least))
    words += _rep(looking, wanted.owner_id)
    now = wanted.dealt is Dealt.OPEN or wanted.outcome is Outcome.OPEN
    words.append(building.moment_text(looking) if now else looking.scope.period.label)
    return " · ".join([*words, building.whose(looking)])
