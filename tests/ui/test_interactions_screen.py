"""The Interactions screen by keys: the stream, its filters, the figures and what is behind them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from funnel_tui.dialogs.chooser import Chooser
from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.dialogs.log_form import LogForm
from funnel_tui.domain.finding import fold
from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.domain.period import parse_instant
from funnel_tui.screens.deal import DealScreen
from funnel_tui.screens.interaction import InteractionScreen
from funnel_tui.screens.interactions import InteractionsScreen
from funnel_tui.screens.interactions_activity import Panel
from funnel_tui.screens.interactions_behind import ActivityDealsScreen, InteractionsBehindScreen
from funnel_tui.services.interaction_list import interaction_rows
from funnel_tui.services.interactions import log_interaction
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.activity_chart import RateChart
from funnel_tui.widgets.deal_table import DealGrid
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import NOW


def rows_of(workspace: Workspace, sql: str) -> list[tuple[int, ...]]:
    """Read the database."""
    with workspace.read() as reader:
        return reader.rows(sql)


def in_quarter(workspace: Workspace, more: str = "") -> int:
    """How many interactions the quarter of NOW has."""
    start = parse_instant("2026-10-01T00:00:00+02:00", workspace_zone())
    end = parse_instant("2027-01-01T00:00:00+01:00", workspace_zone())
    found = rows_of(
        workspace,
        "SELECT count(*) FROM interaction i JOIN interaction_kind k ON k.id = i.kind_id "
        f"WHERE i.at >= {start} AND i.at < {end} {more}",
    )
    return found[0][0]


def workspace_zone() -> ZoneInfo:
    """The zone that instants without one are read in; all of ours have one."""
    return ZoneInfo("UTC")


async def opened(driver: Driver) -> InteractionsScreen:
    """The screen, with the cursor in the stream."""
    await driver.press("3")
    screen = driver.app.screen
    assert isinstance(screen, InteractionsScreen)
    return screen


async def to_panel(driver: Driver, panel: Panel) -> InteractionsScreen:
    """The screen with some figures."""
    screen = await opened(driver)
    for _ in range(list(Panel).index(panel)):
        await driver.press("tab")
    return screen


def figures(screen: InteractionsScreen) -> DealGrid:
    """The table of figures."""
    return screen.query_one("#figures", DealGrid)


async def to_column(driver: Driver, screen: InteractionsScreen, key: str) -> None:
    """Move to a column of the figures."""
    for _ in range(20):
        if figures(screen).key == key:
            return
        await driver.press("right")
    raise AssertionError(f"there is no column {key}")


def last(workspace: Workspace) -> InteractionFact:
    """The interaction that was written last."""
    return interaction_rows(workspace, [rows_of(workspace, "SELECT max(id) FROM interaction")[0][0]])[0]


# The stream


@pytest.mark.parametrize("size", SIZES)
async def test_the_stream_shows_what_the_scope_holds(demo: Workspace, size: tuple[int, int]) -> None:
    async with driving(demo, size=size) as driver:
        screen = await opened(driver)
        count = in_quarter(demo)
        assert f"{count:,} interactions · Q4 2026" in driver.text
        assert f"1/{count:,}" in driver.text
        assert len(screen.stream.visible_rows) >= 15
        for heading in ("Time", "Kind", "Outcome", "Deal or organisation"):
            assert heading in driver.text
        assert driver.lines[0].strip().startswith("funnel │ all pipelines │ everybody")


async def test_at_120_columns_the_chart_stands_beside_the_stream(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        screen = await opened(driver)
        await driver.settle()
        assert "Done per week by rep, Q4 2026" in driver.text
        assert "━ target" in driver.text
        assert "╌ Q3 2026" in driver.text
        assert screen.query_one(RateChart).size.height >= 15
        assert "together" in driver.text


async def test_at_80_columns_tab_turns_the_pages_and_esc_goes_back(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        assert "Done per week" not in driver.text
        for number, panel in enumerate(list(Panel)[1:], 2):
            await driver.press("tab")
            assert f"[{panel} {number}/8]" in driver.text
            assert len(figures(screen).visible_rows) >= 5
        await driver.press("tab")
        assert "[Stream 1/8]" in driver.text
        await driver.press("shift+tab")
        assert "[Open deals 8/8]" in driver.text
        await driver.press("escape")
        assert "[Stream 1/8]" in driver.text
        assert driver.app.screen.focused is screen.stream


async def test_the_stream_is_narrowed_as_one_types(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        fact = next(
            one
            for one in interaction_rows(demo, screen._rows.ids[:200])
            if one.organisation and one.deal  # type: ignore[union-attr]
        )
        assert fact.organisation is not None
        word = fact.organisation.split()[0]
        await driver.press("F")
        await driver.type(f"{word} {fact.kind.lower()}")
        await driver.pilot.pause(0.3)
        await driver.settle()
        assert screen._rows is not None
        found = interaction_rows(demo, screen._rows.ids)
        assert fact.id in {one.id for one in found}
        for one in found:
            told = fold(" ".join(filter(None, (one.deal, one.organisation, one.person, one.owner, one.kind,
                                               one.outcome, one.note))))  # fmt: skip
            assert fold(word) in told
            assert fold(fact.kind) in told
        await driver.press("enter", "escape")
        assert f"{in_quarter(demo):,} interactions" in driver.text


async def test_only_one_kind_then_one_outcome_then_all_again(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("a")
        assert isinstance(driver.app.screen, Chooser)
        await driver.type("kind call")
        await driver.press("enter")
        calls = in_quarter(demo, "AND k.name = 'Call'")
        assert f"{calls:,} interactions · Call · Q4 2026" in driver.text
        await driver.press("a")
        await driver.type("voicemail")
        await driver.press("enter")
        some = in_quarter(demo, "AND k.name = 'Call' AND i.outcome = 'voicemail'")
        assert 0 < some < calls
        assert f"{some:,} interactions · Call · voicemail · Q4 2026" in driver.text
        await driver.press("a")
        await driver.type("state planned")
        await driver.press("enter")
        assert "planned" in driver.lines[2]
        await driver.press("escape")
        assert f"{in_quarter(demo):,} interactions · Q4 2026" in driver.text


async def test_only_one_rep(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("a")
        await driver.type("rep anna berg")
        await driver.press("enter")
        assert "Anna Berg · Q4 2026" in driver.text
        assert screen._rows is not None
        owners = {fact.owner for fact in interaction_rows(demo, screen._rows.ids)}
        assert owners == {"Anna Berg"}


async def test_the_period_steps_and_the_compared_one_goes_with_it(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("comma")
        assert "interactions · Q3 2026" in driver.text
        await driver.press("full_stop")
        assert "interactions · Q4 2026" in driver.text


async def test_only_the_pipeline_of_the_scope(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("p")
        assert "New business" in driver.lines[0]
        some = in_quarter(
            demo,
            "AND i.deal_id IN (SELECT d.id FROM deal d JOIN pipeline p ON p.id = d.pipeline_id "
            "WHERE p.name = 'New business')",
        )
        assert f"{some:,} interactions" in driver.text


async def test_an_empty_stream_says_what_to_do(empty: Workspace) -> None:
    async with driving(empty) as driver:
        await driver.press("3")
        for words in ("No interaction in Q4 2026 yet.", "c logs a call", "funnel import interactions"):
            assert words in " ".join(driver.text.split())
        await driver.press("tab")
        assert "There is no pipeline yet" in driver.text


# One interaction


async def test_enter_opens_an_interaction_and_esc_goes_back_to_its_row(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("j", "j", "j")
        fact = screen.interaction
        assert fact is not None
        await driver.press("enter")
        assert isinstance(driver.app.screen, InteractionScreen)
        assert f"{fact.kind} with {fact.deal or fact.organisation}" in driver.text
        assert "Rep" in driver.text
        await driver.press("escape")
        assert driver.app.screen is screen
        assert screen.interaction == fact


async def test_its_deal_is_opened(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        while screen.interaction is None or screen.interaction.deal_id is None:
            await driver.press("j")
        await driver.press("o")
        assert isinstance(driver.app.screen, DealScreen)


async def test_an_interaction_is_changed_in_the_form_it_was_logged_with(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press(*["j"] * 12)
        fact = screen.interaction
        assert fact is not None
        await driver.press("e")
        assert isinstance(driver.app.screen, LogForm)
        assert "Edit:" in driver.text
        for _ in range(20):
            if str(getattr(driver.app.screen.focused, "id", "")) == "note":
                break
            await driver.press("tab")
        await driver.type("Added later. ")
        await driver.press("ctrl+s")
        now = interaction_rows(demo, [fact.id])[0]
        assert now.note == f"Added later. {fact.note or ''}".strip()
        assert (now.at, now.outcome, now.owner_id) == (fact.at, fact.outcome, fact.owner_id)
        assert now.version == fact.version + 1
        await driver.press("u")
        assert interaction_rows(demo, [fact.id])[0].note == fact.note


async def test_delete_asks_and_undo_brings_it_back(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("j")
        fact = screen.interaction
        assert fact is not None
        await driver.press("X")
        assert f"Delete this {fact.kind.lower()}" in driver.text
        await driver.press("n")
        assert interaction_rows(demo, [fact.id])
        await driver.press("X", "y")
        assert not interaction_rows(demo, [fact.id])
        assert screen.stream.row == 1
        await driver.press("u")
        assert interaction_rows(demo, [fact.id])


async def test_a_planned_one_is_finished(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        fact = screen.interaction
        assert fact is not None
        assert fact.planned
        await driver.press("d")
        assert isinstance(driver.app.screen, Chooser)
        await driver.type("held")
        await driver.press("enter")
        now = interaction_rows(demo, [fact.id])[0]
        assert (now.planned, now.outcome) == (False, "held")


async def test_a_deal_is_made_from_an_interaction(demo: Workspace) -> None:
    place = rows_of(demo, "SELECT min(id) FROM organisation")[0][0]
    rep = rows_of(demo, "SELECT min(id) FROM rep")[0][0]
    log_interaction(demo, kind="Call", owner_id=rep, organisation_id=place, outcome="conversation")
    async with driving(demo) as driver:
        screen = await opened(driver)
        fact = last(demo)
        while screen.interaction is None or screen.interaction.id != fact.id:
            await driver.press("j")
        await driver.press("o")
        assert driver.app.screen is screen  # it has no deal
        await driver.press("D")
        assert isinstance(driver.app.screen, DealForm)
        assert fact.organisation is not None
        assert fact.organisation in driver.text
        await driver.press("end")
        await driver.type(" first order")
        await driver.press("enter")
        now = last(demo)
        assert now.id == fact.id
        assert now.deal is not None
        assert now.deal.endswith("first order")
        await driver.press("u")
        assert last(demo).deal_id is None


async def test_an_interaction_is_linked_to_a_deal(demo: Workspace) -> None:
    deal = rows_of(
        demo, "SELECT id, organisation_id FROM deal WHERE title LIKE 'Fjordline fleet%' ORDER BY id LIMIT 1"
    ) or rows_of(demo, "SELECT id, organisation_id FROM deal WHERE organisation_id IS NOT NULL LIMIT 1")
    deal_id, place = deal[0]
    with demo.read() as reader:
        title = reader.rows(f"SELECT title FROM deal WHERE id = {deal_id}")[0][0]
    rep = rows_of(demo, "SELECT min(id) FROM rep")[0][0]
    log_interaction(demo, kind="Email", owner_id=rep, organisation_id=place, outcome="sent")
    async with driving(demo) as driver:
        screen = await opened(driver)
        fact = last(demo)
        while screen.interaction is None or screen.interaction.id != fact.id:
            await driver.press("j")
        await driver.press("L")
        await driver.type(title)
        await driver.pilot.pause(0.2)
        await driver.settle()
        await driver.press("enter")
        now = last(demo)
        assert now.deal_id is not None
        assert now.deal == title


async def test_c_logs_with_whom_the_interaction_under_the_cursor_was(demo: Workspace) -> None:
    async with driving(demo) as driver:
        screen = await opened(driver)
        await driver.press("j", "j")
        fact = screen.interaction
        assert fact is not None
        await driver.press("c", "2", "enter")
        assert driver.app.screen is screen
        now = last(demo)
        assert (now.kind, now.outcome, now.at) == ("Call", "voicemail", NOW)
        assert (now.deal_id, now.organisation_id) == (fact.deal_id, fact.organisation_id)
        assert screen.interaction is not None
        assert screen.interaction.id == fact.id


# Figures


async def test_enter_on_a_figure_lists_the_interactions_behind_it(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        screen = await to_panel(driver, Panel.TALKS)
        await to_column(driver, screen, "conversations")
        figure = screen._figure
        assert figure is not None
        await driver.press("enter")
        behind = driver.app.screen
        assert isinstance(behind, InteractionsBehindScreen)
        assert f"{figure.text} interaction" in driver.text
        assert behind._rows is not None
        assert f"{len(behind._rows):,}" == figure.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, InteractionScreen)
        await driver.press("escape", "escape")
        assert driver.app.screen is screen


@pytest.mark.parametrize("panel", [Panel.RATE, Panel.STEPS])
async def test_the_number_of_interactions_is_that_of_the_list(demo: Workspace, panel: Panel) -> None:
    async with driving(demo) as driver:
        screen = await to_panel(driver, panel)
        await driver.press("j")
        figure = screen._figure
        assert figure is not None
        await driver.press("enter")
        behind = driver.app.screen
        assert isinstance(behind, InteractionsBehindScreen)
        assert behind._rows is not None
        assert f"{len(behind._rows):,}" == figure.text


@pytest.mark.parametrize("panel", [Panel.CONTACT, Panel.BEFORE, Panel.LOAD])
async def test_enter_on_a_figure_of_deals_lists_them(demo: Workspace, panel: Panel) -> None:
    async with driving(demo) as driver:
        screen = await to_panel(driver, panel)
        if panel is Panel.CONTACT:
            await driver.press("j")
        figure = screen._figure
        assert figure is not None
        await driver.press("enter")
        assert isinstance(driver.app.screen, ActivityDealsScreen)
        if panel is not Panel.BEFORE:
            assert driver.lines[2].strip().startswith(f"{figure.text.strip()} deal")
        await driver.press("escape")
        assert driver.app.screen is screen


async def test_by_kind_and_by_month(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await to_panel(driver, Panel.RATE)
        assert "Done per week by rep" in driver.text
        await driver.press("b")
        assert "Done per week by kind" in driver.text
        await driver.press("w")
        assert "Done per month by kind" in driver.text
        await driver.press("w")
        assert "Done per day by kind" in driver.text


async def test_best_and_worst_step_are_told_by_signs(demo: Workspace) -> None:
    async with driving(demo, size=(120, 40)) as driver:
        await to_panel(driver, Panel.STEPS)
        await driver.settle()
        assert "▲ best" in driver.text
        assert "▼ worst" in driver.text
        assert "Ratios of the" in driver.text


async def test_a_correlation_is_called_one(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await to_panel(driver, Panel.BEFORE)
        assert "A correlation, not a cause" in driver.text


# Targets and kinds


async def test_a_target_is_typed_over_the_one_under_the_cursor(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("T")
        assert "Targets for November 2026" in driver.text
        await driver.press("j", "1", "2", "3", "enter")
        found = rows_of(demo, "SELECT target, rep_id FROM activity_target ORDER BY id DESC LIMIT 1")
        assert found[0][0] == 123
        assert " 123" in driver.text
        await driver.press("enter")
        await driver.type("-4")
        await driver.press("enter")
        assert rows_of(demo, "SELECT target FROM activity_target ORDER BY id DESC LIMIT 1")[0][0] == 123
        await driver.press("escape", "delete")
        assert rows_of(demo, "SELECT target FROM activity_target ORDER BY id DESC LIMIT 1")[0][0] is None
        await driver.press("u", "full_stop")
        assert "Targets for December 2026" in driver.text


async def test_a_kind_is_added_renamed_moved_and_retired(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await opened(driver)
        await driver.press("K", "n")
        await driver.type("Demo")
        await driver.press("down", "right", "enter")
        assert "Demo" in driver.text
        assert [row[0] for row in rows_of(demo, "SELECT step FROM interaction_kind WHERE name = 'Demo'")] == [
            "calls"
        ]
        await driver.press("G", "R")
        assert "retired" in driver.line("8")
        await driver.press("R", "e")
        await driver.type("!")
        await driver.press("enter")
        assert "Demo!" in driver.text
        await driver.press("K")
        assert "Demo!" in driver.line("7")
        await driver.press("D")
        assert "Demo!" not in driver.line("7")
