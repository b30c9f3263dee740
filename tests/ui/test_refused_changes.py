"""Changes that come to nothing, one after the other."""

from __future__ import annotations

from funnel_tui.errors import Refused
from funnel_tui.screens.writing import Change, Told, writing_of
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving


async def test_every_change_that_fails_is_told(demo: Workspace) -> None:
    def refused(words: str) -> Change:
        def doing(_workspace: Workspace) -> Told:
            raise Refused(words)

        return Change("Changing", doing)

    async with driving(demo) as driver:
        for words in ("The first is refused.", "The second is refused.", "The third is refused."):
            writing_of(driver.app).write(refused(words))
        await driver.settle()
        for words in ("The first is refused.", "The second is refused.", "The third is refused."):
            assert words in driver.text
            await driver.press("escape")
        assert "refused" not in driver.text
