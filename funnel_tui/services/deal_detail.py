"""One deal with its facts, route, timeline, contacts and demand, as of an instant."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest

from funnel_tui.db import Reader
from funnel_tui.domain.deal_detail import (
    DealDetail,
    RouteState,
    RouteStop,
    TimelineItem,
    TimelineKey,
    TimelinePage,
)
from funnel_tui.domain.facts import VisitFact
from funnel_tui.domain.status import DealStatus
from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.metrics.projection import visits_at
from funnel_tui.metrics.stuck import is_stuck
from funnel_tui.queries import deal_detail as queries
from funnel_tui.queries.deal_parts import part_lines
from funnel_tui.queries.deal_then import deals_then
from funnel_tui.queries.look import source_names
from funnel_tui.services.deal_chances import deal_chances
from funnel_tui.services.deal_part_items import part_items
from funnel_tui.services.deal_row import Lens, lens, read_rows
from funnel_tui.services.deal_timeline import Names, edit_items, talk_items, task_items, visit_items
from funnel_tui.services.workspace import Workspace

PAGE = 50
"""Items of the timeline that are read at a time."""

_UNDONE = tr("It may have been undone.")


def deal_detail(
    workspace: Workspace, deal_id: int, as_of: int | None = None, *, items: int = PAGE
) -> DealDetail:
    """A deal with all that belongs to it.

    Title, organisation, category, note, contacts, demand and tags have no history and are as they are now.

    :param as_of: epoch seconds; None for now.
    :param items: how much of the timeline.
    :raises NotFound: when there is no such deal, or was none yet.
    """
    with workspace.read() as reader:
        through = lens(workspace, reader, as_of)
        rows = read_rows(reader, through, [deal_id])
        facts = queries.deal_facts(reader, deal_id)
        if not rows or facts is None:
            came_later = facts is not None and as_of is not None
            hint = tr("It was created after the instant that is looked at.") if came_later else _UNDONE
            raise NotFound(tr("There is no deal with number {number}.").format(number=deal_id), hint)
        visits = queries.visit_lines(reader, deal_id, through.as_of)
        seen = visits_at([line.visit for line in visits], through.as_of)
        owner, source = facts.owner_id, facts.source_id
        if through.moved_on:
            ladders = {number: pipeline.ladder for number, pipeline in through.pipelines.items()}
            for then in deals_then(reader, [deal_id], through.as_of, ladders).values():
                owner, source = then.owner_id, then.source_id
        sources = source_names(reader)
        lost = rows[0].status is DealStatus.LOST
        return DealDetail(
            row=rows[0],
            external_id=facts.external_id,
            organisation_id=facts.organisation_id,
            pipeline_id=seen[-1].pipeline_id,
            owner_id=owner,
            team=queries.team_of(reader, owner),
            category=facts.category,
            source=None if source is None else sources[source],
            note=facts.note,
            first_owner=through.reps[facts.created_owner_id],
            loss_reason=visits[-1].loss_reason if lost else None,
            loss_note=visits[-1].loss_note if lost else None,
            route=_route(through, visits, seen),
            contacts=tuple(queries.contacts_of(reader, deal_id)),
            demand=tuple(queries.demand_of(reader, deal_id)),
            timeline=_timeline(reader, through, deal_id, visits, sources, None, items),
            as_of=through.as_of,
            chances=deal_chances(
                *(workspace, reader, through, rows[0]),
                pipeline_id=seen[-1].pipeline_id,
                stage_id=seen[-1].stage_id,
                owner_id=owner,
                source_id=source,
            ),
        )


def deal_timeline(
    workspace: Workspace,
    deal_id: int,
    *,
    after: TimelineKey | None,
    as_of: int | None = None,
    items: int = PAGE,
) -> TimelinePage:
    """A further page of the timeline of a deal.

    :param after: ``after`` of the page before; None for the first page.
    :param as_of: as it was given for the page before.
    """
    with workspace.read() as reader:
        through = lens(workspace, reader, as_of)
        visits = queries.visit_lines(reader, deal_id, through.as_of)
        return _timeline(reader, through, deal_id, visits, source_names(reader), after, items)


def _timeline(
    reader: Reader,
    through: Lens,
    deal_id: int,
    visits: Sequence[queries.VisitLine],
    sources: dict[int, str],
    before: TimelineKey | None,
    count: int,
) -> TimelinePage:
    """The newest items after a key, out of all sources; each gives one more than is asked for at most."""
    most = count + 1
    asked = (reader, deal_id, through.as_of, before, most)
    edits = queries.edit_lines(*asked)
    logged = queries.logged_edits(*asked)
    wanted = {
        value
        for line in logged
        for name, *values in line.changes
        if name == "organisation_id"
        for value in values
        if value is not None
    }
    names = Names(through, sources, queries.organisation_names(reader, wanted))
    found: list[TimelineItem] = [
        *visit_items(visits, names),
        *task_items(queries.task_lines(reader, deal_id, through.as_of), names),
        *talk_items(queries.talk_lines(*asked), names),
        *edit_items(edits, names, queries.EDIT),
        *edit_items(logged, names, queries.LOGGED_EDIT),
        *part_items(reader, part_lines(*asked)),
    ]
    newest = nlargest(
        most, (item for item in found if before is None or item.key < before), key=lambda item: item.key
    )
    items = tuple(newest[:count])
    return TimelinePage(items, items[-1].key if len(newest) > count and items else None)


def _route(
    through: Lens, lines: Sequence[queries.VisitLine], seen: Sequence[VisitFact]
) -> tuple[RouteStop, ...]:
    """The stages of the deal's pipeline in order, with what became of each (METRICS 2 and 4).

    A retired stage is shown only when the deal was in it.
    """
    last = seen[-1]
    pipeline = through.pipelines[last.pipeline_id]
    own = [
        (visit, line.assumed)
        for visit, line in zip(seen, lines, strict=True)
        if visit.pipeline_id == last.pipeline_id
    ]
    won = last.exit is not None and last.exit.value == DealStatus.WON.value
    positions = {stage.id: stage.position for stage in pipeline.stages}
    furthest = pipeline.length + 1 if won else max(positions[visit.stage_id] for visit, _ in own)
    stops = []
    for stage in pipeline.stages:
        here = [visit for visit, _ in own if visit.stage_id == stage.id]
        if stage.retired and not here:
            continue
        is_last = last.stage_id == stage.id and not won
        age = through.as_of - last.entered_at
        current = is_last and last.left_at is None
        if is_last:
            state = RouteState.CURRENT if current else RouteState.LOST_HERE
        elif here:
            state = RouteState.VISITED
        else:
            state = RouteState.SKIPPED if stage.position < furthest else RouteState.AHEAD
        stops.append(
            RouteStop(
                stage=stage.name,
                stage_id=stage.id,
                state=state,
                visits=len(here),
                seconds=sum(
                    (through.as_of if visit.left_at is None else visit.left_at) - visit.entered_at
                    for visit in here
                ),
                entered_at=here[0].entered_at if here else None,
                left_at=here[-1].left_at if here else None,
                assumed=any(assumed for visit, assumed in own if visit.stage_id == stage.id),
                stuck=current and is_stuck(age, through.limits.get(stage.id)),
            )
        )
    return tuple(stops)
