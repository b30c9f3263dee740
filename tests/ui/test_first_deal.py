"""A deal where there is no rep yet, and what is left of one that is closed."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.confirm import ConfirmDialog
from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.domain.status import DealStatus
from funnel_tui.services.agenda import deal_tasks
from funnel_tui.services.deals import create_deal
from funnel_tui.services.people import create_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.tasks import create_task
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving


def names(workspace: Workspace, table: str, column: str = "name") -> list[str]:
    with workspace.read() as reader:
        return [str(row[0]) for row in reader.rows(f"SELECT {column} FROM {table} ORDER BY id")]


async def test_without_a_pipeline_it_says_how_to_make_one(empty: Workspace) -> None:
    async with driving(empty) as driver:
        await driver.press("1", "n")
        assert driver.last_told == ("A deal needs a pipeline: S makes one, I imports a file with one.")


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_the_first_owner_is_offered_to_be_made(empty: Workspace, size: tuple[int, int]) -> None:
    create_pipeline(empty, name="Sales", stages=["Lead", "Offer"])
    async with driving(empty, size=size) as driver:
        await driver.press("1", "n")
        assert isinstance(driver.app.screen, ConfirmDialog)
        assert f"Make “{empty.actor}” a rep?" in driver.text
        await driver.press("n")
        assert names(empty, "rep") == []
        await driver.press("n", "y")
        assert names(empty, "rep") == [empty.actor]
        assert isinstance(driver.app.screen, DealForm)
        await driver.type("Roof lights")
        await driver.press("enter")
        assert names(empty, "deal", "title") == ["Roof lights"]


@pytest.mark.parametrize(
    ("tasks", "words"), [(0, ""), (1, "1 task of it stays open."), (2, "2 tasks of it stay open.")]
)
@pytest.mark.parametrize("key", ["w", "x"])
async def test_a_closed_deal_with_tasks_says_so(empty: Workspace, key: str, tasks: int, words: str) -> None:
    pipeline = create_pipeline(empty, name="Sales", stages=["Lead", "Offer"])
    rep = create_rep(empty, name="Anna")
    deal = create_deal(empty, title="Roof lights", owner_id=rep, pipeline_id=pipeline)
    for number in range(tasks):
        create_task(empty, owner_id=rep, kind="call", title=f"Call {number}", deal_id=deal)
    async with driving(empty) as driver:
        await driver.press("1", key)
        if key == "x":
            await driver.type("Price")
        await driver.press("enter")
        assert driver.last_told.endswith(words)
        assert ("open." in driver.last_told) == bool(tasks)
    assert len(deal_tasks(empty, deal, only_open=True)) == tasks
    status = DealStatus.WON if key == "w" else DealStatus.LOST
    assert names(empty, "deal", "status") == [status.value]
