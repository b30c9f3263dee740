"""The preview of an import by keys: files that belong to the one that is imported, currencies, and names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.exchange.table import Table, open_table
from funnel_tui.screens.import_preview import ImportPreview
from funnel_tui.services.importing import beside
from funnel_tui.services.reports import run_report
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from tests.support.cli import run_here
from tests.support.driving import SIZES, Driver, driving
from tests.ui.conftest import Put, open_at

both_sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])

MAVEN = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
DEALS = (
    MAVEN + "A1,Anna,GTX,Cancity,Won,2017-01-02,2017-03-01,1054\nA2,Berit,GTX,Isdom,Engaging,2017-02-02,,\n"
)
TEAMS = "sales_agent,manager,regional_office\nAnna,Dustin,Central\nBerit,Cara,East\n"
ACCOUNTS = "account,sector\nCancity,retail\nIsdom,medical\nUnused,retail\n"
HUBSPOT = (
    "Deal ID,Deal Name,Deal Stage,Amount,Create Date,Associated Company Domain\n"
    "1,Fjord,Contract Sent,100,2026-01-02,fjord.no\n2,Berg,Contract Sent,200,2026-01-02,berg.example\n"
)
COMPANIES = "Company ID,Company Name,Company Domain Name\nC1,Fjord AS,fjord.no\nC2,Berg AS,berg.example\n"


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


def names(workspace: Workspace, table: str) -> list[str]:
    """The names in a table."""
    with workspace.read() as reader:
        return [row[0] for row in reader.rows(f"SELECT name FROM {table} ORDER BY name")]


def funnel_by_team(workspace: Workspace) -> Any:
    """The funnel by team as the command line writes it."""
    return run_report(workspace, "funnel", Scope(period=Period.all_time(), by=GroupBy.TEAM)).rows


@both_sizes
async def test_the_funnel_by_manager_is_that_of_the_command_line(
    empty: Workspace, shared_data: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = shared_data / "maven"
    files = [
        folder / name for name in ("sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv")
    ]
    truth = json.loads((folder / "truth.json").read_text())
    async with driving(empty, size=size) as driver:
        await open_file(driver, files[0])
        assert driver.line("With it").split("With it")[1].strip() == (
            "1 [x] accounts.csv: the names of the organisations"
        )
        assert driver.line("2 [x] products.csv: the products with their list prices")
        assert driver.line("3 [x] sales_teams.csv: the teams and managers of the owners")
        assert driver.line("8,800 rows: 8,800 new")
        await driver.press("enter", "2")
        await driver.press("J", "w", "b")
        assert "Conversions by team" in driver.text
        assert "Cara Losch" in driver.text
    other = tmp_path / "other.db"
    at_that_time = {"FUNNEL_NOW": "2026-11-21T12:00:00Z"}
    assert run_here("import", "deals", *files, db=other, env=at_that_time).returncode == 0
    commanded = open_at(other)
    try:
        assert funnel_by_team(empty) == funnel_by_team(commanded)
        for table in ("team", "rep", "organisation", "product"):
            assert names(empty, table) == names(commanded, table)
    finally:
        commanded.database.close()
    assert set(truth["by_manager"]) <= set(names(empty, "team"))


async def test_a_key_leaves_a_file_out_and_takes_it_in_again(empty: Workspace, put: Put) -> None:
    path = put("sales_pipeline.csv", DEALS)
    put("accounts.csv", ACCOUNTS)
    put("sales_teams.csv", TEAMS)
    async with driving(empty, size=(120, 40)) as driver:
        await open_file(driver, path)
        assert "sales_teams.csv" in driver.line("team ")
        assert "Dustin" in driver.text  # in the first rows
        await driver.press("2")
        assert driver.line("2 [ ] sales_teams.csv")
        assert "–" in driver.line("team ")
        assert "Dustin" not in driver.text
        await driver.press("1", "1")
        assert "[x] accounts.csv" in driver.line("With it")
        await driver.press("9")  # there is no such file
        await driver.press("enter")
    assert names(empty, "team") == []
    assert "Unused" in names(empty, "organisation")


async def test_of_two_files_of_a_kind_none_is_read_unless_it_is_chosen(empty: Workspace, put: Put) -> None:
    path = put("sales_pipeline.csv", DEALS)
    put("sales_teams.csv", TEAMS)
    put("sales_teams_old.csv", TEAMS.replace("Dustin", "Oldest"))
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert "1 [ ] sales_teams.csv" in driver.line("With it")
        assert driver.line("2 [ ] sales_teams_old.csv")
        await driver.press("2", "enter")
    assert set(names(empty, "team")) >= {"Cara", "Oldest"}
    assert "Dustin" not in names(empty, "team")


async def test_only_files_that_are_called_so_are_opened_and_only_those_of_the_program_offered(
    empty: Workspace, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put("sales_pipeline.csv", DEALS)
    put("secret.csv", TEAMS)
    put("companies.csv", COMPANIES)
    put("team.pdf", TEAMS)
    put("products.csv", "\0")
    opened: list[str] = []

    def told(file: Path) -> Table:
        opened.append(file.name)
        return open_table(file)

    monkeypatch.setattr(beside, "open_table", told)
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert "With it" not in driver.text
        assert driver.line("2 rows: 2 new")
    assert set(opened) == {"companies.csv", "products.csv"}


async def test_a_file_beside_it_that_is_wrong_is_named_where_it_is_refused(
    empty: Workspace, put: Put
) -> None:
    path = put("sales_pipeline.csv", DEALS)
    put("products.csv", "product,sales_price\nGTX,dear\n")
    async with driving(empty, size=(120, 40)) as driver:
        await open_file(driver, path)
        assert "[Refused: 1]" in driver.text
        assert "products.csv: 'dear' is not a price" in driver.text
        await driver.press("1")
        assert driver.line("2 rows: 2 new")


@both_sizes
async def test_organisations_that_nothing_names_are_told(
    empty: Workspace, put: Put, size: tuple[int, int]
) -> None:
    path = put("deals.csv", HUBSPOT)
    warning = "No file names the organisations: they are called by ids or domains, such as fjord.no."
    async with driving(empty, size=size) as driver:
        await open_file(driver, path)
        assert warning in said(driver)
        put("hubspot-companies.csv", COMPANIES)
        await driver.press("r")
        assert "[x] hubspot-companies.csv: the names of the organisations" in driver.line("With it")
        assert "No file names" not in driver.text
        assert "Fjord AS" in driver.text
        await driver.press("1")
        assert warning in said(driver)
        await driver.press("1", "enter")
    assert names(empty, "organisation") == ["Berg AS", "Fjord AS"]


async def test_the_ids_of_salesforce_are_told_or_named(
    empty: Workspace, shared_data: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "Opportunity.csv"
    shutil.copy(shared_data / "salesforce_demo" / "Opportunity.csv", alone)
    async with driving(empty, size=(120, 40)) as driver:
        screen = await open_file(driver, alone)
        assert screen._look is not None
        assert screen._look.nameless.startswith("001")
        shutil.copy(shared_data / "salesforce_demo" / "Account.csv", tmp_path)
        await driver.press("r")
        assert "1 [x] Account.csv" in driver.line("With it")
        assert not screen._look.nameless


@both_sizes
async def test_amounts_that_are_not_in_the_chosen_base_currency_are_told_before(
    empty: Workspace, put: Put, size: tuple[int, int]
) -> None:
    set_setting(empty, name="base_currency", value="NOK")
    path = put("sales_pipeline.csv", DEALS)
    async with driving(empty, size=size) as driver:
        await open_file(driver, path)
        assert (
            "Amounts are in USD: not the base currency, NOK, and without exchange rates in no total. e on "
            "the field “currency” reads them as another."
        ) in said(driver)
        screen = driver.app.screen
        assert isinstance(screen, ImportPreview)
        screen._put_on("currency")
        await driver.press("e")
        await driver.type("NOK")
        await driver.press("enter")
        assert "“NOK” on every row" in driver.line("currency")
        assert "not the base currency" not in said(driver)
        await driver.press("enter")
    with empty.read() as reader:
        assert {row[0] for row in reader.rows("SELECT currency FROM deal")} == {"NOK", None}


async def test_a_rate_that_is_there_needs_no_warning(empty: Workspace, put: Put) -> None:
    set_setting(empty, name="base_currency", value="NOK")
    rates = put("rates.csv", "base,quote,date,rate\nUSD,NOK,2017-01-01,8.5\n")
    assert run_here("import", "rates", rates, db=empty.database.target.path).returncode == 0
    path = put("sales_pipeline.csv", DEALS)
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert driver.line("2 rows: 2 new")
        assert "Amounts are in" not in driver.text


async def test_a_currency_far_down_in_the_file_is_found_too(empty: Workspace, put: Put) -> None:
    set_setting(empty, name="base_currency", value="NOK")
    lines = [f"{n},Deal {n},Lead,5,NOK,2026-11-02" for n in range(60)]
    text = "\n".join(
        ("Deal ID,Deal name,Stage,Amount,Currency,Created", *lines, "x,Odd,Lead,5,SEK,2026-11-02")
    )
    path = put("deals.csv", text + "\n")
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert "Amounts are in SEK: not the base currency, NOK" in said(driver)


async def test_a_base_currency_that_nobody_chose_and_the_import_changes_is_told(
    empty: Workspace, put: Put
) -> None:
    path = put("sales_pipeline.csv", DEALS)
    async with driving(empty) as driver:
        await open_file(driver, path)
        assert "Amounts are in USD: it becomes the base currency, as nobody has chosen one." in said(driver)
        await driver.press("enter")
        notices = [notice.message for notice in driver.app._notifications]
        assert any("The base currency is now USD" in words for words in notices)
    assert empty.settings().base_currency == "USD"


@pytest.mark.parametrize("guessed", [True, False])
def test_a_new_user_s_own_choice_stays(empty: Workspace, *, guessed: bool) -> None:
    from funnel_tui.services.importing.money import look_at_money

    first = FirstAnswers(name="Anna", currency="NOK", time_zone="UTC", currency_guessed=guessed)
    money = look_at_money(empty, first)
    assert money.becomes({"USD"}) == ("USD" if guessed else "")
    assert money.unpriced({"USD", "NOK"}) == ["USD"]
