"""Ways around the Interactions screen, for its tests."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from funnel_tui.domain.interactions import InteractionFact
from funnel_tui.domain.period import parse_instant
from funnel_tui.screens.interactions import InteractionsScreen
from funnel_tui.screens.interactions_activity import Panel
from funnel_tui.services.interaction_list import interaction_rows
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.deal_table import DealGrid
from tests.support.driving import Driver


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
    """The screen, with the cursor on the first row of the stream."""
    await driver.press("3", "g")
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
