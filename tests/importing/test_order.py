"""Deals and history may come in any order; the worked example through both, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from funnel_tui.errors import UsageError
from funnel_tui.services.history import undo
from funnel_tui.services.pipelines import create_pipeline, edit_stage
from tests.importing.support import Folder, at, told, worked_deals, worked_events
from tests.reports.test_worked_example import check_everything
from tests.support import worked
from tests.support.worked_services import open_workspace

DEALS = ("id", "title", "owner", "stage", "status", "amount", "currency", "created", "closed", "loss_reason")
HISTORY = ("deal", "stage", "at")


def load_deals(folder: Folder) -> None:
    path = folder.write("deals.csv", [DEALS, *worked_deals()])
    folder.load("deals", path, read={"stages": worked.STAGES})


def load_history(folder: Folder) -> None:
    path = folder.write("history.csv", [HISTORY, *worked_events()])
    folder.load("history", path, read={"stages": worked.STAGES})


@pytest.fixture
def twice(tmp_path: Path, folder: Folder) -> Iterator[tuple[Folder, Folder]]:
    """Two databases: the one of the test and another in a file."""
    other = open_workspace(str(tmp_path / "other.db"))
    yield folder, Folder(folder.path, other)
    other.database.close()


def test_both_orders_leave_the_same(twice: tuple[Folder, Folder]) -> None:
    one, other = twice
    load_deals(one)
    load_history(one)
    load_history(other)
    load_deals(other)
    assert told(one) == told(other)
    assert len(told(one)["visits"]) == sum(len(example.stays) for example in worked.DEALS.values())
    assert one.one("SELECT sum(assumed) FROM stage_visit") == 0


@pytest.mark.parametrize("order", [(load_deals, load_history), (load_history, load_deals)])
def test_the_worked_example_figure_by_figure(folder: Folder, order: tuple[object, object]) -> None:
    stages = [
        {"name": name, "probability_bp": probability, "stuck_days": stuck}
        for name, probability, stuck in zip(
            worked.STAGES, worked.PROBABILITIES, worked.STUCK_DAYS, strict=True
        )
    ]
    create_pipeline(folder.workspace, name="Sales", stages=stages)
    for load in order:
        load(folder)  # type: ignore[operator]
    check_everything(folder.workspace)


def test_importing_again_changes_nothing(folder: Folder) -> None:
    load_deals(folder)
    load_history(folder)
    before, groups = told(folder), folder.one("SELECT count(*) FROM change_group")
    load_history(folder)
    load_deals(folder)
    assert told(folder) == before
    assert folder.one("SELECT count(*) FROM change_group") == groups


def test_the_loss_reason_of_the_deals_file_goes_before_that_of_an_event(twice: tuple[Folder, Folder]) -> None:
    read = {"lost": {"Gone": "from the event"}}
    events = [("A", "Lead", "2026-01-01"), ("A", "Gone", "2026-02-01"), ("B", "Lead", "2026-01-01")]
    events.append(("B", "Gone", "2026-02-01"))
    for folder, first in zip(twice, ("deals", "history"), strict=True):
        header = (*("id", "stage", "status", "created", "closed", "loss_reason"), "title")
        rows = [
            ("A", "", "lost", "2026-01-01", "2026-02-01", "from the deal", "a"),
            ("B", "", "lost", "2026-01-01", "2026-02-01", "", "b"),
        ]
        path = folder.write("deals.csv", [header, *rows])
        if first == "history":
            folder.history(*events, read=read)
        folder.load("deals", path, read={"stages": ("Lead", "Offer", "Contract")})
        if first == "deals":
            folder.history(*events, read=read)
    one, other = map(told, twice)
    assert one == other
    reasons = {row[0]: row[20] for row in one["deals"]}
    assert reasons == {"A": "from the deal", "B": "from the event"}


def test_an_owner_by_the_first_event_only_where_no_file_names_one(twice: tuple[Folder, Folder]) -> None:
    events = [("A", "Lead", "2026-01-01", "Bo"), ("B", "Lead", "2026-01-01", "Bo")]
    deals = [
        ("A", "a", "Anna", "Lead", "open", 5, "EUR", "2026-01-01", ""),
        ("B", "b", "", "Lead", "open", 7, "EUR", "2026-01-01", ""),
    ]
    one, other = twice
    one.deals(*deals)
    one.history(*events)
    other.history(*events)
    other.deals(*deals)
    assert told(one) == told(other)
    owners = {row[0]: (row[4], row[11]) for row in told(one)["deals"]}
    assert owners == {"A": ("Anna", "Anna"), "B": ("Bo", "Bo")}
    assert {(row[8], row[10]) for row in told(one)["visits"]} == {("Anna", 500), ("Bo", 700)}
    assert told(one)["past"] == []


def test_the_deals_file_names_the_pipeline_of_a_history(twice: tuple[Folder, Folder]) -> None:
    events = [("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-01-05")]
    header = ("id", "title", "pipeline", "stage", "created")
    one, other = twice
    for folder in twice:
        path = folder.write("deals.csv", [header, ("A", "a", "Renewals", "Offer", "2026-01-01")])
        if folder is other:
            folder.history(*events)
        folder.load("deals", path, read={"stages": ("Lead", "Offer", "Contract")})
        if folder is one:
            folder.history(*events)
    assert told(one) == told(other)
    assert {row[2] for row in told(one)["visits"]} == {"Renewals"}


def test_creation_is_the_earlier_of_file_and_history(twice: tuple[Folder, Folder]) -> None:
    events = [("A", "Lead", "2026-01-05"), ("B", "Lead", "2026-01-05")]
    deals = [
        ("A", "a", "Anna", "Lead", "open", "", "", "2026-01-02", ""),
        ("B", "b", "Anna", "Lead", "open", "", "", "2026-01-09", ""),
    ]
    one, other = twice
    one.deals(*deals)
    one.history(*events)
    other.history(*events)
    other.deals(*deals)
    assert told(one) == told(other)
    assert [row[10] for row in told(one)["deals"]] == [at("01-02"), at("01-05")]


def test_deals_without_stages_before_a_history_with_them(twice: tuple[Folder, Folder]) -> None:
    """The order that the first file had is only a guess; nobody else has touched the pipeline."""
    one, other = twice
    path = one.write("deals.csv", [DEALS, *worked_deals()])
    one.load("deals", path)
    assert [row[0] for row in one.rows("SELECT name FROM stage ORDER BY position")] != list(worked.STAGES)
    one.load("deals", path, now=at("04-02"))
    before = told(one)
    outcome = one.history(*worked_events(), stages=worked.STAGES)
    assert "The stages of 'Sales' are now S1, S2, S3, S4." in outcome.notes
    other.history(*worked_events(), stages=worked.STAGES)
    other.load("deals", path)
    assert told(one) == told(other)
    undo(one.workspace)
    assert told(one) == before


def test_stages_between_those_that_are_there(folder: Folder) -> None:
    folder.deals(("A", "a", "Anna", "Offer", "won", "", "", "2026-01-01", "2026-02-01"), stages=("Offer",))
    assert folder.one("SELECT furthest FROM deal") == 2
    folder.history(("B", "Lead", "2026-01-01"), stages=("Lead", "Offer", "Contract"))
    assert folder.rows("SELECT name, position FROM stage ORDER BY position") == [
        ("Lead", 1),
        ("Offer", 2),
        ("Contract", 3),
    ]
    assert folder.one("SELECT furthest FROM deal WHERE external_id = 'A'") == 4
    assert folder.one("SELECT count(*) FROM deal_stage") == 4


def test_stages_that_somebody_has_edited_are_not_moved(folder: Folder) -> None:
    folder.deals(("A", "a", "Anna", "Offer", "open", "", "", "2026-01-01", ""), stages=("Offer", "Lead"))
    edit_stage(folder.workspace, stage_id=folder.one("SELECT min(id) FROM stage"), changes={"stuck_days": 9})
    with pytest.raises(UsageError, match="in the order Offer, Lead"):
        folder.history(("B", "Lead", "2026-01-01"), stages=("Lead", "Offer"))
