"""Interactions: logging, planning, editing, finishing, deleting, and what is refused."""

from __future__ import annotations

import pytest

from funnel_tui.domain.change_history import HistoryFilter
from funnel_tui.domain.logged import NextTask
from funnel_tui.domain.moments import Moment
from funnel_tui.errors import FunnelError, InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.models import DealPerson
from funnel_tui.services.change_history import list_history
from funnel_tui.services.history import redo, undo
from funnel_tui.services.interaction_kinds import edit_kind
from funnel_tui.services.interactions import (
    delete_interaction,
    edit_interaction,
    finish_planned,
    log_interaction,
    tasks_to_finish,
)
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.stage_templates import set_stage_tasks
from funnel_tui.services.tasks import create_task
from tests.services.interacting import Customers, counted_days, kept_days, touched
from tests.services.world import DAY, START, World


@pytest.fixture
def customers(world: World) -> Customers:
    """On each database in turn."""
    return Customers.make(world)


@pytest.fixture
def file_customers(file_world: World) -> Customers:
    """In a file, for what does not differ."""
    return Customers.make(file_world)


def call(customers: Customers, **fields: object) -> int:
    """Log a call on the deal."""
    said = {"kind": "call", "owner_id": customers.world.reps[0], "deal_id": customers.deal, **fields}
    return log_interaction(customers.world.workspace, **said).interaction_id  # type: ignore[arg-type]


def test_a_call_with_the_task_that_follows_is_one_change(customers: Customers) -> None:
    world = customers.world
    before, groups, now = world.snapshot(), world.groups(), world.clock.now
    logged = log_interaction(
        world.workspace,
        kind="CALL",
        owner_id=world.reps[1],
        deal_id=customers.deal,
        person_id=customers.kari,
        outcome="conversation",
        duration_seconds=900,
        note="wants [b]two[/b]\nships",
        next_task=NextTask("call", "ask again", Moment(now // DAY + 2)),
    )
    row = customers.row(logged.interaction_id)
    assert (row["deal_id"], row["organisation_id"], row["person_id"]) == (
        *(customers.deal, customers.fjordline, customers.kari),
    )
    assert (row["at"], row["direction"], row["planned"], row["duration_seconds"]) == (now, "out", 0, 900)
    assert row["note"] == "wants [b]two[/b]\nships"
    task = world.row("task", logged.task_id or 0)
    assert (task["title"], task["due_day"], task["owner_id"]) == ("ask again", now // DAY + 2, world.reps[1])
    assert world.groups() == groups + 1
    assert world.summary() == logged.summary == "Logged call with Fleet (conversation)"
    assert world.deal_row(customers.deal)["touched_at"] == now
    assert world.deal_row(customers.deal)["version"] == 1
    assert kept_days(world) == {(now // DAY, world.reps[1], row["kind_id"]): (1, 0, 1, 1, 1)}
    undo(world.workspace)
    kinds = before.pop("interaction_kind")
    after = world.snapshot()
    assert (kinds, len(after.pop("interaction_kind"))) == ([], 7)
    assert after == before
    redo(world.workspace)
    assert kept_days(world) == counted_days(world) != {}
    assert world.errors() == []


def test_a_person_brings_the_organisation(customers: Customers) -> None:
    number = call(customers, deal_id=None, person_id=customers.ole)
    assert customers.row(number)["organisation_id"] == customers.nordlys
    assert customers.world.summary() == "Logged call with Nordlys"
    number = call(customers, deal_id=None, organisation_id=customers.nordlys, kind="note", note="n")
    assert customers.row(number)["person_id"] is None


def test_a_next_task_without_a_deal_is_called_after_the_customer(customers: Customers) -> None:
    logged = log_interaction(
        customers.world.workspace,
        kind="call",
        owner_id=customers.world.reps[0],
        person_id=customers.ole,
        next_task=NextTask(),
    )
    assert customers.world.row("task", logged.task_id or 0)["title"] == "Nordlys"


def test_what_cannot_be_is_refused_and_leaves_nothing(customers: Customers) -> None:
    world = customers.world
    before = world.snapshot()
    before.pop("interaction_kind")
    cases: list[tuple[dict[str, object], type[FunnelError], str]] = [
        ({"at": world.clock.now + 60}, Refused, "is in the future: the call cannot have taken place"),
        ({"at": START - 1}, Refused, "is before the deal Fleet existed: it was created yesterday 00:00"),
        ({"duration_seconds": -1}, InvalidInput, "Duration must not be negative"),
        ({"duration_seconds": 604_801}, InvalidInput, "Duration must not be longer than a week"),
        ({"kind": "fax"}, NotFound, "no kind of interaction 'fax'. There is Call, Email, Meeting, Proposal"),
        ({"kind": "cal"}, NotFound, "Did you mean Call?"),
        ({"kind": 99}, NotFound, "no kind of interaction with number 99"),
        ({"person_id": customers.ole}, Refused, "Ole works at Nordlys, but the deal Fleet is with Fjordline"),
        (
            {"organisation_id": customers.nordlys},
            Refused,
            "The deal Fleet is with Fjordline [/] AS, not with",
        ),
        ({"deal_id": None}, InvalidInput, "needs a deal, an organisation or a person"),
        ({"deal_id": None, "kind": "note"}, InvalidInput, "needs a deal, an organisation or a person"),
        ({"planned": True}, InvalidInput, "What is planned needs a time"),
        ({"planned": True, "at": START, "outcome": "held"}, InvalidInput, "planned call has no outcome yet"),
        ({"planned": True, "at": START, "finishes_task_id": 1}, Refused, "only planned finishes no task"),
        ({"direction": "sideways"}, InvalidInput, "Direction must be one of"),
        ({"deal_id": 77}, NotFound, "no deal with number 77"),
        ({"person_id": 77}, NotFound, "no person with number 77"),
        ({"owner_id": 77}, NotFound, "no rep with number 77"),
        ({"outcome": "x" * 201}, InvalidInput, "Outcome"),
        ({"at": 2**60}, InvalidInput, "Time is outside the years 1900 to 2200"),
        ({"next_task": NextTask("dance")}, InvalidInput, "Kind must be one of"),
        ({"finishes_task_id": 5}, NotFound, "no task with number 5"),
    ]
    for said, error, words in cases:
        with pytest.raises(error) as told:
            call(customers, **said)
        assert words in str(told.value), said
    after = world.snapshot()
    after.pop("interaction_kind")
    assert after == before
    assert world.errors() == []


def test_an_organisation_and_a_person_of_another_are_refused(file_customers: Customers) -> None:
    with pytest.raises(Refused, match="Ole works at Nordlys, but this is with Fjordline"):
        call(
            file_customers,
            deal_id=None,
            organisation_id=file_customers.fjordline,
            person_id=file_customers.ole,
        )


def test_somebody_with_a_part_in_the_deal_may_work_anywhere(file_customers: Customers) -> None:
    with file_customers.world.workspace.change("part") as change:
        change.insert(DealPerson, {"deal_id": file_customers.deal, "person_id": file_customers.ole})
    row = file_customers.row(call(file_customers, person_id=file_customers.ole))
    assert (row["organisation_id"], row["person_id"]) == (file_customers.fjordline, file_customers.ole)


def test_a_clock_that_is_a_little_behind_is_no_reason_to_refuse(file_customers: Customers) -> None:
    world = file_customers.world
    created = world.clock.now
    deal = world.deal("Ahead")
    world.clock.now -= 100
    assert file_customers.row(call(file_customers, deal_id=deal))["at"] == created
    world.clock.now -= 1000
    with pytest.raises(Refused, match="before the deal Ahead existed"):
        call(file_customers, deal_id=deal)


def test_a_plan_becomes_done(customers: Customers) -> None:
    world = customers.world
    at = world.clock.now + DAY
    planned = log_interaction(
        world.workspace,
        kind="meeting",
        owner_id=world.reps[0],
        deal_id=customers.deal,
        at=at,
        planned=True,
        note="bring the price list",
    )
    assert (planned.notices, world.summary()) == ((), "Planned meeting with Fleet")
    assert world.deal_row(customers.deal)["touched_at"] is None
    world.clock.forward(0.5)
    # Earlier than planned: it took place now.
    done = finish_planned(world.workspace, interaction_id=planned.interaction_id, outcome="held", version=1)
    row = customers.row(planned.interaction_id)
    assert (row["at"], row["planned"], row["outcome"]) == (world.clock.now, 0, "held")
    assert row["note"] == "bring the price list"
    assert done.version == row["version"] == 2
    assert world.deal_row(customers.deal)["touched_at"] == world.clock.now
    assert kept_days(world) == counted_days(world)
    with pytest.raises(Refused, match="took place already"):
        finish_planned(world.workspace, interaction_id=planned.interaction_id)
    undo(world.workspace)
    assert customers.row(planned.interaction_id)["planned"] == 1
    assert kept_days(world) == counted_days(world)
    touched(world)


def test_a_plan_in_the_past_is_told_and_took_place_when_it_was_planned(file_customers: Customers) -> None:
    world = file_customers.world
    at = world.clock.now - 3600
    planned = log_interaction(
        *(world.workspace,),
        kind="call",
        owner_id=world.reps[0],
        deal_id=file_customers.deal,
        at=at,
        planned=True,
    )
    assert planned.notices == ("The call is planned for yesterday 23:00, which has passed.",)
    finish_planned(world.workspace, interaction_id=planned.interaction_id, note="ok", duration_seconds=60)
    row = file_customers.row(planned.interaction_id)
    assert (row["at"], row["note"], row["duration_seconds"]) == (at, "ok", 60)
    other = call(file_customers, planned=True, at=at)
    with pytest.raises(Refused, match="is in the future"):
        finish_planned(world.workspace, interaction_id=other, at=world.clock.now + 1)


def test_an_edit_moves_sums_and_touches(customers: Customers) -> None:
    world = customers.world
    other = world.deal("Other", at=START)
    number = call(customers, outcome="Answered")
    before = world.snapshot()
    changes = {
        **{"kind": "meeting", "owner_id": world.reps[1], "at": world.clock.now - DAY // 2},
        **{"direction": "in", "outcome": "no show", "deal_id": other},
    }
    assert edit_interaction(world.workspace, interaction_id=number, version=1, changes=changes) == 2
    # The other deal has no organisation: the one before stays.
    assert customers.row(number)["organisation_id"] == customers.fjordline
    assert world.summary() == "Edited call with Fleet: owner, deal, direction, outcome, time, kind"
    assert kept_days(world) == counted_days(world)
    assert world.deal_row(customers.deal)["touched_at"] is None
    assert world.deal_row(other)["touched_at"] == world.clock.now - DAY // 2
    with pytest.raises(StaleEdit) as told:
        edit_interaction(world.workspace, interaction_id=number, version=1, changes={"outcome": "held"})
    assert (told.value.mine, told.value.theirs) == ({"outcome": "held"}, {"outcome": "no show"})
    undo(world.workspace)
    assert world.snapshot() == before
    redo(world.workspace)
    assert kept_days(world) == counted_days(world)
    assert world.errors() == []


def test_an_edit_that_changes_nothing_is_none(file_customers: Customers) -> None:
    world = file_customers.world
    number, groups = call(file_customers), world.groups()
    changes = {"kind": "Call", "outcome": None, "deal_id": file_customers.deal}
    assert edit_interaction(world.workspace, interaction_id=number, version=1, changes=changes) == 1
    assert world.groups() == groups


def test_edits_are_refused_as_logging_is(file_customers: Customers) -> None:
    world = file_customers.world
    number = call(file_customers)

    def edit(**changes: object) -> int:
        version = file_customers.row(number)["version"]
        return edit_interaction(world.workspace, interaction_id=number, version=version, changes=changes)

    cases: list[tuple[dict[str, object], str]] = [
        ({"at": world.clock.now + 1}, "is in the future"),
        ({"at": START - 1}, "before the deal Fleet existed"),
        ({"duration_seconds": -1}, "must not be negative"),
        ({"person_id": file_customers.ole}, "Ole works at Nordlys"),
        ({"organisation_id": file_customers.nordlys}, "is with Fjordline"),
        ({"deal_id": None, "organisation_id": None}, "needs a deal, an organisation or a person"),
        ({"kind": "fax"}, "no kind of interaction 'fax'"),
        ({"version": 2}, "is not a field"),
        ({"planned": True, "outcome": "held"}, "has no outcome yet"),
    ]
    for said, words in cases:
        with pytest.raises(FunnelError, match=words):
            edit(**said)
    edit_kind(world.workspace, kind="note", changes={"active": False})
    with pytest.raises(Refused, match="Note is retired"):
        edit(kind="note")
    # Off the deal, the organisation stays.
    edit(deal_id=None)
    assert file_customers.row(number)["organisation_id"] == file_customers.fjordline
    assert world.deal_row(file_customers.deal)["touched_at"] is None


def test_a_retired_kind_stays_where_it_is(file_customers: Customers) -> None:
    world = file_customers.world
    number = call(file_customers)
    edit_kind(world.workspace, kind="Call", changes={"active": False})
    with pytest.raises(Refused, match=r"Call is retired\. .*There is Email, Meeting"):
        call(file_customers)
    edit_interaction(world.workspace, interaction_id=number, version=1, changes={"note": "n", "kind": "call"})
    assert file_customers.row(number)["note"] == "n"


def test_a_deleted_one_can_be_brought_back(customers: Customers) -> None:
    world = customers.world
    call(customers, at=START + 5)
    number = call(customers)
    before = world.snapshot()
    with pytest.raises(StaleEdit):
        delete_interaction(world.workspace, interaction_id=number, version=2)
    delete_interaction(world.workspace, interaction_id=number, version=1)
    assert world.summary() == "Deleted call with Fleet"
    told = list_history(world.workspace, HistoryFilter(), deal_id=customers.deal).groups
    assert [group.summary for group in told[:2]] == ["Deleted call with Fleet", "Logged call with Fleet"]
    assert world.deal_row(customers.deal)["touched_at"] == START + 5
    assert kept_days(world) == counted_days(world)
    with pytest.raises(NotFound, match="no interaction with number"):
        delete_interaction(world.workspace, interaction_id=number)
    undo(world.workspace)
    assert world.snapshot() == before


def test_a_task_that_is_due_is_offered_and_finished_with_it(customers: Customers) -> None:
    world = customers.world
    today = world.clock.now // DAY
    made = {
        name: create_task(
            world.workspace,
            owner_id=world.reps[0],
            kind=kind,
            title=name,
            deal_id=deal,
            due=None if due is None else Moment(today + due),
        )
        for name, kind, deal, due in (
            *(("late", "call", customers.deal, -1), ("today", "call", customers.deal, 0)),
            *(("later", "call", customers.deal, 1), ("some day", "call", customers.deal, None)),
            *(("mail", "email", customers.deal, 0), ("elsewhere", "call", None, 0)),
        )
    }
    offered = tasks_to_finish(world.workspace, kind="call", deal_id=customers.deal)
    assert [task.title for task in offered] == ["late", "today"]
    assert tasks_to_finish(world.workspace, kind="note", deal_id=customers.deal) == []
    call(customers, outcome="voicemail", finishes_task_id=made["late"])
    task = world.row("task", made["late"])
    assert (task["done_at"], task["outcome"]) == (world.clock.now, "voicemail")
    assert world.rows("SELECT count(*) FROM interaction") == [(1,)]
    assert world.summary() == "Logged call with Fleet (voicemail)"
    for number, words in ((made["late"], "was done on"), (made["elsewhere"], "is about no deal")):
        with pytest.raises(Refused, match=words):
            call(customers, finishes_task_id=number)
    with pytest.raises(InvalidInput, match="delete the task instead"):
        call(customers, outcome="cancelled", finishes_task_id=made["today"])
    undo(world.workspace)
    assert world.row("task", made["late"])["done_at"] is None
    assert world.rows("SELECT count(*) FROM interaction") == [(0,)]


def test_the_last_task_of_a_stage_moves_the_deal_on(file_customers: Customers) -> None:
    world = file_customers.world
    pipeline = create_pipeline(world.workspace, name="Auto", stages=["One", "Two"], staging="automatic")
    first = world.rows("SELECT id FROM stage WHERE pipeline_id = :p ORDER BY position", p=pipeline)[0][0]
    set_stage_tasks(world.workspace, stage_id=first, templates=[{"kind": "call", "title": "Call them"}])
    deal = world.deal("Goes on", pipeline_id=pipeline)
    (task,) = tasks_to_finish(world.workspace, kind="call", deal_id=deal)
    logged = log_interaction(
        world.workspace, kind="call", owner_id=world.reps[0], deal_id=deal, finishes_task_id=task.id
    )
    assert (logged.moved_to, logged.ready_to_win) == ("Two", False)
    assert world.deal_row(deal)["touched_at"] == world.clock.now
    assert world.errors() == []
