"""The exports of real programs, checked against what is known about them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.domain.status import DealStatus
from funnel_tui.exchange.companions import companion_kind, read_accounts, read_products, read_teams
from funnel_tui.exchange.profiles import HUBSPOT, MAVEN, SALESFORCE
from funnel_tui.exchange.records import DealRecord
from funnel_tui.exchange.refusals import Refusals
from funnel_tui.exchange.table import open_table
from tests.exchange.support import read


def truth(folder: Path) -> Any:
    """The figures that go with a folder of data."""
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def midnight(text: str) -> int:
    """Epoch seconds of 00:00 UTC on an ISO day."""
    return int(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).timestamp())


@pytest.fixture(scope="module")
def maven(shared_data: Path) -> list[DealRecord]:
    """The deals of the Maven file; none is refused."""
    records, refusals = read("deals", shared_data / "maven" / "sales_pipeline.csv")
    assert refusals.first == []
    return records


def test_maven_rows(maven: list[DealRecord], shared_data: Path) -> None:
    quality = truth(shared_data / "maven")["quality"]
    assert len(maven) == quality["rows"] == 8800
    assert sum(each.organisation is None for each in maven) == quality["rows_without_account"] == 1425
    assert sum(each.created is None for each in maven) == 500
    assert sum(each.amount is None for each in maven) == 1589 + 500
    assert Counter(each.stage for each in maven) == {None: 6711, "Engaging": 1589, "Prospecting": 500}
    assert all(each.amount is None for each in maven if each.status is DealStatus.OPEN)


def test_maven_figures(maven: list[DealRecord], shared_data: Path) -> None:
    facts = truth(shared_data / "maven")
    overall = facts["overall"]
    won = [each for each in maven if each.status is DealStatus.WON]
    lost = [each for each in maven if each.status is DealStatus.LOST]
    assert (len(won), len(lost)) == (overall["won"], overall["lost"])
    assert sum(each.amount or 0 for each in won) == overall["won_value"] * 100
    assert {each.currency for each in maven} == {"USD"}
    by_product = {name: block["won"] for name, block in facts["by_product"].items()}
    assert Counter(each.product for each in won) == by_product
    assert "GTXPro" not in {each.product for each in maven}
    days = [(each.closed - each.created) / 86_400 for each in won if each.closed and each.created]
    assert round(sum(days) / len(days), 4) == facts["days"]["won"]["mean"]
    assert {each.team for each in maven} == {None}


def test_maven_fields_row_by_row(maven: list[DealRecord], shared_data: Path) -> None:
    with (shared_data / "maven" / "sales_pipeline.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for line, (row, deal) in enumerate(zip(rows, maven, strict=True), 2):
        assert (deal.line, deal.id, deal.owner) == (line, row["opportunity_id"], row["sales_agent"])
        assert deal.organisation == (row["account"] or None)
        assert deal.created == (midnight(row["engage_date"]) if row["engage_date"] else None)
        assert deal.closed == (midnight(row["close_date"]) if row["close_date"] else None)
        assert deal.amount == (int(row["close_value"]) * 100 if row["close_value"] else None)
    assert maven[0].title == "Cancity – GTX Plus Basic"


def test_maven_with_us_dates_says_the_same(maven: list[DealRecord], shared_data: Path) -> None:
    records, refusals = read("deals", shared_data / "maven" / "sales_pipeline_us_dates.csv")
    assert refusals.first == []
    assert records == maven


def test_maven_stages(maven: list[DealRecord]) -> None:
    stages = sorted({deal.stage for deal in maven if deal.stage is not None})
    assert stages == ["Engaging", "Prospecting"]
    assert [name for name, _ in MAVEN.stages_for(stages)] == ["Prospecting", "Engaging"]


def test_maven_companions(maven: list[DealRecord], shared_data: Path) -> None:
    refusals = Refusals()
    tables = {}
    for name in ("accounts", "products", "sales_teams"):
        table = open_table(shared_data / "maven" / f"{name}.csv")
        tables[companion_kind(table.columns)] = table
    accounts = read_accounts(tables["accounts"], refusals)
    products = read_products(tables["products"], refusals)
    team = read_teams(tables["teams"], refusals)
    assert refusals.first == []
    assert len(accounts) == 85
    assert {each.organisation for each in maven if each.organisation} == set(accounts)
    assert {each.product for each in maven} == set(products)
    assert products["GTX Pro"] == Decimal(4821)
    overall = truth(shared_data / "maven")["overall"]
    open_deals = [each for each in maven if each.status is DealStatus.OPEN]
    assert sum(products[each.product or ""] for each in open_deals) == overall["open_list_value"]
    assert len(team) == 35
    offices = {each.agent: each.office or "" for each in team}
    records, _ = read("deals", shared_data / "maven" / "sales_pipeline.csv", team_of=offices)
    regions = {name: block["total"] for name, block in truth(shared_data / "maven")["by_region"].items()}
    assert Counter(each.team for each in records) == regions


def test_salesforce(shared_data: Path) -> None:
    folder = shared_data / "salesforce_demo"
    records, refusals = read("deals", folder / "Opportunity.csv")
    # The file was loaded in one day: every closed deal was closed before it was "created".
    assert (len(records), refusals.count, refusals.rows) == (35, 15, 15)
    assert {each.column for each in refusals.first} == {"CloseDate"}
    assert {each.status for each in records} == {DealStatus.OPEN}
    assert {each.created for each in records} == {
        int(datetime(2024, 1, 22, 16, 14, 25, tzinfo=UTC).timestamp())
    }


def test_salesforce_without_the_day_of_the_load(shared_data: Path) -> None:
    folder = shared_data / "salesforce_demo"
    facts = truth(folder)
    accounts = read_accounts(open_table(folder / "Account.csv"), Refusals())
    lookups = {"organisation": accounts}
    records, refusals = read("deals", folder / "Opportunity.csv", maps={"created": ""}, lookups=lookups)
    assert (len(records), refusals.count) == (50, 0)
    won = [each for each in records if each.status is DealStatus.WON]
    assert sum(each.amount or 0 for each in won) == Decimal(facts["won_value"]) * 100
    stages = Counter(each.stage for each in records if each.stage)
    assert stages == {name: facts["by_stage"][name]["count"] for name in stages}
    assert all(each.organisation in accounts.values() for each in records)
    assert records[0].organisation == "Patterson-Hansen"
    weighted = sum((each.amount or 0) * (each.probability or 0) for each in records)
    assert Decimal(weighted) / 1_000_000 == Decimal(facts["expected_open"])
    closing = [each.closed for each in records if each.closed]
    expected = [each.expected_close * 86_400 for each in records if each.expected_close]
    assert (len(closing), len(expected)) == (15, 35)
    assert [min(closing + expected), max(closing + expected)] == list(
        map(midnight, facts["close_date_range"])
    )
    names = [name for name, _ in SALESFORCE.stages_for(stages)]
    assert names == ["Qualification", "Discovery", "Proposal/Quote", "Negotiation"]
    told, refusals = read("deals", folder / "Opportunity.csv", values={"created": "2023-01-01"})
    assert (len(told), refusals.count) == (50, 0)


def test_hubspot(shared_data: Path) -> None:
    folder = shared_data / "hubspot_dummy"
    facts = truth(folder)
    companies = read_accounts(open_table(folder / "hubspot_companies.csv"), Refusals())
    records, refusals = read("deals", folder / "hubspot_deals.csv", lookups={"organisation": companies})
    assert (len(records), refusals.count) == (facts["quality"]["deals"], 0)
    assert len(records) == 500
    overall = facts["overall"]
    by_status = Counter(each.status for each in records)
    assert by_status == {status: overall[status] for status in ("won", "lost", "open")}
    won = sum(each.amount or 0 for each in records if each.status is DealStatus.WON)
    open_ = sum(each.amount or 0 for each in records if each.status is DealStatus.OPEN)
    assert (won, open_) == (Decimal(overall["won_value"]) * 100, Decimal(overall["open_value"]) * 100)
    reasons = Counter(each.loss_reason or "(none)" for each in records if each.status is DealStatus.LOST)
    assert reasons == facts["lost_reasons"]
    assert Counter(each.pipeline for each in records) == {
        name: block["total"] for name, block in facts["by_pipeline"].items()
    }
    assert all((each.closed is None) == (each.status is DealStatus.OPEN) for each in records)
    assert all((each.expected_close is None) != (each.status is DealStatus.OPEN) for each in records)
    assert {each.organisation for each in records} <= set(companies.values())
    stages = {each.stage for each in records if each.stage}
    assert {name for name, _ in HUBSPOT.stages_for(stages)} == stages


def test_adventureworks_rates(shared_data: Path) -> None:
    path = shared_data / "adventureworks_quota" / "CurrencyRate.csv"
    maps = {"date": "2", "base": "3", "quote": "4", "rate": "6"}
    records, refusals = read("rates", path, maps=maps, header=False)
    assert refusals.first == []
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(records) == len(rows) == 13_532
    for line, (record, row) in enumerate(zip(records, rows, strict=True), 1):
        day = (date.fromisoformat(row[1][:10]) - date(1970, 1, 1)).days
        assert record == (line, row[2], row[3], day, Decimal(row[5]))
