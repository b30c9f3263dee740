"""A deal to try people, tags and demand on, and ways to look at them."""

from __future__ import annotations

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.money import Money
from funnel_tui.domain.scope import Scope
from funnel_tui.screens.deal import DealScreen
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.deal_people import unlink_person
from funnel_tui.services.deal_tags import set_tags
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.demand import set_demand
from funnel_tui.services.pipelines import edit_pipeline
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver

SCOPE = Scope(pipelines=("New business",))
PUMP = Demand("Pump", 3000, Money(50_000, "NOK"))
IDS = [f"{width}x{height}" for width, height in SIZES]


def bare_deal(demo: Workspace) -> int:
    """The first deal of the list, open in its first stage, without people, tags, demand and amount."""
    number = deal_ids(demo, SCOPE)[0]
    detail = deal_detail(demo, number)
    for contact in detail.contacts:
        unlink_person(demo, deal_id=number, person_id=contact.person_id)
    set_tags(demo, deal_id=number, tags=[])
    set_demand(demo, deal_id=number, lines=[])
    changes = {"amount_minor": None, "title": "Acme [/b] deal"}
    edit_deal(demo, deal_id=number, version=detail.row.version, changes=changes)
    return number


async def at_deal(driver: Driver) -> None:
    """Open the deal."""
    await driver.press("1", "enter")
    assert isinstance(driver.app.screen, DealScreen)


def roles(workspace: Workspace, deal: int) -> list[tuple[str, str | None]]:
    """Name and role of the people of a deal."""
    return [(one.name, one.role) for one in deal_detail(workspace, deal).contacts]


def groups(workspace: Workspace) -> int:
    """How many service calls left a change group."""
    with workspace.read() as reader:
        return int(reader.rows("SELECT count(*) FROM change_group")[0][0])


def record_demand(workspace: Workspace) -> None:
    """Let the pipeline ask for demand."""
    with workspace.read() as reader:
        number = reader.rows("SELECT id FROM pipeline WHERE name = 'New business'")[0][0]
    edit_pipeline(workspace, pipeline_id=number, changes={"record_demand": True})
