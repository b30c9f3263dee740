"""The worked example through the services and the reports, on SQLite and PostgreSQL (METRICS 11)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.report import Report
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.services.deals import lose_deal, move_deal
from funnel_tui.services.history import undo
from funnel_tui.services.reports import deal_lines, deals_behind, run_report
from funnel_tui.services.workspace import Workspace
from tests.reports.scopes import BY
from tests.support import worked
from tests.support.worked_services import fill, open_workspace, stage_numbers

Q1 = Period.quarter(2026, 1)


@pytest.fixture
def filled(db_url: str) -> Iterator[tuple[Workspace, dict[str, int]]]:
    workspace = open_workspace(db_url)
    yield workspace, fill(workspace)
    workspace.database.close()


def column(report: Report, name: str) -> list[Any]:
    return [row[name] for row in report.rows]


def euros(*amounts: int) -> list[Money]:
    return [Money(amount * 100, "EUR") for amount in amounts]


def funnel(workspace: Workspace, cohort: Cohort, period: Period, **scope: Any) -> Report:
    return run_report(workspace, "funnel", Scope(cohort=cohort, period=period, **scope))


def four_counts(report: Report) -> list[tuple[int, ...]]:
    return [tuple(row[name] for name in ("reached", "advanced", "lost", "open")) for row in report.rows]


def check_everything(workspace: Workspace) -> None:
    """Every figure of the example."""
    every = funnel(workspace, Cohort.CREATED, Period.all_time())
    assert four_counts(every) == [(10, 8, 1, 1), (8, 7, 0, 1), (7, 4, 2, 1), (4, 3, 0, 1)]
    assert column(every, "decided") == [Fraction(8, 9), 1, Fraction(2, 3), 1]
    assert every.totals["overall"] == Fraction(3, 10)
    assert every.totals["lowest_stage"] == "S3"
    assert (every.totals["won"], every.totals["lost"], every.totals["open"]) == (3, 3, 4)
    assert column(every, "cumulative") == [1, Fraction(8, 10), Fraction(7, 10), Fraction(4, 10)]
    assert column(every, "reached_amount")[0] == Money(11_500_000, "EUR")

    visited = funnel(workspace, Cohort.CREATED, Period.all_time(), mode=Mode.VISITED)
    assert column(visited, "reached") == [9, 5, 6, 3]
    assert column(visited, "conversion")[:3] == [Fraction(5, 9), Fraction(4, 5), Fraction(1, 3)]
    straight = funnel(workspace, Cohort.CREATED, Period.all_time(), mode=Mode.STRAIGHT)
    assert column(straight, "reached") == [9, 5, 4, 1]

    closed = funnel(workspace, Cohort.CLOSED, Q1)
    assert column(closed, "reached") == [6, 5, 5, 3]
    assert column(closed, "conversion") == [Fraction(5, 6), 1, Fraction(3, 5), 1]
    assert closed.totals["overall"] == Fraction(1, 2)
    assert column(closed, "days_mean") == [Fraction("13.625"), Fraction(70, 3), 15, 15]
    assert column(closed, "days_median") == [10, 30, 15, 15]
    assert column(closed, "days_n") == [8, 3, 6, 2]
    assert column(closed, "still_there") == [1, 2, 0, 1]
    assert column(closed, "oldest_days") == [31, 45, None, 12]

    march = funnel(workspace, Cohort.ENTERED, Period.month(2026, 3))
    assert four_counts(march) == [(2, 1, 0, 1), (1, 1, 0, 0), (3, 2, 0, 1), (2, 1, 0, 1)]
    january = funnel(workspace, Cohort.CREATED, Period.month(2026, 1))
    assert four_counts(january) == [(5, 4, 1, 0), (4, 4, 0, 0), (4, 3, 1, 0), (3, 3, 0, 0)]

    metrics = run_report(workspace, "metrics", Scope(period=Q1)).rows[0]
    assert metrics["deals_open"] == 4
    assert metrics["open_amount"] == Money(5_700_000, "EUR")
    assert metrics["average_open"] == Money(1_900_000, "EUR")
    assert metrics["median_open"] == Money(1_500_000, "EUR")
    assert metrics["close_ratio"] == Fraction(1, 2)
    assert metrics["time_to_win_mean"] == Fraction(160, 3)
    assert metrics["time_to_win_median"] == 60
    assert metrics["velocity_per_day"] == Money(48_750, "EUR")
    assert metrics["without_amount"] == 1
    by_value = run_report(workspace, "metrics", Scope(period=Q1, by_value=True)).rows[0]
    assert by_value["close_ratio"] == Fraction(39, 58)
    months = run_report(workspace, "metrics", Scope(period=Q1, by=GroupBy.MONTH))
    assert column(months, "month") == ["2026-01", "2026-02", "2026-03"]
    assert column(months, "close_ratio") == [None, Fraction(1, 3), Fraction(2, 3)]

    active = run_report(workspace, "active", Scope())
    assert column(active, "deals") == [1, 2, 0, 1]
    assert column(active, "amount") == euros(0, 27_000, 0, 30_000)
    assert column(active, "weighted") == euros(0, 5_400, 0, 24_000)
    assert active.totals["weighted"] == Money(2_940_000, "EUR")
    assert column(active, "from_stock") == euros(0, 16_200, 0, 30_000)

    losses = run_report(workspace, "losses", Scope(period=Q1))
    assert column(losses, "passed") == [8, 7, 4, 3]
    assert column(losses, "passed_amount") == euros(110_000, 98_000, 69_000, 39_000)
    assert column(losses, "lost_from") == [1, 0, 2, 0]
    assert column(losses, "lost_from_amount") == euros(5_000, 0, 14_000, 0)
    assert not any("moved back" in note for note in losses.notes)
    reasons = run_report(workspace, "losses", Scope(period=Q1, by=GroupBy.REASON))
    assert {row["reason"]: row["deals"] for row in reasons.rows} == {
        "price": 1,
        "no need": 1,
        "competitor": 1,
    }

    stuck = run_report(workspace, "stuck", Scope())
    assert [(row["deal"], row["days_in_stage"], row["threshold"]) for row in stuck.rows] == [
        ("D5", 45, 30),
        ("D6", 31, 30),
    ]


def test_every_figure(filled: tuple[Workspace, dict[str, int]]) -> None:
    check_everything(filled[0])


def test_every_figure_as_of_the_day_although_more_happened_since(
    filled: tuple[Workspace, dict[str, int]],
) -> None:
    """Later events, also edits, change nothing as of before (METRICS M5)."""
    workspace, deals = filled
    before = everything(workspace, worked.AS_OF)
    stages = stage_numbers(workspace)
    later = Workspace(workspace.database, clock=lambda: worked.instant("06-01"), actor="tester")
    move_deal(later, deal_id=deals["D7"], stage_id=stages["S3"], at=worked.instant("04-02"))
    lose_deal(later, deal_id=deals["D10"], reason="price", at=worked.instant("04-03"))
    move_deal(later, deal_id=deals["D6"], stage_id=stages["S4"], at=worked.instant("05-03"))
    fill_more = Workspace(workspace.database, clock=lambda: worked.instant("05-01"), actor="tester")
    with fill_more.read() as reader:
        version = reader.rows("SELECT version FROM deal WHERE id = :deal", {"deal": deals["D5"]})[0][0]
    from funnel_tui.services.deals import edit_deal

    edit_deal(
        fill_more,
        deal_id=deals["D5"],
        version=version,
        changes={"amount_minor": 99_900, "currency": "EUR", "probability_bp": 100},
    )
    assert everything(later, worked.AS_OF) == before
    assert everything(later, None) != before


def everything(workspace: Workspace, as_of: int | None) -> list[Any]:
    """All reports of the example in all their forms, as plain values."""
    found: list[Any] = []
    for name in BY:
        for period in (Period.all_time(), Q1, Period.month(2026, 2)):
            for by in (None, GroupBy.REP, GroupBy.TEAM, GroupBy.SOURCE, GroupBy.PIPELINE, GroupBy.MONTH):
                if by is GroupBy.MONTH and (name in {"active", "stuck"} or period == Period.all_time()):
                    continue
                report = run_report(workspace, name, Scope(period=period, by=by, as_of=as_of))
                found.append((name, by, report.rows, report.totals))
    for cohort in Cohort:
        for mode in Mode:
            report = run_report(workspace, "funnel", Scope(period=Q1, cohort=cohort, mode=mode, as_of=as_of))
            found.append((cohort, mode, report.rows, report.totals))
    return found


def test_moving_d7_on(filled: tuple[Workspace, dict[str, int]]) -> None:
    workspace, deals = filled
    move_deal(workspace, deal_id=deals["D7"], stage_id=stage_numbers(workspace)["S3"])
    period = Period.parse("2026-01-01..2026-04-01")
    found = funnel(workspace, Cohort.CREATED, period)
    assert column(found, "reached") == [10, 8, 7, 4]
    assert found.rows[1]["days_n"] == 4
    assert found.rows[1]["days_mean"] == 25


def test_losing_d10_and_undoing_it(filled: tuple[Workspace, dict[str, int]]) -> None:
    workspace, deals = filled
    before = everything(workspace, None)
    lose_deal(workspace, deal_id=deals["D10"], reason="price")
    found = funnel(workspace, Cohort.CREATED, Period.all_time())
    assert found.rows[3]["lost"] == 1
    assert found.rows[3]["decided"] == Fraction(3, 4)
    losses = run_report(workspace, "losses", Scope())
    assert losses.rows[3]["lost_from_amount"] == Money(3_000_000, "EUR")
    undo(workspace)
    assert everything(workspace, None) == before
    check_everything(workspace)
    with workspace.read() as reader:
        actions = [row[0] for row in reader.rows("SELECT action FROM change_group ORDER BY id DESC LIMIT 2")]
    assert "lose_deal" in actions
    assert len(actions) == 2


def test_the_deals_behind_each_figure_are_as_many_as_the_figure(
    filled: tuple[Workspace, dict[str, int]],
) -> None:
    workspace, _ = filled
    figures = ("reached", "advanced", "lost", "open", "days_n", "still_there")
    for cohort in Cohort:
        for mode in Mode:
            scope = Scope(period=Q1, cohort=cohort, mode=mode)
            for row in run_report(workspace, "funnel", scope).rows:
                for figure in figures:
                    behind = deals_behind(workspace, scope, figure, row["stage"], "funnel")
                    assert len(behind.ids) == row[figure], (cohort, mode, row["stage"], figure)
    behind = deals_behind(workspace, Scope(period=Q1), "lost_from", "S3", "losses")
    assert [line.title for line in deal_lines(workspace, behind.ids)] == ["D8", "D3"]
    behind = deals_behind(workspace, Scope(), "deals", "S2", "active")
    assert [line.title for line in deal_lines(workspace, behind.ids)] == ["D5", "D7"]
