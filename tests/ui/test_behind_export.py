"""The deals and interactions behind a figure are written to a file, from every screen that lists them."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from textual.widgets import Input

from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.dialogs.export import ExportForm
from funnel_tui.domain.period import utc_text
from funnel_tui.screens.behind import BehindScreen
from funnel_tui.screens.interactions_activity import Panel
from funnel_tui.screens.interactions_behind import InteractionsBehindScreen
from funnel_tui.services.interaction_list import one_interaction
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, driving
from tests.ui.interactions import to_panel

WAYS = {"stages": "2 enter", "quotas": "4 enter", "interactions": "3 tab tab tab tab enter"}
"""The keys that lead to the deals behind a figure."""


async def write_to(driver: Driver, path: Path) -> None:
    """Export what is shown."""
    await driver.press("E")
    assert isinstance(driver.app.screen, ExportForm)
    driver.app.screen.query_one("#file", Input).value = str(path)
    await driver.settle()
    await driver.press("enter")


def listed(driver: Driver) -> list[int]:
    """The numbers of the deals on the screen."""
    screen = driver.app.screen
    assert isinstance(screen, BehindScreen)
    assert screen._found is not None
    return list(screen._found.ids)


@pytest.mark.parametrize("way", WAYS)
async def test_the_deals_behind_a_figure_are_written(demo: Workspace, tmp_path: Path, way: str) -> None:
    async with driving(demo) as driver:
        await driver.press(*WAYS[way].split())
        ids = listed(driver)
        assert ids
        await write_to(driver, tmp_path / "deals.csv")
        assert listed(driver) == ids
        rows = list(csv.DictReader((tmp_path / "deals.csv").open(encoding="utf-8")))
        assert [int(row["deal_id"]) for row in rows] == ids
        assert {"deal", "stage", "owner", "amount", "closed"} <= rows[0].keys()


async def test_json_and_workbook_hold_the_same_deals(demo: Workspace, tmp_path: Path) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        await driver.press(*WAYS["stages"].split())
        ids = listed(driver)
        await write_to(driver, tmp_path / "deals.json")
        made = json.loads((tmp_path / "deals.json").read_text(encoding="utf-8"))
        assert [row["deal_id"] for row in made["rows"]] == ids
        assert made["totals"]["deals"] == len(ids)
        await write_to(driver, tmp_path / "deals.xlsx")
        book = zipfile.ZipFile(tmp_path / "deals.xlsx")
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<row ") == 1 + len(ids)
        assert not any(b"[&apos;" in book.read(name) or b"['" in book.read(name) for name in book.namelist())


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
async def test_the_interactions_behind_a_figure_are_written(
    demo: Workspace, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        screen = await to_panel(driver, Panel.RATE)
        await driver.press("j")
        figure = screen._figure
        assert figure is not None
        await driver.press("enter")
        behind = driver.app.screen
        assert isinstance(behind, InteractionsBehindScreen)
        assert behind._found is not None
        ids = list(behind._found.ids)
        assert f"{len(ids):,}" == figure.text
        await write_to(driver, tmp_path / "calls.csv")
        assert driver.app.screen is behind
        rows = list(csv.DictReader((tmp_path / "calls.csv").open(encoding="utf-8")))
        assert [int(row["interaction_id"]) for row in rows] == ids
        first = one_interaction(demo, ids[0])
        assert rows[0]["at"] == utc_text(first.at)
        assert (rows[0]["kind"], rows[0]["owner"]) == (first.kind, first.owner)
        assert rows[0]["deal_id"] == ("" if first.deal_id is None else str(first.deal_id))
        await write_to(driver, tmp_path / "calls.json")
        made = json.loads((tmp_path / "calls.json").read_text(encoding="utf-8"))
        assert [row["interaction_id"] for row in made["rows"]] == ids
        assert made["totals"]["interactions"] == len(ids)
        assert made["rows"][0]["planned"] is False
        await write_to(driver, tmp_path / "calls.xlsx")
        book = zipfile.ZipFile(tmp_path / "calls.xlsx")
        assert book.read("xl/worksheets/sheet1.xml").decode().count("<row ") == 1 + len(ids)


async def test_help_and_the_palette_know_the_key(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press(*WAYS["stages"].split())
        for key in ("question_mark", "ctrl+p"):
            await driver.press(key)
            chooser = driver.app.screen
            assert isinstance(chooser, Chooser)
            [entry] = [entry for entry in chooser._entries if entry.value == "export"]
            assert (entry.key, entry.about) == ("E", "Write these deals to a file")
            await driver.press("escape")


async def test_what_is_wrong_with_a_file_can_be_read_to_its_end(demo: Workspace, tmp_path: Path) -> None:
    async with driving(demo) as driver:
        await driver.press(*WAYS["stages"].split())
        await write_to(driver, tmp_path / "no such folder" / "deals.csv")
        text = "".join(driver.text.split())
        assert "nosuchfileordirectory." in text
