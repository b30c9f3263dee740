"""Importing histories: every rule of what an event does, alone and on deals that are there."""

from __future__ import annotations

import pytest

from funnel_tui.services.deals import move_deal, win_deal
from funnel_tui.services.history import undo
from funnel_tui.services.importing import ImportRefused
from tests.importing.support import STAGES, Folder, at, reasons, told


def test_a_deal_is_made_of_its_events(folder: Folder) -> None:
    outcome = folder.history(
        ("A", "Offer", "2026-01-05", "Bo"),
        ("A", "Lead", "2026-01-01", "Anna"),
        ("A", "Won", "2026-01-09", "Bo"),
    )
    assert (outcome.rows, outcome.new, outcome.assumed) == (3, 1, 0)
    assert folder.visits("A") == [
        ("Lead", at("01-01"), at("01-05"), "moved", 0),
        ("Offer", at("01-05"), at("01-09"), "won", 0),
    ]
    assert folder.rows(
        "SELECT d.title, r.name, d.created_at FROM deal d JOIN rep r ON r.id = d.owner_id"
    ) == [("A", "Anna", at("01-01"))]
    assert [row[0] for row in folder.rows("SELECT moved_by FROM stage_visit ORDER BY seq")] == ["Anna", "Bo"]


def test_events_of_one_instant_keep_the_order_of_the_file(folder: Folder) -> None:
    folder.history(*(("A", stage, "2026-01-01") for stage in ("Offer", "Lead", "Contract")))
    assert [row[0] for row in folder.visits("A")] == ["Offer", "Lead", "Contract"]
    assert [row[0] for row in folder.rows("SELECT name FROM stage ORDER BY position")] == list(STAGES)


def test_repeats_are_passed_over_and_counted(folder: Folder) -> None:
    outcome = folder.history(
        ("A", "Lead", "2026-01-01"),
        ("A", "Lead", "2026-01-02"),
        ("A", "Lost", "2026-01-03"),
        ("A", "Lost", "2026-01-04"),
        ("A", "Closed lost", "2026-01-05"),
    )
    assert folder.visits("A") == [("Lead", at("01-01"), at("01-03"), "lost", 0)]
    assert "1 event in the stage a deal was in already was passed over." in outcome.notes
    assert "2 repeated wins and losses of closed deals were passed over." in outcome.notes


def test_a_stage_after_a_closing_reopens(folder: Folder) -> None:
    folder.history(
        ("A", "Lead", "2026-01-01"),
        ("A", "Lost", "2026-01-03"),
        ("A", "Lead", "2026-02-01"),
        ("A", "Won", "2026-03-01"),
    )
    assert folder.visits("A") == [
        ("Lead", at("01-01"), at("01-03"), "lost", 0),
        ("Lead", at("02-01"), at("03-01"), "won", 0),
    ]
    assert folder.one("SELECT status FROM deal") == "won"


def test_the_other_outcome_without_a_stage_between(folder: Folder) -> None:
    rows = [("A", "Offer", "2026-01-01"), ("A", "Lost", "2026-01-03"), ("A", "Won", "2026-02-01")]
    outcome = folder.history(*rows)
    assert folder.visits("A") == [
        ("Offer", at("01-01"), at("01-03"), "lost", 0),
        ("Offer", at("02-01"), at("02-01"), "won", 1),
    ]
    assert any("counts as a reopening" in note for note in outcome.notes)
    assert folder.history(*rows).unchanged == 1


def test_a_history_that_begins_with_its_end(folder: Folder) -> None:
    outcome = folder.history(("A", "Won", "2026-01-03"))
    assert folder.visits("A") == [("Lead", at("01-03"), at("01-03"), "won", 1)]
    assert outcome.assumed == 1
    assert any("begins with a win or loss" in note for note in outcome.notes)
    assert folder.history(("A", "Won", "2026-01-03")).unchanged == 1


def test_names_that_mean_won_and_lost(folder: Folder) -> None:
    read = {"won": ("Signed",), "lost": {"Too dear": "price", "Gone": None}}
    rows = [("A", "Lead", "2026-01-01"), ("A", "Signed", "2026-01-02"), ("B", "Lead", "2026-01-01")]
    rows += [("B", "too dear", "2026-01-02"), ("C", "Lead", "2026-01-01"), ("C", "Gone", "2026-01-02")]
    folder.history(*rows, read=read)
    assert folder.rows(
        "SELECT d.external_id, d.status, l.name FROM deal d "
        "LEFT JOIN loss_reason l ON l.id = d.loss_reason_id "
        "ORDER BY d.external_id"
    ) == [("A", "won", None), ("B", "lost", "price"), ("C", "lost", "no reason (imported)")]


def test_later_events_are_added(folder: Folder) -> None:
    first = [("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-01-05")]
    folder.history(*first)
    outcome = folder.history(*first, ("A", "Won", "2026-02-01"))
    assert (outcome.new, outcome.updated) == (0, 1)
    folder.history(("A", "Lead", "2026-03-01"))
    assert folder.visits("A") == [
        ("Lead", at("01-01"), at("01-05"), "moved", 0),
        ("Offer", at("01-05"), at("02-01"), "won", 0),
        ("Lead", at("03-01"), None, None, 0),
    ]
    assert folder.history(*first).unchanged == 1


def test_an_earlier_event_that_is_not_known_is_refused(folder: Folder) -> None:
    folder.history(("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-01-05"))
    before = told(folder)
    with pytest.raises(ImportRefused) as caught:
        folder.history(("A", "Contract", "2026-01-03"), ("B", "Lead", "2026-01-03"))
    assert reasons(caught.value) == [
        (
            2,
            "at",
            "the history of A is known up to 2026-01-05T00:00:00Z and does not have this event; "
            "only later ones can be added",
        )
    ]
    assert told(folder) == before


def test_a_history_replaces_what_was_assumed(folder: Folder) -> None:
    folder.deals(("A", "Fjord", "Anna", "Contract", "won", "5", "EUR", "2026-01-01", "2026-03-01"))
    outcome = folder.history(("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-02-01"))
    assert folder.visits("A") == [
        ("Lead", at("01-01"), at("02-01"), "moved", 0),
        ("Offer", at("02-01"), None, None, 0),
    ]
    assert folder.one("SELECT title FROM deal") == "Fjord"
    assert "The assumed visits of 1 deal were replaced." in outcome.notes
    assert any("history that differs" in note and "(A)" in note for note in outcome.notes)


def test_a_move_by_hand_stays_behind_the_history(folder: Folder) -> None:
    folder.deals(("A", "Fjord", "Anna", "Lead", "open", "", "", "2026-01-01", ""))
    number = folder.one("SELECT id FROM deal")
    contract = folder.one("SELECT id FROM stage WHERE name = 'Contract'")
    move_deal(folder.workspace, deal_id=number, stage_id=contract, at=at("03-01"))
    folder.history(("A", "Lead", "2026-01-02"), ("A", "Offer", "2026-02-01"))
    assert folder.visits("A") == [
        ("Lead", at("01-02"), at("02-01"), "moved", 0),
        ("Offer", at("02-01"), at("03-01"), "moved", 0),
        ("Contract", at("03-01"), None, None, 0),
    ]


def test_a_win_by_hand_stays_behind_the_history(folder: Folder) -> None:
    folder.deals(("A", "Fjord", "Anna", "Lead", "open", "", "", "2026-01-01", ""))
    win_deal(folder.workspace, deal_id=folder.one("SELECT id FROM deal"), at=at("03-01"))
    folder.history(("A", "Lead", "2026-01-02"), ("A", "Offer", "2026-02-01"))
    assert folder.visits("A") == [
        ("Lead", at("01-02"), at("02-01"), "moved", 0),
        ("Offer", at("02-01"), at("03-01"), "won", 0),
    ]


def test_the_owner_and_amount_at_each_visit_are_those_of_the_day(folder: Folder) -> None:
    row = ("A", "Fjord", "Anna", "Lead", "open", "100", "EUR", "2026-01-01", "")
    folder.deals(row)
    folder.deals(("A", "Fjord", "Bo", "Lead", "open", "900", "EUR", "2026-01-01", ""), now=at("02-01"))
    folder.history(("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-02-01"), now=at("03-01"))
    assert folder.rows(
        "SELECT r.name, v.amount_minor FROM stage_visit v JOIN rep r ON r.id = v.owner_id ORDER BY v.seq"
    ) == [("Anna", 10_000), ("Bo", 90_000)]


def test_an_unknown_stage_is_refused(folder: Folder) -> None:
    with pytest.raises(ImportRefused) as caught:
        folder.history(("A", "Lead", "2026-01-01"), ("A", "Ofer", "2026-01-02"))
    assert [(line, column) for line, column, _ in reasons(caught.value)] == [(3, "stage")]
    folder.history(("A", "Lead", "2026-01-01"))
    with pytest.raises(ImportRefused, match="1 row refused") as caught:
        folder.history(("B", "Ofer", "2026-01-02"), stages=())
    assert "did you mean Offer?" in reasons(caught.value)[0][2]
    assert folder.one("SELECT count(*) FROM deal") == 1


def test_a_pipeline_of_its_own(folder: Folder) -> None:
    folder.history(("A", "Lead", "2026-01-01"), pipeline="Renewals")
    folder.history(("B", "x", "2026-01-01"), ("B", "y", "2026-01-02"), stages=())
    names = folder.rows(
        "SELECT p.name, s.name FROM stage s JOIN pipeline p ON p.id = s.pipeline_id ORDER BY s.id"
    )
    assert names == [*(("Renewals", stage) for stage in STAGES), ("Sales", "x"), ("Sales", "y")]
    folder.history(("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-02-01"))
    assert [row[0] for row in folder.visits("A")] == ["Lead", "Offer"]


def test_a_dry_run_of_a_history(folder: Folder) -> None:
    outcome = folder.history(("A", "Lead", "2026-01-01"), dry_run=True)
    assert outcome.new == 1
    assert sum(folder.counts().values()) == 0


def test_undo_of_a_history_brings_the_assumed_visits_back(folder: Folder) -> None:
    folder.deals(("A", "Fjord", "Anna", "Contract", "won", "5", "EUR", "2026-01-01", "2026-03-01"))
    before, counts = told(folder), folder.counts()
    folder.history(("A", "Lead", "2026-01-01"), ("A", "Won", "2026-02-01"), ("B", "Lead", "2026-01-01"))
    undo(folder.workspace)
    assert told(folder) == before
    assert folder.counts() == counts
