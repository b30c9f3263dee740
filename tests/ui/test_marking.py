"""Marking deals in the list, by keys."""

from __future__ import annotations

from pathlib import Path

from funnel_tui.services.deals import edit_deal
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving
from tests.ui.bulk import both_sizes, deals_screen, rows, signs
from tests.ui.conftest import open_at


@both_sizes
async def test_space_marks_and_goes_down_and_esc_takes_the_marks_away_first(
    demo: Workspace, size: tuple[int, int]
) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("1")
        screen = deals_screen(driver)
        before = driver.lines[2]
        await driver.press("F", *"a", "enter", "space", "space", "j", "space")
        assert signs(driver)[:5] == ["*", "*", " ", "*", " "]
        assert driver.line("3 marked · ")
        assert "only “a”" in driver.text
        await driver.press("k", "k", "k", "space")  # the second one again
        assert signs(driver)[:4] == ["*", " ", " ", "*"]
        assert driver.line("2 marked · ")
        assert "B change" in driver.lines[-1]
        await driver.press("escape")
        assert not screen.marks
        assert "only “a”" in driver.text  # the filter goes with the second esc
        assert "marked" not in driver.text
        assert "B change" not in driver.lines[-1]
        await driver.press("escape")
        assert driver.lines[2][:30] == before[:30]


@both_sizes
async def test_marks_need_no_column(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("1")

        def head() -> list[str]:
            """The columns, without the deal beside the list, which comes when the cursor rests."""
            return driver.line("Deal").partition("▏")[0].split()

        before = head()
        await driver.press("space")
        assert head() == before


async def test_star_marks_the_filtered_list_or_none(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "space")
        first = set(deals_screen(driver).marks.ids)
        await driver.press("F")
        await driver.type("fjord")
        await driver.press("enter", "asterisk")
        screen = deals_screen(driver)
        listed = set(screen.listed)
        assert 0 < len(listed) < 30
        assert screen.marks.ids == listed | first
        hidden = len(first - listed)
        assert driver.line(f"{len(listed | first)} marked" + (f", {hidden} not shown" if hidden else ""))
        assert set(signs(driver)) == {"*"}
        await driver.press("asterisk")
        assert screen.marks.ids == first - listed


async def test_marks_stay_through_sorting_other_lists_and_what_others_write(
    demo: Workspace, demo_path: Path
) -> None:
    other = open_at(demo_path)
    async with driving(demo) as driver:
        await driver.press("1", "space", "space", "space")
        screen = deals_screen(driver)
        marked = set(screen.marks.ids)
        assert marked == set(screen.listed[:3])
        await driver.press("s", "o")
        assert screen.marks.ids == marked
        assert set(screen.listed[:3]) != marked
        await driver.press("tab")  # won deals: none of them is shown
        assert driver.line("3 marked, 3 not shown")
        await driver.press("shift+tab")
        one = min(marked)
        version = rows(other, "SELECT version FROM deal WHERE id = :id", id=one)[0][0]
        edit_deal(other, deal_id=one, version=version, changes={"title": "Renamed by Bo"})
        driver.app.data_changed()
        await driver.settle()
        assert screen.marks.ids == marked
        assert driver.line("3 marked · ")


async def test_without_marks_the_keys_act_on_the_deal_under_the_cursor(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "B")
        assert "No deal is marked" in driver.last_told
        await driver.press("m")
        assert driver.lines[0].strip().startswith("Move ")
        assert "deals" not in driver.lines[0]
