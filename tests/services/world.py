"""A small team with a pipeline, and ways to look at what services did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import SQLModel

from funnel_tui.db import Database, Target
from funnel_tui.services.deals import create_deal
from funnel_tui.services.doctor import Finding, check
from funnel_tui.services.people import create_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace

DAY = 86_400
START = 1_767_225_600
"""2026-01-01T00:00:00Z"""

AUDIT = {"change", "change_group"}


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    now: int = START

    def __call__(self) -> int:
        return self.now

    def forward(self, days: float) -> int:
        """Let time pass; gives the new instant."""
        self.now += int(days * DAY)
        return self.now


@dataclass
class World:
    """An open database with a clock, two reps and a pipeline of four stages."""

    workspace: Workspace
    clock: Clock
    reps: list[int] = field(default_factory=list)
    pipeline: int = 0
    stages: list[int] = field(default_factory=list)

    @classmethod
    def make(cls, url: str, clock: Clock | None = None) -> World:
        """Open a database and put the team into it."""
        clock = clock or Clock()
        world = cls(Workspace(Database(Target.parse(url)), clock=clock, actor="ana"), clock)
        world.reps = [create_rep(world.workspace, name=name) for name in ("Ana", "Bjørn & Søn")]
        world.pipeline = create_pipeline(
            world.workspace, name="Sales", stages=["Lead", "Qualified", "Proposal", "Negotiation"]
        )
        world.stages = [row[0] for row in world.rows("SELECT id FROM stage ORDER BY position")]
        return world

    def as_user(self, actor: str) -> Workspace:
        """The same database, used by somebody else."""
        return Workspace(self.workspace.database, clock=self.clock, actor=actor)

    def deal(self, title: str = "Acme [/EU]", **fields: Any) -> int:
        """A new deal of the first rep."""
        return create_deal(
            self.workspace,
            **{"title": title, "pipeline_id": self.pipeline, "owner_id": self.reps[0], **fields},
        )

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """What a SELECT gives."""
        with self.workspace.read() as reader:
            return reader.rows(sql, parameters)

    def row(self, table: str, row_id: int) -> dict[str, Any]:
        """One row of a table by column."""
        names = [column.name for column in SQLModel.metadata.tables[table].columns]
        found = self.rows(f"SELECT {', '.join(names)} FROM {table} WHERE id = :id", id=row_id)
        return dict(zip(names, found[0], strict=True))

    def deal_row(self, deal_id: int) -> dict[str, Any]:
        """The row of a deal by column."""
        return self.row("deal", deal_id)

    def visits(self, deal_id: int) -> list[tuple[Any, ...]]:
        """(stage, entered, left, exit) of a deal's visits in order."""
        return self.rows(
            "SELECT stage_id, entered_at, left_at, exit FROM stage_visit WHERE deal_id = :deal ORDER BY seq",
            deal=deal_id,
        )

    def reached(self, deal_id: int) -> list[int]:
        """The stages a deal has reached, by position."""
        rows = self.rows(
            "SELECT stage_id FROM deal_stage JOIN stage ON stage.id = stage_id WHERE deal_id = :deal "
            "ORDER BY position",
            deal=deal_id,
        )
        return [row[0] for row in rows]

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything stored, without the audit log and the versions, which never go back."""
        found = {}
        for name, table in SQLModel.metadata.tables.items():
            if name in AUDIT:
                continue
            columns = ", ".join(column.name for column in table.columns if column.name != "version")
            order = ", ".join(column.name for column in table.primary_key)
            found[name] = [tuple(row) for row in self.rows(f"SELECT {columns} FROM {name} ORDER BY {order}")]
        return found

    def groups(self) -> int:
        """How many service calls left a change group."""
        return int(self.rows("SELECT count(*) FROM change_group")[0][0])

    def summary(self) -> str:
        """What the last service call says it did."""
        return str(self.rows("SELECT summary FROM change_group ORDER BY id DESC LIMIT 1")[0][0])

    def errors(self) -> list[Finding]:
        """What the doctor finds, but for missing rates."""
        return [finding for finding in check(self.workspace) if finding.is_error]
