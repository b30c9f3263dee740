"""Deals by what people call them; stages, reps and teams as a set-up list shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from funnel_tui.db.reader import Reader

_BY_TEXT = """
SELECT id FROM deal WHERE external_id = :text
UNION SELECT id FROM deal WHERE lower(external_id) = lower(:text)
ORDER BY id LIMIT :limit
"""

_TOLD = """
SELECT d.id, d.title, o.name, CASE WHEN d.status = 'open' THEN s.name ELSE d.status END
FROM deal d JOIN stage s ON s.id = d.stage_id LEFT JOIN organisation o ON o.id = d.organisation_id
WHERE d.id IN ({numbers}) ORDER BY d.id
"""

_STAGES = """
SELECT p.id, p.name, p.staging, p.in_use, s.id, s.name, s.position, s.probability_bp, s.stuck_days,
       s.category, s.required_fields, s.retired,
       (SELECT count(*) FROM deal d WHERE d.pipeline_id = p.id AND d.stage_id = s.id AND d.closed_at IS NULL)
FROM pipeline p LEFT JOIN stage s ON s.pipeline_id = p.id
ORDER BY p.position, p.id, s.position
"""

_REPS = """
SELECT r.id, r.name, t.name, r.email, r.active, r.version,
       (SELECT count(*) FROM deal d WHERE d.owner_id = r.id AND d.status = 'open')
FROM rep r LEFT JOIN team t ON t.id = r.team_id ORDER BY r.name, r.id
"""


def deal_with_number(reader: Reader, number: int) -> int | None:
    """The number itself when there is such a deal."""
    rows = reader.rows("SELECT id FROM deal WHERE id = :id", {"id": number})
    return int(rows[0][0]) if rows else None


def deals_with_id(reader: Reader, text: str, limit: int) -> list[int]:
    """The deals with an id in another program, whatever its case."""
    return [int(row[0]) for row in reader.rows(_BY_TEXT, {"text": text, "limit": limit})]


def deals_with_title(reader: Reader, text: str, limit: int) -> list[int]:
    """The deals with this very title, whatever its case."""
    sql = "SELECT id FROM deal WHERE lower(title) = lower(:text) ORDER BY id LIMIT :limit"
    return [int(row[0]) for row in reader.rows(sql, {"text": text, "limit": limit})]


def deals_told(reader: Reader, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Title of some deals, and what tells them apart: organisation and stage or status."""
    if not ids:
        return {}
    rows = reader.rows(_TOLD.format(numbers=", ".join(str(int(number)) for number in ids)))
    return {row[0]: (str(row[1]), ", ".join(str(part) for part in row[2:] if part)) for row in rows}


def open_among(reader: Reader, ids: Sequence[int]) -> set[int]:
    """Which of some deals are open."""
    numbers = ", ".join(str(int(number)) for number in ids) or "NULL"
    return {
        row[0] for row in reader.rows(f"SELECT id FROM deal WHERE id IN ({numbers}) AND closed_at IS NULL")
    }


def pipelines_of(reader: Reader, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Number and name of the pipelines that some deals are in."""
    numbers = ", ".join(str(int(number)) for number in ids) or "NULL"
    rows = reader.rows(
        "SELECT id, name FROM pipeline WHERE id IN"
        f" (SELECT pipeline_id FROM deal WHERE id IN ({numbers})) ORDER BY position, id"
    )
    return [(int(number), str(name)) for number, name in rows]


def pipelines_in_use(reader: Reader) -> list[tuple[int, str]]:
    """Number and name of the pipelines that are in use, in order."""
    rows = reader.rows("SELECT id, name FROM pipeline WHERE in_use = 1 ORDER BY position, id")
    return [(int(number), str(name)) for number, name in rows]


def stage_lines(reader: Reader) -> list[tuple[Any, ...]]:
    """Pipelines with their stages: number, name, staging, in use; number, name, position, probability, stuck
    days, category, required fields, retired, open deals. A pipeline without stages has one row of NULLs."""
    return reader.rows(_STAGES)


def stages_of(reader: Reader, pipeline_id: int) -> list[tuple[int, str, bool]]:
    """Number and name of the stages of a pipeline in order, and whether they are retired."""
    sql = "SELECT id, name, retired FROM stage WHERE pipeline_id = :pipeline ORDER BY position"
    rows = reader.rows(sql, {"pipeline": pipeline_id})
    return [(int(number), str(name), bool(retired)) for number, name, retired in rows]


def rep_lines(reader: Reader) -> list[tuple[Any, ...]]:
    """Number, name, team, email, active, version and open deals of all reps, by name."""
    return reader.rows(_REPS)


def organisations_named(reader: Reader, name: str, limit: int) -> list[int]:
    """The organisations with this very name, whatever its case."""
    sql = "SELECT id FROM organisation WHERE lower(name) = lower(:name) ORDER BY id LIMIT :limit"
    return [int(row[0]) for row in reader.rows(sql, {"name": name, "limit": limit})]


def people_named(reader: Reader, text: str, limit: int) -> list[int]:
    """The people with this very name or email, whatever its case."""
    sql = (
        "SELECT id FROM person WHERE lower(name) = lower(:text) OR lower(email) = lower(:text) "
        "ORDER BY id LIMIT :limit"
    )
    return [int(row[0]) for row in reader.rows(sql, {"text": text, "limit": limit})]


def people_around(
    reader: Reader, deal_id: int | None, organisation_id: int | None
) -> list[tuple[int, str, str | None]]:
    """Number, name and email of those who have a part in a deal or work at its organisation."""
    if deal_id is None and organisation_id is None:
        return []
    return [
        (int(number), str(name), email)
        for number, name, email in reader.rows(
            "SELECT id, name, email FROM person WHERE organisation_id = :organisation"
            " OR organisation_id = (SELECT organisation_id FROM deal WHERE id = :deal)"
            " OR id IN (SELECT person_id FROM deal_person WHERE deal_id = :deal) ORDER BY id",
            {"deal": deal_id, "organisation": organisation_id},
        )
    ]
