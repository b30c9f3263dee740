"""The deals behind figures of a table that is split: of one rep, team, source, month, or loss reason."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace

from funnel_tui.db import Reader
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import NotFound
from funnel_tui.language import tr
from funnel_tui.queries import look
from funnel_tui.queries.behind_reasons import reason_deals, sources_of
from funnel_tui.services.reports import behind, building
from funnel_tui.services.reports.behind import DealsBehind
from funnel_tui.services.reports.looking import Looking, look_up
from funnel_tui.services.workspace import Workspace


def group_behind(workspace: Workspace, scope: Scope, group: str, figure: str, stage: str) -> DealsBehind:
    """The deals behind a figure of one group of the report *funnel*.

    :param scope: split by rep, team, source, pipeline or month.
    :param group: the name of the group as the report has it.
    :raises NotFound: for a stage that is not among those shown.
    """
    if scope.by is GroupBy.PIPELINE:
        alone = scope.with_(by=None, pipelines=(group,))
        return behind.deals_behind(workspace, alone, figure, stage, "funnel")
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope)
        for selection in looking.selections:
            for fact in selection.pipeline.stages:
                if fact.name == stage:
                    own = _of_group(reader, looking, selection, group)
                    ids = behind.ids_of(reader, looking, own, fact, figure, "funnel")
                    if scope.by is GroupBy.SOURCE:
                        ids = _of_source(reader, looking, ids, group)
                    title = behind.title_of(looking, selection, figure, stage, "funnel")
                    return DealsBehind(f"{group} · {title}", ids)
    raise NotFound(tr("There is no stage {stage!r} in what is shown.").format(stage=stage))


def _of_group(reader: Reader, looking: Looking, selection: Selection, group: str) -> Selection:
    """The selection with only what belongs to a group; sources are looked at deal by deal."""
    match looking.scope.by:
        case GroupBy.REP | GroupBy.TEAM:
            known = look.rep_names(reader) if looking.scope.by is GroupBy.REP else look.rep_teams(reader)
            owners = frozenset(rep for rep, name in known.items() if name == group)
            if selection.owners is not None:
                owners &= selection.owners
            return replace(selection, owners=owners)
        case GroupBy.MONTH:
            at = looking.months.index(group)
            return replace(selection, spans=(selection.spans[at],), split=None)
        case _:
            return selection


def _of_source(reader: Reader, looking: Looking, ids: Sequence[int], group: str) -> array[int]:
    wanted = {number for number, name in look.source_names(reader).items() if name == group}
    sources = {
        deal.id: deal.source_id or 0 for selection in looking.selections for deal in selection.past or ()
    }
    sources.update(sources_of(reader, [deal for deal in ids if deal not in sources]))
    return array("q", (deal for deal in ids if sources.get(deal) in wanted))


def reason_behind(workspace: Workspace, scope: Scope, stage: str | None, reason: str | None) -> DealsBehind:
    """The deals lost from a stage for a reason; None for all stages, or all reasons."""
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope)
        names = look.reason_names(reader)
        number = None if reason is None else next(key for key, name in names.items() if name == reason)
        ids = array("q")
        for selection in looking.selections:
            for fact in selection.pipeline.stages if stage is not None else (None,):
                if fact is None or fact.name == stage:
                    ids.extend(reason_deals(reader, selection, None if fact is None else fact.id, number))
        where = tr("Lost") if stage is None else tr("Lost from {stage}").format(stage=stage)
        why = "" if reason is None else f": {reason}"
        return DealsBehind(f"{where}{why}{building.when(looking)} · {building.whose(looking)}", ids)


def won_behind(workspace: Workspace, scope: Scope) -> DealsBehind:
    """The deals won in the period of a scope, the last one first."""
    with workspace.read() as reader:
        looking = look_up(workspace, reader, scope.with_(cohort=Cohort.CLOSED, mode=Mode.REACHED))
        ids = array("q")
        for selection in looking.selections:
            last = max(selection.pipeline.stages, key=lambda stage: stage.position, default=None)
            if last is not None:
                ids.extend(behind.ids_of(reader, looking, selection, last, "advanced", "funnel"))
        return DealsBehind(
            tr("Won{when} · {whose}").format(when=building.when(looking), whose=building.whose(looking)), ids
        )
