"""Some interactions, such as those behind a figure, as a report for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.domain.period import utc_text
from funnel_tui.domain.report import Column, Kind, Report
from funnel_tui.domain.scope import Scope
from funnel_tui.language import tr
from funnel_tui.services.interaction_list import interaction_rows
from funnel_tui.services.workspace import Workspace

_WINDOW = 500
"""Interactions that are read at a time."""

_COLUMNS = (
    Column("interaction_id", Kind.COUNT, tr("Number")),
    Column("at", Kind.TEXT, tr("When")),
    Column("kind", Kind.TEXT, tr("Kind")),
    Column("direction", Kind.TEXT, tr("Direction")),
    Column("outcome", Kind.TEXT, tr("Outcome")),
    Column("planned", Kind.FLAG, tr("Planned")),
    Column("duration_seconds", Kind.COUNT, tr("Duration")),
    Column("owner", Kind.TEXT, tr("Owner")),
    Column("deal_id", Kind.COUNT, tr("Deal number")),
    Column("deal", Kind.TEXT, tr("Deal")),
    Column("organisation", Kind.TEXT, tr("Organisation")),
    Column("person", Kind.TEXT, tr("Person")),
    Column("note", Kind.TEXT, tr("Note")),
    Column("version", Kind.COUNT, tr("Version")),
)
"""The columns for programs."""

_TOTALS = (Column("interactions", Kind.COUNT, tr("Interactions")),)


def interactions_report(workspace: Workspace, scope: Scope, ids: Sequence[int], title: str) -> Report:
    """Some interactions with what is known of each.

    :param scope: of what they were found in.
    :param ids: their numbers, in the order of the rows; one that is gone meanwhile is left out.
    :param title: what they are, in words.
    """
    rows = [interaction_facts(fact) for fact in _all_facts(workspace, ids)]
    zone = workspace.settings().time_zone
    return Report(
        name="interactions",
        as_of=workspace.clock() if scope.as_of is None else scope.as_of,
        scope=scope,
        scope_words={
            "pipelines": list(scope.pipelines),
            "owner": scope.owner,
            "team": scope.team,
            "time_zone": zone,
        },
        title=title,
        columns=_COLUMNS,
        rows=rows,
        totals={"interactions": len(rows)},
        total_columns=_TOTALS,
    )


def _all_facts(workspace: Workspace, ids: Sequence[int]) -> Iterator[InteractionFact]:
    for start in range(0, len(ids), _WINDOW):
        yield from interaction_rows(workspace, ids[start : start + _WINDOW])


def interaction_facts(fact: InteractionFact) -> dict[str, Any]:
    """A row of a list as the fields of a report."""
    return {
        "interaction_id": fact.id,
        "at": utc_text(fact.at),
        "kind": fact.kind,
        "direction": fact.direction.value,
        "outcome": fact.outcome,
        "planned": fact.planned,
        "duration_seconds": fact.duration_seconds,
        "owner": fact.owner,
        "deal_id": fact.deal_id,
        "deal": fact.deal,
        "organisation": fact.organisation,
        "person": fact.person,
        "note": fact.note,
        "version": fact.version,
    }
