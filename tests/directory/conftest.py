"""A small directory: three organisations, four people, deals in two currencies, interactions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from funnel_tui.models import DealPerson, InteractionKind
from funnel_tui.models.inputs import StageCreate
from funnel_tui.services.deals import create_deal, lose_deal, win_deal
from funnel_tui.services.interaction_writing import write_interaction
from funnel_tui.services.people import create_organisation, create_person, create_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace
from tests.support.worked_services import open_workspace

DAY = 86_400


class World:
    """A workspace with people in it, and short ways to bring more."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.now = workspace.clock()
        self.anna = create_rep(workspace, name="Anna")
        self.bo = create_rep(workspace, name="Bo")
        stages = [StageCreate(name="Lead"), StageCreate(name="Offer")]
        self.pipeline = create_pipeline(workspace, name="Sales", stages=stages)
        with workspace.change("kinds") as call:
            self.call = call.insert(InteractionKind, {"name": "Call"})

    def organisation(self, name: str, **values: Any) -> int:
        return create_organisation(self.workspace, name=name, **values)

    def person(self, name: str, organisation: int | None = None, **values: Any) -> int:
        return create_person(self.workspace, name=name, organisation_id=organisation, **values)

    def deal(
        self,
        title: str,
        organisation: int | None,
        amount: int | None = None,
        currency: str = "EUR",
        *,
        owner: int | None = None,
        end: str = "open",
        **roles: tuple[int, str | None],
    ) -> int:
        """A deal; ``roles`` are (person, role)."""
        deal = create_deal(
            self.workspace,
            title=title,
            pipeline_id=self.pipeline,
            owner_id=owner or self.anna,
            organisation_id=organisation,
            amount_minor=amount,
            currency=currency if amount is not None else None,
            at=self.now - 30 * DAY,
        )
        if end == "won":
            win_deal(self.workspace, deal_id=deal)
        elif end == "lost":
            lose_deal(self.workspace, deal_id=deal, reason="price")
        with self.workspace.change("roles") as call:
            for person, role in roles.values():
                call.insert(DealPerson, {"deal_id": deal, "person_id": person, "role": role})
        return deal

    def interaction(
        self,
        at: int,
        organisation: int | None = None,
        person: int | None = None,
        deal: int | None = None,
        *,
        planned: bool = False,
    ) -> int:
        values = {"deal_id": deal, "organisation_id": organisation, "person_id": person, "planned": planned}
        with self.workspace.change("log") as call:
            return write_interaction(
                call, {**values, "owner_id": self.anna, "kind_id": self.call, "at": at, "note": "hei"}
            )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.workspace.read() as reader:
            return reader.rows(sql)

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows that a merge or an import of contacts may touch, without their versions."""
        queries = {
            "organisation": "SELECT id, external_id, name, status, note FROM organisation ORDER BY id",
            "person": "SELECT id, external_id, name, organisation_id, email, phone FROM person ORDER BY id",
            "deal": "SELECT id, title, organisation_id, status, stage_id, closed_base FROM deal ORDER BY id",
            "deal_person": "SELECT id, deal_id, person_id, role FROM deal_person ORDER BY id",
            "interaction": "SELECT id, deal_id, organisation_id, person_id, at FROM interaction ORDER BY id",
        }
        return {name: self.rows(sql) for name, sql in queries.items()}


@pytest.fixture
def world(db_url: str) -> Iterator[World]:
    """On SQLite and on PostgreSQL; the clock stands at 2026-04-01."""
    workspace = open_workspace(db_url)
    yield World(workspace)
    workspace.database.close()
