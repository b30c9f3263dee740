"""The doctor finds what is wrong, and mends what follows from the history."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from funnel_tui.services.deals import lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.doctor import LISTED, Kind, check, rebuild
from funnel_tui.services.workspace import Workspace
from tests.db.support import damaged, filled, opened
from tests.services.world import World


@pytest.fixture
def lived_in(world: World) -> World:
    """Deals in every situation."""
    for number in range(4):
        deal = world.deal(f"D{number}", amount_minor=100, currency="EUR")
        world.clock.forward(1)
        move_deal(world.workspace, deal_id=deal, stage_id=world.stages[number]) if number else None
    win_deal(world.workspace, deal_id=1)
    lose_deal(world.workspace, deal_id=2, reason="Price")
    reopen_deal(world.workspace, deal_id=2)
    return world


def spoil(world: World, *statements: str) -> None:
    with world.workspace.database.write() as session:
        for statement in statements:
            session.connection().execute(text(statement))


def test_nothing_to_find(lived_in: World) -> None:
    steps: list[tuple[int, int]] = []
    assert check(lived_in.workspace, lambda *step: steps.append(step)) == []
    assert steps == [(4, 4)]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE deal SET furthest = 2 WHERE id = 4", "furthest"),
        ("UPDATE deal SET visited_mask = 0 WHERE id = 4", "visited_mask"),
        ("UPDATE deal SET straight = 4 WHERE id = 4", "straight"),
        ("UPDATE deal SET entered_at = 5 WHERE id = 4", "entered_at"),
        ("UPDATE deal SET closed_base = 5 WHERE id = 1", "closed_base"),
        ("UPDATE deal SET changed_at = 5 WHERE id = 4", "changed_at"),
        ("UPDATE deal SET closed_at = closed_at + 1 WHERE id = 1", "closed_at"),
        ("UPDATE deal SET stage_id = 1 WHERE id = 4", "stage_id"),
        ("DELETE FROM deal_stage WHERE deal_id = 4 AND stage_id = 1", "stages it has reached"),
        ("UPDATE deal_stage SET seconds = 1 WHERE deal_id = 4 AND stage_id = 1", "stages it has reached"),
    ],
)
def test_what_does_not_follow_from_the_history_is_found_and_mended(
    lived_in: World, statement: str, named: str
) -> None:
    before = lived_in.snapshot()
    spoil(lived_in, statement)
    found = check(lived_in.workspace)
    assert [finding.kind for finding in found] == [Kind.DERIVED]
    assert named in found[0].message
    assert "--rebuild" in found[0].hint
    steps: list[tuple[int, int]] = []
    groups = lived_in.groups()
    assert rebuild(lived_in.workspace, lambda *step: steps.append(step)) == 1
    assert steps == [(4, 4)]
    assert lived_in.snapshot() == before
    assert check(lived_in.workspace) == []
    assert rebuild(lived_in.workspace) == 0
    assert lived_in.groups() == groups


def test_stages_of_a_deal_that_is_gone(lived_in: World) -> None:
    spoil(
        lived_in,
        "INSERT INTO deal_stage (deal_id, stage_id, reached_at, reached_owner_id, visits, seconds) "
        "VALUES (99, 1, 0, 1, 1, 0)",
    )
    assert [(finding.kind, finding.deal_id) for finding in check(lived_in.workspace)] == [(Kind.DERIVED, 99)]
    rebuild(lived_in.workspace)
    assert check(lived_in.workspace) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE stage_visit SET seq = 7 WHERE deal_id = 4 AND seq = 2", "has visit 7 in place 2"),
        (
            "UPDATE stage_visit SET entered_at = 5 WHERE deal_id = 4 AND seq = 2",
            "before it left the last one",
        ),
        (
            "UPDATE stage_visit SET entered_at = entered_at + 5 WHERE deal_id = 4 AND seq = 2",
            "was in no stage",
        ),
        (
            "UPDATE stage_visit SET left_at = entered_at + 5, exit = 'moved' WHERE deal_id = 4 AND seq = 2",
            "without entering another",
        ),
        ("UPDATE stage_visit SET loss_reason_id = NULL WHERE exit = 'lost'", "lost without a reason"),
        ("DELETE FROM stage_visit WHERE deal_id = 4", "was never in a stage"),
        (
            "UPDATE stage_visit SET left_at = NULL, exit = NULL WHERE deal_id = 1",
            "stored as won, which its last visit contradicts",
        ),
    ],
)
def test_a_history_that_contradicts_itself(lived_in: World, statement: str, said: str) -> None:
    spoil(lived_in, statement)
    found = [finding for finding in check(lived_in.workspace) if finding.kind is Kind.HISTORY]
    assert any(said in finding.message for finding in found)
    assert all(finding.is_error for finding in found)
    rebuild(lived_in.workspace)  # does its best and does not fail


def test_two_open_visits(lived_in: World) -> None:
    spoil(
        lived_in,
        "DROP INDEX ux_stage_visit_open",
        "UPDATE stage_visit SET left_at = NULL, exit = NULL WHERE deal_id = 4 AND seq = 1",
    )
    assert any("two stages at once" in finding.message for finding in check(lived_in.workspace))


def test_positions_with_a_gap(lived_in: World) -> None:
    spoil(lived_in, "UPDATE stage SET position = 9 WHERE position = 1")
    assert "positions 2 to 9, but are 4" in next(
        finding.message for finding in check(lived_in.workspace) if finding.kind is Kind.STAGES
    )


def test_currencies_without_a_rate_are_told_but_are_no_error(world: World) -> None:
    world.deal(amount_minor=5, currency="SEK")
    found = check(world.workspace)
    assert [(finding.kind, finding.is_error) for finding in found] == [(Kind.RATE, False)]
    assert found[0].message == (
        "There is no exchange rate between SEK and EUR; 1 deal is counted but not priced."
    )


def test_damage_behind_the_back_of_the_constraints(file_world: World) -> None:
    world = file_world
    world.deal(amount_minor=5, currency="EUR")
    path = world.workspace.database.target.path
    assert path is not None
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA ignore_check_constraints=ON")
        raw.execute("UPDATE deal SET owner_id = 99, currency = NULL")
        raw.commit()
    kinds = {finding.kind for finding in check(world.workspace)}
    assert {Kind.REFERENCE, Kind.AMOUNT} <= kinds


def test_a_damaged_file(tmp_path: Path) -> None:
    path = damaged(filled(tmp_path / "funnel.db", tags=2000))
    found = check(Workspace(opened(path)))
    assert found
    assert {finding.kind for finding in found[:1]} == {Kind.FILE}
    assert all("\n" not in finding.message for finding in found)
    assert "restore" in found[0].hint


def test_many_findings_are_counted(file_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = file_world
    monkeypatch.setattr("funnel_tui.services.doctor.LISTED", 3)
    for number in range(5):
        world.deal(f"D{number}")
    spoil(world, "UPDATE deal SET straight = 0")
    found = check(world.workspace)
    assert len(found) == 4
    assert found[-1].message == "2 more of this kind (derived)."
    assert LISTED > 3
