"""``funnel report`` from the options to standard output."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.db import Database, Target
from funnel_tui.models import SavedView
from tests.cli.conftest import Said

Run = Callable[..., Said]

ROWS = {
    "metrics": "deals_open average_open median_open average_won close_ratio won lost time_to_win_mean "
    "time_to_win_median velocity_per_day open_amount won_amount without_amount",
    "funnel": "stage position reached advanced lost open conversion decided cumulative reached_amount "
    "advanced_amount lost_amount days_mean days_median days_n still_there oldest_days",
    "active": "stage position deals amount weighted without_amount from_stock",
    "losses": "stage passed passed_amount lost_from lost_from_amount",
    "stuck": "deal stage owner amount days_in_stage threshold idle_days next_task",
}
TOTALS = {
    "metrics": ROWS["metrics"],
    "funnel": "deals won lost open overall lowest_stage",
    "active": "deals amount weighted without_amount from_stock",
    "losses": "passed passed_amount lost_from lost_from_amount",
    "stuck": "count",
}
PIPELINE = "New business"


def made(said: Said) -> Any:
    """The JSON a command printed."""
    assert said.code == 0, said.err
    assert said.err == ""
    return json.loads(said.out)


@pytest.mark.parametrize("name", ROWS)
def test_json_has_exactly_the_fields_of_the_contract(funnel: Run, demo_db: Path, name: str) -> None:
    report = made(funnel("report", name, "--pipeline", PIPELINE, "--format", "json", "--db", demo_db))
    assert list(report) == ["report", "as_of", "scope", "rows", "totals", "notes"]
    assert report["report"] == name
    assert report["as_of"] == "2026-11-21T12:00:00Z"
    assert report["rows"]
    assert all(" ".join(row) == ROWS[name] for row in report["rows"])
    assert " ".join(report["totals"]) == TOTALS[name]


def test_loss_reasons_have_their_own_fields(funnel: Run, demo_db: Path) -> None:
    report = made(funnel("--db", demo_db, "report", "losses", "--by", "reason", "--format", "json"))
    assert {"reason", "deals", "amount"} <= set(report["rows"][0])


@pytest.mark.parametrize("by", ["rep", "team", "source", "pipeline", "month"])
@pytest.mark.parametrize("name", ["metrics", "funnel", "active", "losses"])
def test_every_row_carries_its_group_under_its_name(funnel: Run, demo_db: Path, name: str, by: str) -> None:
    args = ("report", name, "--pipeline", PIPELINE, "--period", "2026-Q3", "--by", by)
    said = funnel(*args, "--format", "json", "--db", demo_db)
    if said.code == 2:
        assert by in said.err
        return
    report = made(said)
    assert report["rows"]
    assert all(row[by] is not None for row in report["rows"])


@pytest.mark.parametrize("format_", ["table", "csv", "json", "chart"])
@pytest.mark.parametrize("name", ROWS)
def test_every_report_in_every_format(funnel: Run, demo_db: Path, name: str, format_: str) -> None:
    said = funnel(
        "report", name, "--format", format_, "--db", demo_db, "--compare", "2026-Q2", "--period", "2026-Q3"
    )
    assert said.code == 0, said.err
    assert said.out.endswith("\n")
    assert "\x1b" not in said.out


def test_options_reach_the_scope(funnel: Run, demo_db: Path) -> None:
    scope = made(
        funnel(
            *("report", "funnel", "--pipeline", PIPELINE, "--period", "2026-Q3", "--compare", "previous"),
            *("--cohort", "created", "--mode", "visited", "--by", "month", "--value", "--present-owner"),
            *("--as-of", "2026-10-01", "--format", "json", "--db", demo_db),
        )
    )["scope"]
    assert scope["pipelines"] == [PIPELINE]
    assert scope["period"]["name"] == "2026-Q3"
    assert scope["compare"]["name"] == "2026-Q2"
    assert (scope["cohort"], scope["mode"], scope["by"], scope["value"]) == (
        "created",
        "visited",
        "month",
        True,
    )
    assert scope["owner_at"] == "present"


def test_as_of_without_an_offset_is_in_the_time_zone_of_the_team(funnel: Run, demo_db: Path) -> None:
    args = ("report", "active", "--format", "json", "--db", demo_db, "--as-of")
    local = made(funnel(*args, "2026-10-01"))
    assert local["scope"]["time_zone"] == "Europe/Oslo"
    assert local["as_of"] == "2026-09-30T22:00:00Z"
    assert made(funnel(*args, "2026-10-01T00:00:00Z"))["as_of"] == "2026-10-01T00:00:00Z"


@pytest.mark.parametrize(
    ("period", "compare", "name"),
    [
        ("2026-Q1", "previous", "2025-Q4"),
        ("2026-Q1", "year-before", "2025-Q1"),
        ("2026-11", "previous", "2026-10"),
        ("2026-02-01..2026-02-10", "previous", "2026-01-22..2026-01-31"),
        ("2026", "2024", "2024"),
    ],
)
def test_compare(funnel: Run, demo_db: Path, period: str, compare: str, name: str) -> None:
    report = made(
        funnel(
            *("report", "metrics", "--period", period, "--compare", compare, "--format", "json"),
            *("--db", demo_db),
        )
    )
    assert report["compare"]["scope"]["period"]["name"] == name
    assert list(report["compare"]["rows"][0]) == list(report["rows"][0])
    assert report["compare"]["benchmark"]


@pytest.mark.parametrize(("name", "before"), [("quotas", "2026-Q3"), ("forecast", "2026-0")])
def test_compare_without_a_period_is_with_what_comes_before_the_one_of_the_report(
    funnel: Run, demo_db: Path, name: str, before: str
) -> None:
    said = funnel("report", name, "--compare", "previous", "--format", "json", "--db", demo_db)
    found = made(said)
    assert found["scope"]["period"]["start"] == "2026-10-01"
    assert found["scope"]["compare"]["name"].startswith(before)
    assert found["scope"]["compare"]["end"] == "2026-09-30"
    assert any(note.startswith("No period was asked for") for note in found["notes"])
    assert not any("all time has" in note for note in found["notes"])
    refused = funnel("report", "metrics", "--compare", "previous", "--db", demo_db)
    assert (refused.code, "needs a --period" in refused.err) == (2, True)


def test_both_days_of_a_range_belong_to_it(funnel: Run, demo_db: Path) -> None:
    args = ("report", "metrics", "--format", "json", "--db", demo_db, "--period")
    whole = made(funnel(*args, "2026-09-01..2026-09-30"))
    assert whole["rows"] == made(funnel(*args, "2026-09"))["rows"]


def test_several_pipelines_and_one_owner(funnel: Run, demo_db: Path) -> None:
    args = ("report", "metrics", "--format", "json", "--db", demo_db)
    names = made(funnel(*args))["scope"]["pipelines"]
    assert len(names) == 2
    both = made(funnel(*args, "--pipeline", names[0], "--pipeline", names[1]))["totals"]
    apart = [made(funnel(*args, "--pipeline", name))["totals"] for name in names]
    assert both["deals_open"] == sum(one["deals_open"] for one in apart)
    owner = made(funnel(*args, "--owner", "Anna Berg"))
    assert owner["scope"]["owner"] == "Anna Berg"
    assert owner["totals"]["deals_open"] < both["deals_open"]


def test_csv_and_json_say_the_same(funnel: Run, demo_db: Path) -> None:
    args = ("report", "funnel", "--pipeline", PIPELINE, "--db", demo_db, "--format")
    rows = made(funnel(*args, "json"))["rows"]
    lines = list(csv.DictReader(io.StringIO(funnel(*args, "csv").out)))
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        assert line["stage"] == row["stage"]
        assert line["reached"] == str(row["reached"])
        assert line["reached_amount"] == row["reached_amount"]["text"]


def test_notes_of_a_csv_are_words_and_go_to_standard_error(funnel: Run, demo_db: Path) -> None:
    args = ("report", "metrics", "--db", demo_db, "--format")
    notes = made(funnel(*args, "json"))["notes"]
    assert notes
    said = funnel(*args, "csv")
    assert all(note in said.err for note in notes)
    assert len(said.out.splitlines()) == 2


def test_the_database_may_be_named_before_or_after_the_command(
    funnel: Run, demo_db: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = funnel("report", "active", "--db", demo_db)
    assert one.code == 0
    assert funnel("--db", demo_db, "report", "active").out == one.out
    monkeypatch.setenv("FUNNEL_DB", str(demo_db))
    assert funnel("report", "active").out == one.out
    assert funnel("--db", tmp_path / "none.db", "report", "active", "--db", demo_db).out == one.out
    assert funnel("report", "active", "--db", tmp_path / "none.db").code == 1
    monkeypatch.setenv("FUNNEL_DB", "")
    assert funnel("report", "active").code == 1


@pytest.fixture
def with_views(demo_db: Path, tmp_path: Path) -> Path:
    """A copy of the demo with two saved views, one of them spoilt."""
    path = tmp_path / "views.db"
    path.write_bytes(demo_db.read_bytes())
    database = Database(Target(path=path))
    with database.write() as session:
        for name, scope in (
            ("Last quarter", '{"period": "2026-Q3", "cohort": "created", "owner": "Anna Berg"}'),
            ("Spoilt", '{"cohort": "never"}'),
        ):
            session.add(SavedView(name=name, screen="stages", scope=scope))
    database.close()
    return path


def test_a_saved_view_is_where_the_options_begin(funnel: Run, with_views: Path) -> None:
    args = ("report", "funnel", "--view", "Last quarter", "--format", "json", "--db", with_views)
    scope = made(funnel(*args))["scope"]
    assert (scope["period"]["name"], scope["cohort"], scope["owner"]) == ("2026-Q3", "created", "Anna Berg")
    changed = made(funnel(*args, "--period", "2026-Q2"))["scope"]
    assert (changed["period"]["name"], changed["owner"]) == ("2026-Q2", "Anna Berg")


@pytest.mark.parametrize(
    ("view", "says"), [("Last quarters", "Did you mean 'Last quarter'?"), ("Spoilt", "cannot be read")]
)
def test_a_view_that_is_not_there_or_spoilt(funnel: Run, with_views: Path, view: str, says: str) -> None:
    said = funnel("report", "funnel", "--view", view, "--db", with_views)
    assert said.code == 1
    assert says in said.err
    assert said.err.count("\n") == 1
