"""Interactions counted per rep, kind and bucket of time, and what else an activity report looks up.

Whole days come from the sums per day (``activity_day``); the day of as-of from the interactions themselves,
because only a part of it may count. With a pipeline in the scope, or for present owners, all of it comes from
the interactions: the sums know nothing of deals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from funnel_tui.db.reader import Reader
from funnel_tui.domain.activity_cells import ActivityCell, ActivityScope, Span
from funnel_tui.domain.interactions import is_conversation
from funnel_tui.domain.status import Direction

OWNER_THEN = (
    "coalesce((SELECT p.owner_id FROM deal_past p WHERE p.deal_id = d.id AND p.until_at > :as_of"
    " ORDER BY p.until_at, p.id LIMIT 1), d.owner_id)"
)
"""Whose a deal was at as-of: the values until the first edit after it."""

PIPELINE_THEN = (
    "(SELECT w.pipeline_id FROM stage_visit w WHERE w.deal_id = d.id AND w.entered_at <= :as_of"
    " ORDER BY w.seq DESC LIMIT 1)"
)
"""The pipeline a deal was in at as-of."""

_SUMS = "sum(a.done), sum(a.planned), sum(a.with_outcome), sum(a.conversations), sum(a.outbound)"


def active_reps(reader: Reader) -> list[tuple[int, str, int | None]]:
    """(number, name, team) of the reps that are in use, by name."""
    return [
        (number, name, team)
        for number, name, team in reader.rows(
            "SELECT id, name, team_id FROM rep WHERE active = 1 ORDER BY name"
        )
    ]


def qualified_positions(reader: Reader) -> dict[int, int]:
    """By pipeline, the position from which on a deal is qualified; pipelines without one are left out."""
    rows = reader.rows("SELECT id, qualified_position FROM pipeline WHERE qualified_position IS NOT NULL")
    return dict(rows)


def day_span(reader: Reader) -> tuple[int, int] | None:
    """The first and the last day that has interactions, planned ones too; None without any."""
    first, last = reader.rows(
        "SELECT (SELECT min(day) FROM activity_day), (SELECT max(day) FROM activity_day)"
    )[0]
    return None if first is None else (int(first), int(last))


def activity_cells(reader: Reader, scope: ActivityScope) -> list[tuple[int, ...]]:
    """The interactions of the scope, as plain rows with the fields of an :class:`ActivityCell`.

    Several may be about the same rep, kind and bucket. A chart adds thousands of them up without names.
    """
    if scope.only_pipelines or scope.present_owner or scope.where is not None:
        return [*_from_interactions(reader, scope, scope.spans)]
    gone = [_cut(span, after=scope.today) for span in scope.spans if span.first < scope.today]
    cells = _from_days(reader, scope, gone, _SUMS)
    if not scope.is_past:
        coming = [_cut(span, first=scope.today) for span in scope.spans if span.after > scope.today]
        cells += _from_days(reader, scope, coming, "0, sum(a.planned), 0, 0, 0", " AND a.planned > 0")
    for span in scope.spans:
        if span.first <= scope.today < span.after:
            found = _from_interactions(reader, scope, [_only_today(span, scope)])
            # What is planned for today was counted with the days to come.
            cells += found if scope.is_past else [cell._replace(planned=0) for cell in found]
    return cells


def _cut(span: Span, *, first: int | None = None, after: int | None = None) -> Span:
    """A part of a span, by days; its instants are not used."""
    return Span(
        span.group,
        span.first if first is None else max(span.first, first),
        span.after if after is None else min(span.after, after),
        span.start,
        span.end,
    )


def _only_today(span: Span, scope: ActivityScope) -> Span:
    end = min(span.end, scope.as_of + 1)
    return Span(span.group, scope.today, scope.today + 1, max(span.start, scope.midnight), end)


def _from_days(
    reader: Reader, scope: ActivityScope, spans: Sequence[Span], sums: str, where: str = ""
) -> list[tuple[int, ...]]:
    if not spans:
        return []
    lead, group, first, after = _buckets((span.group, span.first, span.after) for span in spans)
    own = owners_in(scope, "a.owner_id")
    rows = reader.rows(
        f"{lead[0]}SELECT {group}, a.owner_id, a.kind_id, {sums} FROM {lead[1]}activity_day a"
        f" WHERE a.day >= {first} AND a.day < {after}{own}{where}"
        f" GROUP BY {_also(group)}a.owner_id, a.kind_id",
        {"first": spans[0].first, "after": spans[0].after},
    )
    if rows and not isinstance(rows[0][4], int):
        # PostgreSQL gives the sum of whole numbers as a decimal.
        rows = [tuple(map(int, row)) for row in rows]
    return rows


def _buckets(bounds: Iterable[tuple[int, int, int]]) -> tuple[tuple[str, str], str, str, str]:
    """How a query goes through buckets: WITH and what stands before the table, the group, first and after.

    One bucket needs no table: its bounds are parameters, so that the statement is the same for every period.
    """
    found = list(bounds)
    if len(found) == 1:
        return ("", ""), str(int(found[0][0])), ":first", ":after"
    values = ", ".join(f"({group:d}, {first:d}, {after:d})" for group, first, after in found)
    return (f"WITH m(k, a, b) AS (VALUES {values}) ", "m CROSS JOIN "), "m.k", "m.a", "m.b"


def _also(group: str) -> str:
    """The group as the first of what rows are grouped by; a number would be taken for a column's place."""
    return f"{group}, " if "." in group else ""


def owners_in(scope: ActivityScope, column: str) -> str:
    """``AND column IN (…)`` for the reps of the scope, or nothing."""
    if scope.owners is None:
        return ""
    return f" AND {column} IN ({', '.join(str(int(owner)) for owner in sorted(scope.owners)) or 'NULL'})"


def deals_in(scope: ActivityScope, column: str) -> str:
    """``AND column IN (…)`` for the deals that the filter of the scope holds for, or nothing."""
    if scope.where is None:
        return ""
    settled = "" if scope.past is None else "d.changed_at <= :as_of AND "
    inside = f"{column} IN (SELECT d.id FROM deal d WHERE {settled}{scope.where.sql})"
    past = [deal.id for deal in scope.past or ()]
    return f" AND ({inside} OR {numbers_in(column, past)})" if past else f" AND {inside}"


def seen_from(scope: ActivityScope) -> dict[str, Any]:
    """The parameters that say from when, and on which deals, interactions are looked at."""
    values = {} if scope.where is None else scope.where.values
    return {"as_of": scope.as_of, **values}


def numbers_in(column: str, numbers: Iterable[int]) -> str:
    """``column IN (…)`` for numbers of ours."""
    return f"{column} IN ({', '.join(str(int(number)) for number in numbers) or 'NULL'})"


def source_of(reader: Reader, scope: ActivityScope) -> tuple[str, str, str]:
    """Where interactions are read from: what stands in FROM, the conditions, and whose each is.

    Interactions are ``i``. The conditions begin with AND and leave the time to the caller.
    """
    if not scope.only_pipelines and not scope.present_owner:
        table = f"rep r CROSS JOIN interaction i {reader.using('ix_interaction_owner')}"
        own = owners_in(scope, "r.id") + deals_in(scope, "i.deal_id")
        return table, f" AND i.owner_id = r.id{own}", "i.owner_id"
    join = "CROSS JOIN" if scope.only_pipelines else "LEFT JOIN"
    table = f"interaction i {reader.using('ix_interaction_at')} {join} deal d"
    where = ""
    if scope.only_pipelines:
        pipeline = "d.pipeline_id" if scope.past is None else PIPELINE_THEN
        where = f" AND d.id = i.deal_id AND {numbers_in(pipeline, scope.pipelines)}"
    else:
        # A deal that did not exist at as-of belonged to nobody.
        table += " ON d.id = i.deal_id" + ("" if scope.past is None else " AND d.created_at <= :as_of")
    owner = "i.owner_id"
    if scope.present_owner:
        owner = f"coalesce({'d.owner_id' if scope.past is None else OWNER_THEN}, i.owner_id)"
    return table, where + owners_in(scope, owner) + deals_in(scope, "i.deal_id"), owner


def _from_interactions(reader: Reader, scope: ActivityScope, spans: Sequence[Span]) -> list[ActivityCell]:
    lead, group, first, after = _buckets((span.group, span.start, span.end) for span in spans)
    table, where, owner = source_of(reader, scope)
    # What is planned lies ahead of now; of an earlier as-of nobody can know what is planned for after it.
    seen = "i.at <= :as_of" if scope.is_past else "(i.at <= :as_of OR i.planned = 1)"
    rows = reader.rows(
        f"{lead[0]}SELECT {group}, {owner}, i.kind_id, i.outcome, i.planned, i.direction, count(*)"
        f" FROM {lead[1]}{table} WHERE i.at >= {first} AND i.at < {after} AND {seen}{where}"
        f" GROUP BY {_also(group)}{owner}, i.kind_id, i.outcome, i.planned, i.direction",
        {"first": spans[0].start, "after": spans[0].end, **seen_from(scope)},
    )
    return _gathered(rows)


def _gathered(rows: Iterable[tuple[Any, ...]]) -> list[ActivityCell]:
    found: dict[tuple[int, int, int], list[int]] = {}
    for group, owner, kind, outcome, planned, direction, count in rows:
        sums = found.setdefault((group, owner, kind), [0] * 5)
        if planned:
            sums[1] += count
            continue
        sums[0] += count
        sums[2] += count if outcome else 0
        sums[3] += count if is_conversation(outcome) else 0
        sums[4] += count if direction == Direction.OUT else 0
    return [ActivityCell(*key, *sums) for key, sums in found.items()]
