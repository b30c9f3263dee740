"""The reports on quotas and forecast, case by case; what random histories show is elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.planning import PlanWish
from funnel_tui.domain.quotas import Holder
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import UsageError
from funnel_tui.services.people import edit_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.quotas import set_quota
from funnel_tui.services.reports.plan import run_plan
from funnel_tui.services.reports.quota_screen import quota_deals, read_quotas
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from tests.reports.small import Small, instant

Q1, Q2 = Period.quarter(2026, 1), Period.quarter(2026, 2)


def eur(amount: float) -> Money:
    """Euros."""
    return Money(round(amount * 100), "EUR")


def day(text: str) -> int:
    """A day number."""
    return instant(text) // 86_400


def test_the_worked_example(team: Small) -> None:
    """METRICS 11: Q1 2026, 100,000, won 39,000, today 2026-02-14, open closing in Q1 183,000."""
    for amount, won in ((10_000, "2026-01-10"), (29_000, "2026-02-13")):
        team.deal("2026-01-01", amount=amount * 100, won=won)
    team.deal("2026-01-02", amount=83_000_00, expected_close=day("2026-03-31"))
    team.deal("2026-01-02", amount=100_000_00, expected_close=day("2026-02-01"))
    team.deal("2026-01-02", amount=999_00, expected_close=day("2026-04-01"))
    now = Workspace(team.workspace.database, clock=lambda: instant("2026-02-14"), actor="tester")
    set_quota(now, holder=Holder(rep_id=1), period=Q1, amount=100_000_00)
    as_of = instant("2026-02-14T12:00:00")
    row = team.row("quotas", period=Q1, as_of=as_of)
    assert row == {
        **{"owner": "Anna", "period": "2026-Q1", "unit": "money", "status": "behind"},
        **{"quota": eur(100_000), "won": eur(39_000), "gap": eur(61_000), "surplus": eur(0)},
        **{"pipeline": eur(183_000), "coverage": Fraction(3), "attainment": Fraction(39, 100)},
        **{"expected": eur(50_000), "pace": Fraction(78, 100), "projection": eur(78_000)},
        "needed_per_day": Money(135_556, "EUR"),
    }


def test_a_team_quota_and_its_mismatch(team: Small) -> None:
    for rep, amount in (("Anna", 200_000), ("Ben", 150_000), ("Cleo", 120_000)):
        edit_rep(team.workspace, rep_id=team.reps[rep], version=1, changes={"team_id": 1})
        set_quota(team.workspace, holder=Holder(rep_id=team.reps[rep]), period=Q2, amount=amount * 100)
    set_quota(team.workspace, holder=Holder(team_id=1), period=Q2, amount=500_000_00)
    report = team.report("quotas", period=Q2, team="North")
    assert report.totals["mismatch"] == eur(-30_000)
    assert report.totals["quota"] == eur(470_000)
    assert any("470,000" not in note and "30,000 EUR less" in note for note in report.notes)
    assert team.report("quotas", period=Q2).totals["mismatch"] is None
    rows = team.report("quotas", period=Q2, by=GroupBy.TEAM).rows
    assert [(row["team"], row["owner"], row["quota"]) for row in rows] == [
        ("North", "North", eur(500_000)),
        ("Oslo", "Oslo", None),
    ]


@pytest.mark.parametrize("base", ["GBP", "EUR"])
def test_a_goal_in_pounds(team: Small, base: str) -> None:
    """METRICS 11: £100 goal with £10 and $1,000 won at 0.80: 810.00; whatever the base currency is."""
    set_setting(team.workspace, name="base_currency", value=base)
    team.rate("USD", "GBP", "2026-04-01", 0.8)
    team.rate("GBP", "EUR", "2026-04-01", 1.25)
    team.rate("USD", "EUR", "2026-04-01", 1.0)
    # Rates of later days must not matter: a closed deal has the rate of its closing day.
    team.rate("USD", "EUR", "2026-05-01", 3.0)
    team.deal("2026-04-02", amount=10_00, currency="GBP", won="2026-04-10")
    team.deal("2026-04-02", amount=1_000_00, currency="USD", won="2026-04-11")
    set_quota(team.workspace, holder=Holder(rep_id=1), period=Q2, amount=100_00, currency="GBP")
    row = team.row("quotas", period=Q2)
    assert (row["quota"], row["won"]) == (Money(100_00, "GBP"), Money(810_00, "GBP"))
    assert row["attainment"] == Fraction(81, 10)
    assert row["status"] == "done"


def test_a_quota_without_a_rate_is_a_marked_row(here: Small) -> None:
    here.deal("2026-04-02", won="2026-04-10")
    set_quota(here.workspace, holder=Holder(rep_id=1), period=Q2, amount=100_00, currency="CHF")
    report = here.report("quotas", period=Q2)
    row = report.rows[0]
    assert (row["quota"], row["won"], row["attainment"], row["status"]) == (
        Money(100_00, "CHF"),
        None,
        None,
        None,
    )
    assert "No exchange rate: Anna." in report.notes
    assert report.totals["reps_with_quota"] == 0


def test_who_is_in_no_total_is_named_by_why(here: Small) -> None:
    """The amount that is told beside a name is of those who are named, and of nobody else."""
    for rep, amount in (("Anna", 700), ("Ben", 200), ("Cleo", 50)):
        here.deal("2026-04-02", amount=amount * 100, owner=rep, won="2026-04-10")
    edit_rep(here.workspace, rep_id=here.reps["Cleo"], version=1, changes={"name": "Élise"})
    set_quota(here.workspace, holder=Holder(rep_id=here.reps["Anna"]), period=Q2, amount=0)
    report = here.report("quotas", period=Q2)
    # No attainment is known: the total is that of all, and nothing is apart from it.
    assert report.totals["won"] == eur(950)
    assert not any("in no total" in note for note in report.notes)
    assert "A quota of 0 counts as none: Anna." in report.notes
    set_quota(here.workspace, holder=Holder(rep_id=here.reps["Ben"]), period=Q2, amount=1_000_00)
    report = here.report("quotas", period=Q2)
    assert report.totals["won"] == eur(200)
    assert "Without a quota: Élise; they won 50 EUR, which is in no total." in report.notes
    assert "A quota of 0 counts as none: Anna; they won 700 EUR, which is in no total." in report.notes
    set_quota(
        here.workspace, holder=Holder(rep_id=here.reps["Anna"]), period=Q2, amount=100_00, currency="CHF"
    )
    notes = here.report("quotas", period=Q2).notes
    assert "Without a quota: Élise; they won 50 EUR, which is in no total." in notes
    assert "No exchange rate for the quota of: Anna; they won 700 EUR, which is in no total." in notes, notes


def test_a_quota_in_deals(here: Small) -> None:
    for number in range(3):
        here.deal("2026-04-02", won=f"2026-04-1{number}", amount=None)
    here.deal("2026-04-02", expected_close=day("2026-06-30"))
    set_quota(here.workspace, holder=Holder(rep_id=1), period=Q2, amount=4, unit="deals")
    report = here.report("quotas", period=Q2, owner="Anna")
    row = report.rows[0]
    assert (row["unit"], row["quota"], row["won"], row["gap"], row["pipeline"]) == ("deals", 4, 3, 1, 1)
    assert (row["coverage"], row["attainment"]) == (1, Fraction(3, 4))
    assert report.totals["quota"] == 4
    forecast = here.report("forecast", period=Q2, owner="Anna")
    assert forecast.totals["probability_of_quota"] == 0  # Stages have 0 %.


def test_the_owner_at_closing_counts_and_a_reopened_deal_does_not(team: Small) -> None:
    from funnel_tui.services.deals import edit_deal, reopen_deal

    deal = team.deal("2026-04-02", amount=50_00, won="2026-04-10")
    edit_deal(team.workspace, deal_id=deal, version=2, changes={"owner_id": team.reps["Ben"]})
    set_quota(team.workspace, holder=Holder(rep_id=1), period=Q2, amount=100_00)
    won = {row["owner"]: row["won"] for row in team.report("quotas", period=Q2).rows}
    assert won == {"Anna": eur(50), "Ben": eur(0), "Cleo": eur(0)}
    now = {row["owner"]: row["won"] for row in team.report("quotas", period=Q2, present_owner=True).rows}
    assert now == {"Anna": eur(0), "Ben": eur(50), "Cleo": eur(0)}
    reopen_deal(team.workspace, deal_id=deal, stage_id=team.stages["Offer"], at=instant("2026-04-20"))
    assert {row["won"] for row in team.report("quotas", period=Q2).rows} == {eur(0)}
    before = team.report("quotas", period=Q2, as_of=instant("2026-04-15")).rows
    assert [row["won"] for row in before] == [eur(50), eur(0), eur(0)]


def test_the_edges_of_a_period(here: Small) -> None:
    for won in ("2026-03-31T23:59:59", "2026-04-01", "2026-05-31T23:59:59"):
        here.deal("2026-03-01", amount=1_00, won=won)
    rows = [here.row("quotas", period=period, as_of=instant("2026-07-01")) for period in (Q1, Q2)]
    assert [row["won"] for row in rows] == [eur(1), eur(2)]
    set_setting(here.workspace, name="time_zone", value="America/New_York")
    rows = [here.row("quotas", period=period, as_of=instant("2026-07-01")) for period in (Q1, Q2)]
    assert [row["won"] for row in rows] == [eur(2), eur(1)]


def test_without_a_period_it_is_the_present_one(here: Small) -> None:
    workspace = here.workspace
    assert here.report("quotas").scope.period == Q2
    set_quota(workspace, holder=Holder(rep_id=1), period=Period.month(2026, 6), amount=5)
    set_quota(workspace, holder=Holder(rep_id=2), period=Period.month(2026, 6), amount=5)
    set_quota(workspace, holder=Holder(), period=Period.year(2026), amount=5)
    found = here.report("quotas")
    assert found.scope.period == Period.month(2026, 6)
    assert found.notes[0].startswith("No period was asked for: this is Jun 2026")
    set_quota(workspace, holder=Holder(rep_id=3), period=Q2, amount=5)
    assert here.report("quotas").scope.period == Q2


def test_one_of_several_pipelines_is_held_against_the_quotas_of_all(team: Small) -> None:
    set_quota(team.workspace, holder=Holder(team.reps["Anna"]), period=Q2, amount=9000_00)
    told = "Quotas are for all pipelines; won and pipeline here are of Sales only."
    team.deal("2026-01-10", won="2026-02-10")
    assert told not in team.report("quotas", period=Q2, pipelines=("Sales",)).notes
    create_pipeline(team.workspace, name="Partners", stages=["Lead"])
    assert told in team.report("quotas", period=Q2, pipelines=("Sales",)).notes
    assert told in read_quotas(team.workspace, Scope(period=Q2, pipelines=("Sales",))).notes
    assert told not in team.report("quotas", period=Q2).notes
    # A plan is of one pipeline always; a target that was typed is for that one.
    assert told in run_plan(team.workspace, Scope(period=Q1), PlanWish(period=Q2)).notes
    typed = PlanWish(period=Q2, target=eur(500))
    assert told not in run_plan(team.workspace, Scope(period=Q1), typed).notes


def test_a_quarter_is_the_sum_of_its_months(here: Small) -> None:
    for month, amount in ((4, 100), (5, 200), (6, 300)):
        set_quota(here.workspace, holder=Holder(rep_id=1), period=Period.month(2026, month), amount=amount)
    report = here.report("quotas", period=Q2)
    assert report.rows[0]["quota"] == Money(600, "EUR")
    assert "Added up from the quotas of shorter periods: Anna." in report.notes
    assert here.report("quotas", period=Q1).rows[0]["quota"] is None


def test_a_rep_who_left_is_listed_with_a_quota_only(here: Small) -> None:
    set_quota(here.workspace, holder=Holder(rep_id=1), period=Q2, amount=100)
    for rep in (1, 2):
        edit_rep(here.workspace, rep_id=rep, version=1, changes={"active": False})
    report = here.report("quotas", period=Q2)
    assert [row["owner"] for row in report.rows] == ["Anna", "Cleo"]
    assert "Has left: Anna." in report.notes


@pytest.mark.parametrize("by", [GroupBy.SOURCE, GroupBy.PIPELINE, GroupBy.MONTH])
def test_quotas_are_not_split_by_what_has_none(here: Small, by: GroupBy) -> None:
    with pytest.raises(UsageError, match="of reps and teams"):
        here.report("quotas", by=by)


def test_forecast_of_the_present_and_of_other_periods(team: Small) -> None:
    """Now is 2026-06-01, in the second quarter."""
    for close, amount in (("2026-05-31", 1), ("2026-06-01", 2), ("2026-06-30", 4), ("2026-07-01", 8)):
        team.deal("2026-04-02", amount=amount * 100, expected_close=day(close), probability_bp=5_000)
    team.deal("2026-04-02", amount=16_00, category="commit")
    team.deal("2026-04-02", amount=32_00, won="2026-04-10")
    rows = {row["month"]: row for row in team.report("forecast", period=Q2).rows}
    assert list(rows) == ["2026-04", "2026-05", "2026-06", "slipped", "none"]
    assert [rows[name]["amount"] for name in rows] == [eur(0), eur(0), eur(6), eur(1), eur(16)]
    assert rows["2026-04"]["closed"] == eur(32)
    assert rows["none"]["commit"] == eur(16)
    pipeline = {row["owner"]: row["pipeline"] for row in team.report("quotas", period=Q2).rows}
    assert pipeline["Anna"] == eur(7)
    later = team.report("forecast", period=Period.quarter(2026, 3))
    assert [row["month"] for row in later.rows] == ["2026-07", "2026-08", "2026-09"]
    assert later.totals["amount"] == eur(8)
    over = team.report("forecast", period=Q1)
    assert over.totals["deals"] == 0
    endless = team.report("forecast")
    assert [row["month"] for row in endless.rows] == [
        "2026-04", "2026-05", "2026-06", "2026-07", "slipped", "none"
    ]  # fmt: skip
    assert endless.totals["amount"] == eur(31)
    set_quota(team.workspace, holder=Holder(), period=Q2, amount=36_00)
    # 32 are won; 7 are open in the period, half of each deal's worth likely: 1 + 2 or more of 4.
    assert team.report("forecast").totals["probability_of_quota"] == Fraction(1, 2)
    assert team.report("forecast", period=Q2).totals["probability_of_quota"] == Fraction(1, 2)


def test_forecast_by_rep(here: Small) -> None:
    here.deal("2026-04-02", amount=100, expected_close=day("2026-06-30"))
    here.deal("2026-04-02", amount=200, owner="Ben", expected_close=day("2026-06-30"))
    rows = here.report("forecast", period=Q2, by=GroupBy.REP).rows
    assert [(row["rep"], row["month"], row["amount"].minor) for row in rows] == [
        ("Anna", "2026-06", 100),
        ("Ben", "2026-06", 200),
    ]
    teams = here.report("forecast", period=Q2, by=GroupBy.TEAM).rows
    assert [row["team"] for row in teams] == ["North", "Oslo"]
    with pytest.raises(UsageError, match="split by month"):
        here.report("forecast", by=GroupBy.SOURCE)


def test_the_review_and_the_deals_behind_it(team: Small) -> None:
    first = team.deal("2026-01-02", amount=100, won="2026-02-10")
    second = team.deal("2026-04-02", amount=50, won="2026-04-10")
    third = team.deal("2026-04-02", amount=25, won="2026-04-12", owner="Ben")
    later = team.deal("2026-04-02", amount=7, expected_close=day("2026-06-20"))
    slipped = team.deal("2026-04-02", amount=7, expected_close=day("2026-05-20"))
    for period, amount in ((Q1, 100), (Q2, 200)):
        set_quota(team.workspace, holder=Holder(rep_id=1), period=period, amount=amount)
    view = read_quotas(team.workspace, Scope(period=Q2))
    anna = view.rows[0]
    assert len(anna.trend) == len(view.trend) == 8
    assert anna.trend[-2:] == ((100, 100), (200, 50))
    assert [(one.period.name, one.quota, one.won, one.reached, one.known) for one in view.trend[-2:]] == [
        ("2026-Q1", 100, 100, 1, 1),
        ("2026-Q2", 200, 50, 0, 1),
    ]
    assert (view.reached.known, view.reached.unknown) == (1, 2)
    assert [(row.line.name, row.line.base.won) for row in view.teams] == [
        ("North", 75),
        ("Oslo", 50),
        ("(no team)", 0),
    ]
    scope = Scope(period=Q2)
    assert list(quota_deals(team.workspace, scope, "won").ids) == [third, second]
    assert list(quota_deals(team.workspace, scope, "won", Holder(rep_id=1)).ids) == [second]
    assert list(quota_deals(team.workspace, scope, "coverage", Holder(team_id=1)).ids) == [slipped, later]
    assert list(quota_deals(team.workspace, Scope(period=Q1), "attainment").ids) == [first]
    past = scope.with_(as_of=instant("2026-04-11"))
    assert list(quota_deals(team.workspace, past, "won").ids) == [second]
    with pytest.raises(UsageError, match="No deals stand behind"):
        quota_deals(team.workspace, scope, "owner")


def test_the_trend_of_free_ranges_follows_the_quotas(here: Small) -> None:
    spans = ("2011-05-31..2011-08-30", "2011-08-31..2011-11-30", "2011-12-01..2012-02-28")
    for number, text in enumerate(spans, 1):
        set_quota(here.workspace, holder=Holder(rep_id=1), period=Period.parse(text), amount=number)
    view = read_quotas(here.workspace, Scope(period=Period.parse(spans[2])))
    assert [point.period.name for point in view.trend[-3:]] == list(spans)
    assert [quota for quota, _ in view.rows[0].trend[-3:]] == [1, 2, 3]
