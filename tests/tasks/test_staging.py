"""Deal types [1C]: automatic staging creates tasks and moves deals on; ``none`` knows no stages."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.status import DealStatus
from funnel_tui.domain.tasks import CANCELLED, TaskTemplate
from funnel_tui.errors import InvalidInput, NotFound, Refused
from funnel_tui.services.agenda import deal_tasks
from funnel_tui.services.deals import create_deal, edit_deal, lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.demand import set_demand
from funnel_tui.services.history import undo
from funnel_tui.services.pipelines import (
    create_pipeline,
    delete_stage,
    edit_pipeline,
    edit_stage,
    retire_stage,
)
from funnel_tui.services.settings import set_setting
from funnel_tui.services.stage_templates import set_loss_task, set_stage_tasks
from funnel_tui.services.tasks import create_task, delete_task, finish_task, reopen_task
from tests.services.world import DAY, START
from tests.tasks.office import Office, at

LEAD = ["call: Ask for the budget", "email: Send the data sheet"]
LOSS = "other: Note what can be learnt from the loss"


def templates_of(office: Office, stage: int) -> list[TaskTemplate]:
    """The tasks that a stage creates, in order."""
    rows = office.rows(
        "SELECT kind, title, due_days FROM stage_task_template WHERE stage_id = :s AND position > 0 "
        "ORDER BY position",
        s=stage,
    )
    return [TaskTemplate(*row) for row in rows]


def finish_stage(office: Office, deal: int) -> list[Any]:
    """Finish the open tasks of a deal in turn."""
    tasks = deal_tasks(office.workspace, deal, only_open=True)
    return [finish_task(office.workspace, task_id=task.id) for task in tasks]


def test_a_new_deal_has_the_tasks_of_the_first_stage(office: Office) -> None:
    groups = office.groups()
    deal = office.tender(owner_id=office.reps[1])
    assert office.groups() == groups + 1
    tasks = deal_tasks(office.workspace, deal)
    assert [task.text for task in tasks] == LEAD
    assert [task.due_day for task in tasks] == [START // DAY + 1, START // DAY + 3]
    assert {task.owner_id for task in tasks} == {office.reps[1]}
    assert all(office.task_row(task.id)["template_id"] and task.created_at == START for task in tasks)


def test_days_are_counted_in_the_team_s_zone(office: Office) -> None:
    set_setting(office.workspace, name="time_zone", value="Europe/Oslo")
    office.clock.now = at(
        "2026-03-28T23:30"
    )  # half past midnight on the 29th in Oslo, when the clock changes
    deal = office.tender()
    due = [task.due_day for task in deal_tasks(office.workspace, deal)]
    assert due == [at("2026-03-30T00:00") // DAY, at("2026-04-01T00:00") // DAY]


def test_the_last_task_of_a_stage_moves_the_deal_on(office: Office) -> None:
    deal = office.tender()
    office.clock.forward(2)
    first, last = finish_stage(office, deal)
    assert (first.onward.stage, first.onward.ready_to_win) == (None, False)
    assert [task.text for task in first.waiting] == LEAD[1:]
    assert last.onward.stage == "Offer"
    assert [task.text for task in last.waiting] == ["other: Write the offer"]
    assert last.suggestion is None
    assert office.stage_of(deal) == "Offer"
    assert office.visits(deal)[0][2:] == (START + 2 * DAY, "moved")
    assert office.summary().endswith("for Bjørn & Søn, moved on to Offer")
    assert office.errors() == []


def test_after_the_last_stage_somebody_is_asked(office: Office) -> None:
    deal = office.tender()
    ends = [end for _ in range(3) for end in finish_stage(office, deal)]
    assert [end.onward.stage for end in ends] == [None, "Offer", "Contract", None]
    assert ends[-1].onward.ready_to_win
    assert ends[-1].suggestion is None
    assert office.deal_row(deal)["status"] is not DealStatus.WON
    with pytest.raises(Refused, match="is in the last stage of Tender"):
        move_deal(office.workspace, deal_id=deal, stage_id=office.steps[0])
    win_deal(office.workspace, deal_id=deal)
    assert office.errors() == []


def test_nobody_moves_it_by_hand_while_a_task_is_open(office: Office) -> None:
    deal = office.tender()
    for stage in office.steps[1:]:
        with pytest.raises(Refused, match="moves on by itself when the tasks of Lead are done") as caught:
            move_deal(office.workspace, deal_id=deal, stage_id=stage)
        assert "“call: Ask for the budget” and 1 more" in caught.value.message
        assert "Finish or delete them" in caught.value.hint
    for task in deal_tasks(office.workspace, deal, only_open=True):
        delete_task(office.workspace, task_id=task.id)
    # Nothing would move it now: the next stage, and no other, is open to it.
    with pytest.raises(Refused, match="after Lead comes Offer"):
        move_deal(office.workspace, deal_id=deal, stage_id=office.steps[2])
    move_deal(office.workspace, deal_id=deal, stage_id=office.steps[1])
    assert office.open_tasks(deal) == ["other: Write the offer"]
    delete_task(office.workspace, task_id=office.first_task(deal))
    with pytest.raises(Refused, match="after Offer comes Contract"):
        move_deal(office.workspace, deal_id=deal, stage_id=office.steps[0])


def test_a_task_of_one_s_own_moves_nothing(office: Office) -> None:
    deal = office.tender()
    own = create_task(office.workspace, owner_id=office.reps[0], kind="call", deal_id=deal)
    for task in deal_tasks(office.workspace, deal, only_open=True):
        if task.id != own:
            finish_task(office.workspace, task_id=task.id)
    assert office.stage_of(deal) == "Offer"
    finish_task(office.workspace, task_id=own)
    assert office.stage_of(deal) == "Offer"
    assert office.open_tasks(deal) == ["other: Write the offer"]


def test_a_field_that_is_asked_for_holds_it_back(office: Office) -> None:
    edit_stage(office.workspace, stage_id=office.steps[0], changes={"required_fields": "amount"})
    deal = office.tender()
    last = finish_stage(office, deal)[-1]
    assert (last.onward.stage, last.onward.held) == (None, "amount is empty")
    with pytest.raises(Refused, match="cannot leave Lead yet: amount is empty"):
        move_deal(office.workspace, deal_id=deal, stage_id=office.steps[1])
    version = office.deal_row(deal)["version"]
    edit_deal(
        office.workspace, deal_id=deal, version=version, changes={"amount_minor": 100, "currency": "EUR"}
    )
    move_deal(office.workspace, deal_id=deal, stage_id=office.steps[1])
    assert office.stage_of(deal) == "Offer"


def test_two_people_finish_the_last_two_tasks_at_once(office: Office) -> None:
    for number in range(5):
        deal = office.tender(f"Tender {number}")
        tasks = [task.id for task in deal_tasks(office.workspace, deal)]
        with ThreadPoolExecutor(2) as people:
            ends = list(people.map(lambda task: finish_task(office.workspace, task_id=task), tasks))
        assert sorted(str(end.onward.stage) for end in ends) == ["None", "Offer"]
        assert [visit[0] for visit in office.visits(deal)] == office.steps[:2]
        assert office.open_tasks(deal) == ["other: Write the offer"]
    assert office.errors() == []


def test_one_finishes_the_task_while_another_loses_the_deal(office: Office) -> None:
    for number in range(5):
        deal = office.tender(f"Tender {number}")
        task = office.first_task(deal)
        with ThreadPoolExecutor(2) as people:
            lost = people.submit(partial(lose_deal, office.workspace, deal_id=deal, reason="Price"))
            done = people.submit(partial(finish_task, office.workspace, task_id=task))
        lost.result()
        problem = done.exception()
        assert problem is None or isinstance(problem, Refused)
        assert office.open_tasks(deal) == [LOSS]
        assert (office.task_row(task)["outcome"] == CANCELLED) is (problem is not None)
    assert office.errors() == []


def test_a_retired_stage_is_passed_over(office: Office) -> None:
    retire_stage(office.workspace, stage_id=office.steps[1])
    deal = office.tender()
    assert finish_stage(office, deal)[-1].onward.stage == "Contract"


def test_a_deal_begins_in_the_first_stage(office: Office) -> None:
    with pytest.raises(Refused, match="The deals of Tender begin in Lead"):
        office.tender(stage_id=office.steps[1])
    assert office.stage_of(office.tender(stage_id=office.steps[0])) == "Lead"


@pytest.mark.parametrize("won", [True, False])
def test_closing_cancels_what_is_open_and_a_loss_leaves_its_task(office: Office, won: bool) -> None:
    deal = office.tender()
    own = create_task(office.workspace, owner_id=office.reps[0], kind="call", deal_id=deal, title="Own")
    finish_task(office.workspace, task_id=office.first_task(deal))
    office.clock.forward(4)
    if won:
        win_deal(office.workspace, deal_id=deal)
    else:
        lose_deal(office.workspace, deal_id=deal, reason="Price")
    assert office.open_tasks(deal) == (["call: Own"] if won else [LOSS, "call: Own"])
    cancelled = office.rows("SELECT title, done_at FROM task WHERE outcome = :o", o=CANCELLED)
    assert cancelled == [("Send the data sheet", START + 4 * DAY)]
    assert office.task_row(own)["done_at"] is None
    if not won:
        assert office.fact(office.first_task(deal)).due_day == START // DAY + 5


def test_the_loss_task_of_a_pipeline(office: Office) -> None:
    template = {"kind": "call", "title": "Ask who won it", "due_days": 30}
    set_loss_task(office.workspace, pipeline_id=office.route, template=template)
    deal = office.tender()
    lose_deal(office.workspace, deal_id=deal, reason="Price")
    assert office.open_tasks(deal) == ["call: Ask who won it"]
    before = office.snapshot()
    set_loss_task(office.workspace, pipeline_id=office.route, template=None)
    other = office.tender()
    lose_deal(office.workspace, deal_id=other, reason="Price")
    assert office.open_tasks(other) == []
    for _ in range(3):
        undo(office.workspace)
    assert office.snapshot() == before
    with pytest.raises(InvalidInput, match="Title must not be empty"):
        set_loss_task(office.workspace, pipeline_id=office.route, template={"title": " "})
    with pytest.raises(NotFound):
        set_loss_task(office.workspace, pipeline_id=99, template=None)


def test_a_pipeline_staged_by_hand_creates_no_tasks(office: Office) -> None:
    templates = [TaskTemplate("call", "Call", 0)]
    for stage in office.stages:
        set_stage_tasks(office.workspace, stage_id=stage, templates=templates)
    deal = office.deal()
    move_deal(office.workspace, deal_id=deal, stage_id=office.stages[2])
    lose_deal(office.workspace, deal_id=deal, reason="Price")
    reopen_deal(office.workspace, deal_id=deal, stage_id=office.stages[0])
    assert office.rows("SELECT count(*) FROM task") == [(0,)]


def test_reopening_creates_the_tasks_of_its_stage_again(office: Office) -> None:
    deal = office.tender()
    finish_stage(office, deal)
    lose_deal(office.workspace, deal_id=deal, reason="Price")
    with pytest.raises(Refused, match="goes on in Offer"):
        reopen_deal(office.workspace, deal_id=deal, stage_id=office.steps[0])
    reopen_deal(office.workspace, deal_id=deal)
    assert sorted(office.open_tasks(deal)) == sorted([LOSS, "other: Write the offer"])


def test_a_stage_retired_meanwhile_is_no_dead_end(office: Office) -> None:
    deal = office.tender()
    lose_deal(office.workspace, deal_id=deal, reason="Price")
    retire_stage(office.workspace, stage_id=office.steps[0])
    with pytest.raises(Refused, match="Lead is retired"):
        reopen_deal(office.workspace, deal_id=deal)
    reopen_deal(office.workspace, deal_id=deal, stage_id=office.steps[1])
    assert office.stage_of(deal) == "Offer"


def test_changing_the_pipeline_changes_the_tasks(office: Office) -> None:
    deal = office.deal()
    with pytest.raises(Refused, match="begin in Lead"):
        move_deal(office.workspace, deal_id=deal, stage_id=office.steps[2], to_pipeline=office.route)
    move_deal(office.workspace, deal_id=deal, stage_id=office.steps[0], to_pipeline=office.route)
    assert office.open_tasks(deal) == LEAD
    move_deal(office.workspace, deal_id=deal, stage_id=office.stages[3], to_pipeline=office.pipeline)
    assert office.open_tasks(deal) == []
    assert office.errors() == []


def test_a_task_of_a_stage_that_is_past_moves_nothing(office: Office) -> None:
    deal = office.tender()
    old = office.first_task(deal)
    finish_stage(office, deal)
    again = reopen_task(office.workspace, task_id=old)
    assert finish_task(office.workspace, task_id=again).onward.stage is None
    assert office.stage_of(deal) == "Offer"


@pytest.mark.parametrize(
    "act",
    [
        lambda office, deal: office.tender("Another"),
        lambda office, deal: finish_task(office.workspace, task_id=office.first_task(deal)),
        lambda office, deal: win_deal(office.workspace, deal_id=deal),
        lambda office, deal: lose_deal(office.workspace, deal_id=deal, reason="Price"),
        lambda office, deal: move_deal(
            office.workspace, deal_id=deal, stage_id=office.stages[0], to_pipeline=office.pipeline
        ),
        lambda office, deal: set_stage_tasks(office.workspace, stage_id=office.steps[0], templates=[]),
    ],
    ids=["create", "finish", "win", "lose", "change pipeline", "templates"],
)
def test_undo_takes_all_of_it_back(office: Office, act: Callable[[Office, int], object]) -> None:
    deal = office.tender()
    finish_task(office.workspace, task_id=office.first_task(deal))
    office.clock.forward(1)
    before, groups = office.snapshot(), office.groups()
    act(office, deal)
    assert office.groups() == groups + 1
    assert office.snapshot() != before
    office.assert_undoable(before)


def test_undo_of_a_reopening(office: Office) -> None:
    deal = office.tender()
    lose_deal(office.workspace, deal_id=deal, reason="Price")
    before = office.snapshot()
    reopen_deal(office.workspace, deal_id=deal)
    office.assert_undoable(before)


def test_a_move_whose_tasks_were_worked_on_is_undone_after_them(office: Office) -> None:
    deal = office.tender()
    finish_stage(office, deal)
    moved = office.rows("SELECT max(id) FROM change_group")[0][0]
    task = office.first_task(deal)
    finish_task(office.workspace, task_id=task)
    with pytest.raises(Refused, match="the same was changed later"):
        undo(office.workspace, group_id=moved)
    undo(office.workspace)
    undo(office.workspace, group_id=moved)
    assert office.stage_of(deal) == "Lead"
    assert office.errors() == []


def test_a_pipeline_without_stages_to_choose(office: Office) -> None:
    pipeline = create_pipeline(office.workspace, name="Counter", stages=["Open", "Other"], staging="none")
    stages = [
        row[0]
        for row in office.rows("SELECT id FROM stage WHERE pipeline_id = :p ORDER BY position", p=pipeline)
    ]
    with pytest.raises(Refused, match="begin in Open"):
        create_deal(
            office.workspace, title="x", pipeline_id=pipeline, owner_id=office.reps[0], stage_id=stages[1]
        )
    deal = create_deal(office.workspace, title="Cash", pipeline_id=pipeline, owner_id=office.reps[0])
    with pytest.raises(Refused, match="tracks no stages: Cash can be won or lost") as caught:
        move_deal(office.workspace, deal_id=deal, stage_id=stages[1])
    assert "Win or lose it" in caught.value.hint
    lose_deal(office.workspace, deal_id=deal, reason="Price")
    reopen_deal(office.workspace, deal_id=deal)
    win_deal(office.workspace, deal_id=deal)
    assert office.rows("SELECT count(*) FROM task") == [(0,)]
    assert office.errors() == []


def test_templates_are_set_as_a_list(office: Office) -> None:
    lead = office.steps[0]
    deal = office.tender()
    wanted = [
        TaskTemplate("email", "First", 0),
        TaskTemplate("call", "Second", 9),
        TaskTemplate("other", "3"),
    ]
    set_stage_tasks(office.workspace, stage_id=lead, templates=wanted)
    assert templates_of(office, lead) == wanted
    assert office.open_tasks(deal) == LEAD
    # One that tasks refer to is kept out of sight; one that none refers to is gone.
    set_stage_tasks(office.workspace, stage_id=lead, templates=wanted[:1])
    assert templates_of(office, lead) == wanted[:1]
    assert office.rows("SELECT position FROM stage_task_template WHERE stage_id = :s ORDER BY 1", s=lead) == [
        *((0,), (1,))
    ]
    set_stage_tasks(office.workspace, stage_id=lead, templates=[])
    assert templates_of(office, lead) == []
    set_stage_tasks(office.workspace, stage_id=lead, templates=wanted)
    assert templates_of(office, lead) == wanted
    # The deal that is in the stage still waits for the tasks it was given.
    assert finish_stage(office, deal)[-1].onward.stage == "Offer"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ({"title": ""}, "Title must not be empty"),
        ({"title": "x", "kind": "fax"}, "Kind must be one of"),
        ({"title": "x", "due_days": -1}, "Due days"),
        ({"title": "x", "due_days": 10**9}, "Due days"),
        ({"title": "x", "stage_id": 3}, "is not a field"),
        ({"title": "\x1b[2J"}, "control character"),
    ],
)
def test_templates_that_are_refused(office: Office, template: dict[str, Any], words: str) -> None:
    before = office.snapshot()
    with pytest.raises(InvalidInput, match=words):
        set_stage_tasks(office.workspace, stage_id=office.steps[0], templates=[template])
    with pytest.raises(Refused, match="at most 20"):
        set_stage_tasks(office.workspace, stage_id=office.steps[0], templates=[{"title": "x"}] * 21)
    assert office.snapshot() == before


def test_a_stage_without_deals_goes_with_its_templates(office: Office) -> None:
    before = office.snapshot()
    delete_stage(office.workspace, stage_id=office.steps[2])
    assert templates_of(office, office.steps[2]) == []
    office.assert_undoable(before)


def test_a_deal_that_must_say_what_is_asked_for_waits_with_its_tasks_done(office: Office) -> None:
    edit_pipeline(office.workspace, pipeline_id=office.route, changes={"record_demand": True})
    deal = office.tender()
    last = finish_stage(office, deal)[-1]
    assert (last.onward.stage, last.onward.held) == (None, "demand is empty")
    with pytest.raises(Refused, match="cannot leave Lead yet: demand is empty"):
        move_deal(office.workspace, deal_id=deal, stage_id=office.steps[1])
    set_demand(office.workspace, deal_id=deal, lines=[Demand("Pump", 1000, None)])
    move_deal(office.workspace, deal_id=deal, stage_id=office.steps[1])
    assert finish_stage(office, deal)[-1].onward.stage == "Contract"
