"""The first minute by keys: the welcome and its three ways, leaving it, bad answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.dialogs.file_choice import FileDialog
from funnel_tui.dialogs.pick_one import PickOne
from funnel_tui.dialogs.pipeline_form import PipelineForm
from funnel_tui.dialogs.template_choice import TemplateChoice
from funnel_tui.dialogs.welcome import WelcomeDialog
from funnel_tui.screens.deals import DealsScreen
from funnel_tui.screens.import_preview import ImportPreview
from funnel_tui.services.first_start import is_first_start
from funnel_tui.services.workspace import Workspace
from tests.support.driving import SIZES, Driver, driving

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])


@pytest.fixture(autouse=True)
def oslo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine in Norway."""
    monkeypatch.setenv("LANG", "nb_NO.UTF-8")
    monkeypatch.setenv("TZ", "Europe/Oslo")


@pytest.fixture
def home(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the user, where the program is started."""
    monkeypatch.chdir(clean_environment)
    return clean_environment


def rows(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    """What a query gives."""
    with workspace.read() as reader:
        return [tuple(row) for row in reader.rows(sql)]


async def type_anew(driver: Driver, text: str) -> None:
    """Put another text into the field that has the focus."""
    await driver.press("end", "ctrl+u")
    await driver.type(text)


@both_sizes
async def test_the_welcome_shows_three_ways_and_good_guesses(empty: Workspace, size: tuple[int, int]) -> None:
    async with driving(empty, size=size, welcome=True) as driver:
        assert isinstance(driver.app.screen, WelcomeDialog)
        words = " ".join(driver.text.split())
        for begin in ("1 Look around demo data in a throw-away file", "2 Import a file", "3 Start empty"):
            assert begin in words
        assert driver.line("Your name").split()[-1] == "anna"
        assert driver.line("Base currency").split()[-1] == "NOK"
        assert "Europe/Oslo" in driver.line("Time zone")
        assert "…" not in driver.text.replace("USD …", "")
        assert "Nothing is written before you choose" in driver.text
        assert driver.lines[-1].endswith("q quit")
        # Keys of the program do nothing behind it.
        await driver.press("0", "5", "S", "n", "u", "slash", "question_mark", "escape")
        assert isinstance(driver.app.screen, WelcomeDialog)


async def test_leaving_writes_nothing(empty: Workspace, home: Path) -> None:
    async with driving(empty, welcome=True) as driver:
        await driver.pilot.press("q")  # there is nothing left to settle
        assert driver.app.return_code == 0
        assert not driver.app.wants_demo
    assert is_first_start(empty)
    assert not (home / ".config").exists()


async def test_the_demo_is_asked_for_without_any_answer(empty: Workspace) -> None:
    async with driving(empty, welcome=True) as driver:
        await driver.press("tab")
        await type_anew(driver, "")
        await driver.press("escape")
        await driver.pilot.press("1")
        assert driver.app.wants_demo
    assert is_first_start(empty)


@both_sizes
async def test_starting_empty_lands_on_the_deals(empty: Workspace, home: Path, size: tuple[int, int]) -> None:
    async with driving(empty, size=size, welcome=True) as driver:
        await driver.press("tab")
        await type_anew(driver, "Anna Berg")
        await driver.press("enter")
        await type_anew(driver, "sek")
        await driver.press("escape", "3")
        assert isinstance(driver.app.screen, TemplateChoice)
        await driver.press("j", "j", "enter")
        assert isinstance(driver.app.screen, PipelineForm)
        assert "Prospecting → Qualification → Proposal → Negotiation" in driver.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealsScreen)
        assert len(driver.app.screen_stack) == 1
        assert "n makes a new one" in driver.text
        told = driver.told
        assert any(words.startswith("Pipeline Sales is ready: n makes the first deal.") for words in told)
        assert " n new " in driver.lines[-1]
        assert "Sales" in driver.lines[0]
        assert "SEK" in driver.lines[0]
        await driver.press("n")
        assert "Anna Berg" in driver.line("Owner")
    assert rows(empty, "SELECT name FROM pipeline") == [("Sales",)]
    assert rows(empty, "SELECT count(*) FROM stage") == [(4,)]
    assert rows(empty, "SELECT name FROM rep") == [("Anna Berg",)]
    assert empty.settings().time_zone == "Europe/Oslo"
    # One change, under the new name, which is kept for the next start.
    assert rows(empty, "SELECT count(*), min(actor) FROM change_group") == [(1, "Anna Berg")]
    assert (home / ".config/funnel/config.toml").read_text() == 'user = "Anna Berg"\n'


async def test_what_is_left_half_way_keeps_the_answers(empty: Workspace) -> None:
    async with driving(empty, welcome=True) as driver:
        await driver.press("tab")
        await type_anew(driver, "Kari")
        await driver.press("escape", "3", "enter", "escape", "escape")
        assert isinstance(driver.app.screen, WelcomeDialog)
        assert driver.line("Your name").split()[-1] == "Kari"
        await driver.press("2", "escape")
        assert isinstance(driver.app.screen, WelcomeDialog)
    assert is_first_start(empty)


async def test_a_pipeline_name_that_is_no_good_is_told_at_the_field(empty: Workspace) -> None:
    async with driving(empty, welcome=True) as driver:
        await driver.press("3", "enter")
        await type_anew(driver, "x" * 300)
        await driver.press("enter")
        assert isinstance(driver.app.screen, PipelineForm)
        assert "at most 200 are allowed" in driver.text
        assert is_first_start(empty)
        await driver.pilot.pause(0.5)  # the form is there a moment before its field takes keys
        await type_anew(driver, "Enterprise")
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealsScreen)
    assert rows(empty, "SELECT name FROM pipeline") == [("Enterprise",)]


async def test_bad_answers_are_told_under_their_fields(empty: Workspace) -> None:
    async with driving(empty, welcome=True) as driver:
        await driver.press("tab")
        await type_anew(driver, "")
        await driver.press("tab")
        await type_anew(driver, "euro")
        await driver.press("escape", "2")
        assert isinstance(driver.app.screen, WelcomeDialog)
        lines = driver.lines
        name = next(at for at, line in enumerate(lines) if line.strip().startswith("Your name"))
        assert "name" in lines[name + 1].lower()
        assert lines[name + 3].strip() == "'euro' is no currency; write a code such as EUR."
        assert driver.app.focused is not None
        assert driver.app.focused.id == "name"


@both_sizes
async def test_the_time_zone_is_picked_from_a_list_that_narrows(
    empty: Workspace, size: tuple[int, int]
) -> None:
    async with driving(empty, size=size, welcome=True) as driver:
        await driver.press("tab", "tab", "tab", "enter")
        assert isinstance(driver.app.screen, PickOne)
        await driver.type("new yo")
        await driver.press("enter")
        assert isinstance(driver.app.screen, WelcomeDialog)
        assert "America/New_York" in driver.line("Time zone")
        await driver.press("s")  # a letter opens the list with it
        await driver.type("tockholm")
        await driver.press("enter")
        assert "Europe/Stockholm" in driver.line("Time zone")


@both_sizes
async def test_importing_lands_on_the_deals_and_u_takes_all_back(
    empty: Workspace, home: Path, size: tuple[int, int]
) -> None:
    (home / "deals.csv").write_text(
        "Deal ID,Deal name,Stage,Status,Amount,Currency,Created,Closed\n"
        "1,Fjord,Lead,open,100,USD,2026-11-02,\n2,Berg,Lead,won,200,USD,2026-01-02,2026-02-01\n"
    )
    async with driving(empty, size=size, welcome=True) as driver:
        await driver.press("2")
        assert isinstance(driver.app.screen, FileDialog)
        await driver.press("tab")
        await driver.type("~/nix.csv")
        await driver.press("enter")
        assert "There is no file" in driver.text
        await type_anew(driver, "~/deals.csv")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ImportPreview)
        assert driver.line("2 rows: 2 new, 0 to change")
        assert is_first_start(empty)
        await driver.press("enter")
        assert isinstance(driver.app.screen, DealsScreen)
        assert len(driver.app.screen_stack) == 1
        assert "Fjord" in driver.text
        assert "USD" in driver.lines[0]  # the file's currency goes before a guess
        assert empty.settings().time_zone == "Europe/Oslo"
        assert ("anna",) in rows(empty, "SELECT name FROM rep")
        await driver.press("u", "y")
        assert "No open deal here" in driver.text
    assert rows(empty, "SELECT count(*) FROM deal") == [(0,)]
    assert rows(empty, "SELECT count(*) FROM setting") == [(0,)]


async def test_a_currency_that_was_typed_stays_whatever_the_file_has(empty: Workspace, home: Path) -> None:
    (home / "deals.csv").write_text("id,title,stage,amount,currency\n1,Fjord,Lead,100,USD\n")
    async with driving(empty, welcome=True) as driver:
        await driver.press("tab", "tab")
        await type_anew(driver, "SEK")
        await driver.press("escape", "2", "tab")
        await driver.type("~/deals.csv")
        await driver.press("enter", "enter")
        assert isinstance(driver.app.screen, DealsScreen)
    assert empty.settings().base_currency == "SEK"
