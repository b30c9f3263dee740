"""What is looked at is renamed or taken away by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from funnel_tui.dialogs.problem import ProblemDialog
from funnel_tui.domain.scope import Scope
from funnel_tui.screens import scoping
from funnel_tui.screens.base import FunnelScreen
from funnel_tui.services import history
from funnel_tui.services.people import create_rep, create_team, edit_rep
from funnel_tui.services.pipelines import edit_pipeline
from funnel_tui.services.scope_view import scope_view
from funnel_tui.services.workspace import Workspace
from tests.support.driving import Driver, driving
from tests.ui.conftest import open_at

TABS = ("0", "1", "2")


@pytest.fixture
def other(demo_path: Path) -> Iterator[Workspace]:
    """Another program on the same file."""
    workspace = open_at(demo_path)
    yield workspace
    workspace.database.close()


def number_of(workspace: Workspace, table: str, name: str) -> int:
    """The number of a pipeline, rep or team."""
    with workspace.read() as reader:
        return int(reader.rows(f"SELECT id FROM {table} WHERE name = :name", {"name": name})[0][0])


async def look_at(driver: Driver, **named: object) -> Scope:
    """Change what is looked at."""
    assert driver.app.scope is not None
    driver.app.set_scope(driver.app.scope.with_(**named))
    await driver.settle()
    return driver.app.scope


async def noticed(driver: Driver) -> str:
    """Wait until the app has seen what others did; what it told in passing."""
    await driver.pilot.pause(1.1)
    await driver.settle()
    assert not isinstance(driver.app.screen, ProblemDialog), driver.text
    return "\n".join(driver.told)


@pytest.mark.parametrize("tab", TABS)
async def test_a_renamed_pipeline_is_followed(demo: Workspace, other: Workspace, tab: str) -> None:
    async with driving(demo, tab=tab) as driver:
        scope = driver.app.scope
        assert scope is not None
        name = scope.pipelines[0]
        edit_pipeline(other, pipeline_id=number_of(other, "pipeline", name), changes={"name": "Inbound"})
        assert f"The pipeline {name} is called Inbound now." in await noticed(driver)
        assert driver.app.scope == scope.with_(pipelines=("Inbound",))
        for key in ("1", "2"):
            await driver.press(key)
            assert "│ Inbound │" in driver.lines[0]
            assert isinstance(driver.app.screen, FunnelScreen)


@pytest.mark.parametrize("tab", TABS)
async def test_a_pipeline_that_is_switched_off_gives_way_to_another(
    demo: Workspace, other: Workspace, tab: str
) -> None:
    async with driving(demo, tab=tab) as driver:
        view = driver.app.view
        assert view is not None
        first, second = view.pipelines[:2]
        edit_pipeline(other, pipeline_id=number_of(other, "pipeline", first), changes={"in_use": False})
        told = await noticed(driver)
        assert f"The pipeline {first} is not in use any more; {second} is shown." in told
        assert driver.app.scope is not None
        assert driver.app.scope.pipelines == (second,)
        await driver.press("1", "2", "p", "o", "0")
        assert isinstance(driver.app.screen, FunnelScreen)


@pytest.mark.parametrize("tab", TABS)
async def test_a_renamed_rep_is_followed(demo: Workspace, other: Workspace, tab: str) -> None:
    async with driving(demo, tab=tab) as driver:
        await look_at(driver, owner="Kari Lie")
        number = number_of(other, "rep", "Kari Lie")
        edit_rep(other, rep_id=number, version=1, changes={"name": "Kari [/b] Lie-Moe"})
        assert "The rep Kari Lie is called Kari [/b] Lie-Moe now." in await noticed(driver)
        assert driver.app.scope is not None
        assert driver.app.scope.owner == "Kari [/b] Lie-Moe"
        assert "│ Kari [/b] Lie-Moe │" in driver.lines[0]


@pytest.mark.parametrize("tab", TABS)
async def test_a_team_that_is_gone_gives_way_to_everybody(
    demo: Workspace, other: Workspace, tab: str
) -> None:
    create_team(other, name="Passing")
    async with driving(demo, tab=tab) as driver:
        await look_at(driver, team="Passing")
        history.undo(other)
        assert "The team Passing is gone; everybody is shown." in await noticed(driver)
        assert driver.app.scope is not None
        assert driver.app.scope.team is None
        await driver.press("0", "1", "2")
        assert "│ everybody │" in driver.lines[0]


async def test_a_read_that_was_faster_than_the_news_is_mended_without_a_dialog(demo: Workspace) -> None:
    for tab in TABS:
        async with driving(demo, tab=tab) as driver:
            assert driver.app.scope is not None
            driver.app.scope = driver.app.scope.with_(owner="Nobody", pipelines=("Gone",))
            screen = driver.app.screen
            assert isinstance(screen, FunnelScreen)
            screen.reload()
            await driver.settle()
            assert not isinstance(driver.app.screen, ProblemDialog)
            assert driver.app.scope.owner is None
            assert driver.app.view is not None
            assert driver.app.scope.pipelines == driver.app.view.pipelines[:1]


async def test_the_header_counts_anew_when_everything_is_undone(demo: Workspace) -> None:
    async with driving(demo, tab="1") as driver:
        before = driver.lines[0].split("│")[-1]
        await driver.press("u", "y")
        assert driver.lines[0].rstrip().endswith(" 0 deals")
        await driver.press("ctrl+r")
        assert driver.lines[0].split("│")[-1] == before


async def test_a_mistake_in_looking_is_told_and_the_screens_read_all_the_same(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FUNNEL_LOG", str(tmp_path / "funnel.log"))

    def broken(*_: object) -> None:
        raise KeyError(7)

    async with driving(demo, tab="1") as driver:
        before = int(driver.lines[2].split()[0])
        with monkeypatch.context() as patch:
            patch.setattr(scoping, "read_view", broken)
            await driver.press("w", "enter")
            assert isinstance(driver.app.screen, ProblemDialog)
            assert "KeyError" in driver.text
            await driver.pilot.pause(0.7)
            await driver.settle()
        await driver.press("escape")
        assert int(driver.lines[2].split()[0]) == before - 1


async def test_a_small_terminal_shows_only_that_it_is_too_small(demo: Workspace, empty: Workspace) -> None:
    for workspace in (demo, empty):
        async with driving(workspace, size=(50, 12)) as driver:
            assert driver.text.strip() == "Too small: 50 × 12; funnel needs 60 × 16."


def test_without_any_pipeline_nothing_is_named(empty: Workspace) -> None:
    view = scope_view(empty, Scope(pipelines=("Gone",)))
    assert view.scope.pipelines == view.pipelines == ()
    assert view.changes == ("The pipeline Gone is not in use any more; there is no other one.",)
    assert view.deals_total == 0


@pytest.mark.parametrize("tab", ["0", "3", "4"])
async def test_the_header_counts_the_deals_of_what_is_looked_at(demo: Workspace, tab: str) -> None:
    async with driving(demo, tab=tab) as driver:
        view = driver.app.view
        assert view is not None
        assert view.deals_total < view.every_total
        assert driver.lines[0].rstrip().endswith(f" {view.every_total:,} deals")
        if tab != "0":
            await driver.press("p")
            assert driver.lines[0].rstrip().endswith(f" {view.deals_total:,} deals")


def test_a_filter_counts_the_deals_of_one_pipeline_and_of_all(demo: Workspace) -> None:
    names = scope_view(demo, Scope()).pipelines
    assert len(names) > 1
    found = [scope_view(demo, Scope(pipelines=(name,), where="amount > 1")) for name in names]
    counts = [view.deals_matching or 0 for view in found]
    assert all(counts)
    assert {view.every_matching for view in found} == {sum(counts)}
    assert {view.every_total for view in found} == {sum(view.deals_total for view in found)}


def test_a_name_of_other_case_is_the_same_and_no_change(demo: Workspace) -> None:
    create_rep(demo, name="kari lie the second")
    view = scope_view(demo, Scope(owner="KARI lie"))
    assert view.scope.owner == "Kari Lie"
    assert view.changes == ()
