"""Single cases at the edges: nothing there, one deal, exact instants, several currencies, unknown names."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from funnel_tui.domain.money import MAX_MINOR, Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import NotFound, UsageError
from funnel_tui.services.deals import edit_deal, lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.pipelines import create_pipeline, edit_pipeline, retire_stage
from funnel_tui.services.reports import REPORTS, deals_behind, run_report
from funnel_tui.services.reports.screen import stages_view
from funnel_tui.services.settings import set_setting
from tests.reports.scopes import BY
from tests.reports.small import Small, empty, instant, small

MARCH = Period.month(2026, 3)


@pytest.fixture
def team(db_url: str) -> Iterator[Small]:
    """On SQLite and PostgreSQL."""
    found = small(db_url)
    yield found
    found.workspace.database.close()


@pytest.fixture
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """On SQLite only, where the database makes no difference."""
    found = small(str(tmp_path_factory.mktemp("small") / "funnel.db"))
    yield found
    found.workspace.database.close()


# Nothing there


def test_without_a_pipeline_every_report_says_what_to_do(db_url: str) -> None:
    workspace = empty(db_url)
    for name in REPORTS:
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
                assert not report.notes or by is GroupBy.MONTH or name in {"stuck", "metrics"}
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


def test_a_deal_older_than_1970(here: Small) -> None:
    here.deal("1969-06-01", stage="Offer", moves=(("Lead", "1969-07-01"), ("Talk", "1969-08-01")))
    for month, reached in ((6, 1), (7, 0), (8, 0)):
        rows = here.report("funnel", cohort=Cohort.ENTERED, period=Period.month(1969, month)).rows
        assert {row["reached"] for row in rows} == {reached}


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


# Money


def test_amounts_in_several_currencies(team: Small) -> None:
    team.rate("JPY", "EUR", "2026-02-01", 0.006)
    team.rate("EUR", "BHD", "2026-02-01", 0.5)
    team.rate("JPY", "EUR", "2026-05-01", 0.007)
    team.deal("2026-01-01", amount=1_000, currency="JPY", won="2026-03-01")
    team.deal("2026-01-01", amount=1_000, currency="BHD", won="2026-03-02")
    team.deal("2026-01-01", amount=1_000, currency="JPY")
    team.deal("2026-01-01", amount=5_000, currency="CHF")
    team.deal("2026-01-01", amount=5_000, currency="JPY", lost="2026-01-31")
    team.deal("2026-01-01", amount=None)
    row = team.row("metrics")
    assert row["won_amount"] == Money(600 + 200, "EUR")
    assert row["average_won"] == Money(400, "EUR")
    assert row["open_amount"] == row["average_open"] == row["median_open"] == Money(700, "EUR")
    assert (row["deals_open"], row["won"], row["lost"], row["without_amount"]) == (3, 2, 1, 1)
    notes = " ".join(team.report("metrics").notes)
    assert "1 without amount" in notes
    assert "2 not priced in EUR" in notes
    active = team.row("active")
    assert (active["deals"], active["amount"], active["without_amount"]) == (3, Money(700, "EUR"), 1)
    # At the rate of that day, and before there was one.
    assert team.row("active", as_of=instant("2026-04-30"))["amount"] == Money(600, "EUR")
    assert team.row("active", as_of=instant("2026-01-15"))["amount"] == Money(0, "EUR")
    lost = team.report("losses", by=GroupBy.REASON)
    assert lost.rows[0]["amount"] == Money(0, "EUR")
    assert any("1 not priced" in note for note in lost.notes)


def test_the_largest_amounts_add_up_exactly(team: Small) -> None:
    for number in range(20):
        team.deal("2026-03-01", amount=MAX_MINOR - number, won="2026-03-02")
        team.deal("2026-03-01", amount=MAX_MINOR)
    row = team.row("metrics")
    assert row["won_amount"].minor == 20 * MAX_MINOR - 190
    assert row["open_amount"].minor == 20 * MAX_MINOR
    assert row["average_won"].minor == MAX_MINOR - 9
    assert team.report("funnel", by_value=True, cohort=Cohort.CREATED).rows[0]["conversion"] == Fraction(
        20 * MAX_MINOR - 190, 40 * MAX_MINOR - 190
    )


def test_by_value_without_amounts_has_no_value(team: Small) -> None:
    team.deal("2026-03-01", amount=None, won="2026-03-02")
    team.deal("2026-03-01", amount=0, lost="2026-03-02")
    found = team.report("funnel", period=MARCH, by_value=True)
    assert {row["conversion"] for row in found.rows} == {None}
    assert found.totals["overall"] is None
    assert "by amount" in found.title
    row = team.row("metrics", period=MARCH, by_value=True)
    assert row["close_ratio"] is None
    assert row["average_won"] is None
    assert row["velocity_per_day"] is None
    assert team.row("metrics", period=MARCH)["close_ratio"] == Fraction(1, 2)


def test_notes_say_what_a_reader_would_not_expect(here: Small) -> None:
    here.deal("2026-03-01", amount=None, lost="2026-03-02")
    here.deal("2026-03-01", won="2026-04-02")
    assert here.report("metrics").notes == ()
    (past,) = here.report("metrics", period=MARCH).notes
    assert "Open deals as of 2026-06-01, not as of the end of Mar 2026" in past
    assert here.report("metrics", period=MARCH, as_of=instant("2026-03-31T23:59:59")).notes == ()
    by_value = here.report("metrics", by_value=True)
    assert by_value.notes == ("1 lost without amount: not in the close ratio by amount.",)
    entered = here.report("funnel", cohort=Cohort.ENTERED)
    assert entered.notes[0].startswith("Each stage has its own deals")
    assert "1 without amount" in entered.notes[1]
    (limits,) = here.report("stuck").notes
    assert limits.startswith("No limit yet for Talk, Offer:")


def test_titles_say_whose_deals_and_as_seen_from_when(here: Small) -> None:
    as_of = instant("2026-05-01T12:30")
    scope = {"period": Period.parse("2026-01-05..2026-03-09"), "team": "North", "as_of": as_of}
    assert here.report("funnel", mode=Mode.STRAIGHT, by_value=True, **scope).title == (
        "Funnel of deals closed from 5 Jan to 9 Mar 2026, straight through only, ratios by amount"
        " · Sales · team North · as of 2026-05-01 12:30"
    )
    assert here.report("active", **scope).title == "Active deals on 2026-05-01 12:30 · Sales · team North"
    title = here.report("losses", period=Period.parse("2026-03-09"), owner="Ben", present_owner=True).title
    assert title == "Passed and lost: deals created on 9 Mar 2026 · Sales · Ben · by present owner"
    assert here.report("metrics").title == "Funnel metrics, all time · Sales"


def test_a_ratio_carries_its_n(here: Small) -> None:
    here.deal("2026-03-01", lost="2026-03-02")
    here.deal("2026-03-01")
    for name in ("metrics", "funnel"):
        for cohort in (Cohort.CLOSED, Cohort.CREATED):
            report = here.report(name, cohort=cohort)
            row = report.rows[0]
            samples = {column.name: row[column.sample] for column in report.columns if column.sample}
            if name == "metrics":
                assert samples["close_ratio"] == 1
            else:
                assert samples["conversion"] == row["reached"]
                assert samples["decided"] == 1
                assert samples["days_mean"] == 1


# Whose


def test_a_team_has_its_sub_teams_with_it(team: Small) -> None:
    for owner in ("Anna", "Ben", "Cleo"):
        team.deal("2026-03-01", owner=owner)
    assert team.row("metrics", team="north")["deals_open"] == 2
    assert team.row("metrics", team="Oslo")["deals_open"] == 1
    assert team.row("metrics", owner="cleo")["deals_open"] == 1
    rows = team.report("metrics", by=GroupBy.TEAM).rows
    assert [(row["team"], row["deals_open"]) for row in rows] == [("(no team)", 1), ("North", 1), ("Oslo", 1)]


def test_the_owner_at_the_event_or_the_present_one(team: Small) -> None:
    deal = team.deal("2026-03-01", won="2026-03-02", owner="Anna")
    later = team.deal("2026-03-01", owner="Anna")
    for number in (deal, later):
        with team.workspace.read() as reader:
            version = reader.rows("SELECT version FROM deal WHERE id = :deal", {"deal": number})[0][0]
        change = {"owner_id": team.reps["Ben"]}
        edit_deal(team.workspace, deal_id=number, version=version, changes=change)
    assert team.row("metrics", owner="Anna")["won"] == 1
    assert team.row("metrics", owner="Ben")["won"] == 0
    assert team.row("metrics", owner="Ben", present_owner=True)["won"] == 1
    assert team.row("metrics", owner="Ben")["deals_open"] == 1
    # Before the change of hands.
    as_of = instant("2026-05-01")
    assert team.row("metrics", owner="Anna", present_owner=True, as_of=as_of)["won"] == 1
    assert team.row("metrics", owner="Ben", as_of=as_of)["deals_open"] == 0


@pytest.mark.parametrize(
    ("scope", "said", "hint"),
    [
        ({"pipelines": ("Salse",)}, "no pipeline 'Salse'", "'Sales'"),
        ({"owner": "Ana"}, "no rep 'Ana'", "'Anna'"),
        ({"team": "Nort"}, "no team 'Nort'", "'North'"),
        ({"owner": "Zzz"}, "no rep 'Zzz'", "'Anna', 'Ben', 'Cleo'"),
    ],
)
def test_unknown_names_suggest_the_nearest(here: Small, scope: dict[str, str], said: str, hint: str) -> None:
    for name in REPORTS:
        with pytest.raises(NotFound, match=said) as refused:
            here.report(name, **scope)
        assert hint in str(refused.value.hint)


def test_what_makes_no_sense_is_refused(here: Small) -> None:
    for name, scope in (
        ("nonsense", {}),
        ("funnel", {"by": GroupBy.REASON}),
        ("active", {"by": GroupBy.MONTH}),
        ("stuck", {"by": GroupBy.MONTH}),
        ("losses", {"cohort": Cohort.ENTERED}),
        ("metrics", {"owner": "Anna", "team": "North"}),
    ):
        with pytest.raises(UsageError) as refused:
            here.report(name, **scope)
        assert "\n" not in str(refused.value)
    with pytest.raises(NotFound):
        deals_behind(here.workspace, Scope(), "reached", "Leads", "funnel")
    with pytest.raises(UsageError):
        deals_behind(here.workspace, Scope(), "position", "Lead", "funnel")


# Compared periods


def test_open_deals_of_a_compared_period_are_those_of_its_end(team: Small) -> None:
    team.deal("2026-01-10", won="2026-03-10")
    team.deal("2026-01-11", amount=3000, lost="2026-02-11")
    team.deal("2026-03-12")
    report = team.report("metrics", period=MARCH, compare=Period.month(2026, 1))
    held = {row["figure"]: row for row in report.benchmark}
    assert (held["deals_open"]["now"], held["deals_open"]["then"], held["deals_open"]["shortfall"]) == (
        1,
        2,
        1,
    )
    assert report.compared is not None
    assert report.compared.rows[0]["open_amount"] == Money(4000, "EUR")
    assert any("2026-01-31" in note for note in report.compared.notes)
    assert (held["won"]["now"], held["won"]["then"], held["won"]["relative"]) == (1, 0, None)
    # What was won and lost stays what it is known to be: reopened deals are not lost any more.
    feb = team.report("metrics", period=MARCH, compare=Period.month(2026, 2))
    assert feb.compared is not None
    assert feb.compared.rows[0]["lost"] == 1
    reopen_deal(team.workspace, deal_id=2, at=instant("2026-03-01"))
    lose_deal(team.workspace, deal_id=2, reason="price", at=instant("2026-03-02"))
    feb = team.report("metrics", period=MARCH, compare=Period.month(2026, 2))
    assert feb.compared is not None
    assert feb.compared.rows[0]["lost"] == 0


def test_groups_of_only_one_period_are_compared_too(here: Small) -> None:
    here.deal("2026-02-01", owner="Anna", won="2026-02-02")
    here.deal("2026-03-01", owner="Ben", won="2026-03-02")
    report = here.report("metrics", by=GroupBy.REP, period=MARCH, compare=Period.month(2026, 2))
    held = {(row["rep"], row["figure"]): (row["now"], row["then"]) for row in report.benchmark}
    assert held["Anna", "won"] == (0, 1)
    assert held["Ben", "won"] == (1, 0)
    assert held["Anna", "won_amount"] == (Money(0, "EUR"), Money(1000, "EUR"))
    assert held["Anna", "close_ratio"] == (None, 1)


def test_months_are_compared_in_their_order(here: Small) -> None:
    here.deal("2025-01-01", won="2025-02-02")
    here.deal("2026-01-01", won="2026-02-02")
    year, before = Period.parse("2026-Q1"), Period.parse("2025-Q1")
    report = here.report("metrics", by=GroupBy.MONTH, period=year, compare=before)
    held = {(row["month"], row["figure"]): (row["now"], row["then"]) for row in report.benchmark}
    assert held["2026-02", "won"] == (1, 1)
    assert held["2026-01", "won"] == (0, 0)
    assert {month for month, _ in held} == {"2026-01", "2026-02", "2026-03"}


def test_reasons_are_compared(here: Small) -> None:
    here.deal("2026-01-01", lost="2026-02-02")
    report = here.report("losses", by=GroupBy.REASON, period=MARCH, compare=Period.month(2026, 2))
    assert [(row["reason"], row["figure"], row["now"], row["then"]) for row in report.benchmark] == [
        ("price", "deals", 0, 1),
        ("price", "amount", Money(0, "EUR"), Money(1000, "EUR")),
    ]


# The deals behind


def test_the_deals_behind_losses_do_not_depend_on_the_mode(here: Small) -> None:
    here.deal("2026-03-01", stage="Offer", won="2026-03-02")
    scope = Scope(mode=Mode.VISITED)
    row = run_report(here.workspace, "losses", scope).rows[0]
    behind = deals_behind(here.workspace, scope, "passed", "Lead", "losses")
    assert row["passed"] == len(behind.ids) == 1
    assert behind.title == "Came further than Lead · deals created · Sales"


def test_the_deals_behind_a_stage_that_two_pipelines_have(here: Small) -> None:
    create_pipeline(here.workspace, name="Renewals", stages=["Lead"])
    here.deal("2026-03-01")
    for pipeline, count in (("Sales", 1), ("Renewals", 0)):
        found = deals_behind(here.workspace, Scope(), "deals", "Lead", "active", pipeline=pipeline)
        assert len(found.ids) == count
        assert pipeline in found.title
