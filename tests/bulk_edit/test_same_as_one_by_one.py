"""A change of many deals leaves the rows that the single services leave, one call per deal."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from funnel_tui.domain.bulk_edit import (
    Lose,
    MoveTo,
    Reassign,
    SetExpectedClose,
    SetProbability,
    SetSource,
    Win,
    Wish,
)
from funnel_tui.services.bulk_edit import apply
from funnel_tui.services.deals import edit_deal, lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.history import redo, undo
from tests.services.world import World

Single = Callable[[World, int], object]


def populate(world: World, seed: int = 7, count: int = 60) -> list[int]:
    """Deals with random histories, the same for the same seed; all of them are open at the end."""
    rng = random.Random(seed)
    deals = []
    for number in range(count):
        deal = world.deal(
            f"Deal {number} [/x]",
            amount_minor=rng.randrange(1_000_000) if rng.random() < 0.8 else None,
            currency=rng.choice(("EUR", "NOK")),
            source="web" if rng.random() < 0.5 else None,
        )
        for _ in range(rng.randrange(4)):
            world.clock.forward(rng.random() * 5)
            here = world.deal_row(deal)["stage_id"]
            target = rng.choice([stage for stage in world.stages if stage != here])
            move_deal(world.workspace, deal_id=deal, stage_id=target)
        if rng.random() < 0.3:
            lose_deal(world.workspace, deal_id=deal, reason="price")
            world.clock.forward(1)
            reopen_deal(world.workspace, deal_id=deal)
        deals.append(deal)
    world.clock.forward(3)
    return deals


def edit(world: World, deal: int, **changes: object) -> None:
    """Edit one deal."""
    edit_deal(world.workspace, deal_id=deal, version=world.deal_row(deal)["version"], changes=changes)


def stage_of(world: World, place: int) -> int:
    return world.stages[place]


CASES: list[tuple[str, Callable[[World], Wish], Single]] = [
    (
        "move",
        lambda world: MoveTo(stage_of(world, 2)),
        lambda world, deal: move_deal(world.workspace, deal_id=deal, stage_id=stage_of(world, 2)),
    ),
    ("win", lambda _: Win(), lambda world, deal: win_deal(world.workspace, deal_id=deal)),
    (
        "lose",
        lambda _: Lose("no need", "asked [twice]"),
        lambda world, deal: lose_deal(world.workspace, deal_id=deal, reason="no need", note="asked [twice]"),
    ),
    ("owner", lambda world: Reassign(world.reps[1]), lambda world, deal: edit(world, deal, owner_id=2)),
    (
        "close",
        lambda _: SetExpectedClose(20_800),
        lambda world, deal: edit(world, deal, expected_close=20_800),
    ),
    (
        "probability",
        lambda _: SetProbability(4_250),
        lambda world, deal: edit(world, deal, probability_bp=4_250),
    ),
    ("source", lambda _: SetSource("fair"), lambda world, deal: edit(world, deal, source="fair")),
    ("no source", lambda _: SetSource(None), lambda world, deal: edit(world, deal, source=None)),
]


@pytest.mark.parametrize(("wish", "single"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_same_rows_and_the_same_record(
    pair: tuple[World, World], wish: Callable[[World], Wish], single: Single
) -> None:
    one, many = pair
    deals = populate(one)
    assert populate(many) == deals
    fresh = [deal for deal in deals if wants(one, wish(one), deal)]
    assert len(fresh) > 20
    for deal in fresh:
        single(one, deal)
    result = apply(many.workspace, wish(many), deals)
    assert result.applied
    assert (result.changed, result.refused) == (len(fresh), 0)
    assert many.snapshot() == one.snapshot()
    assert log(many) == log(one)
    versions = {row.deal_id: row.version for row in result.rows}
    assert versions == {deal: one.deal_row(deal)["version"] for deal in deals}
    assert many.errors() == []


def wants(world: World, wish: Wish, deal: int) -> bool:
    """Whether a deal is not yet as it is wished for."""
    row = world.deal_row(deal)
    match wish:
        case MoveTo(stage_id):
            return bool(row["stage_id"] != stage_id)
        case SetSource(None):
            return row["source_id"] is not None
    return True


def log(world: World) -> list[tuple[object, ...]]:
    """What the audit log says of rows, whoever grouped it how."""
    return world.rows("SELECT entity, row_id, op, before, after FROM change ORDER BY entity, row_id, id")


@pytest.mark.parametrize("wish", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_one_group_that_can_be_undone_and_redone(world: World, wish: Callable[[World], Wish]) -> None:
    deals = populate(world, count=12)
    before, groups = world.snapshot(), world.groups()
    result = apply(world.workspace, wish(world), deals)
    assert world.groups() == groups + 1
    after = world.snapshot()
    assert world.errors() == []
    undone = undo(world.workspace)
    assert undone.id == result.group_id
    now = world.snapshot()
    for words in ("loss_reason", "source"):
        assert now.pop(words) == before.pop(words)
    assert now == before
    redo(world.workspace)
    assert world.snapshot() == after
    assert world.errors() == []


def test_ids_go_on_after_a_change_of_many(world: World) -> None:
    """Numbers that were given out in advance are never given twice."""
    deals = populate(world, count=8)
    apply(world.workspace, MoveTo(world.stages[1]), deals)
    world.clock.forward(1)
    move_deal(world.workspace, deal_id=deals[0], stage_id=world.stages[3])
    apply(world.workspace, MoveTo(world.stages[2]), deals)
    edit(world, deals[0], owner_id=world.reps[1])
    apply(world.workspace, Reassign(world.reps[1]), deals)
    edit(world, deals[1], amount_minor=5, currency="EUR")
    numbers = [row[0] for row in world.rows("SELECT id FROM stage_visit")]
    assert len(numbers) == len(set(numbers))
    assert world.errors() == []
