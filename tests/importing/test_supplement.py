"""Deals without a stage: a file that supplements a history, before it or after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from funnel_tui.errors import UsageError
from funnel_tui.services.deals import lose_deal, move_deal
from funnel_tui.services.doctor import check
from funnel_tui.services.history import redo, undo
from funnel_tui.services.importing import Outcome
from funnel_tui.services.pipelines import create_pipeline, edit_stage, retire_stage
from tests.importing.support import Folder, at, told, worked_deals, worked_events
from tests.reports.test_worked_example import check_everything
from tests.support import worked
from tests.support.worked_services import open_workspace

PLAIN = [("A", "Fjord", 100), ("B", "Berg", 200)]
HEADER = ("id", "title", "amount")


def supplement(
    folder: Folder,
    rows: Sequence[Sequence[object]] = PLAIN,
    header: Sequence[str] = HEADER,
    **options: object,
) -> Outcome:
    """Import deals from a file without a stage."""
    path = folder.write("deals.csv", [header, *rows])
    return folder.load("deals", path, **options)  # type: ignore[arg-type]


def ladder(folder: Folder, pipeline: str = "Sales") -> list[tuple[str, int]]:
    """The stages of a pipeline with their positions."""
    rows = folder.rows(
        "SELECT p.name, s.name, s.position FROM stage s JOIN pipeline p ON p.id = s.pipeline_id "
        "ORDER BY s.position"
    )
    return [(stage, position) for name, stage, position in rows if name == pipeline]


@pytest.fixture
def twice(tmp_path: Path, folder: Folder) -> Iterator[tuple[Folder, Folder]]:
    """Two databases: the one of the test and another in a file."""
    other = open_workspace(str(tmp_path / "other.db"))
    yield folder, Folder(folder.path, other)
    other.database.close()


def test_a_deal_of_which_nothing_is_said_is_open_in_a_guessed_stage(folder: Folder) -> None:
    outcome = supplement(folder)
    assert (outcome.new, outcome.assumed) == (2, 2)
    assert folder.visits("A") == [("New", at("04-01"), None, None, 1)]
    assert ladder(folder) == [("New", 1)]
    said = "\n".join(outcome.lines())
    assert "Nothing says which stages 'Sales' has: it gets one, 'New'" in said
    assert "2 deals have no stage in the file; they count as open in the first stage" in said
    again = supplement(folder, now=at("05-01"))
    assert (again.new, again.updated, again.unchanged) == (0, 0, 2)


def test_columns_that_may_hold_the_stage_are_named(folder: Folder) -> None:
    outcome = supplement(folder, [("A", "Alfa", "Lead", "x")], ("id", "title", "Step", "Region"))
    assert any("deals.csv has no column" in note and "(Step, Region)" in note for note in outcome.notes)


def test_a_file_of_which_only_the_id_is_known_is_refused(folder: Folder) -> None:
    with pytest.raises(UsageError, match=r"no column but the id is known.*id, Step, Region"):
        supplement(folder, [("A", "Lead", "x")], ("id", "Step", "Region"))


def test_a_status_without_a_stage(folder: Folder) -> None:
    header = ("id", "status", "created", "closed", "loss_reason")
    rows = [
        ("A", "won", "2026-01-01", "2026-02-01", ""),
        ("B", "lost", "2026-01-01", "2026-02-02", "price"),
        ("C", "open", "2026-01-01", "", ""),
        ("D", "", "2026-01-01", "2026-02-03", ""),
    ]
    outcome = supplement(folder, rows, header)
    assert folder.visits("A") == [("New", at("01-01"), at("02-01"), "won", 1)]
    assert folder.visits("B") == [("New", at("01-01"), at("02-02"), "lost", 1)]
    assert folder.visits("C") == folder.visits("D") == [("New", at("01-01"), None, None, 1)]
    assert any("1 deal has a closing date, but nothing says" in note for note in outcome.notes)
    assert any("2 deals have no stage in the file" in note for note in outcome.notes)


def test_rows_with_an_empty_stage_begin_in_the_first(folder: Folder) -> None:
    folder.deals(
        ("A", "a", "", "", "", "", "", "2026-01-01", ""), ("B", "b", "", "Offer", "", "", "", "", "")
    )
    assert folder.visits("A") == [("Lead", at("01-01"), None, None, 1)]
    assert folder.visits("B")[0][0] == "Offer"


def test_the_first_stage_is_one_in_use(folder: Folder) -> None:
    stages = [{"name": "Old"}, {"name": "Lead"}, {"name": "Offer"}]
    create_pipeline(folder.workspace, name="Sales", stages=stages)
    retire_stage(folder.workspace, stage_id=folder.one("SELECT min(id) FROM stage"))
    supplement(folder)
    assert folder.visits("A")[0][0] == "Lead"


def test_a_known_deal_stays_where_it_is(folder: Folder) -> None:
    folder.deals(
        ("A", "a", "Anna", "Offer", "open", 1, "EUR", "2026-01-01", ""),
        ("B", "b", "Anna", "Offer", "won", 1, "EUR", "2026-01-01", "2026-02-01"),
    )
    before = folder.visits("A"), folder.visits("B")
    outcome = supplement(folder, now=at("05-01"))
    assert (folder.visits("A"), folder.visits("B")) == before
    assert (outcome.updated, outcome.assumed) == (2, 0)
    assert folder.rows("SELECT title, amount_minor FROM deal ORDER BY id") == [
        ("Fjord", 10000),
        ("Berg", 20000),
    ]
    assert folder.one("SELECT count(*) FROM rep") == 1


def test_a_deal_with_a_history_keeps_it(folder: Folder) -> None:
    folder.history(("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-01-05"), ("A", "Won", "2026-02-01"))
    before = folder.visits("A")
    rows = [("A", "Fjord", "2026-02-01"), ("B", "Berg", "2026-03-01")]
    outcome = supplement(folder, rows, ("id", "title", "closed"))
    assert folder.visits("A") == before
    assert not any("history that differs" in note for note in outcome.notes)
    outcome = supplement(folder, [("A", "Fjord", "2026-03-09")], ("id", "title", "closed"))
    assert any("1 deal has a history that differs" in note for note in outcome.notes)
    assert folder.visits("A") == before


def test_a_history_brings_the_real_stages(folder: Folder) -> None:
    supplement(folder, [*PLAIN, ("C", "Skog", 300)])
    before = told(folder), folder.counts()
    outcome = folder.history(
        ("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-02-01"), ("B", "Lead", "2026-03-01")
    )
    assert ladder(folder) == [("Lead", 1), ("Offer", 2), ("Contract", 3)]
    assert [row[0] for row in folder.visits("A")] == ["Lead", "Offer"]
    assert folder.visits("C") == [("Lead", at("04-01"), None, None, 1)]
    note = "The stages of 'Sales' are now Lead, Offer, Contract; the guessed stage 'New' became the first"
    assert any(each.startswith(note) for each in outcome.notes)
    assert not any("differs" in each for each in outcome.notes)
    after = told(folder), folder.counts()
    undo(folder.workspace)
    assert (told(folder), folder.counts()) == before
    redo(folder.workspace)
    assert (told(folder), folder.counts()) == after
    undo(folder.workspace)
    undo(folder.workspace)
    assert sum(folder.counts().values()) == 0
    assert not [each for each in check(folder.workspace) if each.is_error]


def test_a_real_stage_called_new_need_not_be_the_first(folder: Folder) -> None:
    supplement(folder)
    folder.history(("A", "New", "2026-01-01"), stages=("Lead", "New", "Offer"))
    assert ladder(folder) == [("Lead", 1), ("New", 2), ("Offer", 3)]
    assert folder.visits("A") == [("New", at("01-01"), None, None, 0)]
    assert folder.visits("B") == [("Lead", at("04-01"), None, None, 1)]


def test_stages_learnt_from_a_history_or_from_other_deals(folder: Folder) -> None:
    supplement(folder)
    supplement(folder, PLAIN, HEADER, pipeline="Renewals")
    folder.history(("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-01-02"), stages=(), pipeline="Sales")
    assert ladder(folder) == [("Lead", 1), ("Offer", 2)]
    header = ("id", "stage", "pipeline")
    supplement(folder, [("C", "Talk", "Renewals"), ("D", "Sign", "Renewals")], header)
    assert ladder(folder, "Renewals") == [("Talk", 1), ("Sign", 2)]


def test_a_file_named_new_by_somebody_is_no_guess(folder: Folder) -> None:
    supplement(folder, [("A", "a", "New")], ("id", "title", "stage"))
    with pytest.raises(UsageError, match="has no stage 'Lead'"):
        folder.history(("A", "Lead", "2026-01-01"))


def test_a_guessed_stage_that_somebody_has_edited_stays(folder: Folder) -> None:
    supplement(folder)
    edit_stage(folder.workspace, stage_id=folder.one("SELECT id FROM stage"), changes={"stuck_days": 9})
    with pytest.raises(UsageError, match="has no stage 'Lead'"):
        folder.history(("A", "Lead", "2026-01-01"))
    assert ladder(folder) == [("New", 1)]


def test_a_deal_moved_by_hand_stays_there(folder: Folder) -> None:
    supplement(folder, read={"stages": ("Lead", "Offer", "Contract")})
    stage = folder.one("SELECT id FROM stage WHERE name = 'Offer'")
    move_deal(folder.workspace, deal_id=folder.one("SELECT min(id) FROM deal"), stage_id=stage)
    supplement(folder, now=at("06-01"))
    assert folder.visits("A")[-1] == ("Offer", at("04-01"), None, None, 0)


def test_the_order_that_a_deals_file_had_gives_way_to_that_of_a_history(twice: tuple[Folder, Folder]) -> None:
    one, other = twice
    header = ("id", "stage", "status", "created", "closed")
    rows = [("A", "Contract", "won", "2026-01-01", "2026-02-01"), ("B", "Offer", "open", "2026-01-01", "")]
    events = [("A", stage, f"2026-01-0{day}") for day, stage in enumerate(("Lead", "Offer", "Contract"), 1)]
    events += [("A", "Won", "2026-02-01"), ("B", "Lead", "2026-01-01"), ("B", "Offer", "2026-01-05")]
    supplement(one, rows, header)
    assert ladder(one) == [("Contract", 1), ("Offer", 2)]
    outcome = one.history(*events, stages=())
    assert any(
        "now in the order the history first has them: Lead, Offer, Contract" in n for n in outcome.notes
    )
    other.history(*events, stages=())
    supplement(other, rows, header)
    assert ladder(one) == ladder(other) == [("Lead", 1), ("Offer", 2), ("Contract", 3)]
    assert told(one) == told(other)


def test_stages_only_of_deals_stay_behind_their_neighbours(folder: Folder) -> None:
    rows = [("A", "Lead"), ("B", "Legal"), ("C", "Offer")]
    supplement(folder, rows, ("id", "stage"))
    folder.history(
        ("A", "Call", "2026-01-01"), ("A", "Lead", "2026-01-02"), ("A", "Offer", "2026-01-03"), stages=()
    )
    assert [name for name, _ in ladder(folder)] == ["Call", "Lead", "Legal", "Offer"]


def test_a_loss_reason_waits_for_the_history_that_tells_of_the_loss(twice: tuple[Folder, Folder]) -> None:
    one, other = twice
    rows = [("A", "price"), ("B", "need"), ("C", "")]
    events = [(deal, "Lead", "2026-01-01") for deal in "ABC"]
    events += [("A", "Lost", "2026-02-01"), ("B", "Won", "2026-02-01"), ("C", "Lost", "2026-02-01")]
    supplement(one, rows, ("id", "loss_reason"))
    assert not [each for each in check(one.workspace) if each.is_error]
    one.history(*events)
    other.history(*events)
    supplement(other, rows, ("id", "loss_reason"))
    assert told(one) == told(other)
    reasons = {row[0]: row[20] for row in told(one)["deals"]}
    assert reasons == {"A": "price", "B": None, "C": "no reason (imported)"}


def test_a_reason_given_by_hand_goes_before_the_waiting_one(folder: Folder) -> None:
    supplement(folder, [("A", "price")], ("id", "loss_reason"))
    lose_deal(folder.workspace, deal_id=folder.one("SELECT id FROM deal"), reason="need")
    assert folder.one("SELECT l.name FROM deal d JOIN loss_reason l ON l.id = d.loss_reason_id") == "need"


def test_an_undated_deal_is_created_at_its_first_event_even_a_later_one(twice: tuple[Folder, Folder]) -> None:
    """A clock that runs behind, or a file of events with times ahead of it."""
    one, other = twice
    events = [("A", "Lead", "2026-05-01"), ("A", "Won", "2026-05-09"), ("B", "Lost", "2026-05-02")]
    supplement(one)
    one.history(*events)
    other.history(*events)
    supplement(other)
    assert told(one) == told(other)
    assert [row[10] for row in told(one)["deals"]] == [at("05-01"), at("05-02")]


def test_a_pipeline_that_only_the_deals_file_names(twice: tuple[Folder, Folder]) -> None:
    one, other = twice
    events = [("A", "Lead", "2026-01-01"), ("A", "Offer", "2026-01-05"), ("B", "Lead", "2026-01-02")]
    supplement(one, pipeline="Renewals")
    one.history(*events)
    other.history(*events)
    before = told(other), other.counts()
    outcome = supplement(other, pipeline="Renewals")
    assert told(one) == told(other)
    assert ladder(one, "Renewals") == ladder(other, "Renewals")
    assert one.rows("SELECT name FROM pipeline") == other.rows("SELECT name FROM pipeline") == [("Renewals",)]
    assert "The pipeline 'Sales' is empty now and was removed." in outcome.notes
    assert outcome.examples["stages"] == ["Lead", "Offer", "Contract"]
    undo(other.workspace)
    assert (told(other), other.counts()) == before


Load = Callable[[Folder], object]
TERMS = {"lost": {f"Lost {reason}": reason for reason in ("price", "no need", "competitor")}}


def _owner(name: str) -> str:
    return "Anna" if name in ("D1", "D4", "D6") else "Bo"


def load_worked_deals(folder: Folder) -> None:
    rows = [(row[0], row[1], _owner(str(row[0])), row[5], row[6]) for row in worked_deals()]
    supplement(folder, rows, ("id", "title", "owner", "amount", "currency"))


def load_bare_deals(folder: Folder) -> None:
    rows = [(row[0], row[1], row[5]) for row in worked_deals()]
    supplement(folder, rows, read={"currency": "EUR"})


def load_worked_history(folder: Folder) -> None:
    """Unsorted, with loss reasons in the names of the events and names in another case."""
    rows = []
    for deal, stage, when in worked_events():
        name = f"LOST {worked.DEALS[deal].reason}" if stage == "Lost" else stage
        rows.append((deal, "WON" if name == "Won" else name, when, _owner(deal)))
    folder.history(*reversed(rows), stages=worked.STAGES, read=TERMS)


@pytest.mark.parametrize("deals", [load_worked_deals, load_bare_deals])
def test_both_orders_leave_the_same(twice: tuple[Folder, Folder], deals: Load) -> None:
    one, other = twice
    deals(one)
    load_worked_history(one)
    load_worked_history(other)
    deals(other)
    assert told(one) == told(other)
    assert ladder(one) == ladder(other) == [(name, place) for place, name in enumerate(worked.STAGES, 1)]
    assert one.one("SELECT sum(assumed) FROM stage_visit") == 0
    for folder in twice:
        assert not [each for each in check(folder.workspace) if each.is_error]


@pytest.mark.parametrize("deals", [load_worked_deals, load_bare_deals])
def test_the_worked_example_figure_by_figure(folder: Folder, deals: Load) -> None:
    deals(folder)
    load_worked_history(folder)
    numbers = dict(folder.rows("SELECT name, id FROM stage"))
    for name, chance, days in zip(worked.STAGES, worked.PROBABILITIES, worked.STUCK_DAYS, strict=True):
        changes = {"probability_bp": chance, "stuck_days": days}
        edit_stage(folder.workspace, stage_id=numbers[name], changes=changes)
    check_everything(folder.workspace)
