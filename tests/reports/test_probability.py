"""The report on win probability: the worked example, its fields, what it says without a model."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.exchange.aligned import to_table
from funnel_tui.exchange.report_files import _cells
from funnel_tui.exchange.writers import to_csv, to_json
from funnel_tui.services import learning
from funnel_tui.services.deals import edit_deal, lose_deal, reopen_deal
from funnel_tui.services.reports import run_report
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from funnel_tui.widgets.drawing import render
from tests.support import worked
from tests.support.worked_services import fill, open_workspace

FIELDS = ["deal", "typed", "stage", "history", "history_n", "model", "reasons"]


@pytest.fixture
def example(db_url: str) -> tuple[Workspace, dict[str, int]]:
    """The worked example, with a model from its six closed deals."""
    workspace = open_workspace(db_url)
    deals = fill(workspace)
    set_setting(workspace, name="model_minimum", value=6)
    return workspace, deals


def test_the_worked_example(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, deals = example
    report = run_report(workspace, "probability", Scope())
    rows = {row["deal"]: row for row in report.rows}
    assert [row["deal"] for row in report.rows] == ["D10", "D5", "D7", "D6"], "the likeliest first"
    # METRICS 8 by hand: S1 3.1 won, 3.1 lost; S2 3.1, 2.1; S4 3.1, 0.1.
    assert [rows[name]["model"] for name in ("D10", "D5", "D7", "D6")] == [
        Fraction(9688, 10_000),
        Fraction(5962, 10_000),
        Fraction(5962, 10_000),
        Fraction(5000, 10_000),
    ]
    # Close ratio from a stage (METRICS 11): S1 3/6, S2 3/5, S4 3/3.
    assert [(rows[name]["history"], rows[name]["history_n"]) for name in ("D6", "D5", "D10")] == [
        (Fraction(1, 2), 6),
        (Fraction(3, 5), 5),
        (1, 3),
    ]
    assert [rows[name]["stage"] for name in ("D6", "D5", "D10")] == [
        Fraction(1, 10),
        Fraction(1, 5),
        Fraction(4, 5),
    ]
    assert rows["D10"]["reasons"] == [
        {"field": "stage", "value": "S4", "push": Fraction(31, 32) - Fraction(1, 2)}
    ]
    assert report.totals == {"brier_model": None, "brier_stage": None, "deals": 0}, (
        "six closings, no model before"
    )
    # A typed probability stays, and switches the model off for the deal.
    version = 1
    with workspace.read() as reader:
        version = reader.rows("SELECT version FROM deal WHERE id = :id", {"id": deals["D7"]})[0][0]
    edit_deal(workspace, deal_id=deals["D7"], version=version, changes={"probability_bp": 6000})
    again = {row["deal"]: row for row in run_report(workspace, "probability", Scope()).rows}
    assert again["D7"]["typed"] == Fraction(3, 5)
    assert again["D7"]["model"] is None
    assert again["D7"]["reasons"] == []
    assert again["D5"] == rows["D5"]


def test_the_backtest_of_the_worked_example(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, _ = example
    set_setting(workspace, name="model_minimum", value=2)
    report = run_report(workspace, "probability", Scope())
    # By hand, with D4 and D2 known before. How far each prediction of the model was off, in 1/10,000: D8 lost
    # from S3, D1 won, D3 lost from S3, D9 won. The stages: 0.01 + 0.04 + 0.25 and 0.81 + 0.64 + 0.25 + 0.04.
    off = (5000, 9167, 9167, 6562, 5000, 5000, 833, 5000, 6563, 6563, 5962, 5000, 5000, 455)
    assert report.totals == {
        "brier_model": Fraction(sum(bp * bp for bp in off), 14 * 10_000**2),
        "brier_stage": Fraction(408, 1400),
        "deals": 4,
    }
    assert any("predicted for every stage" in note and "predictions: 14" in note for note in report.notes)


def test_json_csv_and_table(example: tuple[Workspace, dict[str, int]]) -> None:
    report = run_report(example[0], "probability", Scope())
    found = json.loads(to_json(report))
    assert [list(row) for row in found["rows"]] == [FIELDS] * 4
    assert list(found["totals"]) == ["brier_model", "brier_stage", "deals"]
    assert found["rows"][0]["reasons"] == [{"field": "stage", "value": "S4", "push": 0.46875}]
    assert found["rows"][0]["typed"] is None
    assert to_csv(report).splitlines()[1] == "D10,,0.800000000,1.000000000,3,0.968800000,stage S4 0.468750000"
    table = to_table(report, 80)
    assert "stage S4 +46.9" in table
    assert all(len(line) <= 80 for line in table.splitlines())


def test_chart_and_workbook(example: tuple[Workspace, dict[str, int]]) -> None:
    report = run_report(example[0], "probability", Scope())
    chart = render(report, 80, colour=False)
    assert "Model" in chart
    assert "96.9 %" in chart
    assert "D10" in chart
    assert "push" not in chart, "reasons are no part of a label"
    reasons = [column for column in report.columns if column.name == "reasons"]
    assert _cells(reasons[0], report.rows[0]["reasons"]) == ["stage S4 +46.9"]
    assert _cells(reasons[0], []) == [None]


def test_learned_and_in_memory_are_the_same(
    example: tuple[Workspace, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, deals = example
    set_setting(workspace, name="model_minimum", value=2)
    reopen_deal(workspace, deal_id=deals["D4"], stage_id=None)
    run_report(workspace, "probability", Scope())
    lose_deal(workspace, deal_id=deals["D4"], reason="again")
    stored = run_report(workspace, "probability", Scope())
    monkeypatch.setattr(learning, "learn", lambda workspace, progress=None: None)
    with workspace.change("forget") as call:
        call.connection.exec_driver_sql("DELETE FROM learned_up_to")
    in_memory = run_report(workspace, "probability", Scope())
    assert stored.totals["deals"] == 4
    assert stored.rows == in_memory.rows
    assert stored.totals == in_memory.totals


def test_as_of_a_past_day_knows_only_what_was_closed_then(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, _ = example
    set_setting(workspace, name="model_minimum", value=2)
    # D4 lost on 1 February, D2 won on the 14th, D9 lost on the 19th and reopened in March.
    report = run_report(workspace, "probability", Scope(as_of=worked.instant("02-20")))
    rows = {row["deal"]: row for row in report.rows}
    assert sorted(rows) == ["D1", "D3", "D5", "D7", "D8"]
    # S1: 1.1 won, 2.1 lost; S2: 1.1 won, 1.1 lost; S4: 1.1 won, 0.1 lost.
    assert rows["D5"]["model"] == Fraction(1, 2)
    assert rows["D1"]["model"] == Fraction(9167, 10_000)
    assert rows["D5"]["history_n"] == 2


def test_without_enough_closed_deals_it_says_so(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, _ = example
    set_setting(workspace, name="model_minimum", value=30)
    report = run_report(workspace, "probability", Scope())
    assert all(row["model"] is None for row in report.rows)
    assert any("6 closed deals; a team needs 30" in note for note in report.notes)


def test_those_expected_in_the_period_come_first(example: tuple[Workspace, dict[str, int]]) -> None:
    workspace, deals = example
    with workspace.read() as reader:
        version = reader.rows("SELECT version FROM deal WHERE id = :id", {"id": deals["D6"]})[0][0]
    day = Period.parse("2026-05-05").start
    edit_deal(
        workspace,
        deal_id=deals["D6"],
        version=version,
        changes={"expected_close": (day - Period.parse("1970-01-01").start).days},
    )
    report = run_report(workspace, "probability", Scope(period=Period.parse("2026-Q2")))
    assert [row["deal"] for row in report.rows] == ["D6", "D10", "D5", "D7"]


@pytest.mark.parametrize("by", [GroupBy.MONTH, GroupBy.SOURCE])
def test_what_it_cannot_be_split_by(example: tuple[Workspace, dict[str, int]], by: GroupBy) -> None:
    with pytest.raises(UsageError, match="cannot be split"):
        run_report(example[0], "probability", Scope(by=by))


def test_by_rep_names_the_rep(example: tuple[Workspace, dict[str, int]]) -> None:
    report = run_report(example[0], "probability", Scope(by=GroupBy.REP))
    assert {row["rep"] for row in report.rows} == {"Anna"}
