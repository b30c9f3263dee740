"""What is refused, in the words of the single services; what is unchanged; tags; whole or in part."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from funnel_tui.domain.bulk_edit import (
    AddTag,
    Lose,
    MoveTo,
    Reassign,
    RemoveTag,
    SetExpectedClose,
    SetProbability,
    Verdict,
    Why,
    Win,
    Wish,
)
from funnel_tui.errors import FunnelError, InvalidInput, NotFound, Refused
from funnel_tui.services.bulk_edit import apply, preview
from funnel_tui.services.deals import edit_deal, lose_deal, move_deal, win_deal
from funnel_tui.services.history import undo
from funnel_tui.services.pipelines import create_pipeline, edit_pipeline, edit_stage, retire_stage
from funnel_tui.services.stage_templates import set_stage_tasks
from tests.services.world import DAY, START, World


def verdicts(world: World, wish: Wish, *deals: int, **asked: object) -> list[tuple[Verdict, Why | None]]:
    """What a preview says of each deal; doing it must say the same."""
    seen = preview(world.workspace, wish, deals, **asked)  # type: ignore[arg-type]
    done = apply(world.workspace, wish, deals, skip_refused=False, **asked)  # type: ignore[arg-type]
    assert [(row.verdict, row.why, row.reason) for row in done.rows] == [
        (row.verdict, row.why, row.reason) for row in seen.rows
    ]
    return [(row.verdict, row.why) for row in seen.rows]


def words_of(call: Callable[[], object]) -> tuple[str, str]:
    """What a single service says when it refuses."""
    with pytest.raises(FunnelError) as caught:
        call()
    return caught.value.message, caught.value.hint


def refusal(world: World, wish: Wish, deal: int, **asked: object) -> tuple[Why | None, tuple[str, str]]:
    """Why the only deal is refused, and the words."""
    (row,) = preview(world.workspace, wish, [deal], **asked).rows  # type: ignore[arg-type]
    assert row.verdict is Verdict.REFUSED
    done = apply(world.workspace, wish, [deal], **asked)  # type: ignore[arg-type]
    assert not done.applied
    assert (done.rows[0].reason, done.rows[0].hint) == (row.reason, row.hint)
    return row.why, (row.reason, row.hint)


def test_a_closed_deal(world: World) -> None:
    deal, stage = world.deal(), world.stages[1]
    world.clock.forward(1)
    lose_deal(world.workspace, deal_id=deal, reason="price")
    says = words_of(lambda: move_deal(world.workspace, deal_id=deal, stage_id=stage))
    assert refusal(world, MoveTo(stage), deal) == (Why.CLOSED, says)
    assert refusal(world, Win(), deal) == (Why.CLOSED, says)
    assert refusal(world, Lose("again"), deal) == (Why.CLOSED, says)
    assert world.rows("SELECT name FROM loss_reason") == [("price",)]


def test_a_stage_that_is_retired(world: World) -> None:
    deal, stage = world.deal(), world.stages[2]
    retire_stage(world.workspace, stage_id=stage)
    says = words_of(lambda: move_deal(world.workspace, deal_id=deal, stage_id=stage))
    assert refusal(world, MoveTo(stage), deal) == (Why.RETIRED, says)


def test_fields_that_a_stage_asks_for(world: World) -> None:
    edit_stage(world.workspace, stage_id=world.stages[0], changes={"required_fields": "amount,source"})
    deal, stage = world.deal(), world.stages[2]
    says = words_of(lambda: move_deal(world.workspace, deal_id=deal, stage_id=stage))
    assert refusal(world, MoveTo(stage), deal) == (Why.REQUIRED, says)
    full = world.deal("Full", amount_minor=1, currency="EUR", source="web")
    assert verdicts(world, MoveTo(stage), full) == [(Verdict.CHANGED, None)]


def test_another_pipeline(world: World) -> None:
    other = create_pipeline(world.workspace, name="Renewals", stages=["New", "Old"])
    first, second = (
        row[0] for row in world.rows(f"SELECT id FROM stage WHERE pipeline_id = {other} ORDER BY id")
    )
    deal = world.deal()
    says = words_of(lambda: move_deal(world.workspace, deal_id=deal, stage_id=second))
    assert refusal(world, MoveTo(second), deal) == (Why.OTHER_PIPELINE, says)
    edit_pipeline(world.workspace, pipeline_id=other, changes={"in_use": False})
    says = words_of(lambda: move_deal(world.workspace, deal_id=deal, stage_id=second, to_pipeline=other))
    assert refusal(world, MoveTo(second, other), deal) == (Why.PIPELINE_OFF, says)
    edit_pipeline(world.workspace, pipeline_id=other, changes={"in_use": True, "staging": "none"})
    says = words_of(lambda: move_deal(world.workspace, deal_id=deal, stage_id=second, to_pipeline=other))
    assert refusal(world, MoveTo(second, other), deal) == (Why.STAGING, says)
    assert verdicts(world, MoveTo(first, other), deal) == [(Verdict.CHANGED, None)]
    assert world.deal_row(deal)["pipeline_id"] == other
    assert world.errors() == []


def test_an_automatic_pipeline(world: World) -> None:
    edit_pipeline(world.workspace, pipeline_id=world.pipeline, changes={"staging": "automatic"})
    free, last = world.deal("Free"), world.stages[3]
    set_stage_tasks(
        world.workspace,
        stage_id=world.stages[0],
        templates=[{"kind": "call", "title": "ask [/b]"}, {"kind": "email", "title": "write", "due_days": 2}],
    )
    bound = world.deal("Bound")
    for deal, stage in ((bound, world.stages[1]), (free, last)):
        says = words_of(lambda: move_deal(world.workspace, deal_id=deal, stage_id=stage))  # noqa: B023
        assert refusal(world, MoveTo(stage), deal) == (Why.STAGING, says)
    result = apply(world.workspace, MoveTo(world.stages[1]), [free, bound], skip_refused=True)
    assert [row.verdict for row in result.rows] == [Verdict.CHANGED, Verdict.REFUSED]
    before = world.snapshot()
    lost = apply(world.workspace, Lose("price"), [free, bound])
    assert lost.changed == 2
    assert world.rows(
        "SELECT count(*) FROM task WHERE deal_id = :deal AND outcome = 'cancelled'", deal=bound
    ) == [(2,)]
    assert world.rows("SELECT count(*) FROM task WHERE done_at IS NULL") == [(2,)]
    assert world.errors() == []
    undo(world.workspace)
    assert world.snapshot()["task"] == before["task"]


def test_a_deal_that_somebody_else_changed(world: World) -> None:
    deal, other = world.deal(), world.deal("Other")
    bob = world.as_user("bob")
    edit_deal(bob, deal_id=deal, version=1, changes={"note": "mine"})
    says = words_of(lambda: move_deal(world.workspace, deal_id=deal, stage_id=world.stages[1], version=1))
    seen = {deal: 1, other: 1}
    assert "by bob" in says[0]
    assert refusal(world, MoveTo(world.stages[1]), deal, versions=seen) == (Why.STALE, says)
    assert verdicts(world, Reassign(world.reps[1]), deal, other, versions=seen) == [
        (Verdict.REFUSED, Why.STALE),
        (Verdict.CHANGED, None),
    ]
    assert world.deal_row(other)["owner_id"] == world.reps[0]


def test_a_deal_that_is_gone_and_one_named_twice(world: World) -> None:
    deal = world.deal()
    asked = preview(world.workspace, Win(), [deal, 999, deal])
    assert [(row.deal_id, row.why) for row in asked.rows] == [(deal, None), (999, Why.GONE)]
    assert asked.reasons == {Why.GONE: 1}


def test_an_instant_of_the_past(world: World) -> None:
    old, new = world.deal("Old"), None
    world.clock.forward(10)
    new = world.deal("New")
    says = words_of(
        lambda: move_deal(world.workspace, deal_id=new, stage_id=world.stages[1], at=START + 5 * DAY)
    )
    wish = MoveTo(world.stages[1], at=START + 5 * DAY)
    assert refusal(world, wish, new) == (Why.TIME, says)
    result = apply(world.workspace, wish, [old, new], skip_refused=True)
    assert result.changed == 1
    assert world.visits(old)[-1][1] == START + 5 * DAY
    with pytest.raises(Refused, match="future"):
        preview(world.workspace, Win(at=START + 99 * DAY), [old])


def test_nothing_is_done_when_one_is_refused_unless_it_is_skipped(world: World) -> None:
    deals = [world.deal(f"Deal {number}") for number in range(3)]
    win_deal(world.workspace, deal_id=deals[1])
    before, groups = world.snapshot(), world.groups()
    held = apply(world.workspace, Lose("late"), deals)
    assert (held.applied, held.group_id, held.changed, held.refused) == (False, None, 2, 1)
    assert (world.snapshot(), world.groups()) == (before, groups)
    done = apply(world.workspace, Lose("late"), deals, skip_refused=True)
    assert (done.applied, done.changed, done.refused) == (True, 2, 1)
    assert [row.verdict for row in done.rows] == [Verdict.CHANGED, Verdict.REFUSED, Verdict.CHANGED]
    assert world.summary() == "Lost 2 deals: late"


def test_what_is_so_already_is_unchanged_and_leaves_no_group(world: World) -> None:
    deal, won = world.deal(), world.deal("Won")
    win_deal(world.workspace, deal_id=won)
    groups = world.groups()
    same: list[tuple[Wish, int]] = [
        *((MoveTo(world.stages[0]), deal), (Win(), won), (Reassign(world.reps[0]), deal)),
        *((SetProbability(None), deal), (SetExpectedClose(None), deal), (RemoveTag("hot"), deal)),
    ]
    for wish, number in same:
        assert verdicts(world, wish, number) == [(Verdict.UNCHANGED, None)], wish
    assert world.groups() == groups


def test_tags_are_added_and_removed_and_undone(world: World) -> None:
    deals = [world.deal(f"Deal {number}") for number in range(3)]
    assert apply(world.workspace, AddTag("Hot [/lead]"), deals[:2]).changed == 2
    asked = preview(world.workspace, AddTag("hot [/LEAD]"), deals)
    assert (asked.changed, asked.unchanged) == (1, 2)
    apply(world.workspace, AddTag("hot [/LEAD]"), deals)
    assert world.rows("SELECT name FROM tag") == [("Hot [/lead]",)]
    assert world.rows("SELECT deal_id FROM deal_tag ORDER BY deal_id") == [(deal,) for deal in deals]
    apply(world.workspace, RemoveTag("HOT [/lead]"), deals[1:])
    assert world.rows("SELECT deal_id FROM deal_tag") == [(deals[0],)]
    assert world.summary() == "Took the tag HOT [/lead] off 2 deals"
    undo(world.workspace)
    assert world.rows("SELECT deal_id FROM deal_tag ORDER BY deal_id") == [(deal,) for deal in deals]


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (Lose(""), InvalidInput),
        (Lose("a\x00b"), InvalidInput),
        (AddTag(" \u200b"), InvalidInput),
        (SetProbability(10_001), InvalidInput),
        (SetExpectedClose(10**9), InvalidInput),
        (Reassign(999), NotFound),
        (MoveTo(999), NotFound),
        (MoveTo(1, to_pipeline=999), NotFound),
    ],
)
def test_a_wish_that_makes_no_sense(world: World, wish: Wish, error: type[FunnelError]) -> None:
    deal, groups = world.deal(), world.groups()
    for ask in (preview, apply):
        with pytest.raises(error):
            ask(world.workspace, wish, [deal])
    assert world.groups() == groups


def test_no_deals_is_no_error(world: World) -> None:
    assert preview(world.workspace, Win(), []).rows == []
    assert apply(world.workspace, Win(), []).group_id is None


def test_progress_and_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funnel_tui.queries.bulk_edit.BATCH", 2)
    monkeypatch.setattr("funnel_tui.services.bulk_edit.BATCH", 2)
    deals = [world.deal(f"Deal {number}") for number in range(5)]
    told: list[tuple[int, int]] = []
    result = apply(
        world.workspace,
        MoveTo(world.stages[1]),
        deals,
        progress=lambda done, whole: told.append((done, whole)),
    )
    assert result.changed == 5
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert world.errors() == []


def test_two_at_once_never_wait_for_each_other(world: World) -> None:
    """The same deals named in opposite orders by two people: no deadlock, and every event is kept."""
    deals = [world.deal(f"Deal {number}") for number in range(30)]
    problems: list[BaseException] = []

    def work(stages: list[int], order: list[int]) -> None:
        try:
            for stage in stages * 3:
                apply(world.workspace, MoveTo(stage), order)
        except BaseException as error:
            problems.append(error)

    threads = [
        threading.Thread(target=work, args=(world.stages[1:3], deals)),
        threading.Thread(target=work, args=(world.stages[2:], deals[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert world.errors() == []
