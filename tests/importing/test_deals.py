"""Importing deals: what is assumed for new ones, and what a second import of known ones writes."""

from __future__ import annotations

from typing import Any

import pytest

from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.services.deals import move_deal, win_deal
from funnel_tui.services.history import redo, undo
from funnel_tui.services.importing import ImportRefused
from tests.importing.support import DEALS_HEADER, STAGES, Folder, at, reasons, told

OPEN = ("A", "Fjord", "Anna", "Offer", "open", "100.50", "EUR", "2026-01-01", "")
WON = ("B", "Berg", "Bo", "Contract", "won", "200", "USD", "2026-01-02", "2026-02-01")
LOST = ("C", "Skog", "Bo", "", "lost", "", "", "2026-01-03", "2026-02-03")


def test_a_new_deal_has_one_assumed_visit(folder: Folder) -> None:
    outcome = folder.deals(OPEN, WON, LOST)
    assert (outcome.rows, outcome.new, outcome.updated, outcome.unchanged, outcome.assumed) == (3, 3, 0, 0, 3)
    assert folder.visits("A") == [("Offer", at("01-01"), None, None, 1)]
    assert folder.visits("B") == [("Contract", at("01-02"), at("02-01"), "won", 1)]
    assert folder.visits("C") == [("Lead", at("01-03"), at("02-03"), "lost", 1)]
    assert folder.rows("SELECT amount_minor, currency FROM deal ORDER BY id") == [
        (10_050, "EUR"),
        (20_000, "USD"),
        (None, None),
    ]
    assert folder.one("SELECT l.name FROM deal d JOIN loss_reason l ON l.id = d.loss_reason_id") == (
        "no reason (imported)"
    )
    assert any("1 closed deal does not say from which stage" in note for note in outcome.notes)
    assert [row[0] for row in folder.rows("SELECT name FROM stage ORDER BY position")] == list(STAGES)


def test_without_a_date_of_creation(folder: Folder) -> None:
    header = ("id", "stage", "status", "closed")
    path = folder.write("deals.csv", [header, ("A", "Lead", "open", ""), ("B", "Lead", "won", "2026-02-01")])
    outcome = folder.load("deals", path)
    assert folder.visits("A") == [("Lead", at("04-01"), None, None, 1)]
    assert folder.visits("B") == [("Lead", at("02-01"), at("02-01"), "won", 1)]
    assert any("1 open deal has no date of creation" in note for note in outcome.notes)
    assert any("1 closed deal has no date of creation" in note for note in outcome.notes)
    again = folder.load("deals", path, now=at("05-01"))
    assert (again.updated, again.unchanged) == (0, 2)


def test_a_deal_without_an_owner(folder: Folder) -> None:
    outcome = folder.deals(("A", "Fjord", "", "Lead", "open", "", "", "2026-01-01", ""))
    assert folder.one("SELECT r.name FROM deal d JOIN rep r ON r.id = d.owner_id") == "(no owner)"
    assert any("1 deal has no owner" in note for note in outcome.notes)


def test_the_same_file_again_writes_nothing(folder: Folder) -> None:
    folder.deals(OPEN, WON, LOST)
    before, counts = told(folder), folder.counts()
    outcome = folder.deals(OPEN, WON, LOST, now=at("05-01"))
    assert (outcome.new, outcome.updated, outcome.unchanged) == (0, 0, 3)
    assert told(folder) == before
    assert folder.counts() == counts
    assert folder.one("SELECT count(*) FROM change_group") == 1


def test_a_changed_amount_and_owner_keep_what_was(folder: Folder) -> None:
    folder.deals(OPEN)
    changed = ("A", "Fjord 2", "Bo", "Offer", "open", "120.00", "EUR", "2026-01-01", "")
    outcome = folder.deals(changed, now=at("05-01"))
    assert (outcome.new, outcome.updated, outcome.unchanged) == (0, 1, 0)
    assert folder.one("SELECT count(*) FROM deal") == 1
    assert told(folder)["past"] == [("A", at("05-01"), "Anna", 10_050, "EUR", None, None)]
    assert folder.rows("SELECT title, amount_minor, version FROM deal") == [("Fjord 2", 12_000, 2)]
    assert folder.visits("A") == [("Offer", at("01-01"), None, None, 1)]


def test_a_field_without_a_column_is_left_alone(folder: Folder) -> None:
    folder.deals(OPEN)
    path = folder.write("less.csv", [("id", "stage", "created"), ("A", "Offer", "2026-01-01")])
    outcome = folder.load("deals", path)
    assert outcome.unchanged == 1
    assert folder.rows("SELECT title, amount_minor FROM deal") == [("Fjord", 10_050)]


def test_another_stage_is_a_move_at_the_import(folder: Folder) -> None:
    folder.deals(OPEN)
    folder.deals((*OPEN[:3], "Contract", *OPEN[4:]), now=at("05-01"))
    assert folder.visits("A") == [
        ("Offer", at("01-01"), at("05-01"), "moved", 1),
        ("Contract", at("05-01"), None, None, 1),
    ]


def test_a_closing_ends_the_visit_on_the_day_of_the_file(folder: Folder) -> None:
    folder.deals(OPEN)
    folder.deals((*OPEN[:3], "", "won", *OPEN[5:8], "2026-03-01"), now=at("05-01"))
    assert folder.visits("A") == [("Offer", at("01-01"), at("03-01"), "won", 1)]
    folder.deals(OPEN, now=at("06-01"))
    assert folder.visits("A") == [
        ("Offer", at("01-01"), at("03-01"), "won", 1),
        ("Offer", at("06-01"), None, None, 1),
    ]


def test_a_closing_before_the_move_that_was_assumed(folder: Folder) -> None:
    folder.deals(OPEN)
    folder.deals((*OPEN[:3], "Contract", *OPEN[4:]), now=at("05-01"))
    folder.deals((*OPEN[:3], "", "lost", *OPEN[5:8], "2026-04-20"), now=at("06-01"))
    assert folder.visits("A") == [
        ("Offer", at("01-01"), at("04-20"), "moved", 1),
        ("Contract", at("04-20"), at("04-20"), "lost", 1),
    ]


def test_a_corrected_outcome_and_creation(folder: Folder) -> None:
    folder.deals(WON)
    folder.deals(("B", "Berg", "Bo", "Contract", "lost", "200", "USD", "2026-01-10", "2026-02-05"))
    assert folder.visits("B") == [("Contract", at("01-10"), at("02-05"), "lost", 1)]
    assert folder.one("SELECT created_at FROM deal") == at("01-10")


def test_a_deal_moved_by_hand_keeps_its_stage(folder: Folder) -> None:
    folder.deals(OPEN, WON)
    number = folder.one("SELECT id FROM deal WHERE external_id = 'A'")
    stage = folder.one("SELECT id FROM stage WHERE name = 'Contract'")
    move_deal(folder.workspace, deal_id=number, stage_id=stage, at=at("03-01"))
    outcome = folder.deals(OPEN, WON, now=at("05-01"))
    assert folder.visits("A")[-1] == ("Contract", at("03-01"), None, None, 0)
    assert outcome.unchanged == 2
    assert any("history that differs" in note and "(A)" in note for note in outcome.notes)


def test_a_deal_won_by_hand_stays_won_until_that_is_undone(folder: Folder) -> None:
    folder.deals(OPEN)
    win_deal(folder.workspace, deal_id=folder.one("SELECT id FROM deal"), at=at("03-01"))
    outcome = folder.deals(OPEN, now=at("05-01"))
    assert folder.one("SELECT status FROM deal") == "won"
    assert any("history that differs" in note for note in outcome.notes)
    undo(folder.workspace)
    folder.deals((*OPEN[:3], "Contract", *OPEN[4:]), now=at("05-01"))
    assert folder.visits("A")[-1] == ("Contract", at("05-01"), None, None, 1)


def test_what_hangs_on_a_deal_is_added_once(folder: Folder) -> None:
    header = (
        "id",
        "title",
        "organisation",
        "person",
        "stage",
        "created",
        "tags",
        "product",
        "source",
        "team",
    )
    row = ("A", "a", "Fjordline", "Kari", "Lead", "2026-01-01", "hot; new", "Boat", "Fair", "North")
    path = folder.write("deals.csv", [(*header, "owner"), (*row, "Anna")])
    folder.load("deals", path)
    counts = folder.counts()
    names = ("organisation", "person", "deal_person", "source", "demand_line", "product", "team")
    assert [counts[name] for name in names] == [1] * len(names)
    assert counts["deal_tag"] == 2
    assert folder.one("SELECT t.name FROM rep r JOIN team t ON t.id = r.team_id") == "North"
    outcome = folder.load("deals", path)
    assert outcome.unchanged == 1
    assert folder.counts() == counts
    changed = (*row[:3], "Ola", *row[4:6], "hot, big", "Ship", "fair", "North")
    folder.load("deals", folder.write("deals.csv", [(*header, "owner"), (*changed, "ANNA")]))
    after = folder.counts()
    assert (after["deal_person"], after["deal_tag"], after["demand_line"]) == (2, 3, 1)
    assert (after["source"], after["rep"]) == (1, 1)
    assert folder.one("SELECT p.name FROM demand_line l JOIN product p ON p.id = l.product_id") == "Ship"


def test_two_files_in_one_go(folder: Folder) -> None:
    one = folder.write("one.csv", [DEALS_HEADER, OPEN])
    two = folder.write("two.csv", [DEALS_HEADER, WON, (*OPEN[:3], "Contract", *OPEN[4:])])
    outcome = folder.load("deals", one, two, read={"stages": STAGES})
    assert (outcome.new, outcome.updated) == (2, 1)
    assert folder.one("SELECT count(*) FROM change_group") == 1


def test_a_refused_row_leaves_nothing(folder: Folder) -> None:
    bad = ("D", "Dal", "Bo", "Leed", "open", "-5", "EUR", "2026-01-01", "")
    twin = ("A", "again", "Bo", "Lead", "open", "1", "EUR", "2026-01-01", "")
    errors = folder.path / "errors.csv"
    with pytest.raises(ImportRefused, match="Nothing was imported: 2 rows refused") as caught:
        folder.deals(OPEN, bad, WON, twin, errors=errors)
    found = reasons(caught.value)
    assert [(line, column) for line, column, _ in found] == [(3, "stage"), (3, "amount"), (5, "id")]
    assert "did you mean Lead?" in found[0][2]
    assert sum(folder.counts().values()) == 0
    assert folder.one("SELECT count(*) FROM change_group") == 0
    assert len(errors.read_text().splitlines()) == 4


def test_an_unknown_stage_of_a_pipeline_that_is_there(folder: Folder) -> None:
    folder.deals(OPEN)
    path = folder.write("deals.csv", [DEALS_HEADER, ("D", "Dal", "Bo", "Ofer", "open", "", "", "", "")])
    with pytest.raises(ImportRefused) as caught:
        folder.load("deals", path)
    assert reasons(caught.value) == [
        (2, "stage", "the pipeline 'Sales' has no stage 'Ofer'; did you mean Offer?")
    ]
    assert folder.counts()["deal"] == 1


def test_stages_that_do_not_fit_the_pipeline(folder: Folder) -> None:
    folder.deals(OPEN)
    with pytest.raises(UsageError, match="has no stage 'Close'"):
        folder.deals(OPEN, stages=("Lead", "Offer", "Close"))
    with pytest.raises(UsageError, match="in the order Lead, Offer, Contract"):
        folder.deals(OPEN, stages=("Offer", "Lead"))


def test_stages_of_a_new_pipeline_in_the_order_of_the_file(folder: Folder) -> None:
    rows = [
        ("id", "pipeline", "stage"),
        ("A", "One", "x"),
        ("B", "Two", "p"),
        ("C", "one", "y"),
        ("D", "", "q"),
    ]
    outcome = folder.load("deals", folder.write("deals.csv", rows))
    assert folder.rows(
        "SELECT p.name, s.name, s.position FROM stage s JOIN pipeline p ON p.id = s.pipeline_id ORDER BY s.id"
    ) == [("One", "x", 1), ("One", "y", 2), ("Two", "p", 1), ("Sales", "q", 1)]
    assert any("in the order the file first has them: x, y" in note for note in outcome.notes)
    assert any(
        line.startswith("4 new stages have a win probability of 0 %, so Weighted is 0: the editor of stages")
        for line in outcome.lines()
    )


def test_too_many_stages_are_a_column_that_holds_none(folder: Folder) -> None:
    rows = [("id", "stage"), *((f"D{n}", f"text {n}") for n in range(70))]
    with pytest.raises(FunnelError, match="70 stages"):
        folder.load("deals", folder.write("deals.csv", rows))
    assert sum(folder.counts().values()) == 0


def test_a_dry_run_says_everything_and_keeps_nothing(folder: Folder) -> None:
    outcome = folder.deals(OPEN, WON, dry_run=True)
    assert (outcome.new, outcome.made["owners"], outcome.assumed) == (2, 2, 2)
    assert "nothing was written" in outcome.lines()[-1]
    assert sum(folder.counts().values()) == 0
    assert folder.one("SELECT count(*) FROM change_group") == 0


def test_undo_and_redo_of_an_import(folder: Folder) -> None:
    folder.deals(OPEN, WON)
    first, counts = told(folder), folder.counts()
    folder.deals((*OPEN[:3], "Contract", "open", "7", *OPEN[6:]), WON, LOST, now=at("05-01"))
    second = told(folder)
    undo(folder.workspace)
    assert told(folder) == first
    assert folder.counts() == counts
    redo(folder.workspace)
    assert told(folder) == second
    undo(folder.workspace)
    undo(folder.workspace)
    assert sum(folder.counts().values()) == 0


def test_undo_of_an_import_that_gave_deals_other_organisations_and_contacts(folder: Folder) -> None:
    header = ("id", "title", "stage", "company", "contact")

    def load(*rows: tuple[str, ...]) -> None:
        folder.load("deals", folder.write("deals.csv", [header, *rows]), read={"stages": STAGES})

    def seen() -> list[tuple[Any, ...]]:
        return folder.rows(
            "SELECT d.external_id, o.name, p.name, e.name FROM deal d "
            "LEFT JOIN organisation o ON o.id = d.organisation_id "
            "LEFT JOIN deal_person x ON x.deal_id = d.id LEFT JOIN person p ON p.id = x.person_id "
            "LEFT JOIN organisation e ON e.id = p.organisation_id ORDER BY d.id, x.id"
        )

    load(("A", "a", "Lead", "Nord", "Kari"), ("B", "b", "Lead", "Vest", "Bo"))
    first, counts = seen(), folder.counts()
    load(
        ("A", "a", "Lead", "Sør", "Kari"), ("B", "b", "Lead", "Øst", "Per"), ("C", "c", "Lead", "Øst", "Ole")
    )
    second = seen()
    assert len(second) > len(first)
    for _ in range(2):
        undo(folder.workspace)
        assert seen() == first
        assert folder.counts() == counts
        redo(folder.workspace)
        assert seen() == second


def test_the_only_currency_becomes_the_base_of_a_new_database(folder: Folder) -> None:
    outcome = folder.deals(WON)
    assert folder.one("SELECT value FROM setting WHERE key = 'base_currency'") == "USD"
    assert folder.one("SELECT closed_base FROM deal") == 20_000
    assert any("base currency is now USD" in note for note in outcome.notes)
    folder.deals(("E", "e", "Bo", "Lead", "open", "5", "NOK", "2026-01-01", ""))
    assert folder.one("SELECT value FROM setting WHERE key = 'base_currency'") == "USD"


def test_several_currencies_leave_the_base_as_it_is(folder: Folder) -> None:
    folder.deals(OPEN, WON)
    assert folder.rows("SELECT value FROM setting") == []


def test_the_pipeline_option_goes_before_the_column(folder: Folder) -> None:
    path = folder.write("deals.csv", [("id", "pipeline", "stage"), ("A", "Old", "x"), ("B", "", "y")])
    folder.load("deals", path, pipeline="New")
    assert folder.rows("SELECT name FROM pipeline") == [("New",)]


def test_bare_dates_are_days_of_the_team(folder: Folder) -> None:
    with folder.workspace.change("set") as call:
        from funnel_tui.models import Setting

        call.put(Setting, None, {"key": "time_zone", "value": "Europe/Oslo"})
    folder.deals(OPEN)
    assert folder.one("SELECT created_at FROM deal") == at("01-01") - 3600
    folder.deals(WON, timezone="UTC")
    assert folder.one("SELECT created_at FROM deal WHERE external_id = 'B'") == at("01-02")
