"""Single cases at the edges: nothing there, one deal, exact instants, retired stages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import NotFound
from funnel_tui.models import Interaction, InteractionKind, Stage
from funnel_tui.services.deals import move_deal, reopen_deal, win_deal
from funnel_tui.services.pipelines import create_pipeline, edit_pipeline, retire_stage
from funnel_tui.services.reports import REPORTS, run_report
from funnel_tui.services.reports.screen import stages_view
from funnel_tui.services.settings import set_setting
from tests.reports.scopes import BY
from tests.reports.small import Small, empty, instant, small

MARCH = Period.month(2026, 3)


# Nothing there


def test_without_a_pipeline_every_report_says_what_to_do(db_url: str) -> None:
    workspace = empty(db_url)
    for name in REPORTS:
        if name in {"activity", "steps"}:  # Interactions need no pipeline.
            assert run_report(workspace, name, Scope()).rows == ()
        else:
            with pytest.raises(NotFound, match="no pipeline yet") as refused:
                run_report(workspace, name, Scope())
            assert "funnel import" in str(refused.value.hint)
        with pytest.raises(NotFound, match="none at all"):
            run_report(workspace, name, Scope(pipelines=("Sales",)))
    assert stages_view(workspace, Scope()) is None
    workspace.database.close()


def test_without_a_pipeline_in_use_that_is_said(here: Small) -> None:
    edit_pipeline(here.workspace, pipeline_id=here.pipeline, changes={"in_use": False})
    with pytest.raises(NotFound, match="No pipeline is in use") as refused:
        here.report("funnel")
    assert "Sales" in str(refused.value.hint)
    assert len(here.report("funnel", pipelines=("Sales",)).rows) == 3


def test_without_deals_counts_are_zero_and_ratios_have_no_value(team: Small) -> None:
    for name, ways in BY.items():
        for by in ways:
            for period in (Period.all_time(), MARCH):
                report = team.report(name, by=by, period=period)
                for row in report.rows:
                    assert {value for value in row.values() if isinstance(value, int)} <= {0, 1, 2, 3}
                    assert not any(isinstance(value, Fraction) for value in row.values())
                told = set(report.notes) - {"There is nothing in Mar 2026."}
                assert not told or by is GroupBy.MONTH or name in {"stuck", "metrics"}
    row = team.row("metrics")
    assert (row["deals_open"], row["won"], row["lost"], row["without_amount"]) == (0, 0, 0, 0)
    assert row["open_amount"] == row["won_amount"] == Money(0, "EUR")
    none = (
        "average_open",
        "median_open",
        "average_won",
        "close_ratio",
        "time_to_win_mean",
        "velocity_per_day",
    )
    assert {row[name] for name in none} == {None}
    totals = team.report("funnel").totals
    assert (totals["deals"], totals["overall"], totals["lowest_stage"]) == (0, None, None)
    months = team.report("metrics", by=GroupBy.MONTH).rows
    assert [row["month"] for row in months] == ["2026-06"]


def test_a_pipeline_without_stages_has_no_rows(team: Small) -> None:
    create_pipeline(team.workspace, name="Bare")
    for name, ways in BY.items():
        for by in ways:
            report = team.report(name, by=by, pipelines=("Bare",))
            assert not report.rows or name == "metrics"
            team.report(name, by=by)
    assert team.report("active", pipelines=("Bare",)).totals["deals"] == 0


# Single deals


def test_a_deal_created_and_won_in_the_same_second(team: Small) -> None:
    team.deal("2026-03-05", won="2026-03-05")
    row = team.row("metrics", period=MARCH)
    assert (row["won"], row["close_ratio"]) == (1, 1)
    assert row["time_to_win_mean"] == row["time_to_win_median"] == 0
    assert row["velocity_per_day"] is None
    found = team.report("funnel", period=MARCH)
    assert [row["reached"] for row in found.rows] == [1, 1, 1]
    assert [row["days_n"] for row in found.rows] == [1, 0, 0]
    assert found.rows[0]["days_mean"] == 0
    assert found.totals["overall"] == 1


def test_an_event_at_the_start_belongs_to_the_period_and_one_at_its_end_to_the_next(team: Small) -> None:
    team.deal("2026-03-01T00:00:00", won="2026-04-01T00:00:00")
    team.deal("2026-02-28T23:59:59", lost="2026-03-31T23:59:59")
    assert [team.row("metrics", period=MARCH)[name] for name in ("won", "lost")] == [0, 1]
    assert team.report("funnel", period=MARCH, cohort=Cohort.CREATED).totals["deals"] == 1
    assert team.report("funnel", period=Period.month(2026, 4)).totals["won"] == 1
    assert team.report("funnel", period=Period.month(2026, 2), cohort=Cohort.CREATED).totals["lost"] == 1


def test_an_event_at_as_of_has_happened(team: Small) -> None:
    deal = team.deal("2026-03-01")
    move_deal(team.workspace, deal_id=deal, stage_id=team.stages["Talk"], at=instant("2026-03-10"))
    win_deal(team.workspace, deal_id=deal, at=instant("2026-03-20"))
    for moment, expected in (
        ("2026-02-28T23:59:59", (0, 0, 0)),
        ("2026-03-01", (1, 0, 0)),
        ("2026-03-09T23:59:59", (1, 0, 0)),
        ("2026-03-10", (1, 1, 0)),
        ("2026-03-20", (1, 1, 1)),
    ):
        rows = team.report("funnel", cohort=Cohort.CREATED, as_of=instant(moment)).rows
        assert tuple(row["reached"] for row in rows) == expected, moment


@pytest.mark.parametrize(
    ("zone", "inside", "outside"),
    [
        # March of Oslo ends in summer time, March of New York begins in winter time.
        ("Europe/Oslo", "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z"),
        ("Europe/Oslo", "2026-02-28T23:00:00Z", "2026-02-28T22:59:59Z"),
        ("America/New_York", "2026-03-01T05:00:00Z", "2026-03-01T04:59:59Z"),
        ("America/New_York", "2026-04-01T03:59:59Z", "2026-04-01T04:00:00Z"),
    ],
)
def test_periods_begin_and_end_on_the_teams_clock(
    tmp_path_factory: pytest.TempPathFactory, zone: str, inside: str, outside: str
) -> None:
    team = small(str(tmp_path_factory.mktemp("zone") / "funnel.db"), zone)
    team.deal("2026-01-01", won=inside)
    team.deal("2026-01-01", won=outside)
    assert team.row("metrics", period=MARCH)["won"] == 1
    by_month = team.report("metrics", by=GroupBy.MONTH, period=Period.parse("2026-02-01..2026-04-30"))
    assert sum(row["won"] for row in by_month.rows) == 2
    assert by_month.rows[1]["won"] == 1


def test_fiscal_quarters(here: Small) -> None:
    set_setting(here.workspace, name="fiscal_start", value="4")
    here.deal("2026-01-01", won="2026-04-01")
    here.deal("2026-01-01", won="2026-03-31")
    assert here.row("metrics", period=Period.parse("2026-Q4", 4))["won"] == 1
    assert here.row("metrics", period=Period.parse("2027-Q1", 4))["won"] == 1
    assert "Q4 FY 2026" in here.report("metrics", period=Period.parse("2026-Q4", 4)).title


def test_months_of_all_time_end_with_the_last_event_up_to_as_of(here: Small) -> None:
    deal = here.deal("2025-11-30T12:00", moves=(("Talk", "2026-01-02"),))
    months = [row["month"] for row in here.report("metrics", by=GroupBy.MONTH).rows]
    assert months == ["2025-11", "2025-12", "2026-01"]
    as_of = instant("2026-02-15")
    before = here.report("metrics", by=GroupBy.MONTH, as_of=as_of)
    win_deal(here.workspace, deal_id=deal, at=instant("2026-05-01"))
    after = here.report("metrics", by=GroupBy.MONTH, as_of=as_of)
    assert after.rows == before.rows
    assert here.report("metrics", by=GroupBy.MONTH).rows[-1]["month"] == "2026-05"


def test_a_deal_reopened_later_was_closed_then(here: Small) -> None:
    deal = here.deal("2025-12-01", lost="2026-02-02")
    reopen_deal(here.workspace, deal_id=deal, at=instant("2026-05-01"))
    report = here.report("metrics", by=GroupBy.MONTH, as_of=instant("2026-04-01"))
    assert [(row["month"], row["lost"]) for row in report.rows] == [
        *(("2025-12", 0), ("2026-01", 0), ("2026-02", 1)),
    ]
    now = here.report("metrics", by=GroupBy.MONTH).rows
    assert [row["lost"] for row in now] == [0] * 6


def test_a_deal_older_than_1970(here: Small) -> None:
    here.deal("1969-06-01", stage="Offer", moves=(("Lead", "1969-07-01"), ("Talk", "1969-08-01")))
    for month, reached in ((6, 1), (7, 0), (8, 0)):
        rows = here.report("funnel", cohort=Cohort.ENTERED, period=Period.month(1969, month)).rows
        assert {row["reached"] for row in rows} == {reached}


def test_stuck_and_idle_at_the_very_second(team: Small) -> None:
    """Boundaries are inclusive, and a call at as-of has been made (METRICS 4)."""
    deal = team.deal("2026-03-01")
    with team.workspace.change("furnish") as call:
        call.update(Stage, call.get(Stage, team.stages["Lead"]), {"stuck_days": 10})
        kind = call.insert(InteractionKind, {"name": "call", "step": "calls"})
        for at, planned in (("2026-03-05", False), ("2026-03-11", False), ("2026-03-10", True)):
            row = {"deal_id": deal, "owner_id": team.reps["Anna"], "kind_id": kind, "at": instant(at)}
            call.insert(Interaction, {**row, "direction": "out", "planned": planned})
    assert team.report("stuck", as_of=instant("2026-03-10T23:59:59")).rows == ()
    row = team.row("stuck", as_of=instant("2026-03-11"))
    assert (row["days_in_stage"], row["threshold"], row["idle_days"]) == (10, 10, 0)
    assert team.row("stuck", as_of=instant("2026-03-12"))["idle_days"] == 1


# Stages


def test_groups_show_the_stages_of_the_whole(team: Small) -> None:
    """A retired stage that only one rep lost a deal from counts the deals that passed it for all."""
    team.deal("2026-03-01", stage="Talk", lost="2026-03-02", owner="Anna")
    team.deal("2026-03-01", won="2026-03-03", owner="Ben")
    retire_stage(team.workspace, stage_id=team.stages["Talk"])
    whole = team.report("funnel", period=MARCH)
    split = team.report("funnel", period=MARCH, by=GroupBy.REP)
    assert [row["stage"] for row in whole.rows] == ["Lead", "Talk", "Offer"]
    assert [(row["rep"], row["stage"], row["reached"]) for row in split.rows] == [
        *(("Anna", "Lead", 1), ("Anna", "Talk", 1), ("Anna", "Offer", 0)),
        *(("Ben", "Lead", 1), ("Ben", "Talk", 1), ("Ben", "Offer", 1)),
    ]
    lost = team.report("losses", by=GroupBy.REP)
    assert [row["passed"] for row in lost.rows if row["stage"] == "Talk"] == [0, 1]
    assert [row["stage"] for row in team.report("active").rows] == ["Lead", "Offer"]


def test_a_deal_that_moved_back_before_it_was_lost_is_told(team: Small) -> None:
    said = "Lost from is where a deal stood; Lost in the funnel is how far it had come before it moved back."
    team.deal("2026-03-01", moves=(("Offer", "2026-03-02"),), lost="2026-03-03")
    assert said not in team.report("losses").notes
    back = (("Offer", "2026-03-02"), ("Lead", "2026-03-03"))
    team.deal("2026-03-01", moves=back, lost="2026-03-04")
    assert said in team.report("losses").notes
    rows = {row["stage"]: row for row in team.report("losses").rows}
    funnel = {row["stage"]: row for row in team.report("funnel").rows}
    assert [rows[stage]["lost_from"] for stage in ("Lead", "Offer")] == [1, 1]
    assert [funnel[stage]["lost"] for stage in ("Lead", "Offer")] == [0, 2]


def test_straight_through_a_retired_stage(team: Small) -> None:
    """A retired stage asks for nothing; who was lost from it went straight up to it."""
    team.deal("2026-03-01", moves=(("Talk", "2026-03-02"),), lost="2026-03-03")
    team.deal("2026-03-01", moves=(("Offer", "2026-03-02"),), lost="2026-03-03")
    straight = {"cohort": Cohort.CREATED, "mode": Mode.STRAIGHT}
    assert [row["reached"] for row in team.report("funnel", **straight).rows] == [2, 1, 0]
    retire_stage(team.workspace, stage_id=team.stages["Talk"])
    rows = team.report("funnel", **straight).rows
    assert [row["reached"] for row in rows] == [2, 2, 1]
    assert [row["lost"] for row in rows] == [0, 1, 1]


def test_the_lowest_stage_needs_enough_decided_deals(here: Small) -> None:
    for _ in range(4):
        here.deal("2026-03-01", lost="2026-03-02")
    for _ in range(5):
        here.deal("2026-03-01", stage="Talk", won="2026-03-02")
    here.deal("2026-03-01", stage="Offer", lost="2026-03-02")
    found = here.report("funnel", cohort=Cohort.CREATED)
    assert [row["decided"] for row in found.rows] == [Fraction(6, 10), 1, Fraction(5, 6)]
    assert [row["decided_n"] for row in found.rows] == [10, 6, 6]
    assert found.totals["lowest_stage"] == "Lead"
    set_setting(here.workspace, name="small_n", value="11")
    assert here.report("funnel", period=MARCH).totals["lowest_stage"] is None


def test_the_lowest_stage_of_several_pipelines_names_its_pipeline(here: Small) -> None:
    create_pipeline(here.workspace, name="Renewals", stages=["Lead"])
    for _ in range(5):
        here.deal("2026-03-01", lost="2026-03-02")
    assert here.report("funnel").totals["lowest_stage"] == "Lead (Sales)"
    assert here.report("funnel", pipelines=("Sales",)).totals["lowest_stage"] == "Lead"
