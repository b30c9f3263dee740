"""Where a list is empty, the foot of a screen names keys that do something; to say why not is nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from funnel_tui.domain.status import DealStatus
from funnel_tui.services.first_start import begin_empty, guess_answers
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, driving
from tests.ui.conftest import ACTOR, open_at
from tests.ui.footers import build_small, hinted, no_key_is_dead
from tests.ui.places import PLACES, go

OVER_A_ROW = {place for place, keys in PLACES.items() if "enter" in keys}
"""Places that lie over a row of another."""
LISTS = [place for place in PLACES if place not in OVER_A_ROW]
OF_DEALS = [place for place in PLACES if place.startswith(("today", "deal", "interactions: stream", "org"))]
"""Places whose rows are deals, tasks or what is about them."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a pipeline and nothing in it, as an empty start makes it; do not write to it."""
    path = tmp_path_factory.mktemp("begun") / "begun.db"
    workspace = open_at(path)
    begin_empty(
        workspace,
        answers=guess_answers(os.environ, ACTOR),
        name="Sales",
        staging="manual",
        record_demand=False,
        stages=[{"name": "Lead", "probability_bp": 1000}, {"name": "Offer", "probability_bp": 5000}],
    )
    workspace.database.close()
    return path


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of few deals, none of which has a task; do not write to it."""
    path = build_small(tmp_path_factory.mktemp("idle") / "idle.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM task")
        connection.commit()
    return path


@pytest.mark.parametrize("place", LISTS)
async def test_on_an_empty_database(begun: Path, tmp_path: Path, place: str) -> None:
    await no_key_is_dead(begun, tmp_path, place, SIZES[0], by_notice=False)


@pytest.mark.parametrize("place", OF_DEALS)
async def test_with_deals_and_no_tasks(idle: Path, tmp_path: Path, place: str) -> None:
    await no_key_is_dead(idle, tmp_path, place, SIZES[0], by_notice=False)


EMPTY_FEET = {
    "today": ("n new", "c call", "tab tasks/deals"),
    "deals: open": ("n new", "I import", "S set up"),
    "deals: board": ("n new", "I import", "S set up"),
    "stages: closed": ("n new", "I import"),
    "interactions: stream": ("c call", "i log", "I import"),
}
"""What the foot of an empty list offers first."""


@pytest.mark.parametrize("place", EMPTY_FEET)
async def test_an_empty_list_offers_the_way_out(begun: Path, tmp_path: Path, place: str) -> None:
    path = tmp_path / "begun.db"
    shutil.copy(begun, path)
    workspace = open_at(path)
    async with driving(workspace) as driver:
        await go(driver, place)
        assert driver.lines[-1].strip().startswith("   ".join(EMPTY_FEET[place]))
        assert "next pipeline" not in driver.text  # there is one
        assert "sets up a pipeline" not in driver.text
    workspace.database.close()


async def test_the_foot_follows_the_cursor(demo: Workspace) -> None:
    async with driving(demo, size=SIZES[1], tab="1") as driver:
        await driver.press("tab", "tab", "tab", "s", "s")  # all deals, by status or stage
        offered = set()
        for _ in range(60):
            row = driver.app.screen.deal_row
            told = {key for keys in hinted(driver) for key in keys}
            offered.add((row.status is DealStatus.OPEN, "m" in told))
            await driver.press("j")
        assert offered == {(True, True), (False, False)}


async def test_the_same_words_are_told_once(begun: Path, tmp_path: Path) -> None:
    path = tmp_path / "begun.db"
    shutil.copy(begun, path)
    workspace = open_at(path)
    async with driving(workspace, tab="1", notices=True) as driver:
        await driver.press("m", "w", "x", "t")
        [notice] = driver.app._notifications
        assert notice.message == "There is no deal under the cursor; n makes a new one."
        driver.app.notify("Something else", markup=False)
        await driver.settle()
        assert len(driver.app._notifications) == 2
    workspace.database.close()


@pytest.mark.parametrize("place", ["today", "deals: open", "deals: board", "pipelines: stages", "history"])
async def test_without_a_pipeline(tmp_path: Path, place: str) -> None:
    path = tmp_path / "new.db"
    open_at(path).database.close()
    await no_key_is_dead(path, tmp_path, place, SIZES[0], by_notice=False)
