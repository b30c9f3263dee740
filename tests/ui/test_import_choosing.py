"""The preview of an import by keys: another or a new pipeline, a fixed value, and figures that are whole.

The figures are those that the command line gives with the same options.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.dialogs.fixed_value import FixedValueForm
from funnel_tui.dialogs.pick_one import PickOne
from funnel_tui.screens.import_preview import ImportPreview
from funnel_tui.services.importing import preview
from funnel_tui.services.importing.deals import CHUNK
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from tests.support.cli import run_here
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import Put

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])

HEADER = "Deal ID,Deal name,Stage,Status,Amount,Currency,Created\n"
STAGED = "".join(
    f"{n},Deal {n},{('Lead', 'Engaging', 'Prospecting')[n % 3]},open,100,USD,2026-11-02\n"
    for n in range(2 * CHUNK + 4)
)
HISTORY = "Deal ID,Stage,When\n1,Engaging,2026-01-02\n1,Prospecting,2026-01-05\n2,Engaging,2026-01-03\n"


@pytest.fixture
def sales(empty: Workspace) -> Workspace:
    """A database with two pipelines and no deal."""
    create_pipeline(empty, name="Sales", stages=["Lead", "Offer"])
    create_pipeline(empty, name="Long sales", stages=["Lead", "Engaging", "Prospecting"])
    return empty


def commanded(workspace: Workspace, kind: str, path: Path, *options: str) -> str:
    """What the command line says of the same import in a dry run."""
    database = workspace.database.target.path
    assert database is not None
    return run_here("import", kind, path, "--dry-run", *options, db=database).stderr


def counts(said: str) -> str:
    """The figures of a dry run as the preview has them."""
    words = said.split()
    rows, new, changed, same = words[0], words[4], words[6], words[8]
    return f"{rows} rows: {new} new, {changed} to change, {same} as they are. enter imports."


async def open_file(driver: Driver, path: Path) -> ImportPreview:
    """Look at a file."""
    await driver.press("I", "tab")
    await driver.type(str(path))
    await driver.press("enter")
    assert isinstance(driver.app.screen, ImportPreview)
    return driver.app.screen


async def to_field(driver: Driver, name: str) -> None:
    """The cursor on a field."""
    screen = driver.app.screen
    assert isinstance(screen, ImportPreview)
    assert screen._look is not None
    fields = screen.query_one("#fields", Grid)
    fields.focus()
    fields.put_cursor([one.name for one in screen._look.fields].index(name))
    await driver.settle()


async def pick(driver: Driver, words: str) -> None:
    """Pick what begins with some words."""
    assert isinstance(driver.app.screen, PickOne)
    await driver.type(words)
    await driver.press("enter")


def stages(workspace: Workspace, pipeline: str) -> list[str]:
    """The stages of a pipeline in order."""
    sql = (
        "SELECT s.name FROM stage s JOIN pipeline p ON p.id = s.pipeline_id WHERE p.name = :name "
        "ORDER BY s.position"
    )
    with workspace.read() as reader:
        return [row[0] for row in reader.rows(sql, {"name": pipeline})]


@both_sizes
async def test_unknown_stages_are_counted_and_a_new_pipeline_takes_them(
    sales: Workspace, put: Put, size: tuple[int, int]
) -> None:
    path = put("deals.csv", HEADER + STAGED)
    refused = commanded(sales, "deals", path)
    dry = commanded(sales, "deals", path, "--pipeline", "Renewals")
    async with driving(sales, size=size) as driver:
        await open_file(driver, path)
        assert "1,336 rows refused" in refused
        assert driver.line("1,336 rows are refused: nothing is imported before they are right.")
        assert "[Refused: 1,336]" in driver.text
        assert "Unknown stages: e on the field “pipeline” chooses another" in driver.text
        await driver.press("e")  # the cursor stands on the pipeline already
        assert "Which pipeline do the deals go into?" in driver.lines[0]
        assert "Lead, Offer" in driver.line("the pipeline Sales")
        await pick(driver, "a new pipeline")
        assert isinstance(driver.app.screen, FixedValueForm)
        await driver.press("enter")
        assert "Type a name." in driver.text
        await driver.type("Renewals")
        await driver.press("enter")
        assert driver.line(counts(dry))
        assert "“Renewals” on every row" in driver.line("pipeline")
        assert "new; stages of the file" in driver.line("pipeline")
        assert "Unknown stages" not in driver.text
        await driver.press("v", "v")
        assert "New pipelines: 1 (Renewals)." in driver.text
        await driver.press("enter")
    assert stages(sales, "Renewals") == ["Lead", "Engaging", "Prospecting"]


async def test_a_pipeline_that_is_there_is_picked_or_typed_and_given_up(sales: Workspace, put: Put) -> None:
    path = put("deals.csv", HEADER + STAGED)
    dry = commanded(sales, "deals", path, "--pipeline", "long SALES")
    async with driving(sales) as driver:
        await open_file(driver, path)
        await driver.press("e")
        await pick(driver, "the pipeline long")
        assert driver.line(counts(dry))
        assert "“Long sales” on every row" in driver.line("pipeline")
        assert "new;" not in driver.line("pipeline")
        await driver.press("e")
        assert isinstance(driver.app.screen, PickOne)
        await pick(driver, "not read")
        assert driver.line("1,336 rows are refused")
        await driver.press("e")
        await pick(driver, "long SALES")
        assert driver.line(counts(dry))
        await driver.press("enter")
    assert stages(sales, "Long sales") == ["Lead", "Engaging", "Prospecting"]


async def test_a_name_that_no_pipeline_can_have_is_asked_for_again(sales: Workspace, put: Put) -> None:
    path = put("deals.csv", HEADER + STAGED)
    async with driving(sales) as driver:
        await open_file(driver, path)
        await driver.press("e")
        await pick(driver, "x" * 300)
        assert isinstance(driver.app.screen, FixedValueForm)
        assert "The name has 300 characters; at most" in driver.text
        await driver.press("escape")
        assert driver.line("1,336 rows are refused")


@both_sizes
async def test_a_field_gets_a_fixed_value(sales: Workspace, put: Put, size: tuple[int, int]) -> None:
    path = put("deals.csv", HEADER + STAGED)
    dry = commanded(sales, "deals", path, "--value", "stage=Offer")
    async with driving(sales, size=size) as driver:
        await open_file(driver, path)
        await to_field(driver, "stage")
        await driver.press("e")
        await pick(driver, "a fixed value")
        await driver.press("enter")
        assert "Type a value." in driver.text
        await driver.type("Offer")
        await driver.press("enter")
        assert "“Offer” on every row" in driver.line("stage")
        assert driver.line(counts(dry))
        await driver.press("e")  # to change it again: the list stands on it
        await driver.press("enter")
        assert isinstance(driver.app.screen, FixedValueForm)
        assert driver.line("Value").split()[-1] == "Offer"


async def test_a_fixed_value_that_cannot_be_is_refused_as_on_the_command_line(
    sales: Workspace, put: Put
) -> None:
    path = put("deals.csv", HEADER + STAGED)
    said = commanded(sales, "deals", path, "--value", "amount=9x9")
    async with driving(sales) as driver:
        await open_file(driver, path)
        await to_field(driver, "amount")
        await driver.press("e")
        await pick(driver, "9x9")
        assert said == "funnel: --value amount=9x9: '9x9' is not an amount.\n"
        assert isinstance(driver.app.screen, FixedValueForm)
        assert driver.line("Value").split()[-1] == "9x9"
        assert driver.line("'9x9' is not an amount.")
        await driver.press("ctrl+u")
        await driver.type("70")
        await driver.press("enter")
        assert "“70” on every row" in driver.line("amount")
        await driver.press("e")
        await pick(driver, "8x8")
        await driver.press("escape")  # what was wrong is not taken
        assert "“70” on every row" in driver.line("amount")
        assert driver.line("1,336 rows are refused")


async def test_the_pipeline_of_a_history_is_chosen(sales: Workspace, put: Put) -> None:
    path = put("history.csv", HISTORY)
    refused = commanded(sales, "history", path)
    dry = commanded(sales, "history", path, "--pipeline", "Long sales")
    async with driving(sales) as driver:
        await open_file(driver, path)
        assert "‹ moves of deals betwee" in driver.line("It holds")
        assert "3 rows refused" in refused
        assert driver.line("3 rows are refused")
        await driver.press("e")
        assert driver.line("– that of each deal –")
        assert "a fixed value" not in driver.text
        await pick(driver, "the pipeline long")
        assert driver.line(counts(dry))
        await driver.press("e")
        await pick(driver, "that of each")
        assert driver.line("3 rows are refused")


async def test_a_figure_that_is_not_of_the_whole_file_says_at_least(
    sales: Workspace, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put("deals.csv", HEADER + STAGED + "x,Odd,Lead,open,9x9,USD,2026-11-02\n")
    go_on, real = threading.Event(), preview.rehearse

    def held_up(*args: Any) -> object:
        assert go_on.wait(60)
        return real(*args)

    monkeypatch.setattr(preview, "rehearse", held_up)
    async with driving(sales) as driver:
        await driver.press("I", "tab")
        await driver.type(str(path))
        await driver.pilot.press("enter")
        try:
            for _ in range(1000):
                await driver.pilot.pause(0.02)
                if "At least 1 row is refused" in driver.text:
                    break
            assert driver.line("At least 1 row is refused; looking for more …")
            assert "[Refused: at least 1]" in driver.text
            await driver.pilot.press("escape")  # stops looking; the figure stays what it is
            await driver.pilot.pause()
            assert driver.line("At least 1 row is refused: nothing is imported before it is right.")
            await driver.pilot.press("r")
        finally:
            go_on.set()
        await driver.settle()
        assert driver.line("1,337 rows are refused")
        assert "[Refused: 1,337]" in driver.text


async def test_a_new_user_names_the_pipeline(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", HEADER + "1,Fjord,Lead,open,100,USD,2026-11-02\n")
    async with driving(empty, welcome=True) as driver:
        await driver.press("down", "enter", "tab")
        await driver.type(str(path))
        await driver.press("enter")
        assert isinstance(driver.app.screen, ImportPreview)
        await to_field(driver, "pipeline")
        await driver.press("e")
        await pick(driver, "Fjord sales")
        assert driver.line("1 row: 1 new")
        await driver.press("enter")
    assert stages(empty, "Fjord sales") == ["Lead"]
    assert stages(empty, "Sales") == []
