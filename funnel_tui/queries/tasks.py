"""Tasks: whose are open and when they are due, what a list shows of them, and the templates of stages."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from funnel_tui.db.reader import Reader
from funnel_tui.domain.tasks import CANCELLED, TaskFact
from funnel_tui.queries.batches import batches

# Those of a day with a time come first, so that what is overdue today stands together with what was before.
_BY_DUE = "t.due_day IS NULL, t.due_day, t.due_at IS NULL, t.due_at, t.id"

_FACT = """
SELECT t.id, t.version, t.kind, t.title, r.name, t.owner_id, t.deal_id, d.title, o.name,
       t.created_at, t.due_day, t.due_at, t.done_at, t.outcome
FROM task t JOIN rep r ON r.id = t.owner_id
     LEFT JOIN deal d ON d.id = t.deal_id LEFT JOIN organisation o ON o.id = d.organisation_id
"""

_OVERDUE = "(t.due_at < :now OR (t.due_at IS NULL AND t.due_day < :today))"

Due = tuple[int, int | None, int | None]
"""The number of a task, its due day and its due instant."""


def open_tasks(reader: Reader, owners: Collection[int] | None) -> list[Due]:
    """The open tasks of some reps, or of all, those due first coming first and undated ones last."""
    rows = reader.rows(
        "SELECT t.id, t.due_day, t.due_at FROM task t"
        f" WHERE t.done_at IS NULL{_of('t', owners)} ORDER BY {_BY_DUE}"
    )
    return [(number, day, at) for number, day, at in rows]


def _of(table: str, owners: Collection[int] | None) -> str:
    """The condition that rows are those of some reps; nothing for those of all."""
    if owners is None:
        return ""
    numbers = ", ".join(str(int(owner)) for owner in owners) or "NULL"
    return f" AND {table}.owner_id IN ({numbers})"


def has_work(reader: Reader, owners: Collection[int]) -> bool:
    """Whether some reps have an open task or an open deal."""
    looks = (
        f"SELECT 1 FROM task t WHERE t.done_at IS NULL{_of('t', owners)} LIMIT 1",
        f"SELECT 1 FROM deal d WHERE d.closed_at IS NULL{_of('d', owners)} LIMIT 1",
    )
    return any(reader.rows(look) for look in looks)


def has_deals(reader: Reader) -> bool:
    """Whether there is any deal at all."""
    return bool(reader.rows("SELECT 1 FROM deal LIMIT 1"))


def team_of(reader: Reader, rep_id: int) -> tuple[int, str] | None:
    """Number and name of the team a rep is in; None for none."""
    rows = reader.rows(
        "SELECT t.id, t.name FROM rep r JOIN team t ON t.id = r.team_id WHERE r.id = :rep", {"rep": rep_id}
    )
    return (int(rows[0][0]), str(rows[0][1])) if rows else None


def task_facts(reader: Reader, ids: Sequence[int]) -> list[TaskFact]:
    """Some tasks in the order asked for; those that are gone are left out."""
    found: dict[int, TaskFact] = {}
    for numbers in batches(ids):
        found.update((row[0], TaskFact(*row)) for row in reader.rows(f"{_FACT} WHERE t.id IN ({numbers})"))
    return [found[number] for number in ids if number in found]


def tasks_of_deal(reader: Reader, deal_id: int, *, only_open: bool = False) -> list[TaskFact]:
    """The tasks of a deal, those due first coming first; cancelled ones are left out."""
    which = "t.done_at IS NULL" if only_open else "(t.outcome IS NULL OR t.outcome <> :cancelled)"
    rows = reader.rows(
        f"{_FACT} WHERE t.deal_id = :deal AND {which} ORDER BY {_BY_DUE}",
        {"deal": deal_id, "cancelled": CANCELLED},
    )
    return [TaskFact(*row) for row in rows]


def overdue_on_open_deals(
    reader: Reader, owners: Collection[int] | None, now: int, today: int
) -> list[tuple[int, int]]:
    """The overdue tasks of some reps, or of all, on open deals: deal and task, the most overdue first."""
    rows = reader.rows(
        "SELECT t.deal_id, t.id FROM task t JOIN deal d ON d.id = t.deal_id AND d.closed_at IS NULL "
        f"WHERE t.done_at IS NULL AND {_OVERDUE}{_of('t', owners)} ORDER BY {_BY_DUE}",
        {"now": now, "today": today},
    )
    return [(deal, task) for deal, task in rows]


def active_reps(reader: Reader) -> list[tuple[int, str]]:
    """Number and name of the reps who are active."""
    rows = reader.rows("SELECT id, name FROM rep WHERE active = 1 ORDER BY name, id")
    return [(int(number), str(name)) for number, name in rows]
