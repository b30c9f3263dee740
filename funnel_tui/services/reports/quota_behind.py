"""The deals behind a figure that is about several reps: totals of the review."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import replace

from funnel_tui.domain.period import days_of
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr
from funnel_tui.queries.forecast import pipeline_ids
from funnel_tui.queries.quotas import won_ids
from funnel_tui.services.reports import building
from funnel_tui.services.reports.behind import DealsBehind
from funnel_tui.services.reports.looking import look_up
from funnel_tui.services.reports.quota_period import settle_period
from funnel_tui.services.workspace import Workspace


def deals_of_reps(
    workspace: Workspace, scope: Scope, reps: Collection[int], *, is_open: bool, name: str
) -> DealsBehind:
    """The deals of some reps that count for a period of quotas.

    :param reps: their numbers.
    :param is_open: those expected to close in the period, the earliest first; else those won in it, the
        latest first (METRICS 6).
    :param name: who they are together, for the title.
    """
    with workspace.read() as reader:
        looking, _ = settle_period(look_up(workspace, reader, scope.with_(by=None, compare=None)))
        wanted = frozenset(reps)
        selections = [
            replace(one, owners=wanted if one.owners is None else wanted & one.owners)
            for one in looking.selections
        ]
        if is_open:
            start, end = days_of(looking.scope.period)
            today = looking.prices.day
            pairs = [pair for one in selections for pair in pipeline_ids(reader, one, start, end, today)]
            found = [number for _, number in sorted(pairs)]
            title = tr("Open, expected{when}").format(when=building.when(looking))
        else:
            found = [number for one in selections for number in won_ids(reader, one)]
            title = tr("Won{when}").format(when=building.when(looking))
        parts = (title, name, building.whose(looking))
        return DealsBehind(" · ".join(part for part in parts if part), array("q", found))
