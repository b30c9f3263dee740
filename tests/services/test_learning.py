"""Learning a little at a time leads to what learning everything anew leads to."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete

from funnel_tui.domain.probability import Tenth, stages_up_to
from funnel_tui.metrics.backtest import judge, tenths
from funnel_tui.models import LearnedUpTo
from funnel_tui.queries import learning as queries
from funnel_tui.queries.pipelines import read_pipelines
from funnel_tui.services import learning
from funnel_tui.services.deal_tags import set_tags
from funnel_tui.services.deals import create_deal, edit_deal, lose_deal, reopen_deal, win_deal
from funnel_tui.services.history import redo, undo
from funnel_tui.services.learning import is_begun, learn
from funnel_tui.services.people import create_team, edit_rep
from funnel_tui.services.pipelines import add_stage, create_pipeline, edit_stage
from funnel_tui.services.settings import set_setting
from funnel_tui.services.transaction import table_of
from tests.services.test_random_histories import ACTIONS, Player
from tests.services.world import World

TABLES = ("learned_team", "learned_value")


def learned(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """What was learned, but for the order it was learned in: predictions and tenths follow from that."""
    found = {table: sorted(world.rows(f"SELECT * FROM {table} ")) for table in TABLES}
    found["learned_team"] = [row for row in found["learned_team"] if row[1]]
    columns = "deal_id, team_id, pipeline_id, stage_id, won, source_id, owner_id, more"
    found["learned_deal"] = sorted(world.rows(f"SELECT {columns} FROM learned_deal"), key=lambda row: row[0])
    return found


def check_sums(world: World) -> None:
    """The tenths are what the predictions that are kept of each deal add up to, whatever came in between."""
    numbers = [row[0] for row in world.rows("SELECT deal_id FROM learned_deal")]
    with world.workspace.read() as reader:
        kept = queries.judged_among(reader, numbers)
        known = queries.read_tenths(reader)
        pipelines = {pipeline.id: pipeline for pipeline in read_pipelines(reader)}
    wanted = tenths()
    for judged in kept:
        deal = judged.deal
        reached = stages_up_to(pipelines[deal.pipeline_id], None if deal.won else deal.stage_id)
        assert len(judged.model_bp) in {0, len(reached)}
        judge(wanted, judged)
    assert tenths(known) == wanted


def forget(world: World) -> None:
    """So that the next call learns everything anew."""
    with world.workspace.change("forget") as call:
        call.connection.execute(delete(table_of(LearnedUpTo)))


def anew(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """What learning everything anew leads to."""
    forget(world)
    learn(world.workspace)
    return learned(world)


def closings(world: World, count: int, seed: int = 1) -> list[int]:
    """Closed deals from all stages."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        stage = rng.choice(world.stages)
        source = rng.choice(("Fair", "Web", None))
        deal = world.deal(f"D{number}", stage_id=stage, source=source, owner_id=rng.choice(world.reps))
        world.clock.forward(1)
        if rng.random() < 0.4:
            win_deal(world.workspace, deal_id=deal)
        else:
            lose_deal(world.workspace, deal_id=deal, reason="price")
        found.append(deal)
    return found


def test_each_closing_is_learned_once(world: World) -> None:
    learn(world.workspace)
    assert learned(world) == {"learned_team": [], "learned_value": [], "learned_deal": []}
    closings(world, 5)
    learn(world.workspace)
    first = learned(world)
    assert first["learned_team"] == [(0, 5)]
    learn(world.workspace)
    assert learned(world) == first == anew(world)


def test_reopening_undo_and_edits_are_followed(world: World) -> None:
    deals = closings(world, 6)
    learn(world.workspace)
    reopen_deal(world.workspace, deal_id=deals[0])
    learn(world.workspace)
    assert learned(world)["learned_team"] == [(0, 5)]
    undo(world.workspace)
    learn(world.workspace)
    assert learned(world)["learned_team"] == [(0, 6)]
    version = world.row("deal", deals[1])["version"]
    edit_deal(world.workspace, deal_id=deals[1], version=version, changes={"source": "Friend"})
    set_tags(world.workspace, deal_id=deals[2], tags=["Pilot"])
    learn(world.workspace)
    with_tag = learned(world)
    assert [row for row in with_tag["learned_value"] if row[1] == "tag"]
    assert with_tag == anew(world)
    undo(world.workspace)
    learn(world.workspace)
    assert not [row for row in learned(world)["learned_value"] if row[1] == "tag"]
    redo(world.workspace)
    learn(world.workspace)
    assert learned(world) == with_tag


def test_undoing_the_creation_takes_the_deal_back(world: World) -> None:
    kept = closings(world, 3)
    deal = create_deal(
        world.workspace, title="Short", pipeline_id=world.pipeline, owner_id=world.reps[0], at=world.clock.now
    )
    win_deal(world.workspace, deal_id=deal)
    learn(world.workspace)
    undo(world.workspace)
    undo(world.workspace)
    learn(world.workspace)
    assert [row[0] for row in learned(world)["learned_deal"]] == kept
    assert learned(world) == anew(world)


def test_a_new_stage_is_learned_for_deals_that_were_won_before(world: World) -> None:
    closings(world, 8)
    learn(world.workspace)
    stage = add_stage(world.workspace, pipeline_id=world.pipeline, name="Signing", position=5)
    learn(world.workspace)
    found = {row[2]: row[3] for row in learned(world)["learned_value"] if row[1] == "stage"}
    assert found[stage] == found[world.stages[0]] > 0


@pytest.mark.parametrize("seed", range(4))
def test_random_histories(world: World, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Small, so that both ways are taken.
    monkeypatch.setattr(learning, "AT_ONCE", 6)
    monkeypatch.setattr(learning, "BEHIND", 9)
    rng = random.Random(seed)
    set_setting(world.workspace, name="model_minimum", value=2)
    closings(world, 8)
    world.workspace.actor = "player"  # who undoes own changes only, so that some deals stay closed
    player = Player(world)
    for _ in range(60):
        step = rng.choice([*ACTIONS, "win", "lose", "reopen", "undo", "redo"])
        player.play((step, rng.randrange(10), rng.randrange(10), rng.randrange(6)))
        if rng.random() < 0.3:
            learn(world.workspace)
            check_sums(world)
    learn(world.workspace)
    check_sums(world)
    found = learned(world)
    assert found == anew(world)
    check_sums(world)
    assert found["learned_deal"], "the example is worth nothing when no deal was closed"
    assert judged_deals(world), "nor when none could be predicted"


def test_progress_and_the_change_log(file_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    closings(file_world, 12)
    monkeypatch.setattr(learning, "_ROWS", 5)
    groups = file_world.rows("SELECT count(*) FROM change_group")
    told: list[tuple[int, int]] = []
    learn(file_world.workspace, lambda done, all_: told.append((done, all_)))
    assert told == [(0, 12), (5, 12), (10, 12)]
    assert file_world.rows("SELECT count(*) FROM change_group") == groups, "nothing to undo"
    for _ in range(12 * 2):
        undo(file_world.workspace)
    learn(file_world.workspace)
    assert learned(file_world)["learned_deal"] == []


@pytest.mark.parametrize("seed", range(3))
def test_a_little_at_a_time_predicts_what_learning_anew_predicts(world: World, seed: int) -> None:
    """Also when the last closing is taken back, and closed again in another way."""
    set_setting(world.workspace, name="model_minimum", value=2)
    for at, stage in enumerate(world.stages, 1):
        edit_stage(world.workspace, stage_id=stage, changes={"probability_bp": at * 1700})
    rng = random.Random(seed)
    learn(world.workspace)
    for number in range(12):
        closings(world, 1, seed=rng.randrange(1000))
        if rng.random() < 0.6:
            learn(world.workspace)
        if number % 3 == 2:
            undo(world.workspace)
            learn(world.workspace)
            check_sums(world)
            redo(world.workspace)
    learn(world.workspace)
    check_sums(world)
    found = tenths_of(world), predicted(world)
    forget(world)
    learn(world.workspace)
    assert found == (tenths_of(world), predicted(world))
    assert sum(tenth.deals for tenth in found[0]) == 10
    assert sum(tenth.n for tenth in found[0]) > 10


def predicted(world: World) -> list[tuple[Any, ...]]:
    """What is kept of each deal: what had been predicted of it."""
    return sorted(world.rows("SELECT deal_id, foreseen FROM learned_deal"))


def tenths_of(world: World) -> list[Tenth]:
    """How past deals came out, as it was learned."""
    with world.workspace.read() as reader:
        return tenths(queries.read_tenths(reader))


def judged_deals(world: World) -> int:
    """How many past deals could be predicted."""
    return sum(tenth.deals for tenth in tenths_of(world))


def test_a_rep_who_goes_to_another_team_takes_the_deals_along(world: World) -> None:
    closings(world, 10)
    learn(world.workspace)
    assert learned(world)["learned_team"] == [(0, 10)]
    team = create_team(world.workspace, name="North")
    edit_rep(world.workspace, rep_id=world.reps[0], version=1, changes={"team_id": team})
    mine = len(world.rows("SELECT 1 FROM deal WHERE closed_owner_id = :rep", rep=world.reps[0]))
    learn(world.workspace)
    assert learned(world)["learned_team"] == [(0, 10 - mine), (team, mine)]
    assert learned(world) == anew(world)
    undo(world.workspace)
    learn(world.workspace)
    assert learned(world)["learned_team"] == [(0, 10)]


def test_the_backtest_never_knows_what_came_later(world: World) -> None:
    set_setting(world.workspace, name="model_minimum", value=2)
    start = world.clock.now
    early = world.deal("Early")
    deals = closings(world, 9)
    learn(world.workspace)
    before = tenths_of(world)
    # An edit of a deal that was closed long ago: what was predicted then stays.
    set_tags(world.workspace, deal_id=deals[4], tags=["Pilot"])
    learn(world.workspace)
    assert tenths_of(world) == before
    # A deal closed on a day before all of them: there is no prediction until everything is learned anew.
    win_deal(world.workspace, deal_id=early, at=start)
    learn(world.workspace)
    assert tenths_of(world) == before
    assert learned(world) == anew(world)
    assert judged_deals(world) == len(deals) + 1 - 2


def test_many_deals_that_come_late_are_learned_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "LATE", 1)
    set_setting(world.workspace, name="model_minimum", value=2)
    start = world.clock.now
    early = [world.deal(f"Early {number}") for number in range(3)]
    closings(world, 5)
    learn(world.workspace)
    for deal in early:
        win_deal(world.workspace, deal_id=deal, at=start)
    told: list[tuple[int, int]] = []
    learn(world.workspace, lambda done, all_: told.append((done, all_)))
    assert told == [(0, 8)]
    found = tenths_of(world)
    assert judged_deals(world) == 8 - 2
    anew(world)
    assert found == tenths_of(world)


def test_another_minimum_is_another_backtest(world: World) -> None:
    set_setting(world.workspace, name="model_minimum", value=2)
    closings(world, 9)
    learn(world.workspace)
    assert judged_deals(world) == 7
    set_setting(world.workspace, name="model_minimum", value=6)
    learn(world.workspace)
    assert judged_deals(world) == 3


def test_a_new_name_of_a_stage_changes_nothing(world: World) -> None:
    closings(world, 4)
    learn(world.workspace)
    told: list[tuple[int, int]] = []
    edit_stage(world.workspace, stage_id=world.stages[1], changes={"name": "position", "stuck_days": 3})
    learn(world.workspace, lambda done, all_: told.append((done, all_)))
    assert told == []
    edit_stage(world.workspace, stage_id=world.stages[1], changes={"probability_bp": 1234})
    learn(world.workspace, lambda done, all_: told.append((done, all_)))
    assert told == [(0, 4)]


def test_a_great_undo_is_not_gone_through_deal_by_deal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "AT_ONCE", 3)
    monkeypatch.setattr(queries, "closed_among", lambda *_: pytest.fail("deal by deal"))
    kept = closings(world, 2)
    learn(world.workspace)
    closings(world, 4)
    learn(world.workspace)
    assert learned(world)["learned_team"] == [(0, 6)]
    for _ in range(4 * 2):
        undo(world.workspace)
    learn(world.workspace)
    assert [row[0] for row in learned(world)["learned_deal"]] == kept


def test_ending_it_early_leaves_things_as_they_were(world: World) -> None:
    class Left(Exception):
        pass

    def leave(done: int, all_: int) -> None:
        raise Left

    closings(world, 3)
    with pytest.raises(Left):
        learn(world.workspace, leave)
    assert not world.rows("SELECT 1 FROM learned_up_to")
    assert not is_begun(world.workspace)
    learn(world.workspace)
    assert is_begun(world.workspace)
    assert learned(world)["learned_team"] == [(0, 3)]


def test_several_at_once(world: World) -> None:
    """Four learn, two close deals; what was learned at the end is what there is."""
    closings(world, 6)

    def close(number: int) -> None:
        for at in range(6):
            deal = world.deal(f"T{number}-{at}", source="Fair")
            (win_deal if at % 2 else partial(lose_deal, reason="price"))(world.workspace, deal_id=deal)

    def keep_learning(_: int) -> None:
        for _ in range(8):
            learn(world.workspace)

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(close, number) for number in range(2)]
        running += [pool.submit(keep_learning, number) for number in range(4)]
        for future in running:
            future.result(timeout=100)
    learn(world.workspace)
    found = learned(world)
    assert len(found["learned_deal"]) == 18
    assert found == anew(world)


def test_a_pipeline_that_is_undone_leaves_nothing(world: World) -> None:
    kept = closings(world, 4)
    other = create_pipeline(world.workspace, name="Partners", stages=["Hello", "Signed"])
    deal = world.deal("Partner", pipeline_id=other)
    win_deal(world.workspace, deal_id=deal)
    learn(world.workspace)
    assert learned(world)["learned_team"] == [(0, 5)]
    for _ in range(3):
        undo(world.workspace)
    assert not world.rows("SELECT 1 FROM pipeline WHERE id = :id", id=other)
    learn(world.workspace)
    assert [row[0] for row in learned(world)["learned_deal"]] == kept
    assert learned(world) == anew(world)
