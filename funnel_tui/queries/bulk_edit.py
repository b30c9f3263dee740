"""What decides whether a change of many deals is allowed, read for all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from funnel_tui.db.reader import Reader

BATCH = 500
"""Deals that are asked for at a time."""

COLUMNS = (
    *("id", "title", "version", "pipeline_id", "stage_id", "status", "owner_id", "organisation_id"),
    *("amount_minor", "expected_close", "probability_bp", "source_id", "entered_at", "closed_at"),
    "changed_at",
)

_OPEN_STAGE_TASKS = """
SELECT t.deal_id, t.kind, t.title FROM task t JOIN stage_task_template p ON p.id = t.template_id
WHERE t.done_at IS NULL AND t.deal_id IN ({numbers}) ORDER BY t.due_day, t.id
"""

_STAGES = """
SELECT p.id, p.name, p.staging, p.in_use, p.record_demand,
       s.id, s.name, s.position, s.retired, s.required_fields
FROM pipeline p LEFT JOIN stage s ON s.pipeline_id = p.id ORDER BY p.id, s.position
"""


def batches(ids: Sequence[int]) -> Iterator[str]:
    """Numbers for ``IN (...)``, some at a time."""
    for start in range(0, len(ids), BATCH):
        yield ", ".join(str(int(number)) for number in ids[start : start + BATCH])


def deals_to_judge(reader: Reader, ids: Sequence[int], *, locked: bool = False) -> Iterator[dict[str, Any]]:
    """The columns of deals that rules look at; deals that are gone are left out.

    :param ids: in ascending order, so that two callers who lock the same deals never wait for each other.
    :param locked: keep the rows locked until the end of the transaction (PostgreSQL; a writer of SQLite is
        alone anyway).
    """
    tail = " FOR UPDATE" if locked else ""
    for numbers in batches(ids):
        sql = f"SELECT {', '.join(COLUMNS)} FROM deal WHERE id IN ({numbers}) ORDER BY id{tail}"
        for row in reader.rows(sql):
            yield dict(zip(COLUMNS, row, strict=True))


def pipeline_rows(reader: Reader) -> list[tuple[Any, ...]]:
    """Pipelines with their stages, in order; a pipeline without stages has one row of NULLs behind it."""
    return reader.rows(_STAGES)


def open_stage_tasks(reader: Reader, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Kind and title of the tasks of their stages that deals wait for, those due first coming first."""
    found: dict[int, list[dict[str, Any]]] = {}
    for numbers in batches(ids):
        for deal, kind, title in reader.rows(_OPEN_STAGE_TASKS.format(numbers=numbers)):
            found.setdefault(deal, []).append({"kind": kind, "title": title})
    return found


def deals_with_demand(reader: Reader, ids: Sequence[int]) -> set[int]:
    """Those of some deals that have demand lines."""
    found: set[int] = set()
    for numbers in batches(ids):
        sql = f"SELECT DISTINCT deal_id FROM demand_line WHERE deal_id IN ({numbers})"
        found.update(int(row[0]) for row in reader.rows(sql))
    return found


def tag_number(reader: Reader, name: str) -> int | None:
    """The number of a tag, whatever its case; None when there is none."""
    folded = name.casefold()
    rows = reader.rows("SELECT id, name FROM tag")
    return next((row[0] for row in rows if row[1].casefold() == folded), None)


def tagged_deals(reader: Reader, tag_id: int, ids: Sequence[int]) -> dict[int, int]:
    """Which of some deals have a tag: the number of the ``deal_tag`` row by that of the deal."""
    found: dict[int, int] = {}
    for numbers in batches(ids):
        sql = f"SELECT deal_id, id FROM deal_tag WHERE tag_id = :tag AND deal_id IN ({numbers})"
        found.update((deal, number) for deal, number in reader.rows(sql, {"tag": tag_id}))
    return found


def source_number(reader: Reader, name: str) -> int | None:
    """The number of a source, whatever its case; None when there is none."""
    folded = name.casefold()
    rows = reader.rows("SELECT id, name FROM source")
    return next((row[0] for row in rows if row[1].casefold() == folded), None)


def rep_name(reader: Reader, rep_id: int) -> str | None:
    """The name of a rep; None when there is none with that number."""
    rows = reader.rows("SELECT name FROM rep WHERE id = :id", {"id": rep_id})
    return str(rows[0][0]) if rows else None
