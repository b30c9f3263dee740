"""The preview of an import by keys: what is read from which column, what is refused, and importing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from funnel_tui.dialogs.file_choice import FileDialog, FileTree
from funnel_tui.dialogs.pick_one import PickOne
from funnel_tui.exchange.mapping import build_mapping
from funnel_tui.exchange.profiles import PROFILES
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.directory import DirectoryScreen
from funnel_tui.screens.import_preview import ImportPreview
from funnel_tui.screens.interactions import InteractionsScreen
from funnel_tui.screens.stages import StagesScreen
from funnel_tui.services import importing
from funnel_tui.services.importing import ImportOptions, preview
from funnel_tui.services.importing.preview import guess_kind
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import Put

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])

DEALS = (
    "Deal ID,Deal name,Stage,Status,Amount,Currency,Created,Closed,Nickname\n"
    "1,Fjord,Lead,open,100,USD,2026-11-02,,Fj\n"
    "2,Berg,Lead,won,200,USD,2026-01-02,2026-02-01,Be\n"
)


async def open_file(driver: Driver, path: Path) -> None:
    """Look at a file."""
    await driver.press("I", "tab")
    await driver.type(str(path))
    await driver.press("enter")


def cells(driver: Driver, *begin: str) -> list[str]:
    """The words of the first line that begins with some words, however far apart they stand."""
    for line in driver.lines:
        words = line.split()
        if words[: len(begin)] == list(begin):
            return words[len(begin) :]
    raise AssertionError(f"no line begins with {begin}:\n{driver.text}")


def count(workspace: Workspace, table: str) -> int:
    """How many rows a table has."""
    with workspace.read() as reader:
        return int(reader.rows(f"SELECT count(*) FROM {table}")[0][0])


@both_sizes
async def test_the_preview_shows_fields_rows_and_what_happens(
    empty: Workspace, put: Put, size: tuple[int, int]
) -> None:
    path = put("deals.csv", DEALS)
    async with driving(empty, size=size) as driver:
        await open_file(driver, path)
        assert isinstance(driver.app.screen, ImportPreview)
        assert "‹ deals ›" in driver.line("It holds")
        assert "‹ another program ›" in driver.line("It holds")
        assert "Nickname" in driver.line("First row")  # which nothing is read from
        assert cells(driver, "id", "*") == ["Deal", "ID", "1"]
        assert cells(driver, "title") == ["Deal", "name", "Fjord"]
        assert cells(driver, "organisation") == ["–"]
        assert cells(driver, "1", "Fjord") == ["Lead", "open", "100.00", "USD", "2026-11-02"]
        assert driver.line("2 rows: 2 new, 0 to change, 0 as they are. enter imports.")
        await driver.press("v", "v")
        assert "New pipelines: 1 (Sales)." in driver.text
        assert count(empty, "deal") == 0


async def test_a_file_of_another_program_is_known(empty: Workspace, put: Put) -> None:
    path = put("hs.csv", "Record ID,Deal Name,Deal Stage,Amount\n1,Fjord,Closed Won,100\n")
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert "HubSpot, it seems" in driver.line("It holds")


async def test_a_mapping_is_changed_and_everything_follows(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", DEALS)
    async with driving(empty) as driver:
        await open_file(driver, path)
        await driver.press("j", "e")
        assert isinstance(driver.app.screen, PickOne)
        await driver.type("nick")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ImportPreview)
        assert cells(driver, "title") == ["Nickname", "Fj"]
        assert "Deal name" in driver.line("First row")
        assert cells(driver, "1", "Fj")
        await driver.press("j", "space")  # organisation: a text for all rows
        await driver.type("Nordlys AS")
        await driver.press("enter")
        assert "“Nordlys AS” on every row" in driver.line("organisation")
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealsScreen)
        assert "Nordlys AS" in driver.text
    with empty.read() as reader:
        assert {row[0] for row in reader.rows("SELECT title FROM deal")} == {"Fj", "Be"}


async def test_a_field_is_left_out(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", DEALS)
    async with driving(empty) as driver:
        await open_file(driver, path)
        await driver.press("e", "home", *["up"] * 12, "enter")
        assert "! needed" in driver.line("id *")
        assert "no column is known to hold id" in driver.text
        await driver.press("enter")  # does nothing
        assert isinstance(driver.app.screen, ImportPreview)
        assert count(empty, "deal") == 0


@both_sizes
async def test_refused_rows_are_listed_and_nothing_is_imported(
    empty: Workspace, put: Put, size: tuple[int, int]
) -> None:
    path = put(
        "deals.csv", DEALS + "3,Dal,Lead,open,9x9,USD,2026-11-02,,D\n4,Elv,Lead,won,5,USD,2026-01-02,,E\n"
    )
    async with driving(empty, size=size) as driver:
        await open_file(driver, path)
        assert driver.line("2 rows are refused: nothing is imported")
        assert "[Refused: 2]" in driver.text
        assert cells(driver, "4", "Amount")[0] == "9x9"
        assert cells(driver, "5", "Closed")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ImportPreview)
        assert count(empty, "deal") == 0
        await driver.press("v", "v")
        assert cells(driver, "1", "Fjord")


async def test_the_decimal_mark_and_the_date_format_change_what_is_read(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", "id;title;amount;currency;created\n1;Fjord;1.234,50;USD;01/02/2026\n")
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert "can be d/m/yyyy or m/d/yyyy" in driver.text
        await driver.press("shift+tab", "shift+tab", "shift+tab", "right")
        assert "31.12.2026" in driver.line("Dates")
        await driver.press("right")
        assert "Refused: 1" in driver.text
        await driver.press("tab", "right")
        assert driver.line("1 row: 1 new")
        assert cells(driver, "1", "Fjord") == ["1,234.50", "USD", "2026-02-01"]


async def test_a_file_that_is_no_table_says_so_and_esc_asks_for_another(empty: Workspace, put: Put) -> None:
    path = put("book.csv", "")
    path.write_bytes(b"PK\x03\x04 xl/workbook")
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert "is an Excel workbook; save it as CSV." in " ".join(driver.text.split())
        await driver.press("enter", "e", "v", "v", "v")
        assert isinstance(driver.app.screen, ImportPreview)
        await driver.press("escape")
        assert isinstance(driver.app.screen, FileDialog)
        assert "book.csv" in driver.line("Path")
        await driver.press("escape")
        assert not isinstance(driver.app.screen, FileDialog)


async def test_a_file_without_rows_imports_nothing(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", DEALS.splitlines()[0] + "\n")
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert driver.line("There is nothing in the file below its header.")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ImportPreview)


async def test_the_same_file_again_changes_what_changed(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", DEALS)
    async with driving(empty) as driver:
        await open_file(driver, path)
        await driver.press("enter")
        path.write_text(DEALS.replace("Fjord", "Fjordline"), encoding="utf-8")
        await open_file(driver, path)
        assert driver.line("2 rows: 0 new, 1 to change, 1 as they are. enter imports.")
        await driver.press("enter")
        assert "Fjordline" in driver.text


async def test_a_row_that_only_the_database_refuses_is_refused_in_the_preview(
    empty: Workspace, put: Put
) -> None:
    create_pipeline(empty, name="Sales", stages=["Offer"])
    path = put("deals.csv", DEALS)
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert driver.line("2 rows are refused")
        assert cells(driver, "2", "Stage")[0] == "Lead"


async def test_only_closed_deals_are_shown_on_the_stages(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", "\n".join([DEALS.splitlines()[0], DEALS.splitlines()[2]]) + "\n")
    async with driving(empty) as driver:
        await open_file(driver, path)
        await driver.press("enter")
        assert isinstance(driver.app.screen, StagesScreen)


async def test_people_and_interactions_land_where_they_are_seen(empty: Workspace, put: Put) -> None:
    create_pipeline(empty, name="Sales", stages=["Lead"])
    people = put("people.csv", "First name,Last name,Email\nKari,Lie,kari@example.com\n")
    calls = put("calls.csv", "Person,Kind,Date,Note\nKari Lie,Call,2026-11-20 10:00,Asked\n")
    async with driving(empty) as driver:
        await open_file(driver, people)
        assert "‹ people ›" in driver.line("It holds")
        await driver.press("enter")
        assert isinstance(driver.app.screen, DirectoryScreen)
        await open_file(driver, calls)
        assert "‹ interactions ›" in driver.line("It holds")
        await driver.press("enter")
        assert isinstance(driver.app.screen, InteractionsScreen)
        assert "Kari Lie" in driver.text


async def test_the_tree_shows_folders_and_files_that_can_be_read(empty: Workspace, put: Put) -> None:
    put("deals.csv", DEALS)
    put("[red]odd.csv", DEALS)
    put("picture.png", "")
    put(".hidden.csv", DEALS)
    async with driving(empty) as driver:
        await driver.press("I")
        await driver.pilot.pause(0.3)
        tree = driver.app.screen.query_one(FileTree)
        names = [str(node.label) for node in tree.root.children]
        assert names == ["run", "[red]odd.csv", "deals.csv"]
        await driver.press("down", "down", "down", "enter")
        assert isinstance(driver.app.screen, ImportPreview)
        assert "deals.csv" in driver.lines[0]


def endless(
    real: Callable[[Workspace, ImportOptions], object],
) -> Callable[[Workspace, ImportOptions], object]:
    """An import that takes until somebody stops it."""

    def begin(workspace: Workspace, options: ImportOptions) -> object:
        tell = options.progress
        assert tell is not None

        def progress(doing: str, done: int, whole: int) -> None:
            while True:
                tell(doing, done, whole)  # raises when it is stopped
                time.sleep(0.005)

        return real(workspace, replace(options, progress=progress))

    return begin


async def test_a_long_reading_answers_keys_and_is_stopped_by_esc(
    empty: Workspace, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((preview, "rehearse"), (importing, "run_import")):
        monkeypatch.setattr(module, name, endless(getattr(module, name)))
    lines = [f"{n},Deal {n},Lead,open,{n},USD,2026-11-02,,x" for n in range(3_000)]
    path = put("big.csv", "\n".join([DEALS.splitlines()[0], *lines]) + "\n")
    async with driving(empty) as driver:
        await driver.press("I", "tab")
        await driver.type(str(path))
        await driver.pilot.press("enter")
        screen = driver.app.screen
        for _ in range(200):
            await driver.pilot.pause(0.02)
            screen = driver.app.screen
            if isinstance(screen, ImportPreview) and "Trying the import" in driver.text:
                break
        assert isinstance(screen, ImportPreview)
        fields = screen.query_one("#fields", Grid)
        await driver.pilot.press("j")
        await driver.pilot.press("j")
        assert fields.row == 2
        assert "Trying the import" in driver.text
        await driver.pilot.press("escape")
        await driver.settle()
        assert driver.app.screen is screen
        assert "Not tried to its end" in driver.text
        await driver.pilot.press("enter")
        await driver.pilot.press("escape")
        await driver.settle()
        assert driver.app.screen is screen
        assert count(empty, "deal") == 0


async def test_a_path_is_typed_without_a_key_before(empty: Workspace, put: Put) -> None:
    put("kjhl.csv", DEALS)
    async with driving(empty) as driver:
        await driver.press("I")
        await driver.type("kjhl.csv")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ImportPreview)


async def test_a_refused_file_is_mended_and_read_again(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", DEALS.replace("Fjord,Lead", "Fjord,L" + "e" * 300 + "ad"))
    async with driving(empty, size=(80, 24)) as driver:
        await open_file(driver, path)
        await driver.press("home", "j", "e")
        await driver.type("nick")
        await driver.press("enter")
        await driver.press("enter")
        notices = driver.told
        assert any("Mend the file and press r" in words for words in notices)
        path.write_text(DEALS, encoding="utf-8")
        await driver.press("r")
        assert driver.line("2 rows: 2 new")
        assert cells(driver, "title") == ["Nickname", "Fj"]


async def test_the_whole_reason_stands_below_on_a_small_terminal(empty: Workspace, put: Put) -> None:
    path = put(
        "deals.csv", DEALS + "3,Dal,Lead,open,5,USD,2026-31-02,,D\n4,Elv,Lead,won,5,USD,2026-01-02,,E\n"
    )
    async with driving(empty, size=(80, 24)) as driver:
        await open_file(driver, path)
        screen = driver.app.screen
        assert isinstance(screen, ImportPreview)
        below = screen.query_one("#below", Grid)
        below.focus()
        for row, listed in enumerate(screen._effect.listed):  # type: ignore[union-attr]
            below.put_cursor(row)
            await driver.press("home" if row == 0 else "end")
            said = " ".join(driver.text.split())
            assert listed.refusal.reason in said


@pytest.mark.parametrize(
    "header",
    [
        "Deal No,Deal Name,Stage,Amount,Lost reason,Owner,Start,End",
        "No.,Deal Name,Amount,Rep,Quarter",
        "Ref,Deal Name,Phase,Amount,Rep,Quarter",
    ],
)
def test_a_stage_or_a_deal_name_makes_it_deals(header: str) -> None:
    assert guess_kind(tuple(header.split(",")), PROFILES["generic"]) == "deals"


def test_common_headings_are_the_id() -> None:
    for name in ("Deal No", "Deal No.", "Deal number", "No", "#", "Number"):
        mapping = build_mapping("deals", (name, "Stage", "Amount"), PROFILES["generic"])
        assert mapping.columns["id"] == 0


async def test_new_stages_without_a_chance_are_told(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", DEALS.replace("Berg,Lead", "Berg,Offer"))
    async with driving(empty, size=(80, 24)) as driver:
        await open_file(driver, path)
        await driver.press("enter")
        said = " ".join(driver.told)
        assert "New stages are in the order of the file and win with 0 %" in said
        assert "S changes both." in said
