"""A compared period beside the present one, and the deals behind a figure."""

from __future__ import annotations

from funnel_tui.domain.money import Money
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy, Mode
from funnel_tui.services.deals import lose_deal, reopen_deal
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.reports import deals_behind, run_report
from tests.reports.small import Small, instant

MARCH = Period.month(2026, 3)


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
