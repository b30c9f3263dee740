"""The pieces of SQL that the queries of reports share.

Everything that is put into SQL text here is a number of ours or a constant; what a user typed is always a
parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.facts import PipelineFact
from funnel_tui.domain.selection import Selection
from funnel_tui.domain.status import GroupBy

CLOSED_SUMS = (
    "count(*), count(*) - count(*) FILTER (WHERE d.closed_base IS NULL)"
    " + count(d.amount_minor) FILTER (WHERE d.closed_base IS NULL),"
    " count(*) - count(*) FILTER (WHERE d.closed_base IS NULL), coalesce(sum(d.closed_base), 0)"
)
"""Of closed deals: how many, how many with an amount, how many priced, and the sum. Few have an amount and no
price, and what is counted of few costs little."""

COUNTS = "count(*), NULL, NULL, 0"
"""How many deals, where nobody asks what they are worth; each then counts as one of 0."""

OPEN_SUMS = "count(*), count(d.amount_minor), 0, coalesce(sum(d.amount_minor), 0)"
"""The same of open deals, in the currency of their amounts; none of them has a price of its own."""


def spans_of(selection: Selection) -> tuple[str, str, str]:
    """How a query goes through the spans of the period.

    :returns: what stands before the table in FROM, and the SQL of the start and the end of a span. One span
        needs no table: its bounds are parameters, so that the statement is the same for every period and need
        not be prepared anew.
    """
    return ("", ":start", ":end") if len(selection.spans) == 1 else ("m CROSS JOIN ", "m.a", "m.b")


def union_rows(reader: Reader, selection: Selection, parts: Sequence[str]) -> list[tuple[Any, ...]]:
    """All rows of the parts of a query.

    :param parts: SELECTs with the parameters ``pipeline``, ``start``, ``end`` and ``as_of``, or on the spans
        ``m(k, a, b)`` where there are several.
    """
    if not parts:
        return []
    sql = " UNION ALL ".join(parts)
    if len(selection.spans) > 1:
        # VALUES, because SQLite takes 500 SELECTs in a UNION and a lifetime has more months.
        values = ", ".join(f"({group:d}, {a:d}, {b:d})" for group, a, b in selection.spans)
        sql = f"WITH m(k, a, b) AS (VALUES {values}) {sql}"
    return reader.rows(sql, parameters(selection))


def parameters(selection: Selection) -> dict[str, Any]:
    """The parameters of the queries of a selection: pipeline, first span, as-of and those of its filter."""
    _, start, end = selection.spans[0]
    found = {"pipeline": selection.pipeline.id, "start": start, "end": end, "as_of": selection.as_of}
    return found if selection.where is None else {**found, **selection.where.values}


def owner_filter(selection: Selection, column: str) -> str:
    """``AND column IN (...)`` for the reps of the selection, or nothing."""
    if selection.owners is None:
        return ""
    if not selection.owners:
        return " AND 1 = 0"
    return f" AND {column} IN ({', '.join(str(int(owner)) for owner in sorted(selection.owners))})"


def settled(selection: Selection) -> str:
    """``AND`` the deal has not changed since as-of, and the filter holds; nothing where neither is asked.

    Every query of present deals ends with it: deals that changed are chosen from ``selection.past``.
    """
    since = "" if selection.past is None else " AND d.changed_at <= :as_of"
    return since if selection.where is None else f"{since} AND {selection.where.sql}"


def owner_column(selection: Selection, at_event: str) -> str:
    """The column that says whose a deal is."""
    return "d.owner_id" if selection.present_owner else at_event


def group_column(selection: Selection, owner: str, *, in_month: bool = True) -> str:
    """The expression rows are grouped by.

    :param in_month: False for a snapshot, which belongs to no month.
    """
    match selection.split:
        case GroupBy.REP:
            return owner
        case GroupBy.SOURCE:
            return "coalesce(d.source_id, 0)"
        case GroupBy.MONTH:
            if not in_month:
                return "0"
            return "m.k" if len(selection.spans) > 1 else str(int(selection.spans[0][0]))
        case _:
            return "0"


def ladder_steps(pipeline: PipelineFact) -> list[tuple[str, int]]:
    """Every pair of closed status and furthest position that a deal of the pipeline can have.

    Won comes first: PostgreSQL takes the types of a UNION from its first part.
    """
    return [("won", pipeline.length + 1), *(("lost", stage.position) for stage in pipeline.stages)]
