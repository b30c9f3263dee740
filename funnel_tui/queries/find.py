"""What the find index is made of, and how a found thing is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from funnel_tui.db.reader import Reader
from funnel_tui.domain.finding import FindKind

# number, name, second name, 1 when closed, organisation, owner
_COLUMNS = {
    FindKind.DEAL: (
        "SELECT id, title, external_id, CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END,"
        " coalesce(organisation_id, 0), owner_id FROM deal"
    ),
    FindKind.ORGANISATION: "SELECT id, name, external_id, 0, 0, 0 FROM organisation",
    FindKind.PERSON: "SELECT id, name, email, 0, coalesce(organisation_id, 0), 0 FROM person",
}

_TOLD = {
    FindKind.DEAL: """
        SELECT d.id, d.title, o.name, CASE WHEN d.status = 'open' THEN s.name END,
            CASE WHEN d.status <> 'open' THEN d.status END
        FROM deal d JOIN stage s ON s.id = d.stage_id LEFT JOIN organisation o ON o.id = d.organisation_id
        WHERE d.id IN ({numbers})
    """,
    FindKind.ORGANISATION: "SELECT id, name, NULL, NULL, status FROM organisation WHERE id IN ({numbers})",
    FindKind.PERSON: """
        SELECT p.id, p.name, o.name, p.email, NULL
        FROM person p LEFT JOIN organisation o ON o.id = p.organisation_id WHERE p.id IN ({numbers})
    """,
}

_CHANGES = """
SELECT id, entity, row_id, row_last FROM change
WHERE id > :after AND entity IN ('deal', 'organisation', 'person', 'rep')
ORDER BY id LIMIT :limit
"""

Source = tuple[int, str, str | None, int, int, int]
"""Number, name, second name (id, email), 1 when closed, organisation or 0, owner or 0."""


def find_sources(reader: Reader, kind: FindKind, after: int, limit: int) -> list[Source]:
    """What is indexed of the rows after a number, by number."""
    sql = f"{_COLUMNS[kind]} WHERE id > :after ORDER BY id LIMIT :limit"
    return [_source(row) for row in reader.rows(sql, {"after": after, "limit": limit})]


def find_sources_of(reader: Reader, kind: FindKind, ids: Iterable[int]) -> list[Source]:
    """What is indexed of some rows; those that are gone are left out."""
    numbers = ", ".join(str(int(number)) for number in ids)
    return [_source(row) for row in reader.rows(f"{_COLUMNS[kind]} WHERE id IN ({numbers})")]


def _source(row: Sequence[Any]) -> Source:
    return (row[0], row[1], row[2], row[3], row[4], row[5])


class Told(NamedTuple):
    """What is said of a row that was found.

    :param about: organisation, stage, e-mail: user text.
    :param status: the stored word for what became of a deal, or for what an organisation is; else empty.
    """

    title: str
    about: str
    status: str


def find_told(reader: Reader, kind: FindKind, ids: Sequence[int]) -> dict[int, Told]:
    """What is said of some rows; those that are gone are left out."""
    if not ids:
        return {}
    numbers = ", ".join(str(int(number)) for number in ids)
    rows = reader.rows(_TOLD[kind].format(numbers=numbers))
    return {row[0]: Told(str(row[1]), " · ".join(filter(None, row[2:4])), row[4] or "") for row in rows}


def last_change(reader: Reader) -> int:
    """The number of the last entry of the audit log."""
    return int(reader.rows("SELECT coalesce(max(id), 0) FROM change")[0][0])


def changes_since(reader: Reader, after: int, limit: int) -> list[tuple[int, str, int, int]]:
    """Entries of the audit log that concern what is indexed: number, table, first and last row."""
    rows = reader.rows(_CHANGES, {"after": after, "limit": limit})
    return [(row[0], str(row[1]), row[2], row[3]) for row in rows]
