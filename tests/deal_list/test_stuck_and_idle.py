"""Stuck and idle: one rule for list, filter and report, and the boundary belongs to it (METRICS 4)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from funnel_tui.domain.deal_list import DealFilter, DealRow
from funnel_tui.domain.scope import Scope
from funnel_tui.services.deal_list import deal_ids, deal_rows
from funnel_tui.services.deals import edit_deal, move_deal
from funnel_tui.services.pipelines import edit_stage
from funnel_tui.services.reports import run_report
from funnel_tui.services.settings import set_setting
from funnel_tui.services.workspace import Workspace
from tests.deal_list.support import DAY, NOW, one, rows, talk, team
from tests.support import worked
from tests.support.worked_services import fill, open_workspace

STUCK, IDLE = DealFilter(stuck=True), DealFilter(idle=True)


def row(workspace: Workspace, deal: int, as_of: int) -> DealRow:
    return deal_rows(workspace, Scope(as_of=as_of), [deal])[0]


def titles(workspace: Workspace, scope: Scope, wanted: DealFilter) -> list[str]:
    return [line.title for line in deal_rows(workspace, scope, deal_ids(workspace, scope, wanted))]


def test_the_worked_example(db_url: str) -> None:
    workspace = open_workspace(db_url)
    fill(workspace)
    assert sorted(titles(workspace, Scope(), STUCK)) == ["D5", "D6"]
    by_title = {line.title: line for line in deal_rows(workspace, Scope(), range(1, 11))}
    assert by_title["D5"].in_stage == 45 * DAY
    assert {title for title, line in by_title.items() if line.stuck} == {"D5", "D6"}
    assert by_title["D7"].in_stage == 10 * DAY
    assert by_title["D9"].in_stage == 10 * DAY


@pytest.mark.parametrize(("late", "stuck"), [(-1, False), (0, True), (1, True)])
def test_a_deal_is_stuck_from_the_very_second(db_url: str, late: int, stuck: bool) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D6"]
    as_of = worked.instant("03-31") + late  # D6 entered S1 on 1 March; 30 days are allowed
    assert row(workspace, deal, as_of).stuck is stuck
    assert (deal in deal_ids(workspace, Scope(as_of=as_of), STUCK)) is stuck


@pytest.mark.parametrize(("late", "stuck"), [(-1, False), (0, True)])
def test_without_days_of_its_own_a_stage_has_k_times_its_median(db_url: str, late: int, stuck: bool) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D6"]
    edit_stage(
        workspace,
        stage_id=one(workspace, "SELECT id FROM stage WHERE position = 1"),
        changes={"stuck_days": None},
    )
    # S1's median is 10 days over all deals; with three times that, the 31 days of D6 are too long, 3.1 not.
    set_setting(workspace, name="stuck_factor", value=3)
    assert row(workspace, deal, worked.AS_OF).stuck
    set_setting(workspace, name="stuck_factor", value=4)
    assert not row(workspace, deal, worked.AS_OF).stuck
    set_setting(workspace, name="stuck_factor", value=3)
    workspace.clock = lambda: worked.instant("03-31") + late
    assert row(workspace, deal, worked.instant("03-31") + late).stuck is stuck
    assert (deal in deal_ids(workspace, Scope(), STUCK)) is stuck


def test_a_median_follows_the_moves(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deals = fill(workspace)
    stage = one(workspace, "SELECT id FROM stage WHERE position = 2")
    edit_stage(workspace, stage_id=stage, changes={"stuck_days": None})
    # S2: 10, 30, 30 days, so 60 with k = 2; D5 has been there for 45.
    assert not row(workspace, deals["D5"], worked.AS_OF).stuck
    third = one(workspace, "SELECT id FROM stage WHERE position = 3")
    move_deal(workspace, deal_id=deals["D7"], stage_id=third, at=worked.instant("03-23"))
    # Now 10, 11 (D7's second stay is added to its first 20: 21), 30, 30: the median is 25.5, k times 51.
    assert not row(workspace, deals["D5"], worked.AS_OF).stuck
    set_setting(workspace, name="stuck_factor", value=1)
    assert row(workspace, deals["D5"], worked.AS_OF).stuck


@pytest.mark.parametrize(("late", "idle"), [(-1, False), (0, True), (1, True)])
def test_a_deal_is_idle_from_the_very_second(db_url: str, late: int, idle: bool) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D7"]
    talk(workspace, deal, worked.AS_OF - 14 * DAY - late)
    found = row(workspace, deal, worked.AS_OF)
    assert found.idle_seconds == 14 * DAY + late
    assert found.idle is idle
    assert (deal in deal_ids(workspace, Scope(), IDLE)) is idle


def test_what_makes_no_deal_idle_or_busy(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deals = fill(workspace)
    assert deal_ids(workspace, Scope(), IDLE).tolist() == []  # nobody ever talked to them
    talk(workspace, deals["D7"], worked.AS_OF - 20 * DAY)
    talk(workspace, deals["D1"], worked.AS_OF - 60 * DAY)  # won: nothing is expected of it
    talk(workspace, deals["D7"], worked.AS_OF + DAY, planned=True)
    edit_deal(workspace, deal_id=deals["D7"], version=1 + 3, changes={"title": "D7"})
    assert deal_ids(workspace, Scope(), IDLE).tolist() == [deals["D7"]]
    assert row(workspace, deals["D1"], worked.AS_OF).idle_seconds is None
    # A later call does not count before it was made.
    talk(workspace, deals["D7"], worked.AS_OF - DAY)
    assert deal_ids(workspace, Scope(), IDLE).tolist() == []
    assert deal_ids(workspace, Scope(as_of=worked.AS_OF - 2 * DAY), IDLE).tolist() == [deals["D7"]]


@pytest.mark.parametrize("as_of", [None, NOW - 60 * DAY, NOW - 200 * DAY])
def test_the_list_agrees_with_the_report(db_url: str, as_of: int | None) -> None:
    workspace = team(db_url)
    for stage, *_ in rows(workspace, "SELECT id FROM stage WHERE position = 2"):
        edit_stage(workspace, stage_id=stage, changes={"stuck_days": None})
    scope = Scope(as_of=as_of)
    report = run_report(workspace, "stuck", scope)
    ids = deal_ids(workspace, scope, STUCK)
    shown = [
        line
        for start in range(0, len(ids), 128)
        for line in deal_rows(workspace, scope, ids[start : start + 128])
    ]
    assert Counter(
        (line.title, line.stage, line.owner, Fraction(line.in_stage, DAY)) for line in shown
    ) == Counter(
        (found["deal"], found["stage"], found["owner"], found["days_in_stage"]) for found in report.rows
    )
    assert all(line.stuck for line in shown)
    assert as_of is not None or len(shown) > 2
