"""Kinds of interaction, and targets for them."""

from __future__ import annotations

import pytest

from funnel_tui.domain.period import day_number
from funnel_tui.domain.status import ActivityStep
from funnel_tui.errors import FunnelError, InvalidInput, NotFound, Refused, StaleEdit
from funnel_tui.services.activity_targets import set_target, targets
from funnel_tui.services.history import redo, undo
from funnel_tui.services.interaction_kinds import (
    add_kind,
    delete_kind,
    edit_kind,
    reorder_kinds,
)
from funnel_tui.services.interactions import log_interaction
from funnel_tui.services.kind_list import list_kinds
from funnel_tui.services.tasks import create_task, finish_task
from tests.services.world import DAY, START, World

FIRST = ["Call", "Email", "Meeting", "Proposal", "Contract", "Payment", "Note"]
JANUARY, FEBRUARY = START // DAY, START // DAY + 31


def names(world: World, *, retired: bool = True) -> list[str]:
    """The kinds in order."""
    return [kind.name for kind in list_kinds(world.workspace, retired=retired)]


def test_a_database_begins_with_kinds_that_nobody_made(world: World) -> None:
    assert [kind.id for kind in list_kinds(world.workspace)] == [0] * 7
    assert names(world) == FIRST
    assert world.rows("SELECT count(*) FROM interaction_kind") == [(0,)]
    groups = world.groups()
    deal = world.deal()
    log_interaction(world.workspace, kind="email", owner_id=world.reps[0], deal_id=deal)
    assert names(world) == FIRST
    assert [kind.id for kind in list_kinds(world.workspace)] == list(range(1, 8))
    undo(world.workspace)
    # Somebody else may have opened a form with them meanwhile.
    assert names(world) == FIRST
    assert world.groups() == groups + 3
    redo(world.workspace)
    assert world.errors() == []


def test_a_task_uses_the_same_kinds(world: World) -> None:
    task = create_task(world.workspace, owner_id=world.reps[0], kind="meeting")
    done = finish_task(world.workspace, task_id=task)
    kind = world.row("interaction", done.interaction_id or 0)["kind_id"]
    assert world.row("interaction_kind", kind)["name"] == "Meeting"
    assert names(world) == FIRST


def test_kinds_are_added_renamed_ordered_and_retired(world: World) -> None:
    number = add_kind(world.workspace, name="Demo [/]", step="meetings")
    assert names(world)[-1] == "Demo [/]"
    assert (
        edit_kind(world.workspace, kind="demo [/]", version=1, changes={"name": "Tour", "step": "none"}) == 2
    )
    assert world.summary() == "Edited the kind of interaction Demo [/]: name, step"
    reorder_kinds(world.workspace, kinds=[number, *FIRST])
    assert names(world) == ["Tour", *FIRST]
    undo(world.workspace)
    assert names(world) == [*FIRST, "Tour"]
    edit_kind(world.workspace, kind="tour", changes={"active": False})
    assert world.summary() == "Retired the kind of interaction Tour"
    assert names(world, retired=False) == FIRST
    reorder_kinds(world.workspace, kinds=list(reversed(FIRST)))
    assert names(world) == [*reversed(FIRST), "Tour"]
    edit_kind(world.workspace, kind=number, changes={"active": True})
    assert "Tour" in names(world, retired=False)
    assert world.summary() == "Restored the kind of interaction Tour"
    delete_kind(world.workspace, kind="Tour")
    assert "Tour" not in names(world)
    undo(world.workspace)
    assert "Tour" in names(world)


def test_what_was_renamed_or_deleted_does_not_come_back(world: World) -> None:
    edit_kind(world.workspace, kind="Call", changes={"name": "Phone"})
    delete_kind(world.workspace, kind="Payment")
    deal = world.deal()
    log_interaction(world.workspace, kind="phone", owner_id=world.reps[0], deal_id=deal)
    with pytest.raises(NotFound, match="no kind of interaction 'Payment'"):
        log_interaction(world.workspace, kind="Payment", owner_id=world.reps[0], deal_id=deal)
    # A call that was a task is still counted for calls.
    done = finish_task(world.workspace, task_id=create_task(world.workspace, owner_id=1, kind="call"))
    kind = world.row("interaction", done.interaction_id or 0)["kind_id"]
    assert world.row("interaction_kind", kind)["name"] == "Phone"
    assert "Call" not in names(world)


def test_what_kinds_refuse(file_world: World) -> None:
    workspace = file_world.workspace
    deal = file_world.deal()
    log_interaction(workspace, kind="email", owner_id=1, deal_id=deal)
    set_target(workspace, kind="Call", months=[JANUARY], target=5)
    edit_kind(workspace, kind="Note", changes={"active": False})
    cases: list[tuple[object, type[FunnelError], str]] = [
        (lambda: add_kind(workspace, name="CALL"), InvalidInput, "already a kind 'Call'"),
        (lambda: add_kind(workspace, name="note"), InvalidInput, "already a kind 'Note', which is retired"),
        (lambda: add_kind(workspace, name=" "), InvalidInput, "Name must not be empty"),
        (lambda: add_kind(workspace, name="X", step="fly"), InvalidInput, "Step must be one of"),
        (
            lambda: edit_kind(workspace, kind="Call", changes={"name": "e-mail"}, version=9),
            StaleEdit,
            "Call was",
        ),
        (
            lambda: edit_kind(workspace, kind="Call", changes={"name": "EMAIL"}),
            InvalidInput,
            "already a kind",
        ),
        (lambda: edit_kind(workspace, kind="fax", changes={}), NotFound, "no kind of interaction 'fax'"),
        (lambda: delete_kind(workspace, kind="Email"), Refused, "there is 1 interaction of that kind"),
        (lambda: delete_kind(workspace, kind="Call"), Refused, "there is 1 target of that kind"),
        (lambda: reorder_kinds(workspace, kinds=["Call"]), InvalidInput, "leaves out Email, Meeting"),
        (lambda: reorder_kinds(workspace, kinds=["Call", "call"]), InvalidInput, "named twice"),
    ]
    before = file_world.snapshot()
    for wish, error, words in cases:
        with pytest.raises(error, match=words):
            wish()  # type: ignore[operator]
    assert file_world.snapshot() == before


def test_the_own_target_counts_before_the_default(world: World) -> None:
    workspace = world.workspace
    ana, bjorn = world.reps
    days = [JANUARY + 9, JANUARY, FEBRUARY + 3]
    assert set_target(workspace, kind="call", months=days, target=40) == 2
    assert world.summary() == "Set the target for Call in Jan 2026 to Feb 2026 to 40"
    world.clock.forward(1)
    assert set_target(workspace, kind="Call", months=[JANUARY], target=0, rep_id=bjorn) == 1
    assert world.summary() == "Set the target for Call of Bjørn & Søn in Jan 2026 to 0"
    groups = world.groups()
    assert set_target(workspace, kind="Call", months=[JANUARY], target=0, rep_id=bjorn) == 0
    assert world.groups() == groups
    kind = list_kinds(workspace)[0].id
    now = targets(workspace, days=[JANUARY, FEBRUARY])
    assert (now.of(ana, kind, JANUARY + 30), now.of(bjorn, kind, JANUARY), now.of(bjorn, kind, FEBRUARY)) == (
        *(40, 0, 40),
    )
    # As seen from the day before, and after it was taken back, the default counts.
    assert targets(workspace, days=[JANUARY], as_of=START).of(bjorn, kind, JANUARY) == 40
    assert targets(workspace, days=[JANUARY], as_of=START - 1).of(bjorn, kind, JANUARY) is None
    set_target(workspace, kind="Call", months=[JANUARY], target=None, rep_id=bjorn)
    assert targets(workspace, days=[JANUARY]).of(bjorn, kind, JANUARY) == 40
    set_target(workspace, kind="Call", months=[JANUARY], target=None)
    assert targets(workspace, days=[JANUARY]).of(ana, kind, JANUARY) is None
    assert world.rows("SELECT count(*) FROM activity_target") == [(5,)]
    undo(workspace)
    assert targets(workspace, days=[JANUARY]).of(ana, kind, JANUARY) == 40
    assert targets(workspace, days=[]).of(ana, kind, JANUARY) is None


def test_what_targets_refuse(file_world: World) -> None:
    workspace = file_world.workspace
    cases: list[tuple[dict[str, object], type[FunnelError], str]] = [
        ({"target": -1}, InvalidInput, "Target must be between 0 and 1,000,000"),
        ({"target": 1_000_001}, InvalidInput, "must be between"),
        ({"months": []}, InvalidInput, "for 1 to 120 months, not 0"),
        ({"months": range(0, 31 * 130, 31)}, InvalidInput, "for 1 to 120 months"),
        ({"kind": "fax"}, NotFound, "no kind of interaction"),
        ({"rep_id": 9}, NotFound, "no rep with number 9"),
    ]
    for said, error, words in cases:
        with pytest.raises(error, match=words):
            set_target(workspace, **{"kind": "call", "months": [JANUARY], "target": 1, **said})  # type: ignore[arg-type]
    assert file_world.rows("SELECT count(*) FROM activity_target") == [(0,)]


def test_a_clock_that_is_behind_does_not_hide_a_target(file_world: World) -> None:
    workspace = file_world.workspace
    set_target(workspace, kind="call", months=[JANUARY], target=1)
    file_world.clock.now -= 50
    set_target(workspace, kind="call", months=[JANUARY], target=2)
    kind = list_kinds(workspace)[0]
    assert kind.step is ActivityStep.CALLS
    assert targets(workspace, days=[JANUARY]).of(1, kind.id, JANUARY) == 2


def test_a_month_is_any_of_its_days() -> None:
    from datetime import date

    from funnel_tui.domain.targets import month_of

    assert month_of(day_number(date(2026, 2, 28))) == day_number(date(2026, 2, 1))
    assert month_of(day_number(date(1969, 12, 31))) == day_number(date(1969, 12, 1))
