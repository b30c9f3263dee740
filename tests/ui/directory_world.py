"""A small directory for the tests of its screens."""

from __future__ import annotations

from typing import Any

from funnel_tui.models import DealPerson, Interaction, InteractionKind
from funnel_tui.services.deals import create_deal, win_deal
from funnel_tui.services.people import create_organisation, create_person, create_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace
from tests.support.driving import Driver

DAY = 86_400


class World:
    """Two organisations that are the same, one that is another, people and deals.

    :param workspace: on a new database.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.anna = create_rep(workspace, name="Anna")
        self.pipeline = create_pipeline(workspace, name="Sales", stages=["Lead", "Offer"])
        self.acme = create_organisation(workspace, name="Acme Ltd", note="met at the fair")
        self.limited = create_organisation(workspace, name="ACME Limited", note="pays late")
        self.zeta = create_organisation(workspace, name="Zeta [bold]AS[/]")
        self.kari = create_person(
            workspace, name="Kari Lie", organisation_id=self.acme, email="kari@acme.example"
        )
        self.kari_too = create_person(
            workspace, name="Kari Lie", organisation_id=self.limited, phone="+47 400 00 001"
        )
        self.first = self.deal("First order", self.acme, 480_000_00)
        self.second = self.deal("Second order", self.limited, 120_000_00)
        self.won = self.deal("Zeta rollout", self.zeta, 70_000_00)
        win_deal(workspace, deal_id=self.won)

    def deal(self, title: str, organisation: int, minor: int) -> int:
        """An open deal in euro cents."""
        return create_deal(
            self.workspace,
            title=title,
            pipeline_id=self.pipeline,
            owner_id=self.anna,
            organisation_id=organisation,
            amount_minor=minor,
            currency="EUR",
            at=self.workspace.clock() - 30 * DAY,
        )

    def calls(self, count: int) -> None:
        """Calls with the first Kari at Acme, one a day."""
        with self.workspace.change("log") as call:
            kind = call.insert(InteractionKind, {"name": "Call"})
            for at in range(count):
                call.insert(
                    Interaction,
                    {
                        "deal_id": self.first,
                        "organisation_id": self.acme,
                        "person_id": self.kari,
                        "owner_id": self.anna,
                        "kind_id": kind,
                        "at": self.workspace.clock() - at * DAY,
                        "note": f"call number {at + 1}\nsecond line",
                    },
                )

    def part(self, deal: int, person: int, role: str) -> None:
        """Give a person a part in a deal."""
        with self.workspace.change("roles") as call:
            call.insert(DealPerson, {"deal_id": deal, "person_id": person, "role": role})

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        with self.workspace.read() as reader:
            return reader.rows(sql)

    def organisations(self) -> list[tuple[Any, ...]]:
        """Number, name, status and note of each."""
        return self.rows("SELECT id, name, status, note FROM organisation ORDER BY id")


def names(driver: Driver, *known: str) -> list[str]:
    """Those of the known names that the list shows, in its order."""
    found = [(line.index(name), at, name) for at, line in enumerate(driver.lines[4:]) for name in known
             if name in line]  # fmt: skip
    return [name for _, _, name in sorted(found, key=lambda one: one[1])]
