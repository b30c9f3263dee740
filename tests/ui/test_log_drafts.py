"""A call that was typed and not saved is spoken of at the next start."""

from __future__ import annotations

from funnel_tui.services.drafts import DraftKeeper, pending
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving


async def test_a_draft_of_a_call_is_told_at_the_start(demo: Workspace) -> None:
    keeper = DraftKeeper(demo.database.target, "log")
    keeper.keep({"kind": "Call", "note": "Half a thought", "about": "7-0-0"})
    keeper.close()
    assert len(pending(demo.database.target, "log")) == 1
    async with driving(demo) as driver:
        await driver.pilot.pause(1.3)
        await driver.settle()
        told = driver.told
        assert any("draft of a call" in words and "takes it up again" in words for words in told)
