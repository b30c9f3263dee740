"""The reports on activity in single cases: edges of days, owners, targets, stays, the screen."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.domain.activity import Counted, InteractionsWanted, Load, Unit
from funnel_tui.domain.period import Period
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.status import GroupBy
from funnel_tui.errors import NotFound
from funnel_tui.exchange.writers import to_json
from funnel_tui.services.deals import reopen_deal
from funnel_tui.services.interactions import log_interaction
from funnel_tui.services.people import create_organisation, create_rep
from funnel_tui.services.reports import report_in
from funnel_tui.services.reports.activity_behind import interactions_behind
from funnel_tui.services.reports.activity_screen import read_activity
from funnel_tui.services.settings import set_setting
from tests.reports.activity_small import CALL, CONTRACT, EMAIL, MARCH, MEETING, NOTE, PROPOSAL, aim, log
from tests.reports.small import Small, empty, instant


def done(found: Small, **scope: Any) -> int:
    """How many interactions were done."""
    return int(found.report("activity", **scope).totals["done"])


# Nothing there


def test_without_interactions_there_are_no_rows_and_no_shares(busy: Small) -> None:
    for by in (None, GroupBy.REP, GroupBy.TEAM, GroupBy.WEEK, GroupBy.MONTH):
        for period in (Period.all_time(), MARCH):
            found = busy.report("activity", by=by, period=period)
            assert (found.rows, found.totals["done"], found.totals["per_1000_calls"]) == ((), 0, None)
            steps = busy.report("steps", by=by, period=period)
            assert (steps.rows, steps.totals["conversions"], steps.totals["total"]) == ((), [None] * 4, None)
    rows = busy.report("followups").rows
    assert len(rows) == 9
    assert {row["visits"] for row in rows} == {0}
    assert {row[name] for row in rows for name in ("mean", "median", "p80", "share_at_most_1")} == {None}
    view = read_activity(busy.workspace, Scope(period=MARCH))
    assert view is not None
    assert (view.by_rep.series, view.contact.per_1000, view.contact.is_low) == ((), None, None)
    assert (len(view.by_rep.buckets), view.qualified, view.preceding, view.steps) == (6, (), (), ())
    assert view.team_steps.total is None


def test_interactions_need_no_pipeline(db_url: str) -> None:
    """Whoever imports interactions first sees at once what they say."""
    workspace = empty(db_url)
    rep = create_rep(workspace, name="Anna")
    firm = create_organisation(workspace, name="Fjordline AS")
    for outcome in ("conversation", "voicemail", None, None):
        log_interaction(workspace, kind="call", owner_id=rep, organisation_id=firm, outcome=outcome)
    view = read_activity(workspace, Scope())
    assert (view.rates[0].rate.done, view.contact.outbound_calls, view.contact.opportunities) == (4, 4, 0)
    assert (view.follow_ups, view.pipelines) == ((), ())
    with workspace.read() as reader:
        report = report_in(workspace, reader, "activity", Scope())
        assert (report.rows[0]["done"], report.totals["outbound_calls"]) == (4, 4)
        assert report_in(workspace, reader, "steps", Scope()).rows[0]["calls"] == 4
        with pytest.raises(NotFound, match="no pipeline"):
            report_in(workspace, reader, "funnel", Scope())
    workspace.database.close()


# The worked example


@pytest.mark.parametrize(("calls", "deals", "per_1000", "low"), [(1000, 32, 32, False), (500, 13, 26, True)])
def test_opportunities_per_1000_calls(
    here_busy: Small, calls: int, deals: int, per_1000: int, low: bool
) -> None:
    log(here_busy, *(("2026-03-05", {}) for _ in range(calls)), ("2026-03-05", {"direction": "in"}))
    log(here_busy, ("2026-03-05", {"kind": EMAIL}), ("2026-04-01", {}), ("2026-02-28T23:59:59", {}))
    for number in range(deals):
        here_busy.deal(f"2026-03-{number % 28 + 1:02}")
    here_busy.deal("2026-04-01")
    report = here_busy.report("activity", period=MARCH)
    assert report.totals == {
        "done": calls + 2,
        "outbound_calls": calls,
        "opportunities": deals,
        "per_1000_calls": per_1000,
    }
    assert any("benchmark of 32" in note for note in report.notes) is low
    set_setting(here_busy.workspace, name="contact_benchmark", value="33")
    assert any("benchmark of 33" in note for note in here_busy.report("activity", period=MARCH).notes)


def test_the_calls_of_the_hubspot_file(here_busy: Small, shared_data: Path) -> None:
    """402 calls, 78 connected, 70 without an outcome: the shares the issue names."""
    with (shared_data / "hubspot_dummy" / "hubspot_activities.csv").open(encoding="utf-8-sig") as file:
        calls = [row for row in csv.DictReader(file) if row["Activity Type"] == "Call"]
    log(here_busy, *((row["Activity Date"], {"outcome": row["Call Outcome"] or None}) for row in calls))
    row = here_busy.row("activity")
    assert (row["done"], row["attempts"], row["conversations"]) == (402, 402, 78)
    made = json.loads(to_json(here_busy.report("activity")), parse_float=Decimal)
    assert round(made["rows"][0]["conversation_share"], 6) == Decimal("0.194030")
    view = read_activity(here_busy.workspace, Scope())
    assert view is not None
    assert f"{float(view.kind_rates[0].rate.answered_share or 0):.6f}" == "0.234940"


# Days, periods, as-of


def test_a_day_belongs_to_the_teams_time_zone(oslo: Small) -> None:
    log(oslo, ("2026-03-31T21:59:59", {}), ("2026-03-31T22:00:00", {}), ("2026-02-28T23:00:00", {}))
    assert (done(oslo, period=MARCH), done(oslo, period=Period.month(2026, 4))) == (2, 1)
    weeks = {row["period"]: row["done"] for row in oslo.report("activity", by=GroupBy.WEEK).rows}
    assert weeks == {"2026-W09": 1, "2026-W14": 2}
    # The same from the interactions themselves.
    for at in ("2026-03-31T21:59:58", "2026-03-31T21:59:59", "2026-03-31T22:00:00"):
        assert done(oslo, as_of=instant(at)) == 1 + (at > "2026-03-31T21:59:58") + (
            at > "2026-03-31T21:59:59"
        )


def test_an_earlier_as_of_counts_what_was_done_by_then(busy: Small) -> None:
    log(busy, ("2026-03-10T09:00", {}), ("2026-03-10T15:00", {"outcome": "held"}), ("2026-03-11", {}))
    log(busy, ("2026-03-10T16:00", {"planned": True}), ("2026-03-20", {"planned": True}))
    noon = instant("2026-03-10T12:00")
    assert (done(busy, period=MARCH), done(busy, period=MARCH, as_of=noon)) == (3, 1)
    now, then = busy.row("activity", period=MARCH), busy.row("activity", period=MARCH, as_of=noon)
    assert (now["planned"], now["conversations"]) == (2, 1)
    assert (then["planned"], then["conversations"]) == (0, 0)
    evening = busy.row("activity", period=MARCH, as_of=instant("2026-03-10T16:00"))
    assert (evening["done"], evening["planned"]) == (2, 1)


def test_what_is_planned_for_the_rest_of_the_period_is_shown_as_planned(busy: Small) -> None:
    """It is the first of June."""
    log(busy, ("2026-05-31T23:59:59", {}), ("2026-06-01", {}), ("2026-06-01", {"planned": True}))
    log(busy, ("2026-06-20", {"planned": True}), ("2026-05-20", {"planned": True}))
    row = busy.row("activity", period=Period.month(2026, 6))
    assert (row["done"], row["planned"]) == (1, 2)
    row = busy.row("activity", period=Period.quarter(2026, 2))
    assert (row["done"], row["planned"]) == (2, 3)


# Owners and pipelines


def test_interactions_count_for_who_had_them_or_for_the_present_owner(busy: Small) -> None:
    number = busy.deal("2026-03-01", owner="Ben")
    log(busy, ("2026-03-02", {"deal_id": number}), ("2026-03-02", {"deal_id": number, "owner": "Ben"}))
    log(busy, ("2026-03-02", {"owner": "Cleo"}))
    assert [done(busy, owner=name) for name in ("Anna", "Ben", "Cleo")] == [1, 1, 1]
    assert [done(busy, owner=name, present_owner=True) for name in ("Anna", "Ben", "Cleo")] == [0, 2, 1]
    assert (done(busy, team="North"), done(busy, team="Oslo")) == (2, 1)


def test_with_a_pipeline_only_interactions_on_its_deals_count(busy: Small) -> None:
    number = busy.deal("2026-03-01")
    log(busy, ("2026-03-02", {"deal_id": number}), ("2026-03-02", {}))
    assert (done(busy), done(busy, pipelines=("Sales",))) == (2, 1)
    assert any("pipeline" in note for note in busy.report("activity", pipelines=("Sales",)).notes)
    assert "Sales" not in busy.report("activity").title


# Targets


def test_a_rep_with_a_target_has_a_row_without_doing_anything(busy: Small) -> None:
    aim(busy, "2026-03-01", 31, rep="Ben")
    log(busy, ("2026-03-02", {}))
    rows = {(row["owner"], row["done"]): row["target"] for row in busy.report("activity", period=MARCH).rows}
    assert rows == {("Anna", 1): None, ("Ben", 0): 31}
    part = busy.report("activity", period=Period.parse("2026-03-30..2026-04-30"), owner="Ben").rows
    assert part[0]["target"] == 2
    aim(busy, "2026-03-01", None, rep="Ben", at="2026-04-01")
    aim(busy, "2026-03-01", 62, at="2026-04-02")
    rows = {row["owner"]: row["target"] for row in busy.report("activity", period=MARCH).rows}
    assert rows == {"Anna": 62, "Ben": 62, "Cleo": 62}
    past = busy.report("activity", period=MARCH, as_of=instant("2026-03-15")).rows
    assert {row["owner"]: row["target"] for row in past} == {"Anna": None, "Ben": 31}


# Follow-ups


def followups(team: Small, **scope: Any) -> dict[tuple[str, str], tuple[int, Any]]:
    """Visits and mean by stage and outcome, where there are any."""
    rows = team.report("followups", **scope).rows
    return {(row["stage"], row["outcome"]): (row["visits"], row["mean"]) for row in rows if row["visits"]}


def test_only_done_outbound_interactions_within_the_stay_count(busy: Small) -> None:
    number = busy.deal("2026-03-01", moves=(("Talk", "2026-03-10"),))
    inside = [("2026-03-01T00:00:01", {}), ("2026-03-10", {}), ("2026-03-05", {"kind": NOTE})]
    outside = [("2026-03-01", {}), ("2026-03-05", {"planned": True}), ("2026-03-05", {"direction": "in"})]
    log(
        busy,
        *((at, more | {"deal_id": number}) for at, more in [*inside, *outside, ("2026-03-10T00:00:01", {})]),
    )
    assert followups(busy) == {("Lead", "advanced"): (1, 3), ("Talk", "open"): (1, 1)}
    assert followups(busy, as_of=instant("2026-03-09")) == {("Lead", "open"): (1, 2)}


def test_stays_count_in_the_period_of_their_end(busy: Small) -> None:
    busy.deal("2026-02-01", moves=(("Talk", "2026-04-01"),))
    busy.deal("2026-02-01", moves=(("Talk", "2026-03-31T23:59:59"),), lost="2026-04-01")
    assert followups(busy, period=MARCH)["Lead", "advanced"] == (1, 0)
    assert followups(busy, period=Period.month(2026, 4)) == {
        ("Lead", "advanced"): (1, 0),
        ("Talk", "lost"): (1, 0),
        ("Talk", "open"): (1, 0),
    }


def test_a_reopened_deal_has_a_lost_stay_and_a_later_one(busy: Small) -> None:
    number = busy.deal("2026-03-01", lost="2026-03-05")
    reopen_deal(busy.workspace, deal_id=number, stage_id=busy.stages["Lead"], at=instant("2026-03-20"))
    log(busy, ("2026-03-02", {"deal_id": number}), ("2026-03-10", {"deal_id": number}))
    log(busy, ("2026-03-21", {"deal_id": number}), ("2026-03-22", {"deal_id": number}))
    assert followups(busy) == {("Lead", "lost"): (1, 1), ("Lead", "open"): (1, 2)}


def test_moving_back_is_neither_and_winning_is_an_advance(busy: Small) -> None:
    busy.deal("2026-03-01", stage="Talk", moves=(("Lead", "2026-03-02"),), won="2026-03-03")
    assert followups(busy) == {("Lead", "advanced"): (1, 0)}
    assert any("1 moved back" in note for note in busy.report("followups").notes)


def test_followups_by_rep_are_those_of_the_owner_at_the_end(busy: Small) -> None:
    busy.deal("2026-03-01", owner="Ben", lost="2026-03-05")
    busy.deal("2026-03-01", owner="Cleo")
    rows = [row for row in busy.report("followups", by=GroupBy.REP).rows if row["visits"]]
    assert [(row["rep"], row["outcome"]) for row in rows] == [("Ben", "lost"), ("Cleo", "open")]
    teams = {row["team"] for row in busy.report("followups", by=GroupBy.TEAM).rows}
    assert teams == {"(no team)", "North"}


# Steps and open deals


def test_the_activity_funnel_of_a_rep(busy: Small) -> None:
    kinds: Iterable[int] = [CALL] * 6 + [MEETING] * 3 + [PROPOSAL] * 4 + [CONTRACT] + [NOTE]
    log(busy, *(("2026-03-02", {"kind": kind}) for kind in kinds), ("2026-03-02", {"planned": True}))
    row = busy.row("steps", period=MARCH)
    assert [row[name] for name in ("calls", "meetings", "proposals", "contracts", "paid")] == [6, 3, 4, 1, 0]
    assert row["conversions"] == [Fraction(1, 2), Fraction(4, 3), Fraction(1, 4), Fraction(0)]
    assert row["total"] == 0


def test_open_deals_of_a_rep_against_the_team(busy: Small) -> None:
    for owner, count in (("Anna", 12), ("Ben", 6), ("Cleo", 2)):
        for _ in range(count):
            busy.deal("2026-03-01", owner=owner)
    busy.deal("2026-03-01", owner="Cleo", lost="2026-03-02")
    view = read_activity(busy.workspace, Scope())
    assert view is not None
    assert [(line.owner, line.whole.deals, line.whole.load) for line in view.load.lines] == [
        ("Anna", 12, Load.TOO_MANY),
        ("Ben", 6, Load.USUAL),
        ("Cleo", 2, Load.TOO_FEW),
    ]
    # Alone she is held against the team all the same; Oslo has nobody else.
    alone = read_activity(busy.workspace, Scope(owner="Cleo"))
    assert alone is not None
    assert [(line.owner, line.whole.load, line.whole.median) for line in alone.load.lines] == [
        ("Cleo", Load.TOO_FEW, 6)
    ]


# The screen


def test_the_charts_of_the_screen(busy: Small) -> None:
    aim(busy, "2026-03-01", 62)
    log(busy, ("2026-03-02", {}), ("2026-03-03", {"kind": EMAIL}), ("2026-03-09", {"owner": "Ben"}))
    log(busy, ("2026-03-31", {"planned": True}), ("2026-02-03", {}))
    scope = Scope(period=MARCH, compare=Period.month(2026, 2))
    view = read_activity(busy.workspace, scope)
    assert view is not None
    assert [(one.name, one.done) for one in view.by_rep.series] == [
        ("Anna", (0, 2, 0, 0, 0, 0)),
        ("Ben", (0, 0, 1, 0, 0, 0)),
        ("Cleo", (0, 0, 0, 0, 0, 0)),
    ]
    assert view.by_rep.total.targets == (6, 42, 42, 42, 42, 12)
    assert view.by_rep.total.whole.target == 186
    # Of the three done, the mail has no target.
    assert view.by_rep.total.whole.attained == Fraction(2, 186)
    assert view.by_rep.series[0].planned == (0, 0, 0, 0, 0, 1)
    assert view.compared_by_kind is not None
    assert view.compared_by_kind.total.done == (0, 1, 0, 0, 0)
    calls = read_activity(busy.workspace, scope, unit=Unit.MONTH, kind_ids={EMAIL}, with_deals=False)
    assert calls is not None
    assert [(one.name, one.done) for one in calls.by_rep.series] == [("Anna", (1,))]
    assert len(calls.rates) == 4
    bucket = view.by_rep.buckets[1]
    behind = interactions_behind(busy.workspace, scope, InteractionsWanted(Counted.DONE, bucket=bucket))
    assert (len(behind.ids), behind.title) == (2, "Done · 2026-W10 · everybody")
