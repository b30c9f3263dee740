"""A form whose answer is refused for good: what was typed is offered again, as after ``esc``."""

from __future__ import annotations

import pytest

from funnel_tui.errors import DatabaseBusy
from funnel_tui.services import deals, interactions
from funnel_tui.services.drafts import pending
from funnel_tui.services.pipelines import edit_pipeline
from funnel_tui.services.workspace import Workspace
from tests.support.driving import driving
from tests.ui.dialogs import seen, write


def use(workspace: Workspace, *, in_use: bool) -> None:
    """Put every pipeline out of use, or into use again."""
    with workspace.read() as reader:
        numbers = [row[0] for row in reader.rows("SELECT id FROM pipeline ORDER BY id")]
    for number in numbers:
        edit_pipeline(workspace, pipeline_id=number, changes={"in_use": in_use})


async def test_a_new_deal_whose_pipeline_went_out_of_use(demo: Workspace) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "n")
        await driver.type("Typed with care")
        use(demo, in_use=False)
        await driver.press("ctrl+s")
        assert "is not in use" in seen(driver)
        assert any("Kept as a draft" in words for words in driver.told)
        await driver.press("escape")
        use(demo, in_use=True)
        await driver.press("n")
        assert "Go on with “Typed with care”" in seen(driver)


async def test_another_try_leaves_no_draft(demo: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    async with driving(demo) as driver:
        await driver.press("1", "n")
        await driver.type("Typed with care")
        plain, tries = deals.create_deal, []

        def busy_once(*args: object, **more: object) -> int:
            tries.append(more)
            if len(tries) == 1:
                raise DatabaseBusy("The database is in use.", "Try again.")
            return plain(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(deals, "create_deal", busy_once)
        await driver.press("ctrl+s")
        assert "The database is in use." in seen(driver)
        assert pending(demo.database.target, "deal")
        await driver.press("r")
        assert len(tries) == 2
        assert "Typed with care" in driver.text
        assert pending(demo.database.target, "deal") == []


async def test_a_call_that_could_not_be_saved(demo: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: object, **more: object) -> None:
        raise DatabaseBusy("The database is in use.", "Try again.")

    async with driving(demo) as driver:
        await driver.press("1", "c")
        await write(driver, "note", "Half a thought")
        with monkeypatch.context() as patched:
            patched.setattr(interactions, "log_interaction", busy)
            await driver.press("ctrl+s")
        assert "The database is in use." in seen(driver)
        await driver.press("escape")
        await driver.press("c")
        assert "Half a thought" in seen(driver)
