"""The small team of the service tests, with an automatic pipeline and helpers for tasks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from funnel_tui.domain.moments import Moment, parse_moment
from funnel_tui.domain.tasks import TaskFact
from funnel_tui.services.agenda import deal_tasks, task_rows
from funnel_tui.services.deals import create_deal
from funnel_tui.services.history import redo, undo
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.stage_templates import set_stage_tasks
from funnel_tui.services.tasks import create_task
from tests.services.world import World

TASKS = {
    "Lead": [("call", "Ask for the budget", 1), ("email", "Send the data sheet", 3)],
    "Offer": [("other", "Write the offer", 5)],
    "Contract": [("meeting", "Sign", 7)],
}
"""The tasks of the automatic pipeline: kind, title, due after so many days."""


def at(text: str) -> int:
    """An ISO instant as epoch seconds; without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


@dataclass
class Office(World):
    """A team with a pipeline staged by hand (``pipeline``) and an automatic one (``route``)."""

    route: int = 0
    steps: list[int] = field(default_factory=list)

    @classmethod
    def open(cls, url: str) -> Office:
        """Open a database and put the team into it."""
        made = cls.make(url)
        assert isinstance(made, cls)
        made.route = create_pipeline(made.workspace, name="Tender", stages=list(TASKS), staging="automatic")
        found = made.rows("SELECT id FROM stage WHERE pipeline_id = :p ORDER BY position", p=made.route)
        made.steps = [row[0] for row in found]
        for stage_id, tasks in zip(made.steps, TASKS.values(), strict=True):
            wanted = [{"kind": kind, "title": title, "due_days": days} for kind, title, days in tasks]
            set_stage_tasks(made.workspace, stage_id=stage_id, templates=wanted)
        return made

    def tender(self, title: str = "Bjørn & Søn", **fields: Any) -> int:
        """A new deal of the first rep in the automatic pipeline."""
        return create_deal(
            self.workspace,
            **{"title": title, "pipeline_id": self.route, "owner_id": self.reps[0], **fields},
        )

    def task(self, deal_id: int | None = None, due: str | None = None, **fields: Any) -> int:
        """A new call of the first rep; ``due`` in words."""
        values = {"owner_id": self.reps[0], "kind": "call", "title": "Ask for the budget", **fields}
        moment = None if due is None else self.moment(due)
        return create_task(self.workspace, deal_id=deal_id, due=moment, **values)

    def moment(self, text: str) -> Moment:
        """A moment in words, from now on, in the team's time zone."""
        from zoneinfo import ZoneInfo

        zone = ZoneInfo(self.workspace.settings().time_zone)
        return parse_moment(text, self.clock.now, zone)

    def task_row(self, task_id: int) -> dict[str, Any]:
        """The row of a task by column."""
        return self.row("task", task_id)

    def fact(self, task_id: int) -> TaskFact:
        """A task as a list shows it."""
        return task_rows(self.workspace, [task_id])[0]

    def open_tasks(self, deal_id: int) -> list[str]:
        """The open tasks of a deal in words, those due first coming first."""
        return [task.text for task in deal_tasks(self.workspace, deal_id, only_open=True)]

    def first_task(self, deal_id: int) -> int:
        """The open task of a deal that is due first."""
        return deal_tasks(self.workspace, deal_id, only_open=True)[0].id

    def stage_of(self, deal_id: int) -> str:
        """The name of the stage a deal is in."""
        sql = "SELECT s.name FROM deal d JOIN stage s ON s.id = d.stage_id WHERE d.id = :deal"
        return str(self.rows(sql, deal=deal_id)[0][0])

    def assert_undoable(self, before: dict[str, list[tuple[Any, ...]]]) -> None:
        """Undo the last call, redo it, and undo it again: everything is as it was each time."""
        after = self.snapshot()
        undo(self.workspace)
        assert self.snapshot() == before
        redo(self.workspace)
        assert self.snapshot() == after
        undo(self.workspace)
        assert self.snapshot() == before
        assert self.errors() == []
