"""Amounts in several currencies, titles and notes, whose deals they are, unknown names."""

from __future__ import annotations

from fractions import Fraction

import pytest

from funnel_tui.domain.money import MAX_MINOR, Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import Cohort, GroupBy, Mode
from funnel_tui.errors import NotFound, UsageError
from funnel_tui.services.deals import edit_deal
from funnel_tui.services.reports import REPORTS, deals_behind
from tests.reports.small import Small, instant

MARCH = Period.month(2026, 3)


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
    assert "1 not priced in EUR" in notes
    # What lost deals were worth is in the close ratio by amount only.
    assert "2 not priced in EUR" in " ".join(team.report("metrics", by_value=True).notes)
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


def test_lost_deals_that_weigh_nothing_are_told_where_ratios_are_by_amount(team: Small) -> None:
    team.deal("2026-03-01", won="2026-03-02")
    team.deal("2026-03-01", amount=0, lost="2026-03-02")
    team.deal("2026-03-01", amount=None, lost="2026-03-02")
    for name in ("funnel", "metrics"):
        by_value = team.report(name, by_value=True)
        assert "All 2 lost deals have an amount of 0 or none" in by_value.notes[0]
        assert not any("All 2 lost deals" in note for note in team.report(name).notes)
    assert team.row("metrics", by_value=True)["close_ratio"] == 1
    assert team.row("metrics")["close_ratio"] == Fraction(1, 3)
    team.deal("2026-03-01", amount=1_000, lost="2026-03-02")
    for name in ("funnel", "metrics"):
        notes = team.report(name, by_value=True).notes
        assert notes[0] == "1 of 3 lost without amount: not in the ratios by amount."
    assert team.row("metrics", by_value=True)["close_ratio"] == Fraction(1, 2)


def test_notes_say_what_a_reader_would_not_expect(here: Small) -> None:
    here.deal("2026-03-01", amount=None, lost="2026-03-02")
    here.deal("2026-03-01", won="2026-04-02")
    assert here.report("metrics").notes == ()
    (past,) = here.report("metrics", period=MARCH).notes
    assert "Open deals as of 2026-06-01, not as of the end of Mar 2026" in past
    assert here.report("metrics", period=MARCH, as_of=instant("2026-03-31T23:59:59")).notes == ()
    by_value = here.report("metrics", by_value=True)
    assert by_value.notes == ("1 of 1 lost without amount: not in the ratios by amount.",)
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
