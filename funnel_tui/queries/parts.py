"""The pieces of SQL that the queries of reports share.

Everything that is put into SQL text here is a number of ours or a constant; what a user typed is always a
parameter.
"""

from __future__ import annotations

from collections.abc import Sequence

from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import GroupBy


def span_rows(spans: Sequence[tuple[int, int, int]]) -> str:
    """A table ``m(k, a, b)`` of spans, as SQL."""
    rows = (f"SELECT {group:d} AS k, {start:d} AS a, {end:d} AS b" for group, start, end in spans)
    return f"({' UNION ALL '.join(rows)}) m"


def owner_filter(selection: Selection, column: str) -> str:
    """``AND column IN (...)`` for the reps of the selection, or nothing."""
    if selection.owners is None:
        return ""
    if not selection.owners:
        return " AND 1 = 0"
    return f" AND {column} IN ({', '.join(str(int(owner)) for owner in sorted(selection.owners))})"


def settled(selection: Selection) -> str:
    """``AND`` the deal has not changed since as-of, or nothing when no deal has."""
    return "" if selection.past is None else f" AND d.changed_at <= {int(selection.as_of)}"


def owner_column(selection: Selection, at_event: str) -> str:
    """The column that says whose a deal is."""
    return "d.owner_id" if selection.present_owner else at_event


def group_column(selection: Selection, owner: str, *, month: str = "m.k") -> str:
    """The expression rows are grouped by."""
    match selection.split:
        case GroupBy.REP:
            return owner
        case GroupBy.SOURCE:
            return "coalesce(d.source_id, 0)"
        case GroupBy.MONTH:
            return month
        case _:
            return "0"


def ladder_steps(pipeline: PipelineFact) -> list[tuple[str, int]]:
    """Every pair of closed status and furthest position that a deal of the pipeline can have.

    Won comes first: PostgreSQL takes the types of a UNION from its first part.
    """
    return [("won", pipeline.length + 1), *(("lost", stage.position) for stage in pipeline.stages)]
