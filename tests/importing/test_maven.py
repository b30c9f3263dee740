"""The Maven data set: every aggregate of its truth.json that deals, owners, teams and closing dates give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy
from funnel_tui.services.reports import run_report
from tests.importing.support import Folder, told
from tests.support.worked_services import open_workspace

COMPANIONS = ("accounts.csv", "products.csv", "sales_teams.csv")
NOW = int(datetime(2018, 1, 1, tzinfo=UTC).timestamp())
EVER = Period.all_time()
Truth = dict[str, Any]


def load(folder: Folder, data: Path, file: str = "sales_pipeline.csv") -> Any:
    return folder.load("deals", *(str(data / "maven" / name) for name in (file, *COMPANIONS)))


@pytest.fixture(scope="module")
def maven(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """The whole data set in a SQLite file; tests only read it."""
    path = tmp_path_factory.mktemp("maven")
    workspace = open_workspace(str(path / "maven.db"), NOW)
    folder = Folder(path, workspace)
    load(folder, shared_data)
    yield folder
    workspace.database.close()


@pytest.fixture(scope="module")
def truth(shared_data: Path) -> Truth:
    found: Truth = json.loads((shared_data / "maven" / "truth.json").read_text())
    return found


def report(folder: Folder, name: str, **scope: Any) -> Report:
    return run_report(folder.workspace, name, Scope(**scope))


def near(value: Fraction | None, true: float | None, digits: int = 4) -> bool:
    """Whether a figure is the true one, which is rounded."""
    if value is None or true is None:
        return value is None and true is None
    return abs(value - Fraction(str(true))) <= Fraction(6, 10 ** (digits + 1))


def check_block(row: Any, block: Truth) -> None:
    """A row of the report ``metrics`` against a block of the truth."""
    assert row["deals_open"] == block["prospecting"] + block["engaging"]
    assert (row["won"], row["lost"]) == (block["won"], block["lost"])
    assert row["won_amount"] == Money(block["won_value"] * 100, "USD")
    assert near(row["close_ratio"], block["win_rate"], 6)
    assert near(row["time_to_win_mean"], block["mean_days_won"])
    assert near(row["time_to_win_median"], block["median_days_won"])
    average = row["average_won"]
    assert near(None if average is None else average.major, block["avg_won_value"], 1)


def test_overall(maven: Folder, truth: Truth) -> None:
    row = report(maven, "metrics", period=EVER).rows[0]
    check_block(row, truth["overall"])
    assert near(row["velocity_per_day"].major, truth["velocity"]["per_day_all_open"], 1)
    assert row["without_amount"] == sum(truth["quality"]["rows_without_close_value"].values())


def test_the_funnel(maven: Folder, truth: Truth) -> None:
    first, second = report(maven, "funnel", period=EVER, cohort=Cohort.CREATED).rows
    true = truth["funnel"]
    assert (first["reached"], second["reached"]) == (true["prospecting_or_later"], true["reached_engaging"])
    assert second["advanced"] == true["won"]
    assert second["advanced"] + second["lost"] == true["closed"]
    assert near(first["conversion"], true["conv_prospecting_to_engaging"], 6)
    assert near(second["decided"], true["conv_closed_to_won"], 6)
    whole = report(maven, "funnel", period=EVER, cohort=Cohort.CREATED).totals
    assert near(whole["overall"], true["conv_all_to_won"], 6)


def test_days_in_the_stage_that_deals_are_closed_from(maven: Folder, truth: Truth) -> None:
    engaging = report(maven, "funnel", period=EVER).rows[1]
    assert near(engaging["days_mean"], truth["overall"]["mean_days_closed"])
    assert engaging["days_n"] == truth["funnel"]["closed"]


def test_each_rep_and_each_manager(maven: Folder, truth: Truth) -> None:
    for by, column, blocks in (
        (GroupBy.REP, "rep", truth["by_agent"]),
        (GroupBy.TEAM, "team", truth["by_manager"]),
    ):
        rows = {row[column]: row for row in report(maven, "metrics", period=EVER, by=by).rows}
        assert set(blocks) <= set(rows)
        for name, block in blocks.items():
            check_block(rows[name], block)


def test_each_region_through_its_teams(maven: Folder, truth: Truth) -> None:
    for region, block in truth["by_region"].items():
        check_block(report(maven, "metrics", period=EVER, team=region).rows[0], block)


@pytest.mark.parametrize(("by", "name"), [("by_month", "month"), ("by_quarter", "quarter")])
def test_each_month_and_quarter(maven: Folder, truth: Truth, by: str, name: str) -> None:
    for text, block in truth[by].items():
        period = Period.parse(text)
        row = report(maven, "metrics", period=period).rows[0]
        assert (row["won"], row["lost"]) == (block["won"], block["lost"])
        assert row["won_amount"] == Money(block["won_value"] * 100, "USD")
        assert near(row["close_ratio"], block["win_rate"], 6)
        made = report(maven, "funnel", period=period, cohort=Cohort.CREATED)
        assert made.totals["deals"] == block["engaged"]


def test_each_rep_in_each_quarter(maven: Folder, truth: Truth) -> None:
    for text, agents in truth["by_quarter_agent"].items():
        rows = report(maven, "metrics", period=Period.parse(text), by=GroupBy.REP).rows
        found = {row["rep"]: (row["won"], row["won_amount"].minor // 100) for row in rows if row["won"]}
        true = {name: (each["won"], each["won_value"]) for name, each in agents.items() if each["won"]}
        assert found == true


def test_snapshots_of_past_days(maven: Folder, truth: Truth) -> None:
    """A snapshot counts what was engaged on the day itself and not closed up to its end."""
    for text, true in truth["snapshots"].items():
        midnight = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        engaging = report(maven, "active", as_of=int(midnight.timestamp())).rows[1]
        assert engaging["deals"] == true["engaging_open"]
        still = report(maven, "funnel", period=EVER, as_of=int(midnight.timestamp())).rows[1]
        assert still["oldest_days"] == true["max_age_days"]
        before = int((midnight - timedelta(days=90)).timestamp())
        sql = f"""SELECT count(*) FROM stage_visit v JOIN stage s ON s.id = v.stage_id
                  WHERE s.name = 'Engaging' AND v.entered_at < {before}
                  AND (v.left_at IS NULL OR v.left_at > {int(midnight.timestamp())})"""
        assert maven.one(sql) == true["older_than_90_days"]


def test_products_accounts_and_people(maven: Folder, truth: Truth) -> None:
    quality = truth["quality"]
    assert maven.one("SELECT count(*) FROM rep") == quality["agents_in_team_file"]
    assert maven.one("SELECT count(*) FROM organisation") == quality["accounts_in_file"]
    assert maven.one("SELECT count(*) FROM deal WHERE organisation_id IS NULL") == 1425
    sql = """SELECT p.name, count(*), sum(CASE WHEN d.status = 'won' THEN d.amount_minor ELSE 0 END),
                    sum(CASE WHEN d.status = 'open' THEN p.price_minor ELSE 0 END)
             FROM demand_line l JOIN product p ON p.id = l.product_id JOIN deal d ON d.id = l.deal_id
             GROUP BY p.name"""
    found = {name: (n, won // 100, listed // 100) for name, n, won, listed in maven.rows(sql)}
    assert found == {
        name: (each["total"], each["won_value"], each["open_list_value"])
        for name, each in truth["by_product"].items()
    }
    sql = """SELECT o.name, count(*), sum(d.amount_minor) / 100 FROM deal d
             JOIN organisation o ON o.id = d.organisation_id WHERE d.status = 'won'
             GROUP BY o.name ORDER BY 3 DESC LIMIT 10"""
    assert [dict(zip(("account", "won", "won_value"), row, strict=True)) for row in maven.rows(sql)] == (
        truth["top_accounts_by_won_value"]
    )


def test_both_files_say_the_same_on_both_databases(folder: Folder, maven: Folder, shared_data: Path) -> None:
    folder.workspace.clock = lambda: NOW
    outcome = load(folder, shared_data, "sales_pipeline_us_dates.csv")
    assert (outcome.new, outcome.assumed) == (8800, 8800)
    assert told(folder) == told(maven)
    again = load(folder, shared_data)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 8800)
