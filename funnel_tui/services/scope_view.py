"""What there is to look at: pipelines, reps and teams to choose from, and a scope that still fits them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from funnel_tui.db import Reader
from funnel_tui.domain.filter import FilterError
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope, TeamSettings
from funnel_tui.language import tr
from funnel_tui.queries import look
from funnel_tui.queries.names import Named, names
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.queries.settings import read_settings
from funnel_tui.services.workspace import Workspace


class Numbers(NamedTuple):
    """The numbers of what a scope names, so that it can be found again under another name."""

    pipeline: int | None = None
    owner: int | None = None
    team: int | None = None


@dataclass(frozen=True, slots=True)
class ScopeView:
    """What there is to look at.

    :param scope: as asked, with one pipeline in use (none where there is none); what is gone is left out.
    :param numbers: what the scope names, by number.
    :param pipelines: the names of those in use, to choose from; ``owners`` and ``teams`` likewise.
    :param deals_total: how many deals the pipeline holds; ``deals_matching`` for how many of them the filter
        of the scope holds, None without one.
    :param every_total: the same of all pipelines in use together; ``every_matching`` likewise.
    :param changes: what had to be changed about the scope, a sentence each.
    """

    scope: Scope
    numbers: Numbers
    settings: TeamSettings
    pipelines: tuple[str, ...]
    owners: tuple[str, ...]
    teams: tuple[str, ...]
    deals_total: int
    changes: tuple[str, ...] = ()
    deals_matching: int | None = None
    every_total: int = 0
    every_matching: int | None = None


def scope_view(workspace: Workspace, scope: Scope, before: ScopeView | None = None) -> ScopeView:
    """Read what there is to look at, and fit a scope to it.

    What was renamed since is followed; a pipeline, rep or team that is gone gives way to the first pipeline
    and to everybody.

    :param before: as it was read the last time; None for the first time.
    """
    with workspace.read() as reader:
        return _filtered(workspace, reader, scope_view_in(reader, scope, before))


def _filtered(workspace: Workspace, reader: Reader, view: ScopeView) -> ScopeView:
    """With the number of deals that the filter holds for; one that does not fit any more is taken off."""
    scope = view.scope
    if not scope.where.strip():
        return view
    from funnel_tui.queries.filtering import matching_count
    from funnel_tui.services.reports.looking import look_up

    plain = scope.with_(by=None, compare=None, period=Period.all_time(), pipelines=())
    if not scope.pipelines:
        return view
    try:
        looking = look_up(workspace, reader, plain)
    except FilterError as error:
        told = tr("The filter {filter} does not fit any more and is off: {why}").format(
            filter=scope.where, why=error.message
        )
        return replace(view, scope=scope.with_(where=""), changes=(*view.changes, told))
    counts = {one.pipeline.name: matching_count(reader, one) for one in looking.selections}
    return replace(view, deals_matching=counts[scope.pipelines[0]], every_matching=sum(counts.values()))


def scope_view_in(reader: Reader, scope: Scope, before: ScopeView | None = None) -> ScopeView:
    """The same in a transaction that is open, without looking at a filter."""
    used = [(one.id, one.name) for one in read_pipelines(reader) if one.in_use]
    reps, teams = names(reader, "rep"), names(reader, "team")
    fit = _Fitting(before)
    first = used[0] if used else None
    if first:
        gone = tr("The pipeline {name} is not in use any more; {instead} is shown.")
    else:
        gone = tr("The pipeline {name} is not in use any more; there is no other one.")
    wanted = scope.pipelines[0] if scope.pipelines else None
    pipeline = fit.find(used, "pipeline", wanted, gone, instead=first[1] if first else "") or first
    owner = fit.find(reps, "owner", scope.owner, tr("The rep {name} is gone; everybody is shown."))
    team = fit.find(teams, "team", scope.team, tr("The team {name} is gone; everybody is shown."))
    counts = look.deal_counts(reader, [number for number, _ in used])
    return ScopeView(
        scope=scope.with_(
            pipelines=(pipeline[1],) if pipeline else (),
            owner=owner[1] if owner else None,
            team=team[1] if team else None,
        ),
        numbers=Numbers(*(found[0] if found else None for found in (pipeline, owner, team))),
        settings=read_settings(reader),
        pipelines=tuple(name for _, name in used),
        owners=tuple(name for _, name in reps),
        teams=tuple(name for _, name in teams),
        deals_total=counts[pipeline[0]] if pipeline else 0,
        every_total=sum(counts.values()),
        changes=tuple(fit.changes),
    )


_RENAMED = {
    "pipeline": tr("The pipeline {name} is called {now} now."),
    "owner": tr("The rep {name} is called {now} now."),
    "team": tr("The team {name} is called {now} now."),
}


class _Fitting:
    """Finds again what a scope names.

    :ivar changes: what was not found as it was, a sentence each.
    """

    def __init__(self, before: ScopeView | None) -> None:
        self._known: dict[tuple[str, str | None], int | None] = {}
        if before is not None:
            scope, numbers = before.scope, before.numbers
            named = (scope.pipelines[0] if scope.pipelines else None, scope.owner, scope.team)
            self._known = {
                (facet, name): number
                for facet, name, number in zip(Numbers._fields, named, numbers, strict=True)
            }
        self.changes: list[str] = []

    def find(
        self, rows: Sequence[Named], facet: str, name: str | None, gone: str, *, instead: str = ""
    ) -> Named | None:
        """The row of a name, or the one that was called so when it was looked at last.

        :param gone: is said where there is none; ``instead`` comes into it.
        """
        if name is None:
            return None
        folded = name.strip().casefold()
        alike = [row for row in rows if row[1].casefold() == folded]
        if alike:
            return next((row for row in alike if row[1] == name), alike[0])
        number = self._known.get((facet, name))
        renamed = next((row for row in rows if row[0] == number), None)
        words = _RENAMED[facet] if renamed else gone
        now = renamed[1] if renamed else instead
        self.changes.append(words.format(name=name, now=now, instead=now))
        return renamed
