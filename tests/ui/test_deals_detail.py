"""A deal beside the list and on a screen of its own: facts, route, timeline."""

from __future__ import annotations

import pytest

from funnel_tui.dialogs.task import TaskDialog
from funnel_tui.domain.deal_detail import RouteState, RouteStop, TimelineKind
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import DealStatus
from funnel_tui.screens import delays
from funnel_tui.screens.deal import DealScreen
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.interaction import InteractionScreen
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.deal_people import link_person
from funnel_tui.services.deals import create_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.people import create_person, create_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.tasks import create_task
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_pane import DealPane
from funnel_tui.widgets.pane import wrapped
from funnel_tui.widgets.route_map import route_lines
from funnel_tui.widgets.timeline import OPENED
from tests.support.driving import Driver, driving

SCOPE = Scope(pipelines=("New business",))
DAY = 86_400


def beside(driver: Driver) -> str:
    """What the pane beside the list shows."""
    pane = driver.app.screen.query_one(DealPane)
    return "\n".join("".join(cell.text for cell in line) for line in pane._lines)


async def rest(driver: Driver) -> None:
    """Let the cursor rest until the pane has followed."""
    await driver.pilot.pause(0.3)
    await driver.settle()


async def test_a_wide_terminal_shows_the_deal_beside_the_list(demo: Workspace) -> None:
    ids = deal_ids(demo, SCOPE)
    async with driving(demo, size=(120, 40)) as driver:
        await driver.press("1")
        await rest(driver)
        first = deal_detail(demo, ids[0])
        assert first.row.title in driver.lines[HEAD]
        await driver.press("j")
        await rest(driver)
        second = deal_detail(demo, ids[1])
        pane = "\n".join(line[80:] for line in driver.lines)
        assert second.row.title in pane
        assert f"that of {second.row.stage}" in pane or "typed" in pane
        assert "Contacts" in pane
        await driver.press("enter")
        await rest(driver)
        text = driver.text
        assert text.index("Win probability") < text.index("history") < text.index("model")
        assert "Timeline" in text


async def test_the_model_says_when_nobody_asked_it_yet(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        await driver.press("1", "enter")
        await rest(driver)
        assert "model       not asked yet" in driver.text
        await driver.press("4", *["tab"] * 5)
        assert "Brier score" in driver.text
        await driver.press("1", "enter")
        await rest(driver)
        assert "not asked yet" not in driver.text
        assert "model " in driver.text


HEAD = 3


async def test_a_narrow_terminal_has_no_pane(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1")
        await rest(driver)
        assert not driver.app.screen.query_one(DealPane).display


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_enter_opens_the_deal_and_esc_goes_back_to_it(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        await driver.press("1", "j", "j", "enter")
        assert isinstance(driver.app.screen, DealScreen)
        detail = deal_detail(demo, deal_ids(demo, SCOPE)[2])
        assert driver.lines[2].strip() == detail.row.title
        for stop in detail.route:
            assert stop.stage in driver.text
        assert "Owner" in driver.text
        await driver.press("escape")
        assert isinstance(driver.app.screen, DealsScreen)
        assert "3/" in driver.lines[2]


async def test_the_whole_page_can_be_reached_by_keys(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "enter", "G")
        detail = deal_detail(demo, deal_ids(demo, SCOPE)[0])
        assert detail.timeline.after is None
        assert "Created in" in driver.lines[-2]
        await driver.press("g")
        assert driver.lines[2].strip() == detail.row.title


async def test_a_long_timeline_is_read_on_when_its_end_comes_into_view(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    owner = deal_detail(demo, deal_id).owner_id
    for number in range(70):
        create_task(demo, owner_id=owner, kind="call", title=f"call number {number}", deal_id=deal_id)
    async with driving(demo) as driver:
        await driver.press("1", "enter")
        assert "+" in driver.lines[1]
        await driver.press("G", "G", "G", "G")
        assert "Created in" in driver.lines[-2]
        assert "+" not in driver.lines[1].split("·")[-1]


async def test_a_change_is_seen_while_the_deal_is_open(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    async with driving(demo) as driver:
        await driver.press("1", "enter")
        win_deal(demo, deal_id=deal_id)
        driver.app.data_changed()
        await driver.settle()
        assert driver.lines[1].strip().startswith("Won")
        assert "+ won" in driver.text


def stop(state: RouteState, name: str = "Stage", days: int = 4, visits: int = 1, **more: bool) -> RouteStop:
    """A stage of a route."""
    return RouteStop(
        name, 1, state, visits, days * DAY, 0, 0, more.get("assumed", False), more.get("stuck", False)
    )


def texts(route: list[RouteStop], status: DealStatus, width: int) -> list[str]:
    """The lines of a map."""
    return ["".join(cell.text for cell in line).rstrip() for line in route_lines(route, status, width)]


def test_a_route_tells_what_was_skipped_returned_to_assumed_and_stuck() -> None:
    route = [
        stop(RouteState.VISITED, "Lead", 4),
        stop(RouteState.SKIPPED, "Qualified", 0, 0),
        stop(RouteState.VISITED, "Proposal", 9, 2, assumed=True),
        stop(RouteState.CURRENT, "Negotiation", 41, stuck=True),
        stop(RouteState.AHEAD, "Contract", 0, 0),
    ]
    track, names, days = texts(route, DealStatus.OPEN, 76)
    assert [char for char in track if char not in "─╌"] == ["●", "◌", "●", "◉", "○"]
    assert names.split() == ["Lead", "Qualified", "Proposal", "Negotiation", "Contract"]
    assert days.split("  ")[0].strip() == "4 d"
    for words in ("skipped", "~9 d ×2", "41 d!"):
        assert words in days


def test_a_route_goes_downwards_where_there_is_no_room_beside_each_other() -> None:
    route = [stop(RouteState.VISITED, f"Stage {number}") for number in range(7)]
    route[-1] = stop(RouteState.LOST_HERE, "Negotiation", 3)
    lines = texts(route, DealStatus.LOST, 38)
    assert len(lines) == 7
    assert lines[-1].startswith("x Negotiation")
    assert lines[-1].endswith("3 d lost")


def test_a_won_deal_ends_with_won() -> None:
    lines = texts([stop(RouteState.VISITED), stop(RouteState.SKIPPED)], DealStatus.WON, 60)
    assert lines[0].endswith("+ won")


async def test_a_deal_that_went_back_and_was_reopened_is_told_so(demo: Workspace) -> None:
    deal_id = deal_ids(demo, SCOPE)[0]
    detail = deal_detail(demo, deal_id)
    stages = {stop.stage: stop.stage_id for stop in detail.route}
    there = next(name for name in stages if name != detail.row.stage)
    move_deal(demo, deal_id=deal_id, stage_id=stages[there])
    move_deal(demo, deal_id=deal_id, stage_id=stages[detail.row.stage])
    win_deal(demo, deal_id=deal_id)
    reopen_deal(demo, deal_id=deal_id)
    async with driving(demo) as driver:
        await driver.press("1", "enter")
        assert "×3" in driver.text
        await driver.press("G")
        await driver.press("pageup")
        assert "Reopened in" in driver.text or "Won from" in driver.text


def test_notes_are_wrapped_at_blanks_and_long_words_are_cut() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("a\nb", 10) == ["a", "b"]
    assert wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrapped("広い世界", 4) == ["広い", "世界"]
    assert "\x1b" not in wrapped("\x1b[31mred", 20)[0]
    assert wrapped("", 5) == [""]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_what_stands_in_the_timeline_can_be_opened(demo: Workspace, size: tuple[int, int]) -> None:
    deal = deal_ids(demo, SCOPE)[0]
    items = deal_detail(demo, deal).timeline.items
    first = next(item for item in items if item.kind is TimelineKind.INTERACTION)
    steps = [item for item in items if item.kind in OPENED].index(first) + 1
    async with driving(demo, size=size) as driver:
        await driver.press("1", "enter", *["tab"] * steps)
        (marked,) = [line for line in driver.lines if "▸" in line]
        assert first.text[:12] in marked
        await driver.press("enter")
        screen = driver.app.screen
        assert isinstance(screen, InteractionScreen)
        await driver.settle()
        assert screen.interaction is not None
        assert screen.interaction.id == first.key[-1]
        await driver.press("escape")
        assert isinstance(driver.app.screen, DealScreen)
        assert any("▸" in line for line in driver.lines)
        await driver.press(*["shift+tab"] * 60)
        assert next(item.key for item in items if item.kind in OPENED) == driver.app.screen._marked


async def test_an_open_task_of_the_timeline_is_edited(demo: Workspace) -> None:
    deal = deal_ids(demo, SCOPE)[0]
    create_task(demo, owner_id=1, kind="call", title="Read them the offer", deal_id=deal, due=None)
    async with driving(demo) as driver:
        await driver.press("1", "enter")
        for _ in range(30):
            await driver.press("tab")
            if any("▸" in line and "Read them" in line for line in driver.lines):
                break
        await driver.press("enter")
        await driver.settle()
        assert isinstance(driver.app.screen, TaskDialog)


async def test_the_timeline_has_its_share_of_the_pane(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        await driver.press("1")
        await rest(driver)
        screen = driver.app.screen
        assert isinstance(screen, DealsScreen)
        assert screen.deal_id is not None
        for number in range(4):
            person = create_person(demo, name=f"Number {number}", email=f"number{number}@example.com")
            link_person(demo, deal_id=screen.deal_id, person_id=person)
        driver.app.data_changed()
        await driver.settle()
        await rest(driver)
        shown = [line.partition("▏")[2].strip() for line in driver.lines]
        at = shown.index("Timeline")
        assert len([line for line in shown[at + 1 : -1] if line]) >= 4
        assert any(line.startswith("… ") and line.endswith(" more lines") for line in shown[:at])
        assert any(line.startswith("model ") for line in shown[:at])
        await driver.press("enter")
        assert "more lines" not in driver.text
        assert "Number 3" in driver.text


async def test_a_list_that_becomes_empty_shows_no_deal_beside_it(
    demo: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        await driver.press("1")
        await rest(driver)
        screen = driver.app.screen
        assert isinstance(screen, DealsScreen)
        title = deal_detail(demo, deal_ids(demo, SCOPE)[0]).row.title
        assert title in beside(driver)
        monkeypatch.setattr(delays, "RESTING_SECONDS", 3600)  # nothing comes because the cursor rests
        await driver.press("F")
        await driver.type("nothing is called this")
        assert screen.deal_id is None
        assert not beside(driver)


async def test_undoing_the_only_deal_leaves_no_deal_beside_the_list(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = create_pipeline(empty, name="Sales", stages=["Lead"])
    create_deal(empty, title="The only one", pipeline_id=pipeline, owner_id=create_rep(empty, name="anna"))
    async with driving(empty, size=(120, 40)) as driver:
        await driver.press("1")
        await rest(driver)
        screen = driver.app.screen
        assert isinstance(screen, DealsScreen)
        assert "The only one" in beside(driver)
        monkeypatch.setattr(delays, "RESTING_SECONDS", 3600)
        await driver.press("u")
        assert "No open deal here" in driver.text
        assert not beside(driver)


async def test_the_bar_over_a_deal_of_another_pipeline_names_that_one(demo: Workspace) -> None:
    with demo.read() as reader:
        deals = dict(
            reader.rows(
                "SELECT p.name, min(d.id) FROM deal d JOIN pipeline p ON p.id = d.pipeline_id GROUP BY p.name"
            )
        )
    async with driving(demo) as driver:
        await driver.app.push_screen(DealScreen(deals["Renewals"]))
        await driver.settle()
        assert driver.lines[0] == " funnel │ Renewals │ everybody │ NOK"
        await driver.press("escape")
        await driver.app.push_screen(DealScreen(deals["New business"]))
        await driver.settle()
        assert driver.lines[0].startswith(" funnel │ New business │ everybody │ NOK ")
        assert driver.lines[0].endswith(" deals")
