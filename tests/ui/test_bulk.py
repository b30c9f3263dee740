"""Changing the marked deals together, by keys."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.demo import build_demo
from funnel_tui.dialogs.bulk import BulkMove
from funnel_tui.dialogs.bulk_preview import BulkPreviewDialog
from funnel_tui.domain.scope import Scope
from funnel_tui.screens.bulk_result import BulkResultScreen
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.services import bulk_edit
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving
from tests.ui.bulk import (
    both_sizes,
    deals_screen,
    deals_screen_below,
    everything,
    groups,
    pick,
    preview_of,
    rows,
)
from tests.ui.conftest import NOW, open_at


@both_sizes
async def test_a_move_shows_what_it_would_do_does_it_in_one_change_and_u_takes_it_back(
    demo: Workspace, size: tuple[int, int]
) -> None:
    before, changes = everything(demo), groups(demo)
    stage = rows(demo, "SELECT id FROM stage WHERE name = 'Proposal' ORDER BY id")[0][0]
    async with driving(demo, size=size) as driver:
        await driver.press("1", "tab", "tab", "tab", "asterisk", "m")
        await driver.type("prop")
        await driver.press("enter")
        found = preview_of(driver).found
        assert found is not None
        assert min(found.changed, found.unchanged, found.refused) > 0
        assert driver.line(
            f"{found.changed} will move to Proposal, {found.unchanged} unchanged, {found.refused} refused:"
        )
        for why, count in found.reasons.items():
            assert driver.line(f"{count} {why}")
        assert everything(demo) == before
        await driver.press("n")
        assert everything(demo) == before
        assert len(deals_screen(driver).marks) == len(found.rows)
        await driver.press("m")
        await driver.type("prop")
        await driver.press("enter", "enter", "y")  # enter alone does nothing there
        assert groups(demo) == changes + 1
        moved = [new for new, old in zip(everything(demo), before, strict=True) if new != old]
        assert len(moved) == found.changed
        assert {row[1] for row in moved} == {stage}
        result = driver.app.screen
        assert isinstance(result, BulkResultScreen)
        assert driver.line(
            f"{found.changed} moved to Proposal, {found.unchanged} unchanged, {found.refused} refused"
        )
        assert "u takes it back" in driver.last_told
        assert [row.verdict for row in result._rows][: found.refused] == ["refused"] * found.refused
        assert len(result._rows) == len(found.rows)
        assert result._rows[0].reason.split()[0] in driver.text
        await driver.press("escape")
        assert not deals_screen(driver).marks
        await driver.press("u")
        assert "Undid: Moved" in driver.last_told
        assert everything(demo) == before


async def test_where_all_change_no_result_is_in_the_way(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "space", "space", "w")
        ids = sorted(deals_screen_below(driver).marks.ids)
        assert driver.line("2 will be won.")
        await driver.press("y")
        assert driver.last_told == "2 won; u takes it back."
        assert not deals_screen(driver).marks
        won = rows(demo, "SELECT id FROM deal WHERE status = 'won' AND closed_at = :now ORDER BY id", now=NOW)
        assert [row[0] for row in won] == ids


async def test_a_key_of_the_menu_picks_its_line_at_once(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "space", "B")
        await driver.type("m 1")
        assert isinstance(driver.app.screen, BulkMove)
        assert driver.app.screen.chosen == 0
        await driver.press("escape", "B", "w")
        assert preview_of(driver)


async def test_a_menu_without_a_match_says_so(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "space", "B")
        await driver.type("zz")
        assert "Nothing matches “zz”; backspace brings the list back." in driver.text
        await driver.press("backspace", "backspace")
        assert "Nothing matches" not in driver.text
        assert "Take a tag off" in driver.text


async def test_the_preview_names_the_deals_and_says_which_go_back(demo: Workspace) -> None:
    found = rows(
        demo,
        "SELECT d.title, s.name FROM deal d JOIN stage s ON s.id = d.stage_id JOIN pipeline p"
        " ON p.id = d.pipeline_id WHERE d.status = 'open' AND s.position > 1 AND p.name = 'New business'",
    )
    stages = dict(found)
    async with driving(demo) as driver:
        await driver.press("1", "asterisk", "m", "1", "enter")
        dialog = preview_of(driver)
        assert dialog.found is not None
        back = [row for row in dialog.found.rows if row.back_from]
        assert back
        assert all(stages[row.title] == row.back_from for row in back)
        assert f"{len(back)} of them go back to an earlier stage." in driver.text
        shown = [row for row in back if row.title[:20] in driver.text]
        assert shown
        assert f"goes back from {shown[0].back_from}" in driver.text


async def test_losing_asks_for_one_reason(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "space", "space", "x", "enter")
        assert "Why were they lost?" in driver.text
        await driver.type("[b]Nobody")
        await driver.press("enter")
        assert driver.line("2 will be lost: [b]Nobody.")
        await driver.press("y")
        assert driver.last_told == "2 lost: [b]Nobody. A new loss reason: [b]Nobody. u takes it back."
        assert rows(demo, "SELECT count(*) FROM loss_reason WHERE name = '[b]Nobody'") == [(1,)]


SETTING = [
    ("give", "Sigrid Aas", "SELECT r.name FROM deal d JOIN rep r ON r.id = d.owner_id", "Sigrid Aas"),
    ("expected close", "2027-03-05", "SELECT expected_close FROM deal d", 20_882),
    ("expected close", "", "SELECT expected_close FROM deal d", None),
    ("probability", "12.5 %", "SELECT probability_bp FROM deal d", 1250),
    ("source", "Pigeon [/x]", "SELECT s.name FROM deal d JOIN source s ON s.id = d.source_id", "Pigeon [/x]"),
    ("source", "(none)", "SELECT source_id FROM deal d", None),
    (
        "add a tag",
        "spring",
        "SELECT t.name FROM deal d JOIN deal_tag x ON x.deal_id = d.id JOIN tag t ON t.id = x.tag_id"
        " AND t.name = 'spring'",
        "spring",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("action", "typed", "sql", "value"), SETTING)
async def test_each_value_is_set_for_all_of_them(
    demo: Workspace, action: str, typed: str, sql: str, value: object
) -> None:
    before = everything(demo)
    async with driving(demo) as driver:
        await driver.press("1", "space", "space", "space")
        ids = sorted(deals_screen(driver).marks.ids)
        await pick(driver, action)
        await driver.type(typed)
        await driver.press("enter")
        found = preview_of(driver).found
        assert found is not None
        assert found.refused == 0
        assert found.changed > 0
        await driver.press("y")
        marked = ", ".join(map(str, ids))
        assert rows(demo, f"{sql} WHERE d.id IN ({marked})") == [(value,)] * 3
        if isinstance(driver.app.screen, BulkResultScreen):
            await driver.press("escape")
        assert not deals_screen(driver).marks
        await driver.press("u")
        assert everything(demo) == before


async def test_a_tag_is_taken_off_again(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "space", "space")
        await pick(driver, "add a tag")
        await driver.type("spring")
        await driver.press("enter", "y", "g", "space", "space", "space")
        await pick(driver, "take a tag")
        await driver.type("spring")
        await driver.press("enter")
        assert driver.line("2 will lose the tag spring, 1 unchanged.")
        await driver.press("y")
        assert isinstance(driver.app.screen, BulkResultScreen)
        assert rows(
            demo, "SELECT count(*) FROM deal_tag x JOIN tag t ON t.id = x.tag_id AND t.name = 'spring'"
        ) == [(0,)]


@pytest.mark.parametrize(
    ("action", "typed", "words"),
    [
        ("expected close", "31 feb", "31 feb"),
        ("probability", "140", "not between"),
        ("give to another", "nobody at all", "To whom?"),
        ("add a tag", "t" * 300, "Tag"),
    ],
)
async def test_what_makes_no_sense_is_said_under_the_field(
    demo: Workspace, action: str, typed: str, words: str
) -> None:
    before = everything(demo)
    async with driving(demo) as driver:
        await driver.press("1", "space")
        await pick(driver, action)
        form = driver.app.screen
        await driver.type(typed)
        await driver.press("enter")
        assert driver.app.screen is form
        assert words in driver.text
        await driver.press("escape")
        assert len(deals_screen(driver).marks) == 1
    assert everything(demo) == before


async def test_nothing_to_do_is_said_and_y_does_nothing(demo: Workspace) -> None:
    changes = groups(demo)
    async with driving(demo) as driver:
        await driver.press("1", "tab", "space", "w")
        assert "Nothing would change: 0 will be won, 1 unchanged." in driver.text
        await driver.press("y")
        assert isinstance(driver.app.screen, BulkPreviewDialog)
        await driver.press("escape")
        assert len(deals_screen(driver).marks) == 1
    assert groups(demo) == changes


async def test_what_somebody_changed_since_the_preview_is_refused_and_told(
    demo: Workspace, demo_path: Path
) -> None:
    other = open_at(demo_path)
    async with driving(demo) as driver:
        await driver.press("1", "space", "space", "space", "w")
        one = min(deals_screen_below(driver).marks.ids)
        version = rows(other, "SELECT version FROM deal WHERE id = :id", id=one)[0][0]
        edit_deal(other, deal_id=one, version=version, changes={"title": "Renamed by Bo"})
        await driver.press("y")
        assert isinstance(driver.app.screen, BulkResultScreen)
        assert driver.line("2 won, 1 refused")
        assert driver.line("x  Renamed by Bo")
        assert rows(demo, "SELECT status FROM deal WHERE id = :id", id=one) == [("open",)]
        await driver.press("enter")
        assert "Renamed by Bo" in driver.text


async def test_keys_work_while_a_preview_is_read(demo: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, threads = threading.Event(), []

    def slow(*args: Any) -> Any:
        threads.append(threading.current_thread())
        assert go_on.wait(20)
        return preview(*args)

    preview = bulk_edit.preview
    monkeypatch.setattr(bulk_edit, "preview", slow)
    async with driving(demo) as driver:
        try:
            await driver.press("1", "asterisk")
            await driver.pilot.press("w")
            await driver.pilot.pause()
            assert "Looking at 30 deals" in driver.text
            await driver.pilot.press("escape")
            await driver.pilot.press("j", "j")
            await driver.pilot.pause()
            assert driver.lines[2].endswith(" 3/30")
        finally:
            go_on.set()
        await driver.settle()
        assert threads
        assert threads[0] is not threading.main_thread()
        assert isinstance(driver.app.screen, DealsScreen)  # what was left does not come back


async def test_a_change_goes_on_when_the_list_is_left(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, apply = threading.Event(), bulk_edit.apply

    def slow(*args: Any, **kwargs: Any) -> Any:
        assert go_on.wait(20)
        return apply(*args, **kwargs)

    monkeypatch.setattr(bulk_edit, "apply", slow)
    async with driving(demo) as driver:
        try:
            await driver.press("1")
            await driver.press("space", "w")
            number = next(iter(deals_screen_below(driver).marks.ids))
            await driver.pilot.press("y")
            await driver.pilot.press("2")
            await driver.pilot.pause()
            assert not isinstance(driver.app.screen, DealsScreen)
        finally:
            go_on.set()
        await driver.settle()
        assert driver.last_told == "1 won; u takes it back."
        assert rows(demo, "SELECT status FROM deal WHERE id = :id", id=number) == [("won",)]
        await driver.press("1")
        assert not deals_screen(driver).marks
        assert "marked" not in driver.text
        assert "B change" not in driver.lines[-1]


@pytest.fixture
def served(pg_url: str) -> Iterator[Workspace]:
    """The demo data on PostgreSQL."""
    workspace = open_workspace(Target.parse(pg_url), actor="anna")
    workspace.clock = lambda: NOW
    build_demo(workspace, deals=120, seed=7)
    yield workspace
    workspace.database.close()


@pytest.mark.pg
async def test_on_postgresql_too(served: Workspace) -> None:
    before, changes = everything(served), groups(served)
    async with driving(served) as driver:
        driver.app.set_scope(Scope())
        await driver.press("1", "tab", "tab", "tab", "asterisk", "m")
        await driver.type("prop")
        await driver.press("enter")
        found = preview_of(driver).found
        assert found is not None
        assert min(found.changed, found.refused) > 0
        await driver.press("y")
        assert isinstance(driver.app.screen, BulkResultScreen)
        assert groups(served) == changes + 1
        assert sum(new != old for new, old in zip(everything(served), before, strict=True)) == found.changed
        await driver.press("escape", "u")
        assert everything(served) == before
