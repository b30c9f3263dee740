"""The timeline of a deal: everything in one list, newest first, page by page."""

from __future__ import annotations

import pytest

from funnel_tui.domain.deal_detail import FieldChange, TimelineItem, TimelineKind
from funnel_tui.domain.deal_list import DealFilter
from funnel_tui.domain.scope import Scope
from funnel_tui.models import Interaction, InteractionKind, Person, Task
from funnel_tui.services.deal_detail import deal_detail, deal_timeline
from funnel_tui.services.deal_list import deal_ids
from funnel_tui.services.deals import edit_deal, lose_deal, move_deal, reopen_deal
from funnel_tui.services.history import redo, undo
from funnel_tui.services.people import create_organisation
from funnel_tui.services.workspace import Workspace
from tests.deal_list.support import DAY, NOW, one, rows, team
from tests.support import worked
from tests.support.worked_services import fill, open_workspace, stage_numbers

K = TimelineKind


def whole(workspace: Workspace, deal: int, size: int, as_of: int | None = None) -> list[TimelineItem]:
    """The timeline, a page at a time."""
    page = deal_detail(workspace, deal, as_of, items=size).timeline
    found = list(page.items)
    while page.after is not None:
        assert len(page.items) == size
        page = deal_timeline(workspace, deal, after=page.after, as_of=as_of, items=size)
        found += page.items
    return found


def test_visits_in_words(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deals = fill(workspace)
    found = whole(workspace, deals["D9"], 50)
    assert [(item.kind, item.text) for item in found] == [
        (K.WON, "Won from S3"),
        (K.MOVED, "S2 → S3"),
        (K.REOPENED, "Reopened in S2"),
        (K.LOST, "Lost from S2: price"),
        (K.MOVED, "S1 → S2"),
        (K.CREATED, "Created in S1"),
    ]
    assert [item.at for item in found][:3] == [worked.instant(day) for day in ("03-21", "03-11", "03-01")]
    assert {item.who for item in found} == {"tester", "Anna"}
    lose_deal(workspace, deal_id=deals["D5"], reason="silence [x]", note="No\nanswer")
    lost = whole(workspace, deals["D5"], 50)[0]
    assert (lost.kind, lost.text, lost.note) == (K.LOST, "Lost from S2: silence [x]", "No\nanswer")


def test_edits_say_what_became_what(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D5"]
    organisation = create_organisation(workspace, name="Acme [/EU]")
    changes = {
        "title": 'New "title": x',
        "organisation_id": organisation,
        "note": "Long",
        "amount_minor": 1_300_050,
        "expected_close": 20_600,
        "probability_bp": 2550,
        "source": "Fair",
    }
    version = one(workspace, "SELECT version FROM deal WHERE id = :deal", deal=deal)
    edit_deal(workspace, deal_id=deal, version=version, changes=changes)
    edits = [item for item in whole(workspace, deal, 50) if item.kind is K.EDITED]
    assert {change for item in edits for change in item.changes} == {
        FieldChange("title", "D5", 'New "title": x'),
        FieldChange("organisation", "", "Acme [/EU]"),
        FieldChange("note", "", "Long"),
        FieldChange("amount", "12,000.00 EUR", "13,000.50 EUR"),
        FieldChange("expected close", "", "2026-05-27"),
        FieldChange("probability", "", "25.5 %"),
        FieldChange("source", "", "Fair"),
    }
    assert {(item.at, item.who) for item in edits} == {(worked.AS_OF, "tester")}
    assert "amount 12,000.00 EUR → 13,000.50 EUR" in edits[1].text + edits[0].text
    undo(workspace)
    assert not [item for item in whole(workspace, deal, 50) if item.kind is K.EDITED]
    redo(workspace)
    again = [item for item in whole(workspace, deal, 50) if item.kind is K.EDITED]
    assert {change for item in again for change in item.changes} == {
        change for item in edits for change in item.changes
    }


def test_an_undone_move_never_happened(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D5"]
    before = whole(workspace, deal, 50)
    move_deal(workspace, deal_id=deal, stage_id=stage_numbers(workspace)["S4"])
    assert whole(workspace, deal, 50)[0].text == "S2 → S4"
    undo(workspace)
    assert whole(workspace, deal, 50) == before


def test_interactions_and_tasks(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D5"]
    now = worked.AS_OF
    with workspace.change("log") as call:
        kind = call.insert(InteractionKind, {"name": "Call"})
        person = call.insert(Person, {"name": "Kari [b]"})
        talk = {"deal_id": deal, "owner_id": 1, "kind_id": kind}
        call.insert(Interaction, {**talk, "at": now - 5, "outcome": "no answer", "note": "\\x1b[2J"})
        call.insert(Interaction, {**talk, "at": now - 9, "direction": "in", "person_id": person})
        call.insert(Interaction, {**talk, "at": now + DAY, "planned": True})
        task = {"deal_id": deal, "owner_id": 1, "kind": "meeting", "created_at": now - 20 * DAY}
        call.insert(Task, {**task, "title": "due", "due_day": now // DAY + 2})
        call.insert(Task, {**task, "title": "today", "due_day": now // DAY})
        call.insert(Task, {**task, "title": "late", "due_day": now // DAY - 1})
        call.insert(Task, {**task, "title": "", "due_day": None})
        call.insert(Task, {**task, "title": "done", "due_day": 1, "done_at": now - 7, "outcome": "held"})
    found = whole(workspace, deal, 50)
    assert [(item.kind, item.text, item.overdue) for item in found if item.at > now - 21 * DAY] == [
        (K.TASK, "meeting: due", False),
        (K.PLANNED, "Call", False),
        (K.TASK, "meeting: today", False),
        (K.INTERACTION, "Call · no answer", False),
        (K.TASK_DONE, "meeting: done · held", False),
        (K.INTERACTION, "Call in · Kari [b]", False),
        (K.TASK, "meeting: late", True),
        (K.TASK, "meeting", False),
    ]
    # Ten seconds ago the task was still to be done, and the calls had not been made.
    then = {item.text for item in whole(workspace, deal, 50, now - 10)}
    assert "meeting: done" in then
    assert not {"Call · no answer", "Call in · Kari [b]"} & then


@pytest.mark.parametrize("as_of", [None, NOW - 100 * DAY])
@pytest.mark.parametrize("size", [1, 2, 7])
def test_pages_put_together_are_the_whole(db_url: str, size: int, as_of: int | None) -> None:
    workspace = team(db_url, deals=60)
    busiest = rows(
        workspace,
        "SELECT deal_id FROM interaction WHERE deal_id IS NOT NULL AND at < :at"
        " GROUP BY deal_id ORDER BY count(*) DESC, deal_id LIMIT 5",
        at=as_of or NOW,
    )
    for (deal,) in busiest:
        everything = deal_detail(workspace, deal, as_of, items=10_000).timeline
        assert everything.after is None
        assert len({item.key for item in everything.items}) == len(everything.items) > 5
        assert [item.key for item in everything.items] == sorted(
            (item.key for item in everything.items), reverse=True
        )
        assert whole(workspace, deal, size, as_of) == list(everything.items)


def test_many_things_of_one_instant_are_paged_too(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D5"]
    with workspace.change("log") as call:
        kind = call.insert(InteractionKind, {"name": "Call"})
        for _ in range(9):
            talk = {"deal_id": deal, "owner_id": 1, "kind_id": kind, "at": worked.instant("02-15")}
            call.insert(Interaction, talk)
            call.insert(Task, {"deal_id": deal, "owner_id": 1, "created_at": 0, "done_at": talk["at"]})
    version = one(workspace, "SELECT version FROM deal WHERE id = :deal", deal=deal)
    for number in range(5):
        changes = {"title": f"D5 {number}", "amount_minor": number}
        version = edit_deal(workspace, deal_id=deal, version=version, changes=changes)
    everything = whole(workspace, deal, 1000)
    assert len(everything) == 2 + 18 + 10
    for size in (1, 2, 3, 8):
        assert whole(workspace, deal, size) == everything


def test_everything_in_the_tables_is_in_the_timeline(db_url: str) -> None:
    workspace = team(db_url)
    ids = deal_ids(workspace, Scope(), DealFilter(status=None))
    for deal in list(ids)[::9]:
        found = whole(workspace, deal, 20)
        counted = {
            table: one(workspace, f"SELECT count(*) FROM {table} WHERE deal_id = :deal", deal=deal)
            for table in ("interaction", "task", "stage_visit", "deal_past")
        }
        closings = one(
            workspace,
            "SELECT count(*) FROM stage_visit WHERE deal_id = :deal AND exit IN ('won', 'lost')",
            deal=deal,
        )
        kinds = [item.kind for item in found]
        assert sum(kind in {K.INTERACTION, K.PLANNED} for kind in kinds) == counted["interaction"]
        assert sum(kind in {K.TASK, K.TASK_DONE} for kind in kinds) == counted["task"]
        visits = sum(kind in {K.CREATED, K.MOVED, K.REOPENED} for kind in kinds)
        assert visits == counted["stage_visit"]
        assert sum(kind in {K.WON, K.LOST} for kind in kinds) == closings
        assert kinds.count(K.EDITED) == counted["deal_past"]


def test_a_reopened_deal_keeps_both_stories(db_url: str) -> None:
    workspace = open_workspace(db_url)
    deal = fill(workspace)["D4"]
    reopen_deal(workspace, deal_id=deal, stage_id=stage_numbers(workspace)["S3"])
    assert [item.kind for item in whole(workspace, deal, 50)] == [K.REOPENED, K.LOST, K.CREATED]
    assert deal_detail(workspace, deal).loss_reason is None
