"""What the tests of the import share: writing files, importing them, and looking at the outcome."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from funnel_tui.exchange.records import ReadOptions
from funnel_tui.services.importing import ImportOptions, ImportRefused, Outcome, run_import
from funnel_tui.services.workspace import Workspace
from tests.support import worked

STAGES = ("Lead", "Offer", "Contract")

DEALS_HEADER = ("id", "title", "owner", "stage", "status", "amount", "currency", "created", "closed")


class Folder:
    """Files of a test and a workspace to import them into."""

    def __init__(self, path: Path, workspace: Workspace) -> None:
        self.path = path
        self.workspace = workspace

    def write(self, name: str, rows: Sequence[Sequence[object]]) -> str:
        """Write a CSV file; its first row is the header."""
        target = self.path / name
        with target.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return str(target)

    def load(
        self,
        kind: Any,
        *files: str,
        read: Mapping[str, Any] | None = None,
        now: int | None = None,
        **options: Any,
    ) -> Outcome:
        """Import files, at an instant."""
        given = ImportOptions(kind=kind, files=files, read=replace(ReadOptions(), **(read or {})), **options)
        workspace = self.workspace
        if now is not None:
            workspace = Workspace(workspace.database, clock=lambda: now, actor="tester")
        return run_import(workspace, given)

    def deals(self, *rows: Sequence[object], stages: Sequence[str] = STAGES, **options: Any) -> Outcome:
        """Import deals given as rows of :data:`DEALS_HEADER`."""
        path = self.write("deals.csv", [DEALS_HEADER, *rows])
        return self.load("deals", path, read={"stages": tuple(stages)}, **options)

    def history(
        self, *rows: Sequence[object], stages: Sequence[str] = STAGES, read: Any = None, **options: Any
    ) -> Outcome:
        """Import events given as rows of deal, stage, at and, if there is a fourth, by."""
        header = ("deal", "stage", "at", "by")[: max((len(row) for row in rows), default=3)]
        path = self.write("history.csv", [header, *rows])
        return self.load("history", path, read={"stages": tuple(stages), **(read or {})}, **options)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self.workspace.read() as reader:
            return reader.rows(sql)

    def one(self, sql: str) -> Any:
        """The one value that a query finds."""
        return self.rows(sql)[0][0]

    def visits(self, deal: str) -> list[tuple[Any, ...]]:
        """The visits of a deal: stage, entered, left, exit, assumed."""
        return [
            row[1:]
            for row in self.rows(
                "SELECT d.external_id, s.name, v.entered_at, v.left_at, v.exit, v.assumed FROM stage_visit v "
                "JOIN deal d ON d.id = v.deal_id JOIN stage s ON s.id = v.stage_id ORDER BY d.id, v.seq"
            )
            if row[0] == deal
        ]

    def counts(self) -> dict[str, int]:
        """How many rows each table has, without the audit log."""
        return {name: self.one(f"SELECT count(*) FROM {name}") for name in TABLES}


TABLES = (
    *(
        "team",
        "rep",
        "organisation",
        "person",
        "source",
        "tag",
        "loss_reason",
        "product",
        "pipeline",
        "stage",
    ),
    *("deal", "deal_past", "stage_visit", "deal_stage", "deal_person", "deal_tag", "demand_line", "setting"),
    "exchange_rate",
)

_DEAL = """
SELECT d.external_id, d.title, o.name, p.name, r.name, d.amount_minor, d.currency, d.expected_close,
       d.probability_bp, c.name, d.created_at, w.name, s.name, d.status, d.entered_at, d.furthest,
       d.visited_mask, d.straight, d.closed_at, d.closed_base, l.name, d.changed_at, x.name
FROM deal d JOIN pipeline p ON p.id = d.pipeline_id JOIN rep r ON r.id = d.owner_id
JOIN rep w ON w.id = d.created_owner_id JOIN stage s ON s.id = d.stage_id
LEFT JOIN organisation o ON o.id = d.organisation_id LEFT JOIN source c ON c.id = d.source_id
LEFT JOIN loss_reason l ON l.id = d.loss_reason_id LEFT JOIN rep x ON x.id = d.closed_owner_id
ORDER BY d.external_id
"""
_VISIT = """
SELECT d.external_id, v.seq, p.name, s.name, v.entered_at, v.left_at, v.exit, v.moved_by, r.name, x.name,
       v.amount_minor, v.currency, l.name, v.assumed
FROM stage_visit v JOIN deal d ON d.id = v.deal_id JOIN pipeline p ON p.id = v.pipeline_id
JOIN stage s ON s.id = v.stage_id JOIN rep r ON r.id = v.owner_id LEFT JOIN rep x ON x.id = v.exit_owner_id
LEFT JOIN loss_reason l ON l.id = v.loss_reason_id ORDER BY d.external_id, v.seq
"""
_REACHED = """
SELECT d.external_id, s.name, e.reached_at, r.name, e.visits, e.seconds, e.left_at, x.name
FROM deal_stage e JOIN deal d ON d.id = e.deal_id JOIN stage s ON s.id = e.stage_id
JOIN rep r ON r.id = e.reached_owner_id LEFT JOIN rep x ON x.id = e.left_owner_id
ORDER BY d.external_id, s.position
"""
_PAST = """
SELECT d.external_id, h.until_at, r.name, h.amount_minor, h.currency, h.expected_close, h.probability_bp
FROM deal_past h JOIN deal d ON d.id = h.deal_id JOIN rep r ON r.id = h.owner_id
ORDER BY d.external_id, h.until_at, h.id
"""


def told(folder: Folder) -> dict[str, list[tuple[Any, ...]]]:
    """Everything about deals by name, whatever the numbers of the rows."""
    queries = {"deals": _DEAL, "visits": _VISIT, "reached": _REACHED, "past": _PAST}
    return {what: folder.rows(sql) for what, sql in queries.items()}


def reasons(refused: ImportRefused) -> list[tuple[int, str, str]]:
    """Line, column and reason of the refusals listed."""
    return [(each.refusal.line, each.refusal.column, each.refusal.reason) for each in refused.listed]


def at(text: str) -> int:
    """Midnight UTC of a day of 2026 such as ``01-11``, in epoch seconds."""
    return worked.instant(text)


def worked_deals() -> list[tuple[object, ...]]:
    """The worked example as rows of a deals file: amount, stage, status, creation, closing, loss reason."""
    rows: list[tuple[object, ...]] = []
    for name, example in worked.DEALS.items():
        last_stage, _, left = example.stays[-1]
        end = example.exit_of(len(example.stays) - 1)
        rows.append(
            (
                *(name, name, "Anna", last_stage, "open" if end is None else end.value),
                *("" if example.amount is None else example.amount, "EUR", f"2026-{example.stays[0][1]}"),
                *("" if left is None else f"2026-{left}", example.reason or ""),
            )
        )
    return rows


def worked_events() -> list[tuple[str, str, str]]:
    """The worked example as rows of a history file, in the order of time."""
    rows: list[tuple[str, str, str]] = []
    for name, example in worked.DEALS.items():
        for number, (stage, entered, left) in enumerate(example.stays):
            rows.append((name, stage, f"2026-{entered}T00:00:00Z"))
            if left is not None and number in example.ends:
                rows.append((name, example.ends[number].title(), f"2026-{left}T00:00:00Z"))
    return sorted(rows, key=lambda row: row[2])
