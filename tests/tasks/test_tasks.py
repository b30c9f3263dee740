"""Tasks: what is stored, what is refused, what undo takes back, and what earlier figures keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from funnel_tui.domain.moments import Moment
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.tasks import CANCELLED, TaskDraft
from funnel_tui.errors import FunnelError, InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.services.agenda import deal_tasks
from funnel_tui.services.deal_list import deal_rows
from funnel_tui.services.deals import lose_deal, win_deal
from funnel_tui.services.history import undo
from funnel_tui.services.reports import run_report
from funnel_tui.services.settings import set_setting
from funnel_tui.services.tasks import (
    create_task,
    delete_task,
    edit_task,
    finish_task,
    reopen_task,
    snooze_task,
)
from tests.services.world import DAY, START
from tests.tasks.office import Office, at


def test_a_task_is_stored_as_it_was_typed(office: Office) -> None:
    deal = office.deal()
    task = office.task(deal, "fri", title="  Ask [/EU] about =1+1 \u202e  ")
    row = office.task_row(task)
    assert (row["kind"], row["title"]) == ("call", "Ask [/EU] about =1+1 \u202e")
    assert (row["deal_id"], row["owner_id"], row["created_at"]) == (deal, office.reps[0], START)
    # 1 January 2026 is a Thursday.
    assert (row["due_day"], row["due_at"], row["done_at"]) == (START // DAY + 1, None, None)
    assert office.summary() == "Added task call: Ask [/EU] about =1+1 \u202e for Acme [/EU]"
    fact = office.fact(task)
    assert (fact.deal, fact.owner, row["template_id"]) == ("Acme [/EU]", "Ana", None)


def test_a_task_needs_neither_deal_nor_day_nor_title(office: Office) -> None:
    task = create_task(office.workspace, owner_id=office.reps[1], kind="email")
    fact = office.fact(task)
    assert (fact.deal_id, fact.due_day, fact.title, fact.text) == (None, None, "", "email")
    assert office.summary() == "Added task email"


def test_a_due_time_lies_on_the_day_of_the_team_s_zone(office: Office) -> None:
    set_setting(office.workspace, name="time_zone", value="Pacific/Auckland")
    late = at("2026-01-05T12:00")
    # Whoever typed it may sit elsewhere: the day they saw does not count.
    task = create_task(office.workspace, owner_id=office.reps[0], due=Moment(day=0, at=late))
    assert office.task_row(task)["due_day"] == late // DAY + 1
    snooze_task(office.workspace, task_id=task, due=Moment(day=0, at=late - 2 * 3600))
    assert office.task_row(task)["due_day"] == late // DAY


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "fax"}, "Kind must be one of 'call', 'email', 'meeting' or 'other'"),
        ({"title": "x" * 201}, "at most 200"),
        ({"title": "a\x00b"}, "control character"),
        ({"title": "a\nb"}, "line break"),
        ({"title": "\ud800"}, "half a character"),
        ({"title": 5}, "must be text"),
        ({"owner_id": 0}, "Owner"),
        ({"due": Moment(10**9)}, "Due day"),
        ({"due": Moment(1, 10**15)}, "Due at"),
    ],
)
def test_values_that_are_refused(office: Office, fields: dict[str, Any], words: str) -> None:
    before = office.snapshot()
    with pytest.raises(InvalidInput, match=words):
        create_task(office.workspace, **{"owner_id": office.reps[0], **fields})
    assert office.snapshot() == before


@pytest.mark.parametrize("fields", [{"owner_id": 999}, {"deal_id": 999}])
def test_what_a_task_refers_to_must_be_there(office: Office, fields: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        create_task(office.workspace, **{"owner_id": office.reps[0], **fields})
    with pytest.raises(NotFound):
        finish_task(office.workspace, task_id=999)


def test_a_call_that_is_done_becomes_an_interaction_and_touches_the_deal(office: Office) -> None:
    deal = office.deal()
    task = office.task(deal, "tomorrow")
    version = office.deal_row(deal)["version"]
    now = office.clock.forward(3)
    done = finish_task(
        office.workspace,
        task_id=task,
        outcome="conversation",
        note="They want it\nby May.",
        duration_seconds=420,
        version=1,
    )
    assert done.interaction_id is not None
    talk = office.row("interaction", done.interaction_id)
    assert (talk["deal_id"], talk["owner_id"], talk["at"]) == (deal, office.reps[0], now)
    assert (talk["outcome"], talk["note"]) == ("conversation", "They want it\nby May.")
    assert (talk["direction"], talk["planned"], talk["duration_seconds"]) == ("out", 0, 420)
    assert office.row("interaction_kind", talk["kind_id"])["name"] == "Call"
    row = office.task_row(task)
    assert (row["done_at"], row["outcome"], row["version"]) == (now, "conversation", done.version)
    after = office.deal_row(deal)
    assert after["touched_at"] == now
    # Whoever edits the deal meanwhile is not refused because somebody called.
    assert after["version"] == version
    assert office.summary() == "Finished call: Ask for the budget (conversation) for Acme [/EU]"
    assert deal_rows(office.workspace, Scope(), [deal])[0].idle_seconds == 0


def test_another_kind_of_task_touches_nothing(office: Office) -> None:
    deal = office.deal()
    done = finish_task(office.workspace, task_id=office.task(deal, kind="other", title="Write the offer"))
    assert done.interaction_id is None
    assert office.rows("SELECT count(*) FROM interaction") == [(0,)]
    assert office.deal_row(deal)["touched_at"] is None


def test_a_call_of_yesterday_is_an_interaction_of_yesterday(office: Office) -> None:
    deal = office.deal()
    task = office.task(deal)
    now = office.clock.forward(2)
    finish_task(office.workspace, task_id=task, at=now - DAY)
    assert office.deal_row(deal)["touched_at"] == now - DAY
    assert office.task_row(task)["done_at"] == now
    # An older one logged later does not make it older.
    finish_task(office.workspace, task_id=office.task(deal), at=now - 2 * DAY)
    assert office.deal_row(deal)["touched_at"] == now - DAY
    with pytest.raises(Refused, match="in the future"):
        finish_task(office.workspace, task_id=office.task(deal), at=now + 1)


def test_the_kind_of_interaction_that_is_there_is_used(office: Office) -> None:
    with office.workspace.change("kinds") as call:
        from funnel_tui.domain.status import ActivityStep
        from funnel_tui.models import InteractionKind

        named = call.insert(InteractionKind, {"name": "CALL", "step": ActivityStep.NONE})
        alike = call.insert(InteractionKind, {"name": "Møte", "step": ActivityStep.MEETINGS})
    for kind, expected in (("call", named), ("meeting", alike)):
        done = finish_task(office.workspace, task_id=office.task(kind=kind))
        assert office.row("interaction", done.interaction_id or 0)["kind_id"] == expected
    finish_task(office.workspace, task_id=office.task(kind="email"))
    assert office.rows("SELECT count(*) FROM interaction_kind") == [(3,)]


def test_what_comes_next_is_suggested(office: Office) -> None:
    deal = office.deal()
    # Thursday, 1 January: a voicemail is tried again the next day.
    done = finish_task(office.workspace, task_id=office.task(deal), outcome="voicemail")
    day = START // DAY
    assert done.suggestion == TaskDraft("call", "Ask for the budget", day + 1, deal, office.reps[0])
    office.clock.forward(1)
    done = finish_task(office.workspace, task_id=office.task(deal), outcome="conversation")
    # The day after Friday is Monday.
    assert done.suggestion == TaskDraft("email", "Send what was agreed", day + 4, deal, office.reps[0])
    done = finish_task(office.workspace, task_id=office.task(deal, kind="other"), outcome="done")
    assert done.suggestion is not None
    waiting = office.task(deal, "+3d", title="Ask again")
    done = finish_task(office.workspace, task_id=office.task(deal))
    assert done.suggestion is None
    assert [task.id for task in done.waiting] == [waiting]
    assert finish_task(office.workspace, task_id=office.task()).suggestion is None
    delete_task(office.workspace, task_id=waiting)
    last = office.task(deal)
    win_deal(office.workspace, deal_id=deal)
    assert finish_task(office.workspace, task_id=last).suggestion is None


def test_a_closed_task_is_only_taken_up_again(office: Office) -> None:
    deal = office.deal()
    task = office.task(deal, "tomorrow 9:00")
    finish_task(office.workspace, task_id=task, outcome="voicemail")
    for act in (
        lambda: finish_task(office.workspace, task_id=task),
        lambda: edit_task(office.workspace, task_id=task, version=2, changes={"title": "x"}),
        lambda: snooze_task(office.workspace, task_id=task, due=Moment(30_000)),
        lambda: delete_task(office.workspace, task_id=task),
    ):
        with pytest.raises(Refused, match="was done on 1 Jan "):
            act()
    office.clock.forward(1)
    again = reopen_task(office.workspace, task_id=task)
    first, second = office.task_row(task), office.task_row(again)
    assert first["done_at"] == START
    assert (second["title"], second["due_at"], second["created_at"]) == (
        *(first["title"], first["due_at"], START + DAY),
    )
    assert (second["done_at"], second["outcome"]) == (None, None)
    with pytest.raises(Refused, match="is open"):
        reopen_task(office.workspace, task_id=again)
    later = reopen_task(office.workspace, task_id=task, due=office.moment("fri"))
    assert office.task_row(later)["due_at"] is None


def test_an_edit(office: Office) -> None:
    deal = office.deal()
    task = office.task(deal, "fri 14:30")
    changes = {"title": "Call back", "kind": "email", "owner_id": office.reps[1], "due": None}
    assert edit_task(office.workspace, task_id=task, version=1, changes=changes) == 2
    row = office.task_row(task)
    assert (row["title"], row["kind"], row["owner_id"]) == ("Call back", "email", office.reps[1])
    assert (row["due_day"], row["due_at"]) == (None, None)
    summary = "Edited task call: Ask for the budget for Acme [/EU]: kind, title, owner, due"
    assert office.summary() == summary
    groups = office.groups()
    assert edit_task(office.workspace, task_id=task, version=2, changes={"title": "Call back"}) == 2
    assert office.groups() == groups


def test_a_stale_change_is_refused_with_both_versions(office: Office) -> None:
    task = office.task(office.deal(), "fri")
    edit_task(office.workspace, task_id=task, version=1, changes={"title": "Theirs"})
    with pytest.raises(StaleEdit, match="was changed after you opened it") as caught:
        edit_task(office.workspace, task_id=task, version=1, changes={"title": "Mine"})
    assert caught.value.mine == {"title": "Mine"}
    assert caught.value.theirs == {"title": "Theirs"}
    for act in (
        lambda: finish_task(office.workspace, task_id=task, version=1),
        lambda: snooze_task(office.workspace, task_id=task, due=Moment(30_000), version=1),
        lambda: delete_task(office.workspace, task_id=task, version=1),
        lambda: reopen_task(office.workspace, task_id=task, version=1),
    ):
        with pytest.raises(StaleEdit):
            act()


@pytest.mark.parametrize(
    "act",
    [
        lambda office, deal, task: office.task(deal, "+2w"),
        lambda office, deal, task: edit_task(
            office.workspace, task_id=task, version=1, changes={"title": "x", "due": Moment(30_000, None)}
        ),
        lambda office, deal, task: snooze_task(office.workspace, task_id=task, due=office.moment("+1d 9:00")),
        lambda office, deal, task: finish_task(office.workspace, task_id=task, outcome="voicemail"),
        lambda office, deal, task: delete_task(office.workspace, task_id=task),
    ],
    ids=["create", "edit", "snooze", "finish", "delete"],
)
def test_each_call_can_be_undone_and_redone(
    office: Office, act: Callable[[Office, int, int], object]
) -> None:
    deal = office.deal()
    task = office.task(deal, "fri")
    finish_task(office.workspace, task_id=office.task(deal))
    office.clock.forward(1.5)
    before, groups = office.snapshot(), office.groups()
    act(office, deal, task)
    assert office.groups() == groups + 1
    assert office.snapshot() != before
    office.assert_undoable(before)


def test_taking_up_again_can_be_undone(office: Office) -> None:
    task = office.task(office.deal())
    finish_task(office.workspace, task_id=task)
    before = office.snapshot()
    reopen_task(office.workspace, task_id=task)
    office.assert_undoable(before)


def test_undo_knows_the_call_before(office: Office) -> None:
    deal = office.deal()
    finish_task(office.workspace, task_id=office.task(deal))
    later = office.clock.forward(2)
    finish_task(office.workspace, task_id=office.task(deal))
    assert office.deal_row(deal)["touched_at"] == later
    undo(office.workspace)
    assert office.deal_row(deal)["touched_at"] == START


def test_a_kind_that_others_use_by_now_stays_when_its_call_is_undone(office: Office) -> None:
    first = office.task()
    finish_task(office.workspace, task_id=first)
    group = office.rows("SELECT max(id) FROM change_group")[0][0]
    finish_task(office.workspace, task_id=office.task())
    undo(office.workspace, group_id=group)
    assert office.task_row(first)["done_at"] is None
    assert office.rows("SELECT count(*) FROM interaction") == [(1,)]


def test_a_deleted_task_is_in_no_list(office: Office) -> None:
    deal = office.deal()
    task = office.task(deal)
    office.clock.forward(1)
    delete_task(office.workspace, task_id=task)
    assert deal_tasks(office.workspace, deal) == []
    assert office.task_row(task)["outcome"] == CANCELLED
    with pytest.raises(Refused, match="was deleted on 2 Jan 00:00"):
        finish_task(office.workspace, task_id=task)
    with pytest.raises(InvalidInput, match="delete the task instead"):
        finish_task(office.workspace, task_id=office.task(deal), outcome="Cancelled")


def test_figures_of_earlier_days_stay_what_they_were(office: Office) -> None:
    with office.workspace.change("stuck") as call:
        from funnel_tui.models import Stage

        for stage in office.stages:
            call.update(Stage, call.get(Stage, stage), {"stuck_days": 1})
    deals = [office.deal(f"Deal {number}") for number in range(4)]
    tasks = [office.task(deal, "fri") for deal in deals]
    finish_task(office.workspace, task_id=tasks[2], outcome="voicemail")
    then = office.clock.forward(3)

    def seen() -> list[object]:
        scope = Scope(as_of=then)
        rows = deal_rows(office.workspace, scope, deals)
        return [run_report(office.workspace, "stuck", scope).rows, [replace(row, version=0) for row in rows]]

    before = seen()
    office.clock.forward(1)
    finish_task(office.workspace, task_id=tasks[0])
    delete_task(office.workspace, task_id=tasks[1])
    reopen_task(office.workspace, task_id=tasks[2])
    office.task(deals[3], "yesterday", title="Quite another")
    lose_deal(office.workspace, deal_id=deals[3], reason="Price")
    assert seen() == before


def test_nothing_is_written_by_a_call_that_is_refused(office: Office) -> None:
    deal = office.deal()
    task = office.task(deal)
    before, groups = office.snapshot(), office.groups()
    for act in (
        lambda: finish_task(office.workspace, task_id=task, outcome="x\x00"),
        lambda: finish_task(office.workspace, task_id=task, at=office.clock.now + 10),
        lambda: finish_task(office.workspace, task_id=task, duration_seconds=-1),
        lambda: edit_task(office.workspace, task_id=task, version=1, changes={"deal_id": 5}),
        lambda: edit_task(office.workspace, task_id=task, version=1, changes={"owner_id": 999}),
    ):
        with pytest.raises(FunnelError):
            act()
    assert office.snapshot() == before
    assert office.groups() == groups
