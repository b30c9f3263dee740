"""Rows of an export, a page at a time in the order of their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from funnel_tui.db.reader import Reader

PAGE = 2000
"""Rows held in memory at a time."""

_INTERACTIONS = """
SELECT i.id, i.external_id, d.id, d.external_id, d.created_at, o.name, p.name, p.email, r.name,
       k.name, i.direction, i.outcome, i.at, i.planned, i.duration_seconds, i.note
FROM interaction i JOIN rep r ON r.id = i.owner_id JOIN interaction_kind k ON k.id = i.kind_id
     LEFT JOIN deal d ON d.id = i.deal_id LEFT JOIN organisation o ON o.id = i.organisation_id
     LEFT JOIN person p ON p.id = i.person_id
"""
Row = tuple[Any, ...]


def interaction_rows(
    reader: Reader,
    *,
    owner_id: int | None = None,
    kind_id: int | None = None,
    bounds: tuple[int, int] | None = None,
) -> Iterator[Row]:
    """Interactions with the names of what they are about.

    :param bounds: first instant and the one after the last, in epoch seconds.
    """
    terms, values = ["i.id > :after"], dict[str, int]()
    if owner_id is not None:
        terms, values["owner"] = [*terms, "i.owner_id = :owner"], owner_id
    if kind_id is not None:
        terms, values["kind"] = [*terms, "i.kind_id = :kind"], kind_id
    if bounds is not None:
        terms = [*terms, "i.at >= :first", "i.at < :end"]
        values["first"], values["end"] = bounds
    sql = f"{_INTERACTIONS} WHERE {' AND '.join(terms)} ORDER BY i.id LIMIT {PAGE}"
    after = 0
    while page := reader.rows(sql, {**values, "after": after}):
        yield from page
        after = page[-1][0]


def task_numbers(reader: Reader, *, owner_id: int | None, done: bool) -> Sequence[int]:
    """The tasks of a rep, or of all, those due first coming first; only open ones unless ``done``."""
    terms, values = ["1 = 1"], dict[str, int]()
    if owner_id is not None:
        terms, values["owner"] = [*terms, "owner_id = :owner"], owner_id
    if not done:
        terms.append("done_at IS NULL")
    sql = f"SELECT id FROM task WHERE {' AND '.join(terms)} ORDER BY due_day IS NULL, due_day, due_at, id"
    return [int(row[0]) for row in reader.rows(sql, values)]
