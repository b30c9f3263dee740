"""The refused rows of a preview by keys: counted once, wholly readable, and with the field that helps."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.containers import VerticalScroll

from funnel_tui.exchange.refusals import Refusal
from funnel_tui.screens.import_preview import ImportPreview
from funnel_tui.screens.import_rows import RefusedRows
from funnel_tui.services.importing.outcome import AllRefusals
from funnel_tui.services.people import create_person
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.grid import Grid
from tests.support.cli import run_here
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import Put

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])

TWICE = (
    "Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date\n"
    "1,Fjord,Contract Sent,9x9,2026-01-02,\n2,Berg,Contract Sent,5,2026-01-02,soon\n"
)
LOADED = (
    "Id,Name,StageName,Amount,CreatedDate,CloseDate\n"
    + "".join(f"{n},Deal {n},Closed Won,5,2024-01-22,2023-06-{n:02}\n" for n in range(1, 5))
    + "9,Odd,Closed Won,9x9,2023-01-22,2023-06-17\n"
)


async def open_file(driver: Driver, path: Path) -> ImportPreview:
    """Look at a file."""
    await driver.press("I", "tab")
    await driver.type(str(path))
    await driver.press("enter")
    assert isinstance(driver.app.screen, ImportPreview)
    return driver.app.screen


def said(driver: Driver) -> str:
    """All words of the screen, wherever lines break."""
    return " ".join(driver.text.split())


@both_sizes
async def test_a_row_that_is_refused_twice_is_one_row(
    empty: Workspace, put: Put, size: tuple[int, int]
) -> None:
    path = put("deals.csv", TWICE)
    commanded = run_here("import", "deals", path, "--dry-run", db=empty.database.target.path).stderr
    async with driving(empty, size=size) as driver:
        screen = await open_file(driver, path)
        assert "2 rows refused (3 values)" in commanded
        assert driver.line("2 rows are refused")
        assert "[Refused: 2]" in driver.text
        first = [line.split()[0] for line in driver.lines if line.strip()]
        assert [word for word in first if word.isdigit()] == ["2", "2", "3"]  # how many, then their lines
        below = screen.query_one("#below", Grid)
        below.focus()
        await driver.press("end")
        assert "closed, expected close: 'soon' is not a date" in said(driver)


def test_the_last_row_that_is_listed_has_all_its_reasons() -> None:
    whole = AllRefusals(None, several=False)
    refusals = whole.of("deals.csv")
    for line in range(2, 23):
        for column in ("Amount", "Close Date", "Created"):
            refusals.add(Refusal(line, column, "x", f"{column} is wrong", "amount"))
    error = whole.error(None)
    rows = RefusedRows(error, main="deals.csv")
    assert len(rows) == 8  # seven of them, and how many more there are
    assert rows.reason(6).count("is wrong") == 3
    last = rows.cells(7)
    assert last[3].text == "… and 14 more"
    assert [cell.text for cell in rows.cells(0)[:3]] == ["2", "Amount, Close Date, Created", "x"]


@both_sizes
async def test_the_cursor_stands_on_the_field_that_is_refused_most(
    empty: Workspace, put: Put, size: tuple[int, int]
) -> None:
    path = put("Opportunity.csv", LOADED)
    async with driving(empty, size=size) as driver:
        screen = await open_file(driver, path)
        assert driver.line("5 rows are refused")
        assert (
            "Most are refused for the field “created”: e on it chooses another column or a fixed value, or "
            "leaves it out."
        ) in said(driver)
        assert "do not read the field “created”, or give it a fixed value" in said(driver)
        await driver.press("e")
        assert "Which column is the created?" in driver.lines[0]
        await driver.type("not read")
        await driver.press("enter")
        assert driver.line("1 row is refused")
        assert "Refused for the field “amount”" in said(driver)
        await driver.press("e")
        assert "Which column is the amount?" in driver.lines[0]
        await driver.press("escape", "home")  # whoever moves the cursor keeps it
        await driver.press("j", "r")
        assert screen.query_one("#fields", Grid).row == 1


async def test_the_field_is_that_of_the_refused_row_under_the_cursor(empty: Workspace, put: Put) -> None:
    path = put("Opportunity.csv", LOADED)
    async with driving(empty) as driver:
        screen = await open_file(driver, path)
        screen.query_one("#below", Grid).focus()
        await driver.press("end")
        assert "Refused for the field “amount”" in said(driver)
        await driver.press("e")
        assert "Which column is the amount?" in driver.lines[0]


@both_sizes
async def test_a_reason_of_any_length_is_wholly_read(
    empty: Workspace, put: Put, size: tuple[int, int]
) -> None:
    stages = [f"Stage number {number} of a long pipeline" for number in range(1, 31)]
    create_pipeline(empty, name="Sales", stages=stages)
    path = put("deals.csv", "Deal ID,Deal name,Stage,Created\n1,Fjord,Qqqq,2026-01-02\n")
    async with driving(empty, size=size) as driver:
        screen = await open_file(driver, path)
        assert "the pipeline 'Sales' has no stage 'Qqqq'" in said(driver)
        assert "Unknown stages: e on the field “pipeline”" in said(driver)
        why = screen.query_one("#why", VerticalScroll)
        assert why.can_focus is (size == SIZES[0])  # there is room for all of it on a larger one
        assert (stages[-1] in said(driver)) is not why.can_focus
        why.focus()
        await driver.press(*["pagedown"] * 12)
        assert stages[-1] in said(driver)


async def test_the_remedy_of_salesforce_is_read_on_a_small_terminal(
    empty: Workspace, shared_data: Path
) -> None:
    async with driving(empty) as driver:
        screen = await open_file(driver, shared_data / "salesforce_demo" / "Opportunity.csv")
        assert "do not read the field “created”, or give it a fixed value" in said(driver)
        rows = [line for line in driver.lines if "2023-" in line or "2022-" in line]
        assert len(rows) >= 3
        await driver.press("e")
        assert "Which column is the created?" in driver.lines[0]
        await driver.press("escape", "v", "v", "v")
        assert "or give it a fixed value" in said(driver)
        assert not screen.query_one("#why", VerticalScroll).can_focus


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (
            "id,title,amount,currency,created\n1,Fjord,5,USD,someday\n",
            "choose at “Dates” how it is written",
        ),
        ("id,title,amount,currency,created\n1,Fjord,5,USD,1/2/26\n", "choose at “Dates” how it is written"),
        ("id,title,amount,currency,created\n1,Fjord,5,USD,01/02/2026\n", "Choose at “Dates” how they are"),
        ("id;title;amount;currency\n1;Fjord;1.234,50;USD\n", "other marks are chosen at “Amounts”"),
        ("id,title,amount,currency\n1,Fjord,1.239,USD\n", "choose so at “Amounts”"),
        ("id,title,status\n1,Fjord,maybe\n", "choose another column for the field “status”"),
        ("id,title,status\n1,Fjord,won\n", "choose it for the field “closed”"),
        ("id,title,amount\n1,Fjord,kr 5\n", "choose the column for the field “currency”"),
        ("id,title,title\n1,a,b\n", "if the first row is data, choose so above"),
        ("id,one,two\n1,a,b\n", "Choose a column for the field “person”."),
        ("Person,Kind,Date\nKari,Fax,2026-11-20\n", "give the field “kind” a fixed value"),
    ],
)
async def test_what_is_wrong_is_told_without_options(
    empty: Workspace, put: Put, text: str, inside: str
) -> None:
    path = put("deals.csv", text)
    async with driving(empty, size=(120, 40)) as driver:
        await open_file(driver, path)
        assert inside in said(driver)
        assert "--" not in said(driver)


async def test_what_happens_is_told_without_options_and_commands(empty: Workspace, put: Put) -> None:
    path = put("deals.csv", "id,title,amount,currency,stage\n1,Fjord,5,USD,Lead\n2,Berg,5,USD,Offer\n")
    async with driving(empty, size=(120, 40)) as driver:
        await open_file(driver, path)
        await driver.press("v", "v")
        assert "The editor of stages changes it." in said(driver)
        assert "so Weighted is 0: the editor of stages changes it." in said(driver)
        assert "--" not in said(driver)
        assert "funnel stages" not in said(driver)


MAILBOX = "".join(
    f"From x Sat Nov 21 10:00:00 2026\nFrom: {sender}\nTo: me@ours.example\nSubject: {subject}\n"
    f"Message-ID: <{subject}@x>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nHello\n\n"
    for sender, subject in (("kari@acme.example", "one"), ("both@acme.example", "two"))
)


@both_sizes
async def test_refused_mail_can_be_left_out(empty: Workspace, put: Put, size: tuple[int, int]) -> None:
    for name, address in (("Kari Lie", "kari"), ("Per Lie", "both"), ("Ola Lie", "both")):
        create_person(empty, name=name, email=f"{address}@acme.example")
    async with driving(empty, size=size) as driver:
        screen = await open_file(driver, put("sent.mbox", MAILBOX))
        assert "1 row is refused: s leaves it out and imports the others." in said(driver)
        await driver.press("enter")
        assert driver.app.screen is screen, "nothing is imported unasked"
        await driver.press("s")
        assert "2 rows: 1 new, 0 to change, 0 as they are, 1 left out" in said(driver)
        assert "[Refused: 1]" in driver.text or "Refused: 1" in driver.text
        await driver.press("s")
        assert "1 row is refused" in said(driver)
        await driver.press("s", "enter")
        assert driver.app.screen is not screen, driver.text
    with empty.read() as reader:
        assert reader.rows("SELECT count(*) FROM interaction") == [(1,)]


async def test_refused_deals_are_not_left_out(empty: Workspace, put: Put) -> None:
    async with driving(empty) as driver:
        screen = await open_file(driver, put("deals.csv", TWICE))
        before = said(driver)
        assert "leave out" not in before
        await driver.press("s")
        assert driver.app.screen is screen
        assert said(driver) == before
