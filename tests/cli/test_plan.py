"""``funnel report plan`` with the options that only it has."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.domain.planning import (
    PlanWish,
    parse_chain,
    parse_deals,
    parse_number,
    parse_share,
    parse_step,
    parse_whole,
    share_text,
)
from funnel_tui.domain.scope import Scope
from funnel_tui.errors import InvalidInput
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.scenario_changes import save_scenario
from tests.cli.conftest import Said

Run = Callable[..., Said]
TOTALS = "chain wins_needed prospects_needed reps_needed plan_per_rep base new difference"


def plan(funnel: Run, db: Path, *options: str) -> Any:
    """The JSON of the report."""
    said = funnel("report", "plan", *options, "--format", "json", "--db", db)
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_json_has_exactly_the_fields_of_the_contract(funnel: Run, demo_db: Path) -> None:
    report = plan(funnel, demo_db)
    assert list(report) == ["report", "as_of", "scope", "rows", "totals", "notes"]
    assert all(" ".join(row) == "step conversion n key_level lever" for row in report["rows"])
    assert " ".join(report["totals"]) == TOTALS
    assert [row["key_level"] for row in report["rows"]].count(True) == 1
    assert {"wins", "money", "money_per_day"} <= set(report["totals"]["base"])
    assert list(report["totals"]["base"]) == list(report["totals"]["difference"])
    assert report["scope"]["plan"]["name"] == "2026-Q4"


def test_25_contracts_at_5_percent(funnel: Run, demo_db: Path) -> None:
    options: tuple[str, ...] = ("--target", "25 deals", "--chain", "Calls=5%", "--capacity", "200")
    totals = plan(funnel, demo_db, *options)["totals"]
    assert (totals["wins_needed"], totals["prospects_needed"], totals["reps_needed"]) == (25, 500, 3)
    options = ("--target", "21 deals", "--chain", "Steps=70%")
    assert plan(funnel, demo_db, *options)["totals"]["prospects_needed"] == 30
    options = ("--chain", "Calls=3%, Meetings=67%", "--prospects", "1000", "--set", "calls=30%")
    assert plan(funnel, demo_db, *options)["totals"]["new"]["wins"] == 201


def test_every_option_reaches_the_plan(funnel: Run, demo_db: Path) -> None:
    history = ("--pipeline", "New business", "--period", "2026-Q3")
    base = plan(funnel, demo_db, *history)["totals"]["base"]
    new = plan(
        *(funnel, demo_db, *history, "--set", "Lead=250", "--set", "Qualified=50,5 %"),
        *("--prospects", "40", "--times", "1.5", "--size", "NOK 300k", "--cycle", "30"),
    )["totals"]["new"]
    assert (new["prospects"], new["cycle_days"]) == (60, 30)
    assert new["size"]["text"] == "300000.00"
    rows = {row["step"]: row["conversion"] for row in plan(funnel, demo_db, *history)["rows"]}
    rows |= {"Lead": 1, "Qualified": 0.505}
    product = 1.0
    for share in rows.values():
        product *= share
    assert new["chain"] == pytest.approx(product, abs=1e-6)
    assert base["prospects"] != new["prospects"]
    target = plan(funnel, demo_db, "--target", "500k", "--for", "2027-03")
    assert target["scope"]["plan"]["name"] == "2027-03"
    assert target["totals"]["wins_needed"] == -(-500_000_00 // base_size(target))


def base_size(report: Any) -> int:
    """The average won size in minor units, rounded."""
    return int(report["totals"]["base"]["size"]["minor"])


@pytest.mark.parametrize("format_", ["table", "csv", "json", "chart"])
@pytest.mark.parametrize("more", [(), ("--by", "rep"), ("--by", "pipeline"), ("--period", "2019")])
def test_every_format(funnel: Run, demo_db: Path, format_: str, more: tuple[str, ...]) -> None:
    said = funnel("report", "plan", *more, "--format", format_, "--db", demo_db)
    assert said.code == 0, said.err
    assert said.out.endswith("\n")
    if format_ == "table":
        assert "Prospects needed" in said.out
        assert ("there is no chain" in said.out) == ("2019" in more)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--capacity", "0"), 1, "at least 1"),
        (("--capacity", "many"), 1, "not a number"),
        (("--set", "Lead"), 1, "not a step with a conversion"),
        (("--set", "Lead=-5%"), 1, "not a percentage"),
        (("--set", "Leed=5%"), 1, "Did you mean 'Lead'"),
        (("--target", "soon"), 1, "soon"),
        (("--target=-5",), 1, ""),
        (("--size", "0"), 1, "more than 0"),
        (("--cycle", "0"), 1, "more than 0"),
        (("--times", "-1"), 1, "not a number"),
        (("--chain", "A=5%, a=6%"), 1, "same name"),
        (("--for", "Q9"), 2, "not understood"),
        (("--for", "all"), 2, "cannot be planned"),
        (("--scenario", "x"), 1, "No scenario is called"),
        (("--scenario", "x", "--view", "y"), 2, "exclude each other"),
        (("--value",), 2, "counts deals"),
        (("--by", "month"), 2, "cannot be split"),
    ],
)
def test_bad_options(funnel: Run, demo_db: Path, options: tuple[str, ...], code: int, says: str) -> None:
    said = funnel("report", "plan", *options, "--db", demo_db)
    assert (said.code, said.out) == (code, "")
    assert says in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("option", ["--target", "--for", "--capacity", "--set", "--times", "--scenario"])
def test_other_reports_refuse_the_options(funnel: Run, demo_db: Path, option: str) -> None:
    said = funnel("report", "funnel", option, "1", "--db", demo_db)
    assert said.code == 2
    assert f"{option} is for the report plan" in said.err


def test_a_scenario_is_where_the_options_begin(funnel: Run, demo_db: Path, tmp_path: Path) -> None:
    path = tmp_path / "scenarios.db"
    path.write_bytes(demo_db.read_bytes())
    workspace = open_workspace(Target(path=path))
    save_scenario(
        workspace,
        name="Bold",
        scope=Scope(owner="Anna Berg"),
        wish=PlanWish(target=40, conversions=(("Lead", Fraction(1)),)),
    )
    workspace.database.close()
    report = plan(funnel, path, "--scenario", "bold")
    assert report["scope"]["owner"] == "Anna Berg"
    assert report["totals"]["wins_needed"] == 40
    changed = plan(funnel, path, "--scenario", "Bold", "--target", "8 deals", "--set", "lead=0")
    assert changed["totals"]["wins_needed"] == 8
    assert changed["totals"]["new"]["wins"] == 0
    said = funnel("report", "plan", "--scenario", "Bolt", "--db", path)
    assert (said.code, "Did you mean 'Bold'" in said.err) == (1, True)


def test_what_is_typed() -> None:
    assert [parse_share(text) for text in ("60", "12.5 %", "12,5%", "300%")] == [
        Fraction(3, 5), Fraction(1, 8), Fraction(1, 8), 1,
    ]  # fmt: skip
    assert parse_chain("") == ()
    assert parse_chain("Calls = 3 %; Meetings=67,5") == (
        ("Calls", Fraction(3, 100)),
        ("Meetings", Fraction(27, 40)),
    )
    assert parse_step("a=b=5") == ("a=b", Fraction(1, 20))
    assert (parse_deals("25 deals"), parse_deals("1 Deal"), parse_deals("25")) == (25, 1, None)
    assert (parse_number("1,5", "k"), parse_whole("12", "k")) == (Fraction(3, 2), 12)
    assert [share_text(Fraction(one)) for one in ("3/5", "1/8", "1", "0")] == ["60", "12.5", "100", "0"]
    for reading, text in (
        (parse_share, "x"),
        (parse_share, "\x1b[2J"),
        (parse_step, "=5"),
        (parse_chain, "a"),
    ):
        with pytest.raises(InvalidInput) as problem:
            reading(text)
        assert "\x1b" not in str(problem.value)
    with pytest.raises(InvalidInput, match="at most 20 steps"):
        parse_chain(";".join(f"s{number}=5" for number in range(21)))
